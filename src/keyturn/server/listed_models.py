"""Runs as they are listed, with why a filter found them."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import BaseModel, Field

from keyturn.engine.history import Part
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


class ListedRun(RunModel):
    """A run, with the helper run for which it is listed."""

    part: PartModel | None = Field(
        description="With `roots_only`: the first helper run that `about` or `text` found, where the root is not found."
    )

    @classmethod
    def listed(cls, run: Run, names: Mapping[str, str], part: Part | None) -> ListedRun:
        told = None if part is None else PartModel.of(part, names)
        return cls(**RunModel.of(run, names).model_dump(), part=told)


class RunPage(PageModel):
    rows: list[ListedRun]
