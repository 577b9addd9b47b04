"""JSON as bytes in the database, and text that Postgres can hold.

Payloads are ``bytea``: a NUL character or half of a surrogate pair in somebody's data must not fail a batch,
and nothing is parsed on the way in. What orjson does not write (numbers beyond 64 bits, lone surrogates) is
written by the standard library and marked by a leading blank, so that it is read back the same way.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from datetime import datetime
from typing import cast

import orjson

from keyturn.flows.json import JSON, Values

_STANDARD = b" "
_COMPRESS_FROM = 4_000  # below it the processor time costs more than the space; Postgres squeezes what is over 2,000
_ZLIB_MARK = 0x78


def pack(value: object) -> bytes:
    """A JSON value as bytes; instants in it become ISO 8601 text."""
    try:
        return orjson.dumps(value)
    except TypeError:
        return _STANDARD + json.dumps(value, separators=(",", ":"), default=_text_of).encode()


def _text_of(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is no JSON value")


def unpack(data: bytes) -> JSON:
    """The value that ``pack`` was given."""
    if data[:1] == _STANDARD:
        return cast("JSON", json.loads(data))
    return cast("JSON", orjson.loads(data))


def pack_values(values: Values | None) -> bytes | None:
    """Values as bytes; None stays None."""
    return None if values is None else pack(values)


def unpack_values(data: bytes | None) -> Values | None:
    """The values that ``pack_values`` was given."""
    return None if data is None else cast("Values", unpack(data))


def pack_chunk(entries: Sequence[object]) -> bytes:
    """A list of values as bytes, compressed where that pays."""
    data = pack(list(entries))
    return data if len(data) < _COMPRESS_FROM else zlib.compress(data, 1)


def unpack_chunk(data: bytes) -> list[Values]:
    """The list that ``pack_chunk`` was given."""
    plain = zlib.decompress(data) if data[0] == _ZLIB_MARK else data
    return cast("list[Values]", unpack(plain))


def clean(text: str) -> str:
    """Text for a text column: what Postgres cannot hold (NUL, lone surrogates) becomes U+FFFD."""
    if "\x00" in text:
        text = text.replace("\x00", "\ufffd")
    if text.isascii():
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def clean_or_none(text: str | None) -> str | None:
    """``clean``, where None stays None."""
    return None if text is None else clean(text)


def each_word(search: str) -> list[str]:
    """Patterns for ILIKE ALL: each word of a search anywhere; none for no search."""
    return [containing(word) for word in search.split()]


def containing(search: str) -> str:
    """A pattern for ILIKE that matches the text itself anywhere; empty for no search."""
    if not search:
        return ""
    escaped = clean(search).replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
