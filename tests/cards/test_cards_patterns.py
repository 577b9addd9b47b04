"""All matches of a pattern have a budget of computing time; one search has none."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

import pytest

from keyturn.cards.patterns import Pattern, compile_pattern
from keyturn.flows.errors import CardError


def pattern(seconds: float) -> Pattern:
    """A pattern whose every look at the clock takes so long."""
    times = (seconds * number for number in count())
    return compile_pattern("p", "[0-9]", clock=lambda: next(times))


@pytest.mark.parametrize(
    "look",
    [
        lambda it, text: [match.group() for match in it.finditer(text)],
        lambda it, text: it.subn(lambda _: "#", text),
    ],
    ids=["finditer", "subn"],
)
def test_a_pattern_that_takes_too_long_is_refused(look: Callable[[Pattern, str], object]) -> None:
    text = "a1 " * 100
    with pytest.raises(CardError, match="300 characters take too long") as told:
        look(pattern(seconds=0.1), text)
    assert told.value.detail.field == "p"
    assert "[^,]*" in told.value.detail.mend
    look(pattern(seconds=0.004), text)


def test_a_longer_text_may_take_longer() -> None:
    with pytest.raises(CardError):
        list(pattern(seconds=0.01).finditer("1" * 100))
    assert len(list(pattern(seconds=0.01).finditer("1" * 100 + "a" * 100_000))) == 100


def test_the_first_match_needs_no_budget() -> None:
    assert pattern(seconds=0.4).subn(lambda _: "#", "a1b2", 1) == ("a#b2", 1)
    assert pattern(seconds=9).search("a1") is not None


def test_matches_are_replaced_where_they_are() -> None:
    replaced = compile_pattern("p", r"\pL*", clock=lambda: 0.0).subn(lambda found: f"<{found.group()}>", "ż1ó")
    assert replaced == ("<ż><>1<ó><>", 4)
