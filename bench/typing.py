"""How long a key press in the designer takes until its frame is painted, in a flow of 100 cards.

``python -m bench.typing LINK`` uses a Keyturn that runs already, by a sign-in link (``keyturn sign-in``), in Debian's
Chromium. It brings the flow in as a file, as a person would, and throws the draft away in the end. What is measured
goes from the key press, as the browser dates it, to the first task behind the frame that shows it; and what the page's
main thread worked meanwhile, which other programs on the machine change less.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from .browser import measured

CARDS = 100
KEYS = 150
BETWEEN_MS = 60
GOAL_MS = 50.0
OUT = Path(__file__).parent / "typing.json"
_NAME = "A hundred cards"
_WATCH = """() => {
  window.keyturnTimes = [];
  document.addEventListener("keydown", (event) => {
    const pressed = event.timeStamp;
    requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.onmessage = () => window.keyturnTimes.push(performance.now() - pressed);
      channel.port2.postMessage(null);
    });
  }, true);
}"""


_TRACED = {
    "includedCategories": ["devtools.timeline", "disabled-by-default-devtools.timeline"],
    "excludedCategories": ["*"],
}

Event = dict[str, Any]  # as Chromium tells it


@dataclass(frozen=True, slots=True)
class Typed:
    """What keys took, in milliseconds, each in the order of time.

    Attributes:
        painted: from a key press until its frame was painted.
        worked: processor time of the page's main thread meanwhile, whatever it did.
    """

    painted: list[float]
    worked: list[float]


def flow_of(cards: int) -> str:
    """A flow whose every card uses a value of the one before, as YAML."""
    lines = ["id: a-hundred-cards", f"name: {_NAME}", "event: {card: manual, outputs: {login: text}}", "cards:"]
    for number in range(1, cards + 1):
        before = f"card_{number - 1}.output" if number > 1 else "event.login"
        value = '"{{ ' + before + ' }}"'
        lines.append(f"  - {{id: card_{number}, title: Step {number}, card: text.compose, inputs: {{text: {value}}}}}")
    return "\n".join(lines) + "\n"


def measure(page: Page, link: str, keys: int = KEYS) -> Typed:
    """Type into a card in the middle of the flow."""
    page.goto(link)
    page.get_by_role("heading", name="Home", level=1).wait_for()
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Flows").click()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "a-hundred-cards.yaml"
        file.write_text(flow_of(CARDS), encoding="utf-8")
        with page.expect_file_chooser() as choosing:
            page.get_by_role("button", name="Import YAML").click()
        choosing.value.set_files(file)
        page.get_by_role("link", name=_NAME).click()
    card = page.get_by_role("group", name=f"Card {CARDS // 2}: Step {CARDS // 2}")
    card.get_by_role("textbox", name="Text", exact=True).click()
    page.wait_for_timeout(1_500)  # the page has come to rest
    page.evaluate(_WATCH)
    with _traced(page) as events:
        for number in range(keys):
            page.keyboard.press("abcdefghij"[number % 10])
            page.wait_for_timeout(BETWEEN_MS)
    times = [float(time) for time in page.evaluate("window.keyturnTimes")]
    page.get_by_text("Draft, saved", exact=True).wait_for()
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Flows").click()
    page.get_by_role("button", name=f"Actions for {_NAME}").click()
    page.get_by_role("menuitem", name="Throw the draft away").click()
    page.get_by_role("dialog").get_by_role("button", name="Throw the draft away").click()
    page.get_by_role("link", name=_NAME).wait_for(state="detached")
    return Typed(painted=times, worked=work_of(events, times))


@contextmanager
def _traced(page: Page) -> Iterator[list[Event]]:
    """What Chromium tells of its work meanwhile; the list is filled in the end."""
    events: list[Event] = []
    ended: list[object] = []
    session = page.context.new_cdp_session(page)
    session.on("Tracing.dataCollected", lambda told: events.extend(told["value"]))
    session.on("Tracing.tracingComplete", lambda told: ended.append(told))
    session.send("Tracing.start", {"transferMode": "ReportEvents", "traceConfig": _TRACED})
    yield events
    session.send("Tracing.end")
    while not ended:
        page.wait_for_timeout(50)
    session.detach()


def work_of(events: Sequence[Event], painted: Sequence[float]) -> list[float]:
    """Milliseconds of processor time that the thread that hears the keys worked until each of them was painted."""
    heard = [event for event in events if event["name"] == "EventDispatch" and _kind(event) == "keydown"]
    if not heard:
        return []
    thread, _ = Counter((event["pid"], event["tid"]) for event in heard).most_common(1)[0]
    keys = sorted(event["ts"] for event in heard if (event["pid"], event["tid"]) == thread)
    tasks = [event for event in events if event["name"] == "RunTask" and (event["pid"], event["tid"]) == thread]
    return [
        sum(
            task.get("tdur", 0) / 1_000
            for task in tasks
            if key <= task["ts"] + task.get("dur", 0) and task["ts"] <= key + 1_000 * until
        )
        for key, until in zip(keys, painted, strict=True)
    ]


def _kind(event: Event) -> object:
    return event.get("args", {}).get("data", {}).get("type")


def report(page: Page, link: str) -> dict[str, object]:
    """What was measured, in milliseconds."""
    typed = measure(page, link)
    ordered = sorted(typed.painted)
    return {
        "cards": CARDS,
        "keys": len(ordered),
        "median_ms": round(statistics.median(ordered), 1),
        "p95_ms": round(slowest_twentieth(ordered), 1),
        "longest_ms": round(ordered[-1], 1),
        "p95_work_ms": round(slowest_twentieth(sorted(typed.worked)), 1),
        "goal_ms": GOAL_MS,
    }


def slowest_twentieth(ordered: list[float]) -> float:
    """Where the slowest twentieth begins."""
    return ordered[int(0.95 * len(ordered))]


def main() -> int:
    """Measure, tell and keep the figures; 1 if the slowest twentieth is over the goal."""
    figures = measured(__doc__, report, OUT)
    slow = figures["p95_ms"]
    return 0 if isinstance(slow, float) and slow <= GOAL_MS else 1


if __name__ == "__main__":
    sys.exit(main())
