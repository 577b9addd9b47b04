"""Access tokens: one request however many callers, runs and processes need one at the same time.

A process remembers its tokens; all processes share them, sealed, by the store. Who renews one holds it for a while, so
that a refresh token that is good for one use is used once.
"""

from __future__ import annotations

import asyncio
import secrets as random_secrets
from collections.abc import Callable, Mapping
from dataclasses import replace
from random import random
from typing import Protocol
from urllib.parse import urlencode, urlsplit

from keyturn.flows.functions import Clock
from keyturn.http import (
    AnswerTimeout,
    BackoffPolicy,
    EgressDenied,
    HttpError,
    InvalidRequest,
    Request,
    Response,
    Timeouts,
    TlsFailed,
    Wait,
    told_wait,
    wait_before,
)

from .grants import Granted, TokenRequest, changed_since, fingerprint, granted, sign_in_basis, token_request
from .model import AuthKind, Connection, token_context_of
from .ports import GrantStore
from .problems import NEEDS_SIGN_IN, ConnectionProblem, needs_sign_in, sign_in_changed, sign_in_ended
from .proxying import proxy_of
from .vault import CannotDecrypt, Vault

_HELD_SECONDS = 60.0
# All tries of a request end so much earlier, whatever the settings let apps take: a process that asked with the same
# refresh token meanwhile would end the whole sign-in. The rest is for storing what came.
_ASKED_SECONDS = 50.0
_LEAST_SECONDS = 20.0  # a try with less is not begun: an answer that comes too late may lose a refresh token
_LOOK_SECONDS = 0.1
# A token endpoint that says "later" is asked again while others wait for the token; what takes longer is for the card
# to wait for, which can do so without holding anything.
_PATIENCE = BackoffPolicy(times=2, min_s=0.5, max_s=2.0, longest_told_s=5.0)
_AGAIN_WITHIN = 10.0  # seconds after the first request: the token is held for others all the while
_LATER = frozenset({429, 503})
_SLOW_SERVICE = (
    "Try again; if it stays so, look whether the sign-in service at the connection's token address is up, and whether "
    "something between holds requests up."
)
_AT_THE_ADDRESS = "Check the token address of the connection."
_AWAY = "The sign-in service of the app is away or slow, or the token address of the connection is wrong."
_BARRED = "The way to the sign-in service at the connection's token address is barred, or is not to be trusted."
_SLOW_STORE = "Try again; if it stays so, look at keyturn admin doctor, and how the database of Keyturn answers."


class _NotAsked(Exception):
    """The time for a request was over before it was sent."""


class Sender(Protocol):
    """The outgoing HTTP client."""

    async def send(self, request: Request) -> Response: ...


