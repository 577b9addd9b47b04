"""What connectors' manifests say of answers: in each there is all that the actions read from it.

A manifest is JSON, as `keyturn connectors show NAME --json` prints it. Nothing of the product reads it here: references
such as `{{ body.user.id }}` are all that has to be understood. A request of an action is known by method and path;
where several actions send the same one, its answer has what any of them reads. A path may begin with the connector's
name, so that many of them can be pointed at one recorder; without it, only a request is known whose path begins with a
word, as one that begins with a reference could be any other app's.

That a connector gets on with such answers says nothing of whether the app sends them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from keyturn.sandbox.values import Json, JsonObject, as_list, as_object, as_text

Step: TypeAlias = str | int | None  # a name, a place in a list, or each of a list

_REFERENCE = re.compile(
    r"\{\{\s*([A-Za-z_]\w*)((?:\.[A-Za-z_]\w*|\[\"(?:[^\"\\]|\\.)*\"\]|\[\d*\])*)(?:\s+as\s[^}]*)?\s*\}\}"
)
_STEP = re.compile(r"\.([A-Za-z_]\w*)|\[\"((?:[^\"\\]|\\.)*)\"\]|\[(\d*)\]")
_MOMENT = "2026-01-05T08:00:00.000Z"
_OF_KINDS: dict[str, Json] = {"text": "text", "number": 1, "boolean": True, "list": [], "object": {}}
_SAMPLES: dict[str, Json] = {"number": 1, "boolean": True, "datetime": _MOMENT, "object": {}, "any": "text"}
# Words in names of fields by which a more believable value is known.
_BELIEVABLE: tuple[tuple[str, Json], ...] = (("mail", "eva.horvat@northwind.example"), ("url", "https://app.example/1"))


@dataclass(frozen=True)
class Declared:
    """An answer by a manifest; `source` names the first card that reads it."""

    source: str
    body: Json


@dataclass
class _Request:
    """A request as several actions may send it.

    exact: how much of its path is text; worded: whether the path's first segment is.
    """

    connector: str
    method: str
    pattern: re.Pattern[str]
    exact: int
    worded: bool
    source: str
    body: Json = None

    def grow(self, path: Sequence[Step], sample: Json) -> None:
        """See to it that something stands at a place of the body."""
        self.body = _grown(self.body, path, sample)


@dataclass
class Manifests:
    """Answers by the manifests of connectors. Of two with one name the later one counts."""

    given: Sequence[JsonObject]
    _known: list[_Request] = field(default_factory=list[_Request])
    _names: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        by_name = {as_text(manifest.get("connector")): manifest for manifest in self.given}
        self._names = frozenset(by_name)
        for name, manifest in by_name.items():
            self._known += _Reader(name, manifest).requests()
        self._known.sort(key=lambda one: -one.exact)

    def answer(self, method: str, path: str) -> Declared | None:
        """What some action reads from the answer to this request; None if no action sends it."""
        first, _, rest = path[1:].partition("/")
        named, below = (first, f"/{rest}") if first in self._names else (None, path)
        for one in self._known:
            meant = one.connector == named or (named is None and one.worded)
            if one.method == method and meant and one.pattern.fullmatch(below):
                return Declared(one.source, {} if one.body is None else one.body)
        return None


class _Reader:
    """Reads one manifest."""

    def __init__(self, name: str, manifest: JsonObject) -> None:
        self._name = name
        self._manifest = manifest
        self._found: dict[tuple[str, str], _Request] = {}

    def requests(self) -> list[_Request]:
        """Its requests, each with its answer."""
        for action in map(as_object, as_list(self._manifest.get("actions"))):
            self._action(action)
        for part in ("choices", "fields"):
            for key, loaded in as_object(self._manifest.get(part)).items():
                self._loaded(f"{part} {key}", as_object(loaded))
        check = as_object(self._manifest.get("check"))
        if check:
            self._request(check, "check")
        return list(self._found.values())

    def _request(self, request: JsonObject, key: str) -> _Request:
        method, path = as_text(request.get("method")) or "GET", as_text(request.get("path")).partition("?")[0]
        anything = ".+" if request.get("whole") is True else "[^/]+"
        parts = [anything if odd else re.escape(text) for odd, text in _pieces(path)]
        place = (method, "".join(parts))
        if place not in self._found:
            exact = sum(len(text) for odd, text in _pieces(path) if not odd)
            worded = "{{" not in path.removeprefix("/").partition("/")[0]
            source = f"{self._name}.{key}"
            self._found[place] = _Request(self._name, method, re.compile(place[1]), exact, worded, source)
        changed = as_object(request.get("changed") or self._manifest.get("changed"))
        if changed and method != "GET" and not request.get("sign"):
            names = as_list(changed.get("one_of"))[:1]
            self._grow(f'{{{{ body["{as_text(names[0])}"] }}}}', "text", [self._found[place]], {}, "")
            return self._found[place]
        self._sign(as_object(request.get("sign") or self._manifest.get("sign")), self._found[place])
        return self._found[place]

    def _sign(self, sign: JsonObject, made: _Request) -> None:
        """By what one knows that an answer is the app's."""
        among = as_list(sign.get("among"))
        kind = _OF_KINDS.get(as_text(sign.get("kind")), "text")
        self._grow(sign.get("value"), among[0] if among else kind, [made], {}, "")

    def _action(self, action: JsonObject) -> None:
        key = as_text(action.get("key"))
        steps = [as_object(step) for step in (action.get("request"), *as_list(action.get("requests"))) if step]
        if not steps:
            return
        made = [self._request(step, key) for step in steps]
        by_name = {as_text(step.get("name")): one for step, one in zip(steps, made, strict=True) if step.get("name")}
        paging = as_object(action.get("paging"))
        records = as_text(paging.get("records"))
        # the body is that of the last answer: what comes before it is read by its name
        last = [one for step, one in zip(steps, made, strict=True) if not step.get("name")] or made[-1:]
        for output in self._outputs(action):
            sample = _sample(as_text(output.get("type")) or "any", as_text(output.get("name")))
            self._grow(output.get("value"), sample, last, by_name, records)
        for step in steps:
            for part in ("path", "query", "headers", "body", "filters", "each"):
                self._grow(step.get(part), "text", [], by_name, records)
        if paging:
            self._grow(records, [], made, by_name, "")
            self._grow(as_object(paging.get("offset")).get("total"), 1, made, by_name, "")
        state = as_object(action.get("state"))
        if state:
            self._state(state, key)

    def _state(self, state: JsonObject, key: str) -> None:
        request = self._request(as_object(state.get("request")), key)
        so = as_object(state.get("so"))
        among = as_list(so.get("among"))
        self._grow(so.get("value"), among[0] if among else "text", [request], {}, "")

    def _loaded(self, key: str, loaded: JsonObject) -> None:
        request = self._request(as_object(loaded.get("request")), key)
        paging = as_object(loaded.get("paging"))
        for records in map(as_text, [paging.get("records")] if paging else as_list(loaded.get("records"))):
            self._grow(records, [], [request], {}, "")
            for part in ("value", "label", "name", "title", "type", "about", "required"):
                self._grow(loaded.get(part), "text", [request], {}, records)

    def _outputs(self, action: JsonObject) -> Iterator[JsonObject]:
        shared = as_object(self._manifest.get("shared_outputs"))
        for one in as_list(action.get("outputs")):
            if isinstance(one, str):
                yield from map(as_object, as_list(shared.get(one)))
            else:
                yield as_object(one)

    def _grow(
        self, value: Json, sample: Json, made: Sequence[_Request], by_name: dict[str, _Request], records: str
    ) -> None:
        """See to it that answers have what a value refers to; a text made of several references has texts in it."""
        whole = isinstance(value, str) and _REFERENCE.fullmatch(value.strip()) is not None
        for root, path in _references(value):
            fitting = sample if whole else "text"
            if root == "body":
                for request in made:
                    request.grow(path, fitting)
            elif root == "record" and records:
                for _, before in _references(records):
                    for request in made:
                        request.grow([*before, None, *path], fitting)
            elif root in by_name:
                inner = path[1:] if path[:1] == [None] else path  # of a request that is sent for each of a list
                if inner[:1] == ["body"]:
                    by_name[root].grow(inner[1:], fitting)


