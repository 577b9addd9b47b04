"""Helper runs as they are listed beside the run that called them."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from pydantic import Field

from keyturn.engine.ports import Run

from .models import PageModel, RunModel


class HelperModel(RunModel):
    """A helper run, with what tells it from those of other rounds."""

    given: str | None = Field(description="What it was given, in a line; null where its flow keeps no data.")

    @classmethod
    def told(cls, run: Run, names: Mapping[str, str], given: Mapping[UUID, str]) -> HelperModel:
        return cls(**RunModel.of(run, names).model_dump(), given=given.get(run.id))


class HelperPage(PageModel):
    rows: list[HelperModel]
