"""Connections without a network: a store and a token endpoint in memory, a clock that is moved by hand."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl

import orjson

from keyturn.connections.access_tokens import AccessTokens
from keyturn.connections.alone import MemoryConnections, MemoryGrants
from keyturn.connections.authorise import Authoriser
from keyturn.connections.model import AuthKind, Connection
from keyturn.connections.vault import Vault
from keyturn.http import Request, Response
from keyturn.http.messages import headers

NOW = datetime(2026, 11, 24, tzinfo=UTC)
TOKEN_URL = "https://idp.example/token"


class Clock:
    def __init__(self) -> None:
        self.seconds = 0.0

    def now(self) -> datetime:
        return NOW + timedelta(seconds=self.seconds)

    def monotonic(self) -> float:
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        self.seconds += seconds
        await asyncio.sleep(0)


def answer(status: int, body: bytes) -> Response:
    fields = headers({"Content-Type": "application/json"})
    return Response(status=status, reason="", headers=fields, body=body, elapsed_ms=1, url=TOKEN_URL)


class Idp:
    """A token endpoint; each answer waits until everybody who wants one has asked."""

    def __init__(self, make: Callable[[int], Response] | None = None) -> None:
        self.urls: list[str] = []
        self.forms: list[dict[str, str]] = []
        self.proofs: list[str] = []
        self.asked = asyncio.Event()
        self._make = make or (lambda n: answer(200, b'{"access_token": "token-%d", "expires_in": 100}' % n))

    async def send(self, request: Request) -> Response:
        assert request.body is not None
        self.urls.append(request.url)
        self.forms.append(dict(parse_qsl(request.body.decode())))
        self.proofs.append(request.headers.get("Authorization", ""))
        self.asked.set()
        await asyncio.sleep(0)
        return self._make(len(self.forms))


class RotatingIdp(Idp):
    """Takes each refresh token once (RFC 9700, 4.14.2)."""

    def __init__(self) -> None:
        super().__init__(self._rotate)
        self.good = "refresh-0"
        self.codes = {"the-code"}

    def _rotate(self, number: int) -> Response:
        form = self.forms[-1]
        if form["grant_type"] == "authorization_code":
            good = form["code"] in self.codes
            self.codes.discard(form["code"])
        else:
            good = form["refresh_token"] == self.good
        if not good:
            return answer(400, b'{"error": "invalid_grant", "error_description": "used or unknown"}')
        self.good = f"refresh-{number}"
        fields = {"access_token": f"token-{number}", "refresh_token": self.good, "expires_in": 100, "scope": "read"}
        return answer(200, orjson.dumps(fields))


class World:
    """What processes share: store, token endpoint, clock, key."""

    def __init__(self, idp: Idp | None = None) -> None:
        self.idp = idp or Idp()
        self.store, self.clock, self.vault, self.grants = MemoryConnections(), Clock(), Vault(bytes(32)), MemoryGrants()
        self.tokens = self.process()
        self.authoriser = Authoriser(self.store, self.vault, self.tokens)

    def process(self) -> AccessTokens:
        """The tokens of another process."""
        return AccessTokens(self.idp, self.grants, self.vault, self.clock)

    async def make(self, kind: AuthKind, settings: Mapping[str, str], secrets: Mapping[str, str]) -> Connection:
        sealed = self.authoriser.seal("c", dict(secrets))
        connection = Connection("c", "okta", "c", kind, "https://x.example", settings, sealed, NOW, NOW)
        return await self.store.put(connection)

    async def oauth(self, secret: str = "s3cret") -> Connection:
        settings = {"token_url": TOKEN_URL, "client_id": "me", "scope": "a b"}
        return await self.make(AuthKind.OAUTH_CLIENT_CREDENTIALS, settings, {"client_secret": secret})

    async def signed_in(self, **settings: str) -> Connection:
        """A connection that a person is to sign in."""
        fields = {"authorize_url": "https://idp.example/authorize", "token_url": TOKEN_URL, "client_id": "me"}
        return await self.make(AuthKind.OAUTH_CODE, {**fields, **settings}, {"client_secret": "s3cret"})
