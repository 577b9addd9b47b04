"""What is left of a manifest whose shape is wrong in places: enough for the checks to look at the rest.

Wrong parts are taken out, or a stand-in takes their place where a manifest cannot be without them. What the checks say
of such places is not told: the problem that is there is told already.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Sequence

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from keyturn.flows.json import JSON, Values
from keyturn.flows.parts import texts_in, value_at
from keyturn.flows.problems import Problem

from .manifest import ManifestModel

Path = tuple[str | int, ...]
_ROUNDS = 12
_BRANCHES = frozenset({"FieldModel", "OutputModel", "ChoiceModel", "str"})
_REQUEST: Values = {"method": "GET", "path": "/"}
_STAND_INS: dict[str, JSON] = {
    "auth": [],
    "check": {**_REQUEST},
    "errors": {"code": "", "message": ""},
    "method": "GET",
    "path": "/",
    "request": {**_REQUEST},
    "paging": {"records": ""},
    "effect": {"effect": "change"},
    "status": 400,
    "value": None,
    "outputs": [],
    "records": [],
    "header": "X",
}
# What is said of the part around one of these may come of its being wrong only.
_LEADING = frozenset(
    {
        "among",
        "not_among",
        "has",
        "lacks",
        "empty",
        "includes",
        "items",
        "ends",
        "file",
        "files",
        "request",
        "requests",
        "type",
        "so",
        "records",
        "state",
        "effect",
        "repeatable",
    }
    | {"next", "query", "offset", "ensure", "when", "auth"}
)
# What an action may hold goes by its effect.
_BY_EFFECT = frozenset({"effect", "paging", "idempotency", "ensure"})
_SHARED = (("shared_inputs",), ("shared_outputs",), ("choices",), ("fields",))
_UNKNOWN = (
    "begins with what is not there",
    "names none of",
    "there is no",
    "which is no input",
    "depends on the option",
    "nothing refers to",
)
# Where an action refers to its inputs and options.
_REFERRING = frozenset({"request", "requests", "outputs", "paging", "state", "ensure", "shape", "effect"})
_BODIES = frozenset({"body", "links", "file", "files"})
# Words that are in many sentences.
_COMMON = frozenset(
    {"GET", "POST", "text", "read", "change", "inputs", "options", "body", "status", "headers", "name"}
    | {"", "key", "title", "type", "value", "method", "path", "summary", "about"}
)


def meant(raw: JSON, found: Iterable[ErrorDetails]) -> list[ErrorDetails]:
    """The errors without those of the branch of a union that was not meant: where an object is, of a name."""
    return [one for one in found if "str" not in one["loc"] or not isinstance(_before(raw, one["loc"]), dict)]


def _before(raw: JSON, place: Path) -> JSON:
    return value_at(raw, place[: place.index("str")])


def place_of(details: ErrorDetails) -> Path:
    """Where an error is in the document."""
    return tuple(step for step in details["loc"] if step not in _BRANCHES)


def remainder(raw: JSON, wrong: Sequence[ErrorDetails]) -> ManifestModel | None:
    """The manifest without what is wrong; None if nothing is left that could be checked."""
    document = copy.deepcopy(raw)
    tried: set[tuple[Path, bool]] = set()
    for _ in range(_ROUNDS):
        for details in sorted(wrong, key=lambda one: len(one["loc"]), reverse=True):
            place, missing = place_of(details), details["type"] == "missing"
            while (place, missing) in tried:  # nothing helps here: it goes with what it is in
                place, missing = place[:-1], False
            if not place:
                return None
            tried.add((place, missing))
            if missing or _is_item(document, place):
                _put(document, place, _stand_in(place))
            else:
                _take_out(document, place)
        try:
            return ManifestModel.model_validate(document)
        except ValidationError as error:
            wrong = meant(document, error.errors(include_url=False))
    return None


def beside(found: Iterable[Problem], wrong: Sequence[ErrorDetails], raw: JSON) -> list[Problem]:
    """What the checks found in a remainder, without what only follows from what was taken out."""
    places = {place_of(details): details["type"] for details in wrong}
    gone = {text for place in places for text in texts_in(value_at(raw, place)) if text not in _COMMON}
    deaf = {place[:2] for place in places if _refers(place, raw)}
    return [
        problem
        for problem in found
        if not any(_follows(problem, place, kind) for place, kind in places.items())
        and not _names(problem, gone)
        and not (problem.path[:2] in deaf and "nothing refers to" in problem.what)
    ]


def _refers(wrong: Path, raw: JSON) -> bool:
    """Whether a part of an action may have referred to inputs and options."""
    if len(wrong) < 3 or wrong[0] != "actions":
        return False
    return wrong[2] in _REFERRING or any("{{" in text for text in texts_in(value_at(raw, wrong)))


def _follows(problem: Problem, wrong: Path, kind: str) -> bool:
    """Whether what is said may come of another place's being wrong."""
    path, last = problem.path, wrong[-1] if wrong else None
    if path[: len(wrong)] == wrong:
        return True
    if path == wrong[:-1] and (last in _LEADING or kind == "extra_forbidden"):
        return True
    mine = path[:2] == wrong[:2]
    if last == "method" and path[:-1] == wrong[:-1]:
        return path[-1] in _BODIES
    if mine and wrong[2:] == ("idempotency",):
        return path[2:] == ("effect",)
    if last == "effect" and mine and len(path) == 3:
        return path[-1] in _BY_EFFECT
    if last == "name" or wrong[:1] in _SHARED:  # what bears the name is not known by it
        return (mine or wrong[:1] in _SHARED) and any(words in problem.what for words in _UNKNOWN)
    return False


