"""Reads the inputs of a function card by its declaration, so that its code meets clean values only.

The engine converts what a document gives to the declared types; here the same conversion is done for whoever calls a
card directly, and what the declaration says about null, empty, out-of-range and too-large values (``BadInput``) is
carried out. The inputs of control cards are read in the same way, before the engine carries the card out.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TypeAlias

from keyturn.flows.conversion import ConversionError, converter
from keyturn.flows.errors import CardError
from keyturn.flows.functions import ControlRules
from keyturn.flows.json import JSON, Values
from keyturn.flows.spec import BadInput, CardSpec, FieldFormat, FieldSpec, OnNull, Outside
from keyturn.flows.types import Kind

from .limits import Limits

_NESTING = frozenset({Kind.ANY, Kind.OBJECT, Kind.FILE})
# They may be deeper: their levels are counted where they are read.
_CONDITIONS = frozenset({FieldFormat.CONDITION, FieldFormat.ITEM_CONDITION, FieldFormat.ROW_CONDITION})
_HOLDERS = frozenset((dict, list))
# So many values of each level are looked at for how deep they are: a card that takes one item out of a long list, in a
# loop over it, must not go through the whole list each time.
_LOOKED_AT = 100

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


def compile_reader(spec: CardSpec, limits: Limits) -> InputReader:
    """A function from a card's inputs to the arguments of its code; raises CardError and GivesNull."""
    declared = [(field.name, field.default, field_reader(field, limits)) for field in spec.inputs]
    names = frozenset(field.name for field in spec.inputs)
    free = field_reader(spec.free_input, limits) if spec.free_input else None

    def read(inputs: Values) -> list[JSON | tuple[str, ...]]:
        arguments: list[JSON | tuple[str, ...]] = [
            reader(name, inputs.get(name, default)) for name, default, reader in declared
        ]
        if spec.free_inputs:
            rest = {name: value for name, value in inputs.items() if name not in names}
            limits.check_items("inputs", len(rest))
            arguments.append({name: free(name, value) for name, value in rest.items()} if free else rest)
        return arguments

    return read


def bind_control(spec: CardSpec, limits: Limits) -> ControlRules:
    """What the declaration of a card that the engine carries out says of its inputs, within the limits."""
    readers = [(field.name, field.default, field_reader(field, limits)) for field in spec.inputs]
    place = spec.inputs[0].name if spec.inputs else ""

    def read(inputs: Values) -> Values:
        return {**inputs, **{name: reader(name, inputs.get(name, default)) for name, default, reader in readers}}

    def check(outputs: Values) -> None:
        for value in outputs.values():
            if isinstance(value, list):
                limits.check_items(place, len(value))

    return ControlRules(read, check)


def field_reader(field: FieldSpec, limits: Limits) -> Reader:
    """A function from an input's name and value to the value that the card's code gets."""
    bad = field.bad
    if bad is None:
        raise ValueError(f"the input {field.name!r} of a function card does not say what it does with bad values")
    convert, on_null, check = converter(field.type), _null_reader(field, bad), _checker(field, bad, limits)

    def read(name: str, value: JSON) -> JSON:
        if value is None:
            return on_null(name)
        if convert is not None:
            try:
                value = convert(value)
            except ConversionError as error:
                raise CardError.bad_input(
                    name, f"The input {name!r} cannot be used: {error}", "Check what it is given."
                ) from error
            if value is None:
                return on_null(name)
        return check(name, value)

    return read


def _null_reader(field: FieldSpec, bad: BadInput) -> Callable[[str], JSON]:
    def gives_null(name: str) -> JSON:
        raise GivesNull

    def fails(name: str) -> JSON:
        raise CardError.bad_input(name, f"The input {name!r} is empty.", "Give it a value.")

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


def _checker(field: FieldSpec, bad: BadInput, limits: Limits) -> Reader:
    on_empty = _null_reader(field, BadInput(bad.empty)) if bad.empty is not None else None
    check = _kind_checker(field, bad, limits)
    allowed = [choice.value for choice in field.choices]

    def checked(name: str, value: JSON) -> JSON:
        if on_empty is not None and value in ("", [], {}):
            return on_empty(name)
        if allowed and value not in allowed:
            shown = ", ".join(str(choice) for choice in allowed)
            raise CardError.bad_input(name, f"The input {name!r} is none of its choices.", f"Use one of: {shown}.")
        return check(name, value)

    return checked if on_empty is not None or allowed else check


def _kind_checker(field: FieldSpec, bad: BadInput, limits: Limits) -> Reader:
    if field.type.depth:
        may_nest = field.type.depth > 1 or field.type.kind in _NESTING
        return lambda name, value: _list(name, value, limits, may_nest)
    match field.type.kind:
        case Kind.TEXT | Kind.SECRET:
            return lambda name, value: _text(name, value, limits)
        case Kind.NUMBER:
            return lambda name, value: _number(name, value, bad)
        case kind if kind in _NESTING and field.format not in _CONDITIONS:
            return lambda name, value: _nested(name, value, limits)
        case _:
            return lambda _, value: value


def _list(name: str, value: JSON, limits: Limits, may_nest: bool) -> JSON:
    assert isinstance(value, list)
    limits.check_items(name, len(value))
    return _nested(name, value, limits) if may_nest else value


def _nested(name: str, value: JSON, limits: Limits) -> JSON:
    if isinstance(value, dict | list):
        held = value.values() if isinstance(value, dict) else value
        if len(value) > _LOOKED_AT or not _HOLDERS.isdisjoint(map(type, held)):
            limits.check_depth(name, value, first=_LOOKED_AT)
    return value


def _text(name: str, value: JSON, limits: Limits) -> JSON:
    assert isinstance(value, str)
    if len(value) > limits.text:
        limits.check_text(name, len(value))
    return value


def _number(name: str, value: JSON, bad: BadInput) -> JSON:
    assert isinstance(value, int | float)
    if isinstance(value, float):
        if not math.isfinite(value):
            raise CardError.bad_input(name, f"The input {name!r} is no finite number.", "Give a number.")
        if value.is_integer() and abs(value) <= 2**53:
            value = int(value)
        elif bad.whole:
            raise CardError.bad_input(name, f"The input {name!r} is {value}, no whole number.", "Give a whole number.")
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
                name, f"The input {name!r} is {value}, out of range.", f"Give a number {span(bad)}."
            )


def span(bad: BadInput) -> str:
    """The range of a number in words."""
    if bad.least is None:
        return f"of at most {bad.most}"
    return f"of at least {bad.least}" if bad.most is None else f"from {bad.least} to {bad.most}"
