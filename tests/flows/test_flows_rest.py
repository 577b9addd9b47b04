"""Documents whose shape is wrong in places: the rest of them is checked too, and nothing breaks the checker."""

from __future__ import annotations

import copy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies_flows import FLOWS

from keyturn.cards.catalogue import BuiltInCards
from keyturn.flows.checker import check_rest
from keyturn.flows.document import Flow
from keyturn.flows.json import JSON
from keyturn.flows.json_format import to_json
from keyturn.flows.loading import load_raw

WRONG = st.sampled_from(["", "A b", 7, -1.5, True, None, [], [1], {}, {"x": {}}, [{"id": 1}], "{{ x"])


def _places(raw: JSON, here: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    items = raw.items() if isinstance(raw, dict) else enumerate(raw) if isinstance(raw, list) else ()
    return [here, *(place for key, item in items for place in _places(item, (*here, key)))]


@given(FLOWS, st.data())
@settings(max_examples=80)
def test_whatever_is_wrong_the_rest_can_be_checked(flow: Flow, data: st.DataObject) -> None:
    raw: JSON = copy.deepcopy(to_json(flow))
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.sampled_from(_places(raw)[1:]))
        holder = raw
        for step in place[:-1]:
            holder = holder[step]  # type: ignore[index, call-overload]
        if data.draw(st.booleans()):
            holder[place[-1]] = data.draw(WRONG)  # type: ignore[index, call-overload]
        else:
            del holder[place[-1]]  # type: ignore[union-attr, arg-type]
        if not raw:
            return
    loaded = load_raw(raw)
    told = {problem.path for problem in loaded.problems}
    assert loaded.rest is None or loaded.flow is None
    assert not {problem.path for problem in check_rest(loaded, BuiltInCards())} & told


@pytest.mark.parametrize(
    ("raw", "codes"),
    [
        ({"name": "n", "event": {"card": "manual"}, "cards": [{"id": "a", "card": "nope"}]}, ["unknown-card"]),
        (
            {"id": "x", "name": "n", "cards": [{"id": "a", "card": "text.compose", "inputs": {"q": 1}}]},
            ["unknown-input"],
        ),
        ({"id": "x", "name": "n", "event": {"card": "manual"}, "cards": 7}, []),
        (
            {"id": "x", "name": "n", "event": {"card": "manual"}, "cards": [7, {"id": "a", "card": "nope"}]},
            ["unknown-card"],
        ),
    ],
    ids=["no id", "no event", "no cards", "no card"],
)
def test_stand_ins_say_nothing_of_their_own(raw: JSON, codes: list[str]) -> None:
    loaded = load_raw(raw)
    assert loaded.flow is None
    assert [problem.code for problem in check_rest(loaded, BuiltInCards())] == codes