class AccessTokens:
    """Has access tokens of OAuth connections, and renews them.

    Args:
        timeouts: what requests to apps may take; those for tokens may take as long, but never as long as they are held.
    """

    def __init__(
        self,
        http: Sender,
        store: GrantStore,
        vault: Vault,
        clock: Clock,
        jitter: Callable[[], float] = random,
        timeouts: Timeouts | None = None,
    ) -> None:
        self._http = http
        self._store = store
        self._vault = vault
        self._clock = clock
        self._jitter = jitter
        self._timeouts = timeouts or Timeouts()
        self._known: dict[str, Granted] = {}
        self._renewing: dict[str, asyncio.Task[Granted]] = {}
        self._me = random_secrets.token_hex(8)

    async def get(self, connection: Connection, secrets: Mapping[str, str], refused: str | None = None) -> Granted:
        """A token that is good.

        Args:
            refused: a token that the app did not take; another one is wanted.

        Raises:
            ConnectionProblem: the app gives none.
        """
        made_for = fingerprint(connection, secrets)
        known = self._known.get(connection.id)
        if known is not None and self._good(known, made_for, refused):
            return known if refused is None else replace(known, found=True)
        task = self._renewing.get(connection.id)
        if task is None:
            task = asyncio.create_task(self._shared(connection, secrets, made_for, refused))
            self._renewing[connection.id] = task
            task.add_done_callback(lambda _: self._renewing.pop(connection.id, None))
        # A caller that is cancelled must not lose a refresh token for all others.
        return await asyncio.shield(task)

    async def keep(self, connection: Connection, secrets: Mapping[str, str], request: TokenRequest) -> Granted:
        """Ask with a form and keep what comes, whatever there was: a person has signed in.

        Raises:
            ConnectionProblem: the app gives none.
        """
        until = self._clock.monotonic() + _ASKED_SECONDS
        found = await self._ask(connection, secrets, request, fingerprint(connection, secrets), "", until)
        await self._store.write(connection.id, self._sealed(connection.id, found))
        self._known[connection.id] = found
        return found

    async def look(self, connection: Connection, secrets: Mapping[str, str]) -> Granted | None:
        """The tokens that are kept for this connection as it is now, or None."""
        kept = self._opened(connection.id, await self._store.read(connection.id))
        ours = kept is not None and _is_of(kept, connection, fingerprint(connection, secrets)) and not kept.ended
        return kept if ours else None

    async def why_none(self, connection: Connection, secrets: Mapping[str, str]) -> ConnectionProblem | None:
        """Why a person must sign the connection in as it is now; None if nobody must."""
        kept = self._opened(connection.id, await self._store.read(connection.id))
        if kept is None:
            return needs_sign_in(connection.id, "nobody has signed in yet.")
        if not _is_of(kept, connection, fingerprint(connection, secrets)):
            return sign_in_changed(connection.id, changed_since(kept, sign_in_basis(connection)))
        return sign_in_ended(connection.id, kept.renew_at, kept.ended) if kept.ended else None

    async def forget(self, connection_id: str) -> None:
        """Keep nothing of it."""
        self._known.pop(connection_id, None)
        await self._store.forget(connection_id)

    def _good(self, token: Granted, made_for: str, refused: str | None) -> bool:
        return (
            not token.ended
            and token.made_for == made_for
            and token.access != refused
            and self._clock.now() < token.renew_at
        )

    async def _shared(
        self, connection: Connection, secrets: Mapping[str, str], made_for: str, refused: str | None
    ) -> Granted:
        """The token that another process has fetched meanwhile, or a new one."""
        until = self._clock.monotonic() + 2 * _HELD_SECONDS
        while self._clock.monotonic() < until:
            kept = self._opened(connection.id, await self._store.read(connection.id))
            if kept is not None and self._good(kept, made_for, refused):
                self._known[connection.id] = kept
                return kept
            asked_until = self._clock.monotonic() + _ASKED_SECONDS  # from before it is held, however long that takes
            if await self._store.hold(connection.id, self._me, _HELD_SECONDS):
                return await self._renewed(connection, secrets, made_for, refused, asked_until)
            await self._clock.sleep(_LOOK_SECONDS)
        raise ConnectionProblem(
            "no-token",
            f"Another process renews the token of the connection {connection.id!r} and does not come to an end.",
            "Try again; if it stays so, look at keyturn admin doctor.",
            try_again=True,
        )

    async def _renewed(
        self, connection: Connection, secrets: Mapping[str, str], made_for: str, refused: str | None, until: float
    ) -> Granted:
        try:
            # It may have been renewed between the look and the hold.
            kept = self._opened(connection.id, await self._store.read(connection.id))
            if kept is not None and self._good(kept, made_for, refused):
                found = kept
            else:
                found = await self._another(connection, secrets, made_for, refused, kept, until)
                await self._store.write(connection.id, self._sealed(connection.id, found))
        finally:
            await self._store.release(connection.id, self._me)
        self._known[connection.id] = found
        return found

    async def _another(
        self,
        connection: Connection,
        secrets: Mapping[str, str],
        made_for: str,
        refused: str | None,
        kept: Granted | None,
        until: float,
    ) -> Granted:
        """A token in place of the one that is kept, if one is. Raises ConnectionProblem."""
        ours = kept if kept is not None and _is_of(kept, connection, made_for) else None
        if ours is None and kept is not None and connection.kind is AuthKind.OAUTH_CODE:
            raise sign_in_changed(connection.id, changed_since(kept, sign_in_basis(connection)))
        if ours is not None and ours.ended:
            raise sign_in_ended(connection.id, ours.renew_at, ours.ended)
        if ours is not None and not ours.refresh:
            as_now = replace(ours, made_for=made_for)
            if self._good(as_now, made_for, refused):  # there is none to be had with the new client secret
                return as_now
        return await self._fetch(connection, secrets, made_for, ours.refresh if ours is not None else "", until)

    async def _fetch(
        self, connection: Connection, secrets: Mapping[str, str], made_for: str, refresh: str, until: float
    ) -> Granted:
        request = token_request(connection, secrets, refresh, self._clock.now())
        try:
            return await self._ask(connection, secrets, request, made_for, refresh, until)
        except ConnectionProblem as problem:
            if problem.code == NEEDS_SIGN_IN and connection.kind is AuthKind.OAUTH_CODE:
                self._known.pop(connection.id, None)
                ended = Granted("", self._clock.now(), made_for=made_for, ended=problem.said or problem.code)
                ended = replace(ended, basis=sign_in_basis(connection))
                await self._store.write(connection.id, self._sealed(connection.id, ended))
            raise

    async def _ask(
        self,
        connection: Connection,
        secrets: Mapping[str, str],
        request: TokenRequest,
        made_for: str,
        refresh: str,
        until: float,
    ) -> Granted:
        asked_at = self._clock.now()
        sent = Request(
            "POST",
            request.url,
            headers={
                "Content-Type": "application/x-www-form-urlencoded",
                "Accept": "application/json",
                **request.headers,
            },
            body=urlencode(request.form).encode(),
            label=f"token of {connection.id}",
            credential_headers=frozenset(request.headers),
            follow_redirects=False,
            proxy=proxy_of(connection, secrets),
        )
        try:
            response = await self._patiently(sent, until)
        except _NotAsked as error:
            what = f"No token was asked for, for the connection {connection.id!r}: Keyturn's own database was too slow."
            why = "The database answers slowly, or much is going on in it."
            raise ConnectionProblem("no-token", what, _SLOW_STORE, why=why, try_again=True) from error
        except (TimeoutError, AnswerTimeout) as error:
            host = urlsplit(request.url).netloc
            what = f"No token could be had for the connection {connection.id!r}: the sign-in service at {host} did not "
            what += "answer in time."
            raise ConnectionProblem("no-token", what, _SLOW_SERVICE, why=_AWAY, try_again=True) from error
        except HttpError as error:
            raise _unreached(connection, error) from error
        told = told_wait(response.status, response.headers, self._clock.now())
        after = told.seconds if told is not None and response.status in _LATER else None
        try:
            answer = response.json()
        except HttpError as error:
            if not 400 <= response.status < 500:
                raise _garbled(connection, error, response.status, after) from error
            answer = None
        try:
            return granted(
                connection,
                response.status,
                answer,
                masker=request.masker(secrets),
                asked_at=asked_at,
                made_for=made_for,
                refresh=refresh,
            )
        except ConnectionProblem as problem:
            problem.retry_after = after
            raise

    async def _patiently(self, request: Request, until: float) -> Response:
        """An answer; one that says "later" only if that takes too long, or is said again and again.

        Args:
            until: when all of it is at an end, by the monotonic clock.

        Raises:
            HttpError: there is none.
            TimeoutError: it does not come in time.
            _NotAsked: there is no time for it.
        """
        attempt, again_until = 1, min(self._clock.monotonic() + _AGAIN_WITHIN, until - _LEAST_SECONDS)
        while True:
            response = await self._once(request, until - self._clock.monotonic())
            if response.status not in _LATER:
                return response
            attempt += 1
            wait = wait_before(
                attempt,
                _PATIENCE,
                status=response.status,
                headers=response.headers,
                now=self._clock.now(),
                jitter=self._jitter,
            )
            if not isinstance(wait, Wait) or self._clock.monotonic() + wait.seconds > again_until:
                return response
            await self._clock.sleep(wait.seconds)

    async def _once(self, request: Request, left: float) -> Response:
        """One try that is over within ``left`` seconds. Raises HttpError; TimeoutError if they do not suffice, and
        _NotAsked if that is known before."""
        if left < _LEAST_SECONDS:
            raise _NotAsked
        own = self._timeouts
        timeouts = Timeouts(min(own.queue_s, left * 0.2), min(own.connect_s, left * 0.2), min(own.answer_s, left * 0.6))
        async with asyncio.timeout(left):  # no stage's time-out covers the look-up of a name behind a proxy
            return await self._http.send(replace(request, timeout=timeouts))

    def _sealed(self, connection_id: str, token: Granted) -> bytes:
        return self._vault.seal(token.to_bytes(), token_context_of(connection_id))

    def _opened(self, connection_id: str, sealed: bytes | None) -> Granted | None:
        """What was sealed. With another key it is as good as nothing: there is a new one to be had."""
        if sealed is None:
            return None
        try:
            return Granted.from_bytes(self._vault.open(sealed, token_context_of(connection_id)))
        except CannotDecrypt:
            return None


