"""The vendors' machine-readable descriptions, and values held against them."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest


def folder() -> Path:
    """Where the vendors' descriptions are, if they are."""
    beside = Path(__file__).parents[3] / "shared" / "specs"
    return Path(os.environ.get("KEYTURN_VENDOR_SPECS", beside))


def description(name: str) -> Any:
    path = folder() / name
    if not path.exists():
        pytest.skip(f"the vendors' description {name} is not beside this checkout")
    return json.loads(path.read_text())


def plain(node: Any) -> Any:
    """OpenAPI 3.0 as JSON Schema: `nullable` becomes a type, discriminators and formats go."""
    if isinstance(node, list):
        return [plain(item) for item in node]
    if not isinstance(node, dict):
        return node
    made = {key: plain(value) for key, value in node.items() if key not in ("discriminator", "nullable", "example")}
    if node.get("nullable") is True:
        made = {"anyOf": [made, {"type": "null"}]}
    return made


def openapi_validator(document: Any, schema: str) -> jsonschema_rs.Validator:
    components = plain(document["components"]["schemas"])
    root = {"$ref": f"#/components/schemas/{schema}", "components": {"schemas": components}}
    return jsonschema_rs.validator_for(root)


def without_nulls(value: Any) -> Any:
    """Okta writes null where its own description says text; its published examples do so too."""
    if isinstance(value, dict):
        return {key: without_nulls(item) for key, item in value.items() if item is not None}
    return [without_nulls(item) for item in value] if isinstance(value, list) else value


def complaints(validator: jsonschema_rs.Validator, value: Any) -> list[str]:
    return [f"{'/'.join(map(str, e.instance_path))}: {e.message}" for e in validator.iter_errors(value)]


def google_complaints(schemas: Any, name: str, value: Any) -> Iterator[str]:
    """What a Google object has that its discovery document does not know, or knows of another kind."""
    kinds: dict[str, type | tuple[type, ...]] = {
        "string": str,
        "boolean": bool,
        "array": list,
        "integer": int,
        "number": (int, float),
    }
    properties = schemas[name]["properties"]
    for key, item in value.items():
        if key not in properties:
            yield f"{name} has no {key}"
            continue
        known = properties[key]
        kind = known.get("type")
        if kind in kinds and not isinstance(item, kinds[kind]):
            yield f"{name}.{key} is no {kind}: {item!r}"
        elif "$ref" in known and isinstance(item, dict) and "properties" in schemas[known["$ref"]]:
            yield from google_complaints(schemas, known["$ref"], item)
        elif kind == "array" and "$ref" in known["items"] and "properties" in schemas[known["items"]["$ref"]]:
            for each in item:
                yield from google_complaints(schemas, known["items"]["$ref"], each)
