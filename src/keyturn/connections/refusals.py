"""What token endpoints say when they refuse, and what to do about it.

Sources: RFC 6749, 5.2; Microsoft's AADSTS codes
(https://learn.microsoft.com/en-us/entra/identity-platform/reference-error-codes); Slack's errors of oauth.v2.access
(https://docs.slack.dev/reference/methods/oauth.v2.access).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from keyturn.http import Masker

from .model import AuthKind, Connection
from .problems import ConnectionProblem, needs_sign_in

SHOWN = 300  # characters of what an app says
_AADSTS = re.compile(r"AADSTS(\d+)")
# The sign-in of a person has ended: it was revoked, has expired, or is not good any more.
_SIGN_IN_ENDED = frozenset({"invalid_grant", "invalid_refresh_token", "token_revoked", "interaction_required"})
_SECRET = "Put the client's present secret into the connection."
_SCOPES = "Allow this client the grant and the scopes of the connection, at the app."
_MENDS: Mapping[str, str] = {
    "invalid_client": "Check client id and secret or key of the connection, and that the app knows them.",
    "invalid_grant": "Check who is to be acted for, the key, and that the clock of this machine is right.",
    "invalid_scope": "Check the scope of the connection: the app does not grant it to this client.",
    "unauthorized_client": _SCOPES,
    "access_denied": _SCOPES,
    "consent_required": "Grant the scopes of the connection to this client, at the app.",
    "invalid_client_id": "Check the client id of the connection.",
    "bad_client_secret": _SECRET,
    "invalid_code": "Sign in again: a code is good once, and for a few minutes.",
}
# A service account acts for somebody, whom the token endpoint has to know.
_ACTED_FOR: Mapping[str, str] = {
    "invalid_grant": (
        "Check the connection's subject: it has to be the address of somebody there who may do this, such as an "
        "administrator. If it is, check the key, and that the clock of this machine is right."
    ),
    "unauthorized_client": (
        "Allow this client the scopes of the connection, at the app, and check the connection's subject: it has to be "
        "an address of the company that allowed it."
    ),
}
_MICROSOFT: Mapping[str, str] = {
    "90002": "There is no such directory: put your Directory (tenant) ID into the connection's token address.",
    "900023": "Put your Directory (tenant) ID into the connection's token address.",
    "700016": "Check client id and directory of the connection: this directory does not know the app.",
    "7000215": "Put the client secret's Value into the connection, not its Secret ID.",
    "7000222": "The client secret has ended: make a new one in Entra and put its Value into the connection.",
    "50027": "Put the certificate into the connection, beside its private key: Microsoft finds the key by it.",
    "700027": "Upload the certificate of the connection's key to the app in Entra; perhaps the one there has ended.",
    "700024": "Check that the clock of this machine is right.",
    "65001": "Press Grant admin consent at the app's API permissions in Entra.",
    "500011": "Check the scope of the connection.",
}
_NOT_TAKEN = "The sign-in service does not take the client id, or the secret or key, of the connection."
_NOT_GRANTED = "The app does not give this client what the connection asks for."
_WHYS: Mapping[str, str] = {
    "invalid_client": _NOT_TAKEN,
    "invalid_client_id": _NOT_TAKEN,
    "bad_client_secret": _NOT_TAKEN,
    "invalid_grant": "The app does not know whom the connection acts for, or does not take its key or its clock.",
    "invalid_scope": _NOT_GRANTED,
    "unauthorized_client": _NOT_GRANTED,
    "access_denied": _NOT_GRANTED,
    "consent_required": _NOT_GRANTED,
}
_UNCLEAR = "The sign-in service does not take what the connection asks for a token with."
_FAULT = (
    "The sign-in service itself has a fault; the connection may be as it should.",
    "Try again in a while; if it stays so, look whether the sign-in service at the connection's token address is up.",
)
_TOO_OFTEN = (
    "The sign-in service limits how often it is asked.",
    "Try again in a while; if it stays so, look what else asks for tokens with the client of this connection.",
)
_DEFAULT = "Check client id, secret or key, token address and scope of the connection."


def refused(connection: Connection, status: int, fields: Mapping[str, object], masker: Masker) -> ConnectionProblem:
    """Why a token endpoint gave no token.

    Args:
        fields: of its answer; none if it was no JSON.
        masker: of what was sent, which it may quote.
    """
    code, description = said_in(fields)
    said = masker.body(f"{code} {description}".strip())[:SHOWN]
    if connection.kind is AuthKind.OAUTH_CODE and code in _SIGN_IN_ENDED:
        return needs_sign_in(connection.id, f"the app does not take the sign-in any more ({said}).", said)
    number = _AADSTS.search(description)
    mend = (number and _MICROSOFT.get(number[1])) or _mend(connection, code)
    if not code and 400 <= status < 500:
        said = "and nothing that a token endpoint says"
        mend = "Check the token address of the connection: there is none at this address."
    elif isinstance(fields.get("error"), dict):
        mend = "Check the token address of the connection: a token endpoint says otherwise what is wrong."
    why = _WHYS.get(code) or (_NOT_TAKEN if status == 401 else _UNCLEAR)
    if status >= 500 or status == 429:
        why, mend = _FAULT if status >= 500 else _TOO_OFTEN
    return ConnectionProblem(
        "no-token",
        f"The app gave no token for the connection {connection.id!r}: {status} {said}".strip(),
        mend,
        why=why,
        try_again=status >= 500 or status == 429,
    )


def said_in(fields: Mapping[str, object]) -> tuple[str, str]:
    """Code and words of a refusal (RFC 6749, 5.2); of what is no token endpoint, those of its own error."""
    error, description = fields.get("error", ""), fields.get("error_description", "")
    if isinstance(error, dict):
        parts: dict[str, object] = {str(name): value for name, value in error.items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
        return _first(parts, "code", "status", "type"), _first(parts, "message", "description") or _text(description)
    return _text(error), _text(description)


def _first(parts: Mapping[str, object], *names: str) -> str:
    return next((text for name in names if (text := _text(parts.get(name)))), "")


def _text(value: object) -> str:
    return str(value) if isinstance(value, str | int | float) else ""


def _mend(connection: Connection, code: str) -> str:
    acted_for = _ACTED_FOR.get(code) if connection.kind is AuthKind.OAUTH_JWT_BEARER else None
    return acted_for or _MENDS.get(code) or _DEFAULT
