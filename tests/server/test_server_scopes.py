"""Which scopes flows need of a connection, by API: flow by flow, what is granted and what is missing."""

from __future__ import annotations

import base64
from typing import Any

import orjson
import pytest
from support_client import Client
from support_server import OFFICE, Site

from keyturn.triggers.subscribe import Answer

API = "/api/v1/connections"
SERVICE: dict[str, Any] = {
    "connector": "okta",
    "kind": "oauth_client_assertion",
    "base_url": "https://northwind.okta.example",
    "settings": {"token_url": "https://northwind.okta.example/oauth2/v1/token", "client_id": "me"},
    "secrets": {"private_key": "-----BEGIN PRIVATE KEY-----"},
}
OWN = """
id: own-request
name: A request of one's own
event: {card: manual}
cards:
  - {id: ask, card: okta.custom_api_action, connection: okta, options: {method: GET}, inputs: {url: /api/v1/users}}
  - {id: groups, card: okta.search_groups, connection: okta, inputs: {search: "x"}}
"""

ADDRESSES = ("authorize_url", "token_url")

READS = """
id: reads
name: Reads somebody
event: {card: manual}
cards:
  - {id: who, card: office365.read_user, connection: office365, inputs: {user: eva@northwind.example}}
"""


async def connect(site: Site, scope: str) -> Client:
    client = site.client()
    form = {**SERVICE, "settings": {**SERVICE["settings"], "scope": scope}}
    assert (await client.put(f"{API}/okta", form)).status == 200
    return client


async def test_each_flow_says_what_it_needs(offboarding: Site) -> None:
    client = await connect(offboarding, "okta.groups.manage")
    assert (await client.post("/api/v1/flows", {"documents": [OWN]})).status == 200
    found = (await client.get(f"{API}/okta/scopes")).json
    assert (found["kind"], found["has_scopes"], found["granted"]) == (
        "oauth_client_assertion",
        True,
        ["okta.groups.manage"],
    )
    rows = {row["flow"]: row for row in found["rows"]}
    begins = rows["offboard-suspended-user"]
    assert {need["scope"]: need["cards"] for need in begins["needs"]} == {"okta.eventHooks.manage": ["event"]}
    assert begins["missing"] == ["okta.eventHooks.manage"]
    own = rows["own-request"]
    assert own["unsaid"] == ["ask"]
    assert own["needs"] == [{"scope": "okta.groups.read", "cards": ["groups"], "look": False, "granted": True}]
    assert own["missing"] == [], "who may manage groups may read them"
    assert found["missing"] == ["okta.eventHooks.manage"]
    assert found["needed"] == ["okta.eventHooks.manage", "okta.groups.read"]
    assert found["setting"] == "okta.eventHooks.manage okta.groups.read"
    assert "Okta API Scopes" in found["where"]


SIGNS_OUT = """
id: signs-out
name: Signs somebody out
event: {card: manual}
cards:
  - {id: out, card: okta.clear_user_sessions, connection: okta, inputs: {user: eva@northwind.example}}
  - {id: bare, card: okta.search_groups, connection: okta, inputs: {search: "x"}}
"""


async def test_what_only_a_look_needs_is_asked_for_and_not_missing(offboarding: Site) -> None:
    client = await connect(offboarding, "okta.groups.manage okta.users.manage okta.eventHooks.manage")
    assert (await client.post("/api/v1/flows", {"documents": [SIGNS_OUT]})).status == 200
    found = (await client.get(f"{API}/okta/scopes")).json
    row = next(row for row in found["rows"] if row["flow"] == "signs-out")
    looks = {need["scope"]: (need["cards"], need["granted"]) for need in row["needs"] if need["look"]}
    assert looks == {"okta.logs.read": (["out"], False)}
    assert (row["missing"], found["missing"]) == ([], [])
    assert "okta.logs.read" in found["needed"]
    both = SIGNS_OUT.replace("okta.search_groups", "okta.search_system_logs").replace('{search: "x"}', "{}")
    assert (await client.post("/api/v1/flows", {"documents": [both]})).status == 200
    found = (await client.get(f"{API}/okta/scopes")).json
    assert found["missing"] == ["okta.logs.read"], "another card cannot do without it"
    needs = [need for row in found["rows"] for need in row["needs"] if need["scope"] == "okta.logs.read"]
    assert [need["look"] for need in needs] == [False]


async def test_flows_come_page_by_page(offboarding: Site) -> None:
    client = await connect(offboarding, "okta.groups.manage")
    await client.post("/api/v1/flows", {"documents": [OWN]})
    first = (await client.get(f"{API}/okta/scopes?limit=1")).json
    rest = (await client.get(f"{API}/okta/scopes?limit=1&after={first['next']}")).json
    assert [row["flow"] for row in first["rows"] + rest["rows"]] == ["offboard-suspended-user", "own-request"]
    assert rest["next"] is None
    assert first["missing"] == rest["missing"] == ["okta.eventHooks.manage"]


