"""Names in a request that the vendor's description does not know, at any depth.

What a schema declares is taken as all that there is, whatever it says of further properties: of our own requests
nothing is to depend on a vendor that overlooks a misspelt name. A schema that declares no properties takes any.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from keyturn.connectors.request_models import RequestModel
from keyturn.connectors.state_models import StateModel
from keyturn.flows.values import Each, Name, Reference, parse_value, references

_COMBINED = ("oneOf", "anyOf")
# OData's own: @odata.type, manager@odata.bind.
_ANNOTATION = re.compile(r"@odata\.(type|id|bind|etag)$")
# What the discovery document calls any, with the names of Google's reference: developers.google.com/workspace/admin/
# directory/reference/rest/v1/users, section User.
_GOOGLE_USER: Mapping[str, str] = {
    "addresses": "country countryCode customType extendedAddress formatted locality poBox postalCode primary region "
    "sourceIsStructured streetAddress type",
    "emails": "address customType primary type",
    "externalIds": "customType type value",
    "gender": "addressMeAs customGender type",
    "ims": "customProtocol customType im primary protocol type",
    "keywords": "customType type value",
    "languages": "customLanguage languageCode preference",
    "locations": "area buildingId customType deskCode floorName floorSection type",
    "notes": "contentType value",
    "organizations": "costCenter customType department description domain fullTimeEquivalent location name primary "
    "symbol title type",
    "phones": "customType primary type value",
    "posixAccounts": "accountId gecos gid homeDirectory operatingSystemType primary shell systemId uid username",
    "relations": "customType type value",
    "sshPublicKeys": "expirationTimeUsec fingerprint key",
    "websites": "customType primary type value",
}


@dataclass(frozen=True, slots=True)
class _Shape:
    """One of the forms that a value may have.

    Attributes:
        properties: schemas by name; a name may have several.
        items: schemas of a list's items.
        others: schemas of what has no name of its own.
    """

    properties: Mapping[str, tuple[Any, ...]] = field(default_factory=dict[str, tuple[Any, ...]])
    items: tuple[Any, ...] = ()
    others: tuple[Any, ...] = ()

    def joined(self, other: _Shape) -> _Shape:
        """With what another says too."""
        names = [*self.properties, *other.properties]
        both = {name: self.properties.get(name, ()) + other.properties.get(name, ()) for name in names}
        return _Shape(both, self.items + other.items, self.others + other.others)


class Names:
    """The names of a description's schemas, which are known by what a reference to them says."""

    def __init__(self, known: Mapping[str, Any]) -> None:
        self._known = known
        self._shapes: dict[int, tuple[Any, tuple[_Shape, ...]]] = {}

    def unknown(self, schema: Any, value: Any, place: str = "") -> list[str]:
        """Where in a value there are names that its schema does not know; of several forms the likeliest counts."""
        if not isinstance(value, dict | list):
            return []
        return min(([*self._of(shape, value, place)] for shape in self._shapes_of(schema)), key=len, default=[])

    def shapes(self, schema: Any) -> tuple[_Shape, ...]:
        """The forms that a value of this schema may have."""
        return self._shapes_of(schema)

    def _of(self, shape: _Shape, value: Any, place: str) -> Iterator[str]:
        if isinstance(value, list):
            for item in value:
                for schema in shape.items:
                    yield from self.unknown(schema, item, f"{place}[]")
            return
        for name, inner in value.items():
            if shape.properties and name not in shape.properties and _ANNOTATION.search(name) is None:
                yield f"there is no {place}.{name}".replace(" .", " ")
            for schema in shape.properties.get(name, shape.others):
                yield from self.unknown(schema, inner, f"{place}.{name}")

    def _shapes_of(self, schema: Any) -> tuple[_Shape, ...]:
        kept = self._shapes.get(id(schema))
        if kept is None:
            self._shapes[id(schema)] = (schema, (_Shape(),))  # what is within itself says nothing more
            kept = self._shapes[id(schema)] = (schema, tuple(self._read(schema)))
        return kept[1]

    def _read(self, schema: Any) -> Iterator[_Shape]:
        if not isinstance(schema, dict):
            yield _Shape()
            return
        if isinstance(schema.get("$ref"), str):
            yield from self._shapes_of(self._known.get(schema["$ref"]))
            return
        # Slack writes the forms of an object so
        forms = schema["items"] if isinstance(schema.get("items"), list) and schema.get("type") != "array" else []
        own = _Shape(
            {name: (one,) for name, one in schema.get("properties", {}).items()},
            () if forms else _listed(schema.get("items")),
            _listed(schema.get("additionalProperties")),
        )
        parts = [self._shapes_of(part) for part in schema.get("allOf", [])]
        if forms:
            parts.append(tuple(shape for part in forms for shape in self._shapes_of(part)))
        for kind in _COMBINED:
            if schema.get(kind):
                parts.append(tuple(shape for part in schema[kind] for shape in self._shapes_of(part)))
        for chosen in product(*parts):
            made = own
            for one in chosen:
                made = made.joined(one)
            yield made


