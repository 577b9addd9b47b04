"""Changes a YAML text where a flow differs from it, and nowhere else.

The text is never written anew from a tree: what stays the same stays the same characters. A change is a span of the
text and what replaces it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence as SequenceOf
from dataclasses import dataclass

import orjson

from .json import JSON, Values
from .yaml_reader import Entry, Mapping, Node, Sequence
from .yaml_writer import entry as write_entry
from .yaml_writer import list_item

_PARTS = frozenset({"cards", "do", "branches"})
_FREE = frozenset({"inputs", "outputs", "options", "set", "with", "values", "when"})
_COMMENT_LINE = re.compile(r"[ \t]*#")


@dataclass(frozen=True, slots=True)
class _Edit:
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class _Segment:
    """An item of a list with the comments above it.

    Attributes:
        start, end: the lines that are its own.
        gap: the empty lines and comments between it and the next one.
    """

    start: int
    end: int
    gap: str


def identical(a: JSON, b: JSON) -> bool:
    """Equal, down to the order of keys and the difference between 1, 1.0 and true."""
    return orjson.dumps(a) == orjson.dumps(b)


def patched(text: str, node: Node, old: Values, new: Values) -> str:
    """The text of a flow, changed from what it says to what it should say.

    Args:
        node: the text as read.
        old: what it says, as JSON with defaults left out.
        new: what it should say, likewise.
    """
    if not isinstance(node, Mapping) or identical(old, new):
        return text
    patcher = _Patcher(text, "\r\n" if "\r\n" in text else "\n")
    return patcher.applied(0, len(text), patcher.mapping(node, old, new, free=False))


class _Patcher:
    def __init__(self, text: str, newline: str) -> None:
        self._text = text
        self._newline = newline

    def applied(self, start: int, end: int, edits: SequenceOf[_Edit]) -> str:
        """A span of the text with its edits."""
        parts: list[str] = []
        position = start
        for edit in sorted(edits, key=lambda one: (one.start, one.end)):
            parts += [self._text[position : edit.start], edit.text]
            position = edit.end
        return "".join([*parts, self._text[position:end]])

    def mapping(self, node: Mapping, old: Values, new: Values, *, free: bool) -> list[_Edit]:
        """Edits of a mapping in block style.

        Args:
            free: its keys are the author's, and their order counts.
        """
        edits: list[_Edit] = []
        before: Entry | None = None
        first = next(iter(node.entries.values()))
        for name, value in new.items():
            entry = node.entries.get(name)
            if entry is None:
                edits.append(self._added(name, value, before or first, first.key.column))
                continue
            if name not in old or not identical(old[name], value):
                edits += self._changed(name, entry, old.get(name), value, free=free)
            before = entry
        return edits + [self._removed(node.entries[name]) for name in old if name not in new and name in node.entries]

    def _changed(self, name: str, entry: Entry, old: JSON, new: JSON, *, free: bool) -> list[_Edit]:
        node = entry.value
        if isinstance(node, Mapping) and not node.flow and isinstance(old, dict) and isinstance(new, dict):
            inner_free = free or name in _FREE
            if new and (not inner_free or _same_order(old, new)) and _keeps_first(node, new):
                return self.mapping(node, old, new, free=inner_free)
        parts = name in _PARTS and not free and isinstance(node, Sequence) and not node.flow
        if parts and isinstance(node, Sequence) and isinstance(old, list) and isinstance(new, list) and new:
            return [self._parts(node, old, new)]
        return [self._replaced(name, entry, new)]

    def _replaced(self, name: str, entry: Entry, value: JSON) -> _Edit:
        """The value written anew; a comment behind it stays behind its first line."""
        column, end = entry.key.column, entry.value.end
        line_end = self._line_end(end)
        tail = self._text[end:line_end].rstrip()
        lines = [line[column:] for line in write_entry(name, value, column)[:1]]
        rest = write_entry(name, value, column)[1:]
        head = lines[0] + (tail if tail and not tail.lstrip().startswith((",", "}", "]")) else "")
        return _Edit(entry.key.start, line_end, self._newline.join([head, *rest]))

    def _added(self, name: str, value: JSON, after: Entry, column: int) -> _Edit:
        place = self._line_end(after.value.end)
        lines = write_entry(name, value, column)
        return _Edit(place, place, "".join(self._newline + line for line in lines))

    def _removed(self, entry: Entry) -> _Edit:
        start = self._with_comments(self._line_start(entry.key.start), entry.key.column)
        return _Edit(start, self._next_line(entry.value.end), "")

    def _parts(self, node: Sequence, old: list[JSON], new: list[JSON]) -> _Edit:
        """A list of cards or branches, put together anew from the pieces of the text that stay."""
        segments = self._segments(node)
        matches = _matches(old, new)
        gaps = [segment.gap for segment in segments[:-1]]
        usual = self._newline if any(not gap.strip() and gap for gap in gaps) or (not gaps and node.column == 2) else ""
        pieces: list[str] = []
        for number, (value, match) in enumerate(zip(new, matches, strict=True)):
            pieces.append(self._piece(node, segments, old, value, match))
            if number + 1 < len(new):
                follows = match is not None and matches[number + 1] == match + 1
                pieces.append(segments[match].gap if match is not None and follows else usual)
        text = "".join(pieces)
        if not self._text[: segments[-1].end].endswith("\n"):
            text = text.removesuffix(self._newline)
        return _Edit(segments[0].start, segments[-1].end, text)

    def _piece(self, node: Sequence, segments: list[_Segment], old: list[JSON], value: JSON, match: int | None) -> str:
        if match is None:
            return "".join(line + self._newline for line in list_item(value, node.column))
        segment, item, before = segments[match], node.items[match], old[match]
        if identical(before, value):
            return self._ended(self._text[segment.start : segment.end])
        if not (
            isinstance(item, Mapping)
            and not item.flow
            and isinstance(before, dict)
            and isinstance(value, dict)
            and _keeps_first(item, value)
        ):
            head = self._text[segment.start : self._line_start(self._dash(item, node.column))]
            return head + "".join(line + self._newline for line in list_item(value, node.column))
        edits = self.mapping(item, before, value, free=False)
        return self._ended(self.applied(segment.start, segment.end, edits))

    def _ended(self, text: str) -> str:
        return text if text.endswith("\n") else text + self._newline

    def _segments(self, node: Sequence) -> list[_Segment]:
        starts = [
            self._with_comments(self._line_start(self._dash(item, node.column)), node.column) for item in node.items
        ]
        ends = [self._next_line(item.end) for item in node.items]
        following = [*starts[1:], ends[-1]]
        return [
            _Segment(start, end, self._text[end:after])
            for start, end, after in zip(starts, ends, following, strict=True)
        ]

    def _dash(self, item: Node, column: int) -> int:
        """Where the dash of an item stands: in its line, or in one above it."""
        line = self._line_start(item.start)
        while line > 0 and self._text[line + column : line + column + 1] != "-":
            line = self._line_start(line - 1)
        return line + column

    def _with_comments(self, line: int, column: int) -> int:
        """The first of the comment lines that stand right above a line, at its column."""
        while line > 0:
            above = self._line_start(line - 1)
            found = _COMMENT_LINE.match(self._text, above, line)
            if not found or found.end() - 1 - above != column:
                break
            line = above
        return line

    def _line_start(self, position: int) -> int:
        return self._text.rfind("\n", 0, position) + 1

    def _line_end(self, position: int) -> int:
        end = self._text.find("\n", position)
        end = len(self._text) if end < 0 else end
        return end - 1 if end > position and self._text[end - 1] == "\r" else end

    def _next_line(self, position: int) -> int:
        end = self._text.find("\n", position)
        return len(self._text) if end < 0 else end + 1


def _same_order(old: Values, new: Values) -> bool:
    """Whether what is in both stands in the same order, and what is new behind something that is in both."""
    kept = [name for name in new if name in old]
    first = next(iter(new), None)
    return bool(kept) and kept == [name for name in old if name in new] and first in old


def _keeps_first(node: Mapping, new: Values) -> bool:
    """Whether the first key stays: it may share its line with a dash, and others are placed behind it."""
    return next(iter(node.entries), None) in new


def _matches(old: list[JSON], new: list[JSON]) -> list[int | None]:
    """For each new item the old one that it comes from: cards by id, branches by position."""
    ids = {card_id: number for number, item in reversed(list(enumerate(old))) if (card_id := _id(item)) is not None}
    free = set(range(len(old)))
    matches: list[int | None] = []
    for number, item in enumerate(new):
        card_id = _id(item)
        match = number if card_id is None else ids.get(card_id)
        matches.append(match if match in free else None)
        free.discard(-1 if match is None else match)
    return matches


def _id(item: JSON) -> str | None:
    card_id = item.get("id") if isinstance(item, dict) else None
    return card_id if isinstance(card_id, str) else None
