"""The sandbox, connections, events and settings in a browser."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from support_web import PHONE, Demo, Person

from keyturn.sandbox.client import SandboxClient, read_urls

pytestmark = pytest.mark.timeout(400)

NIGHTLY = "id: nightly\nname: Every night\nevent: {card: schedule, options: {cron: 0 2 * * *}}\n"
CALLED = "id: called\nname: Called from outside\nevent: {card: endpoint}\n"
PLACES = ("Tables", "Connections", "Events", "Sandbox", "Templates", "Settings")


def test_somebody_is_suspended_by_a_click_and_the_event_is_seen(person: Person) -> None:
    page, login = person.page, person.demo.somebody()
    person.go("Sandbox")
    page.get_by_label("Search people").fill(login)
    row = page.get_by_role("row").filter(has_text=login)
    row.get_by_role("button", name=re.compile("^Suspend ")).click()
    expect(row.get_by_text("suspended").first).to_be_visible()
    expect(row.get_by_text("disabled")).to_be_visible(timeout=30_000)  # the flow has done its work
    row.get_by_role("link", name=re.compile("^Runs about ")).click()
    expect(page.get_by_role("table", name="Runs").get_by_role("link", name="Offboard suspended user")).to_be_visible()
    person.go("Events")
    event = page.get_by_role("row").filter(has_text="User suspended").first
    event.get_by_role("link", name="its run").click()
    expect(page.get_by_role("heading", name="Offboard suspended user", level=1)).to_be_visible()


def test_a_tenant_is_broken_by_a_switch_and_mended_again(person: Person) -> None:
    page, company = person.page, SandboxClient(read_urls(person.demo.urls))
    company.clear_faults()
    person.go("Sandbox")
    graph = page.get_by_role("combobox", name="Microsoft 365")
    graph.click()
    page.get_by_role("option", name="refuses: 500 server error").click()
    expect(graph).to_have_value("refuses: 500 server error")
    person.go("Connections")
    page.get_by_role("button", name=re.compile("^Test Microsoft 365")).click()
    expect(page.get_by_role("row").filter(has_text="Microsoft 365").get_by_text("Does not work")).to_be_visible()
    person.go("Sandbox")
    page.get_by_role("button", name="Back to the first day").click()
    page.get_by_role("dialog").get_by_role("button", name="Back to the first day").click()
    expect(graph).to_have_value("nothing")
    assert company.faults() == []


def test_a_connection_is_made_by_the_form_tested_and_deleted(person: Person) -> None:
    page, okta = person.page, read_urls(person.demo.urls)["okta"]
    person.go("Connections")
    expect(page.get_by_role("row").filter(has_text="Okta (sandbox)")).to_contain_text("Offboard suspended user")
    page.get_by_role("button", name="Connect an app").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name=re.compile("^Okta(?! Devices)")).click()
    expect(dialog.get_by_label("Id", exact=False).first).to_have_value("okta-2")
    dialog.get_by_label("Name", exact=True).fill("Okta of the subsidiary")
    dialog.get_by_label("Address", exact=True).fill(okta["base_url"])
    dialog.get_by_role("textbox", name="Token").last.fill("wrong")
    assert not person.serious()
    person.picture("connect-light")
    dialog.get_by_role("button", name="Save and test").click()
    expect(dialog.get_by_role("alert")).to_contain_text("does not work yet")
    dialog.get_by_role("textbox", name="Token").last.fill(okta["token"])
    dialog.get_by_role("button", name="Save and test").click()
    expect(dialog).to_have_count(0)
    row = page.get_by_role("row").filter(has_text="Okta of the subsidiary")
    expect(row.get_by_text("Works")).to_be_visible()
    row.get_by_role("button", name="Delete Okta of the subsidiary").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete the connection").click()
    expect(row).to_have_count(0)


def test_addresses_and_times_are_there_to_be_copied(person: Person, tmp_path: Path) -> None:
    page = person.page
    for name, text in (("nightly", NIGHTLY), ("called", CALLED)):
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    person.demo.keyturn("flows", "push", str(tmp_path))
    person.go("Events")
    page.get_by_role("tab", name="Endpoints").click()
    row = page.get_by_role("row").filter(has_text="Called from outside")
    expect(row).to_contain_text(f"{person.demo.address}/endpoints/called")
    row.get_by_role("button", name="Make a token").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Make a token").click()
    expect(dialog).to_contain_text("never shown again")
    expect(dialog.get_by_role("button", name="Copy the token")).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("tab", name="Schedules").click()
    expect(page.get_by_role("row").filter(has_text="Every night")).to_contain_text("02:00")


def test_a_template_is_taken_over_with_connections_of_ones_own(person: Person) -> None:
    page = person.page
    person.go("Templates")
    expect(page.get_by_role("listitem").filter(has_text="Offboard a suspended user")).to_contain_text(
        "In your flows already"
    )
    page.get_by_role("button", name="Use it: Report inactive people").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Connection to Okta")).to_have_value("okta")
    expect(dialog.get_by_label("Connection to Office 365 Admin")).to_have_value("office365")
    assert not person.serious()
    person.picture("template-light")
    dialog.get_by_role("button", name="Take the flows over").click()
    switch = dialog.get_by_role("switch", name="Report inactive people is on")
    expect(switch).not_to_be_checked()
    switch.press("Space")
    expect(switch).to_be_checked()
    assert not person.serious()
    dialog.get_by_role("link", name="List Okta users").click()
    expect(page.get_by_role("heading", name="List Okta users", level=1)).to_be_visible()
    expect(page.get_by_text("v1 is live")).to_be_visible()


def test_settings_tell_and_the_doctor_looks(person: Person) -> None:
    page = person.page
    person.go("Settings")
    expect(page.get_by_text("KEYTURN_RUNS_AT_ONCE")).to_be_visible()
    assert person.demo.token not in page.content()
    page.get_by_role("button", name="Look now").click()
    expect(page.get_by_role("status").filter(has_text=re.compile("All is well|Something needs you"))).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_each_place_is_for_everybody(browser: Browser, demo: Demo, scheme: str) -> None:
    person = Person(browser, demo, scheme)
    person.sign_in()
    for place in PLACES:
        person.go(place)
        person.page.get_by_role("main").get_by_role("heading", level=1).wait_for()
        assert not person.serious(), place
        person.picture(f"{place.lower()}-{scheme}")
    person.close()


def test_each_place_fits_a_phone(browser: Browser, demo: Demo) -> None:
    person = Person(browser, demo, size=PHONE)
    person.sign_in()
    for place in PLACES:
        person.page.goto(f"{demo.address}/{place.lower()}")
        person.page.get_by_role("heading", name=place, level=1).wait_for()
        assert person.wide_enough(), place
    person.close()
