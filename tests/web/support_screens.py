"""The screens: their pictures under docs/screens, in light and in dark, and what keeps people out of them (axe)."""

from __future__ import annotations

import os
import re
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Locator, Page, expect

from keyturn.flows.json import JSON

ROOT = Path(__file__).parents[2]
AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
FOLDER = ROOT / "docs" / "screens"
SCHEMES = ("light", "dark")
# Each picture and the route of web/src/app/router.tsx that it shows; a test in tests/project holds both complete.
SCREENS = {
    "home": "/",
    "palette": "/",
    "keyboard": "/",
    "sign-in": "/sign-in",
    "sign-in-refused": "/sign-in",
    "not-found": "$",
    "flows": "/flows",
    "flows-folder": "/flows",
    "delete-in-use": "/flows",
    "flow-map": "/flow-map",
    "designer": "/flows/$flowId",
    "designer-chosen": "/flows/$flowId",
    "designer-empty": "/flows/$flowId",
    "designer-choices": "/flows/$flowId",
    "designer-fields": "/flows/$flowId",
    "designer-frames": "/flows/$flowId",
    "designer-helper": "/flows/$flowId",
    "breaks-callers": "/flows/$flowId",
    "designer-list": "/flows/$flowId",
    "designer-schedule": "/flows/$flowId",
    "designer-outline": "/flows/$flowId",
    "designer-test": "/flows/$flowId",
    "designer-versions": "/flows/$flowId",
    "designer-yaml": "/flows/$flowId",
    "add-card": "/flows/$flowId",
    "session-ended": "/flows/$flowId",
    "history": "/history",
    "run": "/history/$runId",
    "run-failed": "/history/$runId",
    "run-unknown": "/history/$runId",
    "compare": "/history/$runId/compare/$otherId",
    "inbox": "/inbox",
    "inbox-alike": "/inbox",
    "tables": "/tables",
    "table-form": "/tables",
    "table": "/tables/$tableId",
    "table-refused": "/tables/$tableId",
    "connections": "/connections",
    "connect": "/connections",
    "connect-guide": "/connections",
    "scopes": "/connections",
    "connection-not-revoked": "/connections",
    "consent": "",  # the app's own page
    "connectors": "/connectors",
    "connector": "/connectors/$name",
    "connector-try": "/connectors/$name",
    "connector-edit": "/connectors/$name/edit",
    "connector-by-hand": "/new-connector",
    "connector-editor": "/new-connector",
    "connector-from-file": "/new-connector",
    "events": "/events",
    "events-hooks": "/events",
    "events-endpoints": "/events",
    "events-schedules": "/events",
    "sandbox": "/sandbox",
    "sandbox-person": "/sandbox",
    "sandbox-break": "/sandbox",
    "sandbox-broken": "/sandbox",
    "sandbox-ledger": "/sandbox",
    "templates": "/templates",
    "template": "/templates",
    "settings": "/settings",
}
_LONGEST_TOLD = 25_000
_RULES: JSON = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
# All that can be otherwise in the dark: the elements are the same.
_COLOURS: JSON = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
# Until what was changed is painted and no colour is on its way to another one; two seconds at most, as an animation of
# what has gone meanwhile may never end.
_STILL = """async () => {
  const moves = (one) => one.playState === "running" && one.effect?.getComputedTiming().endTime !== Infinity;
  const frame = () => new Promise((done) => { requestAnimationFrame(done); setTimeout(done, 250); });
  const latest = performance.now() + 2000;
  do {
    await frame();
    await frame();
  } while (document.getAnimations().some(moves) && performance.now() < latest);
}"""


def serious(of: Page | Locator, run: JSON = _RULES) -> list[str]:
    """What axe finds that keeps people out (WCAG 2 A and AA, impact serious or critical), on a page or a part of it."""
    page = of if isinstance(of, Page) else of.page
    page.evaluate(_STILL)
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    # What passed is not wanted: telling where that is takes longer than finding it. Nor are stylesheets to be loaded
    # anew where a page could not load them, which the page's policy refuses: no rule that holds here asks for them.
    options = {"runOnly": run, "resultTypes": ["violations"], "preload": False}
    if isinstance(of, Page):
        found = of.evaluate("options => axe.run(document, options)", options)
    else:
        found = of.evaluate("(part, options) => axe.run(part, options)", options)
    return [
        f"{one['id']}: {one['help']}: {node['html'][:400]} {node.get('failureSummary', '')}"
        for one in found["violations"]
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]


def looks(page: Page, name: str, part: Locator | None = None) -> None:
    """Nothing keeps people out of this screen, in light and in the dark; pictures of both, if they are wanted.

    Args:
        page: what shows it; it is light before and behind.
        name: of ``SCREENS``.
        part: what axe is to look at, where it has seen the rest of the page; None for all.
    """
    assert _shows(page, SCREENS[name]), f"{name} is said to be {SCREENS[name]}, and this is {page.url}"
    ours = SCREENS[name] != ""
    pictures = bool(os.environ.get("KEYTURN_SCREENS"))
    if pictures:
        _clear(page)
    for scheme in SCHEMES:
        turn(page, scheme, ours=ours)
        if pictures:
            page.evaluate(_STILL)
            page.screenshot(path=FOLDER / f"{name}-{scheme}.png")
        found = serious(part or page, _RULES if scheme == "light" else _COLOURS)
        assert not found, (name, scheme, found)
    turn(page, "light", ours=ours)


def serious_in_both(page: Page, part: Locator) -> list[str]:
    """What keeps people out of a part of the page, in light or in the dark; the page is light before and behind."""
    found: list[str] = []
    for scheme in SCHEMES:
        turn(page, scheme)
        found += serious(part, _RULES if scheme == "light" else _COLOURS)
    turn(page, "light")
    return found


def _clear(page: Page) -> None:
    """Wait until what tells of something done has gone by itself: it stands before the screen."""
    expect(page.get_by_role("alert").get_by_role("button", name="Close")).to_have_count(0, timeout=_LONGEST_TOLD)


def turn(page: Page, scheme: str, *, ours: bool = True) -> None:
    """Have the system's colours be light or dark; a page of ours follows them."""
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
    if ours:
        expect(page.locator("html")).to_have_css("color-scheme", scheme)
        assert not page.evaluate("document.getAnimations().length"), "it moves for people who want no motion"


def _shows(page: Page, route: str) -> bool:
    """Whether a page is at an address of this route."""
    if route in ("", "$"):
        return True
    path = re.escape(route).replace(r"\$", "$")
    return bool(re.fullmatch(re.sub(r"\$\w+", "[^/]+", path), urlsplit(page.url).path))
