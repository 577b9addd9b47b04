"""Whoever knows Okta Workflows finds each card they know: under its name and in its category, with its fields.

What exports show is in ``okta-kernel-cards.json`` (``support_okta.py``), which cards are known from documents in
``okta-reference-cards.yaml`` and ``okta-reference-fields.yaml``. Where ours is otherwise on purpose,
``okta-differences.yaml`` says why.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from ruamel.yaml import YAML
from support_okta import CATALOGUE, cards, facts

from keyturn.cards.catalogue import BuiltInCards
from keyturn.cards.describe import describe
from keyturn.cards.evidence import ELSEWHERE_BEYOND
from keyturn.cards.item_conditions import OKTA_SYMBOLS as ITEM_SYMBOLS
from keyturn.connectors.registry import ConnectorRegistry
from keyturn.flows.conditions import OKTA_SYMBOLS as CONDITION_SYMBOLS
from keyturn.flows.json import JSON

Card = dict[str, Any]
HERE = Path(__file__).parent
OKTA = cards()
# As keyturn cards --json tells them.
CARDS: list[Card] = [describe(spec) for spec in (*BuiltInCards().all(), *ConnectorRegistry().all())]
# All but the actions of apps.
OWN = [card for card in CARDS if card["connector"] in (None, "api_connector")]
BY_ADDRESS: dict[str, list[Card]] = {}
for _card in CARDS:
    for _address in (_card["okta"], *_card["okta_also"]):
        BY_ADDRESS.setdefault(_address, []).append(_card)
PAIRS = [(address, card) for address in OKTA for card in BY_ADDRESS.get(address, ())]


def yaml(name: str) -> Any:
    return YAML(typ="safe", pure=True).load((HERE / name).read_text(encoding="utf-8"))


REFERENCE: dict[str, list[str]] = yaml("okta-reference-cards.yaml")
REFERENCE_FIELDS: dict[str, dict[str, list[str]]] = yaml("okta-reference-fields.yaml")
DIFFERENCES: dict[str, dict[str, str]] = yaml("okta-differences.yaml")


def fields(card: Card, *sides: str) -> Iterator[Card]:
    """The fields of a card, whatever its options."""
    for side in sides:
        yield from card[side]
        for variant in card["variants"]:
            yield from variant.get(side, ())


def inputs_of(card: Card) -> list[Card]:
    return [*fields(card, "inputs"), *card["options"]]


def keys_of(field: Card) -> set[str]:
    """Under which keys exports have a field."""
    return {key.rpartition(".")[2] for key in (field["okta"] or field["name"]).split("|")}


def found(ours: list[Card], key: str) -> Card | None:
    return next((field for field in ours if key in keys_of(field)), None)


def plain(text: str) -> str:
    """A title without what is only how it is written."""
    return "".join(character for character in text.lower() if character.isalnum())


def told(kind: str, wrong: dict[str, str]) -> None:
    """All that differs is among the differences that are told, and these are all there are."""
    known = DIFFERENCES[kind]
    names = {place: {place, f"* {place.split(' ', 1)[-1]}"} & {*known} for place in wrong}
    assert {place: wrong[place] for place, name in names.items() if not name} == {}
    assert {*known} - {name for named in names.values() for name in named} == set(), "it is no difference any more"
    assert all(why.endswith(".") for why in known.values())


def test_every_address_of_the_exports_is_told_by_a_card() -> None:
    assert set(OKTA) - {card["okta"] for card in CARDS} == set()


@pytest.mark.skipif(not CATALOGUE.is_file(), reason="the catalogue of exported cards is not beside us")
def test_the_facts_are_those_of_the_catalogue() -> None:
    catalogue = orjson.loads(CATALOGUE.read_bytes())
    assert facts(catalogue) == OKTA, "To mend: python tests/cards/support_okta.py ../shared/reference/..."
    kernel = {card["address"] for card in catalogue["cards"] if card["address"].startswith("root:kernel:")}
    assert {f"root:kernel:{card['okta']}" for card in CARDS} >= kernel


def test_every_card_of_the_reference_is_here() -> None:
    ours = {f"{card['category']}: {card['title']}" for card in CARDS}
    known = [f"{category}: {title}" for category, titles in REFERENCE.items() for title in titles]
    missing = {place: "not here" for place in known if place not in ours}
    elsewhere = {place: missing.pop(place) for place in DIFFERENCES["no cards"] if place in missing}
    told("cards", missing)
    told("no cards", elsewhere)


def test_every_other_card_is_marked_as_beyond_okta() -> None:
    """A card of ours has an address of Okta's, or is known by its documents, or says that Okta has none."""
    wrong = {card["key"]: card["title"] for card in OWN if not (card["okta"] or card["beyond"] or in_reference(card))}
    told("known without a title", wrong)


def test_the_page_of_assumptions_knows_which_cards_of_the_api_connector_okta_has_not() -> None:
    """It is written in a room that does not know connectors."""
    assert {card["key"] for card in OWN if card["connector"] and card["beyond"]} == ELSEWHERE_BEYOND


def in_reference(card: Card) -> bool:
    """Whether documents know a card, by its title or one that is told to differ."""
    titles = {card["title"], *(place.partition(": ")[2] for place in DIFFERENCES["cards"])}
    words = {card["title"].lower(), *(word.lower() for word in card["synonyms"])}
    return any(title.lower() in words and title in REFERENCE.get(card["category"], ()) for title in titles)


def test_each_card_of_ours_has_cases() -> None:
    few = {card["key"]: card["cases"] for card in OWN if sum((card["cases"] or {}).values()) < 8}
    assert few == {}


