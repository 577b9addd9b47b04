"""Tokens have the scopes that were asked for, and operations refuse tokens that lack theirs, as their vendors do."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from support_sandbox import Tenants
from support_scopes import KEPT, facts, listed, named, undescribed, written
from support_specs import folder

from keyturn.sandbox.scopes.demands import demands_of
from keyturn.sandbox.tokens import claims_of

EVA = "eva.horvat%40northwind.example"
BACK = "https://keyturn.example/oauth/callback"
GOOGLE = "https://www.googleapis.com/auth/"


def test_demands_are_those_of_the_descriptions() -> None:
    specs = folder()
    if not specs.is_dir():
        pytest.skip(f"the vendors' descriptions are not in {specs}")
    for vendor, operations in facts(specs).items():
        assert (KEPT / f"{vendor}.json").read_text(encoding="utf-8") == written(operations), vendor
    assert (KEPT / "named.json").read_text(encoding="utf-8") == written(named(specs))


def test_scopes_of_google_elsewhere_are_kept_in_order() -> None:
    kept = (KEPT / "elsewhere.json").read_text(encoding="utf-8")
    scopes = json.loads(kept)["google"]
    assert kept == listed({"google": sorted({*scopes, *undescribed()})})
    assert len(scopes) > 500


@pytest.mark.parametrize(
    ("vendor", "operation", "expected"),
    [
        ("okta", "GET /api/v1/users/00u1", "okta.users.read"),
        ("okta", "POST /api/v1/users/00u1/lifecycle/suspend", "okta.users.manage"),
        ("okta", "GET /api/v1/users/00u1/lifecycle", ""),
        ("okta", "GET /api/v1/groups/rules", "okta.groups.read"),
        ("graph", "POST /v1.0/users/x/revokeSignInSessions", "User.RevokeSessions.All"),
        ("graph", "GET /v1.0/USERS/x/authentication/methods", "UserAuthenticationMethod.Read.All"),
        ("google", "PUT /admin/directory/v1/users/x", f"{GOOGLE}admin.directory.user"),
        (
            "google",
            "DELETE /admin/directory/v1/customer/c/orgunits/a/b/c",
            f"{GOOGLE}admin.directory.orgunit",
        ),
        ("slack", "POST /api/chat.postMessage", "chat:write"),
        ("slack", "DELETE /scim/v2/Users/U1", "admin"),
        ("slack", "POST /api/auth.test", ""),
        ("okta", "GET /nothing/of/this", ""),
    ],
)
def test_an_operation_is_found_by_its_path(vendor: str, operation: str, expected: str) -> None:
    method, _, path = operation.partition(" ")
    ways = demands_of(vendor).of(method, path)
    assert (frozenset(expected.split()) in ways) if expected else not ways
    assert not expected or not demands_of(vendor).lacking(method, path, expected.split())


async def let_in(tenants: Tenants, tenant: str, scope: str, answer: str = "allow", **more: str) -> dict[str, str]:
    """What a person's browser brings back to the app."""
    there = tenants.urls[tenant]
    form = {"client_id": there["web_client_id"], "redirect_uri": BACK, "scope": scope, "state": "s", **more}
    data = {**form, "answer": answer}
    async with tenants.http.post(there["authorize_url"], data=data, allow_redirects=False) as response:
        assert response.status == 302, await response.text()
        return {name: values[0] for name, values in parse_qs(urlsplit(response.headers["Location"]).query).items()}


async def traded(tenants: Tenants, tenant: str, **form: str) -> Any:
    """What a token service answers to a web app."""
    there = tenants.urls[tenant]
    fields = {"client_id": there["web_client_id"], "client_secret": there["client_secret"], **form}
    async with tenants.http.post(there["token_url"], data=fields) as response:
        return await response.json(content_type=None)


async def token_of(tenants: Tenants, tenant: str, scope: str) -> Any:
    code = (await let_in(tenants, tenant, scope))["code"]
    return await traded(tenants, tenant, grant_type="authorization_code", code=code, redirect_uri=BACK)


USER, LICENCES = f"{GOOGLE}admin.directory.user.readonly", f"{GOOGLE}apps.licensing"
CASES = [
    ("okta", "GET", f"/api/v1/users/{EVA}", "okta.users.read", "okta.groups.read"),
    ("okta", "GET", f"/api/v1/users/{EVA}", "okta.users.manage", "okta.groups.manage"),
    ("graph", "GET", f"/v1.0/users/{EVA}", "User.Read.All", "Device.Read.All"),
    ("google", "GET", f"/admin/directory/v1/users/{EVA}", USER, LICENCES),
    ("slack", "GET", "/api/users.list", "users:read", "chat:write"),
]