def _names(problem: Problem, gone: Iterable[str]) -> bool:
    """Whether it speaks of something by a name that was in a part that is wrong."""
    if problem.code == "bad-type":
        return False
    words = set(re.findall(r"[A-Za-z_][A-Za-z0-9_]*", problem.what.partition(": ")[2]))
    return any(text in words or repr(text) in problem.what for text in gone)


def _is_item(document: JSON, place: Path) -> bool:
    return isinstance(place[-1], int) and isinstance(value_at(document, place[:-1]), list)


def _take_out(document: JSON, place: Path) -> None:
    holder = value_at(document, place[:-1])
    if isinstance(holder, dict):
        holder.pop(str(place[-1]), None)


def _put(document: JSON, place: Path, value: JSON) -> None:
    holder, last = value_at(document, place[:-1]), place[-1]
    if isinstance(holder, dict):
        holder[str(last)] = value
    elif isinstance(holder, list) and isinstance(last, int) and last < len(holder):
        holder[last] = value


def _stand_in(place: Path) -> JSON:
    """What may stand where something must."""
    last = place[-1]
    numbered = "_".join(("unreadable", *(str(step) for step in place if isinstance(step, int))))
    if isinstance(last, int):
        return _item(place[-2] if len(place) > 1 else None, numbered)
    if last in ("key", "name", "connector"):
        return numbered
    if last == "effect" and len(place) > 1 and place[-2] == "effect":
        return "change"
    if last == "records" and "paging" in place:
        return ""
    return copy.deepcopy(_STAND_INS.get(last, ""))


def _item(of: str | int | None, name: str) -> JSON:
    """What may be one of several."""
    texts: Values = {"title": "", "summary": ""}
    match of:
        case "actions":
            return {"key": name, **texts, "effect": {"effect": "change"}, "request": {"method": "POST", "path": "/"}}
        case "events":
            return {"key": name, **texts, "event_type": "", "outputs": []}
        case "outputs":
            return {"name": name, "value": None}
        case "hints":
            return {"why": "", "mend": ""}
        case "requests":
            return {**_REQUEST}
        case "auth":
            return "none"
        case "choices" | "scopes" | "synonyms":
            return ""
        case _:
            return {"name": name}
