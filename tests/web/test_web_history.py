"""A failure looked at, understood, mended and run again; an unknown outcome decided: in a browser."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Locator, expect
from support_company import DROPS, REFUSES, Company
from support_designer import Builder
from support_web import PHONE, Person

pytestmark = pytest.mark.timeout(400)

NARROW = {"width": 1280, "height": 800}

REVOKE = """
id: revoke-sessions
name: End the sessions <b>now</b>
about: "{{ event.who }}"
event: {card: manual, outputs: {who: text}}
cards:
  - id: send
    title: End all sessions
    card: office365.custom_api_action
    connection: office365
    options: {method: POST}
    inputs: {url: "/v1.0/users/{{ event.who }}/revokeSignInSessions"}
  - {id: said, title: Say so, card: text.compose, inputs: {text: "done for {{ event.who }}"}}
"""

SUSPEND = """
id: suspend-someone
name: Suspend someone
about: "{{ event.who }}"
event: {card: manual, outputs: {who: text}}
cards:
  - id: off
    title: Suspend in Okta
    card: okta.suspend_user
    connection: okta
    inputs: {user: "{{ event.who }}"}
"""

GREET = """
id: greet-people
name: Greet people
event: {card: manual, outputs: {people: list of text}}
cards:
  - id: each
    title: Each person
    card: list.for_each
    inputs: {list: "{{ event.people }}"}
    do:
      - {id: hello, title: Greeting, card: text.compose, inputs: {text: "Hello {{ item }}"}}
"""

PAUSE = """
id: wait-for-word
name: Wait for a word
event: {card: manual}
cards:
  - {id: word, title: The word, card: flow.pause, inputs: {limit: 1, unit: hour}, outputs: {approved: boolean}}
  - {id: said, title: Say so, card: text.compose, inputs: {text: "approved: {{ word.approved }}"}}
"""


def status(person: Person, word: str) -> Locator:
    """The run's status, in the bar on top of its page."""
    return person.page.get_by_role("main").get_by_text(word, exact=True).first


def is_masked(exchange: Locator) -> None:
    """A request that is shown has a header for who sends it, and not what it says."""
    exchange.get_by_text("Headers").first.click()
    sender = exchange.locator("dl > div").filter(has_text=re.compile("^authorization", re.IGNORECASE))
    expect(sender.get_by_role("definition")).to_have_text("***")


def test_a_failure_is_found_understood_and_run_again_from_its_card(person: Person, company: Company) -> None:
    page, login = person.page, person.demo.somebody()
    company.breaks("Microsoft 365", REFUSES)
    company.suspends(login)
    person.go("History")
    row = page.get_by_role("row", name=re.compile(re.escape(login))).filter(has_text="Failed")
    row.get_by_role("link", name="Offboard suspended user").click()

    # the card at which it ended only reports what the helper run met, which would be kept
    expect(page.get_by_role("button", name="Run again from “Office 365 offboarding”")).to_be_visible()
    page.get_by_role("link", name="Go there").click()
    expect(page.get_by_role("heading", name="Office 365 offboarding", level=1)).to_be_visible()
    failure = page.get_by_role("region", name=re.compile("answered 403"))
    expect(failure).to_contain_text("Likely:")
    expect(failure).to_contain_text("What to do:")
    card = page.get_by_role("region", name=re.compile(r"\d+\. Disable the account: failed"))
    expect(card).to_contain_text(login)
    expect(page.get_by_role("region", name=re.compile("Revoke the sign-in sessions: not reached"))).to_be_visible()
    shown = page.get_by_role("navigation", name="Runs of this event").get_by_role("link", name="Office 365")
    expect(shown).not_to_have_css("box-shadow", "none")  # the run that is looked at, among those of the event
    expect(page.get_by_role("button", name="Run again", exact=True)).to_be_visible()
    person.looks("run-failed")

    failure.get_by_role("button", name="Request and answer").click()
    drawer = page.get_by_role("dialog")
    expect(drawer).to_contain_text("403 Forbidden")
    is_masked(drawer)
    assert not person.serious(drawer)
    page.keyboard.press("Escape")

    company.mends()
    page.go_back()
    page.get_by_role("button", name="Run again from “Disable the account”").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("row", name=re.compile("Disable the account.*will be sent"))).to_be_visible()
    assert not person.serious(dialog)
    dialog.get_by_role("button", name="Run again").click()
    expect(page.get_by_role("heading", name="Offboard suspended user", level=1)).to_be_visible()
    expect(status(person, "Succeeded")).to_be_visible()
    assert person.demo.account(login, "graph")["accountEnabled"] is False
    page.get_by_role("link", name="Run again from an earlier run").click()
    expect(status(person, "Failed")).to_be_visible()

    page.get_by_role("button", name="Compare").click()
    others = page.get_by_role("list", name="Runs to compare with")
    others.get_by_role("link").filter(has_text=login).filter(has_text="Succeeded").first.click()
    pair = page.get_by_role("region", name="Office 365 offboarding: differs")
    expect(pair).to_contain_text("answered 403")
    same = page.get_by_role("region", name="Who was suspended: the same")
    expect(same).to_have_count(0)
    page.get_by_role("switch", name="Show what is the same, too").press("Space")
    expect(same).to_contain_text(login)
    person.looks("compare")


