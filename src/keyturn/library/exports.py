"""Flows and folders as JSON, to be kept elsewhere and brought in again. No folder is in memory as a whole."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence

from keyturn.flows.json import JSON, Values
from keyturn.flows.paging import MAX_PAGE, PageRequest

from .folders import FolderRecord, Folders
from .library import Library
from .ports import FlowFilter

FORMAT = "keyturn-folder"


def written(value: JSON, indent: int | None) -> str:
    """JSON for people and for version control; in one line without an indent."""
    separators = (",", ":") if indent is None else (",", ": ")
    return json.dumps(value, ensure_ascii=False, indent=indent, separators=separators)


async def folder_pieces(
    library: Library, folders: Folders, folder_id: str, indent: int | None = None
) -> AsyncIterator[str]:
    """A folder with all that is in it, piece by piece: ``{format, folders, flows}``, parents before what is in them.

    Raises:
        NoSuchFolder: it is not there.
    """
    every = await _with_all_below(folders, await folders.get(folder_id))
    shown: list[JSON] = [_shown(folder, top=folder.id == folder_id) for folder in every]
    head = written({"format": FORMAT, "folders": shown, "flows": []}, indent)
    opened, closing = head.rsplit("[]", 1)
    yield f"{opened}["
    first, gap = True, "" if indent is None else "\n"
    for folder in every:
        async for document in _documents(library, folder.id):
            yield f"{'' if first else ','}{gap}{written(document, indent)}"
            first = False
    yield f"{gap}]{closing}\n"


async def _with_all_below(folders: Folders, top: FolderRecord) -> Sequence[FolderRecord]:
    found = [top]
    for folder in found:  # what is found is gone through, too
        page: PageRequest | None = PageRequest(MAX_PAGE) if folder.folders else None
        while page is not None:
            below = await folders.list(page, folder.id)
            found += below.rows
            page = PageRequest(MAX_PAGE, below.next) if below.next else None
    return found


async def _documents(library: Library, folder_id: str) -> AsyncIterator[Values]:
    """The documents of the flows in a folder; each says that it is there."""
    page: PageRequest | None = PageRequest(MAX_PAGE)
    while page is not None:
        flows = await library.list(page, FlowFilter(folder=folder_id))
        for flow in flows.rows:
            version = await library.version(flow.id, flow.version)
            if version is not None:
                yield {**version.document, "folder": folder_id}
        page = PageRequest(MAX_PAGE, flows.next) if flows.next else None


def _shown(folder: FolderRecord, *, top: bool) -> Values:
    return {
        "id": folder.id,
        "name": folder.name,
        "about": folder.about,
        "parent": None if top else folder.parent,
    }
