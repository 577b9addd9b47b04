"""The program behind ``keyturn worker``. It loads nothing of the server, which would take as long as all else."""

from __future__ import annotations

from keyturn.app.main import run_worker
from keyturn.app.settings import Settings
from keyturn.app.wiring import CANNOT_START
from keyturn.engine.points import Watcher

from .running import run


def worker(settings: Settings, watcher: Watcher | None = None) -> None:
    """Work until SIGINT or SIGTERM; a watcher is told of each commit point."""
    run(run_worker(settings, watcher), settings, CANNOT_START)
