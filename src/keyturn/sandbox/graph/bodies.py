"""Which properties the bodies of requests to the pretend Microsoft 365 tenant may have, at any depth, and of what kind.

`bodies.json` beside this is written by `tests/sandbox/support_shapes.py` from Microsoft's description, and from its
SDK what that leaves out. Of operations that neither covers, of types that are open, and of what may be of several types
and does not say of which, nothing is refused here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import orjson

from keyturn.sandbox.graph.limits import broken_limit
from keyturn.sandbox.graph.plain_values import EDM, fits
from keyturn.sandbox.templates import Templates
from keyturn.sandbox.values import Json, JsonObject, as_list, as_object, as_text, texts, to_json

_OPEN = "*"
_FORM = re.compile(r"(?P<many>\[\])?(?P<kind>[\w.-]+)(?::(?P<longest>\d+))?(?P<needed>!)?(?P<nullable>\?)?")


class BadProperty(ValueError):
    """Graph takes no such body; the text says why. known: the property is there, and the value does not fit."""

    def __init__(self, text: str, *, known: bool) -> None:
        super().__init__(text)
        self.known = known


@dataclass(frozen=True)
class _Form:
    """What a property is.

    many: a list of it; kind: the name of a type or of a plain kind; longest: the most characters, 0 for any; needed: it
    cannot be cleared; nullable: it can.
    """

    many: bool
    kind: str
    longest: int
    needed: bool
    nullable: bool


@dataclass(frozen=True)
class _Place:
    """Where a value stands: the type and the name of its property."""

    type: str
    name: str

    def wrong(self, text: str) -> BadProperty:
        """The refusal of a value."""
        return BadProperty(
            f"Property {self.name} in payload has a value that does not match schema. {text}", known=True
        )

    def unfit(self, longer: str = "") -> BadProperty:
        """The refusal of a value of the right kind."""
        text = f"Invalid value specified for property '{self.name}' of resource '{self._resource}'{longer}."
        return BadProperty(text, known=True)

    def missing(self) -> BadProperty:
        """The refusal of no value."""
        text = f"A value is required for property '{self.name}' of resource '{self._resource}'."
        return BadProperty(text, known=True)

    @property
    def _resource(self) -> str:
        named = self.type.rpartition(".")[2]
        return named[:1].upper() + named[1:]


class Bodies:
    """Properties by operation.

    operations: the form of each body, or of each of its parameters; shapes: by name the properties of a type in small
    letters, each with its form, null for anything; enums: by name the values of a type; flags: the same of types of
    which several may be given, with commas between.
    """

    def __init__(self, kept: JsonObject) -> None:
        self._operations = Templates(as_object(kept["operations"]).items())
        self._shapes = as_object(kept["shapes"])
        self._enums = as_object(kept["enums"])
        self._flags = as_object(kept["flags"])

    def read(self, method: str, path: str, body: JsonObject) -> JsonObject:
        """The body with fixed values as Graph spells them. Raises BadProperty for what the operation does not take."""
        shape = self._operations.of(method, path)
        if not isinstance(shape, dict):
            return as_object(self._value(shape, body, _Place(as_text(shape), "body")))
        operation = path.rstrip("/").rpartition("/")[2]
        for name in body:
            if name.lower() not in shape and "@" not in name:
                told = f"The parameter '{name}' in the request payload is not a valid parameter for the operation"
                raise BadProperty(f"{told} '{operation}'.", known=False)
        return {name: self._argument(shape.get(name.lower()), body[name], _Place(operation, name)) for name in body}

    def _argument(self, form: Json, value: Json, place: _Place) -> Json:
        """A parameter: as Microsoft's own examples have it, `"false"` is as good as false there."""
        told = value.lower() if isinstance(value, str) else ""
        spoken = told in ("true", "false") and _form(as_text(form) or "text").kind == "boolean"
        return self._value(form, told == "true" if spoken else value, place)

    def _value(self, form: Json, value: Json, place: _Place) -> Json:
        if not isinstance(form, str):  # nothing is said of it
            return value
        known = _form(form)
        if known.needed and value in (None, ""):
            raise place.missing()
        if value is None:
            if not known.nullable:
                named = f"{self._named(known)}[Nullable=False]"
                raise place.wrong(f"The expected type '{named}' does not allow null values.")
            return None
        if not known.many:
            return self._one(known, value, place)
        if not isinstance(value, list):
            raise place.wrong(_node(value, "StartArray"))
        return [self._one(known, item, place) for item in value]

    def _one(self, form: _Form, value: Json, place: _Place) -> Json:
        if form.kind in self._shapes:
            if not isinstance(value, dict):
                raise place.wrong(_node(value, "StartObject"))
            return self._object(form.kind, value)
        if isinstance(value, dict | list):
            raise place.wrong(_node(value, "PrimitiveValue"))
        if form.kind in self._enums or form.kind in self._flags:
            return self._chosen(form.kind, value, place)
        if not fits(form.kind, value):
            raise place.wrong(_literal(value, EDM[form.kind]))
        if form.longest and len(as_text(value)) > form.longest:
            raise place.unfit(f": it has more than {form.longest} characters")
        if (broken := broken_limit(place.type, place.name, value)) is not None:
            raise place.unfit(broken and f": {broken}")
        return value

    def _object(self, shape: str, value: JsonObject) -> JsonObject:
        told = as_text(value.get("@odata.type")).removeprefix("#")
        named = told if told in self._shapes else shape
        known = as_object(self._shapes[named])
        made: JsonObject = {}
        for name, held in value.items():
            if "@" in name:  # annotations, and links to what there is
                made[name] = held
                continue
            if name.lower() not in known and _OPEN not in known and told in ("", named):
                wrong = f"The property '{name}' does not exist on type '{named}'."
                text = f"{wrong} Make sure to only use property names that are defined by the type."
                raise BadProperty(text, known=False)
            made[name] = self._value(known.get(name.lower()), held, _Place(named, name))
        return made

    def _chosen(self, kind: str, value: Json, place: _Place) -> Json:
        """A fixed value, or several with commas between, in the spelling that the type has."""
        several = kind in self._flags
        spelled = {each.lower(): each for each in texts(as_list((self._flags if several else self._enums)[kind]))}
        given = as_text(value).split(",") if several else [as_text(value)]
        found = [spelled.get(each.strip().lower()) for each in given]
        if None in found:
            raise place.wrong(_literal(value, kind))
        return ",".join(each for each in found if each is not None)

    def _named(self, form: _Form) -> str:
        named = EDM.get(form.kind, form.kind)
        return f"Collection({named})" if form.many else named


@lru_cache(maxsize=4096)
def _form(text: str) -> _Form:
    found = _FORM.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is no form of a property")
    longest, kind = int(found["longest"] or 0), found["kind"]
    return _Form(found["many"] is not None, kind, longest, found["needed"] is not None, found["nullable"] is not None)


def _literal(value: Json, wanted: str) -> str:
    shown = value if isinstance(value, str) else orjson.dumps(value).decode()
    return f"Cannot convert the literal '{shown}' to the expected type '{wanted}'."


def _node(value: Json, wanted: str) -> str:
    found = "StartObject" if isinstance(value, dict) else "StartArray" if isinstance(value, list) else "PrimitiveValue"
    text = f"An unexpected '{found}' node was found when reading from the JSON reader."
    return f"{text} A '{wanted}' node was expected."


@lru_cache
def graph_bodies() -> Bodies:
    """What Microsoft says."""
    return Bodies(as_object(to_json(orjson.loads(files("keyturn.sandbox.graph").joinpath("bodies.json").read_bytes()))))
