"""List cards that take from a list, put into it, and put lists together. No card changes the list it is given."""

from __future__ import annotations

from collections.abc import Hashable

from keyturn.flows.content import content_key, folded_key
from keyturn.flows.conversion import to_text
from keyturn.flows.json import JSON, Values
from keyturn.flows.spec import OnNull, Outside
from keyturn.flows.types import ANY, LIST, OBJECT

from .declare import Category, example
from .fields import anything, gives, gives_flag, gives_list, gives_number, gives_record, gives_text, items, number, text
from .limits import Limits
from .paths import get_path

LISTS = Category("list", "List")
LIST_INPUT = items(about="The list.")
PATH_NOTE = "A key of the items, or keys with dots between; without one the items themselves count."
_LIST1 = items("list1", "List 1", "The first list.")
_LIST2 = items("list2", "List 2", "The second list.")
_FURTHER = items("list", "List", "one list more.", required=False)


def _construct(values: Values) -> JSON:
    return list(values.values())


def _at(values: list[JSON], index: int) -> JSON:
    return values[index] if -len(values) <= index < len(values) else None


def _includes(values: list[JSON], value: JSON) -> JSON:
    wanted = content_key(value)
    return any(content_key(item) == wanted for item in values)


def _join(limits: Limits, values: list[JSON], separator: str) -> JSON:
    parts = [to_text(value) for value in values]
    limits.check_text("list", sum(map(len, parts)) + len(separator) * max(0, len(parts) - 1))
    return separator.join(parts)


def _pluck(values: list[JSON], path: str) -> JSON:
    return [get_path(value, path) if path else value for value in values]


def _first(values: list[JSON]) -> JSON:
    return {"list": values[1:], "item": values[0] if values else None}


def _last(values: list[JSON]) -> JSON:
    return {"list": values[:-1], "item": values[-1] if values else None}


def _combine(limits: Limits, first: list[JSON], second: list[JSON], rest: dict[str, list[JSON]]) -> JSON:
    lists = [first, second, *rest.values()]
    limits.check_items("list1", sum(map(len, lists)))
    return [item for values in lists for item in values]


def _union(first: list[JSON], second: list[JSON], rest: dict[str, list[JSON]]) -> JSON:
    kept: dict[Hashable, JSON] = {}
    for values in (first, second, *rest.values()):
        for item in values:
            kept.setdefault(content_key(item), item)
    return list(kept.values())


def _intersection(first: list[JSON], second: list[JSON]) -> JSON:
    there = {content_key(item) for item in second}
    return [item for item in first if content_key(item) in there]


def _difference(first: list[JSON], second: list[JSON], rest: dict[str, list[JSON]]) -> JSON:
    others = {folded_key(item) for values in (second, *rest.values()) for item in values}
    return [item for item in first if folded_key(item) not in others]


def _flatten(limits: Limits, lists: list[JSON]) -> JSON:
    limits.check_items("lists", sum(len(item) if isinstance(item, list) else 1 for item in lists))
    return [item for inner in lists for item in (inner if isinstance(inner, list) else [inner])]


def _collapse(values: list[Values | None]) -> JSON:
    merged: Values = {}
    for value in values:
        merged.update(value or {})
    return merged


def _range(limits: Limits, start: int, end: int) -> JSON:
    limits.check_items("end", end - start)
    return list(range(start, end))


def _zip(first: list[JSON], second: list[JSON]) -> JSON:
    def at(values: list[JSON], index: int) -> JSON:
        return values[index] if index < len(values) else None

    return [[at(first, index), at(second, index)] for index in range(max(len(first), len(second)))]


def _chunk(values: list[JSON], size: int) -> JSON:
    return [values[start : start + size] for start in range(0, len(values), size)]


def _add_to_end(item: JSON, values: list[JSON]) -> JSON:
    return [*values, item]


def _add_to_front(item: JSON, values: list[JSON]) -> JSON:
    return [item, *values]


def _reverse(values: list[JSON]) -> JSON:
    return values[::-1]


def _segment(values: list[JSON], start: int, end: int | None) -> JSON:
    return values[start:end]


