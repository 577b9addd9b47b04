"""Statements on the rows of a table: made from its columns and from conditions, with all values as parameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from keyturn.data.cells import Cell
from keyturn.data.model import Column, Table
from keyturn.data.search import Comparison, Condition, Group, Operator, Order, Subject, System
from keyturn.flows.types import TEXT

from .tables import PREFIX, column_name, column_type, indexed, rows_name, unique_where

_SIGNS = {
    Operator.GREATER: ">",
    Operator.LESS: "<",
    Operator.GREATER_OR_EQUAL: ">=",
    Operator.LESS_OR_EQUAL: "<=",
}
_JOINS = {"all": " AND ", "any": " OR ", "none": " OR "}
_SYSTEM = {System.CREATED: "created", System.UPDATED: "updated"}


@dataclass(slots=True)
class Statement:
    """A statement while it is made: its text, and the values of its parameters."""

    text: str = ""
    values: list[object] = field(default_factory=list[object])

    def add(self, value: object, kind: str) -> str:
        """A parameter."""
        self.values.append(value)
        return f"${len(self.values)}::{kind}"


def _cast(column: Column) -> str:
    return "text" if column_type(column).startswith("text") else column_type(column)


def _names(subject: Subject) -> tuple[str, str]:
    """A subject's name in the database, and its type."""
    if isinstance(subject, System):
        return _SYSTEM[subject], "timestamptz"
    return column_name(subject), _cast(subject)


def _is_text(subject: Subject) -> bool:
    return isinstance(subject, Column) and _cast(subject) == "text"


def condition(made: Statement, wanted: Condition | None) -> str:
    """The text of a condition; its values become parameters."""
    match wanted:
        case None:
            return "true"
        case Group(kind=kind, parts=parts):
            joined = _JOINS[kind].join(condition(made, part) for part in parts)
            return f"NOT ({joined})" if kind == "none" else f"({joined})"
        case Comparison():
            return _comparison(made, wanted)


def _comparison(made: Statement, wanted: Comparison) -> str:
    """Gives true or false and never null, so that groups that negate are right for empty cells."""
    name, kind = _names(wanted.subject)
    empty = _empty(wanted.subject, name)
    match wanted.operator:
        case Operator.EMPTY:
            return empty
        case Operator.NOT_EMPTY:
            return f"NOT {empty}"
        case Operator.EQUAL | Operator.NOT_EQUAL:
            same = empty if wanted.value is None else _equal(made, wanted.subject, wanted.value)
            return same if wanted.operator is Operator.EQUAL else f"NOT {same}"
        case Operator.IN | Operator.NOT_IN:
            within = _within(made, wanted, empty)
            return within if wanted.operator is Operator.IN else f"NOT {within}"
        case Operator.STARTS:
            return _starts(made, name, str(wanted.value))
        case Operator.ENDS | Operator.CONTAINS:
            return f"({name} IS NOT NULL AND {_part_of(made, wanted, name)})"
        case _:
            return "false" if wanted.value is None else _ordered(made, wanted, name, kind)


def _empty(subject: Subject, name: str) -> str:
    if not _is_text(subject):
        return f"({name} IS NULL)"
    if isinstance(subject, Column) and subject.searchable:
        head = indexed(subject)  # null and empty where the text is, and what the index holds
        return f"({head} IS NULL OR {head} = '')"
    return f"({name} IS NULL OR {name} IN ('[]', '{{}}'))"


def _equal(made: Statement, subject: Subject, value: Cell) -> str:
    name, kind = _names(subject)
    parameter = made.add(value, kind)
    if not _is_text(subject):
        return f"({name} IS NOT NULL AND {name} = {parameter})"
    return f"({name} IS NOT NULL AND left({name}, {PREFIX}) = left({parameter}, {PREFIX}) AND {name} = {parameter})"


def _within(made: Statement, wanted: Comparison, empty: str) -> str:
    name, kind = _names(wanted.subject)
    parameter = made.add(list(wanted.values), f"{kind}[]")
    found = f"({name} IS NOT NULL AND {name} = ANY({parameter}))"
    if _is_text(wanted.subject):
        heads = made.add([str(value)[:PREFIX] for value in wanted.values], "text[]")
        found = f"({name} IS NOT NULL AND left({name}, {PREFIX}) = ANY({heads}) AND {name} = ANY({parameter}))"
    return f"({found} OR {empty})" if wanted.or_empty else found


def _part_of(made: Statement, wanted: Comparison, name: str) -> str:
    parameter = made.add(wanted.value, "text")
    if wanted.operator is Operator.CONTAINS:
        return f"strpos({name}, {parameter}) > 0"
    return f"right({name}, length({parameter})) = {parameter}"


