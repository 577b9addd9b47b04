"""A pretend app in place of the network: it answers as told, request by request."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from keyturn.flows.json import JSON
from keyturn.http import HttpError, OutcomeUnknown, Request, Response
from keyturn.http.messages import headers


@dataclass(frozen=True)
class Said:
    """An answer, or none."""

    status: int = 200
    body: JSON = None
    headers: dict[str, str] = field(default_factory=dict)


class Silence:
    """The request is sent, and nothing comes back."""


class Scripted:
    """Implements the outgoing HTTP client's port.

    Attributes:
        seen: ``METHOD path?query`` of each request.
        signs: what is in each answer with 2xx that is an object.
    """

    def __init__(self, **answers: object) -> None:
        self.answers: dict[str, list[Said | Silence | HttpError]] = {}
        self.seen: list[str] = []
        self.requests: list[Request] = []
        self.signs: dict[str, JSON] = {}

    def on(self, what: str, *answers: Said | Silence | HttpError) -> Scripted:
        """How it answers ``METHOD path``, one after the other; the last one stays."""
        self.answers[what] = list(answers)
        return self

    async def send(
        self,
        request: Request,
        *,
        before_send: Callable[[], None] | None = None,
        on_answer: Callable[[], Awaitable[None]] | None = None,
    ) -> Response:
        """Answer as told."""
        if before_send is not None:
            before_send()
        parts = urlsplit(request.url)
        self.requests.append(request)
        self.seen.append(f"{request.method} {parts.path}" + (f"?{parts.query}" if parts.query else ""))
        known = self.answers.get(f"{request.method} {parts.path}", [Said(404, {"errorCode": "E0000007"})])
        said = known.pop(0) if len(known) > 1 else known[0]
        if isinstance(said, HttpError):
            raise said
        if isinstance(said, Silence):
            raise OutcomeUnknown("the connection was closed", "Look.", host="app.example")
        body = {**self.signs, **said.body} if isinstance(said.body, dict) and said.status < 300 else said.body
        content = b"" if body is None else json.dumps(body).encode()
        given = {"Content-Type": "application/json", **said.headers}
        return Response(said.status, "", headers(given), content, 0.0, request.url)
