"""Object cards."""

from __future__ import annotations

from keyturn.flows.conversion import to_text
from keyturn.flows.json import Values
from keyturn.flows.spec import CardKind, CardSpec, Example, FieldSpec
from keyturn.flows.types import ANY, OBJECT, TEXT

from .function import FunctionCard
from .limits import Limits
from .paths import get_path


def _construct(inputs: Values, _: tuple[str, ...]) -> Values:
    return {"output": dict(inputs)}


def _get(inputs: Values, _: tuple[str, ...]) -> Values:
    path = to_text(inputs.get("path"))
    return {"output": get_path(inputs.get("object"), path) if path else None}


def _get_multiple(inputs: Values, outputs: tuple[str, ...]) -> Values:
    value = inputs.get("object")
    return {path: get_path(value, path) for path in outputs}


def object_cards(limits: Limits) -> tuple[FunctionCard, ...]:
    """The cards of this category."""
    return (FunctionCard(CONSTRUCT, _construct), FunctionCard(GET, _get), FunctionCard(GET_MULTIPLE, _get_multiple))


CONSTRUCT = CardSpec(
    key="object.construct",
    title="Construct",
    category="Object",
    kind=CardKind.PURE,
    summary="Makes an object from names and values.",
    outputs=(FieldSpec("output", OBJECT, "Output", "The object, its keys in the order of the inputs."),),
    free_inputs=True,
    synonyms=("create object", "build", "json", "record"),
    examples=(
        Example({"name": "Ada", "age": 36}, {"output": {"name": "Ada", "age": 36}}),
        Example({}, {"output": {}}, "Without inputs the object is empty."),
    ),
    okta="object:construct",
)

GET = CardSpec(
    key="object.get",
    title="Get",
    category="Object",
    kind=CardKind.PURE,
    summary="Takes one value out of an object.",
    inputs=(
        FieldSpec("object", OBJECT, "Object", "Where to look."),
        FieldSpec("path", TEXT, "Path", "A key, or keys with dots between: result.0.id.", required=True),
    ),
    outputs=(FieldSpec("output", ANY, "Output", "What is there; null if nothing is."),),
    synonyms=("pick", "extract", "path", "key"),
    examples=(
        Example({"object": {"a": {"b": 1}}, "path": "a.b"}, {"output": 1}),
        Example({"object": {"a": [{"id": 7}]}, "path": "a.0.id"}, {"output": 7}, "A number is a position in a list."),
        Example({"object": {"a": 1}, "path": "x.y"}, {"output": None}, "What is not there is null."),
    ),
    okta="object:get",
)

GET_MULTIPLE = CardSpec(
    key="object.get_multiple",
    title="Get Multiple",
    category="Object",
    kind=CardKind.PURE,
    summary="Takes several values out of an object.",
    inputs=(FieldSpec("object", OBJECT, "Object", "Where to look."),),
    free_outputs=True,
    synonyms=("pick", "extract", "destructure"),
    examples=(
        Example(
            {"object": {"id": 1, "profile": {"email": "ada@example.com"}}},
            {"id": 1, "profile.email": "ada@example.com"},
            "The name of an output is the path of its value.",
            free_outputs={"id": "number", "profile.email": "text"},
        ),
        Example({"object": None}, {"id": None}, "Nothing gives nulls.", free_outputs={"id": "number"}),
    ),
    okta="object:pick",
)
