"""The exit code of ``make demo``: 0 if and only if the demo's is."""

from __future__ import annotations

import os
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
    # Called by another make, as these tests are by make test, GNU make prints the directory before and after.
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    done = subprocess.run(command, cwd=tmp_path, env=plain, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (made, "last\n"), done.stderr
