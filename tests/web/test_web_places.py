"""The sandbox, connections, events and settings in a browser."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from support_company import FAILS, NOTHING, Company
from support_web import PHONE, Person, until

pytestmark = pytest.mark.timeout(400)

PLACES = {
    "Connections": "connections",
    "Connectors": "connectors",
    "Events": "events",
    "Sandbox": "sandbox",
    "Templates": "templates",
    "Settings": "settings",
}


def test_somebody_is_suspended_by_a_click_and_the_event_is_seen(person: Person, company: Company) -> None:
    page, login = person.page, person.demo.somebody()
    row = company.suspends(login)
    expect(row.get_by_text("disabled")).to_be_visible(timeout=30_000)  # the flow has done its work
    row.get_by_role("link", name=re.compile("^Runs about ")).click()
    expect(page.get_by_role("table", name="Runs").get_by_role("link", name="Offboard suspended user")).to_be_visible()
    company.finds(login).get_by_role("button", name=re.compile("^Show all of ")).click()
    drawer = page.get_by_role("dialog")
    expect(drawer.get_by_role("list", name="Last runs about them")).to_contain_text("Offboard suspended user")
    expect(drawer.get_by_text("Groups in Okta")).to_be_visible()
    person.looks("sandbox-person", drawer)
    page.keyboard.press("Escape")
    page.get_by_role("tab", name="Ledger").click()
    ledger = page.get_by_role("table", name="Ledger")
    sent = ledger.get_by_role("row").filter(has_text="revokeSignInSessions").first
    expect(sent).to_contain_text("Microsoft 365")
    person.looks("sandbox-ledger", page.get_by_role("tabpanel"))
    sent.get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Office 365 offboarding")
    person.go("Events")
    event = page.get_by_role("row").filter(has_text="User suspended").first
    expect(event).to_contain_text(login)
    expect(event.get_by_text("Succeeded")).to_be_visible()
    event.get_by_role("link", name="Offboard suspended user").click()
    expect(page.get_by_role("heading", name="Offboard suspended user", level=1)).to_be_visible()


def leads_on_by_letters(page: Page) -> None:
    """A list is gone through as one of the browser, and when it is closed letters are for the page."""
    switch = page.get_by_role("combobox", name="Microsoft 365")
    switch.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("End")
    expect(page.get_by_role("option", name="does nothing, breaks the connection")).to_have_attribute(
        "data-combobox-selected", "true"
    )
    page.keyboard.type("500")
    page.keyboard.press("Enter")
    expect(switch).to_have_text(FAILS)
    expect(switch).to_be_focused()
    page.keyboard.type("gh")
    expect(page.get_by_role("heading", name="Home", level=1)).to_be_visible()
    expect(page.get_by_role("main")).to_be_focused()


@pytest.mark.parametrize(("app", "connection"), [("Slack", "slack"), ("Mail server", "smtp")])
def test_a_pretend_app_is_connected_by_one_press(person: Person, app: str, connection: str) -> None:
    page = person.page
    person.go("Sandbox")
    page.get_by_role("tab", name="Addresses").click()
    row = page.get_by_role("row").filter(has_text=app)
    connect = row.get_by_role("button", name=f"Connect {app}")
    connect.press("Enter")
    led = row.get_by_role("link", name=connection, exact=True)
    expect(led).to_be_visible()
    until(page, "() => document.activeElement !== document.body")
    expect(page.get_by_role("row").filter(has_text="Okta").get_by_role("link", name="okta", exact=True)).to_be_visible()
    led.click()
    page.get_by_role("button", name=f"Test {app} (sandbox)").click()
    row = page.get_by_role("row").filter(has_text=f"{app} (sandbox)")
    expect(row.get_by_text("Works")).to_be_visible()


def test_a_pretend_app_is_connected_by_a_sign_in(person: Person) -> None:
    page = person.page
    person.go("Sandbox")
    page.get_by_role("tab", name="Addresses").click()
    page.get_by_role("button", name="Google Workspace: other ways to connect it").click()
    dialog = page.get_by_role("dialog")
    google = person.demo.tenant("google")
    for told in ("token_url", "authorize_url", "web_client_id"):
        expect(dialog.get_by_role("cell", name=google[told], exact=True)).to_be_visible()
    for secret in ("token", "client_secret"):
        expect(dialog).not_to_contain_text(google[secret])
    dialog.get_by_role("button", name="Somebody signs in at the app").click()
    expect(dialog).to_have_count(0)
    person.go("Connections")
    row = page.get_by_role("row").filter(has_text="Google Workspace (sandbox) by sign-in")
    expect(row.get_by_text("Needs sign-in", exact=True)).to_be_visible()
    with page.expect_popup() as opened:
        row.get_by_role("button", name=re.compile("^Sign in at the app: ")).click()
    with opened.value.expect_event("close"):
        opened.value.get_by_role("button", name="Allow").click()
    expect(row.get_by_text("Works", exact=True)).to_be_visible()
    row.get_by_role("button", name=re.compile("^Delete ")).click()
    page.get_by_role("dialog").get_by_role("button", name="Delete the connection").click()
    expect(row).to_have_count(0)


def test_any_other_app_is_connected_against_the_sandbox(person: Person) -> None:
    page, recorder = person.page, person.demo.tenant("recorder")
    person.go("Connections")
    page.get_by_role("button", name="Connect an app").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name=re.compile("^GitHub")).click()
    expect(dialog.get_by_text("fills in all but secrets")).to_be_visible()
    dialog.get_by_role("button", name="Against the sandbox").click()
    expect(dialog.get_by_role("textbox", name="Address", exact=True)).to_have_value(f"{recorder['base_url']}/github")
    dialog.get_by_role("textbox", name="Token").last.fill("any")
    dialog.get_by_role("button", name="Save and test").click()
    expect(dialog).to_have_count(0)
    row = page.get_by_role("row").filter(has_text=f"{recorder['base_url']}/github")
    expect(row.get_by_text("Works", exact=True)).to_be_visible()
    row.get_by_role("button", name=re.compile("^Delete ")).click()
    page.get_by_role("dialog").get_by_role("button", name="Delete the connection").click()
    expect(row).to_have_count(0)


def test_a_tenant_is_broken_by_a_switch_and_mended_again(person: Person, company: Company) -> None:
    page = person.page
    company.breaks("Microsoft 365", FAILS)
    leads_on_by_letters(page)
    person.go("Connections")
    page.get_by_role("button", name=re.compile("^Test Microsoft 365")).click()
    broken = page.get_by_role("row").filter(has_text="Microsoft 365")
    expect(broken.get_by_text("Does not work")).to_be_visible()
    since = broken.get_by_text("Failing since").inner_text()
    page.reload()  # whoever comes later, and tests anew, is told of the same time
    expect(broken.get_by_text("Testing…").or_(broken.get_by_text(since))).to_be_visible()
    expect(broken.get_by_text(since)).to_be_visible()
    person.go("Home")
    attention = page.get_by_role("region", name="Needs attention").get_by_role("listitem")
    expect(attention.filter(has_text="Microsoft 365")).to_contain_text("Failing since")
    person.go("Sandbox")
    page.get_by_role("button", name="Back to the first day").click()
    page.get_by_role("dialog").get_by_role("button", name="Back to the first day").click()
    expect(page.get_by_role("combobox", name="Microsoft 365")).to_have_text(NOTHING)
    person.go("Connections")
    page.get_by_role("button", name=re.compile("^Test Microsoft 365")).click()
    mended = page.get_by_role("row").filter(has_text="Microsoft 365")
    expect(mended.get_by_text("Works")).to_be_visible()
    expect(mended.get_by_text(re.compile("^Tested "))).to_be_visible()
    expect(page.get_by_role("alert").filter(has_text="works: the app has answered.")).to_be_visible()


def test_a_connection_is_made_by_the_form_tested_and_deleted(person: Person) -> None:
    page, okta = person.page, person.demo.tenant("okta")
    person.go("Connections")
    expect(page.get_by_role("row").filter(has_text="Okta (sandbox)")).to_contain_text("Offboard suspended user")
    page.get_by_role("button", name="Connect an app").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox", name="Which app").fill("okta")
    expect(dialog.get_by_role("button", name=re.compile("^Slack"))).to_have_count(0)
    dialog.get_by_role("button", name=re.compile("^Okta(?! Devices)")).click()
    expect(dialog.get_by_label("Id", exact=False).first).to_have_value("okta-2")
    dialog.get_by_label("Name", exact=True).fill("Okta of the subsidiary")
    dialog.get_by_role("textbox", name="Address", exact=True).fill(okta["base_url"])
    dialog.get_by_role("textbox", name="Token").last.fill("wrong")
    identifier = dialog.get_by_label("Id", exact=False).first
    identifier.fill("okta")
    dialog.get_by_role("button", name="Save and test").click()
    expect(dialog).to_contain_text("There is a connection 'okta' already.")
    person.forgive("409")
    identifier.fill("okta-2")
    person.looks("connect", dialog)
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


def begin_by_hand(person: Person, address: str) -> None:
    """Say what our directory is, with two requests, and go on."""
    page = person.page
    page.get_by_text("By hand", exact=True).click()
    page.get_by_label("What people call the app").fill("Our Directory")
    expect(page.get_by_role("textbox", name="Id")).to_have_value("our_directory")
    page.get_by_label("Address").fill(address)
    page.get_by_label("Title of request 1").fill("List People")
    page.get_by_label("Path of request 1").fill("/api/v1/users")
    page.get_by_role("button", name="Add a request").click()
    page.get_by_label("Title of request 2").fill("Unlock Person")
    page.get_by_label("Method of request 2").select_option("POST")
    page.get_by_label("Path of request 2").fill("/api/v1/users/{login}/lifecycle/unlock")
    person.looks("connector-by-hand")
    page.get_by_role("button", name="Go on").click()


def connect_our_directory(person: Person, token: str) -> None:
    """Connect the connector that was made, whose tokens stand behind a word."""
    person.page.get_by_role("button", name="Connect", exact=True).click()
    dialog = person.page.get_by_role("dialog")
    dialog.get_by_label("Name", exact=True).fill("Our Directory")
    dialog.get_by_role("textbox", name="Token").last.fill(token)
    dialog.get_by_text("More settings").click()
    dialog.get_by_label("Word before the token").fill("SSWS")
    dialog.get_by_role("button", name="Save and test").click()
    expect(dialog).to_have_count(0)


def spoil_and_mend(person: Person) -> None:
    """Type what is wrong into the connector's text, see it told with its line, and take it back."""
    page = person.page
    source = page.get_by_role("textbox", name="The connector as text")
    expect(page.get_by_text("Nothing is wrong. It has 2 actions.")).to_be_visible()
    source.press("Control+Home")
    page.keyboard.type("x")
    wrong = page.get_by_role("list", name="What is wrong")
    expect(wrong).to_contain_text("there is no 'xconnector' here")
    expect(page.get_by_role("button", name="Save the connector")).to_be_disabled()
    wrong.get_by_role("button", name="Line 1", exact=True).first.click()
    expect(source).to_be_focused()
    person.looks("connector-editor")
    source.press("Control+Home")
    page.keyboard.press("Delete")
    expect(page.get_by_text("Nothing is wrong. It has 2 actions.")).to_be_visible()


