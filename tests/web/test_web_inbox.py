"""The inbox on a phone: the list, then what was chosen in its place, and a way on and back."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect
from support_designer import Builder
from support_web import PHONE, Person

pytestmark = pytest.mark.timeout(400)

PAUSE = """
id: wait-on-a-phone
name: Wait on a phone
about: "{{ event.who }}"
event: {card: manual, outputs: {who: text}}
cards:
  - {id: word, title: Its word, card: flow.pause, inputs: {limit: 1, unit: hour}, outputs: {approved: boolean}}
"""
PEOPLE = [f"{name}@phone.example" for name in ("ada", "bob", "cy", "dora", "eve", "finn", "gus", "hal")]


def of(person: Person, login: str) -> Locator:
    """Somebody's line in the list of what waits."""
    return person.page.get_by_role("listitem").filter(has_text=login).get_by_role("button")


def test_on_a_phone_what_is_chosen_takes_the_place_of_the_list(person: Person) -> None:
    page, builder = person.page, Builder(person)
    builder.bring(PAUSE)
    for who in PEOPLE:
        builder.start(who=who)
        expect(builder.panel.get_by_text("Waiting", exact=True)).to_be_visible()
    person.go("Inbox")
    expect(of(person, PEOPLE[-1])).to_be_visible()
    expect(page.get_by_role("button", name="Back to the list")).to_be_hidden()  # both are beside one another
    pause = page.get_by_role("region", name="“Its word” waits to be resumed")
    with person.screen(PHONE):
        expect(pause).to_be_hidden()
        of(person, PEOPLE[-1]).press("Enter")
        resume = pause.get_by_role("button", name="Resume")
        expect(pause).to_be_in_viewport()
        expect(of(person, PEOPLE[-1])).to_be_hidden()
        expect(page.locator("main :focus").filter(has=resume)).to_have_count(1)
        assert not person.serious()
        page.get_by_role("button", name="Back to the list").press("Enter")
        expect(of(person, PEOPLE[-1])).to_be_focused()
        expect(of(person, PEOPLE[-1])).to_be_in_viewport()
        of(person, PEOPLE[-2]).click()
        resume.press("Enter")
        told = page.get_by_role("status").filter(has_text=f"{PEOPLE[-2]}: you have answered “Resume”.")
        expect(told).to_be_in_viewport()
        following = page.get_by_role("button", name="Show the next")
        expect(following).to_be_in_viewport()
        expect(following).to_be_focused()
        following.press("Enter")
        expect(resume).to_be_enabled()
        expect(page.locator("main :focus")).to_have_count(1)
        assert person.wide_enough()
    for who in (one for one in PEOPLE if one != PEOPLE[-2]):  # what would wait in front of other tests
        of(person, who).click()
        pause.get_by_role("button", name="Resume").click()
        expect(of(person, who)).to_have_count(0)
