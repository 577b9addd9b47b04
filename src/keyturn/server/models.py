"""The shapes of the API's answers. They are a promise: fields are added, and not taken away."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

from fastapi import Query
from pydantic import BaseModel, Field

from keyturn.app.connections import ConnectionView, ConnectorView, StateName
from keyturn.app.services import Finding
from keyturn.connectors.registry import Unusable
from keyturn.engine.attempts import Decided
from keyturn.engine.ports import Run, TraceEntry
from keyturn.engine.rerun import Rerun
from keyturn.flows.json import JSON, Values
from keyturn.flows.paging import MAX_PAGE, PageRequest
from keyturn.library.ports import FlowRecord, VersionRecord
from keyturn.triggers.endpoint.ports import EndpointRecord

from .problems import ProblemModel, to_model


def page_request(
    limit: Annotated[int, Query(ge=1, le=MAX_PAGE, description="Rows at most.")] = 50,
    after: Annotated[str | None, Query(max_length=500, description="'next' of the page before.")] = None,
) -> PageRequest:
    """Which page is wanted."""
    return PageRequest(limit, after)


class PageModel(BaseModel):
    """A page of a listing."""

    next: str | None = Field(default=None, description="Give it as 'after' for the next page; null at the end.")


class FlowModel(BaseModel):
    id: str
    name: str
    version: int
    active: bool
    event_card: str
    event_connection: str | None
    updated_at: datetime
    folder: str | None = Field(default=None, description="Id of the folder that it is in; null at the top.")
    unfit: int = Field(
        default=0, description="How many problems it has with flows that it calls, since one was published anew."
    )
    found: str = Field(default="", description="Where a search found it, if not by id or name.")

    @classmethod
    def of(cls, record: FlowRecord) -> FlowModel:
        return cls.model_validate(record, from_attributes=True)


class FlowPage(PageModel):
    rows: list[FlowModel]


class EndpointModel(BaseModel):
    """A flow with an address of its own; ``token_made_at`` is null as long as it has no client token."""

    flow_id: str
    name: str
    version: int
    active: bool
    address: str
    token_made_at: datetime | None

    @classmethod
    def of(cls, record: EndpointRecord, address: str) -> EndpointModel:
        return cls(
            flow_id=record.flow_id,
            name=record.name,
            version=record.version,
            active=record.active,
            address=address,
            token_made_at=record.made_at,
        )


class EndpointPage(PageModel):
    rows: list[EndpointModel]


class ClientToken(BaseModel):
    """A new client token: it is kept as a hash and never shown again."""

    flow_id: str
    address: str
    token: str


class VersionModel(BaseModel):
    flow_id: str
    version: int
    digest: str
    author: str
    created_at: datetime
    document: Values

    @classmethod
    def of(cls, record: VersionRecord) -> VersionModel:
        return cls.model_validate(record, from_attributes=True)


class VersionPage(PageModel):
    rows: list[VersionModel]


class Published(BaseModel):
    versions: list[VersionModel]
    warnings: list[ProblemModel]


BREAKS_CALLERS = "Publish although flows that call one of them do not fit it any more (`breaks-callers`)."


class Documents(BaseModel):
    """Flows to be checked or published together: YAML texts or JSON objects."""

    documents: list[str | Values] = Field(min_length=1, max_length=500)


class Publication(Documents):
    """Flows that are published together."""

    breaks_callers: bool = Field(default=False, description=BREAKS_CALLERS)


class Switch(BaseModel):
    active: bool


class Difference(BaseModel):
    lines: list[str]


class RunModel(BaseModel):
    """One execution of a flow; times in UTC, ``ms`` in milliseconds. ``flow_name`` is what the flow is called now."""

    id: str
    root_id: str
    parent_id: str | None
    parent_path: str | None
    flow_id: str
    flow_name: str
    version: int
    status: str
    waits_for_turn: bool
    cancelling: bool = Field(description="Somebody has asked it to end, and it has not ended yet.")
    trigger: str
    about: str | None
    cards: int
    ms: float | None
    depth: int
    created_at: datetime | None
    started_at: datetime | None
    ended_at: datetime | None
    wake_at: datetime | None
    rerun_of: str | None
    error: Values | None
    outputs: Values | None

    @classmethod
    def of(cls, run: Run, names: Mapping[str, str]) -> RunModel:
        took = (run.ended_at - run.started_at).total_seconds() * 1000 if run.ended_at and run.started_at else None
        return cls(
            id=str(run.id),
            root_id=str(run.root_id),
            parent_id=str(run.parent_id) if run.parent_id else None,
            parent_path=run.parent_path,
            flow_id=run.flow_id,
            flow_name=names.get(run.flow_id, run.flow_id),
            version=run.version,
            status=run.status.value,
            waits_for_turn=run.waits_for_turn,
            cancelling=run.cancelling,
            trigger=run.trigger,
            about=run.about,
            cards=run.cards,
            ms=round(took, 1) if took is not None else None,
            depth=run.depth,
            created_at=run.created_at,
            started_at=run.started_at,
            ended_at=run.ended_at,
            wake_at=run.wake_at,
            rerun_of=str(run.rerun_of) if run.rerun_of else None,
            error=run.error,
            outputs=run.shown,
        )


class RunTreeModel(PageModel):
    """A page of a root run and its helper runs: the root first, then helpers in the order in which they were made."""

    runs: list[RunModel]


class CutModel(BaseModel):
    """A value that was too large to be sent along: where it stands, what it is, how it begins.

    ``part`` is inputs or outputs, ``kind`` text, list or object; ``count`` is of a list or an object. Two values
    are the same, whatever the order of keys, if ``digest`` is: SHA-256 of the JSON with sorted keys. Where the history
    has the beginning of the value only, ``kept`` of ``whole`` characters or items are there; else both are null.
    """

    part: str
    field: str
    kind: str
    bytes: int
    count: int | None
    start: str
    digest: str
    kept: int | None
    whole: int | None


class CulpritModel(BaseModel):
    """Where a run failed."""

    path: str | None = Field(description="Of the card, as in the trace; null where no card is to blame.")


class DecidedModel(BaseModel):
    """What a person said about an attempt whose outcome nobody knew: happened, again or stop."""

    answer: str
    by: str | None
    asked_at: datetime | None
    decided_at: datetime
    error: Values | None

    @classmethod
    def of(cls, decided: Decided) -> DecidedModel:
        return cls(
            answer=decided.answer,
            by=decided.by,
            asked_at=decided.asked_at,
            decided_at=decided.decided_at,
            error=decided.error,
        )


class TraceModel(BaseModel):
    """What one card did; secrets are masked. Fields named in ``cut`` are null here, and are read one by one.

    In a run that was cancelled, ``unknown`` is a card whose request was out then, ``cancelled`` one that still waited.
    """

    run_id: str
    path: str
    card_id: str
    card: str
    status: str
    at: datetime
    ms: float
    attempt: int
    replayed: bool
    inputs: JSON
    outputs: JSON
    error: Values | None
    exchanges: list[JSON]
    warnings: list[str]
    cut: list[CutModel] = []
    waited: float = Field(0.0, description="Milliseconds that it waited before it went on: for a time, for a person.")
    decided: DecidedModel | None = None
    ended: int | None = Field(None, description="Of a loop at work: how many of its rounds have ended.")

    @classmethod
    def of(cls, entry: TraceEntry, ended: int | None = None) -> TraceModel:
        return cls(
            run_id=str(entry.run_id),
            path=entry.path,
            card_id=entry.card_id,
            card=entry.card,
            status=entry.status,
            at=entry.at,
            ms=entry.ms,
            attempt=entry.attempt,
            replayed=entry.replayed,
            inputs=entry.inputs,
            outputs=entry.outputs,
            error=entry.error,
            exchanges=list(entry.exchanges),
            warnings=list(entry.warnings),
            waited=entry.waited,
            ended=ended,
        )


class EventValues(BaseModel):
    """What the event gave a run; null where its flow keeps no data. Fields named in ``cut`` are null here."""

    values: Values | None
    cut: list[CutModel] = []


class TracePage(PageModel):
    rows: list[TraceModel]


class Start(BaseModel):
    """The inputs of a run started by hand."""

    inputs: Values = Field(default_factory=dict[str, JSON])


class Started(BaseModel):
    id: str


class RunCounts(BaseModel):
    """Root runs by status. ``more`` says that there are more than were counted."""

    counts: dict[str, int]
    more: bool
    failed_and_run_again: int = Field(description="Of those that failed, how many were run again since.")


class RerunRequest(BaseModel):
    """Run again from a card. Without ``confirm`` only a preview is given."""

    path: str = Field(max_length=2000)
    version: int | None = Field(default=None, ge=1, le=2_000_000_000)
    confirm: bool = False


class PreviewLineModel(BaseModel):
    """One card as it will be; ``title`` is the author's, ``flow_name`` what the flow is called now.

    ``calls_name`` is what the helper flow is called that the card calls.
    """

    flow_id: str
    flow_name: str
    card_id: str
    title: str | None
    card: str
    fate: str
    calls_name: str | None


class RerunModel(BaseModel):
    """What is kept, recomputed, will be sent, or is orphaned; ``id`` once it was queued."""

    id: str | None
    preview: list[PreviewLineModel]

    @classmethod
    def of(cls, rerun: Rerun, names: Mapping[str, str], *, queued: bool) -> RerunModel:
        lines = [
            PreviewLineModel(
                flow_id=line.flow_id,
                flow_name=names.get(line.flow_id, line.flow_id),
                card_id=line.card_id,
                title=line.title,
                card=line.card,
                fate=line.fate,
                calls_name=names.get(line.calls, line.calls) if line.calls is not None else None,
            )
            for line in rerun.preview
        ]
        return cls(id=str(rerun.run.id) if queued else None, preview=lines)


class ConnectionStateModel(BaseModel):
    """How a connection does: unused, works, failing, or a person must sign it in."""

    name: StateName
    since: datetime | None = Field(description="Since when it fails, or when it worked last.")
    what: str
    mend: str


class SignInLinkOfConnection(BaseModel):
    """How a person signs a connection in."""

    address: str = Field(description="To be opened in a browser within 15 minutes.")
    callback: str = Field(description="The address to register at the app.")


class ConnectionModel(BaseModel):
    """A connection, without its secrets."""

    id: str
    connector: str
    name: str
    kind: str
    base_url: str
    settings: dict[str, str]
    created_at: datetime
    updated_at: datetime
    at_once: int | None
    per_minute: int | None
    users: list[str] = Field(description="Names of those who may build with it; empty for everybody.")
    state: ConnectionStateModel

    @classmethod
    def of(cls, view: ConnectionView) -> ConnectionModel:
        return cls.model_validate(view, from_attributes=True)


class GuideModel(BaseModel):
    """How to come to a connection of one kind, step by step."""

    about: str
    steps: list[str] = Field(description="What to do at the vendor; {scopes} stands for the scopes that are needed.")
    asks: dict[str, str] = Field(description="What to ask for, by the name of its place in settings.")
    settings: dict[str, str] = Field(description="Settings; {base_url} is the connection's address.")
    fields: dict[str, str] = Field(description="What to put into settings and secrets.")
    asked: bool = Field(description="The setting scope takes scopes; else they are granted at the vendor alone.")
    where: str = Field(description="Where a scope is added at the vendor.")


class KindModel(BaseModel):
    """A way to prove who a connection is: settings and whether each is required; secrets, all required."""

    kind: str
    settings: dict[str, bool]
    secrets: list[str]
    optional: list[str] = Field(description="Secrets that may be left out.")
    long: list[str] = Field(description="Secrets of many lines: keys.")
    choices: dict[str, list[str]] = Field(
        description="All values that a setting may have; the first stands for one that is left empty."
    )
    guide: GuideModel | None


class ConnectorModel(BaseModel):
    """An app that one can connect to; the usual kind first."""

    name: str
    title: str
    synonyms: list[str] = Field(description="Other names of the app.")
    about: str
    base_url: str
    defaults: dict[str, str]
    kinds: list[KindModel]
    actions: int
    events: int
    callback: str = Field(description="The address to register at the app where people sign in.")
    needs_address: bool = Field(description="A connection has to give its own base_url.")
    unverified: int = Field(description="Actions that name no operation of the vendor's.")
    own: bool = Field(description="It was made here, while Keyturn ran.")

    @classmethod
    def of(cls, view: ConnectorView) -> ConnectorModel:
        return cls.model_validate(view, from_attributes=True)


class UnusableConnector(BaseModel):
    """A connector of the server's folder that is left out for its mistakes."""

    name: str
    file: str
    problems: list[ProblemModel]
    whole: bool = Field(description="It is the folder of them all, which cannot be read.")

    @classmethod
    def of(cls, one: Unusable) -> UnusableConnector:
        problems = [to_model(problem) for problem in one.problems]
        return cls(name=one.name, file=one.file, problems=problems, whole=one.whole)


