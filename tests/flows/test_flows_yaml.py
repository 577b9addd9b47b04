"""YAML and JSON: whole flows come back as they were, and a patch leaves alone what it need not touch."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from strategies_flows import FLOWS, TEXTS, TRICKY, VALUES

from keyturn.flows.document import Card, Event, Flow
from keyturn.flows.json import JSON
from keyturn.flows.json_format import from_json, to_json
from keyturn.flows.yaml_format import dump, load, patch
from keyturn.flows.yaml_patch import identical

EXAMPLES = sorted((Path(__file__).parents[2] / "examples" / "offboarding").glob("*.yaml"))
SLOW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def flow_with(value: JSON) -> Flow:
    card = Card(id="a", card="x.y", inputs={"value": value, "list": [value, {"in": value}]}, note="n")
    return Flow(id="f", name="F", event=Event(card="manual"), cards=(card,))


def loaded(text: str) -> Flow:
    result = load(text)
    assert result.problems == []
    assert result.flow is not None
    return result.flow


def same(one: Flow, other: Flow) -> bool:
    return one == other and identical(to_json(one), to_json(other))


@pytest.mark.parametrize("text", TRICKY)
def test_any_text_stays_text(text: str) -> None:
    flow = flow_with(text)
    assert same(loaded(dump(flow)), flow)
    named = Flow(id="f", name="F", event=Event(card="manual", options={text: 1, "o": {text: text}}))
    assert same(loaded(dump(named)), named)


@given(VALUES)
@settings(deadline=None)
def test_any_value_keeps_its_type(value: JSON) -> None:
    flow = flow_with(value)
    assert same(loaded(dump(flow)), flow)


@given(FLOWS)
@SLOW
def test_a_flow_survives_yaml(flow: Flow) -> None:
    assert same(loaded(dump(flow)), flow)


@given(FLOWS)
@SLOW
def test_a_flow_survives_json(flow: Flow) -> None:
    again = from_json(to_json(flow)).flow
    assert again is not None
    assert same(again, flow)


@given(FLOWS, FLOWS)
@SLOW
def test_a_patched_text_is_the_flow(before: Flow, after: Flow) -> None:
    assert same(loaded(patch(dump(before), after)), after)


@given(FLOWS)
@SLOW
def test_a_patch_without_a_change_changes_nothing(flow: Flow) -> None:
    text = "# mine\n" + dump(flow) + "# end"
    assert patch(text, flow) == text


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_the_examples_load_and_stay(path: Path, newline: str) -> None:
    text = path.read_text().replace("\n", newline)
    flow = loaded(text)
    assert patch(text, flow) == text
    assert same(loaded(dump(flow)), flow)


TEXT = """\
# The head.
id:   f     # never changes
name: 'F'
about:

event: {card: manual,
        outputs: {Login: text}}   # who

cards:
# above one
- id: one   # beside one
  card: text.compose
  # above inputs
  inputs: {text: "a"}   # beside inputs

  # over an empty line

# above two
-   id: two
    card: branch.if
    branches:
      # above when
      - when: {a: 1, is: equal to, b: 1}   # beside when
        cards:
          # above inner
          - {id: inner, card: text.compose, inputs: {text: x}}
        set: {}
      # above otherwise
      - otherwise: true
    outputs:
      # above level
      level: text
      other:   number

# above three
- card: flow.comment
  id: three
  note: |
    keep   this
      # no comment
  # below note
