"""A migrated database of its own for each test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from keyturn.store import DatabaseSettings, Store, open_store


@pytest.fixture
def settings() -> DatabaseSettings:
    return DatabaseSettings(pool_size=8, patience=timedelta(seconds=10))


@pytest.fixture
async def store(database_url: str, settings: DatabaseSettings) -> AsyncIterator[Store]:
    opened = await open_store(database_url, settings)
    yield opened
    await opened.close()
