"""Places in a listing: opaque text for the caller, the last row's key for us."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import TypeVar

import orjson

from keyturn.flows.paging import MAX_PAGE, BadCursor, Page, PageRequest

Row = TypeVar("Row")


def page_size(page: PageRequest) -> int:
    """Rows of a page, kept between 1 and the largest allowed."""
    return max(1, min(page.limit, MAX_PAGE))


def mark(*key: str | int) -> str:
    """The place after a row with this key."""
    return base64.urlsafe_b64encode(orjson.dumps(key)).rstrip(b"=").decode()


def place(after: str, *types: type[str] | type[int]) -> list[str | int]:
    """The key in a place.

    Raises:
        BadCursor: it has another shape.
    """
    try:
        raw = base64.urlsafe_b64decode(after.encode() + b"=" * (-len(after) % 4))
        key = orjson.loads(raw)
    except (binascii.Error, UnicodeEncodeError, orjson.JSONDecodeError) as error:
        raise BadCursor from error
    if not isinstance(key, list) or [type(part) for part in key] != list(types):  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
        raise BadCursor
    return key  # pyright: ignore[reportUnknownVariableType]


def page_of(rows: Sequence[Row], size: int, key: Callable[[Row], str]) -> Page[Row]:
    """A page of rows that were asked for with one more than its size."""
    shown = rows[:size]
    return Page(shown, key(shown[-1]) if len(rows) > size else None)
