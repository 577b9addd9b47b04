"""The inputs of a card, compiled: what is static is converted once, what refers is resolved at each run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from keyturn.flows.conversion import ConversionError, converter
from keyturn.flows.errors import CardError
from keyturn.flows.json import JSON, Values
from keyturn.flows.resolve import Resolver, compile_value
from keyturn.flows.spec import FieldSpec
from keyturn.flows.types import Kind, Type
from keyturn.flows.values import Static, Template, Value

from .secrets import Head, SecretPlaces, heads_of

Converter: TypeAlias = Callable[[JSON], JSON]
_TEXT = Type(Kind.TEXT)


@dataclass(frozen=True, slots=True)
class Inputs:
    """Names and how to get their values, in the order of the document.

    Attributes:
        heads: what the value of a name refers to, where it refers to anything.
        titles: what people call an input, where that is not its name.
    """

    base: Values
    dynamic: tuple[tuple[str, Resolver, Converter | None], ...]
    heads: tuple[tuple[str, frozenset[Head]], ...] = ()
    titles: Mapping[str, str] = field(default_factory=dict[str, str])

    def made_from(self, secrets: SecretPlaces) -> frozenset[str]:
        """The names whose values are made from secrets."""
        if not secrets.any:
            return NO_NAMES
        return frozenset(name for name, heads in self.heads if secrets.hold(heads))

    def resolve(self, values: Values) -> Values:
        """The inputs for what the run has so far.

        Raises:
            CardError: a value cannot be converted to the type of its field; names the field.
        """
        result = dict(self.base)
        for name, resolver, convert in self.dynamic:
            value = resolver(values)
            result[name] = value if convert is None else self._convert(name, value, convert)
        return result

    def are_known(self, values: Values) -> bool:
        """Whether all that they refer to is there."""
        return all(self._is_known(heads, values) for _, heads in self.heads)

    def resolve_known(self, values: Values) -> Values:
        """As ``resolve``, for a part of what the run has: without what refers to more, or cannot be converted."""
        unknown = {name for name, heads in self.heads if not self._is_known(heads, values)}
        result = {name: value for name, value in self.base.items() if name not in unknown}
        for name, resolver, convert in self.dynamic:
            if name in unknown:
                continue
            try:
                value = resolver(values)
                result[name] = value if convert is None else self._convert(name, value, convert)
            except CardError:
                result.pop(name, None)
        return result

    @staticmethod
    def _is_known(heads: frozenset[Head], values: Values) -> bool:
        return all(root in values for root, _ in heads)

    def _convert(self, name: str, value: JSON, convert: Converter) -> JSON:
        try:
            return convert(value)
        except ConversionError as error:
            what = f"The input {self.titles.get(name, name)!r} cannot be used: {error}."
            raise CardError.bad_input(name, what, "Check what it is given.") from error


def defaults_of(declared: Iterable[FieldSpec]) -> Values:
    """Values of inputs that are not given. What may be null has none: null is there only if it is given."""
    return {one.name: one.default for one in declared if not one.nullable or one.default is not None}


def compile_inputs(
    given: Mapping[str, Value],
    types: Mapping[str, Type],
    defaults: Mapping[str, JSON],
    special: Mapping[str, Resolver] | None = None,
    titles: Mapping[str, str] | None = None,
) -> Inputs:
    """Compile inputs.

    Args:
        given: the values in the document.
        types: declared types of the inputs; others are of any type.
        defaults: values of declared inputs that are not given.
        special: resolvers that replace the usual one (addresses).
        titles: what people call the declared inputs.
    """
    base: Values = {name: default for name, default in defaults.items() if name not in given}
    dynamic: list[tuple[str, Resolver, Converter | None]] = []
    for name, value in given.items():
        convert = converter(types[name]) if name in types else None
        if special and name in special:
            dynamic.append((name, special[name], convert))
            base[name] = None
        elif isinstance(value, Static) and convert is None:
            base[name] = value.value
        else:
            base[name] = None
            is_text = isinstance(value, Template) and types.get(name) == _TEXT
            dynamic.append((name, compile_value(value), None if is_text else convert))
    heads = ((name, heads_of(value)) for name, value in given.items())
    return Inputs(base, tuple(dynamic), tuple((name, found) for name, found in heads if found), titles or {})


NO_NAMES: frozenset[str] = frozenset()
NO_INPUTS = Inputs({}, ())
