"""What the API says of guides and scopes."""

from __future__ import annotations

from pydantic import BaseModel, Field

from keyturn.app.scopes import ScopesView
from keyturn.flows.paging import PageRequest

from .models import PageModel


class ScopeNeedModel(BaseModel):
    """A scope that a flow needs."""

    scope: str
    cards: list[str] = Field(description="The cards that need it; event for what starts the flow.")
    look: bool = Field(description="The cards work without it, and what got no answer is then not read back.")
    granted: bool | None = Field(description="Whether the connection has it; null where nobody knows.")


class FlowScopesModel(BaseModel):
    """What one flow needs of a connection."""

    flow: str
    name: str
    needs: list[ScopeNeedModel]
    missing: list[str]
    unsaid: list[str] = Field(description="Cards of which nobody has said what they need: requests of one's own.")


class ScopesPage(PageModel):
    """The scopes of a connection, and flow by flow what is needed."""

    connector: str
    kind: str
    has_scopes: bool = Field(description="Whether connections of this kind have scopes at all.")
    granted: list[str] | None = Field(description="What the connection has; null where nobody knows.")
    needed: list[str] = Field(description="What to ask for, for all flows: without scopes that come with others.")
    usual: bool = Field(description="No flow says what is needed: it is what one begins with.")
    missing: list[str] = Field(description="What flows need and the connection has not.")
    setting: str = Field(description="For the setting scope; empty where scopes are granted at the vendor alone.")
    where: str = Field(description="Where a scope is added at the vendor.")
    rows: list[FlowScopesModel]

    @classmethod
    def of(cls, view: ScopesView, page: PageRequest) -> ScopesPage:
        """A page of it."""
        rest = [row for row in view.flows if page.after is None or row.flow > page.after]
        shown = rest[: page.limit]
        return cls(
            connector=view.connector,
            kind=view.kind,
            has_scopes=view.has_scopes,
            granted=None if view.granted is None else [*view.granted],
            needed=[*view.needed],
            usual=view.usual,
            missing=[*view.missing],
            setting=view.setting,
            where=view.where,
            rows=[FlowScopesModel.model_validate(row, from_attributes=True) for row in shown],
            next=shown[-1].flow if len(rest) > len(shown) else None,
        )
