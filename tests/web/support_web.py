"""A person before the web app: signs in by a link, looks, presses."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, Queue

import support_screens
from playwright.sync_api import Browser, ConsoleMessage, FloatRect, Locator, Page, Request, TimeoutError, expect

from keyturn.cli.api import Api
from keyturn.flows.json import JSON
from keyturn.sandbox.client import SandboxClient, read_urls

BUILT = support_screens.ROOT / "src" / "keyturn" / "server" / "web"
WIDE = {"width": 1360, "height": 800}
LARGE = {"width": 1600, "height": 860}
PHONE = {"width": 390, "height": 844}
LONGEST = 120


@dataclass(frozen=True, slots=True)
class Demo:
    """A running demo, by what it printed, and what of it no page of the web app can give to a test."""

    sign_in: str
    address: str
    token: str
    urls: Path
    met: set[str] = field(default_factory=set)

    def somebody(self) -> str:
        """The login of a person whom no other test suspends: tests share a demo and run in any order."""
        company = SandboxClient(read_urls(self.urls))  # no page tells whom other tests have met
        for user in company.users():
            login = str(user["login"])
            state = company.state(login)
            plain = user.get("okta") == "ACTIVE" and not state.get("admin") and state.get("manager")
            if plain and login not in self.met:
                self.met.add(login)
                return login
        raise AssertionError("all people of the demo have had their test")

    def account(self, login: str, tenant: str) -> dict[str, JSON]:
        """Somebody's account as the tenant itself has it: a witness that does not depend on our pages."""
        account = SandboxClient(read_urls(self.urls)).state(login)[tenant]
        assert isinstance(account, dict)
        return {**account}

    def tenant(self, name: str) -> dict[str, str]:
        """Address and secrets of a tenant, as its administrator has them; no page of ours may show the secrets."""
        return read_urls(self.urls)[name]

    def link(self) -> str:
        """A new sign-in link. An administrator makes one in a terminal, which takes seconds of processor time."""
        made = Api(self.address, self.token, LONGEST).post("/sign-in-links")
        assert isinstance(made, dict)
        return str(made["address"])

    def keyturn(self, *arguments: str) -> str:
        """A command in another terminal, which the story of a page tells of; what it printed."""
        environment = {**os.environ, "KEYTURN_URL": self.address, "KEYTURN_TOKEN": self.token, "COLUMNS": "200"}
        environment["KEYTURN_DATA"] = str(self.urls.parent)
        command = [sys.executable, "-m", "keyturn.cli.main", *arguments]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=LONGEST, check=False)
        assert done.returncode == 0, done.stderr + done.stdout
        return done.stdout


