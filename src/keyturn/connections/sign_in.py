"""A person signs a connection in: OAuth 2.0 authorization code with PKCE (RFC 6749, 4.1; RFC 7636; RFC 9700).

Nothing of a sign-in under way is stored: a ticket and then ``state`` carry it, sealed, so that it may begin at one
server and end at another. ``state`` is bound to the browser by a cookie, and a code is good for one use at the app.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets as random_secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import parse_qsl, urlencode, urlsplit

import orjson

from keyturn.flows.functions import Clock
from keyturn.http import HttpError, Request, Response

from .access_tokens import AccessTokens, Sender
from .authorise import Authoriser
from .grants import TokenRequest, client_proof, fingerprint
from .health import HealthNotes
from .model import AuthKind, Connection, Trouble
from .ports import ConnectionStore
from .problems import ConnectionProblem, needs_sign_in
from .proxying import proxy_of
from .refusals import SHOWN, said_in
from .vault import CannotDecrypt, Vault

CALLBACK = "/oauth/callback"
_START = "/oauth/start"
_LIFE = timedelta(minutes=15)
# What says that no such token is good any more, or none of its kind can be revoked by itself: RFC 7009, 2.2.1;
# RFC 6749, 5.2; Google's invalid_token; Slack's auth.revoke (https://api.slack.com/methods/auth.revoke).
_GONE = frozenset(
    {"invalid_token", "invalid_grant", "unsupported_token_type"}
    | {"token_revoked", "token_expired", "account_inactive", "invalid_auth"}
)
_BY_HAND = "Take the access away at the app, or correct or clear the revocation address of the connection."
_MENDS = {
    "access_denied": "Sign in again and agree.",
    "consent_required": "Sign in again and agree.",
    "interaction_required": "Sign in again and agree.",
    "login_required": "Sign in again and agree.",
    "invalid_scope": "Allow the app these scopes, or take them out of the scope of the connection; then sign in again.",
    "server_error": "Sign in again in a while.",
    "temporarily_unavailable": "Sign in again in a while.",
}
_ANEW = "Look in Connections whether it is signed in. If not, begin it anew, and end it in one browser."
_OVER = "over:"
_TICKET, _STATE = "oauth-ticket", "oauth-state"


class SignInRefused(Exception):
    """A sign-in that cannot begin or go on; ``mend`` says what to do."""

    def __init__(self, message: str, mend: str) -> None:
        self.mend = mend
        super().__init__(message)


class SignInOver(SignInRefused):
    """A sign-in that has ended, whose last page somebody opens again."""


class NotRevoked(SignInRefused):
    """The app could not be told that a sign-in has ended: its tokens may be good for longer."""


@dataclass(frozen=True, slots=True)
class Departure:
    """Where the browser goes, and what it must bring back in a cookie."""

    url: str
    nonce: str


class SignIns:
    """Signs connections in and out.

    Args:
        address: where browsers reach this installation.
    """

    def __init__(
        self,
        *,
        http: Sender,
        store: ConnectionStore,
        authoriser: Authoriser,
        tokens: AccessTokens,
        vault: Vault,
        clock: Clock,
        health: HealthNotes,
        address: str,
    ) -> None:
        self._http = http
        self._health = health
        self._store = store
        self._authoriser = authoriser
        self._tokens = tokens
        self._vault = vault
        self._clock = clock
        self._address = address.rstrip("/")

    @property
    def callback(self) -> str:
        """The address to register at the app."""
        return self._address + CALLBACK

    async def link(self, connection_id: str) -> str:
        """An address that starts the sign-in in whichever browser opens it, for 15 minutes.

        Raises:
            SignInRefused: the connection is not of a kind that people sign in.
        """
        connection = await self._known(connection_id)
        ticket = self._seal([connection.id, self._ends()], _TICKET)
        return f"{self._address}{_START}?{urlencode({'ticket': ticket})}"

    async def begin(self, ticket: str) -> Departure:
        """Where the browser that opened a link goes. Raises SignInRefused."""
        (connection_id,) = self._open(ticket, _TICKET, 1)
        connection = await self._known(connection_id)
        verifier, nonce = random_secrets.token_urlsafe(48), random_secrets.token_urlsafe(24)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        made_for = fingerprint(connection, self._secrets(connection))
        settings = connection.settings
        query = {
            **dict(parse_qsl(settings.get("authorize_parameters", ""))),
            "response_type": "code",
            "client_id": settings["client_id"],
            "redirect_uri": self.callback,
            "state": self._seal([connection.id, verifier, nonce, made_for, self._ends()], _STATE),
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        if settings.get("scope"):
            query["scope"] = settings["scope"]
        mark = "&" if urlsplit(settings["authorize_url"]).query else "?"
        return Departure(f"{settings['authorize_url']}{mark}{urlencode(query)}", nonce)

    async def finish(self, query: Mapping[str, str], nonce: str) -> str:
        """Take what the app sent the browser back with; gives the connection's name.

        Args:
            nonce: what the browser's cookie holds.

        Raises:
            SignInRefused: the person or the app said no, it took too long, or it began in another browser.
        """
        connection_id, verifier, wanted, made_for = self._open(query.get("state", ""), _STATE, 4)
        if hmac.compare_digest(over(wanted).encode(), nonce.encode()):
            raise SignInOver("This sign-in has ended already.", "Connections says how the connection is now.")
        if not hmac.compare_digest(wanted.encode(), nonce.encode()):
            other = "before another one in this" if nonce else "is not open in this any more"
            raise SignInRefused(f"This sign-in was begun in another browser, or {other}.", _ANEW)
        if query.get("error"):
            said = f"{query['error']} {query.get('error_description', '')}".strip()[:SHOWN]
            raise SignInRefused(f"The app did not let the connection in: {said}", _mends(query["error"]))
        connection = await self._known(connection_id)
        secrets = self._secrets(connection)
        if fingerprint(connection, secrets) != made_for:
            raise SignInRefused("The connection was changed meanwhile.", "Begin the sign-in anew.")
        form = {
            "grant_type": "authorization_code",
            "code": query.get("code", ""),
            "redirect_uri": self.callback,
            "code_verifier": verifier,
        }
        shown, headers = client_proof(connection.settings, secrets)
        asked = TokenRequest(connection.settings["token_url"], {**form, **shown}, headers)
        try:
            await self._tokens.keep(connection, secrets, asked)
        except ConnectionProblem as problem:
            raise SignInRefused(str(problem), problem.mend) from problem
        await self._health.forget(connection.id)  # another process may have noted since that it needs this
        self._health.worked(connection.id)
        await self._health.written()
        return connection.name

    async def await_first(self, connection: Connection) -> None:
        """Note of a connection that is new, or has changed, that a person must sign it in, if that is so."""
        if connection.kind is not AuthKind.OAUTH_CODE:
            return
        problem = await self._tokens.why_none(connection, self._secrets(connection))
        if problem is not None:
            await self._wait(connection, problem)

    async def _wait(self, connection: Connection, problem: ConnectionProblem) -> None:
        self._health.failed(connection.id, Trouble(problem.code, str(problem), problem.mend))
        await self._health.written()

    async def end(self, connection_id: str) -> None:
        """Sign the connection out: its tokens are revoked (RFC 7009), where the app can, and forgotten.

        Raises:
            NotRevoked: the app was not reached, or has refused; the tokens are kept.
            SignInRefused: it is not of a kind that people sign in, or its secrets cannot be opened.
        """
        connection = await self._known(connection_id)
        secrets = self._secrets(connection)
        kept = await self._tokens.look(connection, secrets)
        if kept is not None and connection.settings.get("revoke_url"):
            for token in filter(None, (kept.refresh, kept.access)):  # not every app ends both with the first
                await self._revoke(connection, secrets, token)
        await self._tokens.forget(connection_id)
        await self._wait(connection, needs_sign_in(connection.id, "it was signed out."))

    async def forget(self, connection_id: str) -> None:
        """Keep none of its tokens, whatever the app was told."""
        await self._tokens.forget(connection_id)

    async def _revoke(self, connection: Connection, secrets: Mapping[str, str], token: str) -> None:
        shown, headers = client_proof(connection.settings, secrets)
        asked = TokenRequest(connection.settings["revoke_url"], {"token": token, **shown}, headers)
        request = Request(
            "POST",
            asked.url,
            headers={"Content-Type": "application/x-www-form-urlencoded", **headers},
            body=urlencode(asked.form).encode(),
            label=f"revocation of {connection.id}",
            credential_headers=frozenset(headers),
            follow_redirects=False,
            proxy=proxy_of(connection, secrets),
        )
        try:
            response = await self._http.send(request)
        except HttpError as error:
            raise NotRevoked(f"The app could not be told: {error.what}", f"{error.mend} {_BY_HAND}") from error
        code = _refusal(response)
        if code is not None and code not in _GONE:
            said = f"{response.status} {asked.masker(secrets).text(code)}".strip()[:SHOWN]
            raise NotRevoked(f"The app answered {said} when it was to revoke the token.", _BY_HAND)

    async def _known(self, connection_id: str) -> Connection:
        connection = await self._store.get(connection_id)
        if connection is None or connection.kind is not AuthKind.OAUTH_CODE:
            raise SignInRefused(
                f"{connection_id!r} is no connection that people sign in.", "Make one of kind oauth_code first."
            )
        return connection

    def _secrets(self, connection: Connection) -> dict[str, str]:
        try:
            return self._authoriser.secrets(connection)
        except ConnectionProblem as problem:
            raise SignInRefused(str(problem), problem.mend) from problem

    def _ends(self) -> str:
        return str(int((self._clock.now() + _LIFE).timestamp()))

    def _seal(self, parts: list[str], context: str) -> str:
        return base64.urlsafe_b64encode(self._vault.seal(orjson.dumps(parts), context)).decode()

    def _open(self, text: str, context: str, count: int) -> list[str]:
        try:
            *parts, ends = orjson.loads(self._vault.open(base64.urlsafe_b64decode(text.encode()), context))
        except (CannotDecrypt, ValueError, binascii.Error) as error:
            raise SignInRefused("This is no sign-in that was begun here.", "Begin it anew in Connections.") from error
        if len(parts) != count or self._clock.now().timestamp() >= int(ends):
            raise SignInRefused("The sign-in took too long.", "Begin it anew in Connections.")
        return parts


def over(nonce: str) -> str:
    """What a browser's cookie holds once its sign-in has ended."""
    return nonce if nonce.startswith(_OVER) else f"{_OVER}{nonce}"


def _mends(code: str) -> str:
    """What helps against a refusal by its code (RFC 6749, 4.1.2.1): only a person who said no may say yes again."""
    return _MENDS.get(
        code, "Check client id, scope and addresses of the connection and of its app, then sign in again."
    )


def _refusal(response: Response) -> str | None:
    """The code of an answer that is no success, empty if it has none; None for a success."""
    try:
        answer = response.json()
    except HttpError:
        answer = None
    fields: dict[str, object] = {str(k): v for k, v in answer.items()} if isinstance(answer, dict) else {}
    if response.status < 400 and fields.get("ok") is not False:  # Slack refuses with 200
        return None
    return said_in(fields)[0]
