"""One card tried alone, with values of runs that were too large to come along."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from support_designer import Builder
from support_web import Person

pytestmark = pytest.mark.timeout(300)

LONG = """
id: long-letters
name: Long letters
event: {card: manual, outputs: {letter: text, login: text}}
cards:
  - {id: dear, card: text.compose, inputs: {text: "Dear {{ event.login }}: {{ event.letter }}"}}
"""


def test_a_value_that_was_too_large_to_come_along_is_asked_for(person: Person) -> None:
    builder, page = Builder(person), person.page
    builder.bring(LONG)
    builder.test(login="ada", letter="long " * 5_000)
    page.reload()  # what the event gave is read from the history
    builder.card(1).click(position={"x": 4, "y": 4})
    page.get_by_role("tab", name="Test").click()
    builder.panel.get_by_text("The chosen card alone").click()
    field = builder.panel.get_by_role("textbox", name="Text")
    expect(field).to_have_value("Dear ada: {{ event.letter }}")
    expect(builder.panel).to_contain_text("The sample is too large to show")
    run = builder.panel.get_by_role("button", name="Run this card")
    expect(run).to_be_disabled()  # what stands there is nothing that a run would give
    field.fill("Dear bob: short")
    run.click()
    expect(builder.panel.get_by_text("Succeeded")).to_be_visible()
    builder.card(1).get_by_text("Result").click()
    expect(builder.card(1)).to_contain_text("Dear bob: short")
