"""A client that calls an ASGI application in process, and sees how much of a body was read."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

import orjson
from starlette.types import ASGIApp, Message


@dataclass
class Answer:
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict[str, str])
    body: bytes = b""
    chunks_read: int = 0

    @property
    def json(self) -> Any:
        return orjson.loads(self.body)

    @property
    def problems(self) -> list[dict[str, Any]]:
        assert set(self.json) == {"problems"}
        return self.json["problems"]

    @property
    def problem(self) -> dict[str, Any]:
        (one,) = self.problems
        return one


class Client:
    """Calls with a token; ``token=None`` sends none."""

    def __init__(self, app: ASGIApp, token: str | None = None) -> None:
        self._app = app
        self._token = token
        self.last = Answer()

    async def get(self, target: str, **more: Any) -> Answer:
        return await self.call("GET", target, **more)

    async def post(self, target: str, json: object = None, **more: Any) -> Answer:
        return await self.call("POST", target, json=json, **more)

    async def put(self, target: str, json: object = None, **more: Any) -> Answer:
        return await self.call("PUT", target, json=json, **more)

    async def call(
        self,
        method: str,
        target: str,
        *,
        json: object = None,
        body: bytes | None = None,
        chunks: Iterable[bytes] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        path, _, query = target.partition("?")
        sent = {"content-type": "application/json"} if json is not None or body is not None else {}
        sent |= {"authorization": f"Bearer {self._token}"} if self._token else {}
        sent |= {name.lower(): value for name, value in (headers or {}).items()}
        whole = orjson.dumps(json) if json is not None else body or b""
        if chunks is None:
            sent.setdefault("content-length", str(len(whole)))
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": unquote(path),
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": [(name.encode(), value.encode()) for name, value in sent.items()],
            "client": ("127.0.0.1", 1),
            "server": ("test", 80),
        }
        return await self._run(scope, iter(chunks if chunks is not None else [whole]))

    async def _run(self, scope: dict[str, Any], chunks: Any) -> Answer:
        answer = self.last = Answer()
        pending = next(chunks, b"")
        ended = asyncio.Event()
        finished = False

        async def receive() -> Message:
            nonlocal pending, finished
            if finished:
                await ended.wait()
                return {"type": "http.disconnect"}
            part, pending = pending, next(chunks, None)
            answer.chunks_read += 1
            finished = pending is None
            return {"type": "http.request", "body": part, "more_body": not finished}

        async def send(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer.status = message["status"]
                answer.headers = {name.decode().lower(): value.decode() for name, value in message["headers"]}
            else:
                answer.body += message.get("body", b"")

        try:
            await self._app(scope, receive, send)
        finally:
            ended.set()
        return answer
