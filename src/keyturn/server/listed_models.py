"""Runs as they are read and listed: with what ran them again, and why a filter found them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from pydantic import BaseModel, Field

from keyturn.engine.history import Again, Part
from keyturn.engine.ports import Run

from .models import PageModel, RunModel


class PartModel(BaseModel):
    """A helper run: whom it is about, where it was called (`parent_path`), and how many of its root are like it."""

    id: str
    flow_id: str
    flow_name: str
    about: str | None
    parent_path: str | None
    count: int

    @classmethod
    def of(cls, part: Part, names: Mapping[str, str]) -> PartModel:
        return cls(
            id=str(part.run_id),
            flow_id=part.flow_id,
            flow_name=names.get(part.flow_id, part.flow_id),
            about=part.about,
            parent_path=part.parent_path,
            count=part.count,
        )


class AgainModel(BaseModel):
    """The newest run that ran a run again, or ran one again that did so."""

    id: str
    status: str
    created_at: datetime

    @classmethod
    def of(cls, again: Again) -> AgainModel:
        return cls(id=str(again.run_id), status=again.status.value, created_at=again.created_at)


class ReadRun(RunModel):
    """A run, with what ran it again since."""

    again: AgainModel | None = Field(description="Of a root run: the newest run that was begun to do it again.")

    @classmethod
    def read(cls, run: Run, names: Mapping[str, str], again: Again | None) -> ReadRun:
        told = None if again is None else AgainModel.of(again)
        return cls(**RunModel.of(run, names).model_dump(), again=told)


class ListedRun(ReadRun):
    """A run, with the helper run for which it is listed."""

    part: PartModel | None = Field(
        description="With `roots_only`: the first helper run that `about` or `text` found, where the root is not found."
    )

    @classmethod
    def listed(cls, run: Run, names: Mapping[str, str], again: Again | None, part: Part | None) -> ListedRun:
        told = None if part is None else PartModel.of(part, names)
        return cls(**ReadRun.read(run, names, again).model_dump(), part=told)


class RunPage(PageModel):
    rows: list[ListedRun]
