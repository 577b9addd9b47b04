"""What changed between two versions of a flow: conditions are told as people say them."""

from __future__ import annotations

import orjson
import pytest

from keyturn.flows.document import Flow
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
    return between(*flows)


def between(old: Flow | None, new: Flow | None) -> list[str]:
    assert old is not None
    assert new is not None
    return difference(old, new)


def with_lanes(row: str, first: str, second: str, rounds: str) -> Flow | None:
    """A flow with cards, named by letters, in its own row, in the branches of a card, and in a loop."""

    def cards(ids: str) -> list[JSON]:
        return [{"id": one, "card": "text.compose", "title": one.upper()} for one in ids]

    branches: list[JSON] = [{"when": LATE, "cards": cards(first)}, {"otherwise": True, "cards": cards(second)}]
    check: Values = {"id": "check", "title": "Check", "card": "branch.if", "branches": branches}
    each: Values = {"id": "each", "title": "Each", "card": "list.for_each", "do": cards(rounds)}
    event: Values = {"card": "manual", "outputs": {"late": "text"}}
    return from_json({"id": "f", "name": "F", "event": event, "cards": [*cards(row), check, each]}).flow


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


@pytest.mark.parametrize(
    ("new", "told"),
    [
        (("", "bc", "ad", "ef"), ["A (a): moved from the flow's own row to branch 2 of Check (check)"]),
        (("a", "b", "cd", "ef"), ["C (c): moved from branch 1 of Check (check) to branch 2 of Check (check)"]),
        (("a", "bc", "de", "f"), ["E (e): moved from the rounds of Each (each) to branch 2 of Check (check)"]),
        (("a", "cb", "d", "ef"), ["order in branch 1 of Check (check): B, C -> C, B"]),
        (("a", "bc", "d", "fe"), ["order in the rounds of Each (each): E, F -> F, E"]),
        (("a", "bc", "", "ef"), ["removed D (d)"]),
        (("a", "bc", "d", "ef"), []),
    ],
)
def test_a_card_in_another_lane_is_told(new: tuple[str, str, str, str], told: list[str]) -> None:
    assert between(with_lanes("a", "bc", "d", "ef"), with_lanes(*new)) == told


def test_another_order_of_the_flows_own_cards_is_told() -> None:
    said = between(with_lanes("ag", "", "", ""), with_lanes("ga", "", "", ""))
    assert said == ["order: A, G, Check, Each -> G, A, Check, Each"]
