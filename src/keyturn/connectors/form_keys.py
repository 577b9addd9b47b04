"""The keys that a manifest may have, and the sections under which each stands."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import get_args

from pydantic import BaseModel

from .manifest import ManifestModel


@cache
def known_keys() -> tuple[str, ...]:
    """All of them, wherever."""
    return tuple(sorted({*ManifestModel.model_fields, *homes()}))


@cache
def homes() -> Mapping[str, tuple[str, ...]]:
    """The sections that have a key, by its name."""
    found: dict[str, dict[str, None]] = {}
    waiting: list[type[BaseModel]] = [ManifestModel]
    seen: set[type[BaseModel]] = set()
    while waiting:
        model = waiting.pop(0)
        if model in seen:
            continue
        seen.add(model)
        for section, field in model.model_fields.items():
            for inner in _models_in(field.annotation):
                waiting.append(inner)
                for key in inner.model_fields:
                    found.setdefault(key, {})[section] = None
    return {key: tuple(sections) for key, sections in found.items()}


def _models_in(annotation: object) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in get_args(annotation) for model in _models_in(part)]
