"""The cards that exports of Okta Workflows show, and ours that stand for them: each card, input, option and output.

The catalogue of exported cards and the list of documented cards are no part of the repository. They are looked for in
``shared/reference`` beside the checkout, or beside the folder that KEYTURN_VENDOR_SPECS names.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from keyturn.cards.catalogue import BuiltInCards
from keyturn.connectors.registry import ConnectorRegistry
from keyturn.flows.spec import CardKind, CardSpec, FieldSpec

SHARED = Path(os.environ.get("KEYTURN_VENDOR_SPECS", Path(__file__).parents[3] / "shared" / "specs")).parent
CATALOGUE = SHARED / "reference" / "flopack-catalog.json"
DOCUMENTED = SHARED / "reference" / "okta-workflows-behaviour.md"
CARDS: dict[str, CardSpec] = {
    card.okta: card for card in (*BuiltInCards().all(), *ConnectorRegistry().all()) if card.okta
}
OURS = ("okta", "oktadevices", "office365admin", "googledirectory", "slack", "github", "workday", "httpfunctions")
# Sections of the list of documented cards, and the connector that each is about.
SECTIONS = {
    "10.1": "okta",
    "10.2": "okta",
    "10.3": "oktadevices",
    "10.4": "office365admin",
    "10.5": "googledirectory",
    "10.8": "slack",
    "10.14": "github",
}
# Cards of exports that have no card here, each with what stands for it.
WITHOUT: dict[str, str] = {
    "slack:botEvent": "an endpoint takes the command's form, with the client token in its address",
    "slack:respondToCommand": "Close, or Return, of the endpoint that took the command",
}
# Fields of exported cards that no field here stands for, each with what does.
OTHERWISE: dict[str, str] = {
    "*:Streaming.Flow": "call: of the card names the helper flow",
    "*:Streaming.*": "call: of the card gives it its values",
    "*:parameters.resultSet": "the option that every card with pages has",
    "*:None.type": "the frame of the exported event",
    "*:None.data": "the frame of the exported event",
    "*:None.collection": "the frame of the exported event",
    "*:context.execution_id": "run.id",
    "*:None.*": "values that go through a card, or that it gives where it fails, have no field",
    "googledirectory:customApiAction:parameters.apiType": "the address says which API it is",
    "okta:resetPassword:parameters.convert": "the API that Okta describes has no such parameter",
    "okta:userAddedToApplicationMembership:parameters.app": "Continue If on the event's application",
    "okta:userAddedToApplicationMembership:parameters.instance": "Continue If on the event's application",
    "okta:userAddedToApplicationMembership:parameters.useId": "Continue If on the event's application",
    "okta:userAddedToApplicationMembership:parameters.appId": "Continue If on the event's application",
    "okta:getUsersGroups:List Criteria.Limit": "Okta's operation has no page size",
    "okta:assignUserToApplicationForSSO:Profile Properties": "the profile is an object with these attributes",
    "office365admin:readUser:User.drives": "needs a permission to files: Custom API Action",
    "slack:sendMessageToChannel2:parameters.bot": "the connection's token decides who writes",
    "slack:sendMessageToChannel2:parameters.useId": "the channel is chosen or given by its id in one field",
    "slack:sendMessageToChannel2:parameters.messageType": "blocks may always be given",
    "slack:sendDirectMessage2:parameters.messageType": "blocks may always be given",
    "github:createFileContent:parameters.branchField": "the default branch if none is given",
    "github:updateFileContent:parameters.branchField": "the default branch if none is given",
    "github:createPullRequest:parameters.isIssue": "Custom API Action",
    "github:createPullRequest:parameters.useForks": "Custom API Action",
    "github:searchBranches:Branch.Name": "a list card filters the records",
    "github:searchBranches:Branch.Commit SHA": "a list card filters the records",
    "workday:searchWorkers_IQh7ZBbhg:parameters.result_set_IMFK48": "the option that every card with pages has",
}

needs_catalogue = pytest.mark.skipif(not CATALOGUE.is_file(), reason="the catalogue of exported cards is not beside us")
needs_list = pytest.mark.skipif(not DOCUMENTED.is_file(), reason="the list of documented cards is not beside us")


def exported() -> list[Any]:
    """The cards of exports that are of connectors that come along."""
    if not CATALOGUE.is_file():
        return []
    found = [card for card in json.loads(CATALOGUE.read_bytes())["cards"] if card.get("connector") in OURS]
    return [pytest.param(card, id=f"{card['connector']}:{card['method']}") for card in found]


def documented() -> Iterator[tuple[str, str]]:
    """Connector and method of the cards in the list."""
    connector: str | None = None
    for line in DOCUMENTED.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            connector = SECTIONS.get(line.split()[1]) if line.startswith("### ") else None
        row = re.match(r"\| [^|]+ \| `(\w+)` \|", line)
        if connector is not None and row is not None:
            yield connector, row[1]


def names_of(fields: tuple[FieldSpec, ...]) -> set[str]:
    """Under which names exports know fields."""
    return {name.strip() for field in fields for name in field.okta.split("|") if name.strip()}


def known_of(card: CardSpec) -> set[str]:
    """All that exports call a field of a card, whatever its options."""
    known = names_of(card.options) | names_of(card.inputs) | names_of(card.outputs)
    for variant in card.variants:
        known |= names_of(variant.inputs) | names_of(variant.outputs)
    if card.kind is CardKind.EVENT:  # their outputs are named as exports name them
        known |= {f"{group}.{one.name}" for one in card.outputs for group in ("Output", "Outputs", "Result")}
    if card.connector is None or ":httpfunctions:" in (card.okta or ""):
        known |= {field.name for field in (*card.inputs, *card.options, *card.outputs)}
    return known


def stands(group: str | None, key: str, known: set[str]) -> bool:
    """Whether a field of ours stands for one of an export: by group and key, by key alone, or, of an object whose names
    are the customer's own, by the group."""
    mine = {f"{group}.{key}", key, str(group)}
    return bool(mine & known) or any(f"{group}.{key}".startswith(f"{name}.") for name in known)


