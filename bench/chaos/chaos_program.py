"""``keyturn server`` or ``keyturn worker``, wired with a watcher that obeys the chaos at a commit point.

    python chaos_program.py ORDER server|worker

An order is a file with a point's name, a moment, an act and seconds. Who reaches the point takes the file and acts.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from enum import StrEnum
from pathlib import Path

from keyturn.app.settings import Settings
from keyturn.cli.server_program import server
from keyturn.cli.worker_program import worker
from keyturn.engine.points import Moment, Point
from keyturn.engine.ports import StoreUnavailable


class Act(StrEnum):
    """What happens at the point: to the process, or to whatever reached it."""

    KILL = "kill"
    STALL = "stall"
    DELAY = "delay"
    RAISE = "raise"


def give(order: Path, point: Point, moment: Moment, act: Act, seconds: float) -> None:
    """Leave an order; it is there whole or not at all."""
    draft = order.with_suffix(".draft")
    draft.write_text(f"{point.label} {moment} {act} {seconds}", encoding="utf-8")
    draft.replace(order)


def withdraw(order: Path) -> bool:
    """Take an order back; whether it was still there."""
    try:
        order.unlink()
    except FileNotFoundError:
        return False
    return True


class Obedient:
    """Implements the watcher of commit points."""

    def __init__(self, order: Path) -> None:
        self._order = order

    async def reached(self, point: Point, moment: Moment) -> None:
        """Obey the order for this point, if there is one."""
        try:
            label, at, act, seconds = self._order.read_text(encoding="utf-8").split(" ")
        except FileNotFoundError:
            return
        if (label, at) == (point.label, moment) and withdraw(self._order):
            await _obey(Act(act), float(seconds))


async def _obey(act: Act, seconds: float) -> None:
    match act:
        case Act.KILL:
            os.kill(os.getpid(), signal.SIGKILL)
        case Act.STALL:
            os.kill(os.getpid(), signal.SIGSTOP)
        case Act.DELAY:
            await asyncio.sleep(seconds)
        case Act.RAISE:
            raise StoreUnavailable("the chaos had the database seem away")


if __name__ == "__main__":
    watcher = Obedient(Path(sys.argv[1]))
    (server if sys.argv[2] == "server" else worker)(Settings(), watcher)
