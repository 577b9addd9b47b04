"""What resources of the pretend SCIM application name of one another: members of groups, and managers.

Source: RFC 7643, 4.2 and 4.3: both are ids of resources of the application; RFC 7644, 3.12: a value that cannot be is
refused with 400 invalidValue.
"""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.sandbox.scim.seed import ENTERPRISE
from keyturn.sandbox.values import Json, JsonObject, as_list, as_object, as_text


def named(row: JsonObject) -> Iterator[tuple[str, str]]:
    """The attribute and the id of each other resource that a resource names."""
    for member in as_list(row.get("members")):
        if key := _id(member):
            yield "members", key
    if key := _id(as_object(row.get(ENTERPRISE)).get("manager")):
        yield "manager", key


def _id(value: Json) -> str:
    """The id in a reference: its value, or else the end of its address; empty for none."""
    held = as_object(value)
    return as_text(held.get("value")) or as_text(held.get("$ref")).rstrip("/").rpartition("/")[2]
