"""URL cards."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, quote, unquote_to_bytes, urlsplit

from keyturn.flows.conversion import to_text
from keyturn.flows.errors import CardError
from keyturn.flows.json import JSON, Values
from keyturn.flows.spec import OnNull

from .declare import Category, example
from .fields import gives_number, gives_record, gives_text, number, record, text

_URLS = Category("url", "URL")
_PORTS = {"http": 80, "https": 443, "ftp": 21, "ws": 80, "wss": 443}
_PATH_SIGNS = "/%:@!$&'()*+,;=-._~"
_QUERY_SIGNS = _PATH_SIGNS + "?[]"
_COMPONENT_SIGNS = "-_.!~*'()"  # ECMA-262, encodeURIComponent
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*")
_HOST = re.compile(r"[^\s/?#@\\]+")
_BROKEN_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_MEND = "Give an address like https://example.com/path."


def _parse(address: str) -> JSON:
    try:
        parts = urlsplit(address.strip())
        port = parts.port
    except ValueError as error:
        raise CardError.bad_input("url", f"This is no address: {error}.", _MEND) from None
    if not parts.scheme or not parts.hostname:
        raise CardError.bad_input("url", "The address has no protocol or no host.", _MEND)
    return {
        "protocol": parts.scheme,
        "host": parts.hostname,
        "port": _PORTS.get(parts.scheme) if port is None else port,
        "path": quote(parts.path, safe=_PATH_SIGNS) or "/",
        "query": parts.query,
    }


def _format(protocol: str, host: str, port: int | None, path: str, query: str) -> JSON:
    scheme = protocol.removesuffix("://").removesuffix(":").lower()
    if not _SCHEME.fullmatch(scheme):
        raise CardError.bad_input("protocol", f"{protocol[:40]!r} is no protocol.", "Use https, for example.")
    if not _HOST.fullmatch(host):
        raise CardError.bad_input("host", f"{host[:40]!r} is no host.", "Give a name like example.com, nothing more.")
    said_port = "" if port is None or _PORTS.get(scheme) == port else f":{port}"
    rest = quote(path if path.startswith("/") else f"/{path}", safe=_PATH_SIGNS)
    asked = quote(query.removeprefix("?"), safe=_QUERY_SIGNS)
    return f"{scheme}://{host}{said_port}{rest}" + (f"?{asked}" if asked else "")


def _encode(value: str) -> JSON:
    return quote(value, safe=_COMPONENT_SIGNS)


def _decode(value: str) -> JSON:
    if _BROKEN_PERCENT.search(value):
        raise CardError.bad_input("text", "A % in the text is not followed by two digits.", "Write a lone % as %25.")
    try:
        return unquote_to_bytes(value).decode()
    except UnicodeDecodeError:
        raise CardError.bad_input("text", "The text holds bytes that are no UTF-8.", "Check its encoding.") from None


def _build_query(values: Values) -> JSON:
    pairs: list[str] = []
    for key, value in values.items():
        for item in value if isinstance(value, list) else [value]:
            if item is not None:
                pairs.append(f"{_encode(key)}={_encode(to_text(item))}")
    return "&".join(pairs)


def _parse_query(query: str) -> JSON:
    found: dict[str, list[JSON]] = {}
    for key, value in parse_qsl(query.removeprefix("?"), keep_blank_values=True, errors="strict"):
        found.setdefault(key, []).append(value)
    parsed: Values = {key: values[0] if len(values) == 1 else values for key, values in found.items()}
    return parsed


CARDS = (
    _URLS.card(
        "parse",
        "Parse",
        "Takes a web address apart.",
        _parse,
        inputs=(
            text(
                "url",
                "URL",
                "The address, with its protocol.",
                required=True,
                null=OnNull.NULL,
                note="What has no protocol or no host is an error.",
            ),
        ),
        outputs=(
            gives_text("The protocol, in small letters: https.", "protocol", "Protocol"),
            gives_text("The host, without the port.", "host", "Host"),
            gives_number("The port; the usual one of the protocol if none is said.", "port", "Port"),
            gives_text("The path, percent-encoded; / if there is none.", "path", "Path"),
            gives_text("What follows the question mark, without it.", "query", "Query"),
        ),
        okta="url:parse",
        synonyms=("url parse", "address", "link", "host", "domain"),
        examples=(
            example(
                {"url": "https://example.com/a b?x=1"},
                {"protocol": "https", "host": "example.com", "port": 443, "path": "/a%20b", "query": "x=1"},
            ),
            example(
                {"url": "http://localhost:8080"},
                {"protocol": "http", "host": "localhost", "port": 8080, "path": "/", "query": ""},
            ),
        ),
    ),
    _URLS.card(
        "format",
        "Format",
        "Puts a web address together.",
        _format,
        inputs=(
            text("protocol", "Protocol", "The protocol.", default="https", null=OnNull.DEFAULT),
            text("host", "Host", "The host, nothing more.", required=True, null=OnNull.ERROR, empty=OnNull.ERROR),
            number(
                "port",
                "Port",
                "The port, if it is not the usual one.",
                null=OnNull.VALUE,
                whole=True,
                least=1,
                most=65535,
            ),
            text("path", "Path", "The path."),
            text("query", "Query", "The query, without a question mark."),
        ),
        outputs=(gives_text("The address.", "url", "URL"),),
        synonyms=("url format", "build", "address", "link"),
        examples=(
            example({"host": "example.com", "path": "/a", "query": "x=1"}, {"url": "https://example.com/a?x=1"}),
            example({"protocol": "http", "host": "localhost", "port": 8080}, {"url": "http://localhost:8080/"}),
        ),
    ),
    _URLS.card(
        "encode_component",
        "Encode Component",
        "Encodes a text so that it can be a part of a path or query, as encodeURIComponent of ECMA-262.",
        _encode,
        inputs=(text("text", "Text", "The text.", okta="string"),),
        outputs=(gives_text("The percent-encoded text."),),
        okta="url:encodeComponent",
        synonyms=("percent", "escape", "urlencode"),
        examples=(
            example({"text": "a b&c/ż"}, {"output": "a%20b%26c%2F%C5%BC"}),
            example({"text": "safe-_.!~*'()"}, {"output": "safe-_.!~*'()"}),
        ),
    ),
    _URLS.card(
        "decode_component",
        "Decode Component",
        "Decodes percent-encoded text, as decodeURIComponent of ECMA-262.",
        _decode,
        inputs=(text("text", "Text", "The encoded text.", note="A broken % or what is no UTF-8 is an error."),),
        outputs=(gives_text("The text."),),
        synonyms=("percent", "unescape", "urldecode"),
        examples=(
            example({"text": "a%20b%26c%2F%C5%BC"}, {"output": "a b&c/ż"}),
            example({"text": "a+b"}, {"output": "a+b"}, "A plus sign stays."),
        ),
    ),
    _URLS.card(
        "build_query",
        "Build Query",
        "Makes a query string from an object.",
        _build_query,
        inputs=(record("values", "Values", "Names and values; a list gives its name several times, null gives none."),),
        outputs=(gives_text("The query, without a question mark.", "query", "Query"),),
        beyond=True,
        synonyms=("querystring", "parameters", "stringify"),
        examples=(
            example({"values": {"q": "a b", "limit": 10}}, {"query": "q=a%20b&limit=10"}),
            example({"values": {"id": [1, 2], "none": None}}, {"query": "id=1&id=2"}),
        ),
    ),
    _URLS.card(
        "parse_query",
        "Parse Query",
        "Makes an object from a query string.",
        _parse_query,
        inputs=(text("query", "Query", "The query, with a question mark or without."),),
        outputs=(gives_record("Names and texts; a name that is there several times has a list.", "values", "Values"),),
        beyond=True,
        synonyms=("querystring", "parameters", "form"),
        examples=(
            example({"query": "?q=a%20b&limit=10"}, {"values": {"q": "a b", "limit": "10"}}),
            example({"query": "id=1&id=2"}, {"values": {"id": ["1", "2"]}}),
        ),
        composes=True,
    ),
)
