"""Groups of the pretend Microsoft 365 tenant, their members and owners, and what users are members of.

Source: https://learn.microsoft.com/en-us/graph/api/resources/group.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from keyturn.sandbox.graph.activities import Activity, modified, usual
from keyturn.sandbox.graph.directory import CONTEXT, Deletable, GraphDirectory, Kind, Link, odata, plain, typed
from keyturn.sandbox.graph.dynamic_groups import DynamicGroups, is_dynamic
from keyturn.sandbox.graph.group_kinds import DECIDING, UNIFIED, why_not_made
from keyturn.sandbox.graph.inherited import without_licence
from keyturn.sandbox.graph.users import DEFAULT, USER, UserDesk
from keyturn.sandbox.people import DOMAIN
from keyturn.sandbox.routing import Route
from keyturn.sandbox.values import Json, JsonObject, as_object, as_text, texts
from keyturn.sandbox.wire import json_object, raw_path

_WRITTEN = frozenset(
    {"description", "displayName", "groupTypes", "mailEnabled", "mailNickname", "securityEnabled", "visibility"}
    | {"classification", "isAssignableToRole", "membershipRule", "membershipRuleProcessingState", "theme"}
    | {"preferredLanguage", "preferredDataLocation", "allowExternalSenders", "autoSubscribeNewMembers"}
    | {"hideFromAddressLists", "hideFromOutlookClients", "uniqueName"}
)
_COMPUTED = frozenset(
    {
        "id",
        "deletedDateTime",
        "createdDateTime",
        "creationOptions",
        "expirationDateTime",
        "mail",
        "onPremisesSyncEnabled",
    }
    | {"proxyAddresses", "renewedDateTime", "securityIdentifier", "resourceProvisioningOptions"}
    | {"resourceBehaviorOptions", "assignedLicenses", "onPremisesLastSyncDateTime", "members", "owners"}
    | {"hasMembersWithLicenseErrors"}
)
_SHELVES = {"members": "graph.members", "owners": "graph.owners", "transitiveMembers": "graph.members"}
_ERRORS = "hasMembersWithLicenseErrors"
GROUP = Kind("group", "groups", _WRITTEN | _COMPUTED, links=frozenset(_SHELVES), only_filtered=frozenset({_ERRORS}))
ROLE = Kind(
    "directoryRole",
    "directoryRoles",
    frozenset({"id", "deletedDateTime", "description", "displayName", "roleTemplateId"}),
    links=frozenset({"members"}),
)
UNIT = Kind(
    "administrativeUnit",
    "directory/administrativeUnits",
    frozenset({"id", "deletedDateTime", "displayName", "description", "visibility", "isMemberManagementRestricted"}),
)
OBJECT = Kind("directoryObject", "directoryObjects", GROUP.names | USER.names)
_REQUIRED = ("displayName", "mailEnabled", "mailNickname", "securityEnabled")
_MOST_BOUND = 20
# https://learn.microsoft.com/en-us/entra/identity/users/licensing-group-advanced
_LICENSED = (
    "Unable to delete the group because there is a product license assigned to the group. "
    "To delete this group, remove any product licenses first."
)


class GroupDesk:
    """Answers `/groups`, memberships of users and `/directoryObjects`."""

    def __init__(self, directory: GraphDirectory, users: UserDesk) -> None:
        self._directory = directory
        self._users = users
        self._dynamic = DynamicGroups(directory, users)
        directory.deletables["group"] = Deletable(
            GROUP, "groups", lambda kept: as_object(kept["group"]), self._restored
        )

    def routes(self) -> list[Route]:
        """The operations."""
        group, user = "/v1.0/groups/{key}", "/v1.0/users/{key}"
        routes = [
            Route("/v1.0/groups", self._list),
            Route("/v1.0/groups", self._create, ["POST"]),
            Route("/v1.0/groups/$count", self._count),
            Route(group, self._get),
            Route(group, self._patch, ["PATCH"]),
            Route(group, self._delete, ["DELETE"]),
            Route(group + "/checkMemberGroups", self._check_groups, ["POST"]),
            Route(group + "/getMemberGroups", self._no_groups, ["POST"]),
            Route(group + "/getMemberObjects", self._no_groups, ["POST"]),
            Route("/v1.0/directoryObjects/getByIds", self._by_ids, ["POST"]),
            Route("/v1.0/directoryObjects/{key}", self._object),
            Route(group + "/membersWithLicenseErrors", self._without_licence),
        ]
        for name in ("members", "transitiveMembers", "owners"):
            routes += [
                Route(f"{group}/{name}", self._belonging),
                Route(f"{group}/{name}/$count", self._count_belonging),
                Route(f"{group}/{name}/graph.user", self._belonging_users),
                Route(f"{group}/{name}/graph.user/$count", self._count_belonging_users),
            ]
        for name in ("members", "owners"):
            routes += [
                Route(f"{group}/{name}/$ref", self._references),
                Route(f"{group}/{name}/$ref", self._add, ["POST"]),
                Route(f"{group}/{name}/{{id}}/$ref", self._remove, ["DELETE"]),
            ]
        for name in ("memberOf", "transitiveMemberOf"):
            routes += [
                Route(f"{group}/{name}", self._member_of),
                Route(f"{group}/{name}/graph.group", self._groups_around),
                Route(f"{group}/{name}/graph.directoryRole", self._roles_around),
                Route(f"{user}/{name}", self._memberships),
                Route(f"{user}/{name}/graph.group", self._groups_of),
                Route(f"{user}/{name}/graph.directoryRole", self._roles_of),
                Route(f"{user}/{name}/graph.administrativeUnit", self._units_of),
                Route(f"{user}/{name}/graph.group/$count", self._count_groups_of),
            ]
        for name in ("getMemberGroups", "getMemberObjects"):
            routes.append(Route(f"{user}/{name}", self._member_ids, ["POST"]))
        for name in ("checkMemberGroups", "checkMemberObjects"):
            routes.append(Route(f"{user}/{name}", self._check_groups, ["POST"]))
        return routes

    async def _no_groups(self, request: Request) -> Response:
        """No group of the sandbox is in another one."""
        self._group(request)
        return odata({"@odata.context": f"{CONTEXT}#Collection(Edm.String)", "value": []})

    # groups

    async def _list(self, request: Request) -> Response:
        rows = [self._row(request, group) for group in self._all()]
        return self._directory.listed(request, rows, GROUP)

    async def _count(self, request: Request) -> Response:
        return self._directory.counted(request, self._all(), GROUP)

    def _all(self) -> list[JsonObject]:
        """All groups, with what lists can be filtered by alone."""
        core = self._directory.core
        return [
            {**group, _ERRORS: bool(without_licence(core, key))} for key, group in core.shelf("graph.groups").items()
        ]

    async def _without_licence(self, request: Request) -> Response:
        """Members for whom there was none left of a licence that the group gives."""
        accounts = self._directory.core.world.accounts.graph
        lacking = set(without_licence(self._directory.core, as_text(self._group(request)["id"])))
        rows = [self._users.properties(account) for account in accounts if account.id in lacking]
        return self._directory.listed(request, [*typed(rows, "user")], OBJECT)

    async def _get(self, request: Request) -> Response:
        return self._directory.one(request, self._row(request, self._group(request)), GROUP)

    def _row(self, request: Request, group: JsonObject) -> JsonObject:
        def listing(shelf: str) -> Link:
            return OBJECT, lambda row: self.objects(shelf, row["id"])

        links = {name: listing(shelf) for name, shelf in _SHELVES.items()}
        return self._directory.followed(group, self._directory.expanded(request, GROUP), links)

    def _group(self, request: Request) -> JsonObject:
        return self.group(str(request.path_params["key"]))

    def group(self, key: str) -> JsonObject:
        """A group by its id. Raises Refused (404)."""
        found = self._directory.core.shelf("graph.groups").get(key)
        if found is None:
            raise self._directory.words.not_found(key)
        return found

    async def _create(self, request: Request) -> Response:
        given = await json_object(request)
        body = plain(given)
        for name in _REQUIRED:
            if body.get(name) in (None, ""):
                text = f"A value is required for property '{name}' of resource 'Group'."
                raise self._directory.words.bad_request(text)
        bound = {name: self.bound(given, name) for name in ("members", "owners")}
        self._check({name: value for name, value in body.items() if not name.endswith("@odata.bind")}, {})
        self._dynamic.check(body)
        if bound["members"]:
            self._dynamic.refuse_by_hand(body)
        unified = UNIFIED in texts(body.get("groupTypes"))
        mail = f"{body['mailNickname']}@{DOMAIN}" if body.get("mailEnabled") is True else None
        now = self._directory.now()
        group: JsonObject = {
            "id": self._directory.core.ids.uuid(),
            "deletedDateTime": None,
            "classification": None,
            "createdDateTime": now,
            "creationOptions": [],
            "description": None,
            "expirationDateTime": None,
            "groupTypes": [],
            "isAssignableToRole": None,
            "mail": mail,
            "membershipRule": None,
            "membershipRuleProcessingState": "On" if is_dynamic(body) else None,
            "onPremisesSyncEnabled": None,
            "proxyAddresses": [f"SMTP:{mail}"] if mail else [],
            "renewedDateTime": now,
            "securityIdentifier": f"S-1-12-1-{len(self._directory.core.shelf('graph.groups'))}",
            "theme": None,
            "visibility": "Public" if unified else None,
            **{name: value for name, value in body.items() if name in _WRITTEN},
        }
        key = as_text(group["id"])
        self._directory.core.shelf("graph.groups")[key] = group
        added = Activity("Add group", ("groups", key), modified=modified({}, group, [*body]))
        self._directory.changed("groups", key, "created", [added])
        for name, ids in bound.items():
            if ids:
                self._directory.belong(key, name, come=ids)
        return self._directory.one(request, group, GROUP, 201)

    def bound(self, body: JsonObject, name: str) -> list[str]:
        """Ids in `members@odata.bind`. Raises Refused for what there is not."""
        addresses = texts(body.get(f"{name}@odata.bind"))
        if len(addresses) > _MOST_BOUND:
            raise self._directory.words.bad_request(f"At most {_MOST_BOUND} references can be bound at once.")
        keys = [address.rstrip("/").rpartition("/")[2] for address in addresses]
        return [as_text(self.directory_object(key)["id"]) for key in keys]

    async def _patch(self, request: Request) -> Response:
        group = self._group(request)
        given = await json_object(request)
        key, members = as_text(group["id"]), self._directory.members("graph.members", group["id"])
        changes = {name: value for name, value in plain(given).items() if not name.endswith("@odata.bind")}
        self._check(changes, group)
        self._dynamic.check({**group, **changes})
        come = self.bound(given, "members")
        if come:
            self._dynamic.refuse_by_hand(group)
        if members.keys() & come:
            raise self._taken("members")
        updated = Activity("Update group", ("groups", key), modified=modified(group, {**group, **changes}, changes))
        group.update(changes)
        if come:
            self._directory.did(*([updated] if changes else []))
            self._directory.belong(key, "members", come=come)
        else:
            self._directory.changed("groups", key, done=[updated])
        return Response(status_code=204)

    def _check(self, body: JsonObject, before: JsonObject) -> None:
        for name, value in body.items():
            if name not in _WRITTEN:
                message = f"Property '{name}' does not exist on type 'microsoft.graph.group' or cannot be updated."
                raise self._directory.words.bad_request(message)
            if name in ("mailEnabled", "securityEnabled") and not isinstance(value, bool):
                message = (
                    f"Invalid value specified for property '{name}' of resource 'Group': expected type 'Edm.Boolean'."
                )
                raise self._directory.words.bad_request(message)
        why = why_not_made({**before, **body}) if DECIDING.intersection(body) else None
        if why is not None:
            raise self._directory.words.bad_request(why)

    async def _delete(self, request: Request) -> Response:
        """Groups of Microsoft 365 can be restored, security groups cannot. One that gives licences stays."""
        group = self._group(request)
        if group.get("assignedLicenses"):
            raise self._directory.words.bad_request(_LICENSED)
        key, core = as_text(group["id"]), self._directory.core
        members, owners = (core.shelf(name).pop(key, {}) for name in ("graph.members", "graph.owners"))
        del core.shelf("graph.groups")[key]
        if UNIFIED in texts(group["groupTypes"]):
            self._directory.keep("group", key, {"group": group, "members": members, "owners": owners})
        self._directory.changed("groups", key, "deleted", [usual("groups", "deleted", key, group)])
        return Response(status_code=204)

    def _restored(self, deleted: JsonObject) -> JsonObject:
        """A deleted group, back with its members."""
        key, core = as_text(deleted["id"]), self._directory.core
        group = as_object(deleted["group"])
        core.shelf("graph.groups")[key] = group
        core.shelf("graph.members")[key] = as_object(deleted["members"])
        core.shelf("graph.owners")[key] = as_object(deleted["owners"])
        return group

    # members and owners

    def objects(self, shelf: str, key: Json) -> list[JsonObject]:
        """The objects that belong to something, each with its type."""
        found: list[JsonObject] = []
        for each in self._directory.members(shelf, key):
            row = self._object_or_none(each)
            if row is not None:
                found.append(row)
        return found

    def _object_or_none(self, key: str) -> JsonObject | None:
        core = self._directory.core
        account = core.world.accounts.find_graph(key)
        if account is not None:
            return next(typed([self._users.properties(account)], "user"))
        for shelf, name in (
            ("graph.groups", "group"),
            ("graph.devices", "device"),
            ("graph.apps", "servicePrincipal"),
            ("graph.roles", "directoryRole"),
        ):
            if (row := self._directory.on_shelf(shelf, key)) is not None:
                return next(typed([row], name))
        return None

    def directory_object(self, key: str) -> JsonObject:
        """A user, group, device, role or service principal. Raises Refused (404)."""
        found = self._object_or_none(key)
        if found is None:
            raise self._directory.words.not_found(key)
        return found

    def _relation(self, request: Request) -> str:
        """Whether a path means members or owners: its fifth segment says."""
        return "owners" if raw_path(request).split("/")[4].lower() == "owners" else "members"

    def _shelf(self, request: Request) -> str:
        return _SHELVES[self._relation(request)]

    async def _belonging(self, request: Request) -> Response:
        rows = self.objects(self._shelf(request), self._group(request)["id"])
        return self._directory.listed(request, [_short(request, row) for row in rows], OBJECT)

    async def _references(self, request: Request) -> Response:
        return self._directory.references(self.objects(self._shelf(request), self._group(request)["id"]))

    def _users_in(self, request: Request) -> list[JsonObject]:
        rows = self.objects(self._shelf(request), self._group(request)["id"])
        return [row for row in rows if row["@odata.type"] == "#microsoft.graph.user"]

    async def _belonging_users(self, request: Request) -> Response:
        return self._directory.listed(request, self._users_in(request), USER)

    async def _count_belonging_users(self, request: Request) -> Response:
        return self._directory.counted(request, self._users_in(request), USER)

    async def _count_belonging(self, request: Request) -> Response:
        rows = self.objects(self._shelf(request), self._group(request)["id"])
        return self._directory.counted(request, rows, OBJECT)

    async def _add(self, request: Request) -> Response:
        group, relation = self._group(request), self._relation(request)
        if relation == "members":
            self._dynamic.refuse_by_hand(group)
        key = as_text(self.directory_object(await self._directory.reference(request))["id"])
        if key in self._directory.members(_SHELVES[relation], group["id"]):
            raise self._taken(relation)
        self._directory.belong(as_text(group["id"]), relation, come=[key])
        return Response(status_code=204)

    def _taken(self, name: str) -> Exception:
        text = "One or more added object references already exist for the following modified properties"
        return self._directory.words.bad_request(f"{text}: '{name}'.")

    async def _remove(self, request: Request) -> Response:
        group, relation = self._group(request), self._relation(request)
        if relation == "members":
            self._dynamic.refuse_by_hand(group)
        held = self._directory.members(_SHELVES[relation], group["id"])
        key = str(request.path_params["id"])
        if key not in held:
            raise self._directory.words.not_found(key)
        if relation == "owners" and len(held) == 1:
            text = "The group must have at least one owner, hence this owner cannot be removed."
            raise self._directory.words.bad_request(text)
        self._directory.belong(as_text(group["id"]), relation, go=[key])
        return Response(status_code=204)

    # what users are in

    async def _memberships(self, request: Request) -> Response:
        rows = self._users.memberships(self._directory.user(request).id)
        return self._directory.listed(request, rows, OBJECT)

    async def _groups_of(self, request: Request) -> Response:
        return self._of_kind(request, self._users.memberships(self._directory.user(request).id), GROUP)

    async def _roles_of(self, request: Request) -> Response:
        return self._of_kind(request, self._users.memberships(self._directory.user(request).id), ROLE)

    async def _units_of(self, request: Request) -> Response:
        return self._of_kind(request, self._users.memberships(self._directory.user(request).id), UNIT)

    async def _count_groups_of(self, request: Request) -> Response:
        rows = self._users.memberships(self._directory.user(request).id)
        groups = [row for row in rows if row["@odata.type"] == "#microsoft.graph.group"]
        return self._directory.counted(request, groups, OBJECT)

    def _of_kind(self, request: Request, rows: list[JsonObject], kind: Kind) -> Response:
        """Those of one kind, which is what a cast in the path asks for."""
        wanted = [row for row in rows if row["@odata.type"] == f"#microsoft.graph.{kind.name}"]
        return self._directory.listed(request, wanted, kind)

    async def _member_of(self, request: Request) -> Response:
        """Groups and roles that a group is in."""
        return self._directory.listed(request, self.around(as_text(self._group(request)["id"])), OBJECT)

    async def _groups_around(self, request: Request) -> Response:
        return self._of_kind(request, self.around(as_text(self._group(request)["id"])), GROUP)

    async def _roles_around(self, request: Request) -> Response:
        return self._of_kind(request, self.around(as_text(self._group(request)["id"])), ROLE)

    def around(self, key: str) -> list[JsonObject]:
        """The groups and directory roles that an object is in."""
        return self._users.memberships(key)

    async def _member_ids(self, request: Request) -> Response:
        rows = self._users.memberships(self._directory.user(request).id)
        only_security = (await json_object(request)).get("securityEnabledOnly") is True
        ids: list[Json] = [row["id"] for row in rows if not only_security or row.get("securityEnabled") is not False]
        if "getmembergroups" in raw_path(request).lower():
            ids = [row["id"] for row in rows if row["@odata.type"] == "#microsoft.graph.group" and row["id"] in ids]
        return odata({"@odata.context": f"{CONTEXT}#Collection(Edm.String)", "value": ids})

    async def _check_groups(self, request: Request) -> Response:
        body = await json_object(request)
        wanted = texts(body.get("groupIds")) or texts(body.get("ids"))
        if not 0 < len(wanted) <= _MOST_BOUND:
            raise self._directory.words.bad_request(f"groupIds must have 1 to {_MOST_BOUND} ids.")
        is_group = raw_path(request).split("/")[2].lower() == "groups"
        key = as_text(self._group(request)["id"]) if is_group else self._directory.user(request).id
        rows = self.around(key) if is_group else self._users.memberships(key)
        ids: list[Json] = [row["id"] for row in rows if row["id"] in wanted]
        return odata({"@odata.context": f"{CONTEXT}#Collection(Edm.String)", "value": ids})

    # objects of any kind

    async def _object(self, request: Request) -> Response:
        row = self.directory_object(str(request.path_params["key"]))
        return odata({"@odata.context": f"{CONTEXT}#directoryObjects/$entity", **_short(request, row)})

    async def _by_ids(self, request: Request) -> Response:
        body = await json_object(request)
        kinds = [kind.lower() for kind in texts(body.get("types"))]
        rows = [self._object_or_none(key) for key in texts(body.get("ids"))]
        found: list[Json] = [
            _short(request, row)
            for row in rows
            if row is not None and (not kinds or as_text(row["@odata.type"]).rpartition(".")[2].lower() in kinds)
        ]
        return odata({"@odata.context": f"{CONTEXT}#directoryObjects", "value": found})


def _short(request: Request, row: JsonObject) -> JsonObject:
    """A user among other objects is shown with its default properties, unless some are chosen."""
    if row["@odata.type"] != "#microsoft.graph.user" or any(name.startswith("$") for name in request.query_params):
        return row
    return {"@odata.type": row["@odata.type"], **{name: row.get(name) for name in DEFAULT}}
