"""From raw JSON to a flow: what pydantic finds wrong becomes problems in plain words."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, get_args

import orjson
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from .document import Flow
from .json import JSON
from .mending import remainder
from .problems import Problem
from .said import Parts, as_part, code_of

Path = tuple[str | int, ...]
DEEPEST = 100
_SMALLEST, _LARGEST = -(2**63), 2**64 - 1


@dataclass(frozen=True, slots=True)
class Loaded:
    """A flow, or what is wrong with the document.

    Attributes:
        flow: None if there are problems.
        rest: where the shape of the document is wrong, a flow of what is right, to be checked too; or None.
        raw: the document.
        dropped: texts of a part that was left out before, as its key stands twice.
    """

    flow: Flow | None
    problems: Sequence[Problem] = ()
    rest: Flow | None = None
    raw: JSON = None
    dropped: frozenset[str] = frozenset()

    @property
    def flow_id(self) -> str | None:
        """The flow's id, also of a document that is wrong somewhere else; None if it has none that can be read."""
        if self.flow is not None:
            return self.flow.id
        written = self.raw.get("id") if isinstance(self.raw, dict) else None
        found = (problem.flow for problem in self.problems if problem.flow)
        return written if isinstance(written, str) else next(found, None)


def load_raw(raw: JSON) -> Loaded:
    """Make a flow from raw JSON; all problems at once."""
    if not isinstance(raw, dict):
        mend = "A flow begins with id, name and event."
        problem = Problem("not-a-flow", "The document is no flow.", mend, said="not-a-flow")
        return Loaded(None, [problem])
    if problems := list(unfit(raw)):
        return Loaded(None, problems)
    try:
        return Loaded(Flow.model_validate_json(orjson.dumps(raw), strict=True, by_alias=True, by_name=False))
    except ValidationError as error:
        problems = [_problem(raw, details) for details in error.errors(include_url=False)]
        return Loaded(None, problems, remainder(raw, (problem.path for problem in problems)), raw)


def unfit(raw: JSON) -> Iterator[Problem]:
    """What no flow can hold, as it could neither be stored nor sent: found without recursion."""
    waiting: list[tuple[JSON, Path]] = [(raw, ())]
    while waiting:
        value, path = waiting.pop()
        match value:
            case dict() | list() if len(path) > DEEPEST:
                what, parts = f"It is nested over {DEEPEST} levels deep.", {"most": str(DEEPEST)}
                yield Problem("too-deep", what, "Use helper flows.", path=path, said="too-deep", parts=parts)
            case dict():
                waiting += reversed([(item, (*path, key)) for key, item in value.items()])
                for text in filter(_is_broken, value):
                    yield _broken(text, path)
            case list():
                waiting += reversed([(item, (*path, number)) for number, item in enumerate(value)])
            case str() if _is_broken(value):
                yield _broken(value, path)
            case float() if not math.isfinite(value):
                what, parts = f"{value} is no number that a flow can hold.", {"value": str(value)}
                yield Problem("bad-number", what, "Give a number.", path=path, said="bad-number", parts=parts)
            case int() if not _SMALLEST <= value <= _LARGEST:
                what = "A whole number is too long to be held exactly."
                mend = "Put it into quotes: as text it keeps all digits."
                yield Problem("bad-number", what, mend, path=path, said="bad-number/long")
            case _:
                pass


def _is_broken(text: str) -> bool:
    return not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text)


def _broken(text: str, path: Path) -> Problem:
    what = f"A text holds half a character: {text[:40]!r}."
    mend, parts = "Take it out: it cannot be stored or sent.", {"value": text[:40].encode("ascii", "replace").decode()}
    return Problem("bad-text", what, mend, path=path, said="bad-text", parts=parts)


def _problem(raw: JSON, details: ErrorDetails) -> Problem:
    path: Path = tuple(details["loc"])
    name = next((step for step in reversed(path) if isinstance(step, str)), "the document")
    flow = raw.get("id") if isinstance(raw, dict) else None
    said, what, mend, parts = _words(path, name, details)
    return Problem(
        code_of(said),
        what,
        mend,
        flow=flow if isinstance(flow, str) else None,
        card=card_at(raw, path),
        field=name,
        path=path,
        said=said,
        parts=parts,
    )


def _words(path: Path, name: str, details: ErrorDetails) -> tuple[str, str, str, Parts]:
    """Which sentence it is, what is wrong, how to mend it, and what that names."""
    known, named = _keys_at(path[:-1]), {"name": name}
    match details["type"]:
        case "extra_forbidden":
            near = get_close_matches(name, known, 1)
            guess = f"Did you mean {near[0]!r}? " if near else ""
            mend = f"{guess}Here may stand: {', '.join(known)}."
            return "unknown-key", f"There is no {name!r} here.", mend, named
        case "missing":
            return "missing-key", f"{name!r} is missing.", f"Add {name}: to it.", named
        case "string_pattern_mismatch" if name in ("id", "flow"):
            mend = "Use lower-case letters, digits and _ (flows also -)."
            return "bad-id", f"{details['input']!r} is no id.", mend, {"value": as_part(details["input"])}
        case "string_pattern_mismatch" if name == "wait" or path[-2:-1] == ("waits",):
            what, mend = f"{details['input']!r} is no length of time.", "Write for example 5s, or 1s..30s."
            return "bad-wait", what, mend, {"value": as_part(details["input"])}
        case "value_error" if path[-2:-1] == ("on",):
            what, mend = f"{details['input']!r} is no status.", "Write for example 503, 4xx, 5xx or any."
            return "bad-value/status", what, mend, {"value": as_part(details["input"])}
        case kind:
            expected = _EXPECTED.get(kind) or _expected(details)
            what = f"{name!r} is not right: {expected} belongs here."
            return "bad-value/shape", what, "Correct the value.", {"expected": expected}


_EXPECTED = {
    "string_type": "text",
    "int_type": "a whole number",
    "bool_type": "true or false",
    "dict_type": "a mapping (name: value)",
    "model_type": "a mapping (name: value)",
    "model_attributes_type": "a mapping (name: value)",
    "tuple_type": "a list",
}


def _expected(details: ErrorDetails) -> str:
    """What pydantic expected, as the end of a sentence."""
    message = details["msg"][:1].lower() + details["msg"][1:]
    for start in ("input should be ", "value should have ", "string should have ", "value error, "):
        message = message.removeprefix(start)
    return message


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
