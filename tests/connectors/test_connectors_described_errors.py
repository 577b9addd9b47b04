"""Where manifests made of descriptions look for code and message of an app's errors."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from support.scripted import Said, Scripted
from support_one_action import act
from test_connectors_openapi import SPECS

from keyturn.connectors.openapi import manifest_of, parse_openapi, read_openapi
from keyturn.connectors.own import read_own
from keyturn.connectors.registry import ConnectorRegistry
from keyturn.flows.actions import Failed
from keyturn.flows.json import JSON

DOUBT = "# The description does not say what the app's errors look like"


def texts(*names: str, **more: Any) -> dict[str, Any]:
    return {"type": "object", "properties": {**{name: {"type": "string"} for name in names}, **more}}


def listed(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


def described(answers: dict[str, Any], other: dict[str, Any] | None = None) -> str:
    """The manifest of an app whose operation *look* has these answers, and *other* those."""
    document = {
        "openapi": "3.0.0",
        "info": {"title": "Acme", "version": "1"},
        "servers": [{"url": "https://app.example"}],
        "components": {"schemas": {"Error": texts("errorCode", "errorSummary"), "Ring": {"$ref": "#/components/x"}}},
        "paths": {
            "/people": {"get": {"operationId": "look", "responses": {"200": {"description": ""}, **answers}}},
            "/teams": {"get": {"operationId": "other", "responses": other or {}}},
        },
    }
    file = parse_openapi(orjson.dumps(document), "acme.json")
    return manifest_of(file, "acme", "Acme", file.chosen(["look"]))


def answer(schema: dict[str, Any], kind: str = "application/json") -> dict[str, Any]:
    return {"description": "", "content": {kind: {"schema": schema}}}


REF: dict[str, Any] = {"$ref": "#/components/schemas/Error"}


@pytest.mark.parametrize(
    ("schema", "body", "said"),
    [
        (REF, {"errorCode": "E7", "errorSummary": "Not found"}, "E7: Not found"),
        (texts("code", "message"), {"code": "no", "message": "Not found"}, "no: Not found"),
        (
            texts(error=texts("code", "message", innerError=texts("date"))),
            {"error": {"code": "Request_ResourceNotFound", "message": "No such user."}},
            "Request_ResourceNotFound: No such user.",
        ),
        (
            texts(
                error=texts("message", "status", code={"type": "integer"}, errors=listed(texts("reason", "message")))
            ),
            {
                "error": {
                    "code": 404,
                    "message": "Not found: k",
                    "errors": [{"reason": "notFound", "message": "User k"}],
                }
            },
            "404: Not found: k. User k",
        ),
        (
            texts("type", "title", "detail", "instance", status={"type": "integer"}),
            {"type": "about:blank", "title": "Forbidden", "status": 403, "detail": "You may not."},
            "Forbidden: You may not.",
        ),
        (texts(errors=listed(texts("message"))), {"errors": [{"message": "Bad"}, {"message": "x"}]}, "Bad"),
        (
            texts(errors=listed(texts("code", "title", "detail"))),
            {"errors": [{"code": "7", "title": "Gone", "detail": "It has gone."}]},
            "7: It has gone.",
        ),
        (
            texts("message", errors=listed(texts("field", "message"))),
            {"message": "Invalid.", "errors": [{"field": "a", "message": "a is missing"}, {"message": "b is long"}]},
            "Invalid. a is missing b is long",
        ),
        (listed(texts("errorCode", "message")), [{"errorCode": "NOT_FOUND", "message": "No."}], "NOT_FOUND: No."),
        (
            texts("error", "error_description"),
            {"error": "invalid_grant", "error_description": "Old."},
            "invalid_grant: Old.",
        ),
        (texts("error"), {"error": "no such person"}, "no such person"),
        (texts("error", "Message", "MESSAGE-ID"), {"error": "E", "Message": "Oh."}, "E: Oh."),
        ({"allOf": [REF, texts("id")]}, {"errorCode": "E7", "errorSummary": "Not found"}, "E7: Not found"),
        ({"oneOf": [texts("id"), REF]}, {"errorCode": "E7", "errorSummary": "Not found"}, "E7: Not found"),
        (texts(**{"error-message": {"type": ["string", "null"]}}), {"error-message": "Oh."}, "Oh."),
        (
            texts("message", code={"allOf": [{"type": "string"}, {"maxLength": 9}], "default": "E"}),
            {"message": "Oh.", "code": "E7"},
            "E7: Oh.",
        ),
    ],
)
async def test_an_error_tells_what_its_schema_has(schema: dict[str, Any], body: JSON, said: str) -> None:
    for code in ("404", "4XX", "4xx", "default"):
        text = described({code: answer(schema, "application/problem+json")})
        assert DOUBT not in text
        registry = ConnectorRegistry({"acme": read_own(text).content})
        app = Scripted().on("GET /people", Said(404, body))
        failed = await act(app, "acme.look", {}, registry=registry)
        assert isinstance(failed, Failed)
        assert failed.error.message.partition(": ")[2] == said


@pytest.mark.parametrize(
    ("answers", "other", "doubt", "message"),
    [
        ({}, None, True, "body.message"),
        ({"404": {"description": "No."}}, None, True, "body.message"),
        ({"404": answer(texts("id"))}, None, True, "body.message"),
        ({"404": answer(texts("message"), "text/plain")}, None, True, "body.message"),
        ({"404": answer({"$ref": "#/components/schemas/Ring"})}, None, True, "body.message"),
        ({}, {"409": answer(REF)}, False, "body.errorSummary"),
        ({"400": answer(texts("msg"))}, {"409": answer(REF), "404": answer(REF)}, False, "body.msg"),
        ({"400": answer(texts("msg")), "409": answer(REF), "404": answer(REF)}, None, False, "body.errorSummary"),
    ],
)
def test_what_is_not_described_is_a_guess_and_says_so(
    answers: dict[str, Any], other: dict[str, Any] | None, *, doubt: bool, message: str
) -> None:
    text = described(answers, other)
    assert (DOUBT in text) is doubt
    assert read_own(text).model.errors.message == f"{{{{ {message} }}}}"


def test_errors_of_other_shapes_are_told() -> None:
    text = described({"400": answer(texts("msg")), "404": answer(texts("detail"))}, None)
    comment = text.partition("\nerrors:")[0].rpartition("\n\n")[2]
    assert "errors of other shapes" in comment
    assert "body.detail" in comment
    assert "other shapes" not in described({"400": answer(texts("msg")), "404": answer(texts("msg"))}, None)


@pytest.mark.parametrize(
    ("spec", "operation", "code", "message"),
    [
        ("okta-management.json", "getUser", "{{ body.errorCode }}", "{{ body.errorSummary }}"),
        ("graph-v1.json", "devices", "{{ body.error.code }}", "{{ body.error.message }}"),
        ("okta-oauth.json", "token", "{{ body.error }}", "{{ body.error_description }}"),
    ],
)
def test_errors_of_vendors_are_read(spec: str, operation: str, code: str, message: str) -> None:
    file = read_openapi(SPECS / spec)
    chosen = [one for name, one in file.operations.items() if name == operation or name.startswith(f"{operation}.")]
    errors = read_own(manifest_of(file, "acme", "Acme", chosen)).model.errors
    assert (errors.code, errors.message) == (code, message)
