"""The sandbox: the pretend company, where one runs here."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Query
from pydantic import BaseModel, Field
from starlette.responses import Response

from keyturn.access.permissions import Permission
from keyturn.app.pretend import CONNECTORS, connect, ways
from keyturn.flows.json import Values
from keyturn.flows.paging import Page, PageRequest

from ..access import GuardedRoute, Using, needs
from ..models import PageModel, page_request
from ..problems import ERRORS

router = APIRouter(prefix="/sandbox", tags=["sandbox"], responses=ERRORS, route_class=GuardedRoute)

TenantName = Literal["okta", "graph", "google", "slack", "scim", "recorder", "mail"]
ConnectedTenant = Literal["okta", "graph", "google", "slack", "scim", "mail"]
Asked = Annotated[PageRequest, Depends(page_request)]
Login = Annotated[str, Path(max_length=300)]


class TenantModel(BaseModel):
    name: str
    base_url: str
    connector: str | None = Field(description="The app that it stands for; null for any other app.")
    connection: str | None = Field(description="A connection that leads there.")
    told: dict[str, str] = Field(description="Addresses and client ids to connect it with by hand; no secrets.")
    kinds: list[str] = Field(description="Kinds of connection that are made by a press, the usual one first.")


class FaultModel(BaseModel):
    """What a tenant does wrong."""

    fault: str = Field(description="As it is written: graph:500x2@users.")
    tenant: str
    kind: str
    times: int | None = Field(description="How many requests meet it at most; null for all.")
    operation: str = Field(description="A part of method and path, or = and an operation; empty for all.")
    met: int = Field(description="How many requests have met it.")
    seconds: int | None = Field(
        description="After how long it answers (slow), or what it says to wait (429, 503); null for never, and for 1."
    )


class OperationsPage(PageModel):
    """What a tenant can do, as faults name it behind ``@=``."""

    rows: list[str]


class ResetModel(BaseModel):
    """What a reset has taken away."""

    dropped: int = Field(
        description="Deliveries to event hooks, subscriptions and channels that waited, and are sent no more."
    )


class OneFault(BaseModel):
    """A fault with its tenant: ``graph:429x2@=GET /v1.0/users/{key}``."""

    fault: str = Field(max_length=600)


class ConnectedModel(BaseModel):
    """The connection that was made."""

    connection: str


class SandboxModel(BaseModel):
    """The pretend tenants, and the faults that are on."""

    tenants: list[TenantModel]
    faults: list[FaultModel]


class PeoplePage(PageModel):
    """People with their accounts in each tenant, as the sandbox tells."""

    rows: list[Values]


class PersonModel(BaseModel):
    """One person, as the sandbox tells."""

    person: Values


class SandboxRows(PageModel):
    """What the sandbox tells of requests, letters or messages."""

    rows: list[Values]

    @classmethod
    def of(cls, page: Page[Values]) -> SandboxRows:
        return cls(rows=list(page.rows), next=page.next)


class Step(BaseModel):
    step: Literal["suspend", "unsuspend"]


class Fault(BaseModel):
    """What goes wrong in a tenant: ``500``, ``429=30x2``, ``drop@revokeSignInSessions``; empty for nothing."""

    fault: str = Field(max_length=200)


@router.get("", dependencies=[needs(Permission.SANDBOX_READ)])
async def read_sandbox(using: Using) -> SandboxModel:
    """Where the tenants are, and what is broken in them."""
    state, known = await using.sandbox.state(), (await using.stand_ins.find()).by_connector
    tenants = [
        TenantModel(
            name=tenant.name,
            base_url=tenant.base_url,
            connector=connector,
            connection=known.get(connector or ""),
            told=dict(tenant.told),
            kinds=ways(tenant.name, tenant.told),
        )
        for tenant in state.tenants
        for connector in (CONNECTORS.get(tenant.name),)
    ]
    return SandboxModel(tenants=tenants, faults=[FaultModel(**asdict(fault)) for fault in state.faults])


@router.get("/people", dependencies=[needs(Permission.SANDBOX_READ)])
async def list_people(
    using: Using,
    page: Asked,
    search: Annotated[str, Query(max_length=200)] = "",
) -> PeoplePage:
    """The company's people by login; ``search`` matches login and name."""
    found = await using.sandbox.people(page, search)
    return PeoplePage(rows=list(found.rows), next=found.next)


