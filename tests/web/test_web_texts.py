"""Texts with references, typed and pasted as people do: chips stay chips, the caret stays where it was."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from support_designer import Builder
from support_web import Person

pytestmark = pytest.mark.timeout(300)

GREETS = """
id: typed-{id}
name: {name}
event: {{card: manual, outputs: {{login: text}}}}
cards:
  - {{id: hello, card: text.compose, inputs: {{text: "{text}"}}}}
  - {{id: again, card: text.compose, inputs: {{text: "Again"}}}}
"""
CHIP = "{{ event.login }}"


def texts(person: Person, name: str, text: str = f"Hello {CHIP}!") -> Builder:
    """A flow with two texts, the first of which has a reference."""
    builder = Builder(person)
    builder.bring(GREETS.format(id=name.lower().replace(" ", "-"), name=name, text=text))
    return builder


def chips(builder: Builder, number: int) -> int:
    """How many references a card's text shows as chips: they alone have a title, which says how they are written."""
    return builder.field(number, "Text").get_by_title(CHIP, exact=True).count()


def is_kept(builder: Builder, number: int, *lines: str) -> None:
    """A card's text as YAML tells it of the draft, line by line."""
    builder.saved()
    page = builder.page
    page.get_by_role("button", name="YAML").click()
    pane = page.get_by_role("complementary", name="The flow as YAML")
    yaml = pane.get_by_role("textbox", name="The flow as YAML")
    expect(yaml).to_contain_text("cards:")
    told = [line.strip() for line in yaml.locator("> div").all_text_contents()]
    first = [place for place, line in enumerate(told) if "text: " in line][number - 1]
    assert told[first][told[first].index("text: ") + 6 :].rstrip("}") == lines[0]
    assert [line for line in told[first + 1 :] if not line.startswith("- ")][: len(lines) - 1] == [*lines[1:]]
    page.get_by_role("button", name="YAML").click()


def test_references_that_are_copied_or_cut_stay_references(person: Person) -> None:
    builder, page = texts(person, "Chips copied"), person.page
    person.context.grant_permissions(["clipboard-read", "clipboard-write"])
    first, second = builder.field(1, "Text"), builder.field(2, "Text")
    first.click()
    page.keyboard.press("Control+a")
    page.keyboard.press("Control+c")
    second.click()
    page.keyboard.press("End")
    page.keyboard.type(": ")
    page.keyboard.press("Control+v")
    page.keyboard.type("?")  # behind what was pasted
    expect(second).to_have_text("Again: Hello Event › login!?")
    assert chips(builder, 2) == 1
    page.keyboard.press("Control+Home")
    for _ in range(3):
        page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Control+v")
    expect(second).to_have_text("Hello Event › login!in: Hello Event › login!?")
    assert chips(builder, 2) == 2
    page.keyboard.press("Control+a")
    page.keyboard.press("Control+x")
    expect(second).to_have_text("")
    first.click()
    page.keyboard.press("Control+a")
    page.keyboard.press("Control+v")
    expect(first).to_have_text("Hello Event › login!in: Hello Event › login!?")
    assert chips(builder, 1) == 2
    is_kept(builder, 1, f'"Hello {CHIP}!in: Hello {CHIP}!?"')
    note = page.get_by_label("Note", exact=True)  # outside of such fields it is read as words
    builder.card(2).click()
    page.get_by_role("tab", name="Card", exact=True).click()
    note.click()
    page.keyboard.press("Control+v")
    expect(note).to_have_value("Hello Event › login!in: Hello Event › login!?")


def test_a_value_that_is_searched_goes_where_the_caret_was(person: Person) -> None:
    builder, page = texts(person, "Value at the caret", "Hello , welcome"), person.page
    field = builder.field(1, "Text")
    field.click()
    page.keyboard.press("Home")
    for _ in range(6):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Control+.")
    expect(page.get_by_label("Find a value")).to_be_focused()
    page.keyboard.type("login")
    page.keyboard.press("Enter")
    expect(field).to_be_focused()
    expect(field).to_have_text("Hello Event › login, welcome")
    page.keyboard.type("x")
    expect(field).to_have_text("Hello Event › loginx, welcome")
    page.keyboard.press("Shift+Home")  # what is chosen is replaced, whence ever the value comes
    page.get_by_label("Find a value").click()
    page.get_by_role("button", name="Use Event login").click()
    expect(field).to_have_text("Event › login, welcome")


def test_the_caret_is_where_it_was_when_the_window_is_left_and_found_again(person: Person) -> None:
    builder, page = texts(person, "Window left"), person.page
    field = builder.field(1, "Text")
    field.click()
    page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")
    # a browser leaves its field so when another window comes to the front, and finds it again
    field.evaluate("it => it.dispatchEvent(new FocusEvent('focusout', {bubbles: true}))")
    field.evaluate("it => it.dispatchEvent(new FocusEvent('focusin', {bubbles: true}))")
    page.keyboard.type("?")
    expect(field).to_have_text("Hello Event › login?!")


def test_a_break_is_kept_as_one(person: Person) -> None:
    builder, page = texts(person, "Breaks"), person.page
    field = builder.field(2, "Text")
    field.click()
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    is_kept(builder, 2, "|", "Again", "")
    field.click()
    page.keyboard.press("Control+End")
    page.keyboard.type("and")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.keyboard.type("on")
    is_kept(builder, 2, "|-", "Again", "and", "", "on", "")
