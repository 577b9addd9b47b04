"""Fixtures of the tests in a browser: Debian's Chromium before a Keyturn with its demo, both real.

The one without windows is taken if it is there: it begins a test with a third of the work.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

sys.path.insert(0, str(Path(__file__).parent))

from support_company import Company
from support_web import BUILT, Demo, Person, running_demo


def _chromium() -> str:
    """The browser, or a reason not to test; continuous integration has no such reason."""
    names = ("chromium-headless-shell", "chromium", "chromium-browser")
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    missing = None if found else "there is no Chromium; on Debian: apt-get install chromium-headless-shell"
    if not (BUILT / "index.html").is_file():
        missing = "the web app was not built; it takes Node 20: make setup"
    if missing is None:
        assert found
        return found
    if os.environ.get("CI"):
        pytest.fail(f"The web app cannot be tested: {missing}.")
    pytest.skip(missing)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser. Playwright's loop runs while it is there, and no other test's could: it does not outlive a module."""
    path = _chromium()
    with sync_playwright() as playwright:
        # its own sandbox cannot be had as root; nothing is asked of other hosts
        quiet = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
        browser = playwright.chromium.launch(executable_path=path, args=quiet)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def demo() -> Iterator[Demo]:
    """A running demo; nothing is started where there is no browser."""
    _chromium()
    with running_demo() as demo:
        yield demo


@pytest.fixture(scope="module")
def seat(browser: Browser, demo: Demo) -> Iterator[Person]:
    """Somebody's browser, which stays open from test to test: the page and what it has loaded are there already."""
    person = Person(browser, demo)
    yield person
    person.context.close()


@pytest.fixture
def person(seat: Person) -> Iterator[Person]:
    """Somebody who has signed in, on a wide screen. In the end nothing was wrong in the browser's console."""
    seat.sit_down()
    yield seat
    seat.stand_up()


@pytest.fixture
def company(person: Person) -> Iterator[Company]:
    """The sandbox's page in the person's tab. In the end nothing goes wrong there any more."""
    company = Company(person.page)
    yield company
    person.sit_down()
    company.mends()
