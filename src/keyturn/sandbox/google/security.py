"""What a person of the pretend Google Workspace account has signed in with: sessions, tokens, passwords of apps, codes.

Source: https://developers.google.com/workspace/admin/directory/v1/guides/manage-user-security.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from keyturn.sandbox.accounts import GoogleAccount
from keyturn.sandbox.google import words
from keyturn.sandbox.google.workspace import Workspace
from keyturn.sandbox.routing import Route
from keyturn.sandbox.values import Json, JsonObject, as_object
from keyturn.sandbox.wire import JsonAnswer

_CODES = 10


class SecurityDesk:
    """Answers `signOut`, `tokens`, `asps`, `verificationCodes` and `twoStepVerification` of users."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def routes(self) -> list[Route]:
        """The operations."""
        user = "/admin/directory/v1/users/{key}"
        return [
            Route(user + "/signOut", self._sign_out, ["POST"]),
            Route(user + "/tokens", self._list_tokens),
            Route(user + "/tokens/{client}", self._get_token),
            Route(user + "/tokens/{client}", self._delete_token, ["DELETE"]),
            Route(user + "/asps", self._list_asps),
            Route(user + "/asps/{code}", self._get_asp),
            Route(user + "/asps/{code}", self._delete_asp, ["DELETE"]),
            Route(user + "/verificationCodes", self._list_codes),
            Route(user + "/verificationCodes/generate", self._generate_codes, ["POST"]),
            Route(user + "/verificationCodes/invalidate", self._invalidate_codes, ["POST"]),
            Route(user + "/twoStepVerification/turnOff", self._turn_off, ["POST"]),
        ]

    async def _sign_out(self, request: Request) -> Response:
        account = self._workspace.user(request)
        account.end_sessions()
        self._workspace.did("RESET_SIGNIN_COOKIES", {"USER_EMAIL": account.login})
        return Response(status_code=204)

    # tokens that the person has given to other programs

    async def _list_tokens(self, request: Request) -> Response:
        account = self._workspace.user(request)
        answer: JsonObject = {"kind": "admin#directory#tokenList", "etag": f'"{account.id}"'}
        if account.tokens:
            answer["items"] = [_token_row(account, client) for client in account.tokens]
        return JsonAnswer(answer)

    async def _get_token(self, request: Request) -> Response:
        account, client = self._token(request)
        return JsonAnswer(_token_row(account, client))

    async def _delete_token(self, request: Request) -> Response:
        account, client = self._token(request)
        account.tokens.remove(client)
        self._workspace.did("REVOKE_3LO_TOKEN", {"USER_EMAIL": account.login, "APP_ID": client})
        return Response(status_code=204)

    def _token(self, request: Request) -> tuple[GoogleAccount, str]:
        account = self._workspace.user(request)
        client = str(request.path_params["client"])
        if client not in account.tokens:
            raise words.not_found("clientId")
        return account, client

    # passwords for one application each

    async def _list_asps(self, request: Request) -> Response:
        account = self._workspace.user(request)
        held = self._asps(account)
        answer: JsonObject = {"kind": "admin#directory#aspList", "etag": f'"{account.id}-{len(held)}"'}
        if held:
            answer["items"] = [_asp_row(as_object(row)) for row in held.values()]
        return JsonAnswer(answer)

    async def _get_asp(self, request: Request) -> Response:
        account, code = self._asp(request)
        return JsonAnswer(_asp_row(as_object(self._asps(account)[code])))

    async def _delete_asp(self, request: Request) -> Response:
        account, code = self._asp(request)
        del self._asps(account)[code]
        self._workspace.did("REVOKE_ASP", {"USER_EMAIL": account.login, "ASP_ID": code})
        return Response(status_code=204)

    def _asp(self, request: Request) -> tuple[GoogleAccount, str]:
        account = self._workspace.user(request)
        code = str(request.path_params["code"])
        if code not in self._asps(account):
            raise words.not_found("codeId")
        return account, code

    def _asps(self, account: GoogleAccount) -> JsonObject:
        return self._workspace.core.shelf("google.asps").setdefault(account.id, {})

    # codes for when the second factor is not at hand

    async def _list_codes(self, request: Request) -> Response:
        account = self._workspace.user(request)
        held = self._workspace.core.shelf("google.codes").get(account.id, {})
        answer: JsonObject = {"kind": "admin#directory#verificationCodesList", "etag": f'"{account.id}-{len(held)}"'}
        if held:
            kind = "admin#directory#verificationCode"
            rows: list[Json] = [
                {"kind": kind, "etag": f'"{code}"', "userId": account.id, "verificationCode": code} for code in held
            ]
            answer["items"] = rows
        return JsonAnswer(answer)

    async def _generate_codes(self, request: Request) -> Response:
        account = self._workspace.user(request)
        numbers = [int(self._workspace.core.ids.uuid().replace("-", ""), 16) % 10**8 for _ in range(_CODES)]
        self._workspace.core.shelf("google.codes")[account.id] = {f"{number:08d}": True for number in numbers}
        self._workspace.did("GENERATE_2SV_SCRATCH_CODES", {"USER_EMAIL": account.login})
        return Response(status_code=204)

    async def _invalidate_codes(self, request: Request) -> Response:
        account = self._workspace.user(request)
        self._workspace.core.shelf("google.codes").pop(account.id, None)
        self._workspace.did("REVOKE_2SV_SCRATCH_CODES", {"USER_EMAIL": account.login})
        return Response(status_code=204)

    async def _turn_off(self, request: Request) -> Response:
        account = self._workspace.user(request)
        if not account.two_step:
            raise words.refuse(400, "invalid", "Two-step verification is not turned on for the user.")
        account.two_step = False
        self._workspace.did("TURN_OFF_2_STEP_VERIFICATION", {"USER_EMAIL": account.login})
        self._workspace.changed(account, "update")
        return Response(status_code=204)


def _token_row(account: GoogleAccount, client: str) -> JsonObject:
    return {
        "kind": "admin#directory#token",
        "etag": f'"{client}"',
        "clientId": client,
        "displayText": "Calendar assistant",
        "anonymous": False,
        "nativeApp": False,
        "userKey": account.id,
        "scopes": ["https://www.googleapis.com/auth/calendar.readonly"],
    }


def _asp_row(row: JsonObject) -> JsonObject:
    return {**row, "etag": f'"{row["codeId"]}"'}
