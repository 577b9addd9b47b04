"""Typing key by key, as people do: what a page takes in all at once, as tests fill fields, may lose letters so."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, expect
from support_designer import Builder


def typed_anew(field: Locator) -> None:
    """Empty an optional field and type into it, key by key: it stays, and no letter is a shortcut of the page."""
    field.press("Control+a")
    field.press("Delete")
    expect(field).to_have_text("")
    field.page.keyboard.type("great hints")  # wherever the keyboard is
    expect(field).to_have_text("great hints")
    expect(field).to_be_focused()


def every_letter_is_kept(builder: Builder) -> None:
    """What is typed beside the cards, key by key, is there as it was typed, and so it is saved."""
    page = builder.page
    builder.card(1).focus()
    builder.add("smtp send email")
    sent = builder.card(2)
    tries = page.get_by_label("More tries")
    tries.press("Control+a")
    tries.press_sequentially("-2.5")  # whole tries, and no more than there can be
    expect(tries).to_have_value("2")
    wait = page.get_by_label("Wait between them")
    wait.press_sequentially("2s..45s")
    expect(wait).to_have_value("2s..45s")
    sent.get_by_role("button", name=re.compile("more fields$")).click()
    answers_to = builder.field(2, "Reply to")
    answers_to.fill("hr@example.com")
    builder.event.click(position={"x": 4, "y": 4})
    page.get_by_role("tab", name="Card", exact=True).click()
    title = page.get_by_role("textbox", name="Title", exact=True)
    title.press_sequentially("Somebody leaves")
    expect(builder.event).to_have_accessible_name("Event: Somebody leaves")
    page.get_by_role("tab", name="Flow", exact=True).click()
    name = page.get_by_role("tabpanel", name="Flow").get_by_role("textbox", name="Name", exact=True)
    name.press("End")
    name.press_sequentially(" a helper")
    expect(page.get_by_role("heading", name="Calls a helper", level=1)).to_be_visible()
    about = page.get_by_role("combobox", name="The person concerned")
    about.press_sequentially("ada@example.com")
    builder.saved()
    page.reload()
    page.get_by_role("tab", name="Flow", exact=True).click()
    expect(about).to_have_value("ada@example.com")
    typed_anew(answers_to)
    sent.focus()
    page.keyboard.press("Delete")
    expect(sent).to_have_count(0)
