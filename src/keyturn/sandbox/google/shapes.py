"""Which fields the answers of the pretend Google Workspace account can have, whether or not one has them now, and which
values its parameters.

`shapes.json` beside this is written by `tests/sandbox/support_shapes.py` from Google's descriptions. Of what they do
not cover nothing is known, and any field may be asked for.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

import orjson

from keyturn.sandbox.google.fields import Mask
from keyturn.sandbox.templates import Templates
from keyturn.sandbox.values import Json, as_object, as_text, texts, to_json


class Shapes:
    """Fields by operation.

    operations: the name of each answer; enums: the values that parameters may have; shapes: by name its fields, each
    with the name of what is within, with fields of its own, empty for a plain value, or null for anything.
    """

    def __init__(
        self, operations: dict[str, str], shapes: dict[str, Json], enums: dict[str, dict[str, list[str]]]
    ) -> None:
        self._operations = Templates(operations.items())
        self._shapes = shapes
        self._enums = Templates(enums.items())

    def listed(self, method: str, path: str) -> dict[str, list[str]]:
        """The values that the parameters of an operation may have, by parameter, where they are listed."""
        return self._enums.of(method, path) or {}

    def unknown(self, method: str, path: str, mask: Mask) -> str | None:
        """The first field of a mask that the operation's answer cannot have."""
        name = self._operations.of(method, path)
        return None if name is None else self._unknown(self._shapes[name], mask)

    def _unknown(self, shape: Json, mask: Mask) -> str | None:
        if shape is None:
            return None
        known = as_object(self._shapes[shape] if isinstance(shape, str) and shape else shape)
        for name, inner in mask.items():
            if name == "*":
                continue
            if name not in known:
                return name
            if (found := self._unknown(known[name], inner)) is not None:
                return found
        return None


@lru_cache
def google_shapes() -> Shapes:
    """What Google's descriptions say."""
    kept = as_object(to_json(orjson.loads(files("keyturn.sandbox.google").joinpath("shapes.json").read_bytes())))
    operations = {operation: as_text(name) for operation, name in as_object(kept["operations"]).items()}
    enums = {
        operation: {name: texts(values) for name, values in as_object(parameters).items()}
        for operation, parameters in as_object(kept["enums"]).items()
    }
    return Shapes(operations, as_object(kept["shapes"]), enums)
