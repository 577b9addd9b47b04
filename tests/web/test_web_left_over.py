"""What an option that was chosen since has no field for: it is seen at its card, and taken away by one press."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from support_designer import Builder
from support_web import Person

pytestmark = pytest.mark.timeout(300)

HELPS = """
id: sees-a-row
name: Sees a row
event: {card: helper, outputs: {record: object}}
cards:
  - {id: seen, card: text.compose, inputs: {text: "seen"}}
"""


def make_table(person: Person) -> None:
    page = person.page
    person.go("Tables")
    page.get_by_role("button", name="New table").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name", exact=True).fill("Watched")
    dialog.get_by_label("Name of column 1").fill("Login")
    dialog.get_by_role("button", name="Make the table").click()
    expect(page.get_by_role("grid", name="Watched")).to_be_visible()


def test_what_another_option_leaves_behind_is_seen_and_taken_away(person: Person) -> None:
    builder, page = Builder(person), person.page
    make_table(person)
    builder.bring(HELPS)
    builder.publish()
    builder.new_flow("Left over")
    page.get_by_role("button", name="Add the first card").click()
    builder.choose("search rows")
    card = builder.card(1)
    card.get_by_role("combobox", name="Table", exact=True).click()
    page.get_by_role("option", name="Watched").click()
    card.get_by_label("Result set").select_option(label="All matching rows")
    card.get_by_role("textbox", name="Limit").fill("5")
    card.get_by_label("Result set").select_option(label="First matching row")
    publish = page.get_by_role("button", name="Publish")
    expect(publish).to_be_disabled()
    expect(card).to_contain_text("has no field “Limit”")
    page.get_by_role("button", name="Go to it").click()
    away = card.get_by_role("button", name="Take Limit away")
    expect(away).to_be_focused()
    assert not person.serious(card)
    page.keyboard.press("Enter")
    expect(card).to_be_focused()
    expect(away).to_have_count(0)
    expect(publish).to_be_enabled()
    page.keyboard.press("Control+z")
    expect(away).to_be_visible()
    card.get_by_label("Result set").select_option(label="All matching rows")
    expect(card.get_by_role("textbox", name="Limit")).to_have_text("5")  # nothing was lost
    expect(publish).to_be_enabled()

    card.get_by_role("textbox", name="Limit").fill("")
    card.get_by_label("Result set").select_option(label="Stream matching rows (Keyturn)")
    card.get_by_label("Helper flow").select_option(label="Sees a row")
    card.get_by_label("Result set").select_option(label="First matching row")
    expect(publish).to_be_disabled()
    expect(card).to_contain_text("calls no helper flow")
    card.get_by_role("button", name="Take Helper flow away").click()
    builder.publish()


def test_a_card_of_an_app_shows_what_it_has_no_field_for_any_more(person: Person) -> None:
    builder, page = Builder(person), person.page
    builder.new_flow("Left over by an app")
    page.get_by_role("button", name="Add the first card").click()
    builder.choose("okta search system logs")
    card = builder.card(1)
    card.get_by_role("button", name="more fields").click()
    card.get_by_role("textbox", name="Event Type").fill("user.lifecycle.suspend")
    card.get_by_label("Search By").select_option(label="Keyword")
    publish = page.get_by_role("button", name="Publish")
    expect(publish).to_be_disabled()
    away = card.get_by_role("button", name="Take Event Type away")
    expect(card).to_contain_text("user.lifecycle.suspend")
    away.click()
    expect(away).to_have_count(0)
    builder.publish()
