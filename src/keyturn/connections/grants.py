"""What is sent to a token endpoint, by kind of connection, and what comes back (RFC 6749, 7523, 7636)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Self

import orjson

from .assertions import read_key, read_service_account, signed
from .model import AuthKind, Connection
from .problems import ConnectionProblem, needs_sign_in

_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_USED_LIFE = 0.8
_DEFAULT_LIFE = 300.0
_TOKEN_URL = "https://oauth2.googleapis.com/token"


@dataclass(frozen=True, slots=True)
class TokenRequest:
    """A form for a token endpoint."""

    url: str
    form: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Granted:
    """What a token endpoint gave.

    Attributes:
        renew_at: when a new access token is due: after 80 % of its life.
        refresh: the refresh token of a connection that a person signed in.
        scope: what was granted, if the app said so.
        made_for: what the connection was when it was given; for another one it is worth nothing.
    """

    access: str = field(repr=False)
    renew_at: datetime
    refresh: str = field(default="", repr=False)
    scope: str = ""
    made_for: str = ""

    def to_bytes(self) -> bytes:
        """As it is sealed."""
        fields = (self.access, self.renew_at.isoformat(), self.refresh, self.scope, self.made_for)
        return orjson.dumps(fields)

    @classmethod
    def from_bytes(cls, content: bytes) -> Self:
        """What ``to_bytes`` gave."""
        access, renew_at, refresh, scope, made_for = orjson.loads(content)
        return cls(access, datetime.fromisoformat(renew_at), refresh, scope, made_for)


def fingerprint(connection: Connection, secrets: Mapping[str, str]) -> str:
    """What a token is bound to: another client, secret or scope needs another one."""
    named = {name: secrets[name] for name in sorted(secrets) if name != "event_hook_secret"}
    content = [connection.kind.value, connection.base_url, dict(sorted(connection.settings.items())), named]
    return hashlib.sha256(orjson.dumps(content)).hexdigest()


def token_request(connection: Connection, secrets: Mapping[str, str], refresh: str, now: datetime) -> TokenRequest:
    """What to send for an access token.

    Args:
        refresh: the refresh token of a connection that a person signed in.

    Raises:
        ConnectionProblem: a key cannot be used, or a person must sign in first.
    """
    settings = connection.settings
    scope = {"scope": settings["scope"]} if settings.get("scope") else {}
    client = {"client_id": settings.get("client_id", "")}
    match connection.kind:
        case AuthKind.OAUTH_CLIENT_CREDENTIALS:
            secret = {"client_secret": secrets.get("client_secret", "")}
            form = {"grant_type": "client_credentials", **client, **secret, **scope}
        case AuthKind.OAUTH_CLIENT_ASSERTION:
            claims = {
                "iss": client["client_id"],
                "sub": client["client_id"],
                "aud": settings.get("audience") or settings["token_url"],
            }
            key = read_key(secrets.get("private_key", ""), settings.get("key_id", ""))
            assertion = {"client_assertion_type": _ASSERTION, "client_assertion": signed(key, claims, now)}
            form = {"grant_type": "client_credentials", **client, **assertion, **scope}
        case AuthKind.OAUTH_JWT_BEARER:
            return _service_account(settings, secrets, now)
        case AuthKind.OAUTH_CODE:
            if not refresh:
                raise needs_sign_in(connection.id, "nobody has signed in yet, or the sign-in has ended.")
            secret = {"client_secret": secrets["client_secret"]} if secrets.get("client_secret") else {}
            form = {"grant_type": "refresh_token", "refresh_token": refresh, **client, **secret}
        case _:
            raise AssertionError(f"{connection.kind} has no token endpoint")
    return TokenRequest(settings["token_url"], form)


def _service_account(settings: Mapping[str, str], secrets: Mapping[str, str], now: datetime) -> TokenRequest:
    """Google's form of the grant: https://developers.google.com/identity/protocols/oauth2/service-account."""
    account = read_service_account(secrets.get("service_account_key", ""))
    url = settings.get("token_url") or account.token_url or _TOKEN_URL
    # The audience is the address that Google names, wherever the request is sent.
    claims = {"iss": account.email, "aud": account.token_url or _TOKEN_URL, "scope": settings.get("scope", "")}
    if settings.get("subject"):
        claims["sub"] = settings["subject"]
    return TokenRequest(url, {"grant_type": _JWT_BEARER, "assertion": signed(account.signing, claims, now)})


def granted(
    connection: Connection, status: int, answer: object, *, asked_at: datetime, made_for: str, refresh: str = ""
) -> Granted:
    """What a token endpoint answered (RFC 6749, 5.1 and 5.2).

    Args:
        refresh: the refresh token so far; it stays if the answer brings no other.

    Raises:
        ConnectionProblem: it gave no token.
    """
    fields: dict[str, object] = {str(k): v for k, v in answer.items()} if isinstance(answer, dict) else {}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType, reportUnknownMemberType]
    token, life = fields.get("access_token"), fields.get("expires_in")
    if status == 200 and isinstance(token, str) and token and all(32 < ord(character) < 127 for character in token):
        seconds = float(life) if isinstance(life, int | float) and 0 < life < 1e9 else _DEFAULT_LIFE
        new = fields.get("refresh_token")
        return Granted(
            access=token,
            renew_at=asked_at + timedelta(seconds=seconds * _USED_LIFE),
            refresh=new if isinstance(new, str) and new else refresh,
            scope=str(fields.get("scope") or ""),
            made_for=made_for,
        )
    raise _refused(connection, status, fields)


def _refused(connection: Connection, status: int, fields: Mapping[str, object]) -> ConnectionProblem:
    code = str(fields.get("error", ""))
    said = f"{code} {fields.get('error_description', '')}".strip()[:300]
    if connection.kind is AuthKind.OAUTH_CODE and code == "invalid_grant":
        return needs_sign_in(connection.id, f"the app does not take the sign-in any more ({said}).")
    mends = {
        "invalid_client": "Check client id and secret or key of the connection, and that the app knows them.",
        "invalid_grant": "Check who is to be acted for, the key, and that the clock of this machine is right.",
        "invalid_scope": "Check the scope of the connection: the app does not grant it to this client.",
        "unauthorized_client": "Allow this client the grant and the scopes of the connection, at the app.",
        "access_denied": "Allow this client the grant and the scopes of the connection, at the app.",
    }
    return ConnectionProblem(
        "no-token",
        f"The app gave no token for the connection {connection.id!r}: {status} {said}".strip(),
        mends.get(code, "Check client id, secret or key, token address and scope of the connection."),
        try_again=status >= 500 or status == 429,
    )
