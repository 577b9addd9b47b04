"""The pretend Microsoft 365 tenant over HTTP."""

from __future__ import annotations

from base64 import b64encode
from typing import Any
from urllib.parse import quote_plus

import aiohttp
import pytest
from support_sandbox import Answer, Tenants

from keyturn.sandbox.config import SandboxConfig
from keyturn.sandbox.server import Sandbox

EVA = "eva.horvat@northwind.example"
ADMIN = "sam.okafor@northwind.example"
GUEST = "dana.wu_partner.example#EXT#@northwind.example"


async def disable(tenants: Tenants, login: str, enabled: bool = False) -> Answer:
    return await tenants.graph("PATCH", f"/v1.0/users/{tenants.key(login)}", json={"accountEnabled": enabled})


async def revoke(tenants: Tenants, login: str) -> Answer:
    return await tenants.graph("POST", f"/v1.0/users/{tenants.key(login)}/revokeSignInSessions")


async def test_the_default_properties_lack_account_enabled(tenants: Tenants) -> None:
    answer = await tenants.graph("GET", f"/v1.0/users/{tenants.key(EVA)}")
    assert answer.status == 200
    assert "accountEnabled" not in answer.json
    assert answer.json["userPrincipalName"] == EVA
    assert answer.json["@odata.context"] == "https://graph.microsoft.com/v1.0/$metadata#users/$entity"
    by_id = await tenants.graph("GET", f"/v1.0/users/{answer.json['id']}?$select=id,accountEnabled")
    assert by_id.json == {
        "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#users(id,accountEnabled)/$entity",
        "id": answer.json["id"],
        "accountEnabled": True,
    }


async def test_the_list_is_paged_by_absolute_next_links(tenants: Tenants) -> None:
    path, seen, pages = "/v1.0/users?$top=25&$select=userPrincipalName", [], 0
    while path:
        answer = await tenants.graph("GET", path)
        seen += [row["userPrincipalName"] for row in answer.json["value"]]
        pages += 1
        path = answer.json.get("@odata.nextLink", "").removeprefix(tenants.urls["graph"]["base_url"])
    assert (pages, len(set(seen))) == (3, 60)


async def test_filters(tenants: Tenants) -> None:
    await disable(tenants, EVA)
    off = await tenants.graph("GET", "/v1.0/users?$filter=accountEnabled%20eq%20false")
    assert [row["userPrincipalName"] for row in off.json["value"]] == [EVA]
    named = tenants.key("userPrincipalName eq 'mary+ops.o''neil@northwind.example'")
    one = await tenants.graph("GET", f"/v1.0/users?$filter={named}")
    assert [row["surname"] for row in one.json["value"]] == ["O'Neil"]


async def test_revoking_before_disabling_lets_the_waiting_mail_client_in_again(tenants: Tenants) -> None:
    await revoke(tenants, EVA)
    assert (await tenants.person(EVA))["graph"]["sessions"] == 1
    await disable(tenants, EVA)
    assert (await tenants.person(EVA))["graph"]["sessions"] == 1


async def test_disabling_alone_ends_nothing_and_revoking_then_ends_all(tenants: Tenants) -> None:
    before = (await tenants.person(EVA))["graph"]["sessions"]
    answer = await disable(tenants, EVA)
    assert (answer.status, answer.raw) == (204, b"")
    after = (await tenants.person(EVA))["graph"]
    assert (after["accountEnabled"], after["sessions"]) == (False, before)
    answer = await revoke(tenants, EVA)
    context = "https://graph.microsoft.com/v1.0/$metadata#Edm.Boolean"
    assert (answer.status, answer.json) == (200, {"@odata.context": context, "value": True})
    assert (await tenants.person(EVA))["graph"]["sessions"] == 0
    await disable(tenants, EVA, enabled=True)
    assert (await tenants.person(EVA))["graph"]["sessions"] == 1


