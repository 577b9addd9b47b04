"""The shapes of the API's answers about schedules. All times are in UTC."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, Field

from keyturn.app.schedules import ScheduleView

from .models import PageModel


class ScheduleModel(BaseModel):
    """A flow's schedule."""

    flow_id: str
    name: str
    active: bool = Field(description="Whether the flow is on; if not, nothing is due.")
    words: str = Field(description="The schedule in words.")
    zone: str
    next: datetime | None = Field(description="The next due time; null if there is none any more.")
    last: datetime | None = Field(description="The due time that it fired for last.")
    last_run: str | None
    last_skipped: int = Field(description="How many due times before the last one were missed, up to 1000.")

    @classmethod
    def of(cls, view: ScheduleView) -> ScheduleModel:
        return cls.model_validate(_fields(view))


class SchedulePage(PageModel):
    rows: list[ScheduleModel]


class ScheduleTimes(ScheduleModel):
    """A flow's schedule with due times to come."""

    upcoming: list[datetime]

    @classmethod
    def told(cls, view: ScheduleView) -> ScheduleTimes:
        return cls.model_validate({**_fields(view), "upcoming": view.upcoming})


def _fields(view: ScheduleView) -> dict[str, object]:
    return {
        "flow_id": view.flow_id,
        "name": view.name,
        "active": view.active,
        "words": view.words,
        "zone": view.zone,
        "next": view.next,
        "last": view.last,
        "last_run": str(view.last_run) if view.last_run else None,
        "last_skipped": view.last_skipped,
    }
