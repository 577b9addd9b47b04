"""How the properties of the pretend Microsoft 365 tenant are spelled: queries may name them in any case, answers have
their own.

Source: the directory behind Microsoft Graph takes them so (microsoftgraph/microsoft-graph-explorer-v4#2111).
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from keyturn.sandbox.values import Json, JsonObject


def own_spelling(path: str, names: Iterable[str]) -> str:
    """A path whose first name is spelled as it is among these; as it was given, if it is none of them."""
    name, slash, rest = path.partition("/")
    return f"{_by_small_letters(frozenset(names)).get(name.lower(), name)}{slash}{rest}"


def held_at(row: JsonObject, name: str) -> Json:
    """What a row has of a name, in whatever case that is; None for nothing."""
    if name in row:
        return row[name]
    return next((value for own, value in row.items() if own.lower() == name.lower()), None)


@lru_cache
def _by_small_letters(names: frozenset[str]) -> dict[str, str]:
    return {name.lower(): name for name in sorted(names)}
