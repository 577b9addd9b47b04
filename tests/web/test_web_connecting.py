"""An account is connected by signing in at the app: the guide, the pop-up, the app's own page, and scopes."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect
from support_company import FAILS, Company
from support_designer import Builder
from support_screens import looks
from support_web import Person

pytestmark = pytest.mark.timeout(400)

NAME = "Okta of the subsidiary"
READS = """
id: who-is-it
name: Who is it
event: {card: manual}
cards:
  - {id: who, card: okta.read_user, connection: okta-signed-in, inputs: {user: eva.horvat@northwind.example}}
  - {id: out, card: okta.clear_user_sessions, connection: okta-signed-in, inputs: {user: eva.horvat@northwind.example}}
"""


def press(person: Person, button: str) -> Page:
    """Press what opens a window, and what opens."""
    with person.page.expect_popup() as opened:
        person.page.get_by_role("button", name=re.compile(button)).last.click()
    opened.value.get_by_role("heading", level=1).wait_for()
    return opened.value


def test_somebody_signs_in_at_the_app_and_sees_what_is_missing(person: Person) -> None:
    page, okta = person.page, person.demo.tenant("okta")
    person.go("Connections")
    page.get_by_role("button", name="Connect an app").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name=re.compile("^Okta(?! Devices)")).click()
    dialog.get_by_label("Id", exact=False).first.fill("okta-signed-in")
    dialog.get_by_label("Name", exact=True).fill(NAME)
    dialog.get_by_role("textbox", name="Address", exact=True).fill(okta["base_url"])
    dialog.get_by_role("combobox", name="How Keyturn proves").or_(
        dialog.get_by_label("How Keyturn proves")
    ).first.click()
    page.get_by_role("option", name=re.compile("^Somebody signs in")).click()
    guide = dialog.get_by_role("region", name="What to do at the app")
    expect(guide).to_contain_text(f"{person.demo.address}/oauth/callback")
    expect(guide).to_contain_text("okta.eventHooks.manage")
    expect(dialog.get_by_label("Address that gives tokens")).to_have_attribute(
        "placeholder", f"{okta['base_url']}/oauth2/v1/token"
    )
    dialog.get_by_label("Client id").fill(okta["web_client_id"])
    dialog.get_by_label("Scope", exact=True).fill("okta.users.read offline_access")
    dialog.get_by_role("textbox", name="Client secret", exact=True).fill(okta["client_secret"])
    shown = dialog.get_by_role("combobox", name="How the client shows its secret", include_hidden=True)
    expect(shown).to_have_value("In the form of its request (usual)")
    guide.scroll_into_view_if_needed()
    person.looks("connect-guide", dialog)
    dialog.get_by_role("button", name="Save and test").click()
    expect(dialog.get_by_role("alert")).to_contain_text("must be signed in")
    is_refused_and_signs_in(person, dialog)
    dialog.get_by_role("button", name="Done").click()
    row = page.get_by_role("row").filter(has_text=NAME)
    expect(row.get_by_text("Works")).to_be_visible()
    sees_what_is_missing(person)
    row.get_by_role("button", name=f"Delete {NAME}").click()
    dialog = page.get_by_role("dialog", name=f"Delete {NAME}?")
    expect(dialog.get_by_role("list", name="Where it is used")).to_contain_text("Who is it")
    expect(dialog.get_by_role("button", name="Delete the connection")).to_be_disabled()
    dialog.get_by_label("Delete it all the same").check()
    with person.other_tab() as tab:
        company = Company(tab)
        company.breaks("Okta", FAILS)
        dialog.get_by_role("button", name="Delete the connection").click()
        expect(dialog.get_by_role("alert")).to_contain_text("Take the access away at the app")
        expect(dialog.get_by_role("alert")).not_to_contain_text("even_if")
        expect(dialog.get_by_role("button", name="Delete the connection")).to_be_disabled()
        person.looks("connection-not-revoked", dialog)
        dialog.get_by_label("Delete it although the app was not told").check()
        dialog.get_by_role("button", name="Delete the connection").click()
        expect(row).to_have_count(0)
        company.mends()
    person.forgive("409")  # the browser tells of the refusal


def begins(person: Person, app: str, kind: str, address: str) -> Locator:
    """The form of a new connection to an app at this address."""
    person.go("Connections")
    person.page.get_by_role("button", name="Connect an app").click()
    dialog = person.page.get_by_role("dialog")
    dialog.get_by_role("button", name=re.compile(f"^{app}")).click()
    dialog.get_by_label("Address", exact=True).fill(address)
    dialog.get_by_role("combobox", name="How Keyturn proves").or_(
        dialog.get_by_label("How Keyturn proves")
    ).first.click()
    person.page.get_by_role("option", name=re.compile(f"^{kind}")).click()
    return dialog


def test_a_sign_in_goes_where_the_address_of_the_app_is(person: Person) -> None:
    slack = person.demo.tenant("slack")
    dialog = begins(person, "Slack", "Somebody signs in", slack["base_url"])
    dialog.get_by_label("Id", exact=False).first.fill("slack-signed-in")
    dialog.get_by_label("Client id").fill(slack["web_client_id"])
    dialog.get_by_role("textbox", name="Client secret", exact=True).fill(slack["client_secret"])
    dialog.get_by_role("button", name="Save and test").click()
    expect(dialog.get_by_role("alert")).to_contain_text("must be signed in")
    dialog.get_by_role("button", name="Done").click()
    row = person.page.get_by_role("row").filter(has_text="slack-signed-in")
    expect(row.get_by_text("Needs sign-in", exact=True)).to_be_visible()
    expect(row).to_contain_text("Needs sign-in since")
    expect(row.get_by_text("Does not work")).to_have_count(0)
    asked = press(person, "^Sign in at the app: ")
    assert asked.url.startswith(slack["base_url"])
    with asked.expect_event("close"):
        asked.get_by_role("button", name="Allow").click()
    expect(row.get_by_text("Works", exact=True)).to_be_visible()
    expect(row).not_to_contain_text("since")
    is_taken_away(person, "slack-signed-in")


def is_taken_away(person: Person, connection: str) -> None:
    """The connection is deleted, as other tests connect its tenant."""
    row = person.page.get_by_role("row").filter(has_text=connection)
    row.get_by_role("button", name=re.compile("^Delete ")).click()
    person.page.get_by_role("dialog").get_by_role("button", name="Delete the connection").click()
    expect(row).to_have_count(0)


def test_the_vendors_token_service_is_not_taken_for_that_of_an_app_at_another_address(person: Person) -> None:
    graph = person.demo.tenant("graph")
    dialog = begins(person, "Office 365 Admin", "An app registration with a secret", graph["base_url"])
    tokens = dialog.get_by_label("Address that gives tokens")
    expect(tokens).to_be_visible()
    expect(dialog).to_contain_text("for an app at https://graph.microsoft.com only")
    dialog.get_by_label("Id", exact=False).first.fill("graph-by-form")
    dialog.get_by_label("Client id").fill(graph["client_id"])
    dialog.get_by_role("textbox", name="Client secret", exact=True).fill(graph["client_secret"])
    dialog.get_by_role("button", name="Save and test").click()
    expect(tokens).to_be_focused()  # it has to be given
    tokens.fill(graph["token_url"])
    dialog.get_by_role("button", name="Save and test").click()
    row = person.page.get_by_role("row").filter(has_text="graph-by-form")
    expect(row.get_by_text("Works")).to_be_visible()
    is_taken_away(person, "graph-by-form")


def is_refused_and_signs_in(person: Person, dialog: Locator) -> None:
    """What the form says follows the window of the sign-in, which closes by itself when somebody has signed in."""
    refused = press(person, "^Sign in at the app$")
    refused.get_by_role("button", name="Refuse").click()
    expect(refused.get_by_text("The app did not let the connection in")).to_be_visible()
    expect(dialog).to_contain_text("Nobody was signed in; the window of the sign-in says why.")
    expect(dialog).not_to_contain_text("keyturn connections")
    refused.close()
    asked = press(person, "^Sign in at the app$")
    expect(asked.get_by_text("okta.users.read")).to_be_visible()
    looks(asked, "consent")
    with asked.expect_event("close"):
        asked.get_by_role("button", name="Allow").click()
    expect(dialog.get_by_role("alert")).to_have_count(0)
    expect(dialog.get_by_text("Saved; it works")).to_be_visible()


def sees_what_is_missing(person: Person) -> None:
    """A flow that needs more than was granted: each scope, flow by flow."""
    page = person.page
    builder = Builder(person)
    builder.bring(READS)
    builder.publish()
    person.go("Connections")
    row = page.get_by_role("row").filter(has_text=NAME)
    expect(row).to_contain_text("1 scope is missing")
    row.get_by_role("button", name=f"Scopes of {NAME}").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("alert")).to_contain_text("okta.users.manage")
    expect(dialog.get_by_role("alert")).not_to_contain_text("okta.logs.read")
    expect(dialog.get_by_role("row").filter(has_text="okta.users.read")).to_contain_text("yes")
    expect(dialog.get_by_role("row").filter(has_text="okta.users.manage")).to_contain_text("missing")
    expect(dialog.get_by_role("row").filter(has_text="okta.logs.read")).to_contain_text("not granted Cards work")
    person.looks("scopes", dialog)
    dialog.get_by_role("button", name="Close").last.click()
