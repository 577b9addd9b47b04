"""What the library needs from a store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from keyturn.flows.json import Values
from keyturn.flows.paging import Page, PageRequest


@dataclass(frozen=True, slots=True)
class FlowRecord:
    """A flow in the library.

    Attributes:
        version: the current published version, from 1.
        active: an inactive flow receives no events and cannot be called.
        event_card, event_connection: what starts it; subscriptions are found by them.
        folder: the folder that it is in; None at the top.
        unfit: how many problems it has with flows that it calls, since one of them was published anew.
        found: where a search found it, if not by id or name.
    """

    id: str
    name: str
    version: int
    active: bool
    event_card: str
    event_connection: str | None
    updated_at: datetime
    folder: str | None = None
    unfit: int = 0
    found: str = ""


@dataclass(frozen=True, slots=True)
class VersionRecord:
    """An immutable version of a flow.

    Attributes:
        document: the flow as JSON.
        digest: of the document; publishing the same document again makes no new version.
        manifests: connector name and digest of its manifest.
    """

    flow_id: str
    version: int
    document: Values
    digest: str
    manifests: Mapping[str, str]
    author: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class NewVersion:
    """A checked flow about to be published.

    Attributes:
        at_once: root runs of it at once, or None.
        connections: those that its own cards use.
        calls: helper flows that its runs wait for, whose connections they use as well.
        schedule: the options of its schedule, where one starts it; else None.
        follows: the version that must be the current one (0: none), or None if any may be.
        folder: where the document wants it; it is moved there if the version before wanted it elsewhere.
        active: whether a new flow is switched on; one that is there stays as it is.
        words: what it is found by beside id and name, in lines.
    """

    flow_id: str
    name: str
    document: Values
    digest: str
    event_card: str
    event_connection: str | None
    manifests: Mapping[str, str]
    at_once: int | None = None
    connections: tuple[str, ...] = ()
    calls: tuple[str, ...] = ()
    schedule: Values | None = None
    follows: int | None = None
    folder: str | None = None
    active: bool = True
    words: str = ""


@dataclass(frozen=True, slots=True)
class Manifest:
    """The content of a connector's manifest, kept for runs of the versions published with it."""

    digest: str
    connector: str
    content: str


@dataclass(frozen=True, slots=True)
class DraftHead:
    """A draft without its document.

    Attributes:
        revision: raised by each change; a change names the one that it follows.
        base_version: the published version that it began with; 0 for a flow that was not published yet.
        folder: where its document wants the flow; None where it says nothing.
        same: it says what the version says that it began with: nothing of it is to be published, and no list has it.
        found: where a search found it, if not by id or name.
        event_card: what starts the flow, where no version says it that was published.
    """

    flow_id: str
    name: str
    revision: int
    base_version: int
    author: str
    updated_at: datetime
    folder: str | None
    same: bool = field(default=False, kw_only=True)
    found: str = field(default="", kw_only=True)
    event_card: str = field(default="", kw_only=True)


def started_by(document: Values) -> str:
    """The event card of a document, which may be odd."""
    event = document.get("event")
    card = event.get("card") if isinstance(event, dict) else None
    return card if isinstance(card, str) else ""


@dataclass(frozen=True, slots=True)
class DraftRecord(DraftHead):
    """What somebody is making of a flow; it may have problems."""

    document: Values


@dataclass(frozen=True, slots=True)
class NewDraft:
    """A draft about to be kept."""

    flow_id: str
    name: str
    document: Values
    base_version: int
    author: str
    folder: str | None = None
    words: str = ""
    same: bool = False


@dataclass(frozen=True, slots=True)
class RecentRun:
    """How one of a flow's last runs went; ``took`` is None as long as it has not both begun and ended."""

    id: UUID
    status: str
    created_at: datetime
    took: timedelta | None = None


@dataclass(frozen=True, slots=True)
class FlowFilter:
    """Which flows are listed.

    Attributes:
        search: words, in upper or lower case, that all stand in id, name, texts, titles of cards, or in names
            and synonyms of cards and apps.
        connection: only those whose own cards or event use it.
        folder: only those that are in it; empty for those at the top.
        event: only those that this event card starts.
        unfit: only those that are on and do not fit what they call any more.
    """

    search: str = ""
    connection: str | None = None
    folder: str | None = None
    event: str | None = None
    unfit: bool = False


