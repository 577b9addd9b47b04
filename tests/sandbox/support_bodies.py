"""What Microsoft Graph takes: from its description, and from its SDK for operations that the description lacks."""

from __future__ import annotations

import importlib
import inspect
import json
import re
from collections.abc import Iterable, Iterator
from enum import Enum
from pathlib import Path
from typing import Any

BODIES = Path(__file__).parents[2] / "src" / "keyturn" / "sandbox" / "graph" / "bodies.json"
_MODELS = "msgraph.generated.models"
_USER = "/users/{user-id}"
_EVENTS = (f"{_USER}/events", f"{_USER}/calendar/events", "/groups/{group-id}/events")
_METHODS = f"{_USER}/authentication"
_CONFIGURATIONS = "/policies/authenticationMethodsPolicy/authenticationMethodConfigurations"
# operations that the description lacks, by the model of the SDK that their bodies are
_BESIDES = {
    **{f"{verb} {path}": "Event" for path in _EVENTS for verb in ("POST", "PATCH")},
    f"POST {_USER}/contacts": "Contact",
    f"PATCH {_USER}/contacts": "Contact",
    f"POST {_USER}/messages": "Message",
    f"PATCH {_USER}/messages": "Message",
    f"PATCH {_CONFIGURATIONS}": "AuthenticationMethodConfiguration",
    f"PATCH {_METHODS}/phoneMethods": "PhoneAuthenticationMethod",
    f"PATCH {_METHODS}/emailMethods": "EmailAuthenticationMethod",
    "POST /applications": "Application",
    "PATCH /applications": "Application",
    "POST /servicePrincipals": "ServicePrincipal",
    "PATCH /servicePrincipals": "ServicePrincipal",
    "POST /invitations": "Invitation",
    "POST /directory/administrativeUnits": "AdministrativeUnit",
    "PATCH /directory/administrativeUnits": "AdministrativeUnit",
}
# what is derived from those, of which bodies say what they are
_DERIVED = tuple(
    f"{method}AuthenticationMethodConfiguration"
    for method in ("Fido2", "MicrosoftAuthenticator", "Sms", "TemporaryAccessPass", "SoftwareOath", "Voice", "Email")
)
_PLAIN = {
    "get_str_value": "text",
    "get_bool_value": "boolean",
    "get_int_value": "int64",
    "get_float_value": "double",
    "get_datetime_value": "date-time",
    "get_date_value": "date",
    "get_time_value": "time",
    "get_timedelta_value": "duration",
    "get_uuid_value": "uuid",
    "get_bytes_value": "base64url",
}
_PRIMITIVE = {"str": "text", "UUID": "uuid", "int": "int64", "bool": "boolean", "datetime": "date-time"}
_LONGEST = re.compile(r"maximum length(?: is|:) ([\d,]+) characters", re.IGNORECASE)


def bodies(specs: Path) -> dict[str, dict[str, Any]]:
    """The body of each operation, the properties of each type in them, and the values of those that have fixed ones."""
    reading = _Reading(json.loads((specs / "graph-v1.json").read_bytes()))
    operations: dict[str, Any] = {}
    for path, methods in reading.document["paths"].items():
        for method in ("post", "put", "patch"):
            content = methods.get(method, {}).get("requestBody", {}).get("content", {}).get("application/json")
            if content is not None and path != "/$batch":  # its parts are requests of their own
                operations[f"{method.upper()} /v1.0{path}"] = reading.body(content["schema"])
    for operation, model in _BESIDES.items():
        verb, _, path = operation.partition(" ")
        one = "/{id}" if verb == "PATCH" else ""
        operations.setdefault(f"{verb} /v1.0{path}{one}", reading.model(sdk_model(model)))
    for model in _DERIVED:
        reading.model(sdk_model(model))
    secret = {"passwordcredential": reading.model(sdk_model("PasswordCredential")) + "?"}
    for path in ("/applications/{id}", "/servicePrincipals/{id}"):
        operations[f"POST /v1.0{path}/addPassword"] = secret
        operations[f"POST /v1.0{path}/removePassword"] = {"keyid": "uuid?"}
    found = {"operations": operations, "shapes": reading.shapes, "enums": reading.enums, "flags": reading.flags}
    return {name: dict(sorted(rows.items())) for name, rows in found.items()}


def shapes_of(specs: Path, kinds: Iterable[str]) -> tuple[dict[str, Any], set[str]]:
    """The properties of entities and of all that is in them, by name of their types; and the types of fixed values."""
    reading = _Reading(json.loads((specs / "graph-v1.json").read_bytes()))
    for kind in kinds:
        reading.entity(kind)
    return reading.shapes, {*reading.enums, *reading.flags}


