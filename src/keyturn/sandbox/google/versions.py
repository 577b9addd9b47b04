"""ETags of the pretend Google Workspace account: what has not changed is not sent again, what has is kept.

Source: https://developers.google.com/workspace/admin/directory/v1/guides/performance and
https://developers.google.com/google-ads/api/docs/concepts/etags (RFC 9110, 13). An entity tag is made of what it stands
with, so that it is another one as soon as anything there is.
"""

from __future__ import annotations

import hashlib

import orjson
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from keyturn.sandbox.google.words import google_error
from keyturn.sandbox.values import Json, JsonObject, as_object, to_json
from keyturn.sandbox.wire import Collected, JsonAnswer, collect

_NAMES = ("etag", "etags")


class Versions:
    """An app that minds `If-Match` and `If-None-Match`, and says the ETag of what it answers."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http" or scope["path"].startswith("/batch"):
            await self._app(scope, receive, send)
            return
        body = await Request(scope, receive).body()
        given = Headers(scope=scope)
        changes = scope["method"] in ("PUT", "PATCH", "DELETE")
        if changes and not await self._still(scope, _listed(given.get("if-match"))):
            await _not_met()(scope, receive, send)
            return
        answer = await collect(self._app, scope, body)
        shown, tag = _versioned(answer)
        if tag and scope["method"] == "GET" and _meets(_listed(given.get("if-none-match")), tag):
            await Response(status_code=304, headers={"ETag": tag})(scope, receive, send)
            return
        headers = [(name, value) for name, value in answer.headers if name != b"content-length"]
        if tag:
            headers.append((b"etag", tag.encode()))
        headers.append((b"content-length", str(len(shown)).encode()))
        await send({"type": "http.response.start", "status": answer.status or 500, "headers": headers})
        await send({"type": "http.response.body", "body": shown})

    async def _still(self, scope: Scope, wanted: list[str]) -> bool:
        """Whether what a request is about is still what its sender has seen; what is not there, the app refuses."""
        if not wanted:
            return True
        found = await collect(self._app, {**scope, "method": "GET", "query_string": b""}, b"")
        _, tag = _versioned(found)
        return found.status != 200 or not tag or _meets(wanted, tag)


def _listed(header: str | None) -> list[str]:
    return [part.strip().removeprefix("W/") for part in (header or "").split(",") if part.strip()]


def _meets(wanted: list[str], tag: str) -> bool:
    return "*" in wanted or tag in wanted


def _not_met() -> Response:
    return JsonAnswer(google_error(412, "conditionNotMet", "Precondition Failed", ("header", "If-Match")), 412)


def _versioned(answer: Collected) -> tuple[bytes, str]:
    """The body with the entity tags of what is in it, and that of the whole; none if it is no resource."""
    media = next((value for name, value in answer.headers if name == b"content-type"), b"")
    if answer.status != 200 or not media.startswith(b"application/json") or not answer.body.startswith(b"{"):
        return answer.body, ""
    shown = as_object(_tagged(to_json(orjson.loads(answer.body))))
    tag = next((shown[name] for name in _NAMES if name in shown), "")
    return orjson.dumps(shown), tag if isinstance(tag, str) else ""


def _tagged(value: Json) -> Json:
    if isinstance(value, list):
        return [_tagged(item) for item in value]
    if not isinstance(value, dict):
        return value
    found: JsonObject = {name: _tagged(held) for name, held in value.items()}
    # a user has the tag of all that there is, also where less is shown
    if found.get("kind") != "admin#directory#user":
        for name in [name for name in _NAMES if isinstance(found.get(name), str)]:
            found[name] = tag_of({each: held for each, held in found.items() if each not in _NAMES})
    return found


def tag_of(row: JsonObject) -> str:
    """The entity tag of what is shown."""
    return f'"{hashlib.sha256(orjson.dumps(row, option=orjson.OPT_SORT_KEYS)).hexdigest()[:27]}"'
