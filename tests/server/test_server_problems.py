"""Errors have one shape, say how to mend them, and never show a stack trace."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import orjson
import pytest
import structlog
from support_client import Client
from support_server import Site

from keyturn.flows.paging import Page, PageRequest
from keyturn.server import create_server

MB = 1_000_000
FIELDS = {"code", "what", "mend", "why", "flow", "card", "field", "path", "file", "line", "severity", "said", "parts"}


async def test_a_problem_has_all_fields(client: Client) -> None:
    answer = await client.get("/api/v1/flows/none")
    assert answer.status == 404
    assert set(answer.problem) == FIELDS
    assert answer.problem["what"] == "There is no flow 'none'."
    assert answer.problem["severity"] == "error"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nowhere", 404),
        ("GET", "/api/v1/nowhere", 404),
        ("DELETE", "/api/v1/flows", 405),
        ("GET", "/api/v1/cards/no.card", 404),
        ("GET", "/api/v1/flows/none/versions/3", 404),
        ("GET", "/api/v1/connections/none", 404),
        ("GET", "/api/v1/runs/00000000-0000-0000-0000-000000000009", 404),
        ("GET", "/api/v1/runs/no-uuid", 422),
        ("GET", "/api/v1/runs?status=weird", 422),
        ("GET", "/api/v1/flows?limit=0", 422),
        ("GET", "/api/v1/flows?limit=201", 422),
        ("GET", "/api/v1/flows?after=made-up", 400),
        ("GET", "/api/v1/flows/%00", 400),
        ("GET", "/api/v1/flows?search=%00", 400),
    ],
)
async def test_every_refusal_says_what_and_how_to_mend(client: Client, method: str, path: str, status: int) -> None:
    answer = await client.call(method, path)
    assert answer.status == status
    for problem in answer.problems:
        assert problem["code"]
        assert problem["what"]
        assert problem["mend"]


async def test_a_wrong_method_tells_the_right_ones(client: Client) -> None:
    answer = await client.call("PATCH", "/api/v1/runs/00000000-0000-0000-0000-000000000009")
    assert answer.status == 405
    assert "GET" in answer.headers["allow"]


async def test_all_mistakes_of_a_request_come_at_once_and_without_its_values(client: Client) -> None:
    answer = await client.put("/api/v1/connections/okta", {"kind": 7, "secrets": {"token": ["hunter2"]}})
    assert answer.status == 422
    assert {problem["field"] for problem in answer.problems} == {"connector", "kind", "token"}
    assert b"hunter2" not in answer.body


@pytest.mark.parametrize(
    "body",
    [b"{", b"\xff\xfe", b'{"inputs": {"a": NaN}}', b'{"inputs": {"a": "\\ud800"}}', b'{"inputs": {"a": "\\u0000"}}'],
)
async def test_a_body_that_is_not_sound_json_is_refused(offboarding: Site, body: bytes) -> None:
    answer = await offboarding.client().call("POST", "/api/v1/flows/office-365-offboarding/runs", body=body)
    assert answer.status == 400
    assert answer.problem["mend"]


async def test_a_body_nested_very_deeply_is_refused(client: Client) -> None:
    for depth in (500, 5000):
        body = b'{"documents": [' + b"[" * depth + b"]" * depth + b"]}"
        answer = await client.call("POST", "/api/v1/flows/check", body=body)
        assert answer.status in (400, 422), depth


async def test_a_text_with_an_escaped_backslash_is_no_nul(client: Client) -> None:
    answer = await client.call("POST", "/api/v1/flows/check", body=b'{"documents": ["\\\\u0000"]}')
    assert answer.status == 200


@pytest.mark.parametrize(
    ("path", "limit"),
    [
        ("/api/v1/flows/x/runs", MB),
        ("/api/v1/flows", 2 * MB),
        ("/api/v1/flows/check", 2 * MB),
        ("/hooks/okta/x", 5 * MB),
    ],
)
async def test_a_body_that_is_too_large_is_refused_while_it_arrives(client: Client, path: str, limit: int) -> None:
    def endless() -> Iterator[bytes]:
        while True:
            yield b"x" * 100_000

    answer = await client.call("POST", path, chunks=endless(), headers={"content-type": "application/json"})
    assert answer.status == 413
    assert str(limit) in answer.problem["what"]
    assert answer.chunks_read == limit // 100_000 + 1


async def test_a_body_announced_as_too_large_is_not_read_at_all(client: Client) -> None:
    answer = await client.call("POST", "/hooks/okta/x", chunks=[b"x"], headers={"content-length": str(20 * MB)})
    assert answer.status == 413
    assert answer.chunks_read == 0


async def test_a_database_that_is_away_is_told_with_when_to_come_back(site: Site) -> None:
    site.switch.away = True
    client = site.client()
    for path in ("/api/v1/flows", "/api/v1/runs", "/api/v1/events", "/readyz"):
        answer = await client.get(path)
        assert answer.status == 503
        assert int(answer.headers["retry-after"]) > 0
        assert answer.problem["code"] == "database-away"
    assert (await client.get("/healthz")).status == 200


class _Broken:
    async def list(self, page: PageRequest) -> Page[object]:
        raise ZeroDivisionError("password=hunter2")


async def test_the_unexpected_shows_only_an_id_that_is_in_the_log(site: Site) -> None:
    services = dataclasses.replace(site.services, events=_Broken())  # type: ignore[arg-type]
    client = Client(create_server(services), "kt_test_token_with_all_permissions")
    with structlog.testing.capture_logs() as logs, pytest.raises(ZeroDivisionError):
        await client.get("/api/v1/events")
    answer = client.last
    assert answer.status == 500
    assert b"hunter2" not in answer.body
    assert b"Traceback" not in answer.body
    logged = next(entry for entry in logs if entry["event"] == "unexpected error")
    assert logged["id"] in answer.problem["what"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert next(entry for entry in logs if entry["event"] == "request")["status"] == 500


class _BrokenEndpoints:
    async def call(self, flow_id: str, request: object) -> object:
        raise ZeroDivisionError("password=hunter2")


async def test_the_unexpected_at_an_endpoint_too(site: Site) -> None:
    services = dataclasses.replace(site.services, endpoints=_BrokenEndpoints())  # type: ignore[arg-type]
    client = Client(create_server(services), None)
    with structlog.testing.capture_logs() as logs:
        answer = await client.post("/endpoints/some-flow", {})
    assert answer.status == 500
    assert b"hunter2" not in answer.body
    logged = next(entry for entry in logs if entry["event"] == "unexpected error")
    assert logged["id"] in answer.problem["what"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert next(entry for entry in logs if entry["event"] == "request")["status"] == 500


async def test_a_flow_that_this_release_cannot_carry_out_is_a_problem(offboarding: Site) -> None:
    record = offboarding.flows.stored["office-365-offboarding", 1]
    document = orjson.loads(orjson.dumps(record.document).replace(b"text.compose", b"text.vanished"))
    offboarding.flows.stored["office-365-offboarding", 1] = dataclasses.replace(record, document=document)
    client = offboarding.client()
    answer = await client.post("/api/v1/flows/office-365-offboarding/runs", {"inputs": {"Username": "a@b.example"}})
    assert answer.status == 409
    assert answer.problem["code"] == "flow-not-runnable"
    assert not offboarding.runs.runs
