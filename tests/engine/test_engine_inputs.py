"""What is said of inputs that cannot be used: whole sentences, and names as on the card."""

from __future__ import annotations

import pytest

from keyturn.cards.catalogue import BuiltInCards
from keyturn.engine.compile import compile_plan
from keyturn.engine.ports import PublishedFlow
from keyturn.flows.checker import check
from keyturn.flows.document import Flow
from keyturn.flows.errors import CardError
from keyturn.flows.json import Values

CARDS = BuiltInCards()
WAIT: Values = {"card": "flow.wait", "inputs": {"delay": "{{ event.given }}"}}
BY_NAME: Values = {"card": "flow.assign", "outputs": {"pay": "number"}, "inputs": {"pay": "{{ event.given }}"}}
CONVERTED: Values = {"card": "text.compose", "inputs": {"text": "{{ event.given as number }}"}}


@pytest.mark.parametrize(
    ("card", "said"),
    [
        (WAIT, "The input 'Delay' cannot be used: 'soon' is no number."),
        (BY_NAME, "The input 'pay' cannot be used: 'soon' is no number."),
        (CONVERTED, "{{ event.given as number }} cannot be converted: 'soon' is no number."),
    ],
    ids=["a declared input", "a name of the author's", "a reference that converts"],
)
def test_what_cannot_be_used_is_told_in_a_sentence(card: Values, said: str) -> None:
    event: Values = {"card": "manual", "outputs": {"given": "text"}}
    flow = Flow.model_validate({"id": "f", "name": "F", "event": event, "cards": [{"id": "it", **card}]})
    plan = compile_plan(PublishedFlow(flow, 1), CARDS, CARDS)
    with pytest.raises(CardError) as raised:
        plan.steps[0].inputs.resolve({"event": {"given": "soon"}})
    assert raised.value.detail.message == said


def test_the_checker_names_fields_as_the_card_does() -> None:
    card: Values = {"id": "it", "card": "table.search_rows", "inputs": {"table": "x", "limit": "many"}}
    flow = Flow.model_validate({"id": "f", "name": "F", "event": {"card": "manual"}, "cards": [card]})
    [problem] = check(flow, CARDS)
    assert problem.mend == "Give 'Limit' a value of type number."
    card = {"id": "it", "card": "table.read_row", "inputs": {"table": "x", "row_id": [1]}}
    flow = Flow.model_validate({"id": "f", "name": "F", "event": {"card": "manual"}, "cards": [card]})
    assert [problem.code for problem in check(flow, CARDS)] == []
