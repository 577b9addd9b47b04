"""List cards."""

from __future__ import annotations

from keyturn.flows.errors import CardError
from keyturn.flows.json import JSON, Values
from keyturn.flows.spec import CardKind, CardSpec, Example, FieldSpec
from keyturn.flows.types import ANY, LIST, NUMBER

from .function import FunctionCard
from .limits import Limits


def _items(inputs: Values) -> list[JSON]:
    value = inputs.get("list")
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _at(inputs: Values, _: tuple[str, ...]) -> Values:
    items, index = _items(inputs), inputs.get("index")
    if index is None:
        return {"item": None}
    if isinstance(index, bool) or not isinstance(index, int | float) or index != int(index):
        raise CardError.bad_input("index", f"{index!r} is no position in a list.", "Give a whole number, from 0.")
    position = int(index)
    return {"item": items[position] if -len(items) <= position < len(items) else None}


def _length(inputs: Values, _: tuple[str, ...]) -> Values:
    return {"length": len(_items(inputs))}


def list_cards(limits: Limits) -> tuple[FunctionCard, ...]:
    """The cards of this category."""

    def construct(inputs: Values, _: tuple[str, ...]) -> Values:
        limits.check_items("list", len(inputs))
        return {"list": list(inputs.values())}

    return (FunctionCard(CONSTRUCT, construct), FunctionCard(AT, _at), FunctionCard(LENGTH, _length))


CONSTRUCT = CardSpec(
    key="list.construct",
    title="Construct",
    category="List",
    kind=CardKind.PURE,
    summary="Makes a list from values.",
    outputs=(FieldSpec("list", LIST, "List", "The values, in the order of the inputs."),),
    free_inputs=True,
    synonyms=("create list", "array", "build"),
    examples=(
        Example({"first": "a", "second": "b"}, {"list": ["a", "b"]}),
        Example({}, {"list": []}, "Without inputs the list is empty."),
    ),
    okta="list:construct",
)

AT = CardSpec(
    key="list.at",
    title="At",
    category="List",
    kind=CardKind.PURE,
    summary="Takes the item at a position.",
    inputs=(
        FieldSpec("list", LIST, "List", "The list; null counts as empty."),
        FieldSpec("index", NUMBER, "Index", "The position: 0 is the first, -1 the last.", default=0),
    ),
    outputs=(FieldSpec("item", ANY, "Item", "What is there; null if the list is shorter."),),
    synonyms=("get item", "position", "nth", "first", "last"),
    examples=(
        Example({"list": ["a", "b"], "index": 1}, {"item": "b"}),
        Example({"list": ["a", "b"], "index": -1}, {"item": "b"}, "Negative positions count from the end."),
        Example({"list": ["a"], "index": 5}, {"item": None}, "Beyond the end there is null."),
    ),
    okta="list:at",
)

LENGTH = CardSpec(
    key="list.length",
    title="Length",
    category="List",
    kind=CardKind.PURE,
    summary="Counts the items of a list.",
    inputs=(FieldSpec("list", LIST, "List", "The list; null counts as empty."),),
    outputs=(FieldSpec("length", NUMBER, "Length", "How many items there are."),),
    synonyms=("count", "size"),
    examples=(
        Example({"list": ["a", "b"]}, {"length": 2}),
        Example({"list": None}, {"length": 0}, "Null is an empty list."),
    ),
    okta="list:length",
)
