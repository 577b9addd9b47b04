"""Calls of the pretend Microsoft 365 tenant."""

from __future__ import annotations

from typing import Any

from support_sandbox import Answer, Tenants


async def call(tenants: Tenants, method: str, path: str, body: Any = None) -> Answer:
    """A request below `/v1.0`."""
    return await tenants.graph(method, f"/v1.0{path}", **({} if body is None else {"json": body}))


async def get(tenants: Tenants, path: str) -> Any:
    """What is answered with 200."""
    answer = await call(tenants, "GET", path)
    assert answer.status == 200, answer.raw
    return answer.json


async def ids(tenants: Tenants, path: str) -> list[str]:
    """The ids of a list."""
    return [row["id"] for row in (await get(tenants, path))["value"]]
