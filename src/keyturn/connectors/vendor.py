"""The vendors' own descriptions of their APIs: which operations there are, and whether an action goes with the one that
it names. OpenAPI 3, Swagger 2, Google's discovery documents, and the schemas of SCIM (RFC 7643) are read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from keyturn.flows.json import JSON, Values
from keyturn.flows.problems import Problem
from keyturn.flows.values import Template, parse_text

from .cards import undeclared
from .description_files import content_of, parsed
from .description_parts import dict_of, list_of, text_of
from .description_servers import servers_of
from .manifest import ActionModel, ManifestModel
from .openapi import id_of
from .request_models import OperationModel, RequestModel
from .templates import SPREAD

_NAMED = re.compile(r"\{[^{}]*\}")
ANYTHING = "**"
_MEND = "Compare the action with the vendor's description."
_VERBS = ("get", "post", "put", "patch", "delete")
_SCIM = {"list": "GET", "create": "POST", "get": "GET", "replace": "PUT", "patch": "PATCH", "delete": "DELETE"}


# RFC 7644, section 3.4.2
_LISTED: Values = {
    "schemas": {"type": "array", "items": {"enum": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"]}},
    "totalResults": {"type": "integer"},
    "startIndex": {"type": "integer"},
    "itemsPerPage": {"type": "integer"},
}
# RFC 7644, section 3.5.2
_PATCH: JSON = {
    "type": "object",
    "required": ["schemas", "Operations"],
    "properties": {
        "schemas": {"type": "array", "items": {"enum": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"]}},
        "Operations": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["op"],
                "additionalProperties": False,
                "properties": {"op": {"enum": ["add", "remove", "replace"]}, "path": {"type": "string"}, "value": {}},
            },
        },
    },
}


@dataclass(frozen=True, slots=True)
class Operation:
    """What a vendor says of one operation.

    Attributes:
        path: with ``{}`` for what is put in.
        query: names, and whether each is required.
        body: its schema, or None where it takes none.
        names: of a body that may be a form, where only the names of its fields are known.
        answers: schemas of answers that are a success, by status; None for an empty one.
        examples: answers that the vendor shows, by status.
        scopes: any of them is enough, as far as the description tells.
    """

    id: str
    method: str
    path: str
    query: Mapping[str, bool] = field(default_factory=dict[str, bool])
    body: JSON = None
    names: Mapping[str, bool] | None = None
    answers: Mapping[int, JSON] = field(default_factory=dict[int, JSON])
    examples: Mapping[int, JSON] = field(default_factory=dict[int, JSON])
    scopes: frozenset[str] = frozenset()

    def fits(self, path: str) -> bool:
        """Whether a path, with values or with ``{}``, is one of this operation."""
        ours, theirs = path.strip("/").split("/"), self.path.strip("/").split("/")
        if theirs[-1] == ANYTHING:  # the last name takes what has slashes
            if len(ours) < len(theirs):
                return False
            ours, theirs = ours[: len(theirs) - 1], theirs[:-1]
        elif theirs[0] == ANYTHING:  # where an app by SCIM begins is its own matter
            ours, theirs = ours[1 - len(theirs) :], theirs[1:]
        return len(ours) == len(theirs) and all(map(_segment_fits, ours, theirs))


def _segment_fits(ours: str, theirs: str) -> bool:
    if theirs == "{}":
        return ours != ""
    pattern = ".+".join(re.escape(part) for part in theirs.split("{}"))
    return re.fullmatch(pattern, ours.replace("{}", "x")) is not None


@dataclass(frozen=True, slots=True)
class Description:
    """A vendor's description.

    Attributes:
        document: as it was read; references in schemas lead into it.
    """

    name: str
    operations: Mapping[str, Operation]
    document: Values

    def find(self, method: str, path: str) -> Operation | None:
        """The operation that a request is; of several the one whose path says most."""
        found = [one for one in self.operations.values() if one.method == method and one.fits(path)]
        return min(found, key=lambda one: one.path.count("{}"), default=None)


def read_description(path: Path) -> Description:
    """Read a description.

    Raises:
        ProblemError: it cannot be read, or is none.
    """
    raw = parsed(content_of(path), path.name)
    if "resource_types" in raw:
        found = list(_scim(raw))
    elif "swagger" in raw:
        found = list(_swagger(raw))
    elif "openapi" in raw:
        found = list(_openapi(raw))
    else:
        found = list(_discovery(raw, text_of(raw, "servicePath")))
    operations: dict[str, Operation] = {}
    for one in found:
        operations.setdefault(one.id, one)
    return Description(path.name, operations, raw)


def _openapi(raw: Values) -> Iterator[Operation]:
    server, _ = servers_of(raw)
    prefix = server.prefix if server is not None else ""
    taken: set[str] = set()
    for path, entry in dict_of(raw.get("paths")).items():
        shared = _pointed(raw, dict_of(entry))
        for verb in _VERBS:
            operation = dict_of(shared.get(verb))
            if verb not in shared:
                continue
            known = id_of(verb, path, operation, taken)
            taken.add(known)
            parameters = [*_dicts(shared.get("parameters")), *_dicts(operation.get("parameters"))]
            given = [_pointed(raw, one) for one in parameters]
            security = [dict_of(one).get("oauth2") for one in _dicts(operation.get("security"))]
            yield Operation(
                id=known,
                method=verb.upper(),
                path=_NAMED.sub("{}", prefix + path),
                query={text_of(one, "name"): one.get("required") is True for one in given if one.get("in") == "query"},
                body=_content(_pointed(raw, dict_of(operation.get("requestBody")))),
                answers={status: _content(_pointed(raw, answer)) for status, answer in _good(operation)},
                scopes=frozenset(str(scope) for one in security if isinstance(one, list) for scope in one),
            )


def _content(holder: Values) -> JSON:
    """The schema of a body."""
    kinds = dict_of(holder.get("content"))
    chosen = kinds.get("application/json") or next(iter(kinds.values()), None)
    return dict_of(chosen).get("schema")


def _swagger(raw: Values) -> Iterator[Operation]:
    for path, entry in dict_of(raw.get("paths")).items():
        for verb in _VERBS:
            operation = dict_of(dict_of(entry).get(verb))
            if "operationId" not in operation:
                continue
            given = _dicts(operation.get("parameters"))
            form = {text_of(one, "name"): one.get("required") is True for one in given if one.get("in") == "formData"}
            query = {text_of(one, "name"): one.get("required") is True for one in given if one.get("in") == "query"}
            yield Operation(
                id=text_of(operation, "operationId"),
                method=verb.upper(),
                path=_NAMED.sub("{}", text_of(raw, "basePath") + path),
                query={name: required for name, required in query.items() if name != "token"},
                names=form if verb != "get" else None,
                answers={status: answer.get("schema") for status, answer in _good(operation)},
                examples={
                    status: shown
                    for status, answer in _good(operation)
                    if (shown := dict_of(answer.get("examples")).get("application/json")) is not None
                },
            )


def _good(operation: Values) -> Iterator[tuple[int, Values]]:
    """The answers that are a success."""
    for status, answer in dict_of(operation.get("responses")).items():
        if status.startswith("2") and status.isdigit():
            yield int(status), dict_of(answer)


def _discovery(holder: Values, prefix: str) -> Iterator[Operation]:
    for entry in dict_of(holder.get("methods")).values():
        method = dict_of(entry)
        path = text_of(method, "path")
        response = dict_of(method.get("response"))
        yield Operation(
            id=text_of(method, "id"),
            method=text_of(method, "httpMethod"),
            path=_wide(prefix + path) if "{+" in path else "/" + _NAMED.sub("{}", prefix + path),
            query={
                name: dict_of(one).get("required") is True
                for name, one in dict_of(method.get("parameters")).items()
                if dict_of(one).get("location") == "query"
            },
            body=method.get("request"),
            answers={200: response} if response else {200: None, 204: None},
            scopes=frozenset(str(one) for one in list_of(method.get("scopes"))),
        )
    for resource in dict_of(holder.get("resources")).values():
        yield from _discovery(dict_of(resource), prefix)


def _wide(path: str) -> str:
    """A path whose last name takes what has slashes."""
    return "/" + _NAMED.sub("{}", path[: path.index("{+")]) + "**"


def _scim(raw: Values) -> Iterator[Operation]:
    """The operations that RFC 7644, section 3.2, gives every resource type."""
    for kind in _dicts(raw.get("resource_types")):
        endpoint = text_of(kind, "endpoint")
        schema: JSON = {"$ref": f"#/definitions/{text_of(kind, 'id')}"}
        listed: JSON = {"type": "object", "properties": {**_LISTED, "Resources": {"type": "array", "items": schema}}}
        for verb, method in _SCIM.items():
            single = verb not in ("list", "create")
            bodies: dict[str, JSON] = {"POST": schema, "PUT": schema, "PATCH": _PATCH}
            answered = 201 if verb == "create" else 200
            yield Operation(
                id=f"{endpoint.strip('/')}.{verb}",
                method=method,
                path="/**" + endpoint + ("/{}" if single else ""),
                query={"filter": False, "startIndex": False, "count": False, "attributes": False, "sortBy": False},
                body=bodies.get(method),
                answers={204: None} if verb == "delete" else {answered: listed if verb == "list" else schema},
            )


def verify(manifest: ManifestModel, descriptions: Mapping[str, Description]) -> Iterator[Problem]:
    """What does not go with the vendors' descriptions, each with its path."""
    for number, action in enumerate(manifest.actions):
        for place, step in enumerate(action.steps):
            of_action, of_step = (
                ("actions", number),
                ("request",) if action.request is not None else ("requests", place),
            )
            named = step.operation or action.operation
            if named is None:
                continue
            at = (*of_action, *(of_step if step.operation is not None else ()), "operation")
            for part, what in _differences(manifest, step, named, descriptions):
                path = (*of_action, *of_step, part) if part else at
                yield Problem("not-as-described", what, _MEND, card=f"{manifest.connector}.{action.key}", path=path)


