"""Media types of a description: which of them is read or sent, and how a request asks for it."""

from __future__ import annotations

from collections.abc import Collection

from .requests import FORM

JSON_TYPE = "application/json"
# Types that tell nothing: many frameworks write them wherever a program does not say one (springdoc, swagger-core).
_OPEN = frozenset({"*/*", "*", "application/*"})
ANY_TYPE = "*/*"


def bare(kind: str) -> str:
    """A media type without its parameters."""
    return kind.partition(";")[0].strip().lower()


def is_open(kind: str) -> bool:
    """Whether a media type tells nothing of what comes."""
    return bare(kind) in _OPEN


def is_text(kind: str) -> bool:
    """Whether an answer of a media type is text."""
    kind = bare(kind)
    return kind.startswith("text/") or kind.endswith(("xml", "yaml", "csv", "javascript"))


def type_read(kinds: Collection[str]) -> str | None:
    """The type of an answer that is read: JSON before a form, what tells nothing, and text; None for none of them."""
    for fits in (JSON_TYPE.__eq__, _is_json, FORM.__eq__, is_open, is_text):
        if (found := next((kind for kind in kinds if fits(kind)), None)) is not None:
            return found
    return None


def accepted(kind: str | None, *, has_fields: bool) -> str:
    """What a request says that it accepts, to be answered with a type; empty for JSON, for which each asks.

    Where the type tells nothing anything is taken, JSON rather if it has fields: some frameworks announce a text as
    JSON to whoever asks for nothing else.
    """
    if kind is None:
        return ""
    if is_open(kind):
        return f"{JSON_TYPE}, {ANY_TYPE};q=0.5" if has_fields else ANY_TYPE
    parts = [part.strip() for part in kind.split(";")]
    asked = "; ".join(part for part in parts if not part.lower().startswith("charset"))
    return "" if asked.lower() == JSON_TYPE or (_is_json(kind) and "*" in kind) else asked


def takes_any(accept: str) -> bool:
    """Whether a request that accepts this takes an answer of any type."""
    return any(bare(part) == ANY_TYPE for part in accept.split(","))


def _is_json(kind: str) -> bool:
    return "json" in kind.lower()
