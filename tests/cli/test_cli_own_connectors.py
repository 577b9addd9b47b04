"""keyturn connectors put, source and remove, over HTTP."""

from __future__ import annotations

from pathlib import Path

from support_cli import Keyturn

ACME = """# ours
connector: acme
title: Acme
about: Acme.
base_url: https://acme.example
auth: [bearer]
check: {method: GET, path: /}
errors: {code: "", message: ""}
"""


def test_a_connector_is_kept_changed_printed_and_taken_away(keyturn: Keyturn, tmp_path: Path) -> None:
    file = tmp_path / "acme.yaml"
    file.write_text(ACME, encoding="utf-8")
    assert keyturn("connectors", "put", str(file)).out == "The connector acme is there.\n"
    assert keyturn("connectors", "source", "acme").out == ACME
    file.write_text(ACME.replace("Acme.", "New."), encoding="utf-8")
    assert keyturn("connectors", "put", str(file), "--json").json["about"] == "New."
    broken = tmp_path / "broken.yaml"
    broken.write_text(ACME.replace("auth:", "oauth:"), encoding="utf-8")
    refused = keyturn("connectors", "put", str(broken))
    assert refused.code == 1
    assert f"{broken}:6" in refused.out + refused.err
    assert "came along" in keyturn("connectors", "source", "okta").err
    assert keyturn("connectors", "remove", "okta").code == 1
    assert keyturn("connectors", "remove", "acme").out == "The connector acme is gone.\n"
    assert keyturn("connectors", "remove", "acme").code == 1
