"""A pretend vendor made of the vendor's own description.

It checks each request against the description, and answers with all that an answer is said to have. It takes the place
of the network, so that hundreds of actions run in seconds.
"""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import jsonschema_rs

from keyturn.connectors.manifest import ActionModel
from keyturn.connectors.request_models import RequestModel
from keyturn.connectors.state_models import StateModel
from keyturn.connectors.vendor import Description, Operation
from keyturn.flows.values import Name, Reference, parse_value, references
from keyturn.http import Request, Response
from keyturn.http.messages import headers

from .names import Names, Places, with_google_names

MOMENT = "2026-11-24T12:00:00.000Z"
_DEEPEST = 11
_CAST = re.compile(r"/(microsoft\.)?graph\.(?P<kind>\w+)$")
# Where a vendor says how a list goes on. The second page is the last one.
_NEXT = ("nextPageToken", "@odata.nextLink", "@odata.deltaLink", "next_cursor", "next")
_SAMPLES: dict[str, Any] = {"object": {"any": "text"}, "list of object": [{"any": "text"}], "list of text": ["text"]}
_DROPPED = frozenset({"discriminator", "nullable", "example", "examples", "format", "description", "deprecated"})


class Recorder:
    """Implements the outgoing HTTP client's port.

    Attributes:
        complaints: what is wrong with the requests that came.
        seen: method and path of each.
        operations: ids of the operations that they are.

    Args:
        said: entries of answers that are otherwise than in the description's examples.
    """

    def __init__(self, schemas: Schemas, base: str, said: Mapping[str, Any] | None = None) -> None:
        self._schemas = schemas
        self._said = dict(said or {})
        self._base = urlsplit(base).path.rstrip("/")
        self.complaints: list[str] = []
        self.seen: list[tuple[str, str]] = []
        self.operations: list[str] = []
        self.bodies: list[Any] = []

    def begin(self) -> None:
        """Forget what came, before another action."""
        self.complaints, self.seen, self.operations, self.bodies = [], [], [], []

    async def send(
        self,
        request: Request,
        *,
        before_send: Callable[[], None] | None = None,
        on_answer: Callable[[], Awaitable[None]] | None = None,
    ) -> Response:
        """Check a request, and answer it."""
        if before_send is not None:
            before_send()
        parts = urlsplit(request.url)
        path = parts.path.removeprefix(self._base)
        self.seen.append((request.method, path))
        body = json.loads(request.body) if request.body else None
        self.bodies.append(body)
        operation = self._schemas.find(request.method, path)
        if operation is None:
            self.complaints.append(f"{request.method} {path}: the vendor has no such operation")
            return _response(request, 404, None)
        again = operation.id in self.operations
        self.operations.append(operation.id)
        self._check(operation, dict(parse_qsl(parts.query, keep_blank_values=True)), body)
        status = min(operation.answers, default=200)
        shown = operation.examples.get(status)
        answer = shown if shown is not None else self._schemas.example(operation.answers.get(status))
        if isinstance(answer, dict):
            answer = {name: self._said.get(name, value) for name, value in answer.items()}
        return _response(request, status, _paged(answer, request.url, again=again))

    def _check(self, operation: Operation, query: Mapping[str, str], body: Any) -> None:
        strange = sorted(set(query) - set(operation.query))
        missing = sorted(name for name, required in operation.query.items() if required and name not in query)
        if strange or missing:
            self.complaints.append(f"{operation.id}: query has {strange}, lacks {missing}")
        if operation.names is not None:
            given = body if isinstance(body, dict) else {}
            strange = sorted(set(given) - set(operation.names))
            missing = sorted(name for name, required in operation.names.items() if required and name not in given)
            if strange or missing:
                self.complaints.append(f"{operation.id}: body has {strange}, lacks {missing}")
        elif operation.body is None and body is not None:
            self.complaints.append(f"{operation.id}: it takes no body")
        elif operation.body is not None and body is not None:
            found = self._schemas.complaints_of_request(operation.body, body)
            found += self._schemas.complaints_of_patch(operation, body)
            self.complaints += [f"{operation.id}: {what}" for what in found]


