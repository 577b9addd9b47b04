"""Pages of a listing: every listing that can grow is read by them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Row = TypeVar("Row")

MAX_PAGE = 200


class BadCursor(ValueError):
    """The ``after`` of a page request did not come from this listing."""

    def __init__(self) -> None:
        super().__init__("This page mark did not come from this listing. Begin again without it.")


@dataclass(frozen=True, slots=True)
class PageRequest:
    """Which page is wanted.

    Attributes:
        limit: rows at most, 1 to 200.
        after: the ``next`` of the page before, or None for the first.
    """

    limit: int = 50
    after: str | None = None


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Rows, and where the next page begins (None at the end)."""

    rows: Sequence[Row]
    next: str | None = None
