"""What failed and was run again: told where one meets it; the keyboard, and a phone's screen, before a failed run."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, expect
from support_company import REFUSES, Company
from support_web import PHONE, Person, until

pytestmark = pytest.mark.timeout(400)


BESIDE = "card => card.getBoundingClientRect().left >= 0 && card.getBoundingClientRect().left < window.innerWidth"


def failed_tile(person: Person) -> Locator:
    return person.page.get_by_role("main").get_by_role("link", name=re.compile(r"\d+ ?failed"))


def fails_for(person: Person, company: Company, login: str) -> None:
    """Have the offboarding of somebody fail, and open its run."""
    company.breaks("Microsoft 365", REFUSES)
    company.suspends(login)
    person.go("History")
    row = person.page.get_by_role("row", name=re.compile(re.escape(login))).filter(has_text="Failed")
    row.get_by_role("link", name="Offboard suspended user").click()
    expect(person.page.get_by_role("region", name=re.compile("answered 403"))).to_be_visible()


def test_what_was_run_again_is_no_open_failure(person: Person, company: Company) -> None:
    page, login = person.page, person.demo.somebody()
    fails_for(person, company, login)
    failed_run = page.url
    person.go("Home")
    lately = page.get_by_role("region", name="Failed lately").get_by_role("listitem").filter(has_text=login)
    expect(lately).to_be_visible()
    expect(failed_tile(person)).not_to_have_text(re.compile("^0"))
    before = int(failed_tile(person).inner_text().split()[0])
    company.mends()
    page.goto(failed_run)

    again = page.get_by_role("button", name=re.compile("Run again from “"))
    blue = again.evaluate("button => getComputedStyle(button).backgroundColor")
    again.press("Enter")
    dialog = page.get_by_role("dialog")
    # what throws it away is not what Enter presses
    expect(dialog.get_by_role("button", name="Close")).not_to_be_focused()
    expect(dialog.locator(":focus")).to_have_count(1)
    begin = dialog.get_by_role("button", name="Run again")
    expect(begin).to_be_enabled()  # once it is told what will be sent
    begin.press("Enter")
    expect(dialog).to_have_count(0)
    expect(page.get_by_role("main").get_by_text("Succeeded", exact=True).first).to_be_visible()
    expect(page.get_by_role("main")).to_be_focused()

    page.get_by_role("link", name="Run again from an earlier run").click()
    expect(page.get_by_role("region", name=re.compile("answered 403"))).to_be_visible()
    told = page.get_by_role("main").get_by_role("link", name=re.compile("^Was run again .*: Succeeded$"))
    expect(told).to_be_visible()
    expect(again).not_to_have_css("background-color", blue)
    assert not person.serious()
    told.click()
    expect(page.get_by_role("link", name="Run again from an earlier run")).to_be_visible()

    person.go("History")
    row = page.get_by_role("row", name=re.compile(re.escape(login))).filter(has_text="Failed")
    expect(row.get_by_role("link", name=re.compile("^Was run again .*: Succeeded$"))).to_be_visible()
    person.go("Home")
    expect(failed_tile(person)).to_have_text(re.compile(f"^{before - 1}failed, and \\d+ w(as|ere) run again$"))
    expect(lately).to_have_count(0)
    page.get_by_role("link", name="Runs of Offboard suspended user").click()
    row.get_by_role("link", name="Offboard suspended user").click()
    page.get_by_role("link", name="Open the flow").click()
    expect(page.get_by_role("heading", name="Offboard suspended user")).to_be_visible()
    person.go("Home")
    failed_tile(person).click()
    expect(page.get_by_role("checkbox", name="Without runs that were run again")).to_be_checked()
    expect(row).to_have_count(0)


def test_on_a_phone_a_failed_run_begins_with_what_happened(person: Person, company: Company) -> None:
    page, login = person.page, person.demo.somebody()
    fails_for(person, company, login)
    with person.screen(PHONE):
        page.reload()
        failure = page.get_by_role("region", name=re.compile("answered 403"))
        card = page.get_by_role("region", name=re.compile(r"^\d+\. .*: failed$")).last.element_handle()
        until(page, BESIDE, card)
        expect(failure.get_by_text("What to do:")).to_be_in_viewport()
        expect(failure.get_by_role("heading")).to_be_in_viewport()
