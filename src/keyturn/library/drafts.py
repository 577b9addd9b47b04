"""Drafts: what people are making of flows, apart from what is published. Nobody overwrites what they did not see."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence, Set
from dataclasses import replace

from keyturn.flows.document import FLOW_ID, Flow
from keyturn.flows.json import Values
from keyturn.flows.json_format import from_json
from keyturn.flows.paging import Page, PageRequest
from keyturn.flows.problems import Problem, ProblemError

from .alone import CardTrial
from .difference import difference
from .library import Library, Published
from .ports import DraftHead, DraftRecord, DraftStore, NewDraft, StaleVersion, VersionRecord
from .stand_ins import StandIns

_LONGEST_ID = 120
_LONGEST_NAME = 200
# Drafts that are read together; documents may be large.
_AT_ONCE = 50


class NoSuchDraft(Exception):
    """The flow has no draft."""

    mend = "Save one first. It may have been published or thrown away meanwhile: read the flow anew."


class DraftChanged(Exception):
    """The draft has another revision than the one that a change follows: somebody else has changed it."""

    mend = "Read the draft anew, and make your change to it."


class Drafts:
    """Keeps drafts, publishes them, and has them tried."""

    def __init__(self, store: DraftStore, library: Library) -> None:
        self._store = store
        self._library = library

    async def list(self, page: PageRequest, search: str = "") -> Page[DraftHead]:
        return await self._store.list(page, search)

    async def flows(self) -> AsyncIterator[tuple[DraftHead, Flow]]:
        """All drafts as flows, by id; of one whose shape is wrong somewhere, what is right."""
        page: PageRequest | None = PageRequest(_AT_ONCE)
        while page is not None:
            shown = await self._store.whole(page)
            for draft in shown.rows:
                loaded = from_json(draft.document)
                flow = loaded.flow or loaded.rest
                if flow is not None:
                    yield draft, flow
            page = PageRequest(_AT_ONCE, shown.next) if shown.next else None

    async def names(self, flow_ids: Set[str]) -> Mapping[str, str]:
        """What these flows are called: by what is published of them, else by their draft; others are left out."""
        published = await self._library.names(flow_ids)
        rest = flow_ids - published.keys()
        return {**(await self._store.names(sorted(rest)) if rest else {}), **published}

    async def find(self, flow_id: str) -> DraftRecord | None:
        """The draft of a flow, or None."""
        return await self._store.get(flow_id)

    async def get(self, flow_id: str) -> DraftRecord:
        """The draft of a flow.

        Raises:
            NoSuchDraft: it has none.
        """
        draft = await self._store.get(flow_id)
        if draft is None:
            raise NoSuchDraft(f"There is no draft of {flow_id!r}.")
        return draft

    async def changes(self, flow_id: str) -> list[str]:
        """What a draft changes in what is published, in words; all is new where nothing is.

        Of what has a wrong shape somewhere, what is right is compared.

        Raises:
            NoSuchDraft: it has none.
            ProblemError: nothing of it is right.
        """
        draft = _right_in(await self.get(flow_id))
        published = await self._library.version(flow_id)
        return difference(_right_in(published) if published is not None else replace(draft, cards=()), draft)

    async def put(self, flow_id: str, document: Values, *, follows: int, base_version: int, author: str) -> DraftRecord:
        """Keep a draft. The same document again changes nothing; one that says what is published counts as none.

        Args:
            follows: the revision that the author has seen; 0 for none.
            base_version: the published version that it is to replace; 0 for none.

        Raises:
            ProblemError: the document is of another flow, or the id is none.
            DraftChanged: the draft was changed meanwhile.
            StaleVersion: it is begun on another version than the published one.
        """
        _check_id(flow_id, document)
        if follows == 0:
            await self._begins_on(flow_id, base_version)
        name = document.get("name")
        shown = name[:_LONGEST_NAME] if isinstance(name, str) and name else flow_id
        folder = document.get("folder")
        wanted = folder if isinstance(folder, str) and len(folder) <= _LONGEST_ID else None
        words = self._library.words(document)
        same = await self._says_the_same(flow_id, document, base_version)
        draft = NewDraft(flow_id, shown, document, base_version, author, wanted, words, same)
        stored = await self._store.put(draft, follows)
        if stored is not None:
            return stored
        current = await self._store.get(flow_id)
        if current is not None and current.document == document and current.base_version == base_version:
            return current
        raise _changed(flow_id, current)

    async def _says_the_same(self, flow_id: str, document: Values, base_version: int) -> bool:
        """Whether it is what was published: then all that was changed has been taken back."""
        base = await self._library.version(flow_id, base_version) if base_version else None
        flow = from_json(document).flow if base is not None else None
        return base is not None and flow is not None and flow == from_json(base.document).flow

    async def _begins_on(self, flow_id: str, base_version: int) -> None:
        current = await self._library.version(flow_id)
        if (current.version if current else 0) != base_version:
            raise StaleVersion(flow_id, current.version if current else 0, current.author if current else "")

    async def delete(self, flow_id: str, revision: int | None = None) -> None:
        """Throw a draft away; one that is not there is no error.

        Raises:
            DraftChanged: it has another revision.
        """
        if not await self._store.delete(flow_id, revision):
            current = await self._store.get(flow_id)
            if current is not None:
                raise _changed(flow_id, current)

    async def publish(self, flow_id: str, revision: int, author: str, *, breaks_callers: bool = False) -> Published:
        """Publish a draft and throw it away.

        Args:
            breaks_callers: also if published flows that call it do not fit it any more.

        Raises:
            NoSuchDraft, DraftChanged: there is none, or it was changed meanwhile.
            ProblemError: it has problems, or flows that call it would have.
            StaleVersion: another version was published since the draft was begun.
        """
        draft = await self._at(flow_id, revision)
        published = await self._library.publish(
            [_flow_in(draft)], author, follows={flow_id: draft.base_version}, breaks_callers=breaks_callers
        )
        await self._store.delete(flow_id, revision)
        return published

    async def try_out(
        self, flow_id: str, revision: int, author: str, stand_ins: StandIns | None = None
    ) -> VersionRecord:
        """Keep a draft as a version for runs that try it; what is published stays as it is.

        Args:
            revision: the draft's; 0 tries what is published, of which the author has seen no draft.
            stand_ins: the connections that it is tried with, and no others.

        Raises:
            NoSuchDraft, DraftChanged: there is none, or it was changed meanwhile.
            ProblemError: it has problems.
            ActsForReal: it, or a flow that it calls, would use another connection.
        """
        return await self._library.try_out(await self._tried(flow_id, revision), author, stand_ins)

    async def try_card(
        self, flow_id: str, revision: int, trial: CardTrial, author: str, stand_ins: StandIns | None = None
    ) -> VersionRecord:
        """As ``try_out``, of one card alone; what is wrong elsewhere in the draft does not matter.

        Raises:
            NoSuchDraft, DraftChanged: there is none, or it was changed meanwhile.
            ProblemError: the card or what it is given has problems.
            NeedsConfirmation: it acts on the world, and nobody has said that it may.
        """
        return await self._library.try_card(await self._tried(flow_id, revision), trial, author, stand_ins)

    async def _tried(self, flow_id: str, revision: int) -> Flow:
        if revision > 0:
            return _flow_in(await self._at(flow_id, revision))
        draft = await self._store.get(flow_id)
        if draft is not None:
            raise _changed(flow_id, draft)
        published = await self._library.version(flow_id)
        if published is None:
            raise NoSuchDraft(f"There is no draft of {flow_id!r}.")
        return _flow_in(published)

    async def _at(self, flow_id: str, revision: int) -> DraftRecord:
        draft = await self.get(flow_id)
        if draft.revision != revision:
            raise _changed(flow_id, draft)
        return draft


def _flow_in(kept: DraftRecord | VersionRecord) -> Flow:
    loaded = from_json(kept.document)
    if loaded.flow is None:
        raise ProblemError(loaded.problems)
    return loaded.flow


def _right_in(kept: DraftRecord | VersionRecord) -> Flow:
    loaded = from_json(kept.document)
    flow = loaded.flow or loaded.rest
    if flow is None:
        raise ProblemError(loaded.problems)
    return flow


def _changed(flow_id: str, current: DraftRecord | None) -> DraftChanged:
    if current is None:
        return DraftChanged(f"The draft of {flow_id!r} was published or thrown away meanwhile.")
    return DraftChanged(f"{current.author} has changed the draft of {flow_id!r} meanwhile.")


def _check_id(flow_id: str, document: Values) -> None:
    problems: Sequence[Problem] = ()
    if FLOW_ID.match(flow_id) is None or len(flow_id) > _LONGEST_ID:
        mend = "Ids are small letters and digits with - or _ between them."
        problems = [Problem("bad-id", f"{flow_id[:60]!r} is no id of a flow.", mend, field="id", path=("id",))]
    elif document.get("id") != flow_id:
        mend = "An id never changes: duplicate the flow to have it under another."
        what = f"The document's id is not {flow_id!r}."
        problems = [Problem("other-id", what, mend, flow=flow_id, field="id", path=("id",))]
    if problems:
        raise ProblemError(problems)
