"""Wires everything together, starts it and stops it in order."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from uuid import UUID

from keyturn.access.sessions import Sessions
from keyturn.access.tokens import Tokens
from keyturn.cards.catalogue import BuiltInCards, CombinedCatalogue
from keyturn.cards.connector_builder import LARGEST_CURSOR
from keyturn.connections.authorise import Authoriser
from keyturn.connections.health import HealthNotes
from keyturn.connections.resealing import reseal
from keyturn.connections.vault import KeyUnusable, Vault, load_key, read_keys
from keyturn.connectors.choices import ChoiceLoader
from keyturn.connectors.events import EventMapper
from keyturn.connectors.own import OwnConnectors
from keyturn.connectors.registry import ConnectorRegistry
from keyturn.data.actions import TableActions
from keyturn.data.attachments import FileAttachments
from keyturn.data.cursor_actions import CURSOR, CursorActions
from keyturn.data.file_actions import FileActions
from keyturn.data.file_transfers import DOWNLOAD, UPLOAD, FileTransfers, KeptAnswers
from keyturn.data.files import Files
from keyturn.data.table_files import EXPORT, IMPORT, TableFiles
from keyturn.embedded import EmbeddedPostgresError
from keyturn.engine.engine import Plans
from keyturn.engine.pauses import PausesOf
from keyturn.engine.points import Points, Watcher
from keyturn.engine.ports import StoreUnavailable
from keyturn.flows.actions import Actions
from keyturn.flows.paging import MAX_PAGE, PageRequest
from keyturn.flows.problems import ProblemError
from keyturn.flows.spec import Catalogue
from keyturn.http import BadSetting, HttpClient
from keyturn.http.dialling import Dialler
from keyturn.http.smtp import MailClient
from keyturn.library.actions import FlowActions
from keyturn.library.drafts import Drafts
from keyturn.library.folders import Folders
from keyturn.library.library import Library
from keyturn.library.ports import FlowStore
from keyturn.library.published import PublishedFlows
from keyturn.library.templates import Templates
from keyturn.store import DatabaseSettings, DatabaseUrlError, FolderContents, MigrationError, Store, open_store, uuid_of
from keyturn.triggers.endpoint.desk import EndpointDesk
from keyturn.triggers.endpoint.directory import Directory
from keyturn.triggers.endpoint.endpoints import Endpoints
from keyturn.triggers.manual import ManualStart
from keyturn.triggers.okta_hook import OktaEventHook
from keyturn.triggers.resume import ProvedAddresses, ResumeCalls
from keyturn.triggers.schedules import Scheduler
from keyturn.workers.in_place import InPlace
from keyturn.workers.reconciler import Reconciler
from keyturn.workers.retention import Retention
from keyturn.workers.worker import Worker

from .accounts import wire_accounts
from .actions import AllActions
from .clock import SystemClock
from .connectors import ConnectorDesk, ConnectorWatch, log_unusable
from .database import database_url
from .doctor import Doctor, Watches
from .examples import all_examples
from .folders import DataFolderUnusable, make_data_folder
from .ids import id_bytes
from .looking import Looking
from .pauses import PauseDesk
from .reach import http_settings
from .running import Running
from .runs import RunDesk
from .sandbox import SandboxDesk
from .schedules import ScheduleDesk
from .services import Services
from .settings import Settings
from .stand_ins import StandInDesk
from .tables import TableDesk
from .uses import UseDesk

CANNOT_START = (
    DataFolderUnusable,
    KeyUnusable,
    EmbeddedPostgresError,
    DatabaseUrlError,
    MigrationError,
    StoreUnavailable,
    BadSetting,
    ProblemError,
)


@dataclass(frozen=True, slots=True)
class App:
    """A running Keyturn: what its server offers, its worker, the runs that begin here, and what keeps watch.

    Attributes:
        notes: what is to be written before the store is closed.
    """

    services: Services
    worker: Worker
    in_place: InPlace
    watches: Watches
    notes: HealthNotes
    connector_watch: ConnectorWatch


class CardsAsPublished:
    """All cards, with each connector as a version of a flow was published with it."""

    def __init__(self, functions: BuiltInCards, registry: ConnectorRegistry) -> None:
        self._functions = functions
        self._registry = registry

    async def cards(self, manifests: Mapping[str, str]) -> Catalogue:
        return CombinedCatalogue(self._functions, await self._registry.as_published(manifests))


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


def new_id() -> UUID:
    """As ``ids.new_id``, in the form that rows have: a run's id is looked up, hashed and written a hundred times."""
    return uuid_of(id_bytes())


