"""The manifest of a connector: what its app is, how to sign in, and what its actions and events are.

Values in a manifest use the references of the flow document, and nothing else computes. Their roots are ``inputs`` and
``options`` in requests, with the answers of earlier requests by their names; ``status``, ``headers`` and ``body`` in
answers; ``record`` and ``key`` in records; ``event``, ``envelope``, ``headers`` and ``targets`` in events.
"""

from __future__ import annotations

import hashlib
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from keyturn.connections.model import AuthKind
from keyturn.flows.json import JSON
from keyturn.flows.spec import EffectClass

from .conditions import ChangedModel, ConditionModel, SignModel
from .guides import GuideModel, ScopesModel
from .shaping import ShapeName

Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
Status = Annotated[int, Field(ge=100, le=599)]
Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
ResultSet = Literal["first", "page", "all", "stream"]
_OKTA = "Group and key in flows exported from Okta Workflows: Group.Key. Several, as versions differ, with | between."
RESULT_SETS: tuple[ResultSet, ...] = ("first", "page", "all", "stream")


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


class EqualModel(_Model):
    """Comparisons made of an object: each of its entries is to be equal. Names are letters, digits, _ and . only."""

    entries: str = Field(description="The object, for example '{{ inputs.attributes }}'.")
    prefix: str = Field(default="", description="What stands before each name, for example profile.")


class FilterModel(_Model):
    """A query parameter made of comparisons; one whose value is empty is left out."""

    clauses: tuple[str, ...] = Field(
        default=(), description="For example 'status eq \"{{ inputs.status }}\"': each with one reference."
    )
    equal: EqualModel | None = Field(default=None, description="A comparison for each entry of an object.")
    also: str | None = Field(default=None, description="A comparison of the author's own, put in as it is.")
    join: str = " and "
    quotes: Literal["backslash", "double", "none"] = Field(
        default="backslash", description="How a quote in a value is escaped: by a backslash, or by writing it twice."
    )


class OffsetModel(_Model):
    """Pages that are asked for by the number of the record that they begin with."""

    query: str
    first: int = 1
    total: str = Field(description="Where the count of all records stands.")


class PagingModel(_Model):
    """How an action that lists comes to its next page; it then has the option ``results``."""

    records: str = Field(description="Where the records of a page stand, for example '{{ body.value }}'.")
    next: str = Field(
        default="",
        description="'link' for the Link header (RFC 8288) with rel=next; else where the next page's address, or with "
        "'query' its token, stands in the answer.",
    )
    query: str | None = Field(default=None, description="The query parameter that takes the next page's token.")
    offset: OffsetModel | None = Field(default=None, description="Instead of next and query.")
    always: bool = Field(
        default=True,
        description="The list is in each answer, also where it is empty: without it the answer is an error. No, for an "
        "app that leaves empty lists out; then a sign, or the total of offset, has to tell that the answer is its.",
    )
    beside: tuple[str, ...] = Field(
        default=(),
        description="Without always: other lists of objects that may stand where the list would be. Any other there "
        "is taken for the list by another name, and the answer for an error.",
    )
    empty_ends: bool = Field(default=False, description="An empty page is the last one, whatever follows it.")
    most: int = Field(default=10_000, ge=1, description="Records that are read at most without streaming.")
    sets: tuple[ResultSet, ...] = Field(default=RESULT_SETS, min_length=1)
    page: str = Field(
        default="First page",
        description="What the first page is called. A number in it, as in First 200 Records, is how many records it "
        "has: where the app's pages have fewer, the next ones are read, too.",
    )
    size: str = Field(
        default="", description="Where an input says how many records a page has; the first page has no more then."
    )
    okta: str = Field(default="", description="Group and key of the list in flows exported from Okta Workflows.")
    okta_record: str = Field(default="", description="Group and key of the whole first record in such flows.")


class OperationModel(_Model):
    """The vendor's own operation that an action stands for."""

    spec: str
    id: str


