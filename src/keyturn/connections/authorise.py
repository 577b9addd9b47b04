"""Gives requests the credentials of a connection."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass, field

import orjson

from keyturn.http import Proxy

from .access_tokens import AccessTokens
from .grants import Granted, scopes_in
from .model import EVENT_HOOK_SECRET, HEADERS, AuthKind, Connection, context_of
from .ports import ConnectionStore
from .problems import CANNOT_DECRYPT, ConnectionProblem
from .proxying import proxy_of
from .vault import CannotDecrypt, Vault

_ASKING = frozenset(
    {
        AuthKind.OAUTH_CLIENT_CREDENTIALS,
        AuthKind.OAUTH_CLIENT_ASSERTION,
        AuthKind.OAUTH_JWT_BEARER,
        AuthKind.OAUTH_CODE,
    }
)


@dataclass(slots=True)  # made for every effect: a frozen one takes three times as long; nothing changes it
class Authorised:
    """A connection, ready to be used.

    Attributes:
        headers: what to add to a request.
        secrets: texts that must not be shown.
        granted: the access token, if it is one that was fetched: after a 401, ``renew`` may help.
        proxy: by way of which its requests go; None for what the installation says.
    """

    connection: Connection
    headers: dict[str, str] = field(repr=False)
    secrets: frozenset[str] = field(repr=False)
    granted: Granted | None = field(default=None, repr=False)
    proxy: Proxy | None = None

    @property
    def renewable(self) -> bool:
        """Whether another token can be had."""
        return self.granted is not None

    @property
    def found(self) -> bool:
        """Whether its token was there already, and not asked for just now."""
        return self.granted is not None and self.granted.found

    @property
    def scopes(self) -> tuple[str, ...] | None:
        """What is granted; None where nobody knows."""
        return granted_scopes(self.connection, self.granted, self.headers.get("Authorization", ""))


def granted_scopes(connection: Connection, granted: Granted | None, authorization: str = "") -> tuple[str, ...] | None:
    """What a connection is granted: what the token endpoint said last, or what was asked for; None where nobody knows.

    Args:
        authorization: the header of a connection whose token somebody has put in.
    """
    if granted is not None and granted.scopes is not None:
        return granted.scopes
    asked = connection.settings.get("scope", "").replace(",", " ").split()
    if connection.kind in _ASKING and asked and not any(scope.endswith("/.default") for scope in asked):
        return tuple(asked)
    return scopes_in(authorization.rpartition(" ")[2])


def let_pass(connection: Connection) -> None:
    """Lets every connection pass."""


class Authoriser:
    """Turns connections into request headers.

    Args:
        allow: lets a connection pass before anything of it is used, or raises ConnectionProblem.
    """

    def __init__(
        self,
        store: ConnectionStore,
        vault: Vault,
        tokens: AccessTokens,
        allow: Callable[[Connection], None] = let_pass,
    ) -> None:
        self.allow = allow
        self._store = store
        self._vault = vault
        self._tokens = tokens
        self._opened: dict[str, tuple[bytes, dict[str, str]]] = {}

    async def authorise(self, connection_id: str) -> Authorised:
        """The connection with its credentials.

        Raises:
            ConnectionProblem: unknown, not allowed, cannot be decrypted, or the app gives no token.
        """
        return await self._authorised(await self._known(connection_id), None)

    async def renew(self, refused: Authorised) -> Authorised:
        """The connection with a new token, after the app refused the one it had. Raises ConnectionProblem."""
        return await self._authorised(
            await self._known(refused.connection.id), refused.granted.access if refused.granted else None
        )

    async def _known(self, connection_id: str) -> Connection:
        connection = await self._store.get(connection_id)
        if connection is None:
            raise ConnectionProblem(
                "unknown-connection", f"There is no connection {connection_id!r}.", "Make it, or choose another."
            )
        return connection

    async def _authorised(self, connection: Connection, refused: str | None) -> Authorised:
        self.allow(connection)
        secrets = self.secrets(connection)
        hidden, proxy = frozenset(secrets.values()), proxy_of(connection, secrets)
        match connection.kind:
            case AuthKind.NONE:
                headers: dict[str, str] = {}
            case AuthKind.BEARER:
                prefix = connection.settings.get("prefix") or "Bearer"
                headers = {"Authorization": f"{prefix} {secrets.get('token', '')}"}
            case AuthKind.BASIC:
                pair = f"{connection.settings.get('user', '')}:{secrets.get('password', '')}"
                encoded = base64.b64encode(pair.encode()).decode()
                headers, hidden = {"Authorization": f"Basic {encoded}"}, hidden | {encoded}
            case AuthKind.HEADER:
                names = {header: connection.settings.get(header, "") for header in HEADERS}
                headers = {name: secrets.get(HEADERS[header], "") for header, name in names.items() if name}
                headers = {name: value for name, value in headers.items() if value}
            case _:
                granted = await self._tokens.get(connection, secrets, refused)
                headers = {"Authorization": f"Bearer {granted.access}"}
                return Authorised(connection, headers, hidden | {granted.access}, granted, proxy)
        return Authorised(connection, headers, hidden, proxy=proxy)

    def secrets(self, connection: Connection) -> dict[str, str]:
        """The secrets of a connection. Raises ConnectionProblem."""
        known = self._opened.get(connection.id)
        if known is not None and known[0] == connection.sealed:
            return dict(known[1])
        try:
            opened = orjson.loads(self._vault.open(connection.sealed, context_of(connection.id)))
        except CannotDecrypt as error:
            message = f"The connection {connection.id!r} cannot be opened: {error}"
            why = "The key that secrets are sealed with is another one than when they were given."
            raise ConnectionProblem(CANNOT_DECRYPT, message, error.mend, why=why) from error
        secrets = {str(name): str(value) for name, value in opened.items()}
        self._opened[connection.id] = connection.sealed, secrets
        return dict(secrets)

    def seal(self, connection_id: str, secrets: dict[str, str]) -> bytes:
        """Seal the secrets of a connection."""
        return self._vault.seal(orjson.dumps(secrets), context_of(connection_id))

    async def hook_secret(self, connection_id: str) -> tuple[str, str] | None:
        """Connector and event hook secret of a connection, or None if it is unknown or has none.

        Raises:
            ConnectionProblem: the secrets cannot be opened, so that nobody knows.
        """
        connection = await self._store.get(connection_id)
        if connection is None:
            return None
        secret = self.secrets(connection).get(EVENT_HOOK_SECRET)
        return (connection.connector, secret) if secret else None
