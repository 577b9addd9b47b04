"""What the vendors answer when they refuse, in their own words, and what people are told of it.

Sources: https://developer.okta.com/docs/reference/error-codes/, https://learn.microsoft.com/en-us/graph/errors,
https://developers.google.com/workspace/admin/directory/v1/limits and RFC 6750 challenges of Google's,
https://docs.slack.dev/apis/web-api/, https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from support.scripted import Said, Scripted
from support_connectors import NOW, TOKEN, Clock

from keyturn.connections.alone import MemoryBudgets, MemoryConnections, MemoryHealth, authoriser_alone
from keyturn.connections.budget import RateBudgets
from keyturn.connections.health import HealthNotes
from keyturn.connections.model import AuthKind, Connection
from keyturn.connections.vault import Vault
from keyturn.connectors.actions import ConnectorActions
from keyturn.connectors.registry import ConnectorRegistry
from keyturn.flows.actions import ActionCall, Failed
from keyturn.flows.json import JSON, Values

REGISTRY = ConnectorRegistry()
EVA = "eva@northwind.example"
GOOGLE = "https://www.googleapis.com/auth/admin.directory."


@dataclass(frozen=True)
class Case:
    """A refusal.

    Attributes:
        status: what it stands for.
        message, mend: what is told, among other words.
        never: what must not be told.
        scope: what the connection is granted, as its token endpoint says; empty for a token that somebody put in.
        wait: seconds that the vendor asks for.
    """

    card: str
    request: str
    said: Said
    status: int
    message: str
    mend: str
    inputs: Values = field(default_factory=lambda: {"user": EVA})
    scope: str = ""
    token: str = "granted"
    never: str = "nobody says this"
    wait: float | None = None
    failing: bool = False
    why: str = ""


def okta(
    status: int, code: str, summary: str, challenge: str = "", cause: tuple[str, ...] = (), **headers: str
) -> Said:
    causes: JSON = [{"errorSummary": one} for one in cause]
    told: Values = {"errorCode": code, "errorSummary": summary, "errorLink": code, "errorId": "oae1"}
    body: JSON = {**told, "errorCauses": causes}
    return Said(status, body, {**headers, **({"WWW-Authenticate": challenge} if challenge else {})})


def graph(status: int, code: str, message: str, **headers: str) -> Said:
    inner: JSON = {"date": "2026-11-26T10:00:00", "request-id": "1", "client-request-id": "1"}
    return Said(status, {"error": {"code": code, "message": message, "innerError": inner}}, headers)


def google(status: int, reason: str, message: str, state: str = "", **headers: str) -> Said:
    errors: JSON = [{"message": message, "domain": "global", "reason": reason}]
    told: Values = {"code": status, "message": message, "errors": errors}
    return Said(status, {"error": {**told, **({"status": state} if state else {})}}, headers)


def slack(error: str, status: int = 200, headers: dict[str, str] | None = None, **more: str) -> Said:
    return Said(status, {"ok": False, "error": error, **more}, headers or {})


def github(status: int, message: str, **headers: str) -> Said:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    body: JSON = {"message": message, "documentation_url": "https://docs.github.com/rest", "status": str(status)}
    return Said(status, body, named)


def with_roles(*roles: str) -> str:
    """An access token of Microsoft's, as far as it says what it allows."""
    claims = base64.urlsafe_b64encode(json.dumps({"roles": roles}).encode()).decode().rstrip("=")
    return f"e30.{claims}.x"


SUSPEND, SUSPENDED = "okta.suspend_user", f"POST /api/v1/users/{EVA}/lifecycle/suspend"
DISABLE, DISABLED = "office365.disable_user", f"PATCH /v1.0/users/{EVA}"
SIGN_OUT, SIGNED_OUT = "google_workspace.sign_out_user", f"POST /admin/directory/v1/users/{EVA}/signOut"
SEND, SENT = "slack.send_message", "POST /api/chat.postMessage"
TEAM, JOINED = "github.add_user_to_team", "PUT /orgs/northwind/teams/it/memberships/eva"
MESSAGE: Values = {"channel": "C1", "text": "x"}
MEMBER: Values = {"org": "northwind", "team": "it", "user": "eva", "role": "member"}
CHALLENGE = (
    'Bearer authorization_uri="https://acme.okta.com/oauth2/v1/authorize", realm="https://acme.okta.com", '
    'scope="okta.users.manage", error="insufficient_scope", error_description="The access token provided does not '
    'contain the required scopes.", resource="/api/v1/users/eva/lifecycle/suspend"'
)
LACKS_SCOPE = "Request had insufficient authentication scopes."
ACCEPTED = {"X_Accepted_GitHub_Permissions": "members=write"}

