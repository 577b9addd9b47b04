"""A person in the designer: makes flows, adds cards, types into their fields."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect
from support_web import Person


class Builder:
    """Somebody who builds a flow."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self.page: Page = person.page

    def new_flow(self, name: str, event: str = "By Hand") -> None:
        """Make an empty flow from the list and arrive in the designer."""
        self.person.go("Flows")
        self.page.get_by_role("button", name="New flow").click()
        dialogue = self.page.get_by_role("dialog")
        dialogue.get_by_label("Name", exact=True).fill(name)
        dialogue.get_by_label("Starts with").select_option(label=event)
        dialogue.get_by_role("button", name="Create").click()
        expect(self.page.get_by_role("heading", name=name, level=1)).to_be_visible()

    def open(self, name: str) -> None:
        """Open a flow from the list."""
        self.person.go("Flows")
        self.page.get_by_role("table", name="Flows").get_by_role("link", name=name, exact=True).click()
        expect(self.page.get_by_role("heading", name=name, level=1)).to_be_visible()

    @property
    def event(self) -> Locator:
        return self.page.get_by_role("group", name=re.compile("^Event: "))

    def card(self, number: int) -> Locator:
        return self.page.get_by_role("group", name=re.compile(f"^Card {number}: "))

    def field(self, number: int, name: str) -> Locator:
        return self.card(number).get_by_role("textbox", name=name, exact=True)

    def give(self, name: str) -> None:
        """Add a field to what the event gives."""
        self.event.get_by_role("button", name="Add a field").click()
        self.event.get_by_label("Name of the field", exact=True).fill(name)
        self.page.keyboard.press("Enter")

    def add(self, card: str) -> None:
        """Add a card behind the chosen one, by keyboard, found by what was typed."""
        self.page.keyboard.press("/")
        self.choose(card)

    def choose(self, card: str) -> None:
        self.page.get_by_role("combobox", name="Find a card").fill(card)
        self.page.keyboard.press("Enter")
        expect(self.page.get_by_role("dialog")).to_have_count(0)
        expect(self.page.locator("[data-card]:focus")).to_have_count(1)

    def saved(self) -> None:
        """Wait until the draft is kept."""
        expect(self.page.get_by_text("Draft, saved", exact=True)).to_be_visible()

    def publish(self, version: int) -> None:
        self.page.get_by_role("button", name="Publish").click()
        expect(self.page.get_by_text(f"v{version} is live")).to_be_visible()

    def test(self, **inputs: str) -> None:
        """Run the draft with these inputs and wait for its end."""
        self.page.get_by_role("tab", name="Test").click()
        panel = self.page.get_by_role("tabpanel", name="Test")
        for name, value in inputs.items():
            panel.get_by_role("textbox", name=name).fill(value)
        panel.get_by_role("button", name="Run it").click()
        expect(panel.get_by_text("Succeeded")).to_be_visible()
