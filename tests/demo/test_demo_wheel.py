"""The wheel, installed into an empty virtual environment, runs the demo too."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from support_demo import data_folder, run_demo

pytestmark = pytest.mark.timeout(400)

ROOT = Path(__file__).parents[2]


def call(*command: str | Path) -> None:
    done = subprocess.run([str(part) for part in command], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr + done.stdout


def test_the_wheel_in_an_empty_environment_runs_the_demo(tmp_path: Path) -> None:
    uv, environment = Path(sys.executable).parent / "uv", tmp_path / "venv"
    python = environment / "bin" / "python"
    built = tmp_path / "dist"
    call(uv, "build", "--wheel", "--no-build-isolation", "--python", sys.executable, "--out-dir", built)
    (wheel,) = built.glob("*.whl")
    call(uv, "venv", "--python", sys.executable, environment)
    call(uv, "pip", "install", "--python", python, "--require-hashes", "-r", "requirements/run.txt")
    call(uv, "pip", "install", "--python", python, "--no-deps", wheel)
    with data_folder() as data:
        code, text, summary = run_demo(data, program=environment / "bin" / "keyturn")
    assert (code, summary["ok"]) == (0, True), text
