"""The loop that fires schedules: when it looks, and what it does while the store is away."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from keyturn.engine.ports import StoreUnavailable
from keyturn.flows.json import Values
from keyturn.flows.paging import Page, PageRequest
from keyturn.triggers.ports import DueSchedule, Fired, Firing, ScheduleMends, ScheduleRecord
from keyturn.triggers.schedules import Scheduler

NOW = datetime(2026, 11, 24, 12, 0, 0, 250_000, tzinfo=UTC)


class Enough(Exception):
    """The test has seen enough."""


class Nap:
    """A clock that only sleeps count in; after some it is enough."""

    def __init__(self, naps: int) -> None:
        self.slept: list[float] = []
        self._left = naps

    def now(self) -> datetime:
        raise AssertionError("a scheduler goes by the store's clock")

    def monotonic(self) -> float:
        return sum(self.slept)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self._left -= 1
        if self._left == 0:
            raise Enough


class OneSchedule:
    """A store with one schedule, due in the given seconds at each look."""

    def __init__(self, due_in: Sequence[float | None], definition: Values | None = None) -> None:
        self._due_in = list(due_in)
        self._definition = definition or {"unit": "minutes", "every": 5}
        self.due: list[datetime] = []
        self.firings: list[Firing | None] = []
        self.mended = 0
        self.away = 0

    async def plan(self, first_due: Callable[[Values, datetime], datetime | None], most: int) -> int:
        if self.away > 0:
            self.away -= 1
            raise StoreUnavailable("no answer")
        return 0

    async def fire(self, firing: Callable[[DueSchedule], Firing | None], most: int) -> Fired:
        taken = [DueSchedule("f", 3, self._definition, due, NOW) for due in self.due[:most]]
        del self.due[:most]
        fired = [firing(one) for one in taken]
        self.firings += fired
        return Fired(len(taken), [one.run.id for one in fired if one])

    async def until_next(self) -> float | None:
        return self._due_in.pop(0)

    async def mend(self) -> ScheduleMends:
        self.mended += 1
        return ScheduleMends()

    async def list(self, page: PageRequest) -> Page[ScheduleRecord]:
        return Page([])

    async def get(self, flow_id: str) -> ScheduleRecord | None:
        return None


def new_id() -> UUID:
    return uuid4()


async def test_it_sleeps_until_the_next_due_time_and_a_second_at_most() -> None:
    store, clock = OneSchedule([None, 3600.0, 0.4, -0.1]), Nap(4)
    with pytest.raises(Enough):
        await Scheduler(store, clock, new_id).run()
    assert clock.slept == [1.0, 1.0, 0.4, 0.02]
    assert store.mended == 1


async def test_it_mends_now_and_then() -> None:
    store, clock = OneSchedule([None] * 25), Nap(25)
    with pytest.raises(Enough):
        await Scheduler(store, clock, new_id, mend_every=10).run()
    assert store.mended == 3


async def test_a_store_that_is_away_is_waited_for() -> None:
    store, clock = OneSchedule([None]), Nap(3)
    store.away = 2
    with pytest.raises(Enough):
        await Scheduler(store, clock, new_id).run()
    assert clock.slept == [1.0, 1.0, 1.0]


async def test_all_that_is_due_is_fired_batch_by_batch() -> None:
    store = OneSchedule([])
    store.due = [NOW - timedelta(seconds=number) for number in range(7)]
    started = await Scheduler(store, Nap(0), new_id, batch=3).once()
    assert len(started) == len(set(started)) == 7


async def test_a_firing_says_what_it_is_for() -> None:
    store = OneSchedule([])
    store.due = [datetime(2026, 11, 24, 11, 40, tzinfo=UTC)]
    await Scheduler(store, Nap(0), new_id).once()
    [firing] = store.firings
    assert firing is not None
    assert (firing.due.minute, firing.skipped, firing.following) == (0, 4, NOW.replace(minute=5, microsecond=0))
    assert (firing.run.flow_id, firing.run.version, firing.run.trigger) == ("f", 3, "schedule")
    assert firing.run.created_at is None  # the store's time
    assert firing.run.event == {
        "execution_id": str(firing.run.id),
        "execution_time": "2026-11-24T12:00:00.250Z",
        "due_time": "2026-11-24T12:00:00.000Z",
        "skipped": 4,
    }


async def test_a_schedule_that_cannot_be_read_any_more_starts_nothing() -> None:
    store = OneSchedule([], {"unit": "days", "zone": "Europe/Nowhere"})
    store.due = [NOW]
    assert await Scheduler(store, Nap(0), new_id).once() == []
    assert store.firings == [None]
