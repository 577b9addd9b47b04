"""`/beta` of the pretend Microsoft 365 tenant: the operations of `/v1.0` under another name, in their links too.

Source: https://learn.microsoft.com/en-us/graph/versioning-and-support.
"""

from __future__ import annotations

import orjson
from starlette.responses import Response
from starlette.types import ASGIApp, Scope

from keyturn.sandbox.values import Json, JsonObject, to_json
from keyturn.sandbox.wire import collect

PREFIX = b"/beta/"
_STABLE, _BETA = "/v1.0/", "/beta/"


async def answer_in_beta(app: ASGIApp, scope: Scope, body: bytes) -> Response:
    """What `/v1.0` answers to a request, with links and contexts that lead to `/beta`."""
    found = await collect(app, scope, body)
    answer = Response(_named(found.body), found.status or 500)
    for name, value in found.headers:
        if name == b"location":
            value = value.replace(_STABLE.encode(), _BETA.encode(), 1)
        if name != b"content-length":
            answer.raw_headers.append((name, value))
    return answer


def _named(body: bytes) -> bytes:
    if not body.startswith(b"{"):
        return body
    try:
        return orjson.dumps(_renamed(to_json(orjson.loads(body))))
    except orjson.JSONDecodeError:  # a file that begins so
        return body


def _renamed(value: Json) -> Json:
    if isinstance(value, list):
        return [_renamed(item) for item in value]
    if not isinstance(value, dict):
        return value
    found: JsonObject = {}
    for name, held in value.items():
        annotation = name.startswith("@odata.") and isinstance(held, str)
        found[name] = held.replace(_STABLE, _BETA, 1) if annotation and isinstance(held, str) else _renamed(held)
    return found