def _pieces(path: str) -> Iterator[tuple[bool, str]]:
    """The parts of a path: whether a reference stands there, and the text otherwise."""
    end = 0
    for found in _REFERENCE.finditer(path):
        yield False, path[end : found.start()]
        yield True, ""
        end = found.end()
    yield False, path[end:]


def _references(value: Json) -> Iterator[tuple[str, list[Step]]]:
    """The references in a value, at any depth."""
    if isinstance(value, str):
        for found in _REFERENCE.finditer(value):
            steps: list[Step] = []
            for name, quoted, number in _STEP.findall(found[2]):
                steps.append(name or (re.sub(r"\\(.)", r"\1", quoted) if quoted else int(number) if number else None))
            yield found[1], steps
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _references(inner)


def _sample(kind: str, name: str) -> Json:
    """A value of a type, as believable as its name lets one make it."""
    if kind.startswith("list of "):
        inner = _sample(kind.removeprefix("list of "), name)
        return [inner]
    if kind == "text":
        return next((value for word, value in _BELIEVABLE if word in name.lower()), "text")
    return _SAMPLES.get(kind, "text")


def _grown(holder: Json, path: Sequence[Step], sample: Json) -> Json:
    """A value in which there is something at a place; what is there already stays."""
    if not path:
        return holder if holder not in (None, "text", [], {}) else sample
    step, rest = path[0], path[1:]
    if isinstance(step, str):
        known = as_object(holder)
        return {**known, step: _grown(known.get(step), rest, sample)}
    listed = as_list(holder) if isinstance(holder, list) else []
    place = step or 0
    listed = [*listed, *([None] * (place + 1 - len(listed)))]
    return [_grown(one, rest, sample) if number == place or one is None else one for number, one in enumerate(listed)]
