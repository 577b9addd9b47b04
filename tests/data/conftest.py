"""Tables in a database of their own, and an engine over it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from support_data import World

from keyturn.store import open_store


@pytest.fixture
async def world(database_url: str, tmp_path: Path) -> AsyncIterator[World]:
    store = await open_store(database_url)
    yield World(store, folder=tmp_path / "files")
    await store.close()
