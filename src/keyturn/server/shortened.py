"""Values that are too large for a page are cut, and it is said that they were: nothing is lost in silence."""

from __future__ import annotations

import hashlib
import json

import orjson

from keyturn.engine.masking import beginning_of
from keyturn.flows.json import JSON, Values

from .models import CutModel, TraceModel

_START = 300


def shortened(entry: TraceModel, most: int) -> TraceModel:
    """A trace entry whose fields have ``most`` bytes of JSON at most."""
    inputs, cut = _shorten(entry.inputs, most, "inputs")
    outputs, more = _shorten(entry.outputs, most, "outputs")
    return entry.model_copy(update={"inputs": inputs, "outputs": outputs, "cut": [*cut, *more]})


def shortened_values(values: Values, most: int) -> tuple[Values, list[CutModel]]:
    """The same for what an event gave."""
    kept, cut = _shorten(values, most, "event")
    assert isinstance(kept, dict)
    return kept, cut


def _shorten(values: JSON, most: int, part: str) -> tuple[JSON, list[CutModel]]:
    """The fields of a card's inputs or outputs; a field over ``most`` bytes of JSON becomes null, and is told.

    Args:
        part: ``inputs`` or ``outputs``.
    """
    if not isinstance(values, dict):
        return values, []
    kept: dict[str, JSON] = {}
    cuts: list[CutModel] = []
    for name, value in values.items():
        content = written(value)
        if len(content) <= most:
            kept[name] = value
            continue
        kept[name] = None
        start = value[:_START] if isinstance(value, str) else content[: 4 * _START].decode("utf-8", "ignore")[:_START]
        beginning = beginning_of(value)
        count = len(value) if isinstance(value, list | dict) else None
        told = CutModel(
            part=part,
            field=name,
            kind=_kind(value),
            bytes=len(content),
            count=beginning.whole if beginning and count is not None else count,
            kept=beginning.kept if beginning else None,
            whole=beginning.whole if beginning else None,
            start=start,
            digest=hashlib.sha256(written(value, sort_keys=True)).hexdigest(),
        )
        cuts.append(told)
    return kept, cuts


def written(value: JSON, *, sort_keys: bool = False) -> bytes:
    """A value as JSON, numbers of any size included."""
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS if sort_keys else 0)
    except TypeError:  # numbers beyond 64 bits
        return json.dumps(value, separators=(",", ":"), sort_keys=sort_keys).encode()


def _kind(value: JSON) -> str:
    if isinstance(value, list):
        return "list"
    return "object" if isinstance(value, dict) else "text"
