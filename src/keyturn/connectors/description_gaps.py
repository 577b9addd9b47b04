"""References of a description of an API, and what of it leads nowhere or cannot be said in a manifest.

Each of it is told: what is left out without a word looks like what the app does not have.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from keyturn.flows.json import JSON, Values

from .description_parts import dict_of, text_of

_DEEPEST = 30
_KNOWN = frozenset({"bearer", "basic"})


def pointed(raw: Values, holder: JSON) -> Values:
    """What a reference leads to, however many there are on the way; empty for one that leads nowhere, into another
    file, or in a circle."""
    found = dict_of(holder)
    for _ in range(_DEEPEST):
        pointer = found.get("$ref")
        if not isinstance(pointer, str):  # a property may be named $ref
            return found
        if not pointer.startswith("#/"):
            return {}
        there: JSON = raw
        for part in pointer[2:].split("/"):
            there = dict_of(there).get(part.replace("~1", "/").replace("~0", "~"))
        found = dict_of(there)
    return {}


def lost_paths(raw: Values) -> Iterator[str]:
    """Paths that are described elsewhere."""
    for path, entry in dict_of(raw.get("paths")).items():
        if pointer := _astray(raw, entry):
            yield f"the path {_line(path)}: {pointer}."


def lost_schemes(raw: Values) -> Iterator[str]:
    """Ways to sign in that no connection has; one that has others beside it too."""
    for name, entry in dict_of(dict_of(raw.get("components")).get("securitySchemes")).items():
        scheme = pointed(raw, entry)
        kind, place, how = text_of(scheme, "type"), text_of(scheme, "in"), text_of(scheme, "scheme").lower()
        if pointer := _astray(raw, entry):
            yield f"the sign-in {_line(name)}: {pointer}."
        elif kind == "apiKey" and place != "header":
            where = f"the {place} {text_of(scheme, 'name')}"
            yield f"the sign-in {_line(name)}: a connection sends no key in {_line(where)}, but in headers."
        elif (kind == "http" and how not in _KNOWN) or kind not in ("http", "apiKey", "oauth2"):
            yield f"the sign-in {_line(name)}: there are no connections of {_line(how or kind or 'no kind')}."


def lost_parts(raw: Values, operation: Values, shared: Sequence[JSON]) -> Iterator[str]:
    """Parameters and bodies of an operation that are described elsewhere, or are sent otherwise than described.

    Args:
        shared: parameters of its path.
    """
    own = operation.get("parameters")
    for entry in (*shared, *(own if isinstance(own, list) else ())):
        if pointer := _astray(raw, entry):
            yield f"a parameter: {pointer}."
        else:
            yield from _sent_otherwise(raw, pointed(raw, entry))
    if pointer := _astray(raw, operation.get("requestBody")):
        yield f"its body: {pointer}."
    answers = dict_of(operation.get("responses"))
    for code in sorted(answers):
        if code.startswith("2") and (pointer := _astray(raw, answers[code])):
            yield f"what it answers with {_line(code)}: {pointer}."


def _sent_otherwise(raw: Values, parameter: Values) -> Iterator[str]:
    """A list goes as its name several times, and what is one value as this value (OpenAPI 3.1, 4.8.12.3)."""
    place, name, style = text_of(parameter, "in"), _line(text_of(parameter, "name")), text_of(parameter, "style")
    if place not in ("query", "path"):
        return
    kind = _kind(pointed(raw, parameter.get("schema")))
    exploded = parameter.get("explode", style in ("", "form") and place == "query") is True
    if place == "path":
        strange = kind in ("array", "object") or style not in ("", "simple")
    else:
        strange = style not in ("", "form") or kind == "object"
    if strange:
        told = f"style {style or ('form' if place == 'query' else 'simple')}, explode {str(exploded).lower()}"
        what = "a list goes as its name several times, and all else as text or JSON"
        yield f"the way in which the {place} {name} is sent ({_line(told)}): {what}."


def is_joined(parameter: Values, schema: Values) -> bool:
    """Whether a list goes as one text, its items with commas between them."""
    form = text_of(parameter, "in") == "query" and text_of(parameter, "style") in ("", "form")
    return form and parameter.get("explode") is False and _kind(schema) == "array"


def _kind(schema: Values) -> str:
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = next((one for one in kind if one != "null"), None)
    return kind if isinstance(kind, str) else ""


def _astray(raw: Values, entry: JSON) -> str:
    """What is wrong with a reference that leads to nothing here; empty for any other."""
    pointer = dict_of(entry).get("$ref")
    if not isinstance(pointer, str) or pointed(raw, entry):
        return ""
    where = "nowhere" if pointer.startswith("#/") else "to another file, and one is read"
    return f"its $ref {_line(pointer)} leads {where}"


def _line(text: str) -> str:
    return " ".join(text.split())[:200]
