"""Faults on demand."""

from __future__ import annotations

import asyncio
import time
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp
import pytest
from support_sandbox import Tenants

from keyturn.sandbox.config import SandboxConfig
from keyturn.sandbox.faults import KINDS, FaultTextError, parse_faults
from keyturn.sandbox.server import Sandbox

EVA = "eva.horvat@northwind.example"


async def fault(tenants: Tenants, text: str) -> None:
    answer = await tenants.control("POST", "/faults", json={"faults": text})
    assert answer.status == 200


async def disable(tenants: Tenants) -> Any:
    return await tenants.graph("PATCH", f"/v1.0/users/{tenants.key(EVA)}", json={"accountEnabled": False})


async def enabled(tenants: Tenants) -> bool:
    return (await tenants.person(EVA))["graph"]["accountEnabled"]


@pytest.mark.parametrize(
    "text",
    [
        *("graph", "graph:", "graph:boom", "nobody:500", "graph:500x0", "graph:500x", ":500", "graph:500@"),
        *("okta:429x2@lifecycle graph:500", "okta:429@=GET /api/v1/users  mail:slow=5"),
        *("graph:500=5", "graph:slow=", "graph:slow=0", "graph:429=3601", "graph:slowx2=5", "mail:429=5"),
    ],
)
def test_an_unknown_fault_is_an_error_that_says_what_can_be_written(text: str) -> None:
    with pytest.raises(
        FaultTextError, match="tenants are okta, graph, google, slack, scim, recorder, mail; kinds are 500, 401"
    ):
        parse_faults(text)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_read_with_number_and_operation(kind: str) -> None:
    found = parse_faults(f"graph:{kind}x2@revoke, okta:{kind}")
    assert [str(each) for each in found] == [f"graph:{kind}x2@revoke", f"okta:{kind}"]
    assert (found[0].kind, found[0].times, found[0].operation) == (kind, 2, "revoke")


def test_seconds_are_read_where_a_fault_has_some() -> None:
    text = "graph:slow=5x2@revoke,okta:429=30,slack:503=3600@=/api/users.list,mail:slow=1"
    found = parse_faults(text)
    assert [fault.seconds for fault in found] == [5, 30, 3600, 1]
    assert ",".join(map(str, found)) == text


def test_no_text_is_no_fault() -> None:
    assert parse_faults("") == ()


@pytest.mark.parametrize("status", [401, 403, 404, 429, 500])
@pytest.mark.parametrize("tenant", ["okta", "graph", "google"])
async def test_a_refusing_fault_speaks_the_vendors_words(tenants: Tenants, tenant: str, status: int) -> None:
    await fault(tenants, f"{tenant}:{status}")
    answer = await tenants.call(tenant, "GET", "/v1.0/users")
    assert answer.status == status
    expected = {"okta": "errorCode", "graph": "error", "google": "error"}
    assert expected[tenant] in answer.json
    assert (answer.headers.get("Retry-After") == "1") is (status == 429)
    if tenant == "okta":
        assert (answer.headers["X-Rate-Limit-Remaining"] == "0") is (status == 429)
    assert [(row["status"], row["fault"]) for row in await tenants.ledger()] == [(status, f"{tenant}:{status}")]


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("tenant", ["okta", "graph", "google", "slack", "scim", "recorder"])
async def test_how_long_one_is_told_to_wait_can_be_chosen(tenants: Tenants, tenant: str, status: int) -> None:
    await fault(tenants, f"{tenant}:{status}=45")
    answer = await tenants.call(tenant, "GET", "/v1.0/users")
    assert (answer.status, answer.headers["Retry-After"]) == (status, "45")
    if tenant == "okta" and status == 429:
        told = int(answer.headers["X-Rate-Limit-Reset"]) - parsedate_to_datetime(answer.headers["Date"]).timestamp()
        assert 44 <= told <= 46
    [row] = (await tenants.control("GET", "/faults")).json
    assert (row["fault"], row["seconds"], row["met"]) == (f"{tenant}:{status}=45", 45, 1)


async def test_a_refusing_fault_does_nothing(tenants: Tenants) -> None:
    await fault(tenants, "graph:500")
    assert (await disable(tenants)).status == 500
    assert await enabled(tenants) is True


async def test_a_number_limits_a_fault_to_the_first_requests(tenants: Tenants) -> None:
    await fault(tenants, "graph:429x2")
    assert [(await disable(tenants)).status for _ in range(4)] == [429, 429, 204, 204]
    assert (await tenants.control("GET", "/faults")).json[0]["met"] == 2


