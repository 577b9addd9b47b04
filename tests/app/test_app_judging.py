"""What an app's answer to the check of a connection tells."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from keyturn.app.judging import judged
from keyturn.connections.model import AuthKind, Connection
from keyturn.connectors.registry import ConnectorRegistry, built_in, read_built
from keyturn.flows.json import JSON
from keyturn.triggers.subscribe import Answer

NOW = datetime(2026, 11, 24, tzinfo=UTC)
PAGE = "<!DOCTYPE html><title>Sign in</title>"


@pytest.mark.parametrize(
    ("connector", "status", "body", "works", "says"),
    [
        ("okta", 200, [], True, "answered 200"),
        ("okta", 200, PAGE, False, "of the form https://your-org.okta.com"),
        ("okta", 404, {"errorCode": "E0000007", "errorSummary": "Not found"}, False, "https://here.example/api/v1"),
        ("okta", 404, PAGE, False, "a web page where JSON was to come"),
        ("okta", 302, None, False, "of the form https://your-org.okta.com"),
        ("okta", 401, {"errorCode": "E0000011", "errorSummary": "Invalid token"}, False, "E0000011"),
        ("slack", 200, {"ok": False, "error": "invalid_auth"}, False, "invalid_auth"),
        ("office365", 400, {"error": {"code": "BadRequest"}}, False, "of the form https://graph.microsoft.com"),
        ("slack", 200, {"ok": False, "error": "unknown_method"}, False, "of the form https://slack.com"),
        ("okta", 429, {"errorCode": "E0000047"}, False, "Test it again in a while."),
        ("office365", 500, {"error": {"code": "generalException"}}, False, "Test it again in a while."),
        ("api_connector", 404, PAGE, True, "it is there"),
        ("api_connector", 200, PAGE, True, "it is there"),
        ("api_connector", 401, None, False, "Put another token"),
        ("api_connector", 503, None, False, "answered 503"),
        ("workday", 404, {"error": "no report"}, True, "it is there"),
        ("workday", 404, None, True, "it is there. Whether it takes the credentials, a request shows."),
        ("workday", 401, {"error": "invalid username or password"}, False, "401 invalid username or password."),
        ("workday", 401, {"error": {"code": 401}}, False, 'answered 401 {"code":401}.'),
        ("workday", 404, {"error": {"code": 404}}, False, "not as Workday tells an error."),
        ("workday", 404, {"message": "Not Found"}, False, "seems to belong to something else."),
        ("workday", 200, {"ok": False, "error": "unknown_method"}, False, "of the form https://services1"),
        ("scim", 404, {"detail": "No resource type"}, False, "answered 404 No resource type."),
        ("scim", 404, {"scimType": " ", "detail": " No resource type "}, False, "answered 404 No resource type."),
        ("okta", 401, {"errorCode": "E1", "errorSummary": "E1: no token"}, False, "answered 401 E1: no token."),
        ("workday", 200, PAGE, False, "of the form https://services1.myworkday.com"),
        ("okta_devices", 200, [], True, "answered 200"),
        ("office365", 200, {"value": []}, True, "answered 200"),
        ("google_workspace", 200, {"kind": "admin#directory#users"}, True, "answered 200"),
        ("scim", 200, {"schemas": [], "totalResults": 0}, True, "answered 200"),
        ("slack", 200, {"ok": True}, True, "answered 200"),
        ("github", 200, {"login": "octocat"}, True, "answered 200"),
    ],
)
def test_what_an_answer_tells(connector: str, status: int, body: JSON, works: bool, says: str) -> None:
    manifest = ConnectorRegistry().connector(connector)
    assert manifest is not None
    base = "https://here.example/api/v1"
    connection = Connection("c", connector, "c", AuthKind.BEARER, base, {}, b"", NOW, NOW)
    result = judged(manifest, connection, Answer(status, body))
    assert result.works is works
    assert says in f"{result.what} {result.mend}"
    assert result.what.endswith("."), "what to do stands behind it"


@pytest.mark.parametrize("body", [{"hello": 1}, {"ok": False, "error": "not_authed"}, [], None, "welcome"])
@pytest.mark.parametrize(
    "connector", ["okta", "okta_devices", "office365", "google_workspace", "scim", "slack", "github"]
)
def test_what_another_program_answers_is_no_connection_that_works(connector: str, body: JSON) -> None:
    manifest = ConnectorRegistry().connector(connector)
    assert manifest is not None
    base = "https://here.example/api/v1"
    connection = Connection("c", connector, "c", AuthKind.BEARER, base, {}, b"", NOW, NOW)
    result = judged(manifest, connection, Answer(200, body))
    if body == [] and connector.startswith("okta"):
        assert result.works, "so does an organisation answer that has nobody"
        return
    assert not result.works
    if connector != "slack" or body != {"ok": False, "error": "not_authed"}:
        assert "The address seems to belong to something else." in result.what
        assert base in result.mend


LACKS = "It needs User.Read.All. The connection lacks User.Read.All."


@pytest.mark.parametrize(
    ("connector", "status", "body", "scopes", "works", "says"),
    [
        ("office365", 403, {"error": {"code": "Authorization_RequestDenied"}}, LACKS, True, LACKS),
        ("slack", 200, {"ok": False, "error": "missing_scope", "needed": "users:read"}, LACKS, True, LACKS),
        ("office365", 401, {"error": {"code": "InvalidAuthenticationToken"}}, LACKS, False, "Check client id"),
        # it has the scope: it is something else, and no word of scopes
        ("office365", 403, {"error": {"code": "Authorization_RequestDenied"}}, "", False, "Grant it the permission"),
    ],
)
def test_a_connection_that_lacks_only_the_checks_own_scope_works(
    connector: str, status: int, body: JSON, scopes: str, works: bool, says: str
) -> None:
    manifest = ConnectorRegistry().connector(connector)
    assert manifest is not None
    kind = AuthKind.OAUTH_CLIENT_CREDENTIALS
    connection = Connection("c", connector, "c", kind, "https://graph.example", {}, b"", NOW, NOW)
    result = judged(manifest, connection, Answer(status, body, scopes))
    assert result.works is works
    assert says in result.mend
    assert ("takes the credentials" in result.what) is works
    assert ("If it lacks a scope" in result.mend) is False


# what apps answer to credentials that they do not take
REFUSALS: dict[str, list[tuple[int, JSON]]] = {
    "office365": [(401, {"error": {"code": "InvalidAuthenticationToken", "message": "expired"}})],
    "google_workspace": [(401, {"error": {"code": 401, "message": "m", "errors": [{"reason": "authError"}]}})],
    "okta": [(401, {"errorCode": code, "errorSummary": "Invalid token"}) for code in ("E0000004", "E0000011", "E0")],
    "okta_devices": [(401, {"errorCode": code, "errorSummary": "Invalid token"}) for code in ("E0000004", "E0000011")],
    "slack": [
        (200, {"ok": False, "error": code})
        for code in ("invalid_auth", "token_revoked", "token_expired", "not_authed", "account_inactive")
    ],
}
# what people are told to look at, by the kind of their connection; nothing of another kind is told
ADVISED: dict[AuthKind, str] = {
    AuthKind.BEARER: "oken",
    AuthKind.BASIC: "user and password",
    AuthKind.HEADER: "headers",
    AuthKind.OAUTH_CLIENT_CREDENTIALS: "client id and secret",
    AuthKind.OAUTH_CLIENT_ASSERTION: "private key",
    AuthKind.OAUTH_JWT_BEARER: "service account key",
    AuthKind.OAUTH_CODE: "Sign the connection in again",
    AuthKind.NONE: "choose another kind",
}
WAYS = [
    (connector, kind, status, body)
    for connector, model in ((name, read_built(name, content).model) for name, content in built_in().items())
    if model.protocol != "smtp"
    for kind in model.auth
    for status, body in REFUSALS.get(connector, [(401, {"message": "no"})])
]


@pytest.mark.parametrize(("connector", "kind", "status", "body"), WAYS)
def test_what_to_do_about_credentials_goes_with_the_kind(
    connector: str, kind: AuthKind, status: int, body: JSON
) -> None:
    manifest = ConnectorRegistry().connector(connector)
    assert manifest is not None
    settings = manifest.model.defaults if kind is AuthKind.BEARER else {}
    connection = Connection("c", connector, "c", kind, "https://here.example", settings, b"", NOW, NOW)
    told = judged(manifest, connection, Answer(status, body))
    assert not told.works
    assert ADVISED[kind] in told.mend
    others = [words for other, words in ADVISED.items() if other not in (kind, AuthKind.BEARER) and words in told.mend]
    assert others == []


@pytest.mark.parametrize("connector", ["okta", "okta_devices"])
def test_another_word_before_the_token_is_told(connector: str) -> None:
    manifest = ConnectorRegistry().connector(connector)
    assert manifest is not None
    settings = {"prefix": "Bearer"}
    connection = Connection("c", connector, "c", AuthKind.BEARER, "https://here.example", settings, b"", NOW, NOW)
    told = judged(manifest, connection, Answer(401, {"errorCode": "E0000011", "errorSummary": "Invalid token"}))
    assert told.mend.startswith("The word before the token is Bearer and not SSWS")
