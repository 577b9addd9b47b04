"""List cards that look into the items: filter, find, sort, group; and the drawing of a sample."""

from __future__ import annotations

from collections.abc import Hashable

from keyturn.flows.conditions import ITEM_OPERATORS
from keyturn.flows.content import content_key, sort_key
from keyturn.flows.conversion import to_text
from keyturn.flows.functions import EffectPorts
from keyturn.flows.json import JSON, Values
from keyturn.flows.spec import BadInput, FieldFormat, FieldSpec, OnNull
from keyturn.flows.types import ANY, OBJECT

from .declare import example
from .fields import anything, flag, further, gives, gives_list, gives_number, gives_record, number, text
from .item_conditions import item_test, mixed_items
from .list import LIST_INPUT, LISTS, PATH_NOTE
from .paths import get_path

_PATH = text("path", "Path", PATH_NOTE)
_TEST = (
    text(
        "is",
        "Operator",
        "How each item is compared, as in Compare. With a list as value, in looks whether the item is in it.",
        okta="operator",
        default="equal to",
        null=OnNull.DEFAULT,
        choices=ITEM_OPERATORS,
    ),
    _PATH,
    anything("value", "Comparison", "What the items are compared with.", okta="comparison"),
    FieldSpec(
        "when",
        OBJECT,
        "Condition",
        "In the place of the other three: a group (all, any, none) of comparisons {path, is, b}, nested at will.",
        format=FieldFormat.ITEM_CONDITION,
        bad=BadInput(OnNull.VALUE, note="What is no condition is an error."),
        beyond=True,
    ),
)
_GROUP: Values = {"any": [{"path": "age", "is": "less than", "b": 18}, {"path": "vip", "is": "equal to", "b": True}]}


def _filter(values: list[JSON], operator: str, path: str, value: JSON, when: Values | None) -> JSON:
    test = item_test(path, operator, value, when)
    return [item for item in values if test(item)]


def _find(values: list[JSON], operator: str, path: str, value: JSON, when: Values | None) -> JSON:
    test = item_test(path, operator, value, when)
    for index, item in enumerate(values):
        if test(item):
            return {"item": item, "index": index}
    return {"item": None, "index": -1}


def _at(item: JSON, path: str) -> JSON:
    return get_path(item, path) if path else item


def _sort(values: list[JSON], path: str, descending: bool) -> JSON:
    present = [item for item in values if _at(item, path) is not None]
    missing = [item for item in values if _at(item, path) is None]
    return [*sorted(present, key=lambda item: sort_key(_at(item, path)), reverse=descending), *missing]


def _unique(values: list[JSON], path: str) -> JSON:
    kept: dict[Hashable, JSON] = {}
    for item in values:
        kept.setdefault(content_key(_at(item, path)), item)
    return list(kept.values())


def _group_by(values: list[JSON], path: str) -> JSON:
    groups: dict[str, list[JSON]] = {}
    for item in values:
        groups.setdefault(to_text(_at(item, path)), []).append(item)
    return {**groups}


def _sample(ports: EffectPorts, values: list[JSON], amount: int) -> JSON:
    """The first steps of a Fisher-Yates shuffle."""
    left = list(values)
    for index in range(min(amount, len(left))):
        other = index + int(ports.random() * (len(left) - index))
        left[index], left[other] = left[other], left[index]
    return left[:amount]


