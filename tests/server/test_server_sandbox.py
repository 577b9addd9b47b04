"""The sandbox by Keyturn's API: a real sandbox, on ports of its own."""

from __future__ import annotations

import asyncio
import smtplib
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import orjson
import pytest
from support.certificates import self_signed
from support_client import Client
from support_server import Site, make_site

from keyturn.access.permissions import Permission
from keyturn.sandbox.config import SandboxConfig
from keyturn.sandbox.server import Sandbox


@pytest.fixture
async def company(tmp_path: Path) -> AsyncIterator[Site]:
    """A Keyturn that knows where a sandbox runs."""
    file = tmp_path / "sandbox.json"
    async with Sandbox(SandboxConfig(hook_timeout=0.2)) as running:
        file.write_bytes(orjson.dumps({name: dict(fields) for name, fields in running.urls.items()}))
        yield await make_site(sandbox=file)


async def person(client: Client, login: str) -> dict[str, dict[str, object]]:
    rows = (await client.get(f"/api/v1/sandbox/people?search={login}")).json["rows"]
    return rows[0]


async def test_people_are_paged_and_searched(company: Site) -> None:
    client = company.client()
    logins: list[str] = []
    after = ""
    while True:
        page = (await client.get(f"/api/v1/sandbox/people?limit=25{after}")).json
        logins += [row["login"] for row in page["rows"]]
        if page["next"] is None:
            break
        after = f"&after={page['next']}"
    assert len(logins) == len(set(logins)) >= 60
    assert logins == sorted(logins)
    found = (await client.get("/api/v1/sandbox/people?search=TOMAS")).json["rows"]
    assert found
    assert all("tomas" in f"{row['login']} {row['name']}".lower() for row in found)
    assert (await client.get("/api/v1/sandbox/people?after=x")).problem["code"] == "bad-cursor"


async def test_a_person_is_suspended_and_let_in_again(company: Site) -> None:
    client, login = company.client(), "tomas.lind@northwind.example"
    for step, status in (("suspend", "SUSPENDED"), ("unsuspend", "ACTIVE")):
        assert (await client.post(f"/api/v1/sandbox/people/{login}", {"step": step})).status == 204
        assert (await person(client, login))["okta"]["status"] == status
    refused = await client.post("/api/v1/sandbox/people/nobody", {"step": "suspend"})
    assert (refused.status, refused.problem["code"]) == (409, "sandbox-refused")


async def test_one_person_letters_messages_and_the_ledger_are_shown(company: Site) -> None:
    client, login = company.client(), "tomas.lind@northwind.example"
    detail = (await client.get(f"/api/v1/sandbox/people/{login}")).json["person"]
    assert detail["scim"]["active"] is True
    assert detail["scim"]["groups"]
    assert {"okta groups", "graph licences"} <= set(detail["holds"])
    assert (await client.get("/api/v1/sandbox/people/nobody")).problem["code"] == "sandbox-refused"
    await client.post(f"/api/v1/sandbox/people/{login}", {"step": "suspend"})
    await client.post(f"/api/v1/sandbox/people/{login}", {"step": "unsuspend"})
    first = (await client.get("/api/v1/sandbox/ledger?limit=1")).json
    assert first["rows"][0]["path"].endswith("/lifecycle/unsuspend")
    second = (await client.get(f"/api/v1/sandbox/ledger?limit=1&after={first['next']}")).json
    assert second["rows"][0]["path"].endswith("/lifecycle/suspend")
    assert second["rows"][0]["seq"] == first["rows"][0]["seq"] - 1
    assert (await client.get("/api/v1/sandbox/ledger?after=x")).problem["code"] == "bad-cursor"
    urls = {row["name"]: row["base_url"] for row in (await client.get("/api/v1/sandbox")).json["tenants"]}
    await asyncio.to_thread(send_letter, urls["mail"], login)
    letters = (await client.get("/api/v1/sandbox/letters")).json["rows"]
    assert [(row["by"], row["subject"], row["to"]) for row in letters] == [("mail", "Hello", [login])]
    assert (await client.get("/api/v1/sandbox/messages")).json["rows"] == []


def send_letter(address: str, to: str) -> None:
    parts = urlsplit(address)
    with smtplib.SMTP(parts.hostname or "", parts.port or 0, timeout=30) as mail:
        mail.sendmail("us@northwind.example", [to], "Subject: Hello\n\nDear you")


