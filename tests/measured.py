"""What tests have measured is told in the end, whichever process measured it: ``record_property("measured", "...")``.

A pytest plugin that ``conftest.py`` takes over.
"""

from __future__ import annotations

import pytest


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print a line for each."""
    reports = [report for reports in terminalreporter.stats.values() for report in reports]
    pairs = [pair for report in reports for pair in getattr(report, "user_properties", ())]
    lines = dict.fromkeys(str(value) for name, value in pairs if name == "measured")
    if lines:
        terminalreporter.section("measured")
        for line in lines:
            terminalreporter.write_line(line)