CARDS = (
    LISTS.card(
        "filter",
        "Filter",
        "Keeps the items for which a comparison holds.",
        _filter,
        inputs=(LIST_INPUT, *_TEST),
        outputs=(gives_list("The items for which it holds, in their order."),),
        warn=mixed_items,
        okta="list:filterBy",
        synonyms=("where", "select", "keep", "only"),
        examples=(
            example(
                {"list": [{"s": "ACTIVE"}, {"s": "STAGED"}], "path": "s", "is": "equal to", "value": "ACTIVE"},
                {"list": [{"s": "ACTIVE"}]},
            ),
            example(
                {"list": [{"age": 17}, {"age": 30, "vip": True}, {"age": 40}], "when": _GROUP},
                {"list": [{"age": 17}, {"age": 30, "vip": True}]},
                "Several comparisons at once.",
            ),
        ),
    ),
    LISTS.card(
        "find",
        "Find",
        "Gives the first item for which a comparison holds.",
        _find,
        inputs=(LIST_INPUT, *_TEST),
        outputs=(
            gives("item", ANY, "Item", "The item; null if there is none."),
            gives_number("Its position; -1 if there is none.", "index", "Index"),
        ),
        warn=mixed_items,
        okta="list:findBy",
        synonyms=("search", "first where", "lookup"),
        examples=(
            example(
                {"list": [{"id": 1}, {"id": 2}], "path": "id", "is": "equal to", "value": 2},
                {"item": {"id": 2}, "index": 1},
            ),
            example({"list": ["a"], "is": "equal to", "value": "b"}, {"item": None, "index": -1}),
        ),
    ),
    LISTS.card(
        "sort",
        "Sort",
        "Puts the items in order: numbers first, then texts, then false and true; what has no value comes last.",
        _sort,
        inputs=(LIST_INPUT, _PATH, further(flag("descending", "Descending", "From the largest to the smallest."))),
        outputs=(
            gives_list("The items in order; equal ones stay as they stood.", "list", "Sorted list", okta="sorted list"),
        ),
        okta="list:sortBy",
        synonyms=("order", "arrange", "ascending"),
        examples=(
            example({"list": [3, 1, 2]}, {"list": [1, 2, 3]}),
            example({"list": [{"n": "b"}, {"n": "a"}], "path": "n"}, {"list": [{"n": "a"}, {"n": "b"}]}),
        ),
    ),
    LISTS.card(
        "remove_duplicates",
        "Remove Duplicates",
        "Keeps the first of items that are equal, or that have an equal value at a path.",
        _unique,
        inputs=(LIST_INPUT, _PATH),
        outputs=(gives_list("Each item once.", "list", "Unique list", okta="unique list"),),
        okta="list:uniqueBy",
        synonyms=("unique", "distinct", "dedupe"),
        examples=(
            example({"list": ["a", "b", "a"]}, {"list": ["a", "b"]}),
            example(
                {"list": [{"id": 1, "n": "x"}, {"id": 1, "n": "y"}], "path": "id"}, {"list": [{"id": 1, "n": "x"}]}
            ),
        ),
    ),
    LISTS.card(
        "group_by",
        "Group By",
        "Makes an object of lists: the items with the same value at a path are in the same list.",
        _group_by,
        inputs=(LIST_INPUT, _PATH),
        outputs=(gives_record("Lists of items, by the value as text.", "groups", "Groups"),),
        okta="list:groupBy",
        synonyms=("partition", "classify", "aggregate"),
        examples=(
            example(
                {"list": [{"d": "x", "n": 1}, {"d": "y", "n": 2}, {"d": "x", "n": 3}], "path": "d"},
                {"groups": {"x": [{"d": "x", "n": 1}, {"d": "x", "n": 3}], "y": [{"d": "y", "n": 2}]}},
            ),
            example({"list": [], "path": "d"}, {"groups": {}}),
        ),
        composes=True,
    ),
)

EFFECTS = (
    LISTS.chance(
        "sample",
        "Sample",
        "Draws items of a list by chance, none twice. A run that is resumed keeps those it had.",
        _sample,
        inputs=(
            LIST_INPUT,
            number("amount", "Amount", "How many are drawn at most.", whole=True, least=0, required=True),
        ),
        outputs=(gives_list("The items that were drawn.", "samples", "Samples"),),
        okta="list:sample",
        synonyms=("random", "pick", "draw", "limit"),
        examples=(
            example({"list": ["a", "b", "c"], "amount": 2}, {"samples": ["b", "c"]}, "For example:"),
            example({"list": ["a"], "amount": 5}, {"samples": ["a"]}, "No more than there are."),
        ),
    ),
)
