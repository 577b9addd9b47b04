"""Fixtures for tests of the server."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from support_client import Client
from support_server import Site, make_site, with_examples


@pytest.fixture
async def site() -> Site:
    """An empty Keyturn."""
    return await make_site()


@pytest.fixture
async def offboarding() -> Site:
    """A Keyturn with the offboarding flows and their connections."""
    return await with_examples(await make_site())


@pytest.fixture
def client(site: Site) -> Client:
    """A client with all permissions of the empty Keyturn."""
    return site.client()
