"""Whose turn it is: in turns between flows, and never over a limit."""

from __future__ import annotations

from collections import Counter
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyturn.workers.admission import Taken, Turn, WaitingFlow, in_turns

NOTHING = Taken({}, {})


def waiting(
    name: str, runs: int, at_once: int | None = None, *connections: str, served: int = 0, turn: int = 0
) -> WaitingFlow:
    return WaitingFlow(name, turn, served, at_once, connections, tuple(uuid4() for _ in range(runs)))


def order(turns: list[Turn]) -> str:
    return "".join(turn.flow_id for turn in turns)


@pytest.mark.parametrize(
    ("flows", "taken", "limits", "expected"),
    [
        pytest.param([], NOTHING, {}, "", id="nobody waits"),
        pytest.param([waiting("a", 4), waiting("b", 2)], NOTHING, {}, "ababaa", id="round after round"),
        pytest.param([waiting("a", 2, served=9), waiting("b", 2, served=3)], NOTHING, {}, "baba", id="longest ago"),
        pytest.param([waiting("a", 4, 2), waiting("b", 3)], NOTHING, {}, "ababb", id="the flow's limit"),
        pytest.param([waiting("a", 4, 2)], Taken({"a": 1}, {}), {}, "a", id="what runs counts"),
        pytest.param([waiting("a", 4, 2)], Taken({"a": 5}, {}), {}, "", id="more than allowed runs already"),
        pytest.param(
            [waiting("a", 4, None, "x"), waiting("b", 4, None, "x"), waiting("c", 1)],
            Taken({}, {"x": 1}),
            {"x": 4},
            "abca",
            id="the connection's limit is shared in turns",
        ),
        pytest.param(
            [waiting("a", 2, None, "x", "y"), waiting("b", 2, None, "y")],
            Taken({}, {"x": 1}),
            {"x": 1, "y": 2},
            "bb",
            id="a full connection keeps nobody else from another",
        ),
    ],
)
def test_in_turns(flows: list[WaitingFlow], taken: Taken, limits: dict[str, int], expected: str) -> None:
    assert order(in_turns(flows, taken, limits)) == expected


def test_turns_in_the_queue_follow_the_flow_s_last_one() -> None:
    flow = waiting("a", 3, turn=40)
    assert [(turn.run_id, turn.turn) for turn in in_turns([flow], NOTHING, {})] == [
        (flow.runs[0], 40),
        (flow.runs[1], 41),
        (flow.runs[2], 42),
    ]


FLOWS = st.lists(
    st.builds(
        WaitingFlow,
        id=st.text("abcdef", min_size=1, max_size=2),
        next=st.integers(0, 100),
        served=st.integers(0, 5),
        at_once=st.none() | st.integers(1, 4),
        connections=st.lists(st.sampled_from("xyz"), unique=True).map(tuple),
        runs=st.lists(st.uuids(), max_size=6, unique=True).map(tuple),
    ),
    max_size=8,
    unique_by=lambda flow: flow.id,
)
LIMITS = st.dictionaries(st.sampled_from("xyz"), st.integers(1, 5))
TAKEN = st.builds(
    Taken,
    st.dictionaries(st.text("abcdef", min_size=1, max_size=2), st.integers(0, 4)),
    st.dictionaries(st.sampled_from("xyz"), st.integers(0, 5)),
)


@given(FLOWS, TAKEN, LIMITS)
def test_limits_hold_and_nothing_that_may_go_is_left(
    flows: list[WaitingFlow], taken: Taken, limits: dict[str, int]
) -> None:
    turns = in_turns(flows, taken, limits)
    by_flow = Counter(turn.flow_id for turn in turns)
    used = Counter(name for flow in flows for name in flow.connections for _ in range(by_flow[flow.id]))
    full = {name for name, most in limits.items() if taken.connections.get(name, 0) + used[name] >= most}
    for flow in flows:
        admitted: list[UUID] = [turn.run_id for turn in turns if turn.flow_id == flow.id]
        assert admitted == list(flow.runs[: len(admitted)])
        there = taken.flows.get(flow.id, 0)
        if admitted and flow.at_once is not None:
            assert there + len(admitted) <= flow.at_once
        if len(admitted) < len(flow.runs):
            at_limit = flow.at_once is not None and there + len(admitted) >= flow.at_once
            assert at_limit or full & set(flow.connections)
    for name, most in limits.items():
        assert not used[name] or taken.connections.get(name, 0) + used[name] <= most
