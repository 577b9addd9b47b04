"""Cards that carry out a helper flow, or cards in place, once for each item: declarations; the engine carries them out.

A round gives what its helper flow returns, or what Return gives that leaves the branch. As one value it is the value of
the only field, whatever its name, or an object of several fields.
"""

from __future__ import annotations

from dataclasses import replace

from keyturn.flows.json import JSON
from keyturn.flows.spec import BadInput, CardKind, CardSpec, Choice, Example, FieldSpec, OnNull, Rounds, Takes
from keyturn.flows.types import ANY, BOOLEAN, LIST, NUMBER, OBJECT, TEXT

from .declare import example

_COUNT = FieldSpec("count", NUMBER, "Count", "How many rounds there were.", beyond=True)
_FAILED = FieldSpec("failed", NUMBER, "Failed", "How many of them failed.", beyond=True)
_ITEM = ("item", "index")
_IN_TURN = "The results have the order of the items, however many rounds go at once."


_NOTE: JSON = {"id": "note", "card": "flow.comment"}
_GREET: JSON = {"flow": "greet", "with": {"name": "{{ item }}"}}


def _card(name: str, key: str, **inputs: JSON) -> JSON:
    return {"id": name, "card": key, "inputs": inputs}


def _gives(value: JSON) -> JSON:
    return {"id": "give", "card": "flow.return", "options": {"leave": "branch"}, "inputs": {"it": value}}


_OVER_4: JSON = [
    {"id": "over", "card": "boolean.compare", "inputs": {"a": "{{ item }}", "is": "greater than", "b": 4}},
    _gives("{{ over.result }}"),
]


def _at_once(default: JSON = 1) -> FieldSpec:
    about = "How many rounds run at the same time, 1 to 200; 0 counts as 1."
    bad = BadInput(OnNull.DEFAULT, whole=True, least=0, most=200)
    return FieldSpec("at_once", NUMBER, "Concurrency", about, default=default, okta="concurrency", bad=bad)


def _items(about: str = "The items; null counts as empty, one value as a list of one.") -> FieldSpec:
    return FieldSpec("list", LIST, "List", about, required=True, bad=BadInput(OnNull.EMPTY))


def _object() -> FieldSpec:
    about = "Its keys and values; null counts as empty."
    return FieldSpec("object", OBJECT, "Object", about, required=True, bad=BadInput(OnNull.EMPTY))


def _key(name: str, title: str, about: str, default: str) -> FieldSpec:
    return FieldSpec(name, TEXT, title, about, default=default, bad=BadInput(OnNull.DEFAULT))


def _loop(
    key: str,
    title: str,
    category: str,
    summary: str,
    *,
    inputs: tuple[FieldSpec, ...],
    outputs: tuple[FieldSpec, ...],
    options: tuple[FieldSpec, ...] = (),
    takes: Takes = Takes.NOTHING,
    sees: tuple[str, ...] = _ITEM,
    synonyms: tuple[str, ...],
    examples: tuple[Example, ...],
    okta: str | None = None,
    beyond: bool = False,
) -> CardSpec:
    return CardSpec(
        key=key,
        title=title,
        category=category,
        kind=CardKind.CONTROL,
        summary=summary,
        inputs=inputs,
        outputs=outputs,
        options=options,
        calls=True,
        body=True,
        rounds=Rounds(sees, takes),
        synonyms=synonyms,
        examples=examples,
        okta=okta,
        beyond=beyond,
    )