async def test_a_guest_is_addressed_by_encoded_name(tenants: Tenants) -> None:
    assert (await disable(tenants, GUEST)).status == 204
    assert (await revoke(tenants, GUEST)).json["value"] is True
    after = (await tenants.person(GUEST))["graph"]
    assert (after["accountEnabled"], after["sessions"]) == (False, 0)


async def test_a_guest_keeps_the_home_sessions_if_the_sandbox_is_set_so(http: aiohttp.ClientSession) -> None:
    async with Sandbox(SandboxConfig(guests_keep_sessions=True)) as sandbox:
        tenants = Tenants(sandbox.urls, http)
        before = (await tenants.person(GUEST))["graph"]["sessions"]
        await disable(tenants, GUEST)
        await revoke(tenants, GUEST)
        assert (await tenants.person(GUEST))["graph"]["sessions"] == before > 0


async def test_an_admin_cannot_be_disabled_but_edited(tenants: Tenants) -> None:
    answer = await disable(tenants, ADMIN)
    assert (answer.status, answer.json["error"]["code"]) == (403, "Authorization_RequestDenied")
    assert (await tenants.person(ADMIN))["graph"]["accountEnabled"] is True
    path = f"/v1.0/users/{tenants.key(ADMIN)}"
    assert (await tenants.graph("PATCH", path, json={"jobTitle": "Director"})).status == 204
    assert (await tenants.graph("GET", path)).json["jobTitle"] == "Director"


@pytest.mark.parametrize(
    ("method", "path", "options", "status", "code"),
    [
        ("GET", "/v1.0/users/nobody%40x.example", {}, 404, "Request_ResourceNotFound"),
        ("POST", "/v1.0/users/nobody/revokeSignInSessions", {}, 404, "Request_ResourceNotFound"),
        ("PATCH", "/v1.0/users/EVA", {"json": {"accountEnabled": "no"}}, 400, "Request_BadRequest"),
        ("PATCH", "/v1.0/users/EVA", {"json": {"nonsense": 1}}, 400, "Request_BadRequest"),
        ("PATCH", "/v1.0/users/EVA", {}, 400, "BadRequest"),
        ("PATCH", "/v1.0/users/EVA", {"json": [1]}, 400, "BadRequest"),
        (
            "PATCH",
            "/v1.0/users/EVA",
            {"data": b"{", "headers": {"Content-Type": "application/json"}},
            400,
            "BadRequest",
        ),
        (
            "PATCH",
            "/v1.0/users/EVA",
            {"data": b"{}", "headers": {"Content-Type": "text/plain"}},
            400,
            "BadRequest",
        ),
        ("GET", "/v1.0/users/EVA?$select=nonsense", {}, 400, "BadRequest"),
        ("GET", "/v1.0/users?$top=0", {}, 400, "Request_BadRequest"),
        ("GET", "/v1.0/users?$filter=nonsense", {}, 400, "Request_UnsupportedQuery"),
        ("GET", "/v1.0/nonsense", {}, 400, "BadRequest"),
        ("GET", "/v1.0/users/EVA/revokeSignInSessions", {}, 405, "Request_BadRequest"),
    ],
)
async def test_refusals(
    tenants: Tenants, method: str, path: str, options: dict[str, object], status: int, code: str
) -> None:
    answer = await tenants.graph(method, path.replace("EVA", tenants.key(EVA)), **options)
    assert (answer.status, answer.json["error"]["code"]) == (status, code)
    assert answer.json["error"]["message"]
    assert answer.json["error"]["innerError"]["code"] == code


async def test_request_ids_go_back_to_the_client(tenants: Tenants) -> None:
    answer = await tenants.graph("GET", "/v1.0/users", headers={"client-request-id": "mine"})
    assert answer.headers["client-request-id"] == "mine"
    assert answer.headers["request-id"]


@pytest.mark.parametrize("token", ["", "Bearer wrong", "Basic abc"])
async def test_a_bad_token_is_refused_and_changes_nothing(tenants: Tenants, token: str) -> None:
    path = f"/v1.0/users/{tenants.key(EVA)}"
    answer = await tenants.graph("PATCH", path, token=token, json={"accountEnabled": False})
    assert (answer.status, answer.json["error"]["code"]) == (401, "InvalidAuthenticationToken")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert (await tenants.person(EVA))["graph"]["accountEnabled"] is True


