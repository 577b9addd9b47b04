"""Connections as people handle them: made, looked at, tested, subscribed to events. Secrets go in only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from keyturn.connections.model import ADDRESSES, PROXY
from keyturn.flows.paging import Page, PageRequest
from keyturn.triggers.subscribe import Hook


class NoSuchConnection(Exception):
    """There is no connection with this id."""

    mend = "List the connections, or make this one."


class NotYours(Exception):
    """A connection is for others to build with."""

    mend = "Ask one of those whom it is for; whoever may change connections may add a name."

    def __init__(self, connection_id: str, who: str) -> None:
        super().__init__(f"The connection {connection_id!r} is for others than {who!r} to build with.")


class ConnectionTaken(Exception):
    """A new connection was to have an id that another one has."""

    mend = "Take another id; or change the connection that is there."

    def __init__(self, connection_id: str) -> None:
        super().__init__(f"There is a connection {connection_id!r} already.")


@dataclass(frozen=True, slots=True)
class ConnectionForm:
    """What a person gives to make or change a connection.

    Attributes:
        kind: one of ``connections.model.AuthKind``.
        settings: what is not secret: user name, header name, token address, client id, scope.
        secrets: token, password, client secret, key; empty keeps what is there.
        at_once: root runs that may use it at once; None for any number.
        per_minute: requests that all processes together may send in a minute; None for any number.
        users: names of those who may build with it, none for everybody; None keeps what is there.
    """

    connector: str
    kind: str
    name: str = ""
    base_url: str = ""
    settings: dict[str, str] = field(default_factory=dict[str, str])
    secrets: dict[str, str] = field(default_factory=dict[str, str], repr=False)
    at_once: int | None = None
    per_minute: int | None = None
    users: Sequence[str] | None = None

    def trimmed(self) -> ConnectionForm:
        """It without what comes along when addresses and tokens are copied: spaces around them, and the word that
        stands before a token in a request, which is the setting ``prefix``."""
        addresses = {*ADDRESSES, PROXY}
        settings = {name: text.strip() if name in addresses else text for name, text in self.settings.items()}
        secrets = {
            name: _bare(text, settings.get("prefix", "")) if name == "token" else text
            for name, text in self.secrets.items()
        }
        return replace(self, base_url=self.base_url.strip(), settings=settings, secrets=secrets)


def _bare(token: str, prefix: str) -> str:
    """A token without the word before it."""
    word, _, rest = token.strip().partition(" ")
    return rest.strip() if rest and word.lower() in ("bearer", "ssws", prefix.strip().lower()) else token.strip()


class StateName(StrEnum):
    """How a connection does: nobody has used it yet, its app takes it, refuses it, or a person must sign it in."""

    UNUSED = "unused"
    WORKS = "works"
    FAILING = "failing"
    NEEDS_SIGN_IN = "needs sign-in"


@dataclass(frozen=True, slots=True)
class ConnectionState:
    """How a connection does.

    Attributes:
        since: since when it fails, or when it worked last.
        what: what the app said, or that a test does not tell; empty if it works.
        mend: what to do.
    """

    name: StateName
    since: datetime | None = None
    what: str = ""
    mend: str = ""


@dataclass(frozen=True, slots=True)
class SignInLink:
    """How a person signs a connection in.

    Attributes:
        address: what to open in a browser, within 15 minutes.
        callback: the address to register at the app.
    """

    address: str
    callback: str


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
    per_minute: int | None = None
    users: Sequence[str] = ()
    state: ConnectionState = ConnectionState(StateName.UNUSED)


@dataclass(frozen=True, slots=True)
class CheckResult:
    """Whether a connection works, and what to do if not.

    Attributes:
        told: whether the app takes the credentials; else it is only known that something is there.
        state: how it does, with this test.
    """

    works: bool
    what: str
    mend: str = ""
    code: str = ""
    told: bool = True
    state: ConnectionState = ConnectionState(StateName.UNUSED)


@dataclass(frozen=True, slots=True)
class GuideView:
    """How to come to a connection of one kind.

    Attributes:
        steps: what to do at the vendor; ``{scopes}`` in them stands for the scopes that are needed.
        asks: what is asked for, by the name of its place in settings; ``{base_url}`` is the connection's address.
        settings: settings with such places.
        fields: what to put into settings and secrets.
        asked: the setting ``scope`` takes scopes.
    """

    about: str
    steps: Sequence[str]
    asks: Mapping[str, str]
    settings: Mapping[str, str]
    fields: Mapping[str, str]
    asked: bool
    where: str


@dataclass(frozen=True, slots=True)
class KindView:
    """One way in which a connection of a connector may prove who it is.

    Attributes:
        settings: names, and whether each is required.
        secrets: names, all required.
        optional: names of secrets that may be left out.
        long: secrets of many lines.
        choices: all values that a setting may have; the first stands for one that is left empty.
    """

    kind: str
    settings: Mapping[str, bool]
    secrets: tuple[str, ...]
    optional: tuple[str, ...] = ()
    long: frozenset[str] = frozenset()
    choices: Mapping[str, Sequence[str]] = field(default_factory=dict[str, Sequence[str]])
    guide: GuideView | None = None


@dataclass(frozen=True, slots=True)
class ConnectorView:
    """An app that one can connect to.

    Attributes:
        synonyms: other names of the app.
        base_url: an example of its address, or the address.
        defaults: settings of a connection that gives none.
        kinds: the usual one first.
        callback: the address to register at the app where people sign in.
        needs_address: a connection has to give its own address.
        unverified: actions that name no operation of the vendor's.
        own: it was made here, while Keyturn ran.
    """

    name: str
    title: str
    synonyms: list[str]
    about: str
    base_url: str
    defaults: Mapping[str, str]
    kinds: Sequence[KindView]
    actions: int
    events: int
    callback: str
    needs_address: bool
    unverified: int = 0
    own: bool = False


class ConnectionDesk(Protocol):
    """Acts on connections for people.

    All methods but ``connectors``, ``connector_of``, ``list``, ``allow`` and ``put`` raise NoSuchConnection
    for an unknown id.
    """

    def connectors(self) -> Sequence[ConnectorView]:
        """The apps that one can connect to, by title."""
        ...

    async def list(self, page: PageRequest) -> Page[ConnectionView]: ...

    async def get(self, connection_id: str) -> ConnectionView: ...

    async def connector_of(self, connection_id: str) -> str | None:
        """Its connector; None if there is no such connection."""
        ...

    async def allow(self, connection_id: str, who: str) -> None:
        """Let somebody build with it, whether it is there or not. Raises NotYours."""
        ...

    async def put(self, connection_id: str, form: ConnectionForm, only_new: bool = False) -> ConnectionView:
        """Make or replace it, or only make it.

        Raises:
            ProblemError: naming each field that is wrong.
            ConnectionTaken: it was only to be made, and is there.
        """
        ...

    async def delete(self, connection_id: str, *, even_if_signed_in: bool = False) -> None:
        """Delete one, its sign-in ended at the app before; raises NotRevoked."""
        ...

    async def test(self, connection_id: str) -> CheckResult:
        """Ask the app whether it works."""
        ...

    async def subscribe(self, connection_id: str) -> Hook:
        """Have the app send its events here; raises SubscribeFailed."""
        ...

    async def sign_in(self, connection_id: str) -> SignInLink:
        """An address at which a person signs the connection in; raises SignInRefused."""
        ...

    async def sign_out(self, connection_id: str) -> None:
        """Revoke and forget its tokens; raises SignInRefused."""
        ...