@pytest.mark.parametrize(("tenant", "method", "path", "scope", "other"), CASES)
async def test_a_token_may_do_what_its_scopes_say(
    tenants: Tenants, tenant: str, method: str, path: str, scope: str, other: str
) -> None:
    good, bad = await token_of(tenants, tenant, scope), await token_of(tenants, tenant, other)
    assert scope in good["scope"].replace(",", " ").split()
    allowed = await tenants.call(tenant, method, path, token=f"Bearer {good['access_token']}")
    assert allowed.status == 200
    assert tenant != "slack" or allowed.json["ok"] is True
    refused = await tenants.call(tenant, method, path, token=f"Bearer {bad['access_token']}")
    body, challenge = refused.json, refused.headers.get("WWW-Authenticate", "")
    match tenant:
        case "okta":
            assert (refused.status, body["errorCode"]) == (403, "E0000006")
            assert 'error="insufficient_scope"' in challenge
            assert 'scope="okta.users.read"' in challenge
        case "graph":
            assert (refused.status, body["error"]["code"]) == (403, "Authorization_RequestDenied")
        case "google":
            assert (refused.status, body["error"]["errors"][0]["reason"]) == (403, "insufficientPermissions")
            assert body["error"]["details"][0]["reason"] == "ACCESS_TOKEN_SCOPE_INSUFFICIENT"
            assert f"{GOOGLE}admin.directory.user.readonly" in challenge
        case _:
            assert (refused.status, body["error"], body["needed"]) == (200, "missing_scope", "users:read")


async def test_each_kind_of_slacks_conversations_takes_its_own_scope(tenants: Tenants) -> None:
    tokens = {
        name: (await token_of(tenants, "slack", name))["access_token"] for name in ("channels:read", "groups:read")
    }
    for path in ("/api/conversations.list", "/api/users.conversations"):
        for kinds, needed in {
            "": ("groups:read", "channels:read"),
            "?types=private_channel": ("channels:read", "groups:read"),
            "?types=public_channel,private_channel": ("channels:read", "groups:read"),
        }.items():
            lacks, scope = needed
            refused = await tenants.call("slack", "GET", path + kinds, token=f"Bearer {tokens[lacks]}")
            assert (refused.json.get("error"), refused.json.get("needed")) == ("missing_scope", scope)
        both = (await token_of(tenants, "slack", "channels:read,groups:read"))["access_token"]
        fine = await tenants.call(
            "slack", "GET", f"{path}?types=public_channel,private_channel", token=f"Bearer {both}"
        )
        assert fine.json["ok"] is True


async def test_the_static_tokens_may_do_everything(tenants: Tenants) -> None:
    for tenant, method, path, _, _ in CASES:
        assert (await tenants.call(tenant, method, path)).status == 200


async def test_the_steps_of_a_batch_need_their_own_scopes(tenants: Tenants) -> None:
    token = (await token_of(tenants, "graph", "Device.Read.All"))["access_token"]
    steps = [{"id": "1", "method": "GET", "url": f"/users/{EVA}"}, {"id": "2", "method": "GET", "url": "/devices"}]
    answer = await tenants.graph("POST", "/v1.0/$batch", token=f"Bearer {token}", json={"requests": steps})
    assert {row["id"]: row["status"] for row in answer.json["responses"]} == {"1": 403, "2": 200}