async def test_an_operation_limits_a_fault_to_matching_paths(tenants: Tenants) -> None:
    await fault(tenants, "graph:500@revokeSignInSessions")
    assert (await disable(tenants)).status == 204
    path = f"/v1.0/users/{tenants.key(EVA)}/revokeSignInSessions"
    assert (await tenants.graph("POST", path)).status == 500
    assert (await tenants.okta("GET", "/api/v1/users/me")).status == 200


@pytest.mark.parametrize(
    ("tenant", "named", "met", "not_met"),
    [
        ("graph", "GET /v1.0/users/{key}", ["/v1.0/users/X", "/beta/users/X", "/v1.0/users('X')"], ["/v1.0/users"]),
        ("graph", "GET /v1.0/users", ["/v1.0/users", "/v1.0/Users"], ["/v1.0/users/X", "/v1.0/users/$count"]),
        ("okta", "GET /api/v1/users/{key}", ["/api/v1/users/X"], ["/api/v1/users", "/api/v1/users/X/groups"]),
        (
            "google",
            "GET /admin/directory/v1/users/{key}",
            ["/admin/directory/v1/users/X"],
            ["/admin/directory/v1/users"],
        ),
        ("slack", "/api/users.list", ["/api/users.list"], ["/api/users.info"]),
        ("scim", "GET /scim/v2/Users", ["/scim/v2/Users", "/v2/Users", "/Users"], ["/Users/X", "/Groups"]),
    ],
)
async def test_a_fault_is_for_one_operation_however_it_is_spelled(
    tenants: Tenants, tenant: str, named: str, met: list[str], not_met: list[str]
) -> None:
    assert named in (await tenants.control("GET", f"/operations/{tenant}")).json
    await fault(tenants, f"{tenant}:503@={named}")
    for path, status in [*((path, True) for path in met), *((path, False) for path in not_met)]:
        answer = await tenants.call(tenant, "GET", path.replace("X", EVA))
        assert ((path, answer.status == 503)) == (path, status)


async def test_faults_are_added_and_ended_one_by_one_and_the_narrower_is_met_first(tenants: Tenants) -> None:
    async def on() -> list[tuple[str, int]]:
        return [(row["fault"], row["met"]) for row in (await tenants.control("GET", "/faults")).json]

    for text in ("graph:500", "graph:429x2", "graph:403@POST", "okta:401", "graph:404x1@revoke"):
        assert (await tenants.control("POST", "/faults", json={"add": text})).status == 200
    path = f"/v1.0/users/{tenants.key(EVA)}/revokeSignInSessions"
    assert [(await tenants.graph("POST", path)).status for _ in range(2)] == [404, 403]
    assert [(await disable(tenants)).status for _ in range(3)] == [429, 429, 500]
    assert (await tenants.control("DELETE", "/faults", params={"fault": "graph:403@POST"})).status == 200
    left = [("graph:404x1@revoke", 1), ("graph:429x2", 2), ("graph:500", 1), ("okta:401", 0)]
    assert sorted(await on()) == sorted(left)
    await tenants.control("POST", "/faults", json={"add": "graph:429x2"})  # anew
    assert (await disable(tenants)).status == 429
    assert (await tenants.control("DELETE", "/faults", params={"fault": "graph:403@POST"})).status == 404
    assert (await tenants.control("DELETE", "/faults", params={"fault": "odd"})).status == 400


async def test_a_fault_leaves_the_token_service_alone_unless_named(tenants: Tenants) -> None:
    path = "/northwind.example/oauth2/v2.0/token"
    await fault(tenants, "graph:500x1")
    assert (await tenants.graph("POST", path, token="", data={})).status == 400
    assert (await disable(tenants)).status == 500
    await fault(tenants, "graph:500@token")
    assert (await tenants.graph("POST", path, token="", data={})).status == 500


async def test_garbage_says_json_and_is_not(tenants: Tenants) -> None:
    await fault(tenants, "graph:garbage")
    path = f"{tenants.urls['graph']['base_url']}/v1.0/users/{tenants.key(EVA)}"
    headers = {"Authorization": f"Bearer {tenants.urls['graph']['token']}"}
    async with tenants.http.patch(path, json={"accountEnabled": False}, headers=headers) as answer:
        assert (answer.status, answer.content_type) == (200, "application/json")
        with pytest.raises(ValueError, match="Expecting"):
            await answer.json()
    assert await enabled(tenants) is False


async def test_slow_performs_and_never_answers(tenants: Tenants) -> None:
    await fault(tenants, "graph:slow")
    with pytest.raises(TimeoutError):
        await tenants.graph(
            "PATCH",
            f"/v1.0/users/{tenants.key(EVA)}",
            json={"accountEnabled": False},
            timeout=aiohttp.ClientTimeout(total=0.2),
        )
    assert await enabled(tenants) is False
    assert [(row["status"], row["fault"]) for row in await tenants.ledger()] == [(None, "graph:slow")]


