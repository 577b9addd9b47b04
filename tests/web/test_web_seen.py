"""What comes of what one has just done in the designer stands where one sees it."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from support_designer import Builder
from support_web import Person

pytestmark = pytest.mark.timeout(300)

FAILS = """
id: fails-in-sight
name: Fails in sight
event: {card: manual, outputs: {a: text, b: text, c: text, d: text, e: text, f: text}}
cards:
  - id: all
    card: text.compose
    inputs: {text: "{{ event.a }}{{ event.b }}{{ event.c }}{{ event.d }}{{ event.e }}{{ event.f }}"}
  - {id: stop, card: error.return_error, inputs: {message: "This is the end of it."}}
"""


def test_why_a_test_has_failed_comes_into_sight(person: Person) -> None:
    builder = Builder(person)
    builder.bring(FAILS)
    builder.start()
    expect(builder.panel.get_by_text("Failed")).to_be_visible()
    expect(builder.panel.get_by_text("This is the end of it.")).to_be_in_viewport(ratio=0.9)
