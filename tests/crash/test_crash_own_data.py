"""Processes are killed while cards make rows and files: afterwards there is one of each, and none is in doubt."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from killable import Killable, Order, Work
from support_crash import PERSON, Place, Seeds

from keyturn.app.main import working
from keyturn.data.definition import ColumnForm, TableForm
from keyturn.engine.points import Moment, Point
from keyturn.flows.document import Flow
from keyturn.flows.json import JSON, Values

pytestmark = pytest.mark.timeout(300)

BEFORE, AFTER, AT = Moment
_CARDS: JSON = [
    {"id": "row", "card": "table.create_row", "inputs": {"table": "leavers", "fields": {"Login": "{{ event.Login }}"}}},
    {"id": "note", "card": "file.from_text", "inputs": {"text": "{{ event.Login }}", "name": "note.txt"}},
    {"id": "out", "card": "table.export_csv", "inputs": {"table": "leavers", "columns": ["Login"]}},
    {"id": "into", "card": "table.import_csv", "inputs": {"table": "archive", "file": "{{ out.file }}"}},
    {"id": "give", "card": "flow.return", "inputs": {"note": "{{ note.file }}", "out": "{{ out.file }}"}},
]
FLOW = Flow.model_validate(
    {
        "id": "keep-leavers",
        "name": "Keep leavers",
        "event": {"card": "manual", "outputs": {"Login": "text"}},
        "cards": _CARDS,
    }
)
# The row rides with the first DONE; the file, the export and the import have a STARTED, an ANSWERED and a DONE each.
ORDERS = (
    Order(Point.DONE, BEFORE, number=1),
    Order(Point.DONE, AFTER, number=1),
    Order(Point.ANSWERED, AT, number=2),  # the file is made, and nothing of it is in the journal
    Order(Point.DONE, BEFORE, number=3),  # as is the export
    Order(Point.ANSWERED, AT, number=4),  # the rows are imported, and nothing of it is in the journal
)


async def test_rows_and_files_are_made_once_whatever_dies(
    seeds: Seeds, people: list[str], record_property: Callable[[str, object], None]
) -> None:
    played = [_played(seeds, order, login) for order, login in zip(ORDERS, people, strict=False)]
    rows = await asyncio.gather(*played, return_exceptions=True)
    for row in rows:
        if isinstance(row, str):
            record_property("crash", row)
    failed = [row for row in rows if isinstance(row, Exception)]
    if failed:
        raise ExceptionGroup(f"{len(failed)} of {len(rows)} cases", failed)


async def _played(seeds: Seeds, order: Order, login: str) -> str:
    async with seeds.case("ask", login) as place:
        try:
            run_id = await _begun(place)
            with Killable(place.killable, Work(), order) as worker:
                await worker.died()
            async with working(place.app):
                assert await place.quiet() == "succeeded"
            await _looked_at(place, run_id)
        except Exception as error:
            error.add_note(str(order))
            raise
        return f"own data, {order.point.label} {order.number}\t{order.moment}\task\t0\t\t0\tsucceeded"


async def _begun(place: Place) -> UUID:
    tables, form = place.app.services.tables, TableForm([ColumnForm("Login")])
    for name in ("leavers", "archive"):
        await tables.put(name, form)
        await tables.clear(name)
    await place.app.services.library.publish([FLOW], PERSON)
    return await place.app.services.manual.start(FLOW.id, {"Login": place.login}, str(uuid4()))


async def _looked_at(place: Place, run_id: UUID) -> None:
    """One row in each table, and the two files as the run gives them."""
    services = place.app.services
    for name in ("leavers", "archive"):
        assert await services.tables.count(name, None) == 1, name
    run = await services.runs.get(run_id)
    made = await place.rows("SELECT id FROM files WHERE made_by = $1", f"run {run_id}")
    outputs: Values = run.outputs or {}
    given = {str(value["file"]) for value in outputs.values() if isinstance(value, dict)}
    assert {str(row["id"]) for row in made} == given
    assert len(given) == 2
    assert await _content(place, outputs["note"]) == place.login.encode()
    assert await _content(place, outputs["out"]) == f"Login\r\n{place.login}\r\n".encode()


async def _content(place: Place, value: JSON) -> bytes:
    files = place.app.services.files
    return b"".join([piece async for piece in files.contents(await files.find(value))])
