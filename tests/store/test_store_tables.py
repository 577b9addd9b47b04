"""Tables and their rows in Postgres: definitions, changes, unique columns, searches against a model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from store_records import count
from store_tables import PEOPLE, add, columns, people

from keyturn.app.ids import new_id
from keyturn.data.cells import cells_of
from keyturn.data.changes import ClearTable, CreateRow, DeleteRow, UpdateRow, UpsertRow
from keyturn.data.errors import BadValue, NoSuchRow, NoSuchTable, NotUnique, TableChanged
from keyturn.data.model import Column, Row, Table
from keyturn.data.ports import Chunk, NewTable, TableChange
from keyturn.data.search import Order, read_order, read_where
from keyturn.flows.json import JSON
from keyturn.flows.paging import BadCursor, PageRequest
from keyturn.flows.types import NUMBER
from keyturn.store import Store
from keyturn.store.sql import table_rows as sql


async def logins(store: Store, table: Table, where: JSON = None, sort: str = "", direction: str = "asc") -> list[JSON]:
    order = read_order(table, sort, direction)
    found = await store.rows.search(table, read_where(table, where), order, 1000)
    return [row.values["Login"] for row in found]


async def test_a_table_is_made_found_listed_and_removed(store: Store) -> None:
    made = await people(store)
    assert await store.tables.get("people") == made
    assert [column.name for column in made.columns] == list(PEOPLE)
    assert await store.tables.create(NewTable("people", "Others", "", ())) is None
    other = await people(store, table_id="another")
    first = await store.tables.list(PageRequest(1))
    assert [table.id for table in first.rows] == ["another"]
    second = await store.tables.list(PageRequest(1, first.next))
    assert [table.id for table in second.rows] == ["people"]
    assert second.next is None
    assert await store.tables.delete("another")
    assert not await store.tables.delete("another")
    assert await count(store, "pg_class WHERE relname = $1", f"table_rows_{other.number}") == 0


async def test_values_come_back_as_they_were(store: Store) -> None:
    table = await people(store)
    given: dict[str, JSON] = {
        "Login": "Žofie 👍\n\"'; DROP TABLE tables; --",
        "Age": 0.1,
        "Active": False,
        "Since": "2026-11-24T12:00:00.123Z",
        "Tags": ["b", "a", ""],
    }
    row = await store.rows.get(table, await add(store, table, **given))
    assert row is not None
    assert row.values == given
    empty = await store.rows.get(table, await add(store, table))
    assert empty is not None
    assert dict(empty.values) == dict.fromkeys(PEOPLE)


@pytest.mark.parametrize("number", [0, -1, 2**63, -(2**63), 1e300, 1.5e-300, 0.1, 1234567.25])
async def test_numbers_are_exact(store: Store, number: float) -> None:
    table = await people(store)
    row = await store.rows.get(table, await add(store, table, Age=number))
    assert row is not None
    assert row.values["Age"] == number
    assert type(row.values["Age"]) is type(number) or number == int(number)


async def test_a_value_that_does_not_fit_changes_nothing(store: Store) -> None:
    table = await people(store)
    for values in ({"Age": "many"}, {"Nobody": 1}, {"Login": "a\x00"}, {"Login": "x" * 501}, {"Since": "soon"}):
        with pytest.raises(BadValue):
            await store.rows.apply(CreateRow("people", new_id(), values))
    assert await store.rows.count(table, None) == 0
    with pytest.raises(NoSuchTable):
        await store.rows.apply(CreateRow("nothing", new_id(), {}))


async def test_unique_values_are_unique(store: Store) -> None:
    table = await people(store)
    first = await add(store, table, Login="ada")
    with pytest.raises(NotUnique, match=str(first)):
        await add(store, table, Login="ada")
    await add(store, table, Login="Ada")
    for _ in range(2):
        await add(store, table, Login="")
        await add(store, table)
    second = await add(store, table, Login="bob")
    with pytest.raises(NotUnique, match=str(first)):
        await store.rows.apply(UpdateRow("people", str(second), {"Login": "ada"}))
    assert await logins(store, table, {"column": "Login", "is": "in", "b": ["ada", "bob"]}) == ["ada", "bob"]


async def test_the_same_request_may_come_again(store: Store) -> None:
    table = await people(store)
    row_id = new_id()
    for _ in range(2):
        assert await store.rows.apply(CreateRow("people", row_id, {"Login": "ada"}, again=True))
    assert await store.rows.count(table, None) == 1
    with pytest.raises(NotUnique):
        await store.rows.apply(CreateRow("people", row_id, {"Login": "ada"}))


async def test_update_with_a_condition(store: Store) -> None:
    table = await people(store)
    row_id = await add(store, table, Login="ada", Age=1)
    change = UpdateRow("people", str(row_id), {"Age": 2}, {"column": "Age", "is": "equal to", "b": 1})
    assert await store.rows.apply(change) == {"updated": True}
    assert await store.rows.apply(change) == {"updated": False}
    with pytest.raises(NoSuchRow):
        await store.rows.apply(replace(change, row_id=str(new_id())))
    with pytest.raises(NoSuchRow):
        await store.rows.apply(replace(change, row_id="17"))
    row = await store.rows.get(table, row_id)
    assert row is not None
    assert row.values["Age"] == 2
    assert row.updated > row.created


async def test_upsert(store: Store) -> None:
    made = await store.tables.create(NewTable("t", "T", "", columns({"k": "text", "a": "number"}, ("k",), a=7)))
    assert made is not None
    put = await store.rows.apply(UpsertRow("t", new_id(), "k", {"k": "x"}))
    assert put["created"]
    again = await store.rows.apply(UpsertRow("t", new_id(), "k", {"k": "x", "a": None}))
    assert again == {"row_id": put["row_id"], "created": False}
    row = await store.rows.get(made, UUID(str(put["row_id"])))
    assert row is not None
    assert row.values == {"k": "x", "a": None}
    for match, values in (("a", {"a": 1}), ("k", {"a": 1}), ("k", {"k": ""}), ("z", {"k": "x"})):
        with pytest.raises(BadValue):
            await store.rows.apply(UpsertRow("t", new_id(), match, values))
    assert await store.rows.count(made, None) == 1


async def test_delete_and_clear(store: Store) -> None:
    table = await people(store)
    row_id = await add(store, table, Login="ada")
    assert await store.rows.apply(DeleteRow("people", str(row_id))) == {"deleted": True}
    assert await store.rows.apply(DeleteRow("people", str(row_id))) == {"deleted": False}
    for login in "abc":
        await add(store, table, Login=login)
    assert await store.rows.apply(ClearTable("people")) == {"cleared": 3}
    assert await store.rows.apply(ClearTable("people")) == {"cleared": 0}
    await add(store, table, Login="a")


async def test_a_table_is_changed(store: Store) -> None:
    table = await people(store, unique=())
    await add(store, table, Login="ada", Age=1)
    kept = [replace(column, name="Person") if column.name == "Login" else column for column in table.columns[:2]]
    wanted = TableChange("Persons", "all", (*kept, Column("Level", NUMBER, 6, default=3)))
    changed = await store.tables.change("people", table.revision, wanted)
    assert changed is not None
    assert (changed.revision, changed.next_column, changed.number) == (2, 7, table.number)
    [row] = await store.rows.search(changed, None, Order(), 10)
    assert row.values == {"Person": "ada", "Age": 1, "Level": 3}
    assert await store.tables.change("people", table.revision, wanted) is None
    with pytest.raises(TableChanged):
        await store.rows.search(table, None, Order(), 10)
    with pytest.raises(TableChanged):
        await store.rows.put(table, Chunk(table.columns[:1], [(new_id(), ("bob",))]))


async def test_a_column_with_a_value_twice_does_not_become_unique(store: Store) -> None:
    table = await people(store, unique=())
    for _ in range(2):
        await add(store, table, Login="ada")
    unique = TableChange("P", "", tuple(replace(column, unique=column.name == "Login") for column in table.columns))
    with pytest.raises(NotUnique):
        await store.tables.change("people", 1, unique)
    assert await store.tables.get("people") == table
    await add(store, table, Login="ada")


async def test_many_rows_at_once(store: Store) -> None:
    table = await people(store)
    login, age = table.columns[:2]
    new = Chunk((login, age), [(new_id(), (name, None)) for name in ("a", "b", "a", "", None)])
    put = await store.rows.put(table, new)
    assert (put.created, put.updated, list(put.refused)) == (4, 0, [2])
    matched = Chunk((login, age), [(new_id(), (name, None)) for name in ("a", "c", "c")], login, (age,))
    put = await store.rows.put(table, matched)
    assert (put.created, put.updated, put.refused) == (1, 2, {})
    assert sorted(map(str, await logins(store, table))) == ["", "None", "a", "b", "c"]


async def test_a_second_unique_column_refuses_single_rows(store: Store) -> None:
    table = await store.tables.create(NewTable("t", "T", "", columns({"k": "text", "u": "text"}, ("k", "u"))))
    assert table is not None
    k, u = table.columns
    rows = [(new_id(), ("1", "x")), (new_id(), ("2", "x")), (new_id(), ("3", "y"))]
    put = await store.rows.put(table, Chunk((k, u), rows, k, (u,)))
    assert (put.created, list(put.refused)) == (2, [1])
    assert "'u'" in put.refused[1]


async def test_long_texts_are_found_whole_though_the_index_holds_their_beginning(store: Store) -> None:
    table = await people(store, unique=())
    long = "x" * 300
    for end in ("a", "b", "c"):
        await add(store, table, Login=long + end)
    for said, value, found in (
        ("equal to", long + "b", [long + "b"]),
        ("less than", long + "b", [long + "a"]),
        ("greater than or equal to", long + "b", [long + "b", long + "c"]),
        ("in", [long + "a", "x"], [long + "a"]),
        ("starts with", long, [long + "a", long + "b", long + "c"]),
        ("starts with", long + "c", [long + "c"]),
        ("ends with", "xxb", [long + "b"]),
    ):
        assert await logins(store, table, {"column": "Login", "is": said, "b": value}) == found


@pytest.mark.parametrize(
    ("where", "index"),
    [
        ({"column": "Login", "is": "=", "b": "user77"}, "c1"),
        ({"column": "Login", "is": "starts with", "b": "user77"}, "c1"),
        ({"column": "Age", "is": ">", "b": 19_900}, "c2"),
        ({"all": [{"column": "Age", "is": "=", "b": 77}, {"column": "Login", "is": "contains", "b": "7"}]}, "c2"),
        ({"column": "Since", "is": "<", "b": "2020-01-01T00:01:00Z"}, "c4"),
        ({"column": "Login", "is": "is empty"}, "c1"),
        ({"column": "Created", "is": "<", "b": "2020-01-01T00:01:00Z"}, "created"),
        ({"column": "Updated", "is": ">", "b": "2100-01-01T00:01:00Z"}, "updated"),
    ],
)
async def test_searches_look_into_an_index(store: Store, where: JSON, index: str) -> None:
    table = await people(store, unique=())
    name = f"table_rows_{table.number}"
    filled = (
        f"INSERT INTO {name} (id, created, updated, c1, c2, c4) SELECT gen_random_uuid(), now(), now(), 'user' || n, "
        "n, timestamptz '2020-01-01 00:00:00Z' + n * interval '1 minute' FROM generate_series(1, 20000) n"
    )
    await store.database.fetch(filled)
    await store.database.fetch(f"ANALYZE {name}")
    made = sql.search(table, read_where(table, where), Order(), 100, 0)
    plan = await store.database.fetch(f"EXPLAIN {made.text}", *made.values)
    assert f"{name}_{index}" in "\n".join(row["QUERY PLAN"] for row in plan)


LOGINS = st.none() | st.sampled_from(["", "a", "A", "ab", "b", "ž", "a" * 250, "a" * 250 + "b", "\ud7ff", "\U0010ffff"])
AGES = st.none() | st.integers(-3, 3) | st.sampled_from([0.5, -0.5])
DATES = st.none() | st.sampled_from(["2026-01-01T00:00:00.000Z", "2026-01-02T00:00:00.000Z"])
VALUES = st.fixed_dictionaries({"Login": LOGINS, "Age": AGES, "Active": st.none() | st.booleans(), "Since": DATES})
ORDERED = ["less than", "less than or equal to", "greater than", "greater than or equal to"]
SAME = ["equal to", "not equal to", "=", "!="]


def comparison(column: str, values: st.SearchStrategy[JSON], extra: list[str]) -> st.SearchStrategy[JSON]:
    one = st.fixed_dictionaries({"column": st.just(column), "is": st.sampled_from(SAME + extra), "b": values})
    lists = st.lists(values, max_size=3)
    several = st.fixed_dictionaries({"column": st.just(column), "is": st.sampled_from(["in", "not in"]), "b": lists})
    none = st.fixed_dictionaries({"column": st.just(column), "is": st.sampled_from(["is empty", "is not empty"])})
    return one | several | none  # type: ignore[return-value]


def parts_of_texts() -> st.SearchStrategy[JSON]:
    said = st.sampled_from(["starts with", "ends with", "contains"])
    texts = st.sampled_from(["a", "b", "ž", "a" * 201, "\ud7ff", "\U0010ffff"])
    return st.fixed_dictionaries({"column": st.just("Login"), "is": said, "b": texts})  # type: ignore[return-value]


COMPARISONS = (
    comparison("Login", LOGINS, ORDERED)
    | parts_of_texts()
    | comparison("Age", AGES, ORDERED)
    | comparison("Since", DATES, ORDERED)
    | comparison("Active", st.none() | st.booleans(), [])
)
CONDITIONS = st.recursive(
    COMPARISONS,
    lambda inner: st.sampled_from(["all", "any", "none"]).flatmap(
        lambda kind: st.fixed_dictionaries({kind: st.lists(inner, min_size=1, max_size=3)})
    ),
    max_leaves=4,
)


def holds(where: JSON, values: Mapping[str, JSON]) -> bool:
    """What the documentation says of a condition."""
    assert isinstance(where, dict)
    for kind, judge in (("all", all), ("any", any), ("none", lambda tests: not any(tests))):
        if kind in where:
            return judge(holds(part, values) for part in where[kind])  # type: ignore[union-attr]
    mine, said, other = values[str(where["column"])], str(where["is"]), where.get("b")
    mine, other = (None if value == "" else value for value in (mine, other))
    match said:
        case "is empty":
            return mine is None
        case "is not empty":
            return mine is not None
        case "equal to" | "=":
            return mine == other
        case "not equal to" | "!=":
            return mine != other
        case "in" | "not in":
            within = mine in [None if value == "" else value for value in other]  # type: ignore[union-attr]
            return within is (said == "in")
    if mine is None or other is None:
        return False
    match said:
        case "starts with":
            return mine.startswith(other)  # type: ignore[union-attr]
        case "ends with":
            return mine.endswith(other)  # type: ignore[union-attr]
        case "contains":
            return other in mine  # type: ignore[operator]
        case "less than":
            return mine < other  # type: ignore[operator]
        case "less than or equal to":
            return mine <= other  # type: ignore[operator]
        case "greater than":
            return mine > other  # type: ignore[operator]
        case _:
            return mine >= other  # type: ignore[operator]


def sorted_by(rows: list[Row], column: str, falling: bool) -> list[Row]:
    """Empty cells (null) before all others, texts by their first 200 characters, equal ones by id."""

    def key(row: Row) -> tuple[object, ...]:
        if not column:
            return (row.id,)
        value = row.values[column]
        head = value[:200] if isinstance(value, str) else value
        return (value is not None, head if value is not None else 0, row.id)

    return sorted(rows, key=key, reverse=falling)  # type: ignore[arg-type]


@given(data=st.data())
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_searches_find_what_the_documentation_says(store: Store, data: st.DataObject) -> None:
    table = await store.tables.get("people") or await people(store, unique=())
    await store.rows.apply(ClearTable("people"))
    given_rows = data.draw(st.lists(VALUES, max_size=12))
    chunk = [(new_id(), tuple(cells_of_row(table, values))) for values in given_rows]
    if chunk:
        await store.rows.put(table, Chunk(table.columns[:4], chunk))
    everything = list(await store.rows.search(table, None, Order(), 100))
    assert len(everything) == len(given_rows)
    for _ in range(6):
        where = data.draw(CONDITIONS)
        column, falling = data.draw(st.sampled_from(["", "Login", "Age", "Since", "Active"])), data.draw(st.booleans())
        condition, order = read_where(table, where), read_order(table, column, "desc" if falling else "asc")
        wanted = sorted_by([row for row in everything if holds(where, row.values)], column, falling)
        assert list(await store.rows.search(table, condition, order, 100)) == wanted
        assert list(await store.rows.search(table, condition, order, 2, 1)) == wanted[1:3]
        assert await store.rows.count(table, condition) == len(wanted)
        paged: list[Row] = []
        after: str | None = None
        while True:
            page = await store.rows.page(table, condition, order, 2, after)
            paged += page.rows
            after = page.next
            if after is None:
                break
        assert paged == wanted


def cells_of_row(table: Table, values: Mapping[str, JSON]) -> list[object]:
    cells = cells_of(table, values)
    return [cells[column.number] for column in table.columns[:4]]


async def test_a_place_that_is_none_is_refused(store: Store) -> None:
    table = await people(store)
    for order in (Order(), read_order(table, "Age", "asc"), read_order(table, "Since", "desc")):
        for after in ("", "x", "W10", "WyJ4IiwieCJd"):
            with pytest.raises(BadCursor):
                await store.rows.page(table, None, order, 2, after)


async def test_a_listing_by_a_column_goes_by_the_index_however_deep(store: Store) -> None:
    table = await people(store, unique=())
    name = f"table_rows_{table.number}"
    await store.database.fetch(
        f"INSERT INTO {name} (id, created, updated, c2) "
        "SELECT gen_random_uuid(), now(), now(), n FROM generate_series(1, 20000) n"
    )
    await store.database.fetch(f"ANALYZE {name}")
    order = read_order(table, "Age", "desc")
    [deep, _] = sql.following(table, None, order, 100, sql.Place(Decimal(500), new_id()))
    plan = await store.database.fetch(f"EXPLAIN {deep.text}", *deep.values)
    told = "\n".join(row["QUERY PLAN"] for row in plan)
    assert f"{name}_c2" in told
    assert "Sort" not in told
