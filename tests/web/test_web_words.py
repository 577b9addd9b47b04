"""What the designer says is in the words of its screen: cards, fields and flows by titles, no names of documents."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect
from support_designer import Builder
from support_web import Person

pytestmark = pytest.mark.timeout(300)

HELPER = """
id: say-it-in-words
name: Say it in words
event: {card: helper, outputs: {Person: text}}
cards:
  - {id: said, card: text.compose, inputs: {text: "{{ event.Person }}"}}
"""
OF_DOCUMENTS = re.compile(r"\b(with|call|do):|\bnull\b|say-it-in-words|for_each|\bHere may stand\b")


def test_problems_are_told_in_the_words_of_the_screen(person: Person) -> None:
    builder, page = Builder(person), person.page
    builder.bring(HELPER)
    builder.publish()
    builder.new_flow("In words")
    page.get_by_role("button", name="Add the first card").click()
    builder.choose("for each")
    problems = page.get_by_role("tabpanel", name="Problems")
    expect(problems).to_contain_text("For Each has nothing to do in its rounds. Add a card inside")
    expect(problems).to_contain_text(re.compile("For Each › List.*This field is needed", re.DOTALL))
    builder.card(1).get_by_label("Cards in place, or a helper flow").select_option(label="Say it in words")
    expect(problems).to_contain_text("“Say it in words” is not given “Person”; it will be empty there.")
    builder.card(1).focus()
    builder.add("compose")
    builder.field(2, "Text").fill("{{ nobody.output }}")
    expect(problems).to_contain_text("It uses a value of a card that is not in this flow.")
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    page.get_by_role("combobox", name="Find a card").fill("custom api")
    found = page.get_by_role("listbox", name="Cards").get_by_role("option", name=re.compile("^Custom API Action"))
    expect(found.first).to_contain_text("Google Workspace")  # GitHub is before it by name, and not connected
    builder.choose("custom api")
    builder.card(3).get_by_label("Request type").select_option("PATCH")
    body = builder.field(3, "Body")
    body.press_sequentially('{"accountEnabled": false')
    expect(builder.card(3)).to_contain_text("begins as JSON does and ends too early")
    body.press_sequentially("}")
    expect(builder.card(3)).not_to_contain_text("begins as JSON")
    expect(problems).not_to_contain_text(OF_DOCUMENTS)
    expect(page.get_by_role("region", name="Cards of the flow")).not_to_contain_text(OF_DOCUMENTS, use_inner_text=True)


def test_a_word_typed_against_a_number_is_told_in_the_words_of_the_fields(person: Person) -> None:
    builder, page = Builder(person), person.page
    builder.new_flow("Words and numbers")
    builder.give("age")
    builder.event.get_by_label("Type of age").select_option("number")
    page.get_by_role("button", name="Add the first card").click()
    builder.choose("if/else")
    builder.card(1).get_by_role("textbox", name="First value").click()
    page.get_by_role("button", name="Use Event age").click()
    builder.card(1).get_by_label("Comparison").select_option("greater than")
    builder.card(1).get_by_role("textbox", name="Second value").fill("abc")
    problems = page.get_by_role("tabpanel", name="Problems")
    expect(problems).to_contain_text("“abc” is text and “Event › age” is a number: they are compared as text.")
    expect(problems).to_contain_text("Type a number instead.")
    expect(page.get_by_role("region", name="Cards of the flow")).not_to_contain_text("{{")


def test_a_paste_tells_what_is_missing_by_titles_also_of_cards_that_are_not_there(person: Person) -> None:
    builder, page = Builder(person), person.page
    person.context.grant_permissions(["clipboard-read", "clipboard-write"])
    builder.new_flow("Copied from")
    page.get_by_role("button", name="Add the first card").click()
    builder.choose("compose")
    builder.card(1).get_by_label("Title of card 1").fill("What to say")
    builder.card(1).focus()
    builder.add("upper")
    text = builder.card(2).get_by_role("textbox").nth(1)
    text.click()
    page.get_by_role("button", name="Use What to say Output").click()
    page.keyboard.press("Escape")
    page.keyboard.press("Control+c")
    builder.new_flow("Pasted into")
    builder.event.focus()
    page.keyboard.press("Control+v")
    expect(builder.card(1)).to_be_focused()
    told = page.get_by_role("alert").filter(has_text="Pasted. Choose anew:")
    expect(told).to_contain_text("uses of “What to say”")


def test_a_wrong_setting_is_told_at_its_own_field_as_one_types_and_led_to(person: Person) -> None:
    builder, page = Builder(person), person.page
    builder.new_flow("Wrong settings")
    page.get_by_role("button", name="Add the first card").click()
    builder.choose("custom api")
    builder.field(1, "Relative URL").fill("/v1.0/users")
    builder.card(1).focus()
    page.get_by_role("tab", name="Card", exact=True).click()
    page.get_by_label("More tries").fill("3")
    wait, on = page.get_by_label("Wait between them"), page.get_by_label("On these answers")
    wait.fill("soon")
    expect(wait).to_have_attribute("aria-invalid", "true")
    expect(wait).to_have_accessible_description(re.compile("“soon” is no length of time"))
    on.fill("429, 5oo")
    expect(on).to_be_focused()
    expect(on).to_have_accessible_description(re.compile("“5oo” is no status of an answer"))
    problems = page.get_by_role("tabpanel", name="Problems")
    expect(problems).to_contain_text("Custom API Action › Wait between them")
    expect(problems).to_contain_text("Custom API Action › On these answers")
    for field in (on, wait):
        page.get_by_role("tab", name="Help", exact=True).click()
        where = "On these answers" if field is on else "Wait between them"
        row = problems.locator("div", has_text=where).filter(has=page.get_by_role("button", name="Go to it"))
        row.last.get_by_role("button", name="Go to it").click()
        expect(field).to_be_focused()
    wait.fill("5s")
    on.fill("429, 5xx")
    expect(problems).to_contain_text("Nothing is wrong with this flow.")
    expect(wait).not_to_have_attribute("aria-invalid", "true")
