"""The cards of the API Connector: a card for each method, Raw Request, whose body and answer are text, and Upload.

An address is a path below the connection's address, or a whole URL that begins with it: a connection's credentials go
nowhere else.
"""

from __future__ import annotations

from urllib.parse import parse_qsl

from keyturn.connections.model import AuthKind
from keyturn.flows.conversion import to_text
from keyturn.flows.errors import CardError
from keyturn.flows.json import JSON, Values
from keyturn.flows.spec import (
    BadInput,
    CardKind,
    CardSpec,
    Choice,
    EffectClass,
    EffectSpec,
    Example,
    FieldFormat,
    FieldSpec,
    OnNull,
    Variant,
)
from keyturn.flows.types import ANY, NUMBER, OBJECT, TEXT, Kind, Type

from .manifest import ManifestModel
from .outgoing import Outgoing
from .requests import checked_headers, is_json

RAW, UPLOAD = "raw", "upload"
AS_FILE = "file"
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_READ = EffectSpec(EffectClass.READ, repeatable=True)
_CHANGE, _DESTROY = EffectSpec(EffectClass.CHANGE), EffectSpec(EffectClass.DESTROY)
_EFFECTS = {"GET": _READ, "DELETE": _DESTROY}
_TEXT_TYPE = "text/plain; charset=utf-8"

_URL = FieldSpec(
    "url",
    TEXT,
    "URL",
    "A path below the connection's address, or a whole URL that begins with it; values put into it are encoded.",
    required=True,
    format=FieldFormat.URL,
    okta="URL|url",
    bad=BadInput(OnNull.ERROR, OnNull.ERROR, note="An address that leaves that of the connection is an error."),
)
_QUERY = FieldSpec(
    "query",
    ANY,
    "Query",
    "Names and values that are added to the address, or a=1&b=2.",
    okta="Query|query",
    bad=BadInput(OnNull.EMPTY, note="What is neither names and values nor text is an error."),
)
_HEADERS = FieldSpec(
    "headers",
    OBJECT,
    "Headers",
    "Further request headers. One that is null is left out.",
    okta="Headers|headers",
    bad=BadInput(OnNull.EMPTY, note="What cannot be sent as a header, and what Keyturn sets itself, is an error."),
)
_BODY = FieldSpec(
    "body",
    ANY,
    "Body",
    "An object or list is sent as JSON; text that is JSON as it is.",
    okta="Body|body",
    bad=BadInput(OnNull.EMPTY, note="Text that is no JSON is an error, unless a header Content-Type says what it is."),
)
_RAW_BODY = FieldSpec(
    "body",
    TEXT,
    "Body",
    "Sent as it is, with any method; set the header Content-Type to say what it is.",
    okta="Body|body",
    bad=BadInput(OnNull.EMPTY),
)
_OUTPUTS = (
    FieldSpec("status", NUMBER, "Status code", "The status of the answer.", okta="Status Code|statusCode"),
    FieldSpec("headers", OBJECT, "Headers", "The headers of the answer, names in lower case.", okta="Headers|headers"),
)
ANSWER = FieldSpec(
    "answer",
    TEXT,
    "Answer",
    "Where the answer goes: into body, or as it is into a file, of any size: pictures, PDF, archives.",
    default="body",
    choices=(Choice("body", "In the body"), Choice(AS_FILE, "As a file")),
    beyond=True,
)
IN_FILE = Variant(
    (("answer", (AS_FILE,)),),
    outputs=(
        FieldSpec("file", Type(Kind.FILE), "File", "The answer as a file; body is null then.", beyond=True),
        FieldSpec("name", TEXT, "File name", "As the app calls it, else the end of the address.", beyond=True),
        FieldSpec("size", NUMBER, "Size", "In bytes.", beyond=True),
    ),
)
_SYNONYMS = ("http", "rest", "api call", "request", "webhook", "curl", "download", "binary", "file")


def own_request_cards(manifest: ManifestModel) -> list[CardSpec]:
    """A card for each method, Raw Request, and Upload."""
    return [*(_method_card(manifest, method) for method in _METHODS), _raw_card(manifest), _upload_card(manifest)]


def _method_card(manifest: ManifestModel, method: str) -> CardSpec:
    body = () if method == "GET" else (_BODY,)
    sent: Values = {"query": {"limit": 2}} if method == "GET" else {"body": {"name": "Ada"}}
    answer = "The answer: parsed if it is JSON, else text; null if it is empty."
    return CardSpec(
        key=f"{manifest.connector}.{method.lower()}",
        title=method.capitalize(),
        category=manifest.title,
        kind=CardKind.EFFECT,
        summary=f"Sends a {method} request with the connection's credentials. An answer that is not 2xx is an error.",
        inputs=(_URL, _QUERY, _HEADERS, *body),
        options=(ANSWER,),
        variants=(IN_FILE,),
        outputs=(*_OUTPUTS, FieldSpec("body", ANY, "Body", answer, okta="Body|body")),
        effect=_EFFECTS.get(method, _CHANGE),
        connector=manifest.connector,
        synonyms=_SYNONYMS,
        examples=(Example({"url": "/x", **sent}, {"status": 200, "headers": "...", "body": {"ok": True}}),),
        okta=f"channels:http:httpfunctions:{method.lower()}",
    )


