"""What a person must decide or look for in a run tells where it is, what is known of it, and what was kept."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Browser, expect
from support_company import Company
from support_designer import Builder
from support_web import Person

pytestmark = pytest.mark.timeout(400)

GARBAGE = "does it, answers with garbage"
PEOPLE = ["Ada", "Bob", "Cy"]

HELPER = """
id: leaver-at-microsoft
name: Leaver at Microsoft
about: "{{ event.who }}"
event: {card: helper, outputs: {who: text}}
cards:
  - id: send
    card: office365.custom_api_action
    connection: office365
    options: {method: PATCH}
    inputs: {url: "/v1.0/users/{{ event.who }}", body: {accountEnabled: false}}
"""

CALLER = """
id: leaver-with-helper
name: Leaver with a helper
about: "{{ event.who }}"
event: {card: manual, outputs: {who: text}}
cards:
  - {id: call, card: flow.call, call: {flow: leaver-at-microsoft, with: {who: "{{ event.who }}"}}}
"""

ALONE = HELPER.replace("leaver-at-microsoft", "answered-by-another").replace(
    "Leaver at Microsoft", "Answered by another"
)

LARGE = """
id: much-text
name: Much text
event: {card: manual}
cards:
  - {id: much, title: Very much, card: text.repeat, inputs: {text: "123456789", times: 20000}}
"""

ROUNDS = """
id: one-after-another
name: One after another
event: {card: manual, outputs: {people: list of text}}
cards:
  - id: each
    title: Each of them
    card: list.for_each
    inputs: {list: "{{ event.people }}"}
    do:
      - {id: hello, title: Greeting, card: text.compose, inputs: {text: "Hello {{ item }}"}}
"""


def test_a_question_tells_what_came_back_and_where_it_was_asked(person: Person, company: Company) -> None:
    page, login = person.page, person.demo.somebody()
    builder = Builder(person)
    builder.bring(HELPER)
    builder.publish()
    company.breaks("Microsoft 365", GARBAGE)
    builder.bring(CALLER)
    builder.start(who=login)
    expect(builder.panel.get_by_text("Needs attention")).to_be_visible()
    person.go("Inbox")
    asked = page.get_by_role("listitem").filter(has_text=login)
    expect(asked).to_contain_text("Leaver at Microsoft")
    asked.get_by_role("button").click()
    question = page.get_by_role("region", name="Did “Custom API Action” happen?")
    expect(question).to_contain_text("Office 365 Admin · in the flow Leaver at Microsoft")
    expect(question).to_contain_text("answered 200, but the answer cannot be used")
    expect(question).not_to_contain_text("no answer came")
    happened = question.get_by_role("button").filter(has_text=re.compile("It happened, go on|Send it again|Stop"))
    expect(happened.first).to_contain_text("It happened, go on")
    expect(happened.first).to_contain_text("an answer of 200 speaks for it")
    assert not person.serious(question)
    page.get_by_role("link", name="Open the run").click()
    expect(question).to_contain_text("Office 365 Admin · in the flow Leaver at Microsoft")
    question.get_by_role("button", name=re.compile("Stop this run")).click()
    expect(page.get_by_text("Your answer is noted; the run is stopped")).to_be_visible()
    expect(page.get_by_role("main").get_by_text("Failed", exact=True).first).to_be_visible()


def test_a_question_that_somebody_else_answers_stays_in_sight_and_says_so(
    person: Person, company: Company, browser: Browser
) -> None:
    page, login = person.page, person.demo.somebody()
    builder = Builder(person)
    builder.bring(ALONE)
    builder.publish()
    company.breaks("Microsoft 365", GARBAGE)
    builder.open("Answered by another")
    builder.start(who=login)
    expect(builder.panel.get_by_text("Needs attention")).to_be_visible()
    person.go("Inbox")
    page.get_by_role("listitem").filter(has_text=login).get_by_role("button").click()
    question = page.get_by_role("region", name="Did “Custom API Action” happen?")
    expect(question).to_be_visible()
    other = Person(browser, person.demo)
    other.sign_in()
    other.go("Inbox")
    other.page.get_by_role("listitem").filter(has_text=login).get_by_role("button").click()
    theirs = other.page.get_by_role("region", name="Did “Custom API Action” happen?")
    theirs.get_by_role("button", name=re.compile("Stop this run")).click()
    expect(other.page.get_by_role("listitem").filter(has_text=login)).to_have_count(0)
    other.close()
    builder.looks_up()
    expect(page.get_by_text(f"{login} does not wait any more.")).to_be_visible(timeout=20_000)
    expect(page.get_by_text("What you see is as it was.")).to_be_visible()


def test_of_a_value_that_was_kept_in_part_no_more_is_promised(person: Person) -> None:
    page, builder = person.page, Builder(person)
    builder.bring(LARGE)
    builder.test()
    builder.follow()
    card = page.get_by_role("region", name=re.compile("Very much: done"))
    expect(card).to_contain_text("Keyturn kept the first 64,000 of 180,000 characters.")
    expect(card.get_by_role("button", name="Show all")).to_have_count(0)
    with page.expect_download() as downloading:
        card.get_by_role("button", name=re.compile(r"Download what was kept \(")).click()
    assert 64_000 <= len(json.loads(downloading.value.path().read_text())) < 65_000
    card.get_by_role("button", name=re.compile(r"Show what was kept \(")).click()
    expect(card.get_by_text("Keyturn kept the first 64,000")).to_be_visible()


def test_a_round_is_chosen_by_its_number_and_a_link_leads_to_it(person: Person) -> None:
    page, builder = person.page, Builder(person)
    builder.bring(ROUNDS)
    builder.test(people=json.dumps(PEOPLE))
    within = builder.panel.get_by_label("Round of Each of them")
    expect(within).to_have_value("3")
    expect(builder.card(2)).to_contain_text("Hello Cy")
    builder.panel.get_by_role("button", name="Round before").click()
    expect(builder.card(2)).to_contain_text("Hello Bob")
    builder.follow()
    expect(page.get_by_role("main")).to_contain_text("· a draft")
    greeting = page.get_by_role("region", name=re.compile("Greeting: done"))
    expect(greeting).to_contain_text("Hello Ada")
    field = page.get_by_label("Round of Each of them")
    for typed, said in (("7.5", "Hello Ada"), ("-3", "Hello Cy"), ("61", "Hello Cy"), ("2", "Hello Bob")):
        field.press("Control+a")
        field.press_sequentially(typed)
        field.press("Tab")
        expect(greeting).to_contain_text(said)
        expect(field).to_have_value(str(1 + PEOPLE.index(said.removeprefix("Hello "))))
    field.press("Control+a")
    field.press("Backspace")
    expect(field).to_have_value("")
    field.press_sequentially("3")
    expect(greeting).to_contain_text("Hello Cy")
    page.goto(page.url)
    expect(greeting).to_contain_text("Hello Cy")
    expect(field).to_have_value("3")
