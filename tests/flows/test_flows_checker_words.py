"""What the checker says: whom it names, and how to mend it."""

from __future__ import annotations

import pytest
from checked_flows import GIVE, found


@pytest.mark.parametrize(
    ("cards", "said"),
    [
        ("- {id: a, title: Say it, card: text.compose, inputs: {text: '{{ a.output }}'}}", "the card 'Say it' has no"),
        ("- {id: a, card: text.compose, inputs: {text: '{{ b.output }}'}}\n- {id: b, card: text.compose}", "'Compose'"),
        (
            "- {id: a, title: One, card: text.compose}\n- {id: b, card: text.compose, inputs: {text: '{{ a.x }}'}}",
            "'One' has",
        ),
        ("- {id: a, card: no.such}\n- {id: b, card: text.compose, inputs: {text: '{{ nobody.x }}'}}", "card 'nobody'"),
        ("- {id: a, card: text.compose, inputs: {text: '{{ event.nmae }}'}}", "'event' has no output"),
    ],
)
def test_problems_name_cards_by_their_titles(cards: str, said: str) -> None:
    assert any(said in problem.what for problem in found(cards)), [problem.what for problem in found(cards)]


@pytest.mark.parametrize(
    ("cards", "words"),
    [
        ("- {id: a, card: text.compos}", "Did you mean 'text.compose'?"),
        ("- {id: a, card: compose}", "Did you mean 'text.compose'?"),
        ("- {id: a, card: zzz}", "keyturn cards"),
        ("- {id: a, card: text.compose, inputs: {Text: x}}", "Did you mean 'text'?"),
        (GIVE + "- {id: a, card: text.compose, inputs: {text: '{{ gvie.output }}'}}", "Did you mean 'give'?"),
        (GIVE + "- {id: a, card: text.compose, inputs: {text: '{{ give.Output }}'}}", "Did you mean 'output'?"),
        ("- {id: a, card: text.compose, inputs: {text: '{{ event.rows.email }}'}}", "[].email"),
    ],
)
def test_how_to_mend_it(cards: str, words: str) -> None:
    (problem,) = found(cards)
    assert words in problem.mend
