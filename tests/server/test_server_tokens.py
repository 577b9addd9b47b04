"""Tokens: made by name, told once, removed with the sessions that they opened."""

from __future__ import annotations

from support_server import Site

BOTH = ["flows.read", "flows.write"]


async def test_a_token_is_told_once_and_does_what_it_may(site: Site) -> None:
    made = await site.client().put("/api/v1/tokens/ines", {"permissions": ["flows.read"]})
    assert (made.status, made.json["name"]) == (200, "ines")
    ines = site.client(made.json["token"])
    assert (await ines.get("/api/v1/flows")).status == 200
    assert (await ines.get("/api/v1/connections")).status == 403
    listed = await site.client().get("/api/v1/tokens")
    rows = {row["name"]: row["permissions"] for row in listed.json["rows"]}
    assert (rows["ines"], rows["operator"]) == (["flows.read"], ["*"])
    assert made.json["token"] not in str(listed.json)


async def test_an_older_token_of_the_name_stops_working(site: Site) -> None:
    first = (await site.client().put("/api/v1/tokens/ci", {"permissions": BOTH})).json["token"]
    second = (await site.client().put("/api/v1/tokens/ci", {"permissions": BOTH})).json["token"]
    assert [(await site.client(one).get("/api/v1/flows")).status for one in (first, second)] == [401, 200]
    assert (await site.client().call("DELETE", "/api/v1/tokens/ci")).status == 204
    assert (await site.client(second).get("/api/v1/flows")).status == 401
    gone = await site.client().call("DELETE", "/api/v1/tokens/ci")
    assert (gone.status, gone.problem["code"]) == (404, "unknown-token")


async def test_nobody_makes_one_that_may_more(site: Site) -> None:
    mine = {"permissions": ["admin", "flows.read"]}
    helper = site.client((await site.client().put("/api/v1/tokens/helper", mine)).json["token"])
    refused = await helper.put("/api/v1/tokens/more", {"permissions": ["flows.read", "connections.write"]})
    assert (refused.status, refused.problem["code"]) == (403, "not-permitted")
    assert (await helper.put("/api/v1/tokens/less", {"permissions": ["flows.read"]})).status == 200
    for name in ("helper", "administrator"):
        own = await helper.put(f"/api/v1/tokens/{name}", {"permissions": ["flows.read"]})
        assert (own.status, own.problem["code"]) == (409, "own-token"), name
    assert (await helper.call("DELETE", "/api/v1/tokens/helper")).status == 409


async def test_names_and_permissions_that_cannot_be_are_refused(site: Site) -> None:
    for name, body in (
        ("x", {"permissions": []}),
        ("x", {"permissions": ["fly"]}),
        ("Ines%20B", {"permissions": BOTH}),
    ):
        assert (await site.client().put(f"/api/v1/tokens/{name}", body)).status == 422, (name, body)


async def test_a_connection_is_for_nobody_who_is_not_there(site: Site) -> None:
    form = {"connector": "okta", "kind": "bearer", "base_url": "https://x.okta.example", "secrets": {"token": "secret"}}
    refused = await site.client().put("/api/v1/connections/okta", {**form, "users": ["administrator", "ines"]})
    assert refused.status == 422, refused.json
    assert "There is no token 'ines'." in str(refused.json)
    await site.client().put("/api/v1/tokens/ines", {"permissions": BOTH})
    put = await site.client().put("/api/v1/connections/okta", {**form, "users": ["administrator", "ines"]})
    assert (put.status, put.json["users"]) == (200, ["administrator", "ines"])
