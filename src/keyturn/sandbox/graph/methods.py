"""How people of the pretend Microsoft 365 tenant prove themselves: passwords, phones, authenticators, passes.

Source: https://learn.microsoft.com/en-us/graph/api/resources/authenticationmethods-overview.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response

from keyturn.sandbox.graph.activities import Activity
from keyturn.sandbox.graph.directory import CONTEXT, GraphDirectory, odata, plain
from keyturn.sandbox.graph.method_policy import passes_are_enabled
from keyturn.sandbox.graph.seed import PASSWORD_METHOD, PHONE_METHODS
from keyturn.sandbox.routing import Route
from keyturn.sandbox.values import Json, JsonObject, as_object, as_text, moment
from keyturn.sandbox.wire import json_object, raw_path

_OPERATIONS = "graph.auth_operations"


@dataclass(frozen=True)
class _Method:
    """A kind of method: the segment of its paths, its type, what may be given when one is added, and what has to be;
    whether there is one of it."""

    segment: str
    type: str
    given: tuple[str, ...] = ()
    needed: tuple[str, ...] = ()
    once: bool = True


_PHONE = ("phoneNumber", "phoneType")
_METHODS = {
    "password": _Method("passwordMethods", "passwordAuthenticationMethod"),
    "phone": _Method("phoneMethods", "phoneAuthenticationMethod", _PHONE, _PHONE, once=False),
    "email": _Method("emailMethods", "emailAuthenticationMethod", ("emailAddress",), ("emailAddress",)),
    "microsoftAuthenticator": _Method("microsoftAuthenticatorMethods", "microsoftAuthenticatorAuthenticationMethod"),
    "fido2": _Method("fido2Methods", "fido2AuthenticationMethod"),
    "softwareOath": _Method("softwareOathMethods", "softwareOathAuthenticationMethod"),
    "windowsHello": _Method("windowsHelloForBusinessMethods", "windowsHelloForBusinessAuthenticationMethod"),
    "platform": _Method("platformCredentialMethods", "platformCredentialAuthenticationMethod"),
    "pass": _Method(
        "temporaryAccessPassMethods",
        "temporaryAccessPassAuthenticationMethod",
        ("lifetimeInMinutes", "isUsableOnce", "startDateTime"),
    ),
}


class MethodDesk:
    """Answers `/users/{user}/authentication`."""

    def __init__(self, directory: GraphDirectory) -> None:
        self._directory = directory

    def routes(self) -> list[Route]:
        """The operations."""
        base = "/v1.0/users/{key}/authentication"
        routes = [
            Route(base + "/methods", self._list),
            Route(base + "/methods/{method}", self._get),
            Route(base + "/methods/{method}/resetPassword", self._reset_password, ["POST"]),
            Route(base + "/phoneMethods/{method}/enableSmsSignIn", self._sms_sign_in, ["POST"]),
            Route(base + "/phoneMethods/{method}/disableSmsSignIn", self._sms_sign_in, ["POST"]),
            Route(base + "/operations", self._operations),
            Route(base + "/operations/{operation}", self._operation),
        ]
        for kind in _METHODS.values():
            path = f"{base}/{kind.segment}"
            routes += [Route(path, self._list), Route(path + "/{method}", self._get)]
            if kind.given:
                routes.append(Route(path, self._add, ["POST"]))
                routes.append(Route(path + "/{method}", self._change, ["PATCH"]))
            if kind.segment != "passwordMethods":
                routes.append(Route(path + "/{method}", self._delete, ["DELETE"]))
        return routes

    def _kind(self, request: Request) -> str | None:
        """The kind that a path is about; None for all of them."""
        segment = raw_path(request).split("/")[5].lower()
        return next((name for name, kind in _METHODS.items() if kind.segment.lower() == segment), None)

    def _held(self, request: Request) -> tuple[str, JsonObject]:
        account = self._directory.user(request)
        return account.id, self._directory.members("graph.methods", account.id)

    async def _list(self, request: Request) -> Response:
        user_id, held = self._held(request)
        kind = self._kind(request)
        found = [as_object(row) for row in held.values()]
        rows: list[Json] = [self._shown(row, kind is None) for row in found if kind in (None, row["kind"])]
        segment = "methods" if kind is None else _METHODS[kind].segment
        return odata({"@odata.context": f"{CONTEXT}#users('{user_id}')/authentication/{segment}", "value": rows})

    async def _get(self, request: Request) -> Response:
        user_id, row = self._found(request)
        kind = self._kind(request)
        segment = "methods" if kind is None else _METHODS[kind].segment
        context = f"{CONTEXT}#users('{user_id}')/authentication/{segment}/$entity"
        return odata({"@odata.context": context, **self._shown(row, kind is None)})

    def _found(self, request: Request) -> tuple[str, JsonObject]:
        user_id, held = self._held(request)
        key, kind = str(request.path_params["method"]), self._kind(request)
        row = as_object(held.get(key))
        if not row or kind not in (None, row["kind"]):
            raise self._directory.words.refuse(404, "resourceNotFound", f"The method '{key}' was not found.")
        return user_id, row

    async def _add(self, request: Request) -> Response:
        user_id, held = self._held(request)
        name = self._kind(request) or ""
        kind = _METHODS[name]
        body = plain(await json_object(request))
        self._check(kind, body)
        if name == "pass":
            self._make_way(held)
        self._refuse_another(name, held, body.get("phoneType"))
        key = PHONE_METHODS.get(as_text(body.get("phoneType")), self._directory.core.ids.uuid())
        row: JsonObject = {"id": key, "kind": name, "createdDateTime": self._directory.now(), **body}
        shown = row
        if name == "pass":
            usual: JsonObject = {"lifetimeInMinutes": 60, "isUsableOnce": False, "startDateTime": self._directory.now()}
            row.update({each: value for each, value in usual.items() if row.get(each) is None})
            # only the answer to its making shows a pass
            shown = {**row, "temporaryAccessPass": self._directory.core.ids.word(8)}
        held[key] = row
        reason = "Admin registered temporary access pass method for user" if name == "pass" else ""
        self._done_to(user_id, "Admin registered security info", reason)
        context = f"{CONTEXT}#users('{user_id}')/authentication/{kind.segment}/$entity"
        return odata({"@odata.context": context, **self._shown(shown, False)}, 201)

    def _make_way(self, held: JsonObject) -> None:
        """Take away a pass that has expired, for another one. Raises Refused (400) while there are to be no passes."""
        if not passes_are_enabled(self._directory.core):
            text = "Temporary Access Pass is not enabled by the authentication methods policy."
            raise self._directory.words.refuse(400, "badRequest", text)
        for key, row in [(key, as_object(row)) for key, row in held.items()]:
            if row["kind"] == "pass" and self._usability(row) == "Expired":
                del held[key]

    def _refuse_another(self, name: str, held: JsonObject, phone: Json) -> None:
        """Raises Refused (400) if somebody has such a method already: one of a kind, of phones one of each type."""
        of_kind = [row for row in map(as_object, held.values()) if row["kind"] == name]
        if name == "phone" and phone in [row["phoneType"] for row in of_kind]:
            text = f"The user already has a phone number of the type {phone}."
            raise self._directory.words.refuse(400, "badRequest", text)
        if of_kind and _METHODS[name].once:
            text = f"The user already has a method of the type {_METHODS[name].type}."
            raise self._directory.words.refuse(400, "badRequest", text)

    def _usability(self, row: JsonObject) -> str:
        """Why a pass can be used now, or cannot."""
        starts, minutes = moment(as_text(row["startDateTime"])), row["lifetimeInMinutes"]
        now = self._directory.core.clock()
        if starts is not None and now < starts:
            return "NotYetValid"
        if starts is None or not isinstance(minutes, int) or now >= starts + timedelta(minutes=minutes):
            return "Expired"
        return "EnabledByPolicy" if passes_are_enabled(self._directory.core) else "DisabledByPolicy"

    def _shown(self, row: JsonObject, typed: bool) -> JsonObject:
        """A method as it is answered, among others with its type."""
        shown = {name: value for name, value in row.items() if name != "kind"}
        if row["kind"] == "pass":
            why = self._usability(row)
            shown.update({"isUsable": why == "EnabledByPolicy", "methodUsabilityReason": why})
        kind: JsonObject = {"@odata.type": f"#microsoft.graph.{_METHODS[as_text(row['kind'])].type}"}
        return {**(kind if typed else {}), **shown}

    def _check(self, kind: _Method, body: JsonObject) -> None:
        for name in body:
            if name not in kind.given:
                text = f"The property '{name}' does not exist on type 'microsoft.graph.{kind.type}' or cannot be set."
                raise self._directory.words.bad_request(text)
        for needed in kind.needed:
            if not as_text(body.get(needed)):
                raise self._directory.words.bad_request(f"A value is required for property '{needed}'.")

    async def _change(self, request: Request) -> Response:
        user_id, row = self._found(request)
        body = plain(await json_object(request))
        for name in body:
            if name not in _METHODS[as_text(row["kind"])].given:
                raise self._directory.words.bad_request(f"The property '{name}' cannot be updated.")
        if body.get("phoneType", row.get("phoneType")) != row.get("phoneType"):
            text = "The type of a phone cannot be changed: add a number of the other type, and delete this one."
            raise self._directory.words.bad_request(text)
        row.update(body)
        self._done_to(user_id, "Admin updated security info")
        context = f"{CONTEXT}#users('{user_id}')/authentication/$entity"
        return odata({"@odata.context": context, **self._shown(row, False)})

    def _done_to(self, user_id: str, name: str, reason: str = "") -> None:
        self._directory.changed("users", user_id, done=[Activity(name, ("users", user_id), reason=reason)])

    async def _sms_sign_in(self, request: Request) -> Response:
        """Whether a mobile phone alone signs somebody in."""
        user_id, row = self._found(request)
        if row.get("phoneType") != "mobile":
            raise self._directory.words.refuse(400, "invalidRequest", "Only a mobile phone can be used to sign in.")
        verb = raw_path(request).rstrip("/").rpartition("/")[2].lower()
        row["smsSignInState"] = "ready" if verb.startswith("enable") else "notConfigured"
        self._done_to(user_id, "Admin updated security info")
        return Response(status_code=204)

    async def _delete(self, request: Request) -> Response:
        user_id, row = self._found(request)
        del self._directory.members("graph.methods", user_id)[as_text(row["id"])]
        self._done_to(user_id, "Admin deleted security info")
        return Response(status_code=204)

    async def _reset_password(self, request: Request) -> Response:
        """202 with the address of an operation; without a password one is made."""
        user_id, row = self._found(request)
        if row["id"] != PASSWORD_METHOD:
            raise self._directory.words.bad_request("Only the password method can be reset.")
        account = self._directory.find_user(user_id)
        if account.admin:
            raise self._directory.words.forbidden()
        body = await json_object(request) if await request.body() else {}
        account.password_changed = self._directory.now()
        self._done_to(user_id, "Reset user password")
        own = f"{self._directory.core.base('graph')}/v1.0/users/{user_id}/authentication"
        headers = {"Location": f"{own}/operations/{self._done(user_id, f'{own}/methods/{PASSWORD_METHOD}')}"}
        answer: JsonObject = {"@odata.context": f"{CONTEXT}#microsoft.graph.passwordResetResponse"}
        if not body.get("newPassword"):
            answer["newPassword"] = self._directory.core.ids.word(12)
        return odata(answer, 202, headers)

    # what takes long elsewhere, and is done here as soon as it is asked for

    def _done(self, user_id: str, place: str) -> str:
        """Note that something has been done; gives the id of the operation."""
        key, now = self._directory.core.ids.uuid(), self._directory.now()
        row: JsonObject = {"id": key, "status": "succeeded", "statusDetail": None, "resourceLocation": place}
        row.update({"createdDateTime": now, "lastActionDateTime": now})
        self._directory.members(_OPERATIONS, user_id)[key] = row
        return key

    async def _operations(self, request: Request) -> Response:
        user_id = self._directory.user(request).id
        rows = list(self._directory.members(_OPERATIONS, user_id).values())
        return odata({"@odata.context": f"{CONTEXT}#users('{user_id}')/authentication/operations", "value": rows})

    async def _operation(self, request: Request) -> Response:
        user_id, key = self._directory.user(request).id, str(request.path_params["operation"])
        found = as_object(self._directory.members(_OPERATIONS, user_id).get(key))
        if not found:
            raise self._directory.words.refuse(404, "resourceNotFound", f"The operation '{key}' was not found.")
        context = f"{CONTEXT}#users('{user_id}')/authentication/operations/$entity"
        return odata({"@odata.context": context, **found})
