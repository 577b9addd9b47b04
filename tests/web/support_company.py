"""The pretend company, by the sandbox's page: somebody breaks its tenants, mends them, and suspends people."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect
from support_web import go

REFUSES = "refuses: 403 not allowed"
FAILS = "refuses: 500 server error"
DROPS = "does it, breaks the connection"
NOTHING = "nothing"


class Company:
    """The sandbox's page in a tab; each of its actions goes there from wherever the tab is."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self._broken: set[str] = set()

    def breaks(self, tenant: str, fault: str) -> None:
        """Have a tenant do this wrong from now on."""
        go(self.page, "Sandbox")
        switch = self.page.get_by_role("combobox", name=tenant)
        switch.click()
        self.page.get_by_role("option", name=fault, exact=True).click()
        expect(switch).to_have_text(fault)
        self._broken.add(tenant)

    def mends(self) -> None:
        """Have nothing go wrong any more."""
        for tenant in sorted(self._broken):
            self.breaks(tenant, NOTHING)
        self._broken.clear()

    def finds(self, login: str) -> Locator:
        """Somebody's row."""
        go(self.page, "Sandbox")
        self.page.get_by_label("Search people").fill(login)
        expect(self.page.get_by_role("table", name="People").get_by_role("row")).to_have_count(2)
        return self.page.get_by_role("row").filter(has_text=login)

    def suspends(self, login: str) -> Locator:
        """Suspend somebody in Okta by the button in their row; the row."""
        row = self.finds(login)
        row.get_by_role("button", name=re.compile("^Suspend ")).click()
        expect(row.get_by_text("suspended").first).to_be_visible()
        return row
