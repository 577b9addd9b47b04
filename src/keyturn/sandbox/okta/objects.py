"""What the pretend Okta org keeps as it is given: network zones, policies with their rules, authenticators, identity
providers, authorization servers, API tokens, trusted origins, inline hooks, realms and the like.

Source: https://developer.okta.com/docs/api/openapi/okta-management/management/tag/NetworkZone/, .../tag/Policy/,
.../tag/Authenticator/, .../tag/IdentityProvider/, .../tag/ApiToken/ and so on. They change nothing of what else the org
does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from keyturn.sandbox.filters import Rules
from keyturn.sandbox.okta.object_seed import RULES
from keyturn.sandbox.okta.object_values import POLICY_TYPES, ZONE_TYPES, wrong_addresses
from keyturn.sandbox.okta.org import OktaOrg, only
from keyturn.sandbox.okta.seed import USER_TYPE
from keyturn.sandbox.okta.simulation import Somebody, simulated
from keyturn.sandbox.routing import Route
from keyturn.sandbox.values import Json, JsonObject, as_object, as_text, normal, texts
from keyturn.sandbox.wire import JsonAnswer, json_object, json_objects

POLICIES = "policies"
_MAPPINGS, _POLICY_MAPPINGS = "okta.mappings", "okta.policy_mappings"
_SIMULATED = ("OKTA_SIGN_ON", "MFA_ENROLL", "ACCESS_POLICY", "PROFILE_ENROLLMENT")
_OF_APPS = ("ACCESS_POLICY", "PROFILE_ENROLLMENT")
_FILTER = Rules(only("id", "name", "status", "type", "usage", "system", "expiresAt"), frozenset({"expiresAt"}))
_OWN = ("id", "created", "lastUpdated", "status", "system", "_links")


@dataclass(frozen=True)
class Sort:
    """Objects of one sort.

    path: below `/api/v1`; prefix: of their ids; kind: what Okta calls one; needs: what has to be given; switched: they
    are ACTIVE or INACTIVE; rests_first: an active one is not deleted; made: they may be made, gone: and deleted;
    listed_as: under which name an answer has the list of them, where it is not the list itself; types: those that there
    are, where it is told; wrong: places of values that cannot be, each with what it should be.
    """

    path: str
    prefix: str
    kind: str
    needs: tuple[str, ...] = ("name",)
    switched: bool = True
    rests_first: bool = False
    made: bool = True
    gone: bool = True
    listed_as: str = ""
    types: tuple[str, ...] = ()
    wrong: Callable[[JsonObject], Iterator[tuple[str, str]]] | None = None

    @property
    def shelf(self) -> str:
        """Where they stand."""
        return f"okta.{self.path}"


SORTS = (
    Sort(
        "zones",
        "nzo",
        "NetworkZone",
        ("name", "type"),
        rests_first=True,
        types=ZONE_TYPES,
        wrong=wrong_addresses,
    ),
    Sort("trustedOrigins", "tos", "TrustedOrigin", ("name", "origin")),
    Sort("inlineHooks", "cal", "InlineHook", ("name", "type", "version", "channel"), rests_first=True),
    Sort("authorizationServers", "aus", "AuthorizationServer", ("name", "audiences")),
    Sort("logStreams", "0oa", "LogStream", ("name", "type", "settings")),
    Sort("behaviors", "abb", "BehaviorRule", ("name", "type")),
    Sort("authenticators", "aut", "Authenticator", ("name", "key"), gone=False),
    Sort("hook-keys", "HKY", "HookKey", switched=False),
    Sort("realms", "guo", "Realm", ("profile",), switched=False),
    Sort("realm-assignments", "rul", "RealmAssignment", ("name", "actions"), rests_first=True),
    Sort("api-tokens", "00T", "ApiToken", ("name",), switched=False, made=False),
    Sort("features", "ftr", "Feature", switched=False, made=False, gone=False),
    Sort("brands", "bnd", "Brand", switched=False),
    Sort("domains", "OcD", "Domain", ("domain",), switched=False, listed_as="domains"),
    Sort("email-domains", "OeD", "EmailDomain", ("domain", "displayName", "userName"), switched=False),
    Sort("email-servers", "esv", "EmailServer", ("alias", "host", "port"), switched=False, listed_as="email-servers"),
    Sort("captchas", "cap", "CaptchaInstance", ("name", "type"), switched=False),
    Sort("push-providers", "ppc", "PushProvider", ("name", "providerType"), switched=False),
    Sort("templates/sms", "cst", "SmsTemplate", ("name", "type", "template"), switched=False),
    Sort("device-assurances", "dae", "DeviceAssurance", ("name", "platform"), switched=False),
    Sort("device-posture-checks", "dch", "DevicePostureCheck", ("name", "platform"), switched=False),
    Sort("meta/uischemas", "uis", "UISchema", ("uiSchema",), switched=False),
    Sort("agentPools", "0oa", "AgentPool", switched=False, made=False, gone=False),
    Sort("security-events-providers", "sse", "SecurityEventsProvider", ("name", "type", "settings")),
)


class ObjectDesk:
    """Answers the operations of one sort."""

    def __init__(self, org: OktaOrg, sort: Sort) -> None:
        self._org = org
        self._sort = sort

    def routes(self) -> list[Route]:
        """The operations."""
        base = f"/api/v1/{self._sort.path}"
        one = base + "/{object}"
        routes = [Route(base, self._list), Route(one, self._get), Route(one, self._replace, ["PUT"])]
        if self._sort.made:
            routes.append(Route(base, self._create, ["POST"]))
        if self._sort.gone:
            routes.append(Route(one, self._delete, ["DELETE"]))
        if self._sort.switched:
            routes.append(Route(one + "/lifecycle/activate", self._switch, ["POST"]))
            routes.append(Route(one + "/lifecycle/deactivate", self._switch, ["POST"]))
        return routes

    def _rows(self, request: Request) -> dict[str, JsonObject]:
        return self._org.core.shelf(self._sort.shelf)

    def _keep(self, request: Request, row: JsonObject) -> None:
        """Put a row among the others, and say that something has changed."""
        self._rows(request)[as_text(row["id"])] = row
        self._org.core.changed()

    def _drop(self, request: Request, key: str) -> None:
        del self._rows(request)[key]
        self._org.core.changed()

    def _one(self, request: Request) -> JsonObject:
        key = str(request.path_params["object"])
        found = self._rows(request).get(key)
        if found is None:
            raise self._org.words.not_found(key, self._sort.kind)
        return found

    async def _list(self, request: Request) -> Response:
        params = request.query_params
        rows = list(self._rows(request).values())
        if params.get("filter"):
            meets = self._org.meets(params["filter"], _FILTER)
            rows = [row for row in rows if meets(row)]
        for name in ("type", "status"):
            if params.get(name):
                rows = [row for row in rows if row.get(name) == params[name]]
        query = normal(params.get("q") or "")
        rows = [row for row in rows if normal(as_text(row.get("name"))).startswith(query)] if query else rows
        shown = [self._shown(request, row) for row in rows]
        return (
            JsonAnswer({self._sort.listed_as: list(shown)}) if self._sort.listed_as else self._org.page(request, shown)
        )

    async def _get(self, request: Request) -> Response:
        return JsonAnswer(self._shown(request, self._one(request)))

    async def _create(self, request: Request) -> Response:
        body = await json_object(request)
        self._check(request, body, None)
        now = self._org.core.now()
        row: JsonObject = {"id": self._org.new_id(self._sort.prefix), **_given(body), "created": now}
        row["lastUpdated"] = now
        if self._sort.switched:
            row["status"] = "INACTIVE" if request.query_params.get("activate") == "false" else "ACTIVE"
            row["system"] = False
        self._keep(request, row)
        return JsonAnswer(self._shown(request, row))

    async def _replace(self, request: Request) -> Response:
        row, body = self._one(request), await json_object(request)
        self._check(request, body, row)
        kept: JsonObject = {name: row[name] for name in _OWN if name in row}
        self._keep(request, {**kept, **_given(body), "lastUpdated": self._org.core.now()})
        return JsonAnswer(self._shown(request, self._one(request)))

    async def _delete(self, request: Request) -> Response:
        row = self._one(request)
        if row.get("system") is True:
            raise self._org.words.validation(f"A system {self._sort.kind} cannot be deleted.")
        if self._sort.rests_first and row.get("status") == "ACTIVE":
            raise self._org.words.validation(f"An active {self._sort.kind} cannot be deleted: deactivate it first.")
        self._drop(request, as_text(row["id"]))
        return Response(status_code=204)

    async def _switch(self, request: Request) -> Response:
        row = self._one(request)
        row["status"] = "ACTIVE" if str(request.scope["path"]).endswith("/activate") else "INACTIVE"
        row["lastUpdated"] = self._org.core.now()
        self._keep(request, row)
        return JsonAnswer(self._shown(request, row))

    def _check(self, request: Request, body: JsonObject, own: JsonObject | None) -> None:
        for name in self._sort.needs:
            if not body.get(name):
                raise self._org.words.validation(name, f"{name}: The field cannot be left blank")
        if self._sort.types and body["type"] not in self._sort.types:
            raise self._org.words.validation("type", f"type: must be one of {', '.join(self._sort.types)}")
        for place, text in self._sort.wrong(body) if self._sort.wrong else ():
            raise self._org.words.validation(place, f"{place}: {text}")
        rows = self._rows(request).values()
        if body.get("name") and any(row is not own and row.get("name") == body["name"] for row in rows):
            text = "name: An object with this field already exists in the current organization"
            raise self._org.words.validation("name", text)

    def _shown(self, request: Request, row: JsonObject) -> JsonObject:
        address = f"{self._address(request)}/{row['id']}"
        links: JsonObject = {"self": {"href": address, "hints": {"allow": ["GET", "PUT", "DELETE"]}}}
        if self._sort.switched:
            verb = "deactivate" if row.get("status") == "ACTIVE" else "activate"
            links[verb] = {"href": f"{address}/lifecycle/{verb}", "hints": {"allow": ["POST"]}}
        return {**row, "_links": links}

    def _address(self, request: Request) -> str:
        return self._org.url(f"/{self._sort.path}")


class _ForPeople(ObjectDesk):
    """What is for some users and groups, whom its conditions name."""

    def _check(self, request: Request, body: JsonObject, own: JsonObject | None) -> None:
        super()._check(request, body, own)
        people = as_object(as_object(body.get("conditions")).get("people"))
        for kind, how in ((kind, how) for kind in ("users", "groups") for how in ("include", "exclude")):
            strange = [key for key in texts(as_object(people.get(kind)).get(how)) if not self._is_there(kind, key)]
            if strange:
                place = f"conditions.people.{kind}.{how}"
                raise self._org.words.validation(place, f"{place}: {', '.join(strange)}: there is none by this id")

    def _is_there(self, kind: str, key: str) -> bool:
        if kind == "users":
            return any(account.id == key for account in self._org.core.world.accounts.okta)
        return key == "EVERYONE" or key in self._org.core.shelf("okta.groups")


class PolicyDesk(_ForPeople):
    """Answers `/api/v1/policies`, whose list wants a type."""

    def __init__(self, org: OktaOrg) -> None:
        super().__init__(org, Sort(POLICIES, "00p", "Policy", ("name", "type"), types=POLICY_TYPES))

    def routes(self) -> list[Route]:
        """The operations, and the applications that a policy is for."""
        mappings = "/api/v1/policies/{object}/mappings"
        return [
            Route("/api/v1/policies/simulate", self._simulate, ["POST"]),
            *super().routes(),
            Route("/api/v1/policies/{object}/app", self._apps),
            Route("/api/v1/apps/{app}/policies/{object}", self._assign, ["PUT"]),
            Route(mappings, self._mappings),
            Route(mappings, self._map, ["POST"]),
            Route(mappings + "/{mapping}", self._mapping),
            Route(mappings + "/{mapping}", self._unmap, ["DELETE"]),
        ]

    async def _list(self, request: Request) -> Response:
        if not request.query_params.get("type"):
            raise self._org.words.validation("type", "type: The field cannot be left blank")
        if request.query_params["type"] not in POLICY_TYPES:
            # these words: https://github.com/articulate/terraform-provider-okta/issues/349
            raise self._org.words.refuse("E0000002", "Invalid policy type specified.")
        return await super()._list(request)

    async def _create(self, request: Request) -> Response:
        made = await super()._create(request)
        row = list(self._rows(request).values())[-1]
        same = [each for each in self._rows(request).values() if each["type"] == row["type"]]
        row.setdefault("priority", len(same))
        return made

    async def _delete(self, request: Request) -> Response:
        answer = await super()._delete(request)
        self._org.core.shelf(RULES).pop(str(request.path_params["object"]), None)
        return answer

    # what a policy is for: applications, which are assigned to it, and other policies, which are mapped to it

    def _mapped(self, request: Request) -> JsonObject:
        """What is mapped to a policy: by the id of the mapping the kind and id of the other."""
        return self._org.core.shelf(_POLICY_MAPPINGS).setdefault(as_text(self._one(request)["id"]), {})

    def _shown_mapping(self, request: Request, key: str, other: JsonObject) -> JsonObject:
        own = f"{self._address(request)}/{request.path_params['object']}"
        kind = as_text(other["kind"])
        address = self._org.url(f"/{'apps' if kind == 'application' else POLICIES}/{other['id']}")
        links: JsonObject = {"self": {"href": f"{own}/mappings/{key}"}, "policy": {"href": own}}
        links[kind] = {"href": address}
        return {"id": key, "_links": links}

    async def _mappings(self, request: Request) -> Response:
        held = self._mapped(request).items()
        return JsonAnswer([self._shown_mapping(request, key, as_object(other)) for key, other in held])

    async def _map(self, request: Request) -> Response:
        body = await json_object(request)
        if body.get("resourceType") != "ACCESS_POLICY":
            raise self._org.words.validation("resourceType", "resourceType: must be ACCESS_POLICY")
        other = self._org.find(as_text(body.get("resourceId")), f"okta.{POLICIES}", "Policy")
        key = self._put(self._mapped(request), "policy", as_text(other["id"]))
        return JsonAnswer(self._shown_mapping(request, key, as_object(self._mapped(request)[key])))

    def _put(self, held: JsonObject, kind: str, other: str) -> str:
        """Map something; gives the id of the mapping."""
        row: JsonObject = {"kind": kind, "id": other}
        key = next((key for key, each in held.items() if each == row), self._org.new_id("pma"))
        held[key] = row
        self._org.core.changed()
        return key

    async def _assign(self, request: Request) -> Response:
        """Make a policy that of an application: of several of a type it has one."""
        app, policy = as_text(self._org.app(request)["id"]), self._one(request)
        for key, held in self._org.core.shelf(_POLICY_MAPPINGS).items():
            other = self._rows(request).get(key, {})
            if other.get("type") == policy["type"]:
                gone = [each for each, row in held.items() if row == {"kind": "application", "id": app}]
                for each in gone:
                    del held[each]
        self._put(self._mapped(request), "application", app)
        return Response(status_code=204)

    def _named(self, request: Request) -> tuple[str, JsonObject]:
        held, key = self._mapped(request), str(request.path_params["mapping"])
        if key not in held:
            raise self._org.words.not_found(key, "PolicyMapping")
        return key, as_object(held[key])

    async def _mapping(self, request: Request) -> Response:
        return JsonAnswer(self._shown_mapping(request, *self._named(request)))

    async def _unmap(self, request: Request) -> Response:
        del self._mapped(request)[self._named(request)[0]]
        self._org.core.changed()
        return Response(status_code=204)

    async def _apps(self, request: Request) -> Response:
        apps = self._org.core.shelf("okta.apps")
        mapped = [as_text(as_object(each)["id"]) for each in self._mapped(request).values()]
        return self._org.page(request, [apps[key] for key in mapped if key in apps])

    # which policies would hold for somebody

    async def _simulate(self, request: Request) -> Response:
        wishes = await json_objects(request)
        if not wishes:
            raise self._org.words.validation("appInstance", "appInstance: The field cannot be left blank")
        found: list[Json] = []
        for wish in wishes:
            app = as_text(self._org.find(as_text(wish.get("appInstance")), "okta.apps", "AppInstance")["id"])
            asked = self._asked(as_object(wish.get("policyContext")))
            for kind in texts(wish.get("policyTypes")) or _SIMULATED:
                policies = self._policies_for(request, app, kind)
                found.append(simulated(kind, policies, self._org.core.shelf(RULES), asked))
        return JsonAnswer(found)

    def _asked(self, context: JsonObject) -> Somebody:
        """Of whom a simulation asks: a user or groups. Raises Refused."""
        user, groups = (
            as_text(as_object(context.get("user")).get("id")),
            texts(as_object(context.get("groups")).get("ids")),
        )
        if user and groups:
            raise self._org.words.validation("policyContext", "policyContext: Only user IDs or Group IDs are allowed")
        shelf, members = self._org.core.shelf("okta.groups"), self._org.core.shelf("okta.members")
        everyone = {key for key, group in shelf.items() if group["type"] == "BUILT_IN"}
        if user:
            account = self._org.find_user(user)
            held = {key for key, inside in members.items() if account.id in inside}
            return Somebody(account.id, frozenset(held | everyone), told=True)
        named = {as_text(self._org.find(key, "okta.groups", "UserGroup")["id"]) for key in groups}
        return Somebody(None, frozenset(named | everyone), told=bool(groups))

    def _policies_for(self, request: Request, app: str, kind: str) -> list[JsonObject]:
        """Those of a type; of types that applications are assigned to the one of the application, else the default."""
        rows = [row for row in self._rows(request).values() if row["type"] == kind]
        if kind not in _OF_APPS:
            return rows
        wanted: JsonObject = {"kind": "application", "id": app}
        shelf = self._org.core.shelf(_POLICY_MAPPINGS)
        own = [row for row in rows if wanted in shelf.get(as_text(row["id"]), {}).values()]
        return own or [row for row in rows if row.get("system") is True]


class RuleDesk(_ForPeople):
    """Answers the rules of policies."""

    def __init__(self, org: OktaOrg) -> None:
        super().__init__(org, Sort("policies/{policy}/rules", "0pr", "PolicyRule"))

    def _rows(self, request: Request) -> dict[str, JsonObject]:
        policy = self._org.document(request, "policy", f"okta.{POLICIES}", "Policy")
        held = self._org.core.shelf(RULES).setdefault(as_text(policy["id"]), {})
        return {key: as_object(row) for key, row in held.items()}

    def _keep(self, request: Request, row: JsonObject) -> None:
        self._org.core.shelf(RULES)[str(request.path_params["policy"])][as_text(row["id"])] = row
        self._org.core.changed()

    def _drop(self, request: Request, key: str) -> None:
        self._org.core.shelf(RULES)[str(request.path_params["policy"])].pop(key, None)
        self._org.core.changed()

    def _address(self, request: Request) -> str:
        return self._org.url(f"/policies/{request.path_params['policy']}/rules")


class MappingDesk:
    """Answers `/api/v1/mappings`: between the profiles of users and of each application, both ways."""

    def __init__(self, org: OktaOrg) -> None:
        self._org = org

    def routes(self) -> list[Route]:
        """The operations."""
        one = "/api/v1/mappings/{mapping}"
        return [Route("/api/v1/mappings", self._list), Route(one, self._get), Route(one, self._change, ["POST"])]

    def _rows(self) -> list[JsonObject]:
        user: JsonObject = {"id": USER_TYPE, "name": "user", "type": "user", "_links": {}}
        rows: list[JsonObject] = []
        for app in self._org.core.shelf("okta.apps").values():
            other: JsonObject = {"id": app["id"], "name": app["name"], "type": "appuser", "_links": {}}
            for prefix, source, target in (("prm", user, other), ("prn", other, user)):
                key = f"{prefix}{as_text(app['id'])[3:]}"
                links: JsonObject = {"self": {"href": self._org.url(f"/mappings/{key}")}}
                rows.append({"id": key, "source": source, "target": target, "_links": links})
        return rows

    async def _list(self, request: Request) -> Response:
        params, rows = request.query_params, self._rows()
        for name in ("source", "target"):
            if params.get(f"{name}Id"):
                rows = [row for row in rows if as_object(row[name])["id"] == params[f"{name}Id"]]
        return self._org.page(request, rows)

    def _one(self, request: Request) -> JsonObject:
        key = str(request.path_params["mapping"])
        found = next((row for row in self._rows() if row["id"] == key), None)
        if found is None:
            raise self._org.words.not_found(key, "ProfileMapping")
        usual: JsonObject = {"email": {"expression": "source.email", "pushStatus": "PUSH"}}
        return {**found, "properties": {**usual, **self._org.core.shelf(_MAPPINGS).get(key, {})}}

    async def _get(self, request: Request) -> Response:
        return JsonAnswer(self._one(request))

    async def _change(self, request: Request) -> Response:
        key = as_text(self._one(request)["id"])
        properties = as_object((await json_object(request)).get("properties"))
        if not properties:
            raise self._org.words.validation("properties", "properties: The field cannot be left blank")
        self._org.core.shelf(_MAPPINGS).setdefault(key, {}).update(properties)
        self._org.core.changed()
        return JsonAnswer(self._one(request))


def object_desks(org: OktaOrg) -> list[ObjectDesk | MappingDesk]:
    """A desk for each sort."""
    return [*(ObjectDesk(org, sort) for sort in SORTS), PolicyDesk(org), RuleDesk(org), MappingDesk(org)]


def _given(body: JsonObject) -> JsonObject:
    """What was given, without what the org says itself."""
    return {name: value for name, value in body.items() if name not in _OWN}
