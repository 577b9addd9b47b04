"""Regular expressions in a linear-time engine (RE2), so that no pattern can hold up a run.

The syntax is RE2's (https://github.com/google/re2/wiki/Syntax): classes, groups, alternatives, repetition, anchors,
``\\b``, ``\\d \\w \\s``, Unicode classes as ``\\p{L}``, flags as ``(?i)``. There is no look-around and
no back-reference. Positions are in code points. A pattern may have 1,000 characters and its program 8 MB.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Protocol, cast

import re2 as untyped  # pyright: ignore[reportMissingTypeStubs]

from keyturn.flows.errors import CardError

LONGEST = 1_000


class _Options(Protocol):
    """How a pattern is read."""

    log_errors: bool
    case_sensitive: bool


class _Engine(Protocol):
    """What is used of RE2's module, which has no types."""

    error: type[Exception]
    Options: type[_Options]

    def compile(self, pattern: str, options: _Options) -> Pattern:
        """A compiled pattern."""
        ...


class Match(Protocol):
    """A place where a pattern was found."""

    def span(self) -> tuple[int, int]:
        """Where it begins and ends."""
        ...

    def group(self) -> str:
        """What was found."""
        ...

    def groups(self) -> tuple[str | None, ...]:
        """What the groups of the pattern hold."""
        ...


class Pattern(Protocol):
    """A compiled pattern."""

    def search(self, text: str) -> Match | None:
        """The first match."""
        ...

    def finditer(self, text: str) -> Iterator[Match]:
        """All matches that do not overlap."""
        ...

    def subn(self, repl: Callable[[Match], str], text: str, count: int = 0) -> tuple[str, int]:
        """The text with matches replaced (all, or the first so many), and how many."""
        ...


_ENGINE = cast("_Engine", untyped)


def compile_pattern(field: str, pattern: str, case_sensitive: bool = True) -> Pattern:
    """A pattern, ready for use.

    Raises:
        CardError: it is no regular expression that RE2 knows, or too long.
    """
    if len(pattern) > LONGEST:
        raise CardError.bad_input(field, f"The pattern has over {LONGEST} characters.", "Make it shorter.")
    try:
        return _compiled(pattern, case_sensitive)
    except (_ENGINE.error, UnicodeEncodeError) as error:
        raise CardError.bad_input(
            field,
            f"The pattern is no regular expression: {_reason(error)}.",
            "Use RE2's syntax; put a backslash before . * + ? ( ) [ ] { } | ^ $ that are meant as such.",
        ) from None


def _reason(error: Exception) -> str:
    said = error.args[0] if error.args else ""
    return said.decode(errors="replace").strip() if isinstance(said, bytes) else str(said).strip()


@lru_cache(maxsize=512)
def _compiled(pattern: str, case_sensitive: bool) -> Pattern:
    return _ENGINE.compile(pattern, _options(case_sensitive))


def _options(case_sensitive: bool) -> _Options:
    options = _ENGINE.Options()
    options.log_errors = False
    options.case_sensitive = case_sensitive
    return options
