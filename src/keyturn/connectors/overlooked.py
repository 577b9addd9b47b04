"""What stands where connectors of one's own are looked for, and is not read as one: nobody is to wonder where it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from keyturn.flows.problems import Problem

from .reading import MAIN

_SUFFIXES = (".yaml", ".yml", ".json")
_SAYS = re.compile(r"""^[ \t{]*['"]?connector['"]?[ \t]*:""", re.MULTILINE)


def overlooked(folder: Path) -> Iterator[tuple[Path, Problem]]:
    """Files and folders that hold a connector by what they say, and not by how they are named."""
    for path in sorted(folder.iterdir()):
        if path.is_file() and path.suffix != ".yaml" and _is_manifest(path):
            what = "It holds a connector, and only files that end in .yaml are read."
            yield path, _problem(path, what, f"Name it {path.stem}.yaml.")
        elif path.is_dir() and not (path / MAIN).is_file():
            for inner in filter(_is_manifest, sorted(path.iterdir())):
                what = f"It holds a connector, and of a folder only {MAIN} is read as one."
                yield path, _problem(inner, what, f"Name it {MAIN}.")


def no_folder(folder: Path) -> Problem | None:
    """What is wrong with a folder that somebody has named, if it cannot be read."""
    if folder.is_dir():
        return None
    if folder.exists():
        return _problem(folder, f"{folder} is a file.", "Let KEYTURN_CONNECTORS name the folder that it lies in.")
    return _problem(folder, f"There is no folder {folder}.", "Make it, or correct KEYTURN_CONNECTORS.")


def _is_manifest(path: Path) -> bool:
    if path.suffix.lower() not in _SUFFIXES or not path.is_file():
        return False
    try:
        return _SAYS.search(path.read_text(encoding="utf-8", errors="replace")) is not None
    except OSError:
        return False


def _problem(path: Path, what: str, mend: str) -> Problem:
    return Problem("bad-manifest", what, mend, file=str(path))
