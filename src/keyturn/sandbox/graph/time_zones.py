"""The time zones that mail boxes of the pretend Microsoft 365 tenant know, by the names of Windows and of IANA.

Source: https://learn.microsoft.com/en-us/graph/api/outlookuser-supportedtimezones.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from zoneinfo import available_timezones

# what somebody has whose zone is none of these
_CUSTOM = ("Customized Time Zone", "tzone://Microsoft/Custom")


@lru_cache
def windows_zones() -> tuple[tuple[str, str], ...]:
    """Each as Windows has it, and as people read it."""
    lines = files("keyturn.sandbox.graph").joinpath("time_zones.txt").read_text(encoding="utf-8").splitlines()
    rows = [line.partition("|") for line in lines]
    return tuple((name, shown) for name, _, shown in rows)


@lru_cache
def iana_zones() -> tuple[str, ...]:
    """Such as Europe/Berlin."""
    return tuple(sorted(name for name in available_timezones() if "/" in name))


@lru_cache
def _known() -> frozenset[str]:
    names = (*(name for name, _ in windows_zones()), *iana_zones(), *_CUSTOM)
    return frozenset(name.lower() for name in names)


def is_zone(name: str) -> bool:
    """Whether there is such a time zone, capitals aside."""
    return name.lower() in _known()
