"""List cards."""

from __future__ import annotations

from keyturn.flows.conversion import to_text
from keyturn.flows.errors import CardError
from keyturn.flows.json import JSON, Values
from keyturn.flows.spec import CardKind, CardSpec, Example, FieldSpec
from keyturn.flows.types import ANY, LIST, NUMBER, OBJECT, TEXT

from .function import FunctionCard
from .limits import Limits
from .paths import get_path


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


def _pluck(inputs: Values, _: tuple[str, ...]) -> Values:
    key = to_text(inputs.get("key"))
    return {"values": [get_path(item, key) for item in _items(inputs)]}


def list_cards(limits: Limits) -> tuple[FunctionCard, ...]:
    """The cards of this category."""

    def construct(inputs: Values, _: tuple[str, ...]) -> Values:
        limits.check_items("list", len(inputs))
        return {"list": list(inputs.values())}

    def join(inputs: Values, _: tuple[str, ...]) -> Values:
        parts, delimiter = [to_text(item) for item in _items(inputs)], to_text(inputs.get("delimiter"))
        limits.check_text("list", sum(map(len, parts)) + len(delimiter) * max(0, len(parts) - 1))
        return {"string": delimiter.join(parts)}

    def concat(inputs: Values, _: tuple[str, ...]) -> Values:
        lists = [_items({"list": value}) for value in inputs.values()]
        limits.check_items("list1", sum(map(len, lists)))
        return {"output": [item for items in lists for item in items]}

    return (
        FunctionCard(CONSTRUCT, construct),
        FunctionCard(AT, _at),
        FunctionCard(LENGTH, _length),
        FunctionCard(JOIN, join),
        FunctionCard(PLUCK, _pluck),
        FunctionCard(CONCAT, concat),
    )


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

JOIN = CardSpec(
    key="list.join",
    title="List to Text",
    category="List",
    kind=CardKind.PURE,
    summary="Joins the items of a list into one text.",
    inputs=(
        FieldSpec("list", LIST, "List", "The items; null counts as empty, and a null item as empty text."),
        FieldSpec("delimiter", TEXT, "Separator", "What stands between the items.", default=""),
    ),
    outputs=(FieldSpec("string", TEXT, "Text", "All items, one after the other."),),
    synonyms=("join", "implode", "comma separated"),
    examples=(
        Example({"list": ["a", "b"], "delimiter": ", "}, {"string": "a, b"}),
        Example({"list": [], "delimiter": ","}, {"string": ""}, "An empty list gives an empty text."),
    ),
    okta="list:join",
)

PLUCK = CardSpec(
    key="list.pluck",
    title="Pluck",
    category="List",
    kind=CardKind.PURE,
    summary="Takes one value out of each object of a list.",
    inputs=(
        FieldSpec("list", OBJECT.listed(), "List", "The objects; null counts as empty."),
        FieldSpec("key", TEXT, "Key", "A key, or keys with dots between: profile.login.", required=True),
    ),
    outputs=(FieldSpec("values", LIST, "Values", "What each has there; null where it has nothing."),),
    synonyms=("pick", "column", "map", "extract"),
    examples=(
        Example({"list": [{"id": 1}, {"id": 2}], "key": "id"}, {"values": [1, 2]}),
        Example(
            {"list": [{"profile": {"login": "ada"}}, {}], "key": "profile.login"},
            {"values": ["ada", None]},
            "What is not there is null.",
        ),
    ),
    okta="list:pluck",
)

CONCAT = CardSpec(
    key="list.concat",
    title="Combine All",
    category="List",
    kind=CardKind.PURE,
    summary="Makes one list of several, one after the other; what is in more than one stays more than once.",
    inputs=(
        FieldSpec("list1", LIST, "List 1", "The first list; null counts as empty."),
        FieldSpec("list2", LIST, "List 2", "The second list."),
    ),
    outputs=(FieldSpec("output", LIST, "Output", "The items of all lists."),),
    free_inputs=True,
    synonyms=("append", "merge", "concatenate", "add"),
    examples=(
        Example({"list1": ["a"], "list2": ["b", "a"]}, {"output": ["a", "b", "a"]}),
        Example({"list1": ["a"], "list2": None, "list3": ["c"]}, {"output": ["a", "c"]}, "Further lists are free."),
    ),
    okta="list:concat",
)
