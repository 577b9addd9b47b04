"""Ids that sort by time, so that the newest rows lie together in an index."""

from __future__ import annotations

import os
import time
from uuid import UUID


def new_id() -> UUID:
    """A UUID of version 7 (RFC 9562 section 5.7): milliseconds since 1970, then 74 random bits."""
    return UUID(bytes=id_bytes())


def id_bytes() -> bytes:
    """The 16 bytes of a new one."""
    milliseconds = time.time_ns() // 1_000_000
    random = bytearray(os.urandom(10))
    random[0] = 0x70 | random[0] & 0x0F
    random[2] = 0x80 | random[2] & 0x3F
    return (milliseconds & ((1 << 48) - 1)).to_bytes(6) + random