def token_form(tenants: Tenants, **changes: str) -> dict[str, str]:
    graph = tenants.urls["graph"]
    form = {
        "grant_type": "client_credentials",
        "client_id": graph["client_id"],
        "client_secret": graph["client_secret"],
        "scope": "https://graph.microsoft.com/.default",
    }
    return {**form, **changes}


async def test_client_credentials_give_a_token_that_works(tenants: Tenants) -> None:
    path = f"/{tenants.urls['graph']['tenant_id']}/oauth2/v2.0/token"
    answer = await tenants.graph("POST", path, token="", data=token_form(tenants))
    assert (answer.status, answer.json["expires_in"], answer.json["token_type"]) == (200, 3599, "Bearer")
    listed = await tenants.graph("GET", "/v1.0/users", token=f"Bearer {answer.json['access_token']}")
    assert listed.status == 200
    entry = (await tenants.ledger())[0]
    assert entry["body"]["client_secret"] == "***"


@pytest.mark.parametrize(
    ("changes", "status", "error", "number"),
    [
        ({"client_secret": "wrong"}, 401, "invalid_client", 7000215),
        ({"client_id": "wrong"}, 400, "unauthorized_client", 700016),
        ({"grant_type": "password"}, 400, "unsupported_grant_type", 70003),
        ({"scope": "User.Read"}, 400, "invalid_scope", 1002012),
        ({"scope": ""}, 400, "invalid_request", 900144),
    ],
)
async def test_token_refusals(tenants: Tenants, changes: dict[str, str], status: int, error: str, number: int) -> None:
    path = "/northwind.example/oauth2/v2.0/token"
    answer = await tenants.graph("POST", path, token="", data=token_form(tenants, **changes))
    assert (answer.status, answer.json["error"], answer.json["error_codes"]) == (status, error, [number])


@pytest.mark.parametrize(
    ("client", "secret", "also_in_form", "expected"),
    [
        (None, None, False, 200),
        (None, None, True, 200),
        (None, "not+it: 100%", False, (401, "invalid_client", 7000215, "Invalid client secret provided.")),
        ("no body", None, False, (400, "unauthorized_client", 700016, "identifier 'no body' was not found")),
    ],
)
async def test_a_client_is_known_by_http_basic(
    tenants: Tenants, client: str | None, secret: str | None, also_in_form: bool, expected: Any
) -> None:
    """RFC 6749, 2.3.1: id and secret are encoded as in forms, and then in base64."""
    graph, form = tenants.urls["graph"], token_form(tenants)
    pair = f"{quote_plus(client or graph['client_id'])}:{quote_plus(secret or graph['client_secret'])}"
    for name in ("client_secret", *(() if also_in_form else ("client_id",))):
        del form[name]
    basic = f"Basic {b64encode(pair.encode()).decode()}"
    path = f"/{graph['tenant_id']}/oauth2/v2.0/token"
    answer = await tenants.graph("POST", path, token=basic, data=form)
    if expected == 200:
        token = f"Bearer {answer.json['access_token']}"
        assert (await tenants.graph("GET", "/v1.0/users?$top=1", token=token)).status == 200
    else:
        *known, text = expected
        assert [answer.status, answer.json["error"], *answer.json["error_codes"]] == known
        assert text in answer.json["error_description"]
    assert basic.partition(" ")[2] not in str((await tenants.ledger())[-1])
    about = await tenants.graph("GET", f"/{graph['tenant_id']}/v2.0/.well-known/openid-configuration", token="")
    assert "client_secret_basic" in about.json["token_endpoint_auth_methods_supported"]


async def test_an_unknown_directory_has_no_tokens(tenants: Tenants) -> None:
    answer = await tenants.graph("POST", "/other/oauth2/v2.0/token", token="", data=token_form(tenants))
    assert (answer.status, answer.json["error_codes"]) == (400, [90002])