EVERY_FLOW = FlowFilter()


class StaleVersion(Exception):
    """Another version than the expected one is published by now.

    Attributes:
        current: the version that is published; 0 for none.
        author: who published it.
    """

    mend = "Look at what changed, then publish on top of it."

    def __init__(self, flow_id: str, current: int, author: str) -> None:
        self.current = current
        self.author = author
        what = f"version {current}, published by {author}," if current else "no version"
        super().__init__(f"It follows another version than the current one: of {flow_id!r} there is {what} by now.")


class DraftStore(Protocol):
    """Where drafts live: one for each flow, apart from its versions."""

    async def get(self, flow_id: str) -> DraftRecord | None: ...

    async def list(self, page: PageRequest, search: str = "") -> Page[DraftHead]:
        """Drafts that change something, by flow id; ``search`` as in ``FlowFilter``."""
        ...

    async def whole(self, page: PageRequest) -> Page[DraftRecord]:
        """Drafts with their documents, by flow id."""
        ...

    async def names(self, flow_ids: Sequence[str]) -> Mapping[str, str]:
        """Names that the drafts of these flows have, by the flow's id; those that are not there are left out."""
        ...

    async def put(self, draft: NewDraft, follows: int) -> DraftRecord | None:
        """Keep a draft that follows a revision (0: there is none yet); None if the stored one has another."""
        ...

    async def delete(self, flow_id: str, revision: int | None = None) -> bool:
        """Throw a draft away, of any revision or of this one; whether there was one."""
        ...


class FlowStore(Protocol):
    """Where flows, versions and pinned manifests live."""

    async def publish(
        self, versions: Sequence[NewVersion], manifests: Sequence[Manifest], author: str
    ) -> list[VersionRecord]:
        """Publish all of them in one transaction; new flows become active, if they are to be.

        A flow whose current version has the same digest and manifests keeps that version (idempotent).
        A schedule that changed is planned anew from now on; one that did not keeps its place.

        Raises:
            StaleVersion: a flow does not follow the version that it should.
        """
        ...

    async def try_out(self, version: NewVersion, manifests: Sequence[Manifest], author: str) -> VersionRecord:
        """Keep a version for runs that try it, without publishing it; the same document keeps its number."""
        ...

    async def delete(self, flow_id: str) -> bool:
        """Delete a flow with its schedule and tokens; its versions stay for the runs that were made of it."""
        ...

    async def current(self, page: PageRequest) -> Page[VersionRecord]:
        """The current version of every flow, by flow id."""
        ...

    async def recent_runs(self, flow_ids: Sequence[str], each: int) -> Mapping[str, Sequence[RecentRun]]:
        """The last runs of these flows, newest first; helper runs too."""
        ...

    async def get(self, flow_id: str) -> FlowRecord | None: ...

    async def note_fit(self, problems: Mapping[str, int]) -> None:
        """Keep how many problems flows have with what they call; others keep theirs."""
        ...

    async def list(self, page: PageRequest, wanted: FlowFilter = EVERY_FLOW) -> Page[FlowRecord]:
        """Flows by id."""
        ...

    async def names(self, flow_ids: Sequence[str]) -> Mapping[str, str]:
        """Names of these flows by id; those that are not there are left out."""
        ...

    async def version(self, flow_id: str, version: int | None) -> VersionRecord | None:
        """One version; the current one for None."""
        ...

    async def versions(self, flow_id: str, page: PageRequest) -> Page[VersionRecord]:
        """Versions, newest first."""
        ...

    async def set_active(self, flow_id: str, active: bool) -> FlowRecord | None:
        """Switch a flow on or off; its schedule rests meanwhile, and is planned from now on when it is on again."""
        ...

    async def move(self, flow_id: str, folder: str | None) -> FlowRecord | None:
        """Put a flow into a folder, or at the top; None if there is no such flow.

        Raises:
            NoSuchFolder
        """
        ...

    async def subscribed(self, event_card: str, connection: str) -> list[FlowRecord]:
        """Active flows that this event of this connection starts."""
        ...

    async def manifest(self, digest: str) -> Manifest | None: ...
