"""PATCH as Microsoft Entra ID writes it, in the words of RFC 7644.

Source: https://learn.microsoft.com/en-us/entra/identity/app-provisioning/application-provisioning-config-problem-scim-compatibility
and .../use-scim-to-provision-users-and-groups. Members are taken away by a list of values, a value of a kind that is
not there yet is added by a filter (`roles[primary eq "True"].value`, also as a key of a value without path), and a
manager is a plain id.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import orjson

from keyturn.sandbox.values import Json, JsonObject, as_list, as_object, as_text, to_json

_CHOSEN = re.compile(r'(?P<list>[A-Za-z]+)\[(?P<by>[A-Za-z]+) eq "(?P<what>[^"\\]*)"\]\.(?P<part>[A-Za-z]+)')
_PRIMARY = {"true": True, "false": False}
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
    held = to_json(orjson.loads(orjson.dumps(row)))
    made = [new for one in operations for new in (_of(one, as_object(held)) if isinstance(one, dict) else [one])]
    return orjson.dumps({**given, "Operations": made}) if made else None


def _of(one: JsonObject, row: JsonObject) -> Iterator[JsonObject]:
    """An operation in the words of the standard; row: the resource, to which values that are made are added."""
    verb, path, value = as_text(one.get("op")).lower(), as_text(one.get("path")), one.get("value")
    if verb == "remove" and isinstance(value, list) and path.isalpha():
        held = {as_text(as_object(item).get("value")) for item in _items(row, path)}
        for item in value:
            key = as_object(item).get("value")
            if isinstance(key, str) and key in held:
                yield {"op": "remove", "path": f'{path}[value eq "{key}"]'}
        return
    if not path and verb in ("add", "replace") and isinstance(value, dict):
        yield from _by_keys(one, value, row)
        return
    chosen = _CHOSEN.fullmatch(path)
    if chosen is not None:
        yield _by_choice(one, chosen, row, make=verb == "add")
        return
    if path.endswith(_MANAGER) and isinstance(value, str) and value:
        yield {**one, "value": {"value": value}}
        return
    yield one


def _by_keys(one: JsonObject, value: JsonObject, row: JsonObject) -> Iterator[JsonObject]:
    """An operation without a path, among whose keys there are paths with a filter, or a manager's id."""
    plain: JsonObject = {}
    for name, held in value.items():
        if name.endswith(_MANAGER) and isinstance(held, str) and held:
            plain[name] = {"value": held}
        elif _CHOSEN.fullmatch(name) is None:
            plain[name] = held
    if plain or not value:
        yield {**one, "value": plain}
    for name, held in value.items():
        chosen = _CHOSEN.fullmatch(name)
        if chosen is not None:
            yield _by_choice({**one, "path": name, "value": held}, chosen, row, make=True)


def _by_choice(one: JsonObject, chosen: re.Match[str], row: JsonObject, *, make: bool) -> JsonObject:
    """An operation on part of the values that a filter chooses; make: where there is none, one is added."""
    by, what = chosen["by"], chosen["what"]
    wanted: Json = _PRIMARY.get(what.lower(), what) if by.lower() == "primary" else what
    if make and not any(_same(as_object(item), by, wanted) for item in _items(row, chosen["list"])):
        entry: Json = {by: wanted, chosen["part"]: one.get("value")}
        row[chosen["list"]] = [*_items(row, chosen["list"]), entry]
        return {"op": "add", "path": chosen["list"], "value": [entry]}
    if isinstance(wanted, bool):  # which Entra puts in quotation marks
        return {**one, "path": f"{chosen['list']}[{by} eq {str(wanted).lower()}].{chosen['part']}"}
    return one


def _same(item: JsonObject, by: str, wanted: Json) -> bool:
    held = next((value for name, value in item.items() if name.lower() == by.lower()), None)
    return held == wanted or (isinstance(held, str) and isinstance(wanted, str) and held.lower() == wanted.lower())


def _items(row: JsonObject, name: str) -> list[Json]:
    """The values of an attribute, whatever the case of its name."""
    found: list[Json] = []
    for known, held in row.items():
        found = as_list(held) if known.lower() == name.lower() else found
    return found
