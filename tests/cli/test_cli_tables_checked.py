"""Tables that cards name are judged where a server is known: when flows are checked with it, and published to it."""

from __future__ import annotations

from pathlib import Path

import pytest
from support_cli import Keyturn

_FLOW = """
id: keep
name: Keep
event: {card: manual, outputs: {Login: text}}
cards:
  - {id: row, card: table.create_row, inputs: {table: people, fields: {Login: "{{ event.Login }}", Agee: 1}}}
  - {id: gone, card: table.clear_table, inputs: {table: persons}}
"""


@pytest.fixture
def flow(tmp_path: Path) -> str:
    file = tmp_path / "keep.yaml"
    file.write_text(_FLOW, encoding="utf-8")
    return str(file)


@pytest.fixture
def people(keyturn: Keyturn) -> Keyturn:
    assert keyturn("tables", "create", "people", "--column", "Login:text:unique", "--column", "Age:number").code == 0
    return keyturn


def test_files_are_checked_with_the_tables_of_a_server(people: Keyturn, flow: str) -> None:
    assert people("check", flow).code == 0
    said = people("check", flow, "--server", "--json")
    assert said.code == 1
    found = [(problem["code"], problem["line"], problem["field"]) for problem in said.json]
    assert found == [("unknown-column", 6, "fields"), ("unknown-table", 7, "table")]
    assert "Did you mean 'Age'?" in said.json[0]["mend"]


def test_a_flow_that_names_what_is_not_there_is_not_published(people: Keyturn, flow: str) -> None:
    refused = people("flows", "push", flow)
    assert refused.code == 1
    assert "The table 'people' has no column 'Agee'" in refused.out
    assert people("tables", "create", "persons", "--column", "Login:text").code == 0
    Path(flow).write_text(_FLOW.replace("Agee", "Age"), encoding="utf-8")
    assert people("flows", "push", flow).code == 0
    assert people("check", flow, "--server").code == 0
