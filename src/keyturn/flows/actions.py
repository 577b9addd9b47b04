"""Carrying out the action of a connector: what the engine hands over and what comes back.

There are three outcomes, and the difference between them is what keeps Keyturn's promises: it happened, it is
known not to have happened, or nobody knows. What changes Keyturn's own data knows only the first two: it is made
ready, and happens in the very commit that records its outcome.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from uuid import UUID

from .document import Retry
from .errors import ErrorDetail
from .json import JSON, Values

# The code of an error about an answer that came and is of no use.
ANSWER_UNUSABLE = "answer-unusable"


@dataclass(frozen=True, slots=True)
class PageAsked:
    """Which page of a list is wanted.

    Attributes:
        token: what the page before gave under ``next``; None for the first page.
    """

    token: str | None = None


@dataclass(slots=True)  # made for every effect: a frozen one takes three times as long; nothing changes it
class ActionCall:
    """One attempt to carry out a connector's action.

    Attributes:
        manifest: digest of the manifest that the run's flow version was published with, or None for current.
        before_send: called right before bytes may leave; if it raises, nothing is sent.
        on_answer: called when the app has answered and nothing of its answer was used, or None.
        secrets: texts that must not be shown.
        short_secrets: those that stand in too much to be looked for inside other texts.
        retry: how the card tries again by itself, if it does.
        page: the one page that is wanted, of a card that streams; its outputs are then ``records`` and ``next``
            (the next page's token, or null).
        look: nothing is to be done but to look whether an attempt before happened: done, with its outputs; failed with
            ``not_there``, where it certainly did not; anything else tells nothing. Only of cards whose effect has a
            ``read_back``.
        unanswered: an attempt before may have done it: nobody knows.
        sent_at: when the first attempt that may have done it was begun, by our own clock; None if there is none, or
            it was not written down. Only of cards whose effect has a ``read_back``.
        was_otherwise: before such an attempt was sent, the app showed that it was not so.
        on_otherwise: called when the app has shown that it is not so, before anything is sent; None if nobody keeps it.
        known: outputs by name that the attempts before it which may have done it had read before they were sent: the
            app may not have them any more.
        turn_at: when this call had its turn (``Turns``), by the monotonic clock; None if it has to wait for it.
    """

    run_id: UUID
    root_id: UUID
    flow_id: str
    card_id: str
    path: str
    card: str
    connection: str | None
    options: Values
    inputs: Values
    attempt: int
    before_send: Callable[[], None]
    manifest: str | None = None
    secrets: frozenset[str] = frozenset()
    short_secrets: frozenset[str] = frozenset()
    retry: Retry | None = None
    page: PageAsked | None = None
    on_answer: Callable[[], Awaitable[None]] | None = None
    look: bool = False
    unanswered: bool = False
    sent_at: datetime | None = None
    was_otherwise: bool = False
    on_otherwise: Callable[[], Awaitable[None]] | None = None
    known: Values = field(default_factory=dict[str, JSON])
    turn_at: float | None = None


@dataclass(frozen=True, slots=True)
class Proof:
    """What in an app's answer told, when it was looked, whether something is so.

    Attributes:
        field: where it stands in the answer: ``accountEnabled``, ``value[].id``.
        value: what stands there; of a list that is searched, what was looked for.
        has: whether such a list has it; None where no list is searched.
    """

    field: str
    value: JSON
    has: bool | None = None


@dataclass(slots=True)  # made for every effect: a frozen one takes three times as long; nothing changes it
class Done:
    """The action happened; ``proof`` is what told, if that was looked at (``ActionCall.look``)."""

    outputs: Values
    exchanges: Sequence[JSON] = ()
    proof: Proof | None = None


@dataclass(frozen=True, slots=True)
class Failed:
    """The action did not happen, or the app refused it: a known outcome. The exception is ``taken``.

    Attributes:
        error: what happened, why and how to mend it.
        status: HTTP status of the answer, or None if nothing was sent.
        not_sent: it is certain that the request never reached the app.
        try_again: not sent for a reason that may pass (connection refused); False where it cannot (bad input).
        began: of an action with several requests one or more may have been carried out, which may be sent again.
        retry_after: seconds that the app asks to wait, or None.
        not_there: looking showed that it did not happen (``ActionCall.look``).
        taken: the app took the request and its answer is of no use. A read has failed then; whether a change
            happened is not known.
        proof: what told that it is not so (``not_there``).
        known: outputs by name that were read before it was sent (``taken``).
    """

    error: ErrorDetail
    status: int | None = None
    not_sent: bool = False
    try_again: bool = False
    retry_after: float | None = None
    exchanges: Sequence[JSON] = ()
    not_there: bool = False
    taken: bool = False
    proof: Proof | None = None
    began: bool = False
    known: Values = field(default_factory=dict[str, JSON])


@dataclass(frozen=True, slots=True)
class Unknown:
    """The request may have been carried out; no outcome came back. ``proof`` was looked at and does not tell; ``known``
    are outputs by name that were read before it was sent."""

    error: ErrorDetail
    exchanges: Sequence[JSON] = ()
    proof: Proof | None = None
    known: Values = field(default_factory=dict[str, JSON])


@dataclass(frozen=True, slots=True)
class Ready:
    """The action has not happened yet: it happens with the commit of its outcome (``EffectSpec.in_commit``).

    Attributes:
        change: what the store is to carry out; nobody's matter between the room that made it and the store.
    """

    change: object
    exchanges: Sequence[JSON] = ()


class Turns(Protocol):
    """Where an app is asked no faster than it allows, a change waits for its turn before anything says that it was
    begun: a process that dies meanwhile leaves nothing in doubt."""

    async def turn(self, connection_id: str) -> float | None:
        """Wait for the turn of one request; gives when it came, by the monotonic clock. None where all may be sent.

        Raises:
            StoreUnavailable: turns cannot be counted.
        """
        ...


class Actions(Protocol):
    """Carries out the actions of connectors, and of cards that read or change Keyturn's own data."""

    async def perform(self, call: ActionCall) -> Done | Failed | Unknown | Ready:
        """One attempt. Never raises for what app or network do; what ``before_send`` raises passes."""
        ...
