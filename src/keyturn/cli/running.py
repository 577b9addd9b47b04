"""How a program that runs for long loads its modules, and runs."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Coroutine, Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from .exits import Exit, leave_by

if TYPE_CHECKING:
    from keyturn.app.settings import Settings


YOUNG = 20_000  # new objects left when the collector looks at them; with Python's 700 it looks several times a run


@contextmanager
def loading() -> Generator[None]:
    """Load modules without looking for garbage meanwhile: what is loaded stays.

    It is never looked through later either, so that full collections of a running server have little to do.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def run(program: Coroutine[Any, Any, None], settings: Settings, cannot_start: tuple[type[Exception], ...]) -> None:
    """Run a program on the faster loop; ends this process, with words, if it cannot start."""
    import uvloop

    from keyturn.app.logs import configure

    configure(settings.log_level)
    gc.set_threshold(YOUNG, 10, 10)  # nearly everything is gone when the last reference to it is
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(program)
    except cannot_start as error:
        leave_by(Exit.UNREACHABLE, "Keyturn cannot start:", error)
