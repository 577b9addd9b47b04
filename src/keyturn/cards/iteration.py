"""Cards that carry out a helper flow, or cards in place, once for each item: declarations; the engine carries them out.

A round gives what its helper flow returns, or what Return gives that leaves the branch. As one value it is the value of
the only field, whatever its name, or an object of several fields.
"""

from __future__ import annotations

from keyturn.flows.json import JSON
from keyturn.flows.spec import CardKind, CardSpec, FieldSpec, Rounds, Takes
from keyturn.flows.types import ANY, BOOLEAN, LIST, NUMBER, OBJECT, TEXT

_COUNT = FieldSpec("count", NUMBER, "Count", "How many rounds there were.")
_FAILED = FieldSpec("failed", NUMBER, "Failed", "How many of them failed.")
_ITEM = ("item", "index")
_IN_TURN = "The results have the order of the items, however many rounds go at once."


def _at_once(default: JSON = 1) -> FieldSpec:
    about = "How many rounds run at the same time, 1 to 200; 0 counts as 1."
    return FieldSpec("at_once", NUMBER, "Concurrency", about, default=default, okta="concurrency")


def _items(about: str = "The items; null counts as empty, one value as a list of one.") -> FieldSpec:
    return FieldSpec("list", LIST, "List", about, required=True)


def _object() -> FieldSpec:
    return FieldSpec("object", OBJECT, "Object", "Its keys and values; null counts as empty.", required=True)


def _loop(
    key: str,
    title: str,
    category: str,
    summary: str,
    *,
    inputs: tuple[FieldSpec, ...],
    outputs: tuple[FieldSpec, ...],
    takes: Takes = Takes.NOTHING,
    sees: tuple[str, ...] = _ITEM,
    synonyms: tuple[str, ...],
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
        calls=True,
        body=True,
        rounds=Rounds(sees, takes),
        synonyms=synonyms,
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
        synonyms=("loop", "iterate", "every", "batch"),
        okta="list:each",
    ),
    _loop(
        "list.for_each_ignoring",
        "For Each - Ignore Errors",
        "List",
        "Runs a helper flow, or cards in place, for every item, whatever fails; the history tells the errors.",
        inputs=(_items(), _at_once()),
        outputs=(_COUNT, _FAILED),
        synonyms=("loop", "iterate", "every", "continue on error", "async each"),
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
    ),
    _loop(
        "list.reduce",
        "Reduce",
        "List",
        "Carries a value through the items, one after another: a helper flow sees it as memo and gives the next one.",
        inputs=(_items(), FieldSpec("memo", ANY, "Memo", "The value to start with; what an empty list gives.")),
        outputs=(FieldSpec("item", ANY, "Item", "The value after the last item."),),
        takes=Takes.VALUE,
        sees=("item", "index", "memo"),
        synonyms=("fold", "accumulate", "sum up", "total", "loop"),
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
            FieldSpec("descending", BOOLEAN, "Descending", "From the largest to the smallest.", default=False),
        ),
        outputs=(FieldSpec("list", LIST, "Sorted list", "The items in order."),),
        takes=Takes.VALUE,
        synonyms=("sort by", "order by flow", "arrange", "loop"),
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
        okta="object:map",
    ),
    _loop(
        "flow.repeat",
        "Repeat",
        "Flow Control",
        "Runs a helper flow, or cards in place, so many times; stops at the first error.",
        inputs=(
            FieldSpec("count", NUMBER, "Count", "How many times, 0 to 1,000,000; null is 0.", required=True),
            _at_once(),
        ),
        outputs=(_COUNT,),
        sees=("index",),
        synonyms=("times", "loop", "again", "do n times"),
        okta="control:times",
    ),
    _loop(
        "flow.paginate",
        "Paginate",
        "Flow Control",
        "Reads page after page: a round sees as item what the one before gave, and that without a next page ends it.",
        inputs=(
            FieldSpec("object", OBJECT, "Object", "What the first round sees, for example the first address."),
            FieldSpec("next", TEXT, "Key of the next page", "The loop ends without a value there.", default="next"),
            FieldSpec("collect", TEXT, "Key of the records", "What is there is collected.", default="records"),
            FieldSpec("most", NUMBER, "Most pages", "More are an error; 1 to 1,000,000.", default=5000),
        ),
        outputs=(
            FieldSpec("list", LIST, "Records", "What was collected of all pages, in order."),
            FieldSpec("object", OBJECT, "Object", "What the last round gave."),
            FieldSpec("count", NUMBER, "Count", "How many rounds there were."),
        ),
        takes=Takes.VALUE,
        synonyms=("pages", "cursor", "next link", "do while", "loop"),
        beyond=True,
    ),
)
