"""How users of the pretend Okta org are signed in: sessions by id, enrolled authenticators, mails to administrators.

Source: https://developer.okta.com/docs/api/openapi/okta-management/management/tag/Session/,
.../UserAuthenticatorEnrollments/ and .../Subscription/.
"""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256

from starlette.requests import Request
from starlette.responses import Response

from keyturn.sandbox.accounts import OktaAccount
from keyturn.sandbox.okta.access_codes import given_code, valid_code
from keyturn.sandbox.okta.org import OktaOrg
from keyturn.sandbox.okta.roles import LABELS
from keyturn.sandbox.okta.seed import SEEDED_AT
from keyturn.sandbox.okta.users import ACCESS_CODES
from keyturn.sandbox.routing import Route
from keyturn.sandbox.values import Json, JsonObject, as_object, as_text, millis
from keyturn.sandbox.wire import JsonAnswer, json_object

_HOURS = 2
# type of a factor: key, name and type of the authenticator that it is on Identity Engine
_AUTHENTICATORS = {
    "sms": ("phone_number", "Phone", "phone"),
    "call": ("phone_number", "Phone", "phone"),
    "email": ("okta_email", "Email", "email"),
    "question": ("security_question", "Security Question", "security_question"),
    "push": ("okta_verify", "Okta Verify", "app"),
    "signed_nonce": ("okta_verify", "Okta Verify", "app"),
    "token:software:totp": ("google_otp", "Google Authenticator", "app"),
    "webauthn": ("webauthn", "Security Key or Biometric", "security_key"),
    "token:hardware": ("yubikey_token", "YubiKey OTP", "security_key"),
    "tac": ("tac", "Temporary Access Code", "tac"),
}
_NOTICES = ("CONNECTOR_AGENT", "USER_LOCKED_OUT", "APP_IMPORT", "LDAP_AGENT", "AD_AGENT", "OKTA_ANNOUNCEMENT")