async def test_what_an_administrator_does_not_allow_is_not_given(tenants: Tenants) -> None:
    for tenant, scopes in (("graph", ["Device.Read.All"]), ("okta", ["okta.groups.read"]), ("slack", ["chat:write"])):
        assert (await tenants.control("POST", "/consents", json={"tenant": tenant, "scopes": scopes})).status == 200
    there = tenants.urls["graph"]
    form = {"grant_type": "client_credentials", "scope": "https://graph.microsoft.com/.default"}
    token = (await traded(tenants, "graph", client_id=there["client_id"], **form))["access_token"]
    assert (await tenants.graph("GET", "/v1.0/devices", token=f"Bearer {token}")).status == 200
    assert (await tenants.graph("GET", "/v1.0/users", token=f"Bearer {token}")).status == 403
    assert (await let_in(tenants, "okta", "okta.users.read"))["error"] == "invalid_scope"
    assert (await let_in(tenants, "slack", "users:read"))["error"] == "invalid_scope"
    assert (await tenants.control("POST", "/consents", json={"tenant": "okta", "scopes": None})).json == {
        "graph": ["Device.Read.All"],
        "slack": ["chat:write"],
    }
    assert "code" in await let_in(tenants, "okta", "okta.users.read")
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"tenant": "x"}, "no tenant 'x'"),
        ({"tenant": "okta", "scopes": "all"}, "a list of texts"),
        ({"tenant": "okta", "scopes": [7]}, "a list of texts"),
        (
            {"tenant": "okta", "scopes": ["okta.users.read", "nope.scope"]},
            "no scope nope.scope. It has: email, offline_access, okta.",
        ),
        ({"tenant": "mail", "scopes": ["x"]}, "these have: okta, graph, google, slack"),
        ({"tenant": "scim", "scopes": None}, "these have: okta, graph, google, slack"),
    ]
    for body, told in wrong:
        answer = await tenants.control("POST", "/consents", json=body)
        assert (answer.status, told in answer.json["error"]) == (400, True)
    assert (await tenants.control("DELETE", "/consents/recorder")).status == 400
    assert (await tenants.control("GET", "/consents")).json.keys() == {"graph", "slack"}
    for tenant, scopes in (
        ("graph", ["User.Invite.All", "offline_access"]),
        ("okta", ["okta.policies.read", "okta.governance.entitlements.read"]),  # of operations that need none here
    ):
        assert (await tenants.control("POST", "/consents", json={"tenant": tenant, "scopes": scopes})).status == 200


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"answer": "deny"}, "access_denied"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"code_challenge": "x", "code_challenge_method": "plain"}, "invalid_request"),
    ],
)
async def test_an_app_is_told_why_it_is_not_let_in(tenants: Tenants, change: dict[str, str], error: str) -> None:
    back = await let_in(tenants, "okta", "okta.users.read", **change)
    assert (back["error"], back["state"]) == (error, "s")


@pytest.mark.parametrize(
    ("tenant", "scope", "error", "words"),
    [
        ("okta", "okta.user.read offline_access", "invalid_scope", "One or more scopes are not configured for"),
        ("okta", "", "invalid_scope", "requires at least one scope"),
        ("graph", "User.Reed.All", "invalid_scope", "User.Reed.All"),
        ("graph", " ", "invalid_request", "AADSTS900144: "),
        ("google", f"{GOOGLE}admin.directory.users", "invalid_scope", "admin.directory.users"),
        ("google", f"{GOOGLE}apps.licensing offline_access", "invalid_scope", "offline_access"),
        ("google", "", "invalid_scope", "Empty or missing scope"),
        ("slack", "users:reed", "invalid_scope", "users:reed"),
        ("slack", "", "invalid_scope", "No scopes"),
    ],
)
async def test_scopes_that_there_are_not_and_none_at_all_are_refused(
    tenants: Tenants, tenant: str, scope: str, error: str, words: str
) -> None:
    back = await let_in(tenants, tenant, scope)
    assert (back["error"], words in back["error_description"]) == (error, True)


async def test_a_person_allows_scopes_of_other_services_of_google(tenants: Tenants) -> None:
    scopes = (
        f"openid email profile https://mail.google.com/ {GOOGLE}userinfo.email {GOOGLE}drive {GOOGLE}cloud-platform"
    )
    assert sorted((await token_of(tenants, "google", scopes))["scope"].split()) == sorted(scopes.split())


@pytest.mark.parametrize(
    "scope", ["https://graph.microsoft.com/User.Read.All", "https://graph.microsoft.com/user.read.all"]
)
async def test_scopes_of_microsoft_may_be_written_in_full_and_in_any_case(tenants: Tenants, scope: str) -> None:
    await tenants.control("POST", "/consents", json={"tenant": "graph", "scopes": ["User.Read.All"]})
    given = await token_of(tenants, "graph", f"{scope} offline_access openid")
    assert (given["scope"], bool(given["refresh_token"])) == ("User.Read.All", True)


DEFAULT = "https://graph.microsoft.com/.default"


@pytest.mark.parametrize("scope", [DEFAULT, ".default", DEFAULT.upper(), f"openid profile {DEFAULT}"])
@pytest.mark.parametrize("offline", ["", " offline_access"])
async def test_microsofts_default_scope_is_all_that_the_app_has(tenants: Tenants, scope: str, offline: str) -> None:
    await tenants.control(
        "POST", "/consents", json={"tenant": "graph", "scopes": ["User.Read.All", "Device.Read.All", "offline_access"]}
    )
    given = await token_of(tenants, "graph", scope + offline)
    assert given["scope"] == "Device.Read.All User.Read.All"
    assert (claims_of(given["access_token"]) or {})["scp"] == given["scope"]
    assert ("refresh_token" in given) == bool(offline)
    assert (await tenants.graph("GET", f"/v1.0/users/{EVA}", token=f"Bearer {given['access_token']}")).status == 200
    assert (await tenants.graph("GET", "/v1.0/groups", token=f"Bearer {given['access_token']}")).status == 403


