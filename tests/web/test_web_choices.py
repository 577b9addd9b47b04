"""What is typed into a field with choices of an app is kept, however the field is left."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect
from support_designer import Builder
from support_web import Person

pytestmark = pytest.mark.timeout(300)


def test_what_is_typed_is_kept_however_the_field_is_left(person: Person) -> None:
    builder, page = Builder(person), person.page
    builder.new_flow("Typed choices")
    page.get_by_role("button", name="Add the first card").click()
    builder.choose("okta read group")
    group = builder.card(1).get_by_role("combobox", name="ID", exact=True)
    group.press_sequentially("00g-by-hand")
    page.keyboard.press("Tab")
    expect(group).to_have_value("00g-by-hand")
    group.press("Control+a")
    page.keyboard.type("00g-other")
    page.keyboard.press("Enter")
    expect(group).to_be_focused()
    expect(page.get_by_role("listbox", name="ID")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(builder.card(1)).to_be_focused()
    expect(group).to_have_value("00g-other")
    group.press("Control+a")
    page.keyboard.type("nothing of this")
    expect(
        page.get_by_role("status").filter(has_text=re.compile("^None of the [0-9]+ that the app had"))
    ).to_be_visible()
    page.keyboard.press("Escape")  # it is given up where one sees it
    expect(group).to_have_value("00g-other")
    expect(group).to_be_focused()
    group.press("Control+a")
    page.keyboard.type("finance")
    expect(page.get_by_role("option", name=re.compile("^Finance"))).to_be_visible()
    page.keyboard.press("Tab")  # as the app calls it: its id is meant
    expect(group).to_have_value("Finance")
    expect(group).to_have_accessible_description(re.compile("^00g"))
    builder.saved()
    page.reload()
    expect(group).to_have_value("Finance")


def test_several_are_typed_one_after_the_other(person: Person) -> None:
    builder, page = Builder(person), person.page
    builder.new_flow("Typed lists")
    page.get_by_role("button", name="Add the first card").click()
    builder.choose("okta create group rule")
    card = builder.card(1)
    groups = card.get_by_role("combobox", name="Assign to Groups")
    groups.press_sequentially("00g-one")
    page.keyboard.press("Enter")
    page.keyboard.type("00g-two")
    page.keyboard.press("Tab")
    for one in ("00g-one", "00g-two"):
        expect(card.get_by_role("button", name=f"Take {one} away")).to_be_visible()
    expect(groups).to_have_value("")