@contextmanager
def running_demo() -> Iterator[Demo]:
    """``keyturn demo`` in a folder of its own, until the end."""
    import shutil
    import tempfile

    folder = Path(tempfile.mkdtemp(prefix="keyturn-web-", dir="/tmp"))  # the database's user must be able to enter it
    folder.chmod(0o755)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KEYTURN_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "keyturn.cli.main", "demo"],
        env={**kept, "KEYTURN_DATA": str(folder), "KEYTURN_PORT": "0", "COLUMNS": "300", "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        yield _printed_by(process, folder)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(LONGEST)
        shutil.rmtree(folder, ignore_errors=True)


def _printed_by(process: subprocess.Popen[str], folder: Path) -> Demo:
    lines: Queue[str] = Queue()
    assert process.stdout is not None
    output = process.stdout

    def read() -> None:
        for line in output:
            lines.put(line)

    threading.Thread(target=read, daemon=True).start()
    text = ""
    while "KEYTURN_TOKEN=" not in text:
        try:
            text += lines.get(timeout=LONGEST)
        except Empty:
            raise AssertionError(f"The demo does not come up:\n{text}") from None
    sign_in = re.search(r"Sign in: (\S+)", text)
    token = re.search(r"KEYTURN_URL=(\S+) KEYTURN_TOKEN=(\S+)", text)
    assert sign_in, text
    assert token, text
    return Demo(sign_in[1], token[1], token[2], folder / "sandbox.json")


# The page's policy forbids what Playwright's wait_for_function does at its second look: to evaluate a text.
_UNTIL = """async (arg) => {
  const latest = performance.now() + 30000;
  const holds = CONDITION;
  while (!holds(arg)) {
    if (performance.now() > latest) throw new Error("it does not come to be so: " + holds);
    await new Promise((done) => { requestAnimationFrame(done); setTimeout(done, 250); });
  }
}"""


def until(page: Page, condition: str, arg: object = None) -> None:
    """Wait until a function says so in the page."""
    page.evaluate(_UNTIL.replace("CONDITION", condition), arg)


class Person:
    """Somebody with a browser of their own, on a wide screen."""

    def __init__(self, browser: Browser, demo: Demo) -> None:
        self.demo = demo
        self.context = browser.new_context(
            viewport=WIDE,  # type: ignore[arg-type]
            color_scheme="light",
            reduced_motion="reduce",
            locale="en-GB",
            timezone_id="Europe/Lisbon",
        )
        self.complaints: list[str] = []
        self.elsewhere: list[str] = []
        self.page = self._new_page()

    def _new_page(self) -> Page:
        page = self.context.new_page()
        page.set_default_timeout(30_000)
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", self._asked)
        return page

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"{message.text} ({message.location['url']})")

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((self.demo.address, "data:", "blob:")):
            self.elsewhere.append(request.url)

    def sign_in(self, link: str | None = None) -> None:
        """Open a sign-in link, a new one if none is given, and arrive at Home."""
        self.page.goto(link or self.demo.link())
        self._at("Home").wait_for()

    def sit_down(self) -> None:
        """Begin at Home in the tab that is open, as people do; what was left in the way is closed by loading anew."""
        self.context.set_offline(False)
        self.page.set_viewport_size(WIDE)  # type: ignore[arg-type]
        rail = self.page.get_by_role("navigation", name="Main")
        in_the_way = self.page.get_by_role("dialog").or_(self.page.get_by_role("alert"))
        if rail.first.is_visible() and in_the_way.count() == 0:
            self.go("Home")
            return
        if self.page.url == "about:blank":
            self.sign_in()
            return
        self.page.goto(self.demo.address)
        support_screens.turn(self.page, "light")
        signed_out = self._at("Sign in")
        self._at("Home").or_(signed_out).wait_for()
        if signed_out.is_visible():
            self.sign_in()

    def stand_up(self) -> None:
        """Nothing has gone wrong unseen, and nobody else was asked for anything."""
        complaints, elsewhere = [*self.complaints], [*self.elsewhere]
        self.complaints.clear()
        self.elsewhere.clear()
        assert not complaints, complaints
        assert not elsewhere, elsewhere

    def close(self) -> None:
        """Close the browser, and hold what has happened in it against ``stand_up``."""
        self.context.close()
        self.stand_up()

    def reads_messages(self) -> None:
        """Close what the page tells, until it tells nothing more; a message may go by itself meanwhile."""
        close = self.page.get_by_role("alert").get_by_role("button", name="Close")
        while close.count():
            with suppress(TimeoutError):
                close.first.click(timeout=1_000)

    def presses_in_menu(self, button: str, item: str) -> None:
        """Open a menu and press something in it; a list that is drawn anew at that moment closes its menus."""
        for _ in range(5):
            self.page.get_by_role("button", name=button, exact=True).click()
            with suppress(TimeoutError):
                self.page.get_by_role("menuitem", name=item).click(timeout=5_000)
                return
        raise AssertionError(f"there is no {item} in {button}")

    def forgive(self, *parts: str) -> None:
        """The browser has told of these, as it should: refusals, and requests that could not be sent."""
        self.complaints = [one for one in self.complaints if not any(part in one for part in parts)]

    @contextmanager
    def other_tab(self) -> Iterator[Page]:
        """Home in another tab, with what this one has open behind it."""
        page = self._new_page()
        page.goto(self.demo.address)
        yield page
        page.close()

    def _at(self, place: str) -> Locator:
        return self.page.get_by_role("heading", name=place, level=1, exact=True)

    def go(self, place: str) -> None:
        """Press a place in the rail and wait for its page."""
        go(self.page, place)

    def drag(self, what: Locator, onto: Locator) -> None:
        """Take something by the mouse and put it down on something else, as soon as it is said to go there."""
        self.take(what)
        self.over(onto)
        self.told("To be put ").wait_for()
        self.page.mouse.up()

    def take(self, what: Locator) -> None:
        """Press the mouse on something and begin to move it."""
        what.hover()
        self.page.mouse.down()
        x, y = _middle(what)
        self.page.mouse.move(x + 8, y + 4, steps=2)
        self.told(re.compile(" is taken|To be put |Not |No place here")).wait_for()

    def over(self, what: Locator) -> None:
        """Move the mouse to the middle of something, and after it where the way there made the page scroll."""
        what.scroll_into_view_if_needed()
        there = None
        while there != (there := _middle(what)):
            self.page.mouse.move(*there, steps=4)

    def told(self, words: str | re.Pattern[str]) -> Locator:
        """What a screen reader is told of what happens."""
        return self.page.get_by_role("status").filter(has_text=words)

    def looks(self, name: str, part: Locator | None = None) -> None:
        """Nothing keeps people out of this screen; see ``support_screens.looks``."""
        support_screens.looks(self.page, name, part)

    def serious(self, part: Locator | None = None) -> list[str]:
        """What axe finds on the page, or on a part of it, that keeps people out."""
        return support_screens.serious(part or self.page)

    def serious_in_both(self, part: Locator) -> list[str]:
        """What axe finds on a part of the page that keeps people out, in light or in the dark."""
        return support_screens.serious_in_both(self.page, part)

    @contextmanager
    def screen(self, size: dict[str, int]) -> Iterator[None]:
        """Have a screen of another size for a while."""
        self.page.set_viewport_size(size)  # type: ignore[arg-type]
        yield
        self.page.set_viewport_size(WIDE)  # type: ignore[arg-type]

    def wide_enough(self) -> bool:
        """Whether the page does not scroll sideways."""
        return bool(self.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def go(page: Page, place: str) -> None:
    """Press a place in the rail and wait for its page."""
    rail = page.get_by_role("navigation", name="Main")
    rail.get_by_role("link", name=re.compile(f"^{place}")).click()
    expect(page.get_by_role("heading", name=place, level=1, exact=True)).to_be_visible()


def _middle(what: Locator) -> tuple[float, float]:
    box: FloatRect | None = what.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
