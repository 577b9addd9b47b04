"""Keys in the Authorization header, and the word before them, as a description tells."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from keyturn.connectors.openapi import manifest_of, parse_openapi
from keyturn.connectors.own import read_own

KEY = {"type": "apiKey", "in": "header", "name": "Authorization"}
SHOWN = {**KEY, "description": "Prefixed with `SSWS`. For example `Authorization: SSWS {API Token}`"}


@pytest.mark.parametrize(
    ("schemes", "prefix", "told"),
    [
        ({"key": SHOWN}, "SSWS", False),
        ({"key": KEY}, None, True),
        ({"key": {**KEY, "name": "X-Key"}}, None, False),
        ({"bearer": {"type": "http", "scheme": "bearer"}}, None, False),
        ({"key": KEY, "shown": SHOWN}, "SSWS", False),
    ],
)
def test_the_word_before_a_key_is_taken_or_asked_for(schemes: dict[str, Any], prefix: str | None, told: bool) -> None:
    document = {
        "openapi": "3.0.0",
        "info": {"title": "Acme", "version": "1"},
        "servers": [{"url": "https://app.example"}],
        "components": {"securitySchemes": schemes},
        "paths": {"/me": {"get": {"operationId": "me", "responses": {"200": {"description": "Me."}}}}},
    }
    file = parse_openapi(orjson.dumps(document), "acme.json")
    text = manifest_of(file, "acme", "Acme", file.chosen(["me"]))
    assert read_own(text).model.defaults.get("prefix") == prefix
    assert ("add defaults: {prefix: ...}" in text) is told
