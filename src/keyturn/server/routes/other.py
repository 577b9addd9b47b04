"""Cards, events, and the doctor."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query

import keyturn
from keyturn.access.permissions import Permission
from keyturn.flows.paging import PageRequest

from ..access import GuardedRoute, Using, needs
from ..card_models import CardModel, CardPage
from ..event_models import EventModel, EventPage
from ..models import About, FindingModel, Findings, page_request
from ..problems import ERRORS, NotThere

router = APIRouter(responses=ERRORS, route_class=GuardedRoute)

Asked = Annotated[PageRequest, Depends(page_request)]


@router.get("/cards", tags=["cards"], dependencies=[needs(Permission.CARDS_READ)])
async def list_cards(
    using: Using,
    page: Asked,
    search: Annotated[str, Query(max_length=200)] = "",
    key: Annotated[list[str] | None, Query(max_length=200, description="Only these, as far as they are there.")] = None,
) -> CardPage:
    """Cards by key; each word of ``search`` matches key, title, category, or a synonym of the card or its app."""
    every = using.catalogue.all() if key is None else filter(None, map(using.catalogue.get, set(key)))
    specs = sorted((spec for spec in every if spec.found_by(search)), key=lambda spec: spec.key)
    rest = [spec for spec in specs if page.after is None or spec.key > page.after]
    rows, more = rest[: page.limit], len(rest) > page.limit
    return CardPage(rows=[CardModel.of(spec) for spec in rows], next=rows[-1].key if more else None)


@router.get("/cards/{key}", tags=["cards"], dependencies=[needs(Permission.CARDS_READ)])
async def read_card(using: Using, key: Annotated[str, Path(max_length=200)]) -> CardModel:
    """The declaration of a card."""
    spec = using.catalogue.get(key)
    if spec is None:
        raise NotThere(f"There is no card {key!r}.", "List the cards.")
    return CardModel.of(spec)


@router.get("/events", tags=["events"], dependencies=[needs(Permission.EVENTS_READ)])
async def list_events(using: Using, page: Asked) -> EventPage:
    """Events that came, newest first, and what they started."""
    found = await using.events.list(page)
    return EventPage(rows=[EventModel.of(record) for record in found.rows], next=found.next)


@router.get("/about", tags=["admin"], dependencies=[needs(Permission.EVENTS_READ)])
async def about(using: Using) -> About:
    """This installation: its version, its address, and what its operator has set. Secrets are left out."""
    settings = using.settings
    told, words = dict(settings.told()), dict(settings.words())
    return About(version=keyturn.__version__, address=settings.address, settings=told, words=words)


@router.post("/doctor", tags=["admin"], dependencies=[needs(Permission.ADMIN)])
async def doctor(using: Using) -> Findings:
    """Look at everything that claims to be alive, mend what can be mended, and tell."""
    findings = await using.doctor()
    models = [FindingModel.of(finding) for finding in findings]
    return Findings(good=all(model.good for model in models), findings=models)
