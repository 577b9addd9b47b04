"""Fixtures for all tests."""

from __future__ import annotations

from postgres import (
    database_url,
    databases,
    empty_database_url,
    postgres_server,
    pytest_configure,
    pytest_configure_node,
    pytest_unconfigure,
)

__all__ = [
    "database_url",
    "databases",
    "empty_database_url",
    "postgres_server",
    "pytest_configure",
    "pytest_configure_node",
    "pytest_unconfigure",
]
