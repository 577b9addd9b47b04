"""Connections: made, looked at, tested, subscribed. Secrets go in and never come out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from starlette.responses import Response

from keyturn.access.permissions import Permission
from keyturn.access.sessions import ADMINISTRATOR
from keyturn.app.connections import ConnectionForm
from keyturn.app.taught import teach
from keyturn.flows.paging import PageRequest
from keyturn.flows.problems import Problem, ProblemError

from ..access import GuardedRoute, Using, needs
from ..connection_models import ScopesPage
from ..models import (
    CheckModel,
    ConnectionModel,
    ConnectionPage,
    ConnectionRequest,
    ConnectorModel,
    ConnectorPage,
    HookModel,
    SignInLinkOfConnection,
    UnusableConnector,
    page_request,
)
from ..problems import ERRORS
from ..use_models import EvenIfSignedIn, EvenIfUsed, TurnIfUsed

router = APIRouter(prefix="/connections", tags=["connections"], responses=ERRORS, route_class=GuardedRoute)

apps = APIRouter(tags=["connections"], responses=ERRORS, route_class=GuardedRoute)

ConnectionId = Annotated[str, Path(max_length=120)]
OnlyNew = Annotated[bool, Query(description="Make it; one that is there with this id is refused and stays as it is.")]


@router.get("", dependencies=[needs(Permission.CONNECTIONS_READ)])
async def list_connections(using: Using, page: Annotated[PageRequest, Depends(page_request)]) -> ConnectionPage:
    """Connections by id."""
    found = await using.connections.list(page)
    return ConnectionPage(rows=[ConnectionModel.of(view) for view in found.rows], next=found.next)


@apps.get("/connectors", dependencies=[needs(Permission.CONNECTIONS_READ)])
async def list_connectors(using: Using, page: Annotated[PageRequest, Depends(page_request)]) -> ConnectorPage:
    """The apps that one can connect to, by title."""
    rows = [view for view in using.connections.connectors() if page.after is None or view.title > page.after]
    shown = rows[: page.limit]
    more = len(rows) > len(shown)
    unusable = [UnusableConnector.of(one) for one in using.connectors.unusable()] if page.after is None else []
    rows_shown = [ConnectorModel.of(view) for view in shown]
    return ConnectorPage(rows=rows_shown, next=shown[-1].title if more else None, unusable=unusable)


@apps.get("/connectors/{connector}/scopes", dependencies=[needs(Permission.CONNECTIONS_READ)])
async def read_scopes_of_connector(
    using: Using,
    connector: Annotated[str, Path(max_length=120)],
    kind: Annotated[str, Query(max_length=60, description="The kind of the connection that is to be made.")],
    page: Annotated[PageRequest, Depends(page_request)],
) -> ScopesPage:
    """The scopes that a connection would need for all flows that use the connector, flow by flow."""
    return ScopesPage.of(await using.scopes.of_connector(connector, kind), page)


@router.get("/{connection_id}/scopes", dependencies=[needs(Permission.CONNECTIONS_READ)])
async def read_scopes(
    using: Using, connection_id: ConnectionId, page: Annotated[PageRequest, Depends(page_request)]
) -> ScopesPage:
    """The scopes that flows need of a connection, flow by flow; which are granted, and which are missing."""
    return ScopesPage.of(await using.scopes.of_connection(connection_id), page)


@router.get("/{connection_id}", dependencies=[needs(Permission.CONNECTIONS_READ)])
async def read_connection(using: Using, connection_id: ConnectionId) -> ConnectionModel:
    """One connection."""
    return ConnectionModel.of(await using.connections.get(connection_id))


@router.put("/{connection_id}", dependencies=[needs(Permission.CONNECTIONS_WRITE)])
async def put_connection(
    using: Using,
    connection_id: ConnectionId,
    body: ConnectionRequest,
    only_new: OnlyNew = False,
    even_if_used: TurnIfUsed = False,
) -> ConnectionModel:
    """Make or replace a connection; secrets that are not given stay as they are. One that flows use stays one of its
    app, unless `even_if_used`."""
    if not (only_new or even_if_used):
        await using.uses.check_turned(connection_id, body.connector)
    form = ConnectionForm(**body.model_dump())
    await _ensure_somebody(using, form.users or ())
    made = await using.connections.put(connection_id, form, only_new)
    await teach(using.connectors, using.sandbox, made.connector, made.base_url)
    return ConnectionModel.of(made)


async def _ensure_somebody(using: Using, users: Sequence[str]) -> None:
    """A name that nobody bears would shut everybody out. Raises ProblemError."""
    unknown = await using.tokens.unknown([name for name in users if name != ADMINISTRATOR])
    if unknown:
        mend = "Make it first: keyturn tokens make."
        what = "There is no token {!r}."
        raise ProblemError([Problem("bad-connection", what.format(name), mend, field="users") for name in unknown])


@router.delete("/{connection_id}", status_code=204, dependencies=[needs(Permission.CONNECTIONS_WRITE)])
async def delete_connection(
    using: Using,
    connection_id: ConnectionId,
    even_if_used: EvenIfUsed = False,
    even_if_signed_in: EvenIfSignedIn = False,
) -> Response:
    """Delete a connection that no flow uses; or one that is used, whose cards then fail. A person's sign-in is ended at
    the app first; one that the app cannot be told of stays (`connection-not-revoked`) unless `even_if_signed_in`."""
    if not even_if_used:
        await using.uses.check_connection(connection_id)
    await using.connections.delete(connection_id, even_if_signed_in=even_if_signed_in)
    return Response(status_code=204)


@router.post("/{connection_id}/test", dependencies=[needs(Permission.CONNECTIONS_READ)])
async def test_connection(using: Using, connection_id: ConnectionId) -> CheckModel:
    """Ask the app whether the connection works."""
    tested = await using.connections.get(connection_id)
    await teach(using.connectors, using.sandbox, tested.connector, tested.base_url)
    return CheckModel.model_validate(await using.connections.test(connection_id), from_attributes=True)


@router.post("/{connection_id}/sign-in", dependencies=[needs(Permission.CONNECTIONS_WRITE)])
async def sign_connection_in(using: Using, connection_id: ConnectionId) -> SignInLinkOfConnection:
    """Make an address at which a person signs the connection in, in any browser."""
    link = await using.connections.sign_in(connection_id)
    return SignInLinkOfConnection(address=link.address, callback=link.callback)


@router.delete("/{connection_id}/sign-in", status_code=204, dependencies=[needs(Permission.CONNECTIONS_WRITE)])
async def sign_connection_out(using: Using, connection_id: ConnectionId) -> Response:
    """Revoke the connection's tokens at the app, where it can be told, and forget them."""
    await using.connections.sign_out(connection_id)
    return Response(status_code=204)


@router.post("/{connection_id}/subscribe", dependencies=[needs(Permission.CONNECTIONS_WRITE)])
async def subscribe_connection(using: Using, connection_id: ConnectionId) -> HookModel:
    """Have the app send here the events that active flows start with; doing it again updates it."""
    hook = await using.connections.subscribe(connection_id)
    return HookModel(id=hook.id, uri=hook.uri, event_types=list(hook.event_types))
