"""The manifest of a connector: what its app is, how to sign in, and what its actions and events are.

Values in a manifest use the references of the flow document, and nothing else computes. Their roots are ``inputs`` and
``options`` in requests, with the answers of earlier requests by their names; ``status``, ``headers`` and ``body`` in
answers; ``record`` and ``key`` in records; ``event``, ``envelope``, ``headers`` and ``targets`` in events.
"""

from __future__ import annotations

import hashlib
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from keyturn.connections.model import AuthKind
from keyturn.flows.json import JSON
from keyturn.flows.spec import EffectClass

from .conditions import ChangedModel, ConditionModel, SignModel
from .guides import GuideModel, ScopesModel
from .request_models import Key, OperationModel, PagingModel, RequestModel, Status
from .shaping import ShapeName
from .state_models import EnsureModel, StateModel

_OKTA = "Group and key in flows exported from Okta Workflows: Group.Key. Several, as versions differ, with | between."


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ChoiceModel(_Model):
    """A value that a field may have, and how it is shown."""

    value: JSON
    label: str


class FieldModel(_Model):
    """An input or option of an action."""

    name: str
    type: str = "text"
    title: str = ""
    about: str = ""
    group: str = Field(default="", description="The heading under which it is shown.")
    required: bool = False
    nullable: bool = Field(default=False, description="A null that is given goes into a body as null, to clear it.")
    default: JSON = None
    choices: tuple[str | ChoiceModel, ...] = ()
    choices_from: Key | None = Field(default=None, description="The choices that are loaded from the app: see choices.")
    fields: tuple[FieldModel, ...] = Field(default=(), description="The fields of an object; others are a mistake.")
    fields_from: Key | None = Field(
        default=None, description="The further fields of an object that are loaded from the app: see fields."
    )
    when: dict[str, tuple[JSON, ...]] = Field(
        default_factory=dict, description="It exists only where options have one of these values."
    )
    okta: str = Field(default="", description=_OKTA)
    example: JSON = Field(
        default=None,
        description="A value such as the app takes; shown while nothing is given, and used by docs and tests.",
    )


class OutputModel(_Model):
    """An output, and where its value comes from."""

    name: str
    type: str = "any"
    title: str = ""
    about: str = ""
    group: str = ""
    okta: str = Field(default="", description=_OKTA)
    fields_from: Key | None = Field(
        default=None, description="What is in the object is loaded from the app, by this name: see fields."
    )
    required: bool = Field(
        default=False, description="It is in each answer, or of a list in each record: without it that cannot be used."
    )
    empty_left_out: bool = Field(
        default=False,
        description="A list that the app leaves out where it is empty: the output is empty then, not null.",
    )
    value: JSON


class EffectModel(_Model):
    """What an action does to the world."""

    effect: EffectClass
    person: str | None = Field(default=None, description="The input that names the person concerned.")
    repeatable: bool = Field(default=False, description="Sending it twice does no harm.")
    undo: str | None = Field(default=None, description="The action that takes it back.")


class IdempotencyModel(_Model):
    """How the app knows a request that it has had already."""

    header: str = Field(
        pattern=r"^[A-Za-z][A-Za-z0-9-]*$",
        description="The header that takes the key: the same for each try of a card in a run, and for nothing else.",
    )


