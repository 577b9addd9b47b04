"""The command palette: Enter takes what was found first, also what comes later; the arrows move, and it is told."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, expect
from support_designer import Builder
from support_web import Person

pytestmark = pytest.mark.timeout(300)


HELPER = """
id: helps-by-palette
name: Helps by palette
event: {card: helper}
cards:
  - {id: said, card: text.compose, inputs: {text: Hello}}
"""


def opened(person: Person) -> Locator:
    person.page.keyboard.press("Control+k")
    finding = person.page.get_by_role("combobox", name="Find anything")
    expect(finding).to_be_focused()
    return finding


def chosen(person: Person, finding: Locator) -> Locator:
    """What a screen reader is told of: the option that the field points to."""
    option = person.page.get_by_role("listbox", name="What is found").get_by_role("option", selected=True)
    expect(option).to_have_count(1)
    assert finding.get_attribute("aria-activedescendant") == option.get_attribute("id")
    return option


def test_enter_takes_the_first_result_also_when_it_comes_later(person: Person) -> None:
    finding = opened(person)
    finding.press_sequentially("offboard suspended")
    person.page.keyboard.press("Enter")  # before the server has answered
    expect(person.page.get_by_role("heading", name="Offboard suspended user", level=1)).to_be_visible()
    expect(person.page.get_by_role("dialog")).to_have_count(0)
    finding = opened(person)
    expect(finding).to_have_value("")
    finding.press_sequentially("no.such.person@example.com")
    person.page.keyboard.press("Enter")
    expect(person.page).to_have_url(re.compile("/history\\?text=no.such.person"))


def test_it_opens_again_right_after_it_was_closed(person: Person) -> None:
    finding = person.page.get_by_role("combobox", name="Find anything")
    for _ in range(3):
        person.page.keyboard.press("Control+k")
        expect(finding).to_be_focused()
        person.page.keyboard.press("Escape")
    person.page.keyboard.press("Control+k")
    expect(finding).to_be_focused()
    person.page.keyboard.press("Escape")
    expect(finding).to_have_count(0)


def test_arrows_go_through_what_is_found_and_round_its_ends(person: Person) -> None:
    finding = opened(person)
    first = chosen(person, finding).inner_text()
    person.page.keyboard.press("ArrowDown")
    second = chosen(person, finding).inner_text()
    assert second != first
    person.page.keyboard.press("ArrowUp")
    expect(chosen(person, finding)).to_have_text(first)
    person.page.keyboard.press("ArrowUp")
    last = person.page.get_by_role("listbox", name="What is found").get_by_role("option").last
    expect(chosen(person, finding)).to_have_text(last.inner_text())
    expect(last).to_be_in_viewport()
    person.page.keyboard.press("Escape")
    expect(person.page.get_by_role("dialog")).to_have_count(0)
    finding = opened(person)  # it begins anew
    expect(chosen(person, finding)).to_have_text(first)
    finding.press_sequentially("zzzz qqqq")
    expect(chosen(person, finding)).to_contain_text("Runs that have to do with")
    assert not person.serious()
    person.page.keyboard.press("Escape")


def test_what_it_does_with_a_flow_is_meant_for_the_one_in_which_one_works(person: Person) -> None:
    builder, page = Builder(person), person.page
    builder.bring(HELPER)
    builder.publish()
    builder.new_flow("Calls by palette")
    page.get_by_role("button", name="Add the first card").click()
    builder.choose("call flow")
    builder.card(1).get_by_label("Helper flow").select_option(label="Helps by palette")
    builder.card(1).get_by_role("button", name="Open its cards here").click()
    inside = page.get_by_role("region", name="Helper flow Helps by palette")
    inside.get_by_role("textbox", name="Text", exact=True).press_sequentially(" you")
    expect(inside.get_by_text("Draft, saved")).to_be_visible()
    person.reads_messages()
    inside.get_by_role("textbox", name="Text", exact=True).press("Escape")
    opened(person).press_sequentially("publish")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Version 2 of “Helps by palette” is live.")
    expect(inside).to_contain_text("v2 is live")
    opened(person).press_sequentially("test")
    page.keyboard.press("Enter")
    expect(page.get_by_role("tabpanel", name="Test")).to_be_focused()
    expect(page.get_by_role("region", name="Below the cards")).to_contain_text("Helps by palette")
    builder.event.first.focus()
    finding = opened(person)
    finding.press_sequentially("publish")
    expect(chosen(person, finding)).to_contain_text("Publish “Calls by palette”")
    page.keyboard.press("Escape")