def _response(request: Request, status: int, body: Any) -> Response:
    content = b"" if body is None else json.dumps(body).encode()
    return Response(status, "", headers({"Content-Type": "application/json"}), content, 0.0, request.url)


def _paged(answer: Any, url: str, *, again: bool) -> Any:
    if isinstance(answer, dict):
        made = {name: _paged(value, url, again=again) for name, value in answer.items()}
        for name in _NEXT:
            if name in made and again:
                del made[name]
            elif isinstance(made.get(name), dict):
                made[name] = {**made[name], "href": url}
            elif name in made and name.startswith("@"):
                made[name] = url
        return made
    return [_paged(item, url, again=again) for item in answer] if isinstance(answer, list) else answer


class Undescribed:
    """A pretend app that nobody describes: it answers with what an action says that it gives. That requests are as the
    app wants them is checked by nobody."""

    def __init__(self, action: ActionModel) -> None:
        self._body: Any = {}
        values: list[tuple[Any, str]] = [(output.value, output.type) for output in action.gives]
        if action.paging is not None:
            records = action.paging.records
            values = [(records, "any"), *((_of_records(value, records), kind) for value, kind in values)]
        for value, kind in values:
            for reference in references(parse_value(value)):
                self._body = _with(self._body, reference, "body", sample=_SAMPLES.get(kind, "text"))
        for step in action.steps:
            for raw in (step.path, {**step.query}, step.body):
                for reference in references(parse_value(raw)):
                    self._body = _with(self._body, reference, *(one.name for one in action.steps if one.name))
        self.complaints: list[str] = []
        self.seen: list[tuple[str, str]] = []
        self.bodies: list[Any] = []

    def begin(self) -> None:
        """Forget what came, before another action."""
        self.seen, self.bodies = [], []

    async def send(
        self,
        request: Request,
        *,
        before_send: Callable[[], None] | None = None,
        on_answer: Callable[[], Awaitable[None]] | None = None,
    ) -> Response:
        """Answer."""
        self.seen.append((request.method, urlsplit(request.url).path))
        self.bodies.append(json.loads(request.body) if request.body else None)
        return _response(request, 200, self._body or None)


def _of_records(value: Any, records: str) -> Any:
    """A value of a record as one of the answer."""
    place = records.strip("{} ")
    return value.replace("{{ record", "{{ " + place + "[]") if isinstance(value, str) else value


def _with(body: Any, reference: Reference, *roots: str, sample: Any = "text") -> Any:
    """A body in which there is what a reference names; others than those to an answer are left alone."""
    if reference.root not in roots:
        return body
    return _grown(body, list(reference.path[0 if reference.root == "body" else 1 :]), sample)


def _grown(holder: Any, path: list[Any], sample: Any) -> Any:
    if not path:
        return holder if isinstance(holder, dict | list) and holder else sample
    first, rest = path[0], path[1:]
    if isinstance(first, Name):
        known = holder if isinstance(holder, dict) else {}
        return {**known, first.name: _grown(known.get(first.name), rest, sample)}
    known_item = holder[0] if isinstance(holder, list) and holder else None
    return [_grown(known_item, rest, sample)]


