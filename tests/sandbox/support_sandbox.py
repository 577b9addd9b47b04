"""Helpers of the sandbox's tests: a client with the right tokens, an endpoint for event hooks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import aiohttp
from aiohttp import web
from yarl import URL


@dataclass
class Answer:
    """A whole HTTP answer."""

    status: int
    headers: Any
    raw: bytes
    json: Any


class Tenants:
    """Calls the servers of a sandbox, with tokens unless `token` says otherwise."""

    def __init__(self, urls: dict[str, dict[str, str]], http: aiohttp.ClientSession) -> None:
        self.urls = urls
        self.http = http

    def key(self, login: str) -> str:
        return quote(login, safe="")

    async def call(self, tenant: str, method: str, path: str, *, token: str | None = None, **options: Any) -> Answer:
        headers = dict(options.pop("headers", {}))
        scheme = "SSWS " if tenant == "okta" else "Bearer "
        given = scheme + self.urls[tenant]["token"] if token is None and tenant != "control" else token
        if given:
            headers.setdefault("Authorization", given)
        url = URL(self.urls[tenant]["base_url"] + path, encoded=True)
        async with self.http.request(method, url, headers=headers, **options) as response:
            raw = await response.read()
            json = await response.json(content_type=None) if raw[:1] in (b"{", b"[") else None
            return Answer(response.status, response.headers, raw, json)

    async def okta(self, method: str, path: str, **options: Any) -> Answer:
        return await self.call("okta", method, path, **options)

    async def graph(self, method: str, path: str, **options: Any) -> Answer:
        return await self.call("graph", method, path, **options)

    async def google(self, method: str, path: str, **options: Any) -> Answer:
        return await self.call("google", method, path, **options)

    async def control(self, method: str, path: str, **options: Any) -> Answer:
        return await self.call("control", method, path, **options)

    async def person(self, login: str) -> Any:
        return (await self.control("GET", f"/people/{self.key(login)}")).json

    async def ledger(self, since: int = 0) -> Any:
        return (await self.control("GET", f"/ledger?since={since}")).json

    async def suspend(self, login: str) -> Answer:
        return await self.okta("POST", f"/api/v1/users/{self.key(login)}/lifecycle/suspend")

    async def deliveries(self) -> Any:
        answer = (await self.control("GET", "/deliveries?wait=5")).json
        assert answer["idle"] is True
        return answer["deliveries"]

    async def waits_for(self, wanted: Callable[[Any], bool]) -> None:
        """Wait until something that was not delivered yet is as wanted."""
        async with asyncio.timeout(5):
            while not any(map(wanted, (await self.control("GET", "/deliveries")).json["waiting"])):
                continue

    async def hook(self, uri: str, **changes: Any) -> Answer:
        body = {
            "name": "Keyturn",
            "events": {"type": "EVENT_TYPE", "items": ["user.lifecycle.suspend"]},
            "channel": {
                "type": "HTTP",
                "version": "1.0.0",
                "config": {
                    "uri": uri,
                    "headers": [{"key": "X-Extra", "value": "more"}],
                    "authScheme": {"type": "HEADER", "key": "Authorization", "value": "hook-secret"},
                },
            },
        }
        return await self.okta("POST", "/api/v1/eventHooks", json={**body, **changes})

    async def verified_hook(self, endpoint: HookEndpoint) -> str:
        hook = await self.hook(endpoint.uri)
        verified = await self.okta("POST", f"/api/v1/eventHooks/{hook.json['id']}/lifecycle/verify")
        assert verified.status == 200
        return hook.json["id"]


@dataclass
class HookEndpoint:
    """An endpoint for event hooks. `answers` are the statuses of the next deliveries, then 204; a status of 0
    never answers."""

    uri: str = ""
    answers: list[int] = field(default_factory=list[int])
    challenge: Callable[[str], web.Response] | None = None
    challenges: list[str] = field(default_factory=list[str])
    received: list[tuple[dict[str, str], Any]] = field(default_factory=list[tuple[dict[str, str], Any]])
    over: asyncio.Event = field(default_factory=asyncio.Event)

    async def get(self, request: web.Request) -> web.StreamResponse:
        value = request.headers["x-okta-verification-challenge"]
        self.challenges.append(value)
        if self.challenge is None:
            return web.json_response({"verification": value})
        answer = self.challenge(value)
        if answer.status == 599:
            await self.over.wait()
        return answer

    async def post(self, request: web.Request) -> web.StreamResponse:
        if "validationToken" in request.query:
            return web.Response(text=request.query["validationToken"])
        self.received.append((dict(request.headers), await request.json() if await request.read() else None))
        status = self.answers.pop(0) if self.answers else 204
        if status == 0:
            await self.over.wait()
        return web.Response(status=status or 204)


@asynccontextmanager
async def hook_endpoint() -> AsyncIterator[HookEndpoint]:
    endpoint = HookEndpoint()
    app = web.Application()
    app.router.add_get("/hook", endpoint.get)
    app.router.add_post("/hook", endpoint.post)
    runner = web.AppRunner(app, shutdown_timeout=0.5)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    endpoint.uri = f"http://127.0.0.1:{port}/hook"
    try:
        yield endpoint
    finally:
        endpoint.over.set()
        await runner.cleanup()
