"""The gate in front of each tenant: body limit, ledger, faults, rate limit, who may come in, common headers.

Every request is written into the ledger as it comes in and again when its fate is known, and the state is
saved before an answer leaves.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import cast
from urllib.parse import unquote

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from keyturn.sandbox.core import Core
from keyturn.sandbox.faults import Fault
from keyturn.sandbox.ledger import Received, readable_body
from keyturn.sandbox.masking import masked_query
from keyturn.sandbox.routing import without_closing_slash
from keyturn.sandbox.wire import NOTES, BodyEnd, Collected, Vendor, collect, raw_path, read_body

HANG_UP = "sandbox.hang_up"
_CHUNK = 65_536
# what no header can carry, such as a line's end of a path that an answer leads to
_UNSENDABLE = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")
_REFUSING = frozenset({"401", "403", "404", "429", "500", "503"})


async def carry_out(vendor: Vendor, core: Core, scope: Scope, body: bytes) -> Collected:
    """Do what a request asks of a tenant that it may ask; what has changed is saved before its answer is given."""
    answer = await collect(vendor.app, scope, body)
    core.store.save()
    return answer


class Gate:
    """ASGI app of one tenant.

    uploads: how the paths begin that pieces of files are put to; closing_slash: whether an address may have a slash at
    its end. Whatever comes after the gate knows it without.
    """

    def __init__(self, vendor: Vendor, core: Core, uploads: str = "", *, closing_slash: bool = False) -> None:
        self._vendor = vendor
        self._core = core
        self._uploads = uploads
        self._closing_slash = closing_slash

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take one request."""
        if scope["type"] != "http":
            return
        on_wire = raw_path(Request(scope))
        if self._closing_slash:
            scope = without_closing_slash(scope)
        limit = self._core.config.max_upload if self._is_upload(scope) else self._core.config.max_body
        body = await read_body(receive, limit)
        seq = self._core.ledger.receive(self._received(scope, on_wire, body))
        if body is BodyEnd.GONE:
            return
        if isinstance(body, BodyEnd):
            too_long = await self._say(self._vendor.failure(413), scope)
            too_long.headers.append((b"connection", b"close"))
            await self._answer(seq, too_long, None, scope, send)
            return
        fault = self._fault(scope)
        if fault is not None and fault.kind == "dropbefore":
            self._core.ledger.complete(seq, None, str(fault))
            await _hang_up(scope, receive)
            return
        if fault is not None and fault.kind in _REFUSING:
            refusal = await self._say(self._vendor.failure(int(fault.kind), fault.seconds or 1), scope)
            await self._answer(seq, refusal, fault, scope, send)
            return
        if not self._vendor.is_token_path(cast("str", scope["path"])) and not self._core.limits.take(
            self._vendor.tenant
        ):
            await self._answer(seq, await self._say(self._vendor.failure(429), scope), fault, scope, send)
            return
        await self._perform(seq, body, fault, scope, receive, send)

    async def _perform(
        self, seq: int, body: bytes, fault: Fault | None, scope: Scope, receive: Receive, send: Send
    ) -> None:
        request = Request(scope)
        scope[NOTES] = list[str]()
        refusal = self._vendor.refusal(request)
        if refusal is None:
            answer = await carry_out(self._vendor, self._core, scope, body)
        else:
            answer = await self._say(refusal, scope)
        match fault:
            case Fault(kind="slow", seconds=int()):
                if await self._core.hold(fault, gone=_disconnected(receive)):
                    await self._answer(seq, answer, fault, scope, send)
                else:
                    self._core.ledger.complete(seq, None, str(fault))
            case Fault(kind="slow"):
                self._core.ledger.complete(seq, None, str(fault))
                await self._core.hold(fault, gone=_disconnected(receive))
                await _hang_up(scope, receive)
            case Fault(kind="drop"):
                self._core.ledger.complete(seq, None, str(fault))
                await _hang_up(scope, receive)
            case Fault(kind="huge"):
                self._core.ledger.complete(seq, 200, str(fault))
                await self._flood(send)
            case Fault(kind="garbage"):
                garbage = Response(b'{"value": <html>502 Bad Gateway', 200, media_type="application/json")
                await self._answer(seq, await self._say(garbage, scope), fault, scope, send)
            case _:
                await self._answer(seq, answer, fault, scope, send)

    def _is_upload(self, scope: Scope) -> bool:
        return self._uploads != "" and cast("str", scope["path"]).startswith(self._uploads)

    def _fault(self, scope: Scope) -> Fault | None:
        path = cast("str", scope["path"])
        named = self._vendor.is_token_path(path)
        faults, method = self._core.faults, str(scope["method"])
        operation = self._vendor.operation(method, raw_path(Request(scope))) if faults.any_named else ""
        return faults.take(self._vendor.tenant, f"{method} {path}", operation, only_named=named)

    def _received(self, scope: Scope, on_wire: str, body: bytes | BodyEnd) -> Received:
        headers = Request(scope).headers
        kind = headers.get("content-type", "")
        known = body if isinstance(body, bytes) else b""
        return Received(
            tenant=self._vendor.tenant,
            method=str(scope["method"]),
            path=unquote(raw_path(Request(scope))),
            raw_path=on_wire,
            query=masked_query(cast("bytes", scope["query_string"]).decode("ascii", "replace")),
            has_body=isinstance(body, BodyEnd) or bool(body),
            body=f"{len(known)} bytes" if self._is_upload(scope) and known else readable_body(known, kind),
            run=headers.get("keyturn-run"),
            card=headers.get("keyturn-card"),
            attempt=headers.get("keyturn-attempt"),
        )

    async def _say(self, response: Response, scope: Scope) -> Collected:
        return await collect(response, scope, b"")

    async def _answer(self, seq: int, answer: Collected, fault: Fault | None, scope: Scope, send: Send) -> None:
        common = self._vendor.common_headers(Request(scope))
        present = {name.lower() for name, _ in answer.headers}
        added = [(name.lower().encode(), value.encode("latin-1")) for name, value in common.items()]
        given = [(name, _UNSENDABLE.sub(_quoted, value)) for name, value in answer.headers]
        headers = given + [item for item in added if item[0] not in present]
        status = answer.status if answer.status is not None else 500
        noted = " ".join(scope.get(NOTES, [])) or None
        self._core.ledger.complete(seq, status, None if fault is None else str(fault), noted)
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": answer.body})

    async def _flood(self, send: Send) -> None:
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        left = self._core.config.huge_bytes - 2
        await send({"type": "http.response.body", "body": b'"', "more_body": True})
        while left > 0 and not self._core.stopping.is_set():
            chunk = b"a" * min(left, _CHUNK)
            left -= len(chunk)
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b'"'})


def _quoted(found: re.Match[bytes]) -> bytes:
    return b"%%%02X" % found[0][0]


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        continue


async def _hang_up(scope: Scope, receive: Receive) -> None:
    """Close the connection without an answer; the server's protocol class lends the means."""
    hang_up = cast("Callable[[], None]", scope["extensions"][HANG_UP])
    hang_up()
    await _disconnected(receive)
