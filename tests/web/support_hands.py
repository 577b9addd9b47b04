"""Two pairs of hands for one story: a mouse and a keyboard. What one can do, the other can."""

from __future__ import annotations

import re
from typing import Protocol

from playwright.sync_api import ElementHandle, Locator, Page, expect

_MOST_TABS = 250
_MOST_ARROWS = 80
_TYPING = "document.activeElement?.matches('input, textarea, select, [contenteditable]') ?? false"


def found(what: Locator) -> ElementHandle:
    """The element itself: looking for it by its role and name before each key takes most of the time."""
    what.wait_for()
    return what.element_handle()


class Hands(Protocol):
    """How somebody works."""

    page: Page

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


class Mouse:
    """Points and clicks, and types where text is wanted."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def go(self, place: str) -> None:
        rail = self.page.get_by_role("navigation", name="Main")
        rail.get_by_role("link", name=re.compile(f"^{place}")).click()
        self.page.get_by_role("heading", name=place, level=1).wait_for()

    def press(self, what: Locator) -> None:
        what.click()

    def write(self, where: Locator, text: str) -> None:
        where.fill(text)

    def choose(self, where: Locator, option: str) -> None:
        where.select_option(label=option)

    def pick(self, where: Locator, option: str) -> None:
        where.click()
        self.page.get_by_role("option", name=option, exact=True).click()

    def use(self, where: Locator, value: str) -> None:
        where.click()
        self.page.get_by_role("button", name=f"Use {value}").click()


class Keys:
    """Touches no mouse: Tab, arrows, Enter, and the shortcuts that the app lists."""

    def __init__(self, page: Page, letters: dict[str, str]) -> None:
        self.page = page
        self._letters = letters

    def go(self, place: str) -> None:
        while self.page.evaluate(_TYPING):
            self.page.keyboard.press("Tab")
        self.page.keyboard.press("g")
        self.page.keyboard.press(self._letters[place])
        self.page.get_by_role("heading", name=place, level=1).wait_for()

    def reach(self, what: Locator) -> None:
        """Press Tab until it has the focus."""
        element = found(what)
        for _ in range(_MOST_TABS):
            reached = element.evaluate("it => it.isConnected ? it === document.activeElement : null")
            if reached:
                return
            if reached is None:  # it was drawn anew
                element = found(what)
            else:
                self.page.keyboard.press("Tab")
        raise AssertionError(f"{what} is not reached by Tab")

    def press(self, what: Locator) -> None:
        expect(what).to_be_enabled()
        self.reach(what)
        self.page.keyboard.press("Enter")

    def write(self, where: Locator, text: str) -> None:
        self.reach(where)
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(text)

    def choose(self, where: Locator, option: str) -> None:
        self.reach(where)
        element = found(where)
        for _ in range(_MOST_ARROWS):
            if element.evaluate("list => list.selectedOptions[0]?.label") == option:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{option!r} is not reached by arrows")

    def pick(self, where: Locator, option: str) -> None:
        self.reach(where)
        wanted = self.page.get_by_role("option", name=option, exact=True)
        for _ in range(_MOST_ARROWS):
            self.page.keyboard.press("ArrowDown")
            wanted.wait_for()
            if wanted.get_attribute("data-combobox-selected"):
                self.page.keyboard.press("Enter")
                return
        raise AssertionError(f"{option!r} is not reached by arrows")

    def use(self, where: Locator, value: str) -> None:
        self.reach(where)
        self.page.keyboard.press("Control+.")
        expect(self.page.get_by_label("Find a value")).to_be_focused()
        self.page.keyboard.type(value)
        self.page.keyboard.press("Enter")
        expect(where).to_be_focused()
