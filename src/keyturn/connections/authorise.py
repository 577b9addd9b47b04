"""Gives requests the credentials of a connection.

Tokens of OAuth 2.0 client credentials (RFC 6749 section 4.4) are kept in memory until 80 % of their life; however
many callers need one at the same time, one request is made.
"""

from __future__ import annotations

import asyncio
import base64
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import urlencode

import orjson

from keyturn.flows.functions import Clock
from keyturn.http import HttpError, Request, Response

from .model import EVENT_HOOK_SECRET, AuthKind, Connection, context_of
from .ports import ConnectionStore
from .vault import CannotDecrypt, Vault

_USED_LIFE = 0.8
_DEFAULT_LIFE = 300.0


class ConnectionProblem(Exception):
    """A connection cannot be used.

    Attributes:
        code: stable short name.
        mend: what to do.
        try_again: it may pass by itself.
    """

    def __init__(self, code: str, message: str, mend: str, *, try_again: bool = False) -> None:
        self.code = code
        self.mend = mend
        self.try_again = try_again
        super().__init__(message)


class Sender(Protocol):
    """The outgoing HTTP client."""

    async def send(self, request: Request) -> Response: ...


@dataclass(frozen=True, slots=True)
class Authorised:
    """A connection, ready to be used.

    Attributes:
        headers: what to add to a request.
        secrets: texts that must not be shown.
        renewable: after a 401, ``renew`` may help.
    """

    connection: Connection
    headers: dict[str, str] = field(repr=False)
    secrets: frozenset[str] = field(repr=False)
    renewable: bool = False


@dataclass(slots=True)
class _Token:
    text: str
    until: float
    version: object


class Authoriser:
    """Turns connections into request headers."""

    def __init__(self, http: Sender, store: ConnectionStore, vault: Vault, clock: Clock) -> None:
        self._http = http
        self._store = store
        self._vault = vault
        self._clock = clock
        self._tokens: dict[str, _Token] = {}
        self._locks: dict[str, asyncio.Lock] = {}
        self._opened: dict[str, tuple[bytes, dict[str, str]]] = {}

    async def authorise(self, connection_id: str) -> Authorised:
        """The connection with its credentials.

        Raises:
            ConnectionProblem: unknown, cannot be decrypted, or the app gives no token.
        """
        connection = await self._store.get(connection_id)
        if connection is None:
            raise ConnectionProblem(
                "unknown-connection", f"There is no connection {connection_id!r}.", "Make it, or choose another."
            )
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
            case AuthKind.OAUTH_CLIENT_CREDENTIALS:
                token = await self._token(connection, secrets.get("client_secret", ""))
                headers = {"Authorization": f"Bearer {token}"}
                return Authorised(connection, headers, hidden | {token}, renewable=True)

    async def renew(self, refused: Authorised) -> Authorised:
        """The connection with a new token, after the app refused the one it had. Raises ConnectionProblem."""
        known = self._tokens.get(refused.connection.id)
        if known is not None and refused.headers.get("Authorization") == f"Bearer {known.text}":
            del self._tokens[refused.connection.id]
        return await self.authorise(refused.connection.id)

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

    async def _token(self, connection: Connection, client_secret: str) -> str:
        lock = self._locks.setdefault(connection.id, asyncio.Lock())
        async with lock:
            known = self._tokens.get(connection.id)
            current = (connection.sealed, tuple(sorted(connection.settings.items())))
            if known is not None and known.version == current and self._clock.monotonic() < known.until:
                return known.text
            asked_at = self._clock.monotonic()
            text, life = await self._fetch(connection, client_secret)
            self._tokens[connection.id] = _Token(text, asked_at + life * _USED_LIFE, current)
            return text

    async def _fetch(self, connection: Connection, client_secret: str) -> tuple[str, float]:
        settings = connection.settings
        form = {"grant_type": "client_credentials", "client_id": settings["client_id"], "client_secret": client_secret}
        if settings.get("scope"):
            form["scope"] = settings["scope"]
        request = Request(
            "POST",
            settings["token_url"],
            headers={"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"},
            body=urlencode(form).encode(),
            label=f"token of {connection.id}",
        )
        try:
            response = await self._http.send(request)
            answer = response.json()
        except HttpError as error:
            raise ConnectionProblem(
                "no-token",
                f"No token could be had for the connection {connection.id!r}: {error.what}",
                error.mend,
                try_again=True,
            ) from error
        return _token_in(connection, response.status, answer)


def _token_in(connection: Connection, status: int, answer: object) -> tuple[str, float]:
    fields: dict[str, object] = {str(k): v for k, v in answer.items()} if isinstance(answer, dict) else {}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType, reportUnknownMemberType]
    token, life = fields.get("access_token"), fields.get("expires_in")
    if status == 200 and isinstance(token, str) and token:
        return token, float(life) if isinstance(life, int | float) and life > 0 else _DEFAULT_LIFE
    error = f"{fields.get('error', '')} {fields.get('error_description', '')}".strip()
    raise ConnectionProblem(
        "no-token",
        f"The app gave no token for the connection {connection.id!r}: {status} {error[:300]}".strip(),
        "Check client id, client secret, token address and scope of the connection.",
        try_again=status >= 500 or status == 429,
    )
