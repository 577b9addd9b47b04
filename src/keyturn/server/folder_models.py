"""The shapes of the API's requests and answers about folders."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, Field

from keyturn.library.folders import FolderRecord, NewFolder

from .models import PageModel


class FolderModel(BaseModel):
    """A folder of flows; ``flows`` and ``folders`` count what is in it, and not what is deeper down."""

    id: str
    name: str
    about: str
    parent: str | None = Field(description="Id of the folder that it is in; null at the top.")
    flows: int
    folders: int
    updated_at: datetime

    @classmethod
    def of(cls, record: FolderRecord) -> FolderModel:
        return cls.model_validate(record, from_attributes=True)


class FolderPage(PageModel):
    rows: list[FolderModel]


class FolderRequest(BaseModel):
    """A folder as it is wanted."""

    name: str = Field(default="", max_length=500, description="For people; the id where it is left out.")
    about: str = Field(default="", max_length=5000)
    parent: str | None = Field(default=None, max_length=120, description="The folder to be in; null for the top.")

    def new(self, folder_id: str) -> NewFolder:
        return NewFolder(folder_id, self.name or folder_id, self.about, self.parent)


class FolderChoice(BaseModel):
    """Where a flow is to be."""

    folder: str | None = Field(max_length=120, description="Id of a folder; null for the top.")
