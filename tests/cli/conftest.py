"""Fixtures for tests of the command line."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

sys.path.insert(0, str(Path(__file__).parents[1] / "server"))
sys.path.insert(0, str(Path(__file__).parent))

from support_cli import Keyturn, served_site
from support_server import Site


@pytest.fixture
def offline() -> Keyturn:
    """The command, with nobody to call."""
    return Keyturn({"KEYTURN_URL": "http://127.0.0.1:1", "KEYTURN_TOKEN": "kt_none"})


@pytest.fixture
def served() -> Iterator[tuple[Site, Keyturn]]:
    """A server with the offboarding flows, and the command for it."""
    # the server's log would otherwise stand between what the command prints
    with structlog.testing.capture_logs(), served_site() as both:
        yield both


@pytest.fixture
def keyturn(served: tuple[Site, Keyturn]) -> Keyturn:
    return served[1]


@pytest.fixture
def site(served: tuple[Site, Keyturn]) -> Site:
    return served[0]
