"""Files that are put to a message of the pretend Microsoft 365 tenant piece by piece.

Source: https://learn.microsoft.com/en-us/graph/outlook-large-attachments and
https://learn.microsoft.com/en-us/graph/api/attachment-createuploadsession. The address of a session needs no token but
the one that it carries.
"""

from __future__ import annotations

import base64
import hmac
import re
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response

from keyturn.sandbox.graph.attachments import FILE
from keyturn.sandbox.graph.directory import CONTEXT, GraphDirectory, odata, plain
from keyturn.sandbox.graph.mail import MESSAGES, MailDesk
from keyturn.sandbox.routing import Route
from keyturn.sandbox.values import Json, JsonObject, as_object, as_text, moment, seconds
from keyturn.sandbox.wire import json_object

UPLOADS = "/uploads/"
_SHELF = "graph.uploads"
_LARGEST = 150 * 1_048_576
_LASTS = timedelta(hours=24)
_RANGE = re.compile(r"bytes (?P<first>\d{1,10})-(?P<last>\d{1,10})/(?P<size>\d{1,10})")
_ITEM = frozenset({"attachmentType", "name", "size", "contentType", "contentId", "isInline"})


class UploadDesk:
    """Answers `createUploadSession` of messages, and what is put to the addresses that it gives out."""

    def __init__(self, directory: GraphDirectory, mail: MailDesk) -> None:
        self._directory = directory
        self._core = directory.core
        self._mail = mail

    def routes(self) -> list[Route]:
        """The operations."""
        session = f"{UPLOADS}{{upload}}"
        return [
            *(Route(f"{path}/{{message}}/attachments/createUploadSession", self._begin, ["POST"]) for path in MESSAGES),
            Route(session, self._put, ["PUT"]),
            Route(session, self._look),
            Route(session, self._cancel, ["DELETE"]),
        ]

    @staticmethod
    def is_open(path: str) -> bool:
        """Whether a path is the address of a session."""
        return path.startswith(UPLOADS)

    async def _begin(self, request: Request) -> Response:
        owner, message = self._mail.message(request)
        self._mail.draft_of(owner, message)
        given = {name.lower(): value for name, value in plain(await json_object(request)).items()}
        item = as_object(given.get("attachmentitem"))
        self._check(item)
        key, secret = self._core.ids.word(32), self._core.ids.word(40)
        row: JsonObject = {
            "owner": owner.id,
            "message": message["id"],
            "item": item,
            "secret": secret,
            "ends": seconds(self._core.clock() + _LASTS),
            "content": "",
        }
        self._core.shelf(_SHELF)[key] = row
        self._core.changed()
        address = f"{self._core.base('graph')}{UPLOADS}{key}?authtoken={secret}"
        answer: JsonObject = {"@odata.context": f"{CONTEXT}#microsoft.graph.uploadSession", "uploadUrl": address}
        return odata({**answer, **_progress(row)}, 201)

    def _check(self, item: JsonObject) -> None:
        """Raises Refused (400) for what cannot be attached."""
        words = self._directory.words
        for name in item:
            if name not in _ITEM:
                text = f"The property '{name}' does not exist on type 'microsoft.graph.attachmentItem'."
                raise words.refuse(400, "RequestBodyRead", text)
        size = item.get("size")
        if item.get("attachmentType") != "file":
            raise words.refuse(400, "ErrorInvalidRequest", "The sandbox takes files alone: attachmentType is file.")
        if not as_text(item.get("name")):
            raise words.refuse(400, "ErrorInvalidRequest", "The name of an attachment must not be empty.")
        if not isinstance(size, int) or isinstance(size, bool) or not 0 < size <= _LARGEST:
            text = f"The size of an attachment must be a number of bytes from 1 to {_LARGEST}."
            raise words.refuse(400, "ErrorInvalidRequest", text)

    def _session(self, request: Request) -> tuple[str, JsonObject]:
        """The session that an address names. Raises Refused (401, 404)."""
        key, words = str(request.path_params["upload"]), self._directory.words
        row, now = self._core.shelf(_SHELF).get(key), self._core.clock()
        ends = None if row is None else moment(as_text(row["ends"]))
        if row is None or ends is None or ends <= now:
            raise words.refuse(404, "ErrorItemNotFound", "The upload session was not found or has expired.")
        if not hmac.compare_digest(request.query_params.get("authtoken", "").encode(), as_text(row["secret"]).encode()):
            raise words.refuse(401, "InvalidAuthenticationToken", "The authtoken of the upload session is not valid.")
        return key, row

    async def _look(self, request: Request) -> Response:
        return odata(_progress(self._session(request)[1]))

    async def _cancel(self, request: Request) -> Response:
        del self._core.shelf(_SHELF)[self._session(request)[0]]
        self._core.changed()
        return Response(status_code=204)

    async def _put(self, request: Request) -> Response:
        """Take the next piece; with the last one the file is attached."""
        key, row = self._session(request)
        held, piece = base64.b64decode(as_text(row["content"])), await request.body()
        item = as_object(row["item"])
        found = _RANGE.fullmatch(request.headers.get("content-range", ""))
        first, last, size = (int(found[name]) for name in ("first", "last", "size")) if found else (-1, -1, -1)
        if size != item["size"] or last - first + 1 != len(piece) or not piece or last >= size:
            text = "Content-Range must be 'bytes FIRST-LAST/SIZE', as long as the body, of the size that was announced."
            raise self._directory.words.refuse(400, "ErrorInvalidRequest", text)
        if first != len(held):
            text = f"The next expected range begins at {len(held)}."
            raise self._directory.words.refuse(416, "invalidRange", text)
        content = base64.b64encode(held + piece).decode()
        if last + 1 < size:
            row["content"] = content
            self._core.changed()
            return odata(_progress(row))
        answer = self._attached(row, item, content)
        del self._core.shelf(_SHELF)[key]
        self._core.changed()
        return answer

    def _attached(self, row: JsonObject, item: JsonObject, content: str) -> Response:
        given = {name: value for name, value in item.items() if name not in ("attachmentType", "size")}
        owner, key = self._directory.find_user(as_text(row["owner"])), as_text(row["message"])
        made = self._mail.attach(owner, key, {"@odata.type": FILE, **given, "contentBytes": content})
        place = f"{self._core.base('graph')}/v1.0/users/{owner.id}/messages/{key}/attachments/{made['id']}"
        return Response(status_code=201, headers={"Location": place})


def _progress(row: JsonObject) -> JsonObject:
    """How far a session is; Outlook names the first byte that it expects, and a dash at the beginning alone."""
    held = len(base64.b64decode(as_text(row["content"])))
    expected: list[Json] = [str(held) if held else "0-"]
    return {"expirationDateTime": row["ends"], "nextExpectedRanges": expected}
