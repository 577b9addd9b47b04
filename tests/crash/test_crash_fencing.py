"""A process that stood still for longer than its lease: another finished its runs, and it writes and sends nothing."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from killable import Killable, Order, Work
from support_crash import Place, Seeds

from keyturn.app.main import working
from keyturn.engine.points import Moment, Point

pytestmark = pytest.mark.timeout(300)

BEFORE, AFTER, AT = Moment


async def facts(place: Place) -> tuple[Sequence[object], Sequence[object], Sequence[object]]:
    """All that a process can change: requests, journal, runs."""
    return await place.requests(), await place.journal(), await place.runs()


@pytest.mark.parametrize(
    ("order", "requests"),
    [
        pytest.param(Order(Point.DONE, AFTER, "stall"), 3, id="between cards"),
        pytest.param(Order(Point.STARTED, BEFORE, "stall", number=2), 3, id="before it says that it will send"),
        pytest.param(Order(Point.STARTED, AFTER, "stall", number=2), 3, id="between saying so and sending"),
        pytest.param(Order(Point.SENT, AT, "stall", number=2), 4, id="between sending and the answer"),
        pytest.param(Order(Point.ANSWERED, AT, "stall", number=2), 4, id="between the answer and its record"),
        pytest.param(Order(Point.DONE, BEFORE, "stall", number=3), 4, id="before the last record"),
        pytest.param(Order(Point.SETTLED, BEFORE, "stall"), 3, id="before the end"),
        pytest.param(Order(Point.BATCH, BEFORE, "stall", number=4), 4, id="in the group commit"),
    ],
)
async def test_a_worker_that_stood_still_writes_and_sends_nothing(
    seeds: Seeds, people: list[str], order: Order, requests: int
) -> None:
    await seeds.tenants.reset()
    async with seeds.case("repeat", people[0]) as place:
        await place.suspend()
        with Killable(place.killable, Work(), order) as stalled:
            await stalled.stalled()
            async with working(place.app):
                assert await place.quiet() == "succeeded"
            assert len(await place.audit()) == requests
            before = await facts(place)
            stalled.go_on()
            assert await stalled.stop() == 0, f"it did not go on to a clean end:\n{stalled.words()}"
            assert "lease lost" in stalled.words()
        assert await facts(place) == before
        assert (await place.tenants_state()).offboarded


async def test_what_was_asked_meanwhile_is_not_answered_by_the_one_that_stood_still(
    seeds: Seeds, people: list[str]
) -> None:
    """With ``unknown: ask`` a person must decide about the second request: the first worker does not send it."""
    await seeds.tenants.reset()
    async with seeds.case("ask", people[0]) as place:
        await place.suspend()
        with Killable(place.killable, Work(), Order(Point.STARTED, AFTER, "stall", number=2)) as stalled:
            await stalled.stalled()
            async with working(place.app):
                assert await place.quiet() == "needs attention"
                stalled.go_on()
                assert await stalled.stop() == 0, stalled.words()
                assert len(await place.audit()) == 1
                (asked,) = await place.questions()
                await place.decide(asked, "again")
                assert await place.quiet() == "succeeded"
        assert len(await place.audit()) == 3


async def test_a_held_run_keeps_its_lease(seeds: Seeds, people: list[str]) -> None:
    """A run that takes long is not one whose process stands still: others leave it alone, however short its lease."""
    await seeds.tenants.reset()
    async with seeds.case("ask", people[0]) as place:
        await place.suspend()
        with Killable(place.killable, Work(), Order(Point.STARTED, AFTER, "hold", number=2)) as slow:
            await slow.told()
            taken = await place.lease()
            async with working(place.app):
                await place.renewed(taken, times=4)  # 4 times a quarter: a whole lease has passed
                slow.release()
                assert await place.quiet() == "succeeded"
            assert await slow.stop() == 0
        assert len(await place.audit()) == 3
