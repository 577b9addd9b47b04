"""Connections as people handle them: made, looked at, tested, subscribed to events. Secrets go in only."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from keyturn.flows.paging import Page, PageRequest
from keyturn.triggers.subscribe import Hook


class NoSuchConnection(Exception):
    """There is no connection with this id."""

    mend = "List the connections, or make this one."


@dataclass(frozen=True, slots=True)
class ConnectionForm:
    """What a person gives to make or change a connection.

    Attributes:
        kind: bearer, basic, header or oauth_client_credentials.
        settings: what is not secret: user name, header name, token address, client id, scope.
        secrets: token, password, client secret; empty keeps what is there.
        at_once: root runs that may use it at once; None for any number.
    """

    connector: str
    kind: str
    name: str = ""
    base_url: str = ""
    settings: dict[str, str] = field(default_factory=dict[str, str])
    secrets: dict[str, str] = field(default_factory=dict[str, str], repr=False)
    at_once: int | None = None


@dataclass(frozen=True, slots=True)
class ConnectionView:
    """What may be shown of a connection."""

    id: str
    connector: str
    name: str
    kind: str
    base_url: str
    settings: dict[str, str]
    created_at: datetime
    updated_at: datetime
    at_once: int | None = None


@dataclass(frozen=True, slots=True)
class CheckResult:
    """Whether a connection works, and what to do if not."""

    works: bool
    what: str
    mend: str = ""


class ConnectionDesk(Protocol):
    """Acts on connections for people.

    All methods but ``list`` and ``put`` raise NoSuchConnection for an unknown id.
    """

    async def list(self, page: PageRequest) -> Page[ConnectionView]: ...

    async def get(self, connection_id: str) -> ConnectionView: ...

    async def put(self, connection_id: str, form: ConnectionForm) -> ConnectionView:
        """Make or replace it; raises ProblemError naming each field that is wrong."""
        ...

    async def delete(self, connection_id: str) -> None: ...

    async def test(self, connection_id: str) -> CheckResult:
        """Ask the app whether it works."""
        ...

    async def subscribe(self, connection_id: str) -> Hook:
        """Have the app send its events here; raises SubscribeFailed."""
        ...
