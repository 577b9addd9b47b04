"""The commit points: who is told, when, and what it costs nobody."""

from __future__ import annotations

import pytest

from keyturn.engine.points import Moment, Point, Points


class Watcher:
    def __init__(self, fails_at: Moment | None = None) -> None:
        self.told: list[object] = []
        self._fails_at = fails_at

    async def reached(self, point: Point, moment: Moment) -> None:
        self.told.append((point, moment))
        if moment is self._fails_at:
            raise ConnectionError(moment)


async def commit_into(told: list[object]) -> str:
    told.append("committed")
    return "answer"


async def test_a_commit_lies_between_two_moments() -> None:
    watcher = Watcher()
    assert await Points(watcher).around(Point.DONE, lambda: commit_into(watcher.told)) == "answer"
    assert watcher.told == [(Point.DONE, Moment.BEFORE), "committed", (Point.DONE, Moment.AFTER)]


@pytest.mark.parametrize(("moment", "committed"), [(Moment.BEFORE, False), (Moment.AFTER, True)])
async def test_what_a_watcher_raises_passes(moment: Moment, committed: bool) -> None:
    watcher = Watcher(moment)
    with pytest.raises(ConnectionError):
        await Points(watcher).around(Point.DONE, lambda: commit_into(watcher.told))
    assert ("committed" in watcher.told) is committed


async def test_a_point_without_a_commit_is_told_once() -> None:
    watcher = Watcher()
    teller = Points(watcher).teller(Point.SENT)
    assert teller is not None
    await teller()
    await Points(watcher).at(Point.ANSWERED)
    assert watcher.told == [(Point.SENT, Moment.AT), (Point.ANSWERED, Moment.AT)]


async def test_without_a_watcher_nothing_is_told() -> None:
    told: list[object] = []
    points = Points()
    assert await points.around(Point.DONE, lambda: commit_into(told)) == "answer"
    await points.at(Point.ANSWERED)
    assert points.teller(Point.SENT) is None
    assert told == ["committed"]


def test_names_are_told_apart_and_explained() -> None:
    assert len({point.label for point in Point}) == len(Point)
    assert all(point.about.endswith(".") for point in Point)
