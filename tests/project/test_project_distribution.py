"""Tests are spread over processes as ``tests/distribution.py`` says."""

from __future__ import annotations

from distribution import LONGEST_FIRST, unit_of
from project_files import ROOT


def test_what_is_said_to_take_long_is_there() -> None:
    for long in LONGEST_FIRST:
        for place in long.places:
            assert (ROOT / place).exists(), f"{place}: mend LONGEST_FIRST"


def test_a_file_stays_together_and_what_is_cut_falls_into_its_parts() -> None:
    assert unit_of("tests/library/test_a.py::test_x") == unit_of("tests/library/test_a.py::test_y[1::2]")
    assert unit_of("tests/library/test_a.py::test_x") != unit_of("tests/library/test_b.py::test_x")
    crash = {unit_of(f"tests/crash/test_crash_points.py::test_killed_at[{number}]") for number in range(50)}
    assert len(crash) == 2


def test_what_takes_long_is_begun_first() -> None:
    files = ["tests/access/test_a.py", "tests/web/test_web_flows.py", "tests/web/test_web_designer.py"]
    assert sorted(files, key=lambda file: unit_of(f"{file}::test")) == files[::-1]
