"""Regular expressions in a linear-time engine (RE2), with a budget, so that no pattern can hold up a run.

The syntax is RE2's (https://github.com/google/re2/wiki/Syntax): classes, groups, alternatives, repetition, anchors,
``\\b``, ``\\d \\w \\s``, Unicode classes as ``\\p{L}``, flags as ``(?i)``. There is no look-around and
no back-reference. Positions are in code points. A pattern may have 1,000 characters and its program 8 MB.

One search costs in proportion to the text, all matches need not: RE2 begins anew after each match, and ``a.*b|a`` looks
through all that is left each time. The engine does not tell how far it looked, so all matches have a budget of
computing time, in proportion to the text and several times what patterns need that do not look so far.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from time import thread_time
from typing import Protocol, cast

import re2 as untyped  # pyright: ignore[reportMissingTypeStubs]

from keyturn.flows.errors import CardError

LONGEST = 1_000
# Computing time for all matches of a pattern. A match at each character takes some 6 microseconds for each.
SECONDS = 0.5
SECONDS_FOR_A_CHARACTER = 20e-6


class _Options(Protocol):
    """How a pattern is read."""

    log_errors: bool
    case_sensitive: bool


class _Engine(Protocol):
    """What is used of RE2's module, which has no types."""

    error: type[Exception]
    Options: type[_Options]

    def compile(self, pattern: str, options: _Options) -> _Compiled:
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


class _Compiled(Protocol):
    """A pattern as the engine has it."""

    def search(self, text: str) -> Match | None:
        """The first match."""
        ...

    def finditer(self, text: str) -> Iterator[Match]:
        """All matches that do not overlap."""
        ...


@dataclass(frozen=True, slots=True)
class Pattern:
    """A compiled pattern.

    Attributes:
        field: the field that errors name.
        compiled: what the engine made of it.
        clock: tells the computing time of this thread, in seconds.
    """

    field: str
    compiled: _Compiled
    clock: Callable[[], float]

    def search(self, text: str) -> Match | None:
        """The first match."""
        return self.compiled.search(text)

    def finditer(self, text: str) -> Iterator[Match]:
        """All matches that do not overlap.

        Raises:
            CardError: looking for them takes longer than a text of this length may take.
        """
        begun, clock = self.clock(), self.clock
        allowed = SECONDS + SECONDS_FOR_A_CHARACTER * len(text)
        used = 0.0  # What is done with a match between two of them does not count.
        for match in self.compiled.finditer(text):
            used += clock() - begun
            if used > allowed:
                raise self._too_long(len(text))
            yield match
            begun = clock()

    def _too_long(self, length: int) -> CardError:
        return CardError.bad_input(
            self.field,
            f"The pattern looks through too much of the text after each match: {length} characters take too long.",
            "Let it end where a match ends, say with [^,]* instead of .*; or split the text and work on its parts.",
        )


_ENGINE = cast("_Engine", untyped)


def compile_pattern(
    field: str, pattern: str, case_sensitive: bool = True, clock: Callable[[], float] = thread_time
) -> Pattern:
    """A pattern, ready for use.

    Raises:
        CardError: it is no regular expression that RE2 knows, or too long.
    """
    if len(pattern) > LONGEST:
        raise CardError.bad_input(field, f"The pattern has over {LONGEST} characters.", "Make it shorter.")
    try:
        return Pattern(field, _compiled(pattern, case_sensitive), clock)
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
def _compiled(pattern: str, case_sensitive: bool) -> _Compiled:
    return _ENGINE.compile(pattern, _options(case_sensitive))


def _options(case_sensitive: bool) -> _Options:
    options = _ENGINE.Options()
    options.log_errors = False
    options.case_sensitive = case_sensitive
    return options
