"""The checker on the event card ``schedule``: problems with their place, and what cards can refer to."""

from __future__ import annotations

import pytest

from keyturn.cards.catalogue import BuiltInCards
from keyturn.flows.checker import check
from keyturn.flows.problems import Problem
from keyturn.flows.yaml_format import load, locate_all

FLOW = """\
id: f
name: F
event:
  card: schedule
  options:
    {options}
cards:
  - id: say
    card: text.compose
    inputs: {{text: "{{{{ event.{field} }}}}"}}
"""


def found(options: str, field: str = "due_time") -> list[Problem]:
    text = FLOW.format(options=options.replace("\n", "\n    "), field=field)
    loaded = load(text)
    assert loaded.flow is not None, loaded.problems
    return locate_all(text, check(loaded.flow, BuiltInCards()))


@pytest.mark.parametrize(
    "options",
    [
        "cron: 0 9 * * MON\nzone: Europe/Berlin",
        "unit: weeks\nevery: 2\nweekdays: [monday]\nat: 09:00",
        "unit: weeks\nweekdays: friday",
        "unit: months\nday: 31\nstart: 2026-12-01T09:00\nend: 2030-01-01",
        'unit: minutes\nevery: "15"',
    ],
)
def test_right_schedules_have_no_problems(options: str) -> None:
    assert found(options) == []


@pytest.mark.parametrize(
    ("options", "code", "field", "line"),
    [
        ("cron: 0 9 * *", "bad-cron", "cron", 6),
        ("unit: days\nzone: Europe/Berln", "unknown-zone", "zone", 7),
        ("unit: minutes\nevery: 0", "interval-too-short", "every", 7),
        ("zone: UTC", "bad-schedule", "unit", 5),
        ("unit: days\nevery: 2\nday: 4", "bad-schedule", "day", 8),
        ("cron: 0 0 1 1 *\nend: 1999-01-01", "never-due", "options", 5),
        ("unit: fortnights", "unknown-choice", "unit", 6),
        ("unit: days\ndays: 3", "unknown-option", "days", 7),
        ("unit: days\nevery: often", "bad-value", "every", 7),
    ],
)
def test_problems_have_their_place(options: str, code: str, field: str, line: int) -> None:
    problems = found(options)
    assert [(p.code, p.field, p.line) for p in problems] == [(code, field, line)]
    assert problems[0].mend


def test_its_outputs_are_known() -> None:
    assert [p.code for p in found("unit: days", "due")] == ["unknown-output"]
    for field in ("execution_id", "execution_time", "due_time", "skipped"):
        assert found("unit: days", field) == []
