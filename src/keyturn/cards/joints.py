"""Cards that exports of Okta Workflows have and its users never see: the editor puts them in by itself.

The third of them, which stands where a flow has no event, is the event By Hand.
"""

from __future__ import annotations

from keyturn.flows.json import JSON, Values
from keyturn.flows.spec import CardKind, CardSpec, Example
from keyturn.flows.types import TEXT

from .fields import items, record
from .function import Function
from .paths import get_key


def _join(values: Values, outputs: tuple[str, ...]) -> JSON:
    return {**dict.fromkeys(outputs), **values}


def _expand(value: JSON, paths: Values, outputs: tuple[str, ...]) -> JSON:
    found: Values = {}
    for name in dict.fromkeys((*outputs, *paths)):
        keys = paths.get(name)
        reached = value
        for key in keys if isinstance(keys, list) and keys else [name]:
            reached = get_key(reached, str(key))
        found[name] = reached
    return found


JOIN = CardSpec(
    key="branch.join",
    title="Join",
    category="Branching",
    kind=CardKind.PURE,
    summary="Hands on the values that the lanes of an If/Else left. In exports it closes each If/Else; here the "
    "branches hand on values themselves, so that nobody needs to add it.",
    free_inputs=True,
    free_outputs=True,
    synonyms=("merge", "end if"),
    examples=(
        Example({"level": "high"}, {"level": "high"}, free_outputs={"level": "text"}),
        Example({}, {"level": None}, "What no lane left is null.", free_outputs={"level": "text"}),
    ),
    okta="control:join",
    hidden=True,
)

EXPAND = CardSpec(
    key="object.expand",
    title="Expand",
    category="Object",
    kind=CardKind.PURE,
    summary="Takes values out of an object by their keys. In exports it stands where a value inside an object was "
    "dragged; here a reference reaches into objects by itself. Keys may hold dots.",
    inputs=(record("object", "Object", "The object."),),
    free_input=items(
        "path", "Path", "the keys that lead to the output of its name.", of=TEXT.listed(), okta="key", required=False
    ),
    free_inputs=True,
    free_outputs=True,
    synonyms=("inner value", "path", "destructure"),
    examples=(
        Example(
            {"object": {"user": {"id": 7}}, "id": ["user", "id"]},
            {"id": 7},
            free_outputs={"id": "number"},
        ),
        Example(
            {"object": {"a.b": 1}},
            {"a.b": 1},
            "Without keys an output is the key of its name.",
            free_outputs={"a.b": "number"},
        ),
    ),
    okta="object:expand",
    hidden=True,
)

CARDS = (Function(JOIN, _join), Function(EXPAND, _expand))