def test_an_unknown_outcome_is_a_question_with_three_answers(person: Person, company: Company) -> None:
    page, login = person.page, person.demo.somebody()
    company.breaks("Microsoft 365", DROPS)
    builder = Builder(person)
    builder.bring(REVOKE)
    builder.publish()
    builder.start(who=login)
    person.go("Inbox")
    expect(page.get_by_role("listitem").filter(has_text=login)).to_be_visible()
    question = page.get_by_role("region", name="Did “End all sessions” happen?")
    expect(question).to_contain_text("revokeSignInSessions")
    expect(question).to_contain_text("has no way to look")
    assert not person.serious(question)
    company.mends()

    person.go("Inbox")
    question.get_by_text("What the card gave").click()
    question.get_by_role("textbox").fill("[1]")
    expect(question.get_by_role("button", name="It happened, go on")).to_be_disabled()
    question.get_by_role("textbox").fill('{"status": 200}')
    page.get_by_role("link", name="Open the run").click()
    expect(page.get_by_role("heading", name="End the sessions <b>now</b>", level=1)).to_be_visible()
    person.looks("run-unknown")
    question = page.get_by_role("region", name="Did “End all sessions” happen?")
    question.get_by_role("button", name="Send it again").press("Enter")
    expect(status(person, "Succeeded")).to_be_visible()
    expect(page.locator("main:focus, main :focus")).to_have_count(1)
    asked = page.get_by_role("region", name=re.compile("End all sessions: done"))
    expect(asked).to_contain_text("decided: it was sent again.")
    expect(asked).to_contain_text("The run waited")
    asked.get_by_role("button", name="Request and answer").click()
    requests = page.get_by_role("dialog", name="Requests of End all sessions")
    requests.get_by_role("tab", name=re.compile("outcome unknown")).click()
    expect(requests.get_by_role("tabpanel", name=re.compile("outcome unknown"))).to_contain_text("No answer came.")
    page.keyboard.press("Escape")
    expect(page.get_by_role("region", name=re.compile("Say so: done"))).to_contain_text(f"done for {login}")


def test_questions_that_are_alike_are_decided_at_once(person: Person, company: Company) -> None:
    page, others = person.page, [person.demo.somebody(), person.demo.somebody()]
    company.breaks("Microsoft 365", DROPS)
    builder = Builder(person)
    builder.bring(REVOKE.replace("revoke-sessions", "revoke-more").replace("<b>now</b>", "of several"))
    for other in others:
        builder.start(who=other)
        expect(builder.panel.get_by_text("Needs attention")).to_be_visible()
    builder.panel.get_by_role("link", name="Inbox").click()
    for other in others:
        expect(page.get_by_role("listitem").filter(has_text=other)).to_be_visible()
    company.mends()
    person.go("Inbox")
    page.get_by_role("listitem").filter(has_text=others[0]).get_by_role("button").click()
    page.get_by_role("button", name="Decide all 2 alike").press("Enter")
    dialog = page.get_by_role("dialog", name="Decide all 2 alike")
    for other in others:
        expect(dialog.get_by_role("list", name="Whom it concerns")).to_contain_text(other)
    expect(dialog.get_by_role("button", name="Choose what is to be done")).to_be_disabled()
    dialog.get_by_role("radio", name="Send it again").press("Space")
    person.looks("inbox-alike", dialog)
    dialog.get_by_role("button", name="Send it again for all 2").press("Enter")
    expect(dialog.get_by_role("status")).to_contain_text("2 of 2 decided.")
    expect(dialog.get_by_role("button", name="Close").last).to_be_focused()
    dialog.get_by_role("button", name="Close").last.press("Enter")
    for other in others:
        expect(page.get_by_role("listitem").filter(has_text=other)).to_have_count(0)
    told = page.get_by_role("status").filter(has_text=f"{others[0]}: you have answered “Send it again”.")
    expect(told).to_be_visible()
    expect(told.locator(":focus")).to_have_count(1)
    expect(told).to_contain_text("it waits in this list once more")
    expect(page.get_by_role("button", name="Stop this run")).to_have_count(0)


