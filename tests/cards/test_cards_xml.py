"""What XML cards make can be read again, and nothing can grow or be fetched on the way."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support_cards import CARDS, run

from keyturn.cards.catalogue import BuiltInCards
from keyturn.cards.limits import Limits
from keyturn.flows.errors import CardError
from keyturn.flows.json import JSON, Values

PARSE, BUILD = CARDS.get("xml.parse"), CARDS.get("xml.build")
assert PARSE is not None
assert BUILD is not None

_NAMES = st.sampled_from(["a", "b", "c-1", "żółw", "p:q", "_x.y"])
_ATTRIBUTES = _NAMES.filter(lambda name: ":" not in name).map(lambda name: "@" + name)
_TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"), max_size=5
)
_SOLID = _TEXTS.map(lambda text: f"x{text}x")
_ELEMENTS: st.SearchStrategy[JSON] = st.recursive(
    st.just("") | _SOLID,
    lambda inner: st.dictionaries(_ATTRIBUTES, _TEXTS, max_size=2).flatmap(
        lambda attributes: st.dictionaries(
            _NAMES, inner | st.lists(inner, min_size=2, max_size=3), min_size=1, max_size=3
        ).map(lambda children: {**attributes, **children})
    ),
    max_leaves=5,
)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(_NAMES, _ELEMENTS, min_size=1, max_size=1), st.booleans(), st.booleans())
def test_what_is_written_is_read_again(value: Values, pretty: bool, declaration: bool) -> None:
    written = run(BUILD, {"value": value, "pretty": pretty, "declaration": declaration})
    assert run(PARSE, {"text": written["output"]}) == {"output": value}


def test_nesting_and_length_have_limits() -> None:
    small = BuiltInCards(Limits(text=400, items=100, depth=10))
    deep = "<a>" * 11 + "</a>" * 11
    with pytest.raises(CardError, match="10 levels"):
        run(PARSE, {"text": deep}, cards=small)
    assert run(PARSE, {"text": deep})
    with pytest.raises(CardError, match="400 is the most"):
        run(BUILD, {"value": {"a": "<" * 399}}, cards=small)
    nested: JSON = "x"
    for _ in range(11):
        nested = {"a": nested}
    with pytest.raises(CardError, match="10 levels"):
        run(BUILD, {"value": nested}, cards=small)


def test_a_text_that_would_grow_is_refused_at_once() -> None:
    entities = "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 10}">' for n in range(9))
    with pytest.raises(CardError, match="document type"):
        run(PARSE, {"text": f'<!DOCTYPE a [<!ENTITY e0 "x">{entities}]><a>&e9;</a>'})