def _starts(made: Statement, name: str, start: str) -> str:
    """A range of the index, then the exact test."""
    head = made.add(start[:PREFIX], "text")
    whole = made.add(start, "text")
    beyond = _after_all_with(start[:PREFIX])
    upper = f" AND left({name}, {PREFIX}) < {made.add(beyond, 'text')}" if beyond else ""
    return f"({name} IS NOT NULL AND left({name}, {PREFIX}) >= {head}{upper} AND starts_with({name}, {whole}))"


def _after_all_with(start: str) -> str | None:
    """The smallest text after all that begin so, by code points; None if there is none."""
    for length in range(len(start), 0, -1):
        point = ord(start[length - 1])
        if point < 0x10FFFF:
            following = 0xE000 if point == 0xD7FF else point + 1
            return start[: length - 1] + chr(following)
    return None


def _ordered(made: Statement, wanted: Comparison, name: str, kind: str) -> str:
    sign, parameter = _SIGNS[wanted.operator], made.add(wanted.value, kind)
    if not _is_text(wanted.subject):
        return f"({name} IS NOT NULL AND {name} {sign} {parameter})"
    near = f"left({name}, {PREFIX}) {sign[0]}= left({parameter}, {PREFIX})"
    return f"({name} IS NOT NULL AND {name} <> '' AND {near} AND {name} {sign} {parameter})"


def _columns(table: Table) -> str:
    return "".join(f", {column_name(column)}" for column in table.columns)


@dataclass(frozen=True, slots=True)
class Place:
    """The place of a row in an order.

    Attributes:
        key: its value there (the beginning of a text); None for an empty cell, or where there is no subject.
    """

    key: Cell
    row_id: object


def sort_key(order: Order) -> str | None:
    """What rows are sorted by before their id."""
    if order.subject is None:
        return None
    return _SYSTEM[order.subject] if isinstance(order.subject, System) else indexed(order.subject)


def search(table: Table, where: Condition | None, order: Order, limit: int, offset: int) -> Statement:
    """Rows in an order, from a number on."""
    made = Statement()
    test = condition(made, where)
    made.text = (
        f"{_select(table, order)} WHERE {test} ORDER BY {_order(order)} "
        f"LIMIT {made.add(limit, 'bigint')} OFFSET {made.add(offset, 'bigint')}"
    )
    return made


def following(table: Table, where: Condition | None, order: Order, limit: int, after: Place | None) -> list[Statement]:
    """Rows in an order, after a place. Two statements where empty cells stand apart: the rows of the second follow
    those of the first, so that each is a range of an index."""
    key = sort_key(order)
    if key is None or isinstance(order.subject, System):
        return [_range(table, where, order, limit, after, key, "true")]
    parts = ["IS NULL", "IS NOT NULL"]
    if order.falling:
        parts.reverse()
    if after is not None:
        at = parts.index("IS NULL" if after.key is None else "IS NOT NULL")
        parts = parts[at:]
    made: list[Statement] = []
    for number, part in enumerate(parts):
        name = column_name(order.subject) if isinstance(order.subject, Column) else key
        begin = after if number == 0 else None
        of_part = None if part == "IS NULL" else key
        made.append(_range(table, where, order, limit, begin, of_part, f"{name} {part}"))
    return made


def _range(
    table: Table, where: Condition | None, order: Order, limit: int, after: Place | None, key: str | None, part: str
) -> Statement:
    made = Statement()
    test = condition(made, where)
    sign, way = ("<", " DESC") if order.falling else (">", "")
    if after is not None and key is None:
        part += f" AND id {sign} {made.add(after.row_id, 'uuid')}"
    elif after is not None:
        assert order.subject is not None
        given = made.add(after.key, _names(order.subject)[1])
        part += f" AND ({key}, id) {sign} ({given}, {made.add(after.row_id, 'uuid')})"
    nulls = " NULLS LAST" if order.falling else " NULLS FIRST"
    by = f"{key}{way}{nulls}, id{way}" if key else f"id{way}"
    made.text = f"{_select(table, order)} WHERE {part} AND {test} ORDER BY {by} LIMIT {made.add(limit, 'bigint')}"
    return made


def _select(table: Table, order: Order) -> str:
    key, rows = sort_key(order) or "NULL::text", rows_name(table.number)
    return f"SELECT id, created, updated{_columns(table)}, {key} AS sort_key FROM {rows}"


def _order(order: Order) -> str:
    key = sort_key(order)
    way, nulls = (" DESC", " NULLS LAST") if order.falling else ("", " NULLS FIRST")
    return f"{key}{way}{nulls}, id{way}" if key else f"id{way}"


def get(table: Table) -> str:
    """One row by its id."""
    return f"SELECT id, created, updated{_columns(table)} FROM {rows_name(table.number)} WHERE id = $1"


def count(table: Table, where: Condition | None) -> Statement:
    """How many rows there are."""
    made = Statement()
    made.text = f"SELECT count(*) AS rows FROM {rows_name(table.number)} WHERE {condition(made, where)}"
    return made


