"""Partial answers of the pretend Google Workspace account: `?fields=users(primaryEmail,name/fullName),nextPageToken`.

Source: https://developers.google.com/workspace/admin/directory/v1/guides/performance#partial.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeAlias

import orjson
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from keyturn.sandbox.google import words
from keyturn.sandbox.values import Json, JsonObject, to_json
from keyturn.sandbox.wire import Collected, JsonAnswer, Refused

Mask: TypeAlias = "dict[str, Mask]"

_TOKEN = re.compile(r"\s*([\w$@.:-]+|[*,()/])")
_DEEPEST = 20


class PartialAnswers:
    """An app whose answers have only the fields that a request names.

    unknown: the field of a mask that the answer to a method and path cannot have.
    """

    def __init__(self, app: ASGIApp, unknown: Callable[[str, str, Mask], str | None]) -> None:
        self._app = app
        self._unknown = unknown

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        wanted = Request(scope).query_params.get("fields", "") if scope["type"] == "http" else ""
        if not wanted:
            await self._app(scope, receive, send)
            return
        try:
            mask = read_mask(wanted)
            name = self._unknown(scope["method"], scope["path"], mask)
            if name is not None:
                raise _invalid(name)
        except Refused as refused:
            await refused.response(scope, receive, send)
            return
        whole = Collected()
        await self._app(scope, receive, whole.send)
        media = next((value for name, value in whole.headers if name == b"content-type"), b"")
        if whole.status == 200 and media.startswith(b"application/json") and whole.body:
            kept = _kept(to_json(orjson.loads(whole.body)), mask)
            answer = JsonAnswer(kept)
            answer.raw_headers += [(name, value) for name, value in whole.headers if name == b"etag"]
            await answer(scope, receive, send)
            return
        await send({"type": "http.response.start", "status": whole.status or 500, "headers": whole.headers})
        await send({"type": "http.response.body", "body": whole.body})


def read_mask(text: str) -> Mask:
    """What `fields` names. Raises Refused as Google refuses what it cannot read."""
    tokens = [found.group(1) for found in _TOKEN.finditer(text)]
    if "".join(tokens) != re.sub(r"\s", "", text):
        raise _invalid(text)
    mask: Mask = {}
    if _read(tokens, 0, mask, text, 0) != len(tokens):
        raise _invalid(text)
    return mask


def _read(tokens: list[str], at: int, into: Mask, text: str, depth: int) -> int:
    """Read `a/b(c,d),e` from a place on; where it ends."""
    if depth > _DEEPEST:
        raise _invalid(text)
    while True:
        here = into
        while True:
            if at >= len(tokens) or tokens[at] in ",()/":
                raise _invalid(text)
            here = here.setdefault(tokens[at], {})
            at += 1
            if at >= len(tokens) or tokens[at] != "/":
                break
            at += 1
        if at < len(tokens) and tokens[at] == "(":
            at = _read(tokens, at + 1, here, text, depth + 1)
            if at >= len(tokens) or tokens[at] != ")":
                raise _invalid(text)
            at += 1
        if at >= len(tokens) or tokens[at] != ",":
            return at
        at += 1


def _kept(value: Json, mask: Mask) -> Json:
    if not mask:
        return value
    if isinstance(value, list):
        return [_kept(item, mask) for item in value]
    if not isinstance(value, dict):
        return value
    kept: JsonObject = {}
    for name, held in value.items():
        inner = mask.get(name, mask.get("*"))
        if inner is not None:
            kept[name] = _kept(held, inner)
    return kept


def _invalid(text: str) -> Refused:
    return words.refuse(400, "invalidParameter", f"Invalid field selection {text}")
