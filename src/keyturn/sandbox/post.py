"""Notifications that tenants send to their clients: real HTTP, in the background, after the API has answered."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass

import aiohttp

from keyturn.sandbox.core import Core

_ANSWER_LIMIT = 65_536


@dataclass(frozen=True)
class Sent:
    """What became of a request: the answer's status and text, or in `error` why there was none."""

    status: int | None
    text: str = ""
    error: str | None = None

    @property
    def good(self) -> bool:
        """Whether it was answered with success."""
        return self.status is not None and 200 <= self.status < 300


class Post:
    """Sends requests to addresses that clients have registered."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._session: aiohttp.ClientSession | None = None
        self._under_way: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Open the outgoing client."""
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(force_close=True),
            timeout=aiohttp.ClientTimeout(total=self._core.config.hook_timeout),
        )

    async def stop(self) -> None:
        """Give up what is under way and close the client."""
        for task in self._under_way:
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)
        if self._session is not None:
            await self._session.close()

    def later(self, work: Coroutine[None, None, None]) -> None:
        """Carry out some sending in the background."""
        task = asyncio.create_task(work)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def wait_idle(self, timeout: float) -> bool:
        """Wait until nothing is under way; False if `timeout` seconds did not suffice."""
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=timeout)
        return not self._under_way

    async def send(self, url: str, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Sent:
        """POST once, without following redirects."""
        if self._session is None:
            return Sent(None, error="the sandbox is not running")
        try:
            async with self._session.post(url, data=body, headers=headers, allow_redirects=False) as response:
                raw = await response.content.read(_ANSWER_LIMIT)
                return Sent(response.status, raw.decode("utf-8", "replace"))
        except TimeoutError:
            return Sent(None, error=f"no answer within {self._core.config.hook_timeout:g} s")
        except (aiohttp.ClientError, ValueError, OSError) as error:
            return Sent(None, error=f"{type(error).__name__}: {error}")
