"""A person in the designer: makes flows or brings them in, adds cards, types into their fields, runs and publishes."""

from __future__ import annotations

import re

from playwright.sync_api import FilePayload, Locator, Page, expect
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
        self._arrives(name)

    def bring(self, document: str) -> None:
        """Bring a flow in as a YAML file, by the list, and open it in the designer."""
        named = re.search(r"^name: (.+)$", document, re.MULTILINE)
        assert named
        self.person.go("Flows")
        file = FilePayload(name="flow.yaml", mimeType="application/yaml", buffer=document.encode())
        with self.page.expect_file_chooser() as choosing:
            self.page.get_by_role("button", name="Import YAML").click()
        choosing.value.set_files(file)
        self.line(named[1]).click()
        self._arrives(named[1])

    def open(self, name: str) -> None:
        """Open a flow from the list."""
        self.person.go("Flows")
        self.line(name).click()
        self._arrives(name)

    def line(self, name: str) -> Locator:
        """A flow in the list, as the link that leads to it."""
        return self.page.get_by_role("table", name="Flows").get_by_role("link", name=name, exact=True)

    def _arrives(self, name: str) -> None:
        expect(self.page.get_by_role("heading", name=name, level=1)).to_be_visible()
        expect(self.event).to_be_visible()

    @property
    def event(self) -> Locator:
        return self.page.get_by_role("group", name=re.compile("^Event: "))

    def card(self, number: int) -> Locator:
        return self.page.get_by_role("group", name=re.compile(f"^Card {number}: "))

    def handle(self, number: int) -> Locator:
        """By what a card is taken."""
        return self.card(number).get_by_role("button", name=re.compile("^Move “"))

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
        added = self.page.get_by_role("group", name=re.compile(r"^Card \d+: "))
        expect(added.and_(self.page.locator(":focus"))).to_have_count(1)

    def looks_up(self) -> None:
        """Come back to the tab: what others have done is asked for at once."""
        self.page.evaluate("window.dispatchEvent(new Event('visibilitychange'))")

    def saved(self) -> None:
        """Wait until the draft is kept."""
        expect(self.page.get_by_text("Draft, saved", exact=True)).to_be_visible()

    def publish(self, version: int = 1) -> None:
        self.page.get_by_role("button", name="Publish").click()
        expect(self.page.get_by_text(f"v{version} is live")).to_be_visible()

    @property
    def panel(self) -> Locator:
        """Where the draft is tried."""
        return self.page.get_by_role("tabpanel", name="Test")

    def start(self, **inputs: str) -> None:
        """Run the draft with these inputs."""
        self.page.get_by_role("tab", name="Test").click()
        for name, value in inputs.items():
            self.panel.get_by_role("textbox", name=name).fill(value)
        self.panel.get_by_role("button", name="Run it").click()

    def test(self, **inputs: str) -> None:
        """Run the draft with these inputs and wait for its end."""
        self.start(**inputs)
        expect(self.panel.get_by_text("Succeeded")).to_be_visible()

    def follow(self) -> None:
        """Look at the run that was started last."""
        self.panel.get_by_role("link", name="Open it in History").click()
        expect(self.page.get_by_role("region", name=re.compile("^Event: "))).to_be_visible()
