"""The shapes of the API's requests and answers about templates."""

from __future__ import annotations

from collections.abc import Set

from pydantic import BaseModel, Field

from keyturn.library.templates import Template

from .models import PageModel, Published


class TemplateFlowModel(BaseModel):
    """A flow of a template."""

    id: str
    name: str
    event_card: str
    there: bool = Field(description="A flow with this id is in the library already, this one or another.")


class SlotModel(BaseModel):
    """A place for a connection of an app."""

    name: str
    connector: str


class TemplateModel(BaseModel):
    """Flows that come along, and the connections that they need."""

    id: str
    title: str
    about: str
    flows: list[TemplateFlowModel]
    connections: list[SlotModel]

    @classmethod
    def of(cls, template: Template, there: Set[str]) -> TemplateModel:
        return cls(
            id=template.id,
            title=template.title,
            about=template.about,
            flows=[
                TemplateFlowModel(id=flow.id, name=flow.name, event_card=flow.event.card, there=flow.id in there)
                for flow in template.flows
            ],
            connections=[SlotModel(name=slot.name, connector=slot.connector) for slot in template.slots],
        )


class TemplatePage(PageModel):
    rows: list[TemplateModel]


class HookUp(BaseModel):
    """Which connection stands in each place; one that is not named keeps the template's id."""

    connections: dict[str, str] = Field(default_factory=dict[str, str], max_length=100)


class TakenOverModel(Published):
    """What came of it; ``resting`` are the flows that are to be switched on once they were looked at."""

    resting: list[str]