def _listed(schema: Any) -> tuple[Any, ...]:
    return tuple(schema) if isinstance(schema, list) else (schema,) if isinstance(schema, dict) else ()


def with_google_names(known: Mapping[str, Any]) -> dict[str, Any]:
    """A discovery document's schemas with what the reference tells of a person's attributes."""
    user = known.get("User")
    if not isinstance(user, dict) or "primaryEmail" not in user.get("properties", {}):
        return dict(known)
    told = {}
    for name, names in _GOOGLE_USER.items():
        one = {"properties": {inner: {} for inner in names.split()}}
        told[name] = one if name in ("gender", "notes") else {"items": one}
    return {**known, "User": {**user, "properties": {**user["properties"], **told}}}


class Places:
    """Whether the places that references name are in a schema."""

    def __init__(self, names: Names) -> None:
        self._names = names

    def missing(self, schema: Any, path: tuple[object, ...]) -> str | None:
        """The first name of a path that the schema does not know; None where it knows all, or takes any."""
        schemas: list[Any] = [schema]
        for part in path:
            shapes = [shape for one in schemas for shape in self._names.shapes(one)]
            told = [shape for shape in shapes if shape.properties or shape.items or shape.others]
            if not told:
                return None
            if isinstance(part, Name):
                schemas = [one for shape in told for one in shape.properties.get(part.name, shape.others)]
                if not schemas:
                    return part.name
            else:
                schemas = [one for shape in told for one in shape.items]
                if not schemas:
                    return "[]"
        return None

    def missing_of(self, schema: Any, raw: Any, records: str = "") -> list[str]:
        """What references of a value, to an answer or a record in it, name that is not there."""
        place = parse_value(records) if records else None
        before = (*place.path, Each()) if isinstance(place, Reference) else ()
        found: list[str] = []
        for one in references(parse_value(raw)):
            path = {"body": one.path, "record": (*before, *one.path)}.get(one.root)
            name = self.missing(schema, path) if path is not None else None
            found += [f"{one}: there is no {name}"] if name is not None else []
        return found

    def missing_in_look(self, schema: Any, state: StateModel) -> list[str]:
        """What a look refers to that is not in its answer."""
        found = self.missing_of(schema, [state.records, state.found, state.created], state.records or "")
        if state.so is None:
            return found
        found += self.missing_of(schema, state.so.model_dump(mode="json", exclude_defaults=True), state.records or "")
        whole = state.so.value.strip("{ }")
        if isinstance(state.so.includes, dict) and whole in ("body", "record"):
            found += self._names.unknown(schema, state.so.includes) if whole == "body" else []
        return found

    def missing_in_select(self, schema: Any, request: RequestModel) -> list[str]:
        """Names in OData's $select that the thing, or the things of the list, have not got."""
        listed = request.filters.get("$select")
        texts = [str(request.query.get("$select") or ""), *(listed.clauses if listed is not None else ())]
        names = [name.strip() for text in texts if "{{" not in text for name in text.split(",") if name.strip()]
        is_list = self.missing(schema, (Name("value"), Each())) is None
        before = (Name("value"), Each()) if is_list else ()
        return [f"$select: there is no {name}" for name in names if self.missing(schema, (*before, Name(name)))]
