"""Tables for the store's tests."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from keyturn.app.ids import new_id
from keyturn.data.changes import CreateRow
from keyturn.data.model import Column, Table
from keyturn.data.ports import NewTable
from keyturn.flows.json import JSON
from keyturn.flows.types import Type
from keyturn.store import Store

PEOPLE = {"Login": "text", "Age": "number", "Active": "boolean", "Since": "datetime", "Tags": "list of text"}


def columns(types: Mapping[str, str], unique: tuple[str, ...] = (), **defaults: JSON) -> tuple[Column, ...]:
    """Columns of these types; those that can be searched are indexed."""
    made: list[Column] = []
    for number, (name, text) in enumerate(types.items(), 1):
        kind = Type.parse(text)
        plain = Column(name, kind, number)
        made.append(Column(name, kind, number, name in unique, plain.searchable, defaults.get(name)))
    return tuple(made)


async def people(store: Store, unique: tuple[str, ...] = ("Login",), table_id: str = "people") -> Table:
    """A table of people."""
    made = await store.tables.create(NewTable(table_id, "People", "", columns(PEOPLE, unique)))
    assert made is not None
    return made


async def add(store: Store, table: Table, **values: JSON) -> UUID:
    """A row."""
    row_id = new_id()
    await store.rows.apply(CreateRow(table.id, row_id, values))
    return row_id
