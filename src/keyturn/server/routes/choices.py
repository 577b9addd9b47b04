"""Choices and fields that are loaded from an app by way of a connection."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from pydantic import BaseModel

from keyturn.access.permissions import Permission
from keyturn.flows.conversion import to_text
from keyturn.flows.json import JSON
from keyturn.flows.paging import BadCursor, PageRequest

from ..access import Caller, GuardedRoute, Using, needs
from ..card_models import ChoiceModel
from ..models import PageModel, page_request
from ..problems import ERRORS, BadRequest
from .connections import ConnectionId

router = APIRouter(prefix="/connections", tags=["connections"], responses=ERRORS, route_class=GuardedRoute)

CardKey = Annotated[str, Path(max_length=200, description="For example okta.read_group.")]
FieldName = Annotated[str, Path(max_length=200, description="An input, option or output; one in an object with a dot.")]
Given = Annotated[list[str] | None, Query(max_length=50, description="NAME=VALUE of inputs that are chosen already.")]
Refresh = Annotated[bool, Query(description="Ask the app anew instead of taking what was loaded before.")]
Search = Annotated[str, Query(max_length=200, description="Only those in whose label, title or name it stands.")]
Value = Annotated[str | None, Query(max_length=1_000, description="Only the one with this value.")]
Page = Annotated[PageRequest, Depends(page_request)]


class ChoicePage(PageModel):
    """Choices of a field.

    ``of`` is how many were read, among which was searched; ``more`` whether the app has further ones, which were not.
    """

    rows: list[ChoiceModel]
    more: bool
    of: int
    loaded_at: datetime


class LoadedFieldModel(BaseModel):
    """A further field of an object."""

    name: str
    type: str
    title: str
    about: str
    required: bool
    choices: list[ChoiceModel]


class LoadedFieldPage(PageModel):
    """Further fields of an object.

    ``of`` is how many were read, among which was searched; ``more`` whether the app has further ones, which were not.
    """

    rows: list[LoadedFieldModel]
    more: bool
    of: int
    loaded_at: datetime


@router.get("/{connection_id}/choices/{card}/{field}", dependencies=[needs(Permission.CONNECTIONS_READ)])
async def list_choices(
    using: Using,
    caller: Caller,
    connection_id: ConnectionId,
    card: CardKey,
    field: FieldName,
    page: Page,
    given: Given = None,
    search: Search = "",
    value: Value = None,
    refresh: Refresh = False,
) -> ChoicePage:
    """What a field of a card may be, as the app says."""
    await using.connections.allow(connection_id, caller)
    loaded = await using.choices.load(connection_id, card, field, _pairs(given), refresh=refresh)
    wanted = search.lower()
    found = [one for one in loaded.choices if wanted in one.label.lower() and value in (None, to_text(one.value))]
    start, end, following = _part(page, len(found))
    rows = [ChoiceModel(value=one.value, label=one.label) for one in found[start:end]]
    of, at = len(loaded.choices), loaded.loaded_at
    return ChoicePage(rows=rows, next=following, more=loaded.more, of=of, loaded_at=at)


@router.get("/{connection_id}/fields/{card}/{field}", dependencies=[needs(Permission.CONNECTIONS_READ)])
async def list_fields(
    using: Using,
    caller: Caller,
    connection_id: ConnectionId,
    card: CardKey,
    field: FieldName,
    page: Page,
    given: Given = None,
    search: Search = "",
    refresh: Refresh = False,
) -> LoadedFieldPage:
    """Which further fields an object of a card may have, as the app says."""
    await using.connections.allow(connection_id, caller)
    loaded = await using.choices.load(connection_id, card, field, _pairs(given), refresh=refresh)
    wanted = search.lower()
    found = [one for one in loaded.fields if wanted in one.name.lower() or wanted in one.title.lower()]
    start, end, following = _part(page, len(found))
    rows = [
        LoadedFieldModel(
            name=one.name,
            type=str(one.type),
            title=one.title or one.name,
            about=one.about,
            required=one.required,
            choices=[ChoiceModel(value=choice.value, label=choice.label) for choice in one.choices],
        )
        for one in found[start:end]
    ]
    of, at = len(loaded.fields), loaded.loaded_at
    return LoadedFieldPage(rows=rows, next=following, more=loaded.more, of=of, loaded_at=at)


def _pairs(given: list[str] | None) -> dict[str, JSON]:
    pairs: dict[str, JSON] = {}
    for text in given or []:
        name, mark, value = text.partition("=")
        if not mark or not name:
            raise BadRequest(f"{text[:100]!r} is no NAME=VALUE.", "Give for example given=app=0oa1gjh63g214q0Hq0g4.")
        pairs[name] = value
    return pairs


def _part(page: PageRequest, count: int) -> tuple[int, int, str | None]:
    """Where a page begins and ends, and the mark of the next."""
    if page.after is not None and not (page.after.isascii() and page.after.isdigit() and len(page.after) < 10):
        raise BadCursor
    start = int(page.after) if page.after is not None else 0
    end = start + page.limit
    return start, end, str(end) if end < count else None
