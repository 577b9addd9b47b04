"""Who goes from a page is asked first about what would be lost."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from support_designer import Builder
from support_web import Person

pytestmark = pytest.mark.timeout(400)


def test_what_is_typed_into_the_yaml_is_not_left_without_a_word(person: Person) -> None:
    page, builder = person.page, Builder(person)
    builder.new_flow("Half typed")
    page.get_by_role("button", name="YAML").click()
    pane = page.get_by_role("complementary", name="The flow as YAML")
    typing = pane.get_by_role("textbox", name="The flow as YAML")
    expect(typing).to_contain_text("Half typed")
    typing.click()
    page.keyboard.press("Control+End")
    page.keyboard.type("dropped")
    for button in pane.get_by_role("button").all():
        assert button.evaluate("it => it.scrollWidth <= it.clientWidth"), button.inner_text()
    pane.get_by_role("button", name="Drop the text").click()
    expect(pane).to_contain_text("The cards and this text are the same.")
    expect(typing).not_to_contain_text("dropped")
    expect(typing).to_be_focused()
    page.keyboard.press("Control+End")
    page.keyboard.type("cards: [{")
    expect(pane).to_contain_text("You have changed the text")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Tables").click()
    asked = page.get_by_role("dialog", name="Leave without what you typed into the YAML?")
    asked.get_by_role("button", name="Cancel").click()
    expect(typing).to_contain_text("cards: [{")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Tables").click()
    asked.get_by_role("button", name="Leave without it").click()
    expect(page.get_by_role("heading", name="Tables", level=1)).to_be_visible()
