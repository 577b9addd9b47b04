"""A formula's declaration tells whether a text meets a number in it; the checker asks it with values of the kinds."""

from __future__ import annotations

import pytest
from support_cards import CARDS

from keyturn.flows.json import JSON, Values


@pytest.mark.parametrize(
    ("inputs", "mixed"),
    [
        ({"formula": "v > 5", "v": "text"}, True),
        ({"formula": "v > 5", "v": "7"}, True),
        ({"formula": "not (v == 'x') and v > 5 and 2 > 1", "v": "text"}, True),
        ({"formula": "v > 5", "v": 1}, False),
        ({"formula": "v == 'x'", "v": "text"}, False),
        ({"formula": "v > 5", "v": None}, False),
        ({"formula": "v >", "v": "text"}, False),
        ({"formula": None, "v": "text"}, False),
        ({}, False),
    ],
)
def test_text_and_number(inputs: Values, mixed: bool) -> None:
    spec = CARDS.get("boolean.expression")
    assert spec is not None
    assert spec.mixes is not None
    assert spec.mixes(inputs) is mixed


@pytest.mark.parametrize("key", ["list.filter", "list.find"])
@pytest.mark.parametrize(
    ("items", "path", "value", "mixed"),
    [
        ([*range(5_000), "7"], "", 7, True),
        ([*({"n": 1} for _ in range(5_000)), {"n": "7"}], "n", 7, True),
        ([*({"n": 1} for _ in range(5_000)), {"m": 1}, {"n": {"o": "7"}}], "n", 7, False),
        ([*({"n": {"o": 1}} for _ in range(5_000)), {"n": {"o": "7"}}, None, 5, [1]], "n.o", 7, True),
        ([*({"n": "x"} for _ in range(5_000)), {"n": 1.5}], "n", "x", True),
        ([*({"n": "x"} for _ in range(5_000)), {"n": True}, {"n": None}, {}], "n", "x", False),
        ([1, "x"], "", True, False),
    ],
)
def test_every_item_is_looked_at(key: str, items: list[JSON], path: str, value: JSON, mixed: bool) -> None:
    warn = CARDS.warn(key)
    assert warn is not None
    assert bool(warn({"list": items, "path": path, "is": "equal to", "value": value})) is mixed
