"""Files that commands write."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from .exits import Exit, leave


@contextmanager
def writing(path: Path) -> Generator[None]:
    """What cannot be written ends the command, which says what it is and why."""
    try:
        yield
    except OSError as error:
        why = f": {error.strerror}" if error.strerror else ""
        mend = "Name another one, or make its folder first." if isinstance(error, FileNotFoundError) else ""
        leave(Exit.USAGE, f"{error.filename or path} cannot be written{why}.", mend or "Name another one.")
