"""The settings of the HTTP client, and the clock that it reads."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from keyturn import __version__

from .messages import Timeouts
from .proxies import Proxy

MEGABYTE = 1024 * 1024


class Clock(Protocol):
    """The port for time that only moves forward."""

    def monotonic(self) -> float:
        """Seconds since some fixed moment."""
        ...


class SystemClock:
    """The machine's monotonic clock."""

    def monotonic(self) -> float:
        """See `Clock`."""
        return time.monotonic()


@dataclass(frozen=True, slots=True)
class HttpSettings:
    """Limits and rules for all requests of one client. Sizes are bytes.

    ``max_response_bytes`` counts the unpacked body. ``max_header_bytes`` is for one line of the answer's
    head, of which there may be ``max_header_fields``. ``keep_alive_s``: an idle connection is kept that
    long. ``allow`` and ``deny``: see ``egress``. ``ca_file``: certificates (PEM) trusted beside the
    system's. ``proxy``: by way of which requests go, except to what ``no_proxy`` names: see ``proxies``.
    """

    timeouts: Timeouts = field(default_factory=Timeouts)
    max_request_bytes: int = 20 * MEGABYTE
    max_response_bytes: int = 20 * MEGABYTE
    max_header_bytes: int = 32 * 1024
    max_header_fields: int = 128
    max_redirects: int = 5
    pool_total: int = 200
    pool_per_host: int = 20
    keep_alive_s: float = 15.0
    allow: tuple[str, ...] = ()
    deny: tuple[str, ...] = ()
    ca_file: Path | None = None
    proxy: Proxy | None = None
    no_proxy: tuple[str, ...] = ()
    user_agent: str = f"Keyturn/{__version__}"
