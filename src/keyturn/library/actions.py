"""Carries out the cards of flows and folders."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

from keyturn.data.errors import DataError
from keyturn.data.file_actions import given_text, make_file, outputs_of
from keyturn.data.files import Files
from keyturn.flows.actions import ActionCall, Done, Failed
from keyturn.flows.errors import CardError, ErrorDetail
from keyturn.flows.json import JSON, Values
from keyturn.flows.paging import MAX_PAGE, PageRequest

from .exports import folder_pieces, written
from .folders import Folders, NoSuchFolder
from .library import Library
from .ports import FlowFilter, FlowRecord

_MOST_LISTED = 10_000
_JSON = "application/json"


class FlowActions:
    """Implements ``flows.actions.Actions`` for them."""

    def __init__(self, library: Library, folders: Folders, files: Files) -> None:
        self._library = library
        self._folders = folders
        self._files = files
        self._cards: dict[str, Callable[[ActionCall], Awaitable[Values]]] = {
            "flows.export": self._export,
            "flows.list": self._list,
            "flows.activate": lambda call: self._switch(call, True),
            "flows.deactivate": lambda call: self._switch(call, False),
            "folder.export": self._export_folder,
        }

    async def perform(self, call: ActionCall) -> Done | Failed:
        """One attempt. Raises StoreUnavailable where the database is away."""
        carry_out = self._cards.get(call.card)
        if carry_out is None:
            detail = ErrorDetail(f"There is no card {call.card!r}.", code="unknown-card", mend="Publish anew.")
            return Failed(detail, not_sent=True)
        try:
            return Done(await carry_out(call))
        except (DataError, CardError) as error:
            return Failed(error.detail, not_sent=True)
        except NoSuchFolder as error:
            detail = ErrorDetail(str(error), code="unknown-folder", mend=error.mend, field="folder")
            return Failed(detail, not_sent=True)

    async def _export(self, call: ActionCall) -> Values:
        flow = await self._flow(call)
        version = await self._library.version(flow.id, flow.version)
        if version is None:
            raise _no_flow(flow.id)
        text = written(version.document, _indent(call))
        return outputs_of(await make_file(self._files, call, f"{flow.id}.json", _JSON, _encoded(_one(text))))

    async def _list(self, call: ActionCall) -> Values:
        folder = given_text(call, "folder").strip()
        if folder:
            await self._folders.get(folder)
        found: list[JSON] = []
        page: PageRequest | None = PageRequest(MAX_PAGE)
        while page is not None and len(found) < _MOST_LISTED:
            flows = await self._library.list(page, FlowFilter(folder=folder or None))
            found += [_shown(flow) for flow in flows.rows]
            page = PageRequest(MAX_PAGE, flows.next) if flows.next else None
        return {"flows": found[:_MOST_LISTED]}

    async def _switch(self, call: ActionCall, active: bool) -> Values:
        flow = await self._flow(call)
        if flow.active != active and await self._library.set_active(flow.id, active) is None:
            raise _no_flow(flow.id)
        return {"before": flow.active == active}

    async def _export_folder(self, call: ActionCall) -> Values:
        folder = await self._folders.get(_given_id(call, "folder"))
        pieces = folder_pieces(self._library, self._folders, folder.id, _indent(call))
        return outputs_of(await make_file(self._files, call, f"{folder.id}.json", _JSON, _encoded(pieces)))

    async def _flow(self, call: ActionCall) -> FlowRecord:
        flow_id = _given_id(call, "flow")
        flow = await self._library.get(flow_id)
        if flow is None:
            raise _no_flow(flow_id)
        return flow


def _given_id(call: ActionCall, name: str) -> str:
    text = given_text(call, name).strip()
    if not text:
        raise CardError.bad_input(name, f"The input {name!r} is empty.", "Check what the card is given.")
    return text


def _no_flow(flow_id: str) -> CardError:
    what = f"There is no flow {flow_id[:80]!r}."
    return CardError(ErrorDetail(what, code="unknown-flow", field="flow", mend="List the flows: keyturn flows list."))


def _indent(call: ActionCall) -> int | None:
    """How far lines are moved in; None for one line."""
    pretty, indent = call.inputs.get("pretty"), call.inputs.get("indent")
    if indent is None:
        indent = 2
    if (
        isinstance(indent, bool)
        or not isinstance(indent, int | float)
        or indent != int(indent)
        or not 0 <= indent <= 10
    ):
        raise CardError.bad_input("indent", f"{indent!r} is no number of spaces.", "Give 0 to 10.")
    return None if pretty is False else int(indent)


def _shown(flow: FlowRecord) -> Values:
    return {
        "id": flow.id,
        "name": flow.name,
        "version": flow.version,
        "active": flow.active,
        "folder": flow.folder,
        "event": flow.event_card,
    }


async def _one(text: str) -> AsyncIterator[str]:
    yield text


async def _encoded(pieces: AsyncIterator[str]) -> AsyncIterator[bytes]:
    async for piece in pieces:
        yield piece.encode("utf-8", "replace")
