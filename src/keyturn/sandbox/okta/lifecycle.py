"""From one status of an Okta user to another, sessions, passwords.

Source: https://developer.okta.com/docs/api/openapi/okta-management/management/tag/UserLifecycle/ and
https://developer.okta.com/docs/api/openapi/okta-management/management/tag/UserCred/.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from keyturn.sandbox.accounts import OWN_PROVIDERS, OktaAccount
from keyturn.sandbox.okta.create import SHORTEST_PASSWORD, check_question
from keyturn.sandbox.okta.credentials import DIRECTORIES, FEDERATION, OKTA, Provider, provider_of, set_provider
from keyturn.sandbox.okta.org import OktaOrg
from keyturn.sandbox.okta.users import UserDesk
from keyturn.sandbox.routing import Route
from keyturn.sandbox.values import JsonObject, as_object, as_text
from keyturn.sandbox.wire import JsonAnswer, json_object

_TOKEN_LENGTH = 20
_MOST_FAILURES = 10


class LifecycleDesk:
    """Answers what changes the status, the sessions and the credentials of a user."""

    def __init__(self, org: OktaOrg, users: UserDesk) -> None:
        self._org = org
        self._users = users

    def routes(self) -> list[Route]:
        """The operations."""
        user = "/api/v1/users/{key}"
        moves = {
            "activate": self._activate,
            "reactivate": self._reactivate,
            "deactivate": self._deactivate,
            "suspend": self._suspend,
            "unsuspend": self._unsuspend,
            "unlock": self._unlock,
            "expire_password": self._expire,
            "expire_password_with_temp_password": self._expire_with_password,
            "reset_password": self._reset_password,
        }
        return [
            *(Route(f"{user}/lifecycle/{name}", endpoint, ["POST"]) for name, endpoint in moves.items()),
            Route(user + "/sessions", self._clear_sessions, ["DELETE"]),
            Route(user + "/credentials/change_password", self._change_password, ["POST"]),
            Route(user + "/credentials/change_recovery_question", self._change_question, ["POST"]),
            Route(user + "/credentials/forgot_password", self._forgot_password, ["POST"]),
            Route(user + "/credentials/forgot_password_recovery_question", self._recover, ["POST"]),
            Route("/api/v1/authn", self._sign_in, ["POST"]),
        ]

    async def _activate(self, request: Request) -> Response:
        account = self._org.user(request)
        if account.status not in ("STAGED", "DEPROVISIONED"):
            raise self._org.words.refuse("E0000016")
        status = "ACTIVE" if account.password or provider_of(account).is_trusted else "PROVISIONED"
        if account.activated is None:
            account.activated = self._org.core.now()
        self._org.move(request, account, status, "user.lifecycle.activate")
        return self._token(request, "activation")

    async def _reactivate(self, request: Request) -> Response:
        account = self._org.user(request)
        if account.status not in ("PROVISIONED", "RECOVERY"):
            raise self._org.words.refuse("E0000038")
        self._org.move(request, account, "PROVISIONED", "user.lifecycle.reactivate")
        return self._token(request, "activation")

    async def _deactivate(self, request: Request) -> Response:
        account = self._org.user(request)
        if account.status != "DEPROVISIONED":
            self._users.deactivate(request, account)
        return JsonAnswer({})

    async def _suspend(self, request: Request) -> Response:
        account = self._org.user(request)
        if account.status != "ACTIVE":
            raise self._org.words.validation("Cannot suspend a user that is not active")
        self._org.move(request, account, "SUSPENDED", "user.lifecycle.suspend")
        return JsonAnswer({})

    async def _unsuspend(self, request: Request) -> Response:
        account = self._org.user(request)
        if account.status != "SUSPENDED":
            raise self._org.words.validation("Cannot unsuspend a user that is not suspended")
        self._org.move(request, account, "ACTIVE", "user.lifecycle.unsuspend")
        return JsonAnswer({})

    async def _unlock(self, request: Request) -> Response:
        account = self._org.user(request)
        if account.status != "LOCKED_OUT" or account.provider in DIRECTORIES:
            raise self._org.words.refuse("E0000032")
        account.failures = 0
        self._org.move(request, account, "ACTIVE", "user.account.unlock_by_admin")
        return JsonAnswer({})

    async def _expire(self, request: Request) -> Response:
        return JsonAnswer(self._users.shown(self._expired(request)))

    async def _expire_with_password(self, request: Request) -> Response:
        account = self._expired(request)
        if request.query_params.get("revokeSessions") == "true":
            account.end_sessions()
        return JsonAnswer({"tempPassword": self._org.core.ids.word(12)})

    def _expired(self, request: Request) -> OktaAccount:
        account = self._org.user(request)
        if account.status not in ("ACTIVE", "PASSWORD_EXPIRED", "RECOVERY"):
            raise self._org.words.refuse("E0000038")
        self._org.move(request, account, "PASSWORD_EXPIRED", "user.account.expire_password")
        return account

    async def _reset_password(self, request: Request) -> Response:
        account = self._org.user(request)
        if account.status not in ("ACTIVE", "PASSWORD_EXPIRED", "RECOVERY", "LOCKED_OUT"):
            raise self._org.words.refuse("E0000038")
        wanted, trusted = request.query_params.get("provider"), provider_of(account).is_trusted
        if wanted:
            return self._federate(request, account, wanted)
        if request.query_params.get("revokeSessions") == "true":
            account.end_sessions()
        if trusted:
            set_provider(account, OKTA)
        self._org.move(request, account, "PROVISIONED" if trusted else "RECOVERY", "user.account.reset_password")
        return self._token(request, "reset")

    def _federate(self, request: Request, account: OktaAccount, wanted: str) -> Response:
        """Have a trusted identity provider prove a person in place of Okta; there is no link then.

        Source: https://support.okta.com/help/s/article/How-to-convert-Okta-user-to-Federated-provider-type.
        """
        if wanted != FEDERATION or account.provider not in (FEDERATION, *OWN_PROVIDERS):
            text = f"Cannot convert user from {account.provider} to {wanted} credential provider"
            raise self._org.words.validation(text)
        if request.query_params.get("sendEmail", "false").lower() != "false":
            raise self._org.words.validation("sendEmail", "sendEmail: must be false where a user is converted")
        if request.query_params.get("revokeSessions") == "true":
            account.end_sessions()
        set_provider(account, Provider(FEDERATION, FEDERATION))
        self._org.move(request, account, "ACTIVE", "user.account.reset_password")
        return JsonAnswer({})

    async def _clear_sessions(self, request: Request) -> Response:
        account = self._org.user(request)
        account.end_sessions()
        self._org.happened_to(request, account, "user.session.clear")
        return Response(status_code=204)

    async def _change_password(self, request: Request) -> Response:
        account = self._org.user(request)
        body = await json_object(request)
        if account.status not in ("ACTIVE", "PASSWORD_EXPIRED", "STAGED", "RECOVERY", "PROVISIONED"):
            raise self._org.words.refuse("E0000014")
        if not account.password:
            raise self._org.words.refuse("E0000035")
        wanted = as_text(as_object(body.get("newPassword")).get("value"))
        old = as_text(as_object(body.get("oldPassword")).get("value"))
        if not old:
            raise self._org.words.validation("oldPassword", "oldPassword: The field cannot be left blank")
        if account.secret is not None and not account.has_password(old):  # those of the first day nobody knows
            raise self._org.words.refuse("E0000014", causes=("Old Password is not correct",))
        if len(wanted) < SHORTEST_PASSWORD:
            raise self._org.words.refuse("E0000080")
        account.set_password(wanted, self._org.core.now())
        self._org.move(request, account, "ACTIVE", "user.account.update_password")
        return JsonAnswer(self._users.shown(account)["credentials"])

    async def _change_question(self, request: Request) -> Response:
        account = self._org.user(request)
        body = await json_object(request)
        if account.status not in ("ACTIVE", "PASSWORD_EXPIRED", "STAGED", "RECOVERY") or not account.password:
            raise self._org.words.refuse("E0000036")
        asked = as_object(body.get("recovery_question"))
        question = as_text(asked.get("question"))
        if not question:
            raise self._org.words.validation("question", "question: The field cannot be left blank")
        check_question(self._org.words, asked)
        account.set_question(question, as_text(asked.get("answer")) or None)
        self._org.happened_to(request, account, "user.account.update_profile")
        return JsonAnswer(self._users.shown(account)["credentials"])

    async def _forgot_password(self, request: Request) -> Response:
        account = self._org.user(request)
        if account.status != "ACTIVE" or account.question is None:
            raise self._org.words.refuse("E0000034")
        self._org.happened_to(request, account, "user.account.reset_password")
        return self._token(request, "reset")

    async def _recover(self, request: Request) -> Response:
        """A new password for whoever knows the answer to the recovery question."""
        account = self._org.user(request)
        body = await json_object(request)
        if account.status != "ACTIVE" or account.question is None:
            raise self._org.words.refuse("E0000034")
        answer = as_text(as_object(body.get("recovery_question")).get("answer"))
        wanted = as_text(as_object(body.get("password")).get("value"))
        for name, given in (("answer", answer), ("password", wanted)):
            if not given:
                raise self._org.words.validation(name, f"{name}: The field cannot be left blank")
        if not account.has_answer(answer):
            raise self._org.words.refuse("E0000087")
        if len(wanted) < SHORTEST_PASSWORD:
            raise self._org.words.refuse("E0000080")
        account.set_password(wanted, self._org.core.now())
        self._org.happened_to(request, account, "user.account.reset_password")
        return JsonAnswer(self._users.shown(account)["credentials"])

    async def _sign_in(self, request: Request) -> Response:
        """Primary authentication (https://developer.okta.com/docs/reference/api/authn/). Nobody knows the passwords of
        the first day; ten failures in a row lock an account out."""
        body = await json_object(request)
        account = self._org.core.world.accounts.find_okta(as_text(body.get("username")))
        password = as_text(body.get("password"))
        if account is None or not password:
            raise self._org.words.refuse("E0000004")
        if account.status == "LOCKED_OUT":
            raise self._org.words.refuse("E0000069")
        if account.status != "ACTIVE" or not account.has_password(password):
            account.failures += 1
            if account.failures >= _MOST_FAILURES and account.status == "ACTIVE":
                self._org.move(request, account, "LOCKED_OUT", "user.account.lock")
            self._org.core.changed()
            raise self._org.words.refuse("E0000004")
        account.failures, account.last_login = 0, self._org.core.now()
        account.sessions.append(f"session {self._org.core.ids.word(6)}")
        self._org.happened_to(request, account, "user.session.start")
        answer: JsonObject = {"status": "SUCCESS", "sessionToken": self._org.core.ids.word(_TOKEN_LENGTH)}
        return JsonAnswer({**answer, "_embedded": {"user": {"id": account.id}}})

    def _token(self, request: Request, kind: str) -> Response:
        """The link for the person, unless it goes by mail, as it does by default."""
        if request.query_params.get("sendEmail", "true").lower() != "false":
            return JsonAnswer({})
        token = self._org.core.ids.word(_TOKEN_LENGTH)
        base = self._org.core.base("okta")
        if kind == "activation":
            return JsonAnswer({"activationUrl": f"{base}/welcome/{token}", "activationToken": token})
        return JsonAnswer({"resetPasswordUrl": f"{base}/reset_password/{token}"})