class Schemas:
    """The schemas of a description as JSON Schema. What is made of them is kept: it serves all tests of a description.

    Attributes:
        description: whose they are.
    """

    def __init__(self, description: Description) -> None:
        self.description = description
        raw: Any = description.document
        scim = {kind["id"]: _scim_schema(raw, kind) for kind in raw.get("resource_types", [])}
        self._known: dict[str, Any] = {
            **{
                f"#/components/schemas/{name}": one
                for name, one in raw.get("components", {}).get("schemas", {}).items()
            },
            **{f"#/definitions/{name}": one for name, one in {**raw.get("definitions", {}), **scim}.items()},
            **(raw["schemas"] if "rootUrl" in raw else {}),
        }
        self._strange = Names(with_google_names(self._known))
        self._places = Places(self._strange)
        self._validators: dict[str, jsonschema_rs.Validator] = {}

    def complaints_of_request(self, schema: Any, value: Any) -> list[str]:
        """What is wrong with what we send: at no depth may it have a name that the schema does not know."""
        return self._wrong(schema, value) + self._strange.unknown(schema, value)

    def complaints_of_look(self, state: StateModel) -> list[str]:
        """Names that a look refers to, and that are not in its answer."""
        answer = self._answer_of(state.request)
        return self._places.missing_in_look(answer, state) if answer is not None else []

    def complaints_of_select(self, request: RequestModel) -> list[str]:
        """Names of properties that a request asks for and that are not there."""
        answer = self._answer_of(request)
        return self._places.missing_in_select(answer, request) if answer is not None else []

    def _answer_of(self, request: RequestModel) -> Any:
        """The schema of an answer; None where the description has none."""
        operation = self.find(request.method, re.sub(r"\{\{.*?\}\}", "x", request.path))
        return operation.answers.get(min(operation.answers, default=200)) if operation is not None else None

    def find(self, method: str, path: str) -> Operation | None:
        """The operation that a request is. Where a path of OData asks for one kind of what is in a list, it is that of
        the list, and only this kind is in its answer."""
        operation, cast = self.description.find(method, path), _CAST.search(path)
        if operation is not None or cast is None:
            return operation
        listed = self.description.find(method, path[: cast.start()])
        pointer = f"#/components/schemas/microsoft.graph.{cast['kind']}"
        if listed is None or pointer not in self._known:
            return None
        answer: Any = listed.answers[200]
        rows = {"type": "array", "items": {"$ref": pointer}}
        return replace(listed, answers={200: {**answer, "properties": {**answer["properties"], "value": rows}}})

    def complaints_of_patch(self, operation: Operation, body: Any) -> list[str]:
        """Names in what SCIM's PATCH puts: they are those of the resource, or of its part that the path names."""
        whole = self.description.operations.get(operation.id.replace(".patch", ".replace"))
        if "resource_types" not in self.description.document or operation.method != "PATCH" or whole is None:
            return []
        return [
            what
            for one in body.get("Operations", [])
            for given in [{one["path"]: one.get("value")} if "path" in one else one.get("value")]
            if not any(mark in one.get("path", "") for mark in "[:.")
            for what in self._strange.unknown(whole.body, given)
        ]

    def complaints(self, schema: Any, value: Any) -> list[str]:
        """What is wrong with an answer. Names that the schema does not know are wrong only on top of it: vendors
        answer with more than they describe, by derived types too."""
        names, more = self._names(schema, 0)
        strange = sorted(set(value) - names) if isinstance(value, dict) and names and not more else []
        return self._wrong(schema, value) + [f"there is no {name!r}" for name in strange]

    def _wrong(self, schema: Any, value: Any) -> list[str]:
        key = json.dumps(schema, sort_keys=True)
        validator = self._validators.get(key)
        if validator is None:
            validator = self._validators[key] = jsonschema_rs.validator_for(self._standing_alone(schema))
        return [f"{'/'.join(map(str, one.instance_path))}: {one.message}" for one in validator.iter_errors(value)]

    def _names(self, schema: Any, depth: int) -> tuple[set[str], bool]:
        """The names that an object may have, and whether others are allowed."""
        if not isinstance(schema, dict) or depth > _DEEPEST:
            return set(), True
        if "$ref" in schema:
            return self._names(self._known.get(schema["$ref"]), depth + 1)
        names, more = set(schema.get("properties", {})), bool(schema.get("additionalProperties"))
        for kind in ("allOf", "oneOf", "anyOf"):
            for part in schema.get(kind, []):
                inner, open_ = self._names(part, depth + 1)
                names |= inner
                more = more or open_
        return names, more

    def _standing_alone(self, schema: Any) -> Any:
        reached: dict[str, Any] = {}
        waiting = [schema]
        while waiting:
            for pointer in _pointers(waiting.pop()):
                if pointer not in reached and pointer in self._known:
                    reached[pointer] = self._known[pointer]
                    waiting.append(self._known[pointer])
        return {**_plain(schema), "$defs": {_name(pointer): _plain(one) for pointer, one in reached.items()}}

    def example(self, schema: Any, depth: int = 0) -> Any:
        """A value with everything that a schema has."""
        if not isinstance(schema, dict) or depth > _DEEPEST:
            return None
        if "$ref" in schema and isinstance(schema["$ref"], str):
            return self.example(self._known.get(schema["$ref"]), depth + 1)
        made = self._combined(schema, depth)
        if made is not None:
            return made
        if "enum" in schema:
            return schema["enum"][0]
        match schema.get("type"):
            case "object" | None:
                return self._object(schema, depth)
            case "array":
                item = self.example(schema.get("items"), depth + 1)
                return [] if item is None else [item]
            case "boolean":
                return True
            case "integer" | "number":
                return 7
            case "any":
                return "anything"
            case _:
                moment = schema.get("format") in ("date-time", "google-datetime")
                shown = schema.get("example")
                return MOMENT if moment else shown if isinstance(shown, str) else "text"

    def _combined(self, schema: Any, depth: int) -> Any:
        parts = [self.example(part, depth + 1) for part in schema.get("allOf", [])]
        choices = schema.get("oneOf") or schema.get("anyOf") or []
        if choices:
            parts.append(self.example(choices[0], depth + 1))
        if not parts:
            return None
        if not all(isinstance(part, dict) for part in parts):
            return parts[0]
        made: dict[str, Any] = dict(self._object(schema, depth) or {})
        for part in parts:
            made |= part
        return made

    def _object(self, schema: Any, depth: int) -> Any:
        found = {name: self.example(one, depth + 1) for name, one in schema.get("properties", {}).items()}
        more = schema.get("additionalProperties")
        if isinstance(more, dict) and not found:
            found["any"] = self.example(more, depth + 1)
        return {name: value for name, value in found.items() if value is not None}