def _is_of(kept: Granted, connection: Connection, made_for: str) -> bool:
    """Whether what is kept is of the connection as it is now, but for the secret of its client if a person signs in."""
    return kept.made_for == made_for or (kept.basis is not None and kept.basis == sign_in_basis(connection))


def _unreached(connection: Connection, error: HttpError) -> ConnectionProblem:
    """No answer came from the sign-in service."""
    what = f"No token could be had for the connection {connection.id!r}: {error.what}"
    passing = not isinstance(error, TlsFailed | EgressDenied | InvalidRequest)
    mend = f"{_AT_THE_ADDRESS} {_SLOW_SERVICE if passing else error.mend}"
    return ConnectionProblem("no-token", what, mend, why=_AWAY if passing else _BARRED, try_again=passing)


def _garbled(connection: Connection, error: HttpError, status: int, after: float | None) -> ConnectionProblem:
    """What the sign-in service answered is no JSON."""
    what = f"No token could be had for the connection {connection.id!r}: {error.what}"
    mend, why = (
        f"{_AT_THE_ADDRESS} {_SLOW_SERVICE}",
        "What is at the token address is no token endpoint, or has a fault.",
    )
    if status >= 500:
        mend, why = _SLOW_SERVICE, _AWAY
    return ConnectionProblem("no-token", what, mend, why=why, try_again=True, retry_after=after)
