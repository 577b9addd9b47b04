"""What the parameters of the pretend Google Workspace account may say: values that Google's descriptions do not list
are refused.

Source: https://developers.google.com/workspace/admin/directory/reference/rest; `shapes.json` has the lists.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from keyturn.sandbox.google.words import google_error
from keyturn.sandbox.wire import JsonAnswer

Values: TypeAlias = Mapping[str, Sequence[str]]


class KnownValues:
    """An app that is asked with listed values only. `listed`: by parameter, those of the operation at a path."""

    def __init__(self, app: ASGIApp, listed: Callable[[str, str], Values]) -> None:
        self._app = app
        self._listed = listed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] == "http":
            given = Request(scope).query_params
            for name, values in self._listed(scope["method"], scope["path"]).items():
                if name in given and given[name].lower() not in [value.lower() for value in values]:
                    await _refusal(name, given[name], values)(scope, receive, send)
                    return
        await self._app(scope, receive, send)


def _refusal(name: str, value: str, values: Sequence[str]) -> JsonAnswer:
    text = f"Invalid string value: '{value}'. Allowed values: [{', '.join(values)}]"
    return JsonAnswer(google_error(400, "invalidParameter", text, ("parameter", name)), 400)
