"""Fixtures for all tests."""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from postgres import drop_database, make_database, make_template, start, sweep


def pytest_configure(config: pytest.Config) -> None:
    """The process that starts the run owns its Postgres; its workers find it by the run's name."""
    if not hasattr(config, "workerinput"):
        os.environ.setdefault("KEYTURN_TEST_RUN", f"{os.getpid()}")


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the run's server, whoever started it."""
    if not hasattr(config, "workerinput"):
        sweep(os.environ.get("KEYTURN_TEST_RUN", ""))


@pytest.fixture(scope="session")
def postgres_server() -> str:
    """Address of the run's server."""
    return start(os.environ["KEYTURN_TEST_RUN"])


@pytest.fixture
async def empty_database_url(postgres_server: str) -> AsyncIterator[str]:
    """A new database without tables."""
    url = await make_database(postgres_server, migrated=False)
    yield url
    await drop_database(url)


@pytest.fixture
async def database_url(postgres_server: str) -> AsyncIterator[str]:
    """A new, migrated database."""
    await make_template(postgres_server)
    url = await make_database(postgres_server, migrated=True)
    yield url
    await drop_database(url)
