"""Own fields of the pretend Google Workspace account: values of people by the schemas that the customer has made.

Source: https://developers.google.com/workspace/admin/directory/v1/guides/manage-schemas and
.../reference/rest/v1/schemas. What a request does not name stays, of a schema as of a user; null takes it away.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date

from keyturn.sandbox.google import words
from keyturn.sandbox.values import Json, JsonObject, Shelf, as_list, as_object, as_text

_INTEGER, _NUMBER = re.compile(r"-?\d{1,19}"), re.compile(r"-?\d+(\.\d+)?([eE][-+]?\d+)?")


def _is_date(value: Json) -> bool:
    try:
        date.fromisoformat(value if isinstance(value, str) else "")
    except ValueError:
        return False
    return True


_TYPES: Mapping[str, Callable[[Json], bool]] = {
    "BOOL": lambda value: isinstance(value, bool),
    "INT64": lambda value: not isinstance(value, bool) and isinstance(value, int | str) and _is(_INTEGER, value),
    "DOUBLE": lambda value: (
        not isinstance(value, bool) and isinstance(value, int | float | str) and _is(_NUMBER, value)
    ),
    "DATE": _is_date,
}


_KINDS = ("BOOL", "DATE", "DOUBLE", "EMAIL", "INT64", "PHONE", "STRING")


def _is(pattern: re.Pattern[str], value: Json) -> bool:
    return pattern.fullmatch(str(value)) is not None


def merged(held: Json, given: Json, schemas: Shelf) -> JsonObject:
    """The own fields of a user after a request. Raises Refused (400) for what the schemas do not have."""
    if not isinstance(given, dict):
        raise words.invalid("custom_schema")
    fields = {as_text(row["schemaName"]): _fields(row) for row in schemas.values()}
    found = dict(as_object(held))
    for schema, values in given.items():
        known = fields.get(schema)
        if known is None or not isinstance(values, dict | None):
            raise words.invalid(f"custom_schema: {schema}")
        changed = dict(as_object(found.get(schema))) if values is not None else {}
        for name, value in (values or {}).items():
            if name not in known or not _fits(known[name], value):
                raise words.invalid(f"custom_schema: {schema}.{name}")
            changed[name] = value
        kept: JsonObject = {name: value for name, value in changed.items() if value is not None}
        found[schema] = kept
    return {schema: values for schema, values in found.items() if values}


def check_fields(fields: Json) -> None:
    """Raise Refused (400) for fields of a schema that have no name, another's name, or a type that there is not."""
    seen: set[str] = set()
    for each in map(as_object, as_list(fields)):
        name = as_text(each.get("fieldName"))
        if not name:
            raise words.required("fieldName")
        if name.lower() in seen:
            raise words.invalid(f"fields: duplicate field name {name}")
        if each.get("fieldType") not in _KINDS:
            raise words.invalid(f"fieldType: {name} must be one of {', '.join(_KINDS)}")
        seen.add(name.lower())


def _fields(schema: JsonObject) -> dict[str, JsonObject]:
    return {as_text(each.get("fieldName")): each for each in map(as_object, as_list(schema["fields"]))}


def _fits(field: JsonObject, value: Json) -> bool:
    """Whether a field takes a value: text unless its type says otherwise; several stand as `{value, type}`."""
    if value is None:
        return True
    good = _TYPES.get(as_text(field.get("fieldType")), lambda each: isinstance(each, str))
    if field.get("multiValued") is not True:
        return good(value)
    return isinstance(value, list) and all(isinstance(each, dict) and good(each.get("value")) for each in value)


def chosen(row: JsonObject, projection: str, mask: str) -> JsonObject:
    """A user with the own fields that a request asks for: none (`basic`), those of some schemas, or all (`full`).

    Raises Refused (400) where `custom` names no schemas.
    """
    wanted = [name.strip() for name in mask.split(",") if name.strip()]
    if projection == "custom" and not wanted:
        raise words.required("customFieldMask")
    if projection == "full" or "customSchemas" not in row:
        return row
    found = {name: held for name, held in row.items() if name != "customSchemas"}
    held = as_object(row["customSchemas"])
    kept: JsonObject = {name: held[name] for name in wanted if name in held} if projection == "custom" else {}
    return {**found, "customSchemas": kept} if kept else found
