"""Exit codes, and how a command ends with one."""

from __future__ import annotations

from enum import IntEnum
from typing import NoReturn

import typer


class Exit(IntEnum):
    """What the exit code of a command says."""

    GOOD = 0
    BAD = 1
    USAGE = 2
    UNREACHABLE = 3
    FORBIDDEN = 4


def leave_by(code: Exit, lead: str, error: Exception) -> NoReturn:
    """End the command with an error, its advice (``mend``) in a line of its own, whether its words have that or not."""
    mend = str(getattr(error, "mend", ""))
    leave(code, f"{lead} {str(error).removesuffix(mend).rstrip()}", mend)


def leave(code: Exit, message: str, mend: str = "") -> NoReturn:
    """End the command with a message on standard error."""
    typer.echo(f"{message}\n{mend}".rstrip(), err=True)
    raise typer.Exit(int(code))
