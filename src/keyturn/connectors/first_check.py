"""The check of a connector that Keyturn writes the beginning of, and what it cannot tell."""

from __future__ import annotations

from collections.abc import Sequence

from keyturn.flows.json import Values

_LINE = "\ncheck:"
_UNTOLD = """
# No action that was chosen reads without being given something, so that a test asks the address alone: it tells that
# something answers there, not whether it takes the credentials. Name a request that reads with them."""


def check_of(reads: Sequence[str]) -> Values:
    """The first path that can be read without being given anything; else the plain address."""
    return {"method": "GET", "path": reads[0] if reads else "/"}


def with_reservation(text: str, reads: Sequence[str]) -> str:
    """A manifest as it is written, with what its check does not tell where nothing is read."""
    return text if reads else text.replace(_LINE, _UNTOLD + _LINE, 1)