@router.get("/people/{login}", dependencies=[needs(Permission.SANDBOX_READ)])
async def read_person(using: Using, login: Login) -> PersonModel:
    """One person: accounts, sessions, groups, applications, licences and devices in all tenants."""
    return PersonModel(person=await using.sandbox.person(login))


@router.get("/ledger", dependencies=[needs(Permission.SANDBOX_READ)])
async def read_ledger(using: Using, page: Asked) -> SandboxRows:
    """The requests that the tenants received, newest first; secrets in them are masked."""
    return SandboxRows.of(await using.sandbox.ledger(page))


@router.get("/letters", dependencies=[needs(Permission.SANDBOX_READ)])
async def list_letters(using: Using, page: Asked) -> SandboxRows:
    """The letters that were sent, newest first."""
    return SandboxRows.of(await using.sandbox.letters(page))


@router.get("/messages", dependencies=[needs(Permission.SANDBOX_READ)])
async def list_messages(using: Using, page: Asked) -> SandboxRows:
    """The messages in the pretend Slack workspace, newest first."""
    return SandboxRows.of(await using.sandbox.messages(page))


@router.post("/people/{login}", status_code=204, dependencies=[needs(Permission.SANDBOX_USE)])
async def act_on_person(using: Using, login: Login, body: Step) -> Response:
    """Suspend a person in the pretend Okta, or undo it, by Okta's own API: events follow."""
    await using.sandbox.act(login, body.step)
    return Response(status_code=204)


@router.put("/faults/{tenant}", status_code=204, dependencies=[needs(Permission.SANDBOX_USE)])
async def break_tenant(using: Using, tenant: TenantName, body: Fault) -> Response:
    """Have a tenant do something wrong from now on, in place of what it did wrong before."""
    await using.sandbox.break_tenant(tenant, body.fault)
    return Response(status_code=204)


@router.get("/operations/{tenant}", dependencies=[needs(Permission.SANDBOX_READ)])
async def list_operations(
    using: Using, tenant: TenantName, page: Asked, search: Annotated[str, Query(max_length=200)] = ""
) -> OperationsPage:
    """What a tenant can do, as faults name it; nothing for any other app, which can do everything. `search` finds those
    with all of its words."""
    found = await using.sandbox.operations(tenant, page, search)
    return OperationsPage(rows=[*found.rows], next=found.next)


@router.post("/faults", status_code=204, dependencies=[needs(Permission.SANDBOX_USE)])
async def add_fault(using: Using, body: OneFault) -> Response:
    """Have something go wrong from now on, beside what goes wrong already; the narrower fault comes first."""
    await using.sandbox.add_fault(body.fault)
    return Response(status_code=204)


@router.delete("/faults", status_code=204, dependencies=[needs(Permission.SANDBOX_USE)])
async def end_fault(using: Using, fault: Annotated[str, Query(max_length=600)]) -> Response:
    """Have one thing go wrong no more; the others do."""
    await using.sandbox.end_fault(fault)
    return Response(status_code=204)


@router.post("/connections/{tenant}", dependencies=[needs(Permission.CONNECTIONS_WRITE)])
async def connect_tenant(
    using: Using,
    tenant: ConnectedTenant,
    kind: Annotated[
        str, Query(max_length=60, description="One of the tenant's kinds; the usual one if left out.")
    ] = "",
) -> ConnectedModel:
    """Make a connection to a tenant, by what the sandbox itself says of it."""
    told = await using.sandbox.told_of(tenant)
    scopes = await using.scopes.of_connector(CONNECTORS[tenant], kind) if kind in ways(tenant, told) else None
    made = await connect(using.connections, tenant, told, kind, scopes.setting if scopes else "")
    return ConnectedModel(connection=made.id)


@router.post("/reset", dependencies=[needs(Permission.SANDBOX_USE)])
async def reset_sandbox(using: Using) -> ResetModel:
    """Put everybody back to the first day, with nothing broken; event hooks stay, what waits to be sent to them does
    not."""
    return ResetModel(dropped=await using.sandbox.reset())
