"""What to do about credentials that an app refuses: it goes by how the connection proves who it is."""

from __future__ import annotations

from collections.abc import Mapping

from keyturn.connections.model import AuthKind, Connection

from .compiled import AppError, CompiledManifest

_WHY = "The app refused the credentials."
_TOKEN = "Put another token into the connection: this one is wrong, has ended, or was revoked."
_FOR_THIS_APP = "and that its token address and scope are those of this app."
_MENDS: Mapping[AuthKind, str] = {
    AuthKind.NONE: "The app wants credentials: choose another kind for the connection.",
    AuthKind.BEARER: _TOKEN,
    AuthKind.BASIC: "Check user and password of the connection.",
    AuthKind.HEADER: "Check the names and values of the connection's headers.",
    AuthKind.OAUTH_CLIENT_CREDENTIALS: f"Check client id and secret of the connection, {_FOR_THIS_APP}",
    AuthKind.OAUTH_CLIENT_ASSERTION: f"Check client id and private key of the connection, {_FOR_THIS_APP}",
    AuthKind.OAUTH_JWT_BEARER: "Check the connection's service account key, its subject and its scope.",
    AuthKind.OAUTH_CODE: "Sign the connection in again.",
}


def advice(manifest: CompiledManifest, error: AppError, connection: Connection) -> tuple[str, str] | None:
    """Why an app refused and what to do, if the manifest knows, or if it refused the credentials."""
    known = manifest.hint(error, connection.kind)
    if error.status != 401:
        return known
    why, mend = known or (_WHY, _MENDS[connection.kind])
    return why, _of_prefix(manifest, connection) or mend


def _of_prefix(manifest: CompiledManifest, connection: Connection) -> str:
    """What to do where another word than the app's usual one stands before the token; empty where it is that one."""
    usual, sent = manifest.model.defaults.get("prefix", ""), connection.settings.get("prefix") or "Bearer"
    if connection.kind is not AuthKind.BEARER or not usual or sent.lower() == usual.lower():
        return ""
    title = manifest.model.title
    return (
        f"The word before the token is {sent} and not {usual}, which {title} takes its own tokens with: put {usual} "
        f"into the connection's prefix. For a token that goes with {sent}: {_TOKEN[0].lower()}{_TOKEN[1:]}"
    )
