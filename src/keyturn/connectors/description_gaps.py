"""References of a description of an API, and what of it leads nowhere or cannot be said in a manifest.

Each of it is told: what is left out without a word looks like what the app does not have.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from urllib.parse import unquote

from keyturn.flows.json import JSON, Values

from .description_parts import OBJECT, dict_of, list_of, misplaced, text_of

_DEEPEST = 30
_LONGEST_INDEX = 9
_MOST_PARTS = 100
_OF_OBJECTS = ("properties", "additionalProperties", "allOf")
_KNOWN = frozenset({"bearer", "basic"})


def pointed(raw: Values, holder: JSON) -> Values:
    """What a reference leads to, however many there are on the way; empty for one that leads nowhere, into another
    file, or in a circle."""
    return follow(raw, holder)[0]


def schema_of(raw: Values, holder: JSON, passed: list[str] | None = None) -> Values:
    """A schema, or what a reference to one leads to. One that may also be null (``anyOf`` of it and of null, as
    programs write what is optional) is what it is beside that, and ``nullable``. One that is ``allOf`` of others (as
    programs write a reference with a default) is all that they say, unless that is an object: its parts stay.

    Args:
        passed: references that were followed on the way here: they may lead in circles, and to one another many times.
    """
    passed = [] if passed is None else passed
    pointer = text_of(dict_of(holder), "$ref")
    if (pointer and pointer in passed) or len(passed) > _MOST_PARTS:
        return {}
    passed.append(pointer)
    schema = pointed(raw, holder)
    for word in ("anyOf", "oneOf"):
        kinds = [one for one in list_of(schema.get(word)) if dict_of(one).get("type") != "null"]
        if len(kinds) == 1 and len(list_of(schema.get(word))) > 1:
            own = {name: value for name, value in schema.items() if name != word}
            schema = {**schema_of(raw, kinds[0], passed), **own, "nullable": True}
    if parts := list_of(schema.get("allOf")):
        own = {name: value for name, value in schema.items() if name != "allOf"}
        schema = _all_of(own, [schema_of(raw, part, passed) for part in parts]) or schema
    kind, choices = schema.get("type"), schema.get("enum")
    if isinstance(kind, list) and "null" in kind:
        schema = {**schema, "nullable": True}
    if schema.get("nullable") is True and isinstance(choices, list) and None in choices:
        schema = dict[str, JSON](schema, enum=[one for one in choices if one is not None])
    return schema


def _all_of(own: Values, parts: Sequence[Values]) -> Values:
    """What a schema and its parts say together; empty if that is an object."""
    every = [own, *parts]
    if any(_is_object(one) for one in every):
        return {}
    made: Values = {}
    for one in (*reversed(parts), own):
        made |= one
    typed = [one for one in every if "type" in one]
    if typed:
        made["type"] = _kind(typed[0])
    choices = [enum for one in every if isinstance(enum := one.get("enum"), list)]
    if choices:
        made["enum"] = [value for value in choices[0] if all(value in others for others in choices)]
    made["nullable"] = own.get("nullable") is True or (bool(typed) and all(map(_may_be_null, typed)))
    return made


def _is_object(schema: Values) -> bool:
    told = isinstance(schema.get("required"), list) or any(name in schema for name in _OF_OBJECTS)
    return told or _kind(schema) == "object"


def _may_be_null(schema: Values) -> bool:
    kind = schema.get("type")
    return schema.get("nullable") is True or (isinstance(kind, list) and "null" in kind)


def follow(raw: Values, holder: JSON) -> tuple[Values, str]:
    """What a reference leads to, and why it leads to nothing here; what is no reference leads to itself."""
    found = dict_of(holder)
    passed: list[str] = []
    while isinstance(pointer := found.get("$ref"), str):  # a property may be named $ref
        first = one_line(passed[0] if passed else pointer)
        if pointer in passed:
            return {}, f"its $ref {first} leads in a circle"
        if len(passed) == _DEEPEST:
            return {}, f"its $ref {first} leads over more than {_DEEPEST} others"
        if not pointer.startswith("#"):
            return {}, f"its $ref {first} leads to another file, and one is read"
        passed.append(pointer)
        there = _there(raw, pointer)
        if not isinstance(there, dict | bool):  # true is a schema: anything
            return {}, f"its $ref {first} leads {'nowhere' if there is None else 'to what is no object'}"
        found = dict_of(there)
    return found, ""


def _there(raw: Values, pointer: str) -> JSON:
    """What stands at a JSON pointer (RFC 6901, section 6: as the fragment of an address); None for nothing."""
    if not pointer.startswith("#/"):
        return None
    there: JSON = raw
    for part in unquote(pointer[2:]).split("/"):
        name = part.replace("~1", "/").replace("~0", "~")
        if isinstance(there, list):
            place = int(name) if name.isascii() and name.isdecimal() and len(name) < _LONGEST_INDEX else len(there)
            there = there[place] if place < len(there) else None
        else:
            there = dict_of(there).get(name)
    return there


def lost_schemes(raw: Values) -> Iterator[str]:
    """Ways to sign in that no connection has; one that has others beside it too."""
    for name, entry in dict_of(dict_of(raw.get("components")).get("securitySchemes")).items():
        scheme, astray = follow(raw, entry)
        kind, place, how = text_of(scheme, "type"), text_of(scheme, "in"), text_of(scheme, "scheme").lower()
        if why := astray or misplaced(entry, OBJECT):
            yield f"the sign-in {one_line(name)}: {why}."
        elif kind == "apiKey" and place != "header":
            where = f"the {place} {text_of(scheme, 'name')}"
            yield f"the sign-in {one_line(name)}: a connection sends no key in {one_line(where)}, but in headers."
        elif (kind == "http" and how not in _KNOWN) or kind not in ("http", "apiKey", "oauth2"):
            yield f"the sign-in {one_line(name)}: there are no connections of {one_line(how or kind or 'no kind')}."


def lost_parts(raw: Values, operation: Values, shared: Sequence[JSON]) -> Iterator[str]:
    """Parameters and bodies of an operation that are described elsewhere, or are sent otherwise than described.

    Args:
        shared: parameters of its path.
    """
    own = operation.get("parameters")
    for entry in (*shared, *(own if isinstance(own, list) else ())):
        parameter, astray = follow(raw, entry)
        if astray:
            yield f"a parameter: {astray}."
        else:
            yield from _sent_otherwise(raw, parameter)
    if astray := follow(raw, operation.get("requestBody"))[1]:
        yield f"its body: {astray}."
    answers = dict_of(operation.get("responses"))
    for code in sorted(answers):
        if code.startswith("2") and (astray := follow(raw, answers[code])[1]):
            yield f"what it answers with {one_line(code)}: {astray}."


def _sent_otherwise(raw: Values, parameter: Values) -> Iterator[str]:
    """A list goes as its name several times, and what is one value as this value (OpenAPI 3.1, 4.8.12.3)."""
    place, name, style = text_of(parameter, "in"), one_line(text_of(parameter, "name")), text_of(parameter, "style")
    if place not in ("query", "path"):
        return
    kind = _kind(schema_of(raw, parameter.get("schema")))
    if way := strange_way(raw, parameter):
        yield f"the query {name}, which is sent in a way that a manifest cannot say ({way})."
    elif place == "path" and (kind in ("array", "object") or style not in ("", "simple")):
        exploded = str(parameter.get("explode") is True).lower()
        told = f"style {one_line(style) or 'simple'}, explode {exploded}"
        yield f"the way in which the path {name} is sent ({told}): it goes as text or JSON."


def strange_way(raw: Values, parameter: Values) -> str:
    """How a parameter in a query is sent where nothing here sends it so; empty where it can be sent."""
    style, kind = text_of(parameter, "style"), _kind(schema_of(raw, parameter.get("schema")))
    if text_of(parameter, "in") != "query" or (style in ("", "form") and kind != "object"):
        return ""
    exploded = str(parameter.get("explode", style in ("", "form")) is True).lower()
    return f"style {one_line(style) or 'form'}, explode {exploded}"


def is_joined(parameter: Values, schema: Values) -> bool:
    """Whether a list goes as one text, its items with commas between them."""
    form = text_of(parameter, "in") == "query" and text_of(parameter, "style") in ("", "form")
    return form and parameter.get("explode") is False and _kind(schema) == "array"


def _kind(schema: Values) -> str:
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = next((one for one in kind if one != "null"), None)
    return kind if isinstance(kind, str) else ""


def one_line(text: str) -> str:
    """A text of a description, short enough to be told."""
    return " ".join(text.split())[:200]
