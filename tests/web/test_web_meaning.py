"""What the fields of a card mean is told to everybody: beside the cards, to screen readers, and in the help."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect
from support_designer import Builder
from support_web import Person

pytestmark = pytest.mark.timeout(300)

PATH = "The path below the connection's address"
EXAMPLE = "For example /v1.0/users/eva.horvat@northwind.example"


def add_custom_action(builder: Builder) -> None:
    """An action of Office 365 as the first card."""
    builder.page.get_by_role("button", name="Add the first card").click()
    builder.page.get_by_role("combobox", name="Find a card").fill("office custom api")
    builder.page.get_by_role("option", name=re.compile("^Custom API Action")).first.click()
    expect(builder.card(1)).to_contain_text("Office 365")


def test_a_field_in_focus_is_explained_beside_the_cards_and_no_card_moves(person: Person) -> None:
    builder, page = Builder(person), person.page
    builder.new_flow("Fields explained")
    add_custom_action(builder)
    url = builder.field(1, "Relative URL")
    before = url.bounding_box()
    url.focus()
    told = page.get_by_role("region", name="What this field means")
    expect(told).to_contain_text(f"Relative URL {PATH}")
    expect(told).to_contain_text(EXAMPLE)
    assert url.bounding_box() == before
    builder.card(1).get_by_label("Request type").focus()
    expect(told).to_contain_text("Request type What the request does: GET reads, the others change.")
    page.get_by_role("tab", name="Outline").click()
    expect(told).to_contain_text("Request type")
    builder.event.focus()
    expect(told).to_have_count(0)


def test_a_field_is_described_to_screen_readers_with_what_is_wrong_in_it(person: Person) -> None:
    builder = Builder(person)
    builder.new_flow("Fields described")
    add_custom_action(builder)
    card, url = builder.card(1), builder.field(1, "Relative URL")
    expect(url).to_have_accessible_description(re.compile(f"{PATH}.*{EXAMPLE}.*This field is needed"))
    expect(card.get_by_label("Request type")).to_have_accessible_description(re.compile("GET reads"))
    url.fill("/v1.0/users")
    expect(url).to_have_accessible_description(re.compile(f"{PATH}.*{EXAMPLE}$"))


def test_the_help_tells_what_the_chosen_card_does_and_what_its_fields_mean(person: Person) -> None:
    builder, page = Builder(person), person.page
    builder.new_flow("Fields in the help")
    add_custom_action(builder)
    builder.card(1).get_by_label("Request type").select_option("PATCH")
    page.get_by_role("tab", name="Help", exact=True).click()
    told = page.get_by_role("region", name="What Custom API Action does")
    expect(told).to_contain_text("Sends a request of your own to Office 365 Admin")
    takes = told.get_by_label("Its fields")
    expect(takes).to_contain_text(PATH)
    expect(takes).to_contain_text(EXAMPLE)
    expect(takes).to_contain_text("An object or list is sent as JSON")
    expect(told.get_by_label("What it gives")).to_contain_text("The status of the answer.")
    builder.event.focus()
    expect(page.get_by_role("region", name="What By Hand does")).to_be_visible()


def test_a_field_keeps_its_height_when_the_first_letter_takes_the_place_of_its_example(person: Person) -> None:
    builder = Builder(person)
    builder.new_flow("Fields of one height")
    add_custom_action(builder)
    url = builder.field(1, "Relative URL")
    before = url.bounding_box()
    url.press_sequentially("/")
    expect(url).to_have_text("/")
    assert url.bounding_box() == before
