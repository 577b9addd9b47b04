"""The program behind ``keyturn worker``. It loads nothing of the server, which would take as long as all else."""

from __future__ import annotations

from keyturn.app.main import run_worker
from keyturn.app.settings import Settings
from keyturn.app.wiring import CANNOT_START

from .running import run


def worker(settings: Settings) -> None:
    """Work until SIGINT or SIGTERM."""
    run(run_worker(settings), settings, CANNOT_START)