# the end
"""


def change(flow: Flow, card_id: str, **update: object) -> Flow:
    cards = tuple(card.model_copy(update=update) if card.id == card_id else card for card in flow.cards)
    return flow.model_copy(update={"cards": cards})


def patched(after: Flow, text: str = TEXT) -> str:
    made = patch(text, after)
    assert same(loaded(made), after)
    return made


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize(
    ("update", "old", "new"),
    [
        ({"name": "G"}, "name: 'F'\n", "name: G\n"),
        ({"about": "{{ event.Login }}"}, "about:\n", 'about: "{{ event.Login }}"\n'),
        ({"note": "two\nlines"}, "name: 'F'\n", "name: 'F'\nnote: |-\n  two\n  lines\n"),
        ({"save_data": False}, "name: 'F'\n", "name: 'F'\nsave_data: false\n"),
    ],
)
def test_a_change_at_the_top(update: dict[str, object], old: str, new: str, newline: str) -> None:
    text, old, new = (one.replace("\n", newline) for one in (TEXT, old, new))
    assert patched(loaded(text).model_copy(update=update), text) == text.replace(old, new)


@pytest.mark.parametrize(
    ("card_id", "update", "old", "new"),
    [
        ("one", {"inputs": {"text": "b"}}, '{text: "a"}   # beside', "{text: b}   # beside"),
        (
            "one",
            {"inputs": {"text": "b\nc\n"}},
            '  inputs: {text: "a"}   # beside inputs\n',
            "  inputs:   # beside inputs\n    text: |\n      b\n      c\n",
        ),
        ("one", {"inputs": {}}, '  # above inputs\n  inputs: {text: "a"}   # beside inputs\n', ""),
        ("one", {"title": "T"}, "id: one   # beside one\n", "id: one   # beside one\n  title: T\n"),
        ("two", {"outputs": {"level": "text", "other": "text"}}, "other:   number", "other: text"),
        ("three", {"note": "short"}, "note: |\n    keep   this\n      # no comment\n", "note: short\n"),
        ("three", {"note": None}, "  note: |\n    keep   this\n      # no comment\n", ""),
    ],
)
def test_a_change_in_a_card(card_id: str, update: dict[str, object], old: str, new: str) -> None:
    assert patched(change(loaded(TEXT), card_id, **update)) == TEXT.replace(old, new)


def test_without_its_first_key_a_mapping_is_written_anew() -> None:
    made = patched(change(loaded(TEXT), "two", outputs={"other": "number"}))
    start, end = TEXT.index("\n    outputs:"), TEXT.index("\n\n# above three")
    assert made == TEXT[:start] + "\n    outputs: {other: number}" + TEXT[end:]


@given(FLOWS.filter(lambda flow: bool(flow.cards)), st.data())
@SLOW
def test_the_comments_of_all_cards_survive_a_change_in_one(flow: Flow, data: st.DataObject) -> None:
    lines: list[str] = []
    for line in dump(flow).splitlines():
        if line.startswith("  - id: "):
            lines.append(f"  # above {len(lines)}")
        lines.append(line)
    text = "\n".join(lines) + "\n"
    assume(load(text).flow == flow)
    cards = list(flow.cards)
    number = data.draw(st.integers(0, len(cards) - 1))
    update = data.draw(st.sampled_from([{"title": "Other"}, {"note": "a\nb"}, {"inputs": {"x": [1]}}, {"do": ()}]))
    cards[number] = cards[number].model_copy(update=update)
    made = patched(flow.model_copy(update={"cards": tuple(cards)}), text)
    assert [line for line in made.splitlines() if line.startswith("  # above ")] == [
        line for line in lines if line.startswith("  # above ")
    ]


def test_a_change_in_a_branch() -> None:
    flow = loaded(TEXT)
    first, last = flow.cards[1].branches
    inner = first.cards[0].model_copy(update={"title": "T"})
    branches = (first.model_copy(update={"cards": (inner,)}), last.model_copy(update={"set": {"level": "x"}}))
    made = patched(change(flow, "two", branches=branches))
    for comment in ("# above when", "# beside when", "# above inner", "# above otherwise", "# above level"):
        assert comment in made
    unchanged = TEXT.index("          - {id: inner")
    assert made[:unchanged] == TEXT[:unchanged]
    assert made[made.index("\n    outputs:") :] == TEXT[TEXT.index("\n    outputs:") :]


def test_cards_move_with_their_comments() -> None:
    flow = loaded(TEXT)
    one, two, three = flow.cards
    made = patched(flow.model_copy(update={"cards": (three, one, two)}))
    order = [
        made.index(mark) for mark in ("# above three", "# no comment", "# above one", "# beside one", "# above two")
    ]
    assert order == sorted(order)
    assert made.startswith(TEXT[: TEXT.index("# above one")])
    assert sorted(filter(None, made.splitlines())) == sorted(filter(None, TEXT.splitlines()))


def test_cards_come_and_go() -> None:
    flow = loaded(TEXT)
    one, _, three = flow.cards
    new = Card(id="new", card="flow.comment", note="More")
    made = patched(flow.model_copy(update={"cards": (one, new, three)}))
    assert "# above two" not in made
    assert "- id: new\n  card: flow.comment\n  note: More\n" in made
    assert made.startswith(TEXT[: TEXT.index("\n  # over an")])
    assert made.endswith(TEXT[TEXT.index("# above three") :])
    last = patched(flow.model_copy(update={"cards": (*flow.cards, new)}))
    assert last.startswith(TEXT[: TEXT.index("  # below note")].rstrip("\n"))
    assert "- id: new\n" in last
    none = patched(flow.model_copy(update={"cards": ()}))
    assert none.startswith(TEXT[: TEXT.index("event:")])


def test_a_text_that_is_no_flow_is_not_patched() -> None:
    with pytest.raises(ValueError, match="no flow"):
        patch("id: x", loaded(TEXT))


def test_flow_text_without_an_end_of_line() -> None:
    text = "id: f\nname: F\nevent: {card: manual}\ncards:\n- id: a\n  card: x"
    flow = loaded(text)
    assert patched(change(flow, "a", card="new"), text) == text[:-1] + "new"
    more = flow.model_copy(update={"cards": (*flow.cards, Card(id="b", card="x"))})
    assert patched(more, text) == text + "\n- id: b\n  card: x"


def test_dump_is_short_and_in_order() -> None:
    flow = loaded(TEXT)
    assert dump(flow.model_copy(update={"cards": flow.cards[:2]})) == (
        """\
id: f
name: F

event:
  card: manual
  outputs: {Login: text}

cards:
  - id: one
    card: text.compose
    inputs: {text: a}

  - id: two
    card: branch.if
    outputs: {level: text, other: number}
    branches:
      - when: {a: 1, is: equal to, b: 1}
        cards:
          - id: inner
            card: text.compose
            inputs: {text: x}
      - {otherwise: true}
"""
    )


@given(st.lists(TEXTS, min_size=1, max_size=4), st.integers(10, 90))
@settings(deadline=None)
def test_long_texts_are_folded_without_loss(words: list[str], times: int) -> None:
    text = " ".join(words) * times
    flow = flow_with(text)
    assert same(loaded(dump(flow)), flow)


def test_long_text_fits_a_page() -> None:
    made = dump(flow_with("A sentence of some words. " * 20 + "End."))
    assert all(len(line) <= 100 for line in made.splitlines())
