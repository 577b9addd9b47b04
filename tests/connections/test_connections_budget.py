"""Requests of a connection wait for their turn."""

from __future__ import annotations

from dataclasses import replace

from support_connections import World

from keyturn.connections.alone import MemoryBudgets
from keyturn.connections.budget import RateBudgets, Turns


async def test_in_no_span_of_a_minute_are_more_than_the_limit() -> None:
    world = World()
    connection = replace(await world.oauth(), per_minute=100)
    budgets = RateBudgets(MemoryBudgets(world.clock), world.clock)
    sent: list[float] = []
    for number in range(400):
        if number == 150:
            world.clock.seconds += 1_000  # a pause saves up no more than the burst
        await budgets.turn(connection)
        sent.append(world.clock.seconds)
    assert max(sum(start <= other < start + 60 for other in sent) for start in sent) <= 100
    assert sent[149] < 95, "and the limit is used"


async def test_requests_that_were_held_up_on_their_way_are_no_more_in_a_minute_either() -> None:
    world = World()
    connection = replace(await world.oauth(), per_minute=600)
    budgets = RateBudgets(MemoryBudgets(world.clock), world.clock)
    came: list[float] = []
    for _ in range(1_200):
        await budgets.turn(connection)
        # names are looked up and connections opened first: all of that time comes through at once
        came.append(max(1.6, world.clock.seconds + 0.1))
    assert max(sum(other < start + 60 for other in came[at : at + 700]) for at, start in enumerate(came)) <= 600


async def test_a_turn_that_was_had_counts_for_a_second() -> None:
    world = World()
    connection = replace(await world.oauth(), per_minute=60)
    budgets = RateBudgets(MemoryBudgets(world.clock), world.clock)
    turns = Turns(world.store, budgets, world.clock)
    for _ in range(5):
        had_at = await turns.turn(connection.id)
        assert had_at is None, "no limit is kept for it"
    await world.store.put(connection)
    while world.clock.seconds < 10:
        had_at = await turns.turn(connection.id)
    assert had_at == world.clock.seconds
    before = world.clock.seconds
    await budgets.turn(connection, had_at)
    assert world.clock.seconds == before
    await budgets.turn(connection, had_at - 2)
    assert world.clock.seconds > before


async def test_without_a_limit_nobody_waits() -> None:
    world = World()
    connection = await world.oauth()
    budgets = RateBudgets(MemoryBudgets(world.clock), world.clock)
    for _ in range(1_000):
        await budgets.turn(connection)
    assert world.clock.seconds == 0
