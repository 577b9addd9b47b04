"""What the library needs from a store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from keyturn.flows.json import Values
from keyturn.flows.paging import Page, PageRequest


@dataclass(frozen=True, slots=True)
class FlowRecord:
    """A flow in the library.

    Attributes:
        version: the current published version, from 1.
        active: an inactive flow receives no events and cannot be called.
        event_card, event_connection: what starts it; subscriptions are found by them.
    """

    id: str
    name: str
    version: int
    active: bool
    event_card: str
    event_connection: str | None
    updated_at: datetime


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


@dataclass(frozen=True, slots=True)
class Manifest:
    """The content of a connector's manifest, kept for runs of the versions published with it."""

    digest: str
    connector: str
    content: str


class FlowStore(Protocol):
    """Where flows, versions and pinned manifests live."""

    async def publish(
        self, versions: Sequence[NewVersion], manifests: Sequence[Manifest], author: str
    ) -> list[VersionRecord]:
        """Publish all of them in one transaction; new flows become active.

        A flow whose current version has the same digest and manifests keeps that version (idempotent).
        A schedule that changed is planned anew from now on; one that did not keeps its place.
        """
        ...

    async def get(self, flow_id: str) -> FlowRecord | None: ...

    async def list(self, page: PageRequest, search: str = "") -> Page[FlowRecord]:
        """Flows by id; ``search`` matches id and name."""
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

    async def subscribed(self, event_card: str, connection: str) -> list[FlowRecord]:
        """Active flows that this event of this connection starts."""
        ...

    async def manifest(self, digest: str) -> Manifest | None: ...