@needs_catalogue
@pytest.mark.parametrize("card", exported())
def test_each_field_of_an_exported_card_has_one_here(card: dict[str, Any]) -> None:
    ours = CARDS[f"channels:http:{card['connector']}:{card['method']}"]
    known = known_of(ours)
    lost: list[str] = []
    for field in (*card["inputs"], *card["outputs"]):
        place = f"{field.get('group')}.{field.get('key')}"
        mine = {f"{card['connector']}:{card['method']}:{place}", f"*:{place}"}
        mine.add(f"{card['connector']}:{card['method']}:{field.get('group')}")
        if not stands(field.get("group"), str(field.get("key")), known) and not mine & OTHERWISE.keys():
            lost.append(place)
    assert lost == []


@needs_list
def test_each_documented_card_of_our_connectors_is_here() -> None:
    wanted = set(documented())
    assert len(wanted) > 80
    lost = {
        f"{connector}:{method}" for connector, method in wanted if f"channels:http:{connector}:{method}" not in CARDS
    }
    assert lost == WITHOUT.keys()


@needs_catalogue
def test_what_is_said_to_be_otherwise_is_in_the_catalogue() -> None:
    cards = {
        f"{card['connector']}:{card['method']}"
        for card in json.loads(CATALOGUE.read_bytes())["cards"]
        if "connector" in card
    }
    named = {":".join(name.split(":")[:2]) for name in OTHERWISE if not name.startswith("*")}
    assert named <= cards


def test_the_guide_counts_the_events_that_there_are() -> None:
    guide = (Path(__file__).parents[2] / "docs" / "connectors.md").read_text()
    told = dict(re.findall(r"^\| `(\w+)` \|.*; (\d+) events \|$", guide, re.MULTILINE))
    models = [one.model for name in ConnectorRegistry().names() if (one := ConnectorRegistry().connector(name))]
    assert told == {model.connector: str(len(model.events)) for model in models if model.events}


def test_lists_of_records_tell_what_outputs_are_read_from() -> None:
    """The designer offers it in loops before there was a run: records keep the app's names, outputs have ours."""
    card = next(card for card in ConnectorRegistry().all() if card.key == "okta.list_users_with_search")
    found = {field.name: field.inside for variant in card.variants for field in variant.outputs}
    assert ("profile", "login") in found["records"]
    assert found["record"] == found["records"]
    assert ("login",) not in found["records"]
    without = [
        f"{card.key} {field.name}"
        for card in ConnectorRegistry().all()
        for variant in card.variants
        for field in variant.outputs
        if field.name == "records" and not field.inside
    ]
    # texts, and reports whose columns each customer chooses
    assert without == ["slack.list_members records", "workday.read_report records", "workday.search_workers records"]
