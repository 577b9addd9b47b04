"""Carries out the table cards that read or make files: Export to CSV and Import from CSV."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from uuid import UUID, uuid5

from keyturn.flows.actions import ActionCall, Done, Failed
from keyturn.flows.conversion import to_text
from keyturn.flows.errors import CardError
from keyturn.flows.json import JSON, Values

from .actions import given_table, whole
from .csv_text import BadCsv
from .errors import DataError, NoSuchTable
from .file_actions import CSV_TYPE, given_delimiter, given_text, make_file, outputs_of
from .files import Files
from .model import Table
from .ports import RowStore, TableStore
from .search import read_order, read_where
from .transfer import CsvExport, CsvImport, Progress, RowProblem

EXPORT, IMPORT = "table.export_csv", "table.import_csv"


class TableFiles:
    """Implements ``flows.actions.Actions`` for these two."""

    def __init__(self, tables: TableStore, rows: RowStore, files: Files) -> None:
        self._tables = tables
        self._rows = rows
        self._files = files

    async def perform(self, call: ActionCall) -> Done | Failed:
        """One attempt. Raises StoreUnavailable where the database is away."""
        try:
            table_id = given_table(call)
            table = await self._tables.get(table_id)
            if table is None:
                raise NoSuchTable(table_id)
            return Done(await (self._export(call, table) if call.card == EXPORT else self._import(call, table)))
        except BadCsv as error:
            return Failed(replace(error.detail, field=error.field or "file"), not_sent=True)
        except (DataError, CardError) as error:
            return Failed(error.detail, not_sent=True)

    async def _export(self, call: ActionCall, table: Table) -> Values:
        inputs = call.inputs
        named = inputs.get("columns")
        export = CsvExport(
            self._rows,
            table,
            columns=[to_text(name) for name in named] if isinstance(named, list) else [],
            where=read_where(table, inputs.get("where")),
            order=read_order(table, inputs.get("sort"), inputs.get("direction")),
            delimiter=given_delimiter(call),
            limit=whole(inputs, "limit") or None,
            offset=whole(inputs, "offset"),
        )
        export.names()
        name = given_text(call, "name") or f"{table.id}.csv"
        return outputs_of(await make_file(self._files, call, name, CSV_TYPE, _encoded(export.pieces())))

    async def _import(self, call: ActionCall, table: Table) -> Values:
        file = await self._files.find(call.inputs.get("file"))
        match = given_text(call, "match") or None
        started = CsvImport(self._rows, table, _ids(call), match, given_delimiter(call))
        pieces = self._files.contents(file)
        await started.begin(pieces)
        problems: list[JSON] = []
        last: Progress | None = None
        async for progress in started.run(pieces):
            last = progress
            problems += map(_shown, progress.problems)
        assert last is not None, "the last of it is always told"
        if last.stopped is not None:
            stored = f"{last.created + last.updated} rows before are stored."
            raise BadCsv(f"{last.stopped} {stored}", last.stopped.mend, "file")
        return {
            "read": last.read,
            "created": last.created,
            "updated": last.updated,
            "refused": last.refused,
            "problems": problems,
        }


def _shown(problem: RowProblem) -> JSON:
    return {"line": problem.line, "column": problem.column, "what": problem.what}


def _ids(call: ActionCall) -> Callable[[], UUID]:
    """The same ids for the same rows, however often the card is carried out in its run, in the order of the file.

    As all ids of rows they are UUIDs of version 7 (RFC 9562): the time is that of the root run, the number of the row
    follows, and the end tells this card from others of the tree.
    """
    moment = call.root_id.int >> 80
    which = uuid5(call.run_id, f"rows of {call.path}").int & 0xFFFF_FFFF
    number = 0

    def following() -> UUID:
        nonlocal number
        number += 1
        high, low = number >> 30 & 0xFFF, number & 0x3FFF_FFFF
        return UUID(int=moment << 80 | 7 << 76 | high << 64 | 2 << 62 | low << 32 | which)

    return following


async def _encoded(pieces: AsyncIterator[str]) -> AsyncIterator[bytes]:
    async for piece in pieces:
        yield piece.encode("utf-8", "replace")
