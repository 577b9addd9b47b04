"""Calls of actions for ``bench.catalogue``, and what one costs."""

from __future__ import annotations

import time
from typing import Protocol
from uuid import uuid4

from keyturn.flows.actions import ActionCall, Done

from .documents import JSON


class Performs(Protocol):
    """Carries out actions."""

    async def perform(self, call: ActionCall) -> object:
        """What came of a call."""
        ...


async def best_of(
    actions: Performs,
    key: str,
    inputs: dict[str, JSON],
    rounds: int,
    calls: int,
    *,
    processor: bool = True,
    connection: str | None = None,
    options: dict[str, JSON] | None = None,
) -> float:
    """Microseconds of one call, the best of some rounds.

    Args:
        calls: of a round.
        processor: of this process, and not the time that passes; where a database answers, its answer is most of it.
    """
    clock = time.process_time if processor else time.perf_counter
    best = float("inf")
    for _ in range(rounds):
        began = clock()
        for _ in range(calls):
            outcome = await actions.perform(_call(key, inputs, connection, options or {}))
            assert isinstance(outcome, Done), (key, outcome)
        best = min(best, (clock() - began) / calls)
    return best * 1_000_000


def _call(key: str, inputs: dict[str, JSON], connection: str | None, options: dict[str, JSON]) -> ActionCall:
    """A call of a run of its own, since a card that is carried out again in its run finds what it did."""
    run_id = uuid4()
    return ActionCall(
        run_id=run_id,
        root_id=run_id,
        flow_id="bench",
        card_id="it",
        path="it",
        card=key,
        connection=connection,
        options=options,  # type: ignore[arg-type]
        inputs=inputs,  # type: ignore[arg-type]
        attempt=1,
        before_send=lambda: None,
    )
