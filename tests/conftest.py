"""Fixtures for all tests."""

from __future__ import annotations

import os

import hypothesis
from distribution import pytest_collection_modifyitems, pytest_xdist_make_scheduler
from garbage import pytest_collection
from measured import pytest_terminal_summary
from postgres import (
    database_url,
    databases,
    empty_database_url,
    postgres_server,
    pytest_configure,
    pytest_configure_node,
    pytest_unconfigure,
    used_databases,
)

# How fast a machine is says nothing about the code: no example of a property may fail for taking long.
# A run of all tests tries so many examples of each; more of them find what is rare: KEYTURN_EXAMPLES=1000.
hypothesis.settings.register_profile(
    "any machine",
    deadline=None,
    max_examples=int(os.environ.get("KEYTURN_EXAMPLES", "20")),
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("any machine")

__all__ = [
    "database_url",
    "databases",
    "empty_database_url",
    "postgres_server",
    "pytest_collection",
    "pytest_collection_modifyitems",
    "pytest_configure",
    "pytest_configure_node",
    "pytest_terminal_summary",
    "pytest_unconfigure",
    "pytest_xdist_make_scheduler",
    "used_databases",
]
