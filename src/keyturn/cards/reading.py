"""Reads the inputs of a function card by its declaration, so that its code meets clean values only.

The engine converts what a document gives to the declared types; here the same conversion is done for whoever calls a
card directly, and what the declaration says about null, empty, out-of-range and too-large values (``BadInput``) is
carried out. The inputs of control cards are read in the same way, before the engine carries the card out.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import TypeAlias

from keyturn.flows.conditions import MOST_LEVELS
from keyturn.flows.conversion import ConversionError, converter
from keyturn.flows.errors import CardError
from keyturn.flows.functions import ControlRules
from keyturn.flows.json import JSON, Values
from keyturn.flows.spec import BadInput, CardSpec, FieldFormat, FieldSpec, OnNull, Outside
from keyturn.flows.types import LIST, Kind

from .limits import Limits
from .looking import Look

# Their levels are counted where they are read: so many more than those of the values in them.
_CONDITIONS = frozenset({FieldFormat.CONDITION, FieldFormat.ITEM_CONDITION, FieldFormat.ROW_CONDITION})
_LEVELS_OF_A_CONDITION = 2 * (MOST_LEVELS + 1)
_SIZED = frozenset[type]({str, dict, list})
_PLAIN = frozenset({Kind.NUMBER, Kind.BOOLEAN, Kind.DATETIME})
# What is of these types already is not converted.
_READY: dict[Kind, frozenset[type]] = {
    Kind.TEXT: frozenset({str}),
    Kind.SECRET: frozenset({str}),
    Kind.NUMBER: frozenset({int, float}),
    Kind.BOOLEAN: frozenset({bool}),
    Kind.OBJECT: frozenset({dict}),
    Kind.FILE: frozenset({dict}),
}

Reader: TypeAlias = Callable[[str, JSON], JSON]
InputReader: TypeAlias = Callable[[Values], list[JSON | tuple[str, ...]]]


class GivesNull(Exception):
    """An input for which the card gives null."""


def empty_of(field: FieldSpec) -> JSON:
    """The empty value of a field's type."""
    if field.type.depth:
        return []
    match field.type.kind:
        case Kind.TEXT | Kind.SECRET:
            return ""
        case Kind.OBJECT:
            return {}
        case Kind.NUMBER:
            return 0
        case Kind.BOOLEAN:
            return False
        case _:
            return None


def compile_reader(spec: CardSpec, limits: Limits, look: Look) -> InputReader:
    """A function from a card's inputs to the arguments of its code; raises CardError and GivesNull."""
    declared = [(field.name, field.default, field_reader(field, limits, look)) for field in spec.inputs]
    read_rest = _rest_reader(spec, limits, look)

    def read(inputs: Values) -> list[JSON | tuple[str, ...]]:
        arguments: list[JSON | tuple[str, ...]] = [
            reader(name, inputs.get(name, default)) for name, default, reader in declared
        ]
        if read_rest is not None:
            arguments.append(read_rest(inputs))
        return arguments

    return read


def _rest_reader(spec: CardSpec, limits: Limits, look: Look) -> Callable[[Values], Values] | None:
    """Reads the inputs that are the author's to name; None for cards that have none."""
    names = frozenset(field.name for field in spec.inputs)
    free = field_reader(spec.free_input, limits, look) if spec.free_input else None

    def read(inputs: Values) -> Values:
        rest = {name: value for name, value in inputs.items() if name not in names} if names else {**inputs}
        if len(rest) > limits.items:
            limits.check_items("inputs", len(rest))
        if free is not None:
            return {name: free(name, value) for name, value in rest.items()}
        for name, value in rest.items():
            if type(value) in _SIZED:
                look(name, value)
        return rest

    return read if spec.free_inputs else None


def bind_control(spec: CardSpec, limits: Limits, look: Look) -> ControlRules:
    """What the declaration of a card that the engine carries out says of its inputs, within the limits."""
    readers = [(field.name, field.default, field_reader(field, limits, look)) for field in spec.inputs]
    read_rest = _rest_reader(spec, limits, look)

    def read(inputs: Values) -> Values:
        rest = read_rest(inputs) if read_rest is not None else {}
        return {
            **inputs,
            **rest,
            **{name: reader(name, inputs.get(name, default)) for name, default, reader in readers},
        }

    return ControlRules(read, _output_checker(spec.inputs, look))


def bind_action(spec: CardSpec, fields: tuple[FieldSpec, ...], limits: Limits, look: Look) -> ControlRules:
    """What the declaration of a card that touches the world says of its inputs, within the limits.

    They are looked at and stay as they are: the journal knows what was sent by what the card was given. The inputs of
    connectors' cards do not say what becomes of bad values; what is too large is an error there as well.

    Args:
        spec: the card.
        fields: its inputs, once its options are chosen.
        limits: of the installation.
        look: what looks at values.
    """
    readers = [
        (
            field.name,
            field.default,
            field_reader(field, limits, look) if field.bad else _only_looked_at(field, look),
            {str(choice.value).lower(): choice.value for choice in field.choices},
        )
        for field in fields
    ]
    read_rest = _rest_reader(replace(spec, inputs=fields), limits, look)

    def read(inputs: Values) -> Values:
        with suppress(GivesNull):
            for name, default, reader, choices in readers:
                value = inputs.get(name, default)
                # These cards take their choices in capital letters as well.
                reader(name, choices.get(value.lower(), value) if choices and isinstance(value, str) else value)
            if read_rest is not None:
                read_rest(inputs)
        return inputs

    return ControlRules(read, _output_checker(fields, look))


