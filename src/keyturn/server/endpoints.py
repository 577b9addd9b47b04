"""The addresses of endpoints: ``/endpoints/{flow}`` and ``/endpoints/{flow}/runs/{run}``.

They are no routes of the API: each flow's client token opens them, and what they take and give is the flow's own
matter. They are the hottest addresses that there are, so that they are answered before routing and validation.
"""

from __future__ import annotations

import json
import secrets
from uuid import UUID

import orjson
import structlog
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Receive, Scope, Send

from keyturn.flows.json import JSON, Values
from keyturn.triggers.endpoint.answers import EndpointAnswer, refusal
from keyturn.triggers.endpoint.endpoints import Endpoints
from keyturn.triggers.endpoint.request import EndpointRequest

from .limits import CallerGone, read_body
from .problems import SECURITY_HEADERS, to_model

log = structlog.get_logger(__name__)

_PREFIX = "/endpoints/"
_JSON = (b"content-type", b"application/json")
_SECURITY = [(name.lower().encode(), value.encode()) for name, value in SECURITY_HEADERS.items()]
_LONGEST_ID = 120
# RFC 9110, sections 15.3.5, 15.3.6, 15.4.5 and 8.6: what followed would be read as the next answer
_BODILESS = (204, 205, 304)
_LENGTHLESS = (204, 304)


class EndpointDoor:
    """Answers calls of endpoints, and hands all else on."""

    def __init__(self, app: ASGIApp, endpoints: Endpoints) -> None:
        self._app = app
        self._endpoints = endpoints

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(_PREFIX):
            await self._app(scope, receive, send)
            return
        try:
            answer = await self._answer(scope, receive)
        except HTTPException as error:
            answer = refusal(error.status_code, "too-large", str(error.detail), "Send less at a time.")
        except CallerGone:
            return
        except Exception:
            name = secrets.token_hex(6)
            log.exception("unexpected error", id=name, path=scope["path"])
            mend = "Look in the server's log for this id, and tell the makers."
            answer = refusal(500, "internal", f"Something unexpected happened ({name}).", mend)
        await _send(answer, send)

    async def _answer(self, scope: Scope, receive: Receive) -> EndpointAnswer:
        path: str = scope["path"]
        if "\x00" in path or b"%00" in scope["query_string"]:
            return refusal(400, "bad-request", "The address holds a NUL character.", "Take %00 out of it.")

        async def read() -> bytes:
            return await read_body(scope, receive)

        request = EndpointRequest(scope["method"], scope["headers"], scope["query_string"], read)
        flow_id, _, rest = path[len(_PREFIX) :].partition("/")
        if not flow_id or len(flow_id) > _LONGEST_ID:
            return _NOTHING
        if not rest:
            return _NOTHING if path.endswith("/") else await self._endpoints.call(flow_id, request)
        run_id = _run_id(rest)
        return _NOTHING if run_id is None else await self._endpoints.look(flow_id, run_id, request)


def _run_id(rest: str) -> UUID | None:
    noun, _, text = rest.partition("/")
    try:
        return UUID(text) if noun == "runs" else None
    except ValueError:
        return None


async def _send(answer: EndpointAnswer, send: Send) -> None:
    if answer.raw is None:
        body, own, protecting = _written(answer), [_JSON], _SECURITY
    else:
        body = b"" if answer.status in _BODILESS else answer.raw.body.encode("utf-8", "replace")
        own = [(name.lower().encode(), value.encode()) for name, value in answer.raw.headers.items()]
        given = {name for name, _ in own}
        protecting = [header for header in _SECURITY if header[0] not in given]
    headers = [*own, *protecting]
    if answer.status not in _LENGTHLESS:
        headers.append((b"content-length", str(len(body)).encode()))
    if answer.run is not None:
        headers.append((b"keyturn-run", str(answer.run).encode()))
    if answer.location is not None:
        headers.append((b"location", answer.location.encode()))
    if answer.retry_after is not None:
        headers.append((b"retry-after", str(answer.retry_after).encode()))
    if answer.allow:
        headers.append((b"allow", ", ".join(answer.allow).encode()))
    if answer.status == 401:
        headers.append((b"www-authenticate", b'Bearer realm="keyturn endpoint"'))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _written(answer: EndpointAnswer) -> bytes:
    if not answer.problems:
        return _json(answer.content or {})
    problems: list[JSON] = [to_model(problem).model_dump() for problem in answer.problems]
    content: Values = {**(answer.content or {}), "problems": problems}
    if answer.run is not None:
        content["run"] = str(answer.run)
    return _json(content)


def _json(content: Values) -> bytes:
    try:
        return orjson.dumps(content)
    except TypeError:  # numbers beyond 64 bits, half characters
        return json.dumps(content, separators=(",", ":")).encode()


_NOTHING = refusal(404, "not-found", "There is nothing at this address.", "Compare it with the flow's address.")
