"""Where the examples are: in the installed package, or beside the sources in a checkout."""

from __future__ import annotations

from pathlib import Path

import keyturn


def examples_folder(name: str) -> Path:
    """The folder of an example.

    Raises:
        FileNotFoundError: it is not installed.
    """
    package = Path(keyturn.__file__).parent
    for folder in (package / "examples" / name, package.parents[1] / "examples" / name):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(f"the example {name!r} is not installed")
