"""What the API says of pauses."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from pydantic import BaseModel, Field, JsonValue

from keyturn.engine.history import PausedRun
from keyturn.engine.pauses import OpenPause, ResumeState, Resumption

from .models import PageModel
from .question_models import WorksForModel


class PauseModel(BaseModel):
    """A run that pauses until somebody resumes it, or its time is over.

    Attributes:
        run_id, path: the run, and its card with the rounds of loops.
        since: when it began to pause; until: when its time is over.
    """

    run_id: str
    root_id: str
    path: str
    since: datetime
    until: datetime

    @classmethod
    def of(cls, found: OpenPause) -> PauseModel:
        pause = found.pause
        return cls(
            run_id=str(pause.run_id),
            root_id=str(found.root_id),
            path=pause.path,
            since=found.since,
            until=pause.until,
        )


class Pauses(BaseModel):
    rows: list[PauseModel]


class PausedModel(BaseModel):
    """A pause among those of all runs, with the run that pauses; ``works_for`` is told of helper runs."""

    pause: PauseModel
    flow_id: str
    flow_name: str
    version: int
    about: str | None
    works_for: WorksForModel | None

    @classmethod
    def of(cls, paused: PausedRun, names: Mapping[str, str]) -> PausedModel:
        return cls(
            pause=PauseModel.of(paused.open),
            flow_id=paused.flow_id,
            flow_name=names.get(paused.flow_id, paused.flow_id),
            version=paused.version,
            about=paused.about,
            works_for=None if paused.works_for is None else WorksForModel.of(paused.works_for, names),
        )


class PausedPage(PageModel):
    rows: list[PausedModel]


class ResumeRequest(BaseModel):
    """Which pause is ended, and what the flow is given."""

    path: str | None = Field(
        default=None, max_length=2000, description="The card; not needed where the run pauses in one place only."
    )
    body: JsonValue = Field(default=None, description="What the Pause card gives as its body.")


class ResumedModel(BaseModel):
    """That a run was resumed, by this call or by one before."""

    resumed: bool
    before: bool = Field(description="It was resumed before: this call has changed nothing.")
    at: datetime | None

    @classmethod
    def of(cls, resumption: Resumption) -> ResumedModel:
        return cls(resumed=True, before=resumption.state is ResumeState.BEFORE, at=resumption.at)
