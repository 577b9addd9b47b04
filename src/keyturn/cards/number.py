"""Number cards. How numbers are computed is in ``exact.py``."""

from __future__ import annotations

import math
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from keyturn.flows.errors import CardError
from keyturn.flows.functions import EffectPorts
from keyturn.flows.json import JSON, Values
from keyturn.flows.spec import OnNull
from keyturn.flows.types import NUMBER

from . import exact
from .declare import Category, example
from .exact import Number
from .fields import further, gives_number, gives_text, items, number, text
from .formula import evaluate

NUMBERS = Category("number", "Number")
_A = number("a", "Number 1", "The first number.", required=True)
_B = number("b", "Number 2", "The second number.", required=True)
_NUMBER = number("number", "Number", "The number.", okta="a", required=True)
_FURTHER = number("number", "Number", "one number more.")


def _add(a: Number, b: Number, rest: dict[str, Number]) -> JSON:
    return _sum([a, b, *rest.values()], "a")


def _sum(numbers: list[Number], field: str) -> Number:
    if all(isinstance(value, int) for value in numbers):
        return exact.integer(sum(int(value) for value in numbers), field)
    total: Number = 0
    for value in numbers:
        total = exact.add(total, value, field)
    return total


def _multiply(a: Number, b: Number, rest: dict[str, Number]) -> JSON:
    result = exact.multiply(a, b, "a")
    for value in rest.values():
        result = exact.multiply(result, value, "a")
    return result


def _divide(a: Number, b: Number, decimals: int | None) -> JSON:
    quotient = exact.divide(a, b, "b")
    percentage = exact.hundredfold(quotient)
    if decimals is not None:
        quotient = exact.number(exact.round_to(exact.decimal(quotient), decimals), "a")
        percentage = exact.round_to(percentage, decimals)
    return {"output": quotient, "percentage": f"{_plain(percentage)}%"}


def _plain(value: Decimal) -> str:
    """Digits without an exponent and without needless zeros."""
    digits = f"{value:f}"
    return digits.rstrip("0").rstrip(".") if "." in digits else digits


def _round(value: Number, decimals: int) -> JSON:
    return exact.number(exact.round_to(exact.decimal(value), decimals), "number", isinstance(value, int))


def _round_up(value: Number) -> JSON:
    return exact.number(exact.decimal(value).to_integral_value(ROUND_CEILING), "number", isinstance(value, int))


def _round_down(value: Number) -> JSON:
    return exact.number(exact.decimal(value).to_integral_value(ROUND_FLOOR), "number", isinstance(value, int))


def _log(value: Number, base: Number) -> JSON:
    if value <= 0:
        raise CardError.bad_input("number", f"{value} has no logarithm.", "Give a number above 0.")
    if base <= 0 or base == 1:
        raise CardError.bad_input("base", f"{base} is no base of logarithms.", "Give a number above 0 that is not 1.")
    if base == 10:
        result = math.log10(value)
    elif base == 2:
        result = math.log2(value)
    else:
        result = math.log(value) / math.log(base)
    nearest = round(result)
    # Exact where the number is a whole power: 125 is 5 to the power of 3, though the quotient says 3.0000000000000004.
    if isinstance(value, int) and isinstance(base, int) and 0 <= nearest <= 64 and base**nearest == value:
        return nearest
    return int(result) if result.is_integer() else result


def _formula(formula: str, values: Values) -> JSON:
    result = evaluate(formula, values)
    if isinstance(result, bool) or not isinstance(result, int | float):
        raise CardError.bad_input("formula", "The formula gives no number.", "Use Expression for true and false.")
    return result


def _smaller(a: Number, b: Number, rest: dict[str, Number]) -> JSON:
    return min(a, b, *rest.values())


def _larger(a: Number, b: Number, rest: dict[str, Number]) -> JSON:
    return max(a, b, *rest.values())


def _sum_of_list(values: list[Number | None]) -> JSON:
    return _sum([value for value in values if value is not None], "list")


def _random(ports: EffectPorts, low: int, high: int) -> JSON:
    if high <= low:
        raise CardError.bad_input(
            "less_than", f"There is no whole number from {low} to below {high}.", "Make it larger."
        )
    return low + int(ports.random() * (high - low))


def _subtract(a: Number, b: Number) -> JSON:
    return exact.subtract(a, b, "a")


def _absolute(value: Number) -> JSON:
    return exact.integer(abs(value), "number") if isinstance(value, int) else abs(value)


def _remainder(a: Number, b: Number) -> JSON:
    return exact.remainder(a, b, "divide_by")


def _square_root(value: Number) -> JSON:
    return exact.square_root(value, "number")