@asynccontextmanager
async def open_app(settings: Settings, watcher: Watcher | None = None) -> AsyncGenerator[App]:
    """Open database and clients, wire everything, and close it all at the end.

    Args:
        watcher: told of each commit point that is reached.

    Raises:
        KeyUnusable, EmbeddedPostgresError, DatabaseUrlError, MigrationError, StoreUnavailable, BadSetting: it
            cannot start; each says what to do.
    """
    make_data_folder(settings.data)
    former = read_keys(_plain(settings.former_secret_keys) or "")
    vault = Vault(load_key(_plain(settings.secret_key), settings.data / "secret.key"), former)
    http = HttpClient(http_settings(settings))
    points = Points(watcher)
    try:
        async with database_url(settings) as url:
            store = await open_store(url, _database_settings(settings), sealer=vault, points=points)
            try:
                await store.admission.set_rules(settings.admission)
                app = _wire(settings, vault, http, store, points)
                log_unusable(app.services.connectors.unusable())
                await app.connector_watch.own.refresh()
                yield app
                await app.notes.written()
            finally:
                await store.close()
    finally:
        await http.aclose()


def _plain(secret: object) -> str | None:
    reveal = getattr(secret, "get_secret_value", None)
    return str(reveal()) if reveal is not None else None


def _database_settings(settings: Settings) -> DatabaseSettings:
    return DatabaseSettings(patience=timedelta(seconds=settings.database_patience_seconds))


def _connectors(settings: Settings, store: Store) -> ConnectorRegistry:
    own, named = settings.connectors_folder, settings.connectors is not None
    return ConnectorRegistry(older=OlderManifests(store.flows), folder=own, named=named)


def _wire(settings: Settings, vault: Vault, http: HttpClient, store: Store, points: Points) -> App:
    clock, functions = SystemClock(), BuiltInCards(settings.card_limits)
    registry = _connectors(settings, store)
    catalogue = CombinedCatalogue(functions, registry)
    files = Files(store.files, FolderContents(settings.files_folder, new_id), clock, settings.file_rules)
    mail = MailClient(Dialler(http_settings(settings)), settings.answer_seconds), FileAttachments(files)
    accounts = wire_accounts(store, registry, http, vault, clock, settings.address, *mail)
    authoriser = accounts.authoriser
    plans = Plans(PublishedFlows(store.flows), catalogue, functions, CardsAsPublished(functions, registry))
    events, tables = EventMapper(registry), TableDesk(store.tables, store.rows, new_id)
    connections = accounts.desk(registry, events, SubscribedCards(store.flows))
    library = Library(store.flows, catalogue, registry, connections, tables)
    folders, watch = Folders(store.folders), ConnectorWatch(OwnConnectors(store.own_connectors, registry), clock)
    drafts, addresses = Drafts(store.drafts, library), ProvedAddresses(vault, settings.address)
    uses = UseDesk(library, drafts, folders, connections)
    own = _own(settings, store, files, http, clock) | _of_flows(FlowActions(library, folders, files))
    actions = AllActions(accounts.actions(registry, KeptAnswers(files)), own)
    running = Running(settings, store, plans, actions, accounts.turns, clock, points, PausesOf(addresses, store.pauses))
    in_place, directory = running.in_place(), Directory(store.endpoints, plans, clock)
    watches = _watches(settings, store, files, clock, points)
    runs = RunDesk(store.history, store.control, plans, clock, new_id, points)
    services = Services(
        settings=settings,
        clock=clock,
        catalogue=catalogue,
        library=library,
        drafts=drafts,
        folders=folders,
        templates=Templates(all_examples(), catalogue, library),
        plans=plans,
        history=store.history,
        control=store.control,
        runs=runs,
        looking=Looking(store.history, plans, actions, clock),
        pauses=PauseDesk(runs, store.pauses, points),
        resumes=ResumeCalls(addresses, store.pauses, points),
        manual=ManualStart(store.starts, plans, clock, new_id, points),
        okta_hook=_okta_hook(store, events, authoriser, clock, points),
        endpoints=_endpoints(settings, store, directory, in_place, clock, points),
        endpoint_desk=EndpointDesk(store.endpoints, directory, settings.address),
        events=store.events,
        schedules=ScheduleDesk(store.schedules, clock),
        connections=connections,
        scopes=accounts.scopes(registry, store.flows),
        connectors=ConnectorDesk(registry, watch.own, uses),
        uses=uses,
        sign_ins=accounts.sign_ins,
        choices=ChoiceLoader(registry, authoriser, http, clock, accounts.notes, accounts.budgets),
        tables=tables,
        files=files,
        sandbox=SandboxDesk(settings.sandbox_file, settings.ca_file),
        stand_ins=StandInDesk(connections, SandboxDesk(settings.sandbox_file, settings.ca_file)),
        tokens=Tokens(store.tokens, clock),
        sessions=Sessions(store.sessions, clock),
        reconciler=watches.reconciler,
        new_id=new_id,
        ready=store.database.check,
        doctor=_doctor(store, authoriser, watches, vault, registry).look,
    )
    return App(services, running.worker(), in_place, watches, accounts.notes, watch)


