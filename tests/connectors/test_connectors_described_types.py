"""Types of answers and bodies of a description: what is asked for, and what is read where it leaves that open."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import orjson
import pytest
from support.scripted import Scripted
from support_one_action import act

from keyturn.connectors.manifest import ActionModel
from keyturn.connectors.openapi import Made, made_of, parse_openapi
from keyturn.connectors.own import read_own
from keyturn.connectors.registry import ConnectorRegistry, built_in
from keyturn.flows.actions import Done, Failed, Unknown
from keyturn.flows.json import Values
from keyturn.http import Request, Response
from keyturn.http.messages import headers

PERSON = {
    "type": "object",
    "properties": {name: {"type": "string"} for name in ("id", "email", "name")},
}
VERSIONS = ["3.0.1", "3.1.0"]
OPEN = ["*/*", "application/*", "*"]


class Wired(Scripted):
    """An app that answers each request with the same bytes."""

    def __init__(self, kind: str, content: bytes) -> None:
        super().__init__()
        self._kind, self._content = kind, content

    async def send(
        self,
        request: Request,
        *,
        before_send: Callable[[], None] | None = None,
        on_answer: Callable[[], Awaitable[None]] | None = None,
    ) -> Response:
        self.requests.append(request)
        return Response(200, "", headers({"Content-Type": self._kind}), self._content, 0.0, request.url)


def made(operation: dict[str, Any], method: str = "get", version: str = "3.1.0") -> Made:
    head = {"openapi": version, "info": {"title": "Acme"}, "servers": [{"url": "https://app.example"}]}
    paths = {"/x": {method: {"operationId": "x", **operation}}}
    schemes = {"securitySchemes": {"k": {"type": "http", "scheme": "bearer"}}}
    document = {**head, "paths": paths, "components": {"schemas": {"Person": PERSON}, **schemes}}
    file = parse_openapi(orjson.dumps(document), "acme.json")
    return made_of(file, "acme", "Acme", list(file.operations.values()))


def one(operation: dict[str, Any], method: str = "get", version: str = "3.1.0") -> ActionModel:
    model = made(operation, method, version).model
    assert model is not None
    return model.actions[0]


def answers(kinds: dict[str, Any]) -> dict[str, Any]:
    return {"responses": {"200": {"content": {kind: {"schema": schema} for kind, schema in kinds.items()}}}}


async def carried_out(
    app: Scripted, operation: dict[str, Any], method: str = "get", inputs: Values | None = None
) -> Done | Failed | Unknown:
    registry = ConnectorRegistry({**built_in(), "acme": read_own(made(operation, method).text).content})
    return await act(app, "acme.x", inputs or {}, registry=registry)


REFERRED = {"$ref": "#/components/schemas/Person"}


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("kind", OPEN)
def test_an_answer_of_a_type_that_tells_nothing_is_json_with_its_fields(kind: str, version: str) -> None:
    action = one(answers({kind: REFERRED}), version=version)
    assert [(output.name, output.type) for output in action.gives] == [
        ("status", "number"),
        ("id", "text"),
        ("email", "text"),
        ("name", "text"),
    ]
    assert action.steps[0].method == "GET"


@pytest.mark.parametrize("kind", OPEN)
@pytest.mark.parametrize("schema", [{"type": "array", "items": REFERRED}, {"type": "string"}, {"type": "object"}, {}])
def test_an_answer_without_fields_of_a_type_that_tells_nothing_may_be_anything(kind: str, schema: Any) -> None:
    assert [(output.name, output.type) for output in one(answers({kind: schema})).gives][1:] == [("body", "any")]


@pytest.mark.parametrize("method", ["get", "post"])
async def test_json_of_a_type_that_tells_nothing_is_read(method: str) -> None:
    app = Wired("application/json", orjson.dumps({"id": "7", "email": "e@x.example", "name": "Eva"}))
    done = await carried_out(app, answers({"*/*": REFERRED}), method)
    assert isinstance(done, Done), done
    assert (done.outputs["id"], done.outputs["name"]) == ("7", "Eva")
    several = Wired("application/json", b'[{"id": "7"}]')
    done = await carried_out(several, answers({"*/*": {"type": "array", "items": REFERRED}}), method)
    assert isinstance(done, Done), done
    assert done.outputs["body"] == [{"id": "7"}]


@pytest.mark.parametrize("kind", ["text/plain", "application/json"])
@pytest.mark.parametrize("schema", [REFERRED, {"type": "object"}, {"type": "string"}])
async def test_a_text_that_comes_nevertheless_ends_no_run_that_changed_something(kind: str, schema: Any) -> None:
    done = await carried_out(Wired(kind, b"Person made"), answers({"*/*": schema}), "post")
    assert isinstance(done, Done), done
    assert done.outputs.get("body", "Person made") == "Person made"
    failed = await carried_out(Wired(kind, b"Person made"), answers({"*/*": REFERRED}), "get")
    assert isinstance(failed, Failed), "what reads has read nothing"
    failed = await carried_out(Wired(kind, b"Person made"), answers({"application/json": REFERRED}), "post")
    assert isinstance(failed, Failed), "it is another program that answers"
    page = await carried_out(Wired(kind, b"<!doctype html><p>Sign in"), answers({"*/*": schema}), "post")
    assert isinstance(page, Failed)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("kind", OPEN)
def test_a_body_of_a_type_that_tells_nothing_is_json_with_its_fields(kind: str, version: str) -> None:
    def of(schema: Any) -> ActionModel:
        return one({"requestBody": {"required": True, "content": {kind: {"schema": schema}}}}, "post", version)

    action = of(REFERRED)
    assert [field.name for field in action.fields] == ["id", "email", "name"]
    assert action.steps[0].body == {name: "{{ inputs." + name + " }}" for name in ("id", "email", "name")}
    assert "Content-Type" not in action.steps[0].headers
    assert of({"type": "array", "items": REFERRED}).steps[0].body == "{{ inputs.body }}"


async def test_a_body_of_a_type_that_tells_nothing_is_sent_as_json() -> None:
    app = Wired("application/json", b"{}")
    operation = {"requestBody": {"content": {"*/*": {"schema": REFERRED}}}}
    assert isinstance(await carried_out(app, operation, "post", {"id": "7"}), Done)
    assert app.requests[0].headers["Content-Type"] == "application/json"
    assert app.requests[0].body == b'{"id":"7"}'


@pytest.mark.parametrize("given", ["Ann", 'say "hi"\n', "7", "null", '"Ann"'])
@pytest.mark.parametrize("kind", ["application/json", "application/vnd.acme+json"])
@pytest.mark.parametrize("schema", [{"type": "string"}, {"type": ["string", "null"], "format": "password"}])
async def test_a_json_body_that_is_a_text_is_sent_as_one(kind: str, schema: Any, given: str) -> None:
    operation = {"requestBody": {"required": True, "content": {kind: {"schema": schema}}}}
    app = Wired("application/json", b"{}")
    assert isinstance(await carried_out(app, operation, "post", {"body": given}), Done)
    assert app.requests[0].headers["Content-Type"] == kind
    assert app.requests[0].body == orjson.dumps(given)


async def test_a_json_body_that_is_a_text_has_its_choices_and_may_be_left_out() -> None:
    schema = {"type": "string", "enum": ["on", "off"]}
    operation = {"requestBody": {"content": {"application/json": {"schema": schema}}}}
    field = one(operation, "put").fields[0]
    assert (field.type, field.choices, field.required) == ("text", ("on", "off"), False)
    app = Wired("application/json", b"{}")
    assert isinstance(await carried_out(app, operation, "put", {}), Done)
    assert app.requests[0].body in (None, b"")


LISTED = {"type": "array", "items": {"type": "string", "enum": ["new", "old", "new"]}}


@pytest.mark.parametrize(
    ("parameter", "kind", "about"),
    [
        ({"schema": LISTED}, "list of text", "Each is one of: new, old."),
        ({"schema": LISTED, "description": "Their states"}, "list of text", "Their states. Each is one of: new, old."),
        (
            {"schema": LISTED, "explode": False},
            "text",
            "Each is one of: new, old. Several with commas between them.",
        ),
        (
            {"schema": {"type": "array", "items": {"type": "integer", "enum": [1, 2]}}},
            "list of number",
            "Each is one of: 1, 2.",
        ),
        ({"schema": {"type": "array", "items": {"type": "string"}}}, "list of text", ""),
    ],
)
def test_what_the_items_of_a_list_may_be_is_told(parameter: Any, kind: str, about: str) -> None:
    """A field with a list has no choices: a card would hold the whole list to them."""
    field = one({"parameters": [{"name": "states", "in": "query", **parameter}]}).fields[0]
    assert (field.type, field.about, field.choices) == (kind, about, ())
    if "explode" not in parameter:
        schema = {"properties": {"states": parameter["schema"] | {"description": parameter.get("description", "")}}}
        body = {"requestBody": {"content": {"application/json": {"schema": {"type": "object", **schema}}}}}
        assert one(body, "post").fields[0].about == about


def test_a_type_that_tells_stands_before_one_that_does_not() -> None:
    for kind in ("application/x-www-form-urlencoded", "application/json"):
        both = {"*/*": {"schema": {"type": "object"}}, kind: {"schema": REFERRED}}
        action = one({"requestBody": {"content": both}, "responses": {"200": {"content": both}}}, "post")
        assert [field.name for field in action.fields] == ["id", "email", "name"]
        assert [output.name for output in action.gives] == ["status", "id", "email", "name"]


ERROR = {"type": "object", "properties": {"error_text": {"type": "string"}, "message": {"type": "string"}}}


def test_errors_of_a_type_that_tells_nothing_are_read() -> None:
    operation = {"responses": {"400": {"content": {"*/*": {"schema": ERROR}}}}}
    assert "is a guess" not in made(operation).text


TEXT = {"type": "string"}
WANTED: list[tuple[dict[str, Any], str]] = [
    ({"text/csv": TEXT}, "text/csv"),
    ({"text/plain; charset=utf-8": TEXT}, "text/plain"),
    ({"application/xml": PERSON}, "application/xml"),
    ({"image/png": {}, "text/csv": TEXT, "text/plain": TEXT}, "text/csv"),
    ({"application/x-www-form-urlencoded": PERSON}, "application/x-www-form-urlencoded"),
    ({"application/hal+json": PERSON}, "application/hal+json"),
    ({"application/json; version=2": PERSON}, "application/json; version=2"),
    ({"text/csv": TEXT, "application/json": PERSON}, "application/json"),
    ({"application/hal+json": PERSON, "application/json": PERSON}, "application/json"),
    ({"application/json;charset=UTF-8": PERSON}, "application/json"),
    ({"application/*+json": PERSON}, "application/json"),
    ({"*/*": PERSON}, "application/json, */*;q=0.5"),
    ({"*/*": TEXT}, "*/*"),
    ({"text/*": TEXT}, "text/*"),
    ({}, "application/json"),
]


@pytest.mark.parametrize(("kinds", "wanted"), WANTED)
@pytest.mark.parametrize("method", ["get", "post"])
async def test_a_request_asks_for_what_the_description_says(kinds: dict[str, Any], wanted: str, method: str) -> None:
    app = Wired("text/plain", b"")
    await carried_out(app, answers(kinds), method)
    assert app.requests[0].headers["Accept"] == wanted


def test_a_connection_is_tested_by_what_is_answered_in_json() -> None:
    paths = {
        f"/{key}": {"get": {"operationId": key, **answers({kind: TEXT})}}
        for key, kind in (("report", "text/csv"), ("links", "application/hal+json"), ("people", "application/json"))
    }
    document = {"openapi": "3.1.0", "info": {"title": "Acme"}, "servers": [{"url": "https://app.example"}]}
    file = parse_openapi(orjson.dumps({**document, "paths": paths}), "acme.json")
    model = made_of(file, "acme", "Acme", list(file.operations.values())).model
    assert model is not None
    assert model.check.path == "/people"
