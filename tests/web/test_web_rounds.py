"""A loop that calls a helper flow: its rounds are looked at one by one, each with whom it was for and how it went."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Page, expect
from support_designer import Builder
from support_web import Person

pytestmark = pytest.mark.timeout(400)

PEOPLE = [f"{name}@northwind.example" for name in ("ada", "bob", "cy", "dora", "eve")] * 6
BAD = (4, 21)

HELPER = """
id: say-it
name: Say it
about: "{{ event.person.profile.login }}"
event: {card: helper, outputs: {person: object}}
cards:
  - id: name
    title: Their name
    card: object.get
    inputs: {object: "{{ event.person }}", path: profile.login}
  - id: refuse
    title: Refuse
    card: error.return_error_if
    inputs: {when: {a: "{{ event.person.bad }}", is: equal to, b: true}, message: "Not this one"}
"""

CALLER = """
id: say-it-to-all
name: Say it to all
event: {card: manual, outputs: {people: list of object}}
cards:
  - id: each
    title: Each of them
    card: list.for_each_ignoring
    inputs: {list: "{{ event.people }}"}
    call: {flow: say-it, with: {person: "{{ item }}"}}
"""


def people(bad: tuple[int, ...] = BAD) -> str:
    return json.dumps([{"profile": {"login": who}, "bad": number in bad} for number, who in enumerate(PEOPLE)])


def test_the_rounds_of_a_loop_that_calls_a_helper_flow(person: Person) -> None:
    page, builder = person.page, Builder(person)
    builder.bring(HELPER)
    builder.publish()
    builder.bring(CALLER)
    builder.test(people=people((21, 28)))
    builder.start(people=people())
    builder.follow()
    rounds = page.get_by_role("region", name="Rounds of Each of them")
    number = rounds.get_by_label("Round of Each of them", exact=True)
    expect(number).to_have_value("1")
    expect(rounds).to_contain_text("of 30 rounds")
    expect(rounds.get_by_role("link", name=re.compile("ada@northwind.example.*Succeeded"))).to_be_visible()
    tree = page.get_by_role("navigation", name="Runs of this event")
    expect(tree.get_by_role("link", name=re.compile(r"\b2 · Say it.*bob@northwind.example"))).to_be_visible()

    rounds.get_by_role("button", name="Next failed round").click()
    expect(number).to_have_value("5")
    failed = rounds.get_by_role("link", name=re.compile("eve@northwind.example.*Failed"))
    expect(failed).to_be_visible()
    rounds.get_by_role("button", name="Next failed round").click()
    expect(number).to_have_value("22")
    expect(rounds.get_by_role("link", name=re.compile("bob@northwind.example.*Failed"))).to_be_visible()
    page.goto(page.url)
    expect(number).to_have_value("22")

    rounds.get_by_text("All rounds").click()
    listed = rounds.get_by_role("listitem")
    expect(listed).to_have_count(20)
    rounds.get_by_role("button", name="More rounds").click()
    expect(listed).to_have_count(30)
    rounds.get_by_label("Failed ones only").press("Space")
    expect(listed).to_have_count(2)
    expect(listed.nth(1)).to_contain_text("22 · bob@northwind.example")
    assert not person.serious(rounds)
    listed.nth(1).get_by_role("link").click()
    expect(page.get_by_role("heading", name="Say it", level=1)).to_be_visible()
    expect(page.get_by_role("region", name=re.compile("Not this one"))).to_be_visible()
    here = tree.get_by_role("link", name=re.compile(r"\b22 · Say it"))  # whatever page of helper runs it is on
    expect(here).to_have_attribute("aria-current", re.compile("page|true"))
    page.go_back()
    expect(number).to_have_value("22")
    more = tree.get_by_role("button", name="More helper runs")
    more.press("Enter")
    expect(more).to_have_count(0)
    expect(tree.get_by_role("link", name=re.compile(r"\b21 · Say it"))).to_be_focused()
    _rounds_are_compared(person)
    _each_is_found_by_whom_it_was_for(person)


def _rounds_are_compared(person: Person) -> None:
    page = person.page
    page.get_by_role("button", name="Compare").click()
    page.get_by_role("list", name="Runs to compare with").get_by_role("link").click()
    loop = page.get_by_role("region", name=re.compile("^Each of them: (differs|the same)"))
    expect(loop).to_contain_text("Rounds that differ:")
    expect(loop.get_by_role("button", name=re.compile("Round .*, which differs"))).to_have_text(["5", "29"])
    loop.get_by_role("button", name="Next round that differs").click()
    expect(loop.get_by_label("Round of Each of them", exact=True)).to_have_value("5")
    assert not person.serious(loop)
    loop.get_by_role("link", name=re.compile("Compare the two helper runs for .*eve@")).click()
    expect(page.get_by_role("heading", name="Two runs of Say it")).to_be_visible()
    refused = page.get_by_role("region", name="Refuse: differs")
    expect(refused).to_contain_text("Not this one")
    expect(refused).to_contain_text("equal to")


def _each_is_found_by_whom_it_was_for(person: Person) -> None:
    page = person.page
    tree = page.get_by_role("navigation", name="Runs of this event")
    page.goto(f"{person.demo.address}/history?about=eve@northwind.example")
    row = page.get_by_role("row").filter(has_text="Say it to all").first
    expect(row).to_contain_text("trial")
    expect(row).to_contain_text("eve@northwind.example in Say it, round 5, and in 5 other helper runs")
    assert not person.serious(page.get_by_role("table", name="Runs"))
    row.get_by_role("link", name="eve@northwind.example").click()
    expect(tree.get_by_role("link", name=re.compile(r"\b5 · Say it"))).to_have_attribute("aria-current", "page")


MANY = (
    """
