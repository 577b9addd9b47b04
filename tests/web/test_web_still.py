"""Nothing of the designer moves away from under the pointer, and what has the keyboard is what keys act on."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect
from support_designer import Builder
from support_web import Person

LOW = {"width": 1360, "height": 480}
"""A screen on which the cards can be scrolled far enough."""
pytestmark = pytest.mark.timeout(300)

LANES = """
id: %(id)s
name: %(name)s
event: {card: manual, outputs: {age: number}}
cards:
  - id: grown
    card: branch.if
    branches:
      - when: {all: [{a: "{{ event.age }}", is: greater than, b: 17}, {a: "{{ event.age }}", is: less than, b: 70}]}
        cards:
          - {id: wrong, card: error.return_error, inputs: {message: Too old}}
          - {id: later, card: text.compose, inputs: {text: later}}
      - {otherwise: true, cards: [{id: other, card: text.compose, inputs: {text: other}}]}
"""


def lanes(person: Person, name: str) -> Builder:
    """A flow with two lanes, whose head shows what it asks."""
    builder = Builder(person)
    builder.bring(LANES % {"id": name.lower().replace(" ", "-"), "name": name})
    builder.card(1).get_by_role("heading").click()
    expect(builder.card(1).get_by_role("textbox", name="First value").first).to_be_visible()
    return builder


def top(what: Locator) -> float:
    box = what.bounding_box()
    assert box is not None
    return box["y"]


def middle(what: Locator) -> tuple[float, float]:
    box = what.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_a_press_finds_what_it_was_meant_for_while_the_head_of_a_frame_is_open(person: Person) -> None:
    builder, page = lanes(person, "Pressed in a lane"), person.page
    first = builder.card(1).get_by_role("textbox", name="First value")
    add = builder.card(2).get_by_role("button", name="Add a field")
    add.scroll_into_view_if_needed()
    before = top(add)
    page.mouse.move(*middle(add))
    page.mouse.down()
    expect(builder.card(2)).to_have_attribute("aria-current", "true")
    assert top(add) == before
    page.mouse.up()
    expect(builder.card(2).get_by_label("Name of the field", exact=True)).to_be_focused()
    expect(first).to_have_count(0)


def test_a_card_hangs_at_the_pointer_that_takes_it_out_of_an_open_frame(person: Person) -> None:
    builder, page = lanes(person, "Taken from a lane"), person.page
    handle = builder.handle(3)
    handle.scroll_into_view_if_needed()
    before = top(handle)
    person.take(handle)
    assert top(handle) == before
    page.keyboard.press("Escape")
    page.mouse.up()
    expect(builder.card(1).get_by_role("textbox", name="First value")).to_have_count(0)


def test_what_was_pressed_stays_on_the_screen_where_it_was(person: Person) -> None:
    with person.screen(LOW):
        builder = lanes(person, "Stays in its lane")
        text = builder.field(4, "Text")
        text.scroll_into_view_if_needed()
        before = top(text)
        text.click()
        expect(builder.card(1).get_by_role("textbox", name="First value")).to_have_count(0)
        assert abs(top(text) - before) < 2


def test_publish_stays_under_the_pointer_and_a_flow_that_is_switched_off_says_so(person: Person) -> None:
    builder, page = lanes(person, "Published twice"), person.page
    publish = page.get_by_role("button", name="Publish")
    before = middle(publish)
    builder.publish()
    assert middle(publish) == before
    page.get_by_role("switch", name="Published twice is on").press("Space")
    told = page.get_by_role("alert").filter(has_text="is switched off: nothing starts it")
    expect(told).to_be_visible()
    expect(page.get_by_text("v1, switched off")).to_be_visible()


def test_the_card_that_gets_the_focus_is_the_chosen_one(person: Person) -> None:
    builder, page = lanes(person, "Chosen by focus"), person.page
    builder.card(4).click()
    builder.card(3).focus()  # as a screen reader does it
    expect(builder.card(3)).to_have_attribute("aria-current", "true")
    page.keyboard.press("Delete")
    expect(builder.card(3)).to_have_accessible_name("Card 3: Compose")
    expect(builder.field(3, "Text")).to_have_text("other")
    page.keyboard.press("Control+z")
    expect(builder.card(3)).to_be_focused()
    page.keyboard.press("Control+Shift+z")
    expect(builder.card(2)).to_be_focused()
    expect(builder.card(2)).to_have_attribute("aria-current", "true")
    builder.event.focus()
    expect(builder.event).to_have_attribute("aria-current", "true")
    expect(builder.card(2)).to_have_attribute("aria-current", "false")


def test_the_chosen_card_stays_in_sight_when_the_cards_become_a_list(person: Person) -> None:
    with person.screen(LOW):
        builder, page = lanes(person, "Seen as a list"), person.page
        last = builder.card(4)
        last.click()
        for pressed in range(2):
            page.get_by_role("button", name="List", exact=True).click()
            expect(page.get_by_role("button", name="List", exact=True)).to_have_attribute(
                "aria-pressed", "false" if pressed else "true"
            )
            expect(last.get_by_role("heading")).to_be_in_viewport()