def _output_checker(fields: tuple[FieldSpec, ...], look: Look) -> Callable[[Values], None]:
    place = fields[0].name if fields else ""

    def check(outputs: Values) -> None:
        for value in outputs.values():
            look(place, value)

    return check


def field_reader(field: FieldSpec, limits: Limits, look: Look) -> Reader:
    """A function from an input's name and value to the value that the card's code gets."""
    bad = field.bad
    if bad is None:
        raise ValueError(f"the input {field.name!r} of a function card does not say what it does with bad values")
    convert, on_null, check = converter(field.type), _null_reader(field, bad), _checker(field, bad, limits, look)
    ready, ready_items = _ready_types(field)

    def read(name: str, value: JSON) -> JSON:
        if value is None:
            return on_null(name)
        if convert is None or type(value) in ready:
            return check(name, value)
        if not (ready_items and isinstance(value, list) and ready_items.issuperset(map(type, value))):
            if isinstance(value, (dict, list)):
                look(name, value)  # before it is written as text, which goes through all of it
            try:
                value = convert(value)
            except ConversionError as error:
                raise CardError.bad_input(
                    name, f"The input {field.shown(name)!r} cannot be used: {error}.", "Check what it is given."
                ) from error
            if value is None:
                return on_null(name)
        return check(name, value)

    return read


def _ready_types(field: FieldSpec) -> tuple[frozenset[type], frozenset[type]]:
    """The types of values that need no conversion, and those of the items of such a list."""
    none = frozenset[type]()
    if field.type == LIST:
        return frozenset({list}), none
    ready = _READY.get(field.type.kind, none)
    return (none, ready if field.type.depth == 1 else none) if field.type.depth else (ready, none)


def _null_reader(field: FieldSpec, bad: BadInput) -> Callable[[str], JSON]:
    def gives_null(name: str) -> JSON:
        raise GivesNull

    def fails(name: str) -> JSON:
        raise CardError.bad_input(name, f"The input {field.shown(name)!r} is empty.", "Give it a value.")

    match bad.null:
        case OnNull.NULL:
            return gives_null
        case OnNull.ERROR:
            return fails
        case OnNull.DEFAULT:
            return lambda _: field.default
        case OnNull.EMPTY:
            return lambda _: empty_of(field)
        case OnNull.VALUE:
            return lambda _: None


def _checker(field: FieldSpec, bad: BadInput, limits: Limits, look: Look) -> Reader:
    on_empty = _null_reader(field, BadInput(bad.empty)) if bad.empty is not None else None
    check = _kind_checker(field, bad, limits, look)
    allowed = [choice.value for choice in field.choices]

    def checked(name: str, value: JSON) -> JSON:
        if on_empty is not None and value in ("", [], {}):
            return on_empty(name)
        if allowed and value not in allowed:
            shown = ", ".join(str(choice) for choice in allowed)
            raise CardError.bad_input(
                name, f"The input {field.shown(name)!r} is none of its choices.", f"Use one of: {shown}."
            )
        return check(name, value)

    return checked if on_empty is not None or allowed else check


def _only_looked_at(field: FieldSpec, look: Look) -> Reader:
    more_levels = _LEVELS_OF_A_CONDITION if field.format in _CONDITIONS else 0

    def looked_at(name: str, value: JSON) -> JSON:
        look(name, value, more_levels)
        return value

    return looked_at


def _kind_checker(field: FieldSpec, bad: BadInput, limits: Limits, look: Look) -> Reader:
    looked_at = _only_looked_at(field, look)

    def counted(name: str, value: JSON) -> JSON:
        assert isinstance(value, list)
        limits.check_items(name, len(value))
        return value

    if field.type.depth:
        return counted if field.type.depth == 1 and field.type.kind in _PLAIN else looked_at
    match field.type.kind:
        case Kind.TEXT | Kind.SECRET:
            return lambda name, value: _text(name, value, limits)
        case Kind.NUMBER:
            return lambda name, value: _number(name, value, field, bad)
        case kind if kind in _PLAIN:
            return lambda _, value: value
        case _:
            return looked_at


def _text(name: str, value: JSON, limits: Limits) -> JSON:
    assert isinstance(value, str)
    if len(value) > limits.text:
        limits.check_text(name, len(value))
    return value


def _number(name: str, value: JSON, field: FieldSpec, bad: BadInput) -> JSON:
    assert isinstance(value, int | float)
    if isinstance(value, float):
        if not math.isfinite(value):
            raise CardError.bad_input(name, f"The input {field.shown(name)!r} is no finite number.", "Give a number.")
        if value.is_integer() and abs(value) <= 2**53:
            value = int(value)
        elif bad.whole:
            raise CardError.bad_input(
                name, f"The input {field.shown(name)!r} is {value}, no whole number.", "Give a whole number."
            )
    low = bad.least is not None and value < bad.least
    if not low and (bad.most is None or value <= bad.most):
        return value
    match bad.outside:
        case Outside.NULL:
            raise GivesNull
        case Outside.CLAMP:
            return bad.least if low else bad.most
        case Outside.ERROR:
            raise CardError.bad_input(
                name, f"The input {field.shown(name)!r} is {value}, out of range.", f"Give a number {span(bad)}."
            )


def span(bad: BadInput) -> str:
    """The range of a number in words."""
    if bad.least is None:
        return f"of at most {bad.most}"
    return f"of at least {bad.least}" if bad.most is None else f"from {bad.least} to {bad.most}"
