"""The shapes of the API's answers about files. All times are in UTC."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, Field

from keyturn.data.file_model import File
from keyturn.flows.json import Values

from .models import PageModel


class FileModel(BaseModel):
    """A file, without what is in it. It never changes, and is gone when it expires."""

    id: str
    name: str
    type: str = Field(description="Its media type.")
    size: int = Field(description="Bytes.")
    sha256: str = Field(description="Of what is in it, in hexadecimal digits.")
    made_by: str = Field(description="The run, or the caller of the API.")
    created: datetime
    expires: datetime
    value: Values = Field(description="As flows hand it on: give it to an input of type file.")

    @classmethod
    def of(cls, file: File) -> FileModel:
        return cls(
            id=str(file.id),
            name=file.name,
            type=file.type,
            size=file.size,
            sha256=file.sha256,
            made_by=file.made_by,
            created=file.created,
            expires=file.expires,
            value=file.value.to_json(),
        )


class FilePage(PageModel):
    rows: list[FileModel]
