"""What the API says of where things are used."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import Query
from pydantic import BaseModel, Field

from keyturn.app.uses import Use, UseKind
from keyturn.flows.paging import BadCursor, PageRequest

from .models import PageModel

EvenIfUsed = Annotated[bool, Query(description="Delete it although published flows use it; their cards then fail.")]
TurnIfUsed = Annotated[
    bool, Query(description="Make it one of another app although published flows use it; their cards then fail.")
]
ChangeIfUsed = Annotated[
    bool, Query(description="Rename or remove columns although cards of published flows use them, which then fail.")
]
EvenIfSignedIn = Annotated[bool, Query(description="Delete it although the app cannot be told that its sign-in ends.")]


class UseModel(BaseModel):
    """Something that would miss what is asked about."""

    kind: UseKind
    id: str
    name: str
    draft: bool = Field(description="A flow's draft uses it, what is published of that flow does not.")


class UsePage(PageModel):
    """Where something is used, page by page."""

    rows: list[UseModel]
    count: int = Field(description="In all pages.")
    drafts: int = Field(description="How many of these are drafts.")

    @classmethod
    def of(cls, uses: Sequence[Use], page: PageRequest) -> UsePage:
        """A page of it; ``next`` is how many come before it. Raises BadCursor."""
        if page.after is not None and not page.after.isdecimal():
            raise BadCursor
        begin = int(page.after or 0)
        end = begin + page.limit
        rows = [UseModel(kind=use.kind, id=use.id, name=use.name, draft=use.draft) for use in uses[begin:end]]
        drafts = sum(use.draft for use in uses)
        return cls(rows=rows, count=len(uses), drafts=drafts, next=str(end) if end < len(uses) else None)
