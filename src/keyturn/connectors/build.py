"""Makes the JSON of the connectors that come along, so that no program reads their YAML when it starts.

``python -m keyturn.connectors.build src/keyturn/connectors/built`` writes it.
"""

from __future__ import annotations

import sys
from importlib.resources import as_file, files
from pathlib import Path

from .reading import MAIN, files_in, read_files


def built() -> dict[str, str]:
    """File names and contents.

    Raises:
        ProblemError: a manifest has mistakes.
    """
    made: dict[str, str] = {}
    with as_file(files("keyturn.connectors")) as folder:
        for manifest in sorted(folder.glob(f"*/{MAIN}")):
            read = read_files(files_in(manifest.parent))
            made[f"{read.model.connector}.json"] = read.content + "\n"
    return made


def write(folder: Path) -> None:
    """Write them; those of connectors that are no more are removed."""
    folder.mkdir(parents=True, exist_ok=True)
    made = built()
    for old in folder.glob("*.json"):
        if old.name not in made:
            old.unlink()
    for name, content in made.items():
        (folder / name).write_text(content, encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
