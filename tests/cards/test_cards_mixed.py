"""A formula's declaration tells whether a text meets a number in it; the checker asks it with values of the kinds."""

from __future__ import annotations

import pytest
from support_cards import CARDS

from keyturn.flows.json import Values


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