class RequestModel(_Model):
    """One request of an action."""

    name: Key | None = Field(default=None, description="Under this name later requests and outputs see its answer.")
    method: Method
    path: str
    base: Key | None = Field(default=None, description="One of the connector's other addresses.")
    query: dict[str, JSON] = Field(
        default_factory=dict, description="Under '...' an object whose entries are put to the others."
    )
    filters: dict[str, FilterModel] = Field(default_factory=dict[str, FilterModel])
    headers: dict[str, str] = Field(default_factory=dict)
    body: JSON = Field(default=None, description="What refers to an input that is not given is left out.")
    links: dict[str, str] = Field(
        default_factory=dict,
        description="Entries of the body that are addresses below the connector's usual one: what is put into them is "
        "encoded, as in path.",
    )
    files: dict[str, JSON] = Field(
        default_factory=dict,
        description="The body is a form with these files (multipart/form-data), by the names of its fields; body has "
        "the others. One without files says so by its header Content-Type.",
    )
    file: JSON = Field(default=None, description="The body is this file, as it is.")
    when: tuple[ConditionModel, ...] = Field(default=(), description="It is sent only if all of these hold.")
    each: JSON = Field(
        default=None,
        description="A list: it is sent for each item, which it sees as item; its name then stands for all answers.",
    )
    empty_left_out: bool = Field(
        default=False,
        description="With each: where the list would be stands nothing if it is empty. Without it that is an error.",
    )
    beside: tuple[str, ...] = Field(
        default=(),
        description="With empty_left_out: other lists of objects that may stand where the list would be. Any other one "
        "there is taken for the list by another name, and the answer for an error.",
    )
    pages: PagingModel | None = Field(
        default=None, description="It is asked page after page: where the list stands in its answer, all records are."
    )
    shape: ShapeName | None = Field(
        default=None, description="Its answer has under shaped what this function makes of it; it needs a name."
    )
    fine: tuple[Status, ...] = Field(default=(), description="Statuses beyond 2xx after which the action goes on.")
    all_answers: bool = Field(default=False, description="With each: answers by those statuses are in the list too.")
    repeatable: bool = Field(default=False, description="It changes something, and twice does no harm.")
    whole: bool = Field(default=False, description="The path is a whole address that begins with the base.")
    open: bool = Field(default=False, description="It is sent without the connection's credentials.")
    sign: SignModel | None = Field(default=None, description="The sign of its answer, instead of the connector's.")
    changed: ChangedModel | None = Field(default=None, description="Instead of the connector's.")
    operation: OperationModel | None = None


class ThenModel(_Model):
    """What a look asks besides, where its first answer does not tell all: by what that one has."""

    request: RequestModel = Field(
        description="It sees what the state's condition sees. By its name in_the_way sees its answer."
    )
    when: tuple[ConditionModel, ...] = Field(default=(), description="It is asked only if all of these hold.")
    so: ConditionModel = Field(description="It is so only if this holds, too; body is that of its own answer.")
    otherwise: Literal["not", "unknown"] = Field(default="not", description="What it says if the condition fails.")


