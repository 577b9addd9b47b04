"""Parts of a document: what stands at a place, and the names and texts in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .json import JSON


def value_at(document: JSON, path: Sequence[str | int]) -> JSON:
    """What stands at a place, null where nothing does."""
    here: JSON = document
    for step in path:
        if isinstance(here, dict) and isinstance(step, str):
            here = here.get(step)
        elif isinstance(here, list) and isinstance(step, int) and step < len(here):
            here = here[step]
        else:
            return None
    return here


def texts_in(part: JSON) -> Iterator[str]:
    """All names and texts in a part."""
    match part:
        case str():
            yield part
        case dict():
            for name, inner in part.items():
                yield name
                yield from texts_in(inner)
        case list():
            for inner in part:
                yield from texts_in(inner)
        case _:
            pass
