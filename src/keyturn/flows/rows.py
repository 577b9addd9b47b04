"""Rows of tables among the values of a flow: their columns are names that must be there.

A column that is empty is null in its row; one that the row does not have has another name by now, or is gone. So what
is looked for in a row and is not there is an error, and not null as elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeAlias

from .document import Card
from .interface import TableInterface
from .scope import Fields, outputs_of
from .spec import CardSpec, FieldFormat, FieldSpec
from .types import ANY, OBJECT, Type
from .values import ListOf, Name, ObjectOf, Reference, Step, Template, Value, ValueSyntaxError, parse_value

TablesKnown: TypeAlias = Callable[[str], TableInterface | None]
Roots: TypeAlias = Mapping[str, Fields]


def table_named(card: Card, spec: CardSpec) -> tuple[FieldSpec, str] | None:
    """The input that names a table, and the id, where the author wrote one."""
    for field in spec.inputs:
        raw = card.inputs.get(field.name)
        if field.format is FieldFormat.TABLE and isinstance(raw, str) and raw.strip() and "{{" not in raw:
            return field, raw.strip()
    return None


def given_by(card: Card, spec: CardSpec | None, tables: TablesKnown | None) -> Fields:
    """The fields that a card gives to those after it, rows of tables among them.

    Args:
        tables: which tables there are, where that is known.
    """
    fields = outputs_of(card, spec)
    rows = _rows_given(card, spec, tables) if spec is not None else {}
    return replace(fields, inside={**fields.inside, **rows}) if rows else fields


def _rows_given(card: Card, spec: CardSpec, tables: TablesKnown | None) -> dict[str, Fields]:
    """The outputs that are rows of a table, or lists of them; those that a failing card may give instead are not."""
    on_error = card.on_error
    given = on_error.values if on_error is not None and on_error.then == "continue" else {}
    if on_error is not None and on_error.then == "continue" and on_error.call is not None:
        return {}
    return {
        output.name: _row(card, spec, tables, output.type)
        for output in spec.signature(card.options).outputs
        if output.format is FieldFormat.ROW_VALUES and output.name not in given
    }


def record_of(card: Card, spec: CardSpec, tables: TablesKnown | None) -> Fields | None:
    """The record that a card hands to its helper flow, where it streams rows of a table."""
    rows = any(field.format is FieldFormat.TABLE for field in spec.inputs) and spec.signature(card.options).streams
    return _row(card, spec, tables, OBJECT) if rows else None


def item_of(card: Card, spec: CardSpec, roots: Roots) -> Fields | None:
    """The item of each round, where a card loops over rows of a table."""
    raw = card.inputs.get("list")
    if spec.rounds is None or "item" not in spec.rounds.sees or not isinstance(raw, str):
        return None
    try:
        value = parse_value(raw)
    except ValueSyntaxError:
        return None
    found = _held(value.path, roots.get(value.root)) if isinstance(value, Reference) else None
    return replace(found, whole=found.whole.item) if found is not None and found.whole.depth else None


def told_columns(value: Value, roots: Roots) -> Value:
    """The same value; its references know which of their steps names a column of a row."""
    match value:
        case Reference():
            return replace(value, column=_column(value.path, roots.get(value.root)))
        case Template(parts):
            return Template(tuple(_told(part, roots) if isinstance(part, Reference) else part for part in parts))
        case ListOf(items):
            return ListOf(tuple(told_columns(item, roots) for item in items))
        case ObjectOf(entries):
            return ObjectOf(tuple((key, told_columns(item, roots)) for key, item in entries))
        case _:
            return value


def _told(reference: Reference, roots: Roots) -> Reference:
    return replace(reference, column=_column(reference.path, roots.get(reference.root)))


def _row(card: Card, spec: CardSpec, tables: TablesKnown | None, whole: Type) -> Fields:
    named = table_named(card, spec)
    table = tables(named[1]) if named is not None and tables is not None else None
    if table is None:
        return Fields(open=True, whole=whole, table=named[1] if named else "")
    return Fields(dict.fromkeys(sorted(table.columns), ANY), whole=whole, table=table.id)


def _held(path: tuple[Step, ...], fields: Fields | None) -> Fields | None:
    """The row, or list of rows, at a path."""
    for step in path:
        if fields is None:
            return None
        if not isinstance(step, Name):
            fields = (
                replace(fields, whole=fields.whole.item) if fields.table is not None and fields.whole.depth else None
            )
        elif fields.table is not None:
            return None
        else:
            fields = fields.inside.get(step.name)
    return fields if fields is not None and fields.table is not None else None


def _column(path: tuple[Step, ...], fields: Fields | None) -> int | None:
    """Which step names a column of a row; None where none does."""
    for position, step in enumerate(path):
        row = _held(path[:position], fields)
        if row is not None and not row.whole.depth:
            return position if isinstance(step, Name) else None
    return None
