"""The manifest of a connector: what its app is, how to sign in, and what its actions and events are.

Values in a manifest use the references of the flow document; their roots are ``inputs`` in requests, ``status``,
``headers`` and ``body`` in answers, ``event``, ``envelope``, ``headers`` and ``targets`` in events.
"""

from __future__ import annotations

import hashlib
import io
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from keyturn.connections.model import AuthKind
from keyturn.flows.json import JSON
from keyturn.flows.problems import Problem, ProblemError
from keyturn.flows.spec import EffectClass
from keyturn.flows.types import Type, TypeSyntaxError
from keyturn.flows.values import ValueSyntaxError, parse_value

Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FieldModel(_Model):
    """An input of an action."""

    name: str
    type: str = "text"
    title: str = ""
    about: str = ""
    required: bool = False
    default: JSON = None
    choices: tuple[str, ...] = ()


class OutputModel(_Model):
    """An output, and where its value comes from."""

    name: str
    type: str = "any"
    title: str = ""
    about: str = ""
    value: JSON


class EffectModel(_Model):
    """What an action does to the world."""

    effect: EffectClass
    person: str | None = None
    repeatable: bool = False
    undo: str | None = None


class RequestModel(_Model):
    """The request that an action sends."""

    method: Method
    path: str
    query: dict[str, JSON] = Field(default_factory=dict)
    body: JSON = None


class PagingModel(_Model):
    """How an action that lists comes to its next page; it then has the option ``results``."""

    records: str = Field(description="Where the records of a page stand, for example '{{ body.value }}'.")
    next: str = Field(
        description="'link' for the Link header (RFC 8288) with rel=next; else where the next page's address, or with "
        "'query' its token, stands in the answer."
    )
    query: str | None = Field(default=None, description="The query parameter that takes the next page's token.")
    most: int = Field(default=10_000, ge=1, description="Records that are read at most without streaming.")


class OperationModel(_Model):
    """The vendor's own operation that an action stands for."""

    spec: str
    id: str


class ActionModel(_Model):
    """One action."""

    key: Key
    title: str
    summary: str
    effect: EffectModel
    inputs: tuple[FieldModel, ...] = ()
    request: RequestModel
    outputs: tuple[OutputModel, ...] = ()
    paging: PagingModel | None = None
    operation: OperationModel | None = Field(default=None, description="Without it the action counts as unverified.")


class EventModel(_Model):
    """One event of the app that starts flows."""

    key: Key
    title: str
    summary: str
    event_type: str
    outputs: tuple[OutputModel, ...]


class CheckModel(_Model):
    """The request that tells whether a connection works."""

    method: Literal["GET", "HEAD"]
    path: str


class ErrorsModel(_Model):
    """Where code and message stand in the app's error answers."""

    code: str
    message: str


class HintModel(_Model):
    """What an error of the app means, and what to do."""

    code: str | None = None
    status: int | None = None
    why: str
    mend: str


class ManifestModel(_Model):
    """A connector."""

    connector: Key
    title: str
    about: str
    base_url: str
    auth: tuple[AuthKind, ...]
    defaults: dict[str, str] = Field(default_factory=dict, description="Settings of a connection that gives none.")
    check: CheckModel
    errors: ErrorsModel
    hints: tuple[HintModel, ...] = ()
    own_requests: bool = Field(
        default=False, description="It has a card for each method instead of the Custom API Action."
    )
    actions: tuple[ActionModel, ...] = ()
    events: tuple[EventModel, ...] = ()


def digest_of(content: str) -> str:
    """The name by which a version of a manifest is pinned: SHA-256, hex."""
    return hashlib.sha256(content.encode()).hexdigest()


def read_manifest(content: str, file: str) -> ManifestModel:
    """Read a manifest.

    Raises:
        ProblemError: everything that is wrong with it.
    """
    try:
        raw: object = YAML(typ="safe", pure=True).load(io.StringIO(content))  # pyright: ignore[reportUnknownMemberType]
    except YAMLError as error:
        what = f"The manifest is not YAML: {' '.join(str(error).split())}"
        raise ProblemError([Problem("bad-yaml", what, "Check indentation, colons and quotes.", file=file)]) from error
    try:
        manifest = ManifestModel.model_validate(raw)
    except ValidationError as error:
        raise ProblemError(
            Problem(
                "bad-manifest",
                f"{'.'.join(map(str, details['loc'])) or 'the manifest'}: {details['msg']}.",
                "See docs/connector.schema.json.",
                path=tuple(details["loc"]),
                file=file,
            )
            for details in error.errors(include_url=False)
        ) from error
    problems = _value_problems(manifest, file)
    if problems:
        raise ProblemError(problems)
    return manifest


def _value_problems(manifest: ManifestModel, file: str) -> list[Problem]:
    problems: list[Problem] = []
    values: list[tuple[str, JSON]] = [
        ("errors.code", manifest.errors.code),
        ("errors.message", manifest.errors.message),
    ]
    types: list[tuple[str, str]] = []
    keys = [action.key for action in manifest.actions]
    for action in manifest.actions:
        values += [
            (f"{action.key}.request.path", action.request.path),
            (f"{action.key}.request.body", action.request.body),
        ]
        values += [(f"{action.key}.request.query", {**action.request.query})]
        if action.paging is not None:
            values += [(f"{action.key}.paging.records", action.paging.records)]
            values += [(f"{action.key}.paging.next", action.paging.next)]
        values += [(f"{action.key}.{output.name}", output.value) for output in action.outputs]
        types += [(f"{action.key}.{field.name}", field.type) for field in (*action.inputs, *action.outputs)]
        if action.effect.undo is not None and action.effect.undo not in keys:
            what = f"{action.key}: undo names {action.effect.undo!r}, which is no action."
            problems.append(Problem("bad-manifest", what, "Name an action of this manifest.", file=file))
    for event in manifest.events:
        values += [(f"{event.key}.{output.name}", output.value) for output in event.outputs]
        types += [(f"{event.key}.{output.name}", output.type) for output in event.outputs]
    for place, raw in values:
        try:
            parse_value(raw)
        except ValueSyntaxError as error:
            problems.append(Problem("bad-reference", f"{place}: {error}", "Correct the reference.", file=file))
    for place, text in types:
        try:
            Type.parse(text)
        except TypeSyntaxError as error:
            problems.append(Problem("bad-type", f"{place}: {error}", "Use one of the types.", file=file))
    return problems
