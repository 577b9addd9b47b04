"""The cards of Keyturn's own data do what their tables of cases say, by the real engine over the real store."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from uuid import UUID

import pytest
from support.card_tables import cases_of, keys
from support.stored_files import FILE_IDS, FILES
from support_data import PEOPLE, World

from keyturn.cards.cases import Basis, Case, Expected
from keyturn.cards.catalogue import BuiltInCards
from keyturn.data.cells import new_row_cells
from keyturn.data.changes import ClearTable
from keyturn.data.model import Row, Table
from keyturn.data.ports import Chunk
from keyturn.data.search import Order
from keyturn.engine.ports import JournalState, RunStatus
from keyturn.flows.json import JSON, Values
from keyturn.flows.spec import CardSpec, FieldSpec, OnNull, Outside
from keyturn.flows.types import NUMBER, TEXT

CARDS = BuiltInCards()
OWN = [spec for spec in CARDS.all() if spec.key.startswith(("table.", "file.", "flows.", "folder.", "flow.cursor"))]
KEYS = sorted({spec.key for spec in OWN} & {*keys()})
ROWS: list[Values] = [
    {"Login": "ada", "Name": "Ada", "Age": 36, "Active": True, "Since": "2026-01-01T00:00:00.000Z", "Tags": ["x", "y"]},
    {"Login": "bob", "Name": "Bob", "Age": 9, "Active": False, "Since": "2026-02-01T00:00:00.000Z", "Tags": None},
    {"Login": "eve", "Name": "", "Age": None, "Active": None, "Since": None, "Tags": []},
]
IDS = {f"r{number}": str(UUID(int=7 << 76 | 0b10 << 62 | number)) for number in range(1, 10)}


GONE: Values = {"file": str(UUID(int=1)), "name": "gone", "size": 1, "type": "text/plain"}


def written_out(value: JSON) -> JSON:
    """A case with ids in the place of r1 to r9, and files in that of f1 to f4; ``gone`` was a file, LARGE is large."""
    if isinstance(value, dict):
        return {key: written_out(item) for key, item in value.items()}
    if isinstance(value, list):
        return [written_out(item) for item in value]
    if value == "gone":
        return GONE
    if value == "LARGE":
        return "x" * 10_240  # with its quotes two bytes too many
    if isinstance(value, str) and value in FILES:
        name, media_type, whole = FILES[value]
        return {"file": str(FILE_IDS[value]), "name": name, "size": len(whole), "type": media_type}
    return IDS.get(value.strip(), value) if isinstance(value, str) else value


def fits(got: JSON, wanted: JSON) -> bool:
    """Whether a value is as wanted: ANY is anything but null, and an id among rows stands for its row."""
    if wanted == "ANY":
        return got is not None
    if isinstance(got, dict) and isinstance(wanted, dict):
        return got.keys() == wanted.keys() and all(fits(got[key], wanted[key]) for key in got)
    if isinstance(got, list) and isinstance(wanted, list):
        return len(got) == len(wanted) and all(map(fits, got, wanted))
    if isinstance(got, dict) and isinstance(wanted, str):
        return got.get("Row ID") == wanted
    return type(got) is type(wanted) and got == wanted


async def fill(world: World, table: Table, rows: list[Values]) -> None:
    await world.store.rows.apply(ClearTable(table.id))
    chunk: list[tuple[UUID, tuple[object, ...]]] = []
    for row_id, values in zip(IDS.values(), rows, strict=False):
        cells = new_row_cells(table, values)
        chunk.append((UUID(row_id), tuple(cells.get(column.number) for column in table.columns)))
    if chunk:
        await world.store.rows.put(table, Chunk(table.columns, chunk))  # type: ignore[arg-type]


async def cursor(world: World, inputs: Values) -> JSON:
    """What a flow kept, before it keeps something else."""
    world.publish("main", [{"id": "it", "card": "flow.cursor", "inputs": inputs}])
    run = await world.run()
    [record] = [record for record in await world.journal(run.id) if record.state is JournalState.DONE]
    assert record.result
    return record.result["cursor"]


async def outcome(world: World, case: Case) -> JSON | Expected:
    """The outputs of the card, or the field that its error names."""
    given = written_out(case.given)
    answer = case.ports.get("answer")
    world.app.told = answer if isinstance(answer, dict) else {}
    world.app.asked.clear()
    card: Values = {"id": "it", "card": case.key, "inputs": given, "options": case.ports.get("options", {})}
    world.publish("main", [card])
    run = await world.run()
    if run.status is not RunStatus.SUCCEEDED:
        assert run.status is RunStatus.FAILED, run
        assert run.error
        assert run.error["mend"]
        return Expected(str(run.error["field"]))
    [record] = [record for record in await world.journal(run.id) if record.state is JournalState.DONE]
    return record.result


def whole(key: str, wanted: JSON) -> JSON:
    """What a case expects as the card's outputs; of one that has a single output it may give the value alone."""
    spec = CARDS.get(key)
    assert spec is not None
    names = [output.name for output in spec.outputs]
    single = len(names) == 1 and not (isinstance(wanted, dict) and list(wanted) == names)
    return {names[0]: wanted} if single else wanted