def test_what_the_app_says_when_read_back_stands_beside_what_was_sent(person: Person, company: Company) -> None:
    page, login = person.page, person.demo.somebody()
    company.breaks("Okta", DROPS)  # it happens, and nobody is told, nor when the engine looks
    builder = Builder(person)
    builder.bring(SUSPEND)
    builder.start(who=login)
    person.go("Inbox")
    asked = page.get_by_role("listitem").filter(has_text=login).get_by_role("button")
    asked.click()
    question = page.get_by_role("region", name="Did “Suspend in Okta” happen?")
    expect(question).to_contain_text("/lifecycle/suspend")
    says = question.get_by_role("region", name="What the app says now")
    expect(says).to_contain_text("does not tell whether it happened")
    with person.screen(NARROW):
        assert says.evaluate("box => box.scrollWidth <= box.clientWidth")
    company.mends()
    person.go("Inbox")
    asked.click()
    says.get_by_role("button", name="Look again").click()
    expect(says).to_contain_text("It happened.")
    expect(says).to_contain_text('It tells by this: status is "SUSPENDED"')
    happened = question.get_by_role("button", name=re.compile("It happened, go on"))
    expect(happened).to_contain_text("speaks for it")
    for answer in ("It happened, go on", "Send it again", "Stop this run"):
        expect(question.get_by_role("button", name=re.compile(answer))).to_be_in_viewport(ratio=1)
    expect(page.get_by_role("navigation", name="Main").get_by_title(re.compile("for a person"))).to_be_visible()
    person.looks("inbox")
    says.get_by_text("Request and answer").click()
    expect(says).to_contain_text("SUSPENDED")
    is_masked(says)
    assert person.demo.tenant("okta")["token"] not in says.inner_text()  # which the headers would show
    page.get_by_role("link", name="Open the run").click()
    page.get_by_role("button", name=re.compile("It happened, go on")).click()
    expect(status(person, "Succeeded")).to_be_visible()


