"""Fixtures for all tests."""

from __future__ import annotations

import hypothesis
from postgres import (
    database_url,
    databases,
    empty_database_url,
    postgres_server,
    pytest_configure,
    pytest_configure_node,
    pytest_unconfigure,
)

# How fast a machine is says nothing about the code: no example of a property may fail for taking long.
hypothesis.settings.register_profile(
    "any machine", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("any machine")

__all__ = [
    "database_url",
    "databases",
    "empty_database_url",
    "postgres_server",
    "pytest_configure",
    "pytest_configure_node",
    "pytest_unconfigure",
]
