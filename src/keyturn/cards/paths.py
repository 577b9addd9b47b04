"""Dotted paths into values: ``result.0.id``. A number names a position of a list, counted from 0."""

from __future__ import annotations

from keyturn.flows.errors import CardError
from keyturn.flows.json import JSON


def get_path(value: JSON, path: str) -> JSON:
    """The value at a dotted path; null if it is not there. A key that holds dots itself is tried first."""
    if isinstance(value, dict) and path in value:
        return value[path]
    for part in path.split("."):
        value = get_key(value, part)
        if value is None:
            return None
    return value


def get_key(value: JSON, key: str) -> JSON:
    """The value under a key of an object, or at a position of a list; null if it is not there."""
    if isinstance(value, dict):
        return value.get(key)
    if isinstance(value, list) and _is_position(key):
        index = int(key)
        return value[index] if index < len(value) else None
    return None


def set_path(value: JSON, path: str, new: JSON) -> JSON:
    """A copy with the value at a path set; only what lies on the path is copied.

    Missing levels become objects, and so does what is neither object nor list. A position right after the end of a
    list appends to it.

    Raises:
        CardError: the path names a position further beyond the end of a list, or a key of a list.
    """
    if isinstance(value, dict) and path in value:
        return {**value, path: new}
    parts = path.split(".")
    top = _copy(value)
    holder = top
    for number, part in enumerate(parts):
        last = number == len(parts) - 1
        if isinstance(holder, list):
            index = _position(part, len(holder))
            child = new if last else _copy(holder[index] if index < len(holder) else None)
            holder[index : index + 1] = [child]
        else:
            child = new if last else _copy(holder.get(part))
            holder[part] = child
        if not last:
            assert isinstance(child, dict | list)
            holder = child
    return top


def unset_path(value: JSON, path: str) -> JSON:
    """A copy without what is at a path; the same value if nothing is there."""
    if isinstance(value, dict) and path in value:
        return {key: inner for key, inner in value.items() if key != path}
    parts = path.split(".")
    holders: list[JSON] = [value]
    for part in parts[:-1]:
        holders.append(get_path(holders[-1], part))
    last, holder = parts[-1], holders[-1]
    changed: JSON
    if isinstance(holder, dict) and last in holder:
        changed = {key: inner for key, inner in holder.items() if key != last}
    elif isinstance(holder, list) and _is_position(last) and int(last) < len(holder):
        changed = [*holder[: int(last)], *holder[int(last) + 1 :]]
    else:
        return value
    for part, above in zip(reversed(parts[:-1]), reversed(holders[:-1]), strict=True):
        copied = _copy(above)
        if isinstance(copied, list):
            copied[int(part)] = changed
        else:
            copied[part] = changed
        changed = copied
    return changed


def _copy(value: JSON) -> dict[str, JSON] | list[JSON]:
    if isinstance(value, list):
        return list(value)
    return dict(value) if isinstance(value, dict) else {}


def _is_position(part: str) -> bool:
    return part.isascii() and part.isdigit() and len(part) < 10


def _position(part: str, length: int) -> int:
    if not _is_position(part) or int(part) > length:
        raise CardError.bad_input(
            "path", f"A list of {length} items has no position {part[:40]!r}.", f"Give a number from 0 to {length}."
        )
    return int(part)
