"""A place that the server's user can enter, and nothing left in it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from keyturn.embedded import EmbeddedPostgres


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that everybody may pass; a server in ``place / "pg"`` is stopped at the end."""
    folder = Path(tempfile.mkdtemp(prefix="keyturn-embedded-", dir="/tmp"))
    folder.chmod(0o711)
    yield folder
    EmbeddedPostgres(folder / "pg").stop()
    shutil.rmtree(folder)