ITERATION_CARDS = (
    _loop(
        "list.for_each",
        "For Each",
        "List",
        "Runs a helper flow, or cards in place, once for each item of a list; stops at the first error.",
        inputs=(_items(), _at_once()),
        outputs=(_COUNT,),
        synonyms=("loop", "foreach", "iterate", "every", "batch"),
        examples=(
            example({"list": [1, 2, 3]}, {"count": 3}, do=[_NOTE]),
            example({"list": ["Ada", "Bob"], "at_once": 2}, {"count": 2}, "By a helper flow.", call=_GREET),
        ),
        okta="list:each",
    ),
    _loop(
        "list.for_each_ignoring",
        "For Each - Ignore Errors",
        "List",
        "Runs a helper flow, or cards in place, for every item, whatever fails; the history tells the errors.",
        inputs=(_items(), _at_once()),
        outputs=(_COUNT, _FAILED),
        synonyms=("loop", "foreach", "iterate", "every", "continue on error", "async each"),
        examples=(
            example(
                {"list": [1, "potato"]},
                {"count": 2, "failed": 1},
                "The second round fails.",
                do=[_card("add", "number.add", a="{{ item }}", b=1)],
            ),
        ),
        okta="list:asyncEach",
    ),
    _loop(
        "list.map",
        "Map",
        "List",
        f"Makes a list of what a helper flow gives for each item; stops at the first error. {_IN_TURN}",
        inputs=(_items(), _at_once()),
        outputs=(FieldSpec("list", LIST, "New list", "What each round gave; null for nothing.", okta="new list"),),
        takes=Takes.VALUE,
        synonyms=("transform", "convert each", "collect", "loop"),
        examples=(
            example({"list": ["Ada", "Bob"]}, {"list": ["Hello Ada", "Hello Bob"]}, "By a helper flow.", call=_GREET),
            example(
                {"list": [1, 2], "at_once": 2},
                {"list": [10, 20]},
                "By cards in place.",
                do=[_card("ten", "number.multiply", a="{{ item }}", b=10), _gives("{{ ten.output }}")],
            ),
        ),
        okta="list:map",
    ),
    _loop(
        "list.filter_custom",
        "Filter Custom",
        "List",
        "Keeps the items for which a helper flow gives true; stops at the first error.",
        inputs=(_items(), _at_once()),
        outputs=(FieldSpec("list", LIST, "List", "The items that were kept, in their order."),),
        takes=Takes.FLAG,
        synonyms=("where", "keep", "select by flow", "loop"),
        examples=(example({"list": [1, 5, 9]}, {"list": [5, 9]}, do=_OVER_4),),
        okta="list:filter",
    ),
    _loop(
        "list.find_custom",
        "Find Custom",
        "List",
        "Gives the first item for which a helper flow gives true; no further rounds begin then.",
        inputs=(_items(), _at_once()),
        outputs=(
            FieldSpec("item", ANY, "Item", "The item; null if there is none."),
            FieldSpec("index", NUMBER, "Index", "Its position; -1 if there is none."),
        ),
        takes=Takes.FLAG,
        synonyms=("first where", "search by flow", "lookup", "loop"),
        examples=(
            example({"list": [1, 5, 9]}, {"item": 5, "index": 1}, do=_OVER_4),
            example({"list": [1, 2]}, {"item": None, "index": -1}, do=_OVER_4),
        ),
    ),
    _loop(
        "list.reduce",
        "Reduce",
        "List",
        "Carries a value through the items, one after another: a helper flow sees it as memo and gives the next one.",
        inputs=(
            _items(),
            FieldSpec(
                "memo", ANY, "Memo", "The value to start with; what an empty list gives.", bad=BadInput(OnNull.VALUE)
            ),
        ),
        outputs=(FieldSpec("item", ANY, "Item", "The value after the last item."),),
        takes=Takes.VALUE,
        sees=("item", "index", "memo"),
        synonyms=("fold", "accumulate", "sum up", "total", "loop"),
        examples=(
            example(
                {"list": [1, 2, 3], "memo": 0},
                {"item": 6},
                do=[_card("sum", "number.add", a="{{ memo }}", b="{{ item }}"), _gives("{{ sum.output }}")],
            ),
        ),
        okta="list:reduce",
    ),
    _loop(
        "list.sort_custom",
        "Sort Custom",
        "List",
        "Puts the items in the order of what a helper flow gives for each; null is last, equal ones stay as they were.",
        inputs=(
            _items(),
            _at_once(),
            FieldSpec(
                "descending",
                BOOLEAN,
                "Descending",
                "From the largest to the smallest.",
                default=False,
                bad=BadInput(OnNull.DEFAULT),
                beyond=True,
            ),
        ),
        outputs=(FieldSpec("list", LIST, "Sorted list", "The items in order."),),
        takes=Takes.VALUE,
        synonyms=("sort by", "order by flow", "arrange", "loop"),
        examples=(
            example(
                {"list": [{"n": "b"}, {"n": "a"}]},
                {"list": [{"n": "a"}, {"n": "b"}]},
                do=[_gives("{{ item.n }}")],
            ),
        ),
    ),
    _loop(
        "list.remove_duplicates_custom",
        "Remove Duplicates Custom",
        "List",
        "Keeps the first of the items for which a helper flow gives the same.",
        inputs=(_items(), _at_once()),
        outputs=(FieldSpec("list", LIST, "Unique list", "The items that were kept, in their order."),),
        takes=Takes.VALUE,
        synonyms=("unique by", "distinct by flow", "dedupe", "loop"),
        examples=(
            example(
                {"list": ["a", "A", "b"]},
                {"list": ["a", "b"]},
                "Capital letters do not count.",
                do=[_card("small", "text.lower", text="{{ item }}"), _gives("{{ small.output }}")],
            ),
        ),
    ),
    _loop(
        "object.map",
        "Map",
        "Object",
        "Makes an object with the same keys, and what a helper flow gives for each as their values.",
        inputs=(_object(), _at_once()),
        outputs=(FieldSpec("output", OBJECT, "Output", "The new object."),),
        takes=Takes.VALUE,
        synonyms=("transform values", "process", "loop"),
        examples=(
            example(
                {"object": {"a": 1, "b": 2}},
                {"output": {"a": 10, "b": 20}},
                do=[_card("ten", "number.multiply", a="{{ item.value }}", b=10), _gives("{{ ten.output }}")],
            ),
        ),
        okta="object:process",
    ),
    _loop(
        "object.map_to_list",
        "Map to List",
        "Object",
        f"Makes a list of what a helper flow gives for each key; it sees an item {{key, value}}. {_IN_TURN}",
        inputs=(_object(), _at_once(5)),
        outputs=(FieldSpec("list", LIST, "New list", "What each round gave; null for nothing.", okta="new list"),),
        takes=Takes.VALUE,
        synonyms=("entries", "object to list", "loop"),
        examples=(example({"object": {"a": 1, "b": 2}}, {"list": ["a", "b"]}, do=[_gives("{{ item.key }}")]),),
        okta="object:map",
    ),
    _loop(
        "flow.repeat",
        "Repeat",
        "Flow Control",
        "Runs a helper flow, or cards in place, so many times; stops at the first error.",
        inputs=(
            FieldSpec(
                "count",
                NUMBER,
                "Count",
                "How many times, 0 to 1,000,000; null is 0.",
                required=True,
                bad=BadInput(OnNull.EMPTY, whole=True, least=0, most=1_000_000),
            ),
            _at_once(),
        ),
        outputs=(_COUNT,),
        sees=("index",),
        synonyms=("times", "loop", "again", "do n times"),
        examples=(example({"count": 3}, {"count": 3}, do=[_NOTE]),),
        okta="control:times",
    ),
    _loop(
        "flow.paginate",
        "Paginate",
        "API Connector",
        "Reads page after page: a round sees as item what the one before gave, and that without a next page ends it.",
        options=(
            FieldSpec(
                "ends",
                TEXT,
                "Ends",
                "When there is no next page: where its key is not there (as in Okta's Connector Builder) or null, or "
                "where it holds an empty text, false, or an empty list or object, too.",
                default="without a key",
                choices=(
                    Choice("without a key", "Without the key"),
                    Choice("without a value", "Without a value there"),
                ),
            ),
        ),
        inputs=(
            FieldSpec(
                "object",
                OBJECT,
                "Object",
                "What the first round sees, for example the first address.",
                bad=BadInput(OnNull.EMPTY),
            ),
            replace(_key("next", "Path", "The key of the next page; the loop ends without it.", "next"), okta="path"),
            _key("collect", "Key of the records", "What is there is collected; empty for nothing.", "records"),
            FieldSpec(
                "most",
                NUMBER,
                "Most pages",
                "More are an error; 1 to 1,000,000.",
                default=5000,
                bad=BadInput(OnNull.DEFAULT, whole=True, least=1, most=1_000_000),
            ),
        ),
        outputs=(
            FieldSpec("list", LIST, "Records", "What was collected of all pages, in order."),
            FieldSpec("object", OBJECT, "Object", "What the last round gave.", okta="output"),
            FieldSpec("count", NUMBER, "Count", "How many rounds there were."),
        ),
        takes=Takes.VALUE,
        synonyms=("pages", "pagination", "cursor", "next link", "do while", "loop"),
        examples=(
            example(
                {"object": {"next": "/users"}},
                {"list": ["ada"], "object": {"records": ["ada"]}, "count": 1},
                "The only page says nothing of a next one.",
                do=[
                    {
                        "id": "page",
                        "card": "flow.return",
                        "options": {"leave": "branch"},
                        "inputs": {"records": ["ada"]},
                    }
                ],
            ),
        ),
        beyond=True,
    ),
)
