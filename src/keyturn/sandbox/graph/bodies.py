"""Which properties the bodies of requests to the pretend Microsoft 365 tenant may have, at any depth.

`bodies.json` beside this is written by `tests/sandbox/support_shapes.py` from Microsoft's description. Of operations
that it does not cover, of types that it calls open, and of what may be of several types and does not say of which,
nothing is refused here.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

import orjson

from keyturn.sandbox.templates import Templates
from keyturn.sandbox.values import Json, JsonObject, as_object, as_text, to_json

_OPEN = "*"


class Bodies:
    """Properties by operation.

    operations: the name of each body's type, or its parameters; shapes: by name the properties of a type in small
    letters, each with what is within: the name of a type, empty for a plain value, null for anything.
    """

    def __init__(self, operations: JsonObject, shapes: JsonObject) -> None:
        self._operations = Templates(operations.items())
        self._shapes = shapes

    def unknown(self, method: str, path: str, body: JsonObject) -> str | None:
        """What is wrong with the first property that the operation does not know."""
        shape = self._operations.of(method, path)
        if isinstance(shape, dict):
            for name, value in body.items():
                if name.lower() not in shape and "@" not in name:
                    operation = path.rstrip("/").rpartition("/")[2]
                    told = f"The parameter '{name}' in the request payload is not a valid parameter for the operation"
                    return f"{told} '{operation}'."
                if (found := self._within(shape.get(name.lower()), value)) is not None:
                    return found
            return None
        return self._within(shape, body)

    def _within(self, shape: Json, value: Json) -> str | None:
        if isinstance(value, list):
            return next((found for item in value if (found := self._within(shape, item)) is not None), None)
        if not isinstance(value, dict) or not isinstance(shape, str) or not shape:
            return None
        told = as_text(value.get("@odata.type")).removeprefix("#")
        known = self._shapes.get(told or shape)
        if not isinstance(known, dict):
            return None
        for name, held in value.items():
            if "@" in name:  # annotations, and links to what there is
                continue
            if name.lower() not in known and _OPEN not in known:
                wrong = f"The property '{name}' does not exist on type '{told or shape}'."
                return f"{wrong} Make sure to only use property names that are defined by the type."
            if (found := self._within(known.get(name.lower()), held)) is not None:
                return found
        return None


@lru_cache
def graph_bodies() -> Bodies:
    """What Microsoft's description says."""
    kept = as_object(to_json(orjson.loads(files("keyturn.sandbox.graph").joinpath("bodies.json").read_bytes())))
    return Bodies(as_object(kept["operations"]), as_object(kept["shapes"]))
