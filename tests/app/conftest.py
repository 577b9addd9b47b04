"""A whole Keyturn in this process: real store, real HTTP, the sandbox tenants beside it."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest
from pydantic import SecretStr

from keyturn.app.connections import ConnectionForm
from keyturn.app.examples import examples_folder
from keyturn.app.main import answering, working
from keyturn.app.services import Services
from keyturn.app.settings import Settings
from keyturn.app.wiring import open_app
from keyturn.cli.demo.story import connections
from keyturn.engine.history import RunFilter
from keyturn.engine.ports import Run
from keyturn.flows.document import Flow
from keyturn.flows.paging import PageRequest
from keyturn.library.files import find, read
from keyturn.sandbox.client import SandboxClient, Urls
from keyturn.sandbox.config import SandboxConfig
from keyturn.sandbox.server import Sandbox

LOGIN = "tomas.lind@northwind.example"


@dataclass
class World:
    """Services, tenants, and how to wait for runs."""

    services: Services
    tenants: SandboxClient
    urls: Urls

    async def ask(self, question: Callable[[], object]) -> object:
        """Ask the tenants, without keeping their own loop from answering."""
        return await asyncio.to_thread(question)

    async def start(self, flow_id: str, **inputs: str) -> UUID:
        return await self.services.manual.start(flow_id, {**inputs})

    async def settled(self, run_id: UUID) -> Run:
        """The run once no worker has it in hand."""
        async with asyncio.timeout(30):
            while True:
                run = await self.services.runs.get(run_id)
                if run.status.ended or run.status.value in ("needs attention", "waiting"):
                    return run
                await asyncio.sleep(0.01)

    async def runs(self) -> list[Run]:
        return list((await self.services.history.list(RunFilter(), PageRequest(200))).rows)

    async def requests(self) -> list[tuple[str, str, object]]:
        """What the tenants received from runs: method, path and attempt."""
        rows = await asyncio.to_thread(self.tenants.ledger)
        return [(str(r["method"]), str(r["path"]), r["attempt"]) for r in rows if r["run"]]


async def until(happened: Callable[[], Awaitable[bool]], seconds: float = 30) -> None:
    """Wait for something that happens elsewhere; fails when it does not."""
    async with asyncio.timeout(seconds):
        while not await happened():  # noqa: ASYNC110  it happens in the database or another process
            await asyncio.sleep(0.02)


def examples() -> list[Flow]:
    return [flow for path in find([examples_folder("offboarding")]) if (flow := read(path).flow)]


@pytest.fixture
async def world(database_url: str, tmp_path: Path) -> AsyncIterator[World]:
    """Connected to the sandbox, the example flows published."""
    async with Sandbox(SandboxConfig()) as sandbox:
        tenants = ",".join(fields["base_url"].split("//")[1] for fields in sandbox.urls.values())
        settings = Settings(
            data=tmp_path,
            database_url=SecretStr(database_url),
            secret_key=SecretStr(secrets.token_hex(32)),
            egress_allow=tenants,
            answer_seconds=2,
        )
        async with open_app(settings) as app, working(app), answering(app):
            for name, form in connections(sandbox.urls).items():
                await app.services.connections.put(name, ConnectionForm(**form))  # type: ignore[arg-type]
            await app.services.library.publish(examples(), "test")
            yield World(app.services, SandboxClient(sandbox.urls), sandbox.urls)
