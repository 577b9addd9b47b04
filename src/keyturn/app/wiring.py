"""Wires everything together, starts it and stops it in order."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from random import SystemRandom

from keyturn.access.tokens import Tokens
from keyturn.cards.catalogue import BuiltInCards, CombinedCatalogue
from keyturn.connections.authorise import Authoriser
from keyturn.connections.recent import RecentConnections
from keyturn.connections.vault import KeyUnusable, Vault, load_key
from keyturn.connectors.actions import ConnectorActions
from keyturn.connectors.events import EventMapper
from keyturn.connectors.registry import ConnectorRegistry
from keyturn.embedded import EmbeddedPostgres, EmbeddedPostgresError
from keyturn.engine.engine import Engine, Plans
from keyturn.engine.ports import StoreUnavailable
from keyturn.flows.paging import MAX_PAGE, PageRequest
from keyturn.flows.problems import ProblemError
from keyturn.http import BadEgressEntry, HttpClient, HttpSettings, Timeouts
from keyturn.library.library import Library
from keyturn.library.ports import FlowStore
from keyturn.library.published import PublishedFlows
from keyturn.store import DatabaseSettings, DatabaseUrlError, MigrationError, Store, open_store
from keyturn.triggers.manual import ManualStart
from keyturn.triggers.okta_hook import OktaEventHook
from keyturn.workers.guard import LeaseGuard
from keyturn.workers.reconciler import Reconciler
from keyturn.workers.stopping import Stopping
from keyturn.workers.worker import Worker, WorkerSettings, new_owner

from .clock import SystemClock
from .desk import ConnectionCaller, Connections
from .doctor import Doctor
from .folders import make_data_folder
from .ids import new_id
from .runs import RunDesk
from .services import Services
from .settings import Settings

CANNOT_START = (
    KeyUnusable,
    EmbeddedPostgresError,
    DatabaseUrlError,
    MigrationError,
    StoreUnavailable,
    BadEgressEntry,
    ProblemError,
)


@dataclass(frozen=True, slots=True)
class App:
    """A running Keyturn: what its server offers, and its worker."""

    services: Services
    worker: Worker
    reconciler: Reconciler


class OlderManifests:
    """Manifests by digest, from the flow store."""

    def __init__(self, flows: FlowStore) -> None:
        self._flows = flows

    async def content_of(self, digest: str) -> str | None:
        manifest = await self._flows.manifest(digest)
        return manifest.content if manifest else None


class SubscribedCards:
    """Event cards that active flows use with a connection."""

    def __init__(self, flows: FlowStore) -> None:
        self._flows = flows

    async def event_cards(self, connection_id: str) -> Sequence[str]:
        found: set[str] = set()
        page: PageRequest | None = PageRequest(MAX_PAGE)
        while page is not None:
            flows = await self._flows.list(page)
            found |= {f.event_card for f in flows.rows if f.active and f.event_connection == connection_id}
            page = PageRequest(MAX_PAGE, flows.next) if flows.next else None
        return sorted(found)


@asynccontextmanager
async def database_url(settings: Settings) -> AsyncGenerator[str]:
    """The database's address; without one in the settings the embedded Postgres runs meanwhile."""
    if settings.database_url is not None:
        yield settings.database_url.get_secret_value()
        return
    embedded = EmbeddedPostgres(settings.data / "postgres")
    address = await asyncio.to_thread(embedded.start)
    try:
        yield address.url
    finally:
        await asyncio.to_thread(embedded.stop)


@asynccontextmanager
async def open_app(settings: Settings) -> AsyncGenerator[App]:
    """Open database and clients, wire everything, and close it all at the end.

    Raises:
        KeyUnusable, EmbeddedPostgresError, DatabaseUrlError, MigrationError, StoreUnavailable, BadEgressEntry:
            it cannot start; each says what to do.
    """
    make_data_folder(settings.data)
    vault = Vault(load_key(_plain(settings.secret_key), settings.data / "secret.key"))
    http = HttpClient(_http_settings(settings))
    try:
        async with database_url(settings) as url:
            store = await open_store(url, _database_settings(settings))
            try:
                await store.admission.set_rules(settings.admission)
                yield _wire(settings, vault, http, store)
            finally:
                await store.close()
    finally:
        await http.aclose()


def _plain(secret: object) -> str | None:
    reveal = getattr(secret, "get_secret_value", None)
    return str(reveal()) if reveal is not None else None


def _database_settings(settings: Settings) -> DatabaseSettings:
    return DatabaseSettings(patience=timedelta(seconds=settings.database_patience_seconds))


def _http_settings(settings: Settings) -> HttpSettings:
    return HttpSettings(
        timeouts=Timeouts(answer_s=settings.answer_seconds),
        max_response_bytes=settings.answer_bytes,
        allow=tuple(settings.egress_allowed),
    )


def _wire(settings: Settings, vault: Vault, http: HttpClient, store: Store) -> App:
    clock = SystemClock()
    functions = BuiltInCards()
    registry = ConnectorRegistry(older=OlderManifests(store.flows))
    catalogue = CombinedCatalogue(functions, registry)
    recent = RecentConnections(store.connections, clock)
    authoriser = Authoriser(http, recent, vault, clock)
    plans = Plans(PublishedFlows(store.flows), catalogue, functions)
    events = EventMapper(registry)
    connections = Connections(
        store=recent,
        authoriser=authoriser,
        registry=registry,
        caller=ConnectionCaller(authoriser, http),
        events=events,
        cards=SubscribedCards(store.flows),
        clock=clock,
        address=settings.address,
    )
    worker = _worker(settings, store, plans, ConnectorActions(registry, authoriser, http, clock), clock)
    reconciler = Reconciler(store.leases, clock, store.corpses)
    services = Services(
        settings=settings,
        clock=clock,
        catalogue=catalogue,
        library=Library(store.flows, catalogue, registry, connections),
        plans=plans,
        history=store.history,
        control=store.control,
        runs=RunDesk(store.history, store.control, plans, clock, new_id),
        manual=ManualStart(store.starts, plans, clock, new_id),
        okta_hook=OktaEventHook(
            events=store.events, flows=store.flows, mapping=events, secrets=authoriser, clock=clock, new_id=new_id
        ),
        events=store.events,
        connections=connections,
        tokens=Tokens(store.tokens, clock),
        reconciler=reconciler,
        new_id=new_id,
        ready=store.database.check,
        doctor=Doctor(store.database, store.connections, authoriser, reconciler, store.admission).look,
    )
    return App(services, worker, reconciler)


def _worker(settings: Settings, store: Store, plans: Plans, actions: ConnectorActions, clock: SystemClock) -> Worker:
    margin = min(WorkerSettings().margin_seconds, settings.lease_seconds / 4)
    worker_settings = WorkerSettings(
        at_once=settings.runs_at_once, lease_seconds=settings.lease_seconds, margin_seconds=margin
    )
    guard = LeaseGuard(clock, worker_settings.lease_seconds, worker_settings.margin_seconds)
    stopping = Stopping()
    engine = Engine(
        store=store.runs,
        plans=plans,
        actions=actions,
        clock=clock,
        random=SystemRandom(os.urandom(8)),
        guard=guard.ensure,
        stopping=stopping.asked,
    )
    return Worker(
        owner=new_owner(),
        engine=engine,
        leases=store.leases,
        queue=store.queue(),
        clock=clock,
        guard=guard,
        settings=worker_settings,
        stopping=stopping,
    )
