"""Which properties of directory objects `$filter` may name, and with which operators; and what properties are.

`filters.json` and `filter_types.json` beside this are written by `tests/sandbox/support_shapes.py` from Microsoft's
description, and from its SDK what that leaves out.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from typing import cast

import orjson

from keyturn.sandbox.graph.odata import NULL
from keyturn.sandbox.graph.own_attributes import PREFIX

# what lists hold in which objects of all kinds are
_ANY = "directoryObject"
_OWN = frozenset({"eq", "ne", "not", "ge", "le", "in", "startswith", NULL})


def is_directory_object(kind: str) -> bool:
    """Whether the directory itself answers for such entities, which takes fewer filters than what stands behind it."""
    return kind == _ANY or kind in _filters()


def unsupported(kind: str, uses: frozenset[tuple[str, str]]) -> str | None:
    """The first property of a kind of directory object that a filter names and may not, or not so; None if it may."""
    kinds = list(_filters()) if kind == _ANY else [kind]
    for name, operator in sorted(uses):
        if not any(operator in _operators(each, name) for each in kinds):
            return name
    return None


def type_of(kind: str, path: str) -> str | None:
    """What the property at a path is, as in `plain_values.EDM`; None if nothing is known of it."""
    kinds = list(_filters()) if kind == _ANY else [kind]
    return next((found for each in kinds if (found := _types().get(each, {}).get(path.lower())) is not None), None)


def _operators(kind: str, name: str) -> frozenset[str]:
    return _OWN if name.startswith(PREFIX) else _filters()[kind].get(name, frozenset())


@lru_cache
def _filters() -> dict[str, dict[str, frozenset[str]]]:
    return {
        kind: {name: frozenset(operators.split()) for name, operators in rows.items()}
        for kind, rows in _read("filters.json").items()
    }


@lru_cache
def _types() -> dict[str, dict[str, str]]:
    return _read("filter_types.json")


def _read(name: str) -> dict[str, dict[str, str]]:
    text = files("keyturn.sandbox.graph").joinpath(name).read_bytes()
    return cast("dict[str, dict[str, str]]", orjson.loads(text))
