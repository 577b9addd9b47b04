"""Shapes of bodies, answers and parameters of a description: each is read, or left out with a word."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from keyturn.connectors.compiled import CompiledManifest
from keyturn.connectors.manifest import ActionModel
from keyturn.connectors.openapi import Made, made_of, parse_openapi
from keyturn.engine.inputs import compile_inputs, defaults_of
from keyturn.flows.json import JSON, Values
from keyturn.flows.values import parse_value

HEAD: dict[str, Any] = {"openapi": "3.1.0", "info": {"title": "Acme"}, "servers": [{"url": "https://acme.example"}]}
KIND = {"type": "string", "enum": ["a", "b"]}
PETS: dict[str, Any] = {
    "Cat": {
        "type": "object",
        "required": ["kind", "name", "lives"],
        "properties": {"kind": {"const": "cat"}, "name": {"type": "string"}, "lives": {"type": "integer"}},
    },
    "Dog": {
        "type": "object",
        "required": ["kind", "name"],
        "properties": {"kind": {"const": "dog"}, "name": {"type": "string"}, "trick": {"type": "string"}},
    },
    "Kind": KIND,
    "KindOrNone": {"type": ["string", "null"], "enum": ["a", "b", None]},
}


def made(paths: dict[str, Any], *names: str, **more: Any) -> Made:
    document = {**HEAD, "paths": paths, "components": {"schemas": PETS, **more.pop("components", {})}, **more}
    file = parse_openapi(orjson.dumps(document), "acme.json")
    every = [one for one in file.operations.values() if not names or one.id in names]
    return made_of(file, "acme", "Acme", every)


def one(operation: dict[str, Any], method: str = "post") -> ActionModel:
    model = made({"/x": {method: {"operationId": "x", **operation}}}).model
    assert model is not None
    return model.actions[0]


def with_body(schema: Any) -> dict[str, Any]:
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


BOTH = [{"$ref": "#/components/schemas/Cat"}, {"$ref": "#/components/schemas/Dog"}]
MAPPED = {"cat": "#/components/schemas/Cat", "dog": "Dog"}


@pytest.mark.parametrize("word", ["oneOf", "anyOf"])
@pytest.mark.parametrize(("mapping", "kinds"), [(MAPPED, ["cat", "dog"]), (None, ["Cat", "Dog"])])
def test_a_body_that_is_one_of_several_kinds_has_the_fields_of_all(
    word: str, mapping: dict[str, str] | None, kinds: list[str]
) -> None:
    told = {"propertyName": "kind", **({"mapping": mapping} if mapping else {})}
    action = one(with_body({word: BOTH, "discriminator": told}))
    fields = {field.name: field for field in action.fields}
    assert {name: (field.type, field.required) for name, field in fields.items()} == {
        "kind": ("text", True),
        "name": ("text", True),
        "lives": ("number", False),
        "trick": ("text", False),
    }
    assert list(fields["kind"].choices) == kinds
    assert fields["lives"].about == f"Only with kind {kinds[0]}."


def test_several_kinds_that_nothing_tells_apart_are_one_input_and_told() -> None:
    whole = made({"/x": {"post": {"operationId": "x", **with_body({"oneOf": BOTH})}}})
    assert whole.model is not None
    assert [field.type for field in whole.model.actions[0].fields] == ["any"]
    [told] = whole.left_out
    assert "it is one of several kinds, and no discriminator tells which. The body is one input." in told


def maybe(schema: Any, word: str = "anyOf") -> dict[str, Any]:
    return {word: [schema, {"type": "null"}]}


@pytest.mark.parametrize(
    ("schema", "kind", "choices"),
    [
        (maybe({"type": "integer"}), "number", []),
        (maybe({"type": "string", "format": "date-time"}, "oneOf"), "datetime", []),
        (maybe({"$ref": "#/components/schemas/Kind"}), "text", ["a", "b"]),
        (maybe({"type": "array", "items": maybe({"type": "string"})}), "list of text", []),
        (maybe({"$ref": "#/components/schemas/Cat"}), "object", []),
        ({"$ref": "#/components/schemas/KindOrNone"}, "text", ["a", "b"]),
        ({"type": ["string", "null"]}, "text", []),
        ({"anyOf": [{"type": "string"}, {"type": "integer"}, {"type": "null"}]}, "any", []),
    ],
)
def test_what_may_be_null_keeps_its_type_and_choices(schema: Any, kind: str, choices: list[str]) -> None:
    answer = {"200": {"content": {"application/json": {"schema": {"properties": {"a": schema}}}}}}
    query = {"name": "q", "in": "query", "schema": schema}
    action = one({**with_body({"properties": {"a": schema}}), "responses": answer, "parameters": [query]})
    assert len(action.fields) == (1 if kind == "object" else 2)  # an object goes into no query
    for field in action.fields:
        assert (field.type, list(field.choices)) == (kind, choices)
    assert action.gives[1].type == kind


def every(*parts: Any, **own: Any) -> dict[str, Any]:
    return {**own, "allOf": [*parts]}


KIND_OF = {"$ref": "#/components/schemas/Kind"}


@pytest.mark.parametrize(
    ("schema", "kind", "choices", "nullable"),
    [
        (every(KIND_OF, default="a"), "text", ["a", "b"], False),
        (every(KIND_OF, nullable=True), "text", ["a", "b"], True),
        (every({"$ref": "#/components/schemas/KindOrNone"}), "text", ["a", "b"], True),
        (every({"$ref": "#/components/schemas/KindOrNone"}, {"type": "string"}), "text", ["a", "b"], False),
        (every(KIND_OF, {"enum": ["b", "c"]}), "text", ["b"], False),
        (every({"type": "string"}, {"maxLength": 5}), "text", [], False),
        (every({"maxLength": 5}, {"format": "date-time"}, type="string"), "datetime", [], False),
        (every(every(every({"type": "integer"}), {"minimum": 1})), "number", [], False),
        (every({"type": "array"}, {"items": every(KIND_OF)}), "list of text", [], False),
        (maybe(every(KIND_OF)), "text", ["a", "b"], True),
        (every(maybe(KIND_OF)), "text", ["a", "b"], True),
        (every({"description": "Whatever."}), "any", [], False),
        (every({"$ref": "#/components/schemas/Cat"}, default={}), "object", [], False),
        (every(every({"$ref": "#/components/schemas/Cat"}), {"required": ["name"]}), "object", [], False),
        (every({"required": ["name"]}, properties={"name": {"type": "string"}}), "object", [], False),
    ],
)
def test_what_is_all_of_several_is_of_their_type_with_their_choices(
    schema: Any, kind: str, choices: list[str], nullable: bool
) -> None:
    parts = {"schemas": {**PETS, "Mine": schema}}
    for given in (schema, {"$ref": "#/components/schemas/Mine"}):
        body = with_body({"type": "object", "properties": {"mine": given}})
        model = made({"/x": {"post": {"operationId": "x", **body}}}, components=parts).model
        assert model is not None
        [field] = model.actions[0].fields
        assert (field.type, [*field.choices], field.nullable) == (kind, choices, nullable)


def test_what_is_always_the_same_is_sent_and_not_asked_for() -> None:
    properties = {"grant": {"const": "client"}, "mode": {"const": "m"}, "id": {"type": "string"}}
    action = one(with_body({"type": "object", "required": ["grant"], "properties": properties}))
    assert action.steps[0].body == {"grant": "client", "mode": "{{ inputs.mode }}", "id": "{{ inputs.id }}"}
    assert [(field.name, list(field.choices)) for field in action.fields] == [("mode", ["m"]), ("id", [])]


@pytest.mark.parametrize("kind", ["text/csv", "text/plain; charset=utf-8", "application/xml", "application/x+xml"])
def test_an_answer_that_is_text_is_given(kind: str) -> None:
    action = one({"responses": {"200": {"content": {kind: {}}}}}, "get")
    assert [(output.name, output.type, output.value) for output in action.gives][1:] == [("body", "text", "{{ body }}")]


LEFT_OUT = [
    ({"responses": {"200": {"content": {"image/png": {}}}}}, "it answers with image/png"),
    (
        {"responses": {"200": {"content": {"*/*": {"schema": {"type": "string", "format": "binary"}}}}}},
        "it answers with */*; a Custom API Action gives that as a file",
    ),
    ({"parameters": [{"name": "s", "in": "cookie", "required": True}]}, "it needs the cookie s"),
    (
        {"parameters": [{"name": "f", "in": "query", "required": True, "style": "deepObject", "schema": {}}]},
        "it needs the query f, which is sent in a way that a manifest cannot say (style deepObject, explode false)",
    ),
    ({"parameters": [{"name": "i", "in": "path", "required": True, "style": "matrix"}]}, "its path has i in the style"),
]


@pytest.mark.parametrize(("operation", "why"), LEFT_OUT)
def test_an_operation_that_could_not_work_is_left_out_with_a_word(operation: dict[str, Any], why: str) -> None:
    whole = made({"/x/{i}": {"get": {"operationId": "x", **operation}}, "/y": {"get": {"operationId": "y"}}})
    assert whole.model is not None
    assert [action.key for action in whole.model.actions] == ["y"]
    assert [what.startswith(f"GET /x/{{i}}: {why}") for what in whole.left_out] == [True]


def test_a_query_that_cannot_be_sent_as_described_is_no_input() -> None:
    query = {"name": "ids", "in": "query", "style": "pipeDelimited", "explode": False, "schema": {"type": "array"}}
    whole = made({"/x": {"get": {"operationId": "x", "parameters": [query]}}})
    assert whole.model is not None
    assert [field.name for field in whole.model.actions[0].fields] == []
    told = "x (GET /x): the query ids, which is sent in a way that a manifest cannot say (style pipeDelimited, explode"
    assert [what.startswith(told) for what in whole.left_out] == [True]


KEY = {"components": {"securitySchemes": {"k": {"type": "http", "scheme": "bearer"}}}, "security": [{"k": []}]}
OPEN: dict[str, Any] = {"operationId": "about", "security": []}
MAYBE: dict[str, Any] = {"operationId": "maybe", "security": [{}, {"k": []}]}


@pytest.mark.parametrize(
    ("paths", "chosen", "path", "told"),
    [
        ({"/about": OPEN, "/people": {"operationId": "people"}}, ["about", "people"], "/people", ""),
        ({"/about": OPEN, "/people": {"operationId": "people"}}, ["about"], "/people", "none of the actions"),
        ({"/about": OPEN, "/maybe": MAYBE}, ["about", "maybe"], "/", "open to everybody"),
        ({"/about": OPEN, "/people/{id}": {"operationId": "one"}}, ["about", "one"], "/", "open to everybody"),
        ({"/a": {"operationId": "a"}, "/b": {"operationId": "b"}}, ["b"], "/b", ""),
    ],
)
def test_a_connection_is_tested_by_what_needs_its_credentials(
    paths: dict[str, Any], chosen: list[str], path: str, told: str
) -> None:
    whole = made({path: {"get": operation} for path, operation in paths.items()}, *chosen, **KEY)
    assert whole.model is not None
    assert whole.model.check.path == path
    before = [line for line in whole.text.partition("\ncheck:")[0].splitlines() if line.startswith("#")]
    assert any(told in line for line in before) if told else before == []


NICK = {"type": "object", "properties": {"nick": {"type": ["string", "null"]}, "name": {"type": "string"}}}


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ({"nick": None}, {"nick": None}),
        ({"nick": None, "name": "Eva"}, {"nick": None, "name": "Eva"}),
        ({"nick": "{{ event.nothing }}"}, {"nick": None}),
        ({"name": "Eva"}, {"name": "Eva"}),
        ({"name": None}, None),
        ({}, None),
    ],
)
def test_an_attribute_that_may_be_null_is_cleared_by_a_null_that_is_given(given: Values, sent: JSON) -> None:
    model = made({"/x": {"patch": {"operationId": "x", **with_body(NICK)}}}).model
    assert model is not None
    assert [field.nullable for field in model.actions[0].fields] == [True, False]
    manifest = CompiledManifest(model, "", "")
    # as the engine gives them: what has no value by default and is not given, too
    signature = manifest.cards["acme.x"].signature({})
    values = {name: parse_value(value) for name, value in given.items()}
    inputs = compile_inputs(values, {}, defaults_of(signature.inputs)).resolve({"event": {}})
    action = manifest.action("x")
    assert action is not None
    [request] = action.steps[0].made({"inputs": inputs, "options": {}})
    assert request.body == sent
