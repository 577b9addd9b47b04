"""Compiles values of a flow document into closures over the values of a run.

Nothing is parsed or looked up by schema while a run goes on: a reference becomes a walk along prepared steps.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from .conversion import ConversionError, converter, to_text
from .errors import CardError, ErrorDetail
from .json import JSON, Values
from .urls import Inserted, UrlRefused, compose_relative_url, normalise_relative_url
from .values import Each, Index, ListOf, Name, ObjectOf, Reference, Static, Step, Template, Value

Resolver: TypeAlias = Callable[[Values], JSON]


def walk(value: JSON, steps: tuple[Step, ...], column: int | None = None) -> JSON:
    """Follow a path into a value; what is not there is null.

    Args:
        column: which step names a column of a row of a table.

    Raises:
        CardError: the row has no such column; one that is empty is null.
    """
    for position, step in enumerate(steps):
        match step:
            case Name(name):
                if position == column and isinstance(value, dict) and name not in value:
                    raise _no_column(name, value)
                value = value.get(name) if isinstance(value, dict) else None
            case Index(index):
                in_range = isinstance(value, list) and -len(value) <= index < len(value)
                value = value[index] if isinstance(value, list) and in_range else None
            case Each():
                rest = steps[position + 1 :]
                inner = None if column is None else column - position - 1
                return [walk(item, rest, inner) for item in value] if isinstance(value, list) else None
        if value is None:
            return None
    return value


def _no_column(name: str, row: Values) -> CardError:
    message = f"The row has no column {name[:80]!r}."
    names = ", ".join(map(repr, list(row)[:20]))
    mend = f"It has: {names}{', ...' if len(row) > 20 else ''}. A column that got another name is referred to by that."
    return CardError(ErrorDetail(message, code="unknown-column", mend=mend))


def compile_value(value: Value) -> Resolver:
    """A closure that gives the value from what a run has so far."""
    match value:
        case Static(raw):
            return lambda _: raw
        case Reference():
            return _reference(value)
        case Template(parts):
            return _template(parts)
        case ListOf(items):
            resolvers = [compile_value(item) for item in items]
            return lambda values: [resolve(values) for resolve in resolvers]
        case ObjectOf(entries):
            pairs = [(key, compile_value(item)) for key, item in entries]
            return lambda values: {key: resolve(values) for key, resolve in pairs}


def _reference(reference: Reference) -> Resolver:
    root, path, column = reference.root, reference.path, reference.column
    match path:
        case ():

            def plain(values: Values) -> JSON:
                return values.get(root)
        case (Name(name),) if column is None:

            def plain(values: Values) -> JSON:
                holder = values.get(root)
                return holder.get(name) if isinstance(holder, dict) else None
        case _:

            def plain(values: Values) -> JSON:
                return walk(values.get(root), path, column)

    if reference.convert is None:
        return plain
    convert = converter(reference.convert)
    if convert is None:
        return plain

    def converted(values: Values) -> JSON:
        try:
            return convert(plain(values))
        except ConversionError as error:
            raise CardError.bad_input(
                str(reference),
                f"{{{{ {reference} }}}} cannot be converted: {error}.",
                "Check what it refers to.",
            ) from error

    return converted


def _template(parts: tuple[str | Reference, ...]) -> Resolver:
    match parts:
        case (Reference() as only,):
            return _around("", only, "")
        case (Reference() as only, str(after)):
            return _around("", only, after)
        case (str(before), Reference() as only):
            return _around(before, only, "")
        case (str(before), Reference() as only, str(after)):
            return _around(before, only, after)
        case _:
            return _joined(parts)


def _around(before: str, reference: Reference, after: str) -> Resolver:
    """Text with one reference in it, as most have."""
    piece = _reference(reference)

    def text(values: Values) -> JSON:
        value = piece(values)
        return f"{before}{value if isinstance(value, str) else to_text(value)}{after}"

    return text


def _joined(parts: tuple[str | Reference, ...]) -> Resolver:
    pieces: list[str | Resolver] = [part if isinstance(part, str) else _reference(part) for part in parts]

    def text(values: Values) -> JSON:
        # A list, as a generator costs more than joining it; most of what is referred to is text already.
        return "".join([piece if isinstance(piece, str) else _as_text(piece(values)) for piece in pieces])

    return text


def _as_text(value: JSON) -> str:
    return value if isinstance(value, str) else to_text(value)


def compile_relative_url(value: Value, field: str = "url") -> Resolver:
    """A closure that gives an address in which what references put in is encoded per path segment.

    The closure raises CardError, naming the field, for an address that cannot be made.
    """
    compose = _composer(value)

    def address(values: Values) -> JSON:
        try:
            return compose(values)
        except UrlRefused as error:
            raise CardError.bad_input(field, str(error), error.mend) from error

    return address


def _composer(value: Value) -> Resolver:
    if not isinstance(value, Template):
        resolve = compile_value(value)

        def whole(values: Values) -> JSON:
            return normalise_relative_url(to_text(resolve(values)))

        return whole
    pieces: list[str | Resolver] = [p if isinstance(p, str) else _reference(p) for p in value.parts]

    def composed(values: Values) -> JSON:
        return compose_relative_url(
            [piece if isinstance(piece, str) else Inserted(to_text(piece(values))) for piece in pieces]
        )

    return composed
