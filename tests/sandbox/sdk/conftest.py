"""One sandbox for all tests of the vendors' SDKs, in a thread of its own: some of them block.

SDKs are imported by the tests that use them, never while tests are collected: some take seconds.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from support.sandbox_thread import Urls, sandbox_thread

from keyturn.sandbox.client import SandboxClient


@pytest.fixture(scope="session")
def urls() -> Iterator[Urls]:
    """Where the tenants are, as `keyturn sandbox urls --json` prints it."""
    with sandbox_thread() as found:
        yield found


@pytest.fixture
def control(urls: Urls) -> Iterator[SandboxClient]:
    """The sandbox's control, on the first day and without faults."""
    client = SandboxClient(urls)
    client.reset(hooks=True)
    yield client
    client.clear_faults()
