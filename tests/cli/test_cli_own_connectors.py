"""keyturn connectors put, source and remove, over HTTP."""

from __future__ import annotations

from pathlib import Path

import structlog
from support_cli import Keyturn, served_site

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


def test_those_of_a_server_are_listed_and_shown_with_its_address(keyturn: Keyturn, tmp_path: Path) -> None:
    file = tmp_path / "acme.yaml"
    asked = "effect: {effect: read}, request: {method: GET, path: /me}"
    action = f"actions:\n  - {{key: me, title: Me, summary: Me., {asked}}}\n"
    file.write_text(ACME + action, encoding="utf-8")
    assert keyturn("connectors", "put", str(file)).code == 0
    address = ("--url", keyturn.environment["KEYTURN_URL"])
    assert "acme" not in (here := keyturn("connectors", "list").out)
    assert "say --url" in here
    missing = keyturn("connectors", "show", "acme")
    assert (missing.code, "say --url" in missing.err) == (2, True)
    row = next(line.split() for line in keyturn("connectors", "list", *address).out.splitlines() if "acme" in line)
    assert row == ["acme", "Acme", "1", "0", "1", "here"]
    listed = keyturn("connectors", "list", *address, "--json").json
    assert [one["own"] for one in listed if one["name"] in ("acme", "okta")] == [True, False]
    shown = keyturn("connectors", "show", "acme", *address).out
    assert shown.startswith("Acme: Acme.")
    assert any(line.split()[:3] == ["acme.me", "Me", "read"] for line in shown.splitlines())
    assert keyturn("connectors", "show", "acme", *address, "--json").json["source"] == ACME + action
    assert keyturn("connectors", "show", "nobody", *address).code == 1


def test_one_that_a_server_leaves_out_is_listed_with_its_mistakes(tmp_path: Path) -> None:
    file = tmp_path / "acme.yaml"
    file.write_text(ACME.replace("check:", "chek:"), encoding="utf-8")
    with structlog.testing.capture_logs(), served_site(connectors=tmp_path) as (_, keyturn):
        address = ("--url", keyturn.environment["KEYTURN_URL"])
        listed, rows = (
            keyturn("connectors", "list", *address).out,
            keyturn("connectors", "list", *address, "--json").json,
        )
    assert f"The connector 'acme' is left out, for the mistakes in {file}:" in listed
    assert f"{file}:7" in listed
    assert [row["problems"] == [] for row in rows if row["name"] in ("acme", "okta")] == [True, False]
