"""Postgres: implements every port, one module per noun; SQL is in ``sql`` and nowhere else.

``open_store(url)`` gives all of them. ``database`` has the connection and its failures, ``group_commit`` the
writing of runs, ``migrate`` and ``migrations`` the database's shape, ``queue`` the hand-out by PgQueuer.
"""

from keyturn.engine.ports import CommitRefused

from .contents import FolderContents
from .cursors import BadCursor
from .database import Database, DatabaseSettings
from .driver import uuid_of
from .errors import DatabaseUrlError, MigrationError
from .migrate import upgrade
from .queue import PgQueue, QueueSettings
from .store import Store, open_store

__all__ = [
    "BadCursor",
    "CommitRefused",
    "Database",
    "DatabaseSettings",
    "DatabaseUrlError",
    "FolderContents",
    "MigrationError",
    "PgQueue",
    "QueueSettings",
    "Store",
    "open_store",
    "upgrade",
    "uuid_of",
]