CARDS = (
    NUMBERS.card(
        "add",
        "Add",
        "Adds numbers.",
        _add,
        inputs=(_A, _B),
        free_input=_FURTHER,
        outputs=(gives_number("The sum."),),
        okta="math:add",
        synonyms=("plus", "sum", "total", "math"),
        examples=(
            example({"a": 2, "b": 3, "c": 4}, {"output": 9}),
            example({"a": 0.1, "b": "0.2"}, {"output": 0.3}, "Decimals add as people count; digits in a text do."),
        ),
    ),
    NUMBERS.card(
        "subtract",
        "Subtract",
        "Subtracts one number from another.",
        _subtract,
        inputs=(
            number("a", "Number", "The number from which is taken.", required=True),
            number("b", "Subtract", "How much is taken.", required=True),
        ),
        outputs=(gives_number("The difference."),),
        okta="math:subtract",
        synonyms=("minus", "difference", "math"),
        examples=(
            example({"a": 10, "b": 4}, {"output": 6}),
            example({"a": 0.3, "b": 0.1}, {"output": 0.2}),
        ),
    ),
    NUMBERS.card(
        "multiply",
        "Multiply",
        "Multiplies numbers.",
        _multiply,
        inputs=(_A, _B),
        free_input=_FURTHER,
        outputs=(gives_number("The product."),),
        okta="math:multiply",
        synonyms=("times", "product", "math"),
        examples=(
            example({"a": 6, "b": 7}, {"output": 42}),
            example({"a": 1.1, "b": 3}, {"output": 3.3}),
        ),
    ),
    NUMBERS.card(
        "divide",
        "Divide",
        "Divides one number by another.",
        _divide,
        inputs=(
            number("a", "Number", "The number that is divided.", required=True),
            number("b", "Divided by", "The divisor.", required=True, note="0 is an error."),
            number(
                "decimals",
                "Number of decimal points",
                "To how many places the results are rounded, halves away from zero; without it they are not.",
                null=OnNull.VALUE,
                whole=True,
                least=0,
                most=20,
            ),
        ),
        outputs=(
            gives_number("The quotient.", title="Result as a decimal"),
            gives_text("The quotient in per cent, with the sign.", "percentage", "Result as a percentage (%)"),
        ),
        okta="math:divide",
        synonyms=("quotient", "percent", "ratio", "math"),
        examples=(
            example({"a": 1, "b": 4, "decimals": 2}, {"output": 0.25, "percentage": "25%"}),
            example({"a": 2, "b": 3, "decimals": 2}, {"output": 0.67, "percentage": "66.67%"}),
        ),
    ),
    NUMBERS.card(
        "round",
        "Round",
        "Rounds to the nearest number, halves away from zero.",
        _round,
        inputs=(
            _NUMBER,
            further(
                number(
                    "decimals",
                    "Decimals",
                    "How many places after the point are kept.",
                    default=0,
                    null=OnNull.DEFAULT,
                    whole=True,
                    least=0,
                    most=20,
                )
            ),
        ),
        outputs=(gives_number("The rounded number.", title="Rounded"),),
        okta="math:round",
        synonyms=("nearest", "decimals"),
        examples=(
            example({"number": 2.5}, {"output": 3}),
            example({"number": 1.005, "decimals": 2}, {"output": 1.01}, "1.005 is taken as it is written."),
        ),
    ),
    NUMBERS.card(
        "round_up",
        "Round Up",
        "Gives the next whole number that is not smaller.",
        _round_up,
        inputs=(_NUMBER,),
        outputs=(gives_number("The whole number.", title="Rounded up"),),
        okta="math:ceil",
        synonyms=("ceiling", "ceil"),
        examples=(
            example({"number": 2.1}, {"output": 3}),
            example({"number": -2.1}, {"output": -2}),
        ),
    ),
    NUMBERS.card(
        "round_down",
        "Round Down",
        "Gives the next whole number that is not larger.",
        _round_down,
        inputs=(_NUMBER,),
        outputs=(gives_number("The whole number.", title="Rounded down"),),
        synonyms=("floor", "truncate", "integer"),
        examples=(
            example({"number": 2.9}, {"output": 2}),
            example({"number": -2.1}, {"output": -3}),
        ),
    ),
    NUMBERS.card(
        "formula",
        "Formula",
        "Computes a formula over numbers that you name.",
        _formula,
        inputs=(
            text(
                "formula",
                "Formula",
                "Names of inputs, numbers, + - * / % ^ and brackets; [a name] where it is no plain word.",
                okta="_text_",
                required=True,
                null=OnNull.ERROR,
                empty=OnNull.ERROR,
                note="What is no formula, and a name without an input, is an error.",
            ),
        ),
        free_input=number("number", "Number", "a value that the formula names.", null=OnNull.VALUE),
        outputs=(gives_number("The result."),),
        okta="math:expression",
        synonyms=("math", "calculate", "expression", "arithmetic", "equation"),
        examples=(
            example({"formula": "(a + b) * 2 ^ 3", "a": 1, "b": 2}, {"output": 24}),
            example({"formula": "([Unix ms] + 11644473600000) * 10000", "Unix ms": 0}, {"output": 116444736000000000}),
        ),
    ),
    NUMBERS.card(
        "absolute",
        "Absolute Value",
        "Takes the sign away.",
        _absolute,
        inputs=(number("number", "Number", "The number.", required=True),),
        outputs=(gives_number("The number without its sign."),),
        synonyms=("abs", "magnitude"),
        examples=(
            example({"number": -5}, {"output": 5}),
            example({"number": 0.5}, {"output": 0.5}),
        ),
    ),
    NUMBERS.card(
        "factorial",
        "Factorial",
        "Multiplies all whole numbers from 1 to a number.",
        math.factorial,
        inputs=(number("number", "Number", "A whole number.", whole=True, least=0, most=20, required=True),),
        outputs=(gives_number("The product."),),
        synonyms=("permutations",),
        examples=(
            example({"number": 5}, {"output": 120}),
            example({"number": 0}, {"output": 1}),
        ),
    ),
    NUMBERS.card(
        "log",
        "Log",
        "Tells to which power a base must be raised to give a number.",
        _log,
        inputs=(
            number("number", "Input", "The number; it must be above 0.", okta="input", required=True),
            number("base", "Base", "The base; it must be above 0 and not 1.", default=10, null=OnNull.DEFAULT),
        ),
        outputs=(gives_number("The exponent."),),
        synonyms=("logarithm", "exponent"),
        examples=(
            example({"number": 1000, "base": 10}, {"output": 3}),
            example({"number": 125, "base": 5}, {"output": 3}),
        ),
    ),
    NUMBERS.card(
        "remainder",
        "Remainder",
        "Gives what a division leaves over.",
        _remainder,
        inputs=(
            number("number", "Number", "The number that is divided.", required=True),
            number("divide_by", "Divide by", "The divisor.", okta="divide by", required=True, note="0 is an error."),
        ),
        outputs=(gives_number("What is left; it has the sign of the divided number."),),
        synonyms=("modulo", "mod", "rest"),
        examples=(
            example({"number": 7, "divide_by": 3}, {"output": 1}),
            example({"number": -7, "divide_by": 3}, {"output": -1}),
        ),
    ),
    NUMBERS.card(
        "smaller",
        "Smaller",
        "Gives the smallest of numbers.",
        _smaller,
        inputs=(_A, _B),
        free_input=_FURTHER,
        outputs=(gives_number("The smallest."),),
        synonyms=("min", "minimum", "least"),
        examples=(
            example({"a": 3, "b": 2}, {"output": 2}),
            example({"a": 3, "b": 2, "c": -1}, {"output": -1}),
        ),
    ),
    NUMBERS.card(
        "larger",
        "Larger",
        "Gives the largest of numbers.",
        _larger,
        inputs=(_A, _B),
        free_input=_FURTHER,
        outputs=(gives_number("The largest."),),
        synonyms=("max", "maximum", "greatest"),
        examples=(
            example({"a": 3, "b": 2}, {"output": 3}),
            example({"a": 3, "b": 2, "c": 9.5}, {"output": 9.5}),
        ),
    ),
    NUMBERS.card(
        "square_root",
        "Square Root",
        "Gives the number whose square is a number.",
        _square_root,
        inputs=(number("number", "Number", "The number; it must not be negative.", least=0, required=True),),
        outputs=(gives_number("The root."),),
        synonyms=("sqrt",),
        examples=(
            example({"number": 16}, {"output": 4}),
            example({"number": 0.25}, {"output": 0.5}),
        ),
    ),
    NUMBERS.card(
        "sum",
        "Sum of List",
        "Adds all numbers of a list; nulls do not count.",
        _sum_of_list,
        inputs=(items(of=NUMBER.listed(), about="The numbers."),),
        outputs=(gives_number("The sum; 0 for an empty list."),),
        beyond=True,
        synonyms=("total", "add", "aggregate"),
        examples=(
            example({"list": [1, 2, 3.5]}, {"output": 6.5}),
            example({"list": []}, {"output": 0}),
        ),
    ),
)

EFFECTS = (
    NUMBERS.chance(
        "random",
        "Random Integer",
        "Draws a whole number. A run that is resumed keeps the one it had.",
        _random,
        inputs=(
            number(
                "at_least", "Greater than or equal to", "The smallest that may come.", okta="a", default=0, whole=True
            ),
            number("less_than", "Less than", "What comes is smaller than this.", okta="b", whole=True, required=True),
        ),
        outputs=(gives_number("The number."),),
        okta="math:random",
        synonyms=("chance", "dice", "pick"),
        examples=(example({"at_least": 1, "less_than": 7}, {"output": 4}, "A dice, for example:"),),
    ),
)
