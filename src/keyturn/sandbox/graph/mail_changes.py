"""Delta queries of mail: the folders of a mail box, and the messages in one.

Source: https://learn.microsoft.com/en-us/graph/api/message-delta and .../mailfolder-delta. What a client has been told
is kept, by what it looked like then; the token of the next query names it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import orjson
from starlette.requests import Request
from starlette.responses import Response

from keyturn.sandbox.graph.directory import CONTEXT, GraphDirectory, Kind, filter_of, odata
from keyturn.sandbox.graph.mail import MESSAGE, MailDesk
from keyturn.sandbox.graph.mail_rules import FOLDER_NAMES, MailRuleDesk
from keyturn.sandbox.graph.mail_store import MailStore
from keyturn.sandbox.graph.odata import NotUnderstood
from keyturn.sandbox.routing import Route
from keyturn.sandbox.values import Json, JsonObject, as_list, as_object, as_text, texts
from keyturn.sandbox.wire import raw_path, whole_number

_SHELF = "graph.mail_rounds"
_KEPT = 200
_PAGE = 10
_FOLDER = Kind("mailFolder", "mailFolders", FOLDER_NAMES)
_CHANGES = ("created", "updated", "deleted")
_SIZE = re.compile(r"\bodata\.maxpagesize=(\d{1,4})\b")
_FILTER = re.compile(r"\s*receivedDateTime\s+g[et]\s+\S+\s*")
_NOT_TAKEN = {"mailFolder": ("$filter", "$orderby", "$search", "$skip"), "message": ("$search", "$skip")}


@dataclass(frozen=True)
class _Found:
    """What is there now, in order, and how a row is told."""

    kind: Kind
    context: str
    rows: list[JsonObject]
    told: Callable[[JsonObject], JsonObject]


class MailChangeDesk:
    """Answers `mailFolders/delta` and `mailFolders/{folder}/messages/delta`."""

    def __init__(self, directory: GraphDirectory, store: MailStore, mail: MailDesk, folders: MailRuleDesk) -> None:
        self._directory = directory
        self._store = store
        self._mail = mail
        self._folders = folders

    def routes(self) -> list[Route]:
        """The operations."""
        folders = "/v1.0/users/{key}/mailFolders"
        return [
            Route(folders + "/delta", self._folder_delta),
            Route(folders + "/{folder}/messages/delta", self._message_delta),
        ]

    async def _folder_delta(self, request: Request) -> Response:
        owner = self._mail.mail_box(request)
        rows = [self._folders.row(owner, folder) for folder in self._store.folders(owner.id)]
        context = f"{CONTEXT}#users('{owner.id}')/mailFolders"
        return self._answer(request, _Found(_FOLDER, context, rows, lambda row: row))

    async def _message_delta(self, request: Request) -> Response:
        owner = self._mail.mail_box(request)
        rows = list(reversed(self._store.held(owner, self._mail.folder_of(request, owner))))
        context = f"{CONTEXT}#users('{owner.id}')/mailFolders('{request.path_params['folder']}')/messages"
        return self._answer(request, _Found(MESSAGE, context, rows, _without_files))

    def _answer(self, request: Request, found: _Found) -> Response:
        """A page of a round; a round begins with all there is, or with what has changed since another one."""
        params = request.query_params
        if "$skiptoken" in params:
            key, _, at = params["$skiptoken"].partition(".")
            begins = whole_number(at, 0, 0, 10**8)
            told = self._round(key, request)
            if begins is None:
                raise self._directory.words.bad_request("Badly formed token.")
        else:
            since = self._round(params["$deltatoken"], request) if "$deltatoken" in params else None
            key, told, begins = *self._begin(request, found, since), 0
        size, left = _size_of(request), as_list(told["left"])
        rows, chosen = {as_text(row["id"]): row for row in found.rows}, tuple(texts(told["select"]))
        page: list[Json] = []
        for each in texts(left[begins : begins + size]):
            row = rows.get(each)
            shown = None if row is None else self._directory.shown(found.told(row), chosen)
            page.append(shown or {"id": each, "@removed": {"reason": "deleted"}})
        following = begins + size < len(left)
        token = f"$skiptoken={key}.{begins + size}" if following else f"$deltatoken={key}"
        link = f"{self._directory.core.base('graph')}{raw_path(request)}?{token}"
        return odata(
            {
                "@odata.context": found.context,
                "@odata.nextLink" if following else "@odata.deltaLink": link,
                "value": page,
            }
        )

    def _begin(self, request: Request, found: _Found, since: JsonObject | None) -> tuple[str, JsonObject]:
        """A new round with its key: what is asked for stays as it was in the round before."""
        core = self._directory.core
        asked = self._asked(request, found.kind) if since is None else since
        rows = found.rows
        if as_text(asked["filter"]):
            meets = filter_of(as_text(asked["filter"]), MESSAGE).meets
            rows = [row for row in rows if meets(row)]
        now = {as_text(row["id"]): _look_of(row) for row in rows}
        before = {} if since is None else as_object(since["seen"])
        wanted, left = as_text(asked["changes"]), list[Json]()
        for change, key in _changes(before, now):
            # the first round tells what is there, whatever it is called later
            if since is None or wanted in ("", change):
                left.append(key)
        told: JsonObject = {name: asked[name] for name in ("select", "filter", "changes")}
        told.update({"path": _place(request), "seen": dict(now), "left": left})
        shelf, key = core.shelf(_SHELF), core.ids.word(24)
        shelf[key] = told
        for old in list(shelf)[: max(0, len(shelf) - _KEPT)]:
            del shelf[old]
        core.changed()
        return key, told

    def _asked(self, request: Request, kind: Kind) -> JsonObject:
        """What a first query asks for. Raises Refused (400)."""
        params, words = request.query_params, self._directory.words
        for name in _NOT_TAKEN[kind.name]:
            if name in params:
                text = f"The following parameters are not supported with change tracking over the resource: '{name}'."
                raise words.refuse(400, "ErrorInvalidUrlQuery", text)
        if params.get("changeType", "created") not in _CHANGES:
            raise words.refuse(400, "ErrorInvalidUrlQuery", "changeType must be created, updated or deleted.")
        names = self._directory.selected(request, kind)
        given = params.get("$filter", "")
        if params.get("$orderby", "receivedDateTime desc").strip().lower() != "receiveddatetime desc":
            raise words.refuse(400, "ErrorInvalidUrlQuery", "$orderby must be 'receivedDateTime desc'.")
        try:
            if given and not _FILTER.fullmatch(given):
                raise NotUnderstood("only receivedDateTime with ge or gt is supported")
            if given:
                filter_of(given, kind)
        except NotUnderstood as error:
            text = f"The query filter contains one or more invalid nodes: {error}"
            raise words.refuse(400, "ErrorInvalidUrlQueryFilter", text) from error
        select: list[Json] = ["id", *names] if "$select" in params else []
        return {"select": select, "filter": given, "changes": params.get("changeType", "")}

    def _round(self, key: str, request: Request) -> JsonObject:
        """A round by its key. Raises Refused (410): the client begins anew then."""
        found = self._directory.core.shelf(_SHELF).get(key)
        if found is None or found["path"] != _place(request):
            text = "The sync state generation is not found; continue with a full synchronization."
            raise self._directory.words.refuse(410, "SyncStateNotFound", text)
        return found


def _place(request: Request) -> str:
    return raw_path(request).lower()


def _changes(before: JsonObject, now: dict[str, str]) -> Iterable[tuple[str, str]]:
    """What has come about between two looks, with what it is called."""
    for key, look in now.items():
        if before.get(key) != look:
            yield ("updated" if key in before else "created"), key
    for key in before:
        if key not in now:
            yield "deleted", key


def _look_of(row: JsonObject) -> str:
    return hashlib.sha256(orjson.dumps(row)).hexdigest()[:24]


def _without_files(row: JsonObject) -> JsonObject:
    return {name: value for name, value in row.items() if name != "attachments"}


def _size_of(request: Request) -> int:
    """How many rows a page has: `Prefer: odata.maxpagesize`, or `$top`."""
    preferred = _SIZE.search(request.headers.get("prefer", ""))
    given = preferred[1] if preferred else request.query_params.get("$top")
    return whole_number(given, _PAGE, 1, 1_000) or _PAGE
