"""Checks of what table cards name: the table, and its columns. What other cards give is looked at when it runs."""

from __future__ import annotations

from collections.abc import Iterator

from .check_values import Say
from .document import Card, Flow
from .interface import TableInterface, World
from .json import JSON
from .rows import table_named
from .scope import Path
from .spec import CardSpec, Catalogue, FieldFormat, FieldSpec
from .suggest import did_you_mean, shown

_GROUPS = ("all", "any", "none")


def tables_of(flow: Flow, catalogue: Catalogue) -> set[str]:
    """The tables that the cards of a flow name."""
    found: set[str] = set()
    for card in flow.walk():
        spec = catalogue.get(card.card)
        named = table_named(card, spec) if spec else None
        if named is not None:
            found.add(named[1])
    return found


class TableCheck:
    """Checks tables and columns that cards name, where it is known which there are."""

    def __init__(self, say: Say, world: World | None) -> None:
        self._say = say
        self._world = world

    def known(self, table_id: str) -> TableInterface | None:
        """A table, where it is known which there are."""
        return self._world.table(table_id) if self._world is not None and self._world.knows_tables() else None

    def card(self, card: Card, spec: CardSpec, path: Path) -> None:
        """What a card names that is not there."""
        fields = spec.signature(card.options).inputs
        named_columns = [
            (one, name, at) for one in fields for name, at in _columns_named(one, card.inputs.get(one.name))
        ]
        for one, name, inner in named_columns:
            if not name:
                what, mend = "No column is chosen.", "Choose one, or take away what is to have it."
                here = (*path, "inputs", one.name, *inner)
                self._say("missing-column", what, mend, here, card.id, one.name)
        named = table_named(card, spec)
        if named is None or self._world is None or not self._world.knows_tables():
            return
        field, table_id = named
        table = self._world.table(table_id)
        if table is None:
            what, mend = f"There is no table {shown(table_id)}.", "Make it, or choose another: keyturn tables list."
            here, parts = (*path, "inputs", field.name), {"value": table_id}
            self._say("unknown-table", what, mend, here, card.id, field.name, parts=parts)
            return
        for one, name, inner in named_columns:
            if name:
                self._column(table, one, name, card.id, (*path, "inputs", one.name, *inner))

    def _column(self, table: TableInterface, field: FieldSpec, name: str, card: str, path: Path) -> None:
        if name not in table.columns:
            what = f"The table {table.id!r} has no column {shown(name)}."
            mend = did_you_mean(name, sorted(table.columns), "It has")
            parts = {"name": name, "names": ", ".join(sorted(table.columns))}
            self._say("unknown-column", what, mend, path, card, field.name, parts=parts)
        elif field.format is FieldFormat.UNIQUE_COLUMN and name not in table.unique:
            what = f"The column {name!r} of {table.id!r} is not unique, so that it cannot tell which row is meant."
            unique = ", ".join(map(repr, sorted(table.unique)))
            mend = f"Unique are: {unique}." if unique else "Make a column of the table unique."
            parts = {"name": name, "names": ", ".join(sorted(table.unique))}
            self._say("not-unique", what, mend, path, card, field.name, parts=parts)


def _columns_named(field: FieldSpec, raw: JSON) -> Iterator[tuple[str, Path]]:
    """The columns that the author wrote into an input, each with where; empty where one is still to be chosen."""
    match field.format:
        case FieldFormat.COLUMN | FieldFormat.UNIQUE_COLUMN:
            yield from _written(raw)
            if raw == "" and field.required:
                yield "", ()
        case FieldFormat.ROW_VALUES if isinstance(raw, dict):
            yield from ((name, (name,)) for name in raw)
        case FieldFormat.ROW_CONDITION:
            yield from _compared(raw)
        case _:
            return


def _written(raw: JSON) -> Iterator[tuple[str, Path]]:
    if isinstance(raw, str) and raw and "{{" not in raw:
        yield raw, ()
    elif isinstance(raw, list):
        for number, item in enumerate(raw):
            yield from ((name, (number, *inner)) for name, inner in _written(item))


def _compared(raw: JSON) -> Iterator[tuple[str, Path]]:
    if not isinstance(raw, dict):
        return
    for group in _GROUPS:
        parts = raw.get(group)
        for number, part in enumerate(parts if isinstance(parts, list) else []):
            yield from ((name, (group, number, *inner)) for name, inner in _compared(part))
    column = raw.get("column")
    if raw and column in (None, "") and not any(group in raw for group in _GROUPS):
        yield "", ("column",)
    yield from ((name, ("column", *inner)) for name, inner in _written(column))
