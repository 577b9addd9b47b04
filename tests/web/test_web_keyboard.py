"""A flow built by keyboard alone: the keyboard is never nowhere, and Escape always leads back to the card."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect
from support_designer import Builder
from support_hands import Keys
from support_web import Person

pytestmark = pytest.mark.timeout(400)


def test_a_flow_with_a_branch_is_built_by_keyboard_alone(person: Person) -> None:
    builder, page = Builder(person), person.page
    keys = Keys(page, {"Flows": "f"})
    keys.go("Flows")
    keys.press(page.get_by_role("button", name="New flow"))
    dialogue = page.get_by_role("dialog")
    keys.write(dialogue.get_by_label("Name", exact=True), "By keys")
    keys.reach(dialogue.get_by_label("Starts with"))
    page.keyboard.type("By Hand")
    keys.press(dialogue.get_by_role("button", name="Create"))
    expect(page.get_by_role("heading", name="By keys", level=1)).to_be_visible()

    more = builder.event.get_by_role("button", name="Add a field")
    keys.press(more)
    for name in ("login", "team"):
        page.keyboard.type(name)
        page.keyboard.press("Enter")
        expect(more).to_be_focused()  # the next one is a press away
        page.keyboard.press("Enter")
    page.keyboard.press("Escape")  # no third one
    expect(more).to_be_focused()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Escape")
    expect(builder.event).to_be_focused()
    keys.reach(builder.event.get_by_label("Name of the field: team"))
    page.keyboard.press("End")
    page.keyboard.type("s")
    page.keyboard.press("Enter")
    expect(builder.event).to_be_focused()
    expect(builder.event.get_by_label("Name of the field: teams")).to_be_visible()

    builder.add("compose")
    keys.use(builder.field(1, "Text"), "login")
    page.keyboard.type("!")
    page.keyboard.press("Escape")
    expect(builder.card(1)).to_be_focused()
    builder.add("if/else")
    frame = builder.card(2)
    keys.use(frame.get_by_role("textbox", name="First value"), "teams")
    keys.choose(frame.get_by_label("Comparison", exact=True), "greater than")
    page.keyboard.press("Escape")
    expect(frame).to_be_focused()
    keys.write(frame.get_by_role("textbox", name="Second value"), "sales")
    keys.press(page.get_by_role("button", name="No card yet").first)
    builder.choose("upper")
    keys.use(builder.card(3).get_by_role("textbox").nth(1), "compose output")
    page.keyboard.press("Escape")
    expect(builder.card(3)).to_be_focused()
    builder.saved()
    keys.press(page.get_by_role("button", name="Publish"))
    expect(page.get_by_text(re.compile(r"v\d is live"))).to_be_visible()
    expect(builder.card(3)).to_contain_text("Compose › Output")


HELPER = """
id: called-by-name
name: Microsoft leaver
event: {card: helper, outputs: {Person: text}}
cards:
  - {id: said, card: text.compose, inputs: {text: "{{ event.Person }}"}}
"""


def test_a_helper_flow_is_added_by_its_name_and_what_comes_back_has_the_keyboard(person: Person) -> None:
    builder, page = Builder(person), person.page
    builder.bring(HELPER)
    builder.publish()
    builder.new_flow("Calls by name")
    builder.add("microsoft lea")
    card = builder.card(1)
    expect(card.get_by_label("Helper flow")).to_have_value("called-by-name")
    expect(card).to_have_accessible_name("Card 1: Microsoft leaver")
    page.keyboard.press("Delete")
    expect(card).to_have_count(0)
    expect(builder.event).to_be_focused()
    page.keyboard.press("Control+z")
    expect(card).to_be_focused()
    page.keyboard.press("Alt+ArrowRight")
    expect(page.get_by_role("alert").filter(has_text="There is no place further on.")).to_be_visible()


def test_a_card_leaves_its_frame_by_keyboard(person: Person) -> None:
    builder, page = Builder(person), person.page
    keys = Keys(page, {})
    builder.new_flow("Out of a frame")
    builder.add("if/else")
    keys.press(page.get_by_role("button", name="No card yet").first)
    builder.choose("compose")
    empty = page.get_by_role("button", name="No card yet")
    for key, lanes in (("Right", 1), ("Right", 2), ("Left", 1)):  # to the other lane, out, and in again
        page.keyboard.press(f"Alt+Arrow{key}")
        expect(builder.card(2)).to_be_focused()
        expect(empty).to_have_count(lanes)


def test_a_search_for_a_value_leads_back_to_the_field(person: Person) -> None:
    builder, page = Builder(person), person.page
    builder.new_flow("Back from a search")
    builder.add("compose")
    field = builder.field(1, "Text")
    page.keyboard.press("Enter")
    expect(builder.card(1).locator(":focus")).to_have_count(1)
    field.press("Control+.")
    finding = page.get_by_label("Find a value")
    expect(finding).to_be_focused()
    page.keyboard.type("usern")
    expect(page.get_by_text("Nothing is found. Esc goes back to the field.")).to_be_visible()
    page.keyboard.press("Escape")
    expect(field).to_be_focused()
    page.keyboard.press("Control+.")
    page.keyboard.type("run id")
    page.keyboard.press("Enter")
    expect(field).to_have_text("This run › Run ID")


def test_fields_are_added_to_return_one_after_the_other(person: Person) -> None:
    builder, page = Builder(person), person.page
    builder.new_flow("Returns", "Helper Flow")
    builder.add("return")
    more = builder.card(1).get_by_role("button", name="Add a field")
    Keys(page, {}).press(more)
    for name in ("one", "two"):
        page.keyboard.type(name)
        page.keyboard.press("Enter")
        expect(more).to_be_focused()
        page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    expect(more).to_be_focused()
