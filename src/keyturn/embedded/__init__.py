"""The Postgres that comes along: its programs are in a wheel, its data in Keyturn's data folder.

The wheel's own ``get_server`` is not used: it keeps servers in a global registry, stops them when the Python
process ends, and as root adds read and search rights for everybody to every parent of the data folder. Here a
program that dies leaves the server running for the next one to take over, and no folder above ours is changed.
"""

from .address import DatabaseAddress
from .errors import (
    EmbeddedPostgresError,
    FolderInUse,
    FolderRefused,
    PlatformNotSupported,
    ServerFailed,
    VersionMismatch,
)
from .server import EmbeddedPostgres

__all__ = [
    "DatabaseAddress",
    "EmbeddedPostgres",
    "EmbeddedPostgresError",
    "FolderInUse",
    "FolderRefused",
    "PlatformNotSupported",
    "ServerFailed",
    "VersionMismatch",
]
