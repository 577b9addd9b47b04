"""Where the examples are: in the installed package, or beside the sources in a checkout."""

from __future__ import annotations

from pathlib import Path

import keyturn


def examples_folder(name: str) -> Path:
    """The folder of an example.

    Raises:
        FileNotFoundError: it is not installed.
    """
    folder = all_examples()
    if folder is None or not (folder / name).is_dir():
        raise FileNotFoundError(f"the example {name!r} is not installed")
    return folder / name


def all_examples() -> Path | None:
    """The folder that has a folder for each example; None if they are not installed."""
    package = Path(keyturn.__file__).parent
    return next((folder for at in (package, package.parents[1]) if (folder := at / "examples").is_dir()), None)
