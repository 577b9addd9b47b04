"""A flow that is tried in the designer: its cards show one round of each loop, whichever somebody wants."""

from __future__ import annotations

import json
import re

from playwright.sync_api import expect
from support_designer import Builder
from support_web import Person

MANY = """
id: try-many
name: Try many
event: {card: manual, outputs: {people: list of text, bad: text}}
cards:
  - id: each
    title: Each of them
    card: list.for_each
    inputs: {list: "{{ event.people }}"}
    do:
      - {id: said, title: Greeting, card: text.compose, inputs: {text: "Hello {{ item }}"}}
      - id: refuse
        title: Not this one
        card: error.return_error_if
        inputs: {when: {a: "{{ item }}", is: equal to, b: "{{ event.bad }}"}, message: "Not this one"}
"""


def test_of_many_rounds_the_failed_one_is_shown_and_any_other_can_be(person: Person) -> None:
    page, builder = person.page, Builder(person)
    builder.bring(MANY)
    people = [f"person {number}" for number in range(1, 151)]
    builder.start(people=json.dumps(people), bad="person 120")
    panel = builder.panel
    expect(panel.get_by_role("status").filter(has_text="Failed")).to_be_visible()
    number = panel.get_by_label("Round of Each of them", exact=True)
    expect(number).to_have_value("120")
    expect(panel).to_contain_text("of 150 rounds")
    greeting = page.get_by_role("group", name=re.compile("Greeting"))
    greeting.get_by_text("Result").click()
    expect(greeting).to_contain_text("Hello person 120")
    expect(page.get_by_role("group", name=re.compile("Not this one"))).to_contain_text("Failed")
    number.fill("7")
    expect(greeting).to_contain_text("Hello person 7")
    expect(page.get_by_role("group", name=re.compile("Not this one"))).to_contain_text("Done")

    builder.start(people=json.dumps(people), bad="nobody")
    expect(panel.get_by_role("status").filter(has_text="Succeeded")).to_be_visible()
    expect(number).to_have_value("150")
    expect(greeting).to_contain_text("Hello person 150")


def test_a_text_where_a_list_stands_is_tried_as_a_list_of_one_and_says_so(person: Person) -> None:
    builder = Builder(person)
    builder.bring(MANY.replace("try-many", "try-one").replace("Try many", "Try one"))
    builder.start(people="person 1", bad="nobody")
    people = builder.panel.get_by_role("textbox", name="people")
    expect(people).to_have_accessible_description("This becomes a list of one. Several are written as [1, 2].")
    expect(builder.panel).to_contain_text("of 1 round")
