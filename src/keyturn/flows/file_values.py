"""Values of type ``file``: what a flow holds of a file. What is in it is kept elsewhere, and never in a run's data.

A value is ``{"file": id, "name": ..., "size": ..., "type": ...}``. The id alone counts; the rest is for readers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from uuid import UUID, uuid5

from .json import JSON, Values

PLAIN_TYPE = "application/octet-stream"
_LONGEST_NAME = 255
_NOT_IN_NAMES = re.compile(r"[\x00-\x1f\x7f/\\\ud800-\udfff]+")
_MEDIA_TYPE = re.compile(r"[!#$&^_.+\-A-Za-z0-9]{1,60}/[!#$&^_.+\-A-Za-z0-9]{1,60}(?:;[ \t]*[\x20-\x7e]{1,100})?")


@dataclass(frozen=True, slots=True)
class FileValue:
    """A file as flows hand it on.

    Attributes:
        size: in bytes.
        type: its media type (RFC 6838), as far as it is known.
    """

    id: UUID
    name: str
    size: int
    type: str = PLAIN_TYPE

    def to_json(self) -> Values:
        return {"file": str(self.id), "name": self.name, "size": self.size, "type": self.type}


def file_id(value: JSON) -> UUID | None:
    """The id in a value of type file; None where it is none."""
    text = value.get("file") if isinstance(value, dict) else None
    try:
        return UUID(text) if isinstance(text, str) else None
    except ValueError:
        return None


def clean_name(name: str, default: str = "file") -> str:
    """A file's name without what no file system takes, and never a path."""
    cleaned = _NOT_IN_NAMES.sub("_", name.strip())
    if len(cleaned) > _LONGEST_NAME:
        stem, dot, extension = cleaned.rpartition(".")
        kept = f"{dot}{extension}" if stem and len(extension) <= 20 else ""
        cleaned = cleaned[: _LONGEST_NAME - len(kept)] + kept
    return default if cleaned.strip("._ ") == "" else cleaned


def clean_type(media_type: str) -> str:
    """A media type, or that of plain bytes where it is none."""
    text = media_type.strip()
    return text if _MEDIA_TYPE.fullmatch(text) else PLAIN_TYPE


def file_of_step(run_id: UUID, path: str) -> UUID:
    """The id of the file that a card makes: the same one however often the card is carried out in its run."""
    return uuid5(run_id, f"file {path}")
