"""The folder in which an installation keeps what is no database."""

from __future__ import annotations

from pathlib import Path

import pytest

from keyturn.app.folders import DataFolderUnusable, make_data_folder
from keyturn.app.wiring import CANNOT_START


def test_a_data_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(DataFolderUnusable, match="Not a directory"):
        make_data_folder(tmp_path / "file" / "in-it")
    assert DataFolderUnusable in CANNOT_START
