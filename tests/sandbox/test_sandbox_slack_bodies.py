"""Whatever a method of the pretend Slack workspace is called with, it says yes or no, and never that it broke."""

from __future__ import annotations

import asyncio
import inspect
import re
from functools import cache
from typing import Any

import pytest
from slack_sdk import WebClient
from support_sandbox import Tenants
from support_specs import description

JSON = {"Content-Type": "application/json"}
WRONG: dict[str, Any] = {
    "nothing": {},
    "a list": {"json": []},
    "null": {"data": b"null", "headers": JSON},
    "no JSON": {"data": b"{", "headers": JSON},
    "an empty object": {"json": {}},
    "another type": {"data": b"x", "headers": {"Content-Type": "text/plain"}},
    "no parts": {"data": b"x", "headers": {"Content-Type": "multipart/form-data"}},
}
VALUES: dict[str, Any] = {"numbers": 7, "lists": [1, None], "objects": {"a": []}, "texts": "x"}


@cache
def methods() -> list[tuple[str, list[str]]]:
    """The methods that Slack describes and those that its SDK knows, each with the names of its arguments."""
    described: dict[str, list[str]] = {}
    for path, entry in description("slack-web.json")["paths"].items():
        operation = entry.get("post") or entry.get("get")
        described[path] = [each["name"] for each in operation.get("parameters", []) if "name" in each]
    for name in re.findall(r'api_call\(\s*"([\w.]+)"', inspect.getsource(WebClient)):
        described.setdefault(f"/{name}", ["user", "channel", "users", "channels", "team_id", "name", "limit"])
    apart = ("oauth", "auth.revoke")
    return [(path, names) for path, names in described.items() if not any(each in path for each in apart)]


async def broke(tenants: Tenants, calls: list[tuple[str, Any]]) -> list[str]:
    """Which of these calls ended in an error of the sandbox."""

    async def ask(path: str, options: Any) -> str | None:
        answer = await tenants.call("slack", "POST", f"/api{path}", **options)
        good = answer.status < 500 and answer.json is not None
        return None if good else f"{path}: {answer.status} {answer.raw[:60]!r}"

    found = await asyncio.gather(*(ask(*each) for each in calls))
    return [each for each in found if each is not None]


@pytest.mark.parametrize("wrong", WRONG)
async def test_a_body_that_cannot_be_read_is_refused(tenants: Tenants, wrong: str) -> None:
    assert await broke(tenants, [(path, WRONG[wrong]) for path, _ in methods()]) == []


@pytest.mark.parametrize("values", VALUES)
async def test_arguments_of_another_type_are_refused(tenants: Tenants, values: str) -> None:
    calls = [(path, {"json": dict.fromkeys([*names, "query"], VALUES[values])}) for path, names in methods()]
    assert await broke(tenants, calls) == []


@pytest.mark.parametrize("wrong", WRONG)
async def test_a_method_that_there_is_not_is_told_whatever_its_body(tenants: Tenants, wrong: str) -> None:
    answer = await tenants.call("slack", "POST", "/api/admin.functions.list", **WRONG[wrong])
    assert (answer.status, answer.json["ok"], answer.json["error"]) == (200, False, "unknown_method")


@pytest.mark.parametrize("method", ["search.files", "search.messages", "search.all"])
async def test_a_search_needs_a_query(tenants: Tenants, method: str) -> None:
    for options in ({}, {"json": {}}, {"json": {"query": " "}}):
        asked: Any = options
        answer = await tenants.call("slack", "POST", f"/api/{method}", **asked)
        assert (answer.status, answer.json.get("error")) == (200, "no_query")
