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


_KINDS: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "boolean": bool,
    "array": list,
    "integer": int,
    "number": (int, float),
    "object": dict,
}


def openapi_complaints(document: Any, schema: Any, value: Any, at: str = "") -> Iterator[str]:
    """What a value has at any depth that the schema does not know, knows of another type, or wants besides."""
    parts = list(_parts(document, schema, value))
    for part in parts:
        for way in ("oneOf", "anyOf"):
            told = [list(openapi_complaints(document, each, value, at)) for each in part.get(way, [])]
            if told and all(told):
                yield from min(told, key=len)
    if value is None:
        return
    kinds = {part["type"] for part in parts if "type" in part}
    yield from (f"{at} is no {kind}: {value!r}" for kind in kinds if not _is(value, kind))
    if isinstance(value, list):
        items = next((part["items"] for part in parts if "items" in part), {})
        for place, item in enumerate(value):
            yield from openapi_complaints(document, items, item, f"{at}/{place}")
    if isinstance(value, dict):
        known = {name: inner for part in parts for name, inner in part.get("properties", {}).items()}
        rest = [part["additionalProperties"] for part in parts if part.get("additionalProperties")]
        either = any(way in part for part in parts for way in ("oneOf", "anyOf"))
        for name, item in value.items():
            if name in known:
                yield from openapi_complaints(document, known[name], item, f"{at}/{name}")
            elif isinstance(rest[0] if rest else True, dict):
                yield from openapi_complaints(document, rest[0], item, f"{at}/{name}")
            elif known and not rest and not either and "@" not in name:
                yield f"{at} has no {name}"
        wanted = {name for part in parts for name in part.get("required", [])}
        yield from (f"{at} lacks {name}" for name in sorted(wanted - value.keys()))


def _parts(document: Any, schema: Any, value: Any, chosen: bool = False) -> Iterator[Any]:
    """A schema and all that it consists of; of several kinds the one that the value says it is."""
    if "$ref" in schema:
        yield from _parts(document, document["components"]["schemas"][schema["$ref"].rpartition("/")[2]], value, chosen)
        return
    yield schema
    for part in schema.get("allOf", []):
        yield from _parts(document, part, value, chosen)
    told = schema.get("discriminator", {})
    name = value.get(told.get("propertyName")) if isinstance(value, dict) else None
    if not chosen and isinstance(name, str) and name in told.get("mapping", {}):
        yield from _parts(document, {"$ref": told["mapping"][name]}, value, chosen=True)


def _is(value: Any, kind: str) -> bool:
    return isinstance(value, _KINDS[kind]) and (kind == "boolean" or not isinstance(value, bool))


def google_complaints(schemas: Any, name: str, value: Any) -> Iterator[str]:
    """What a Google object has at any depth that its discovery document does not know, or knows of another kind."""
    yield from _google_complaints(schemas, schemas[name], value, name)


def _google_complaints(schemas: Any, node: Any, value: Any, at: str) -> Iterator[str]:
    node = schemas[node["$ref"]] if "$ref" in node else node
    kind = node.get("type")
    if kind in _KINDS and not _is(value, kind):
        yield f"{at} is no {kind}: {value!r}"
        return
    if isinstance(value, list) and "items" in node:
        for place, item in enumerate(value):
            yield from _google_complaints(schemas, node["items"], item, f"{at}/{place}")
    if isinstance(value, dict):
        known, rest = node.get("properties", {}), node.get("additionalProperties")
        for name, item in value.items():
            if name in known or rest is not None:
                yield from _google_complaints(schemas, known.get(name, rest), item, f"{at}/{name}")
            elif known:
                yield f"{at} has no {name}"