class ActionModel(_Model):
    """One action."""

    key: Key
    title: str
    summary: str
    effect: EffectModel
    inputs: tuple[str | FieldModel, ...] = Field(default=(), description="Fields, or names of shared_inputs.")
    options: tuple[FieldModel, ...] = ()
    request: RequestModel | None = None
    requests: tuple[RequestModel, ...] = Field(default=(), description="Instead of request: one after the other.")
    outputs: tuple[str | OutputModel, ...] = Field(default=(), description="Outputs, or names of shared_outputs.")
    shape: ShapeName | None = Field(
        default=None, description="Outputs see under shaped what this function makes of inputs and answers."
    )
    paging: PagingModel | None = None
    state: StateModel | None = None
    ensure: EnsureModel | None = None
    scopes: tuple[str, ...] = Field(default=(), description="Permissions that the connection needs for it.")
    look_scopes: tuple[str, ...] = Field(
        default=(),
        description="Permissions that only the look at its state needs besides: without them it works, and what got no "
        "answer is not read back.",
    )
    idempotency: IdempotencyModel | None = Field(
        default=None,
        description="The app takes a key by which it knows a repetition: the action is repeatable thereby.",
    )
    okta: str | None = Field(default=None, description="The method of Okta's card that it stands for.")
    beyond: bool = Field(default=False, description="Okta Workflows has no such card.")
    synonyms: tuple[str, ...] = Field(default=(), description="Other words for what it does, by which it is found.")
    operation: OperationModel | None = Field(default=None, description="Without it the action counts as unverified.")

    @property
    def steps(self) -> tuple[RequestModel, ...]:
        """Its requests, in order."""
        return (self.request,) if self.request is not None else self.requests

    @property
    def fields(self) -> tuple[FieldModel, ...]:
        """Its inputs, once shared ones are put in."""
        return tuple(field for field in self.inputs if isinstance(field, FieldModel))

    @property
    def gives(self) -> tuple[OutputModel, ...]:
        """Its outputs, once shared ones are put in."""
        return tuple(output for output in self.outputs if isinstance(output, OutputModel))


class EventModel(_Model):
    """One event of the app that starts flows."""

    key: Key
    title: str
    summary: str
    event_type: str
    person: str = Field(
        default="", description="The person whom it concerns, as a flow refers to them: '{{ event.user.login }}'."
    )
    outputs: tuple[str | OutputModel, ...]
    okta: str | None = Field(default=None, description="The method of Okta's card that it stands for.")

    @property
    def gives(self) -> tuple[OutputModel, ...]:
        """Its outputs, once shared ones are put in."""
        return tuple(output for output in self.outputs if isinstance(output, OutputModel))


class ChoicesModel(_Model):
    """Choices that are loaded from the app."""

    request: RequestModel
    paging: PagingModel
    value: JSON = Field(description="What is chosen, for example '{{ record.id }}'.")
    label: JSON = Field(description="How it is shown.")
    needs: tuple[str, ...] = Field(default=(), description="Inputs that have to be there before.")
    scopes: tuple[str, ...] = Field(default=(), description="Permissions that its request needs.")


class FieldsModel(_Model):
    """Fields that are loaded from the app, such as a customer's own profile attributes.

    Records may stand in a list, or in an object whose keys are then ``key``.
    """

    request: RequestModel
    records: tuple[str, ...]
    name: JSON
    title: JSON
    type: JSON = "text"
    types: dict[str, str] = Field(default_factory=dict, description="The app's types, and ours; others are any.")
    items: JSON = Field(default="", description="Of a list, the app's type of what is in it.")
    several: JSON = Field(default=False, description="Whether it holds a list of its type.")
    choices: tuple[str, ...] = Field(
        default=(),
        description="Where its choices stand, each a value, or an object with its name; the first place that has any.",
    )
    choice: JSON = Field(default="", description="The value in such an object.")
    choice_label: JSON = Field(default="", description="The name in such an object.")
    about: JSON = ""
    required: JSON = False
    needs: tuple[str, ...] = ()
    scopes: tuple[str, ...] = Field(default=(), description="Permissions that its request needs.")


class CheckModel(_Model):
    """The request that tells whether a connection works."""

    method: Literal["GET", "HEAD", "POST"]
    path: str
    scopes: tuple[str, ...] = Field(
        default=(), description="Permissions that it needs. A connection that lacks only these works all the same."
    )
    sign: SignModel | None = Field(default=None, description="The sign of its answer, instead of the connector's.")


class ErrorsModel(_Model):
    """Where code and message stand in the app's error answers."""

    code: str
    message: str
    details: str | None = Field(default=None, description="Where more is said beside the message: a text, or several.")
    failed: ConditionModel | None = Field(
        default=None, description="An answer for which it holds is an error although its status is 2xx."
    )
    means: dict[str, Status] = Field(
        default_factory=dict, description="Codes and the status that they stand for, where the app sends another."
    )
    limited: tuple[ConditionModel, ...] = Field(
        default=(), description="A 403 for which one of them holds is a limit of how fast it is asked: it is a 429."
    )
    needed: tuple[str, ...] = Field(
        default=(), description="Where a 403 says which permission it wants; the first that is there counts."
    )