async def test_a_fault_of_one_tenant_leaves_the_others(company: Site) -> None:
    client = company.client()

    async def faults() -> list[str]:
        return [row["fault"] for row in (await client.get("/api/v1/sandbox")).json["faults"]]

    await client.put("/api/v1/sandbox/faults/graph", {"fault": "500"})
    await client.put("/api/v1/sandbox/faults/okta", {"fault": "429x2@users"})
    assert sorted(await faults()) == ["graph:500", "okta:429x2@users"]
    await client.put("/api/v1/sandbox/faults/graph", {"fault": ""})
    assert await faults() == ["okta:429x2@users"]
    odd = await client.put("/api/v1/sandbox/faults/graph", {"fault": "odd"})
    assert (odd.status, odd.problem["code"]) == (409, "sandbox-refused")
    assert "kinds are" in odd.problem["what"]
    assert (await client.post("/api/v1/sandbox/faults", {"fault": "graph:500x1@=GET /v1.0/users/{id}"})).status == 409
    known = await operations(client)
    one = next(name for name in known if name.startswith("GET /v1.0/users/{") and name.endswith("}"))
    await client.post("/api/v1/sandbox/faults", {"fault": f"graph:500x1@={one}"})
    await client.post("/api/v1/sandbox/faults", {"fault": "okta:403"})
    assert await faults() == [f"graph:500x1@={one}", "okta:429x2@users", "okta:403"]
    assert (await client.call("DELETE", "/api/v1/sandbox/faults?fault=okta:429x2@users")).status == 204
    assert (await client.call("DELETE", "/api/v1/sandbox/faults?fault=okta:429x2@users")).status == 409
    shown = (await client.get("/api/v1/sandbox")).json["faults"][0]
    assert shown == {
        "fault": f"graph:500x1@={one}",
        "tenant": "graph",
        "kind": "500",
        "times": 1,
        "operation": f"={one}",
        "met": 0,
        "seconds": None,
    }
    await client.post("/api/v1/sandbox/faults", {"fault": "okta:429=30"})
    rows = (await client.get("/api/v1/sandbox")).json["faults"]
    assert {row["fault"]: row["seconds"] for row in rows}["okta:429=30"] == 30
    reset = await client.post("/api/v1/sandbox/reset")
    assert (reset.status, reset.json) == (200, {"dropped": 0})
    assert await faults() == []


async def operations(client: Client, more: str = "") -> list[str]:
    """What Microsoft's tenant can do, page after page."""
    found, after = list[str](), ""
    while True:
        answer = await client.get(f"/api/v1/sandbox/operations/graph?limit=200{more}{after}")
        assert len(answer.json["rows"]) <= 200
        found += answer.json["rows"]
        if answer.json["next"] is None:
            return found
        after = f"&after={answer.json['next']}"


async def test_what_a_tenant_can_do_is_told_page_after_page_and_searched(company: Site) -> None:
    client = company.client()
    known = await operations(client)
    assert len(known) == len(set(known)) > 400
    assert len((await client.get("/api/v1/sandbox/operations/graph")).json["rows"]) == 50
    found = await operations(client, "&search=key%20GET%20/users")
    assert found == [one for one in known if all(word in one.lower() for word in ("key", "get", "/users"))]
    assert 0 < len(found) < len(known)
    assert (await client.get("/api/v1/sandbox/operations/recorder")).json == {"rows": [], "next": None}


async def test_deliveries_that_a_reset_drops_are_told(company: Site, tmp_path: Path) -> None:
    client = company.client()
    google = orjson.loads((tmp_path / "sandbox.json").read_bytes())["google"]
    watch = f"{google['base_url']}/admin/directory/v1/users/watch?customer=my_customer&event=update"
    asked = {"id": "c1", "type": "web_hook", "address": "http://127.0.0.1:9/nobody-is-there"}
    headers = {"Authorization": f"Bearer {google['token']}"}
    async with aiohttp.ClientSession() as http, http.post(watch, json=asked, headers=headers) as answer:
        assert answer.status == 200
    for dropped in (1, 0):
        assert (await client.post("/api/v1/sandbox/reset")).json == {"dropped": dropped}


async def test_looking_is_not_changing(company: Site, tmp_path: Path) -> None:
    reader = await company.client_with(Permission.SANDBOX_READ)
    assert {row["name"] for row in (await reader.get("/api/v1/sandbox")).json["tenants"]} >= {
        "okta",
        "graph",
        "google",
        "slack",
        "scim",
    }
    shown = (await reader.get("/api/v1/sandbox")).body.decode()
    for told in orjson.loads((tmp_path / "sandbox.json").read_bytes()).values():
        for secret in ("token", "client_secret"):
            assert not told.get(secret) or told[secret] not in shown
    assert (await reader.post("/api/v1/sandbox/reset")).status == 403


