"""Why a connection cannot be used."""

from __future__ import annotations

from datetime import datetime

NEEDS_SIGN_IN = "needs-sign-in"
REFUSED = "refused"  # the app did not take the credentials of a request
CANNOT_DECRYPT = "cannot-decrypt"
EXAMPLE_ADDRESS = "example-address"


class ConnectionProblem(Exception):
    """A connection cannot be used.

    Attributes:
        code: stable short name.
        mend: what to do.
        why: the likely cause; empty where it stands in what happened.
        try_again: it may pass by itself.
        retry_after: seconds that the app asks to wait, or None.
        said: the app's own words, where it has ended a person's sign-in.
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
        said: str = "",
    ) -> None:
        self.code = code
        self.mend = mend
        self.why = why
        self.try_again = try_again
        self.retry_after = retry_after
        self.said = said
        super().__init__(message)


def needs_sign_in(connection_id: str, why: str, said: str = "") -> ConnectionProblem:
    """A person must sign the connection in.

    Args:
        said: the app's own words.
    """
    return ConnectionProblem(
        NEEDS_SIGN_IN,
        f"The connection {connection_id!r} must be signed in: {why}",
        f"Open Connections and sign {connection_id!r} in, or run keyturn connections sign-in {connection_id}.",
        why="Nobody has signed in yet, or the sign-in was revoked, has expired, or is not good any more.",
        said=said,
    )


def sign_in_ended(connection_id: str, since: datetime, said: str) -> ConnectionProblem:
    """The app has ended the sign-in before, and why stays known until somebody signs in again."""
    when = f"{since:%H:%M} on {since.day} {since:%B %Y}, UTC"
    return needs_sign_in(connection_id, f"the app has not taken the sign-in since {when} ({said}).", said)


def sign_in_changed(connection_id: str, what: str) -> ConnectionProblem:
    """The connection is not what somebody signed in to any more.

    Args:
        what: of it is another one now.
    """
    return needs_sign_in(
        connection_id, f"{what} changed after the sign-in, which was good for what it was before only."
    )
