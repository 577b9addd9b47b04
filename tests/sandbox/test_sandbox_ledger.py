"""The ledger of the sandbox, the control server, and requests that are not decent HTTP."""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import urlsplit

import pytest
from support_sandbox import Tenants

EVA = "eva.horvat@northwind.example"


async def test_every_request_is_written_down_in_order_with_its_answer(tenants: Tenants, guest_path: str) -> None:
    run = {"Keyturn-Run": "run-1", "Keyturn-Card": "disable", "Keyturn-Attempt": "2"}
    await tenants.suspend(EVA)
    await tenants.graph("PATCH", f"/v1.0/users/{guest_path}", json={"accountEnabled": False}, headers=run)
    await tenants.google("GET", "/admin/directory/v1/users?customer=my_customer", token="")
    rows = await tenants.ledger()
    assert [row["seq"] for row in rows] == [1, 2, 3]
    assert [(row["tenant"], row["method"], row["status"]) for row in rows] == [
        ("okta", "POST", 200),
        ("graph", "PATCH", 204),
        ("google", "GET", 401),
    ]
    assert rows[1] | {"time": ""} == {
        "seq": 2,
        "time": "",
        "tenant": "graph",
        "method": "PATCH",
        "path": "/v1.0/users/dana.wu_partner.example#EXT#@northwind.example",
        "raw_path": f"/v1.0/users/{guest_path}",
        "query": "",
        "has_body": True,
        "body": {"accountEnabled": False},
        "run": "run-1",
        "card": "disable",
        "attempt": "2",
        "status": 204,
        "fault": None,
        "note": None,
    }
    assert (rows[0]["run"], rows[0]["has_body"], rows[0]["body"]) == (None, False, None)
    assert rows[2]["query"] == "customer=my_customer"
    assert await tenants.ledger(since=2) == rows[2:]


async def test_secrets_are_masked_wherever_they_stand(tenants: Tenants) -> None:
    path = f"/v1.0/users/{tenants.key(EVA)}"
    await tenants.graph("PATCH", path, json={"passwordProfile": {"password": "hunter2"}})
    await tenants.hook("http://127.0.0.1:9/hook")
    answer = await tenants.control("GET", "/ledger")
    assert b"hunter2" not in answer.raw
    assert b"hook-secret" not in answer.raw
    assert answer.json[0]["body"] == {"passwordProfile": {"password": "***"}}


_BY_OKTA = {"profile": {"login": "a@x.example"}, "credentials": {"password": {"value": "hunter2"}}}
_QUESTION = {"credentials": {"recovery_question": {"question": "Who?", "answer": "hunter2"}}}
_BATCH = b'--x\r\n\r\n{"primaryEmail": "a@x.example", "password": "hunter2", "hashFunction": "MD5"}\r\n--x--'


@pytest.mark.parametrize(
    ("tenant", "path", "options", "kept"),
    [
        ("okta", "/api/v1/users", {"json": _BY_OKTA}, {**_BY_OKTA, "credentials": {"password": "***"}}),
        (
            "okta",
            "/api/v1/users/eva",
            {"json": _QUESTION},
            {"credentials": {"recovery_question": {"question": "Who?", "answer": "***"}}},
        ),
        ("okta", "/a", {"json": {"oldPassword": {"value": "hunter2"}}}, {"oldPassword": "***"}),
        ("okta", "/a", {"json": [{"webhook_secret": "hunter2"}]}, [{"webhook_secret": "***"}]),
        (
            "okta",
            "/a",
            {"json": {"password": None, "changePassword": True}},
            {"password": None, "changePassword": True},
        ),
        ("graph", "/v1.0/a", {"json": {"currentPassword": "hunter2"}}, {"currentPassword": "***"}),
        (
            "recorder",
            "/Users/1",
            {"json": {"Operations": [{"op": "replace", "path": "password", "value": "hunter2"}]}},
            {"Operations": [{"op": "replace", "path": "password", "value": "***"}]},
        ),
        ("google", "/a", {"data": {"code": "hunter2", "grant_type": "a"}}, {"code": "***", "grant_type": "a"}),
        ("google", "/batch", {"data": _BATCH}, _BATCH.decode().replace("hunter2", "***")),
    ],
)
async def test_what_is_secret_by_its_name_is_not_kept(
    tenants: Tenants, tenant: str, path: str, options: dict[str, Any], kept: object
) -> None:
    await tenants.call(tenant, "POST", f"{path}?token=hunter2&pageToken=2", **options)
    answer = await tenants.control("GET", "/ledger")
    assert b"hunter2" not in answer.raw
    assert (answer.json[0]["query"], answer.json[0]["body"]) == ("token=***&pageToken=2", kept)


async def test_people_and_state(tenants: Tenants) -> None:
    await tenants.suspend(EVA)
    people = (await tenants.control("GET", "/people")).json
    assert len(people) == 60
    row = next(row for row in people if row["login"] == EVA)
    assert (row["okta"], row["graph"], row["google"]) == ("SUSPENDED", "enabled", "active")
    state = (await tenants.control("GET", "/state")).json
    assert (len(state["people"]), state["ledger_last"], state["log_events"]) == (60, 1, 1)
    assert all(1 <= row[t]["sessions"] <= 3 for row in state["people"] for t in ("okta", "graph", "google"))
    assert [row["login"] for row in state["people"] if row["admin"]] == [
        "sam.okafor@northwind.example",
        "priya.raman@northwind.example",
    ]
    assert (await tenants.control("GET", "/people/nobody")).status == 404