def test_a_run_that_waits_is_resumed_or_cancelled(person: Person) -> None:
    page, builder = person.page, Builder(person)
    builder.bring(PAUSE)
    builder.publish()
    for _ in range(3):
        builder.start()
        expect(builder.panel.get_by_text("Waiting", exact=True)).to_be_visible()
    person.go("Inbox")
    waiting = page.get_by_role("listitem").filter(has_text="“The word” waits to be resumed")
    expect(waiting).to_have_count(3)
    waiting.first.get_by_role("button").click()
    pause = page.get_by_role("region", name="“The word” waits to be resumed")
    decides_only_what_is_shown(person, pause, waiting)
    page.get_by_role("link", name="Open the run").click()
    expect(page.get_by_role("heading", name="Wait for a word", level=1)).to_be_visible()
    expect(pause).to_contain_text("at most until")
    pause.get_by_text("What the card is to give as its body").click()
    body = pause.get_by_role("textbox")
    body.fill("{approved}")
    expect(pause.get_by_role("button", name="Resume")).to_be_disabled()
    assert not person.serious(pause)
    body.fill('{"approved": true}')
    pause.get_by_role("button", name="Resume").click()
    expect(status(person, "Succeeded")).to_be_visible()
    expect(page.get_by_role("region", name=re.compile("Say so: done"))).to_contain_text("approved: true")
    expect(pause).to_have_count(0)

    builder.open("Wait for a word")
    builder.start()
    expect(builder.panel.get_by_role("link", name="Open it in History")).to_be_visible()
    expect(page.get_by_text("As published")).to_be_visible()  # nobody changed it: to try it makes no draft
    builder.follow()
    expect(pause).to_be_visible()
    page.get_by_role("button", name="Cancel", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Cancel the run").click()
    expect(status(person, "Cancelled")).to_be_visible()


def decides_only_what_is_shown(person: Person, pause: Locator, waiting: Locator) -> None:
    """What is decided meanwhile, here or elsewhere, stays in front of one, and nothing else comes but by a press."""
    page, resume = person.page, pause.get_by_role("button", name="Resume")
    gone = page.get_by_role("status").filter(has_text="Wait for a word does not wait any more.")
    following = page.get_by_role("button", name="Show the next")
    pause.get_by_text("What the card is to give as its body").click()
    body = pause.get_by_role("textbox")
    body.press_sequentially('{"a"')
    shown = page.get_by_role("link", name="Open the run").get_attribute("href") or ""
    other = page.context.new_page()
    other.goto(person.demo.address + shown)
    other.get_by_role("button", name="Resume").click()
    expect(other.get_by_role("main").get_by_text("Succeeded", exact=True).first).to_be_visible()
    other.close()
    expect(gone).to_be_visible()
    expect(waiting).to_have_count(2)
    body.press_sequentially(": 1}")
    expect(body).to_have_value('{"a": 1}')
    expect(resume).to_be_disabled()
    following.click()
    expect(gone).to_have_count(0)
    resume.dblclick(delay=60)
    mine = page.get_by_role("status").filter(has_text="Wait for a word: you have answered “Resume”.")
    expect(mine).to_be_visible()
    expect(resume).to_have_count(0)
    expect(waiting).to_have_count(1)
    following.click()
    expect(resume).to_be_enabled()


def test_the_rounds_of_a_loop_are_looked_at_one_by_one(person: Person) -> None:
    page, builder = person.page, Builder(person)
    builder.bring(GREET)
    builder.test(people=json.dumps(["Ada", "Bea"]))
    builder.start(people=json.dumps(["Ada", "Bob", "C" * 5_000]))
    builder.follow()
    greeting = page.get_by_role("region", name=re.compile("Greeting: done"))
    expect(greeting).to_contain_text("Hello Ada")
    page.get_by_role("button", name="Next round").click()
    expect(greeting).to_contain_text("Hello Bob")
    page.get_by_label("Round of Each person").fill("3")
    greeting.get_by_role("button", name=re.compile("Show all")).first.click()
    expect(greeting).to_contain_text("C" * 4_000)
    page.get_by_role("button", name="Fold Each person").click()
    expect(greeting).to_have_count(0)
    page.get_by_role("region", name=re.compile("Event: ")).focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("region", name=re.compile("Each person"))).to_be_focused()

    page.get_by_role("button", name="Compare").click()
    page.get_by_role("list", name="Runs to compare with").get_by_role("link").click()
    loop = page.get_by_role("region", name=re.compile("Each person"))
    pair = page.get_by_role("region", name="Greeting: differs")
    expect(loop).to_contain_text("of 3 rounds")
    event = page.get_by_role("region", name="Event", exact=True)
    event.get_by_role("button", name=re.compile("Show all")).click()
    expect(event).to_contain_text("C" * 4_000)
    expect(pair).to_have_count(0)
    loop.get_by_role("button", name="Round 2, which differs").click()
    expect(pair).to_contain_text("Hello Bea")
    expect(pair).to_contain_text("round 2")
    assert not person.serious(loop)


def test_the_history_is_filtered_and_a_link_keeps_the_filter(person: Person, company: Company) -> None:
    page, login = person.page, person.demo.somebody()
    company.suspends(login)
    person.go("History")
    page.get_by_label("Search").fill(login.partition("@")[0].upper())
    runs = page.get_by_role("table", name="Runs")
    others = runs.get_by_role("row").filter(has_not_text=login)
    expect(others).to_have_count(1)  # the head
    expect(page).to_have_url(re.compile(r"text="))
    page.reload()
    expect(runs.get_by_role("link", name=login).first).to_be_visible()
    expect(others).to_have_count(1)
    runs.get_by_role("link", name=login).first.click()
    expect(page.get_by_role("button", name=f"About {login}")).to_be_visible()
    page.get_by_role("combobox", name="Status").click()
    choices = page.get_by_role("listbox")
    assert choices.evaluate("one => one.scrollHeight > one.clientHeight"), "it is longer than its box"
    assert not person.serious(choices)
    page.get_by_role("option", name="Needs attention").click()
    expect(page.get_by_text("No runs match")).to_be_visible()


def test_history_and_inbox_are_for_everybody_and_fit_a_phone(person: Person) -> None:
    page = person.page
    person.go("Inbox")
    assert not person.serious()
    fits_a_phone(person)
    person.go("History")
    person.looks("history")
    fits_a_phone(person)
    page.get_by_role("link", name="Offboard suspended user").last.click()
    expect(page.get_by_role("region", name=re.compile("^1. Who was suspended: done"))).to_be_visible()
    person.looks("run")
    fits_a_phone(person)


def fits_a_phone(person: Person) -> None:
    """One can look and decide on a screen of a phone's size, too."""
    with person.screen(PHONE):
        assert not person.serious()
        assert person.wide_enough(), person.page.url
