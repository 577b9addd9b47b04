"""HTTP as the tenants speak it: answers as values, refusals as exceptions, request bodies read once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope

from keyturn.sandbox.values import Json, JsonObject, Tenant, to_json

NOTES = "sandbox.notes"
"""Under this name of a request's scope is a list of what the ledger is to say of it; rewritten requests share it."""


class JsonAnswer(Response):
    """A JSON response, written by orjson."""

    def __init__(
        self,
        content: Json,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        media_type: str = "application/json",
    ) -> None:
        super().__init__(orjson.dumps(content), status, headers, media_type)


class Refused(Exception):
    """A request that a tenant refuses, with the answer in the vendor's words."""

    def __init__(self, status: int, body: Json, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(f"refused with {status}")
        self.response = JsonAnswer(body, status, headers)


class BodyFault(Enum):
    """What is wrong with a request's body."""

    MEDIA_TYPE = "media type"
    EMPTY = "empty"
    SYNTAX = "syntax"
    SHAPE = "shape"


class BadBody(Exception):
    """A request's body is not what the operation takes; each vendor puts it into words."""

    def __init__(self, fault: BodyFault) -> None:
        super().__init__(fault.value)
        self.fault = fault


class Vendor(Protocol):
    """What the gate in front of a tenant needs to know of it."""

    @property
    def tenant(self) -> Tenant:
        """The tenant's name."""
        ...

    @property
    def app(self) -> ASGIApp:
        """The operations."""
        ...

    @property
    def operations(self) -> Sequence[str]:
        """What it can do, as `METHOD /path/{name}`; nothing if that is not said."""
        ...

    def operation(self, method: str, raw: str) -> str:
        """Which of its operations a request is of, by its path as it was on the wire; empty for none."""
        ...

    def refusal(self, request: Request) -> Response | None:
        """The answer to a request that does not prove who sends it; None if it does or need not."""
        ...

    def failure(self, status: int, wait: int = 1) -> Response:
        """An answer with this status in the vendor's words; wait: seconds to wait, where it tells them."""
        ...

    def common_headers(self, request: Request) -> Mapping[str, str]:
        """Headers that every answer carries."""
        ...

    def is_token_path(self, path: str) -> bool:
        """Whether the path belongs to the token service, which faults leave alone unless they name it."""
        ...


async def json_object(request: Request) -> JsonObject:
    """The request's body as a JSON object. Raises BadBody."""
    value = await _json(request)
    if not isinstance(value, dict):
        raise BadBody(BodyFault.SHAPE)
    return value


async def json_objects(request: Request) -> list[JsonObject]:
    """The request's body as a list of JSON objects. Raises BadBody."""
    value = await _json(request)
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise BadBody(BodyFault.SHAPE)
    return [item for item in value if isinstance(item, dict)]


async def _json(request: Request) -> Json:
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    raw = await request.body()
    if not raw:
        raise BadBody(BodyFault.EMPTY)
    if media_type != "application/json":
        raise BadBody(BodyFault.MEDIA_TYPE)
    try:
        return to_json(orjson.loads(raw))
    except orjson.JSONDecodeError as error:
        raise BadBody(BodyFault.SYNTAX) from error


def raw_path(request: Request) -> str:
    """The path as it was on the wire, percent-encoded."""
    raw: bytes = request.scope.get("raw_path") or b""
    return raw.decode("ascii", "replace")


def note(request: Request, text: str) -> None:
    """Have the ledger say something of a request, also if it is one that the request was rewritten to."""
    notes: list[str] = request.scope.setdefault(NOTES, [])
    if text not in notes:
        notes.append(text)


def bearer(request: Request) -> str:
    """The token of an `Authorization: Bearer` header; empty if there is none."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def whole_number(text: str | None, otherwise: int, lowest: int, highest: int) -> int | None:
    """A query parameter as a number: `otherwise` if missing, None if it is no number in the range."""
    if text is None:
        return otherwise
    if not (text.isascii() and text.isdigit()):
        return None
    number = int(text[:9])
    return number if lowest <= number <= highest else None


@dataclass
class Collected:
    """An answer as an app gave it, held back until the gate lets it out."""

    status: int | None = None
    headers: list[tuple[bytes, bytes]] = field(default_factory=list[tuple[bytes, bytes]])
    body: bytes = b""

    async def send(self, message: Message) -> None:
        """Stand in for the server's `send`."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = list(message.get("headers", []))
        elif message["type"] == "http.response.body":
            self.body += message.get("body", b"")


async def collect(app: ASGIApp, scope: Scope, body: bytes) -> Collected:
    """Run an app on a request whose body is already here and hold its answer."""
    collected = Collected()
    await app(scope, replay(body), collected.send)
    return collected


def replay(body: bytes) -> Receive:
    """A `receive` that gives a body that is already here."""

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


class BodyEnd(Enum):
    """Why a body could not be read to its end."""

    TOO_LONG = "too long"
    GONE = "gone"


async def read_body(receive: Receive, limit: int) -> bytes | BodyEnd:
    """Read a request's body, at most `limit` bytes of it, or say why it could not be read."""
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return BodyEnd.GONE
        part: bytes = message.get("body", b"")
        size += len(part)
        if size > limit:
            return BodyEnd.TOO_LONG
        parts.append(part)
        if not message.get("more_body", False):
            return b"".join(parts)