async def test_where_no_sandbox_runs_it_says_how_to_start_one(site: Site) -> None:
    answer = await site.client().get("/api/v1/sandbox")
    assert (answer.status, answer.problem["code"]) == (409, "sandbox-away")
    assert "keyturn sandbox serve" in answer.problem["mend"]


async def test_a_draft_is_tried_against_the_sandbox_and_reaches_nothing_else(company: Site) -> None:
    client = company.client()
    tenants = {one["name"]: one["base_url"] for one in (await client.get("/api/v1/sandbox")).json["tenants"]}
    real = {"connector": "okta", "kind": "bearer", "base_url": "https://x.okta.example", "secrets": {"token": "t"}}
    await client.put("/api/v1/connections/okta", real)
    cards = [{"id": "off", "card": "okta.suspend_user", "connection": "okta", "inputs": {"user": "ada"}}]
    document = {"id": "leaver", "name": "Leaver", "event": {"card": "manual"}, "cards": cards}
    body = {"document": document, "follows": 0, "base_version": 0}
    revision = (await client.put("/api/v1/flows/leaver/draft", body)).json["revision"]
    trial = {"revision": revision, "against": "sandbox"}
    card = {**trial, "inputs": {"user": "ada"}}
    for where, body in (("draft/runs", trial), ("draft/cards/off/runs", card)):
        refused = await client.post(f"/api/v1/flows/leaver/{where}", body)
        assert (refused.status, refused.problem["code"]) == (409, "acts-for-real"), where
        assert "Okta" in refused.problem["what"]
    await client.put("/api/v1/connections/pretended", {**real, "base_url": tenants["okta"]})
    for where, body in (("draft/runs", trial), ("draft/cards/off/runs", card)):
        started = await client.post(f"/api/v1/flows/leaver/{where}", body)
        assert started.status == 202, (where, started.body)
        version = (await client.get(f"/api/v1/flows/leaver/versions/{started.json['version']}")).json
        assert version["document"]["cards"][0]["connection"] == "pretended"

    published = await client.post("/api/v1/flows", {"documents": [{**document, "event": {"card": "helper"}}]})
    assert published.status == 200, published.body
    calls = {**document, "id": "calls", "cards": [{"id": "call", "card": "flow.call", "call": {"flow": "leaver"}}]}
    body = {"document": calls, "follows": 0, "base_version": 0}
    revision = (await client.put("/api/v1/flows/calls/draft", body)).json["revision"]
    refused = await client.post("/api/v1/flows/calls/draft/runs", {"revision": revision, "against": "sandbox"})
    assert (refused.status, refused.problem["code"]) == (409, "acts-for-real")
    assert "helper flow 'Leaver'" in refused.problem["what"]


async def test_a_pretend_app_is_connected_without_its_secrets_being_shown(company: Site, tmp_path: Path) -> None:
    client = company.client()

    async def tenants() -> dict[str, dict[str, str | None]]:
        return {row["name"]: row for row in (await client.get("/api/v1/sandbox")).json["tenants"]}

    before = await tenants()
    assert (before["slack"]["connector"], before["slack"]["connection"]) == ("slack", None)
    assert before["recorder"]["connector"] is None
    for tenant, connector, kind in (
        ("slack", "slack", "bearer"),
        ("scim", "scim", "bearer"),
        ("mail", "smtp", "none"),
        ("graph", "office365", "oauth_client_credentials"),
    ):
        made = await client.post(f"/api/v1/sandbox/connections/{tenant}")
        assert (made.status, made.json) == (200, {"connection": connector})
        assert (await tenants())[tenant]["connection"] == connector
        answer = await client.get(f"/api/v1/connections/{connector}")
        assert answer.json["kind"] == kind
        shown = answer.body.decode()
        told = orjson.loads((tmp_path / "sandbox.json").read_bytes())[tenant]
        for secret in ("token", "client_secret"):
            assert told.get(secret, "no such secret") not in shown + made.body.decode()
    again = await client.post("/api/v1/sandbox/connections/slack")
    assert again.json == {"connection": "slack_sandbox"}
    taken = await client.post("/api/v1/sandbox/connections/slack")
    assert (taken.status, taken.problem["code"]) == (409, "connection-taken")
    user = await company.client_with(Permission.SANDBOX_USE)
    assert (await user.post("/api/v1/sandbox/connections/scim")).status == 403


