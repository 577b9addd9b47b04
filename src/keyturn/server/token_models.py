"""The shapes of the API's requests and answers about tokens."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, Field

from keyturn.access.permissions import Permission
from keyturn.access.ports import TokenRecord

from .models import PageModel


class TokenModel(BaseModel):
    """A token, by its name; what it is was told once."""

    name: str
    permissions: list[str] = Field(description="What it may do; ``*`` for all.")
    created_at: datetime

    @classmethod
    def of(cls, record: TokenRecord) -> TokenModel:
        return cls(name=record.name, permissions=sorted(record.permissions), created_at=record.created_at)


class TokenPage(PageModel):
    rows: list[TokenModel]


class TokenRequest(BaseModel):
    """A token as it is wanted."""

    permissions: list[Permission] = Field(min_length=1, max_length=len(Permission))


class MadeToken(BaseModel):
    """A token, told this once."""

    name: str
    token: str
