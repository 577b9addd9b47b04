"""What the documents point at exists."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote

from project_files import ROOT, Finding, Source, hold, sources

_LINK = re.compile(r"(?<!\\)\[[^\]]*\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)")
_FOOT = re.compile(r"^\[[^\]^]+\]:\s*(\S+)")
_HEADING = re.compile(r"^#{1,6}\s+(.*?)\s*#*$")
_ELSEWHERE = re.compile(r"^(?:[a-z][a-z0-9+.-]*:|//)", re.IGNORECASE)


def _prose(source: Source) -> Iterator[tuple[int, str]]:
    """Lines outside fenced code, without code spans."""
    fence = ""
    for number, line in source.lines():
        mark = re.match(r"\s*(```+|~~~+)", line)
        if mark:
            fence = "" if fence and mark[1].startswith(fence) else fence or mark[1]
        elif not fence:
            yield number, re.sub(r"`[^`]*`", lambda code: "_" * len(code.group()), line)


def anchors(source: Source) -> set[str]:
    """The names of the headings as web views of repositories make them."""
    found = set[str]()
    for number, _ in _prose(source):
        heading = _HEADING.match(source.text.splitlines()[number - 1])
        if heading:
            words = re.sub(r"[^\w\- ]", "", re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading[1]).lower())
            name = base = words.replace(" ", "-")
            count = 0
            while name in found:
                count += 1
                name = f"{base}-{count}"
            found.add(name)
    return found


def broken_links(source: Source) -> Iterator[Finding]:
    here = ROOT / source.path
    for number, line in _prose(source):
        for target in [*_LINK.findall(line), *_FOOT.findall(line)]:
            if _ELSEWHERE.match(target):
                continue
            place, _, anchor = target.partition("#")
            path = here if not place else here.parent / unquote(place)
            if not path.exists():
                yield source.finding(number, f"{target} does not exist")
            elif anchor and path.suffix == ".md":
                text = source.text if path == here else path.read_text(encoding="utf-8")
                if anchor not in anchors(Source(target, text)):
                    yield source.finding(number, f"{target}: there is no such heading")


def test_links_lead_somewhere() -> None:
    hold(
        (found for source in sources(ending=".md") for found in broken_links(source)),
        mend="links in documents are relative to the document; an anchor is the heading in small letters with dashes.",
    )


def test_every_decision_is_listed() -> None:
    index = (ROOT / "docs/decisions/README.md").read_text(encoding="utf-8")
    records = [s for s in sources("docs/decisions", ending=".md") if re.search(r"/\d{4}-[^/]+\.md$", s.path)]
    assert records
    hold(
        (record.finding(1, "not listed") for record in records if f"({record.path.rsplit('/', 1)[1]})" not in index),
        mend="add a line for it to docs/decisions/README.md.",
    )


def test_decisions_are_numbered_without_gaps() -> None:
    numbers = [int(m[1]) for s in sources("docs/decisions") if (m := re.search(r"/(\d{4})-[^/]+\.md$", s.path))]
    assert numbers == list(range(1, len(numbers) + 1)), "To mend: the next record takes the next free number."


def test_the_changelog_has_a_place_for_what_comes() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(r"(?m)^## \[Unreleased\]", text), "To mend: keep a section '## [Unreleased]' at the top."


def test_the_rules_bite() -> None:
    text = "# A b\n[x](no/such.md)\n[y](#a-b) [z](#c)\n```\n[q](none.md)\n```\n`[q](none.md)` [w](https://a.example)\n"
    found = list(broken_links(Source("README.md", text)))
    assert [(one.line, one.what) for one in found] == [
        (2, "no/such.md does not exist"),
        (3, "#c: there is no such heading"),
    ]


def test_anchors_are_made_as_repositories_make_them() -> None:
    text = "# What it does, and why\n## `make demo`\n## Twice\n## Twice\n```\n# no heading\n```\n"
    assert anchors(Source("a.md", text)) == {"what-it-does-and-why", "make-demo", "twice", "twice-1"}
