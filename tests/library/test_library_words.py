"""What flows are found by."""

from __future__ import annotations

from keyturn.cards.catalogue import BuiltInCards, CombinedCatalogue
from keyturn.connectors.registry import ConnectorRegistry
from keyturn.flows.json import Values
from keyturn.library.words import excerpt, words_of

CATALOGUE = CombinedCatalogue(BuiltInCards(), ConnectorRegistry())


def test_words_are_the_texts_and_the_titles_and_apps_of_the_cards() -> None:
    document: Values = {
        "id": "leavers",
        "event": {"card": "okta.user_suspended", "connection": "okta"},
        "cards": [
            {"id": "a", "title": "Say  good\nbye", "card": "text.compose", "inputs": {"text": "Dear {{ event.name }}"}},
            {"id": "b", "card": "no.such", "branches": [{"cards": [{"card": "slack.send_message"}]}], "at": 5},
            "no card",
        ],
    }
    lines = words_of(document, CATALOGUE).split("\n")
    assert {"Say good bye", "Dear {{ event.name }}", "no.such", "no card", "slack.send_message"} <= set(lines)
    assert any(line.startswith("Okta: ") for line in lines)
    assert any(line.startswith("Slack: ") for line in lines)
    spec = CATALOGUE.get("okta.user_suspended")
    assert spec is not None
    told = next(line for line in lines if line.startswith("Okta: "))
    assert all(word in told for word in (spec.title, *spec.app_synonyms, *spec.synonyms))
    office: Values = {"cards": [{"id": "a", "card": "office365.disable_user"}]}
    assert "microsoft" in words_of(office, CATALOGUE).lower()
    assert len(lines) == len(set(lines))
    assert words_of({}, CATALOGUE) == ""


def test_an_excerpt_is_around_the_word() -> None:
    assert excerpt("Suspend User", "user") == "Suspend User"
    cut = excerpt("a" * 500 + " needle " + "b" * 500, "nothing NEEDLE")
    assert "needle" in cut
    assert cut.startswith("… ")
    assert cut.endswith(" …")
    assert len(cut) < 130
