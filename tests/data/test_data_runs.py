"""Flows with table cards: killed anywhere they write each row once, and streams go on where they were."""

from __future__ import annotations

from collections import Counter

import pytest
from support_data import World

from keyturn.data.search import Order
from keyturn.engine.points import Moment, Point
from keyturn.engine.ports import RunStatus
from keyturn.flows.json import Values
from keyturn.store import Store, open_store

ADD: Values = {
    "id": "add",
    "card": "table.create_row",
    "inputs": {"table": "people", "fields": {"Login": "ada", "Age": 1}},
}
ID = "{{ add.row_id }}"
SET: Values = {
    "id": "set",
    "card": "table.update_row",
    "inputs": {"table": "people", "row_id": ID, "fields": {"Age": 2}, "only_if": {"column": "Age", "is": "=", "b": 1}},
}
PUT: Values = {
    "id": "put",
    "card": "table.upsert_row",
    "inputs": {"table": "people", "match": "Login", "fields": {"Login": "bob", "Age": "{{ found.fields.Age }}"}},
}
FIND: Values = {
    "id": "found",
    "card": "table.search_rows",
    "options": {"results": "one"},
    "inputs": {"table": "people", "where": {"column": "Login", "is": "=", "b": "ada"}},
}
DELETE: Values = {"id": "gone", "card": "table.delete_row", "inputs": {"table": "people", "row_id": ID}}
GIVE: Values = {
    "id": "give",
    "card": "flow.return",
    "inputs": {"set": "{{ set.updated }}", "put": "{{ put.created }}", "gone": "{{ gone.deleted }}"},
}
OUTPUTS = {"set": True, "put": True, "gone": True}


class ProcessDies(Exception):
    """Nothing of this process goes on."""


class DiesAt:
    """Ends the process at a point, before or after the commit, when it is reached for this time."""

    def __init__(self) -> None:
        self.reaches = list[tuple[Point, Moment]]()
        self.dies_at = -1

    async def reached(self, point: Point, moment: Moment) -> None:
        self.reaches.append((point, moment))
        if len(self.reaches) == self.dies_at:
            raise ProcessDies(point)


@pytest.fixture
async def reopened(database_url: str, world: World):
    """Makes processes: each a store and an engine of its own."""
    opened: list[Store] = []

    async def process(watcher: DiesAt) -> World:
        store = await open_store(database_url, migrate=False, points=None)
        opened.append(store)
        made = World(store, watcher)
        made.flows, made.current = world.flows, world.current
        return made

    yield process
    for store in opened:
        await store.close()


async def test_a_run_that_is_killed_anywhere_writes_each_row_once(world: World, reopened) -> None:
    table = await world.people()
    world.publish("main", [ADD, SET, FIND, PUT, DELETE, GIVE])
    watcher = DiesAt()
    assert (await (await reopened(watcher)).run()).outputs == OUTPUTS
    moments = len(watcher.reaches)
    assert Counter(point for point, _ in watcher.reaches)[Point.DONE] == 8, "four changes, before and after"
    assert not [point for point, _ in watcher.reaches if point is Point.STARTED]
    for moment in range(1, moments + 1):
        await world.store.database.fetch(f"TRUNCATE table_rows_{table.number}")
        run, watcher = await world.queued(), DiesAt()
        watcher.dies_at = moment
        with pytest.raises(ProcessDies):
            await (await reopened(watcher)).go_on(run, "killed")
        ended = await world.stored(run.id)
        if not ended.status.ended:
            await world.expire(run)
            ended = await world.go_on(run, "another")
        assert ended.outputs == OUTPUTS, moment
        [row] = await world.store.rows.search(table, None, Order(), 10)
        assert (row.values["Login"], row.values["Age"]) == ("bob", 2), moment


