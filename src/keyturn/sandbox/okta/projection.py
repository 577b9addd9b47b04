"""`fields` of Okta's list of users: `id,status,profile:(firstName, city)` leaves the rest out.

Source: listUsers in Okta's OpenAPI description.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeAlias

from keyturn.sandbox.values import JsonObject, as_object

Projection: TypeAlias = Callable[[JsonObject], JsonObject]

_PART = re.compile(r"\s*(?P<name>\w+)\s*(?::\s*\((?P<inner>[\w\s,]*)\))?\s*(?:,|$)")


def projection(text: str | None) -> Projection | None:
    """What is left of a user; None if that cannot be read. Without `fields` all is."""
    if text is None or not text.strip():
        return lambda row: row
    whole, parts, at = {"id"}, dict[str, list[str]](), 0
    while at < len(text):
        found = _PART.match(text, at)
        if found is None or (found["inner"] is not None and found["name"] != "profile"):
            return None
        if found["inner"] is None:
            whole.add(found["name"])
        else:
            parts[found["name"]] = [each.strip() for each in found["inner"].split(",") if each.strip()]
        at = found.end()

    def projected(row: JsonObject) -> JsonObject:
        kept = {name: value for name, value in row.items() if name in whole}
        for name, inner in parts.items():
            held = as_object(row.get(name))
            kept[name] = {each: held[each] for each in inner if each in held}
        return kept

    return projected
