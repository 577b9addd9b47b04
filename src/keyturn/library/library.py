"""The library: checks flows against each other, publishes them together, and finds them again."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Callable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from typing import Protocol

import orjson

from keyturn.flows.check_tables import tables_of
from keyturn.flows.checker import FlowInterface, Retyped, check, check_rest, interface_of
from keyturn.flows.document import Flow
from keyturn.flows.interface import TableInterface
from keyturn.flows.json import Values
from keyturn.flows.json_format import from_json, to_json
from keyturn.flows.loading import Loaded
from keyturn.flows.paging import MAX_PAGE, Page, PageRequest
from keyturn.flows.parts import texts_in
from keyturn.flows.problems import Problem, ProblemError, errors
from keyturn.flows.schedules import SCHEDULE
from keyturn.flows.spec import Catalogue

from .alone import ActionTrial, CardTrial, alone, check_confirmed, flow_of
from .callers import broken_by, loses, misfits, refused
from .columns import Loss, cards_losing
from .mentions import calls_in, card_keys, connections_in
from .ports import EVERY_FLOW, FlowFilter, FlowRecord, FlowStore, Manifest, NewVersion, RecentRun, VersionRecord
from .stand_ins import StandIns, check_helper, stood_in
from .words import words_of

CALL_ASYNC = "flow.call_async"


class Manifests(Protocol):
    """The connectors' manifests as they are now."""

    def digest(self, connector: str) -> str | None:
        """The digest of a connector's manifest, or None if there is no such connector."""
        ...

    def content(self, connector: str) -> str | None:
        """The manifest itself."""
        ...


class ConnectionNames(Protocol):
    """Which connections there are."""

    async def connector_of(self, connection_id: str) -> str | None:
        """The connector of a connection, or None if there is no such connection."""
        ...

    async def may_use(self, connection_id: str, who: str) -> bool:
        """Whether somebody may build with a connection; with one that is not there, yes."""
        ...


class TableNames(Protocol):
    """Which tables there are."""

    async def interface(self, table_id: str) -> TableInterface | None:
        """What cards must know of a table, or None if there is no such table."""
        ...


OF_OTHERS = "connection-of-others"
"""The problem that a connection is for others to build with, which checking does not tell: it asks for nobody."""


@dataclass(frozen=True, slots=True)
class Published:
    """What came of publishing: the versions, and warnings."""

    versions: Sequence[VersionRecord]
    warnings: Sequence[Problem]


@dataclass(frozen=True, slots=True)
class FlowCalls:
    """A flow with the flows that it calls."""

    id: str
    name: str
    event_card: str
    calls: Sequence[str]


class FlowInUse(Exception):
    """A flow that others call is not deleted."""

    mend = "Take it out of these flows first, or switch it off."

    def __init__(self, flow_id: str, callers: Sequence[FlowCalls]) -> None:
        names = ", ".join(caller.name for caller in callers[:10])
        more = f" and {len(callers) - 10} more" if len(callers) > 10 else ""
        super().__init__(f"{flow_id!r} is called by {names}{more}.")


@dataclass(frozen=True, slots=True)
class _World:
    """What the checker sees around a set of flows."""

    interfaces: Mapping[str, FlowInterface]
    connectors: Mapping[str, str | None] | None
    tables: Mapping[str, TableInterface] | None

    def flow(self, flow_id: str) -> FlowInterface | None:
        return self.interfaces.get(flow_id)

    def connection(self, connection_id: str) -> str | None:
        return self.connectors.get(connection_id) if self.connectors is not None else None

    def knows_connections(self) -> bool:
        return self.connectors is not None

    def table(self, table_id: str) -> TableInterface | None:
        return self.tables.get(table_id) if self.tables is not None else None

    def knows_tables(self) -> bool:
        return self.tables is not None


