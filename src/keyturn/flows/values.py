"""Values: static JSON, a reference, or text with references, at any depth.

Grammar of a reference, between ``{{`` and ``}}``::

    reference = root step* [ "as" type ]
    root      = a card's id | event | run | flow | item | index | record | memo | error
    step      = "." name | "[" '"any name"' "]" | "[" integer "]" | "[]"

``[]`` maps the rest of the path over each item of a list. A text that is one reference alone keeps the type
of what it refers to; otherwise references are put into the text. ``\\{{`` stands for a literal ``{{``, and two
backslashes before a reference stand for one. Of three or more braces, the last two open the reference, so that
``{{{ x }}`` is a brace and a reference. There is no expression language: computing is done by cards.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from .json import JSON
from .types import Type, TypeSyntaxError

_ROOT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_\-]*")
_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_INTEGER = re.compile(r"-?[0-9]{1,9}(?![0-9])")
_AS = re.compile(r"\s+as\s+(.+)$", re.DOTALL)
# The look-behind keeps a long run of backslashes from being scanned from each of its positions.
_OPENING = re.compile(r"(?<!\\)(\\*)(\{{2,})")
_PAIRS = re.compile(r"(?<!\\)(\\*)((?:\{\{)+)")
_TOUCHING = re.compile(r"(?<!\\)(\\+)(\{?)\Z")
_QUOTE_OR_END = re.compile(r'"|\}\}')
_MOST_STEPS = 64
_SHOWN = 60


class ValueSyntaxError(ValueError):
    """A reference that cannot be read.

    Attributes:
        text: the reference as written.
        reason: what is wrong with it.
    """

    def __init__(self, text: str, reason: str) -> None:
        self.text = text
        self.reason = reason
        super().__init__(f"{text!r}: {reason}")


@dataclass(frozen=True, slots=True)
class Name:
    """One key of an object."""

    name: str


@dataclass(frozen=True, slots=True)
class Index:
    """One position of a list, from 0; negative positions count from the end."""

    index: int


@dataclass(frozen=True, slots=True)
class Each:
    """Each item of a list."""


Step: TypeAlias = Name | Index | Each


@dataclass(frozen=True, slots=True)
class Reference:
    """A reference to a value made before.

    Attributes:
        root: a card's id or a reserved root.
        path: the steps into the value.
        convert: the type asked for by ``as``, or None.
        column: which step names a column of a row of a table (``rows``), where it is known that one does.
    """

    root: str
    path: tuple[Step, ...] = ()
    convert: Type | None = None
    column: int | None = field(default=None, compare=False)

    def __str__(self) -> str:
        suffix = f" as {self.convert}" if self.convert else ""
        return self.root + "".join(_step_text(step) for step in self.path) + suffix


@dataclass(frozen=True, slots=True)
class Static:
    """A value without references."""

    value: JSON


@dataclass(frozen=True, slots=True)
class Template:
    """Text with references in it; literal parts and references in turn."""

    parts: tuple[str | Reference, ...]


@dataclass(frozen=True, slots=True)
class ListOf:
    items: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class ObjectOf:
    entries: tuple[tuple[str, Value], ...]


Value: TypeAlias = Static | Reference | Template | ListOf | ObjectOf


def parse_value(raw: JSON) -> Value:
    """Read the references in a raw value.

    Raises:
        ValueSyntaxError: a reference in it cannot be read.
    """
    match raw:
        case str():
            return parse_text(raw)
        case list():
            items = tuple(parse_value(item) for item in raw)
            known = [item.value for item in items if isinstance(item, Static)]
            if len(known) < len(items):
                return ListOf(items)
            return Static(raw if all(map(operator.is_, known, raw)) else known)
        case dict():
            entries = tuple((key, parse_value(item)) for key, item in raw.items())
            values = {key: item.value for key, item in entries if isinstance(item, Static)}
            if len(values) < len(entries):
                return ObjectOf(entries)
            return Static(raw if all(map(operator.is_, values.values(), raw.values())) else values)
        case _:
            return Static(raw)


def parse_text(text: str) -> Static | Reference | Template:
    """Read one text.

    Raises:
        ValueSyntaxError: a reference in it is not closed or cannot be read.
    """
    if "{{" not in text:
        return Static(text)
    parts = _split(text)
    if len(parts) == 1:
        only = parts[0]
        return Static(only) if isinstance(only, str) else only
    return Template(tuple(parts))


def read_text(text: str) -> tuple[Static | Reference | Template, list[ValueSyntaxError]]:
    """Read one text as far as it can be read: what stands in it, and every reference that cannot be read."""
    faults: list[ValueSyntaxError] = []
    parts = _split(text, faults)
    if len(parts) == 1 and not faults:
        only = parts[0]
        return Static(only) if isinstance(only, str) else only, faults
    return Template(tuple(parts)), faults


def _split(text: str, faults: list[ValueSyntaxError] | None = None) -> list[str | Reference]:
    """The parts of a text. A reference that cannot be read goes into ``faults``; without them it is raised."""
    parts: list[str | Reference] = []
    literal: list[str] = []
    position = 0
    while opening := _OPENING.search(text, position):
        backslashes, braces = opening.groups()
        literal.append(text[position : opening.start()] + backslashes[: len(backslashes) // 2])
        if len(backslashes) % 2:
            literal.append("{{")
            position = opening.start(2) + 2
            continue
        literal.append(braces[2:])
        if any(literal):
            parts.append("".join(literal))
        literal, position = [], opening.end()
        try:
            end = _closing(text, position)
            parts.append(parse_reference(text[position:end]))
            position = end + 2
        except ValueSyntaxError as fault:
            if faults is None:
                raise
            faults.append(fault)  # and what opens behind it is looked at too
    literal.append(text[position:])
    if any(literal) or not parts:
        parts.append("".join(literal))
    return parts


def _closing(text: str, start: int) -> int:
    """Position of the ``}}`` that ends a reference; a quoted name may contain braces."""
    position = start
    while found := _QUOTE_OR_END.search(text, position):
        if found.group() == "}}":
            return found.start()
        quoted = _STRING.match(text, found.start())
        if not quoted:
            raise ValueSyntaxError(_shown(text[start:]), 'the quoted name is not closed: a second " is missing')
        position = quoted.end()
    raise ValueSyntaxError(_shown(text[start:]), "the reference is not closed: '}}' is missing")


def _shown(text: str) -> str:
    return text.strip() if len(text) <= _SHOWN else text[:_SHOWN].strip() + "..."


def parse_reference(text: str) -> Reference:
    """Read what stands between ``{{`` and ``}}``.

    Raises:
        ValueSyntaxError: it is no reference.
    """
    body = text.strip()
    root = _ROOT.match(body)
    if not root:
        raise ValueSyntaxError(_shown(body), "a reference begins with a card's id, or with event, run, flow, item...")
    path: list[Step] = []
    position = root.end()
    while position < len(body) and not body[position].isspace():
        step, position = _step(body, position)
        path.append(step)
        if len(path) > _MOST_STEPS:
            raise ValueSyntaxError(_shown(body), f"a reference has at most {_MOST_STEPS} steps")
    convert = _conversion(body, position)
    return Reference(root.group(), tuple(path), convert)


def _step(body: str, position: int) -> tuple[Step, int]:
    if body[position] == ".":
        name = _NAME.match(body, position + 1)
        if not name:
            raise ValueSyntaxError(body, 'after "." a name is expected; write ["any name"] for other names')
        return Name(name.group()), name.end()
    if body.startswith("[]", position):
        return Each(), position + 2
    if body[position] == "[":
        quoted = _STRING.match(body, position + 1)
        number = _INTEGER.match(body, position + 1)
        inner = quoted or number
        if inner and body.startswith("]", inner.end()):
            name = re.sub(r"\\(.)", r"\1", quoted.group(1), flags=re.DOTALL) if quoted else ""
            step = Name(name) if quoted else Index(int(inner.group()))
            return step, inner.end() + 1
        raise ValueSyntaxError(body, 'inside "[ ]" a position, a "quoted name" or nothing is expected')
    raise ValueSyntaxError(
        body, f"{_shown(body[position:])!r} is not understood here; there are no expressions, use a card"
    )


def _not_understood(text: str) -> str:
    return f"{_shown(text)!r} is not understood here; there are no expressions, use a card"


def _conversion(body: str, position: int) -> Type | None:
    rest = body[position:]
    if not rest.strip():
        return None
    match = _AS.match(rest)
    if not match:
        raise ValueSyntaxError(body, _not_understood(rest))
    try:
        return Type.parse(match.group(1))
    except TypeSyntaxError as error:
        raise ValueSyntaxError(body, str(error)) from error


def _step_text(step: Step) -> str:
    match step:
        case Name(name):
            if _NAME.fullmatch(name):
                return f".{name}"
            return '["' + name.replace("\\", "\\\\").replace('"', '\\"') + '"]'
        case Index(index):
            return f"[{index}]"
        case Each():
            return "[]"


def format_value(value: Value) -> JSON:
    """The raw form of a value: the opposite of ``parse_value``."""
    match value:
        case Static(raw):
            return _escape(raw)
        case Reference():
            return "{{ " + str(value) + " }}"
        case Template(parts):
            return "".join(
                _before_reference(part) if isinstance(part, str) and number < len(parts) - 1 else _part_text(part)
                for number, part in enumerate(parts)
            )
        case ListOf(items):
            return [format_value(item) for item in items]
        case ObjectOf(entries):
            return {key: format_value(item) for key, item in entries}


def _escape(raw: JSON) -> JSON:
    if isinstance(raw, str):
        return _escape_text(raw)
    if isinstance(raw, list):
        return [_escape(item) for item in raw]
    if isinstance(raw, dict):
        return {key: _escape(item) for key, item in raw.items()}
    return raw


def _part_text(part: str | Reference) -> str:
    return _escape_text(part) if isinstance(part, str) else "{{ " + str(part) + " }}"


def _escape_text(text: str) -> str:
    """A literal text in a form that ``_split`` reads back."""
    return _PAIRS.sub(lambda found: found[1] * 2 + "\\{{" * (len(found[2]) // 2), text) if "{{" in text else text


def _before_reference(text: str) -> str:
    """The same where a reference follows: backslashes that touch its braces are doubled."""
    return _TOUCHING.sub(lambda found: found[1] * 2 + found[2], _escape_text(text))


def references(value: Value) -> Iterator[Reference]:
    """Every reference in a value, in order."""
    match value:
        case Reference():
            yield value
        case Template(parts):
            yield from (part for part in parts if isinstance(part, Reference))
        case ListOf(items):
            for item in items:
                yield from references(item)
        case ObjectOf(entries):
            for _, item in entries:
                yield from references(item)
        case Static():
            return
