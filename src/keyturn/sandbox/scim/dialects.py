"""PATCH as Microsoft Entra ID writes it, in the words of RFC 7644.

Source: https://learn.microsoft.com/en-us/entra/identity/app-provisioning/application-provisioning-config-problem-scim-compatibility
and .../use-scim-to-provision-users-and-groups. Members are taken away by a list of values, a value of a kind that is
not there yet is added by a filter, and a manager is a plain id.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import orjson

from keyturn.sandbox.values import Json, JsonObject, as_list, as_object, as_text, to_json

_BY_KIND = re.compile(r'(?P<list>[A-Za-z]+)\[type eq "(?P<kind>[^"\\]*)"\]\.(?P<part>[A-Za-z]+)')
_MANAGER = ":User:manager"


def in_words_of_the_standard(body: bytes, row: JsonObject) -> bytes | None:
    """The body of a PATCH; None if nothing is left to be done.

    row: the resource as it is now.
    """
    try:
        given = to_json(orjson.loads(body))
    except orjson.JSONDecodeError:
        return body
    operations = as_object(given).get("Operations")
    if not isinstance(given, dict) or not isinstance(operations, list) or not operations:
        return body
    made = [new for one in operations for new in (_of(one, row) if isinstance(one, dict) else [one])]
    return orjson.dumps({**given, "Operations": made}) if made else None


def _of(one: JsonObject, row: JsonObject) -> Iterator[JsonObject]:
    verb, path, value = as_text(one.get("op")).lower(), as_text(one.get("path")), one.get("value")
    if verb == "remove" and isinstance(value, list) and path.isalpha():
        held = {as_text(as_object(item).get("value")) for item in _items(row, path)}
        for item in value:
            key = as_object(item).get("value")
            if isinstance(key, str) and key in held:
                yield {"op": "remove", "path": f'{path}[value eq "{key}"]'}
        return
    by_kind = _BY_KIND.fullmatch(path)
    if verb == "add" and by_kind is not None:
        kinds = [as_object(item).get("type") for item in _items(row, by_kind["list"])]
        if by_kind["kind"] not in kinds:
            entry: Json = {"type": by_kind["kind"], by_kind["part"]: value}
            yield {"op": "add", "path": by_kind["list"], "value": [entry]}
            return
    if path.endswith(_MANAGER) and isinstance(value, str) and value:
        yield {**one, "value": {"value": value}}
        return
    yield one


def _items(row: JsonObject, name: str) -> list[Json]:
    """The values of an attribute, whatever the case of its name."""
    found: list[Json] = []
    for known, held in row.items():
        found = as_list(held) if known.lower() == name.lower() else found
    return found
