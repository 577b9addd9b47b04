"""How long to wait before a request is sent again. Pure: time and chance are given.

What the service says comes first and is never undercut: ``Retry-After`` (RFC 9110, section 10.2.3), and on
a 429 ``X-Rate-Limit-Reset`` (Okta, "Rate limit headers": epoch seconds; Okta asks to compare it with the
answer's own ``Date``) or ``X-RateLimit-Reset`` (GitHub, "Rate limits for the REST API": the same; others send
seconds under this name, which are passed over). Without a word from it the wait is exponential with jitter ("full
jitter" of the AWS Architecture Blog, above the floor that the policy sets).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from .messages import Headers

_SECONDS = re.compile(r"\d+(\.\d{1,9})?", re.ASCII)
_MOST_SECONDS = 9_999_999_999.0  # some centuries: more than that no clock tells either
_EPOCH = re.compile(r"\d{1,11}(\.\d{1,9})?", re.ASCII)
_RESETS = (("X-Rate-Limit-Reset", _EPOCH), ("X-RateLimit-Reset", re.compile(r"\d{10,11}", re.ASCII)))


@dataclass(frozen=True, slots=True)
class BackoffPolicy:
    """``times`` is how often to send again, ``min_s`` and ``max_s`` bound our own waits in seconds.

    ``longest_told_s``: a wait told by the service is kept up to this; a longer one is reported as
    `ToldTooLong`, because waiting less would be refused and waiting more is not ours to decide.
    """

    times: int = 5
    min_s: float = 1.0
    max_s: float = 60.0
    longest_told_s: float = 300.0

    def __post_init__(self) -> None:
        if self.times < 0:
            raise ValueError("BackoffPolicy.times must not be negative.")
        if not 0 <= self.min_s <= self.max_s < float("inf"):
            raise ValueError("BackoffPolicy needs 0 <= min_s <= max_s.")
        if not 0 <= self.longest_told_s < float("inf"):
            raise ValueError("BackoffPolicy.longest_told_s must not be negative.")


@dataclass(frozen=True, slots=True)
class Told:
    """What the service asks for: ``seconds`` from its answer on, said in the header ``by``."""

    seconds: float
    by: str


@dataclass(frozen=True, slots=True)
class Wait:
    """Wait ``seconds``, then send again. ``told`` is the service's word, None for our own back-off."""

    seconds: float
    told: Told | None = None


@dataclass(frozen=True, slots=True)
class ToldTooLong:
    """The service asks for more than the policy's ``cap_s``: do not send again sooner than ``told``."""

    told: Told
    cap_s: float


@dataclass(frozen=True, slots=True)
class Exhausted:
    """The request was sent ``sent`` times, which is all that the policy gives."""

    sent: int


Backoff = Wait | ToldTooLong | Exhausted


def wait_before(
    attempt: int,
    policy: BackoffPolicy,
    *,
    status: int | None = None,
    headers: Headers | None = None,
    now: datetime,
    jitter: Callable[[], float],
) -> Backoff:
    """The wait before attempt number ``attempt`` (the first sending is 1, so 2 or more here).

    ``status`` and ``headers`` are of the last answer, None if there was none. ``now`` (aware) stands in
    for a missing ``Date``. ``jitter`` gives a number from 0 to 1. Raises ValueError for an attempt below 2.
    """
    if attempt < 2:
        raise ValueError("The first attempt has nothing to wait for.")
    if attempt > policy.times + 1:
        return Exhausted(sent=attempt - 1)
    chance = min(max(jitter(), 0.0), 1.0)
    told = None if headers is None else told_wait(status, headers, now)
    if told is None:
        return Wait(_own(attempt - 1, policy, chance))
    if told.seconds > policy.longest_told_s:
        return ToldTooLong(told, policy.longest_told_s)
    # Runs that were throttled together were told the same moment: spread them after it.
    return Wait(told.seconds + chance * min(policy.min_s, 1.0), told)


def _own(retry: int, policy: BackoffPolicy, chance: float) -> float:
    base = policy.min_s or min(1.0, policy.max_s)
    ceiling = min(policy.max_s, base * 2.0 ** min(retry, 60))
    return policy.min_s + chance * max(ceiling - policy.min_s, 0.0)


def told_wait(status: int | None, headers: Headers, now: datetime) -> Told | None:
    """The longest wait that the answer asks for, None if it asks for none.

    Values that cannot be read are passed over. A moment in the past is a wait of 0 seconds.
    """
    sent = _date(headers.get("Date", "")) or now
    found: list[Told] = []
    for value in headers.getall("Retry-After", ()):
        seconds = _retry_after(value.strip(), sent)
        if seconds is not None:
            found.append(Told(seconds, "Retry-After"))
    if status == 429:  # Okta sends the header with every answer; elsewhere it is no request to wait
        for name, shape in _RESETS:
            for value in headers.getall(name, ()):
                if shape.fullmatch(value.strip()):
                    reset = float(value) - sent.timestamp() + 1.0
                    found.append(Told(max(reset, 0.0), name))
    return max(found, key=lambda one: one.seconds, default=None)


def _retry_after(value: str, sent: datetime) -> float | None:
    if _SECONDS.fullmatch(value):
        return min(float(value), _MOST_SECONDS)
    moment = _date(value)
    return None if moment is None else max((moment - sent).total_seconds(), 0.0)


def _date(value: str) -> datetime | None:
    """An HTTP date in any of its three forms (RFC 9110, section 5.6.7), None for anything else."""
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
