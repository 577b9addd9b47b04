"""Users of the pretend Microsoft 365 tenant: list, create, read, update, delete, sessions, manager, memberships.

Source: https://learn.microsoft.com/en-us/graph/api/resources/user.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from dataclasses import asdict, replace
from urllib.parse import unquote

from starlette.requests import Request
from starlette.responses import Response

from keyturn.sandbox.accounts import GraphAccount
from keyturn.sandbox.graph.activities import Activity, modified, usual
from keyturn.sandbox.graph.directory import CONTEXT, Deletable, GraphDirectory, Kind, Link, odata, plain, typed
from keyturn.sandbox.graph.expanding import Expansion
from keyturn.sandbox.graph.inherited import assignments, licences, plans
from keyturn.sandbox.graph.own_attributes import OWN_ATTRIBUTES, PREFIX, attributes_of, fits
from keyturn.sandbox.graph.seed import PASSWORD_METHOD, password_method
from keyturn.sandbox.people import DOMAIN
from keyturn.sandbox.routing import Route
from keyturn.sandbox.values import Json, JsonObject, as_object, as_text, texts
from keyturn.sandbox.wire import json_object

DEFAULT = (
    "businessPhones",
    "displayName",
    "givenName",
    "id",
    "jobTitle",
    "mail",
    "mobilePhone",
    "officeLocation",
    "preferredLanguage",
    "surname",
    "userPrincipalName",
)
_TEXTS = frozenset(
    {"displayName", "givenName", "surname", "jobTitle", "department", "companyName", "employeeId", "employeeType"}
    | {"mobilePhone", "officeLocation", "preferredLanguage", "usageLocation", "mail", "mailNickname", "city", "state"}
    | {"country", "postalCode", "streetAddress", "faxNumber", "userType", "userPrincipalName", "passwordPolicies"}
    | {"aboutMe", "onPremisesImmutableId", "preferredName", "employeeHireDate", "employeeLeaveDateTime"}
    | {"ageGroup", "consentProvidedForMinor", "mySite", "preferredDataLocation"}
)
_LISTS = frozenset({"businessPhones", "otherMails", "interests", "skills", "responsibilities", "schools"})
_OBJECTS = frozenset(
    {"passwordProfile", "employeeOrgData", "onPremisesExtensionAttributes", "customSecurityAttributes"}
)
_FLAGS = frozenset({"accountEnabled", "showInAddressList"})
_COMPUTED = frozenset(
    {"id", "createdDateTime", "signInSessionsValidFromDateTime", "onPremisesSyncEnabled", "assignedLicenses"}
    | {"assignedPlans", "proxyAddresses", "imAddresses", "identities", "deletedDateTime", "creationType"}
    | {"externalUserState", "lastPasswordChangeDateTime", "signInActivity", "licenseAssignmentStates"}
    | {"onPremisesDistinguishedName", "onPremisesDomainName", "onPremisesSamAccountName", "provisionedPlans"}
    | {"onPremisesUserPrincipalName", "onPremisesSecurityIdentifier", "onPremisesLastSyncDateTime"}
    | {"securityIdentifier", "isResourceAccount", "legalAgeGroupClassification", "refreshTokensValidFromDateTime"}
)
_MEMBERSHIP = ("memberOf", "transitiveMemberOf")
_LINKS = frozenset({"manager", "directReports", *_MEMBERSHIP})
USER = Kind("user", "users", _TEXTS | _LISTS | _OBJECTS | _FLAGS | _COMPUTED, DEFAULT, _LINKS)
_OBJECT = Kind("directoryObject", "directoryObjects", USER.names | {"description", "groupTypes", "securityEnabled"})
_REQUIRED = ("accountEnabled", "displayName", "mailNickname", "userPrincipalName", "passwordProfile")
# what the audit log says of a new user
_ADDED = (_TEXTS | _LISTS | _FLAGS) - {"aboutMe"}
SPONSORS = "graph.sponsors"
_COUNTRY = re.compile("[A-Za-z]{2}")  # ISO 3166


class UserDesk:
    """Answers `/users`, apart from licences, sign-in methods and mail."""

    def __init__(self, directory: GraphDirectory) -> None:
        self._directory = directory
        directory.deletables["user"] = Deletable(USER, "users", _deleted, self._restored)

    def routes(self) -> list[Route]:
        """The operations."""
        user = "/v1.0/users/{key}"
        return [
            Route("/v1.0/users", self._list),
            Route("/v1.0/users", self._create, ["POST"]),
            Route("/v1.0/users/$count", self._count),
            Route(user, self._get),
            Route(user, self._patch, ["PATCH"]),
            Route(user, self._delete, ["DELETE"]),
            Route(user + "/revokeSignInSessions", self._revoke, ["POST"]),
            Route(user + "/invalidateAllRefreshTokens", self._revoke, ["POST"]),
            Route(user + "/changePassword", self._change_password, ["POST"]),
            Route(user + "/retryServiceProvisioning", self._nothing_to_do, ["POST"]),
            Route(user + "/manager", self._manager),
            Route(user + "/manager/$ref", self._manager_reference),
            Route(user + "/manager/$ref", self._set_manager, ["PUT"]),
            Route(user + "/manager/$ref", self._remove_manager, ["DELETE"]),
            Route(user + "/directReports", self._reports),
            Route(user + "/directReports/$count", self._count_reports),
            Route(user + "/directReports/graph.user", self._reports),
            Route(user + "/directReports/graph.user/$count", self._count_reports),
            Route(user + "/sponsors", self._sponsors),
            Route(user + "/sponsors/$ref", self._add_sponsor, ["POST"]),
            Route(user + "/sponsors/{sponsor}/$ref", self._remove_sponsor, ["DELETE"]),
            Route(user + "/{membership}/$count", self._count_memberships),
            Route("/v1.0/me", self._me),
        ]

    async def _list(self, request: Request) -> Response:
        rows = [self.properties(account) for account in self._directory.core.world.accounts.graph]
        if expansions := self._directory.expanded(request, USER):
            if any(expansion.levels for expansion in expansions):
                raise self._directory.unsupported("$levels is supported for a single user only.")
            rows = [self._with(row, expansions) for row in rows]
        return self._directory.listed(request, rows, USER)

    async def _count(self, request: Request) -> Response:
        rows = [self.properties(account) for account in self._directory.core.world.accounts.graph]
        return self._directory.counted(request, rows, USER)

    async def _get(self, request: Request) -> Response:
        expansions = self._directory.expanded(request, USER)
        if any(expansion.levels for expansion in expansions) and not self._directory.eventual(request):
            raise self._directory.unsupported("$levels needs the header ConsistencyLevel: eventual.")
        row = self._with(self.properties(self._directory.user(request)), expansions)
        return self._directory.one(request, row, USER)

    def _with(self, row: JsonObject, expansions: tuple[Expansion, ...]) -> JsonObject:
        """A user with what `$expand` names."""
        key = as_text(row["id"])
        memberships: Link = (_OBJECT, lambda _: self.memberships(key))
        reports: Link = (USER, lambda _: self._reports_of(key))
        links = {**dict.fromkeys(_MEMBERSHIP, memberships), "directReports": reports}
        found = self._directory.followed(row, expansions, links)
        for expansion in expansions:
            if expansion.name == "manager":
                found.update(self._chain(key, expansion))
        return found

    async def _me(self, request: Request) -> Response:
        text = "/me request is only valid with delegated authentication flow."
        raise self._directory.words.refuse(400, "BadRequest", text)

    async def _create(self, request: Request) -> Response:
        body = plain(await json_object(request))
        boss = self._bound_manager(as_text(body.pop("manager@odata.bind", "")))
        for name in _REQUIRED:
            if body.get(name) in (None, ""):
                text = f"A value is required for property '{name}' of resource 'User'."
                raise self._directory.words.bad_request(text)
        for name, value in body.items():
            self._check(name, value)
        login = as_text(body.pop("userPrincipalName"))
        self._check_login(login, None)
        enabled = body.pop("accountEnabled")
        self._check_password(as_object(body.pop("passwordProfile")))
        guest = body.pop("userType", "Member") == "Guest"
        now = self._directory.now()
        profile: JsonObject = {name: [] if name in _LISTS else None for name in (*DEFAULT, "department")}
        for name in ("id", "userPrincipalName"):
            profile.pop(name)
        account = GraphAccount(
            id=self._directory.core.ids.uuid(),
            login=login,
            profile={**profile, **_given(body)},
            admin=False,
            guest=guest,
            enabled=enabled is True,
            valid_from=now,
            created=now,
        )
        self._directory.core.world.accounts.graph.append(account)
        self._directory.members("graph.methods", account.id)[PASSWORD_METHOD] = password_method(now)
        if boss is not None:
            self._directory.core.shelf("graph.managers")[account.id] = {"id": boss.id}
        row = self.properties(account)
        added = Activity("Add user", ("users", account.id), modified=modified({}, row, _ADDED & row.keys()))
        self._directory.changed("users", account.id, "created", [added])
        return self._directory.one(request, row, USER, 201)

    async def _patch(self, request: Request) -> Response:
        account = self._directory.user(request)
        changes = plain(await json_object(request))
        before, names = copy.deepcopy(self.properties(account)), [*changes]
        for name, value in changes.items():
            self._check(name, value)
        if account.admin and ("accountEnabled" in changes or "passwordProfile" in changes):
            raise self._directory.words.forbidden()
        profile = changes.pop("passwordProfile", None)
        if profile is not None:
            self._check_password(as_object(profile))
        if "userPrincipalName" in changes:
            self._check_login(as_text(changes["userPrincipalName"]), account)
            account.login = as_text(changes.pop("userPrincipalName"))
        enabled = changes.pop("accountEnabled", None)
        if isinstance(enabled, bool):
            account.set_enabled(enabled)
        if profile is not None:
            account.password_changed = self._directory.now()
        if "userType" in changes:
            account.guest = changes.pop("userType") == "Guest"
        for name, value in changes.items():
            known = account.profile.get(name)
            if value is None and name.startswith(PREFIX):
                account.profile.pop(name, None)
                continue
            account.profile[name] = {**known, **value} if isinstance(known, dict) and isinstance(value, dict) else value
        self._directory.changed("users", account.id, done=[*self._done(account, before, names)])
        return Response(status_code=204)

    def _done(self, account: GraphAccount, before: JsonObject, names: list[str]) -> Iterator[Activity]:
        """What an update of these properties was: some have a name of their own in the audit log."""
        about, after = ("users", account.id), self.properties(account)
        if before["accountEnabled"] is not account.enabled:
            name = "Enable account" if account.enabled else "Disable account"
            yield Activity(name, about, modified=modified(before, after, ["accountEnabled"]))
        if "passwordProfile" in names:
            yield Activity("Reset user password", about)
        if names != ["passwordProfile"]:
            yield Activity("Update user", about, modified=modified(before, after, names))

    async def _delete(self, request: Request) -> Response:
        """Soft: for thirty days a deleted user can be restored."""
        account = self._directory.user(request)
        if account.admin:
            raise self._directory.words.forbidden()
        core = self._directory.core
        gone = usual("users", "deleted", account.id, self.properties(account))
        core.world.accounts.graph.remove(account)
        account.sessions = []
        kept = {name: self._take(name, account.id) for name in ("graph.members", "graph.owners", "graph.role_members")}
        groups: JsonObject = {name: list(groups) for name, groups in kept.items()}
        self._directory.keep("user", account.id, {"account": asdict(account), "groups": groups})
        core.shelf("graph.managers").pop(account.id, None)
        self._directory.changed("users", account.id, "deleted", [gone])
        return Response(status_code=204)

    def _take(self, shelf: str, user_id: str) -> list[str]:
        """Take a user out of everything on a shelf; tells where it was."""
        found = [key for key, held in self._directory.core.shelf(shelf).items() if user_id in held]
        for key in found:
            del self._directory.core.shelf(shelf)[key][user_id]
        return found

    def _restored(self, deleted: JsonObject) -> JsonObject:
        """A deleted user, back with what it had. Raises Refused (400) if the name is taken meanwhile."""
        saved = as_object(deleted["account"])
        self._check_login(as_text(saved["login"]), None)
        account = GraphAccount(**saved)  # type: ignore[arg-type]
        core = self._directory.core
        core.world.accounts.graph.append(account)
        for shelf, groups in as_object(deleted["groups"]).items():
            for key in texts(groups):
                if key in core.shelf(shelf):
                    core.shelf(shelf)[key][account.id] = True
        return self.properties(account)

    async def _revoke(self, request: Request) -> Response:
        account = self._directory.user(request)
        if not (account.guest and self._directory.core.config.guests_keep_sessions):
            before = self.properties(account)
            account.valid_from = self._directory.now()
            account.end_sessions()
            ended = modified(before, self.properties(account), ["signInSessionsValidFromDateTime"])
            names = ("Update StsRefreshTokenValidFrom Timestamp", "Update user")
            done = [Activity(name, ("users", account.id), modified=ended) for name in names]
            self._directory.changed("users", account.id, done=done)
        return odata({"@odata.context": f"{CONTEXT}#Edm.Boolean", "value": True})

    async def _change_password(self, request: Request) -> Response:
        account = self._directory.user(request)
        body = await json_object(request)
        if not (as_text(body.get("currentPassword")) and as_text(body.get("newPassword"))):
            raise self._directory.words.bad_request("The parameters currentPassword and newPassword are required.")
        self._check_password({"password": body["newPassword"]})
        account.password_changed = self._directory.now()
        self._directory.changed("users", account.id, done=[Activity("Change user password", ("users", account.id))])
        return Response(status_code=204)

    async def _nothing_to_do(self, request: Request) -> Response:
        self._directory.user(request)
        return Response(status_code=204)

    # manager and reports

    async def _manager(self, request: Request) -> Response:
        boss = self._manager_of(self._directory.user(request).id)
        if boss is None:
            raise self._directory.words.not_found("manager")
        shown = self._directory.shown(self.properties(boss), self._directory.selected(request, USER))
        context = f"{CONTEXT}#directoryObjects/$entity"
        return odata({"@odata.context": context, "@odata.type": "#microsoft.graph.user", **shown})

    async def _manager_reference(self, request: Request) -> Response:
        boss = self._manager_of(self._directory.user(request).id)
        if boss is None:
            raise self._directory.words.not_found("manager")
        address = f"{self._directory.core.base('graph')}/v1.0/directoryObjects/{boss.id}"
        return odata({"@odata.context": f"{CONTEXT}#$ref", "@odata.id": address})

    async def _set_manager(self, request: Request) -> Response:
        account = self._directory.user(request)
        boss = self._directory.find_user(await self._directory.reference(request))
        self._directory.core.shelf("graph.managers")[account.id] = {"id": boss.id}
        self._directory.changed("users", account.id, done=[Activity("Set user manager", ("users", account.id))])
        return Response(status_code=204)

    async def _remove_manager(self, request: Request) -> Response:
        account = self._directory.user(request)
        if self._directory.core.shelf("graph.managers").pop(account.id, None) is None:
            raise self._directory.words.not_found("manager")
        self._directory.changed("users", account.id)
        return Response(status_code=204)

    async def _reports(self, request: Request) -> Response:
        rows = self._reports_of(self._directory.user(request).id)
        return self._directory.listed(request, rows, Kind("user", "directoryObjects", USER.names, DEFAULT))

    async def _count_reports(self, request: Request) -> Response:
        return self._directory.counted(request, self._reports_of(self._directory.user(request).id), USER)

    def _reports_of(self, user_id: str) -> list[JsonObject]:
        managers = self._directory.core.shelf("graph.managers")
        reports = [key for key, boss in managers.items() if boss["id"] == user_id]
        accounts = [self._directory.core.world.accounts.find_graph(key) for key in reports]
        return list(typed([self.properties(account) for account in accounts if account is not None], "user"))

    def _manager_of(self, user_id: str) -> GraphAccount | None:
        boss = self._directory.core.shelf("graph.managers").get(user_id, {})
        return self._directory.core.world.accounts.find_graph(as_text(boss.get("id")))

    def _chain(self, user_id: str, expansion: Expansion) -> JsonObject:
        """The manager, with theirs within, as far up as is asked for; nobody stands in it twice."""
        above: list[GraphAccount] = []
        boss = self._manager_of(user_id)
        while boss is not None and boss not in above and len(above) < max(1, expansion.levels):
            above.append(boss)
            boss = self._manager_of(boss.id)
        chain: JsonObject = {}
        chosen = expansion if expansion.select else replace(expansion, select=DEFAULT)
        for each in reversed(above):
            shown = self._directory.linked(self.properties(each), chosen, USER)
            chain = {"manager": {"@odata.type": "#microsoft.graph.user", **shown, **chain}}
        return chain

    def _bound_manager(self, address: str) -> GraphAccount | None:
        """Whom `manager@odata.bind` names. Raises Refused (404)."""
        key = unquote(address.rstrip("/").rpartition("/")[2])
        return self._directory.find_user(key) if key else None

    # sponsors

    async def _sponsors(self, request: Request) -> Response:
        held = self._directory.members(SPONSORS, self._directory.user(request).id)
        accounts = [self._directory.core.world.accounts.find_graph(key) for key in held]
        rows = typed([self.properties(account) for account in accounts if account is not None], "user")
        return self._directory.listed(request, list(rows), Kind("user", "directoryObjects", USER.names, DEFAULT))

    async def _add_sponsor(self, request: Request) -> Response:
        account = self._directory.user(request)
        sponsor, held = await self._directory.reference(request), self._directory.members(SPONSORS, account.id)
        key = self._directory.find_user(sponsor).id
        if key in held:
            text = "One or more added object references already exist for the following modified properties"
            raise self._directory.words.bad_request(f"{text}: 'sponsors'.")
        held[key] = True
        self._directory.changed("users", account.id)
        return Response(status_code=204)

    async def _remove_sponsor(self, request: Request) -> Response:
        account, key = self._directory.user(request), str(request.path_params["sponsor"])
        if self._directory.members(SPONSORS, account.id).pop(key, None) is None:
            raise self._directory.words.not_found(key)
        self._directory.changed("users", account.id)
        return Response(status_code=204)

    # memberships

    def memberships(self, key: str) -> list[JsonObject]:
        """The groups, directory roles and administrative units that a user, or another object, is in."""
        core = self._directory.core
        found: list[JsonObject] = []
        for shelf, members, name in (
            ("graph.groups", "graph.members", "group"),
            ("graph.roles", "graph.role_members", "directoryRole"),
            ("graph.units", "graph.unit_members", "administrativeUnit"),
        ):
            held = core.shelf(members)
            found += typed([row for each, row in core.shelf(shelf).items() if key in held.get(each, {})], name)
        return found

    async def _count_memberships(self, request: Request) -> Response:
        account = self._directory.user(request)
        if request.path_params["membership"] not in _MEMBERSHIP:
            raise self._directory.words.not_found(str(request.path_params["membership"]))
        return self._directory.counted(request, self.memberships(account.id), _OBJECT)

    # properties

    def properties(self, account: GraphAccount) -> JsonObject:
        """All properties of a user."""
        states: list[Json] = [*assignments(self._directory.core, account.id)]
        mail = as_text(account.profile.get("mail"))
        sign_in = account.last_sign_in
        return {
            **account.profile,
            "id": account.id,
            "userPrincipalName": account.login,
            "accountEnabled": account.enabled,
            "userType": "Guest" if account.guest else "Member",
            "createdDateTime": account.created,
            "signInSessionsValidFromDateTime": account.valid_from,
            "lastPasswordChangeDateTime": account.password_changed,
            "onPremisesSyncEnabled": None,
            "deletedDateTime": None,
            "assignedLicenses": licences(self._directory.core, account.id),
            "licenseAssignmentStates": states,
            **plans(self._directory.core, account.id),
            "proxyAddresses": [f"SMTP:{mail}"] if mail else [],
            "otherMails": account.profile.get("otherMails") or [],
            "signInActivity": {"lastSignInDateTime": sign_in, "lastSuccessfulSignInDateTime": sign_in},
            "identities": [{"signInType": "userPrincipalName", "issuer": DOMAIN, "issuerAssignedId": account.login}],
        }

    def _check(self, name: str, value: Json) -> None:
        good, kind = self._fits(name, value)
        if not good:
            wanted = f": expected type '{kind}'" if kind else ""
            text = f"Invalid value specified for property '{name}' of resource 'User'{wanted}."
            raise self._directory.words.bad_request(text)

    def _fits(self, name: str, value: Json) -> tuple[bool, str]:
        if name in _FLAGS:
            return isinstance(value, bool), "Edm.Boolean"
        if name == "usageLocation" and isinstance(value, str):
            return _COUNTRY.fullmatch(value) is not None, ""
        if name == "userType":
            return value in ("Member", "Guest", None), ""
        if name in _TEXTS:
            return value is None or isinstance(value, str), "Edm.String"
        if name in _LISTS:
            return len(texts(value)) == len(value) if isinstance(value, list) else False, "Collection(Edm.String)"
        if name in _OBJECTS:
            return value is None or isinstance(value, dict), f"microsoft.graph.{name}"
        if name.startswith(PREFIX):
            return self._fits_own(name, value)
        message = f"Property '{name}' does not exist on type 'microsoft.graph.user' or cannot be updated."
        raise self._directory.words.bad_request(message)

    def _fits_own(self, name: str, value: Json) -> tuple[bool, str]:
        own = attributes_of(self._directory.core.shelf(OWN_ATTRIBUTES), "User").get(name)
        if own is None:
            raise self._directory.words.bad_request(f"The following extension properties are not available: {name}.")
        return fits(own, value), ""

    def _check_password(self, profile: JsonObject) -> None:
        """Three of four kinds of characters, and 8 to 256 of them
        (https://learn.microsoft.com/en-us/entra/identity/authentication/concept-sspr-policy). Raises Refused (400)."""
        password = profile.get("password")
        if not isinstance(password, str):
            return
        kinds = sum(re.search(kind, password) is not None for kind in ("[a-z]", "[A-Z]", "[0-9]", "[^A-Za-z0-9]"))
        if not 8 <= len(password) <= 256 or kinds < 3:
            text = "The specified password does not comply with password complexity requirements. Please provide a "
            raise self._directory.words.bad_request(f"{text}different password.")

    def _check_login(self, login: str, own: GraphAccount | None) -> None:
        if login.count("@") != 1 or not login.endswith(f"@{DOMAIN}"):
            text = "The domain portion of the userPrincipalName property is invalid. You must use one of the verified"
            text += " domain names in your organization."
            raise self._directory.words.bad_request(text)
        taken = self._directory.core.world.accounts.find_graph(login)
        if taken is not None and taken is not own:
            text = "Another object with the same value for property userPrincipalName already exists."
            raise self._directory.words.bad_request(text)


def _given(body: JsonObject) -> JsonObject:
    """What is kept of what a user is made with: an own attribute without a value is none."""
    return {name: value for name, value in body.items() if value is not None or not name.startswith(PREFIX)}


def _deleted(kept: JsonObject) -> JsonObject:
    account = as_object(kept["account"])
    own: JsonObject = {"id": account["id"], "userPrincipalName": account["login"], "accountEnabled": account["enabled"]}
    return {**as_object(account["profile"]), **own}
