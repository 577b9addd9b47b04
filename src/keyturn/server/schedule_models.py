"""The shapes of the API's answers about schedules. Times are in UTC where nothing else is said."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from keyturn.app.schedules import Preview, ScheduleView
from keyturn.flows.json import JSON, Values
from keyturn.flows.schedules import WEEKDAYS, Flaw, Interval

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


class ScheduleAsked(BaseModel):
    """A schedule that is being made."""

    model_config = ConfigDict(extra="forbid")

    options: Values = Field(default_factory=dict[str, JSON], description="The options of the event card schedule.")
    times: int = Field(default=5, ge=1, le=100, description="How many due times to come are told.")


class IntervalModel(BaseModel):
    """An interval, with what the options leave out."""

    every: int
    unit: str
    at: str = Field(description="Time of day, HH:MM; for days, weeks and months.")
    weekdays: list[str]
    day: int = Field(description="Day of the month; in shorter months it is the last one.")

    @classmethod
    def of(cls, interval: Interval) -> IntervalModel:
        weekdays = [WEEKDAYS[day] for day in interval.weekdays]
        return cls(
            every=interval.every,
            unit=interval.unit.value,
            at=f"{interval.at:%H:%M}",
            weekdays=weekdays,
            day=interval.day,
        )


class FlawModel(BaseModel):
    """One thing that is wrong with the options of a schedule."""

    code: str
    option: str
    what: str
    mend: str

    @classmethod
    def of(cls, flaw: Flaw) -> FlawModel:
        return cls(code=flaw.code, option=flaw.option, what=flaw.what, mend=flaw.mend)


class SchedulePreview(BaseModel):
    """What options of a schedule mean; where something is wrong with them, only what."""

    words: str = Field(description="The schedule in words; empty if the options make none.")
    interval: IntervalModel | None = Field(description="Null for cron text.")
    upcoming: list[datetime] = Field(description="Due times from now on, in the zone of the schedule.")
    flaws: list[FlawModel]

    @classmethod
    def of(cls, preview: Preview) -> SchedulePreview:
        return cls(
            words=preview.words,
            interval=IntervalModel.of(preview.interval) if preview.interval else None,
            upcoming=list(preview.upcoming),
            flaws=[FlawModel.of(flaw) for flaw in preview.flaws],
        )


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
