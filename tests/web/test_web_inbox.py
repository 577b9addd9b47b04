"""The inbox: whom and what that is for which waits; on a phone what was chosen takes the place of the list."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, expect
from support_company import Company
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
HELPER = """
id: switch-off-at-microsoft
name: Switch off at Microsoft
event: {card: helper, outputs: {who: text}}
cards:
  - id: off
    title: Switch off
    card: office365.custom_api_action
    connection: office365
    options: {method: PATCH}
    inputs: {url: "/v1.0/users/{{ event.who }}", body: {accountEnabled: false}}
  - {id: word, title: Word of the boss, card: flow.pause, inputs: {limit: 1, unit: hour}}
"""
CALLER = """
id: leaver-with-two-steps
name: Leaver with two steps
about: "{{ event.who }}"
event: {card: manual, outputs: {who: text}}
cards:
  - {id: call, card: flow.call, call: {flow: switch-off-at-microsoft, with: {who: "{{ event.who }}"}}}
"""
GARBAGE = "does it, answers with garbage"
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


def test_what_waits_in_a_helper_flow_names_the_person_and_the_flow_that_it_works_for(
    person: Person, company: Company
) -> None:
    page, builder, login = person.page, Builder(person), person.demo.somebody()
    where = "Switch off at Microsoft for Leaver with two steps"
    builder.bring(HELPER)
    builder.publish()
    company.breaks("Microsoft 365", GARBAGE)
    builder.bring(CALLER)
    builder.start(who=login)
    expect(builder.panel.get_by_text("Needs attention")).to_be_visible()
    company.mends()
    waiting = page.get_by_role("region", name="Needs attention").get_by_role("listitem").filter(has_text=login)
    person.go("Home")
    expect(waiting).to_contain_text(where)
    person.go("Inbox")
    expect(of(person, login)).to_contain_text(f"Office 365 Admin · in the flow {where}")
    of(person, login).click()
    question = page.get_by_role("region", name="Did “Switch off” happen?")
    expect(question).to_contain_text(f"in the flow {where}")
    question.get_by_role("button", name=re.compile("It happened, go on")).click()
    expect(page.get_by_role("status").filter(has_text=f"{login}: you have answered")).to_be_visible()
    expect(of(person, login)).to_contain_text(where)
    person.go("Home")
    expect(waiting).to_contain_text("waits to be resumed")
    expect(waiting).to_contain_text(where)
    person.go("Inbox")
    of(person, login).click()
    page.get_by_role("region", name="“Word of the boss” waits").get_by_role("button", name="Resume").click()
    expect(of(person, login)).to_have_count(0)
