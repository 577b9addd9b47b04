"""Files: a row that tells what a file is, and contents that are kept outside of the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from keyturn.flows.file_values import FileValue


@dataclass(frozen=True, slots=True)
class FileRules:
    """What holds for files.

    Attributes:
        largest: bytes of one file.
        kept: how long a file is kept.
    """

    largest: int = 2_000_000_000
    kept: timedelta = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file whose contents are written.

    Attributes:
        type: media type.
        size: in bytes.
        sha256: of its contents, hex.
        content: the name of its contents where they are kept.
        made_by: the run, or the caller of the API.
    """

    id: UUID
    name: str
    type: str
    size: int
    sha256: str
    content: UUID
    made_by: str


@dataclass(frozen=True, slots=True)
class File(NewFile):
    """A file that is there. It never changes, and is gone when it expires."""

    created: datetime
    expires: datetime

    @property
    def value(self) -> FileValue:
        """As flows hand it on."""
        return FileValue(self.id, self.name, self.size, self.type)

    @property
    def extension(self) -> str:
        """What follows the last dot of its name, in small letters; empty where there is none."""
        stem, _, extension = self.name.rpartition(".")
        return extension.lower() if stem else ""