class Library:
    """Checks, publishes and finds flows."""

    def __init__(
        self,
        store: FlowStore,
        catalogue: Catalogue,
        manifests: Manifests,
        connections: ConnectionNames,
        tables: TableNames | None = None,
    ) -> None:
        self._store = store
        self._catalogue = catalogue
        self._manifests = manifests
        self._connections = connections
        self._tables = tables

    async def check(self, flows: Sequence[Flow], *, connections: bool = True) -> list[Problem]:
        """All problems of a set of flows, with each other and with what is published.

        Args:
            connections: also say which connections are missing.
        """
        found = await self.check_documents([Loaded(flow) for flow in flows], connections=connections)
        return [problem for problems in found for problem in problems]

    async def check_documents(
        self,
        documents: Sequence[Loaded],
        *,
        connections: bool = True,
        retyped: Callable[[Retyped], None] | None = None,
        author: str | None = None,
    ) -> list[list[Problem]]:
        """As ``check``, for documents some of which may be no flows; of these the rest is checked too.

        Args:
            retyped: told of each value that becomes another type when it is used.
            author: who builds; then connections that are for others are problems.

        Returns for each document what is wrong beside the problems that it was loaded with.
        """
        flows = [flow for loaded in documents if (flow := loaded.flow or loaded.rest)]
        interfaces = {flow.id: interface_of(flow, self._catalogue) for flow in flows}
        for flow_id in sorted({call for flow in flows for call in calls_in(flow)} - interfaces.keys()):
            stored = await self._stored_interface(flow_id)
            if stored is not None:
                interfaces[flow_id] = stored
        known = await self._known_connections(flows) if connections else None
        world = _World(interfaces, known, await self._known_tables(flows))
        found = [
            check(loaded.flow, self._catalogue, world, retyped)
            if loaded.flow
            else check_rest(loaded, self._catalogue, world, retyped)
            for loaded in documents
        ]
        together = {flow.id for flow in flows}
        for number, flow_id in _repeated(documents):
            found[number].insert(0, same_id(flow_id))
        for loaded, problems in zip(documents, found, strict=True):
            flow = loaded.flow or loaded.rest
            if author is not None and flow is not None:
                problems += await self._of_others([flow], author)
            if loaded.flow is not None:
                problems += await self._broken_callers(interfaces[loaded.flow.id], together)
        return found

    async def _broken_callers(self, new: FlowInterface, together: Set[str]) -> list[Problem]:
        """What would be wrong in published flows that call one as it is, once it is as it should be.

        Args:
            together: flows that are checked, which fit or do not by themselves.
        """
        former = await self._stored_interface(new.id)
        if former is None or not loses(former, new):
            return []
        found: list[Problem] = []
        async for caller, around in self._calling({new.id}, together):
            found += broken_by(new, caller, around, self._catalogue)
        return found

    async def _calling(
        self, flow_ids: Set[str], without: Set[str]
    ) -> AsyncIterator[tuple[Flow, dict[str, FlowInterface]]]:
        """The other published flows that call one of these, each with the interfaces of what it calls."""
        async for record in self._current():
            if record.flow_id in without or flow_ids.isdisjoint(texts_in(record.document)):
                continue
            caller = from_json(record.document).flow
            if caller is not None and not flow_ids.isdisjoint(calls_in(caller)):
                stored = [await self._stored_interface(flow_id) for flow_id in sorted(calls_in(caller))]
                yield caller, {interface.id: interface for interface in stored if interface is not None}

    async def _note_fit(self, flows: Sequence[Flow], former: Sequence[FlowInterface | None]) -> None:
        """Keep what callers of these flows do not fit any more, or do again; who publishes a flow has seen its own."""
        counts = {flow.id: 0 for flow in flows}
        pairs = zip(flows, former, strict=True)
        others = {flow.id for flow, before in pairs if before not in (None, interface_of(flow, self._catalogue))}
        if others:
            async for caller, around in self._calling(others, {flow.id for flow in flows}):
                counts[caller.id] = misfits(caller, around, self._catalogue)
        await self._store.note_fit(counts)

    async def publish(
        self,
        flows: Sequence[Flow],
        author: str,
        *,
        follows: Mapping[str, int] | None = None,
        resting: Set[str] = frozenset(),
        breaks_callers: bool = False,
    ) -> Published:
        """Check and publish flows together, in one transaction; the same document makes no new version.

        Args:
            follows: for some of them the version that must be the current one, 0 for none.
            resting: ids of those that are switched off where they are new.
            breaks_callers: also if published flows that call one of them do not fit it any more.

        Raises:
            ProblemError: something is wrong in one of them, or in a flow that calls it; nothing is published.
            StaleVersion: one of them does not follow the version that it should; nothing is published.
        """
        found = await self.check(flows)
        problems = [*(found if breaks_callers else refused(found)), *await self._of_others(flows, author)]
        if errors(problems):
            raise ProblemError(problems)
        versions = [
            replace(self._new_version(flow), follows=(follows or {}).get(flow.id), active=flow.id not in resting)
            for flow in flows
        ]
        former = [await self._stored_interface(flow.id) for flow in flows]
        published = await self._store.publish(versions, self._manifests_of(versions), author)
        await self._note_fit(flows, former)
        return Published(published, problems)

    async def try_out(self, flow: Flow, author: str, stand_ins: StandIns | None = None) -> VersionRecord:
        """Check a flow and keep it as a version for runs that try it; what is published stays as it is.

        Args:
            stand_ins: the connections that it is tried with, and no others.

        Raises:
            ProblemError: something is wrong in it.
            ActsForReal: it, or a flow that it calls, would use another connection.
        """
        if stand_ins is not None:
            flow = stood_in(flow, stand_ins, self._catalogue)
            for helper in await self._helpers_of(flow):
                check_helper(helper, stand_ins)
        problems = [*await self.check([flow]), *await self._of_others([flow], author)]
        if errors(problems):
            raise ProblemError(problems)
        version = self._new_version(flow)
        return await self._store.try_out(version, self._manifests_of([version]), author)

    async def try_card(
        self, flow: Flow, trial: CardTrial, author: str, stand_ins: StandIns | None = None
    ) -> VersionRecord:
        """Check one card of a flow alone and keep that as a version for the run that tries it.

        Raises:
            ProblemError: something is wrong with the card or with what it is given.
            NeedsConfirmation: it acts on the world, and nobody has said that it may.
            ActsForReal: it, or a flow that it calls, would use another connection than ``stand_ins``.
        """
        only = alone(flow, trial.card, trial.inputs, trial.given, self._catalogue)
        if not trial.confirmed and stand_ins is None:
            check_confirmed(only.cards[0], self._catalogue)
        return await self.try_out(only, author, stand_ins)

    async def _helpers_of(self, flow: Flow) -> list[Flow]:
        """The published flows that a flow can come to by calls, itself left out."""
        waiting, known = calls_in(flow), {flow.id}
        found: list[Flow] = []
        while waiting:
            flow_id = waiting.pop()
            if flow_id not in known:
                known.add(flow_id)
                stored = await self._store.version(flow_id, None)
                helper = from_json(stored.document).flow if stored else None
                if helper is not None:
                    found.append(helper)
                    waiting |= calls_in(helper)
        return found

    async def delete(self, flow_id: str) -> bool:
        """Delete a flow that no other calls; False if there is none. Its versions stay for the runs of it.

        Raises:
            FlowInUse: published flows call it.
        """
        callers = await self.callers(flow_id)
        if callers:
            raise FlowInUse(flow_id, callers)
        return await self._store.delete(flow_id)

    async def callers(self, flow_id: str) -> list[FlowCalls]:
        """The other published flows that call a flow."""
        every = [_calls_in(record) async for record in self._current()]
        return [record for record in every if flow_id in record.calls and record.id != flow_id]

    async def calls(self, page: PageRequest) -> Page[FlowCalls]:
        """Which flow calls which, by flow id."""
        found = await self._store.current(page)
        return Page([_calls_in(record) for record in found.rows], found.next)

    async def recent_runs(self, flow_ids: Sequence[str], each: int) -> Mapping[str, Sequence[RecentRun]]:
        """The last runs of these flows, newest first; helper runs too."""
        return await self._store.recent_runs(flow_ids, each)

    async def using_connector(self, connector: str) -> list[FlowCalls]:
        """The published flows that a connector is needed for."""
        return [_calls_in(record) async for record in self._current() if connector in record.manifests]

    async def using_table(self, table_id: str) -> list[FlowCalls]:
        """The published flows whose cards name a table."""
        found: list[FlowCalls] = []
        async for record in self._current():
            flow = from_json(record.document).flow
            if flow is not None and table_id in tables_of(flow, self._catalogue):
                found.append(_calls_in(record))
        return found

    async def losing(self, loss: Loss) -> list[tuple[FlowCalls, Sequence[str]]]:
        """The published flows that use what a table is to lose, each with the titles of its cards that do."""
        found: list[tuple[FlowCalls, Sequence[str]]] = []
        async for record in self._current():
            flow = from_json(record.document).flow
            if flow is not None and loss.table.id in tables_of(flow, self._catalogue):
                cards = cards_losing(loss, flow, self._catalogue)
                found += [(_calls_in(record), cards)] if cards else []
        return found

    def names_table(self, flow: Flow, table_id: str) -> bool:
        """Whether a card of a flow names a table."""
        return table_id in tables_of(flow, self._catalogue)

    async def try_action(self, trial: ActionTrial, author: str) -> VersionRecord:
        """Check an action that no flow has yet and keep it as a version for the run that tries it.

        Raises:
            ProblemError: something is wrong with the card or with what it is given.
            NeedsConfirmation: it acts on the world, and nobody has said that it may.
        """
        flow = flow_of(trial)
        if not trial.confirmed:
            check_confirmed(flow.cards[0], self._catalogue)
        return await self.try_out(flow, author)

    async def _current(self) -> AsyncIterator[VersionRecord]:
        page: PageRequest | None = PageRequest(MAX_PAGE)
        while page is not None:
            found = await self._store.current(page)
            for record in found.rows:
                yield record
            page = PageRequest(MAX_PAGE, found.next) if found.next else None

    def _manifests_of(self, versions: Sequence[NewVersion]) -> list[Manifest]:
        names = sorted({name for version in versions for name in version.manifests})
        return [
            Manifest(version_digest, name, content)
            for name in names
            if (version_digest := self._manifests.digest(name)) and (content := self._manifests.content(name))
        ]

    async def get(self, flow_id: str) -> FlowRecord | None:
        return await self._store.get(flow_id)

    async def list(self, page: PageRequest, wanted: FlowFilter = EVERY_FLOW) -> Page[FlowRecord]:
        return await self._store.list(page, wanted)

    async def names(self, flow_ids: Set[str]) -> Mapping[str, str]:
        """Names of these flows by id; those that are not there are left out."""
        return await self._store.names(sorted(flow_ids)) if flow_ids else {}

    async def version(self, flow_id: str, version: int | None = None) -> VersionRecord | None:
        return await self._store.version(flow_id, version)

    async def versions(self, flow_id: str, page: PageRequest) -> Page[VersionRecord]:
        return await self._store.versions(flow_id, page)

    async def set_active(self, flow_id: str, active: bool) -> FlowRecord | None:
        return await self._store.set_active(flow_id, active)

    async def move(self, flow_id: str, folder: str | None) -> FlowRecord | None:
        """Put a flow into a folder, or at the top; this makes no version. Raises NoSuchFolder."""
        return await self._store.move(flow_id, folder)

    def _new_version(self, flow: Flow) -> NewVersion:
        document = to_json(flow)
        used = {spec.connector for key in card_keys(flow) if (spec := self._catalogue.get(key))}
        manifests = {name: digest for name in used if name and (digest := self._manifests.digest(name))}
        return NewVersion(
            flow_id=flow.id,
            name=flow.name,
            document=document,
            digest=document_digest(document),
            event_card=flow.event.card,
            event_connection=flow.event.connection,
            manifests=manifests,
            schedule=flow.event.options if flow.event.card == SCHEDULE else None,
            at_once=flow.limits.at_once if flow.limits else None,
            connections=tuple(sorted({card.connection for card in flow.walk() if card.connection})),
            calls=tuple(sorted(calls_in(flow, without=CALL_ASYNC))),
            folder=flow.folder,
            words=self.words(document),
        )

    def words(self, document: Values) -> str:
        """What a document is found by beside id and name."""
        return words_of(document, self._catalogue)

    async def _stored_interface(self, flow_id: str) -> FlowInterface | None:
        stored = await self._store.version(flow_id, None)
        flow = from_json(stored.document).flow if stored else None
        return interface_of(flow, self._catalogue) if flow else None

    async def _of_others(self, flows: Sequence[Flow], author: str) -> list[Problem]:
        """Connections that are for others than who publishes to build with: a problem for each card."""
        found: list[Problem] = []
        for flow in flows:
            places = [(None, flow.event.connection), *((card.id, card.connection) for card in flow.walk())]
            for card, connection in places:
                if connection is not None and not await self._connections.may_use(connection, author):
                    found.append(_of_others(flow.id, card, connection, author))
        return found

    async def _known_connections(self, flows: Sequence[Flow]) -> dict[str, str | None]:
        names = {name for flow in flows for name in connections_in(flow)}
        return {name: await self._connections.connector_of(name) for name in sorted(names)}

    async def _known_tables(self, flows: Sequence[Flow]) -> dict[str, TableInterface] | None:
        if self._tables is None:
            return None
        named = sorted({table for flow in flows for table in tables_of(flow, self._catalogue)})
        found = [await self._tables.interface(table_id) for table_id in named]
        return {table.id: table for table in found if table is not None}


