"""Keeps the demo's processes up: one that has ended is started again, and the calls that it missed are made again."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from keyturn.flows.json import JSON

from ..api import Api, ApiError
from .processes import DemoFailed, Process, tail, wait_for

_TRIES = 3
_BETWEEN_TRIES_SECONDS = 1.0
_UNREACHABLE_SECONDS = 60.0
_POLL_SECONDS = 0.1
_UNREACHABLE = (None, 503)

_Answer = TypeVar("_Answer")


@dataclass(frozen=True, slots=True)
class Kept:
    """A process that is to be up.

    Attributes:
        what: its name, as a sentence begins with it.
        ready: whether it does its work.
        told: what is said when it has been started again.
    """

    process: Process
    what: str
    ready: Callable[[], bool]
    told: str


@dataclass(slots=True)
class Watch:
    """Starts processes, and again when they have ended.

    Attributes:
        tell: called with a sentence for each restart.
        seconds: how long a process may take to become ready.
    """

    tell: Callable[[str], None]
    seconds: float
    pause: Callable[[float], None] = field(default=time.sleep)
    _kept: list[Kept] = field(default_factory=list[Kept])

    def keep(self, kept: Kept) -> None:
        """Wait until a process that was just started is ready, and keep it up from now on. Raises DemoFailed."""
        self._await(kept)
        self._kept.append(kept)

    def look(self) -> bool:
        """Start again what has ended; whether anything had.

        Raises:
            DemoFailed: it cannot be started again.
        """
        gone = [kept for kept in self._kept if not kept.process.alive()]
        for kept in gone:
            self._revive(kept)
        return bool(gone)

    def _revive(self, kept: Kept) -> None:
        self.tell(f"{kept.what} was gone; it is started again{kept.told}.")
        for _ in range(_TRIES):
            kept.process.revive()
            try:
                self._await(kept)
                return
            except DemoFailed:
                if kept.process.alive():
                    raise
            self.pause(_BETWEEN_TRIES_SECONDS)
        log = kept.process.log
        raise DemoFailed(
            f"{kept.what} was gone and cannot be started again: it stopped {_TRIES} times while starting. "
            f"The end of its log:\n{tail(log)}",
            f"The whole log is in {log}.",
        )

    def _await(self, kept: Kept) -> None:
        wait_for(kept.ready, self.seconds, kept.process.alive, kept.what, kept.process.log)


@dataclass(frozen=True, slots=True)
class SteadyApi:
    """The API of a server that may be killed at any time.

    A call that found no server is made again once there is one. All that the demo asks for may be asked twice.
    """

    api: Api
    watch: Watch
    now: Callable[[], float] = field(default=time.monotonic)

    def get(self, path: str, **query: str | int | bool | None) -> JSON:
        """Read. Raises ApiError, DemoFailed."""
        return self._steady(lambda: self.api.get(path, **query))

    def post(self, path: str, body: JSON = None) -> JSON:
        """Do. Raises ApiError, DemoFailed."""
        return self._steady(lambda: self.api.post(path, body))

    def put(self, path: str, body: JSON = None) -> JSON:
        """Set. Raises ApiError, DemoFailed."""
        return self._steady(lambda: self.api.put(path, body))

    def rows(self, path: str, most: int) -> list[dict[str, JSON]]:
        """Rows of a listing, ``most`` at most. Raises ApiError, DemoFailed."""
        return self._steady(lambda: list(self.api.rows(path, most)))

    def _steady(self, call: Callable[[], _Answer]) -> _Answer:
        deadline = self.now() + _UNREACHABLE_SECONDS
        while True:
            try:
                return call()
            except ApiError as error:
                if error.status not in _UNREACHABLE or self.now() > deadline:
                    raise
            # A process that was just killed may still look alive for a moment.
            if not self.watch.look():
                self.watch.pause(_POLL_SECONDS)
