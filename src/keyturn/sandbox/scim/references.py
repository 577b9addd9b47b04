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


def led_by(before: JsonObject, value: str | None, address: str) -> str | None:
    """The id of somebody's manager, of which a client may have given the address alone.

    before: the account as it was, whose address stands until another one is given.
    """
    held = as_object(as_object(before.get(ENTERPRISE)).get("manager"))
    given = id_at(address)
    if given and value in (None, held.get("value")) and given != id_at(as_text(held.get("$ref"))):
        return given
    return value


def id_at(address: str) -> str:
    """The id at the end of an address."""
    return address.rstrip("/").rpartition("/")[2]


def _id(value: Json) -> str:
    """The id in a reference: its value, or else the end of its address; empty for none."""
    held = as_object(value)
    return as_text(held.get("value")) or id_at(as_text(held.get("$ref")))
