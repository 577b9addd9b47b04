"""A Keyturn without database and network: the real rooms over stores in memory."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from random import Random
from uuid import UUID

from fastapi import FastAPI
from support_client import Client
from support_files import MemoryContents, MemoryFiles
from support_stores import (
    START,
    MemoryConnections,
    MemoryDrafts,
    MemoryEndpoints,
    MemoryEvents,
    MemoryFlows,
    MemoryFolders,
    MemoryOwnConnectors,
    MemoryRuns,
    MemorySchedules,
    Switch,
)
from support_tables import MemoryTables
from support_tokens import MemorySessions, MemoryTokens

from keyturn.access.permissions import Permission
from keyturn.access.sessions import Sessions
from keyturn.access.tokens import Tokens
from keyturn.app.connectors import ConnectorDesk
from keyturn.app.desk import Connections
from keyturn.app.looking import Looking
from keyturn.app.pauses import PauseDesk
from keyturn.app.runs import RunDesk
from keyturn.app.sandbox import SandboxDesk
from keyturn.app.schedules import ScheduleDesk
from keyturn.app.scopes import ScopeDesk
from keyturn.app.services import Finding, Services
from keyturn.app.settings import Settings
from keyturn.app.stand_ins import StandInDesk
from keyturn.app.tables import TableDesk
from keyturn.app.uses import UseDesk
from keyturn.app.wiring import CardsAsPublished, OlderManifests, SubscribedCards
from keyturn.cards.catalogue import BuiltInCards, CombinedCatalogue
from keyturn.connections.access_tokens import AccessTokens
from keyturn.connections.alone import MemoryBudgets, MemoryGrants, MemoryHealth
from keyturn.connections.authorise import Authoriser
from keyturn.connections.budget import RateBudgets
from keyturn.connections.health import HealthNotes
from keyturn.connections.sign_in import SignIns
from keyturn.connections.vault import Vault
from keyturn.connectors.alone import actions_alone
from keyturn.connectors.choices import ChoiceLoader
from keyturn.connectors.events import EventMapper
from keyturn.connectors.exchanges import Sender
from keyturn.connectors.own import OwnConnectors
from keyturn.connectors.registry import ConnectorRegistry
from keyturn.data.file_model import FileRules
from keyturn.data.files import Files
from keyturn.engine.engine import Engine, Plans
from keyturn.engine.memory import MemoryPauses, MemoryRunStore
from keyturn.flows.actions import ActionCall, Done
from keyturn.flows.json import JSON
from keyturn.http import Request, Response
from keyturn.library.drafts import Drafts
from keyturn.library.folders import Folders
from keyturn.library.library import Library
from keyturn.library.published import PublishedFlows
from keyturn.library.templates import Templates
from keyturn.server import create_server
from keyturn.triggers.endpoint.desk import EndpointDesk
from keyturn.triggers.endpoint.directory import Directory
from keyturn.triggers.endpoint.endpoints import Endpoints
from keyturn.triggers.manual import ManualStart
from keyturn.triggers.okta_hook import OktaEventHook
from keyturn.triggers.resume import ProvedAddresses, ResumeCalls
from keyturn.triggers.subscribe import Answer
from keyturn.workers.in_place import InPlace
from keyturn.workers.ports import Swept
from keyturn.workers.reconciler import Reconciler
from keyturn.workers.stopping import Stopping
from keyturn.workers.worker import WorkerSettings

TOKEN = "kt_test_token_with_all_permissions"
EXAMPLES = Path(__file__).parents[2] / "examples" / "offboarding"


class FixedClock:
    """Each look is a second later."""

    def __init__(self) -> None:
        self._ticks = count()

    def now(self) -> datetime:
        return START + timedelta(seconds=next(self._ticks))

    def monotonic(self) -> float:
        return float(next(self._ticks))

    async def sleep(self, seconds: float) -> None:
        raise AssertionError("nothing here sleeps")


class NoNetwork:
    """Nothing goes outside."""

    async def send(
        self,
        request: Request,
        *,
        before_send: Callable[[], None] | None = None,
        on_answer: Callable[[], Awaitable[None]] | None = None,
    ) -> Response:
        raise AssertionError(f"{request.method} {request.url} would have been sent")


class FakeOkta:
    """Okta's side of tests and subscriptions: answers by method and path, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, JSON]] = []
        self.answers: dict[tuple[str, str], Answer] = {
            ("GET", "/api/v1/users?limit=1"): Answer(200, []),
            ("GET", "/api/v1/eventHooks"): Answer(200, []),
            ("POST", "/api/v1/eventHooks"): Answer(200, {"id": "who1"}),
            ("POST", "/api/v1/eventHooks/who1/lifecycle/verify"): Answer(200, {}),
        }

    async def call(
        self, connection_id: str, method: str, path: str, body: JSON = None, scopes: Sequence[str] = ()
    ) -> Answer:
        self.asked.append((method, path, body))
        return self.answers.get((method, path), Answer(404, {"errorCode": "E0000007", "errorSummary": "Not found"}))


