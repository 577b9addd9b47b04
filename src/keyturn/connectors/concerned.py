"""Which input of a card a refusal is about. The templates of a manifest tell which part of a request came from which
input; what the app says may have an input's value in it, or what such a part is called."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from keyturn.flows.conversion import to_text
from keyturn.flows.json import JSON, Values
from keyturn.flows.values import Name, Reference, Template, parse_text, parse_value, references

from .manifest import ActionModel, FieldModel
from .request_models import RequestModel
from .templates import SPREAD

# In place of an input: it is about the card, and none of its inputs.
NO_INPUT = ""
_SHORTEST = 3
_TOKEN = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+")
# What many parts are called, and words of sentences: they tell none from another.
_PLAIN = frozenset(
    {"all", "body", "by", "data", "from", "is", "of", "operation", "operations", "to", "value", "values"}
)
_ENDS = frozenset({"id", "ids", "key", "keys", "name", "names"})
_MISSING = frozenset({404, 405, 410})
# Of these an app says nothing about what the card was given.
_OF_CONNECTION = frozenset({401, 403, 407, 429})


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a request that inputs are in: what it may be called, and which they are."""

    names: frozenset[str]
    inputs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """What an app says of a refusal.

    Attributes:
        text: its code and message.
        about: inputs that the manifest knows it to be about.
        fields: what it names as fields by a key of its own: of others it says nothing.
        spoken_of: what its message calls fields.
    """

    status: int
    text: str
    about: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    spoken_of: tuple[str, ...] = ()


class _Origins:
    """Where in a request inputs are."""

    def __init__(self, request: RequestModel, before: Mapping[str, tuple[str, ...]]) -> None:
        items = _inputs_of(request.each, before) if request.each is not None else ()
        roots = {**before, "item": items}
        self.path = list(_of_path(request.path, roots))
        self.sent = list(_of_body(request.body, "", roots))
        self.whole = _inputs_of(request.body, before) if isinstance(request.body, str) else ()
        for address in request.links.values():
            self.sent += _of_path(address, roots)
        for name, file in (*request.files.items(), ("", request.file)):
            self.sent += _of_body(file, name, roots)
        asked = [*_of_body(request.query, "", roots)]
        for name, one in request.filters.items():
            raw: JSON = [*one.clauses, one.also, one.equal.entries if one.equal is not None else None]
            asked += _of_body(raw, name, roots)
        self.asked = asked
        if request.method == "GET":
            self.sent += asked

    @property
    def parts(self) -> list[_Part]:
        return [*self.path, *self.sent, *self.asked]


class Concerned:
    """Tells of an action's refusals which input they are about."""

    def __init__(self, action: ActionModel) -> None:
        self._fields = {one.name: one for one in action.fields}
        self._person = action.effect.person
        self._origins: dict[int, _Origins] = {}
        before: dict[str, tuple[str, ...]] = {}
        for step in action.steps:
            made = self._origins[id(step)] = _Origins(step, before)
            if step.name is not None:
                before[step.name] = _all(made.parts)
        state = action.state
        self._sought = _all(_Origins(state.request, {}).parts) if state is not None else ()
        if state is not None and state.so is not None:
            self._sought += _inputs_of([*(state.so.among or ()), state.so.includes, state.so.has], {})

    def field(self, request: RequestModel, inputs: Values, said: Said) -> str | None:
        """The input that a refusal is about; NO_INPUT where it names fields, and none of them is one; None for one
        that is about the connection, or where nobody knows."""
        known = next((name for name in said.about if name in self._fields), None)
        if known is not None:
            return known
        if not said.about and (said.status in _OF_CONNECTION or said.status >= 500 or 300 <= said.status < 400):
            return None
        origins = self._origins[id(request)]
        if said.fields:
            return self._called(origins, inputs, said.fields) or NO_INPUT
        if said.spoken_of:
            return self._called(origins, inputs, said.spoken_of) or self._valued(origins, inputs, said) or NO_INPUT
        return self._valued(origins, inputs, said) or self._named(origins, inputs, said) or self._usual(origins, said)

    def _called(self, origins: _Origins, inputs: Values, fields: Sequence[str]) -> str | None:
        """The input that one of these fields is, or is in; the whole body where that is an input."""
        found = [name for field in fields if (name := self._of_field(origins, inputs, field)) is not None]
        if found:
            return self._person if self._person in found else found[0]
        return next((name for name in origins.whole if name in self._fields), None)

    def _of_field(self, origins: _Origins, inputs: Values, field: str) -> str | None:
        """The input that a field is, by the end of the way to it, or the object that it is in."""
        *around, last = re.findall(r"[^./\[\]#$]+", field) or [""]
        for name in _all(origins.parts):
            if name in self._fields and _letters(name) == _letters(last):
                return name
        for word, whole in ((_forms(last), True), *((_forms(one), False) for one in reversed(around))):
            for part in origins.parts:
                held = inputs.get(part.inputs[0])
                own = (
                    _names_of(held) if whole and len(part.inputs) == 1 and isinstance(held, dict) else frozenset[str]()
                )
                fits = whole or isinstance(held, dict | list)
                if fits and word & (part.names | own) and part.inputs[0] in self._fields:
                    return part.inputs[0]
        return None

    def _valued(self, origins: _Origins, inputs: Values, said: Said) -> str | None:
        """The input whose value the app says; of several the one with the longest."""
        text = said.text.casefold()
        found: dict[str, int] = {}
        for name in _all(origins.parts):
            field = self._fields.get(name)
            if field is None or field.choices or field.type == "secret":
                continue
            told = [len(one) for one in _texts(inputs.get(name)) if len(one) >= _SHORTEST and _says(text, one)]
            if told:
                found[name] = max(told)
        return max(found, key=found.__getitem__, default=None)

    def _named(self, origins: _Origins, inputs: Values, said: Said) -> str | None:
        """The input of the part that the app names; where it names several, the person or the first."""
        for parts in (origins.parts, [_Part(_forms(name), (name,)) for name in _all(origins.parts)]):
            found: list[str] = []
            for word in _spoken(said.text):
                for part in parts:
                    held = inputs.get(part.inputs[0])
                    own = _names_of(held) if len(part.inputs) == 1 and isinstance(held, dict) else frozenset[str]()
                    if word & (part.names | own) and part.inputs[0] in self._fields:
                        found.append(part.inputs[0])
            if found:
                return self._person if self._person in found else found[0]
        return None

    def _usual(self, origins: _Origins, said: Said) -> str | None:
        """The input that it is about where the app does not say: what is not there is in the address, what is wrong is
        in what was sent."""
        path = [name for name in _all(origins.path) if name in self._fields]
        sent = [name for name in _all(origins.sent) if self._is_open(name) and name not in path]
        if said.status in _MISSING:
            ours = [*path, *sent]
            return self._of_person(ours) or (path[-1] if path else next(iter(sent), None))
        if len(sent) == 1:
            return sent[0]
        sought = next((name for name in self._sought if name in sent), None)
        if sent:
            return self._of_person(sent) or self._of_person(path) or sought or sent[0]
        return self._of_person(path) or (path[-1] if path else None)

    def _of_person(self, names: Sequence[str]) -> str | None:
        return self._person if self._person in names else None

    def _is_open(self, name: str) -> bool:
        """Whether it may be anything: what is chosen from a few is seldom wrong."""
        field: FieldModel | None = self._fields.get(name)
        return field is not None and field.type != "boolean" and not field.choices


