"""A call of an endpoint, as it came."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl

from keyturn.flows.json import Values

TOKEN_HEADER = b"x-api-client-token"
TOKEN_PARAMETER = "clientToken"
_PROOFS = frozenset({TOKEN_HEADER, b"authorization", b"proxy-authorization", b"cookie"})
_MOST_PARAMETERS = 1000


@dataclass(slots=True)  # made for every call: a frozen one takes three times as long; nothing changes it
class EndpointRequest:
    """A call.

    Attributes:
        headers: names in small letters, in their order.
        query: the part of the address after ``?``.
        read: reads the body, once; what it raises goes to the caller of the endpoint.
    """

    method: str
    headers: Sequence[tuple[bytes, bytes]]
    query: bytes
    read: Callable[[], Awaitable[bytes]]

    def header(self, name: bytes) -> str | None:
        """The value of a header; the first one, if it came several times."""
        return next((value.decode("latin-1") for known, value in self.headers if known == name), None)

    def bearer(self) -> str | None:
        """The token of ``Authorization: Bearer``."""
        scheme, _, token = (self.header(b"authorization") or "").partition(" ")
        return token.strip() if scheme.lower() == "bearer" else None

    def parameters(self) -> Values:
        """Query parameters without the client token; one that came several times is a list.

        Raises:
            ValueError: there are over 1,000 of them.
        """
        found = values_of(self.query.decode("latin-1")) if self.query else {}
        found.pop(TOKEN_PARAMETER, None)
        return found

    def token_in_query(self) -> str | None:
        """The client token among the query parameters."""
        if TOKEN_PARAMETER.encode() not in self.query:
            return None
        token = values_of(self.query.decode("latin-1")).get(TOKEN_PARAMETER)
        return token if isinstance(token, str) else None

    def open_headers(self) -> Values:
        """All headers except those that prove who calls."""
        return {name.decode("latin-1"): value.decode("latin-1") for name, value in self.headers if name not in _PROOFS}

    def digest(self, body: bytes) -> str:
        """What tells this request from another one: method, parameters and body."""
        taken = hashlib.sha256(self.method.encode())
        for name, value in sorted(self.parameters().items()):
            taken.update(f"\n{name!r}={value!r}".encode())
        taken.update(b"\n\n" + body)
        return taken.hexdigest()


def values_of(encoded: str) -> Values:
    """The fields of a form or query (WHATWG URL, application/x-www-form-urlencoded); repeated ones are lists.

    Raises:
        ValueError: there are over 1,000 of them.
    """
    found: Values = {}
    for name, value in parse_qsl(encoded, keep_blank_values=True, max_num_fields=_MOST_PARAMETERS):
        known = found.get(name)
        if known is None:
            found[name] = value
        else:
            found[name] = [*known, value] if isinstance(known, list) else [known, value]
    return found