def told(after: list[Row], wanted: list[Values]) -> bool:
    """Whether the rows are as wanted, as far as a case says."""
    return len(after) == len(wanted) and all(
        all(fits(row.values[name], value) for name, value in values.items())
        for row, values in zip(after, wanted, strict=True)
    )


async def beside(world: World, case: Case, got: JSON | Expected) -> AsyncIterator[str]:
    """What is wrong with the file that was made, or with what was sent."""
    content, sent = case.ports.get("content"), case.ports.get("sent")
    if content is not None:
        assert isinstance(got, dict), got
        found = (await world.content(got["file"])).decode("utf-8", "backslashreplace")
        if found != content:
            yield f"holds {found!r}, not {content!r}"
    if isinstance(sent, dict):
        [(request, body)] = world.app.asked
        boundary = request.headers.get("Content-Type", "").partition("boundary=")[2] or "no boundary"
        told: Values = {
            "method": request.method,
            "url": request.url,
            "body": body.decode().replace(boundary, "B"),
            "type": request.headers.get("Content-Type", "").replace(boundary, "B"),
        }
        if any(told[name] != value for name, value in sent.items()):
            yield f"sends {told}, not {sent}"


@pytest.mark.parametrize("key", KEYS)
async def test_cases(world: World, key: str) -> None:
    table = await world.people()
    assert list(PEOPLE) == list(ROWS[0])
    wrong: list[str] = []
    for case in cases_of(key):
        rows = case.ports.get("rows", ROWS)
        assert isinstance(rows, list)
        await fill(world, table, rows)  # type: ignore[arg-type]
        await world.make_files()
        if key.startswith(("flows.", "folder.")):
            await world.make_flows()
        if key == "flow.cursor":
            await world.store.database.fetch("TRUNCATE flow_cursors")
            await cursor(world, {"properties": case.ports.get("kept")})
        got = await outcome(world, case)
        wanted = case.expected if isinstance(case.expected, Expected) else whole(key, written_out(case.expected))
        if isinstance(wanted, Expected) != isinstance(got, Expected) or (
            got != wanted if isinstance(wanted, Expected) else not fits(got, wanted)  # type: ignore[arg-type]
        ):
            wrong.append(f"{case.given} gives {got}, not {wanted}")
        wrong += [f"{case.given}: {what}" async for what in beside(world, case, got)]
        if "keeps" in case.ports and (kept := await cursor(world, {})) != case.ports["keeps"]:
            wrong.append(f"{case.given} keeps {kept}, not {case.ports['keeps']}")
        after = case.ports.get("after")
        there = list(await world.store.rows.search(table, None, Order(), 100))
        if isinstance(after, list) and not told(there, after):  # type: ignore[arg-type]
            wrong.append(f"{case.given} leaves {[row.values for row in there]}, not {after}")
    assert not wrong, "\n".join(wrong)


def refused_of(field: FieldSpec) -> list[JSON]:
    """What the declaration of an input says is an error."""
    bad = field.bad
    assert bad is not None
    wrong: list[JSON] = [None] if bad.null is OnNull.ERROR else []
    if bad.empty is OnNull.ERROR and field.type == TEXT:
        wrong.append("")
    wrong += [0.5] if bad.whole else []
    if bad.outside is Outside.ERROR:
        wrong += [bad.least - 1] if bad.least is not None else []
        wrong += [bad.most + 1] if bad.most is not None else []
    return [*wrong, *(["none of them"] if field.choices else []), *(["neither"] if field.type == NUMBER else [])]


@pytest.mark.parametrize("spec", OWN, ids=lambda spec: spec.key)
async def test_what_is_declared_an_error_is_one(world: World, spec: CardSpec) -> None:
    await fill(world, await world.people(), ROWS)
    await world.make_files()
    await world.make_flows()
    sound = next(case for case in cases_of(spec.key) if not isinstance(case.expected, Expected))
    options = sound.ports.get("options")
    missed: list[str] = []
    for field in spec.signature(options if isinstance(options, dict) else {}).inputs:
        for value in refused_of(field):
            got = await outcome(world, replace(sound, given={**sound.given, field.name: value}))
            if got != Expected(field.name):
                missed.append(f"{field.name}: {value!r} gives {got}")
    assert not missed, "\n".join(missed)


def told_as(value: JSON) -> JSON:
    """What an example says as a case does: ``...`` is anything but null."""
    if isinstance(value, dict):
        return {name: told_as(item) for name, item in value.items()}
    if isinstance(value, list):
        return [told_as(item) for item in value]
    return "ANY" if value == "..." else value


@pytest.mark.parametrize("spec", OWN, ids=lambda spec: spec.key)
async def test_the_examples_of_a_declaration_hold(world: World, spec: CardSpec) -> None:
    table = await world.people()
    for example in spec.examples:
        await fill(world, table, ROWS)
        await world.make_files()
        await world.make_flows()
        await world.store.database.fetch("TRUNCATE flow_cursors")
        case = Case(spec.key, Basis.ASSUMED, "", example.inputs, None, {"options": example.options})
        got = await outcome(world, case)
        wanted = {name: told_as(value) for name, value in example.outputs.items()}
        assert not isinstance(got, Expected), (example.inputs, got)
        assert fits(got, wanted), (example.inputs, got)
