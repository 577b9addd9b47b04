"""The sandbox as a process: addresses, restart with state, signals, the control client."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import stat
import sys
import time
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

import aiohttp
import orjson
import pytest
from support_sandbox import Tenants, hook_endpoint

from keyturn.sandbox.client import SandboxCallError, SandboxClient, read_urls
from keyturn.sandbox.config import SandboxConfig, SandboxStartError, SandboxStateError
from keyturn.sandbox.server import Sandbox

EVA = "eva.horvat@northwind.example"
GUEST = "dana.wu_partner.example#EXT#@northwind.example"


async def test_the_address_file_is_private_and_gone_after_a_clean_stop(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "urls.json"
    async with Sandbox(SandboxConfig(urls_path=path)) as sandbox:
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert read_urls(path) == sandbox.urls
        assert set(sandbox.urls) == {"okta", "graph", "google", "slack", "scim", "recorder", "mail", "control"}
        assert all(urls.keys() >= {"base_url", "token"} for urls in sandbox.urls.values())
    assert not path.exists()


async def test_a_second_sandbox_leaves_the_address_file_to_the_first(tmp_path: Path) -> None:
    path = tmp_path / "urls.json"
    async with Sandbox(SandboxConfig(urls_path=path)) as first:
        with pytest.raises(SandboxStartError, match="runs already"):
            async with Sandbox(SandboxConfig(urls_path=path)):
                pass
        assert read_urls(path) == first.urls
        killed = path.read_bytes()
    path.write_bytes(killed)
    async with Sandbox(SandboxConfig(urls_path=path)) as second:
        assert read_urls(path) == second.urls, "one that was killed is nobody's rival"
        path.write_bytes(killed)
    assert path.read_bytes() == killed, "it is another's by now"


@pytest.mark.parametrize("named", ["urls_path", "state_path"])
async def test_of_two_that_start_in_the_same_moment_one_serves(tmp_path: Path, named: str) -> None:
    """Both are on their way before either has written anything that the other could see."""
    path = tmp_path / "file.json"
    rivals = [Sandbox(replace(SandboxConfig(), **{named: path})) for _ in range(2)]
    async with AsyncExitStack() as running:
        outcomes = await asyncio.gather(*map(running.enter_async_context, rivals), return_exceptions=True)
        [served] = [one for one in outcomes if isinstance(one, Sandbox)]
        [refused] = [one for one in outcomes if isinstance(one, SandboxStartError)]
        assert str(path) in str(refused)
        if named == "urls_path":
            assert read_urls(path) == served.urls
    async with Sandbox(replace(SandboxConfig(), **{named: path})):
        pass  # the lock went with the one that had it


async def test_two_sandboxes_share_nothing(http: aiohttp.ClientSession) -> None:
    async with Sandbox() as one, Sandbox() as two:
        first, second = Tenants(one.urls, http), Tenants(two.urls, http)
        await first.suspend(EVA)
        assert (await second.person(EVA))["okta"]["status"] == "ACTIVE"
        assert await second.ledger() == []
        assert one.urls["okta"]["token"] != two.urls["okta"]["token"]


async def test_a_taken_port_is_a_clear_error() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(SandboxStartError, match=rf"127\.0\.0\.1:{port} for okta.*base port"):
            async with Sandbox(SandboxConfig(base_port=port)):
                pass


async def test_state_ledger_tokens_and_hooks_survive_a_restart(tmp_path: Path, http: aiohttp.ClientSession) -> None:
    config = SandboxConfig(state_path=tmp_path / "state.json")
    async with hook_endpoint() as endpoint:
        async with Sandbox(config) as sandbox:
            before = Tenants(sandbox.urls, http)
            await before.verified_hook(endpoint)
            await before.suspend(EVA)
            await before.graph("PATCH", f"/v1.0/users/{before.key(GUEST)}", json={"accountEnabled": False})
            await before.deliveries()
            rows, people = await before.ledger(), (await before.control("GET", "/people")).json
            token = sandbox.urls["graph"]["token"]
        async with Sandbox(config) as sandbox:
            after = Tenants(sandbox.urls, http)
            assert sandbox.urls["graph"]["token"] == token
            assert await after.ledger() == rows
            assert (await after.control("GET", "/people")).json == people
            await after.suspend("chidi.eze@northwind.example")
            await after.deliveries()
            assert len(endpoint.received) == 2
            assert [row["seq"] for row in await after.ledger()] == list(range(1, len(rows) + 2))


async def test_what_a_shelf_holds_survives_a_restart_and_a_reset_forgets_it(
    tmp_path: Path, http: aiohttp.ClientSession
) -> None:
    config = SandboxConfig(state_path=tmp_path / "state.json")
    async with Sandbox(config) as sandbox:
        tenants = Tenants(sandbox.urls, http)
        await tenants.okta("POST", "/api/v1/groups", json={"profile": {"name": "Before"}})
        await tenants.control("POST", "/reset")
        for name in ("Sailors", "Poets"):
            await tenants.okta("POST", "/api/v1/groups", json={"profile": {"name": name}})
        groups = (await tenants.okta("GET", "/api/v1/groups")).json
    async with Sandbox(config) as sandbox:
        again = (await Tenants(sandbox.urls, http).okta("GET", "/api/v1/groups")).json
        assert [row["id"] for row in again] == [row["id"] for row in groups]
        names = {row["profile"]["name"] for row in again}
        assert (names & {"Before", "Sailors", "Poets"}, again[0]["created"]) == (
            {"Sailors", "Poets"},
            groups[0]["created"],
        )


async def test_a_state_of_before_there_were_shelves_is_read(tmp_path: Path, http: aiohttp.ClientSession) -> None:
    config = SandboxConfig(state_path=tmp_path / "state.json")
    async with Sandbox(config) as sandbox:
        await Tenants(sandbox.urls, http).suspend(EVA)
    saved = orjson.loads((tmp_path / "state.json").read_bytes())
    del saved["world"]["shelves"], saved["world"]["tokens"]
    for name in ("activated", "password", "password_changed", "secret", "question", "failures"):
        for account in saved["world"]["accounts"]["okta"]:
            del account[name]
    (tmp_path / "state.json").write_bytes(orjson.dumps(saved))
    async with Sandbox(config) as sandbox:
        tenants = Tenants(sandbox.urls, http)
        assert (await tenants.person(EVA))["okta"]["status"] == "SUSPENDED"
        assert len((await tenants.okta("GET", "/api/v1/groups")).json) > 10
        assert (await tenants.call("slack", "GET", "/api/auth.test")).json["ok"] is True


async def test_a_ledger_that_ends_in_the_middle_of_a_line_is_read(tmp_path: Path, http: aiohttp.ClientSession) -> None:
    config = SandboxConfig(state_path=tmp_path / "state.json")
    async with Sandbox(config) as sandbox:
        await Tenants(sandbox.urls, http).suspend(EVA)
    path = tmp_path / "state.json.ledger.jsonl"
    path.write_bytes(path.read_bytes() + b'{"seq": 2, "rece')
    async with Sandbox(config) as sandbox:
        tenants = Tenants(sandbox.urls, http)
        await tenants.suspend(EVA)
        assert [row["status"] for row in await tenants.ledger()] == [200, 400]
    async with Sandbox(config) as sandbox:
        assert len(await Tenants(sandbox.urls, http).ledger()) == 2


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("state.json", b"{"),
        ("state.json", b'{"version": 99}'),
        ("state.json", b'{"version": 1, "world": {}}'),
        ("state.json", b"[]"),
        ("state.json.ledger.jsonl", b"nonsense\n"),
        ("state.json.ledger.jsonl", b'{"seq": 7, "status": 200, "fault": null}\n'),
    ],
)
async def test_a_state_that_cannot_be_read_is_a_clear_error(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(SandboxStateError, match="Move"):
        async with Sandbox(SandboxConfig(state_path=tmp_path / "state.json")):
            pass


async def test_issued_tokens_end(http: aiohttp.ClientSession) -> None:
    from datetime import UTC, datetime, timedelta

    now = datetime(2026, 3, 1, tzinfo=UTC)
    async with Sandbox(clock=lambda: now) as sandbox:
        tenants, graph = Tenants(sandbox.urls, http), sandbox.urls["graph"]
        form = {
            "grant_type": "client_credentials",
            "client_id": graph["client_id"],
            "client_secret": graph["client_secret"],
            "scope": "https://graph.microsoft.com/.default",
        }
        path = f"/{graph['tenant_id']}/oauth2/v2.0/token"
        issued = (await tenants.graph("POST", path, token="", data=form)).json["access_token"]
        statuses: list[int] = []
        for late in (3_598, 3_600):
            now = datetime(2026, 3, 1, tzinfo=UTC) + timedelta(seconds=late)
            statuses.append((await tenants.graph("GET", "/v1.0/users", token=f"Bearer {issued}")).status)
        assert statuses == [200, 401]


async def test_the_control_client(sandbox: Sandbox) -> None:
    client = SandboxClient(sandbox.urls)
    async with hook_endpoint() as endpoint:
        async with aiohttp.ClientSession() as http:
            await Tenants(sandbox.urls, http).verified_hook(endpoint)
        last = (await asyncio.to_thread(client.ledger))[-1]["seq"]
        await asyncio.to_thread(client.suspend, GUEST)
        assert await asyncio.to_thread(client.wait_idle_hooks) is True
        assert [row["status"] for row in await asyncio.to_thread(client.deliveries)] == [204]
    assert len(await asyncio.to_thread(client.users)) == 60
    state = await asyncio.to_thread(client.state, GUEST)
    assert state["okta"]["status"] == "SUSPENDED"
    assert set(state["graph"]) == {"id", "accountEnabled", "sessions"}
    assert (await asyncio.to_thread(client.user, GUEST))["name"] == "Dana Wu"
    rows = await asyncio.to_thread(client.ledger, last)
    assert [row["path"] for row in rows] == [f"/api/v1/users/{GUEST}/lifecycle/suspend"]
    with pytest.raises(SandboxCallError, match="E0000001") as refused:
        await asyncio.to_thread(client.suspend, GUEST)
    assert refused.value.status == 400
    await asyncio.to_thread(client.set_fault, "okta", "500x1")
    with pytest.raises(SandboxCallError, match="E0000009"):
        await asyncio.to_thread(client.unsuspend, GUEST)
    await asyncio.to_thread(client.unsuspend, GUEST)
    with pytest.raises(SandboxCallError, match="there is no kind 'boom'"):
        await asyncio.to_thread(client.set_fault, "okta", "boom")
    await asyncio.to_thread(client.set_fault, "okta", "drop")
    for fault in ("nope:1", "okta:999"):
        with pytest.raises(SandboxCallError) as told:
            await asyncio.to_thread(client.set_faults, fault)
        assert fault in str(told.value)
        assert str(told.value).startswith(f"The fault {fault!r}"), "no request and no JSON"
    with pytest.raises(SandboxCallError, match="no usable answer") as silent:
        await asyncio.to_thread(client.suspend, GUEST)
    assert silent.value.status is None
    await asyncio.to_thread(client.clear_faults)
    await asyncio.to_thread(client.reset)
    assert (await asyncio.to_thread(client.state, GUEST))["okta"]["status"] == "ACTIVE"


def test_missing_and_broken_address_files_are_clear_errors(tmp_path: Path) -> None:
    with pytest.raises(SandboxCallError, match="does not seem to be running"):
        read_urls(tmp_path / "none.json")
    broken = tmp_path / "broken.json"
    broken.write_text("[1]")
    with pytest.raises(SandboxCallError, match="cannot be read"):
        read_urls(broken)


_PROGRAM = """
import sys
from pathlib import Path
from keyturn.sandbox.config import SandboxConfig
from keyturn.sandbox.server import serve
serve(SandboxConfig(urls_path=Path(sys.argv[1]), state_path=Path(sys.argv[2]), faults=sys.argv[3]))
"""


async def started(path: Path, process: asyncio.subprocess.Process) -> SandboxClient:
    ends = time.monotonic() + 20
    while not path.exists():
        assert process.returncode is None
        assert time.monotonic() < ends
        await asyncio.wait([asyncio.ensure_future(process.wait())], timeout=0.05)
    return SandboxClient(read_urls(path))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_serve_runs_as_a_process_and_stops_cleanly_on_a_signal(tmp_path: Path, number: signal.Signals) -> None:
    urls, state = tmp_path / "urls.json", tmp_path / "state.json"
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", _PROGRAM, str(urls), str(state), "graph:500")
    client = await started(urls, process)
    await asyncio.to_thread(client.suspend, EVA)
    process.send_signal(number)
    assert await asyncio.wait_for(process.wait(), 10) == 0
    assert not urls.exists()
    assert orjson.loads(state.read_bytes())["version"] == 1
    assert stat.S_IMODE(state.stat().st_mode) == 0o600
    assert stat.S_IMODE(state.with_name(state.name + ".ledger.jsonl").stat().st_mode) == 0o600


async def test_a_killed_process_has_lost_nothing_that_it_answered(tmp_path: Path) -> None:
    urls, state = tmp_path / "urls.json", tmp_path / "state.json"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _PROGRAM, str(urls), str(state), "", env=dict(os.environ)
    )
    client = await started(urls, process)
    await asyncio.to_thread(client.suspend, EVA)
    process.kill()
    await process.wait()
    async with Sandbox(SandboxConfig(state_path=state)) as sandbox:
        again = SandboxClient(sandbox.urls)
        assert (await asyncio.to_thread(again.state, EVA))["okta"]["status"] == "SUSPENDED"
        assert [row["status"] for row in await asyncio.to_thread(again.ledger)] == [200]
