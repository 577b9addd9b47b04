"""Reads YAML into nodes that know where they stand in the text.

It is the part of YAML 1.2 that JSON has, with comments: the core schema for plain scalars (dates stay text), no
anchors, tags, directives or merges, no key twice. The events come from ruamel.yaml; nothing of it gets further.
"""

# The event classes of ruamel.yaml have no types.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false, reportUnknownVariableType=false
from __future__ import annotations

import io
import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import TypeAlias, cast

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, StringMark, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)
from ruamel.yaml.reader import ReaderError

from .json import JSON
from .loading import DEEPEST
from .problems import Problem

LARGEST = 5_000_000
_MOST_WRITTEN_OUT = 100_000
_MOST_LINES = 10

# https://yaml.org/spec/1.2.2/#1032-tag-resolution
_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_TRUE = frozenset({"true", "True", "TRUE"})
_FALSE = frozenset({"false", "False", "FALSE"})
_INTEGER = re.compile(r"[-+]?[0-9]+")
_OCTAL = re.compile(r"0o[0-7]+")
_HEX = re.compile(r"0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_NO_NUMBER = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_LONGEST_NUMBER = 400


@dataclass(frozen=True, slots=True)
class Words:
    """What is read, so that its mistakes are told in its words.

    Attributes:
        one, many: its name, of one and of several.
        empty: the code of a text that holds nothing.
        begins: what one begins with, a sentence.
        split: what to do where one is too large, a sentence.
        flatten: what to do where one is nested too deep, a sentence.
    """

    one: str
    many: str
    empty: str
    begins: str
    split: str
    flatten: str


FLOWS = Words(
    "flow",
    "flows",
    "not-a-flow",
    "A flow begins with id, name and event.",
    "A flow is a small text; split it.",
    "Use helper flows.",
)


class YamlRefused(Exception):
    """A text that cannot be read; carries all problems found.

    Attributes:
        node: what was read all the same, if nothing worse is wrong than keys that stand twice; of these the first.
        dropped: what the others hold.
        written_out: the same also where nothing worse is wrong than anchors: each alias is the very node that it names.
    """

    def __init__(
        self,
        problems: list[Problem],
        node: Node | None = None,
        dropped: list[JSON] | None = None,
        written_out: Node | None = None,
    ) -> None:
        self.problems = problems
        self.node = node
        self.dropped = dropped or []
        self.written_out = node or written_out
        super().__init__("; ".join(problem.what for problem in problems))


@dataclass(frozen=True, slots=True)
class Scalar:
    """A single value.

    Attributes:
        start, end: its place in the text.
        line: from 1.
        column: from 0.
        quoted: it stands in quotes, or as a block.
    """

    start: int
    end: int
    line: int
    column: int
    value: JSON
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """A key and its value."""

    key: Scalar
    value: Node


@dataclass(frozen=True, slots=True)
class Mapping:
    start: int
    end: int
    line: int
    column: int
    flow: bool
    entries: dict[str, Entry]


@dataclass(frozen=True, slots=True)
class Sequence:
    start: int
    end: int
    line: int
    column: int
    flow: bool
    items: list[Node]


Node: TypeAlias = Scalar | Mapping | Sequence
_Build: TypeAlias = Callable[[object], Mapping | Sequence]


def read(text: str, words: Words = FLOWS) -> Node:
    """Read a document.

    Args:
        words: what it is meant to be.

    Raises:
        YamlRefused: the text is no YAML, or more than is read here.
    """
    if len(text) > LARGEST:
        raise YamlRefused([Problem("too-large", "The document is over 5 MB.", words.split)])
    reader = _Reader(text, words)
    try:
        node = reader.document()
    except ReaderError as error:
        position = min(int(error.position), len(text)) if isinstance(error.position, int) else 0
        what = f"The text holds a character that YAML does not allow: {text[position : position + 1]!r}."
        mend = "Take it out, or write it as an escape in double quotes."
        raise YamlRefused([Problem("bad-yaml", what, mend, line=_line_at(text, position))]) from error
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        said = " ".join(str(error.problem or error.context).split())
        mend = "Check indentation, colons and quotes here; indent with spaces only."
        problem = Problem("bad-yaml", f"This is not YAML: {said}.", mend, line=mark.line + 1 if mark else None)
        raise YamlRefused([problem]) from error
    except (YAMLError, ValueError, OverflowError) as error:
        raise YamlRefused([Problem("bad-yaml", f"This is not YAML: {error}.", "Check the text.")]) from error
    if problems := reader.told():
        codes = {problem.code for problem in problems}
        kept = node if codes == {"duplicate-key"} else None
        whole = node if codes <= {"duplicate-key", "no-anchors"} and reader.is_whole else None
        raise YamlRefused(problems, kept, reader.dropped, whole)
    return node


def plain(node: Node) -> JSON:
    """A node as plain JSON."""
    match node:
        case Scalar():
            return node.value
        case Mapping():
            return {name: plain(entry.value) for name, entry in node.entries.items()}
        case Sequence():
            return [plain(item) for item in node.items]


def line_of(node: Node, path: tuple[str | int, ...]) -> int:
    """The line, from 1, of the innermost part of a path that is there."""
    way = [*_along(node, path)]
    key, inner = way[-1] if way else (None, node)
    return key.line if key is not None else inner.line


def innermost(node: Node, path: tuple[str | int, ...]) -> tuple[Node, int]:
    """The innermost part of a path that is there, and how many of its steps lead to it."""
    way = [*_along(node, path)]
    return (way[-1][1] if way else node), len(way)


def _along(node: Node, path: tuple[str | int, ...]) -> Iterator[tuple[Scalar | None, Node]]:
    """What is passed on a way, as far as it is there: its key, if it has one, and its value."""
    for step in path:
        if isinstance(node, Mapping) and isinstance(step, str) and step in node.entries:
            entry = node.entries[step]
            node = entry.value
            yield entry.key, node
        elif isinstance(node, Sequence) and isinstance(step, int) and 0 <= step < len(node.items):
            node = node.items[step]
            yield None, node
        else:
            break


def resolve(text: str) -> JSON:
    """What a plain scalar means.

    Raises:
        ValueError: a number that JSON cannot hold.
    """
    if text in _NULL:
        return None
    if text in _TRUE or text in _FALSE:
        return text in _TRUE
    if _INTEGER.fullmatch(text) and len(text) <= _LONGEST_NUMBER:
        return int(text)
    if _OCTAL.fullmatch(text) or _HEX.fullmatch(text):
        return int(text, 0)
    if _FLOAT.fullmatch(text):
        number = float(text)
        if math.isfinite(number):
            return number
    elif not _NO_NUMBER.fullmatch(text):
        return text
    raise ValueError(f"{text[:40]} is no number")


@dataclass(slots=True)
class _Anchor:
    """A node that has a name.

    Attributes:
        lines: of its aliases.
        size: how many nodes are in it, its aliases' included.
    """

    line: int
    lines: list[int] = field(default_factory=list[int])
    node: Node | None = None
    size: int = 0

    def used(self) -> str:
        """Where it is used, in words."""
        others = [str(line) for line in dict.fromkeys(self.lines) if line != self.line]
        if not others:
            return ""
        more = f" and {len(others) - _MOST_LINES} more" if len(others) > _MOST_LINES else ""
        return f"; what is named here is used in {'line' if len(others) == 1 else 'lines'} " + (
            ", ".join(others[:_MOST_LINES]) + more
        )


@dataclass(slots=True)
class _Reader:
    text: str
    words: Words
    problems: list[Problem] = field(default_factory=list[Problem])
    dropped: list[JSON] = field(default_factory=list[JSON])
    is_whole: bool = True
    _events: Iterator[object] = field(default_factory=lambda: iter(()))
    _depth: int = 0
    _anchors: dict[str, _Anchor] = field(default_factory=dict[str, "_Anchor"])
    _all_anchors: list[_Anchor] = field(default_factory=list["_Anchor"])
    _count: int = 0

    def told(self) -> list[Problem]:
        """All that is wrong; an anchor is told once, however many aliases it has."""
        what = f"Anchors and aliases are not used in {self.words.many}"
        said = [
            Problem("no-anchors", f"{what}{one.used()}.", "Write it out.", line=one.line) for one in self._all_anchors
        ]
        return sorted([*self.problems, *said], key=lambda problem: problem.line or 0)

    def document(self) -> Node:
        yaml = YAML(typ="safe", pure=True)
        self._events = iter(cast("Iterator[object]", yaml.parse(io.StringIO(self.text, newline=""))))
        next(self._events)
        first = next(self._events)
        if isinstance(first, StreamEndEvent):
            raise _fatal(self.words.empty, "The document is empty.", self.words.begins, 1)
        if isinstance(first, DocumentStartEvent) and (first.version or first.tags):
            self._unused("no-tags", "Directives (%YAML, %TAG)", "Take the line away.", 1)
        node = self._node(next(self._events))
        next(self._events)
        after = next(self._events)
        if isinstance(after, DocumentStartEvent):
            line = _line(after.start_mark)
            mend = f"Keep each {self.words.one} in a file of its own."
            raise _fatal("bad-yaml", "A second document begins here.", mend, line)
        return node

    def _node(self, event: object) -> Node:
        if isinstance(event, NodeEvent):
            self._plain_node(event)
        before = self._count
        self._count += 1
        match event:
            case MappingStartEvent():
                node = self._nested(self._mapping, event)
            case SequenceStartEvent():
                node = self._nested(self._sequence, event)
            case ScalarEvent():
                node = self._scalar(event)
            case _:
                return self._named(event)
        if event.anchor is not None:
            named = self._anchors[str(event.anchor)]
            named.node, named.size = node, self._count - before
        return node

    def _named(self, event: object) -> Node:
        """The node that an alias stands for; nothing, where that would be without end or too much."""
        start = cast("StringMark", getattr(event, "start_mark", None))
        named = self._anchors.get(str(getattr(event, "anchor", "")))
        self._count += named.size if named is not None else 0
        if named is not None and named.node is not None and self._count <= _MOST_WRITTEN_OUT:
            return named.node
        self.is_whole = False
        return Scalar(start.index, start.index, _line(start), start.column, None)

    def _plain_node(self, event: NodeEvent) -> None:
        line = _line(event.start_mark)
        if isinstance(event, AliasEvent):
            self._anchor(str(event.anchor), line, anew=False).lines.append(line)
        elif event.anchor is not None:
            self._anchor(str(event.anchor), line, anew=True)
        elif getattr(event, "ctag", None) is not None or getattr(event, "tag", None) is not None:
            self._unused("no-tags", "Tags", "Take the tag away; put text into quotes.", line)

    def _anchor(self, name: str, line: int, *, anew: bool) -> _Anchor:
        """The node that has a name now. An alias without one is told where it stands."""
        if anew or name not in self._anchors:
            self._anchors[name] = _Anchor(line)
            self._all_anchors.append(self._anchors[name])
        return self._anchors[name]

    def _nested(self, build: _Build, event: MappingStartEvent | SequenceStartEvent) -> Node:
        self._depth += 1
        if self._depth > DEEPEST:
            what = f"It is nested over {DEEPEST} levels deep."
            raise _fatal("too-deep", what, self.words.flatten, _line(event.start_mark))
        node = build(event)
        self._depth -= 1
        return node

    def _mapping(self, event: object) -> Mapping:
        start = _start(event)
        flow = bool(getattr(event, "flow_style", False))
        entries: dict[str, Entry] = {}
        end = start.index
        while not isinstance(following := next(self._events), MappingEndEvent):
            key = self._node(following)
            value = self._placed(self._node(next(self._events)), ":", key.end, flow=flow)
            name = self._name(key)
            if name in entries:
                what = f"The key {name!r} stands here twice; first in line {entries[name].key.line}."
                self._say("duplicate-key", what, "Keep one of the two.", key.line)
                self.dropped.append({name: plain(value)})
            elif name is not None and isinstance(key, Scalar):
                entries[name] = Entry(key, value)
            end = max(end, value.end)
        if flow:
            end = _end(following)
        return Mapping(start.index, end, _line(start), start.column, flow, entries)

    def _sequence(self, event: object) -> Sequence:
        start = _start(event)
        flow = bool(getattr(event, "flow_style", False))
        items: list[Node] = []
        end = start.index
        while not isinstance(following := next(self._events), SequenceEndEvent):
            items.append(self._placed(self._node(following), "-", end, flow=flow))
            end = max(end, items[-1].end)
        if flow:
            end = _end(following)
        return Sequence(start.index, end, _line(start), start.column, flow, items)

    def _placed(self, node: Node, mark: str, after: int, *, flow: bool) -> Node:
        """A value that is left empty stands behind its mark; the parser places it where the next thing begins."""
        if flow or not isinstance(node, Scalar) or node.start < node.end:
            return node
        found = re.compile(rf"#[^\n]*|{mark}").finditer(self.text, after)
        place = next((one.end() for one in found if one.group() == mark), node.start)
        return replace(node, start=place, end=place)

    def _scalar(self, event: ScalarEvent) -> Scalar:
        start = _start(event)
        value: JSON = str(event.value)
        if not event.style:
            try:
                value = resolve(str(event.value))
            except ValueError as error:
                what = f"{error} that a {self.words.one} can hold."
                self._say("bad-number", what, "Put it into quotes if it is text.", _line(start))
        end = _end(event)
        if event.style in ("|", ">"):
            end = start.index + len(self.text[start.index : end].rstrip())
        return Scalar(start.index, end, _line(start), start.column, value, bool(event.style))

    def _name(self, key: Node) -> str | None:
        if isinstance(key, Scalar) and key.value == "<<" and not key.quoted:
            self._unused("bad-key", "Merges (<<)", "Write the entries out.", key.line)
            return None
        if isinstance(key, Scalar) and isinstance(key.value, str):
            return key.value
        shown = repr(key.value) if isinstance(key, Scalar) else "a list or mapping"
        self._say("bad-key", f"A key is text, and {shown} is none.", "Put it into quotes.", key.line)
        return None

    def _unused(self, code: str, named: str, mend: str, line: int) -> None:
        self._say(code, f"{named} are not used in {self.words.many}.", mend, line)

    def _say(self, code: str, what: str, mend: str, line: int) -> None:
        self.problems.append(Problem(code, what, mend, line=line))


def _fatal(code: str, what: str, mend: str, line: int) -> YamlRefused:
    return YamlRefused([Problem(code, what, mend, line=line)])


def _start(event: object) -> StringMark:
    return cast("StringMark", getattr(event, "start_mark", None))


def _end(event: object) -> int:
    return cast("StringMark", getattr(event, "end_mark", None)).index


def _line(mark: StringMark | None) -> int:
    return mark.line + 1 if mark else 1


def _line_at(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1
