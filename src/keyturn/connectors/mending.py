"""What is left of a manifest whose shape is wrong in places: enough for the checks to look at the rest.

Wrong parts are taken out, or a stand-in takes their place where a manifest cannot be without them. What the checks say
of such places is not told: the problem that is there is told already.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Sequence
from dataclasses import InitVar, dataclass, field
from difflib import get_close_matches

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from keyturn.flows.json import JSON, Values
from keyturn.flows.parts import texts_in, value_at
from keyturn.flows.problems import Problem

from .findings import Path
from .form_keys import known_keys
from .manifest import ManifestModel

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
        "choices",
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
_WITH_INPUTS = (("actions",), *_SHARED)
_NO_ROOT = "begins with what is not there"
_SECTIONS_OF_ACTIONS = 3  # how deep they are: actions, number, section
_INPUTS = frozenset({"inputs", "shared_inputs"})
# What is said of a name that is not known, and the parts by which it would be: without parts it may be any.
_UNKNOWN: tuple[tuple[str, frozenset[str]], ...] = (
    (_NO_ROOT, frozenset({"request", "requests", "state", "then", "each"})),
    ("names none of the inputs", _INPUTS),
    ("names none of the options", frozenset({"options"})),
    ("depends on the option", frozenset({"options"})),
    ("which is no input", _INPUTS),
    ("needs the input", _INPUTS),
    ("no action has an input", _INPUTS),
    ("which is no action", frozenset({"actions"})),
    ("the event gives no", frozenset({"outputs", "shared_outputs"})),
    ("there is no", frozenset()),
    ("no connection of it has a setting", frozenset()),
    ("is nothing that it asks for", frozenset()),
)
_NAMES = frozenset({"name", "key", "each"})
# What a part of an action brings for its references to begin with.
_ROOTS = {"paging": "record", "shape": "shaped"}
EXTRA = "extra_forbidden"
_KEY = "[key]"  # it is the key of an entry that is wrong
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_NAMED = re.compile(r"'[^']*'|\{+[^{}]*\}+")
# None of these refers to anything, whatever should stand there.
_LEAVES = frozenset({"method", "effect", "name", "type", "status", "header", "repeatable", "required", "first", "most"})
# Where an action refers to its inputs and options.
_REFERRING = frozenset({"request", "requests", "outputs", "paging", "state", "ensure", "shape", "effect"})
_BODIES = frozenset({"body", "links", "file", "files"})
# By these a body is a form of parts.
_PARTS_OF_FORMS = frozenset({"files", "headers"})
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
    return tuple(step for step in details["loc"] if step not in _BRANCHES and step != _KEY)


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
    gone = [_Gone(place_of(details), details["type"], details["loc"][-1:] == (_KEY,), raw) for details in wrong]
    return [problem for problem in found if not any(one.leads_to(problem) or one.may_be_named(problem) for one in gone)]


@dataclass(slots=True)
class _Gone:
    """A place whose form is wrong, and of which nobody knows therefore what it says.

    Attributes:
        kind: what pydantic calls the mistake.
        unnamed: it is the key of an entry.
        near: the key that was meant, maybe, where there is none of this name.
        texts: all that stands there, and the name of what stands there.
    """

    place: Path
    kind: str
    unnamed: bool
    raw: InitVar[JSON]
    near: str = ""
    texts: list[str] = field(default_factory=list[str])

    def __post_init__(self, raw: JSON) -> None:
        self.texts = [*texts_in(value_at(raw, self.place))]
        last = str(self.place[-1]) if self.place else ""
        if self.kind == EXTRA:
            self.near = next(iter(get_close_matches(last, [key for key in known_keys() if key != last], 1)), "")
        elif self.place[:-1] in _SHARED:  # what it is called is known by its key
            self.texts.append(last)

    def leads_to(self, problem: Problem) -> bool:
        """Whether what is said may come of this place's being wrong."""
        path, place = problem.path, self.place
        last = self.near or (place[-1] if place else None)
        if path[: len(place)] == place:
            return True
        mine = path[:2] == place[:2]
        if "nothing refers to" in problem.what:
            return (mine and last == "name") or self._may_refer(problem, mine=mine)
        if path == place[:-1] and last in _LEADING:
            return True
        if place[:1] == ("auth",) and path[:1] in (("guides",), ("defaults",)):
            return True
        if last == "method" and path[:-1] == place[:-1]:
            return path[-1] in _BODIES
        if last in _PARTS_OF_FORMS and path[-1:] == ("part_types",) and path[:-1] == place[:-1]:
            return True
        if mine and place[2:] == ("idempotency",):
            return path[2:] == ("effect",)
        if last == "effect" and mine and len(path) == 3:
            return path[-1] in _BY_EFFECT
        if mine and (root := _ROOTS.get(str(last))) and place[:1] == ("actions",):
            return f"{{{{ {root}" in problem.what
        # what bears the name is not known by it
        unknown = (last == "name" or self.unnamed) and self._brings(problem)
        return unknown and (mine or (place[:1] in _SHARED and path[:1] in _WITH_INPUTS))

    def may_be_named(self, problem: Problem) -> bool:
        """Whether what is said not to be there may be what has its name here."""
        return problem.code != "bad-type" and self._brings(problem) and not _missed(problem).isdisjoint(self.texts)

    def _brings(self, problem: Problem) -> bool:
        """Whether this place gives names to what the problem says not to be there."""
        parts = next((parts for words, parts in _UNKNOWN if words in problem.what), None)
        if parts is None:
            return False
        own_section = self.kind == EXTRA and len(self.place) == _SECTIONS_OF_ACTIONS  # nobody knows what is in it
        if not parts or len(self.place) < _SECTIONS_OF_ACTIONS or own_section:
            return True
        if self.place[:1] in _SHARED and len(self.place) == _SECTIONS_OF_ACTIONS:
            return self.place[0] in parts
        steps = [step for step in self.place if isinstance(step, str)]
        last = self.near or steps[-1]
        named = self.unnamed or last in parts or last in _NAMES
        return named and not parts.isdisjoint((*steps[:-1], last))

    def _may_refer(self, problem: Problem, *, mine: bool) -> bool:
        """Whether what should stand here may refer to an input or option that nothing else refers to."""
        named = problem.what.rpartition(" ")[2].strip("'.")
        referring = re.compile(rf"\b(?:inputs|options)\W{{1,3}}{re.escape(named)}\b")
        if any(text == named or referring.search(text) for text in self.texts):
            return True
        if not mine or len(self.place) < 3 or self.place[2] not in _REFERRING or self.place[-1] in _LEAVES:
            return False
        return self.kind != EXTRA


def _missed(problem: Problem) -> set[str]:
    """The names that a problem says not to be there."""
    named = [found.strip("'") for found in _NAMED.findall(problem.what.partition(": ")[2])]
    words = [word for text in named for word in _WORD.findall(text)]
    if _NO_ROOT in problem.what:  # what is behind its first name nobody looked at
        named, words = [], words[:1]
    return {*named, *words} - _COMMON


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
        case "hints" | "in_the_way":
            return {"why": "", "mend": ""}
        case "requests":
            return {**_REQUEST}
        case "auth":
            return "none"
        case "choices" | "scopes" | "synonyms":
            return ""
        case _:
            return {"name": name}
