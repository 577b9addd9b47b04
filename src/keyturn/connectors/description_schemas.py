"""The fields of objects in a description of an API: of an object and its parts, and of an object of several kinds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from keyturn.flows.json import JSON, Values

from .description_gaps import follow, one_line, pointed
from .description_parts import dict_of, list_of, text_of

_SCHEMAS = "#/components/schemas/"
_MOST_NAMED = 3


@dataclass(slots=True)
class Fields:
    """The fields of an object.

    Attributes:
        required: those that each such object has.
        only_with: of fields that not all kinds of the object have: in words, which have them.
        needed: the fields that a kind of it needs, by the kind.
        by: the field that tells the kind; empty where there are no kinds.
        several: it is one of several kinds, and nothing tells which.
        lost: why kinds of it are not in here; of all where no kind is.
    """

    properties: Values
    required: set[str] = field(default_factory=set[str])
    only_with: dict[str, str] = field(default_factory=dict[str, str])
    needed: dict[str, Sequence[str]] = field(default_factory=dict[str, Sequence[str]])
    by: str = ""
    several: bool = False
    lost: list[str] = field(default_factory=list[str])

    @property
    def unknown(self) -> bool:
        """Whether it has kinds, and what is in them is not described: then its fields are not all."""
        return bool(self.by) and not self.needed


def fields_of(raw: Values, holder: JSON) -> Fields:
    """The fields of an object; of one with a discriminator, those of all its kinds (OpenAPI 3.1, 4.8.25).

    Args:
        holder: its schema, or a reference to it.
    """
    schema = pointed(raw, holder)
    properties, required = properties_of(raw, schema)
    made = Fields(properties, required)
    told = _discriminator(schema)
    made.by = text_of(told, "propertyName")
    plain = not properties  # all that it has stands in its kinds
    if not made.by or (plain and not _alternatives(schema)):
        made.by, made.several = "", plain and bool(_alternatives(schema))
        return made
    found: dict[str, list[tuple[str, Values]]] = {}
    for kind, entry in _kinds(raw, _names_of(raw, holder), told, _alternatives(schema)).items():
        inner, astray = follow(raw, entry)
        if astray:
            made.lost.append(f"what its body has with {one_line(made.by)} {one_line(kind)}: {astray}")
            continue
        more, needed = properties_of(raw, inner)
        for name, one in more.items():
            if name not in properties:
                found.setdefault(name, []).append((kind, pointed(raw, one)))
        made.needed[kind] = sorted(name for name in needed if name not in required and name != made.by)
    if not made.needed:
        return made
    if plain:
        always = set[str].intersection(*({*needed} for needed in made.needed.values()))
        made.required |= always
        made.needed = {kind: [one for one in needed if one not in always] for kind, needed in made.needed.items()}
    for name, ones in found.items():
        made.properties = {**made.properties, name: _common([one for _, one in ones])}
        if len(ones) < len(made.needed):
            made.only_with[name] = _named([kind for kind, _ in ones])
    tells = {} if plain else pointed(raw, properties.get(made.by))
    made.only_with.pop(made.by, None)
    if plain:
        made.required.add(made.by)
    if "enum" not in tells:
        made.properties = {**made.properties, made.by: {"type": "string", **tells, "enum": [*made.needed]}}
    return made


def properties_of(raw: Values, schema: Values, seen: set[str] | None = None) -> tuple[Values, set[str]]:
    """The properties of an object, those of its parts included, and which it always has.

    Args:
        seen: references to parts that were put in already: they may lead in circles, and to one another many times.
    """
    passed = set[str]() if seen is None else seen
    found: Values = {}
    required: set[str] = set()
    for part in list_of(schema.get("allOf")):
        pointer = text_of(dict_of(part), "$ref")
        if pointer in passed:
            continue
        if pointer:
            passed.add(pointer)
        more, needed = properties_of(raw, pointed(raw, part), passed)
        found |= more
        required |= needed
    found |= dict_of(schema.get("properties"))
    return found, required | {str(name) for name in list_of(schema.get("required"))}


def kind_of(schema: Values) -> str | None:
    """The type that a schema says; 3.1 has a list of types, null among them."""
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = next((one for one in kind if one != "null"), None)
    return kind if isinstance(kind, str) else None


def _discriminator(schema: Values) -> Values:
    """What tells the kind: said by the object, or by a part that is its own."""
    parts = [schema, *(dict_of(part) for part in list_of(schema.get("allOf")))]
    return next((told for part in parts if (told := dict_of(part.get("discriminator")))), Values())


def _names_of(raw: Values, holder: JSON) -> list[str]:
    """The references by which a schema is reached."""
    found: list[str] = []
    while (pointer := text_of(dict_of(holder), "$ref")) and pointer not in found:
        found.append(pointer)
        name = pointer.removeprefix(_SCHEMAS)
        holder = dict_of(dict_of(raw.get("components")).get("schemas")).get(name)
    return found


def _alternatives(schema: Values) -> list[str]:
    """References to what an object is one of."""
    found = [text_of(dict_of(one), "$ref") for word in ("oneOf", "anyOf") for one in list_of(schema.get(word))]
    return [one for one in found if one]


def _kinds(raw: Values, pointers: Sequence[str], told: Values, also: Sequence[str]) -> dict[str, JSON]:
    """References to the kinds of an object, by the values that tell them: those that it names, and all else that has
    it for a part, by their own names."""
    found: dict[str, JSON] = {}
    for value, place in dict_of(told.get("mapping")).items():
        if isinstance(place, str):
            found[value] = {"$ref": place if "/" in place or "." in place else _SCHEMAS + place}
    named = {text_of(dict_of(one), "$ref") for one in found.values()}
    for pointer in also:
        if pointer not in named:
            found.setdefault(pointer.rpartition("/")[2], {"$ref": pointer})
            named.add(pointer)
    for name in _children(raw, pointers):
        if _SCHEMAS + name not in named:
            found.setdefault(name, {"$ref": _SCHEMAS + name})
    return found


def _children(raw: Values, pointers: Sequence[str]) -> Iterator[str]:
    """The schemas that have this one for a part, and those that have them."""
    schemas = dict_of(dict_of(raw.get("components")).get("schemas"))
    parents = {
        name: {text_of(dict_of(part), "$ref") for part in list_of(dict_of(schema).get("allOf"))}
        for name, schema in schemas.items()
    }
    above, seen = [*pointers], {*pointers}
    while above:
        parent = above.pop(0)
        for name, parts in parents.items():
            child = _SCHEMAS + name
            if parent in parts and child not in seen:
                seen.add(child)
                above.append(child)
                yield name


def _common(schemas: Sequence[Values]) -> Values:
    """What a field is that several kinds have: anything where they do not agree."""
    first = schemas[0]
    if any(kind_of(one) != kind_of(first) for one in schemas):
        return {key: first[key] for key in ("description",) if key in first}
    choices = [one.get("enum") for one in schemas]
    made = {key: value for key, value in first.items() if key != "enum"}
    if all(isinstance(one, list) for one in choices):
        made["enum"] = [*{str(value): value for one in choices for value in list_of(one)}.values()]
    return made


def _named(kinds: Sequence[str]) -> str:
    shown = [one_line(kind) for kind in kinds[:_MOST_NAMED]]
    return ", ".join(shown) + (f" and {len(kinds) - len(shown)} more" if len(kinds) > len(shown) else "")
