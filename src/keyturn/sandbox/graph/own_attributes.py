"""Attributes of one's own that objects of the pretend Microsoft 365 tenant have (`extension_...`), as registered.

Source: https://learn.microsoft.com/en-us/graph/api/resources/extensionproperty. Of what may have them, users do here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from keyturn.sandbox.values import Json, JsonObject, Shelf, as_text, moment, texts

OWN_ATTRIBUTES, PREFIX = "graph.extension_properties", "extension_"
TYPES: dict[str, type] = {
    "String": str,
    "Boolean": bool,
    "Integer": int,
    "LargeInteger": int,
    "DateTime": str,
    "Binary": str,
}
# what they are in filters
_PLAIN = {
    "String": "text",
    "Boolean": "boolean",
    "Integer": "int32",
    "LargeInteger": "int64",
    "DateTime": "date-time",
}
_LONGEST = 256


def own_attribute(key: str, app: JsonObject, name: str, kind: str, targets: Sequence[str]) -> JsonObject:
    """An attribute that an application registers. Its whole name has the application's id in it."""
    return {
        "id": key,
        "deletedDateTime": None,
        "appDisplayName": app["displayName"],
        "dataType": kind,
        "isMultiValued": False,
        "isSyncedFromOnPremises": False,
        "name": f"{PREFIX}{as_text(app['appId']).replace('-', '')}_{name}",
        "targetObjects": [*targets],
    }


def all_attributes(shelf: Shelf) -> Iterator[JsonObject]:
    """Those that applications have registered: of the shelf `OWN_ATTRIBUTES`."""
    for held in shelf.values():
        yield from (row for row in held.values() if isinstance(row, dict))


def attributes_of(shelf: Shelf, target: str) -> dict[str, JsonObject]:
    """The attributes that objects of a kind may have (of `User`, and so on), by name."""
    return {as_text(row["name"]): row for row in all_attributes(shelf) if target in texts(row["targetObjects"])}


def plain_kind(attribute: JsonObject) -> str | None:
    """What an attribute is, as in `plain_values.EDM`; None if it is not compared."""
    return _PLAIN.get(as_text(attribute["dataType"]))


def fits(attribute: JsonObject, value: Json) -> bool:
    """Whether an attribute may have a value; null takes it away."""
    if value is None:
        return True
    kind = as_text(attribute["dataType"])
    if attribute["isMultiValued"] is True:
        return isinstance(value, list) and all(_fits(kind, each) for each in value)
    return _fits(kind, value)


def _fits(kind: str, value: Json) -> bool:
    if not isinstance(value, TYPES[kind]) or (kind != "Boolean" and isinstance(value, bool)):
        return False
    if isinstance(value, str) and len(value) > _LONGEST:
        return False
    return kind != "DateTime" or moment(as_text(value)) is not None
