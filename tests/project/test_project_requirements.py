"""Every package that an installation takes is pinned by version and hash, and the files agree with each other."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator

from project_files import ROOT, Finding, Source, hold, sources

_MEND = "change pyproject.toml and run `make requirements`; these files are never edited by hand."
_PIN = re.compile(r"^([A-Za-z0-9][\w.-]*)(?:\[[\w,-]+\])?==([^\s;]+)")


def _logical_lines(source: Source) -> Iterator[tuple[int, str]]:
    """Lines with their continuations and without comments."""
    start, parts = 0, list[str]()
    for number, line in source.lines():
        text = re.sub(r"(^|\s)#.*$", "", line).strip()
        if not text:
            continue
        start = start or number
        parts.append(text.removesuffix("\\").strip())
        if not text.endswith("\\"):
            yield start, " ".join(parts)
            start, parts = 0, []


def unpinned(source: Source) -> Iterator[Finding]:
    for number, line in _logical_lines(source):
        if not _PIN.match(line):
            yield source.finding(number, f"not pinned by ==: {line[:60]}")
        elif "--hash=sha256:" not in line:
            yield source.finding(number, f"no hash: {line[:60]}")


def pins(source: Source) -> dict[str, set[str]]:
    """Versions of each package; more than one where they differ by platform."""
    found: dict[str, set[str]] = {}
    for _, line in _logical_lines(source):
        match = _PIN.match(line)
        if match:
            found.setdefault(re.sub(r"[-_.]+", "-", match[1]).lower(), set()).add(match[2])
    return found


def _files() -> list[Source]:
    return list(sources("requirements", ending=".txt"))


def _wanted(*names: str) -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    listed = [
        *(project["project"]["dependencies"] if "run" in names else ()),
        *(entry for name in names for entry in project["dependency-groups"].get(name, ())),
    ]
    return {re.sub(r"[-_.]+", "-", re.split(r"[\[<>=!~; ]", entry)[0]).lower() for entry in listed}


def test_every_requirement_is_pinned_with_its_hash() -> None:
    assert {source.path for source in _files()} >= {f"requirements/{name}.txt" for name in ("build", "run", "test")}
    hold((found for source in _files() for found in unpinned(source)), mend=_MEND)


def test_a_package_has_one_version_in_all_files() -> None:
    seen: dict[str, tuple[str, set[str]]] = {}
    clashes = list[Finding]()
    for source in _files():
        for name, versions in pins(source).items():
            other, known = seen.setdefault(name, (source.path, versions))
            if known != versions:
                clashes.append(source.finding(1, f"{name} {sorted(versions)}, but {sorted(known)} in {other}"))
    hold(clashes, mend=_MEND)


def test_what_pyproject_asks_for_is_pinned() -> None:
    for source in _files():
        name = source.path.removeprefix("requirements/").removesuffix(".txt")
        missing = _wanted(name) - set(pins(source))
        hold((source.finding(1, f"{package} is not pinned") for package in sorted(missing)), mend=_MEND)


def test_the_rules_bite() -> None:
    good = (
        "a==1 \\\n    --hash=sha256:00 \\\n    --hash=sha256:01\n    # via b\n"
        "B_c[x]==2 ; python_version < '4' --hash=sha256:0"
    )
    assert not list(unpinned(Source("a.txt", good)))
    assert pins(Source("a.txt", good)) == {"a": {"1"}, "b-c": {"2"}}
    bad = "# made by hand\na>=1\nb==2\n--pre\n-e .\nc @ file:///c\n"
    assert [found.line for found in unpinned(Source("a.txt", bad))] == [2, 3, 4, 5, 6]
