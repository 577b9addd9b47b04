"""Okta's event hook: 200 means committed, and everything else says why."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import orjson
import pytest
from structlog.testing import capture_logs
from support_client import Answer, Client
from support_server import Site
from support_stores import MemoryConnections

from keyturn.connections.alone import authoriser_alone
from keyturn.connections.authorise import Authoriser
from keyturn.connections.model import EVENT_HOOK_SECRET
from keyturn.connections.vault import Vault

HOOK = "/hooks/okta/okta"
SECRET = "hook-secret"


def delivery(*uuids: str) -> dict[str, Any]:
    def event(uuid: str) -> dict[str, Any]:
        user = {"type": "User", "id": "00u1", "alternateId": "ada@example.com", "displayName": "Ada"}
        return {
            "uuid": uuid,
            "eventType": "user.lifecycle.suspend",
            "published": "2026-03-01T12:00:00.000Z",
            "outcome": {"result": "SUCCESS"},
            "target": [user],
        }

    events = [event(uuid) for uuid in uuids]
    return {"eventType": "com.okta.event_hook", "eventId": "e1", "data": {"events": events}}


async def know_secret(connections: MemoryConnections, authoriser: Authoriser) -> None:
    connection = connections.known["okta"]
    secrets = {**authoriser.secrets(connection), EVENT_HOOK_SECRET: SECRET}
    await connections.put(replace(connection, sealed=authoriser.seal("okta", secrets)))


@pytest.fixture
async def hooked(offboarding: Site) -> Site:
    """A Keyturn whose Okta connection has an event hook."""
    authoriser = authoriser_alone(None, offboarding.connections, Vault(bytes(range(32))), offboarding.services.clock)  # type: ignore[arg-type]
    await know_secret(offboarding.connections, authoriser)
    return offboarding


async def deliver(client: Client, body: object, secret: str | None = SECRET) -> Answer:
    return await client.post(HOOK, body, headers={"Authorization": secret} if secret else {})


async def test_the_challenge_is_answered(site: Site) -> None:
    client = site.client(None)
    answer = await client.get(HOOK, headers={"X-Okta-Verification-Challenge": "abc123"})
    assert (answer.status, answer.json) == (200, {"verification": "abc123"})
    without = await client.get(HOOK)
    assert without.status == 400
    assert "x-okta-verification-challenge" in without.problem["what"]


async def test_an_accepted_event_is_committed_and_the_answer_is_empty(hooked: Site) -> None:
    answer = await deliver(hooked.client(None), delivery("u1", "u2"))
    assert (answer.status, answer.body) == (200, b"")
    assert len(hooked.events.records) == 2
    assert [run.flow_id for run in hooked.runs.runs.values()] == ["offboard-suspended-user"] * 2


async def test_an_event_that_comes_again_starts_nothing(hooked: Site) -> None:
    client = hooked.client(None)
    for _ in range(2):
        assert (await deliver(client, delivery("u1"))).status == 200
    assert len(hooked.runs.runs) == 1


@pytest.mark.parametrize("secret", [None, "wrong", f"Bearer {SECRET}"])
async def test_a_wrong_secret_stores_nothing(hooked: Site, secret: str | None) -> None:
    answer = await deliver(hooked.client(None), delivery("u1"), secret)
    assert (answer.status, answer.problem["code"]) == (401, "wrong-secret")
    assert SECRET.encode() not in answer.body
    assert not hooked.events.records


async def test_an_unknown_connection_answers_like_a_wrong_secret(hooked: Site) -> None:
    known = await deliver(hooked.client(None), delivery("u1"), "wrong")
    unknown = await hooked.client(None).post("/hooks/okta/nobody", delivery("u1"), headers={"Authorization": SECRET})
    assert (unknown.status, unknown.body) == (known.status, known.body)


@pytest.mark.parametrize("body", [b"not json", b"[]", b'{"eventType": "other"}', b""])
async def test_what_is_no_event_is_refused(hooked: Site, body: bytes) -> None:
    answer = await hooked.client(None).call("POST", HOOK, body=body, headers={"Authorization": SECRET})
    assert (answer.status, answer.problem["code"]) == (400, "not-an-event")


async def test_a_database_that_is_away_stores_nothing_and_says_so(hooked: Site) -> None:
    hooked.switch.away = True
    answer = await deliver(hooked.client(None), delivery("u1"))
    assert answer.status == 503
    hooked.switch.away = False
    assert (await deliver(hooked.client(None), delivery("u1"))).status == 200
    assert len(hooked.events.records) == 1


async def test_a_connection_that_cannot_be_opened_stores_nothing_and_says_so(hooked: Site) -> None:
    right = hooked.connections.known["okta"]
    other = authoriser_alone(None, hooked.connections, Vault(bytes(32)), hooked.services.clock)  # type: ignore[arg-type]
    await hooked.connections.put(replace(right, sealed=other.seal("okta", {EVENT_HOOK_SECRET: SECRET})))
    with capture_logs() as logs:
        answer = await deliver(hooked.client(None), delivery("u1"))
    assert (answer.status, answer.problem["code"]) == (503, "connection-unusable")
    assert answer.headers["retry-after"]
    (said,) = [line for line in logs if line["log_level"] == "error"]
    assert "sealed with the key" in said["why"]
    assert "KEYTURN_FORMER_SECRET_KEYS" in said["mend"]
    assert not hooked.events.records
    subscribed = await hooked.client().post("/api/v1/connections/okta/subscribe")
    assert (subscribed.status, subscribed.problem["code"]) == (409, "subscribe-failed")
    assert "sealed with the key" in subscribed.problem["what"]
    await hooked.connections.put(right)
    assert (await deliver(hooked.client(None), delivery("u1"))).status == 200


async def test_what_okta_gave_up_is_started_by_hand_as_operators_are_told(hooked: Site) -> None:
    inputs = {"Okta User": {"Alternate ID": "ada@example.com"}}
    path = "/api/v1/flows/offboard-suspended-user/runs"
    for _ in range(2):
        answer = await hooked.client().post(path, {"inputs": inputs}, headers={"Idempotency-Key": "u1"})
        assert answer.status < 300, answer.body
    (run,) = hooked.runs.runs.values()
    user = run.event["Okta User"]
    assert isinstance(user, dict)
    assert user["Alternate ID"] == "ada@example.com"


async def test_a_large_delivery_below_the_limit_is_taken(hooked: Site) -> None:
    body = delivery(*(f"u{number}" for number in range(50)))
    body["padding"] = "x" * 4_000_000
    chunks = _parts(orjson.dumps(body))
    answer = await hooked.client(None).call("POST", HOOK, chunks=chunks, headers={"Authorization": SECRET})
    assert answer.status == 200
    assert len(hooked.events.records) == 50


def _parts(body: bytes, size: int = 65_536) -> list[bytes]:
    return [body[begin : begin + size] for begin in range(0, len(body), size)]
