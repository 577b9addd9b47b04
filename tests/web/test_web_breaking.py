"""Breaking some requests of a pretend app: one operation, the first few, what has a text in it."""

from __future__ import annotations

import re

from playwright.sync_api import expect
from support_company import NOTHING, REFUSES, Company
from support_web import PHONE, Person


def test_some_requests_of_an_app_are_broken_and_mended(person: Person, company: Company) -> None:
    page, login = person.page, person.demo.somebody()
    person.go("Sandbox")
    going = page.get_by_role("region", name="What goes wrong")
    expect(going).to_contain_text("Nothing goes wrong. Choose above")
    going.get_by_role("button", name="Break some requests").click()
    dialog = page.get_by_role("dialog", name="Break some requests")
    dialog.get_by_label("App", exact=True).select_option("Microsoft 365")
    requests = dialog.get_by_role("combobox", name="Requests")
    requests.fill("signin post")  # words of the operation, in any order
    page.get_by_role("option", name=re.compile("revokeSignInSessions$")).click()
    expect(requests).to_have_value(re.compile("^POST /v1.0/users/{key}/revokeSignInSessions$"))
    dialog.get_by_label("What happens").select_option("refuses: 429 too many requests")
    number = dialog.get_by_label("Only the first")
    number.fill("none")
    expect(dialog).to_contain_text("A number from 1, or nothing for all.")
    expect(dialog.get_by_role("button", name="Break them")).to_be_disabled()
    number.fill("1")
    seconds = dialog.get_by_label("Says to wait")
    seconds.fill("3601")
    expect(dialog).to_contain_text("Seconds from 1 to 3600, or nothing.")
    expect(dialog.get_by_role("button", name="Break them")).to_be_disabled()
    seconds.fill("2")
    said = "Microsoft 365 refuses the first request of POST /v1.0/users/{key}/revokeSignInSessions with 429"
    expect(dialog.get_by_role("status")).to_contain_text(said)
    person.looks("sandbox-break", dialog)
    dialog.get_by_role("button", name="Break them").click()
    faults = going.get_by_role("list", name="What goes wrong now")
    expect(faults).to_contain_text(f"{said}, too many requests, Retry-After 2 s. No request has met it yet.")

    # all of an app, beside it
    company.breaks("Slack", REFUSES)
    expect(faults.get_by_role("listitem")).to_have_count(2)
    expect(page.get_by_role("combobox", name="Microsoft 365")).to_have_text(NOTHING)
    company.suspends(login)
    expect(faults).to_contain_text("It is over: its request has come.", timeout=30_000)
    page.get_by_role("tab", name="Ledger").click()
    tries = page.get_by_role("table", name="Ledger").get_by_role("row").filter(has_text="revokeSignInSessions")
    expect(tries.filter(has_text="429")).to_have_count(1, timeout=30_000)
    expect(tries.filter(has_text="attempt 2")).to_have_count(1)
    person.looks("sandbox-broken", going)
    with person.screen(PHONE):
        assert person.wide_enough()
    faults.get_by_role("button", name="End it: Microsoft 365 refuses").click()
    expect(faults.get_by_role("listitem")).to_have_count(1)
    faults.get_by_role("button", name="End it: Slack refuses every request").click()
    expect(page.get_by_role("combobox", name="Slack")).to_have_text(NOTHING)
    expect(going).to_contain_text("Nothing goes wrong. Choose above")


def test_a_part_of_a_request_is_broken_by_the_keyboard_alone(person: Person, company: Company) -> None:
    page, keys = person.page, person.page.keyboard
    person.go("Sandbox")
    going = page.get_by_role("region", name="What goes wrong")
    going.get_by_role("button", name="Break some requests").focus()
    keys.press("Enter")
    dialog = page.get_by_role("dialog", name="Break some requests")
    dialog.get_by_label("App", exact=True).focus()
    keys.type("Goo")
    requests = dialog.get_by_role("combobox", name="Requests")
    keys.press("Tab")
    expect(requests).to_be_focused()
    keys.type("groups members delete")
    keys.press("ArrowDown")
    keys.press("Enter")
    expect(requests).to_have_value(re.compile("^DELETE .*/groups/{.*}/members/{.*}$"))
    keys.press("Control+a")
    keys.type("hats")
    expect(dialog).to_contain_text("None of the app's operations has this in it")
    keys.press("Escape")  # the list first, then the dialog
    expect(dialog).to_be_visible()
    keys.press("Control+a")
    keys.type("DELETE /admin/directory/v1/groups")
    keys.press("Tab")
    keys.type("does it, breaks")
    keys.press("Tab")
    keys.type("2")
    keys.press("Enter")
    said = (
        "Google Workspace carries out the first 2 requests with “DELETE /admin/directory/v1/groups” in method and path"
    )
    faults = going.get_by_role("list", name="What goes wrong now")
    expect(faults).to_contain_text(f"{said}, and breaks the connection without an answer.")
    faults.get_by_role("button", name="End it: Google Workspace").focus()
    keys.press("Enter")
    expect(going).to_contain_text("Nothing goes wrong. Choose above")
