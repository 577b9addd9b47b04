"""True/False cards."""

from __future__ import annotations

import operator

from keyturn.flows.check_conditions import mixed_inputs
from keyturn.flows.conditions import Operator, compare
from keyturn.flows.errors import CardError
from keyturn.flows.json import JSON, Values
from keyturn.flows.spec import OnNull

from .declare import Category, example
from .fields import anything, flag, gives_flag, text
from .formula import evaluate, meets_text_with_number

BOOLEANS = Category("boolean", "True/False")
_A = flag("a", "Input 1", "True or false.")
_B = flag("b", "Input 2", "True or false.")
_FURTHER = flag("input", "Input", "one value more, true or false.")


def _expression(formula: str, values: Values) -> JSON:
    result = evaluate(formula, values)
    if result is None:
        return False
    if not isinstance(result, bool) and result not in (0, 1):
        raise CardError.bad_input("formula", "The expression is neither true nor false.", "Compare it with something.")
    return bool(result)


def _is_mixed(inputs: Values) -> bool:
    values = {name: value for name, value in inputs.items() if name != "formula"}
    return meets_text_with_number(str(inputs.get("formula") or ""), values)


def _mixed_expression(inputs: Values) -> tuple[str, ...]:
    if not _is_mixed(inputs):
        return ()
    return ("In the expression a text met a number: they were compared as text. Convert one of them.",)


def _all_true(a: bool, b: bool, rest: dict[str, bool]) -> JSON:
    return a and b and all(rest.values())


def _any_true(a: bool, b: bool, rest: dict[str, bool]) -> JSON:
    return a or b or any(rest.values())


def _all_false(a: bool, b: bool, rest: dict[str, bool]) -> JSON:
    return not _any_true(a, b, rest)


def _any_false(a: bool, b: bool, rest: dict[str, bool]) -> JSON:
    return not _all_true(a, b, rest)


CARDS = (
    BOOLEANS.card(
        "compare",
        "Compare",
        "Tells whether a comparison of two values holds.",
        compare,
        inputs=(
            anything("a", "Value a", "The value that is compared.", okta="left-operand"),
            text(
                "is",
                "Comparison",
                "How it is compared. Two numbers compare as numbers; if one side is text, both compare as text.",
                okta="operator",
                default=Operator.EQUAL.value,
                null=OnNull.DEFAULT,
                choices=tuple(Operator),
            ),
            anything("b", "Value b", "What it is compared with.", okta="right-operand"),
        ),
        outputs=(gives_flag("Whether it holds.", "result", "Result"),),
        compares=True,
        warn=mixed_inputs,
        okta="boolean:compare",
        synonyms=("equals", "greater", "less", "condition", "test"),
        examples=(
            example({"a": 80, "is": "greater than", "b": 9}, {"result": True}),
            example({"a": "80", "is": "greater than", "b": "9"}, {"result": False}, "As texts, 80 comes before 9."),
            example({"a": None, "is": "is empty", "b": None}, {"result": True}),
        ),
    ),
    BOOLEANS.card(
        "and",
        "And",
        "Tells whether all inputs are true.",
        _all_true,
        inputs=(_A, _B),
        free_input=_FURTHER,
        outputs=(gives_flag("Whether all are true.", title="All true?"),),
        okta="boolean:and",
        synonyms=("all", "both", "every"),
        examples=(
            example({"a": True, "b": True}, {"output": True}),
            example({"a": True, "b": True, "c": False}, {"output": False}),
        ),
    ),
    BOOLEANS.card(
        "or",
        "Or",
        "Tells whether any input is true.",
        _any_true,
        inputs=(_A, _B),
        free_input=_FURTHER,
        outputs=(gives_flag("Whether any is true.", title="Any true?"),),
        okta="boolean:or",
        synonyms=("any", "either", "some"),
        examples=(
            example({"a": False, "b": True}, {"output": True}),
            example({"a": False, "b": False}, {"output": False}),
        ),
    ),
    BOOLEANS.card(
        "xor",
        "Or (Exclusive)",
        "Tells whether exactly one of two inputs is true.",
        operator.ne,
        inputs=(_A, _B),
        outputs=(gives_flag("Whether exactly one is true.", title="Only one true?"),),
        okta="boolean:xor",
        synonyms=("xor", "either", "different"),
        examples=(
            example({"a": True, "b": False}, {"output": True}),
            example({"a": True, "b": True}, {"output": False}),
        ),
    ),
    BOOLEANS.card(
        "xnor",
        "XNOR",
        "Tells whether two inputs are the same: both true, or both false.",
        operator.eq,
        inputs=(_A, _B),
        outputs=(gives_flag("Whether they are the same.", title="Both the same?"),),
        synonyms=("equal", "same"),
        examples=(
            example({"a": False, "b": False}, {"output": True}),
            example({"a": True, "b": False}, {"output": False}),
        ),
    ),
    BOOLEANS.card(
        "all_false",
        "All False (NOR)",
        "Tells whether all inputs are false.",
        _all_false,
        inputs=(_A, _B),
        free_input=_FURTHER,
        outputs=(gives_flag("Whether all are false.", title="All false?"),),
        synonyms=("nor", "none", "neither"),
        examples=(
            example({"a": False, "b": False}, {"output": True}),
            example({"a": False, "b": True}, {"output": False}),
        ),
    ),
    BOOLEANS.card(
        "any_false",
        "Any False (NAND)",
        "Tells whether at least one input is false.",
        _any_false,
        inputs=(_A, _B),
        free_input=_FURTHER,
        outputs=(gives_flag("Whether any is false.", title="Any false?"),),
        synonyms=("nand", "not all"),
        examples=(
            example({"a": True, "b": False}, {"output": True}),
            example({"a": True, "b": True}, {"output": False}),
        ),
    ),
    BOOLEANS.card(
        "not",
        "Not",
        "Turns true into false, and false into true.",
        operator.not_,
        inputs=(flag("input", "Input", "True or false."),),
        outputs=(gives_flag("The opposite."),),
        synonyms=("negate", "invert", "opposite"),
        examples=(
            example({"input": True}, {"output": False}),
            example({"input": False}, {"output": True}),
        ),
    ),
    BOOLEANS.card(
        "expression",
        "Expression",
        "Tells whether an expression over values that you name holds.",
        _expression,
        inputs=(
            text(
                "formula",
                "Expression",
                "Names of inputs, and, or, not, < <= > >= = !=, numbers, 'texts', arithmetic and brackets.",
                okta="_text_",
                required=True,
                null=OnNull.ERROR,
                empty=OnNull.ERROR,
                note="What is no expression, and a name without an input, is an error.",
            ),
        ),
        free_input=anything("value", "Value", "a value that the expression names."),
        outputs=(gives_flag("Whether it holds."),),
        warn=_mixed_expression,
        mixes=_is_mixed,
        okta="boolean:expression",
        synonyms=("formula", "logic", "condition"),
        examples=(
            example({"formula": "active and not (age < 18)", "active": True, "age": 20}, {"output": True}),
            example({"formula": "[login count] > 5", "login count": 3}, {"output": False}),
        ),
    ),
)
