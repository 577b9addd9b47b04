"""Which fields the answers of the pretend Google Workspace account can have, whether or not one has them now, which
values its parameters, and of which types the values of a body are.

`shapes.json` beside this is written by `tests/sandbox/support_shapes.py` from Google's descriptions. Of what they do
not cover nothing is known, any field may be asked for, and any value sent.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

import orjson

from keyturn.sandbox.google.fields import Mask
from keyturn.sandbox.google.kinds import KINDS, TOLD, WHY
from keyturn.sandbox.templates import Templates
from keyturn.sandbox.values import Json, JsonObject, as_object, as_text, texts, to_json


class Shapes:
    """Fields by operation.

    operations: the name of each answer; bodies: of each body; enums: the values that parameters may have; shapes: by
    name its fields, each with the name of what is within, with fields of its own, with the kind of a plain value or
    the values that it may have (`|A|B`), or null for anything; a list of it where there are several.
    """

    def __init__(
        self,
        operations: dict[str, str],
        bodies: dict[str, str],
        shapes: dict[str, Json],
        enums: dict[str, dict[str, list[str]]],
    ) -> None:
        self._operations = Templates(operations.items())
        self._bodies = Templates(bodies.items())
        self._shapes = shapes
        self._enums = Templates(enums.items())

    def listed(self, method: str, path: str) -> dict[str, list[str]]:
        """The values that the parameters of an operation may have, by parameter, where they are listed."""
        return self._enums.of(method, path) or {}

    def unknown(self, method: str, path: str, mask: Mask) -> str | None:
        """The first field of a mask that the operation's answer cannot have."""
        name = self._operations.of(method, path)
        return None if name is None else self._unknown(self._shapes[name], mask)

    def misfit(self, method: str, path: str, body: JsonObject) -> str | None:
        """Where in an operation's body the first value is that is of another type, and why if that is to be told."""
        name = self._bodies.of(method, path)
        return None if name is None else self._misfit(name, body, "")

    def _misfit(self, shape: Json, value: Json, at: str) -> str | None:
        if value is None or shape is None:
            return None
        if isinstance(shape, list):
            if not isinstance(value, list):
                return at
            found = (self._misfit(shape[0], each, f"{at}[{place}]") for place, each in enumerate(value))
            return next((wrong for wrong in found if wrong is not None), None)
        if isinstance(shape, str) and shape not in self._shapes:
            return None if _fits(shape, value) else at + WHY.get(shape, "")
        if isinstance(shape, str) and self._shapes[shape] is None:
            return None
        if not isinstance(value, dict):
            return at
        known = self._fields(shape)
        found = (self._misfit(known.get(name), each, f"{at}.{name}".strip(".")) for name, each in value.items())
        return next((wrong for wrong in found if wrong is not None), None)

    def _fields(self, shape: Json) -> JsonObject:
        return {**as_object(self._shapes[shape]), **TOLD.get(shape, {})} if isinstance(shape, str) else as_object(shape)

    def _unknown(self, shape: Json, mask: Mask) -> str | None:
        if isinstance(shape, list):
            return self._unknown(shape[0], mask)
        if shape is None:
            return None
        known = as_object(self._shapes.get(shape) if isinstance(shape, str) else shape)
        for name, inner in mask.items():
            if name == "*":
                continue
            if name not in known:
                return name
            if (found := self._unknown(known[name], inner)) is not None:
                return found
        return None


def _fits(kind: str, value: Json) -> bool:
    """Whether a value is of a kind, or one of those that there are."""
    return value in kind[1:].split("|") if kind.startswith("|") else KINDS[kind](value)


@lru_cache
def google_shapes() -> Shapes:
    """What Google's descriptions say."""
    kept = as_object(to_json(orjson.loads(files("keyturn.sandbox.google").joinpath("shapes.json").read_bytes())))
    operations, bodies = (
        {operation: as_text(name) for operation, name in as_object(kept[part]).items()}
        for part in ("operations", "bodies")
    )
    enums = {
        operation: {name: texts(values) for name, values in as_object(parameters).items()}
        for operation, parameters in as_object(kept["enums"]).items()
    }
    return Shapes(operations, bodies, as_object(kept["shapes"]), enums)