def test_a_connector_is_made_by_hand_tried_changed_and_deleted(person: Person) -> None:
    page, okta = person.page, person.demo.tenant("okta")
    person.go("Connectors")
    page.get_by_label("Search").fill("suspend user")
    found = page.get_by_role("list", name="Actions and events")
    expect(found.get_by_role("link", name="Suspend User", exact=True).first).to_be_visible()
    page.get_by_role("link", name="Make a connector").click()
    begin_by_hand(person, okta["base_url"])
    source = page.get_by_role("textbox", name="The connector as text")
    spoil_and_mend(person)
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Home").click()
    asked = page.get_by_role("dialog", name="Leave without saving the connector?")
    asked.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("Nothing is wrong. It has 2 actions.")).to_be_visible()
    page.get_by_role("button", name="Save the connector").click()
    expect(page.get_by_role("heading", name="Our Directory", level=1)).to_be_visible()
    person.looks("connector")
    page.get_by_role("link", name="Edit").or_(page.get_by_role("button", name="Edit")).click()
    expect(page.get_by_text("Nothing is wrong. It has 2 actions.")).to_be_visible()
    person.looks("connector-edit")
    source.press("Control+Home")
    page.keyboard.type("# mine")
    page.get_by_role("button", name="Back").or_(page.get_by_role("link", name="Back")).click()
    asked.get_by_role("button", name="Leave without it").click()
    expect(page.get_by_role("button", name="Try List People")).to_be_visible()
    connect_our_directory(person, okta["token"])

    page.get_by_role("button", name="Try Unlock Person").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="Try it")).to_be_disabled()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Try List People").click()
    dialog.get_by_role("button", name="Try it").click()
    expect(dialog.get_by_text("Succeeded")).to_be_visible()
    expect(dialog.get_by_role("region", name="What it gave")).to_contain_text("ACTIVE")
    person.looks("connector-try", dialog)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Delete", exact=True).click()
    where = dialog.get_by_role("list", name="Where it is used")
    expect(where.get_by_role("listitem")).to_have_text("Our Directory connection")
    expect(dialog.get_by_role("button", name="Delete the connector")).to_have_count(0)
    page.keyboard.press("Escape")
    person.go("Connections")
    page.get_by_role("button", name="Delete Our Directory").click()
    dialog.get_by_role("button", name="Delete the connection").click()
    person.go("Connectors")
    page.get_by_role("list", name="Connectors").get_by_role("link", name=re.compile("Our Directory")).click()
    page.get_by_role("button", name="Delete", exact=True).click()
    dialog.get_by_role("button", name="Delete the connector").click()
    expect(page.get_by_role("heading", name="Connectors", level=1)).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("Our Directory"))).to_have_count(0)


