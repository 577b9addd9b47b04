"""The shapes of drafts, and of what lists of flows show, in the API's answers."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, Field

from keyturn.flows.checker import Retyped
from keyturn.flows.json import JSON, Values
from keyturn.library.alone import CardTrial
from keyturn.library.library import FlowCalls
from keyturn.library.ports import DraftHead, DraftRecord, RecentRun

from .models import BREAKS_CALLERS, FlowModel, PageModel, VersionModel
from .problems import ProblemModel

_LARGEST_REVISION = 9_007_199_254_740_991  # what a browser counts exactly


class DraftHeadModel(BaseModel):
    """A draft without its document; ``base_version`` is 0 for a flow that was not published yet."""

    flow_id: str
    name: str
    revision: int
    base_version: int
    author: str
    updated_at: datetime
    folder: str | None = Field(
        default=None, description="Where its document wants the flow; null where it says nothing."
    )
    same: bool = Field(
        default=False, description="It says what its base_version says: nothing of it is to be published."
    )
    found: str = Field(default="", description="Where a search found it, if not by id or name.")
    event_card: str = Field(default="", description="What starts it, of a flow that was not published yet.")

    @classmethod
    def of(cls, draft: DraftHead) -> DraftHeadModel:
        return cls.model_validate(draft, from_attributes=True)


class DraftPage(PageModel):
    rows: list[DraftHeadModel]


class DraftModel(DraftHeadModel):
    """What somebody is making of a flow."""

    document: Values

    @classmethod
    def of_record(cls, draft: DraftRecord) -> DraftModel:
        return cls.model_validate(draft, from_attributes=True)


class EditingModel(BaseModel):
    """A flow as an editor needs it; null is what there is not."""

    flow: FlowModel | None
    published: VersionModel | None
    draft: DraftModel | None


class DraftChange(BaseModel):
    """A draft to be kept; ``follows`` is the revision that was seen, 0 for none."""

    document: Values
    follows: int = Field(ge=0, le=_LARGEST_REVISION)
    base_version: int = Field(ge=0, le=2_000_000_000)


class AtRevision(BaseModel):
    """Which revision of a draft is meant."""

    revision: int = Field(ge=1, le=_LARGEST_REVISION)


class Publishing(AtRevision):
    """Which revision is published."""

    breaks_callers: bool = Field(default=False, description=BREAKS_CALLERS)


class Against(StrEnum):
    """What a trial acts on."""

    REAL = "real"
    SANDBOX = "sandbox"


_AGAINST = "With 'sandbox' its cards use the sandbox's connections; what would reach another app is refused."


class Trial(BaseModel):
    """What is tried: a revision of a draft, or what is published."""

    revision: int = Field(ge=0, le=_LARGEST_REVISION, description="0 tries what is published, where no draft is.")


class TrialStart(Trial):
    """A run that tries a draft, with the inputs of its event."""

    against: Against = Field(default=Against.REAL, description=_AGAINST)
    inputs: Values = Field(default_factory=dict[str, JSON])


class TrialStarted(BaseModel):
    """A run that tries a draft; ``version`` is kept for such runs and not published."""

    id: str
    version: int


class CardTrialStart(Trial):
    """A run that tries one card alone, with these inputs instead of its own."""

    against: Against = Field(default=Against.REAL, description=_AGAINST)
    inputs: Values = Field(default_factory=dict[str, JSON], description="Values by input; never references.")
    given: Values = Field(default_factory=dict[str, JSON], description="What the flow that it calls is given.")
    confirm: bool = Field(default=False, description="It may change something for real.")

    def trial(self, card_id: str) -> CardTrial:
        return CardTrial(card_id, self.inputs, self.given, self.confirm)


class FlowCallsModel(BaseModel):
    """A flow with the ids of the flows that it calls."""

    id: str
    name: str
    event_card: str
    calls: list[str]

    @classmethod
    def of(cls, record: FlowCalls) -> FlowCallsModel:
        return cls.model_validate(record, from_attributes=True)


class FlowCallsPage(PageModel):
    rows: list[FlowCallsModel]


class RecentRunModel(BaseModel):
    id: str
    status: str
    created_at: datetime
    ms: float | None

    @classmethod
    def of(cls, run: RecentRun) -> RecentRunModel:
        ms = round(run.took.total_seconds() * 1000, 1) if run.took is not None else None
        return cls(id=str(run.id), status=run.status, created_at=run.created_at, ms=ms)


class RecentRuns(BaseModel):
    """The last root runs of flows by flow id, newest first."""

    flows: dict[str, list[RecentRunModel]]


class Conversion(BaseModel):
    """A flow as YAML text or JSON object."""

    document: str | Values
    onto: str | None = Field(default=None, max_length=5_000_000)


class Converted(BaseModel):
    """The same flow in both forms; both are null where it cannot be read."""

    document: Values | None
    yaml: str | None
    problems: list[ProblemModel]


class RetypedModel(BaseModel):
    """A value that becomes another type when it is used; ``may_fail`` where that depends on the value."""

    card: str | None
    field: str
    path: list[str | int]
    text: str
    may_fail: bool

    @classmethod
    def of(cls, retyped: Retyped) -> RetypedModel:
        return cls(
            card=retyped.card,
            field=retyped.field,
            path=[*retyped.path],
            text=retyped.text,
            may_fail=retyped.may_fail,
        )


class Checked(BaseModel):
    """What is wrong with flows, all of it; and the conversions that will happen."""

    problems: list[ProblemModel]
    conversions: list[RetypedModel]
