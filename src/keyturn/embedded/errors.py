"""What can keep the embedded Postgres from running.

EmbeddedPostgresError
├── PlatformNotSupported   the wheel has no programs for this machine
├── FolderInUse            another program has the data folder
├── FolderRefused          the data folder cannot be used safely
├── VersionMismatch        the data was made by another major version
└── ServerFailed           the server did not start or stop; with the end of its log
"""

from __future__ import annotations


class EmbeddedPostgresError(Exception):
    """Base of them; ``mend`` says what to do."""

    def __init__(self, message: str, mend: str) -> None:
        self.mend = mend
        super().__init__(message)


class PlatformNotSupported(EmbeddedPostgresError):
    """There are no programs for this machine, or no user to run them as."""


class FolderInUse(EmbeddedPostgresError):
    """Another program has the data folder."""


class FolderRefused(EmbeddedPostgresError):
    """The data folder cannot be used safely."""


class VersionMismatch(EmbeddedPostgresError):
    """The data was made by another major version of Postgres."""


class ServerFailed(EmbeddedPostgresError):
    """The server did not do what it was asked."""