def _all(parts: Iterable[_Part]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for part in parts for name in part.inputs))


def _inputs_of(raw: JSON, before: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The inputs that a value comes from, also those by which an answer before was asked for."""
    found: list[str] = []
    for reference in references(parse_value(raw)):
        match reference:
            case Reference(root="inputs", path=(Name(name=name), *_)):
                found.append(name)
            case _:
                found += before.get(reference.root, ())
    return tuple(dict.fromkeys(found))


def _of_path(path: str, before: Mapping[str, tuple[str, ...]]) -> Iterator[_Part]:
    """What is put into a path is called by what stands before it: users of /users/eva."""
    value, called = parse_text(path), ""
    for part in value.parts if isinstance(value, Template) else ():
        if isinstance(part, str):
            called = next((one for one in reversed(part.partition("?")[0].split("/")) if one), called)
        elif inputs := _inputs_of(f"{{{{ {part} }}}}", before):
            yield _Part(_forms(called), inputs)


def _of_body(raw: JSON, name: str, before: Mapping[str, tuple[str, ...]]) -> Iterator[_Part]:
    """What is put into a body is called by its key, and by the key around it where nothing else is in there."""
    match raw:
        case dict():
            for key, inner in raw.items():
                plain = key == SPREAD or key.casefold() in _PLAIN
                yield from _of_body(inner, name if plain else key, before)
            inputs = _inputs_of([*raw.values()], before)
            if len(inputs) == 1:
                yield _Part(_forms(name), inputs)
        case list():
            for inner in raw:
                yield from _of_body(inner, name, before)
        case str():
            if inputs := _inputs_of(raw, before):
                yield _Part(_forms(name), inputs)
        case _:
            pass


def _forms(name: str) -> frozenset[str]:
    """How a name may be written: userKey, user_id and users are all of a user."""
    words = [one.casefold() for one in _WORD.findall(name)]
    stem = words[:-1] if words and words[-1] in _ENDS else []
    forms = {"".join(words), "".join(stem)}
    forms |= {form.removesuffix("s") for form in forms}
    return frozenset(form for form in forms if len(form) > 1 and form not in _PLAIN)


def _names_of(held: Values) -> frozenset[str]:
    return frozenset[str]().union(*(_forms(name) for name in held))


def _spoken(text: str) -> Iterator[frozenset[str]]:
    """The words of a text, in each way in which they may be written."""
    for token in _TOKEN.findall(text):
        yield _forms(token)
        if "_" in token:
            yield from (_forms(one) for one in token.split("_"))


def _texts(value: JSON) -> Iterator[str]:
    """All that stands in a value, as text."""
    match value:
        case dict():
            for inner in value.values():
                yield from _texts(inner)
        case list():
            for inner in value:
                yield from _texts(inner)
        case None | bool():
            return
        case _:
            yield to_text(value).casefold()


def _says(text: str, value: str) -> bool:
    """Whether a text has a value in it, and not only in a longer word."""
    return value in text and re.search(rf"(?<!\w){re.escape(value)}(?!\w)", text) is not None


def _letters(name: str) -> str:
    return "".join(_WORD.findall(name)).casefold()
