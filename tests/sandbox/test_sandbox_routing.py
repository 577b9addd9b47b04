"""From paths to operations."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from keyturn.sandbox.routing import Operations, Route
from keyturn.sandbox.wire import collect


def told(name: str) -> Any:
    async def endpoint(request: Request) -> Response:
        return JSONResponse([name, request.path_params])

    return endpoint


async def refused(request: Request, error: Exception) -> Response:
    headers = getattr(error, "headers", None)
    return Response(status_code=getattr(error, "status_code", 500), headers=headers)


ROUTES = [
    Route("/users", told("list"), ["GET"]),
    Route("/users/me", told("me"), ["GET"]),
    Route("/users/{key}", told("one"), ["GET", "DELETE"]),
    Route("/users/{id}/groups", told("groups")),
    Route("/users/me/mail", told("mail"), ["POST"]),
    Route("/devices:count", told("count")),
    Route("/devices/{id}:wipe", told("wipe"), ["POST"]),
    Route("/devices/{id}", told("device")),
    Route("/units/{path*}", told("unit")),
]


async def ask(method: str, path: str, *, fold: bool = False) -> tuple[int | None, Any, dict[bytes, bytes]]:
    app = Operations(ROUTES, refused, refused, fold=fold)
    scope: Any = {"type": "http", "method": method, "raw_path": path.encode(), "path": path, "headers": []}
    answer = await collect(app, scope | {"query_string": b""}, b"")
    import orjson

    return answer.status, orjson.loads(answer.body) if answer.body else None, dict(answer.headers)


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/users", ["list", {}]),
        ("GET", "/users/me", ["me", {}]),
        ("DELETE", "/users/me", ["one", {"key": "me"}]),
        ("GET", "/users/a%2Fb%20%23", ["one", {"key": "a/b #"}]),
        ("GET", "/users/me/groups", ["groups", {"id": "me"}]),
        ("POST", "/users/me/mail", ["mail", {}]),
        ("GET", "/devices:count", ["count", {}]),
        ("POST", "/devices/7:wipe", ["wipe", {"id": "7"}]),
        ("GET", "/devices/7", ["device", {"id": "7"}]),
        ("GET", "/units/a/b%20c/d", ["unit", {"path": "a/b c/d"}]),
        ("HEAD", "/users", ["list", {}]),
    ],
)
async def test_paths_lead_to_their_operations(method: str, path: str, expected: object) -> None:
    assert (await ask(method, path))[:2] == (200, expected)


@pytest.mark.parametrize("path", ["/", "/nothing", "/users/", "/users/a/b/c", "/Users"])
async def test_unknown_paths_are_404(path: str) -> None:
    assert (await ask("GET", path))[0] == 404


async def test_words_may_be_taken_in_any_case() -> None:
    assert (await ask("GET", "/USERS/Me", fold=True))[1] == ["me", {}]


async def test_a_method_that_a_path_has_not_is_405_and_the_others_are_named() -> None:
    status, _, headers = await ask("PUT", "/users/me")
    assert (status, headers[b"allow"]) == (405, b"DELETE, GET")
