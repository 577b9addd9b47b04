"""Who is let in and what they are let do in the pretend Microsoft 365 tenant: guests that are invited, users of
applications, administrative units, and how far people have enrolled.

Source: https://learn.microsoft.com/en-us/graph/api/invitation-post, .../serviceprincipal-list-approleassignedto,
.../resources/administrativeunit and .../authenticationmethodsroot-list-userregistrationdetails.
"""

from __future__ import annotations

from urllib.parse import unquote

from starlette.requests import Request
from starlette.responses import Response

from keyturn.sandbox.accounts import GraphAccount
from keyturn.sandbox.graph.activities import Activity, modified, usual
from keyturn.sandbox.graph.directory import CONTEXT, Deletable, GraphDirectory, Kind, odata, plain
from keyturn.sandbox.graph.groups import OBJECT, UNIT, GroupDesk
from keyturn.sandbox.graph.tenancy import TenancyDesk
from keyturn.sandbox.graph.users import SPONSORS
from keyturn.sandbox.people import DOMAIN
from keyturn.sandbox.routing import Route
from keyturn.sandbox.values import Json, JsonObject, as_list, as_object, as_text, texts
from keyturn.sandbox.wire import json_object

_REGISTRATION = Kind(
    "userRegistrationDetails",
    "reports/authenticationMethods/userRegistrationDetails",
    frozenset(
        {"id", "userPrincipalName", "userDisplayName", "userType", "isAdmin", "isMfaRegistered", "isMfaCapable"}
        | {"isPasswordlessCapable", "isSsprRegistered", "isSsprEnabled", "isSsprCapable", "methodsRegistered"}
        | {"lastUpdatedDateTime", "defaultMfaMethod"}
    ),
)
# what this report calls the methods
_REGISTERED = {
    "phone": "mobilePhone",
    "microsoftAuthenticator": "microsoftAuthenticatorPush",
    "fido2": "fido2SecurityKey",
    "softwareOath": "softwareOneTimePasscode",
    "windowsHello": "windowsHelloForBusiness",
    "pass": "temporaryAccessPass",
}

_UNITS = "administrativeUnits"


