"""The shapes of the API's requests and answers about connectors."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints

from keyturn.app.connectors import ConnectorDetail
from keyturn.connectors.by_hand import Wish, begun
from keyturn.connectors.manifest import ActionModel
from keyturn.connectors.openapi import Described, OpenApiFile
from keyturn.connectors.own import LARGEST_SOURCE
from keyturn.connectors.reading import ReadManifest
from keyturn.flows.json import JSON, Values

from .problems import ProblemModel, to_model

_MOST_WISHES = 200
Line = Annotated[str, StringConstraints(min_length=1, max_length=500)]


class ConnectorAction(BaseModel):
    """An action; ``card`` is the key of its card, ``operation`` the vendor's operation, null where it is unverified."""

    card: str
    title: str
    summary: str
    effect: str
    person: str | None
    repeatable: bool
    operation: str | None

    @classmethod
    def of(cls, connector: str, action: ActionModel) -> ConnectorAction:
        return cls(
            card=f"{connector}.{action.key}",
            title=action.title,
            summary=action.summary,
            effect=action.effect.effect.value,
            person=action.effect.person,
            repeatable=action.effect.repeatable,
            operation=action.operation.id if action.operation else None,
        )


class ConnectorEvent(BaseModel):
    card: str
    title: str
    summary: str


class ConnectorDetailModel(BaseModel):
    """A connector with its actions and events.

    ``source`` is its manifest as it was written, of one that was made here; ``digest`` names this state of it.
    """

    name: str
    title: str
    about: str
    base_url: str
    kinds: list[str]
    digest: str
    own_card: str | None = Field(description="The card for requests of one's own; null where there is none.")
    actions: list[ConnectorAction]
    events: list[ConnectorEvent]
    own: bool
    source: str | None
    author: str | None
    updated_at: datetime | None

    @classmethod
    def of(cls, detail: ConnectorDetail) -> ConnectorDetailModel:
        model, own = detail.model, detail.own
        name = model.connector
        plain = model.protocol == "http" and not model.own_requests
        return cls(
            name=name,
            title=model.title,
            about=model.about,
            base_url=model.base_url,
            kinds=[kind.value for kind in model.auth],
            digest=detail.digest,
            own_card=f"{name}.custom_api_action" if plain else None,
            actions=[ConnectorAction.of(name, action) for action in detail.actions],
            events=[
                ConnectorEvent(card=f"{name}.{one.key}", title=one.title, summary=one.summary) for one in detail.events
            ],
            own=own is not None,
            source=own.source if own else None,
            author=own.author if own else None,
            updated_at=own.updated_at if own else None,
        )


class ConnectorSource(BaseModel):
    """A manifest, YAML."""

    source: str = Field(max_length=LARGEST_SOURCE)


class ConnectorChange(ConnectorSource):
    """A manifest to be kept; ``follows`` is the digest of the state that was seen, empty for a new connector."""

    follows: str = Field(default="", max_length=80)


class ConnectorChecked(BaseModel):
    """What is wrong with a manifest, and what it would be."""

    problems: list[ProblemModel]
    name: str | None = None
    title: str | None = None
    actions: list[ConnectorAction] = []

    @classmethod
    def good(cls, read: ReadManifest) -> ConnectorChecked:
        model = read.model
        actions = [ConnectorAction.of(model.connector, action) for action in model.actions]
        return cls(problems=[], name=model.connector, title=model.title, actions=actions)


class OperationModel(BaseModel):
    """An operation of a description."""

    id: str
    method: str
    path: str
    title: str
    tags: list[str]

    @classmethod
    def of(cls, one: Described) -> OperationModel:
        return cls(id=one.id, method=one.method, path=one.path, title=one.title[:200], tags=one.tags)


class OperationList(BaseModel):
    """The operations of a description, in its order; ``title`` is how it calls the app.

    ``left_out`` says what of its paths is not among them, and why: warnings, as the rest works.
    """

    title: str
    operations: list[OperationModel]
    left_out: list[ProblemModel]

    @classmethod
    def of(cls, file: OpenApiFile) -> OperationList:
        left_out = [to_model(problem) for problem in file.left_out()]
        operations = [OperationModel.of(one) for one in file.operations.values()]
        return cls(title=file.title, operations=operations, left_out=left_out)


class WishModel(BaseModel):
    """An action that a connector is to have; names in braces in its path become inputs."""

    title: Line
    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
    path: Line
    effect: Literal["read", "ensure", "change", "destroy"]


class ConnectorBegin(BaseModel):
    """What somebody says of an app."""

    connector: Line
    title: Line
    base_url: Line
    kinds: list[Line] = Field(min_length=1, max_length=10)
    actions: list[WishModel] = Field(max_length=_MOST_WISHES)

    def text(self) -> str:
        """The manifest to go on with."""
        wishes = [Wish(one.title, one.method, one.path, one.effect) for one in self.actions]
        return begun(self.connector, self.title, self.base_url, self.kinds, wishes)


class ActionTrialStart(BaseModel):
    """A run that tries an action by a connection; texts in the inputs are texts and never references."""

    connection: str = Field(max_length=120)
    inputs: Values = Field(default_factory=dict[str, JSON])
    options: Values = Field(default_factory=dict[str, JSON])
    confirm: bool = Field(default=False, description="It may change something for real.")
