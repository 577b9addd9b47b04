"""What of a description of an API is not of the form that OpenAPI has, and so cannot be used.

It is told part by part, and the rest works: a description with a mistake is still one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from keyturn.flows.json import JSON, Values

from .description_gaps import follow, one_line
from .description_parts import LIST, OBJECT, TEXT, dict_of, list_of, misplaced, text_of
from .manifest_paths import segments_astray
from .media_types import is_open

VERBS = ("get", "post", "put", "patch", "delete")
NAMED = re.compile(r"\{([^{}]*)\}")
_NOT_SENT = ("head", "options", "trace", "query")
_OF_PATHS = frozenset({"$ref", "summary", "description", "servers", "parameters", "additionalOperations"})
_PARTS = {
    "operationId": TEXT,
    "summary": TEXT,
    "description": TEXT,
    "tags": LIST,
    "parameters": LIST,
    "requestBody": OBJECT,
    "responses": OBJECT,
    "servers": LIST,
}
_PLACES = ("path", "query", "header", "cookie")
_KINDS = frozenset({"string", "number", "integer", "boolean", "array", "object", "null"})


def of_path(path: str, entry: JSON, shared: Values) -> Iterator[tuple[str, str]]:
    """What is wrong with a path, and what it has that is no operation: where, and what.

    Args:
        shared: what its reference leads to, if it is one.
    """
    where = f"the path {one_line(path)}"
    if not isinstance(entry, dict):
        yield where, misplaced(entry, OBJECT) or "it is empty"
    if why := misplaced(shared.get("parameters"), LIST):
        yield where, f"its parameters: {why}"
    for name in shared:
        if name not in _OF_PATHS and name not in (*VERBS, *_NOT_SENT) and not name.startswith("x-"):
            near = f", and {name.lower()} is meant, maybe" if name.lower() in VERBS else ""
            yield where, f"OpenAPI has no {one_line(name)} in a path{near}"


def not_sent(raw: Values) -> Iterator[tuple[str, str]]:
    """The operations whose methods no connector sends, counted: some descriptions have one in each path."""
    entries = [follow(raw, entry)[0] for entry in dict_of(raw.get("paths")).values()]
    for verb in _NOT_SENT:
        if count := sum(verb in entry for entry in entries):
            named = "1 operation" if count == 1 else f"{count} operations"
            yield f"{named} by {verb.upper()}", "connectors do not send it"


def of_operation(path: str, body: JSON) -> str:
    """Why nothing can be made of an operation; empty if something can."""
    if not isinstance(body, dict):
        return misplaced(body, OBJECT) or "it is empty"
    if not path.startswith("/"):
        return "its path does not begin with a slash"
    if "#" in path:
        return "what stands behind # in its path reaches no app"
    place = path.partition("?")[0]
    if not all(name.strip() for name in NAMED.findall(place)):
        return "a part of its path has no name"
    bare = NAMED.sub("x", place)
    if re.search(r"[{}]", bare):
        return "a brace in its path has no other"
    return "there is a space in its path" if re.search(r"\s", bare) else segments_astray(bare)


def in_operation(raw: Values, operation: Values, shared: Sequence[JSON]) -> Iterator[str]:
    """What in an operation cannot be used, beside references that lead nowhere.

    Args:
        shared: parameters of its path.
    """
    for name, wanted in _PARTS.items():
        if why := misplaced(operation.get(name), wanted):
            yield f"its {name}: {why}."
    for number, entry in enumerate((*shared, *list_of(operation.get("parameters"))), start=1):
        yield from _in_parameter(raw, entry, number)
    body, _ = follow(raw, operation.get("requestBody"))
    if isinstance(operation.get("requestBody"), dict) and body and "content" not in body:
        yield "its body: it has no content."
    yield from _in_content(raw, body, "its body")
    answers = dict_of(operation.get("responses"))
    code = next((code for code in sorted(answers) if code.startswith("2")), None)
    if code is not None:
        place = f"what it answers with {one_line(code)}"
        if why := misplaced(answers[code], OBJECT):
            yield f"{place}: {why}."
        yield from _in_content(raw, follow(raw, answers[code])[0], place)


def _in_parameter(raw: Values, entry: JSON, number: int) -> Iterator[str]:
    parameter, astray = follow(raw, entry)
    name, place = text_of(parameter, "name"), text_of(parameter, "in")
    called = f"the parameter {one_line(name)}" if name else f"parameter {number}"
    if not isinstance(entry, dict):
        yield f"{called}: {misplaced(entry, OBJECT) or 'it is empty'}."
    elif astray:
        return  # told by its reference
    elif not name:
        yield f"{called}: it has no name."
    elif place not in _PLACES:
        said = f"it is in {one_line(place)}, which OpenAPI 3 has not" if place else "it does not say where it is (in)"
        yield f"{called}: {said}."
    else:
        yield from in_schema(raw, parameter.get("schema"), called)


def _in_content(raw: Values, holder: Values, place: str) -> Iterator[str]:
    """What is wrong with a body, or an answer."""
    if why := misplaced(holder.get("content"), OBJECT):
        yield f"{place}: its content: {why}."
    for kind, media in dict_of(holder.get("content")).items():
        if why := misplaced(media, OBJECT):
            yield f"{place}: its {one_line(kind)}: {why}."
        elif "json" in kind or "form" in kind or is_open(kind):  # of any other nothing but its kind is used
            yield from in_schema(raw, dict_of(media).get("schema"), place, whole=True)


def in_schema(raw: Values, schema: JSON, place: str, *, whole: bool = False) -> Iterator[str]:
    """What is wrong with a schema, as far as fields are made of it.

    Args:
        whole: its properties become fields.
    """
    if isinstance(schema, bool):  # OpenAPI 3.1: anything, or nothing
        return
    found, astray = follow(raw, schema)
    if why := astray or misplaced(schema, OBJECT):
        yield f"{place}: {why}."
    kinds = found.get("type")
    for kind in kinds if isinstance(kinds, list) else [kinds]:
        if kind is not None and kind not in _KINDS:
            yield f"{place}: OpenAPI has no type {one_line(str(kind))}; it takes anything."
    if why := misplaced(found.get("enum"), LIST):
        yield f"{place}: its enum: {why}."
    if whole:
        yield from _in_properties(raw, found, place, set())


def _in_properties(raw: Values, schema: Values, place: str, seen: set[str]) -> Iterator[str]:
    """Of an object and its parts, as they are put in: each once."""
    for name, wanted in (("allOf", LIST), ("properties", OBJECT), ("required", LIST)):
        if why := misplaced(schema.get(name), wanted):
            yield f"{place}: its {name}: {why}."
    for part in list_of(schema.get("allOf")):
        pointer = text_of(dict_of(part), "$ref")
        if pointer in seen:
            continue
        seen |= {pointer} if pointer else set()
        found, astray = follow(raw, part)
        if why := astray or misplaced(part, OBJECT):
            yield f"{place}: a part of it: {why}."
        yield from _in_properties(raw, found, place, seen)
    for name, inner in dict_of(schema.get("properties")).items():
        yield from in_schema(raw, inner, f"{place}: its {one_line(name)}")


def of_whole(raw: Values) -> Iterator[str]:
    """What is wrong with the parts that all operations share."""
    servers, components = raw.get("servers"), raw.get("components")
    first = next(iter(list_of(servers)), None)
    schemes = dict_of(components).get("securitySchemes")
    for name, value, wanted in (
        ("servers", servers, LIST),
        ("first server", first, OBJECT),
        ("first server's url", dict_of(first).get("url"), TEXT),
        ("components", components, OBJECT),
        ("securitySchemes", schemes, OBJECT),
    ):
        if why := misplaced(value, wanted):
            yield f"the whole: its {name}: {why}."
