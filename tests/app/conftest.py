"""A whole Keyturn in this process: real store, real HTTP, the sandbox tenants beside it."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pydantic import SecretStr
from support.whole import halves, nothing_by_halves
from support_app import World, examples

from keyturn.app.connections import ConnectionForm
from keyturn.app.main import answering, working
from keyturn.app.settings import Settings
from keyturn.app.wiring import open_app
from keyturn.cli.demo.story import connections
from keyturn.sandbox.client import SandboxClient
from keyturn.sandbox.config import SandboxConfig
from keyturn.sandbox.server import Sandbox

__all__ = ["halves", "nothing_by_halves"]


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
