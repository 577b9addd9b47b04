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


def test_a_flow_that_its_helper_broke_is_told_of_on_home_and_in_flows(person: Person) -> None:
    builder, page = Builder(person), person.page
    builder.bring(HELPER.replace("says-it", "breaks-it").replace("Says it", "Breaks it"))
    builder.publish()
    builder.bring(
        CALLER.replace("says-it", "breaks-it").replace("has-it-said", "is-broken").replace("Has it", "Broken")
    )
    builder.publish()
    builder.open("Breaks it")
    builder.event.get_by_label("Name of the field: name").fill("who")
    page.keyboard.press("Tab")
    builder.saved()
    page.get_by_role("button", name="Publish").click()
    dialog = page.get_by_role("dialog", name="Flows that call this one do not fit it any more")
    dialog.get_by_role("button", name="Publish all the same").click()
    expect(page.get_by_text("v2 is live")).to_be_visible()
    person.forgive("422")  # the browser tells of the refusal
    person.go("Flows")
    line = page.get_by_role("row").filter(has=page.get_by_role("link", name="Broken said"))
    expect(line).to_contain_text("1 problem: a helper flow has changed")
    person.go("Home")
    attention = page.get_by_role("region", name="Needs attention")
    expect(attention).to_contain_text("A helper flow that it calls has changed")
    attention.get_by_role("link", name="Broken said").click()
    expect(page.get_by_role("heading", name="Broken said", level=1)).to_be_visible()
    builder.field(1, "name").fill("")
    builder.saved()
    builder.publish(2)
    person.go("Home")
    expect(attention).not_to_contain_text("Broken said")


def test_a_problem_of_a_caller_leads_to_its_card(person: Person) -> None:
    builder, page = Builder(person), person.page
    builder.bring(HELPER.replace("says-it", "leads-there").replace("Says it", "Leads there"))
    builder.publish()
    builder.bring(CALLER.replace("says-it", "leads-there").replace("has-it-said", "led-to").replace("Has it", "Led to"))
    builder.publish()
    builder.open("Leads there")
    builder.event.get_by_label("Name of the field: name").fill("who")
    page.keyboard.press("Tab")
    problems = page.get_by_role("tabpanel", name="Problems")
    expect(problems).to_contain_text("calls this flow and does not fit it any more")
    builder.saved()
    problems.get_by_role("button", name="Go to it").click()
    expect(page.get_by_role("heading", name="Led to said", level=1)).to_be_visible()
    expect(page.get_by_role("group", name="Have it said")).to_be_focused()