def _raw_card(manifest: ManifestModel) -> CardSpec:
    return CardSpec(
        key=f"{manifest.connector}.{RAW}",
        title="Raw Request",
        category=manifest.title,
        kind=CardKind.EFFECT,
        summary="Sends a request whose body is text, and gives the answer as text: for XML, forms and the like.",
        options=(
            FieldSpec(
                "method",
                TEXT,
                "Method",
                "What the request does: GET reads, the others change.",
                default="GET",
                choices=tuple(Choice(method, method) for method in _METHODS),
                okta="Method|method",
            ),
            ANSWER,
        ),
        inputs=(_URL, _QUERY, _HEADERS, _RAW_BODY),
        outputs=(*_OUTPUTS, FieldSpec("body", TEXT, "Body", "The answer as text.", okta="Body|body")),
        variants=(
            Variant((("method", ("GET",)),), effect=_READ),
            Variant((("method", ("DELETE",)),), effect=_DESTROY),
            IN_FILE,
        ),
        effect=_CHANGE,
        connector=manifest.connector,
        synonyms=(*_SYNONYMS, "xml", "form"),
        examples=(
            Example(
                {"url": "/x", "body": "a=1&b=2", "headers": {"Content-Type": "application/x-www-form-urlencoded"}},
                {"status": 200, "headers": "...", "body": '{"ok":true}'},
                "The answer stays text.",
                options={"method": "POST"},
            ),
        ),
        okta="channels:http:httpfunctions:raw",
        okta_also=("http:raw",),  # the Connector Builder's
    )


def _upload_card(manifest: ManifestModel) -> CardSpec:
    form = FieldSpec(
        "form",
        OBJECT,
        "Form",
        "Further fields of the form, names and values.",
        bad=BadInput(OnNull.EMPTY, note="Without a form field they are an error."),
    )
    file = FieldSpec("file", Type(Kind.FILE), "File", "What is sent.", required=True, bad=BadInput(OnNull.ERROR))
    return CardSpec(
        key=f"{manifest.connector}.{UPLOAD}",
        title="Upload",
        category=manifest.title,
        kind=CardKind.EFFECT,
        summary="Sends a file with the connection's credentials: as it is, or as a field of a form (multipart).",
        options=(
            FieldSpec(
                "method",
                TEXT,
                "Method",
                "How it is sent.",
                default="POST",
                choices=tuple(Choice(method, method) for method in ("POST", "PUT", "PATCH")),
            ),
        ),
        inputs=(
            _URL,
            _QUERY,
            _HEADERS,
            file,
            FieldSpec(
                "form_field",
                TEXT,
                "Form field",
                "Name of the form's field for the file; empty: the file is the body.",
                bad=BadInput(OnNull.EMPTY),
            ),
            form,
        ),
        outputs=(*_OUTPUTS, FieldSpec("body", ANY, "Body", "The answer: parsed if it is JSON, else text.")),
        effect=_CHANGE,
        connector=manifest.connector,
        synonyms=(*_SYNONYMS, "multipart", "form-data", "attachment", "send file"),
        examples=(
            Example(
                {"url": "/files", "file": "...", "form_field": "file"},
                {"status": 200, "headers": "...", "body": {"ok": True}},
            ),
        ),
        beyond=True,
    )


def own_request(key: str, options: Values, inputs: Values, kind: AuthKind) -> Outgoing:
    """The request of such a card.

    Args:
        kind: of the connection; one without credentials leaves the Authorization header to the author.

    Raises:
        CardError: query or headers cannot be used.
    """
    usual = {RAW: "GET", UPLOAD: "POST"}.get(key)
    method = str(options.get("method") or usual) if usual is not None else key.upper()
    headers = checked_headers(inputs.get("headers"), own_authorization=kind is AuthKind.NONE)
    body = None if key == "get" else inputs.get("body")
    if body in ("", {}) and method in ("GET", "DELETE"):
        body = None
    if key == RAW and isinstance(body, str) and body and not _has_type(headers):
        headers["Content-Type"] = "application/json" if is_json(body) else _TEXT_TYPE
    return Outgoing(method, to_text(inputs.get("url")), _query(inputs.get("query")), headers, body, whole=True)


def _has_type(headers: dict[str, str]) -> bool:
    return any(name.lower() == "content-type" for name in headers)


def _query(query: JSON) -> Values:
    """Names and values; a name that is there several times has a list."""
    match query:
        case None | "":
            return {}
        case dict():
            return query
        case str():
            found: dict[str, list[JSON]] = {}
            for name, value in parse_qsl(query.lstrip("?"), keep_blank_values=True):
                found.setdefault(name, []).append(value)
            return {**found}
        case _:
            raise CardError.bad_input(
                "query", "The query is no object and no text.", "Give names and values, or a=1&b=2."
            )
