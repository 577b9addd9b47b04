"""The whole story, once by mouse and once by keyboard only: an empty flow becomes an offboarding that works.

Somebody builds it by hand, suspends a person of the sandbox, sees the run live, breaks an app, finds the failure, and
runs it again from the card that failed.
"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect
from support_hands import Hands, Keys, Mouse
from support_web import Person

from keyturn.sandbox.client import SandboxClient, read_urls

pytestmark = pytest.mark.timeout(400)

PERSON = "Event Okta User Alternate ID"
CARDS = (("office disable account", 1), ("office revoke sessions", 2), ("google suspend user", 3))
LASTS = 4  # seconds
AT_LAST = 30_000
LETTERS = {"Flows": "f", "Sandbox": "x", "History": "r", "Home": "h"}


def build(hands: Hands, page: Page, name: str) -> None:
    """From an empty folder to a flow that is live."""
    hands.go("Flows")
    hands.press(page.get_by_role("button", name="New folder"))
    hands.write(page.get_by_role("dialog").get_by_label("Name", exact=True), f"Folder of {name}")
    hands.press(page.get_by_role("button", name="Make the folder"))
    hands.press(page.get_by_role("navigation", name="Folders").get_by_role("link", name=f"Folder of {name}"))
    page.get_by_text("No flow is here.").wait_for()
    hands.press(page.get_by_role("button", name="New flow"))
    dialogue = page.get_by_role("dialog")
    hands.write(dialogue.get_by_label("Name", exact=True), name)
    hands.choose(dialogue.get_by_label("Starts with"), "Okta: User Suspended")
    hands.press(dialogue.get_by_role("button", name="Create"))
    page.get_by_role("heading", name=name, level=1).wait_for()
    event = page.get_by_role("group", name=re.compile("^Event: "))
    expect(event.get_by_label("Connection")).to_have_value("okta")
    hands.press(page.get_by_role("button", name="Add the first card"))
    for search, number in CARDS:
        page.get_by_role("combobox", name="Find a card").wait_for()
        page.keyboard.type(search)
        page.keyboard.press("Enter")
        card = page.get_by_role("group", name=re.compile(f"^Card {number}: "))
        expect(card).to_be_focused()
        hands.use(card.get_by_role("textbox", name=re.compile("^id( or|$)", re.IGNORECASE)), PERSON)
        page.keyboard.press("Escape")
        expect(card).to_be_focused()
        page.keyboard.press("/")
    page.get_by_role("combobox", name="Find a card").wait_for()
    page.keyboard.type("wait for")  # so that somebody can see it run
    page.keyboard.press("Enter")
    card = page.get_by_role("group", name=re.compile("^Card 4: Wait For"))
    hands.write(card.get_by_role("textbox", name="Delay"), str(LASTS))
    page.keyboard.press("Escape")
    expect(page.get_by_text("Nothing is wrong with this flow.")).to_be_visible()
    hands.press(page.get_by_role("button", name="Publish"))
    page.get_by_text("v1 is live").wait_for()


def break_app(hands: Hands, page: Page, fault: str) -> None:
    hands.go("Sandbox")
    graph = page.get_by_role("combobox", name="Microsoft 365")
    hands.pick(graph, fault)
    expect(graph).to_have_value(fault)


def suspend(hands: Hands, page: Page, login: str) -> Locator:
    """Suspend somebody by a button; the person's row."""
    hands.go("Sandbox")
    hands.write(page.get_by_label("Search people"), login)
    row = page.get_by_role("row").filter(has_text=login)
    expect(page.get_by_role("table", name="People").get_by_role("row")).to_have_count(2)
    hands.press(row.get_by_role("button", name=re.compile("^Suspend ")))
    expect(row.get_by_text("suspended").first).to_be_visible()
    return row


def story(hands: Hands, person: Person, name: str) -> None:
    page = hands.page
    first, second = person.demo.somebody(), person.demo.somebody()
    build(hands, page, name)

    suspend(hands, page, first)
    hands.go("History")
    run = page.get_by_role("row").filter(has=page.get_by_role("link", name=name, exact=True))
    expect(run).to_contain_text(re.compile("Running|Waiting"))
    expect(run).to_contain_text("Succeeded", timeout=AT_LAST)
    expect(run).to_contain_text(first)  # a flow is about whom its event concerns
    hands.press(run.get_by_role("link", name=name, exact=True))
    for title in ("Disable User Account", "Revoke User Sign In Sessions", "Suspend User"):
        expect(page.get_by_role("region", name=re.compile(f"{title}: done"))).to_contain_text(first)

    break_app(hands, page, "refuses: 403 not allowed")
    suspend(hands, page, second)
    hands.go("Home")
    failed = page.get_by_role("region", name="Failed lately")
    hands.press(failed.get_by_role("link", name=name, exact=True))
    failure = page.get_by_role("region", name=re.compile("answered 403"))
    expect(failure).to_contain_text("What to do:")
    expect(page.get_by_role("region", name=re.compile("Disable User Account: failed"))).to_contain_text(second)
    expect(page.get_by_role("region", name=re.compile("Suspend User: not reached"))).to_be_visible()

    break_app(hands, page, "nothing")
    hands.go("Home")
    hands.press(failed.get_by_role("link", name=name, exact=True))
    hands.press(page.get_by_role("button", name="Run again from “Disable User Account”"))
    hands.press(page.get_by_role("dialog").get_by_role("button", name="Run again"))
    expect(page.get_by_role("main").get_by_text("Succeeded", exact=True).first).to_be_visible(timeout=AT_LAST)
    hands.go("Sandbox")
    hands.write(page.get_by_label("Search people"), second)
    expect(page.get_by_role("row").filter(has_text=second).get_by_text("disabled")).to_be_visible()


@pytest.mark.parametrize("by", ["mouse", "keyboard"])
def test_an_offboarding_is_built_seen_mended_and_run_again(person: Person, by: str) -> None:
    company, name = SandboxClient(read_urls(person.demo.urls)), f"Leavers, by {by}"
    company.clear_faults()
    hands: Hands = Mouse(person.page) if by == "mouse" else Keys(person.page, LETTERS)
    try:
        story(hands, person, name)
    finally:
        company.clear_faults()
        # it would go on offboarding the people of other tests
        person.demo.delete_flow(f"leavers-by-{by}")
        person.demo.api.delete(f"/folders/folder-of-leavers-by-{by}")
