"""Waiting for what other processes do."""

from __future__ import annotations

import time
from collections.abc import Callable


def until(happened: Callable[[], bool], seconds: float = 90) -> None:
    """Wait until something holds, with a bound."""
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, "it did not come about in time"
        time.sleep(0.05)
