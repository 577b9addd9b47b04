"""Branching cards that only choose a value: pure functions."""

from __future__ import annotations

from keyturn.flows.check_conditions import mixed_inputs, mixed_warnings
from keyturn.flows.conditions import Operator, compare, evaluate
from keyturn.flows.json import JSON, Values
from keyturn.flows.spec import BadInput, FieldFormat, FieldSpec, OnNull
from keyturn.flows.types import ANY, OBJECT

from .declare import Category, example
from .fields import anything, gives, record, text

CHOICES = Category("branch", "Branching")
_WHEN = FieldSpec(
    "when",
    OBJECT,
    "Condition",
    "In the place of the first three: a group (all, any, none) of comparisons {a, is, b}, nested at will.",
    format=FieldFormat.CONDITION,
    beyond=True,
    bad=BadInput(OnNull.VALUE, note="What is no condition is an error."),
)


def _assign_if(a: JSON, operator: str, b: JSON, if_true: JSON, if_false: JSON, when: Values | None) -> JSON:
    return if_true if (evaluate(when) if when else compare(a, operator, b)) else if_false


def _mixed(inputs: Values) -> tuple[str, ...]:
    when = inputs.get("when")
    return mixed_warnings(when, "when") if when else mixed_inputs(inputs)


def _lookup(value: str, cases: Values, otherwise: JSON) -> JSON:
    return cases.get(value, otherwise)


CARDS = (
    CHOICES.card(
        "assign_if",
        "Assign If",
        "Gives one of two values, by a comparison.",
        _assign_if,
        inputs=(
            anything("a", "Value a", "The value that is compared.", okta="left-operand"),
            text(
                "is",
                "Comparison",
                "How it is compared, as in Compare.",
                okta="operator",
                default=Operator.EQUAL.value,
                null=OnNull.DEFAULT,
                choices=tuple(Operator),
            ),
            anything("b", "Value b", "What it is compared with.", okta="right-operand"),
            anything("value_if_true", "Value if true", "Given if the comparison holds.", okta="valueIfTrue"),
            anything("value_if_false", "Value if false", "Given if it does not.", okta="valueIfFalse"),
            _WHEN,
        ),
        outputs=(gives("output", ANY, "Output", "One of the two values."),),
        compares=True,
        warn=_mixed,
        okta="control:assignIf",
        synonyms=("ternary", "choose", "either or", "condition"),
        examples=(
            example(
                {"a": 5, "is": "greater than", "b": 3, "value_if_true": "many", "value_if_false": "few"},
                {"output": "many"},
            ),
            example({"a": "x", "is": "is empty", "b": None, "value_if_true": 1}, {"output": None}),
            example(
                {
                    "when": {"any": [{"a": 1, "is": "equal to", "b": 2}, {"a": 3, "is": "equal to", "b": 3}]},
                    "value_if_true": "yes",
                },
                {"output": "yes"},
                "A group of comparisons.",
            ),
        ),
    ),
    CHOICES.card(
        "lookup",
        "Lookup",
        "Gives the result of the case that is equal to a value.",
        _lookup,
        inputs=(
            text("value", "Value", "What is looked up; capital letters count.", okta="key"),
            record("cases", "Cases", "The cases and their results: case and result.", required=False),
            anything("else", "Else", "Given if no case is equal to the value."),
        ),
        outputs=(gives("result", ANY, "Result", "The result of the case."),),
        okta="control:lookup",
        synonyms=("switch", "case", "translate", "mapping table"),
        examples=(
            example({"value": "de", "cases": {"de": "Germany", "pl": "Poland"}}, {"result": "Germany"}),
            example({"value": "fr", "cases": {"de": "Germany"}, "else": "elsewhere"}, {"result": "elsewhere"}),
        ),
    ),
)
