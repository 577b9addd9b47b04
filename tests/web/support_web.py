"""A person before the web app: signs in by a link, looks, presses; and what holds for every screen."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, Queue

from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Request

from keyturn.cli.api import Api
from keyturn.flows.json import JSON
from keyturn.sandbox.client import SandboxClient, read_urls

ROOT = Path(__file__).parents[2]
BUILT = ROOT / "src" / "keyturn" / "server" / "web"
AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
SCREENS = ROOT / "docs" / "screens"
WIDE = {"width": 1360, "height": 800}
PHONE = {"width": 390, "height": 844}
LONGEST = 120
_RULES: JSON = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
# All that can be otherwise in the dark: the elements are the same.
_COLOURS: JSON = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
# Until what was changed is painted and no colour is on its way to another one.
_STILL = """async () => {
  for (let frames = 0; frames < 2; frames++) await new Promise(requestAnimationFrame);
  const ending = document.getAnimations().filter(one => one.effect?.getComputedTiming().endTime !== Infinity);
  await Promise.allSettled(ending.map(one => one.finished));
}"""


@dataclass(frozen=True, slots=True)
class Demo:
    """A running demo, by what it printed."""

    sign_in: str
    address: str
    token: str
    urls: Path
    met: set[str] = field(default_factory=set)

    def somebody(self) -> str:
        """The login of a person whom no other test suspends: tests share a demo and run in any order."""
        company = SandboxClient(read_urls(self.urls))
        for user in company.users():
            login = str(user["login"])
            state = company.state(login)
            plain = user.get("okta") == "ACTIVE" and not state.get("admin") and state.get("manager")
            if plain and login not in self.met:
                self.met.add(login)
                return login
        raise AssertionError("all people of the demo have had their test")

    @property
    def api(self) -> Api:
        """Its API. A command in another terminal calls the same, and takes seconds of processor time to start."""
        return Api(self.address, self.token, LONGEST)

    def publish(self, *documents: str) -> None:
        """Publish flows."""
        self.api.post("/flows", {"documents": [*documents]})

    def start(self, flow_id: str, **inputs: JSON) -> str:
        """Start a flow by hand; the run's id."""
        started = self.api.post(f"/flows/{flow_id}/runs", {"inputs": inputs})
        assert isinstance(started, dict)
        return str(started["id"])

    def delete_flow(self, flow_id: str) -> None:
        """Take a flow away that would get in the way of other tests."""
        self.api.delete(f"/flows/{flow_id}")

    def link(self) -> str:
        """A new sign-in link, as an administrator makes one."""
        made = self.api.post("/sign-in-links")
        assert isinstance(made, dict)
        return str(made["address"])

    def keyturn(self, *arguments: str) -> str:
        """A command in another terminal; what it printed."""
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


class Person:
    """Somebody with a browser of their own."""

    def __init__(self, browser: Browser, demo: Demo, scheme: str = "light", size: dict[str, int] = WIDE) -> None:
        self.demo = demo
        self.context = browser.new_context(
            viewport=size,  # type: ignore[arg-type]
            color_scheme=scheme,  # type: ignore[arg-type]
            reduced_motion="reduce",
            locale="en-GB",
            timezone_id="Europe/Lisbon",
        )
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(30_000)
        self.complaints: list[str] = []
        self.elsewhere: list[str] = []
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", self._asked)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"{message.text} ({self.page.url})")

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((self.demo.address, "data:", "blob:")):
            self.elsewhere.append(request.url)

    def sign_in(self, link: str | None = None) -> None:
        """Open a sign-in link, a new one if none is given, and arrive at Home."""
        self.page.goto(link or self.demo.link())
        self.page.get_by_role("heading", name="Home", level=1).wait_for()

    def go(self, place: str) -> None:
        """Press a place in the rail and wait for its page."""
        self.page.get_by_role("navigation", name="Main").get_by_role("link", name=re.compile(f"^{place}")).click()
        self.page.get_by_role("heading", name=place, level=1).wait_for()

    def drag(self, what: Locator, onto: Locator) -> None:
        """Take something by the mouse and put it down on something else, as soon as that is marked."""
        self.take(what)
        self.over(onto)
        self.page.locator("[data-over]").wait_for()
        self.page.mouse.up()

    def take(self, what: Locator) -> None:
        """Press the mouse on something and begin to move it."""
        what.hover()
        self.page.mouse.down()
        x, y = _middle(what)
        self.page.mouse.move(x + 8, y + 4, steps=2)
        self.page.locator("html[data-dragging]").wait_for()

    def over(self, what: Locator) -> None:
        """Move the mouse to the middle of something."""
        what.scroll_into_view_if_needed()
        self.page.mouse.move(*_middle(what), steps=4)

    def serious(self, page: Page | None = None, run: JSON = _RULES) -> list[str]:
        """What axe finds that keeps people out (WCAG 2 A and AA, impact serious or critical)."""
        page = page or self.page
        page.evaluate(_STILL)
        if not page.evaluate("'axe' in window"):
            page.evaluate(AXE.read_text(encoding="utf-8"))
        # what passed is not wanted: telling where that is takes longer than finding it
        options = {"runOnly": run, "resultTypes": ["violations"]}
        found = page.evaluate("options => axe.run(document, options)", options)
        return [
            f"{one['id']}: {one['help']}: {node['html'][:400]} {node.get('failureSummary', '')}"
            for one in found["violations"]
            if one["impact"] in ("serious", "critical")
            for node in one["nodes"]
        ]

    def looks(self, name: str) -> None:
        """Nothing keeps people out of this screen, in light and in the dark; pictures of both, if they are wanted."""
        for scheme in ("light", "dark"):
            self._turn(scheme)
            self.picture(f"{name}-{scheme}")
            found = self.serious(run=_RULES if scheme == "light" else _COLOURS)
            assert not found, (name, scheme, found)
        self._turn("light")

    def pictures(self, name: str) -> None:
        """Keep pictures of the screen in light and in the dark, if they are wanted; it is light before and behind."""
        if not os.environ.get("KEYTURN_SCREENS"):
            return
        for scheme in ("dark", "light"):
            self._turn(scheme)
            self.picture(f"{name}-{scheme}")

    def _turn(self, scheme: str) -> None:
        self.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        self.page.locator(f'html[data-mantine-color-scheme="{scheme}"]').wait_for(state="attached")

    def picture(self, name: str, page: Page | None = None) -> None:
        """Keep a picture of the screen under docs/screens, if KEYTURN_SCREENS is set."""
        if os.environ.get("KEYTURN_SCREENS"):
            SCREENS.mkdir(exist_ok=True)
            (page or self.page).evaluate(_STILL)
            (page or self.page).screenshot(path=SCREENS / f"{name}.png")

    def wide_enough(self) -> bool:
        """Whether the page does not scroll sideways."""
        return bool(self.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))

    def close(self) -> None:
        """Leave; nothing may have gone wrong unseen, and nobody else may have been asked for anything."""
        self.context.close()
        assert not self.complaints, self.complaints
        assert not self.elsewhere, self.elsewhere


def _middle(what: Locator) -> tuple[float, float]:
    box = what.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