def _pointers(node: Any) -> list[str]:
    if isinstance(node, list):
        return [pointer for item in node for pointer in _pointers(item)]
    if not isinstance(node, dict):
        return []
    mine = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
    return mine + [pointer for value in node.values() for pointer in _pointers(value)]


def _name(pointer: str) -> str:
    return re.sub(r"[^A-Za-z0-9]", "_", pointer)


def _plain(node: Any) -> Any:
    """A vendor's schema as JSON Schema: references into one place, ``nullable`` as a type, no formats. One of several
    is any of them: vendors say so of kinds that a value may be both of."""
    if isinstance(node, list):
        return [_plain(item) for item in node]
    if not isinstance(node, dict):
        return node
    if isinstance(node.get("$ref"), str):
        return {"$ref": f"#/$defs/{_name(node['$ref'])}"}
    if isinstance(node.get("items"), list):  # Slack means any of them
        node = {**node, "items": {"anyOf": node["items"]}}
    made = {
        "anyOf" if key == "oneOf" else key: _properties(value) if key == "properties" else _plain(value)
        for key, value in node.items()
        if key not in _DROPPED and not (key == "required" and not isinstance(value, list)) and value != "any"
    }
    return {"anyOf": [made, {"type": "null"}]} if node.get("nullable") is True else made


def _properties(value: Any) -> Any:
    return {name: _plain(one) for name, one in value.items()}


def _scim_schema(raw: Any, kind: Any) -> Any:
    """A resource type of SCIM as JSON Schema."""
    by_id = {schema["id"]: schema for schema in raw["schemas"]}
    properties = {
        "schemas": {"type": "array", "items": {"type": "string"}},
        "id": {"type": "string"},
        "externalId": {"type": "string"},
        "meta": {"type": "object"},
    }
    properties |= {one["name"]: _scim_attribute(one) for one in by_id[kind["schema"]]["attributes"]}
    for extension in kind.get("schemaExtensions", []):
        inner = {one["name"]: _scim_attribute(one) for one in by_id[extension["schema"]]["attributes"]}
        properties[extension["schema"]] = {"type": "object", "properties": inner}
    return {"type": "object", "properties": properties}


def _scim_attribute(attribute: Any) -> Any:
    if attribute["type"] == "complex":
        inner = {one["name"]: _scim_attribute(one) for one in attribute.get("subAttributes", [])}
        made: Any = {"type": "object", "properties": inner}
    else:
        made = {
            "type": {"boolean": "boolean", "integer": "integer", "decimal": "number"}.get(attribute["type"], "string")
        }
    return {"type": "array", "items": made} if attribute.get("multiValued") else made
