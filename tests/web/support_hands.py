"""Two pairs of hands for one story: a mouse and a keyboard. What one can do, the other can; both count what they do."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Protocol

from playwright.sync_api import ElementHandle, Locator, Page, expect

_MOST_TABS = 250
_MOST_ARROWS = 80
_TYPING = "document.activeElement?.matches('input, textarea, select, [contenteditable]') ?? false"
# The keystroke-level model (Card, Moran and Newell, "The keystroke-level model for user performance time with
# interactive systems", Communications of the ACM 23/7, 1980), in seconds, for somebody who types slowly.
_KEY = 0.5
_POINT = 1.1
_PRESS = 0.2
_HAND = 0.4
_THINK = 1.35


@dataclass
class Effort:
    """What somebody did so far.

    Attributes:
        presses: of the mouse's button, each at a place of its own.
        keys: that were pressed.
        hands: times that a hand went from the mouse to the keyboard or back.
        thoughts: steps before which somebody looks where to go on: one for each thing that is done.
    """

    presses: int = 0
    keys: int = 0
    hands: int = 0
    thoughts: int = 0

    @property
    def seconds(self) -> float:
        """How long a person takes for this who knows what to build, without waiting for the app."""
        return self.presses * (_POINT + _PRESS) + self.keys * _KEY + self.hands * _HAND + self.thoughts * _THINK

    def __str__(self) -> str:
        return f"{self.presses} clicks, {self.keys} keys"


def found(what: Locator) -> ElementHandle:
    """The element itself: looking for it by its role and name before each key takes most of the time."""
    what.wait_for()
    return what.element_handle()


class Hands(Protocol):
    """How somebody works."""

    page: Page
    effort: Effort

    def go(self, place: str) -> None:
        """Go to a page of the app."""
        ...

    def press(self, what: Locator) -> None: ...

    def write(self, where: Locator, text: str) -> None:
        """Have this text in a field."""
        ...

    def choose(self, where: Locator, option: str) -> None:
        """Choose an option of a list, by its label."""
        ...

    def pick(self, where: Locator, option: str) -> None:
        """Choose an option of a list that opens below its field."""
        ...

    def use(self, where: Locator, value: str) -> None:
        """Put a value that is in scope into a field of a card."""
        ...

    def add(self, search: str, number: int) -> Locator:
        """Add a card behind the last one, the first that is found by these words; the card, by the number it gets."""
        ...


class Mouse:
    """Points and clicks, and types where text is wanted."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.effort = Effort()
        self._at_keys = False

    def _click(self, what: Locator) -> None:
        what.click()
        self.effort.presses += 1
        self.effort.hands += self._at_keys
        self._at_keys = False

    def _type(self, where: Locator, text: str) -> None:
        where.fill(text)
        self.effort.keys += len(text)
        self.effort.hands += not self._at_keys
        self._at_keys = True

    def go(self, place: str) -> None:
        rail = self.page.get_by_role("navigation", name="Main")
        self.press(rail.get_by_role("link", name=re.compile(f"^{place}")))
        self.page.get_by_role("heading", name=place, level=1, exact=True).wait_for()

    def press(self, what: Locator) -> None:
        self.effort.thoughts += 1
        self._click(what)

    def write(self, where: Locator, text: str) -> None:
        self.press(where)
        self._type(where, text)

    def choose(self, where: Locator, option: str) -> None:
        self.effort.thoughts += 2
        where.select_option(label=option)
        self.effort.presses += 2  # one opens the list, which the browser draws, the other takes the option
        self.effort.hands += self._at_keys
        self._at_keys = False

    def pick(self, where: Locator, option: str) -> None:
        self.press(where)
        self.press(self.page.get_by_role("option", name=option, exact=True))

    def use(self, where: Locator, value: str) -> None:
        self.press(where)
        self.press(self.page.get_by_role("button", name=f"Use {value}"))

    def add(self, search: str, number: int) -> Locator:
        here = "Add the first card" if number == 1 else "Add a card here"
        self.press(self.page.get_by_role("button", name=here).last)
        self._type(self.page.get_by_role("combobox", name="Find a card"), search)
        self.press(self.page.get_by_role("listbox", name="Cards").get_by_role("option").first)
        return _added(self.page, number)


class Keys:
    """Touches no mouse: Tab, arrows, Enter, and the shortcuts that the app lists."""

    def __init__(self, page: Page, letters: dict[str, str]) -> None:
        self.page = page
        self.effort = Effort()
        self._letters = letters

    def _key(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.effort.keys += 1

    def _type(self, text: str) -> None:
        self.page.keyboard.type(text)
        self.effort.keys += len(text)

    def go(self, place: str) -> None:
        self.effort.thoughts += 1
        while self.page.evaluate(_TYPING):
            self._key("Tab")
        self._key("g", self._letters[place])
        self.page.get_by_role("heading", name=place, level=1, exact=True).wait_for()

    def reach(self, what: Locator) -> None:
        """Press Tab until it has the focus."""
        self.effort.thoughts += 1
        element = found(what)
        for _ in range(_MOST_TABS):
            reached = element.evaluate("it => it.isConnected ? it === document.activeElement : null")
            if reached:
                return
            if reached is None:  # it was drawn anew
                element = found(what)
            else:
                self._key("Tab")
        raise AssertionError(f"{what} is not reached by Tab")

    def press(self, what: Locator) -> None:
        expect(what).to_be_enabled()
        self.reach(what)
        self._key("Enter")

    def write(self, where: Locator, text: str) -> None:
        self.reach(where)
        self._key("Control+a")
        self._type(text)

    def choose(self, where: Locator, option: str) -> None:
        self.reach(where)
        expect(where).to_contain_text(option)  # what there is to choose may be loading yet
        element = found(where)
        for _ in range(_MOST_ARROWS):
            if element.evaluate("list => list.selectedOptions[0]?.label") == option:
                return
            self._key("ArrowDown")
        raise AssertionError(f"{option!r} is not reached by arrows")

    def pick(self, where: Locator, option: str) -> None:
        self.reach(where)
        wanted = self.page.get_by_role("option", name=option, exact=True)
        for _ in range(_MOST_ARROWS):
            self._key("ArrowDown")
            wanted.wait_for()
            # the focus stays in the field, and a screen reader is told at which option it is
            if where.get_attribute("aria-activedescendant") == wanted.get_attribute("id"):
                self._key("Enter")
                return
        raise AssertionError(f"{option!r} is not reached by arrows")

    def use(self, where: Locator, value: str) -> None:
        self.reach(where)
        self._key("Control+.")
        expect(self.page.get_by_label("Find a value")).to_be_focused()
        self._type(value)
        self._key("Enter")
        expect(where).to_be_focused()

    def add(self, search: str, number: int) -> Locator:
        if number == 1:
            self.press(self.page.get_by_role("button", name="Add the first card"))
        else:
            self.effort.thoughts += 1
            self._key("Escape")  # out of the field, to its card
            expect(_numbered(self.page, number - 1)).to_be_focused()
            self._key("/")
        self.page.get_by_role("combobox", name="Find a card").wait_for()
        self._type(search)
        self._key("Enter")
        return _added(self.page, number)


def _numbered(page: Page, number: int) -> Locator:
    return page.get_by_role("group", name=re.compile(f"^Card {number}: "))


def _added(page: Page, number: int) -> Locator:
    card = _numbered(page, number)
    expect(card).to_be_focused()
    return card
