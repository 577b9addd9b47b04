"""Headers of an HTTP answer that a flow gives (RFC 9110, 5.1 and 5.5)."""

from __future__ import annotations

import re

from keyturn.flows.conversion import to_text
from keyturn.flows.errors import CardError
from keyturn.flows.json import JSON, Values

_NAME = re.compile(r"^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$")
_VALUE = re.compile(r"^[\x20-\x7e\t]*$")
_MOST, _LONGEST = 50, 4000
# How the message is framed, and what protects those who sign in at the same address.
_NOT_YOURS = frozenset(
    {"connection", "content-length", "date", "keep-alive", "server", "set-cookie", "te", "trailer"}
    | {"transfer-encoding", "upgrade", "content-security-policy", "clear-site-data", "x-frame-options"}
    | {"x-content-type-options", "referrer-policy", "cross-origin-resource-policy", "service-worker-allowed"}
)


def answer_headers(headers: JSON) -> Values:
    """Names and values, all texts. Raises CardError where one is no header, or not the author's to set."""
    given = headers if isinstance(headers, dict) else {}
    if len(given) > _MOST:
        raise CardError.bad_input("headers", f"There are over {_MOST} headers.", "Give fewer.")
    checked: Values = {}
    for name, value in given.items():
        text = to_text(value)
        if not _NAME.match(name) or not _VALUE.match(text) or len(text) > _LONGEST:
            raise CardError.bad_input(
                "headers", f"{name[:100]!r} is no header that can be sent.", "Use plain characters, in one line."
            )
        if name.lower() in _NOT_YOURS or name.lower().startswith("keyturn-"):
            raise CardError.bad_input("headers", f"The header {name!r} is set by Keyturn.", "Take it away.")
        checked[name] = text
    return checked
