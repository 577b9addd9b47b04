"""The exit code of ``make demo``: 0 if and only if the demo's is."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(("code", "made"), [(0, 0), (1, 1), (3, 1)])
def test_make_tells_whether_the_demo_went_well(tmp_path: Path, code: int, made: int) -> None:
    program = tmp_path / "bin" / "keyturn"
    program.parent.mkdir()
    (tmp_path / ".venv").mkdir()
    program.write_text(f"#!/bin/sh\necho last; exit {code}\n")
    program.chmod(0o755)
    command = ["make", "-f", str(ROOT / "Makefile"), "-o", "setup", "demo", "ONCE=1", f"bin={program.parent}"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (made, "last\n"), done.stderr