async def test_a_pretend_app_is_connected_in_other_ways_without_its_secrets_being_shown(
    company: Site, tmp_path: Path
) -> None:
    client = company.client()
    told = orjson.loads((tmp_path / "sandbox.json").read_bytes())
    shown = await client.get("/api/v1/sandbox")
    tenants = {row["name"]: row for row in shown.json["tenants"]}
    assert tenants["graph"]["kinds"] == ["oauth_client_credentials", "oauth_code", "bearer"]
    assert (tenants["mail"]["kinds"], tenants["recorder"]["kinds"]) == (["none"], [])
    for name in ("token_url", "authorize_url", "client_id", "web_client_id"):
        assert tenants["okta"]["told"][name] == told["okta"][name]
    for tenant, kind, made in (
        ("okta", "oauth_code", "okta_sign_in"),
        ("graph", "bearer", "office365_token"),
        ("graph", "oauth_code", "office365_sign_in"),
        ("graph", "oauth_client_credentials", "office365_app"),
    ):
        answer = await client.post(f"/api/v1/sandbox/connections/{tenant}?kind={kind}")
        assert (answer.status, answer.json) == (200, {"connection": made})
        connection = await client.get(f"/api/v1/connections/{made}")
        assert connection.json["kind"] == kind
        for secret in ("token", "client_secret"):
            assert told[tenant][secret] not in (connection.body + shown.body).decode()
    signed = (await client.get("/api/v1/connections/okta_sign_in")).json["settings"]
    assert signed["client_id"] == told["okta"]["web_client_id"]
    assert "offline_access" in signed["scope"]
    refused = await client.post("/api/v1/sandbox/connections/scim?kind=oauth_code")
    assert (refused.status, refused.problem["field"]) == (422, "kind")


OWN = """\
connector: ours
title: Ours
about: Our notes.
base_url: https://ours.example
auth: [bearer]
check: {method: GET, path: /}
errors: {code: "{{ body.code }}", message: "{{ body.message }}"}
actions:
  - key: get_note
    title: Get Note
    summary: Reads a note.
    effect: {effect: read, repeatable: true}
    inputs: [{name: id, title: ID, required: true}]
    request: {method: GET, path: "/n/{{ inputs.id }}"}
    outputs: [{name: kids, type: list of text, title: Kids, value: "{{ body.kids }}"}]
"""


async def test_the_recorder_learns_a_connector_that_is_made_here(company: Site, tmp_path: Path) -> None:
    client = company.client()
    urls = orjson.loads((tmp_path / "sandbox.json").read_bytes())
    recorder = urls["recorder"]["base_url"]

    async def known() -> list[str]:
        async with (
            aiohttp.ClientSession() as http,
            http.get(urls["control"]["base_url"] + "/recorder/connectors") as answer,
        ):
            return await answer.json()

    made = await client.put("/api/v1/connectors/ours", {"source": OWN})
    assert made.status == 200, made.body
    assert await known() == ["ours"]
    async with aiohttp.ClientSession() as http, http.get(f"{recorder}/ours/n/1") as answer:
        assert await answer.json() == {"kids": ["text"]}
    assert (await client.post("/api/v1/sandbox/reset")).status == 200
    assert await known() == []
    form = {"connector": "ours", "kind": "bearer", "secrets": {"token": "t"}}
    await client.put("/api/v1/connections/real", {**form, "base_url": "https://ours.example"})
    assert await known() == []
    await client.put("/api/v1/connections/ours", {**form, "base_url": f"{recorder}/ours"})
    assert await known() == ["ours"]


async def test_a_sandbox_with_a_certificate_of_its_own_is_looked_at_and_acted_on(tmp_path: Path) -> None:
    self_signed(tmp_path)
    file, login = tmp_path / "sandbox.json", "eva.horvat@northwind.example"
    async with Sandbox(SandboxConfig(urls_path=file, tls_certificate=tmp_path / "both.pem")):
        client = (await make_site(sandbox=file)).client()
        tenants = (await client.get("/api/v1/sandbox")).json["tenants"]
        assert all(row["base_url"].startswith(("https:", "smtp:")) for row in tenants)
        assert (await client.post(f"/api/v1/sandbox/people/{login}", {"step": "suspend"})).status == 204
        assert (await person(client, login))["okta"]["status"] == "SUSPENDED"
