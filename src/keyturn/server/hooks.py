"""Deliveries of event hooks: ``POST /hooks/okta/{connection}``.

They are a route of the API, which ``routes.public`` describes. But they come by the hundred when an app does something
to many people at once, and what the API's routing makes of a request costs more than taking an event: so they are
answered before it. What is unusual about a request is left to the route.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from keyturn.triggers.okta_hook import OktaEventHook

from .limits import CallerGone, read_body

_PATH = re.compile(r"/hooks/okta/([^/\x00]{1,120})")

ErrorAnswer = Callable[[Request, Exception], Awaitable[Response]]


class HookDoor:
    """Takes deliveries, and hands all else on.

    Args:
        told: the answer to an error.
    """

    def __init__(self, app: ASGIApp, okta_hook: OktaEventHook, told: ErrorAnswer) -> None:
        self._app = app
        self._okta_hook = okta_hook
        self._told = told

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = _PATH.fullmatch(scope["path"]) if scope["type"] == "http" and scope["method"] == "POST" else None
        if path is None or b"%00" in scope["query_string"]:
            await self._app(scope, receive, send)
            return
        try:
            body = await read_body(scope, receive)
            await self._okta_hook.receive(path[1], _authorization(scope), body)
            answer = Response(status_code=200)
        except CallerGone:
            return
        except Exception as error:  # noqa: BLE001  each has its answer
            answer = await self._told(Request(scope), error)
        await answer(scope, receive, send)


def _authorization(scope: Scope) -> str | None:
    headers: list[tuple[bytes, bytes]] = scope["headers"]
    return next((value.decode("latin-1") for name, value in headers if name == b"authorization"), None)