CARDS = (
    LISTS.card(
        "construct",
        "Construct",
        "Makes a list from values.",
        _construct,
        free_inputs=True,
        outputs=(gives_list("The values, in the order of the inputs."),),
        okta="list:construct",
        synonyms=("create list", "array", "build"),
        examples=(
            example({"first": "a", "second": "b"}, {"list": ["a", "b"]}),
            example({}, {"list": []}, "Without inputs the list is empty."),
        ),
        composes=True,
    ),
    LISTS.card(
        "at",
        "At",
        "Takes the item at a position.",
        _at,
        inputs=(
            LIST_INPUT,
            number("index", "Index", "The position: 0 is the first, -1 the last.", default=0, whole=True),
        ),
        outputs=(gives("item", ANY, "Item", "What is there; null if the list is shorter."),),
        okta="list:at",
        synonyms=("get item", "position", "nth", "first", "last"),
        examples=(
            example({"list": ["a", "b"], "index": 1}, {"item": "b"}),
            example({"list": ["a", "b"], "index": -1}, {"item": "b"}, "Negative positions count from the end."),
            example({"list": ["a"], "index": 5}, {"item": None}, "Beyond the end there is null."),
        ),
    ),
    LISTS.card(
        "length",
        "Length",
        "Counts the items of a list.",
        len,
        inputs=(LIST_INPUT,),
        outputs=(gives_number("How many items there are.", "length", "Length"),),
        okta="list:length",
        synonyms=("count", "size"),
        examples=(
            example({"list": ["a", "b"]}, {"length": 2}),
            example({"list": None}, {"length": 0}, "Null is an empty list."),
        ),
    ),
    LISTS.card(
        "includes",
        "Includes",
        "Tells whether a list has an item.",
        _includes,
        inputs=(LIST_INPUT, anything("value", "Value", "What is looked for.")),
        outputs=(gives_flag("Whether an item has the same content and type.", "result", "Result"),),
        okta="list:includes",
        synonyms=("contains", "in", "has"),
        examples=(
            example({"list": ["a", "b"], "value": "b"}, {"result": True}),
            example({"list": [1, 2], "value": "1"}, {"result": False}, "A text is never equal to a number here."),
        ),
    ),
    LISTS.card(
        "join",
        "List to Text",
        "Writes the items of a list as one text.",
        _join,
        inputs=(LIST_INPUT, text("separator", "Separator", "What stands between the items.", okta="delimiter")),
        outputs=(gives_text("The text.", "text", "Text", okta="string"),),
        okta="list:join",
        synonyms=("join", "implode", "csv", "to text"),
        examples=(
            example({"list": ["a", "b", 3], "separator": ", "}, {"text": "a, b, 3"}),
            example({"list": [], "separator": ","}, {"text": ""}),
        ),
        limited=True,
    ),
    LISTS.card(
        "pluck",
        "Pluck",
        "Takes one value out of each item.",
        _pluck,
        inputs=(LIST_INPUT, text("path", "Key", PATH_NOTE, okta="key", required=True)),
        outputs=(gives_list("The values, as many as there are items; null where there is none.", "values", "Values"),),
        okta="list:pluck",
        synonyms=("extract", "column", "map", "field"),
        examples=(
            example({"list": [{"id": 1}, {"id": 2}], "path": "id"}, {"values": [1, 2]}),
            example({"list": [{"a": {"b": 1}}, {}], "path": "a.b"}, {"values": [1, None]}),
        ),
    ),
    LISTS.card(
        "get_first",
        "Get First Item",
        "Takes the first item off a list.",
        _first,
        inputs=(LIST_INPUT,),
        outputs=(
            gives_list("All others."),
            gives("item", ANY, "Item", "The first item; null if the list is empty."),
        ),
        okta="list:shift",
        synonyms=("shift", "head", "first", "dequeue"),
        examples=(
            example({"list": [1, 2, 3]}, {"list": [2, 3], "item": 1}),
            example({"list": []}, {"list": [], "item": None}),
        ),
    ),
    LISTS.card(
        "get_last",
        "Get Last Item",
        "Takes the last item off a list.",
        _last,
        inputs=(LIST_INPUT,),
        outputs=(
            gives_list("All others."),
            gives("item", ANY, "Item", "The last item; null if the list is empty."),
        ),
        okta="list:pop",
        synonyms=("pop", "tail", "last"),
        examples=(
            example({"list": [1, 2, 3]}, {"list": [1, 2], "item": 3}),
            example({"list": []}, {"list": [], "item": None}),
        ),
    ),
    LISTS.card(
        "add_to_end",
        "Add to End",
        "Gives a list with one item more at its end.",
        _add_to_end,
        inputs=(anything("item", "Item", "What is added."), LIST_INPUT),
        outputs=(gives_list("The longer list."),),
        okta="list:push",
        synonyms=("push", "append", "add"),
        examples=(
            example({"item": 3, "list": [1, 2]}, {"list": [1, 2, 3]}),
            example({"item": [1], "list": None}, {"list": [[1]]}),
        ),
        composes=True,
    ),
    LISTS.card(
        "add_to_front",
        "Add to Front",
        "Gives a list with one item more at its beginning.",
        _add_to_front,
        inputs=(anything("item", "Item", "What is added."), LIST_INPUT),
        outputs=(gives_list("The longer list."),),
        synonyms=("unshift", "prepend", "add"),
        examples=(
            example({"item": 0, "list": [1, 2]}, {"list": [0, 1, 2]}),
            example({"item": "a", "list": []}, {"list": ["a"]}),
        ),
        composes=True,
    ),
    LISTS.card(
        "combine_all",
        "Combine All",
        "Puts lists one after the other, items that are equal included.",
        _combine,
        inputs=(_LIST1, _LIST2),
        free_input=_FURTHER,
        outputs=(gives_list("All items.", "output", "Output"),),
        okta="list:concat",
        synonyms=("concatenate", "append", "merge"),
        examples=(
            example({"list1": [1, 2], "list2": [2, 3]}, {"output": [1, 2, 2, 3]}),
            example({"list1": [1], "list2": [], "list3": [4]}, {"output": [1, 4]}),
        ),
        limited=True,
    ),
    LISTS.card(
        "union",
        "Union (Combine Unique)",
        "Puts lists together and leaves out items that were there before.",
        _union,
        inputs=(_LIST1, _LIST2),
        free_input=_FURTHER,
        outputs=(gives_list("Each item once, in the order of its first place.", "union", "Union"),),
        okta="list:union",
        synonyms=("combine unique", "merge", "distinct"),
        examples=(
            example({"list1": [1, 2], "list2": [2, 3]}, {"union": [1, 2, 3]}),
            example({"list1": ["a", "a"], "list2": ["A"]}, {"union": ["a", "A"]}),
        ),
    ),
    LISTS.card(
        "intersection",
        "Intersection",
        "Gives the items of one list that are in another one as well.",
        _intersection,
        inputs=(_LIST1, _LIST2),
        outputs=(gives_list("The items that are in both, as they stand in the first."),),
        okta="list:intersection",
        synonyms=("common", "both", "overlap"),
        examples=(
            example({"list1": [1, 2, 3], "list2": [3, 2, 5]}, {"list": [2, 3]}),
            example({"list1": [1], "list2": []}, {"list": []}),
        ),
    ),
    LISTS.card(
        "difference",
        "Difference",
        "Gives the items of one list that are in none of the others. Capital letters make no difference.",
        _difference,
        inputs=(_LIST1, _LIST2),
        free_input=_FURTHER,
        outputs=(gives_list("The items that are in the first list only."),),
        okta="list:difference",
        synonyms=("minus", "except", "missing", "subtract"),
        examples=(
            example({"list1": [1, 2, 3], "list2": [2]}, {"list": [1, 3]}),
            example({"list1": ["Ada", "Bob"], "list2": ["ADA"]}, {"list": ["Bob"]}, "Ada and ADA are the same here."),
        ),
    ),
    LISTS.card(
        "flatten",
        "Flatten",
        "Makes one list from a list of lists.",
        _flatten,
        inputs=(items("lists", "Lists", "A list of lists; other items stay as they are."),),
        outputs=(gives_list("The items of all lists; lists inside these stay."),),
        okta="list:flatten",
        synonyms=("concat", "unnest"),
        examples=(
            example({"lists": [[1, 2], [3]]}, {"list": [1, 2, 3]}),
            example({"lists": [[[1]], 2]}, {"list": [[1], 2]}, "One level is taken away."),
        ),
        limited=True,
    ),
    LISTS.card(
        "collapse",
        "Collapse",
        "Merges a list of objects into one object; where they have the same key, the later one counts.",
        _collapse,
        inputs=(items(of=OBJECT.listed(), about="The objects."),),
        outputs=(gives_record("All keys of all objects."),),
        okta="list:collapse",
        synonyms=("merge", "to object"),
        examples=(
            example({"list": [{"a": 1}, {"b": 2}, {"a": 3}]}, {"output": {"a": 3, "b": 2}}),
            example({"list": []}, {"output": {}}),
        ),
    ),
    LISTS.card(
        "reverse",
        "Reverse",
        "Turns a list round.",
        _reverse,
        inputs=(LIST_INPUT,),
        outputs=(gives_list("The items from last to first."),),
        beyond=True,
        synonyms=("backwards", "descending"),
        examples=(example({"list": [1, 2, 3]}, {"list": [3, 2, 1]}), example({"list": []}, {"list": []})),
    ),
    LISTS.card(
        "segment",
        "List Segment",
        "Takes a part out of a list, by positions.",
        _segment,
        inputs=(
            LIST_INPUT,
            number(
                "start",
                "Start at",
                "The position of the first item that is taken; the first of all is 0.",
                default=0,
                null=OnNull.DEFAULT,
                whole=True,
                least=0,
                outside=Outside.CLAMP,
            ),
            number(
                "end",
                "End before",
                "The position of the first item that is not taken any more; without it all that follows is taken.",
                null=OnNull.VALUE,
                whole=True,
                least=0,
                outside=Outside.CLAMP,
            ),
        ),
        outputs=(gives_list("The part."),),
        beyond=True,
        synonyms=("slice", "take", "limit", "skip", "page"),
        examples=(
            example({"list": ["a", "b", "c"], "start": 1, "end": 2}, {"list": ["b"]}),
            example({"list": ["a", "b", "c"], "start": 1}, {"list": ["b", "c"]}),
        ),
    ),
    LISTS.card(
        "range",
        "Range",
        "Makes a list of whole numbers that follow one another.",
        _range,
        inputs=(
            number("start", "Start at", "The first number.", default=0, whole=True),
            number("end", "End before", "The list ends before this number.", whole=True, required=True),
        ),
        outputs=(gives_list("The numbers; none if the end is not beyond the start."),),
        beyond=True,
        synonyms=("sequence", "numbers", "counter"),
        examples=(
            example({"start": 1, "end": 4}, {"list": [1, 2, 3]}),
            example({"start": 4, "end": 4}, {"list": []}),
        ),
        limited=True,
    ),
    LISTS.card(
        "zip",
        "Zip",
        "Pairs the items of two lists by their position.",
        _zip,
        inputs=(_LIST1, _LIST2),
        outputs=(gives_list("A list of pairs; where one list is shorter, null.", of=LIST.listed()),),
        beyond=True,
        synonyms=("pair", "combine", "interleave"),
        examples=(
            example({"list1": [1, 2], "list2": ["a", "b"]}, {"list": [[1, "a"], [2, "b"]]}),
            example({"list1": [1], "list2": []}, {"list": [[1, None]]}),
        ),
        composes=True,
    ),
    LISTS.card(
        "chunk",
        "Chunk",
        "Cuts a list into lists of a size, for calls that take so many at once.",
        _chunk,
        inputs=(
            LIST_INPUT,
            number("size", "Size", "How many items a part has at most.", whole=True, least=1, required=True),
        ),
        outputs=(gives_list("The parts; the last one may be shorter.", "lists", "Lists", of=LIST.listed()),),
        beyond=True,
        synonyms=("batch", "page", "partition", "split"),
        examples=(
            example({"list": [1, 2, 3], "size": 2}, {"lists": [[1, 2], [3]]}),
            example({"list": [], "size": 2}, {"lists": []}),
        ),
        composes=True,
    ),
)
