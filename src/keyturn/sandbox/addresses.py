"""The file in which a running sandbox says where its tenants are."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from keyturn.sandbox.client import SandboxCallError, SandboxClient, read_urls
from keyturn.sandbox.config import SandboxStartError

_PATIENCE = 2.0  # seconds


def refuse_another(path: Path) -> None:
    """Leave the file to the sandbox that is named in it, if that one still answers.

    Raises:
        SandboxStartError: it does.
    """
    with contextlib.suppress(SandboxCallError, KeyError):  # nobody is there, or what is there is none
        SandboxClient(read_urls(path), timeout=_PATIENCE).faults()
        raise SandboxStartError(
            f"A sandbox runs already; its addresses are in {path}. Stop it first, or name another file with --urls."
        )


def write_addresses(path: Path, content: bytes) -> None:
    """Write a file that only its owner can read; it appears whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(path.name + ".new")
    beside.unlink(missing_ok=True)
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    os.replace(beside, path)


def remove_addresses(path: Path, content: bytes) -> None:
    """Remove the file, unless it is another sandbox's by now."""
    with contextlib.suppress(FileNotFoundError):
        if path.read_bytes() == content:
            path.unlink()