class NoActions:
    """No app is asked for anything."""

    async def perform(self, call: ActionCall) -> Done:
        raise AssertionError(f"{call.card} would have been carried out")


class NoLeases:
    async def sweep(self) -> Swept:
        return Swept()


@dataclass
class Site:
    """A server with all that stands behind it."""

    app: FastAPI
    services: Services
    switch: Switch
    flows: MemoryFlows
    runs: MemoryRuns
    events: MemoryEvents
    connections: MemoryConnections
    okta: FakeOkta
    findings: list[Finding]
    contents: MemoryContents
    pauses: MemoryPauses

    def client(self, token: str | None = TOKEN) -> Client:
        return Client(self.app, token)

    async def client_with(self, *permissions: Permission) -> Client:
        """A client with only these permissions."""
        name = "+".join(permissions) or "nothing"
        return self.client(await self.services.tokens.make(name, permissions))

    async def client_of(self, name: str) -> Client:
        """A client with all permissions, under a name of its own."""
        return self.client(await self.services.tokens.make(name, [*Permission]))


def ids() -> Iterator[UUID]:
    return (UUID(int=number) for number in count(1))


def make_endpoints(
    switch: Switch, flows: MemoryFlows, plans: Plans, clock: FixedClock, new_id: Callable[[], UUID]
) -> tuple[Endpoints, EndpointDesk]:
    """Endpoints whose runs are carried out by the real engine, over a store in memory."""
    store, stopping = MemoryRunStore(), Stopping()
    engine = Engine(
        store=store,
        plans=plans,
        actions=NoActions(),
        clock=clock,
        random=Random(1),
        guard=lambda: None,
        stopping=stopping.asked,
    )
    in_place = InPlace(
        owner="test",
        engine=engine,
        runs=store,
        leases=NoLeases(),  # type: ignore[arg-type]
        clock=clock,
        settings=WorkerSettings(),
        stopping=stopping,
    )
    known = MemoryEndpoints(switch, flows, store)
    directory = Directory(known, plans, clock)
    endpoints = Endpoints(
        directory=directory,
        store=known,
        in_place=in_place,
        runs=known,
        clock=clock,
        new_id=new_id,
        longest_wait=60,
    )
    return endpoints, EndpointDesk(known, directory, "https://keyturn.example")


def make_choices(
    registry: ConnectorRegistry, authoriser: Authoriser, network: Sender, clock: FixedClock, health: MemoryHealth
) -> ChoiceLoader:
    """What loads choices from apps."""
    notes, budgets = HealthNotes(health, clock), RateBudgets(MemoryBudgets(clock), clock)
    return ChoiceLoader(registry, authoriser, network, clock, notes, budgets)


def make_desk(
    connections: MemoryConnections,
    authoriser: Authoriser,
    registry: ConnectorRegistry,
    okta: FakeOkta,
    cards: SubscribedCards,
    sign_ins: SignIns,
    clock: FixedClock,
    health: MemoryHealth,
    notes: HealthNotes,
) -> Connections:
    """What people do with connections, over a pretend Okta."""
    return Connections(
        store=connections,
        authoriser=authoriser,
        registry=registry,
        caller=okta,  # type: ignore[arg-type]
        events=EventMapper(registry),
        cards=cards,
        health=health,
        notes=notes,
        sign_ins=sign_ins,
        clock=clock,
        address="https://keyturn.example",
    )


def make_sign_ins(
    network: Sender, connections: MemoryConnections, clock: FixedClock, notes: HealthNotes
) -> tuple[Authoriser, SignIns, AccessTokens]:
    """Credentials and sign-ins over stores in memory."""
    vault = Vault(bytes(range(32)))
    tokens = AccessTokens(network, MemoryGrants(), vault, clock)
    authoriser = Authoriser(connections, vault, tokens)
    sign_ins = SignIns(
        http=network,
        store=connections,
        authoriser=authoriser,
        tokens=tokens,
        vault=vault,
        clock=clock,
        health=notes,
        address="https://keyturn.example",
    )
    return authoriser, sign_ins, tokens


def make_hook(
    events: MemoryEvents,
    flows: MemoryFlows,
    registry: ConnectorRegistry,
    secrets: Authoriser,
    clock: FixedClock,
    new_id: Callable[[], UUID],
) -> OktaEventHook:
    """Who takes deliveries of Okta's event hook."""
    mapping = EventMapper(registry)
    return OktaEventHook(events=events, flows=flows, mapping=mapping, secrets=secrets, clock=clock, new_id=new_id)


def make_pauses(clock: FixedClock) -> tuple[MemoryPauses, ResumeCalls]:
    """Pauses in memory, and who takes calls of their addresses."""
    pauses = MemoryPauses(clock.now)
    addresses = ProvedAddresses(Vault(bytes(range(32))), "https://keyturn.example")
    return pauses, ResumeCalls(addresses, pauses)


