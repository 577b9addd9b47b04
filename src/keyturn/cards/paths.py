"""Dotted paths into values: ``result.0.id``. A number names a position of a list, counted from 0."""

from __future__ import annotations

from keyturn.flows.json import JSON


def get_path(value: JSON, path: str) -> JSON:
    """The value at a dotted path; null if it is not there. A key that holds dots itself is tried first."""
    if isinstance(value, dict) and path in value:
        return value[path]
    for part in path.split("."):
        if isinstance(value, dict):
            value = value.get(part)
        elif isinstance(value, list) and part.isascii() and part.isdigit():
            index = int(part)
            value = value[index] if index < len(value) else None
        else:
            return None
    return value
