"""What an OpenAPI description says an operation answers: its example, else a value in the shape of its schema.

OpenAPI 2 and 3. References may go round in circles, as they do in the descriptions of large vendors.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from keyturn.sandbox.values import Json, JsonObject, as_list, as_object, as_text

_METHODS = ("get", "put", "post", "delete", "patch", "head", "options")
_DEEPEST = 6
_TEXTS = {
    "date-time": "2026-01-05T08:00:00Z",
    "date": "2026-01-05",
    "email": "eva.horvat@northwind.example",
    "uri": "https://www.northwind.example/",
    "url": "https://www.northwind.example/",
    "uuid": "3f2f6c1e-0000-4000-8000-000000000001",
}


@dataclass(frozen=True)
class Described:
    """An answer: a status, and a body if there is one."""

    status: int
    media_type: str
    body: Json


@dataclass(frozen=True)
class _Operation:
    pattern: re.Pattern[str]
    method: str
    body: JsonObject
    fixed: int


class OpenApi:
    """Answers of a description. Raises ValueError if the address of one of its servers cannot be read."""

    def __init__(self, document: JsonObject) -> None:
        self._document = document
        self._prefixes = _prefixes(document)
        self._operations: list[_Operation] = []
        for path, item in as_object(document["paths"]).items():
            for method, body in as_object(item).items():
                if method in _METHODS and isinstance(body, dict):
                    pattern = re.compile("[^/]+".join(re.escape(part) for part in re.split(r"\{[^{}]*\}", path)))
                    self._operations.append(_Operation(pattern, method.upper(), body, len(path) - path.count("{") * 20))
        self._operations.sort(key=lambda one: -one.fixed)

    def answer(self, method: str, path: str) -> Described | None:
        """What the description answers; None if it has no such operation."""
        for prefix in self._prefixes:
            rest = path.removeprefix(prefix) if prefix and path.startswith(prefix + "/") else path
            for operation in self._operations:
                if operation.method == method and operation.pattern.fullmatch(rest):
                    return self._success(operation.body)
        return None

    def _success(self, operation: JsonObject) -> Described:
        responses = as_object(operation.get("responses"))
        good = sorted(code for code in responses if code.startswith("2")) or [
            code for code in responses if code == "default"
        ]
        if not good:
            return Described(204, "", None)
        response = self._resolved(responses[good[0]])
        status = int(good[0]) if good[0].isdigit() else 200
        content = as_object(response.get("content"))
        if content:
            media_type = next((name for name in content if "json" in name), next(iter(content)))
            return Described(status, media_type, self._of_content(as_object(content[media_type])))
        examples = as_object(response.get("examples"))
        if examples:
            return Described(status, "application/json", next(iter(examples.values())))
        if "schema" in response:
            return Described(status, "application/json", self._value(response["schema"], 0, ()))
        return Described(status, "", None)

    def _of_content(self, content: JsonObject) -> Json:
        if "example" in content:
            return content["example"]
        for example in as_object(content.get("examples")).values():
            found = self._resolved(example)
            if "value" in found:
                return found["value"]
        return self._value(content.get("schema"), 0, ())

    def _resolved(self, node: Json) -> JsonObject:
        """What a reference leads to, at most so many steps away."""
        found = as_object(node)
        for _ in range(_DEEPEST):
            reference = found.get("$ref")
            if not isinstance(reference, str) or not reference.startswith("#/"):
                break
            target: Json = self._document
            for part in reference[2:].split("/"):
                target = as_object(target).get(part.replace("~1", "/").replace("~0", "~"))
            found = as_object(target)
        return found

    def _value(self, node: Json, depth: int, names: tuple[str, ...]) -> Json:
        """A value in the shape of a schema."""
        reference = as_text(as_object(node).get("$ref"))
        if depth > _DEEPEST or (reference and reference in names):
            return None
        names = (*names, reference) if reference else names
        schema = self._resolved(node)
        for given in ("example", "default", "const"):
            if given in schema:
                return schema[given]
        choices = as_list(schema.get("enum"))
        if choices:
            return choices[0]
        for several in ("oneOf", "anyOf"):
            alternatives = as_list(schema.get(several))
            if alternatives:
                return self._value(alternatives[0], depth + 1, names)
        return self._of_type(schema, depth, names)

    def _of_type(self, schema: JsonObject, depth: int, names: tuple[str, ...]) -> Json:
        merged: JsonObject = {}
        for part in as_list(schema.get("allOf")):
            merged.update(as_object(self._value(part, depth + 1, names)))
        kind = schema.get("type")
        name = as_text(as_list(kind)[0]) if isinstance(kind, list) and kind else as_text(kind)
        properties = as_object(schema.get("properties"))
        if properties or name == "object" or merged:
            return {**merged, **{key: self._value(each, depth + 1, names) for key, each in properties.items()}}
        if name == "array":
            item = self._value(schema.get("items"), depth + 1, names)
            return [] if item is None else [item]
        simple: dict[str, Json] = {"integer": 1, "number": 1.5, "boolean": True}
        if name in simple:
            return simple[name]
        return _TEXTS.get(as_text(schema.get("format")), "text") if name == "string" else None


def _prefixes(document: JsonObject) -> list[str]:
    """Paths of the servers in front of the operations' own: they may be in an address or not."""
    servers = [as_text(as_object(server).get("url")) for server in as_list(document.get("servers"))]
    found = [_path_of(url) for url in servers] + [as_text(document.get("basePath")).rstrip("/")]
    return [*dict.fromkeys(prefix for prefix in found if prefix), ""]


def _path_of(url: str) -> str:
    try:
        return urlsplit(url).path.rstrip("/")
    except ValueError as error:
        raise ValueError(f"its server {url!r} is no address ({error})") from error