def test_a_connector_is_begun_from_an_openapi_file(person: Person, tmp_path: Path) -> None:
    page, good, bad = person.page, tmp_path / "acme.json", tmp_path / "bad.json"
    paths = {
        f"/things/{number}": {"get": {"operationId": f"thing{number}", "tags": ["things"]}} for number in range(200)
    }
    paths["/people"] = {"get": {"operationId": "listPeople", "summary": "List people", "tags": ["people"]}}
    broken = {**paths, "/teams": {"get": "foo"}}
    good.write_text(json.dumps({"openapi": "3.0.3", "info": {"title": "Acme"}, "paths": broken}), encoding="utf-8")
    bad.write_text('{"openapi": "3.0.3",\n "paths": }', encoding="utf-8")
    person.go("Connectors")
    page.get_by_role("link", name="Make a connector").click()
    for file in (bad, good):
        with page.expect_file_chooser() as choosing:
            page.get_by_role("button", name="Choose the file").click()
        choosing.value.set_files(file)
        if file == bad:
            expect(page.get_by_role("alert")).to_contain_text("is no JSON")
    expect(page.get_by_text("acme.json describes 201 operations.")).to_be_visible()
    told = page.get_by_role("region", name="Not all of it can be used")
    expect(told.get_by_role("listitem")).to_have_text("GET /teams: it is a text, and an object belongs there.")
    page.get_by_label("Group").select_option("people")
    line = page.get_by_role("list", name="Operations").get_by_role("listitem").filter(has_text="GET /people")
    box = line.bounding_box()
    assert box is not None
    line.click(position={"x": box["width"] - 8, "y": box["height"] - 12})  # the whole line chooses it
    expect(page.get_by_role("checkbox", name="List people")).to_be_checked()
    expect(page.get_by_label("What people call the app")).to_have_value("Acme")  # as the file has it
    person.looks("connector-from-file")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("list", name="Actions")).to_contain_text("acme.list_people")
    expect(page.get_by_text("# Left out of GET /teams: it is a text")).to_be_visible()
    person.forgive("422")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Home").click()
    page.get_by_role("dialog").get_by_role("button", name="Leave without it").click()
    expect(page.get_by_role("heading", name="Home", exact=True)).to_be_visible()


