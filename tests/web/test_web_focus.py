"""What the keyboard is on after something went that it was on, and values that are known before one types them."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, expect
from support_company import Company
from support_designer import Builder
from support_web import Person

pytestmark = pytest.mark.timeout(400)

PEOPLE = """
id: everybody
name: Everybody
event: {card: manual}
cards:
  - {id: people, card: okta.list_users_with_search, connection: okta, options: {results: page}}
  - id: each
    card: list.for_each
    inputs: {list: "{{ people.records }}"}
    do:
      - {id: greet, card: text.compose, title: Greet, inputs: {text: Hello}}
"""


def has_the_keyboard(what: Locator) -> None:
    expect(what).to_be_focused()


def test_what_opened_a_dialog_has_the_keyboard_after_it(person: Person) -> None:
    page = person.page
    person.go("Flows")
    for name in ("New folder", "New flow"):
        opener = page.get_by_role("button", name=name)
        opener.focus()
        page.keyboard.press("Enter")
        page.get_by_role("dialog").wait_for()
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)
        has_the_keyboard(opener)
    more = page.get_by_role("button", name="Actions for Offboard suspended user")
    more.focus()
    page.keyboard.press("Enter")
    page.get_by_role("menuitem", name="Delete").press("Enter")
    page.get_by_role("dialog").wait_for()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    has_the_keyboard(more)


def test_what_takes_the_place_of_a_button_has_its_keyboard(person: Person, company: Company) -> None:
    row = company.finds(person.demo.somebody())
    row.get_by_role("button", name=re.compile("^Suspend")).press("Enter")
    has_the_keyboard(row.get_by_role("button", name=re.compile("^Let ")))


def test_what_is_in_the_items_of_a_loop_can_be_picked(person: Person) -> None:
    builder = Builder(person)
    page = person.page
    builder.bring(PEOPLE)
    text = builder.card(3).get_by_role("textbox", name="Text", exact=True)
    text.click()
    page.get_by_role("button", name=re.compile("^Use .*profile login")).click()  # declared: there was no run yet
    expect(text).to_contain_text("profile › login")
    builder.saved()
    builder.test()
    page.reload()
    text.click()
    login = page.get_by_role("button", name=re.compile("^Use .*profile login"))
    expect(login).to_contain_text("@northwind.example")  # of the first record, though all are too large to come along


def test_a_part_of_what_an_event_gives_is_dragged_and_asked_for_first(person: Person) -> None:
    builder, page = Builder(person), person.page
    builder.new_flow("Parts of an event", "Okta: User Suspended")
    builder.add("compose")
    gives = builder.event.get_by_role("list", name="Gives")
    person.drag(gives.get_by_role("listitem").filter(has_text="Alternate ID").last, builder.field(1, "Text"))
    expect(builder.field(1, "Text")).to_have_text("Event › Okta User › Alternate ID")
    expect(builder.card(1)).not_to_contain_text("leads to nothing")
    page.get_by_role("tab", name="Test").click()
    asked = builder.panel.get_by_role("textbox")
    expect(asked.first).to_have_accessible_name(re.compile("^Okta User: Alternate ID used by the flow"))
    expect(builder.panel.get_by_text("used by the flow")).to_have_count(1)
    expect(asked.nth(1)).to_be_hidden()
    expect(builder.panel.get_by_role("button", name="Run it")).to_be_in_viewport(ratio=1)
    builder.panel.get_by_text("further fields, which the flow does not use").click()
    expect(builder.panel.get_by_role("button", name="Run it")).to_be_in_viewport(ratio=1)
    gives.get_by_role("button", name="What is in Okta User").click()
    expect(gives.get_by_role("listitem").filter(has_text="Alternate ID")).to_have_count(1)
    assert not person.serious(builder.event)
    assert not person.serious(builder.panel)


def test_what_the_pointer_rests_on_does_not_slip_away_at_the_edge(person: Person) -> None:
    builder, page = Builder(person), person.page
    builder.new_flow("Near the edge", "Okta: User Suspended")
    builder.add("compose")
    gives = builder.event.get_by_role("list", name="Gives").get_by_role("listitem")
    text = builder.field(1, "Text")
    person.take(
        gives.filter(has_text="Alternate ID").last
    )  # the row of cards is scrolled down now, and its upper edge is near the field
    there = text.bounding_box()
    assert there
    page.mouse.move(there["x"] + 40, there["y"] + 15, steps=4)
    person.told("To be put into the field Text").wait_for()
    page.evaluate("async () => { for (let i = 0; i < 20; i += 1) await new Promise(requestAnimationFrame); }")
    assert text.bounding_box() == there
    page.mouse.up()
    expect(text).not_to_have_text("")


def test_what_comes_and_goes_in_the_bar_moves_nothing_below_it(person: Person) -> None:
    builder, page = Builder(person), person.page
    builder.new_flow("Suspend somebody in Microsoft 365")
    builder.saved()
    there = page.get_by_role("region", name="Cards of the flow").bounding_box()
    builder.add("compose")
    builder.add("read user")  # the fields it needs are empty: the bar counts them
    page.get_by_role("status").get_by_text(re.compile(r"^\d+ problem")).wait_for()
    builder.saved()
    now = page.get_by_role("region", name="Cards of the flow").bounding_box()
    assert there
    assert now
    assert now["y"] == there["y"]


def test_a_list_that_is_none_yet_is_told_beside_its_field(person: Person) -> None:
    builder, page = Builder(person), person.page
    builder.new_flow("Lists to test with")
    builder.give("people")
    builder.event.get_by_label("Type of people").select_option("list of object")
    page.get_by_role("tab", name="Test").click()
    people = builder.panel.get_by_role("textbox", name="people")
    people.fill('[{"id": "1"')
    expect(people).to_have_accessible_description(re.compile("^This is no list yet"))
    people.fill('[{"id": "1"}]')
    expect(people).to_have_accessible_description("")


def test_the_keyboard_begins_at_the_event_and_finds_values_at_once(person: Person) -> None:
    builder, page = Builder(person), person.page
    builder.new_flow("Begun by keys")
    has_the_keyboard(builder.event)
    builder.add("compose")
    page.keyboard.press("Enter")
    text = builder.field(1, "Text")
    has_the_keyboard(text)
    page.keyboard.press("Control+.")
    page.keyboard.type("run id")  # the first letter too
    expect(page.get_by_label("Find a value")).to_have_value("run id")


def test_what_stands_below_the_cards_is_reached_by_a_letter_and_left_again(person: Person) -> None:
    builder, page = Builder(person), person.page
    builder.new_flow("Below and back")
    builder.give("login")
    builder.add("compose")
    card, bar = builder.card(1), page.get_by_role("button", name="Test", exact=True)
    for letter, name in (("t", "Test"), ("v", "Versions"), ("p", "Problems")):
        panel = page.get_by_role("tabpanel", name=name)
        page.keyboard.press(letter)
        has_the_keyboard(panel)
        page.keyboard.press(letter)
        has_the_keyboard(card)
        page.keyboard.press(letter)
        has_the_keyboard(panel)
        page.keyboard.press("Escape")
        has_the_keyboard(card)
    page.get_by_role("button", name="Fold the panel").click()
    bar.press("Enter")
    has_the_keyboard(builder.panel)
    given = builder.panel.get_by_role("textbox", name="login")
    given.press_sequentially("top")  # letters are the field's own
    expect(given).to_have_value("top")
    page.keyboard.press("Escape")
    has_the_keyboard(bar)
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Tables").focus()
    page.keyboard.press("t")
    expect(builder.panel).not_to_be_focused()


def test_a_field_that_is_named_anew_hands_the_keyboard_on(person: Person) -> None:
    builder, page = Builder(person), person.page
    builder.new_flow("Named anew")
    builder.give("login")
    builder.event.get_by_label("Name of the field: login").fill("who")
    page.keyboard.press("Tab")
    has_the_keyboard(builder.event.get_by_label("Type of who"))


def test_who_undoes_stays_where_they_were_among_the_cards(person: Person) -> None:
    builder, page = Builder(person), person.page
    builder.new_flow("Stays near")
    for _ in range(6):
        builder.add("compose")
    page.keyboard.press("Control+d")
    has_the_keyboard(builder.card(7))
    page.keyboard.press("Control+z")
    expect(builder.card(7)).to_have_count(0)
    has_the_keyboard(builder.card(6))
    expect(builder.card(6)).to_be_in_viewport()
    page.keyboard.press("Delete")
    has_the_keyboard(builder.card(5))
    page.keyboard.press("Control+z")
    has_the_keyboard(builder.card(6))
    page.keyboard.press("Control+Shift+z")
    expect(builder.card(6)).to_have_count(0)
    has_the_keyboard(builder.card(5))
    undo = page.get_by_role("button", name="Undo")
    for left in range(6, -1, -1):  # also when there is nothing more to undo
        undo.press("Enter")
        expect(page.get_by_role("group", name=re.compile(r"^Card \d+: "))).to_have_count(left)
        has_the_keyboard(undo)


def test_undo_takes_back_what_was_done_at_once_and_no_more(person: Person) -> None:
    builder, page = Builder(person), person.page
    builder.new_flow("Back step by step")
    builder.give("login")
    builder.add("compose")
    text = builder.field(1, "Text")
    text.press_sequentially("two ")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Use Event login").click()
    expect(text).to_contain_text("Event › login")
    page.keyboard.press("Control+z")
    expect(text).to_have_text("two")
    text.press_sequentially("A")
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    page.keyboard.type("B")
    page.keyboard.press("Control+z")
    expect(text).to_contain_text("A")
    expect(text).not_to_contain_text("B")
