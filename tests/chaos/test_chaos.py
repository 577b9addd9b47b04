"""A small chaos, as a person runs it; and its end when it is killed itself."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from pathlib import Path

import orjson
import psutil
import pytest
from support_chaos import until

pytestmark = pytest.mark.timeout(400)

PROGRAM = Path(__file__).parents[2] / "bench" / "chaos" / "chaos.py"


def command(*arguments: str) -> list[str]:
    return [sys.executable, str(PROGRAM), *arguments]


def test_a_small_chaos_loses_nothing_and_does_nothing_twice() -> None:
    done = subprocess.run(command("--seed", "3", "--events", "30"), capture_output=True, text=True, check=False)
    assert done.stdout, done.stderr
    summary = orjson.loads(done.stdout.splitlines()[-1])
    assert (summary["duplicates"], summary["lost"], summary["never_resumed"]) == (0, 0, 0), done.stdout
    # How soon runs are resumed is for a machine of its own: here others may have the processor.
    assert summary["died_by_themselves"] == 0, done.stderr
    assert summary["ok"] or summary["resumed_worst_s"] >= 10 or summary["runs_of_killed_workers"] == 0
    assert done.returncode == (0 if summary["ok"] else 1)
    assert summary["accepted"] > 0
    assert summary["root_runs"] >= 3 * summary["accepted"]  # the offboarding, the follow-up, and what that starts
    assert summary["disturbances"]


def started_by(pid: int, folder: Path) -> list[psutil.Process]:
    """The processes of a chaos run, wherever they hang in the tree: they know its folder, or are its children."""
    found = psutil.Process(pid).children(recursive=True)
    pids = {process.pid for process in found}
    for process in psutil.process_iter(["cmdline"]):
        words = process.info["cmdline"] or []
        if process.pid not in pids and any(str(folder) in word for word in words):
            found.append(process)
    return found


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_chaos_that_is_ended_leaves_no_process(number: signal.Signals) -> None:
    before = set(Path("/tmp").glob("keyturn-chaos-*"))
    chaos = subprocess.Popen(
        command("--seed", "3", "--events", "1000"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        until(lambda: any(_is_up(folder) for folder in set(Path("/tmp").glob("keyturn-chaos-*")) - before))
        (folder,) = (folder for folder in set(Path("/tmp").glob("keyturn-chaos-*")) - before if _is_up(folder))
        processes = started_by(chaos.pid, folder)
        assert len(processes) > 3
    finally:
        chaos.send_signal(number)
        chaos.wait()
    _, left = psutil.wait_procs(processes, timeout=60)
    assert not left
    if number is signal.SIGTERM:  # it could still have its logs kept
        assert [path.name for path in folder.iterdir()] == ["logs"]
        shutil.rmtree(folder)
    until(lambda: not folder.exists())


def _is_up(folder: Path) -> bool:
    """Whether the programs were started: the last worker has its log."""
    return (folder / "logs" / "worker-3.log").exists()
