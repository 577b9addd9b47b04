"""What is left of a document whose shape is wrong in places: enough of a flow for the checker to look at the rest.

Wrong parts are taken out, or a stand-in takes their place where a flow cannot be without them. What the checker says
of such places is not told: the problem that is there is told already.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, cast

import orjson
from pydantic import ValidationError

from .document import Flow
from .json import JSON
from .parts import texts_in, value_at
from .problems import Problem

if TYPE_CHECKING:
    from .loading import Loaded

Path = tuple[str | int, ...]
_ROUNDS = 4
_FOLLOW_ON = frozenset({"unknown-reference"})
_DROPPED = frozenset({"unknown-reference", "unknown-output", "missing-input", "missing-option", "missing-key"})


def remainder(raw: JSON, wrong: Iterable[Path]) -> Flow | None:
    """The flow without what is wrong; None if nothing is left that could be checked."""
    document = copy.deepcopy(raw)
    places = [*wrong]
    for _ in range(_ROUNDS):
        for place in sorted(set(places), key=len, reverse=True):
            _take_out(document, place)
        try:
            return Flow.model_validate_json(orjson.dumps(document), strict=True, by_alias=True, by_name=False)
        except ValidationError as error:
            places = [tuple(details["loc"]) for details in error.errors(include_url=False, include_input=False)]
    return None


def beside(found: Sequence[Problem], loaded: Loaded) -> list[Problem]:
    """What the checker found in a remainder, without what only follows from what was taken out."""
    wrong = [problem for problem in loaded.problems if problem.path]
    gone = {str(value) for problem in wrong if (value := value_at(loaded.raw, problem.path)) and isinstance(value, str)}
    return [
        problem
        for problem in found
        if not any(_touch(problem.path, other.path) for other in wrong)
        and not (problem.code in _FOLLOW_ON and _names(problem, gone))
        and not (problem.code in _DROPPED and _names(problem, loaded.dropped))
    ]


def without(loaded: Loaded, dropped: Sequence[JSON]) -> Loaded:
    """What was loaded from a document of which parts were left out: no flow, and no problem that is missing a part."""
    texts = frozenset(text for part in dropped for text in texts_in(part))
    problems = [one for one in loaded.problems if not (one.code in _DROPPED and _names(one, texts))]
    return replace(loaded, flow=None, rest=loaded.flow or loaded.rest, problems=problems, dropped=texts)


def _names(problem: Problem, texts: Iterable[str]) -> bool:
    return any(repr(text) in problem.what for text in texts)


def _touch(one: Path, other: Path) -> bool:
    """Whether one place lies in the other."""
    short = min(len(one), len(other))
    return one[:short] == other[:short]


def _take_out(document: JSON, place: Path) -> None:
    """Take out what stands at a place; where something must stand there, a stand-in takes its place."""
    if not place:
        return
    holder, last = value_at(document, place[:-1]), place[-1]
    if isinstance(holder, dict):
        stand_in = _stand_in(place)
        if stand_in is None:
            holder.pop(str(last), None)
        else:
            holder[str(last)] = stand_in
    elif isinstance(holder, list) and isinstance(last, int) and last < len(holder):
        holder[last] = _item(place)


def _stand_in(place: Path) -> JSON:
    """What may stand where something must."""
    above, last = place[-2] if len(place) > 1 else None, place[-1] if place else None
    match last:
        case "id":
            return "_".join(("unreadable", *(str(step) for step in place if isinstance(step, int))))
        case "name" if len(place) == 1:
            return "Unreadable"
        case "event" if len(place) == 1:
            return {"card": "unreadable"}
        case "card" if above == "event" or isinstance(above, int):
            return "unreadable"
        case "flow":
            return "unreadable"
        case "times":
            return 1
        case _:
            return None


def _item(place: Path) -> JSON:
    match place[-2] if len(place) > 1 else None:
        case "cards" | "do":
            return {"id": cast("str", _stand_in((*place, "id"))), "card": "unreadable"}
        case "branches":
            return {}
        case "on":
            return 429
        case _:
            return None