async def test_microsofts_default_scope_of_an_app_that_is_allowed_all_is_all(tenants: Tenants) -> None:
    given = await token_of(tenants, "graph", DEFAULT)
    assert {"User.ReadWrite.All", "Group.ReadWrite.All", "Device.Read.All"} <= {*given["scope"].split()}
    for path in (f"/v1.0/users/{EVA}", "/v1.0/groups", "/v1.0/devices"):
        assert (await tenants.graph("GET", path, token=f"Bearer {given['access_token']}")).status == 200


@pytest.mark.parametrize("scope", [f"{DEFAULT} User.Read.All", "https://elsewhere.example/.default"])
async def test_microsofts_default_scope_goes_with_no_other_of_a_resource(tenants: Tenants, scope: str) -> None:
    back = await let_in(tenants, "graph", scope)
    assert (back["error"], "AADSTS70011" in back["error_description"]) == ("invalid_scope", True)


@pytest.mark.parametrize("change", [{"client_id": "nobody"}, {"redirect_uri": "javascript:alert(1)"}])
async def test_a_person_is_told_where_the_app_cannot_be(tenants: Tenants, change: dict[str, str]) -> None:
    there = tenants.urls["google"]
    query = {"client_id": there["web_client_id"], "redirect_uri": BACK, "scope": f"{GOOGLE}apps.licensing", **change}
    async with tenants.http.get(there["authorize_url"], params=query) as response:
        assert response.status == 400
        assert "javascript" not in await response.text()


async def test_the_page_says_who_wants_what(tenants: Tenants) -> None:
    there = tenants.urls["slack"]
    query = {"client_id": there["web_client_id"], "redirect_uri": BACK, "state": "<b>"}
    query["scope"] = "users:read,chat:write"
    async with tenants.http.get(there["authorize_url"], params=query) as response:
        page = await response.text()
    for shown in ("keyturn.example", "<li>users:read</li>", "<li>chat:write</li>", 'value="&lt;b&gt;"', "Slack"):
        assert shown in page


async def test_a_code_is_good_once_and_for_who_has_asked(tenants: Tenants) -> None:
    async def codes() -> str:
        return (await let_in(tenants, "okta", "okta.users.read offline_access"))["code"]

    grant = {"grant_type": "authorization_code"}
    used = await codes()
    first = await traded(tenants, "okta", **grant, code=used, redirect_uri=BACK)
    assert first["refresh_token"]
    assert (await traded(tenants, "okta", **grant, code=used, redirect_uri=BACK))["error"] == "invalid_grant"
    again = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
    assert (await traded(tenants, "okta", **again))["error"] == "invalid_grant", "a code used twice ends what it gave"
    for wrong in ({"redirect_uri": "https://elsewhere.example"}, {"redirect_uri": BACK, "code_verifier": "guess"}):
        assert (await traded(tenants, "okta", **grant, code=await codes(), **wrong))["error"] == "invalid_grant"


async def test_a_refresh_token_rotates_and_a_second_use_ends_all(tenants: Tenants) -> None:
    given = await token_of(tenants, "okta", "okta.users.read offline_access")
    again = {"grant_type": "refresh_token"}
    second = await traded(tenants, "okta", **again, refresh_token=given["refresh_token"])
    bearer = f"Bearer {second['access_token']}"
    assert (await tenants.okta("GET", f"/api/v1/users/{EVA}", token=bearer)).status == 200
    assert (await traded(tenants, "okta", **again, refresh_token=given["refresh_token"]))["error"] == "invalid_grant"
    assert (await tenants.okta("GET", f"/api/v1/users/{EVA}", token=bearer)).status == 401
    assert (await traded(tenants, "okta", **again, refresh_token=second["refresh_token"]))["error"] == "invalid_grant"


async def test_a_limit_refuses_what_is_over_it(tenants: Tenants) -> None:
    assert (await tenants.control("POST", "/limits", json={"tenant": "okta", "per_minute": 3})).json == {"okta": 3}
    statuses = [(await tenants.okta("GET", f"/api/v1/users/{EVA}")).status for _ in range(5)]
    assert statuses == [200, 200, 200, 429, 429]
    assert (await tenants.control("POST", "/limits", json={"tenant": "okta", "per_minute": 0})).status == 400
    await tenants.control("POST", "/reset")
    assert (await tenants.okta("GET", f"/api/v1/users/{EVA}")).status == 200
