"""Choices and fields that are loaded from an app, by API."""

from __future__ import annotations

from support.scripted import Said, Scripted
from support_server import OKTA, Site, make_site

from keyturn.access.permissions import Permission

API = "/api/v1/connections/okta"
GROUPS = f"{API}/choices/okta.read_group/group"


async def site_with(app: Scripted) -> Site:
    site = await make_site(network=app)
    await site.client().put(API, OKTA)
    return site


def groups(count: int) -> Scripted:
    rows = [{"id": f"g{number}", "profile": {"name": f"Group {number:03}"}} for number in range(count)]
    return Scripted().on("GET /api/v1/groups", Said(200, rows))


async def test_choices_are_paged_searched_and_refreshed() -> None:
    app = groups(120)
    client = (await site_with(app)).client()
    first = (await client.get(f"{GROUPS}?limit=100")).json
    assert (len(first["rows"]), first["rows"][0]) == (100, {"value": "g0", "label": "Group 000", "beyond": False})
    rest = (await client.get(f"{GROUPS}?limit=100&after={first['next']}")).json
    assert (len(rest["rows"]), rest["next"], rest["more"]) == (20, None, False)
    found = (await client.get(f"{GROUPS}?search=group%20011")).json
    assert [row["value"] for row in found["rows"]] == ["g11"]
    assert (await client.get(f"{GROUPS}?value=g7")).json["rows"] == [
        {"value": "g7", "label": "Group 007", "beyond": False}
    ]
    assert (found["of"], first["of"]) == (120, 120)
    assert len(app.seen) == 1
    await client.get(f"{GROUPS}?refresh=true")
    assert len(app.seen) == 2
    assert (await client.get(f"{GROUPS}?after=x")).problem["code"] == "bad-cursor"


async def test_fields_of_an_object() -> None:
    body = {"definitions": {"custom": {"properties": {"badge": {"title": "Badge", "type": "integer"}}}}}
    app = Scripted().on("GET /api/v1/meta/schemas/apps/a1/default", Said(200, body))
    client = (await site_with(app)).client()
    path = f"{API}/fields/okta.assign_user_to_app/profile"
    found = (await client.get(f"{path}?given=app=a1")).json
    badge = {"name": "badge", "type": "number", "title": "Badge", "about": "", "required": False, "choices": []}
    assert found["rows"] == [badge]
    missing = await client.get(path)
    assert (missing.status, missing.problem["field"]) == (409, "app")
    assert (await client.get(f"{path}?given=app")).status == 400


async def test_what_cannot_be_loaded_is_told() -> None:
    app = Scripted().on("GET /api/v1/groups", Said(401, {"errorCode": "E0000011", "errorSummary": "Invalid token"}))
    site = await site_with(app)
    client = site.client()
    refused = await client.get(GROUPS)
    assert (refused.status, refused.problem["code"]) == (409, "app-answered")
    assert refused.problem["what"] == "Okta answered 401: E0000011: Invalid token."
    assert "API token" in refused.problem["mend"]
    assert (await client.get(f"{API}/choices/okta.read_user/user")).status == 404
    unknown = await client.get("/api/v1/connections/nobody/choices/okta.read_group/group")
    assert (unknown.status, unknown.problem["code"]) == (409, "unknown-connection")
    without = await site.client_with(Permission.FLOWS_READ)
    assert (await without.get(GROUPS)).status == 403
