"""Signing in and out in a browser, and what is around every page."""

from __future__ import annotations

import re
from contextlib import suppress

import pytest
from playwright.sync_api import Browser, Error, Route, expect
from support_designer import Builder
from support_web import PHONE, Demo, Person

pytestmark = pytest.mark.timeout(400)


def test_the_printed_link_signs_in_once_and_signing_out_ends_the_session(browser: Browser, demo: Demo) -> None:
    person = Person(browser, demo)
    page = person.page
    person.sign_in(demo.sign_in)
    expect(page).to_have_url(f"{demo.address}/")
    expect(page.get_by_role("button", name="Signed in as administrator")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="Home", level=1)).to_be_visible()
    assert "#" not in page.url
    page.get_by_role("button", name="Signed in as").click()
    page.get_by_role("menuitem", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    person.looks("sign-in")
    page.goto(f"{demo.address}/")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()

    page.goto(demo.sign_in)
    expect(page.get_by_role("alert")).to_contain_text("used before")
    expect(page.get_by_role("alert")).to_contain_text("What to do")
    person.looks("sign-in-refused")
    person.forgive("409")  # the browser tells of the refusal
    page.goto(fresh_link(demo))  # in the same tab: only what stands behind the # is another
    expect(page.get_by_role("heading", name="Home", level=1)).to_be_visible()
    assert "#" not in page.url
    page.get_by_role("button", name="Signed in as").click()
    page.get_by_role("menuitem", name="Sign out").click()
    page.get_by_label("Sign-in link").fill(fresh_link(demo))
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Home", level=1)).to_be_visible()
    person.close()


def fresh_link(demo: Demo) -> str:
    """One as an administrator makes it, in another terminal."""
    return re.findall(r"Sign in: (\S+)", demo.keyturn("sign-in"))[0]


def test_the_cookie_is_no_script_s(person: Person) -> None:
    (cookie,) = person.context.cookies()
    assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Strict")
    assert person.page.evaluate("document.cookie") == ""


def test_an_address_that_leads_nowhere_says_so(person: Person) -> None:
    person.page.goto(f"{person.demo.address}/no/such/page")
    expect(person.page.get_by_role("heading", name="There is no such page")).to_be_visible()
    size = "getComputedStyle(document.querySelector('h1')).fontSize"
    large = person.page.evaluate(size)
    person.looks("not-found")
    person.page.get_by_role("link", name="Go to Home").click()
    expect(person.page.get_by_role("heading", name="Home", level=1)).to_be_visible()
    assert person.page.evaluate(size) == large


def test_everything_is_found_by_keyboard(person: Person) -> None:
    person.page.keyboard.press("Control+k")
    person.page.get_by_role("combobox", name="Find anything").fill("off")
    expect(person.page.get_by_role("dialog", name="Find anything")).to_contain_text("Offboard suspended user")
    person.looks("palette", person.page.get_by_role("dialog", name="Find anything"))
    person.page.get_by_role("combobox", name="Find anything").fill("Inb")
    person.page.keyboard.press("Enter")
    expect(person.page).to_have_url(re.compile("/inbox$"))
    person.page.keyboard.press("g")
    person.page.keyboard.press("h")
    expect(person.page).to_have_url(f"{person.demo.address}/")
    person.page.keyboard.press("Shift+?")
    listed = person.page.get_by_role("dialog", name="Keyboard")
    expect(listed).to_contain_text("move the card")
    person.looks("keyboard", listed)
    for key in ("g", "i"):  # nobody is led away from a dialog
        person.page.keyboard.press(key)
    expect(listed).to_be_visible()
    expect(person.page).to_have_url(f"{person.demo.address}/")


def test_home_is_for_everybody_and_fits_a_phone(person: Person) -> None:
    person.looks("home")
    with person.screen(PHONE):
        assert person.wide_enough()
        assert not person.serious()
        person.page.get_by_role("button", name="Open the menu").click()
        expect(person.page.get_by_role("dialog").get_by_role("link", name="Home")).to_be_visible()


def test_a_server_that_is_gone_is_told_and_comes_back_by_itself(person: Person) -> None:
    page = person.page
    rail = page.get_by_role("navigation", name="Main")
    waiting = page.get_by_role("main").get_by_role("status").filter(has_text="Loading")
    held: list[Route] = []
    page.route(re.compile("/HistoryPage-.*js$"), lambda route: held.append(route))
    page.goto(f"{person.demo.address}/history", wait_until="commit")  # nothing else is loaded yet
    expect(waiting).to_be_visible()
    expect(rail).to_be_visible()
    held[0].continue_()
    page.get_by_label("Search").fill("typed before")
    page.unroute_all()
    person.context.set_offline(True)
    expect(page.get_by_role("alert").first).to_contain_text("Keyturn does not answer", timeout=20_000)
    expect(page.get_by_label("Search")).to_have_value("typed before")
    rail.get_by_role("link", name="Templates").click()  # it was never loaded
    expect(waiting).to_be_visible()
    person.context.set_offline(False)
    expect(page.get_by_text("Keyturn does not answer")).to_have_count(0, timeout=20_000)
    expect(page.get_by_role("heading", name="Templates", level=1)).to_be_visible(timeout=20_000)
    assert not person.serious()  # its style sheets, which did not come at first, are there too
    person.forgive("ERR_INTERNET_DISCONNECTED")


def test_what_is_typed_while_the_server_or_the_session_is_gone_is_kept(person: Person) -> None:
    builder, page = Builder(person), person.page
    builder.new_flow("Leaver <b>\u05e9\u05dc\u05d5\u05dd</b> now")  # markup is text, and text may go from right to left
    page.get_by_role("button", name="Add the first card").click()
    builder.choose("compose")
    builder.saved()
    person.context.set_offline(True)
    builder.field(1, "Text").fill("without a server")
    expect(page.get_by_text("Not saved: Keyturn does not answer")).to_be_visible(timeout=20_000)
    person.context.set_offline(False)
    expect(page.get_by_text("Draft, saved", exact=True)).to_be_visible(timeout=20_000)

    person.context.clear_cookies()
    builder.field(1, "Text").fill("without a session")
    page.get_by_role("button", name="Add a card here").last.click()
    page.get_by_role("combobox", name="Find a card").fill("compose")
    expect(page.get_by_role("combobox", name="Find a card")).to_have_value("compose")
    dialog = page.get_by_role("dialog", name="Your session has ended")
    expect(dialog).to_be_visible(timeout=20_000)
    person.looks("session-ended", dialog)
    expect(page.get_by_text("Draft, not saved: your session has ended")).to_be_visible(timeout=20_000)
    expect(page.get_by_text("Keyturn does not answer")).to_have_count(0)
    dialog.get_by_label("Sign-in link").fill(person.demo.link())
    dialog.get_by_role("button", name="Sign in").click()
    expect(dialog).to_have_count(0)
    expect(page.get_by_role("combobox", name="Find a card")).to_have_value("compose")
    page.keyboard.press("Escape")
    expect(page.get_by_text("Draft, saved", exact=True)).to_be_visible(timeout=20_000)
    page.reload()
    expect(builder.field(1, "Text")).to_have_text("without a session")
    with person.other_tab() as beside:
        beside.goto(person.demo.link())  # another session takes the place of this page's
        expect(beside.get_by_role("heading", name="Home", level=1)).to_be_visible()
    builder.field(1, "Text").fill("in another session")
    builder.saved()
    page.reload()
    expect(builder.field(1, "Text")).to_have_text("in another session")
    person.forgive("ERR_INTERNET_DISCONNECTED", "401", "403")


def test_a_flow_that_goes_while_the_session_is_gone_takes_nothing_typed_along(
    browser: Browser, demo: Demo, person: Person
) -> None:
    builder, page = Builder(person), person.page
    builder.new_flow("Goes meanwhile")
    page.get_by_role("button", name="Add the first card").click()
    builder.choose("compose")
    builder.saved()
    person.context.clear_cookies()
    builder.field(1, "Text").press_sequentially("typed without a session")
    dialog = page.get_by_role("dialog", name="Your session has ended")
    expect(dialog.get_by_text("What you have typed is still here")).to_be_focused(timeout=20_000)
    page.keyboard.type("gh")  # who types on after all types into nothing, and goes nowhere
    expect(dialog.get_by_label("Sign-in link")).to_have_value("")
    expect(dialog).to_be_visible()

    other = Person(browser, demo)
    other.sign_in()
    other.go("Flows")
    other.page.get_by_role("button", name="Actions for Goes meanwhile").click()
    other.page.get_by_role("menuitem", name="Throw the draft away").click()
    asked = other.page.get_by_role("dialog", name="Throw the draft of “Goes meanwhile” away?")
    expect(asked).to_contain_text("never published")
    expect(asked).not_to_contain_text("stays")
    asked.get_by_role("button", name="Throw the draft away").click()
    expect(asked).to_have_count(0)
    other.close()

    dialog.get_by_label("Sign-in link").fill(demo.link())
    dialog.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("Somebody has deleted this flow")).to_be_visible(timeout=20_000)
    expect(builder.field(1, "Text")).to_have_text("typed without a session")
    page.get_by_role("button", name="Keep mine as a new draft").click()
    builder.saved()
    page.reload()
    expect(builder.field(1, "Text")).to_have_text("typed without a session")
    person.forgive("401", "409")


