"""Whatever a card of Keyturn's own data is given, it answers or fails as cards do.

And it does with null and with empty inputs what their declarations say.
"""

from __future__ import annotations

import copy
from collections.abc import AsyncIterator
from uuid import uuid4
from zlib import crc32

from support.card_tables import cases_of
from support.every_card import as_given, cards_of, drawn_values
from support_data import NoApps, World
from test_data_cards import ROWS, fill, written_out

from keyturn.app.actions import AllActions
from keyturn.cards.cases import Expected
from keyturn.cards.reading import empty_of
from keyturn.data.changes import KeepCursor
from keyturn.data.errors import DataError
from keyturn.data.model import Table
from keyturn.flows.actions import ActionCall, Done, Failed, Ready
from keyturn.flows.errors import CardError
from keyturn.flows.json import JSON, Values
from keyturn.flows.spec import CardSpec, OnNull
from keyturn.store.flow_cursors import keep_cursor

OF_EACH = 3  # values for each input of each card


async def act(world: World, spec: CardSpec, options: Values, inputs: Values) -> Done | CardError:
    """What the card gives, or its error."""
    ready = as_given(spec, spec.signature(options).inputs, inputs)
    if isinstance(ready, CardError):
        return ready
    run = uuid4()
    call = ActionCall(run, run, "flow", "card", "card", spec.key, None, options, ready, 1, lambda: None)
    outcome = await AllActions(NoApps(), world.own).perform(call)
    if isinstance(outcome, Ready):
        try:
            if isinstance(outcome.change, KeepCursor):
                async with world.store.database.transaction() as link:
                    return Done(await keep_cursor(link, outcome.change))
            return Done(await world.store.rows.apply(outcome.change))  # type: ignore[arg-type]
        except DataError as error:
            return CardError(error.detail)
    assert isinstance(outcome, Done | Failed)
    return outcome if isinstance(outcome, Done) else CardError(outcome.error)


def sound_case(spec: CardSpec) -> tuple[Values, Values]:
    """Options and inputs that the card takes."""
    case = next(case for case in cases_of(spec.key) if not isinstance(case.expected, Expected))
    given, options = written_out(case.given), case.ports.get("options")
    assert isinstance(given, dict)
    chosen = {option.name: option.default for option in spec.options}
    return chosen | (options if isinstance(options, dict) else {}), given


async def arbitrary(world: World, spec: CardSpec) -> AsyncIterator[str]:
    options, sound = sound_case(spec)
    turn, values = crc32(spec.key.encode()), drawn_values()
    for field in spec.signature(options).inputs:
        for _ in range(OF_EACH):
            turn += 1
            inputs = sound | {field.name: values[turn % len(values)]}
            before = copy.deepcopy(inputs)
            got = await act(world, spec, options, inputs)
            if isinstance(got, CardError) and not (got.detail.code and got.detail.mend):
                yield f"{inputs} gives {got.detail}"
            if inputs != before:
                yield f"{before} became {inputs}"


def shape(got: Done | CardError, exact: bool) -> JSON:
    """What is to be the same: all that a card gives that only reads, else the names; of an error its field."""
    if isinstance(got, CardError):
        return f"error: {got.detail.field}"
    return got.outputs if exact else list(got.outputs)


async def prepare(world: World, spec: CardSpec, table: Table) -> None:
    """Rows or files as they were, for the cards that change them."""
    if spec.key.startswith("table."):
        await fill(world, table, ROWS)
    if spec.key == "file.delete":
        await world.make_files()


async def null_and_empty(world: World, spec: CardSpec, table: Table) -> AsyncIterator[str]:
    options, sound = sound_case(spec)
    reads = bool(spec.effect and spec.effect.is_read)

    async def given(name: str, value: JSON) -> JSON:
        if not reads:
            await prepare(world, spec, table)
        return shape(await act(world, spec, options, sound | {name: value}), reads)

    for field in spec.signature(options).inputs:
        assert field.bad is not None
        name, empty = field.name, empty_of(field)
        same = {OnNull.EMPTY: empty, OnNull.DEFAULT: field.default, OnNull.VALUE: None}
        for value, what in ((None, field.bad.null), (empty, field.bad.empty)):
            wanted = f"error: {name}" if what is OnNull.ERROR else await given(name, same[what]) if what else ...
            got = await given(name, value)
            if wanted is not ... and got != wanted:
                yield f"{name}: {value!r} gives {got}, not {wanted}: {what}"


async def test_no_input_breaks_or_changes_anything(world: World) -> None:
    """All cards in one database, as making one takes longer than all of this."""
    wrong: list[str] = []
    table = await world.people()
    await world.make_flows()
    await world.make_files()
    for spec in cards_of("own data"):
        await prepare(world, spec, table)
        wrong += [f"{spec.key}: {what}" async for what in arbitrary(world, spec)]
        wrong += [f"{spec.key}: {what}" async for what in null_and_empty(world, spec, table)]
    assert not wrong, "\n".join(wrong)
