"""What token endpoints say when they refuse, and what to do about it.

Sources: RFC 6749, 5.2; Microsoft's AADSTS codes
(https://learn.microsoft.com/en-us/entra/identity-platform/reference-error-codes); Slack's errors of oauth.v2.access
(https://docs.slack.dev/reference/methods/oauth.v2.access).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from .model import AuthKind, Connection
from .problems import ConnectionProblem, needs_sign_in

_SHOWN = 300
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
_MICROSOFT: Mapping[str, str] = {
    "90002": "There is no such directory: put your Directory (tenant) ID into the connection's token address.",
    "900023": "Put your Directory (tenant) ID into the connection's token address.",
    "700016": "Check client id and directory of the connection: this directory does not know the app.",
    "7000215": "Put the client secret's Value into the connection, not its Secret ID.",
    "7000222": "The client secret has ended: make a new one in Entra and put its Value into the connection.",
    "700027": "Upload the certificate of the connection's key to the app in Entra; perhaps the one there has ended.",
    "700024": "Check that the clock of this machine is right.",
    "65001": "Press Grant admin consent at the app's API permissions in Entra.",
    "500011": "Check the scope of the connection.",
}
_DEFAULT = "Check client id, secret or key, token address and scope of the connection."


def refused(connection: Connection, status: int, fields: Mapping[str, object]) -> ConnectionProblem:
    """Why a token endpoint gave no token.

    Args:
        fields: of its answer; none if it was no JSON.
    """
    code, description = str(fields.get("error", "")), str(fields.get("error_description", ""))
    said = f"{code} {description}".strip()[:_SHOWN]
    if connection.kind is AuthKind.OAUTH_CODE and code in _SIGN_IN_ENDED:
        return needs_sign_in(connection.id, f"the app does not take the sign-in any more ({said}).")
    number = _AADSTS.search(description)
    mend = (number and _MICROSOFT.get(number[1])) or _MENDS.get(code) or _DEFAULT
    if not code and 400 <= status < 500:
        said = "and nothing that a token endpoint says"
        mend = "Check the token address of the connection: there is none at this address."
    return ConnectionProblem(
        "no-token",
        f"The app gave no token for the connection {connection.id!r}: {status} {said}".strip(),
        mend,
        try_again=status >= 500 or status == 429,
    )
