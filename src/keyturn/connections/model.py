"""What a connection is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class AuthKind(StrEnum):
    """How a connection proves who it is."""

    NONE = "none"
    BEARER = "bearer"
    BASIC = "basic"
    HEADER = "header"
    OAUTH_CLIENT_CREDENTIALS = "oauth_client_credentials"


EVENT_HOOK_SECRET = "event_hook_secret"


@dataclass(frozen=True, slots=True)
class AuthFields:
    """Which settings and secrets a kind has.

    Attributes:
        settings: name and whether it is required; shown to people.
        secrets: names, all required.
    """

    settings: Mapping[str, bool]
    secrets: tuple[str, ...]


AUTH_FIELDS: Mapping[AuthKind, AuthFields] = {
    AuthKind.NONE: AuthFields({}, ()),
    AuthKind.BEARER: AuthFields({"prefix": False}, ("token",)),
    AuthKind.BASIC: AuthFields({"user": True}, ("password",)),
    AuthKind.HEADER: AuthFields({"header": True}, ("value",)),
    AuthKind.OAUTH_CLIENT_CREDENTIALS: AuthFields(
        {"token_url": True, "client_id": True, "scope": False}, ("client_secret",)
    ),
}


@dataclass(frozen=True, slots=True)
class Connection:
    """One authorised account of a connector.

    Attributes:
        id: what flows call it.
        base_url: where the app is; actions reach only addresses below it.
        settings: what is not secret.
        sealed: the secrets, sealed by the vault; context is ``context_of(id)``.
        at_once: root runs that may use it at once, or None.
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


def context_of(connection_id: str) -> str:
    """What the secrets of a connection are bound to, so that they cannot be moved to another one."""
    return f"connection:{connection_id}"
