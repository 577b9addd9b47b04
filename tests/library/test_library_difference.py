"""What changed between two versions of a flow: conditions are told as people say them."""

from __future__ import annotations

import orjson
import pytest

from keyturn.flows.json import JSON, Values
from keyturn.flows.json_format import from_json
from keyturn.library.difference import difference

SCORE: Values = {"a": "{{ event.score as number }}", "is": "greater than", "b": 10}
LEVEL: Values = {"a": "{{ event.level }}", "is": "equal to", "b": "high"}
LATE: Values = {"a": "{{ event.late }}", "is": "is not empty"}


def lines(old: JSON, new: JSON) -> list[str]:
    """The difference of two flows whose first branch has these conditions."""
    flows = [
        from_json(
            {
                "id": "risk",
                "name": "Risk",
                "event": {"card": "manual", "outputs": {"score": "number", "level": "text", "late": "text"}},
                "cards": [{"id": "ask", "card": "branch.if", "branches": [{"when": when, "cards": []}]}],
            }
        ).flow
        for when in (old, new)
    ]
    assert flows[0] is not None
    assert flows[1] is not None
    return difference(flows[0], flows[1])


SCORED = "event.score as number greater than 10"
IS_LATE = "event.late is not empty"
IS_HIGH = 'event.level equal to "high"'


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (SCORE, SCORE | {"b": 20}, f"when: {SCORED} -> {SCORED.replace('10', '20')}"),
        (LEVEL, LATE, f"when: {IS_HIGH} -> {IS_LATE}"),
        (SCORE, {"all": [SCORE, LATE]}, f"when: {SCORED} -> {SCORED} and {IS_LATE}"),
        ({"all": [SCORE]}, {"all": [SCORE, LATE]}, f"when, all of: added {IS_LATE}"),
        ({"all": [SCORE, LATE]}, {"all": [LATE]}, f"when, all of: removed {SCORED}"),
        ({"all": [SCORE, LEVEL]}, {"all": [SCORE, LATE]}, f"when, all of: {IS_HIGH} -> {IS_LATE}"),
        (
            {"all": [SCORE, LATE]},
            {"any": [SCORE, LATE]},
            f"when: all of them -> any of them: {SCORED} or {IS_LATE}",
        ),
        (
            {"all": [SCORE, {"any": [LEVEL]}]},
            {"all": [SCORE, {"any": [LEVEL, LATE]}]},
            f"when, all of, any of: added {IS_LATE}",
        ),
        (
            {"none": [SCORE, {"all": [LEVEL, LATE]}]},
            SCORE,
            f"when: none of: {SCORED} or ({IS_HIGH} and {IS_LATE}) -> {SCORED}",
        ),
    ],
)
def test_a_condition_that_changed_is_told_in_words(old: JSON, new: JSON, told: str) -> None:
    said = lines(old, new)
    assert said == [f"ask, branch 1, {told}"]
    assert orjson.dumps(old).decode() not in said[0]


def test_the_same_condition_is_no_change() -> None:
    assert lines({"all": [SCORE, LATE]}, {"all": [SCORE, LATE]}) == []


def test_another_order_of_comparisons_is_told() -> None:
    (told,) = lines({"any": [SCORE, LATE]}, {"any": [LATE, SCORE]})
    assert told.startswith("ask, branch 1, when, any of: another order")
