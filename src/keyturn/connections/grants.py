"""What is sent to a token endpoint, by kind of connection, and what comes back (RFC 6749, 7523, 7636)."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Self
from urllib.parse import quote_plus

import orjson

from keyturn.http import Masker

from .assertions import read_key, read_service_account, signed
from .model import BY_BASIC, CLIENT_AUTH, EVENT_HOOK_SECRET, PROXY, PROXY_LOGIN, AuthKind, Connection
from .problems import needs_sign_in
from .refusals import refused

_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_SENT_SECRETS = ("client_secret", "client_assertion", "assertion", "refresh_token", "code", "code_verifier", "token")
_USED_LIFE = 0.8
_DEFAULT_LIFE = 300.0
_ENDLESS = timedelta(days=36_500)
_TOKEN_URL = "https://oauth2.googleapis.com/token"


@dataclass(frozen=True, slots=True)
class TokenRequest:
    """A form for a token endpoint."""

    url: str
    form: Mapping[str, str] = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)

    def masker(self, secrets: Mapping[str, str]) -> Masker:
        """Takes what was sent, and may not be shown, out of what the endpoint says of it: some quote it.

        Args:
            secrets: the connection's, which may be quoted otherwise than they were sent.
        """
        sent = [self.form[name] for name in _SENT_SECRETS if name in self.form]
        proofs = [proof.rpartition(" ")[2] for proof in self.headers.values()]
        return Masker([*secrets.values(), *sent, *proofs], self.headers)


@dataclass(frozen=True, slots=True)
class Granted:
    """What a token endpoint gave.

    Attributes:
        renew_at: when a new access token is due: after 80 % of its life; at its end if a person would have to sign in.
        refresh: the refresh token of a connection that a person signed in.
        scope: what was granted, if the app said so.
        made_for: what the connection was when it was given, its secrets included; for another one it is not used as it
            is.
        basis: what a person's sign-in was given for (``sign_in_basis``): it outlives a new client secret. None where
            nobody signs in, and of one that was kept before this was.
        ended: the app's words for ending a person's sign-in, at ``renew_at``; then there are no tokens.
        found: it was there already, and not asked for just now: an app may have ended it meanwhile.
    """

    access: str = field(repr=False)
    renew_at: datetime
    refresh: str = field(default="", repr=False)
    scope: str = ""
    made_for: str = ""
    ended: str = ""
    basis: Mapping[str, str] | None = None
    found: bool = field(default=False, compare=False)

    @property
    def scopes(self) -> tuple[str, ...] | None:
        """What was granted, by what the app said or by the token itself; None where neither tells.

        Access tokens are nobody's to read but the app's; Microsoft's, which are JWTs, name their permissions, and no
        other place tells a client of them. It is for showing only.
        """
        if self.scope:
            return tuple(dict.fromkeys(self.scope.replace(",", " ").split()))
        return scopes_in(self.access)

    def to_bytes(self) -> bytes:
        """As it is sealed."""
        fields = (self.access, self.renew_at.isoformat(), self.refresh, self.scope, self.made_for, self.ended)
        return orjson.dumps((*fields, None if self.basis is None else {**self.basis}))

    @classmethod
    def from_bytes(cls, content: bytes) -> Self:
        """What ``to_bytes`` gave."""
        access, renew_at, refresh, scope, made_for, *more = orjson.loads(content)
        ended, basis = (more[0] if more else ""), (more[1] if len(more) > 1 else None)
        return cls(access, datetime.fromisoformat(renew_at), refresh, scope, made_for, ended, basis, found=True)


def scopes_in(token: str) -> tuple[str, ...] | None:
    """The permissions that a token names, if it is a JWT with ``scp`` or ``roles``; its signature is not looked at."""
    parts = token.split(".")
    if len(parts) != 3:
        return None
    try:
        claims: object = orjson.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (binascii.Error, ValueError):
        return None
    if not isinstance(claims, dict):
        return None
    named: dict[str, object] = {str(k): v for k, v in claims.items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType, reportUnknownMemberType]
    scp, roles = named.get("scp"), named.get("roles")
    if isinstance(scp, str):
        return tuple(scp.split())
    if isinstance(roles, list):
        return tuple(str(one) for one in roles)  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    return None


def fingerprint(connection: Connection, secrets: Mapping[str, str]) -> str:
    """What a token is bound to: another client, secret or scope needs another one."""
    named = {name: secrets[name] for name in sorted(secrets) if name not in (EVENT_HOOK_SECRET, PROXY_LOGIN)}
    settings = {name: value for name, value in sorted(connection.settings.items()) if name != PROXY}
    content = [connection.kind.value, connection.base_url, settings, named, *connection.reaches]
    return hashlib.sha256(orjson.dumps(content)).hexdigest()


def sign_in_basis(connection: Connection) -> dict[str, str] | None:
    """What a person's sign-in is bound to; None for a connection that nobody signs in.

    A refresh token is the client's, not its secret's (RFC 6749, 6): vendors keep it when the secret is replaced.
    """
    if connection.kind is not AuthKind.OAUTH_CODE:
        return None
    settings = {
        name: value for name, value in connection.settings.items() if value and name not in (PROXY, CLIENT_AUTH)
    }
    reaches = {"bases": " ".join(connection.reaches)} if connection.reaches else {}
    return {**settings, "address": connection.base_url, **reaches}


def changed_since(kept: Granted, basis: Mapping[str, str] | None) -> str:
    """What of a connection is not as it was when a person signed it in, in words."""
    if kept.basis is None or basis is None:
        return "it was"
    names = sorted(name for name in {*kept.basis, *basis} if kept.basis.get(name) != basis.get(name))
    return f"its {' and '.join(names)}"


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
    shown, headers = client_proof(settings, secrets)
    match connection.kind:
        case AuthKind.OAUTH_CLIENT_CREDENTIALS:
            form = {"grant_type": "client_credentials", **shown, **scope}
        case AuthKind.OAUTH_CLIENT_ASSERTION:
            claims = {
                "iss": client["client_id"],
                "sub": client["client_id"],
                "aud": settings.get("audience") or settings["token_url"],
            }
            key = read_key(secrets.get("private_key", ""), settings.get("key_id", ""))
            assertion = {"client_assertion_type": _ASSERTION, "client_assertion": signed(key, claims, now)}
            return TokenRequest(
                settings["token_url"], {"grant_type": "client_credentials", **client, **assertion, **scope}
            )
        case AuthKind.OAUTH_JWT_BEARER:
            return _service_account(settings, secrets, now)
        case AuthKind.OAUTH_CODE:
            if not refresh:
                raise needs_sign_in(connection.id, "nobody has signed in yet, or the sign-in has ended.")
            form = {"grant_type": "refresh_token", "refresh_token": refresh, **shown}
        case _:
            raise AssertionError(f"{connection.kind} has no token endpoint")
    return TokenRequest(settings["token_url"], form, headers)


def client_proof(
    settings: Mapping[str, str], secrets: Mapping[str, str]
) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """How a client says who it is (RFC 6749, 2.3.1): fields of the form, and headers."""
    client, secret = settings.get("client_id", ""), secrets.get("client_secret", "")
    if not secret:
        return {"client_id": client}, {}
    if settings.get(CLIENT_AUTH) == BY_BASIC:
        pair = f"{quote_plus(client)}:{quote_plus(secret)}"
        return {}, {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}
    return {"client_id": client, "client_secret": secret}, {}


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
    connection: Connection,
    status: int,
    answer: object,
    *,
    masker: Masker,
    asked_at: datetime,
    made_for: str,
    refresh: str = "",
) -> Granted:
    """What a token endpoint answered (RFC 6749, 5.1 and 5.2).

    Args:
        masker: of what was sent.
        refresh: the refresh token so far; it stays if the answer brings no other.

    Raises:
        ConnectionProblem: it gave no token.
    """
    fields: dict[str, object] = {str(k): v for k, v in answer.items()} if isinstance(answer, dict) else {}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType, reportUnknownMemberType]
    token, life = fields.get("access_token"), fields.get("expires_in")
    if status == 200 and isinstance(token, str) and token and all(32 < ord(character) < 127 for character in token):
        new = fields.get("refresh_token")
        kept = new if isinstance(new, str) and new else refresh
        return Granted(
            access=token,
            renew_at=asked_at + _used_life(life, renewable=connection.kind is not AuthKind.OAUTH_CODE or bool(kept)),
            refresh=kept,
            scope=str(fields.get("scope") or ""),
            made_for=made_for,
            basis=sign_in_basis(connection),
        )
    raise refused(connection, status, fields, masker)


def _used_life(told: object, *, renewable: bool) -> timedelta:
    """How long a token is used. One that cannot be renewed serves to its end, or until the app refuses it."""
    known = isinstance(told, int | float) and 0 < told < 1e9
    if not renewable:
        return timedelta(seconds=float(told)) if known and isinstance(told, int | float) else _ENDLESS
    seconds = float(told) if known and isinstance(told, int | float) else _DEFAULT_LIFE
    return timedelta(seconds=seconds * _USED_LIFE)
