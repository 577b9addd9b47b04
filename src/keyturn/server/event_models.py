"""The shapes of the API's answers about events that came."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, Field

from keyturn.triggers.okta_hook import people_of
from keyturn.triggers.ports import EventRecord

from .models import PageModel


class StartedModel(BaseModel):
    """A run that an event started; ``flow_name`` is what its flow is called now."""

    run_id: str
    flow_id: str
    flow_name: str
    status: str = Field(description="How the run stands; empty if it is not kept any more.")


class EventModel(BaseModel):
    id: int
    connection_id: str
    event_id: str
    type: str
    received_at: datetime
    people: list[str] = Field(description="Whom it is about, by their logins.")
    runs: list[str]
    started: list[StartedModel]
    note: str

    @classmethod
    def of(cls, record: EventRecord) -> EventModel:
        return cls(
            id=record.id,
            connection_id=record.connection_id,
            event_id=record.event_id,
            type=record.type,
            received_at=record.received_at,
            people=people_of(record.payload),
            runs=[str(run.id) for run in record.started],
            started=[
                StartedModel(run_id=str(run.id), flow_id=run.flow_id, flow_name=run.flow_name, status=run.status)
                for run in record.started
            ],
            note=record.note,
        )


class EventPage(PageModel):
    rows: list[EventModel]
