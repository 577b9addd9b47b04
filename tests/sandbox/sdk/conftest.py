"""One sandbox for all tests of the vendors' SDKs, in a thread of its own: some of them block.

SDKs are imported by the tests that use them, never while tests are collected: some take seconds.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator

import pytest

from keyturn.sandbox.client import SandboxClient
from keyturn.sandbox.server import Sandbox


@pytest.fixture(scope="session")
def urls() -> Iterator[dict[str, dict[str, str]]]:
    """Where the tenants are, as `keyturn sandbox urls --json` prints it."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    sandbox = Sandbox()

    def run(work: object) -> None:
        asyncio.run_coroutine_threadsafe(work, loop).result(30)  # type: ignore[arg-type]

    run(sandbox.__aenter__())
    try:
        yield sandbox.urls
    finally:
        run(sandbox.__aexit__(None, None, None))
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


@pytest.fixture
def control(urls: dict[str, dict[str, str]]) -> Iterator[SandboxClient]:
    """The sandbox's control, on the first day and without faults."""
    client = SandboxClient(urls)
    client.reset(hooks=True)
    yield client
    client.clear_faults()
