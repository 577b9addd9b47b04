"""Garbage is looked for as by the running program: seldom, and not among what was loaded (``keyturn.cli.running``).

Each process of a run loads the program and collects ten thousand tests. All of that stays to the end, and looking
through it again and again would take a seventh of the processor time of a run.

A pytest plugin that ``conftest.py`` takes over.
"""

from __future__ import annotations

import gc
from collections.abc import Generator

import pytest

from keyturn.cli.running import YOUNG, loading


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection(session: pytest.Session) -> Generator[None, object, object]:
    """Load modules and tests without looking for garbage meanwhile; never look through them later."""
    with loading():
        collected = yield
    gc.set_threshold(YOUNG, 10, 10)
    return collected
