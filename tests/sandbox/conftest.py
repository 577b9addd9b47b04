"""A running sandbox and a small HTTP client for each test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from urllib.parse import quote

import aiohttp
import pytest
from support.whole import halves, nothing_by_halves
from support_sandbox import Tenants

from keyturn.sandbox.config import SandboxConfig
from keyturn.sandbox.server import Sandbox

__all__ = ["halves", "nothing_by_halves"]


@pytest.fixture
def guest_path() -> str:
    return quote("dana.wu_partner.example#EXT#@northwind.example", safe="")


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    timeout = aiohttp.ClientTimeout(total=60)  # for a busy machine: what hangs fails all the same
    # no connection is kept: a client would repeat a GET by itself on a connection that was dropped
    async with aiohttp.ClientSession(timeout=timeout, connector=aiohttp.TCPConnector(force_close=True)) as session:
        yield session


@pytest.fixture
def pauses() -> list[float]:
    """For how many seconds the sandbox would have paused before it sent something again."""
    return []


@pytest.fixture
async def sandbox(pauses: list[float]) -> AsyncIterator[Sandbox]:
    async def pause(seconds: float) -> None:
        pauses.append(round(seconds))

    async with Sandbox(SandboxConfig(hook_timeout=0.2, huge_bytes=2_000_000), pause=pause) as running:
        yield running


@pytest.fixture
def tenants(sandbox: Sandbox, http: aiohttp.ClientSession) -> Tenants:
    return Tenants(sandbox.urls, http)
