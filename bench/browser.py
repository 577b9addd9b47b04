"""What the measurements in Chromium share: they use a Keyturn that runs, by a sign-in link, and keep their figures."""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from playwright.sync_api import Page, sync_playwright


def measured(
    about: str | None, measure: Callable[[Page, str], dict[str, object]], out: Path, options: Sequence[str] = ()
) -> dict[str, object]:
    """Measure as the command line says, print the figures and keep them in a file; gives them.

    Args:
        about: what the command does, for its help.
        measure: gives the figures, by a page and the sign-in link.
        out: the file, where the command line names no other.
        options: of Chromium, beside those that are always needed.
    """
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("link", help="a sign-in link: keyturn sign-in")
    parser.add_argument("--out", type=Path, default=out)
    given = parser.parse_args()
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", *options])
        page = browser.new_page(viewport={"width": 1600, "height": 900})
        figures = measure(page, given.link) | {
            "browser": browser.version,
            "machine": f"{platform.machine()}, {os.cpu_count()} processors",
            "load_average": round(os.getloadavg()[0], 2),
        }
        browser.close()
    told = json.dumps(figures, indent=2)
    given.out.write_text(told + "\n", encoding="utf-8")
    print(told)
    return figures
