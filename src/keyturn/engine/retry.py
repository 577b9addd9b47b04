"""How long to wait before a card is tried again."""

from __future__ import annotations

import re
from dataclasses import dataclass
from random import Random

from keyturn.flows.actions import Failed
from keyturn.flows.document import Retry

_PART = re.compile(r"^(\d+(?:\.\d+)?)(ms|s|m|h|d)$")
# A told wait is kept up to this, or up to the longest wait of the card; waiting less would be refused.
LONGEST_TOLD = 3600.0
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}


@dataclass(frozen=True, slots=True)
class WaitRange:
    """Seconds to wait: from ``least``, growing to ``most``."""

    least: float
    most: float


def parse_wait(text: str) -> WaitRange:
    """Read ``5s`` or ``1s..30s``.

    Raises:
        ValueError: it is neither.
    """
    least, _, most = text.partition("..")
    low = _seconds(least)
    return WaitRange(low, max(low, _seconds(most)) if most else low)


def _seconds(text: str) -> float:
    match = _PART.match(text.strip())
    if not match:
        raise ValueError(f"{text!r} is no length of time; write for example 500ms, 5s, 2m, 1h")
    return float(match.group(1)) * _SECONDS[match.group(2)]


def should_retry(retry: Retry | None, attempt: int, failed: Failed) -> bool:
    """Whether an attempt that failed is followed by another: answered with a listed status, or never sent."""
    if retry is None or attempt > retry.times or is_too_long(retry, failed):
        return False
    return failed.try_again or (not failed.not_sent and retry.covers(failed.status))


def is_too_long(retry: Retry, failed: Failed) -> bool:
    """Whether the app asks to wait for longer than a run waits by itself: an hour, or as long as the card says."""
    return (failed.retry_after or 0.0) > max(LONGEST_TOLD, parse_wait(retry.wait_for(failed.status)).most)


def wait_before(retry: Retry, attempt: int, failed: Failed | None, random: Random) -> float:
    """Seconds before the next attempt: doubling with jitter, never sooner than the app asked. Runs that were refused
    together were told the same moment, and are spread over a second or a tenth of the wait after it.

    Args:
        attempt: the attempt that failed, from 1.
        failed: what came of it; None where that is unknown.
    """
    span = parse_wait(retry.wait_for(failed.status if failed else None))
    ceiling = min(span.most, span.least * 2.0 ** min(attempt, 30))
    chosen = random.uniform(span.least, ceiling)
    told = failed.retry_after if failed else None
    return chosen if told is None else max(chosen, told + random.uniform(0.0, max(1.0, told / 10)))
