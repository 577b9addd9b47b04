"""A helper flow that is open in place: what cannot go from one flow to the other says so, and how it goes instead."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect
from support_designer import Builder
from support_web import Person

pytestmark = pytest.mark.timeout(300)

WIDE_ENOUGH = {"width": 2600, "height": 900}
"""A screen on which both flows have room: nothing scrolls while something is dragged."""

HELPER = """
id: says-it
name: Says it
event: {card: helper, outputs: {name: text}}
cards:
  - {id: said, title: Say it, card: text.compose, inputs: {text: "Hello"}}
"""
CALLER = """
id: has-it-said
name: Has it said
event: {card: manual, outputs: {login: text}}
cards:
  - {id: call, title: Have it said, card: flow.call, call: {flow: says-it, with: {name: Ada}}}
  - {id: after, title: Go on, card: text.compose, inputs: {text: "Done"}}
"""


def opened(person: Person) -> Locator:
    """A flow, and the helper flow that it calls, open at the card that does."""
    builder, page = Builder(person), person.page
    builder.bring(HELPER)
    builder.publish()
    builder.bring(CALLER)
    page.get_by_role("group", name="Have it said").get_by_role("button", name="Open its cards here").click()
    return page.get_by_role("region", name="Helper flow Says it")


def test_a_card_or_a_value_of_another_flow_is_refused_with_a_reason(person: Person) -> None:
    with person.screen(WIDE_ENOUGH):
        refused(person, opened(person))


def refused(person: Person, inside: Locator) -> None:
    page = person.page
    said = inside.get_by_role("group", name="Say it")
    person.take(said.get_by_role("button", name="Move “Say it”"))
    person.over(page.get_by_role("button", name="Add a card here").first)
    paste = "It belongs to another flow. Copy it there"
    expect(person.told(f"Not before “Have it said”: {paste}")).to_be_attached()
    page.mouse.up()
    expect(page.get_by_role("alert").filter(has_text=paste)).to_be_visible()

    page.get_by_role("group", name="Go on").get_by_role("heading").click()
    person.take(page.get_by_role("button", name="Use Event login"))
    person.over(said.get_by_role("textbox", name="Text", exact=True))
    hand = "Hand it over as a field of the helper's event."
    expect(person.told(hand)).to_be_attached()
    page.mouse.up()
    expect(page.get_by_role("alert").filter(has_text=hand)).to_be_visible()
    expect(said.get_by_role("textbox", name="Text", exact=True)).to_have_text("Hello")


def test_what_was_taken_back_is_nowhere_to_be_published(person: Person) -> None:
    builder, page = Builder(person), person.page
    builder.bring(HELPER.replace("says-it", "says-nothing").replace("Says it", "Says nothing new"))
    builder.publish()
    builder.field(1, "Text").fill("Something else")
    builder.saved()
    builder.event.focus()
    page.keyboard.press("Control+z")
    expect(builder.field(1, "Text")).to_have_text("Hello")
    expect(page.get_by_text("As published", exact=True)).to_be_visible()
    page.get_by_role("tab", name="Versions").click()
    versions = page.get_by_role("tabpanel", name="Versions")
    expect(versions).to_contain_text("Version 1")
    expect(versions).not_to_contain_text("Draft")
    person.go("Flows")
    line = page.get_by_role("row").filter(has=page.get_by_role("link", name="Says nothing new"))
    expect(line).to_contain_text("v1")
    expect(line).not_to_contain_text("Draft")
    builder.bring(
        CALLER.replace("says-it", "says-nothing").replace("has-it-said", "has-nothing").replace("Has it", "None")
    )
    page.get_by_role("group", name="Have it said").get_by_role("button", name="Open its cards here").click()
    inside = page.get_by_role("region", name="Helper flow Says nothing new")
    expect(inside).to_contain_text("As published")
    expect(inside.get_by_role("button", name="Publish it")).to_have_count(0)
