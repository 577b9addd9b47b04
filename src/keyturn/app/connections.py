"""Connections as people handle them: made, looked at, tested, subscribed to events. Secrets go in only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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


@dataclass(frozen=True, slots=True)
class KindView:
    """One way in which a connection of a connector may prove who it is.

    Attributes:
        settings: names, and whether each is required.
        secrets: names, all required.
    """

    kind: str
    settings: Mapping[str, bool]
    secrets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ConnectorView:
    """An app that one can connect to.

    Attributes:
        base_url: an example of its address, or the address.
        defaults: settings of a connection that gives none.
        kinds: the usual one first.
    """

    name: str
    title: str
    about: str
    base_url: str
    defaults: Mapping[str, str]
    kinds: Sequence[KindView]
    actions: int
    events: int


class ConnectionDesk(Protocol):
    """Acts on connections for people.

    All methods but ``connectors``, ``list`` and ``put`` raise NoSuchConnection for an unknown id.
    """

    def connectors(self) -> Sequence[ConnectorView]:
        """The apps that one can connect to, by title."""
        ...

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
