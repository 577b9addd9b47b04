"""All matches of a pattern have a budget of computing time; one search has none."""

from __future__ import annotations

from itertools import count

import pytest

from keyturn.cards.patterns import Pattern, compile_pattern
from keyturn.flows.errors import CardError


def pattern(seconds: float) -> Pattern:
    """A pattern whose every look at the clock takes so long."""
    times = (seconds * number for number in count())
    return compile_pattern("p", "[0-9]", clock=lambda: next(times))


def test_a_pattern_that_takes_too_long_is_refused() -> None:
    text = "a1 " * 100
    with pytest.raises(CardError, match="300 characters take too long") as told:
        list(pattern(seconds=0.1).finditer(text))
    assert told.value.detail.field == "p"
    assert "[^,]*" in told.value.detail.mend
    assert len(list(pattern(seconds=0.004).finditer(text))) == 100


def test_a_longer_text_may_take_longer() -> None:
    with pytest.raises(CardError):
        list(pattern(seconds=0.01).finditer("1" * 100))
    assert len(list(pattern(seconds=0.01).finditer("1" * 100 + "a" * 100_000))) == 100


def test_the_first_match_needs_no_budget() -> None:
    assert next(pattern(seconds=0.4).finditer("a1b2")).group() == "1"
    assert pattern(seconds=9).search("a1") is not None
