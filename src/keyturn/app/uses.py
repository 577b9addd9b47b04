"""Where things are used: asked before one is deleted, and what refuses to delete what is in use."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from keyturn.flows.document import Flow
from keyturn.flows.paging import MAX_PAGE, Page, PageRequest, Row
from keyturn.library.columns import Loss
from keyturn.library.drafts import Drafts
from keyturn.library.folders import Folders
from keyturn.library.library import FlowCalls, Library
from keyturn.library.mentions import calls_in, connections_in, connectors_in
from keyturn.library.ports import FlowFilter

from .connections import ConnectionDesk

_MOST_NAMED = 5


class UseKind(StrEnum):
    """What uses something."""

    FLOW = "flow"
    FOLDER = "folder"
    CONNECTION = "connection"


@dataclass(frozen=True, slots=True)
class Use:
    """Something that would miss what is to be deleted.

    Attributes:
        draft: the draft of a flow uses it, what is published of that flow does not.
    """

    kind: UseKind
    id: str
    name: str
    draft: bool = False


class InUse(Exception):
    """What published flows use is deleted, or made another, only if it is said that it is to go all the same."""

    def __init__(self, name: str, uses: Sequence[Use], what: str = "be deleted") -> None:
        self.mend = f"Take it out of these flows first, or say that it is to {what} all the same: even_if_used=true."
        shown = ", ".join(use.name for use in uses[:_MOST_NAMED])
        more = f" and {len(uses) - _MOST_NAMED} more" if len(uses) > _MOST_NAMED else ""
        super().__init__(f"{name!r} is used by {shown}{more}.")


class ColumnsInUse(Exception):
    """What cards of published flows use of a table changes only if it is said that it is to change all the same."""

    mend = (
        "Change these cards right after it, or leave the columns as they are. "
        "To change them all the same: even_if_used=true."
    )

    def __init__(self, told: Sequence[str]) -> None:
        super().__init__(" ".join(told))


class UseDesk:
    """Tells where connections, connectors, flows, folders and tables are used: by what is published, and by drafts."""

    def __init__(self, library: Library, drafts: Drafts, folders: Folders, connections: ConnectionDesk) -> None:
        self._library = library
        self._drafts = drafts
        self._folders = folders
        self._connections = connections

    async def of_connection(self, connection_id: str) -> Sequence[Use]:
        """The flows whose own cards or event use it."""
        flows = await self._with_connection(connection_id)
        return [*flows, *await self._drafted(flows, lambda flow: connection_id in connections_in(flow))]

    async def of_table(self, table_id: str) -> Sequence[Use]:
        """The flows whose cards name it."""
        flows = _flows(await self._library.using_table(table_id))
        return [*flows, *await self._drafted(flows, lambda flow: self._library.names_table(flow, table_id))]

    async def of_connector(self, connector: str) -> Sequence[Use]:
        """The flows that it is needed for, and its connections."""
        flows = _flows(await self._library.using_connector(connector))
        connections = [
            Use(UseKind.CONNECTION, view.id, view.name)
            for view in await _all(self._connections.list)
            if view.connector == connector
        ]
        return [*flows, *connections, *await self._drafted(flows, lambda flow: connector in connectors_in(flow))]

    async def of_flow(self, flow_id: str) -> Sequence[Use]:
        """The other flows that call it."""
        flows = _flows(await self._library.callers(flow_id))
        return [
            *flows,
            *await self._drafted(flows, lambda flow: flow.id != flow_id and flow_id in calls_in(flow)),
        ]

    async def _with_connection(self, connection_id: str) -> list[Use]:
        wanted = FlowFilter(connection=connection_id)
        found = await _all(lambda page: self._library.list(page, wanted))
        return [Use(UseKind.FLOW, flow.id, flow.name) for flow in found]

    async def _drafted(self, flows: Sequence[Use], uses: Callable[[Flow], bool]) -> list[Use]:
        """The drafts that use it, of flows of which nothing that uses it is published."""
        known = {flow.id for flow in flows}
        return [
            Use(UseKind.FLOW, head.flow_id, head.name, draft=True)
            async for head, flow in self._drafts.flows()
            if head.flow_id not in known and uses(flow)
        ]

    async def of_folder(self, folder_id: str) -> Sequence[Use]:
        """The folders and flows in it, those that were never published too; those deeper down left out."""
        wanted = FlowFilter(folder=folder_id)
        folders = await _all(lambda page: self._folders.list(page, folder_id))
        flows = await _all(lambda page: self._library.list(page, wanted))
        return [
            *(Use(UseKind.FOLDER, folder.id, folder.name) for folder in folders),
            *(Use(UseKind.FLOW, flow.id, flow.name) for flow in flows),
            *await self._only_drafted_in(folder_id),
        ]

    async def _only_drafted_in(self, folder_id: str) -> list[Use]:
        heads = [head for head in await _all(self._drafts.list) if head.folder == folder_id]
        published = await self._library.names({head.flow_id for head in heads})
        return [
            Use(UseKind.FLOW, head.flow_id, head.name, draft=True) for head in heads if head.flow_id not in published
        ]

    async def check_connection(self, connection_id: str) -> None:
        """Raises InUse if published flows use it."""
        _check(connection_id, await self._with_connection(connection_id))

    async def check_turned(self, connection_id: str, connector: str) -> None:
        """Raises InUse if published flows use a connection that is to be one of another app: their cards would fail as
        if it were gone."""
        before = await self._connections.connector_of(connection_id)
        if before not in (None, connector) and (uses := await self._with_connection(connection_id)):
            raise InUse(connection_id, uses, f"be one of {connector} instead of {before}")

    async def check_table(self, table_id: str) -> None:
        """Raises InUse if published flows use it."""
        _check(table_id, _flows(await self._library.using_table(table_id)))

    async def check_columns(self, losses: Sequence[Loss]) -> None:
        """Raises ColumnsInUse if cards of published flows use what a table is to lose."""
        told: list[str] = []
        for loss in losses:
            users = [f"{flow.name} ({', '.join(cards)})" for flow, cards in await self._library.losing(loss)]
            if users:
                column = f"The column {loss.column!r}" if loss.gone else f"That {loss.column!r} is unique"
                more = f"; and {len(users) - _MOST_NAMED} more" if len(users) > _MOST_NAMED else ""
                told.append(f"{column} is used by {'; '.join(users[:_MOST_NAMED])}{more}.")
        if told:
            raise ColumnsInUse(told)


def published(uses: Iterable[Use]) -> list[Use]:
    """What fails if what is used goes; a draft is told that it is not there, when it is to be published."""
    return [use for use in uses if not use.draft]


def _check(name: str, uses: Sequence[Use]) -> None:
    if uses:
        raise InUse(name, uses)


def _flows(found: Iterable[FlowCalls]) -> list[Use]:
    return [Use(UseKind.FLOW, flow.id, flow.name) for flow in found]


async def _all(read: Callable[[PageRequest], Awaitable[Page[Row]]]) -> list[Row]:
    found: list[Row] = []
    page: PageRequest | None = PageRequest(MAX_PAGE)
    while page is not None:
        shown = await read(page)
        found += shown.rows
        page = PageRequest(MAX_PAGE, shown.next) if shown.next else None
    return found
