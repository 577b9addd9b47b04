"""A process that obeys orders at the commit points: it is killed, stalled or held up exactly there.

It is forked from a server that has imported the program (``multiprocessing``'s forkserver), as an import takes
seconds and a crash suite makes a hundred processes. What it runs is the program as it is wired, with a watcher.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Literal
from uuid import UUID

import uvloop

from keyturn.app.logs import configure
from keyturn.app.main import answering, working
from keyturn.app.settings import Settings
from keyturn.app.wiring import App, open_app
from keyturn.cli.running import YOUNG
from keyturn.engine.history import Answer
from keyturn.engine.points import Moment, Point
from keyturn.engine.ports import StoreUnavailable
from keyturn.flows.json import JSON, Values
from keyturn.server import create_server
from keyturn.server.serving import listen, serve

LONGEST = 60.0
_FORKS = get_context("forkserver")
_FORKS.set_forkserver_preload(["__main__", "keyturn.app.wiring", "keyturn.app.main", "keyturn.server.serving"])

Act = Literal["kill", "stall", "hold", "raise", "hand back"]


@dataclass(frozen=True)
class Order:
    """What happens when a point is reached for the ``number``-th time.

    Attributes:
        act: die by SIGKILL; stop by SIGSTOP until SIGCONT comes; hold this one task until SIGUSR1 comes; have the
            database seem away; ask the worker to stop.
    """

    point: Point
    moment: Moment
    act: Act = "kill"
    number: int = 1


@dataclass(frozen=True)
class Work:
    """Carry out runs until SIGTERM."""


@dataclass(frozen=True)
class Serve:
    """Serve until SIGTERM; the port is told."""


@dataclass(frozen=True)
class StartByHand:
    """Start a flow by hand, once, with a key, and stay for what goes on in the background until SIGTERM."""

    flow: str
    inputs: Values
    key: str


@dataclass(frozen=True)
class Cancel:
    """Cancel a run."""

    run: UUID


@dataclass(frozen=True)
class Decide:
    """Say what happened to an effect."""

    run: UUID
    path: str
    attempt: int
    answer: Answer
    by: str


@dataclass(frozen=True)
class Rerun:
    """Run again from a card."""

    run: UUID
    path: str


@dataclass(frozen=True)
class Resume:
    """Call a resume address."""

    address: str
    body: JSON


Task = Work | Serve | StartByHand | Cancel | Decide | Rerun | Resume


class Obedient:
    """Tells of each point with an order, and obeys."""

    def __init__(self, orders: Sequence[Order], told: Connection) -> None:
        self._orders = orders
        self._told = told
        self._reached = Counter[tuple[Point, Moment]]()
        self.app: App | None = None
        self.released = asyncio.Event()

    async def reached(self, point: Point, moment: Moment) -> None:
        self._reached[point, moment] += 1
        for order in self._orders:
            if (order.point, order.moment, order.number) == (point, moment, self._reached[point, moment]):
                self._told.send((point.label, moment.value))
                await self._obey(order.act)

    async def _obey(self, act: Act) -> None:
        match act:
            case "kill":
                os.kill(os.getpid(), signal.SIGKILL)
            case "stall":
                os.kill(os.getpid(), signal.SIGSTOP)
            case "hold":
                await self.released.wait()
            case "raise":
                raise StoreUnavailable("the connection was cut")
            case "hand back":
                assert self.app is not None
                self.app.worker.stop()


def import_program() -> None:
    """Have the server that processes are forked from import the program; nobody's loop should wait for that."""
    first = _FORKS.Process(target=int)
    first.start()
    first.join()


