"""One sandbox and two filled databases for all cases of a test process, and the table at the end."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from killable import import_program
from postgres import Databases
from support_crash import Seeds, Tenants, seed, wait_for_file

from keyturn.cli.demo.processes import Process
from keyturn.sandbox.client import SandboxClient, read_urls
from keyturn.sandbox.people import company

_PLAIN = re.compile(r"[a-z.]+@[a-z.]+")
HEAD = ("point", "moment", "unknown", "at death", "a person says", "in all", "end")


@pytest.fixture(scope="session")
def tenants() -> Iterator[Tenants]:
    """The sandbox, in a process of its own."""
    folder = Path(tempfile.mkdtemp(prefix="keyturn-crash-"))
    urls_file = folder / "sandbox.json"
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KEYTURN_")}
    sandbox = Process(["sandbox", "serve", "--urls", str(urls_file)], kept, folder / "sandbox.log")
    try:
        wait_for_file(urls_file)
        urls = read_urls(urls_file)
        yield Tenants(urls, SandboxClient(urls))
    finally:
        sandbox.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def people() -> list[str]:
    """People that the apps let be suspended: no administrators, no guests; with plain names."""
    return [
        person.login for person in company() if not person.admin and not person.guest and _PLAIN.fullmatch(person.login)
    ]


@pytest.fixture(scope="session")
def seeds(databases: Databases, tenants: Tenants, tmp_path_factory: pytest.TempPathFactory) -> Seeds:
    """Filled databases, for each case to have a copy."""
    import_program()
    data = tmp_path_factory.mktemp("crash")

    async def fill() -> Seeds:
        urls = {unknown: await seed(databases, tenants, data, unknown) for unknown in ("repeat", "ask")}
        return Seeds(databases, tenants, data, urls)  # type: ignore[arg-type]

    return asyncio.run(fill())


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what every killed process left and how it ended, whichever process ran the case."""
    reports = [report for reports in terminalreporter.stats.values() for report in reports]
    properties = [pair for report in reports for pair in getattr(report, "user_properties", ())]
    rows = [tuple(str(value).split("\t")) for name, value in properties if name == "crash"]
    rows = sorted(set(rows), key=rows.index)  # each phase of a test reports them
    loops = sorted(
        {str(value) for report in reports for name, value in getattr(report, "user_properties", ()) if name == "loop"}
    )
    if loops:
        terminalreporter.section("loops that were killed at random")
        for loop in loops:
            terminalreporter.write_line(loop)
    if rows:
        widths = [max(len(row[column]) for row in (HEAD, *rows)) for column in range(len(HEAD))]
        terminalreporter.section(f"killed at {len(rows)} places")
        for row in (HEAD, *rows):
            terminalreporter.write_line("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)))
