"""A connector in the folder that has mistakes keeps nothing from its start."""

from __future__ import annotations

import secrets
from pathlib import Path

from pydantic import SecretStr

from keyturn.app.settings import Settings
from keyturn.app.wiring import open_app


async def test_the_program_starts_without_it(database_url: str, tmp_path: Path) -> None:
    (tmp_path / "connectors").mkdir()
    (tmp_path / "connectors" / "acme.yaml").write_text("connector: acme\ntitel: Acme\n", encoding="utf-8")
    key = SecretStr(secrets.token_hex(32))
    async with open_app(Settings(data=tmp_path, database_url=SecretStr(database_url), secret_key=key)) as app:
        assert [one.name for one in app.services.connectors.unusable()] == ["acme"]
        assert {"okta", "slack"} <= {one.name for one in app.services.connections.connectors()}
