"""Arithmetic as people count.

Numbers are integers, exact within 64 bits, or decimals. A decimal is taken as what its shortest text says, computed
with 40 digits, and stored as the nearest IEEE double: 0.1 + 0.2 is 0.3, and not 0.30000000000000004. A whole result is
an integer where doubles are exact (up to 2^53), and where all that went into it was whole.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Context, Decimal, DecimalException, DivisionByZero, InvalidOperation, Overflow
from typing import TypeAlias

from keyturn.flows.errors import CardError

Number: TypeAlias = int | float

_CONTEXT = Context(
    prec=40, rounding=ROUND_HALF_UP, Emin=-500, Emax=500, traps=[InvalidOperation, DivisionByZero, Overflow]
)
_SMALLEST, _LARGEST = -(2**63), 2**64 - 1
_EXACT = 2**53


def decimal(value: Number) -> Decimal:
    """A number as the decimal that its shortest text says."""
    return Decimal(value) if isinstance(value, int) else Decimal(repr(value))


def number(value: Decimal, field: str, whole: bool = False) -> Number:
    """A decimal as a number.

    Args:
        value: what was computed.
        field: the input that an error names.
        whole: all that went into it was whole, so that a whole result is exact within 64 bits.

    Raises:
        CardError: it is too large for a number.
    """
    if whole and value == value.to_integral_value():
        return integer(int(value), field)
    result = float(value)
    if not math.isfinite(result):
        raise too_large(field)
    return int(result) if result.is_integer() and abs(result) <= _EXACT else result


def integer(value: int, field: str) -> int:
    """A whole number that fits into 64 bits.

    Raises:
        CardError: it does not.
    """
    if not _SMALLEST <= value <= _LARGEST:
        raise too_large(field)
    return value


def too_large(field: str) -> CardError:
    """The result cannot be a number."""
    return CardError.bad_input(field, "The result is too large for a number.", "Use smaller numbers.")


def add(a: Number, b: Number, field: str) -> Number:
    """The sum."""
    if isinstance(a, int) and isinstance(b, int):
        return integer(a + b, field)
    return _calculate(_CONTEXT.add, a, b, field)


def subtract(a: Number, b: Number, field: str) -> Number:
    """The difference."""
    if isinstance(a, int) and isinstance(b, int):
        return integer(a - b, field)
    return _calculate(_CONTEXT.subtract, a, b, field)


def multiply(a: Number, b: Number, field: str) -> Number:
    """The product."""
    if isinstance(a, int) and isinstance(b, int):
        return integer(a * b, field)
    return _calculate(_CONTEXT.multiply, a, b, field)


def divide(a: Number, b: Number, field: str) -> Number:
    """The quotient; exact where it is whole.

    Raises:
        CardError: division by zero.
    """
    if b == 0:
        raise CardError.bad_input(field, "Nothing can be divided by 0.", "Check the divisor before, with If/Else.")
    if isinstance(a, int) and isinstance(b, int) and a % b == 0:
        return integer(a // b, field)
    return _calculate(_CONTEXT.divide, a, b, field)


def remainder(a: Number, b: Number, field: str) -> Number:
    """What is left of a division; it has the sign of the divided number.

    Raises:
        CardError: division by zero.
    """
    if b == 0:
        raise CardError.bad_input(field, "Nothing can be divided by 0.", "Check the divisor before, with If/Else.")
    if isinstance(a, int) and isinstance(b, int):
        return integer(int(math.copysign(1, a)) * (abs(a) % abs(b)), field)
    return number(_remainder(decimal(a), decimal(b)), field)


def _remainder(a: Decimal, b: Decimal) -> Decimal:
    """Exact, by integers: the quotient of a decimal remainder may not have more digits than the context."""
    scale = min(int(a.as_tuple().exponent), int(b.as_tuple().exponent))
    left, right = int(a.scaleb(-scale, _WIDE)), int(b.scaleb(-scale, _WIDE))
    rest = abs(left) % abs(right)
    return Decimal(-rest if left < 0 else rest).scaleb(scale, _WIDE)


_WIDE = Context(prec=1_000, Emin=-2_000, Emax=2_000)


def power(a: Number, b: Number, field: str) -> Number:
    """a to the power of b.

    Raises:
        CardError: the result is no number (a root of a negative number) or too large.
    """
    if isinstance(a, int) and isinstance(b, int) and 0 <= b <= 64:
        return integer(a**b, field)
    return _calculate(_CONTEXT.power, a, b, field)


def _calculate(operation: Callable[[Decimal, Decimal], Decimal], a: Number, b: Number, field: str) -> Number:
    try:
        return number(operation(decimal(a), decimal(b)), field)
    except Overflow:
        raise too_large(field) from None
    except DecimalException:
        raise CardError.bad_input(field, "The result is no number.", "Check the numbers.") from None


def square_root(value: Number, field: str) -> Number:
    """The square root of a number that is not negative."""
    if isinstance(value, int) and math.isqrt(value) ** 2 == value:
        return math.isqrt(value)
    return number(_CONTEXT.sqrt(decimal(value)), field)


def round_to(value: Decimal, places: int) -> Decimal:
    """Rounded to so many places after the point, halves away from zero."""
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, _WIDE)


def hundredfold(value: Number) -> Decimal:
    """A number in per cent."""
    return _WIDE.multiply(decimal(value), Decimal(100))
