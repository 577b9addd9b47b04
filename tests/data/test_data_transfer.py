"""Rows in and out of a real table as CSV."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from support_data import World

from keyturn.app.ids import new_id
from keyturn.app.tables import TableDesk
from keyturn.data.csv_text import BadCsv
from keyturn.data.errors import BadValue, TableChanged
from keyturn.data.ports import TableChange
from keyturn.data.transfer import PIECE, Progress


def desk(world: World) -> TableDesk:
    return TableDesk(world.store.tables, world.store.rows, new_id)


async def pieces(text: str, size: int = 5000) -> AsyncIterator[bytes]:
    data = text.encode()
    for at in range(0, len(data), size):
        yield data[at : at + size]


async def put_in(world: World, text: str, match: str | None = None) -> list[Progress]:
    given = pieces(text)
    started = await desk(world).importing("people", given, match, ",")
    return [progress async for progress in started.run(given)]


async def taken_out(world: World, *columns: str, sort: str | None = "Login") -> str:
    made = await desk(world).exporting("people", columns, sort=sort)
    return "".join([piece async for piece in made.pieces()])


async def test_a_file_goes_in_by_pieces_and_comes_out_again(world: World) -> None:
    await world.people()
    lines = [
        f'user{number:05},Name {number},{number},true,2026-01-01T00:00:00.000Z,"[""x""]"' for number in range(2345)
    ]
    text = "\r\n".join(["Login,Name,Age,Active,Since,Tags", *lines, ""])
    steps = await put_in(world, text)
    assert [(step.read, step.created, step.done) for step in steps] == [
        (PIECE, PIECE, False),
        (2 * PIECE, 2 * PIECE, False),
        (2345, 2345, True),
    ]
    assert await taken_out(world) == text
    in_its_order = await taken_out(world, "Login", sort=None)
    assert in_its_order.split() == ["Login", *(f"user{number:05}" for number in range(2345))]


async def test_rows_that_do_not_fit_are_told_and_the_others_go_in(world: World) -> None:
    await world.people()
    [step] = await put_in(world, "age,LOGIN\n1,ada\nold,bob\n2,ada\n\n3\n,eve\n4,\n")
    assert (step.read, step.created, step.refused) == (6, 3, 3)
    assert [(problem.line, problem.column) for problem in step.problems] == [(3, "Age"), (6, None), (4, None)]
    assert "unique column 'Login'" in step.problems[2].what
    assert await taken_out(world, "Login", "Age") == "Login,Age\r\n,4\r\nada,1\r\neve,\r\n"


async def test_with_match_a_file_may_go_in_again(world: World) -> None:
    await world.people()
    await put_in(world, "Login,Name,Age\nada,Ada,36\nbob,Bob,9\n")
    for _ in range(2):
        [step] = await put_in(world, "Login,Age\nada,37\nkim,\nada,38\n,1\n", "Login")
        assert (step.read, step.refused) == (4, 1)
    assert (step.created, step.updated) == (0, 3)
    text = "Login,Name,Age\r\nada,Ada,38\r\nbob,Bob,9\r\nkim,,\r\n"
    assert await taken_out(world, "Login", "Name", "Age") == text


@pytest.mark.parametrize(("match", "head"), [("Age", "Age"), ("Login", "Age"), ("Nobody", "Login")])
async def test_match_must_tell_which_row_is_meant(world: World, match: str, head: str) -> None:
    await world.people()
    with pytest.raises(BadValue):
        await put_in(world, f"{head}\n1\n", match)


async def test_a_file_that_breaks_off_leaves_what_was_read(world: World) -> None:
    await world.people()

    async def broken() -> AsyncIterator[bytes]:
        yield b"Login\nada\nbob\n"
        yield b"\xff\n"

    given = broken()
    started = await desk(world).importing("people", given, None, ",")
    [step] = [progress async for progress in started.run(given)]
    assert isinstance(step.stopped, BadCsv)
    assert (step.created, step.done) == (2, False)
    assert await taken_out(world, "Login") == "Login\r\nada\r\nbob\r\n"


async def test_a_table_that_changes_meanwhile_ends_an_import(world: World) -> None:
    table = await world.people()
    given = pieces("Login\nada\n")
    started = await desk(world).importing("people", given, None, ",")
    await world.store.tables.change("people", 1, TableChange("P", "", table.columns[:2]))
    with pytest.raises(TableChanged):
        assert [progress async for progress in started.run(given)]
