"""True/False cards."""

from __future__ import annotations

from keyturn.flows.conditions import Operator, compare
from keyturn.flows.json import Values
from keyturn.flows.spec import CardKind, CardSpec, Choice, Example, FieldSpec
from keyturn.flows.types import ANY, BOOLEAN, TEXT

from .function import FunctionCard
from .limits import Limits


def _compare(inputs: Values, _: tuple[str, ...]) -> Values:
    return {"result": compare(inputs.get("a"), str(inputs.get("is")), inputs.get("b"))}


def boolean_cards(limits: Limits) -> tuple[FunctionCard, ...]:
    """The cards of this category."""
    return (FunctionCard(COMPARE, _compare),)


COMPARE = CardSpec(
    key="boolean.compare",
    title="Compare",
    category="True/False",
    kind=CardKind.PURE,
    summary="Tells whether a comparison of two values holds.",
    inputs=(
        FieldSpec("a", ANY, "Value a", "The value that is compared."),
        FieldSpec(
            "is",
            TEXT,
            "Comparison",
            "How it is compared. Two numbers compare as numbers; if one side is text, both compare as text.",
            default=Operator.EQUAL.value,
            choices=tuple(Choice(operator.value, operator.value) for operator in Operator),
        ),
        FieldSpec("b", ANY, "Value b", "What it is compared with."),
    ),
    outputs=(FieldSpec("result", BOOLEAN, "Result", "Whether it holds."),),
    synonyms=("equals", "greater", "less", "condition", "test"),
    examples=(
        Example({"a": 80, "is": "greater than", "b": 9}, {"result": True}),
        Example({"a": "80", "is": "greater than", "b": "9"}, {"result": False}, "As texts, 80 comes before 9."),
        Example({"a": None, "is": "is empty", "b": None}, {"result": True}),
    ),
    okta="boolean:compare",
)
