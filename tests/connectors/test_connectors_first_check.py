"""What the beginning of a manifest says of its check: where nothing reads by itself, a test tells little."""

from __future__ import annotations

import orjson
import pytest

from keyturn.connectors.by_hand import Wish, begun
from keyturn.connectors.openapi import manifest_of, parse_openapi
from keyturn.connectors.reading import read_manifest
from keyturn.flows.json import JSON

_UNTOLD = "not whether it takes the credentials"


@pytest.mark.parametrize(
    ("path", "parameters", "asked"),
    [
        ("/people", [], "/people"),
        ("/people", [{"name": "team", "in": "query", "schema": {"type": "string"}}], "/people"),
        ("/people", [{"name": "team", "in": "query", "required": True, "schema": {"type": "string"}}], "/"),
        ("/people/{id}", [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}], "/"),
    ],
)
def test_of_a_description(path: str, parameters: list[JSON], asked: str) -> None:
    document = {
        "openapi": "3.0.0",
        "info": {"title": "Acme", "version": "1"},
        "servers": [{"url": "https://acme.example"}],
        "paths": {path: {"get": {"operationId": "look", "parameters": parameters, "responses": {}}}},
    }
    file = parse_openapi(orjson.dumps(document), "acme.json")
    source = manifest_of(file, "acme", "Acme", file.chosen(["look"]))
    assert read_manifest(source, "acme.yaml").check.path == asked
    assert (_UNTOLD in source) is (asked == "/")


@pytest.mark.parametrize(("path", "asked"), [("/people", "/people"), ("/people/{id}", "/")])
def test_of_a_form(path: str, asked: str) -> None:
    source = begun("acme", "Acme", "https://acme.example", ["bearer"], [Wish("Look", "GET", path, "read")])
    assert read_manifest(source, "acme.yaml").check.path == asked
    assert (_UNTOLD in source) is (asked == "/")
