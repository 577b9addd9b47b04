"""What a connection is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from urllib.parse import urlsplit


class AuthKind(StrEnum):
    """How a connection proves who it is.

    OAuth 2.0 grants by their RFCs: client credentials (6749, 4.4) with a secret or with a signed assertion (7523, 2.2),
    a signed assertion as the grant itself (7523, 2.1), and the authorization code with PKCE (6749, 4.1; 7636).
    """

    NONE = "none"
    BEARER = "bearer"
    BASIC = "basic"
    HEADER = "header"
    OAUTH_CLIENT_CREDENTIALS = "oauth_client_credentials"
    OAUTH_CLIENT_ASSERTION = "oauth_client_assertion"
    OAUTH_JWT_BEARER = "oauth_jwt_bearer"
    OAUTH_CODE = "oauth_code"


EVENT_HOOK_SECRET = "event_hook_secret"
# Settings that name headers, and the secrets that go in them: some apps want two keys.
HEADERS: Mapping[str, str] = {"header": "value", "header_2": "value_2", "header_3": "value_3"}
# How a client shows its secret to a token endpoint (RFC 6749, 2.3.1): in the form, or as HTTP Basic.
CLIENT_AUTH, BY_FORM, BY_BASIC = "client_auth", "form", "basic"


@dataclass(frozen=True, slots=True)
class AuthFields:
    """Which settings and secrets a kind has.

    Attributes:
        settings: name and whether it is required; shown to people.
        secrets: names, all required.
        optional: names of secrets that may be left out.
        long: secrets of many lines: keys in PEM or JSON.
        choices: all values that a setting may have, by its name; the first stands for one that is left empty.
    """

    settings: Mapping[str, bool]
    secrets: tuple[str, ...]
    optional: tuple[str, ...] = ()
    long: frozenset[str] = frozenset()
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])


_CLIENT_AUTH = {CLIENT_AUTH: (BY_FORM, BY_BASIC)}

AUTH_FIELDS: Mapping[AuthKind, AuthFields] = {
    AuthKind.NONE: AuthFields({}, ()),
    AuthKind.BEARER: AuthFields({"prefix": False}, ("token",)),
    AuthKind.BASIC: AuthFields({"user": True}, ("password",)),
    AuthKind.HEADER: AuthFields(
        {header: header == "header" for header in HEADERS}, ("value",), optional=tuple(HEADERS.values())[1:]
    ),
    AuthKind.OAUTH_CLIENT_CREDENTIALS: AuthFields(
        {"token_url": True, "client_id": True, "scope": False, CLIENT_AUTH: False},
        ("client_secret",),
        choices=_CLIENT_AUTH,
    ),
    AuthKind.OAUTH_CLIENT_ASSERTION: AuthFields(
        {"token_url": True, "client_id": True, "scope": False, "audience": False, "key_id": False},
        ("private_key",),
        long=frozenset({"private_key"}),
    ),
    AuthKind.OAUTH_JWT_BEARER: AuthFields(
        {"subject": False, "scope": True, "token_url": False},
        ("service_account_key",),
        long=frozenset({"service_account_key"}),
    ),
    AuthKind.OAUTH_CODE: AuthFields(
        {
            "authorize_url": True,
            "token_url": True,
            "client_id": True,
            "scope": False,
            "authorize_parameters": False,
            "revoke_url": False,
            CLIENT_AUTH: False,
        },
        (),
        optional=("client_secret",),
        choices=_CLIENT_AUTH,
    ),
}

# What a connection of any kind may have: a proxy of its own, by way of which its requests go, or ``direct``.
PROXY, PROXY_LOGIN = "proxy", "proxy_login"

# Settings that hold addresses to which secrets are sent.
ADDRESSES = frozenset({"token_url", "authorize_url", "revoke_url"})


@dataclass(frozen=True, slots=True)
class Connection:
    """One authorised account of a connector.

    Attributes:
        id: what flows call it.
        base_url: where the app is; actions reach only addresses below it.
        settings: what is not secret.
        sealed: the secrets, sealed by the vault; context is ``context_of(id)``.
        at_once: root runs that may use it at once, or None.
        per_minute: requests that all processes together may send in a minute, or None.
        users: names of those who may build with it; empty for everybody.
        reaches: origins beside the base to which its secrets may go: the connector's further addresses as they were
            when the secrets were given. Whoever changes a connector later does not have them sent elsewhere.
    """

    id: str
    connector: str
    name: str
    kind: AuthKind
    base_url: str
    settings: Mapping[str, str]
    sealed: bytes = field(repr=False)
    created_at: datetime
    updated_at: datetime
    at_once: int | None = None
    per_minute: int | None = None
    users: tuple[str, ...] = ()
    reaches: tuple[str, ...] = ()

    def is_for(self, who: str) -> bool:
        """Whether somebody may build with it: put it into flows, load choices by it, try actions with it."""
        return not self.users or who in self.users


def origin_of(url: str) -> str:
    """Scheme, host and port of an address, as written (RFC 6454)."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why an app does not take a connection, and what to do."""

    code: str
    what: str
    mend: str


@dataclass(frozen=True, slots=True)
class Health:
    """How a connection does.

    Attributes:
        worked_at: when its app took it last; kept to the minute. None if nobody has seen that yet.
        failing_since: since when it did not, if it does not.
    """

    worked_at: datetime | None = None
    failing_since: datetime | None = None
    trouble: Trouble | None = None


def context_of(connection_id: str) -> str:
    """What the secrets of a connection are bound to, so that they cannot be moved to another one."""
    return f"connection:{connection_id}"


def token_context_of(connection_id: str) -> str:
    """What the tokens of a connection are bound to."""
    return f"connection-token:{connection_id}"
