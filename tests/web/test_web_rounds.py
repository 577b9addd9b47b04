"""A loop that calls a helper flow: its rounds are looked at one by one, each with whom it was for and how it went."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import expect
from support_designer import Builder
from support_web import Person

pytestmark = pytest.mark.timeout(400)

PEOPLE = [f"{name}@northwind.example" for name in ("ada", "bob", "cy", "dora", "eve")] * 6
BAD = (4, 21)

HELPER = """
id: say-it
name: Say it
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


def people() -> str:
    return json.dumps([{"profile": {"login": who}, "bad": number in BAD} for number, who in enumerate(PEOPLE)])


def test_the_rounds_of_a_loop_that_calls_a_helper_flow(person: Person) -> None:
    page, builder = person.page, Builder(person)
    builder.bring(HELPER)
    builder.publish()
    builder.bring(CALLER)
    builder.test(people=people())
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
