"""Gives requests the credentials of a connection."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field

import orjson

from .access_tokens import AccessTokens
from .model import EVENT_HOOK_SECRET, AuthKind, Connection, context_of
from .ports import ConnectionStore
from .problems import ConnectionProblem
from .vault import CannotDecrypt, Vault


@dataclass(slots=True)  # made for every effect: a frozen one takes three times as long; nothing changes it
class Authorised:
    """A connection, ready to be used.

    Attributes:
        headers: what to add to a request.
        secrets: texts that must not be shown.
        access: the access token, if it is one that was fetched: after a 401, ``renew`` may help.
    """

    connection: Connection
    headers: dict[str, str] = field(repr=False)
    secrets: frozenset[str] = field(repr=False)
    access: str | None = field(default=None, repr=False)

    @property
    def renewable(self) -> bool:
        """Whether another token can be had."""
        return self.access is not None


class Authoriser:
    """Turns connections into request headers."""

    def __init__(self, store: ConnectionStore, vault: Vault, tokens: AccessTokens) -> None:
        self._store = store
        self._vault = vault
        self._tokens = tokens
        self._opened: dict[str, tuple[bytes, dict[str, str]]] = {}

    async def authorise(self, connection_id: str) -> Authorised:
        """The connection with its credentials.

        Raises:
            ConnectionProblem: unknown, cannot be decrypted, or the app gives no token.
        """
        return await self._authorised(await self._known(connection_id), None)

    async def renew(self, refused: Authorised) -> Authorised:
        """The connection with a new token, after the app refused the one it had. Raises ConnectionProblem."""
        return await self._authorised(await self._known(refused.connection.id), refused.access)

    async def _known(self, connection_id: str) -> Connection:
        connection = await self._store.get(connection_id)
        if connection is None:
            raise ConnectionProblem(
                "unknown-connection", f"There is no connection {connection_id!r}.", "Make it, or choose another."
            )
        return connection

    async def _authorised(self, connection: Connection, refused: str | None) -> Authorised:
        secrets = self.secrets(connection)
        hidden = frozenset(secrets.values())
        match connection.kind:
            case AuthKind.NONE:
                return Authorised(connection, {}, hidden)
            case AuthKind.BEARER:
                prefix = connection.settings.get("prefix") or "Bearer"
                return Authorised(connection, {"Authorization": f"{prefix} {secrets.get('token', '')}"}, hidden)
            case AuthKind.BASIC:
                pair = f"{connection.settings.get('user', '')}:{secrets.get('password', '')}"
                encoded = base64.b64encode(pair.encode()).decode()
                return Authorised(connection, {"Authorization": f"Basic {encoded}"}, hidden | {encoded})
            case AuthKind.HEADER:
                return Authorised(connection, {connection.settings["header"]: secrets.get("value", "")}, hidden)
            case _:
                granted = await self._tokens.get(connection, secrets, refused)
                headers = {"Authorization": f"Bearer {granted.access}"}
                return Authorised(connection, headers, hidden | {granted.access}, access=granted.access)

    def secrets(self, connection: Connection) -> dict[str, str]:
        """The secrets of a connection. Raises ConnectionProblem."""
        known = self._opened.get(connection.id)
        if known is not None and known[0] == connection.sealed:
            return dict(known[1])
        try:
            opened = orjson.loads(self._vault.open(connection.sealed, context_of(connection.id)))
        except CannotDecrypt as error:
            message = f"The connection {connection.id!r} cannot be opened: {error}"
            raise ConnectionProblem("cannot-decrypt", message, error.mend) from error
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
