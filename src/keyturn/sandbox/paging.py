"""Pages of a list that changes while it is read: nothing is left out that was there all the time.

A token names the last row of its page and where that stood. Rows that have gone since do not shift the next page.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Row = TypeVar("Row")


class BadToken(ValueError):
    """A token that no page of this list has given."""


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Some rows, and the token of the next page; None on the last one."""

    rows: list[Row]
    following: str | None


def page_of(
    rows: Sequence[Row], key: Callable[[Row], str], token: str | None, size: int, order: Sequence[str] | None = None
) -> Page[Row]:
    """One page.

    rows: all rows of the list; key: what a row is known by; token: of the page before, None for the first page;
    order: keys of all rows that may be in the list, where `rows` is chosen from more. Raises BadToken.
    """
    start = 0 if not token else _start(rows, key, token, size, order)
    page = list(rows[start : start + size])
    if start + size >= len(rows) or not page:
        return Page(page, None)
    return Page(page, f"{start + size}.{key(page[-1])}")


def _start(rows: Sequence[Row], key: Callable[[Row], str], token: str, size: int, order: Sequence[str] | None) -> int:
    place, dot, last = token.partition(".")
    if not (dot and place.isascii() and place.isdigit() and len(place) < 10):
        raise BadToken(token)
    before = int(place) - 1
    if 0 <= before < len(rows) and key(rows[before]) == last:  # the list is as it was, as far as that page goes
        return before + 1
    ranks = {each: rank for rank, each in enumerate(order if order is not None else map(key, rows))}
    rank = ranks.get(last)
    if rank is None:
        return max(0, int(place) - size)
    return next((index for index, row in enumerate(rows) if ranks[key(row)] > rank), len(rows))
