"""A whole Keyturn in this process, as a test sees it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID

from keyturn.app.examples import examples_folder
from keyturn.app.services import Services
from keyturn.engine.history import RunFilter
from keyturn.engine.ports import Run
from keyturn.flows.document import Flow
from keyturn.flows.paging import PageRequest
from keyturn.library.files import find, read
from keyturn.sandbox.client import SandboxClient, Urls

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
