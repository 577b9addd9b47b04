"""Why a connection cannot be used."""

from __future__ import annotations

NEEDS_SIGN_IN = "needs-sign-in"
EXAMPLE_ADDRESS = "example-address"


class ConnectionProblem(Exception):
    """A connection cannot be used.

    Attributes:
        code: stable short name.
        mend: what to do.
        why: the likely cause; empty where it stands in what happened.
        try_again: it may pass by itself.
        retry_after: seconds that the app asks to wait, or None.
    """

    def __init__(
        self,
        code: str,
        message: str,
        mend: str,
        *,
        why: str = "",
        try_again: bool = False,
        retry_after: float | None = None,
    ) -> None:
        self.code = code
        self.mend = mend
        self.why = why
        self.try_again = try_again
        self.retry_after = retry_after
        super().__init__(message)


def needs_sign_in(connection_id: str, why: str) -> ConnectionProblem:
    """A person must sign the connection in."""
    return ConnectionProblem(
        NEEDS_SIGN_IN,
        f"The connection {connection_id!r} must be signed in: {why}",
        f"Open Connections and sign {connection_id!r} in, or run keyturn connections sign-in {connection_id}.",
        why="Nobody has signed in yet, or the sign-in was revoked, has expired, or is not good any more.",
    )
