"""Okta's event hooks: who may deliver, what starts, and that nothing starts twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID, uuid4

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from keyturn.connections.problems import ConnectionProblem
from keyturn.connectors.events import EventMapper
from keyturn.connectors.registry import ConnectorRegistry
from keyturn.engine.ports import StoreUnavailable
from keyturn.flows.json import JSON, Values
from keyturn.flows.paging import Page, PageRequest
from keyturn.triggers.okta_hook import CannotTell, NotAnEvent, OktaEventHook, WrongSecret
from keyturn.triggers.ports import Accepted, EventRecord, IncomingEvent

SECRET = "right-secret"


class MemoryEvents:
    """Keeps the rule of the real store: an event that is there starts nothing again."""

    def __init__(self) -> None:
        self.known: dict[tuple[str, str], IncomingEvent] = {}

    async def accept(self, events: Sequence[IncomingEvent]) -> Accepted:
        fresh = [e for e in events if (e.connection_id, e.event_id) not in self.known]
        runs: list[UUID] = []
        for event in fresh:
            if self.known.setdefault((event.connection_id, event.event_id), event) is event:
                runs += [run.id for run in event.runs]
        return Accepted(len(fresh), len(events) - len(fresh), runs)

    async def list(self, page: PageRequest) -> Page[EventRecord]:
        return Page([])


@dataclass(frozen=True)
class Subscribed:
    id: str
    version: int = 1


class Flows:
    def __init__(self, *ids: str) -> None:
        self.ids = ids

    async def subscribed(self, event_card: str, connection: str) -> Sequence[Subscribed]:
        wanted = (event_card, connection) == ("okta.user_suspended", "okta")
        return [Subscribed(flow_id) for flow_id in self.ids] if wanted else []


class Secrets:
    async def hook_secret(self, connection_id: str) -> tuple[str, str] | None:
        return ("okta", SECRET) if connection_id == "okta" else None


class Clock:
    def now(self) -> datetime:
        return datetime(2026, 11, 24, tzinfo=UTC)

    def monotonic(self) -> float:
        return 0.0

    async def sleep(self, seconds: float) -> None:
        raise AssertionError("nothing here waits")


def hook(events: MemoryEvents, *flows: str) -> OktaEventHook:
    mapping = EventMapper(ConnectorRegistry())
    return OktaEventHook(
        events=events,
        flows=Flows(*flows),
        mapping=mapping,
        secrets=Secrets(),
        clock=Clock(),
        new_id=uuid4,
    )


def suspension(uuid: str, login: str = "ada@example.com", **more: JSON) -> Values:
    person: Values = {"id": "00u1", "type": "User", "alternateId": login, "displayName": "Ada"}
    return {
        "uuid": uuid,
        "eventType": "user.lifecycle.suspend",
        "published": "2026-11-24T12:00:00.000Z",
        "actor": {"id": "00a", "alternateId": "admin@example.com", "displayName": "Admin", "type": "User"},
        "target": [{"id": "x", "type": "AppInstance"}, person],
        "outcome": {"result": "SUCCESS"},
        **more,
    }


def delivery(*events: JSON) -> bytes:
    body: Values = {"eventType": "com.okta.event_hook", "eventId": "e1", "data": {"events": [*events]}}
    return orjson.dumps(body)


async def test_a_suspension_starts_each_subscribed_flow_with_the_person() -> None:
    events = MemoryEvents()
    accepted = await hook(events, "one", "two").receive("okta", SECRET, delivery(suspension("u1")))
    assert (accepted.new_events, len(accepted.runs)) == (1, 2)
    runs = events.known["okta", "u1"].runs
    assert [run.flow_id for run in runs] == ["one", "two"]
    user = runs[0].event["Okta User"]
    assert isinstance(user, dict)
    assert user["Alternate ID"] == "ada@example.com"
    assert runs[0].trigger == "okta.user_suspended"


@pytest.mark.parametrize(
    ("connection", "authorization"),
    [("okta", "wrong"), ("okta", None), ("okta", ""), ("okta", SECRET + " "), ("nobody", SECRET), ("nobody", None)],
)
async def test_a_wrong_secret_or_connection_starts_nothing(connection: str, authorization: str | None) -> None:
    events = MemoryEvents()
    with pytest.raises(WrongSecret):
        await hook(events, "one").receive(connection, authorization, delivery(suspension("u1")))
    assert events.known == {}


@pytest.mark.parametrize("body", [b"", b"potato", b"[]", b"{}", b'{"eventType": "x"}', b"\xff\xfe", delivery()[:-1]])
async def test_what_is_no_delivery_is_refused_with_a_reason(body: bytes) -> None:
    with pytest.raises(NotAnEvent) as refused:
        await hook(MemoryEvents(), "one").receive("okta", SECRET, body)
    assert refused.value.mend


async def test_a_delivery_without_a_list_of_events_is_refused() -> None:
    body = orjson.dumps({"eventType": "com.okta.event_hook", "data": {}})
    with pytest.raises(NotAnEvent, match="events"):
        await hook(MemoryEvents(), "one").receive("okta", SECRET, body)


async def test_a_failed_suspension_is_recorded_and_starts_nothing() -> None:
    events = MemoryEvents()
    failed = suspension("u1", outcome={"result": "FAILURE", "reason": "no"})
    accepted = await hook(events, "one").receive("okta", SECRET, delivery(failed))
    assert accepted.runs == []
    assert "FAILURE" in events.known["okta", "u1"].note


async def test_other_events_are_recorded_with_a_note() -> None:
    events = MemoryEvents()
    other: Values = {"uuid": "u2", "eventType": "user.session.start"}
    await hook(events, "one").receive("okta", SECRET, delivery(other))
    assert events.known["okta", "u2"].note


async def test_a_malformed_event_does_not_lose_its_neighbours() -> None:
    events = MemoryEvents()
    accepted = await hook(events, "one").receive("okta", SECRET, delivery(7, suspension("u1"), {"odd": 1}))
    assert len(accepted.runs) == 1
    assert len(events.known) == 3


def without_uuid(login: str) -> Values:
    return {name: value for name, value in suspension("", login).items() if name != "uuid"}


async def test_events_that_nothing_names_are_told_apart_by_what_they_say() -> None:
    events = MemoryEvents()
    receiver = hook(events, "one")

    def nameless(*inside: JSON) -> bytes:
        return orjson.dumps({"eventType": "com.okta.event_hook", "data": {"events": [*inside]}})

    first, second = without_uuid("ada@example.com"), without_uuid("bob@example.com")
    assert len((await receiver.receive("okta", SECRET, nameless(first))).runs) == 1
    assert len((await receiver.receive("okta", SECRET, nameless(second))).runs) == 1
    turned = dict(reversed(second.items()))
    again = await receiver.receive("okta", SECRET, nameless(turned, first, 7))
    assert (again.new_events, again.known_events, again.runs) == (1, 2, [])
    assert (await receiver.receive("okta", SECRET, nameless("x", 7))).known_events == 1


class Away(MemoryEvents):
    async def accept(self, events: Sequence[IncomingEvent]) -> Accepted:
        raise StoreUnavailable("no answer within 2 s")


async def test_what_a_database_that_is_away_cannot_take_is_named_in_the_log() -> None:
    sent = delivery(suspension("u1"), suspension("u2", "bob@example.com"), 7)
    with capture_logs() as logs, pytest.raises(StoreUnavailable):
        await hook(Away(), "one").receive("okta", SECRET, sent)
    (said,) = [line for line in logs if line["log_level"] == "error"]
    assert (said["connection"], said["count"]) == ("okta", 3)
    assert said["events"] == ["u1", "u2", "e1#2"]
    assert said["people"] == ["ada@example.com", "bob@example.com"]
    assert "System Log" in said["mend"]
    assert "keyturn runs start" in said["mend"]


class Shut:
    async def hook_secret(self, connection_id: str) -> tuple[str, str] | None:
        raise ConnectionProblem("connection-unusable", "sealed with another key", "Set KEYTURN_SECRET_KEY.")


@pytest.mark.parametrize(("body", "count"), [(delivery(suspension("u1"), suspension("u2")), 2), (b"potato", 0)])
async def test_of_a_sender_that_cannot_be_known_only_the_number_of_events_is_told(body: bytes, count: int) -> None:
    receiver = OktaEventHook(
        events=MemoryEvents(),
        flows=Flows("one"),
        mapping=EventMapper(ConnectorRegistry()),
        secrets=Shut(),
        clock=Clock(),
        new_id=uuid4,
    )
    with capture_logs() as logs, pytest.raises(CannotTell):
        await receiver.receive("okta", "whatever", body)
    (said,) = [line for line in logs if line["log_level"] == "error"]
    assert said["count"] == count
    assert "events" not in said
    assert "people" not in said
    assert "KEYTURN_SECRET_KEY" in said["mend"]
    assert "System Log" in said["mend"]


async def test_the_challenge_is_answered() -> None:
    assert OktaEventHook.verify("abc") == {"verification": "abc"}


@given(st.lists(st.lists(st.sampled_from(["u1", "u2", "u3"]), min_size=1, max_size=3), max_size=8))
async def test_however_often_and_in_whatever_order_each_event_starts_once(deliveries: list[list[str]]) -> None:
    events = MemoryEvents()
    receiver = hook(events, "one")
    started: list[UUID] = []
    for names in deliveries:
        body = delivery(*(suspension(name) for name in dict.fromkeys(names)))
        started += (await receiver.receive("okta", SECRET, body)).runs
    assert len(started) == len({name for names in deliveries for name in names})


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(), lambda x: st.lists(x) | st.dictionaries(st.text(), x)
    )
)
async def test_no_event_of_any_shape_breaks_it(event: JSON) -> None:
    try:
        body = delivery(event, {**suspension("u1"), "target": event, "outcome": event})
    except TypeError:
        return  # no JSON: an integer beyond 64 bits
    await hook(MemoryEvents(), "one").receive("okta", SECRET, body)
