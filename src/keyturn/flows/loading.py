"""From raw JSON to a flow: what pydantic finds wrong becomes problems in plain words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from .document import Flow
from .json import JSON
from .problems import Problem

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Loaded:
    """A flow, or what is wrong with the document.

    Attributes:
        flow: None if there are problems.
    """

    flow: Flow | None
    problems: Sequence[Problem] = ()


def load_raw(raw: JSON) -> Loaded:
    """Make a flow from raw JSON; all problems at once."""
    if not isinstance(raw, dict):
        problem = Problem("not-a-flow", "The document is no flow.", "A flow begins with id, name and event.")
        return Loaded(None, [problem])
    try:
        return Loaded(Flow.model_validate(raw, strict=False))
    except ValidationError as error:
        return Loaded(None, [_problem(raw, details) for details in error.errors(include_url=False)])


def _problem(raw: JSON, details: ErrorDetails) -> Problem:
    path: Path = tuple(details["loc"])
    name = str(path[-1]) if path else "the document"
    flow = raw.get("id") if isinstance(raw, dict) else None
    code, what, mend = _words(path, name, details)
    return Problem(
        code,
        what,
        mend,
        flow=flow if isinstance(flow, str) else None,
        card=card_at(raw, path),
        field=name,
        path=path,
    )


def _words(path: Path, name: str, details: ErrorDetails) -> tuple[str, str, str]:
    known = _keys_at(path[:-1])
    match details["type"]:
        case "extra_forbidden":
            near = get_close_matches(name, known, 1)
            guess = f"Did you mean {near[0]!r}? " if near else ""
            return "unknown-key", f"There is no {name!r} here.", f"{guess}Here may stand: {', '.join(known)}."
        case "missing":
            return "missing-key", f"{name!r} is missing.", f"Add {name}: to it."
        case "string_pattern_mismatch" if name in ("id", "flow"):
            return "bad-id", f"{details['input']!r} is no id.", "Use lower-case letters, digits and _ (flows also -)."
        case "string_pattern_mismatch" if name == "wait":
            return "bad-wait", f"{details['input']!r} is no length of time.", "Write for example 5s, or 1s..30s."
        case _:
            message = details["msg"].removeprefix("Input should be ").removeprefix("Value error, ")
            return "bad-value", f"{name!r} is not right: it should be {message}.", "Correct the value."


def card_at(raw: JSON, path: Path) -> str | None:
    """The id of the innermost card on a path, or None."""
    found: str | None = None
    here: JSON = raw
    for number, step in enumerate(path):
        if isinstance(here, dict) and isinstance(step, str):
            here = here.get(step)
        elif isinstance(here, list) and isinstance(step, int) and step < len(here):
            here = here[step]
            if number and path[number - 1] in ("cards", "do") and isinstance(here, dict):
                card_id = here.get("id")
                found = card_id if isinstance(card_id, str) else found
        else:
            return found
    return found


def _keys_at(path: Path) -> list[str]:
    """The keys that may stand at a path, from the models."""
    model: type[BaseModel] | None = Flow
    for step in path:
        if isinstance(step, str) and model is not None:
            model = _model_of(model, step)
    return [field.alias or name for name, field in model.model_fields.items()] if model else []


def _model_of(model: type[BaseModel], key: str) -> type[BaseModel] | None:
    for name, field in model.model_fields.items():
        if key in (name, field.alias):
            return _model_in(field.annotation)
    return None


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := _model_in(part))), None)
