"""Keys that others choose, in a form that fits into an index."""

from __future__ import annotations

import hashlib

from .payloads import clean

_LONGEST = 200


def short_key(key: str) -> str:
    """The key itself, or its hash where it is long or not plain text. Different keys stay different."""
    plain = clean(key)
    if plain == key and len(key) <= _LONGEST and not key.startswith("sha256:"):
        return key
    return "sha256:" + hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