def test_cards_that_differ_are_found_by_the_title_that_okta_gives_them() -> None:
    words = {word.lower() for card in CARDS for word in (card["title"], *card["synonyms"])}
    wanted = [place.partition(": ")[2] for place in DIFFERENCES["cards"]]
    wanted += [OKTA[address]["title"] for address in DIFFERENCES["titles"]]
    assert [title for title in wanted if title.lower() not in words] == []


def test_titles_are_those_of_the_exports() -> None:
    told("titles", {address: card["title"] for address, card in PAIRS if card["title"] != OKTA[address]["title"]})


def test_titles_of_fields_are_those_of_the_exports() -> None:
    wrong: dict[str, str] = {}
    for address, card in PAIRS:
        for ours, side in ((inputs_of(card), "inputs"), ([*fields(card, "outputs")], "outputs")):
            for field in OKTA[address][side]:
                mine, title = found(ours, field["key"]), field.get("title", field["key"])
                if mine is not None and plain(title) != plain(mine["title"]):
                    wrong[f"{address} {field['key']}"] = f"{title} is {mine['title']}"
    told("field titles", wrong)


def test_the_fields_of_exports_are_known() -> None:
    wrong: dict[str, str] = {}
    for address, card in PAIRS:
        outputs = [*fields(card, "outputs")]
        ours = {"inputs": [*inputs_of(card), *outputs], "outputs": [*outputs, *inputs_of(card)]}
        if card["kind"] == "event":
            ours["outputs"] = outputs
        for side in ("inputs", "outputs"):
            for field in OKTA[address][side]:
                if found(ours[side], field["key"]) is None:
                    wrong[f"{address} {field['key']}"] = "no field stands for it"
    told("fields", wrong | unknown_fields_of_documents())


def unknown_fields_of_documents() -> dict[str, str]:
    """Those that are known by documents alone, and for which no field of ours stands."""
    return {
        f"{address} {key}": "no field stands for it"
        for address, sides in REFERENCE_FIELDS.items()
        for card in BY_ADDRESS[address]
        for side, keys in sides.items()
        for key in keys
        if found(inputs_of(card) if side == "inputs" else [*fields(card, "outputs")], key) is None
    }


def test_fields_beyond_okta_are_marked() -> None:
    wrong: dict[str, str] = {}
    for address, card in PAIRS:
        for ours, side in ((inputs_of(card), "inputs"), ([*fields(card, "outputs")], "outputs")):
            known = {field["key"] for field in OKTA[address][side]}
            for field in ours:
                if field["beyond"] == bool(keys_of(field) & known):
                    wrong[f"{card['key']} {field['name']}"] = f"beyond is {field['beyond']}"
    told("not in exports", wrong)


WORDS = {str(symbol): str(operator) for operator, symbol in CONDITION_SYMBOLS.items()}
WORDS |= {symbol: operator for operator, symbol in ITEM_SYMBOLS.items()}
# How a helper flow reads rows one by one, and Yes and No, are ours to name.
SAME: dict[str, JSON] = {**WORDS, "all-new": "all", "Yes": True, "No": False}


def test_choices_are_those_of_the_exports() -> None:
    wrong: dict[str, str] = {}
    for address, card in PAIRS:
        for field in OKTA[address]["inputs"]:
            mine = found(inputs_of(card), field["key"])
            if mine is not None and "choices" in field and (what := other_choices(mine, field["choices"])):
                wrong[f"{address} {field['key']}"] = what
    told("choices", wrong)


def other_choices(mine: Card, choices: list[list[str]]) -> str:
    """How the choices of a field are otherwise than those that the editor offered; empty if they are not."""
    offered = [(SAME.get(value, value), plain(label)) for value, label in choices]
    ours = {choice["value"]: choice for choice in mine["choices"]}
    lost = [value for value, _ in offered if value not in ours]
    values = {value for value, _ in offered}
    marked = [value for value, choice in ours.items() if choice["beyond"] == (value in values)]
    labels = {plain(choice["label"]) for choice in mine["choices"]}
    renamed = [label for value, label in offered if value in ours and label not in labels]
    return f"not offered {lost}, marked wrongly {marked}, renamed {renamed}" if lost or marked or renamed else ""


def test_every_operator_of_exports_is_a_comparison() -> None:
    inputs = [field for seen in OKTA.values() for field in seen["inputs"] if field["key"] == "operator"]
    assert inputs
    assert {value for field in inputs for value, _ in field["choices"]} - set(WORDS) == set()


def evident(literals: dict[str, int]) -> JSON:
    """What nearly all of at least two hold; None where there is no such thing."""
    literal, often = max(literals.items(), key=lambda pair: pair[1])
    return orjson.loads(literal) if often >= 2 and often >= 0.9 * sum(literals.values()) else None


def test_the_defaults_of_exports_are_ours() -> None:
    wrong: dict[str, str] = {}
    for address, card in PAIRS:
        for field in OKTA[address]["inputs"]:
            wanted = evident(field["literals"]) if field.get("literals") else None
            mine = found(inputs_of(card), field["key"])
            if wanted not in (None, "", {}, []) and mine is not None and mine["default"] != wanted:
                wrong[f"{address} {field['key']}"] = f"{wanted} is {mine['default']}"
    told("defaults", wrong)


@pytest.mark.parametrize("key", ["helper", "endpoint", "delegated", "schedule"])
def test_events_have_the_context_of_exports(key: str) -> None:
    [card] = [card for card in CARDS if card["key"] == key]
    context = {field["key"] for field in OKTA[card["okta"]]["outputs"] if field.get("group") == "context"}
    assert context
    # One card stands for helper flows and scheduled ones in exports.
    context -= {"helper": {"execution_time"}, "schedule": {"index", "parent", "error"}}.get(key, set())
    assert [name for name in context if found(card["outputs"], name) is None] == []
