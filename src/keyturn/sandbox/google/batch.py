"""Batches of the pretend Google Workspace account: many requests in one, each answered for itself.

Source: https://developers.google.com/workspace/admin/directory/v1/guides/batch. The parts are whole HTTP requests in
a `multipart/mixed` body, and so are the answers.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from email import message_from_bytes
from http import HTTPStatus
from urllib.parse import unquote, urlsplit

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope

from keyturn.sandbox.google import words
from keyturn.sandbox.routing import Route
from keyturn.sandbox.wire import Collected

_MOST = 1000


class BatchDesk:
    """Answers `/batch` by asking the account itself: `answer` gives what a single request is answered."""

    def __init__(self, answer: Callable[[Scope, bytes], Awaitable[Collected]], boundary: Callable[[], str]) -> None:
        self._answer = answer
        self._boundary = boundary

    def routes(self) -> list[Route]:
        """The operations: each API has its own address, and all take the requests of all."""
        return [Route(path, self._batch, ["POST"]) for path in ("/batch", "/batch/{api*}")]

    async def _batch(self, request: Request) -> Response:
        head = f"Content-Type: {request.headers.get('content-type', '')}\r\n\r\n".encode("latin-1")
        whole = message_from_bytes(head + await request.body())
        parts = [part for part in whole.walk() if part is not whole] if whole.is_multipart() else []
        if not 0 < len(parts) <= _MOST:
            raise words.refuse(400, "badRequest", f"Failed to parse batch request: it has 1 to {_MOST} parts.")
        boundary = f"batch_{self._boundary()}"
        answers: list[bytes] = []
        for part in parts:
            content = part.get_payload(decode=True)
            if part.get_content_type() != "application/http" or not isinstance(content, bytes):
                raise words.refuse(400, "badRequest", "Failed to parse batch request: a part is no application/http.")
            answered = await self._one(request, content)
            named = str(part.get("Content-ID", "")).strip().removeprefix("<")
            own = f"Content-ID: <response-{named}\r\n" if named else ""
            answers.append(f"--{boundary}\r\nContent-Type: application/http\r\n{own}\r\n".encode() + answered)
        body = b"".join([*answers, f"--{boundary}--\r\n".encode()])
        return Response(body, 200, media_type=f"multipart/mixed; boundary={boundary}")

    async def _one(self, request: Request, content: bytes) -> bytes:
        """A request of a part, and its answer as it would stand on the wire."""
        lines, _, body = content.replace(b"\r\n", b"\n").partition(b"\n\n")
        first, *fields = lines.decode("utf-8", "replace").strip().split("\n")
        method, _, rest = first.partition(" ")
        target = urlsplit(rest.removesuffix(" HTTP/1.1").strip())
        if not method.isalpha() or not target.path.startswith("/") or target.path.startswith("/batch"):
            raise words.refuse(400, "badRequest", "Failed to parse batch request: a part is no request.")
        own = {name.strip().lower(): value.strip() for name, _, value in (field.partition(":") for field in fields)}
        headers = {"authorization": request.headers.get("authorization", ""), **own}
        scope: Scope = {
            **request.scope,
            "method": method.upper(),
            "path": unquote(target.path),
            "raw_path": target.path.encode(),
            "query_string": target.query.encode(),
            "headers": [(name.encode(), value.encode("latin-1", "replace")) for name, value in headers.items()],
        }
        answer = await self._answer(scope, body)
        status = HTTPStatus(answer.status or 500)
        said = {name.decode().title(): value.decode("latin-1") for name, value in answer.headers}
        said["Content-Length"] = str(len(answer.body))
        shown = "".join(f"{name}: {value}\r\n" for name, value in said.items())
        line = f"HTTP/1.1 {status.value} {status.phrase}\r\n"
        return f"{line}{shown}\r\n".encode("latin-1") + answer.body + b"\r\n"
