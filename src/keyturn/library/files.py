"""Flows as YAML files in a folder: read to be pushed, written when pulled."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from keyturn.flows.document import Flow
from keyturn.flows.problems import Problem
from keyturn.flows.yaml_format import Loaded, dump, load, patch

_SUFFIXES = frozenset({".yaml", ".yml"})
_LARGEST = 5_000_000


@dataclass(frozen=True, slots=True)
class FlowFile:
    """A flow and the file it stands in; ``loaded.flow`` is None where the file has problems."""

    path: Path
    text: str
    loaded: Loaded

    @property
    def flow(self) -> Flow | None:
        return self.loaded.flow

    @property
    def problems(self) -> Sequence[Problem]:
        return self.loaded.problems


def find(paths: Iterable[Path]) -> list[Path]:
    """The flow files under these files and folders, sorted; hidden ones are left out.

    Raises:
        FileNotFoundError: a path is not there.
    """
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = (file for file in path.rglob("*") if file.suffix in _SUFFIXES and file.is_file())
            found += sorted(file for file in inside if not _hidden(file.relative_to(path)))
        elif path.is_file():
            found.append(path)
        else:
            raise FileNotFoundError(f"there is no file or folder {path}")
    return found


def _hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


def read(path: Path) -> FlowFile:
    """Read one file; what is wrong with it is in its problems."""
    try:
        if path.stat().st_size > _LARGEST:
            what = f"The file is over {_LARGEST // 1_000_000} MB."
            return _unreadable(path, what, "A flow is a small text file.")
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return _unreadable(path, "The file is not UTF-8 text.", "Save it as UTF-8.")
    except OSError as error:
        what = f"The file cannot be read: {error.strerror}."
        return _unreadable(path, what, "Check that it is there and yours.")
    loaded = load(text, str(path))
    return FlowFile(path, text, loaded)


def _unreadable(path: Path, what: str, mend: str) -> FlowFile:
    return FlowFile(path, "", Loaded(None, [Problem("unreadable-file", what, mend, file=str(path))]))


def write(folder: Path, flows: Iterable[Flow]) -> list[Path]:
    """Write flows into a folder; files that hold one of them already are patched and keep their comments.

    Returns the files that changed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files = {file.flow.id: file for file in map(read, find([folder])) if file.flow}
    changed: list[Path] = []
    for flow in flows:
        known = files.get(flow.id)
        path = known.path if known else folder / f"{flow.id}.yaml"
        text = patch(known.text, flow) if known else dump(flow)
        if known is None or text != known.text:
            path.write_text(text, encoding="utf-8")
            changed.append(path)
    return changed
