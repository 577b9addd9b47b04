"""Files as attachments of letters."""

from __future__ import annotations

from keyturn.connectors.mail import Attachment
from keyturn.flows.errors import CardError
from keyturn.flows.json import JSON

from .errors import DataError
from .files import Files

_FIELD = "attachments"


class FileAttachments:
    """Implements ``connectors.mail.Attachments``."""

    def __init__(self, files: Files) -> None:
        self._files = files

    async def read(self, value: JSON, most: int) -> Attachment:
        """The file that a value stands for, whole. Raises CardError."""
        try:
            file = await self._files.find(value, _FIELD)
            if file.size > most:
                what = f"{file.name} has {file.size:,} bytes, and {most:,} are left for it."
                raise CardError.bad_input(_FIELD, what, "Put it where others can fetch it, and send its address.")
            content = b"".join([piece async for piece in self._files.contents(file)])
        except DataError as error:
            raise CardError(error.detail) from error
        return Attachment(file.name, file.type, content)
