"""The recorder: answers any request, so that any connector can be pointed at it.

It answers, in this order: with what was put there by the control server for the method and path; with the example of
the operation in an OpenAPI description, or what its schema says a value looks like; with what a connector's manifest
says that it reads from the answer; with the request itself. Every request is in the ledger, with where its answer is
from.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from keyturn.sandbox.config import SandboxStartError
from keyturn.sandbox.core import Core
from keyturn.sandbox.ledger import readable_body
from keyturn.sandbox.manifests import Manifests
from keyturn.sandbox.openapi import OpenApi
from keyturn.sandbox.state import TOKEN_PREFIXES
from keyturn.sandbox.values import Json, JsonObject, Tenant, as_object, as_text, to_json
from keyturn.sandbox.wire import JsonAnswer, bearer, note, raw_path

SHELF = "recorder.answers"
CONNECTORS = "recorder.connectors"
# RFC 9110, 5.1 and 5.5
_NAME, _VALUE = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"), re.compile(r"[\t\x20-\x7e\x80-\xff]*")
_LARGEST = 50 * 1_048_576


@dataclass(frozen=True)
class Prepared:
    """An answer that was put there. `path` may have `*` for any one segment."""

    method: str
    path: str
    status: int
    headers: JsonObject
    body: Json

    def fits(self, method: str, path: str) -> bool:
        """Whether it is for this request."""
        pattern = re.escape(self.path).replace(r"\*", "[^/]+")
        return self.method in ("*", method) and re.fullmatch(pattern, path) is not None

    @staticmethod
    def read(row: JsonObject) -> Prepared:
        """As it stands on the shelf. Raises ValueError if something is missing or of the wrong kind."""
        status = row.get("status", 200)
        if not isinstance(status, int) or not 200 <= status <= 599 or not as_text(row.get("path")).startswith("/"):
            raise ValueError("an answer needs a path that begins with / and a status from 200 to 599")
        for name, value in as_object(row.get("headers")).items():
            if _NAME.fullmatch(name) is None or _VALUE.fullmatch(as_text(value)) is None:
                raise ValueError(f"no answer can have the header {name!r} with this value")
        method = as_text(row.get("method")).upper() or "*"
        return Prepared(method, as_text(row["path"]), status, as_object(row.get("headers")), row.get("body"))


class RecorderTenant:
    """The recorder as an ASGI app with what the gate asks of it."""

    tenant: Tenant = "recorder"

    def __init__(self, core: Core) -> None:
        self._core = core
        path = core.config.openapi
        self._description = _described_in(path) if path is not None else None
        self._read: tuple[list[JsonObject], Manifests] | None = None
        self.app: ASGIApp = self._answer

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        response = self._prepared(request) or self._described(request) or self._declared(request)
        await (response or await self._echo(request))(scope, receive, send)

    def _prepared(self, request: Request) -> Response | None:
        path = unquote(raw_path(request))
        for row in reversed(list(self._core.shelf(SHELF).values())):
            prepared = Prepared.read(row)
            if prepared.fits(request.method, path):
                note(request, "As it was put there.")
                headers = {name: as_text(value) for name, value in prepared.headers.items()}
                if prepared.body is None:
                    return Response(status_code=prepared.status, headers=headers)
                return JsonAnswer(prepared.body, prepared.status, headers)
        return None

    def _described(self, request: Request) -> Response | None:
        if self._description is None:
            return None
        found = self._description.answer(request.method, unquote(raw_path(request)))
        if found is None:
            return None
        note(request, "By the OpenAPI description.")
        if found.body is None:
            return Response(status_code=found.status)
        return JsonAnswer(found.body, found.status, media_type=found.media_type)

    def _declared(self, request: Request) -> Response | None:
        found = self._manifests().answer(request.method, unquote(raw_path(request)))
        if found is None:
            return None
        note(request, f"As {found.source} reads it.")
        return JsonAnswer(found.body)

    def _manifests(self) -> Manifests:
        """Those that it was started with, and those that were put there since."""
        put = [*self._core.shelf(CONNECTORS).values()]
        if self._read is None or self._read[0] != put:  # what is the very same is not looked into
            self._read = (put, Manifests([*self._core.config.connectors(), *put]))
        return self._read[1]

    async def _echo(self, request: Request) -> Response:
        note(request, "The request itself: nothing says what would be answered.")
        body = await request.body()
        return JsonAnswer(
            {
                "method": request.method,
                "path": unquote(raw_path(request)),
                "query": dict(request.query_params),
                "body": readable_body(body, request.headers.get("content-type", "")),
            }
        )

    # what the gate asks

    @property
    def operations(self) -> Sequence[str]:
        """What connectors ask for is not said beforehand."""
        return ()

    def operation(self, method: str, raw: str) -> str:
        """Which of them a request is of."""
        return ""

    def refusal(self, request: Request) -> Response | None:
        """Take whatever proof comes, as other vendors have other tokens, but a wrong one of the recorder's own."""
        token = bearer(request)
        known = self._core.world.tokens["recorder"]
        if token.startswith(TOKEN_PREFIXES["recorder"]) and not hmac.compare_digest(token.encode(), known.encode()):
            return self.failure(401)
        return None

    def failure(self, status: int, wait: int = 1) -> Response:
        """A plain error."""
        headers = {"Retry-After": str(wait)} if status in (429, 503) else None
        return JsonAnswer(
            {"error": {"status": status, "message": "The recorder was asked to refuse."}}, status, headers
        )

    def common_headers(self, request: Request) -> Mapping[str, str]:
        """None."""
        return {}

    def is_token_path(self, path: str) -> bool:
        """It knows no token service."""
        return False


def _yaml(raw: bytes) -> object:
    from ruamel.yaml import YAML  # here, as few need it and it is slow to import
    from ruamel.yaml.error import YAMLError

    try:
        return YAML(typ="safe", pure=True).load(raw)  # pyright: ignore[reportUnknownMemberType]
    except YAMLError as error:
        raise ValueError(str(error)) from error


def _described_in(path: Path) -> OpenApi:
    document = _read(path)
    try:
        return OpenApi(document)
    except ValueError as error:
        what = f"{path} is of no use as an OpenAPI description: {error}. Correct its servers."
        raise SandboxStartError(what) from error


def _read(path: Path) -> JsonObject:
    try:
        raw = path.read_bytes()
        if len(raw) > _LARGEST:
            raise SandboxStartError(
                f"{path} is larger than {_LARGEST} bytes. Cut the description down to what is needed."
            )
        document = orjson.loads(raw) if raw.lstrip()[:1] == b"{" else _yaml(raw)
    except (OSError, ValueError) as error:
        raise SandboxStartError(f"{path} cannot be read as an OpenAPI description: {error}") from error
    found = to_json(document)
    if not isinstance(found, dict) or not isinstance(found.get("paths"), dict):
        raise SandboxStartError(f"{path} is no OpenAPI description: it has no paths. Name another file.")
    return found