class SignedInDesk:
    """Answers `/sessions`, `/users/{user}/authenticator-enrollments` and `/users/{user}/subscriptions`."""

    def __init__(self, org: OktaOrg) -> None:
        self._org = org

    def routes(self) -> list[Route]:
        """The operations."""
        session, user = "/api/v1/sessions/{session}", "/api/v1/users/{key}"
        enrolled, notices = user + "/authenticator-enrollments", user + "/subscriptions"
        return [
            Route(session, self._session),
            Route(session, self._end, ["DELETE"]),
            Route(session + "/lifecycle/refresh", self._refresh, ["POST"]),
            Route(enrolled, self._enrolled),
            Route(enrolled + "/phone", self._enroll_phone, ["POST"]),
            Route(enrolled + "/tac", self._give_code, ["POST"]),
            Route(enrolled + "/{enrollment}", self._enrollment),
            Route(enrolled + "/{enrollment}", self._remove_enrollment, ["DELETE"]),
            *self._of_roles(),
            Route(notices, self._notices),
            Route(notices + "/{notice}", self._notice),
            Route(notices + "/{notice}/subscribe", self._subscribe, ["POST"]),
            Route(notices + "/{notice}/unsubscribe", self._subscribe, ["POST"]),
        ]

    # sessions

    def _held(self, request: Request) -> tuple[OktaAccount, str, str]:
        wanted = str(request.path_params["session"])
        for account in self._org.core.world.accounts.okta:
            for place, text in enumerate(account.sessions):
                if session_id(account, place) == wanted:
                    return account, text, wanted
        raise self._org.words.not_found(wanted, "Session")

    async def _session(self, request: Request) -> Response:
        return JsonAnswer(self._shown(*self._held(request)))

    async def _refresh(self, request: Request) -> Response:
        return JsonAnswer(self._shown(*self._held(request)))

    async def _end(self, request: Request) -> Response:
        account, text, _ = self._held(request)
        account.sessions.remove(text)
        self._org.happened_to(request, account, "user.session.end")
        return Response(status_code=204)

    def _shown(self, account: OktaAccount, text: str, key: str) -> JsonObject:
        now = self._org.core.clock()
        return {
            "id": key,
            "userId": account.id,
            "login": account.login,
            "createdAt": account.last_login or account.created,
            "expiresAt": millis(now + timedelta(hours=_HOURS)),
            "status": "ACTIVE" if account.status == "ACTIVE" else "MFA_REQUIRED",
            "lastPasswordVerification": account.last_login or account.created,
            "lastFactorVerification": None,
            "amr": ["pwd"],
            "idp": {"id": "00osandbox0000000001", "type": "OKTA"},
            "_links": {"self": {"href": self._org.url(f"/sessions/{key}")}},
        }

    # authenticators

    def _factors(self, request: Request) -> tuple[OktaAccount, JsonObject]:
        account = self._org.user(request)
        return account, self._org.core.shelf("okta.factors").setdefault(account.id, {})

    async def _enrolled(self, request: Request) -> Response:
        account, held = self._factors(request)
        there = [*held.values(), *valid_code(self._org, account)]
        rows: list[Json] = [self._as_enrollment(account, as_object(row)) for row in there]
        return JsonAnswer(rows)

    def _found(self, request: Request) -> tuple[OktaAccount, JsonObject]:
        account, held = self._factors(request)
        key = str(request.path_params["enrollment"])
        codes = {as_text(row["id"]): row for row in valid_code(self._org, account)}
        row = held.get(key) or codes.get(key)
        if not isinstance(row, dict):
            raise self._org.words.not_found(key, "AuthenticatorEnrollment")
        return account, row

    async def _enrollment(self, request: Request) -> Response:
        account, row = self._found(request)
        return JsonAnswer(self._as_enrollment(account, row))

    async def _remove_enrollment(self, request: Request) -> Response:
        account, row = self._found(request)
        if self._factors(request)[1].pop(as_text(row["id"]), None) is None:
            self._org.core.shelf(ACCESS_CODES).pop(account.id, None)
        self._org.happened_to(request, account, "user.mfa.factor.deactivate")
        return Response(status_code=204)

    async def _enroll_phone(self, request: Request) -> Response:
        account, held = self._factors(request)
        profile = as_object((await json_object(request)).get("profile"))
        number = as_text(profile.get("phoneNumber"))
        if not number:
            raise self._org.words.validation("phoneNumber", "phoneNumber: The field cannot be left blank")
        now = self._org.core.now()
        row: JsonObject = {
            "id": self._org.new_id("mbl"),
            "factorType": "sms",
            "provider": "OKTA",
            "vendorName": "OKTA",
            "status": "ACTIVE",
            "created": now,
            "lastUpdated": now,
            "profile": {"phoneNumber": number},
        }
        held[as_text(row["id"])] = row
        self._org.happened_to(request, account, "user.mfa.factor.activate")
        return JsonAnswer(self._as_enrollment(account, row))

    async def _give_code(self, request: Request) -> Response:
        """A temporary access code, which only this answer shows; the one before it is good no more."""
        account = self._org.user(request)
        row, code = given_code(self._org, account, await json_object(request))
        self._org.core.shelf(ACCESS_CODES)[account.id] = row
        self._org.happened_to(request, account, "user.mfa.factor.activate")
        told: JsonObject = {"tac": code, "multiUse": row["multiUse"], "expiresAt": row["expiresAt"]}
        return JsonAnswer({**self._as_enrollment(account, row), "profile": told})

    def _as_enrollment(self, account: OktaAccount, factor: JsonObject) -> JsonObject:
        key, name, kind = _AUTHENTICATORS.get(as_text(factor["factorType"]), ("custom_otp", "Custom OTP", "app"))
        own = self._org.url(f"/users/{account.id}/authenticator-enrollments/{factor['id']}")
        profile = as_object(factor.get("profile"))
        shown: JsonObject = {"profile": profile} if "phoneNumber" in profile else {}
        return {
            "id": factor["id"],
            "key": key,
            "name": name,
            "type": kind,
            "status": "ACTIVE" if factor["status"] == "ACTIVE" else "INACTIVE",
            "created": factor["created"],
            "lastUpdated": factor["lastUpdated"],
            **shown,
            "_links": {"self": {"href": own, "hints": {"allow": ["GET", "DELETE"]}}},
        }

    # mails that administrators get, by themselves or by what they are

    def _of_roles(self) -> list[Route]:
        notices = "/api/v1/roles/{role}/subscriptions"
        return [
            Route(notices, self._role_notices),
            Route(notices + "/{notice}", self._role_notice),
            Route(notices + "/{notice}/subscribe", self._subscribe_role, ["POST"]),
            Route(notices + "/{notice}/unsubscribe", self._subscribe_role, ["POST"]),
        ]

    def _role(self, request: Request) -> str:
        role = str(request.path_params["role"])
        if role not in LABELS:
            raise self._org.words.not_found(role, "Role")
        return role

    async def _role_notices(self, request: Request) -> Response:
        role = self._role(request)
        return JsonAnswer([self._notice_of_role(role, name) for name in _NOTICES])

    async def _role_notice(self, request: Request) -> Response:
        return JsonAnswer(self._notice_of_role(self._role(request), self._known_notice(request)))

    async def _subscribe_role(self, request: Request) -> Response:
        role, name = self._role(request), self._known_notice(request)
        wanted = not str(request.scope["path"]).endswith("/unsubscribe")
        self._org.core.shelf("okta.notices").setdefault(role, {})[name] = wanted
        self._org.core.changed()
        return Response(status_code=200)

    def _notice_of_role(self, role: str, name: str) -> JsonObject:
        wanted = self._org.core.shelf("okta.notices").get(role, {}).get(name, True)
        return self._shown_notice(f"/roles/{role}", name, wanted=wanted is True)

    async def _notices(self, request: Request) -> Response:
        account = self._org.user(request)
        return JsonAnswer([self._as_notice(account, name) for name in _NOTICES])

    def _known_notice(self, request: Request) -> str:
        name = str(request.path_params["notice"])
        if name not in _NOTICES:
            raise self._org.words.not_found(name, "NotificationType")
        return name

    def _named(self, request: Request) -> tuple[OktaAccount, str]:
        name = self._known_notice(request)
        return self._org.user(request), name

    async def _notice(self, request: Request) -> Response:
        return JsonAnswer(self._as_notice(*self._named(request)))

    async def _subscribe(self, request: Request) -> Response:
        account, name = self._named(request)
        wanted = not str(request.scope["path"]).endswith("/unsubscribe")
        self._org.core.shelf("okta.notices").setdefault(account.id, {})[name] = wanted
        self._org.core.changed()
        return Response(status_code=200)

    def _as_notice(self, account: OktaAccount, name: str) -> JsonObject:
        wanted = self._org.core.shelf("okta.notices").get(account.id, {}).get(name, account.admin)
        return self._shown_notice(f"/users/{account.id}", name, wanted=wanted is True)

    def _shown_notice(self, owner: str, name: str, *, wanted: bool) -> JsonObject:
        return {
            "notificationType": name,
            "channels": ["email"],
            "status": "subscribed" if wanted else "unsubscribed",
            "_links": {"self": {"href": self._org.url(f"{owner}/subscriptions/{name}")}},
        }


def session_id(account: OktaAccount, place: int) -> str:
    """The id of an account's session by its place among them; it stays while the sessions before it do."""
    return "102" + sha256(f"{account.id}/{account.sessions[place]}/{SEEDED_AT}".encode()).hexdigest()[:17]
