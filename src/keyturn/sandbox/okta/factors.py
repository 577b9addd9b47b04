"""Factors that the users of the pretend Okta org sign in with.

Source: https://developer.okta.com/docs/api/openapi/okta-management/management/tag/UserFactor/.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from keyturn.sandbox.okta.org import OktaOrg
from keyturn.sandbox.okta.users import ACCESS_CODES
from keyturn.sandbox.routing import Route
from keyturn.sandbox.values import Json, JsonObject, as_object, as_text
from keyturn.sandbox.wire import JsonAnswer, json_object

# factor type: prefix of its ids, providers, whether it must be activated
_KINDS: dict[str, tuple[str, tuple[str, ...], bool]] = {
    "sms": ("mbl", ("OKTA",), True),
    "call": ("clf", ("OKTA",), True),
    "email": ("emf", ("OKTA",), True),
    "question": ("ufs", ("OKTA",), False),
    "push": ("opf", ("OKTA",), True),
    "token:software:totp": ("ost", ("OKTA", "GOOGLE"), True),
    "token:hotp": ("hot", ("CUSTOM",), False),
    "token:hardware": ("ykk", ("YUBICO",), True),
    "webauthn": ("fwf", ("FIDO",), True),
    "signed_nonce": ("nwp", ("OKTA",), True),
}
_QUESTIONS = {
    "disliked_food": "What is the food you least liked as a child?",
    "first_computer_game": "What was the first computer game you played?",
    "favorite_art_piece": "What is your favorite piece of art?",
    "first_thing_cooked": "What was the first thing you learned to cook?",
    "favorite_vacation_location": "Where did you go for your favorite vacation?",
}
# What the sandbox takes as a right passcode: nobody has the phone that a real one is sent to.
GOOD_PASSCODE = "123456"


class FactorDesk:
    """Answers `/api/v1/users/{user}/factors`."""

    def __init__(self, org: OktaOrg) -> None:
        self._org = org

    def routes(self) -> list[Route]:
        """The operations."""
        factors = "/api/v1/users/{key}/factors"
        return [
            Route(factors, self._list),
            Route(factors, self._enroll, ["POST"]),
            Route(factors + "/catalog", self._catalog),
            Route(factors + "/questions", self._questions),
            Route(factors + "/{factor}", self._get),
            Route(factors + "/{factor}", self._unenroll, ["DELETE"]),
            Route(factors + "/{factor}/lifecycle/activate", self._activate, ["POST"]),
            Route(factors + "/{factor}/resend", self._resend, ["POST"]),
            Route(factors + "/{factor}/verify", self._verify, ["POST"]),
            Route(factors + "/{factor}/transactions/{transaction}", self._poll),
            Route("/api/v1/users/{key}/lifecycle/reset_factors", self._reset, ["POST"]),
        ]

    async def _list(self, request: Request) -> Response:
        account = self._org.user(request)
        rows: list[Json] = [self._shown(account.id, as_object(row)) for row in self._held(account.id).values()]
        return JsonAnswer(rows)

    async def _catalog(self, request: Request) -> Response:
        account = self._org.user(request)
        held = {as_text(as_object(row)["factorType"]): as_object(row) for row in self._held(account.id).values()}
        rows: list[Json] = []
        for kind, (_, providers, _) in _KINDS.items():
            status = as_text(held[kind]["status"]) if kind in held else "NOT_SETUP"
            for provider in providers:
                rows.append(
                    {
                        "factorType": kind,
                        "provider": provider,
                        "vendorName": provider,
                        "status": status,
                        "enrollment": "OPTIONAL",
                        "_links": {"enroll": {"href": self._url(account.id), "hints": {"allow": ["POST"]}}},
                    }
                )
        return JsonAnswer(rows)

    async def _questions(self, request: Request) -> Response:
        self._org.user(request)
        rows: list[Json] = [{"question": key, "questionText": text} for key, text in _QUESTIONS.items()]
        return JsonAnswer(rows)

    async def _enroll(self, request: Request) -> Response:
        account = self._org.user(request)
        body = await json_object(request)
        kind, provider = as_text(body.get("factorType")), as_text(body.get("provider")) or "OKTA"
        if kind not in _KINDS or provider not in _KINDS[kind][1]:
            raise self._org.words.validation("factorType", "factorType: this type and provider cannot be enrolled")
        held = self._held(account.id)
        if any(as_object(row)["factorType"] == kind for row in held.values()):
            raise self._org.words.validation("factorEnrollRequest", "A factor of this type is already set up.")
        profile = as_object(body.get("profile"))
        if kind in ("sms", "call") and not as_text(profile.get("phoneNumber")):
            raise self._org.words.validation("phoneNumber", "phoneNumber: The field cannot be left blank")
        prefix, _, pending = _KINDS[kind]
        active = not pending or request.query_params.get("activate", "").lower() == "true"
        now = self._org.core.now()
        factor: JsonObject = {
            "id": self._org.new_id(prefix),
            "factorType": kind,
            "provider": provider,
            "vendorName": provider,
            "status": "ACTIVE" if active else "PENDING_ACTIVATION",
            "created": now,
            "lastUpdated": now,
            "profile": {name: value for name, value in profile.items() if name != "answer"},
        }
        held[as_text(factor["id"])] = factor
        if active:
            self._org.happened_to(request, account, "user.mfa.factor.activate")
        self._org.core.changed()
        return JsonAnswer(self._shown(account.id, factor))

    async def _get(self, request: Request) -> Response:
        user_id, factor = self._found(request)
        return JsonAnswer(self._shown(user_id, factor))

    async def _unenroll(self, request: Request) -> Response:
        user_id, factor = self._found(request)
        del self._held(user_id)[as_text(factor["id"])]
        self._org.happened_to(request, self._org.find_user(user_id), "user.mfa.factor.deactivate")
        return Response(status_code=204)

    async def _activate(self, request: Request) -> Response:
        user_id, factor = self._found(request)
        body = await json_object(request) if await request.body() else {}
        if as_text(factor["factorType"]) not in ("push", "webauthn") and body.get("passCode") != GOOD_PASSCODE:
            raise self._org.words.refuse("E0000068", causes=("Your passcode doesn't match our records.",))
        factor["status"], factor["lastUpdated"] = "ACTIVE", self._org.core.now()
        self._org.happened_to(request, self._org.find_user(user_id), "user.mfa.factor.activate")
        return JsonAnswer(self._shown(user_id, factor))

    async def _resend(self, request: Request) -> Response:
        user_id, factor = self._found(request)
        return JsonAnswer(self._shown(user_id, factor))

    async def _verify(self, request: Request) -> Response:
        """A challenge without a passcode; success with the right one."""
        user_id, factor = self._found(request)
        body = await json_object(request) if await request.body() else {}
        given = body.get("passCode") or body.get("answer")
        if given is None:
            own = f"{self._url(user_id)}/{factor['id']}"
            links: JsonObject = {"verify": {"href": f"{own}/verify"}}
            if factor["factorType"] == "push":
                links["poll"] = {"href": f"{own}/transactions/{self._org.new_id('v2m')}", "hints": {"allow": ["GET"]}}
            waits = "WAITING" if factor["factorType"] == "push" else "CHALLENGE"
            return JsonAnswer({"factorResult": waits, "_links": links}, 201 if waits == "WAITING" else 200)
        if given != GOOD_PASSCODE:
            raise self._org.words.refuse("E0000068", causes=("Your passcode doesn't match our records.",))
        return JsonAnswer({"factorResult": "SUCCESS"})

    async def _poll(self, request: Request) -> Response:
        """Whoever is asked has pressed yes by then."""
        self._found(request)
        return JsonAnswer({"factorResult": "SUCCESS"})

    async def _reset(self, request: Request) -> Response:
        account = self._org.user(request)
        self._org.core.shelf("okta.factors")[account.id] = {}
        self._org.core.shelf(ACCESS_CODES).pop(account.id, None)
        self._org.happened_to(request, account, "user.mfa.factor.reset_all")
        return JsonAnswer({})

    def _found(self, request: Request) -> tuple[str, JsonObject]:
        account = self._org.user(request)
        factor_id = str(request.path_params["factor"])
        found = self._held(account.id).get(factor_id)
        if not isinstance(found, dict):
            raise self._org.words.not_found(factor_id, "UserFactor")
        return account.id, found

    def _held(self, user_id: str) -> JsonObject:
        return self._org.core.shelf("okta.factors").setdefault(user_id, {})

    def _url(self, user_id: str) -> str:
        return self._org.url(f"/users/{user_id}/factors")

    def _shown(self, user_id: str, factor: JsonObject) -> JsonObject:
        own = f"{self._url(user_id)}/{factor['id']}"
        step = "activate" if factor["status"] == "PENDING_ACTIVATION" else "verify"
        path = f"{own}/lifecycle/activate" if step == "activate" else f"{own}/verify"
        links: JsonObject = {
            "self": {"href": own, "hints": {"allow": ["GET", "DELETE"]}},
            "user": {"href": self._org.url(f"/users/{user_id}"), "hints": {"allow": ["GET"]}},
            step: {"href": path, "hints": {"allow": ["POST"]}},
        }
        return {**factor, "_links": links}
