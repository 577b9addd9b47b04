"""What keeps the demo's processes up, and when it gives up."""

from __future__ import annotations

from pathlib import Path

import pytest

from keyturn.cli.demo.processes import DemoFailed, Process
from keyturn.cli.demo.watch import Kept, Watch


def test_what_stops_at_each_start_is_given_up_with_the_end_of_its_log(tmp_path: Path) -> None:
    said, pauses, ready = list[str](), list[float](), [True]
    process = Process(["runs", "nonsense"], {}, tmp_path / "server.log")
    watch = Watch(said.append, 60, pauses.append)
    watch.keep(Kept(process, "The server", lambda: bool(ready), " and the runs go on"))
    process.stop()
    ready.clear()
    with pytest.raises(DemoFailed, match="cannot be started again: it stopped 3 times") as failed:
        watch.look()
    assert "nonsense" in str(failed.value)
    assert str(tmp_path / "server.log") in failed.value.mend
    assert said == ["The server was gone; it is started again and the runs go on."]
    assert len(pauses) == 3


def test_what_runs_is_left_alone(tmp_path: Path) -> None:
    said = list[str]()
    watch = Watch(said.append, 60)
    process = Process(["sandbox", "serve", "--urls", str(tmp_path / "urls.json")], {}, tmp_path / "sandbox.log")
    try:
        watch.keep(Kept(process, "The sandbox", (tmp_path / "urls.json").exists, ""))
        before = process.pid
        assert not watch.look()
        assert process.pid == before
        assert said == []
    finally:
        process.stop()
