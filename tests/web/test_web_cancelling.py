"""A run that somebody cancels: it says so as long as it lasts, and afterwards what was out and never known."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import expect
from support_company import Company
from support_designer import Builder
from support_web import Person

pytestmark = pytest.mark.timeout(400)

SILENT = "does it, never answers"

LOCK = """
id: lock-somebody
name: Lock somebody
about: "{{ event.who }}"
event: {card: manual, outputs: {who: text}}
cards:
  - id: off
    title: Lock the account
    card: office365.custom_api_action
    connection: office365
    options: {method: PATCH}
    inputs: {url: "/v1.0/users/{{ event.who }}", body: {accountEnabled: false}}
  - {id: said, title: Say so, card: text.compose, inputs: {text: "locked"}}
"""

EACH = """
id: lock-everybody
name: Lock everybody
event: {card: manual, outputs: {people: list of text, bad: text}}
cards:
  - id: each
    title: Each of them
    card: list.for_each
    inputs: {list: "{{ event.people }}"}
    do:
      - id: refuse
        card: error.return_error_if
        inputs: {when: {a: "{{ item }}", is: equal to, b: "{{ event.bad }}"}, message: "Not this one"}
      - id: off
        title: Lock the account
        card: office365.custom_api_action
        connection: office365
        options: {method: PATCH}
        inputs: {url: "/v1.0/users/{{ item }}", body: {accountEnabled: false}}
"""


def test_a_run_that_is_cancelled_says_so_and_what_was_out(person: Person, company: Company) -> None:
    page, login = person.page, person.demo.somebody()
    company.breaks("Microsoft 365", SILENT)
    builder = Builder(person)
    builder.bring(LOCK)
    builder.publish()
    builder.start(who=login)
    builder.follow()
    card = page.get_by_role("region", name=re.compile("Lock the account: at work"))
    expect(card.get_by_text("Relative URL")).to_be_visible()
    expect(card).to_contain_text(f"/v1.0/users/{login}")
    page.get_by_role("button", name="Cancel", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Cancel the run").click()
    status = page.get_by_role("main").get_by_text("Being cancelled", exact=True)
    told = page.get_by_role("status").filter(has_text="Somebody has asked this run to end.")
    for _ in range(2):
        expect(status).to_be_visible()
        expect(told).to_be_visible()
        expect(page.get_by_role("button", name="Cancel", exact=True)).to_have_count(0)
        page.goto(page.url)
    person.go("History")
    row = page.get_by_role("row").filter(has_text=login)
    expect(row).to_contain_text("Being cancelled")
    company.mends()  # who still waits for an answer gets none
    person.go("History")
    row.get_by_role("link", name="Lock somebody").click()
    expect(page.get_by_role("main").get_by_text("Cancelled", exact=True)).to_be_visible(timeout=30_000)

    left = page.get_by_role("region", name="“Lock the account” was sent, and nobody knows whether it happened")
    expect(left).to_contain_text(f"PATCH /v1.0/users/{login}")
    expect(left).to_contain_text("What is known:")
    expect(left).to_contain_text("What to do: Look in the app whether it happened")
    expect(left.get_by_role("region", name="What the app says now")).to_be_visible()
    expect(page.get_by_role("region", name=re.compile("Lock the account: outcome unknown"))).to_be_visible()
    expect(page.get_by_role("region", name=re.compile("Say so: not reached"))).to_be_visible()
    assert not person.serious(left)
    assert person.demo.account(login, "graph")["accountEnabled"] is False


def test_a_loop_at_work_says_over_what_and_how_far_it_is(person: Person, company: Company) -> None:
    page, people = person.page, [person.demo.somebody() for _ in range(2)]
    company.breaks("Microsoft 365", SILENT)
    builder = Builder(person)
    builder.bring(EACH)
    builder.publish()
    builder.start(people=json.dumps(people), bad="nobody")
    builder.follow()
    loop = page.get_by_role("region", name="1. Each of them")
    expect(loop).to_contain_text("at work · 0 of 2 rounds")
    loop.get_by_text("Values").click()
    expect(loop.get_by_text("Concurrency")).to_be_visible()
    for login in people:
        expect(loop).to_contain_text(login)
    expect(page.get_by_role("region", name=re.compile("Lock the account: at work"))).to_contain_text(people[0])
    refuse = page.get_by_role("region", name=re.compile("Return Error If: done"))
    expect(refuse).to_contain_text("Item of this round equal to Event › bad")
    page.get_by_role("button", name="Cancel", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Cancel the run").click()
    page.get_by_role("main").get_by_text("Being cancelled", exact=True).wait_for()
    company.mends()
    page.go_back()
    expect(page.get_by_role("main").get_by_text("Cancelled", exact=True)).to_be_visible(timeout=30_000)
