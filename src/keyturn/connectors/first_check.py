"""The check of a connector that Keyturn writes the beginning of, and what it cannot tell."""

from __future__ import annotations

from collections.abc import Sequence

from keyturn.flows.json import Values

_LINE = "\ncheck:"
_UNTOLD = """
# No action that was chosen reads without being given something, so that a test asks the address alone: it tells that
# something answers there, not whether it takes the credentials. Name a request that reads with them."""


_OPEN = """
# What reads here without being given something is open to everybody, so that a test asks the address alone: it tells
# that something answers there, not whether it takes the credentials. Name a request that reads with them."""
_ELSEWHERE = """
# It is none of the actions here: those read with credentials only what they are given. This request needs them."""


def check_of(reads: Sequence[str]) -> Values:
    """The first path that can be read without being given anything; else the plain address."""
    return {"method": "GET", "path": reads[0] if reads else "/"}


def with_reservation(text: str, reads: Sequence[str], *, elsewhere: bool = False, is_open: bool = False) -> str:
    """A manifest as it is written, with what its check does not tell where nothing is read.

    Args:
        elsewhere: what is read is no action.
        is_open: there is something to read, without credentials.
    """
    if reads and not elsewhere:
        return text
    told = _ELSEWHERE if reads else _OPEN if is_open else _UNTOLD
    return text.replace(_LINE, told + _LINE, 1)