class StateModel(_Model):
    """How to look whether what an action does is so: after an unknown outcome, and for its ensure form."""

    request: RequestModel
    first: bool = Field(
        default=False,
        description="The app does the same again without a word: the ensure form looks before it sends.",
    )
    records: str | None = Field(
        default=None,
        description="Where a list stands that may have others: the first record for which the condition holds is it.",
    )
    so: ConditionModel | None = Field(default=None, description="Without it any 2xx says that it is so.")
    found: JSON = Field(
        default=None,
        description="What the action itself would have answered; if left out the record, or else the whole answer.",
    )
    then: ThenModel | None = Field(default=None, description="What is asked besides, where it is so by the condition.")
    missing: Literal["so", "not", "unknown"] = Field(default="unknown", description="What a 404 says.")
    missing_code: str | None = Field(
        default=None,
        description="The app's code of such a 404, or '*' for any code of the app's; one without it may come from "
        "somewhere else.",
    )
    created: str | None = Field(
        default=None,
        description="When the thing was made, as the app tells, for example '{{ body.created }}': after a request "
        "without an answer one that had been there before is not taken for what it made.",
    )
    may_be_older: bool = Field(
        default=False,
        description="One like it may have been there before, and the app does not tell when it was made: that it is "
        "there does not tell that it was made, and a person decides. The ensure form takes it all the same.",
    )
    belongs: bool = Field(
        default=False,
        description="What a POST brings about belongs to what the inputs name, as a membership, a licence or a role "
        "does: that it is so is all that was wanted, whoever did it.",
    )
    otherwise: Literal["not", "unknown"] = Field(default="not", description="What it says if the condition fails.")
    always: bool = Field(
        default=False,
        description="The list that is looked at is in each answer, also where it is empty: without it the answer says "
        "nothing of what is not there. A list that goes on, or is none, never does.",
    )
    beside: tuple[str, ...] = Field(
        default=(),
        description="Without always: other lists of objects that may stand where the list would be. Any other there "
        "is taken for the list by another name, and the answer says nothing of what is not there.",
    )
    hides: bool = Field(
        default=False, description="The app may show nothing of the list: an empty one says nothing of what is in it."
    )


class RefusalModel(_Model):
    """An answer of the app that is no success."""

    status: Status
    code: str | None = None
    says: str | None = Field(default=None, description="Only where what the app says has this text in it.")
    of: tuple[Key, ...] = Field(
        default=(),
        description="Of several requests those, by name, whose refusal it is. Without it the last one that is sent; "
        "and of absent an earlier one, too, whose path has the person for its only input.",
    )
    look: bool = Field(default=False, description="It may say so: the state is looked at.")
    sure: str = Field(
        default="",
        description="Why it says so and nothing else: of one under already that is believed, though there is a state.",
    )
    when: tuple[ConditionModel, ...] = Field(
        default=(), description="It says so only if all of these hold of the inputs, for example of what is asked for."
    )


class HolderModel(_Model):
    """What somebody is taken out of, where the app says the same of one that it does not show."""

    request: RequestModel = Field(
        description="How to look for it: best by what the app shows only to those who may change it."
    )
    called: str = Field(description="What it is, for example 'team {{ inputs.team }}'.")


class ObstacleModel(_Model):
    """What a look shows to stand in the way: the refusal stands, and this says why."""

    when: tuple[ConditionModel, ...] = Field(
        default=(),
        description="It stands in the way if all of these hold of what the look found, though that is so. Without any "
        "it does wherever the look shows that it is not so.",
    )
    why: str = Field(description="For example '{{ inputs.email }} is an alias of {{ body.email }}.'")
    mend: str = Field(description="What to do about it.")


class EnsureModel(_Model):
    """The form of an action that brings about a state: already so, or nobody there, is a success."""

    already: tuple[RefusalModel, ...] = ()
    absent: tuple[RefusalModel, ...] = ()
    who: RequestModel | None = Field(
        default=None,
        description="How to look for the person, where the app says the same of nobody and of what they have not got: "
        "if there is somebody, it is so already. Nothing else rests on it: it may ask for more than the action may.",
    )
    gives: str = Field(
        default="",
        description="What is given, for example 'group {{ inputs.group }}': if the person is there, it is this that is "
        "missing, and the refusal stands. It needs who.",
    )
    holder: HolderModel | None = Field(
        default=None,
        description="What somebody is taken out of, where the app says the same of one that it does not show to this "
        "connection: unless it is there, the refusal stands.",
    )
    in_the_way: tuple[ObstacleModel, ...] = Field(
        default=(),
        description="What the look after a refusal, or with first the one before, may show to stand in the way: the "
        "first that does is told.",
    )
    tells: bool = Field(
        default=True, description="No: the app answers the same whether it was so before, and nobody can look."
    )


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
