"""Templates by API: what comes along, and how it becomes flows."""

from __future__ import annotations

from pathlib import Path

import pytest
from support_client import Client
from support_server import EXAMPLES, GOOGLE, OFFICE, OKTA, Site

from keyturn.access.permissions import Permission

API = "/api/v1/templates"
ALL = {"okta": OKTA, "office365": OFFICE, "google_workspace": GOOGLE}


async def connect(client: Client, **connections: str) -> None:
    """Make connections: id and the app."""
    for name, app in connections.items():
        assert (await client.put(f"/api/v1/connections/{name}", ALL[app])).status == 200


async def test_every_example_is_a_template_with_words_of_its_own(client: Client) -> None:
    first = (await client.get(f"{API}?limit=2")).json
    rest = (await client.get(f"{API}?after={first['next']}")).json
    rows = [*first["rows"], *rest["rows"]]
    files = {path.stem for path in EXAMPLES.parent.rglob("*.yaml")}
    assert {flow["id"] for row in rows for flow in row["flows"]} == files
    assert [row["id"] for row in rows] == sorted(path.name for path in EXAMPLES.parent.iterdir())
    assert all(row["title"] and row["about"] for row in rows)
    assert rest["next"] is None


async def test_a_template_says_which_connections_it_needs(client: Client) -> None:
    offboarding = (await client.get(f"{API}/offboarding")).json
    assert offboarding["connections"] == [
        {"name": "google_workspace", "connector": "google_workspace"},
        {"name": "office365", "connector": "office365"},
        {"name": "okta", "connector": "okta"},
    ]
    assert [flow["there"] for flow in offboarding["flows"]] == [False, False, False]
    missing = await client.get(f"{API}/nothing")
    assert (missing.status, missing.problem["code"]) == (404, "unknown-template")


async def test_a_template_becomes_flows_with_connections_of_ones_own(client: Client) -> None:
    await connect(client, okta_eu="okta", mail="office365")
    body = {"connections": {"okta": "okta_eu", "office365": "mail"}}
    made = (await client.post(f"{API}/inactive-people/flows", body)).json
    assert (len(made["versions"]), made["resting"]) == (2, ["report-inactive-people"])
    flows = {row["id"]: row for row in (await client.get("/api/v1/flows")).json["rows"]}
    assert (flows["report-inactive-people"]["active"], flows["list-okta-users"]["active"]) == (False, True)
    using = (await client.get("/api/v1/flows?connection=okta_eu")).json["rows"]
    assert [row["id"] for row in using] == ["list-okta-users"]
    again = await client.post(f"{API}/inactive-people/flows", body)
    assert [version["version"] for version in again.json["versions"]] == [1, 1]
    assert all(flow["there"] for flow in (await client.get(f"{API}/inactive-people")).json["flows"])


async def test_what_is_missing_is_told_and_nothing_is_published(client: Client) -> None:
    await connect(client, okta="office365")
    refused = await client.post(f"{API}/inactive-people/flows", {"connections": {}})
    assert refused.status == 422
    codes = {problem["code"] for problem in refused.json["problems"] if problem["severity"] == "error"}
    assert codes == {"unknown-connection", "wrong-connection"}
    assert (await client.get("/api/v1/flows")).json["rows"] == []


async def test_another_flow_with_the_same_id_is_not_replaced(client: Client) -> None:
    await connect(client, okta="okta")
    own = {"id": "new-hire", "name": "Mine", "event": {"card": "manual"}}
    await client.post("/api/v1/flows", {"documents": [own]})
    refused = await client.post(f"{API}/new-hire/flows", {"connections": {}})
    assert (refused.status, refused.problem["code"]) == (409, "template-taken")
    assert "new-hire" in refused.problem["what"]
    assert (await client.get("/api/v1/flows/new-hire")).json["document"]["name"] == "Mine"


@pytest.mark.parametrize("permission", [Permission.FLOWS_READ, Permission.FLOWS_WRITE])
async def test_each_route_asks_for_its_permission(site: Site, permission: Permission) -> None:
    client = await site.client_with(permission)
    reads = permission is Permission.FLOWS_READ
    assert (await client.get(API)).status == (200 if reads else 403)
    assert (await client.post(f"{API}/nothing/flows", {})).status == (403 if reads else 404)


def test_each_example_has_a_page_of_its_own() -> None:
    assert all((Path(folder) / "README.md").is_file() for folder in EXAMPLES.parent.iterdir())
