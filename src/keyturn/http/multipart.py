"""Bodies that are forms with files (RFC 7578): put together, and read as they are sent."""

from __future__ import annotations

import re
import secrets
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass

from .messages import BodySource

# In UTF-8 (RFC 7578, 5.1), so that no half of a pair is among them.
_NAME = re.compile(r"[^\x00-\x1f\x7f-\x9f\ud800-\udfff]{1,200}")


class BadFieldName(ValueError):
    """What cannot be the name of a form's field; the first of its arguments."""


@dataclass(frozen=True, slots=True)
class FilePart:
    """A file that is sent.

    Attributes:
        name: what it is called there.
    """

    name: str
    media_type: str
    source: BodySource


@dataclass(frozen=True, slots=True)
class FormBody:
    """A form as the body of a request: what is short as it is, and files that are read as they are sent."""

    parts: tuple[bytes | BodySource, ...]

    @property
    def size(self) -> int:
        return sum(len(part) if isinstance(part, bytes) else part.size for part in self.parts)

    async def pieces(self) -> AsyncIterator[bytes]:
        """All of it."""
        for part in self.parts:
            if isinstance(part, bytes):
                yield part
                continue
            async for piece in part.pieces():
                yield piece


def form_body(
    fields: Iterable[tuple[str, str]], files: Iterable[tuple[str, FilePart]], types: Mapping[str, str] | None = None
) -> tuple[FormBody, str]:
    """A form with its fields, then its files, and the media type of it.

    Args:
        types: media types of fields, by their names; the others have none, which is plain text (RFC 7578, 4.4).

    Raises:
        BadFieldName: a name has characters that forms do not take.
    """
    boundary = f"keyturn-{secrets.token_hex(16)}"
    kinds = {name: f"\r\nContent-Type: {kind}" for name, kind in (types or {}).items()}
    plain = "".join(f"{_opening(boundary, name)}{kinds.get(name, '')}\r\n\r\n{value}\r\n" for name, value in fields)
    parts: list[bytes | BodySource] = [plain.encode()]
    for name, file in files:
        head = (
            f'{_opening(boundary, name)}; filename="{_escaped(file.name)}"\r\nContent-Type: {file.media_type}\r\n\r\n'
        )
        parts += [head.encode(), file.source, b"\r\n"]
    return FormBody((*parts, f"--{boundary}--\r\n".encode())), f"multipart/form-data; boundary={boundary}"


def _opening(boundary: str, name: str) -> str:
    if not _NAME.fullmatch(name):
        raise BadFieldName(name)
    return f'--{boundary}\r\nContent-Disposition: form-data; name="{_escaped(name)}"'


def _escaped(text: str) -> str:
    """A name in quotes, as browsers write it (HTML, 4.10.21.8)."""
    return text.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
