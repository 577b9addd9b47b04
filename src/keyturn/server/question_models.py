"""Effects whose outcome nobody knows: what people are asked, what the app says now, and what they decide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from keyturn.app.looking import Looked
from keyturn.engine.history import Asked, PausedRun, Question, WorksFor
from keyturn.flows.json import JSON, Values

from .models import PageModel


class QuestionModel(BaseModel):
    """An effect whose outcome nobody knows: a person must say."""

    run_id: str
    path: str
    attempt: int
    card: str
    error: Values | None

    @classmethod
    def of(cls, question: Question) -> QuestionModel:
        return cls(
            run_id=str(question.run_id),
            path=question.path,
            attempt=question.attempt,
            card=question.card,
            error=question.error,
        )


class Questions(BaseModel):
    rows: list[QuestionModel]


class LookRequest(BaseModel):
    """Which effect the app is asked about."""

    path: str = Field(max_length=2000)
    attempt: int = Field(ge=1, le=1_000_000)


class ProofModel(BaseModel):
    """The field of an app's answer that tells; of a list ``value`` is what was sought, ``has`` whether it is there."""

    field: str
    value: JSON
    has: bool | None


class LookModel(BaseModel):
    """What the app says now about an effect whose outcome is unknown.

    ``outputs`` are what the card would have given; ``whole`` tells that nothing of them is masked or cut. ``error`` is
    why it says nothing that tells. ``proof`` is the field that tells, where the connector names one.
    """

    says: Literal["happened", "did not happen", "nothing"]
    outputs: Values | None
    whole: bool
    error: Values | None
    exchanges: list[JSON]
    at: datetime
    proof: ProofModel | None

    @classmethod
    def of(cls, looked: Looked) -> LookModel:
        return cls(
            says=looked.says,
            outputs=looked.outputs,
            whole=looked.whole,
            error=looked.error,
            exchanges=[*looked.exchanges],
            at=looked.at,
            proof=ProofModel.model_validate(looked.proof, from_attributes=True) if looked.proof is not None else None,
        )


class WorksForModel(BaseModel):
    """What a helper run works for: the flow of its root run, and whom that is about."""

    flow_id: str
    flow_name: str
    about: str | None

    @classmethod
    def of(cls, found: WorksFor, names: Mapping[str, str]) -> WorksForModel:
        return cls(flow_id=found.flow_id, flow_name=names.get(found.flow_id, found.flow_id), about=found.about)


def flows_told(rows: Sequence[Asked | PausedRun]) -> set[str]:
    """The flows that are named with what waits for a person."""
    return {row.flow_id for row in rows} | {row.works_for.flow_id for row in rows if row.works_for is not None}


class InboxModel(BaseModel):
    """A question among those of all runs. ``since`` is when it came up; ``works_for`` is told of helper runs."""

    question: QuestionModel
    root_id: str
    flow_id: str
    flow_name: str
    version: int
    about: str | None
    since: datetime | None
    works_for: WorksForModel | None

    @classmethod
    def of(cls, asked: Asked, names: Mapping[str, str]) -> InboxModel:
        return cls(
            question=QuestionModel.of(asked.question),
            root_id=str(asked.question.root_id),
            flow_id=asked.flow_id,
            flow_name=names.get(asked.flow_id, asked.flow_id),
            version=asked.version,
            about=asked.about,
            since=asked.since,
            works_for=None if asked.works_for is None else WorksForModel.of(asked.works_for, names),
        )


class InboxPage(PageModel):
    rows: list[InboxModel]


class Decision(BaseModel):
    """It happened (with these outputs), do it again, or stop."""

    path: str
    attempt: int = Field(ge=1, le=1_000_000)
    answer: Literal["happened", "again", "stop"]
    outputs: Values | None = None