async def test_slow_answers_after_the_seconds_that_it_says(http: aiohttp.ClientSession) -> None:
    over, waits = asyncio.Event(), list[float]()

    async def pause(seconds: float) -> None:
        waits.append(seconds)
        await over.wait()

    async with Sandbox(SandboxConfig(faults="graph:slow=30x2"), pause=pause) as sandbox:
        tenants = Tenants(sandbox.urls, http)
        left, waiting = asyncio.create_task(disable(tenants)), asyncio.create_task(disable(tenants))
        ends = time.monotonic() + 5
        while len(waits) < 2:
            await asyncio.sleep(0)
            assert time.monotonic() < ends
        assert waits == [30, 30]
        assert await enabled(tenants) is False
        assert not waiting.done()
        left.cancel()
        while {row["status"] for row in await tenants.ledger()} != {None} or not left.done():
            assert time.monotonic() < ends
        over.set()
        assert (await waiting).status == 204
        assert (await disable(tenants)).status == 204
        assert sorted((row["status"] or 0, row["fault"] or "") for row in await tenants.ledger())[1:] == [
            (204, ""),
            (204, "graph:slow=30x2"),
        ]


async def test_who_waits_for_a_slow_answer_gets_it_when_the_fault_is_turned_off(http: aiohttp.ClientSession) -> None:
    async with Sandbox(SandboxConfig(faults="graph:slow=3600")) as sandbox:
        tenants = Tenants(sandbox.urls, http)
        waiting = asyncio.create_task(disable(tenants))
        ends = time.monotonic() + 5
        while not await tenants.ledger():
            assert time.monotonic() < ends
        assert not waiting.done()
        await fault(tenants, "")
        assert (await waiting).status == 204


async def test_who_still_waits_for_a_slow_answer_gets_none_when_the_fault_is_turned_off(tenants: Tenants) -> None:
    await fault(tenants, "graph:slow,okta:429")
    waiting = asyncio.create_task(disable(tenants))
    ends = time.monotonic() + 5
    while not await tenants.ledger():
        assert time.monotonic() < ends
    await fault(tenants, "graph:slow")
    assert not waiting.done()  # it is on still
    await fault(tenants, "")
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await waiting
    assert await enabled(tenants) is False


@pytest.mark.parametrize(("kind", "performed"), [("drop", True), ("dropbefore", False)])
async def test_a_dropped_connection(tenants: Tenants, kind: str, performed: bool) -> None:
    await fault(tenants, f"graph:{kind}")
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await disable(tenants)
    assert await enabled(tenants) is not performed
    assert [(row["status"], row["fault"]) for row in await tenants.ledger()] == [(None, f"graph:{kind}")]


async def test_huge_streams_a_very_long_answer(tenants: Tenants) -> None:
    await fault(tenants, "google:hugex1")
    path = f"/admin/directory/v1/users/{tenants.key(EVA)}"
    answer = await tenants.google("GET", path)
    assert (answer.status, len(answer.raw)) == (200, 2_000_000)
    assert "Content-Length" not in answer.headers
    assert (await tenants.google("GET", path)).status == 200


async def test_a_client_may_leave_a_huge_answer_early(tenants: Tenants) -> None:
    await fault(tenants, "google:huge")
    url = tenants.urls["google"]["base_url"]
    async with tenants.http.get(url) as answer:
        await answer.content.read(10)
    assert (await tenants.control("GET", "/health")).status == 200


async def test_faults_may_come_with_the_settings(http: aiohttp.ClientSession) -> None:
    async with Sandbox(SandboxConfig(faults="graph:500, okta:403")) as sandbox:
        tenants = Tenants(sandbox.urls, http)
        assert (await disable(tenants)).status == 500
        assert (await tenants.suspend(EVA)).status == 403
        await tenants.control("DELETE", "/faults")
        assert (await disable(tenants)).status == 204


async def test_an_unknown_fault_in_the_settings_stops_the_start() -> None:
    with pytest.raises(FaultTextError):
        async with Sandbox(SandboxConfig(faults="graph:boom")):
            pass


async def test_stopping_does_not_wait_for_a_slow_answer(http: aiohttp.ClientSession) -> None:
    async with Sandbox(SandboxConfig(faults="okta:slow")) as sandbox:
        tenants = Tenants(sandbox.urls, http)
        waiting = asyncio.create_task(tenants.suspend(EVA))
        ends = time.monotonic() + 5
        while not await tenants.ledger():
            assert time.monotonic() < ends
        assert not waiting.done()
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await waiting
