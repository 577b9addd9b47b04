"""What the sandbox's tenants send to their clients: again after growing pauses, over restarts, and told if given up."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from support_sandbox import HookEndpoint, Tenants, hook_endpoint

from keyturn.sandbox.config import SandboxConfig
from keyturn.sandbox.server import Sandbox

EVA = "eva.horvat@northwind.example"


async def _okta(tenants: Tenants, endpoint: HookEndpoint) -> None:
    await tenants.verified_hook(endpoint)
    assert (await tenants.suspend(EVA)).status == 200


async def _graph(tenants: Tenants, endpoint: HookEndpoint) -> None:
    ends = (datetime.now(UTC) + timedelta(hours=2)).isoformat()
    body = {"changeType": "updated", "resource": "/users", "expirationDateTime": ends, "clientState": "s3cret"}
    asked = {**body, "notificationUrl": f"{endpoint.uri}?sig=abc"}
    assert (await tenants.graph("POST", "/v1.0/subscriptions", json=asked)).status == 201
    changed = {"jobTitle": "Auditor"}
    assert (await tenants.graph("PATCH", f"/v1.0/users/{tenants.key(EVA)}", json=changed)).status == 204


async def _google(tenants: Tenants, endpoint: HookEndpoint) -> None:
    body = {"id": "c1", "type": "web_hook", "address": endpoint.uri}
    path = "/admin/directory/v1/users/watch?customer=my_customer&event=update"
    assert (await tenants.google("POST", path, json=body)).status == 200


TELL: dict[str, Callable[[Tenants, HookEndpoint], Awaitable[None]]] = {
    "okta": _okta,
    "graph": _graph,
    "google": _google,
}


@pytest.mark.parametrize(
    ("tenant", "answers", "paused", "given_up"),
    [
        ("okta", [500], [1], None),
        ("okta", [503, 502], [1], (502, "2 times", "answered with status 502")),
        ("okta", [400], [], (400, "once", "answered with status 400")),
        ("okta", [0, 0], [1], (None, "2 times", "no answer within 0.2 s")),
        ("graph", [500, 503, 400, 404], [1, 5, 30, 120], None),
        ("graph", [500] * 5, [1, 5, 30, 120], (500, "5 times", "answered with status 500")),
        ("google", [503, 500], [1, 5], None),
        ("google", [410], [], (410, "once", "answered with status 410")),
    ],
)
async def test_what_is_refused_is_sent_again_after_growing_pauses_and_then_told(
    tenants: Tenants, pauses: list[float], tenant: str, answers: list[int], paused: list[int], given_up: Any
) -> None:
    async with hook_endpoint() as endpoint:
        endpoint.answers = list(answers)
        await TELL[tenant](tenants, endpoint)
        await tenants.deliveries()
        assert pauses == paused
        assert len(endpoint.received) == len(paused) + 1
        told = [row for row in await tenants.ledger() if row["path"] == endpoint.uri]
        if given_up is None:
            assert told == []
            return
        status, times, why = given_up
        [row] = told
        assert (row["tenant"], row["method"], row["status"]) == (tenant, "POST", status)
        assert row["note"] == f"The sandbox sent this {times} and gives it up: {why}."
        assert "s3cret" not in str(row)
        assert "abc" not in row["query"]


async def test_what_nobody_listens_to_is_told_with_its_reason(tenants: Tenants, pauses: list[float]) -> None:
    async with hook_endpoint() as endpoint:
        await tenants.verified_hook(endpoint)
        uri = endpoint.uri
    await tenants.suspend(EVA)
    await tenants.deliveries()
    [row] = [row for row in await tenants.ledger() if row["path"] == uri]
    assert (row["status"], pauses) == (None, [1])
    assert "ClientConnectorError" in row["note"]


async def _for_ever(seconds: float) -> None:
    await asyncio.Event().wait()


async def _at_once(seconds: float) -> None:
    return


@pytest.mark.parametrize("tenant", TELL)
async def test_what_waits_is_sent_after_a_restart(tmp_path: Path, http: aiohttp.ClientSession, tenant: str) -> None:
    config = SandboxConfig(state_path=tmp_path / "state.json")
    async with hook_endpoint() as endpoint:
        endpoint.answers = [503]
        async with Sandbox(config, pause=_for_ever) as sandbox:
            tenants = Tenants(sandbox.urls, http)
            await TELL[tenant](tenants, endpoint)
            await tenants.waits_for(lambda row: row["tries"] == 1)
        async with Sandbox(config, pause=_at_once) as sandbox:
            tenants = Tenants(sandbox.urls, http)
            await tenants.deliveries()
            assert (await tenants.control("GET", "/deliveries")).json["waiting"] == []
        first, second = (body for _, body in endpoint.received)
        assert first == second


async def test_what_waits_is_not_sent_where_nobody_is_subscribed_any_more(
    tmp_path: Path, http: aiohttp.ClientSession
) -> None:
    config = SandboxConfig(state_path=tmp_path / "state.json")
    async with hook_endpoint() as endpoint:
        endpoint.answers = [503]
        async with Sandbox(config, pause=_for_ever) as sandbox:
            tenants = Tenants(sandbox.urls, http)
            await _graph(tenants, endpoint)
            await tenants.waits_for(lambda row: row["tries"] == 1)
            [subscription] = (await tenants.graph("GET", "/v1.0/subscriptions")).json["value"]
            await tenants.graph("DELETE", f"/v1.0/subscriptions/{subscription['id']}")
        async with Sandbox(config, pause=_at_once) as sandbox:
            tenants = Tenants(sandbox.urls, http)
            await tenants.deliveries()
            assert len(endpoint.received) == 1
            [row] = [row for row in await tenants.ledger() if row["path"] == endpoint.uri]
            assert "nobody is subscribed to it any more" in row["note"]


async def test_a_subscription_that_has_expired_is_gone_and_hears_of_nothing(http: aiohttp.ClientSession) -> None:
    now, over = [datetime.now(UTC)], asyncio.Event()

    async def pause(seconds: float) -> None:
        await over.wait()

    async with hook_endpoint() as endpoint, Sandbox(pause=pause, clock=lambda: now[0]) as sandbox:
        endpoint.answers = [503]
        tenants = Tenants(sandbox.urls, http)
        await _graph(tenants, endpoint)
        await tenants.waits_for(lambda row: row["tries"] == 1)
        [subscription] = (await tenants.graph("GET", "/v1.0/subscriptions")).json["value"]
        now[0] += timedelta(hours=3)
        over.set()  # what waits for another try is not for anybody any more
        await tenants.deliveries()
        where = f"/v1.0/subscriptions/{subscription['id']}"
        changed = {"jobTitle": "Controller"}
        assert (await tenants.graph("PATCH", f"/v1.0/users/{tenants.key(EVA)}", json=changed)).status == 204
        await tenants.deliveries()
        assert len(endpoint.received) == 1
        [row] = [row for row in await tenants.ledger() if row["path"] == endpoint.uri]
        assert "nobody is subscribed to it any more" in row["note"]
        renewed = {"expirationDateTime": (now[0] + timedelta(hours=2)).isoformat()}
        for method, path, body in (
            ("GET", where, None),
            ("PATCH", where, renewed),
            ("POST", f"{where}/reauthorize", None),
            ("DELETE", where, None),
        ):
            answer = await tenants.graph(method, path, json=body)
            assert (answer.status, answer.json["error"]["code"]) == (404, "ResourceNotFound"), method
        assert (await tenants.graph("GET", "/v1.0/subscriptions")).json["value"] == []


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({}, "encryptionCertificate is required when includeResourceData is true."),
        ({"encryptionCertificate": "TUlJ"}, "encryptionCertificateId is required when includeResourceData is true."),
        (
            {"encryptionCertificate": "TUlJ", "encryptionCertificateId": "mine"},
            "Including resource data is not supported for the resource '/users'.",
        ),
    ],
)
async def test_data_of_what_has_changed_is_refused_and_not_left_out(
    tenants: Tenants, more: dict[str, str], said: str
) -> None:
    ends = (datetime.now(UTC) + timedelta(hours=2)).isoformat()
    async with hook_endpoint() as endpoint:
        body = {"changeType": "updated", "resource": "/users", "expirationDateTime": ends, **more}
        asked = {**body, "notificationUrl": endpoint.uri, "includeResourceData": True}
        refused = await tenants.graph("POST", "/v1.0/subscriptions", json=asked)
        assert (refused.status, refused.json["error"]["code"]) == (400, "InvalidRequest")
        assert refused.json["error"]["message"] == said
        assert (await tenants.graph("GET", "/v1.0/subscriptions")).json["value"] == []
        made = await tenants.graph("POST", "/v1.0/subscriptions", json={**asked, "includeResourceData": False})
        assert (made.status, made.json["includeResourceData"]) == (201, False)
        assert made.json["encryptionCertificateId"] == more.get("encryptionCertificateId")


async def test_a_reset_gives_up_what_waits_and_says_so(http: aiohttp.ClientSession) -> None:
    async with hook_endpoint() as endpoint, Sandbox(pause=_for_ever) as sandbox:
        endpoint.answers = [503]
        tenants = Tenants(sandbox.urls, http)
        await _graph(tenants, endpoint)
        await tenants.waits_for(lambda row: row["tries"] == 1)
        assert (await tenants.control("POST", "/reset")).json == {"ok": True, "dropped": 1}
        await tenants.deliveries()
        assert (await tenants.control("POST", "/reset")).json["dropped"] == 0
        assert (await tenants.ledger())[-2]["note"] == "What waited to be sent to clients is given up: 1."