class HintModel(_Model):
    """What an error of the app means, and what to do."""

    code: str | None = None
    status: int | None = None
    says: str | None = Field(default=None, description="Only where what the app says has this text in it.")
    kinds: tuple[AuthKind, ...] = Field(default=(), description="Only for connections of these kinds; else for all.")
    why: str
    mend: str
    about: tuple[str, ...] = Field(
        default=(),
        description="It is about what the card is given, whatever its status: the input by the first of these names "
        "that the card has, or the one that fits what the app says.",
    )
    ensure: bool = Field(
        default=False,
        description="It may say that it is so already: a card whose ensure form takes that for a success tells of it.",
    )


class ManifestModel(_Model):
    """A connector."""

    connector: Key
    title: str
    synonyms: tuple[str, ...] = Field(default=(), description="Other names of the app, by which its cards are found.")
    about: str
    base_url: str
    own_address: bool = Field(
        default=False, description="Each customer has an address of its own, which a connection gives; base_url is one."
    )
    example_serves: bool = Field(
        default=False,
        description="base_url is more than an example: it serves customers, as that of a region does, and a "
        "connection may give it. Without it no connection of a connector with own_address has it.",
    )
    other_hosts: bool = Field(
        default=False,
        description="The app may name its next pages by another host than the connection's, where it is behind a "
        "gateway or has a domain of the customer's own: they are asked for at the connection's address, by path and "
        "query. Without it such a page is an error.",
    )
    bases: dict[Key, str] = Field(
        default_factory=dict,
        description="Further addresses of the app. A connection with an address of its own uses that for all.",
    )
    auth: tuple[AuthKind, ...]
    defaults: dict[str, str] = Field(default_factory=dict, description="Settings of a connection that gives none.")
    headers: dict[str, str] = Field(default_factory=dict, description="Headers of every request.")
    guides: dict[AuthKind, GuideModel] = Field(
        default_factory=dict[AuthKind, GuideModel], description="How to connect, by kind of connection."
    )
    scopes: ScopesModel = Field(default=ScopesModel(), description="How the app's scopes go together.")
    check: CheckModel
    sign: SignModel | None = Field(
        default=None,
        description="What each answer with 2xx has, by which one knows that it is the app's; it is no error answer.",
    )
    changed: ChangedModel | None = Field(
        default=None, description="What the answer to a change has, instead of the sign; a request's own sign counts."
    )
    errors: ErrorsModel
    hints: tuple[HintModel, ...] = ()
    protocol: Literal["http", "smtp"] = Field(
        default="http", description="A connector that is no HTTP has cards of the program's own."
    )
    own_requests: bool = Field(
        default=False, description="It has a card for each method instead of the Custom API Action."
    )
    okta: str | None = Field(default=None, description="Okta Workflows' name of the connector.")
    okta_custom: str | None = Field(default=None, description="The method of Okta's Custom API Action of it.")
    shared_inputs: dict[Key, tuple[FieldModel, ...]] = Field(default_factory=dict[str, tuple[FieldModel, ...]])
    shared_outputs: dict[Key, tuple[OutputModel, ...]] = Field(default_factory=dict[str, tuple[OutputModel, ...]])
    choices: dict[Key, ChoicesModel] = Field(default_factory=dict[str, ChoicesModel])
    fields: dict[Key, FieldsModel] = Field(default_factory=dict[str, FieldsModel])
    hooks: Literal["okta"] | None = Field(
        default=None, description="How its events come: as those of Okta's event hooks. Without it there can be none."
    )
    actions: tuple[ActionModel, ...] = ()
    events: tuple[EventModel, ...] = ()

    @property
    def needs_address(self) -> bool:
        """Whether its address is none that secrets may be sent to: a connection has to give its own."""
        return self.own_address or not self.base_url


class PartModel(_Model):
    """A further file of a connector's folder."""

    actions: tuple[ActionModel, ...] = ()
    events: tuple[EventModel, ...] = ()


def digest_of(content: str) -> str:
    """The name by which a version of a manifest is pinned: SHA-256, hex."""
    return hashlib.sha256(content.encode()).hexdigest()