def _watches(settings: Settings, store: Store, files: Files, clock: SystemClock, points: Points) -> Watches:
    return Watches(
        Reconciler(store.leases, clock, store.corpses, leftovers=files),
        Scheduler(store.schedules, clock, new_id, points=points),
        Retention(store.old_runs, clock, settings.history_days),
    )


def _doctor(
    store: Store, authoriser: Authoriser, watches: Watches, vault: Vault, registry: ConnectorRegistry
) -> Doctor:
    seal, left_out = partial(reseal, store.sealed, vault), registry.unusable
    return Doctor(
        store.database,
        store.connections,
        authoriser,
        watches,
        store.admission,
        seal,
        store.flows,
        store.health,
        left_out,
    )


def _own(settings: Settings, store: Store, files: Files, http: HttpClient, clock: SystemClock) -> dict[str, Actions]:
    """Who carries out the cards of tables and files, and Cursor."""
    transfers = FileTransfers(files, http, clock, settings.file_seconds)
    in_files = TableFiles(store.tables, store.rows, files)
    return {
        "table": TableActions(store.tables, store.rows, new_id),
        EXPORT: in_files,
        IMPORT: in_files,
        "file": FileActions(files, settings.largest_text, settings.largest_list),
        DOWNLOAD: transfers,
        UPLOAD: transfers,
        CURSOR: CursorActions(LARGEST_CURSOR),
    }


def _of_flows(actions: Actions) -> dict[str, Actions]:
    return {"flows": actions, "folder": actions}


def _endpoints(
    settings: Settings,
    store: Store,
    directory: Directory,
    in_place: InPlace,
    clock: SystemClock,
    points: Points,
) -> Endpoints:
    return Endpoints(
        directory=directory,
        store=store.endpoints,
        in_place=in_place,
        runs=store.history,
        clock=clock,
        new_id=new_id,
        longest_wait=settings.endpoint_wait_seconds,
        points=points,
    )


def _okta_hook(
    store: Store, events: EventMapper, authoriser: Authoriser, clock: SystemClock, points: Points
) -> OktaEventHook:
    return OktaEventHook(
        events=store.events,
        flows=store.flows,
        mapping=events,
        secrets=authoriser,
        clock=clock,
        new_id=new_id,
        points=points,
    )