class Killable:
    """A process that carries out one task with orders; ended with the block."""

    def __init__(self, settings: Settings, task: Task, *orders: Order) -> None:
        self._told, telling = _FORKS.Pipe(duplex=False)
        handle, name = tempfile.mkstemp(prefix="keyturn-killable-", suffix=".log")
        os.close(handle)
        self.log = Path(name)
        # a daemon: it is ended with the test's process, whatever happens
        self._process = _FORKS.Process(target=_main, args=(settings, task, orders, telling, name), daemon=True)
        self._process.start()
        telling.close()

    def __enter__(self) -> Killable:
        return self

    def __exit__(self, *error: object) -> None:
        self._process.kill()
        self._process.join(LONGEST)
        self._told.close()
        self.log.unlink()

    async def told(self) -> object:
        """The next thing that it tells: a point that it reached, or its port."""
        return await asyncio.to_thread(self._hear)

    def _hear(self) -> object:
        assert self._told.poll(LONGEST), f"it reached no point with an order:\n{self._words()}"
        try:
            return self._told.recv()
        except EOFError:
            raise AssertionError(f"it ended without reaching the point:\n{self._words()}") from None

    async def died(self) -> None:
        """Wait until it is dead; by its own hand, and at its point."""
        assert await self._code() == -signal.SIGKILL, self._words()

    async def stalled(self) -> None:
        """Wait until it stands still at its point."""
        await self.told()
        await asyncio.to_thread(self._until_stopped)

    def _until_stopped(self) -> None:
        pid = self._process.pid
        assert pid is not None
        while Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0] not in "Tt":
            time.sleep(0.01)

    def go_on(self) -> None:
        """Let it go on after it was stalled."""
        self._signal(signal.SIGCONT)

    def release(self) -> None:
        """Let the task go on that was held."""
        self._signal(signal.SIGUSR1)

    async def stop(self) -> int:
        """Ask it to stop in order; its exit code."""
        self._signal(signal.SIGTERM)
        return await self._code()

    async def ended(self) -> int:
        """Its exit code, once its task is done."""
        return await self._code()

    def peak_mb(self) -> float:
        """The most memory that it ever had in use, in megabytes; start included."""
        status = Path(f"/proc/{self._process.pid}/status").read_text(encoding="utf-8")
        (line,) = [line for line in status.splitlines() if line.startswith("VmHWM:")]
        return int(line.split()[1]) / 1024

    def words(self) -> str:
        """What it logged."""
        return self._words()

    def _signal(self, number: signal.Signals) -> None:
        assert self._process.pid is not None
        os.kill(self._process.pid, number)

    async def _code(self) -> int:
        await asyncio.to_thread(wait, [self._process.sentinel], LONGEST)
        assert self._process.exitcode is not None, f"it did not end:\n{self._words()}"
        return self._process.exitcode

    def _words(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")[-6000:]


def _main(settings: Settings, task: Task, orders: Sequence[Order], told: Connection, log: str) -> None:
    descriptor = os.open(log, os.O_WRONLY | os.O_APPEND)
    os.dup2(descriptor, 1)
    os.dup2(descriptor, 2)
    configure("info")
    # as the program itself does: what was imported stays, and is not looked through for garbage
    gc.freeze()
    gc.set_threshold(YOUNG, 10, 10)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_carry_out(settings, task, Obedient(orders, told), told))


async def _carry_out(settings: Settings, task: Task, watcher: Obedient, told: Connection) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    loop.add_signal_handler(signal.SIGUSR1, watcher.released.set)
    async with open_app(settings, watcher) as app:
        watcher.app = app
        services = app.services
        match task:
            case Work():
                async with working(app):
                    await stop.wait()
            case Serve():
                async with answering(app):
                    await serve(create_server(services), listen("127.0.0.1", 0), stop, told.send)
            case StartByHand(flow, inputs, key):
                await services.manual.start(flow, inputs, key)
                await stop.wait()
            case Cancel(run):
                await services.runs.cancel(run)
            case Decide(run, path, attempt, answer, by):
                await services.runs.decide(run, path, attempt, answer, None, by)
            case Rerun(run, path):
                await services.runs.rerun(run, path, None)
            case Resume(address, body):
                await services.resumes.call(address, body)
    with contextlib.suppress(BrokenPipeError):
        told.close()
