"""The templates of a manifest as closures: bodies that leave out what was not given, filters, conditions."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from typing import TypeAlias

from keyturn.flows.conversion import to_text
from keyturn.flows.errors import CardError
from keyturn.flows.json import JSON, Values
from keyturn.flows.resolve import Resolver, compile_value
from keyturn.flows.values import ListOf, Name, ObjectOf, Reference, Template, Value, parse_value

from .conditions import ConditionModel, ValueKind
from .request_models import EqualModel, FilterModel

SPREAD = "..."
OF_EACH = "...each"
_ATTRIBUTE = re.compile(r"[A-Za-z_][A-Za-z0-9_.]*")
Condition: TypeAlias = Callable[[Values], bool]
"""Whether it holds for what is known so far."""


def compile_raw(raw: JSON) -> Resolver:
    """A closure that gives a value of a manifest."""
    return compile_value(parse_value(raw))


def compile_body(raw: JSON, nullable: Collection[str] = ()) -> Resolver:
    """A closure that gives a body. An entry that refers to nothing is left out, and so is an object of which nothing
    is left; what stands there without a reference stays, null too. Under ``...`` stands an object whose entries are
    put to the others; ``{...: list}`` in a list puts its items to the others, and with ``...each`` beside it what that
    makes of each ``item``.

    Args:
        nullable: inputs of which a null that is given stays.
    """
    return _pruned(parse_value(raw), nullable)


def _pruned(value: Value, nullable: Collection[str] = ()) -> Resolver:
    match value:
        case ObjectOf(entries):
            pairs = [
                (name, _pruned(item, nullable), _may_go(item), _input_in(item, nullable)) for name, item in entries
            ]

            def whole(values: Values) -> JSON:
                made: Values = {}
                for name, resolve, may_go, cleared in pairs:
                    found = resolve(values)
                    if name == SPREAD:
                        made |= found if isinstance(found, dict) else {}
                    elif found is not None or not may_go or (cleared and _is_given(values, cleared)):
                        made[name] = found
                return made or None

            return whole
        case ListOf(items):
            parts = [_part(item) for item in items]

            def listed(values: Values) -> JSON:
                made: list[JSON] = []
                for resolve, may_go in parts:
                    found = resolve(values)
                    if isinstance(found, list) and may_go is None:
                        made += found
                    elif may_go is None:
                        continue
                    elif found is not None or not may_go:
                        made.append(found)
                return made

            return listed
        case _:
            return compile_value(value)


def split_mapped(raw: JSON) -> tuple[JSON, list[JSON]]:
    """A body without what is made of each item of lists, and that, which sees ``item``."""
    mapped: list[JSON] = []

    def rest(value: JSON) -> JSON:
        match value:
            case {"...": source, "...each": made} if len(value) == 2:
                mapped.append(made)
                return {SPREAD: source}
            case dict():
                return {name: rest(one) for name, one in value.items()}
            case list():
                return [rest(one) for one in value]
            case _:
                return value

    return rest(raw), mapped


def _of_each(source: Value, made: Value) -> Resolver:
    """What is made of each item of a list; of what is none it is made of that alone."""
    items, make = compile_value(source), _pruned(made)

    def listed(values: Values) -> JSON:
        found = items(values)
        those = found if isinstance(found, list) else [] if found is None else [found]
        return [one for one in (make({**values, "item": item}) for item in those) if one is not None]

    return listed


def _part(value: Value) -> tuple[Resolver, bool | None]:
    """An item of a list, and whether it may go; None for a list whose items are put to the others."""
    match value:
        case ObjectOf(entries) if [name for name, _ in entries] == [SPREAD, OF_EACH]:
            return _of_each(entries[0][1], entries[1][1]), None
        case _:
            pass
    if isinstance(value, ObjectOf) and [name for name, _ in value.entries] == [SPREAD]:
        return compile_value(value.entries[0][1]), None
    return _pruned(value), _may_go(value)


def _input_in(value: Value, names: Collection[str]) -> str:
    """The input of these names that a value is; empty for all else."""
    match value:
        case Reference(root="inputs", path=(Name(name),)) if name in names:
            return name
        case _:
            return ""


def _is_given(values: Values, name: str) -> bool:
    inputs = values.get("inputs")
    return isinstance(inputs, dict) and name in inputs


def _may_go(value: Value) -> bool:
    return isinstance(value, Reference | ObjectOf)


_ESCAPED: dict[str, Callable[[str], str]] = {
    "backslash": lambda text: text.replace("\\", "\\\\").replace('"', '\\"'),
    "double": lambda text: text.replace("'", "''"),
    "none": lambda text: text,
}


def compile_filter(model: FilterModel) -> Resolver:
    """A closure that gives a comparison put together from those whose values are there; null if there is none."""
    clauses = [_clause(clause, _ESCAPED[model.quotes]) for clause in model.clauses]
    also, equal = compile_raw(model.also), _equal(model.equal, _ESCAPED[model.quotes])

    def joined(values: Values) -> JSON:
        found = [text for clause in clauses if (text := clause(values))] + equal(values)
        own = to_text(also(values)).strip()
        if own:
            found.append(f"({own})" if found else own)
        return model.join.join(found) or None

    return joined


def _equal(model: EqualModel | None, escaped: Callable[[str], str]) -> Callable[[Values], list[str]]:
    """Comparisons of the entries of an object. They raise CardError for a name that could be more than a name."""
    if model is None:
        return lambda values: []
    entries, prefix = compile_raw(model.entries), model.prefix

    def made(values: Values) -> list[str]:
        found = entries(values)
        texts: list[str] = []
        for name, value in found.items() if isinstance(found, dict) else ():
            if not _ATTRIBUTE.fullmatch(name):
                raise CardError.bad_input(name, f"{name!r} is no name of an attribute.", "Take its name from the app.")
            if value in (None, ""):
                continue
            plain = isinstance(value, bool | int | float)
            texts.append(f"{prefix}{name} eq {to_text(value) if plain else _quoted(escaped(to_text(value)))}")
        return texts

    return made


def _quoted(text: str) -> str:
    return f'"{text}"'


def _clause(text: str, escaped: Callable[[str], str]) -> Callable[[Values], str]:
    """A comparison; empty if one of its references is."""
    value = parse_value(text)
    parts = value.parts if isinstance(value, Template) else (value if isinstance(value, Reference) else text,)
    pieces = [part if isinstance(part, str) else compile_value(part) for part in parts]

    def made(values: Values) -> str:
        texts: list[str] = []
        for piece in pieces:
            text = piece if isinstance(piece, str) else escaped(to_text(piece(values)))
            if not text:
                return ""
            texts.append(text)
        return "".join(texts)

    return made


def compile_condition(model: ConditionModel) -> Condition:
    """A closure that tells whether a condition holds."""
    value = compile_raw(model.value)
    any_case = model.any_case
    if model.among is not None:
        among = [compile_raw(one) for one in model.among]
        return lambda values: is_among(value(values), [one(values) for one in among], any_case=any_case)
    if model.not_among is not None:
        others = [compile_raw(one) for one in model.not_among]
        return lambda values: not is_among(value(values), [one(values) for one in others], any_case=any_case)
    if model.empty is not None:
        empty = model.empty
        return lambda values: (value(values) in (None, "", [], {})) is empty
    if model.includes is not None:
        entries = compile_body(model.includes)
        return lambda values: _includes(value(values), entries(values))
    if model.items is not None:
        items = compile_raw(model.items)
        return lambda values: _same(value(values), _listed(items(values)))
    if model.ends is not None:
        end = compile_raw(model.ends)
        return lambda values: _ends(value(values), to_text(end(values)))
    if model.kind is not None:
        kind = model.kind
        return lambda values: _is_of(value(values), kind)
    wanted, has = compile_raw(model.has if model.has is not None else model.lacks), model.has is not None

    def holds(values: Values) -> bool:
        found = value(values)
        return lists(found, wanted(values), any_case=any_case) is has

    return holds


def _includes(found: JSON, wanted: JSON) -> bool:
    """Whether a value has all that is wanted of it; null wants nothing, and within an object that nothing is there."""
    match wanted:
        case None:
            return True
        case dict():
            there = found if isinstance(found, dict) else {}
            return all(
                _includes(there.get(name), one) if one is not None else there.get(name) is None
                for name, one in wanted.items()
            )
        case list():
            return _same(found, wanted)
        case _:
            return _alike(found, wanted)


def lists(found: JSON, wanted: JSON, *, any_case: bool = False) -> bool:
    """Whether a value is a list with an item; or with all of them, where the item is a list itself."""
    items = wanted if isinstance(wanted, list) else [wanted]
    return isinstance(found, list) and all(is_among(one, found, any_case=any_case) for one in items)


def is_among(one: JSON, others: list[JSON], *, any_case: bool = False) -> bool:
    """Whether a list has an item; see ``_alike``.

    Args:
        any_case: small letters and capitals count as the same.
    """
    if any_case and isinstance(one, str):
        one, others = one.casefold(), [other.casefold() if isinstance(other, str) else other for other in others]
    return any(_alike(one, other) for other in others)


def _alike(one: JSON, other: JSON) -> bool:
    """Whether two values are the same; a number is the text that it is written as: apps give ids as either."""
    if isinstance(one, str) is isinstance(other, str):
        return one == other and isinstance(one, bool) is isinstance(other, bool)
    number = other if isinstance(one, str) else one
    return isinstance(number, int | float) and not isinstance(number, bool) and to_text(one) == to_text(other)


def _same(found: JSON, wanted: list[JSON]) -> bool:
    """Whether a list has just these items, in any order; null is an empty one."""
    there = found if isinstance(found, list) else [] if found is None else None
    return there is not None and sorted(map(to_text, there)) == sorted(map(to_text, wanted))


def _listed(value: JSON) -> list[JSON]:
    if isinstance(value, list):
        return value
    return [text.strip() for text in to_text(value).split(",") if text.strip()]


def _is_of(found: JSON, kind: ValueKind) -> bool:
    match kind:
        case "text":
            return isinstance(found, str)
        case "number":
            return isinstance(found, int | float) and not isinstance(found, bool)
        case "boolean":
            return isinstance(found, bool)
        case "list":
            return isinstance(found, list)
        case "object":
            return isinstance(found, dict)


def _ends(found: JSON, end: str) -> bool:
    return isinstance(found, str) and bool(end) and found.endswith(end)