def told(findings: Sequence[Finding]) -> Callable[[], Awaitable[Sequence[Finding]]]:
    """A doctor who finds this."""

    async def look() -> Sequence[Finding]:
        return findings

    return look


NOWHERE = Path("/nonexistent")


async def make_site(
    web: Path = NOWHERE, sandbox: Path = NOWHERE, network: Sender | None = None, connectors: Path = NOWHERE
) -> Site:
    """A server whose token is ``TOKEN``; its web app and connectors are in folders, a file tells of a sandbox."""
    switch, clock, new_id, health = Switch(), FixedClock(), ids().__next__, MemoryHealth()
    flows, runs, connections, okta = MemoryFlows(switch), MemoryRuns(switch), MemoryConnections(), FakeOkta()
    tables, contents, (pauses, resumes) = MemoryTables(switch), MemoryContents(), make_pauses(clock)
    events, findings = MemoryEvents(switch, runs), [Finding("database", True, "It answers.")]
    network, notes = network or NoNetwork(), HealthNotes(health, clock)
    functions, registry = BuiltInCards(), ConnectorRegistry(older=OlderManifests(flows), folder=connectors)
    catalogue = CombinedCatalogue(functions, registry)
    plans = Plans(PublishedFlows(flows), catalogue, functions, CardsAsPublished(functions, registry))
    authoriser, sign_ins, tokens = make_sign_ins(network, connections, clock, notes)
    desk = make_desk(connections, authoriser, registry, okta, SubscribedCards(flows), sign_ins, clock, health, notes)
    endpoints, endpoint_desk = make_endpoints(switch, flows, plans, clock, new_id)
    table_desk, folders = TableDesk(tables, tables.rows, new_id), Folders(MemoryFolders(flows))
    library = Library(flows, catalogue, registry, desk, table_desk)
    run_desk, drafts = RunDesk(runs, runs, plans, clock, new_id), Drafts(MemoryDrafts(switch), library)
    uses = UseDesk(library, drafts, folders, desk)
    services = Services(
        settings=Settings(data=Path("/nonexistent")),
        clock=clock,
        catalogue=catalogue,
        library=library,
        drafts=drafts,
        folders=folders,
        templates=Templates(EXAMPLES.parent, catalogue, library),
        plans=plans,
        history=runs,
        control=runs,
        runs=run_desk,
        looking=Looking(runs, plans, actions_alone(registry, authoriser, network, clock), clock),
        pauses=PauseDesk(run_desk, pauses),
        resumes=resumes,
        manual=ManualStart(runs, plans, clock, new_id),
        okta_hook=make_hook(events, flows, registry, authoriser, clock, new_id),
        endpoints=endpoints,
        endpoint_desk=endpoint_desk,
        events=events,
        schedules=ScheduleDesk(MemorySchedules(flows), clock),  # type: ignore[arg-type]
        connections=desk,
        scopes=ScopeDesk(connections, registry, flows, authoriser, tokens),
        connectors=ConnectorDesk(registry, OwnConnectors(MemoryOwnConnectors(), registry), uses),
        uses=uses,
        sign_ins=sign_ins,
        choices=make_choices(registry, authoriser, network, clock, health),
        tables=table_desk,
        files=Files(MemoryFiles(switch), contents, clock, FileRules(largest=1_000_000)),
        sandbox=SandboxDesk(sandbox),
        stand_ins=StandInDesk(desk, SandboxDesk(sandbox)),
        tokens=Tokens(MemoryTokens(), clock),
        sessions=Sessions(MemorySessions(), clock),
        reconciler=Reconciler(NoLeases(), clock),  # type: ignore[arg-type]
        new_id=new_id,
        ready=switch.ready,
        doctor=told(findings),
    )
    await services.tokens.know("operator", TOKEN)
    app = create_server(services, web)
    return Site(app, services, switch, flows, runs, events, connections, okta, findings, contents, pauses)


OKTA = {
    "connector": "okta",
    "kind": "bearer",
    "base_url": "https://northwind.okta.example",
    "secrets": {"token": "okta-secret-token"},
}
OFFICE = {
    "connector": "office365",
    "kind": "bearer",
    "base_url": "https://graph.example",
    "secrets": {"token": "graph-secret-token"},
}
GOOGLE = {
    "connector": "google_workspace",
    "kind": "bearer",
    "base_url": "https://admin.example",
    "secrets": {"token": "google-secret-token"},
}


def example_texts() -> list[str]:
    """The offboarding flows, as YAML."""
    return [path.read_text(encoding="utf-8") for path in sorted(EXAMPLES.glob("*.yaml"))]


async def with_examples(site: Site) -> Site:
    """Make the three connections and publish the offboarding flows."""
    client = site.client()
    for name, form in (("okta", OKTA), ("office365", OFFICE), ("google_workspace", GOOGLE)):
        assert (await client.put(f"/api/v1/connections/{name}", form)).status == 200
    answer = await client.post("/api/v1/flows", {"documents": example_texts()})
    assert answer.status == 200, answer.body
    return site
