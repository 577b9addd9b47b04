"""Requests whose JSON is strict: nothing comes in that could not be stored or sent out again."""

from __future__ import annotations

from typing import cast

import orjson
from starlette.requests import Request

from keyturn.flows.json import JSON

from .problems import BadRequest


class StrictRequest(Request):
    """A request that refuses NaN, lone surrogates and NUL characters in its JSON."""

    async def json(self) -> JSON:
        """The body as JSON.

        Raises:
            json.JSONDecodeError: it is none.
            BadRequest: a text holds a NUL character, which Postgres cannot store.
        """
        body = await self.body()
        parsed = cast(JSON, orjson.loads(body))
        if b"\\u0000" in body and _has_nul(parsed):
            raise BadRequest("A text in the body holds a NUL character.", "Take the character \\u0000 out.")
        return parsed


def _has_nul(root: JSON) -> bool:
    waiting: list[JSON] = [root]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            if "\x00" in value:
                return True
        elif isinstance(value, dict):
            waiting += [*value.keys(), *value.values()]
        elif isinstance(value, list):
            waiting += value
    return False
