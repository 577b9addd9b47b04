"""A sandbox in a thread of its own, so that tests may share one whatever loop they run in, and SDKs may block."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any

from keyturn.sandbox.config import SandboxConfig
from keyturn.sandbox.server import Sandbox

Urls = dict[str, dict[str, str]]


@contextmanager
def sandbox_thread(config: SandboxConfig | None = None) -> Iterator[Urls]:
    """Where its tenants are, as `keyturn sandbox urls --json` prints it."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    sandbox = Sandbox(config)

    def run(work: Coroutine[Any, Any, object]) -> None:
        asyncio.run_coroutine_threadsafe(work, loop).result(30)

    run(sandbox.__aenter__())
    try:
        yield sandbox.urls
    finally:
        run(sandbox.__aexit__(None, None, None))
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()