class _Reading:
    """Types as they are met, in the description or in the SDK."""

    def __init__(self, document: Any) -> None:
        self.document = document
        self.schemas: Any = document["components"]["schemas"]
        self.shapes: dict[str, Any] = {}
        self.enums: dict[str, Any] = {}
        self.flags: dict[str, Any] = {}

    def body(self, node: Any) -> Any:
        """A body: the form of its type, or of each of its parameters."""
        return self._parameters(node) if "properties" in node else self._form(node)

    def _parameters(self, node: Any) -> dict[str, Any]:
        return {name.lower(): self._form(inner) for name, inner in sorted(node["properties"].items())}

    def entity(self, kind: str) -> None:
        """Remember a kind of entity, `user`."""
        if f"microsoft.graph.{kind}" in self.schemas:
            self._known(f"microsoft.graph.{kind}")
        else:
            self.model(sdk_model(f"{kind[:1].upper()}{kind[1:]}"))

    # of the description

    def _form(self, node: Any) -> str | None:
        """What a property is, as the sandbox reads it; None for anything."""
        either = [each for way in ("allOf", "anyOf", "oneOf") for each in node.get(way, [])]
        named = [each for each in either if "$ref" in each]
        nullable = "?" if node.get("nullable") or any(each.get("nullable") for each in either) else ""
        if "$ref" in node or named:
            one = node["$ref"] if "$ref" in node else named[0]["$ref"]
            return self._known(one.rpartition("/")[2]) + nullable if len(named) < 2 else None
        if node.get("type") == "array":
            inner = self._form(node["items"])
            return None if inner is None else f"[]{inner.removesuffix('?')}{nullable}"
        if node.get("type") == "object":
            return None
        kind = node.get(
            "format", {"string": "text", "integer": "int64", "number": "double"}.get(node["type"], node["type"])
        )
        told = node.get("description", "")
        longest = _LONGEST.search(told) if kind == "text" else None
        needed = "!" if kind == "text" and "can't be cleared" in told else ""
        return f"{kind}{':' + longest[1].replace(',', '') if longest else ''}{needed}{nullable}"

    def _known(self, name: str) -> str:
        """Remember a type of the description."""
        schema = self.schemas[name]
        if "enum" in schema:
            self.enums[name] = schema["enum"]
        elif "x-flags" in schema:
            self.flags[name] = schema["x-flags"]
        elif name not in self.shapes:
            self.shapes[name] = {}  # types refer to themselves
            self.shapes[name] = self._properties(schema)
        return name

    def _properties(self, node: Any) -> dict[str, Any]:
        """Those of a type and of what it inherits from; `*` among them if it is open, or others are derived from it."""
        found: dict[str, Any] = {}
        for part in self._parts(node):
            own = part.get("properties", {}).items()
            found |= {name.lower(): inner for name, inner in own if not name.startswith("@")}
        shape = {name: self._form(inner) for name, inner in sorted(found.items())}
        own = [*node.get("allOf", []), node]
        for derived in [name for part in own for name in part.get("discriminator", {}).get("mapping", {}).values()]:
            self._known(derived.rpartition("/")[2])
        open_ = any("discriminator" in part or part.get("additionalProperties") for part in own)
        return {"*": None, **shape} if open_ else shape

    def _parts(self, node: Any) -> Iterator[Any]:
        """A type's own description and those that it inherits from."""
        for part in node.get("allOf", []):
            if "$ref" in part:
                yield from self._parts(self.schemas[part["$ref"].rpartition("/")[2]])
            else:
                yield part
        yield node

    # of the SDK

    def model(self, kind: Any) -> str:
        """Remember a type of the SDK, as the description has it if it does."""
        name = f"microsoft.graph.{kind.__name__[:1].lower()}{kind.__name__[1:]}"
        if name in self.schemas:
            return self._known(name)
        if issubclass(kind, Enum):
            self.enums[name] = [each.value for each in kind]
        elif name not in self.shapes:
            self.shapes[name] = {}
            self.shapes[name] = self._fields(kind)
        return name

    def _fields(self, kind: Any) -> dict[str, Any]:
        told = kind().get_field_deserializers()
        fields = {each: self._field(read) for each, read in told.items() if not each.startswith("@")}
        shape = {each.lower(): form for each, form in sorted(fields.items(), key=lambda row: row[0].lower())}
        derived = "casefold()" in inspect.getsource(kind.create_from_discriminator_value)
        return {"*": None, **shape} if derived or issubclass(kind, sdk_model("DirectoryObject")) else shape

    def _field(self, read: Any) -> str | None:
        """What the SDK reads a property by. It does not say what may be null, so that all may."""
        node = _Node()
        read(node)
        name, kinds = node.asked
        if name in _PLAIN:
            return _PLAIN[name] + "?"
        many = "[]" if name.startswith("get_collection") else ""
        if kinds[0].__name__ in _PRIMITIVE:
            return f"{many}{_PRIMITIVE[kinds[0].__name__]}?"
        # entities of their own are written by operations of their own
        return None if issubclass(kinds[0], sdk_model("Entity")) else f"{many}{self.model(kinds[0])}?"


class _Node:
    """Notes what a model of the SDK asks of the text that it is read from."""

    asked: tuple[str, tuple[Any, ...]] = ("", ())

    def __getattr__(self, name: str) -> Any:
        def ask(*kinds: Any) -> None:
            self.asked = (name, kinds)

        return ask


def sdk_model(name: str) -> Any:
    """A type of the SDK."""
    module = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
    return getattr(importlib.import_module(f"{_MODELS}.{module}"), name)