def insert(table: Table, row_id: object, cells: Mapping[int, Cell]) -> Statement:
    """A new row; nothing if its id or a unique value is there already."""
    made = Statement()
    made.text = f"{_insert(made, table, row_id, cells)} ON CONFLICT DO NOTHING RETURNING id"
    return made


def _insert(made: Statement, table: Table, row_id: object, cells: Mapping[int, Cell]) -> str:
    names, given = ["id", "created", "updated"], [made.add(row_id, "uuid"), "now()", "now()"]
    for column in table.columns:
        if column.number in cells:
            names.append(column_name(column))
            given.append(made.add(cells[column.number], _cast(column)))
    return f"INSERT INTO {rows_name(table.number)} ({', '.join(names)}) VALUES ({', '.join(given)})"


def update(table: Table, row_id: object, cells: Mapping[int, Cell], only_if: Condition | None) -> Statement:
    """New values for a row that meets a condition."""
    made = Statement()
    assigned = [
        f"{column_name(column)} = {made.add(cells[column.number], _cast(column))}"
        for column in table.columns
        if column.number in cells
    ]
    test = condition(made, only_if)
    made.text = (
        f"UPDATE {rows_name(table.number)} SET {', '.join([*assigned, 'updated = now()'])} "
        f"WHERE id = {made.add(row_id, 'uuid')} AND {test} RETURNING id"
    )
    return made


def upsert(
    table: Table, row_id: object, column: Column, new: Mapping[int, Cell], given: Mapping[int, Cell]
) -> Statement:
    """A new row, or new values for the one that has the same value in a unique column."""
    made = Statement()
    inserted = _insert(made, table, row_id, new)
    names = [column_name(one) for one in table.columns if one.number in given]
    assigned = ", ".join([*(f"{name} = excluded.{name}" for name in names), "updated = excluded.updated"])
    made.text = (
        f"{inserted} ON CONFLICT ({column_name(column)}){unique_where(column)} DO UPDATE SET {assigned} "
        "RETURNING id, (xmax = 0) AS created"
    )
    return made


def insert_many(table: Table, columns: Sequence[Column], rows: Sequence[Sequence[object]]) -> Statement:
    """New rows, each its id and the cells of these columns; gives the ids of those that went in."""
    made = Statement()
    made.text = f"{_insert_many(made, table, columns, rows)} ON CONFLICT DO NOTHING RETURNING id"
    return made


def present(table: Table) -> str:
    """Which of these ids there are."""
    return f"SELECT id FROM {rows_name(table.number)} WHERE id = ANY($1::uuid[])"


def upsert_many(
    table: Table, columns: Sequence[Column], rows: Sequence[Sequence[object]], match: Column, given: Sequence[Column]
) -> Statement:
    """As ``upsert`` for many rows, no two with the same value in ``match``; tells which are new."""
    made = Statement()
    inserted = _insert_many(made, table, columns, rows)
    assigned = [f"{column_name(one)} = excluded.{column_name(one)}" for one in given]
    made.text = (
        f"{inserted} ON CONFLICT ({column_name(match)}){unique_where(match)} "
        f"DO UPDATE SET {', '.join([*assigned, 'updated = excluded.updated'])} RETURNING id, (xmax = 0) AS created"
    )
    return made


def _insert_many(made: Statement, table: Table, columns: Sequence[Column], rows: Sequence[Sequence[object]]) -> str:
    turned = list(zip(*rows, strict=True))
    names = [column_name(column) for column in columns]
    kinds = ["uuid", *(_cast(column) for column in columns)]
    arrays = ", ".join(made.add(list(cells), f"{kind}[]") for cells, kind in zip(turned, kinds, strict=True))
    into = ", ".join(["id", "created", "updated", *names])
    return (
        f"INSERT INTO {rows_name(table.number)} ({into}) "
        f"SELECT given.id, now(), now(){''.join(f', given.{name}' for name in names)} "
        f"FROM unnest({arrays}) AS given ({', '.join(['id', *names])})"
    )


def find_same(table: Table, column: Column, value: Cell) -> Statement:
    """The row that has a unique value."""
    made = Statement()
    name = column_name(column)
    found = f"{name} = {made.add(value, _cast(column))}"
    also = f" AND {name} <> ''" if column.type == TEXT else ""
    made.text = f"SELECT id FROM {rows_name(table.number)} WHERE {found}{also}"
    return made


def look_over(table: Table) -> str:
    """Has Postgres know anew how values are spread, by which it chooses indexes."""
    return f"ANALYZE {rows_name(table.number)}"


def delete(table: Table) -> str:
    return f"DELETE FROM {rows_name(table.number)} WHERE id = $1 RETURNING id"


def lock(table: Table) -> str:
    """Nobody else reads or writes the rows until the transaction ends; comes before ``clear``."""
    return f"LOCK TABLE {rows_name(table.number)} IN ACCESS EXCLUSIVE MODE"


def clear(table: Table) -> str:
    return f"TRUNCATE {rows_name(table.number)}"