def test_templates_are_taken_over_and_their_addresses_and_times_are_there_to_be_copied(person: Person) -> None:
    page = person.page
    person.go("Templates")
    expect(page.get_by_role("listitem").filter(has_text="Offboard a suspended user")).to_contain_text(
        "In your flows already"
    )
    page.get_by_role("button", name="Use it: Report inactive people").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Connection to Okta")).to_have_value("okta")
    expect(dialog.get_by_label("Connection to Office 365 Admin")).to_have_value("office365")
    person.looks("template", dialog)
    dialog.get_by_role("button", name="Take the flows over").click()
    switch = dialog.get_by_role("switch", name="Report inactive people is on")
    expect(switch).not_to_be_checked()
    switch.press("Space")
    expect(switch).to_be_checked()
    assert not person.serious(dialog)
    dialog.get_by_role("link", name="List Okta users").click()
    expect(page.get_by_role("heading", name="List Okta users", level=1)).to_be_visible()
    expect(page.get_by_text("v1 is live")).to_be_visible()
    person.go("Templates")
    page.get_by_role("button", name="Use it: New hire from a form").click()
    dialog.get_by_role("button", name="Take the flows over").click()
    dialog.get_by_role("button", name="Done").click()
    is_called_and_scheduled(person)


def is_called_and_scheduled(person: Person) -> None:
    """Where the flows that were taken over are called, and when they begin."""
    page = person.page
    person.go("Events")
    page.get_by_role("tab", name="Event hooks").click()
    hook = page.get_by_role("row").filter(has_text="Okta (sandbox)")
    expect(hook).to_contain_text(f"{person.demo.address}/hooks/okta/okta")
    hook.get_by_role("button", name="Subscribe to the events of Okta (sandbox)").click()
    expect(hook.get_by_role("status")).to_contain_text("user.lifecycle.suspend")
    tab = page.get_by_role("tabpanel")
    person.looks("events-hooks", tab)
    page.get_by_role("tab", name="Endpoints").click()
    row = page.get_by_role("row").filter(has_text="New hire")
    expect(row).to_contain_text(f"{person.demo.address}/endpoints/new-hire")
    person.looks("events-endpoints", tab)
    page.get_by_role("tab", name="Schedules").click()
    row = page.get_by_role("row").filter(has_text="Report inactive people")
    row.get_by_role("button", name="The next times of Report inactive people").click()
    expect(row.get_by_role("list", name="The next times").get_by_role("listitem")).to_have_count(5)
    person.looks("events-schedules", tab)


def test_settings_tell_and_the_doctor_looks(person: Person) -> None:
    page = person.page
    person.go("Settings")
    expect(page.get_by_text("KEYTURN_RUNS_AT_ONCE")).to_be_visible()
    assert person.demo.token not in page.content()
    page.get_by_role("button", name="Look now").click()
    expect(page.get_by_role("status").filter(has_text=re.compile("All is well|Something needs you"))).to_be_visible()


def test_each_place_is_for_everybody_and_fits_a_phone(person: Person) -> None:
    for place, picture in PLACES.items():
        person.go(place)
        expect(person.page.get_by_role("status").filter(has_text="Loading")).to_have_count(0)
        person.looks(picture)
        with person.screen(PHONE):
            assert person.wide_enough(), place