async def test_streams_go_on_where_they_were(world: World, reopened) -> None:
    """Rows are copied by a helper flow for each; killed now and then, each is copied once."""
    await world.people()
    table = await world.store.tables.get("people")
    assert table is not None
    await world.store.database.fetch(
        f"INSERT INTO table_rows_{table.number} (id, created, updated, c1, c3) "
        "SELECT gen_random_uuid(), now(), now(), 'p' || n, n FROM generate_series(1, 450) n"
    )
    copy: Values = {
        "id": "copy",
        "card": "table.create_row",
        "inputs": {"table": "people", "fields": {"Name": "{{ event.Record.Login }}", "Age": 1000}},
    }
    stream: Values = {
        "id": "each",
        "card": "table.search_rows",
        "options": {"results": "stream"},
        "inputs": {"table": "people", "where": {"column": "Age", "is": "<", "b": 1000}, "sort": "Age"},
        "call": {"flow": "one", "with": {"Record": "{{ record }}"}},
    }
    count: Values = {
        "id": "give",
        "card": "flow.return",
        "inputs": {"count": "{{ each.count }}", "failed": "{{ each.failed }}"},
    }
    world.publish("one", [copy], outputs={"Record": "object"})
    world.publish("main", [stream, count])
    run, deaths = await world.queued(), 0
    while True:
        watcher = DiesAt()
        watcher.dies_at = 301 + 2 * deaths
        try:
            ended = await (await reopened(watcher)).go_on(run, f"w{deaths}")
            break
        except ProcessDies:
            deaths += 1
            await world.expire(run)
    assert deaths >= 2
    assert ended.status is RunStatus.SUCCEEDED
    assert ended.outputs == {"count": 450, "failed": 0}
    names = await world.store.database.fetch(
        f"SELECT c2, count(*) AS n FROM table_rows_{table.number} WHERE c3 = 1000 GROUP BY 1"
    )
    assert len(names) == 450
    assert {row["n"] for row in names} == {1}


GIVEN: dict[str, str] = {
    "a field of a row": "{{ found.fields.Years }}",
    "a field within a text": "aged {{ found.fields.Years }}",
    "a row of a list": "{{ all.rows[0].Years }}",
    "each row of a list": "{{ all.rows[].Years }}",
}
ALL: Values = {"id": "all", "card": "table.search_rows", "inputs": {"table": "people"}}


def gives(value: str) -> Values:
    return {"id": "give", "card": "flow.return", "inputs": {"value": value}}


@pytest.mark.parametrize("value", GIVEN.values(), ids=GIVEN)
async def test_a_column_that_a_row_does_not_have_is_an_error_and_not_null(world: World, value: str) -> None:
    await world.people()
    world.publish("main", [ADD, FIND, ALL, gives(value)])
    ended = await world.run()
    assert ended.status is RunStatus.FAILED
    assert ended.error is not None
    assert (ended.error["code"], ended.error["card"]) == ("unknown-column", "give")
    assert ended.error["message"] == "The row has no column 'Years'."
    assert "'Login', 'Name', 'Age'" in str(ended.error["mend"])


async def test_rounds_and_streams_know_the_columns_of_their_rows(world: World) -> None:
    await world.people()
    each: Values = {"id": "each", "card": "list.for_each", "inputs": {"list": "{{ all.rows }}"}}
    each["do"] = [{"id": "say", "card": "text.compose", "inputs": {"text": "{{ item.Years }}"}}]
    world.publish("main", [ADD, ALL, each])
    ended = await world.run()
    assert ended.error is not None
    assert (ended.error["code"], ended.error["card"]) == ("unknown-column", "say")
    world.publish("one", [gives("{{ event.years }}")], outputs={"years": "number"})
    stream: Values = {
        **ALL,
        "options": {"results": "stream"},
        "call": {"flow": "one", "with": {"years": "{{ record.Years }}"}},
    }
    world.publish("main", [{**stream, "id": "stream"}, gives("{{ stream.failed }}")])
    assert (await world.run()).outputs == {"value": 1}, "a record that cannot be handed over is counted as failed"


async def test_an_empty_column_is_null_and_so_is_that_of_no_row(world: World) -> None:
    await world.people()
    nobody: Values = {"column": "Login", "is": "=", "b": "nobody"}
    none: Values = {"id": "none", "card": "table.search_rows", "options": {"results": "one"}}
    none["inputs"] = {"table": "people", "where": nobody}
    give: Values = {"id": "give", "card": "flow.return"}
    give["inputs"] = {
        "name": "{{ found.fields.Name }}",
        "age": "{{ none.fields.Age }}",
        "tags": "{{ found.fields.Tags }}",
    }
    world.publish("main", [ADD, FIND, none, give])
    assert (await world.run()).outputs == {"name": None, "age": None, "tags": None}
