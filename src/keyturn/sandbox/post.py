"""Requests that tenants send to addresses of their clients: real HTTP."""

from __future__ import annotations

from collections.abc import Mapping
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

    @property
    def said(self) -> str:
        """What came of it, in words."""
        return self.error if self.error is not None else f"answered with status {self.status}"


class Post:
    """Sends requests to addresses that clients have registered."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._session: aiohttp.ClientSession | None = None

    async def start(self) -> None:
        """Open the outgoing client."""
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(force_close=True),
            timeout=aiohttp.ClientTimeout(total=self._core.config.hook_timeout),
        )

    async def stop(self) -> None:
        """Close the client."""
        if self._session is not None:
            await self._session.close()

    async def send(
        self, url: str, body: bytes = b"", headers: Mapping[str, str] | None = None, method: str = "POST"
    ) -> Sent:
        """Send once, without following redirects."""
        if self._session is None:
            return Sent(None, error="the sandbox is not running")
        try:
            async with self._session.request(
                method, url, data=body or None, headers=headers, allow_redirects=False
            ) as response:
                raw = await response.content.read(_ANSWER_LIMIT)
                return Sent(response.status, raw.decode("utf-8", "replace"))
        except TimeoutError:
            return Sent(None, error=f"no answer within {self._core.config.hook_timeout:g} s")
        except (aiohttp.ClientError, ValueError, OSError) as error:
            return Sent(None, error=f"{type(error).__name__}: {error}")