async def test_reset_brings_the_first_day_back_and_keeps_ledger_and_hooks(tenants: Tenants) -> None:
    await tenants.hook("http://127.0.0.1:9/hook")
    await tenants.suspend(EVA)
    await tenants.control("POST", "/faults", json={"faults": "graph:500"})
    assert (await tenants.control("POST", "/reset")).status == 200
    assert (await tenants.person(EVA))["okta"]["status"] == "ACTIVE"
    assert (await tenants.control("GET", "/faults")).json == []
    assert [row["path"] for row in await tenants.ledger()][-1] == "/reset"
    assert len((await tenants.okta("GET", "/api/v1/eventHooks")).json) == 1
    await tenants.control("POST", "/reset", json={"hooks": True})
    assert (await tenants.okta("GET", "/api/v1/eventHooks")).json == []


@pytest.mark.parametrize(
    ("method", "path", "options", "status"),
    [
        ("GET", "/health", {}, 200),
        ("GET", "/nonsense", {}, 404),
        ("PUT", "/reset", {}, 405),
        ("GET", "/ledger?since=x", {}, 400),
        ("GET", "/deliveries?wait=-1", {}, 400),
        ("POST", "/faults", {"data": b"{"}, 400),
        ("POST", "/faults", {"json": {"faults": "graph:boom"}}, 400),
        ("POST", "/faults", {"json": {"tenant": "nobody", "fault": "500"}}, 400),
        ("POST", "/faults", {"data": b"x" * 1_200_000}, 413),
    ],
)
async def test_control_answers(
    tenants: Tenants, method: str, path: str, options: dict[str, object], status: int
) -> None:
    assert (await tenants.control(method, path, **options)).status == status


@pytest.mark.parametrize("tenant", ["okta", "graph", "google"])
async def test_a_body_over_one_megabyte_is_refused_and_written_down(tenants: Tenants, tenant: str) -> None:
    answer = await tenants.call(tenant, "POST", "/token", data=b"x" * 1_200_000)
    assert answer.status == 413
    rows = await tenants.ledger()
    assert (rows[0]["status"], rows[0]["has_body"], rows[0]["body"]) == (413, True, None)


async def raw_exchange(base_url: str, request: bytes) -> bytes:
    parts = urlsplit(base_url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    writer.write(request)
    if writer.can_write_eof():
        writer.write_eof()
    answer = await asyncio.wait_for(reader.read(), 5)
    writer.close()
    return answer


@pytest.mark.parametrize("tenant", ["okta", "graph", "google", "control"])
@pytest.mark.parametrize(
    "request_text",
    [
        b"nonsense\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /\xff\xfe HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        b"GET /v1.0/users/%ff%00 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        b"GET /v1.0/users HTTP/1.1\r\nHost: [::evil\r\nConnection: close\r\n\r\n",
        b"GET /api/v1/users/ HTTP/1.1\r\nHost: x\r\nAuthorization: \xff\xff\r\nConnection: close\r\n\r\n",
        b"POST /token HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\nshort",
        b"POST /token HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
)
async def test_malformed_requests_do_no_harm(tenants: Tenants, tenant: str, request_text: bytes) -> None:
    answer = await raw_exchange(tenants.urls[tenant]["base_url"], request_text)
    assert b" 500 " not in answer.partition(b"\r\n")[0]
    assert (await tenants.control("GET", "/health")).status == 200
    assert (await tenants.suspend(EVA)).status == 200


async def test_a_post_without_a_length_is_refused_by_okta(tenants: Tenants) -> None:
    head = "POST /api/v1/users/me/lifecycle/suspend HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: "
    request = f"{head}SSWS {tenants.urls['okta']['token']}\r\n\r\n".encode()
    answer = await raw_exchange(tenants.urls["okta"]["base_url"], request)
    assert answer.startswith(b"HTTP/1.1 411 ")


async def test_a_request_that_is_no_operation_is_noted_with_what_is_near(tenants: Tenants) -> None:
    await tenants.okta("GET", "/api/v1/user/eva")
    await tenants.okta("DELETE", "/api/v1/groups")
    await tenants.graph("GET", "/v1.0/nothing/of/the/kind/anywhere")
    await tenants.call("slack", "POST", "/api/users.lst")
    notes = [row["note"] for row in await tenants.ledger()]
    assert notes == [
        "The sandbox has no such operation. Near is GET /api/v1/users.",
        "The sandbox has no DELETE here, but GET, POST.",
        "The sandbox has no such operation.",
        "The sandbox has no such operation. Near is POST /api/users.list.",
    ]


async def test_a_request_that_is_rewritten_keeps_its_note(tenants: Tenants) -> None:
    steps = [{"id": "1", "method": "GET", "url": "/users/x/manger"}, {"id": "2", "method": "PUT", "url": "/users"}]
    await tenants.graph("GET", "/beta/user")
    await tenants.graph("GET", "/v1.0/users('x')/manger")
    await tenants.graph("POST", "/v1.0/$batch", json={"requests": steps})
    part = "--b\r\nContent-Type: application/http\r\n\r\nPUT /admin/directory/v1/users HTTP/1.1\r\n\r\n\r\n--b--"
    await tenants.google("POST", "/batch", data=part, headers={"Content-Type": "multipart/mixed; boundary=b"})
    missing = "The sandbox has no such operation. Near is GET /v1.0/users/{key}/manager."
    assert [row["note"] for row in await tenants.ledger()] == [
        "The sandbox has no such operation. Near is GET /v1.0/users.",
        missing,
        f"{missing} The sandbox has no PUT here, but GET, POST.",
        "The sandbox has no PUT here, but GET, POST.",
    ]
