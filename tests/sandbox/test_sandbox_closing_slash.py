"""An address with a slash at its end is the address without it, for Okta and Microsoft.

Okta's Python SDK of version 2 writes each address with parameters so (`/api/v1/users/?limit=9`), and Microsoft's
documentation a few.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from support_sandbox import Answer, Tenants
from test_sandbox_faults import fault as on
from test_sandbox_scopes import token_of

EVA = "eva.horvat@northwind.example"
ADA = {"firstName": "Ada", "lastName": "Lovelace", "email": "ada@northwind.example", "login": "ada@northwind.example"}
SUSPENDED = quote('eventType eq "user.lifecycle.suspend"')


async def without(tenants: Tenants, tenant: str, method: str, path: str, **options: Any) -> Answer:
    """The answer to the address without the slash."""
    bare, mark, query = path.partition("?")
    return await tenants.call(tenant, method, f"{bare.removesuffix('/')}{mark}{query}", **options)


@pytest.mark.parametrize(
    ("tenant", "path"),
    [
        ("okta", "/api/v1/users/?limit=9"),
        ("okta", f"/api/v1/users/{EVA}/"),
        ("okta", f"/api/v1/users/{EVA}/groups/"),
        ("okta", "/api/v1/groups/?q=Eng&limit=2"),
        ("okta", "/api/v1/apps/?q=Pay"),
        ("okta", f"/api/v1/logs/?filter={SUSPENDED}&limit=2"),
        ("okta", "/api/v1/policies/?type=PASSWORD"),
        ("graph", "/v1.0/users/?$top=1"),
        ("graph", "/v1.0/users/?$filter=department+eq+%27Finance%27"),
        ("graph", f"/v1.0/users/{EVA}/"),
        ("graph", f"/v1.0/users('{EVA}')/"),
        ("graph", f"/v1.0/users/{EVA}/memberOf/"),
        ("graph", "/beta/users/?$top=2"),
    ],
)
async def test_what_is_read_is_the_same(tenants: Tenants, tenant: str, path: str) -> None:
    with_slash, bare = await tenants.call(tenant, "GET", path), await without(tenants, tenant, "GET", path)
    assert (with_slash.status, with_slash.json) == (200, bare.json)
    assert with_slash.headers.getall("Link", []) == bare.headers.getall("Link", [])


async def test_people_are_made_and_changed_as_oktas_sdk_of_version_2_does(tenants: Tenants) -> None:
    body = {"profile": ADA, "credentials": {"password": {"value": "Tr0ub4dor&3"}}}
    made = await tenants.okta("POST", "/api/v1/users/?activate=true", json=body)
    assert (made.status, made.json["status"]) == (200, "ACTIVE")
    user = f"/api/v1/users/{made.json['id']}"
    reset = await tenants.okta("POST", f"{user}/lifecycle/reset_password/?sendEmail=false")
    assert (reset.status, list(reset.json)) == (200, ["resetPasswordUrl"])
    assert (await tenants.okta("GET", user)).json["status"] == "RECOVERY"
    changed = await tenants.okta("POST", f"{user}/", json={"profile": {"title": "Analyst"}})
    assert changed.json["profile"]["title"] == "Analyst"


async def test_pages_follow_one_another_and_have_no_slash(tenants: Tenants) -> None:
    path, logins = "/api/v1/users/?limit=40", list[str]()
    for _ in range(2):
        answer = await tenants.okta("GET", path)
        logins += [row["profile"]["login"] for row in answer.json]
        links = [link for link in answer.headers.getall("Link") if 'rel="next"' in link]
        assert not any("/users/?" in link for link in links)
        path = links[0][1:].partition(">")[0].removeprefix(tenants.urls["okta"]["base_url"]) if links else path
    assert len(set(logins)) == len(logins) == 60
    path, names = "/v1.0/users/?$top=40", list[str]()
    for _ in range(2):
        page = (await tenants.graph("GET", path)).json
        names += [row["userPrincipalName"] for row in page["value"]]
        path = page.get("@odata.nextLink", "").removeprefix(tenants.urls["graph"]["base_url"])
        assert "/users/?" not in path
    assert (len(set(names)), len(names), path) == (60, 60, "")


@pytest.mark.parametrize(
    ("tenant", "fault", "path"),
    [
        ("okta", "okta:503@=GET /api/v1/users", "/api/v1/users/?limit=9"),
        ("okta", "okta:503@=GET /api/v1/users/{key}", f"/api/v1/users/{EVA}/"),
        ("graph", "graph:503@=GET /v1.0/users", "/v1.0/users/?$top=1"),
        ("graph", "graph:503@=GET /v1.0/users/{key}", f"/beta/users/{EVA}/"),
    ],
)
async def test_a_fault_of_the_operation_is_met(tenants: Tenants, tenant: str, fault: str, path: str) -> None:
    await on(tenants, fault)
    assert (await tenants.call(tenant, "GET", path)).status == 503


async def test_a_fault_of_the_token_service_is_met_by_it_alone(tenants: Tenants) -> None:
    token = tenants.urls["graph"]["token_url"].removeprefix(tenants.urls["graph"]["base_url"])
    await on(tenants, "graph:503")
    assert (await tenants.graph("POST", f"{token}/", data={"grant_type": "client_credentials"})).status == 400


@pytest.mark.parametrize(
    ("tenant", "path", "scope", "other"),
    [
        ("okta", f"/api/v1/users/{EVA}/", "okta.users.read", "okta.groups.read"),
        ("graph", f"/v1.0/users/{EVA}/", "User.Read.All", "Device.Read.All"),
    ],
)
async def test_a_token_needs_the_same_scopes(tenants: Tenants, tenant: str, path: str, scope: str, other: str) -> None:
    for asked, status in ((scope, 200), (other, 403)):
        token = (await token_of(tenants, tenant, asked))["access_token"]
        assert (await tenants.call(tenant, "GET", path, token=f"Bearer {token}")).status == status
    assert (await tenants.call(tenant, "GET", path, token="")).status == 401


async def test_the_ledger_has_the_address_as_it_is_known_and_as_it_came(tenants: Tenants) -> None:
    await tenants.okta("GET", f"/api/v1/users/{quote(EVA, safe='')}/?a=b")
    row = (await tenants.ledger())[-1]
    assert (row["path"], row["query"]) == (f"/api/v1/users/{EVA}", "a=b")
    assert row["raw_path"] == f"/api/v1/users/{quote(EVA, safe='')}/"


async def test_the_steps_of_a_batch_take_it_as_well(tenants: Tenants) -> None:
    asked = ["/users/?$top=1", f"/users/{EVA}/"]
    steps = [{"id": str(at), "method": "GET", "url": url} for at, url in enumerate(asked)]
    answer = await tenants.graph("POST", "/v1.0/$batch/", json={"requests": steps})
    assert [row["status"] for row in answer.json["responses"]] == [200, 200]


@pytest.mark.parametrize(
    ("tenant", "path"),
    [
        ("okta", "/api/v1/users//"),
        ("okta", "/api/v1/users/x%2F"),
        ("okta", "/api/v1/nothing/"),
        ("graph", "/v1.0/users//"),
        ("graph", "/v1.0/nothing/"),
        ("google", f"/admin/directory/v1/users/{EVA}/"),
    ],
)
async def test_no_other_slash_is_left_out(tenants: Tenants, tenant: str, path: str) -> None:
    assert (await tenants.call(tenant, "GET", path)).status == (400 if tenant == "graph" else 404)
