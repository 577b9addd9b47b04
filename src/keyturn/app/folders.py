"""Data folders."""

from __future__ import annotations

from pathlib import Path

# The user that the embedded Postgres runs as must be able to enter it, whatever the umask; what is private in it
# has its own rights.
_MODE = 0o755


class DataFolderUnusable(Exception):
    """A data folder cannot be made."""

    mend = "Name another folder in KEYTURN_DATA, or have this user make that one."


def make_data_folder(folder: Path) -> None:
    """Make a data folder, and those above it, if they are not there; rights of existing ones are not changed.

    Raises:
        DataFolderUnusable: it cannot be made.
    """
    try:
        missing = [path for path in (folder, *folder.parents) if not path.exists()]
        for path in reversed(missing):
            path.mkdir(exist_ok=True)
            path.chmod(_MODE)
    except OSError as error:
        raise DataFolderUnusable(f"the data folder {folder} cannot be made: {error.strerror}.") from error