class ConnectorPage(PageModel):
    rows: list[ConnectorModel]
    unusable: list[UnusableConnector] = Field(
        default=[], description="Connectors of the server's folder that have mistakes; with the first page."
    )


class About(BaseModel):
    """This installation: its version, its address, what its operator has set, and what each setting is for."""

    version: str
    address: str
    settings: dict[str, str]
    words: dict[str, str]


class ConnectionPage(PageModel):
    rows: list[ConnectionModel]


class ConnectionRequest(BaseModel):
    """What makes a connection; secrets go in and never come out."""

    connector: str
    kind: str
    name: str = ""
    base_url: str = ""
    settings: dict[str, str] = Field(default_factory=dict[str, str])
    secrets: dict[str, str] = Field(default_factory=dict[str, str], repr=False)
    at_once: int | None = Field(default=None, ge=1, le=10_000, description="Root runs that may use it at once.")
    per_minute: int | None = Field(
        default=None, ge=1, le=1_000_000, description="Requests that may be sent in a minute, by all processes."
    )
    users: list[Annotated[str, Field(min_length=1, max_length=200)]] | None = Field(
        default=None,
        max_length=1_000,
        description="Names of those who may build with it, none for everybody; who it is for stays if left out.",
    )


class CheckModel(BaseModel):
    works: bool
    told: bool = Field(
        default=True, description="No: it is there, and whether it takes the credentials, only a request shows."
    )
    what: str
    mend: str
    state: ConnectionStateModel = Field(description="How the connection does, with this test.")


class HookModel(BaseModel):
    id: str
    uri: str
    event_types: list[str]


class FindingModel(BaseModel):
    name: str
    good: bool
    what: str
    mend: str
    warning: bool = Field(description="It is good as far as Keyturn goes; somebody may want to mend it all the same.")

    @classmethod
    def of(cls, finding: Finding) -> FindingModel:
        return cls.model_validate(finding, from_attributes=True)


class Findings(BaseModel):
    good: bool
    findings: list[FindingModel]


class Health(BaseModel):
    status: str


class SessionModel(BaseModel):
    """Who is signed in; all is null if nobody is. ``csrf`` goes into the header Keyturn-CSRF of writes."""

    name: str | None = None
    permissions: list[str] = Field(default_factory=list[str])
    csrf: str | None = None
    expires_at: datetime | None = None


class SignInLink(BaseModel):
    """An address that opens one session; it is shown only this once."""

    address: str
    expires_at: datetime
