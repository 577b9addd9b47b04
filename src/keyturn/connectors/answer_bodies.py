"""What is in an answer: JSON, text, or neither."""

from __future__ import annotations

import codecs
import re

import orjson

from keyturn.flows.json import JSON
from keyturn.http import old_text_of, text_of

# One escape of JSON: halves that make a pair, a half by itself, or any other, so that none begins within another.
_ESCAPE = re.compile(
    rb"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(?P<half>u[dD][89a-fA-F][0-9a-fA-F]{2})|.)",
    re.DOTALL,
)


class NotText(ValueError):
    """An answer that is no JSON is no text either."""

    def __init__(self, content_type: str) -> None:
        kind = content_type.partition(";")[0].strip()
        super().__init__(f"it is no text, but {kind}" if kind else "it is no text")


def parsed_body(body: bytes, content_type: str) -> JSON:
    """An answer's body: parsed if it says it is JSON, text otherwise, null if empty. A byte-order mark before JSON is
    passed over (RFC 8259, 8.1), and JSON may be in another character set than UTF-8, if it says so. Half of a surrogate
    pair, as of a text that was cut within a character (RFC 8259, 8.2), is read as U+FFFD.

    Raises:
        orjson.JSONDecodeError: it says that it is JSON, and is not.
        NotText: it is neither that nor text.
    """
    if not body.strip():
        return None
    if "json" in content_type.lower():
        return _parsed(body.removeprefix(codecs.BOM_UTF8), content_type)
    return text_body(body, content_type)


def _parsed(body: bytes, content_type: str) -> JSON:
    said = content_type.lower()
    if "charset" not in said or "utf-8" in said:
        return _read(body)
    text = text_of(body, content_type)
    return _read(body if text is None else text.removeprefix("\ufeff").encode("utf-8", "surrogatepass"))


def _read(body: bytes) -> JSON:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        whole, halves = _without_halves(body)
        if not halves:
            raise
        return orjson.loads(whole)


def _without_halves(body: bytes) -> tuple[bytes, int]:
    """JSON with U+FFFD for each escape of half a surrogate pair, and how many there were."""
    halves = 0

    def whole(found: re.Match[bytes]) -> bytes:
        nonlocal halves
        if found["half"] is None:
            return found[0]
        halves += 1
        return b"\\ufffd"

    return _ESCAPE.sub(whole, body), halves


def text_body(body: bytes, content_type: str) -> str:
    """An answer's body as text, in the character set that it says. Raises NotText."""
    for text in (text_of(body, content_type), text_of(body, ""), old_text_of(body, content_type)):
        if text is not None:
            return text
    raise NotText(content_type)
