"""Bodies as text, by the character set that they say they are in."""

from __future__ import annotations

import codecs

# Not every codec of Python: some are no character sets, and some take quadratic time.
_KNOWN = ("utf-8", "utf8", "utf-16", "us-ascii", "ascii", "iso-8859-", "latin", "windows-125", "cp125")
_UNSAID = "windows-1252"


def text_of(body: bytes, content_type: str, *, whole: bool = True) -> str | None:
    """A body as text; None where it is not in the character set that it says, or in UTF-8 if it says none.

    Args:
        whole: it is all there; else its end may fall inside a character.
    """
    charset = _said(content_type) or "utf-8"
    try:
        if not charset.lower().startswith(_KNOWN):
            return None
        return codecs.getincrementaldecoder(charset)().decode(body, final=whole)
    except (LookupError, ValueError):
        return None


def old_text_of(body: bytes, content_type: str) -> str | None:
    """A body that says that it is text and not in which character set, read as browsers read it; None of others.

    https://encoding.spec.whatwg.org/#names-and-labels: what has no label and is not UTF-8 is windows-1252.
    """
    kind = content_type.partition(";")[0].strip().lower()
    if _said(content_type) or not (kind.startswith("text/") or kind.endswith(("/xml", "+xml", "/csv"))):
        return None
    return body.decode(_UNSAID, "replace")


def _said(content_type: str) -> str:
    for part in content_type.split(";")[1:]:
        name, _, value = part.partition("=")
        if name.strip().lower() == "charset":
            return value.strip().strip('"')
    return ""