def _differences(
    manifest: ManifestModel, step: RequestModel, named: OperationModel, descriptions: Mapping[str, Description]
) -> Iterator[tuple[str, str]]:
    """The part of the request that is not as described, empty for the operation that is named, and what is wrong."""
    description = descriptions.get(named.spec)
    if description is None:
        yield "", f"there is no description {named.spec}."
        return
    operation = description.operations.get(named.id)
    if operation is None:
        yield "", f"{named.spec} has no operation {named.id!r}."
        return
    path = template(step.path)
    if (step.method, True) != (operation.method, operation.fits(path)):
        yield "path", f"it sends {step.method} {path}, and {named.id} is {operation.method} {operation.path}."
    known = {*operation.query, *named.beyond, SPREAD}
    strange = [name for name in (*step.query, *step.filters) if name not in known]
    if strange:
        yield "query", f"{named.id} has no query parameter {', '.join(strange)}."
    missing = [name for name, required in operation.query.items() if required]
    missing = [name for name in missing if name not in step.query and name not in step.filters]
    if missing:
        yield "query", f"{named.id} needs the query parameter {', '.join(missing)}."


def template(path: str) -> str:
    """A path of a manifest with ``{}`` for what is put in."""
    value = parse_text(path)
    parts = value.parts if isinstance(value, Template) else (path,)
    return "".join(part if isinstance(part, str) else "{}" for part in parts).partition("?")[0]