id: many-cards
name: Many cards in a loop
event: {card: manual, outputs: {people: list of text}}
cards:
  - id: each
    title: Each person
    card: list.for_each
    inputs: {list: "{{ event.people }}"}
    do:
"""
    + "".join(
        f'      - {{id: say_{n}, title: Said {n}, card: text.compose, inputs: {{text: "{n}"}}}}\n' for n in range(7)
    )
    + """  - {id: long, title: A title that is much longer than the others, card: text.compose, inputs: {text: x}}
  - {id: stop, title: Stop, card: error.return_error, inputs: {message: "It ends here"}}
  - {id: never, title: Never, card: text.compose, inputs: {text: x}}
"""
)


def test_the_head_of_a_loop_stays_in_sight_and_no_press_moves_the_cards(person: Person) -> None:
    page, builder = person.page, Builder(person)
    builder.bring(MANY)
    builder.publish()
    builder.start(people='["Ada"]')
    expect(builder.panel.get_by_text("Failed", exact=True).first).to_be_visible()
    builder.follow()
    inside = page.get_by_role("region", name="6. Said 4: done")
    inside.scroll_into_view_if_needed()
    expect(page.get_by_role("button", name="Fold Each person")).to_be_in_viewport(ratio=1)
    expect(page.get_by_role("heading", name=re.compile("Each person"))).to_be_in_viewport(ratio=1)

    with person.screen({"width": 1280, "height": 800}):
        for name in ("Said 6", "A title that is much longer", "Never", "Stop"):
            card = page.get_by_role("region", name=re.compile(rf"\d+\. {name}"))
            card.scroll_into_view_if_needed()
            before = card.bounding_box()
            card.get_by_role("heading").click()
            assert card.bounding_box() == before, name
            card.get_by_role("heading").click()
            assert card.bounding_box() == before, name

    presses_slowly_twice(page, "Run again from “Stop”")
    presses_slowly_twice(page, "Run again")


def presses_slowly_twice(page: Page, button: str) -> None:
    """The second press meets what the first one has opened above the button, which stays open."""
    opens = page.get_by_role("button", name=button, exact=True)
    box = opens.bounding_box()
    assert box
    opens.click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    page.mouse.click(box["x"] + 20, box["y"] + 10)
    expect(dialog.get_by_role("table")).to_be_visible()  # what it will do has been read meanwhile
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
