"""Puts a request together: the connection's base, the action's path, query, headers, body."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, quote, urlencode, urlsplit

import orjson

from keyturn.flows.conversion import ConversionError, dump_json, to_text
from keyturn.flows.errors import CardError
from keyturn.flows.json import JSON, Values
from keyturn.flows.urls import UrlRefused, check_relative_url, normalise_relative_url

from .outgoing import Outgoing

_NOT_YOURS = frozenset(
    {"authorization", "host", "connection", "content-length", "transfer-encoding", "upgrade", "te", "trailer", "cookie"}
    | {"proxy-authorization", "proxy-connection", "keep-alive"}
)
_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})
FORM = "application/x-www-form-urlencoded"


def custom_request(options: Values, inputs: Values) -> Outgoing:
    """The request of a Custom API Action.

    Raises:
        CardError: a header is not the author's to set.
    """
    query = inputs.get("query")
    method = str(options.get("method") or "GET")
    return Outgoing(
        method,
        to_text(inputs.get("url")),
        query if isinstance(query, dict) else {},
        checked_headers(inputs.get("headers")),
        inputs.get("body") if method in _WITH_BODY else None,
    )


def may_set(header: str) -> bool:
    """Whether a name is one of a header (RFC 9110, 5.6.2), and nothing that Keyturn sets itself."""
    return (
        bool(_TOKEN.fullmatch(header))
        and header.lower() not in _NOT_YOURS
        and not header.lower().startswith("keyturn-")
    )


def checked_headers(headers: JSON, *, own_authorization: bool = False) -> dict[str, str]:
    """The author's headers; null leaves one out, as in a query.

    Args:
        own_authorization: the author may give credentials, since the connection has none.

    Raises:
        CardError: one is not the author's to set, or is no header.
    """
    given = headers if isinstance(headers, dict) else {}
    for name, value in given.items():
        if own_authorization and name.lower() == "authorization":
            continue
        if name.lower() in _NOT_YOURS or name.lower().startswith("keyturn-"):
            raise CardError.bad_input("headers", f"The header {name!r} is set by Keyturn.", "Take it away.")
        if isinstance(value, dict | list):
            raise CardError.bad_input("headers", f"The header {name!r} has no text as its value.", "Give it a text.")
    return {name: to_text(value) for name, value in given.items() if value is not None}


def full_url(base_url: str, outgoing: Outgoing) -> str:
    """The whole address; it is always below the base.

    Raises:
        CardError: the path could lead elsewhere.
    """
    below = _below(base_url, outgoing.path) if outgoing.whole else outgoing.path
    try:
        check_relative_url(below)
    except UrlRefused as error:
        raise CardError.bad_input("url", str(error), error.mend) from error
    path = normalise_relative_url(below)
    url = base_url.rstrip("/") + "/" + path.lstrip("/")
    query = urlencode(_pairs(outgoing.query), quote_via=quote)
    return f"{url}{'&' if '?' in url else '?'}{query}" if query else url


def _below(base_url: str, address: str) -> str:
    """What a whole URL that begins with the base has behind it; other addresses as they are.

    Raises:
        CardError: it is a whole URL that begins with another address.
    """
    if "://" not in address.partition("?")[0]:
        return address
    elsewhere = CardError.bad_input(
        "url",
        "The address does not begin with that of the connection.",
        f"The connection reaches what is below {base_url}; use another connection for other addresses.",
    )
    try:
        base, given = urlsplit(base_url), urlsplit(address)
        same = _place(base) == _place(given) and "@" not in given.netloc
    except ValueError as error:  # a host or port that is none
        raise elsewhere from error
    start = base.path.rstrip("/")
    rest = given.path[len(start) :]
    if not same or not given.path.startswith(start) or (rest and not rest.startswith("/")):
        raise elsewhere
    return f"{rest or '/'}{'?' if given.query else ''}{given.query}"


def _place(url: SplitResult) -> tuple[str, str | None, int | None]:
    return url.scheme, url.hostname, url.port or {"https": 443, "http": 80}.get(url.scheme)


def _pairs(query: Values) -> list[tuple[str, str]]:
    """Names and values; a list gives a name several times, null leaves it out."""
    pairs: list[tuple[str, str]] = []
    for name, value in query.items():
        values = value if isinstance(value, list) else [value]
        pairs += [(name, to_text(item)) for item in values if item is not None]
    return pairs


def encoded_body(outgoing: Outgoing) -> tuple[bytes | None, dict[str, str]]:
    """The body as bytes, and the headers that go with it.

    Raises:
        CardError: it cannot be sent.
    """
    if outgoing.method not in _WITH_BODY and outgoing.body is None:
        return None, {}
    own = next((value for name, value in outgoing.headers.items() if name.lower() == "content-type"), None)
    body = outgoing.body
    if body is None or body == "":
        return b"", {}
    if isinstance(body, str):
        if own is None and not is_json(body):
            raise CardError.bad_input(
                "body", "The body is text that is not JSON.", "Correct the JSON, or set the header Content-Type."
            )
        return body.encode(), {} if own else {"Content-Type": "application/json"}
    if own is not None and own.partition(";")[0].strip().lower() == FORM and isinstance(body, dict):
        return urlencode(_pairs(body)).encode(), {}
    try:
        return dump_json(body).encode(), {} if own else {"Content-Type": "application/json"}
    except ConversionError as error:
        raise CardError.bad_input("body", f"The body cannot be sent: {error}.", "Check its values.") from error


def is_json(text: str) -> bool:
    """Whether a text is JSON."""
    try:
        orjson.loads(text)
    except orjson.JSONDecodeError:
        return False
    return True
