"""Data folders."""

from __future__ import annotations

from pathlib import Path

# The user that the embedded Postgres runs as must be able to enter it, whatever the umask; what is private in it
# has its own rights.
_MODE = 0o755


def make_data_folder(folder: Path) -> None:
    """Make a data folder, and those above it, if they are not there; rights of existing ones are not changed."""
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    for path in reversed(missing):
        path.mkdir(exist_ok=True)
        path.chmod(_MODE)