async def test_a_test_that_lacks_its_own_scope_names_it_and_raises_no_alarm(offboarding: Site) -> None:
    client = await connect(offboarding, "okta.groups.manage")
    lacks = "It needs okta.users.read. The connection lacks okta.users.read. In the Okta Admin Console, open"
    offboarding.okta.answers["GET", "/api/v1/users?limit=1"] = Answer(403, {"errorCode": "E0000006"}, lacks)
    told = (await client.post(f"{API}/okta/test")).json
    assert told["works"] is True
    assert told["mend"].startswith(lacks)
    assert (await client.get(f"{API}/okta")).json["state"]["name"] == "works"
    offboarding.okta.answers["GET", "/api/v1/users?limit=1"] = Answer(403, {"errorCode": "E0000006"})
    told = (await client.post(f"{API}/okta/test")).json
    assert (told["works"], "scope" in told["mend"]) == (False, False), "it has the scope: it is something else"


async def test_an_administrators_token_has_no_scopes(offboarding: Site) -> None:
    found = (await offboarding.client().get(f"{API}/okta/scopes")).json
    assert (found["kind"], found["has_scopes"], found["missing"]) == ("bearer", False, [])


async def test_a_token_that_names_its_permissions_is_read(offboarding: Site) -> None:
    claims = orjson.dumps({"roles": ["User.ReadWrite.All"]})
    token = ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in (b"{}", claims, b"x"))
    client = offboarding.client()
    await client.put(f"{API}/office365", {**OFFICE, "secrets": {"token": token}})
    await client.post("/api/v1/flows", {"documents": [READS]})
    found = (await client.get(f"{API}/office365/scopes")).json
    assert found["granted"] == ["User.ReadWrite.All"]
    assert any(need["granted"] for row in found["rows"] for need in row["needs"])
    assert found["missing"] == []


@pytest.mark.parametrize(
    ("scope", "missing"),
    [
        ("https://graph.microsoft.com/User.Read.All offline_access", []),
        ("https://graph.microsoft.com/user.readwrite.all offline_access", []),
        ("https://graph.microsoft.com/Group.Read.All offline_access", ["User.Read.All"]),
        ("https://graph.microsoft.com/.default offline_access", []),
    ],
)
async def test_a_scope_of_microsoft_counts_in_its_full_form(offboarding: Site, scope: str, missing: list[str]) -> None:
    client = offboarding.client()
    addresses = {name: f"https://login.microsoftonline.com/t/oauth2/v2.0/{name[:-4]}" for name in ADDRESSES}
    settings = {**addresses, "client_id": "me", "scope": scope}
    form = {**OFFICE, "kind": "oauth_code", "settings": settings, "secrets": {"client_secret": "s"}}
    assert (await client.put(f"{API}/office365", form)).status == 200
    assert (await client.post("/api/v1/flows", {"documents": [READS]})).status == 200
    found = (await client.get(f"{API}/office365/scopes")).json
    assert found["missing"] == missing


async def test_of_a_token_that_tells_nothing_nobody_knows(offboarding: Site) -> None:
    client = offboarding.client()
    assert (await client.post("/api/v1/flows", {"documents": [READS]})).status == 200
    found = (await client.get(f"{API}/office365/scopes")).json
    assert found["granted"] is None
    assert found["missing"] == []
    needs = [need for row in found["rows"] if row["flow"] == "reads" for need in row["needs"]]
    assert needs == [{"scope": "User.Read.All", "cards": ["who"], "look": False, "granted": None}]


async def test_a_connection_that_is_to_be_made_is_told_what_to_ask_for(offboarding: Site) -> None:
    client = offboarding.client()
    found = (await client.get("/api/v1/connectors/okta/scopes?kind=oauth_code")).json
    assert (found["usual"], found["granted"]) == (False, None)
    assert found["setting"] == "okta.eventHooks.manage offline_access"
    usual = (await client.get("/api/v1/connectors/slack/scopes?kind=oauth_code")).json
    assert usual["usual"] is True
    assert usual["setting"] == "users:read,users:read.email,chat:write,channels:read,groups:read"


@pytest.mark.parametrize(
    "path",
    [
        f"{API}/nobody/scopes",
        "/api/v1/connectors/x/scopes?kind=bearer",
        "/api/v1/connectors/okta/scopes?kind=basic",
    ],
)
async def test_what_is_not_there_is_told(client: Client, path: str) -> None:
    answer = await client.get(path)
    assert answer.status == 404
    assert answer.problem["mend"]


async def test_a_proxy_of_its_own_has_an_address_and_a_secret(site: Site) -> None:
    client = site.client()
    proxied = {**OFFICE, "settings": {"proxy": "http://proxy.example:3128"}}
    proxied["secrets"] = {"token": "graph-secret-token", "proxy_login": "me:pass-word"}
    made = await client.put(f"{API}/office365", proxied)
    assert (made.status, made.json["settings"]) == (200, {"proxy": "http://proxy.example:3128"})
    assert b"pass-word" not in made.body
    for wrong in ("proxy.example", "ftp://proxy.example", "http://me:pass@proxy.example", "http://proxy.example/x"):
        answer = await client.put(f"{API}/office365", {**OFFICE, "settings": {"proxy": wrong}})
        assert (answer.status, answer.problem["field"]) == (422, "proxy"), wrong
        assert b"me:pass@" not in answer.body
    mail = {"connector": "smtp", "kind": "none", "base_url": "smtp://mail.example:25"}
    assert (await client.put(f"{API}/mail", {**mail, "settings": {"proxy": "http://p.example"}})).status == 422