CASES = {
    # missing scopes and permissions: said by name, with the place where they are added
    "okta, scope": Case(
        SUSPEND,
        SUSPENDED,
        okta(403, "E0000006", "You do not have permission to perform the requested action", CHALLENGE),
        403,
        "E0000006: You do not have permission",
        "The connection lacks okta.users.manage. In the Okta Admin Console",
        scope="okta.users.read",
    ),
    "okta, role": Case(
        SUSPEND,
        SUSPENDED,
        okta(403, "E0000006", "You do not have permission to perform the requested action"),
        403,
        "E0000006",
        "administrator role",
        scope="okta.users.manage",
        never="It needs",
    ),
    "graph, permission": Case(
        DISABLE,
        DISABLED,
        graph(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation."),
        403,
        "Insufficient privileges",
        "The connection lacks User.EnableDisableAccount.All. In the Microsoft Entra admin centre",
        scope="https://graph.microsoft.com/.default",
        token=with_roles("User.Read.All"),
    ),
    "graph, administrator": Case(
        DISABLE,
        DISABLED,
        graph(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation."),
        403,
        "Insufficient privileges",
        "Privileged Authentication Administrator",
        scope="https://graph.microsoft.com/.default",
        token=with_roles("User.Read.All", "User.EnableDisableAccount.All"),
        never="It needs",
    ),
    "graph, mailbox": Case(
        "office365.stop_automatic_reply",
        f"PATCH /v1.0/users/{EVA}/mailboxSettings",
        graph(403, "ErrorAccessDenied", "Access is denied. Check credentials and try again."),
        403,
        "ErrorAccessDenied",
        "The connection lacks MailboxSettings.ReadWrite.",
        scope="https://graph.microsoft.com/.default",
        token=with_roles("User.Read.All"),
    ),
    "google, scope": Case(
        SIGN_OUT,
        SIGNED_OUT,
        google(
            403,
            "insufficientPermissions",
            LACKS_SCOPE,
            "PERMISSION_DENIED",
            **{"WWW-Authenticate": 'Bearer realm="https://accounts.google.com/", error="insufficient_scope"'},
        ),
        403,
        LACKS_SCOPE,
        f"The connection lacks {GOOGLE}user.security. In the Google Admin console",
        scope=f"{GOOGLE}user",
    ),
    "google, role": Case(
        SIGN_OUT,
        SIGNED_OUT,
        google(403, "forbidden", "Not Authorized to access this resource/api"),
        403,
        "Not Authorized",
        "super administrator",
        scope=f"{GOOGLE}user.security",
        never="It needs",
    ),
    "slack, scope": Case(
        SEND,
        SENT,
        slack("missing_scope", needed="chat:write", provided="channels:read,users:read"),
        403,
        "missing_scope: chat:write",
        "It needs chat:write. At api.slack.com/apps, open the app",
        MESSAGE,
    ),
    "slack, scope of a private channel": Case(
        "slack.list_members",
        "GET /api/conversations.members",
        slack("missing_scope", needed="groups:read", provided="channels:read"),
        403,
        "missing_scope: groups:read",
        "It needs groups:read.",
        {"channel": "G1"},
        never="channels:read",
    ),
    "github, fine-grained token": Case(
        TEAM,
        JOINED,
        github(403, "Resource not accessible by personal access token", **ACCEPTED),
        403,
        "Resource not accessible",
        "It needs members=write. At GitHub, open Settings, Developer settings",
        MEMBER,
    ),
    "github, classic token": Case(
        TEAM,
        JOINED,
        github(403, "Must have admin rights.", X_OAuth_Scopes="repo", X_Accepted_OAuth_Scopes="admin:org"),
        403,
        "Must have admin rights",
        "It needs admin:org. At GitHub",
        MEMBER,
    ),
    # the credentials themselves
    "okta, token": Case(
        SUSPEND,
        SUSPENDED,
        okta(401, "E0000011", "Invalid token provided"),
        401,
        "E0000011: Invalid token provided",
        "Make a new API token in Okta",
        failing=True,
    ),
    "graph, token": Case(
        DISABLE,
        DISABLED,
        graph(401, "InvalidAuthenticationToken", "Lifetime validation failed, the token is expired."),
        401,
        "the token is expired",
        "Put another token",
        failing=True,
    ),
    "google, token": Case(
        SIGN_OUT,
        SIGNED_OUT,
        google(401, "authError", "Invalid Credentials", "UNAUTHENTICATED"),
        401,
        "Invalid Credentials",
        "Put another token",
        failing=True,
    ),
    "slack, token": Case(SEND, SENT, slack("token_revoked"), 401, "token_revoked", "its token", MESSAGE, failing=True),
    "github, token": Case(
        TEAM, JOINED, github(401, "Bad credentials"), 401, "Bad credentials", "Make a new token", MEMBER, failing=True
    ),
    # limits, by whatever status
    "okta, limit": Case(
        SUSPEND,
        SUSPENDED,
        okta(429, "E0000047", "API call exceeded rate limit", **{"X-Rate-Limit-Reset": str(int(NOW.timestamp()) + 20)}),
        429,
        "E0000047",
        "try again on 429",
        wait=21.0,
    ),
    "graph, limit": Case(
        DISABLE,
        DISABLED,
        graph(429, "TooManyRequests", "Too many requests", **{"Retry-After": "7"}),
        429,
        "TooManyRequests",
        "try again on 429",
        wait=7.0,
    ),
    "google, limit": Case(
        SIGN_OUT, SIGNED_OUT, google(403, "quotaExceeded", "Quota exceeded"), 429, "Quota exceeded", "again on 429"
    ),
    "slack, limit": Case(
        SEND, SENT, slack("ratelimited", 429, {"Retry-After": "30"}), 429, "ratelimited", "on 429", MESSAGE, wait=30.0
    ),
    "github, limit": Case(
        TEAM,
        JOINED,
        github(
            403,
            "API rate limit exceeded for user ID 1.",
            x_ratelimit_remaining="0",
            x_ratelimit_reset=str(int(NOW.timestamp()) + 60),
            X_Accepted_GitHub_Permissions="members=write",
        ),
        429,
        "API rate limit exceeded",
        "try again on 429",
        MEMBER,
        never="It needs",
        wait=61.0,
    ),
    "github, secondary limit": Case(
        TEAM,
        JOINED,
        github(403, "You have exceeded a secondary rate limit.", retry_after="60"),
        429,
        "secondary rate limit",
        "try again on 429",
        MEMBER,
        wait=60.0,
    ),
    # who is not there, and what may not be
    "okta, nobody": Case(
        SUSPEND,
        SUSPENDED,
        okta(404, "E0000007", "Not found: Resource not found: eva (User)"),
        404,
        "Resource not found: eva",
        "Check the login or id",
    ),
    "okta, not now": Case(
        SUSPEND,
        SUSPENDED,
        okta(400, "E0000001", "Api validation failed: Cannot suspend a user that is not active"),
        400,
        "not active",
        "Look at the user's status",
    ),
    "okta, one already": Case(
        "okta.create_user",
        "POST /api/v1/users",
        okta(
            400,
            "E0000001",
            "Api validation failed: login",
            cause=("login: An object with this field already exists in the current organization",),
        ),
        400,
        "Api validation failed: login. login: An object with this field already exists in the current organization",
        "the card's option Ensure",
        {"profile": {"login": EVA, "email": EVA}},
        why="one already",
    ),
    "okta, by a group": Case(
        "okta.remove_user_from_app",
        f"DELETE /api/v1/apps/a/users/{EVA}",
        okta(400, "E0000001", "Api validation failed: user", cause=("The user has it by a group.", "Ask for less.")),
        400,
        "Api validation failed: user. The user has it by a group. Ask for less.",
        "what the message names",
        {"app": "a", "user": EVA},
        why="its message says which",
    ),
    "graph, one already": Case(
        "office365.create_user",
        "POST /v1.0/users",
        graph(
            400,
            "Request_BadRequest",
            "Another object with the same value for property userPrincipalName already exists.",
        ),
        400,
        "already exists",
        "the card's option Ensure",
        {"username": EVA, "display_name": "Eva", "nickname": "eva", "password": "Correct-Horse-7"},
        why="It is there already, or something else has one of its names.",
    ),
    "slack, general": Case(
        "slack.remove_user",
        "POST /api/conversations.kick",
        slack("cant_kick_from_general"),
        200,
        "Slack refused: cant_kick_from_general",
        "another channel",
        {"channel": "C1", "user": "U1"},
        never="200",
    ),
    "slack, what nobody has told of": Case(
        SEND, SENT, slack("as_user_not_supported"), 200, "Slack refused: as_user", "documentation", MESSAGE, why="no"
    ),
    "graph, nobody": Case(
        DISABLE,
        DISABLED,
        graph(404, "Request_ResourceNotFound", "Resource 'eva' does not exist"),
        404,
        "does not exist",
        "Check the user name or id",
    ),
    "google, nobody": Case(
        SIGN_OUT,
        SIGNED_OUT,
        google(404, "notFound", "Resource Not Found: userKey"),
        404,
        "userKey",
        "Check the address or id",
    ),
    "slack, nobody": Case(
        SEND, SENT, slack("channel_not_found"), 404, "channel_not_found", "Check the channel's id", MESSAGE
    ),
    "github, nobody": Case(TEAM, JOINED, github(404, "Not Found"), 404, "Not Found", "Check the names", MEMBER),
    "github, values": Case(
        TEAM, JOINED, github(422, "Validation Failed"), 422, "Validation Failed", "GitHub's message", MEMBER
    ),
}


def service_key() -> tuple[str, str]:
    """A key of a service: as PEM, and as Google's file of an account."""
    key = rsa.generate_private_key(65_537, 2_048)
    shape = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    pem = key.private_bytes(*shape).decode()
    account = {"type": "service_account", "client_email": "robot@x.example", "private_key": pem, "private_key_id": "k"}
    return pem, json.dumps(account)


PEM, ACCOUNT = service_key()
KINDS = {"okta": AuthKind.OAUTH_CLIENT_ASSERTION, "google_workspace": AuthKind.OAUTH_JWT_BEARER}


class At(Clock):
    """It is always the same moment."""

    def now(self) -> datetime:
        return NOW


@pytest.mark.parametrize("name", CASES)
async def test_what_a_vendor_refuses_is_told_with_the_way_out(name: str) -> None:
    case = CASES[name]
    app = Scripted().on(case.request, case.said)
    said = {"scope": case.scope} if not case.scope.endswith(".default") else {}
    app.on("POST /token", Said(200, {"access_token": case.token, "expires_in": 3600, **said}))
    store, health, clock = MemoryConnections(), MemoryHealth(), At()
    authoriser = authoriser_alone(app, store, Vault(bytes(32)), clock)
    connector = case.card.partition(".")[0]
    kind = KINDS.get(connector, AuthKind.OAUTH_CLIENT_CREDENTIALS) if case.scope else AuthKind.BEARER
    settings = {"token_url": "https://app.example/token", "client_id": "me", "scope": case.scope} if case.scope else {}
    model = REGISTRY.connector(connector)
    if model is not None and not case.scope:
        settings |= {name: value for name, value in model.model.defaults.items() if name == "prefix"}
    secrets = {"token": TOKEN, "client_secret": TOKEN, "private_key": PEM, "service_account_key": ACCOUNT}
    sealed = authoriser.seal("c", secrets)
    await store.put(Connection("c", connector, "c", kind, "https://app.example", settings, sealed, NOW, NOW))
    run = UUID(int=7)
    call = ActionCall(run, run, "flow", "card", "card", case.card, "c", {}, case.inputs, 1, lambda: None)
    notes, budgets = HealthNotes(health, clock), RateBudgets(MemoryBudgets(clock), clock)
    failed = await ConnectorActions(REGISTRY, authoriser, app, clock, notes, budgets).perform(call)
    assert isinstance(failed, Failed)
    assert (failed.status, failed.not_sent, failed.retry_after) == (case.status, False, case.wait)
    assert case.message in failed.error.message
    assert case.mend in failed.error.mend
    assert failed.error.why
    assert case.why in failed.error.why
    assert "status that is no success" not in failed.error.why
    assert case.never not in f"{failed.error.message} {failed.error.mend}"
    await notes.written()
    noted = (await health.of(["c"])).get("c")
    assert (noted is not None and noted.failing_since is not None) is case.failing
