"""The server's folder: made with the right owner, or refused. No folder that was there before is opened up."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from .errors import FolderRefused
from .identity import Identity

_ELSEWHERE = "Set KEYTURN_DATA to a folder that everybody may enter, for example /var/lib/keyturn."


def prepare_folder(folder: Path, who: Identity) -> None:
    """Make the server's folder: mode 0700, owned by its user.

    Args:
        folder: an absolute path without symbolic links.

    Raises:
        FolderRefused: its user cannot reach it, it belongs to somebody else, or it cannot be made.
    """
    try:
        _check_parents(folder, who)
        _make_parents(folder, who)
        if not folder.exists():
            folder.mkdir(mode=0o700)
            who.own(folder)
        _check_owner(folder, who)
    except OSError as error:
        raise FolderRefused(
            f"Postgres cannot keep its data in {folder}: {error.strerror} ({error.filename}).",
            "Set KEYTURN_DATA to a folder that this user may write to.",
        ) from error


def _check_parents(folder: Path, who: Identity) -> None:
    blocked = who.blocked_at(folder)
    if blocked is not None:
        raise FolderRefused(f"Postgres cannot keep its data in {folder}: its user may not enter {blocked}.", _ELSEWHERE)


def _make_parents(folder: Path, who: Identity) -> None:
    """Make what is missing above the folder, so that the server's user can pass whatever the umask is."""
    for parent in reversed(folder.parents):
        if not parent.exists():
            parent.mkdir(exist_ok=True)
            if who.other:
                parent.chmod(0o711)


def _check_owner(folder: Path, who: Identity) -> None:
    state = folder.lstat()
    if not stat.S_ISDIR(state.st_mode):
        raise FolderRefused(f"{folder} is not a folder.", "Move it away, or set KEYTURN_DATA to another folder.")
    if who.other and state.st_uid == os.geteuid() and not any(folder.iterdir()):
        # An empty one that root made, such as a fresh volume, is ours to give away.
        who.own(folder)
    elif state.st_uid != who.uid:
        raise FolderRefused(
            f"The folder {folder} belongs to another user (number {state.st_uid}, not {who.uid}).",
            "Set KEYTURN_DATA to another folder, or run Keyturn as the user that made it.",
        )
    if stat.S_IMODE(state.st_mode) & 0o077:
        folder.chmod(0o700)
