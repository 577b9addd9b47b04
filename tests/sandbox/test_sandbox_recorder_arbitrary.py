"""Any request to the recorder is answered: whatever its method, path, body and the charset that it names."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

import aiohttp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support_sandbox import Answer, Tenants
from test_sandbox_recorder import ACME

from keyturn.sandbox.config import SandboxConfig
from keyturn.sandbox.server import Sandbox

Ask = Callable[..., Answer]


@pytest.fixture(scope="module")
def ask() -> Iterator[Ask]:
    async def opened() -> tuple[Sandbox, aiohttp.ClientSession]:
        sandbox = await Sandbox(SandboxConfig(connectors=lambda: [ACME])).__aenter__()
        return sandbox, aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=20))

    with asyncio.Runner() as runner:
        sandbox, http = runner.run(opened())
        tenants = Tenants(sandbox.urls, http)
        yield lambda *request, tenant="recorder", **options: runner.run(tenants.call(tenant, *request, **options))
        runner.run(http.close())
        runner.run(sandbox.__aexit__(None, None, None))


SEGMENTS = st.one_of(st.sampled_from(["acme", "people", "api", "v1", "users", "*", "..", "%", ""]), st.text(max_size=5))
BODIES = st.one_of(
    st.none(),
    st.binary(max_size=12),
    st.recursive(st.none() | st.integers() | st.text(max_size=4), lambda inner: st.lists(inner, max_size=2)).map(
        lambda value: json.dumps(value).encode()
    ),
    st.sampled_from([b"\xef\xbb\xbf{}", '{"a": "é"}'.encode("utf-16"), b"a=%ZZ&b", b"[" * 2_000, b'{"a": 1e999}']),
)
KINDS = st.one_of(
    st.sampled_from(
        [
            "application/json",
            "application/json; charset=utf-16",
            "text/plain; charset=nonsense",
            "application/x-www-form-urlencoded",
            "multipart/form-data",
            "multipart/form-data; boundary=x",
            "application/xml; charset=latin-1",
            "",
        ]
    ),
    st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=12).map("text/{}".format),
)


@settings(max_examples=120, deadline=None)
@given(
    method=st.sampled_from(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PURGE", "get"]),
    segments=st.lists(SEGMENTS, max_size=4),
    query=st.text(max_size=6),
    body=BODIES,
    kind=KINDS,
)
def test_any_request_is_answered(
    ask: Ask, method: str, segments: list[str], query: str, body: bytes | None, kind: str
) -> None:
    path = "/" + "/".join(quote(segment, safe="") for segment in segments)
    options: dict[str, Any] = {"data": body, "headers": {"Content-Type": kind}}
    answer = ask(method, f"{path}?{quote(query)}", **options)
    assert answer.status < 500, answer.raw


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"status": 299}, 201),
        ({"headers": {"X-More": "a\tb é"}}, 201),
        ({"status": 100}, 400),
        ({"status": 600}, 400),
        ({"headers": {"X More": "a"}}, 400),
        ({"headers": {"X-More": "a\nb"}}, 400),
        ({"headers": {"X-More": "→"}}, 400),
        ({"path": "things"}, 400),
    ],
)
def test_only_answers_that_can_be_sent_are_put_there(ask: Ask, more: dict[str, Any], status: int) -> None:
    body = {"method": "GET", "path": "/put/there", "body": {}, **more}
    assert ask("POST", "/recorder/answers", tenant="control", json=body).status == status
    if status == 201:
        assert ask("GET", "/put/there").status == more.get("status", 200)
    ask("DELETE", "/recorder/answers", tenant="control")