class AccessDesk:
    """Answers `/invitations`, `appRoleAssignedTo`, administrative units and the report of methods."""

    def __init__(self, directory: GraphDirectory, groups: GroupDesk, tenancy: TenancyDesk) -> None:
        self._directory = directory
        self._groups = groups
        self._tenancy = tenancy
        directory.deletables["administrativeUnit"] = Deletable(UNIT, _UNITS, _unit_of, self._restored)

    def routes(self) -> list[Route]:
        """The operations."""
        app, units = "/v1.0/servicePrincipals/{key}", "/v1.0/directory/administrativeUnits"
        report, unit = "/v1.0/reports/authenticationMethods/userRegistrationDetails", units + "/{key}"
        return [
            Route("/v1.0/invitations", self._invite, ["POST"]),
            Route(app + "/appRoleAssignedTo", self._assign, ["POST"]),
            Route(app + "/appRoleAssignedTo/{grant}", self._unassign, ["DELETE"]),
            Route(report, self._registrations),
            Route(report + "/{key}", self._registration),
            Route(units, self._units),
            Route(units, self._create_unit, ["POST"]),
            Route(unit, self._unit),
            Route(unit, self._change_unit, ["PATCH"]),
            Route(unit, self._delete_unit, ["DELETE"]),
            Route(unit + "/members", self._members),
            Route(unit + "/members/$ref", self._add_member, ["POST"]),
            Route(unit + "/members/{id}/$ref", self._remove_member, ["DELETE"]),
        ]

    async def _invite(self, request: Request) -> Response:
        """Makes a guest, who has an account at once and comes in when the invitation is redeemed."""
        body = plain(await json_object(request))
        mail, back = as_text(body.get("invitedUserEmailAddress")), as_text(body.get("inviteRedirectUrl"))
        if "@" not in mail or not back:
            missing = "inviteRedirectUrl" if "@" in mail else "invitedUserEmailAddress"
            raise self._directory.words.bad_request(f"A value is required for property '{missing}'.")
        sponsors = self._sponsors(body)
        login = f"{mail.replace('@', '_')}#EXT#@{DOMAIN}"
        account = self._directory.core.world.accounts.find_graph(login)
        if account is None:
            account = self._guest(login, mail, as_text(body.get("invitedUserDisplayName")) or mail)
        self._directory.members(SPONSORS, account.id).update(dict.fromkeys(sponsors, True))
        row: JsonObject = {
            "id": self._directory.core.ids.uuid(),
            "inviteRedeemUrl": f"{self._directory.core.base('graph')}/redeem?user={account.id}",
            "invitedUserDisplayName": account.profile["displayName"],
            "invitedUserType": as_text(body.get("invitedUserType")) or "Guest",
            "invitedUserEmailAddress": mail,
            "sendInvitationMessage": body.get("sendInvitationMessage") is True,
            "inviteRedirectUrl": back,
            "status": "PendingAcceptance",
            "resetRedemption": False,
            "invitedUserMessageInfo": body.get("invitedUserMessageInfo")
            or {"messageLanguage": None, "customizedMessageBody": None, "ccRecipients": []},
            "invitedUser": {"id": account.id},
        }
        return odata({"@odata.context": f"{CONTEXT}#invitations/$entity", **row}, 201)

    def _sponsors(self, body: JsonObject) -> list[str]:
        """The ids of those who answer for a guest, by themselves or by their addresses. Raises Refused (404)."""
        given = [as_text(as_object(each).get("id")) for each in as_list(body.get("invitedUserSponsors"))]
        bound = [
            unquote(each.rstrip("/").rpartition("/")[2]) for each in texts(body.get("invitedUserSponsors@odata.bind"))
        ]
        return [self._directory.find_user(key).id for key in (*given, *bound)]

    def _guest(self, login: str, mail: str, name: str) -> GraphAccount:
        now = self._directory.now()
        profile: JsonObject = {
            "businessPhones": [],
            "displayName": name,
            "givenName": None,
            "jobTitle": None,
            "mail": mail,
            "mobilePhone": None,
            "officeLocation": None,
            "preferredLanguage": None,
            "surname": None,
            "department": None,
        }
        account = GraphAccount(
            self._directory.core.ids.uuid(), login, profile, admin=False, guest=True, valid_from=now, created=now
        )
        self._directory.core.world.accounts.graph.append(account)
        self._directory.changed("users", account.id, "created")
        return account

    # applications

    async def _assign(self, request: Request) -> Response:
        """The same as from the user's side."""
        body = plain(await json_object(request))
        request.scope["path_params"]["key"] = as_text(body.get("principalId"))
        return await self._tenancy.grant(request)

    async def _unassign(self, request: Request) -> Response:
        self._directory.document(request, "graph.apps")
        key = str(request.path_params["grant"])
        holders = [who for who, held in self._directory.core.shelf("graph.grants").items() if key in held]
        if not holders:
            raise self._directory.words.not_found(key)
        self._tenancy.take_back(holders[0], key)
        return Response(status_code=204)

    # how far people have enrolled

    async def _registrations(self, request: Request) -> Response:
        rows = [self._as_registration(account) for account in self._directory.core.world.accounts.graph]
        return self._directory.listed(request, rows, _REGISTRATION)

    async def _registration(self, request: Request) -> Response:
        return self._directory.one(request, self._as_registration(self._directory.user(request)), _REGISTRATION)

    def _as_registration(self, account: GraphAccount) -> JsonObject:
        held = self._directory.core.shelf("graph.methods").get(account.id, {}).values()
        kinds = sorted({as_text(as_object(row)["kind"]) for row in held} - {"password"})
        methods: list[Json] = [_REGISTERED.get(kind, kind) for kind in kinds]
        strong = bool(methods)
        return {
            "id": account.id,
            "userPrincipalName": account.login,
            "userDisplayName": account.profile.get("displayName"),
            "userType": "guest" if account.guest else "member",
            "isAdmin": account.admin,
            "isMfaRegistered": strong,
            "isMfaCapable": strong,
            "isPasswordlessCapable": "fido2" in kinds,
            "isSsprRegistered": strong,
            "isSsprEnabled": True,
            "isSsprCapable": strong,
            "methodsRegistered": methods,
            "defaultMfaMethod": methods[0] if methods else "none",
            "lastUpdatedDateTime": account.created,
        }

    # administrative units

    def _found(self, request: Request) -> JsonObject:
        return self._directory.document(request, "graph.units")

    async def _units(self, request: Request) -> Response:
        return self._directory.listed(request, list(self._directory.core.shelf("graph.units").values()), UNIT)

    async def _create_unit(self, request: Request) -> Response:
        body = plain(await json_object(request))
        name = as_text(body.get("displayName"))
        if not name:
            raise self._directory.words.bad_request("A value is required for property 'displayName'.")
        row: JsonObject = {
            "id": self._directory.core.ids.uuid(),
            "deletedDateTime": None,
            "displayName": name,
            "description": body.get("description"),
            "visibility": body.get("visibility"),
            "isMemberManagementRestricted": False,
        }
        self._directory.core.shelf("graph.units")[as_text(row["id"])] = row
        self._directory.changed(_UNITS, as_text(row["id"]), "created")
        return self._directory.one(request, row, UNIT, 201)

    async def _unit(self, request: Request) -> Response:
        return self._directory.one(request, self._found(request), UNIT)

    async def _change_unit(self, request: Request) -> Response:
        row, changes = self._found(request), plain(await json_object(request))
        before, place = {**row}, (_UNITS, as_text(row["id"]))
        row.update({name: value for name, value in changes.items() if name in ("displayName", "description")})
        done = Activity("Update administrative unit", place, modified=modified(before, row, changes))
        self._directory.changed(*place, done=[done])
        return Response(status_code=204)

    async def _delete_unit(self, request: Request) -> Response:
        unit, shelf = self._found(request), self._directory.core.shelf
        key = as_text(unit["id"])
        del shelf("graph.units")[key]
        members: JsonObject = shelf("graph.unit_members").pop(key, {})
        self._directory.keep("administrativeUnit", key, {"administrativeUnit": unit, "members": members})
        self._directory.changed(_UNITS, key, "deleted", [usual(_UNITS, "deleted", key, unit)])
        return Response(status_code=204)

    def _restored(self, deleted: JsonObject) -> JsonObject:
        key, unit = as_text(deleted["id"]), _unit_of(deleted)
        self._directory.core.shelf("graph.units")[key] = unit
        self._directory.core.shelf("graph.unit_members")[key] = as_object(deleted["members"])
        return unit

    async def _members(self, request: Request) -> Response:
        rows = self._groups.objects("graph.unit_members", self._found(request)["id"])
        return self._directory.listed(request, rows, OBJECT)

    async def _add_member(self, request: Request) -> Response:
        place = _UNITS, as_text(self._found(request)["id"])
        held = self._directory.members("graph.unit_members", place[1])
        account = self._directory.find_user(await self._directory.reference(request))
        if account.id in held:
            text = "One or more added object references already exist for the following modified properties: 'members'."
            raise self._directory.words.bad_request(text)
        held[account.id] = True
        done = Activity("Add member to administrative unit", ("users", account.id), place)
        self._directory.changed(*place, done=[done])
        return Response(status_code=204)

    async def _remove_member(self, request: Request) -> Response:
        place = _UNITS, as_text(self._found(request)["id"])
        held = self._directory.members("graph.unit_members", place[1])
        key = str(request.path_params["id"])
        if held.pop(key, None) is None:
            raise self._directory.words.not_found(key)
        done = Activity("Remove member from administrative unit", ("users", key), place)
        self._directory.changed(*place, done=[done])
        return Response(status_code=204)


def _unit_of(deleted: JsonObject) -> JsonObject:
    return as_object(deleted["administrativeUnit"])