def test_a_server_that_hangs_is_told_as_one_that_is_gone(person: Person) -> None:
    builder, page = Builder(person), person.page
    builder.new_flow("Hangs meanwhile")
    page.get_by_role("button", name="Add the first card").click()
    builder.choose("compose")
    builder.saved()
    held: list[Route] = []
    # no answer comes, and no refusal
    page.route(re.compile("/api/|/healthz|/session"), lambda route: held.append(route))
    builder.field(1, "Text").press_sequentially("without an answer")
    expect(page.get_by_text("Keyturn does not answer. What you see")).to_be_visible(timeout=20_000)
    expect(page.get_by_text("Draft, not saved: Keyturn does not answer")).to_be_visible()
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Flows").click()
    leaving = page.get_by_role("dialog", name="Leave without your last changes?")
    expect(leaving).to_contain_text("Keyturn does not answer")
    expect(leaving).not_to_contain_text("somebody else")
    leaving.get_by_role("button", name="Cancel").click()
    for route in held:
        with suppress(Error):  # whether it is well was asked again meanwhile: some wait for their answer no more
            route.continue_()
    page.unroute_all()
    builder.saved()
    expect(page.get_by_text("Keyturn does not answer")).to_have_count(0, timeout=20_000)
    page.reload()
    expect(builder.field(1, "Text")).to_have_text("without an answer")
