"""The recorder: what it answers by a connector's manifest, and where that is put."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from support_sandbox import Tenants

from keyturn.sandbox.config import SandboxConfig
from keyturn.sandbox.manifests import Manifests
from keyturn.sandbox.server import Sandbox

ACME: dict[str, Any] = {
    "connector": "acme",
    "shared_outputs": {"person": [{"name": "mail", "type": "text", "value": "{{ body.person.mail }}"}]},
    "choices": {
        "teams": {
            "request": {"method": "GET", "path": "/teams"},
            "paging": {"records": "{{ body.teams }}"},
            "value": "{{ record.id }}",
            "label": "{{ record.name }} ({{ record.size }})",
        }
    },
    "actions": [
        {
            "key": "read_person",
            "request": {"method": "GET", "path": "/people/{{ inputs.person }}"},
            "outputs": ["person", {"name": "age", "type": "number", "value": "{{ body.person.age }}"}],
        },
        {
            "key": "suspend_person",
            "request": {"method": "POST", "path": "/people/{{ inputs.person }}/suspend"},
            "state": {
                "request": {"method": "GET", "path": "/people/{{ inputs.person }}"},
                "so": {"value": "{{ body.status }}", "among": ["SUSPENDED"]},
            },
            "outputs": [{"name": "status", "type": "number", "value": "{{ status }}"}],
        },
        {
            "key": "list_tokens",
            "request": {"method": "GET", "path": "/people/{{ inputs.person }}/tokens?all=true"},
            "paging": {"records": '{{ body["the tokens"] }}', "next": "{{ body.next }}", "query": "page"},
            "outputs": [{"name": "made", "type": "datetime", "value": "{{ record.made.at }}"}],
        },
        {
            "key": "end_all",
            "requests": [
                {"name": "found", "method": "GET", "path": "/sessions"},
                {"method": "DELETE", "path": "/sessions/{{ item }}", "each": "{{ found.body.sessions[].id }}"},
            ],
            "outputs": [{"name": "first", "value": "{{ found.body.sessions[0].ip }}"}],
        },
    ],
}
PERSON = {"person": {"mail": "eva.horvat@northwind.example", "age": 1}, "status": "SUSPENDED"}
TOKENS = {"the tokens": [{"made": {"at": "2026-01-05T08:00:00.000Z"}}]}


@pytest.mark.parametrize(
    ("method", "path", "source", "body"),
    [
        ("GET", "/people/eva", "acme.read_person", PERSON),
        ("GET", "/acme/people/eva", "acme.read_person", PERSON),
        ("POST", "/people/eva/suspend", "acme.suspend_person", {}),
        ("GET", "/people/eva/tokens", "acme.list_tokens", TOKENS),
        ("GET", "/sessions", "acme.end_all", {"sessions": [{"id": "text", "ip": "text"}]}),
        ("DELETE", "/sessions/7", "acme.end_all", {}),
        ("GET", "/teams", "acme.choices teams", {"teams": [{"id": "text", "name": "text", "size": "text"}]}),
        ("GET", "/people", None, None),
        ("GET", "/people/eva/tokens/more", None, None),
        ("PUT", "/people/eva", None, None),
        ("GET", "/other/people/eva", None, None),
    ],
)
def test_an_answer_has_all_that_actions_read_from_it(method: str, path: str, source: str | None, body: Any) -> None:
    found = Manifests([ACME]).answer(method, path)
    assert (found.source, found.body) == (source, body) if found is not None else (source, body) == (None, None)


def test_of_two_connectors_with_one_path_the_named_one_answers() -> None:
    other = {"connector": "other", "actions": [{**ACME["actions"][1], "key": "stop", "state": None}]}
    both = Manifests([ACME, other])
    named = both.answer("POST", "/other/people/eva/suspend")
    assert named is not None
    assert named.source == "other.stop"
    again = Manifests([ACME, {**ACME, "actions": []}])
    assert again.answer("GET", "/people/eva") is None, "of two with one name the later one counts"


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox(SandboxConfig(connectors=lambda: [ACME])) as running:
        yield running


async def test_answers_are_noted_with_where_they_are_from(sandbox: Sandbox, http: aiohttp.ClientSession) -> None:
    tenants = Tenants(sandbox.urls, http)
    put = await tenants.control("POST", "/recorder/connectors", json={**ACME, "connector": "later"})
    assert put.status == 201
    assert (await tenants.control("POST", "/recorder/connectors", json={"title": "x"})).status == 400
    prepared = {"method": "GET", "path": "/sessions", "body": {"sessions": []}}
    await tenants.control("POST", "/recorder/answers", json=prepared)
    answers = [
        await tenants.call("recorder", "GET", path) for path in ("/people/a", "/later/people/a", "/sessions", "/x")
    ]
    assert [one.json for one in answers[:3]] == [PERSON, PERSON, {"sessions": []}]
    assert answers[3].json["path"] == "/x"
    assert [row["note"] for row in await tenants.ledger()] == [
        "As acme.read_person reads it.",
        "As later.read_person reads it.",
        "As it was put there.",
        "The request itself: nothing says what would be answered.",
    ]
    fewer = {**ACME, "connector": "later", "actions": [{**ACME["actions"][1], "state": None}]}
    await tenants.control("POST", "/recorder/connectors", json=fewer)
    again = await tenants.call("recorder", "GET", "/later/people/a")
    assert again.json["path"] == "/later/people/a", "the one that was put last counts"


# as a card that sends to an address which the app has given, and one whose path begins with the tenant's name
CATCHING: dict[str, Any] = {
    "connector": "catching",
    "actions": [
        {
            "key": "respond",
            "request": {"method": "POST", "path": "/{{ inputs.place }}", "whole": True},
            "outputs": [{"name": "ok", "type": "boolean", "value": "{{ body.ok }}"}],
        },
        {
            "key": "respond_anywhere",
            "request": {"method": "PUT", "path": "{{ inputs.url }}", "whole": True},
            "outputs": [],
        },
        {
            "key": "read_report",
            "request": {"method": "GET", "path": "/{{ inputs.tenant }}/{{ inputs.report }}"},
            "outputs": [{"name": "rows", "type": "list of text", "value": "{{ body.rows }}"}],
        },
    ],
}


@pytest.mark.parametrize(
    ("method", "path", "source"),
    [
        ("POST", "/nosuch/v2/form", None),
        ("GET", "/nosuch/thing", None),
        ("PUT", "/nosuch/v2/form", None),
        ("PUT", "/catching/v2/form", "catching.respond_anywhere"),
        ("POST", "/catching/v2/form", "catching.respond"),
        ("GET", "/catching/acme/report", "catching.read_report"),
        ("GET", "/people/eva", "acme.read_person"),
    ],
)
def test_a_path_of_no_connector_is_nobodys(method: str, path: str, source: str | None) -> None:
    found = Manifests([ACME, CATCHING]).answer(method, path)
    assert (found.source if found is not None else None) == source


async def test_any_token_is_taken_but_a_wrong_one_of_its_own(sandbox: Sandbox, http: aiohttp.ClientSession) -> None:
    tenants = Tenants(sandbox.urls, http)
    right = tenants.urls["recorder"]["token"]
    for token in ("", "Bearer x", "Bearer ghp_0123456789", "SSWS x", "Basic eDp5", f"Bearer {right}"):
        answer = await tenants.call("recorder", "POST", "/nosuch/thing", token=token, json={"a": 1})
        assert (answer.status, answer.json.get("body")) == (200, {"a": 1})
    assert (await tenants.call("recorder", "GET", "/x", token=f"Bearer {right}x")).status == 401
