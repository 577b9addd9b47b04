"""The file in which a running sandbox says where its tenants are, and what keeps it to one sandbox."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Generator
from pathlib import Path

from keyturn.sandbox.client import SandboxCallError, SandboxClient, read_urls
from keyturn.sandbox.config import SandboxStartError

_PATIENCE = 2.0  # seconds


@contextlib.contextmanager
def claimed(path: Path, why: str) -> Generator[None]:
    """Have a file to oneself, by a lock beside it that ends with the process, however that ends.

    The lock's own file stays: one that was removed could be held by two.

    why: what to tell of the one who has it.

    Raises:
        SandboxStartError: another sandbox has it, in whatever process, or it cannot be locked.
    """
    lock = path.with_name(path.name + ".lock")
    try:
        lock.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise SandboxStartError(f"{lock} cannot be written: {error.strerror}. Name another file.") from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(descriptor)
        told = why if isinstance(error, BlockingIOError) else f"{lock} cannot be locked: {error.strerror}."
        raise SandboxStartError(told) from error
    try:
        yield
    finally:
        fcntl.flock(descriptor, fcntl.LOCK_UN)  # by name, as a forked child may have the descriptor too
        os.close(descriptor)


def runs_already(path: Path) -> str:
    """What to tell of the sandbox whose addresses are in a file."""
    return f"A sandbox runs already; its addresses are in {path}. Stop it first, or name another file with --urls."


def refuse_another(path: Path) -> None:
    """Leave the file to the sandbox that is named in it, if that one still answers.

    Raises:
        SandboxStartError: it does.
    """
    with contextlib.suppress(SandboxCallError, KeyError):  # nobody is there, or what is there is none
        SandboxClient(read_urls(path), timeout=_PATIENCE).faults()
        raise SandboxStartError(runs_already(path))


def write_addresses(path: Path, content: bytes) -> None:
    """Write a file that only its owner can read; it appears whole or not at all.

    Raises:
        SandboxStartError: it cannot be written.
    """
    beside = path.with_name(path.name + ".new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.unlink(missing_ok=True)
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        os.replace(beside, path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise SandboxStartError(f"{path} cannot be written: {error.strerror}. Name another file.") from error


def remove_addresses(path: Path, content: bytes) -> None:
    """Remove the file, unless it is another sandbox's by now."""
    with contextlib.suppress(FileNotFoundError):
        if path.read_bytes() == content:
            path.unlink()
