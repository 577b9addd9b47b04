"""What the history tells of attempts beside the entries of their cards: what is under way, what a person decided."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from keyturn.flows.json import Values

from .ports import TraceEntry

_FINAL = frozenset({"done", "failed", "skipped"})


@dataclass(frozen=True, slots=True)
class AtWork:
    """An effect whose request may be out, or a card that called a helper run: neither has ended.

    Attributes:
        card: the card's key; empty where it is not known.
    """

    path: str
    attempt: int
    card: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Begun:
    """What the history tells of a card at work.

    Attributes:
        ended: of a loop: how many of its rounds have ended; None where that is not written down.
    """

    entry: TraceEntry
    ended: int | None = None


@dataclass(frozen=True, slots=True)
class Decided:
    """What a person said about an effect whose outcome nobody knew.

    Attributes:
        answer: happened | again | stop.
        by: who said so; None where that was not written down.
        asked_at: when it was known that the outcome is unknown.
        error: what was known of the outcome.
    """

    path: str
    attempt: int
    answer: str
    by: str | None
    asked_at: datetime | None
    decided_at: datetime
    error: Values | None


def gone_on(before: TraceEntry, after: TraceEntry) -> TraceEntry:
    """The entry of a card that was begun in an earlier session of its run.

    What had ended was only replayed: it took the time that it took then. What had not, has waited in between. Each
    session tells only the requests that it made itself.
    """
    exchanges = (*before.exchanges, *after.exchanges)
    if before.status in _FINAL:
        return replace(after, at=before.at, ms=before.ms, waited=before.waited, exchanges=exchanges)
    worked = timedelta(milliseconds=before.ms + before.waited)
    between = max(0.0, (after.at - before.at - worked) / timedelta(milliseconds=1))
    waited = before.waited + between
    return replace(after, at=before.at, ms=before.ms + after.ms, waited=waited, exchanges=exchanges)


def under_way(path: str) -> list[tuple[str, str]]:
    """Of what is at work: the loops around it and then the card itself, each with its path and its id."""
    parts = path.split("/")
    return [("/".join([*parts[:depth], _card(part)]), _card(part)) for depth, part in enumerate(parts)]


def _card(part: str) -> str:
    return part.partition("[")[0]
