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


async def test_the_doctor_warns_of_it_with_file_and_line(database_url: str, tmp_path: Path) -> None:
    (tmp_path / "connectors").mkdir()
    place = tmp_path / "connectors" / "acme.yaml"
    place.write_text("connector: acme\ntitel: Acme\n", encoding="utf-8")
    key = SecretStr(secrets.token_hex(32))
    async with open_app(Settings(data=tmp_path, database_url=SecretStr(database_url), secret_key=key)) as app:
        [found] = [one for one in await app.services.doctor() if one.name == "connector acme"]
    assert (found.good, found.warning) == (True, True)
    assert f"{place}:2: titel: there is no 'titel' here." in found.what
    assert "connectors check" in found.mend