def _of_others(flow_id: str, card: str | None, connection: str, author: str) -> Problem:
    what = f"The connection {connection!r} is for others than {author!r} to build with."
    mend = "Ask one of those whom it is for; whoever may change connections may add a name."
    parts = {"connection": connection, "author": author}
    return Problem(OF_OTHERS, what, mend, flow=flow_id, card=card, field="connection", said=OF_OTHERS, parts=parts)


def document_digest(document: Values) -> str:
    """SHA-256 of a document in canonical form, hex."""
    return hashlib.sha256(orjson.dumps(document, option=orjson.OPT_SORT_KEYS)).hexdigest()


def _calls_in(record: VersionRecord) -> FlowCalls:
    flow = from_json(record.document).flow
    if flow is None:  # made by another release: its id is known all the same
        return FlowCalls(record.flow_id, record.flow_id, "", ())
    return FlowCalls(flow.id, flow.name, flow.event.card, sorted(calls_in(flow)))


def _repeated(documents: Sequence[Loaded]) -> list[tuple[int, str]]:
    """The documents whose flow id stood in one before, with that id."""
    seen: set[str] = set()
    found: list[tuple[int, str]] = []
    for number, flow_id in enumerate(loaded.flow_id for loaded in documents):
        if flow_id is not None:
            found += [(number, flow_id)] if flow_id in seen else []
            seen.add(flow_id)
    return found


def same_id(flow_id: str, where: str = "") -> Problem:
    """Two flows have one id.

    Args:
        where: the place of the other one, if it is known.
    """
    what = f"Two flows have the id {flow_id!r}" + (f": the other one is in {where}." if where else ".")
    mend, parts = "Give one of them another id.", {"flow": flow_id}
    said = "duplicate-flow"
    return Problem(said, what, mend, flow=flow_id, field="id", path=("id",), said=said, parts=parts)
