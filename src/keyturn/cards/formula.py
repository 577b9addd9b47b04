"""Formulas over named numbers and truth values: a small grammar of its own, parsed here and nowhere evaluated.

::

    formula    = or
    or         = and { "or" and }
    and        = not { "and" not }
    not        = [ "not" ] comparison
    comparison = sum [ ( "<" | "<=" | ">" | ">=" | "=" | "==" | "!=" ) sum ]
    sum        = product { ( "+" | "-" ) product }
    product    = sign { ( "*" | "/" | "%" ) sign }
    sign       = { "-" | "+" } power
    power      = atom [ "^" sign ]
    atom       = number | text in quotes | "true" | "false" | name | "[" any name "]" | "(" formula ")"

``^`` binds more tightly than a sign before it and goes from right to left: ``-2^2`` is -4, ``2^3^2`` is 512. Names
are the card's inputs. A formula may have 1,000 characters and 50 levels of brackets.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from keyturn.flows.conditions import compare, is_mixed
from keyturn.flows.conversion import ConversionError, converter
from keyturn.flows.errors import CardError
from keyturn.flows.json import JSON, Values
from keyturn.flows.types import NUMBER

from . import exact
from .exact import Number

LONGEST = 1_000
_DEEPEST = 50
_TOKEN = re.compile(
    r"\s*(?:(?P<number>[0-9]+(?:\.[0-9]*)?(?:[eE][+-]?[0-9]+)?|\.[0-9]+)"
    r"|\[(?P<quoted>[^\]]+)\]|'(?P<single>[^']*)'|\"(?P<double>[^\"]*)\""
    r"|(?P<word>[^\W\d]\w*)|(?P<sign><=|>=|==|!=|[-+*/%^()<>=]))"
)
_COMPARISONS = {
    "<": "less than",
    "<=": "less than or equal to",
    ">": "greater than",
    ">=": "greater than or equal to",
    "=": "equal to",
    "==": "equal to",
    "!=": "not equal to",
}
_WORDS = frozenset({"and", "or", "not", "true", "false"})
_TO_NUMBER = converter(NUMBER)

Compiled: TypeAlias = Callable[[Values], JSON]


def evaluate(formula: str, values: Values) -> JSON:
    """The value of a formula.

    Raises:
        CardError: it is no formula, a name is unknown, or a value is not of the kind that an operator needs.
    """
    if len(formula) > LONGEST:
        raise _wrong(f"The formula has over {LONGEST} characters.")
    return _compiled(formula)(values)


class _Noting(dict[str, JSON]):
    """Values of names; it is noted beside them when a text meets a number."""

    mixed = False


def meets_text_with_number(formula: str, values: Values) -> bool:
    """Whether a comparison of a formula that works meets a text and a number."""
    noting = _Noting(values)
    try:
        evaluate(formula, noting)
    except CardError:
        return False
    return noting.mixed


def _wrong(message: str) -> CardError:
    return CardError.bad_input("formula", message, "A formula looks like: (a + b) * 2, or: a > 5 and not b.")


@lru_cache(maxsize=512)
def _compiled(formula: str) -> Compiled:
    parser = _Parser(_tokens(formula))
    compiled = parser.either()
    if parser.token is not None:
        raise _wrong(f"The formula goes on with {parser.token.text!r} where it should end.")
    return compiled


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str


def _tokens(formula: str) -> list[_Token]:
    tokens: list[_Token] = []
    position, end = 0, len(formula.rstrip())
    while position < end:
        found = _TOKEN.match(formula, position)
        if found is None or found.lastgroup is None:
            raise _wrong(f"The formula has {formula[position : position + 10].strip()!r}, which means nothing.")
        kind, text = found.lastgroup, found[found.lastgroup]
        if kind == "word" and text.lower() in _WORDS:
            kind, text = "sign", text.lower()
        tokens.append(_Token({"quoted": "word", "single": "text", "double": "text"}.get(kind, kind), text))
        position = found.end()
    return tokens


class _Parser:
    """Recursive descent, one method a rule; each gives a closure over the values of the names."""

    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens
        self._next = 0
        self._depth = 0

    @property
    def token(self) -> _Token | None:
        return self._tokens[self._next] if self._next < len(self._tokens) else None

    def _take(self, *signs: str) -> str | None:
        token = self.token
        if token is not None and token.kind == "sign" and token.text in signs:
            self._next += 1
            return token.text
        return None

    def either(self) -> Compiled:
        parts = [self._both()]
        while self._take("or"):
            parts.append(self._both())
        return parts[0] if len(parts) == 1 else lambda values: any(_truth(part(values)) for part in parts)

    def _both(self) -> Compiled:
        parts = [self._negation()]
        while self._take("and"):
            parts.append(self._negation())
        return parts[0] if len(parts) == 1 else lambda values: all(_truth(part(values)) for part in parts)

    def _negation(self) -> Compiled:
        negated = False
        any_not = False
        while self._take("not"):
            negated, any_not = not negated, True
        inner = self._comparison()
        return (lambda values: _truth(inner(values)) is not negated) if any_not else inner

    def _comparison(self) -> Compiled:
        left = self._sum()
        sign = self._take(*_COMPARISONS)
        if sign is None:
            return left
        right, operator = self._sum(), _COMPARISONS[sign]

        def compared(values: Values) -> JSON:
            a, b = left(values), right(values)
            if isinstance(values, _Noting) and is_mixed(a, b):
                values.mixed = True
            return compare(a, operator, b)

        return compared

    def _sum(self) -> Compiled:
        return self._chain(self._product, "+", "-")

    def _product(self) -> Compiled:
        return self._chain(self._sign, "*", "/", "%")

    def _chain(self, operand: Callable[[], Compiled], *signs: str) -> Compiled:
        first, rest = operand(), list[tuple[Callable[[Number, Number, str], Number], Compiled]]()
        while (sign := self._take(*signs)) is not None:
            rest.append((_OPERATIONS[sign], operand()))
        if not rest:
            return first

        def chained(values: Values) -> JSON:
            result = _number(first(values))
            for operation, part in rest:
                result = operation(result, _number(part(values)), "formula")
            return result

        return chained

    def _sign(self) -> Compiled:
        negative, any_sign = False, False
        while (sign := self._take("-", "+")) is not None:
            negative, any_sign = negative ^ (sign == "-"), True
        inner = self._power()
        if not any_sign:
            return inner
        return lambda values: exact.multiply(-1 if negative else 1, _number(inner(values)), "formula")

    def _power(self) -> Compiled:
        base = self._atom()
        if self._take("^") is None:
            return base
        self._deeper()
        exponent = self._sign()
        self._depth -= 1
        return lambda values: exact.power(_number(base(values)), _number(exponent(values)), "formula")

    def _atom(self) -> Compiled:
        token = self.token
        if self._take("("):
            self._deeper()
            inner = self.either()
            self._depth -= 1
            if not self._take(")"):
                raise _wrong("A bracket of the formula is not closed.")
            return inner
        if token is None:
            raise _wrong("The formula ends where a value should stand.")
        self._next += 1
        match token.kind:
            case "number":
                return _constant(_number(token.text))
            case "text":
                return _constant(token.text)
            case "word":
                return _named(token.text)
            case _ if token.text in ("true", "false"):
                return _constant(token.text == "true")
            case _:
                raise _wrong(f"The formula has {token.text!r} where a value should stand.")

    def _deeper(self) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise _wrong(f"The formula has over {_DEEPEST} levels.")


def _constant(value: JSON) -> Compiled:
    return lambda _: value


def _named(name: str) -> Compiled:
    def read(values: Values) -> JSON:
        if name not in values:
            raise CardError.bad_input("formula", f"There is no input {name!r}.", f"Add an input {name!r}.")
        return values[name]

    return read


def _number(value: JSON) -> Number:
    assert _TO_NUMBER is not None
    try:
        converted = _TO_NUMBER(value)
    except ConversionError as error:
        raise _wrong(f"The formula needs a number: {error}.") from None
    if not isinstance(converted, int | float):
        raise _wrong("The formula needs a number, and there is none.")
    return converted


def _truth(value: JSON) -> bool:
    if isinstance(value, bool):
        return value
    if value is None:
        return False
    if value in (0, 1):
        return value == 1
    raise _wrong("The formula needs something that is true or false.")


_OPERATIONS: dict[str, Callable[[Number, Number, str], Number]] = {
    "+": exact.add,
    "-": exact.subtract,
    "*": exact.multiply,
    "/": exact.divide,
    "%": exact.remainder,
}