def unverified(manifest: ManifestModel) -> list[ActionModel]:
    """The actions that name no operation of the vendor's."""
    return [action for action in manifest.actions if action.operation is None]


def unverified_cards(manifest: ManifestModel) -> list[str]:
    """The cards that stand for no operation of the vendor's, without the connector's name: those of actions, and those
    that the program has for it."""
    actions = [action.key for action in unverified(manifest)]
    return [*actions, *(card.key.partition(".")[2] for card in undeclared(manifest))]


def count_of(manifest: ManifestModel) -> int:
    """How many cards it has that do something, the Custom API Action aside."""
    return len(manifest.actions) + len(undeclared(manifest))


def descriptions_in(folder: Path, manifests: list[ManifestModel]) -> dict[str, Description]:
    """The descriptions that actions name, as far as they are in a folder."""
    actions = [action for manifest in manifests for action in manifest.actions]
    named = [one for action in actions for one in (action.operation, *(step.operation for step in action.steps))]
    names = sorted({one.spec for one in named if one is not None})
    return {name: read_description(folder / name) for name in names if (folder / name).is_file()}


def _pointed(raw: Values, holder: Values) -> Values:
    """What a local reference leads to; the holder itself where it is none."""
    pointer = holder.get("$ref")
    if not isinstance(pointer, str) or not pointer.startswith("#/"):
        return holder
    found: JSON = raw
    for part in pointer[2:].split("/"):
        found = dict_of(found).get(part.replace("~1", "/").replace("~0", "~"))
    return dict_of(found)


def _dicts(value: JSON) -> list[Values]:
    return [cast("Values", one) for one in list_of(value) if isinstance(one, dict)]
