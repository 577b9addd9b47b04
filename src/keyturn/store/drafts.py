"""Drafts of flows (``library.ports.DraftStore``)."""

from __future__ import annotations

import builtins
from collections.abc import Mapping, Sequence

from keyturn.flows.json import Values
from keyturn.flows.paging import Page, PageRequest
from keyturn.library.ports import DraftHead, DraftRecord, NewDraft, started_by
from keyturn.library.words import excerpt

from .cursors import mark, page_of, page_size, place
from .database import Database
from .driver import Row
from .payloads import clean, clean_or_none, each_word, pack, unpack_values
from .sql import drafts as sql


class PostgresDrafts:
    """DraftStore on Postgres. Every method raises StoreUnavailable if the database is away."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, flow_id: str) -> DraftRecord | None:
        row = await self._database.read_one(sql.GET, clean(flow_id))
        return None if row is None else _record(row)

    async def list(self, page: PageRequest, search: str = "") -> Page[DraftHead]:
        """Drafts by the id of their flow, without their documents.

        Raises:
            BadCursor: ``after`` is not of this listing.
        """
        size = page_size(page)
        after = place(page.after, str)[0] if page.after is not None else None
        rows = await self._database.read(sql.LIST, size + 1, after, each_word(search))
        heads: builtins.list[DraftHead] = [_head(row, search) for row in rows]
        return page_of(heads, size, lambda draft: mark(draft.flow_id))

    async def whole(self, page: PageRequest) -> Page[DraftRecord]:
        """Drafts with their documents, by the id of their flow.

        Raises:
            BadCursor: ``after`` is not of this listing.
        """
        size = page_size(page)
        after = place(page.after, str)[0] if page.after is not None else None
        rows = await self._database.read(sql.LIST_WHOLE, size + 1, after)
        return page_of([_record(row) for row in rows], size, lambda draft: mark(draft.flow_id))

    async def names(self, flow_ids: Sequence[str]) -> Mapping[str, str]:
        """Names of the drafts of these flows, by the id of the flow."""
        rows = await self._database.read(sql.GET_NAMES, [clean(flow_id) for flow_id in flow_ids])
        return {row["flow_id"]: row["name"] for row in rows}

    async def put(self, draft: NewDraft, follows: int) -> DraftRecord | None:
        """Keep a draft if the stored one has the revision ``follows``; None if it has another.

        The statement may have been sent twice, its first answer lost: the caller compares the documents.
        """
        row = await self._database.read_one(
            sql.PUT,
            clean(draft.flow_id),
            clean(draft.name),
            pack(draft.document),
            follows,
            draft.base_version,
            clean(draft.author),
            clean_or_none(draft.folder),
            clean(draft.words),
            draft.same,
        )
        return None if row is None else _record(row)

    async def delete(self, flow_id: str, revision: int | None = None) -> bool:
        """Throw a draft away; only that revision of it, if one is given."""
        return await self._database.read_one(sql.DELETE, clean(flow_id), revision) is not None


def _head(row: Row, search: str) -> DraftHead:
    told = dict(row)
    document: Values = unpack_values(told.pop("document")) or {}
    found = excerpt(str(told.pop("found")), search)
    return DraftHead(**told, found=found, event_card=started_by(document))


def _record(row: Row) -> DraftRecord:
    values: Values = unpack_values(row["document"]) or {}
    return DraftRecord(
        flow_id=row["flow_id"],
        name=row["name"],
        revision=row["revision"],
        base_version=row["base_version"],
        author=row["author"],
        updated_at=row["updated_at"],
        folder=row["folder"],
        same=row["same"],
        document=values,
        event_card="" if row["base_version"] else started_by(values),
    )
