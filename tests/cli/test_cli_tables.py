"""keyturn tables, over HTTP."""

from __future__ import annotations

from pathlib import Path

import pytest
from support_cli import Keyturn


@pytest.fixture
def people(keyturn: Keyturn) -> Keyturn:
    said = keyturn("tables", "create", "people", "--column", "Login:text:unique", "--column", "Age:number")
    assert (said.code, said.out) == (0, "people is there: Login, Age.\n")
    return keyturn


def test_tables_are_made_listed_shown_and_removed(people: Keyturn) -> None:
    assert "Login, Age" in people("tables", "list").out
    shown = people("tables", "show", "people").out
    assert "unique" in shown
    assert "0 rows." in shown
    assert people("tables", "show", "people", "--json").json["rows"] == 0
    assert people("tables", "delete", "people", "--yes").out == "people is gone.\n"
    gone = people("tables", "show", "people")
    assert gone.code == 1
    assert "There is no table 'people'" in gone.err
    assert "No tables yet" in people("tables", "list").out


def test_rows_are_made_changed_shown_and_removed(people: Keyturn) -> None:
    assert people("tables", "put", "people", "--set", "Login=ada", "--set", "Age=36").code == 0
    [row] = people("tables", "rows", "people", "--json").json
    assert row["values"] == {"Login": "ada", "Age": 36}
    changed = people("tables", "put", "people", "--row", row["id"], "--set", "Age=37", "--json").json
    assert changed["values"] == {"Login": "ada", "Age": 37}
    assert "37" in people("tables", "rows", "people", "--where", '{"column": "Age", "is": ">", "b": 1}').out
    assert people("tables", "rows", "people", "--where", "Age > 1").code == 2
    assert people("tables", "put", "people", "--set", "Age=old").code == 1
    assert people("tables", "put", "people", "--set", "Age").code == 2
    assert people("tables", "remove", "people", row["id"]).code == 0
    assert people("tables", "remove", "people", row["id"]).code == 1
    assert "No such rows" in people("tables", "rows", "people").out


def test_a_row_is_changed_only_if_it_meets_a_condition(people: Keyturn) -> None:
    assert people("tables", "put", "people", "--set", "Login=ada", "--set", "Age=36").code == 0
    [row] = people("tables", "rows", "people", "--json").json
    put, young = ("tables", "put", "people", "--set", "Age=37"), '{"column": "Age", "is": "=", "b": "36"}'
    changed = people(*put, "--row", row["id"], "--only-if", young)
    assert (changed.code, changed.out) == (0, f"Row {row['id']} is changed.\n")
    again = people(*put, "--row", row["id"], "--only-if", young)
    assert (again.code, again.out) == (1, "")
    assert "does not meet the condition; nothing was changed" in again.err
    told = people(*put, "--row", row["id"], "--only-if", young, "--json")
    assert (told.code, told.json) == (1, {"updated": False})
    assert people("tables", "rows", "people", "--json").json[0]["values"] == {"Login": "ada", "Age": 37}
    assert "is no JSON" in people(*put, "--row", row["id"], "--only-if", "Age = 36").err
    assert people(*put, "--row", row["id"], "--only-if", '{"column": "Height", "is": "empty"}').code == 1
    alone = people(*put, "--only-if", young)
    assert alone.code == 2
    assert "--row" in alone.err
    gone = people(*put, "--row", "01a20ddd-f215-74ec-b0d1-ce11bebe3794", "--only-if", young)
    assert gone.code == 1
    assert len(people("tables", "rows", "people", "--json").json) == 1, "a condition makes no new row"


def test_csv_goes_in_and_out(people: Keyturn, tmp_path: Path) -> None:
    file, out = tmp_path / "in.csv", tmp_path / "out.csv"
    many = "".join(f"user{number},{number}\n" for number in range(2500))
    file.write_text(f"Login,Age\n{many}", encoding="utf-8")
    said = people("tables", "import", "people", str(file))
    assert (said.code, said.out) == (0, "2500 read, 2500 created, 0 updated, 0 refused.\n")
    assert people("tables", "export", "people", str(out)).code == 0
    assert out.read_text(encoding="utf-8").replace("\r\n", "\n") == file.read_text(encoding="utf-8")
    assert people("tables", "export", "people", "--column", "Age").out.startswith("Age\n0\n1\n")
    assert people("tables", "clear", "people", "--yes").out == "2500 rows are gone.\n"


def test_refused_rows_are_told_with_their_lines(people: Keyturn, tmp_path: Path) -> None:
    file = tmp_path / "in.csv"
    file.write_text("Login,Age\nada,old\nbob,1\n", encoding="utf-8")
    said = people("tables", "import", "people", str(file))
    assert said.code == 1
    assert f"{file}:2: The value of 'Age' cannot be used" in said.out
    assert "2 read, 1 created, 0 updated, 1 refused." in said.out
    file.write_text("Login;Age\nada;1\n", encoding="utf-8")
    refused = people("tables", "import", "people", str(file))
    assert refused.code == 1
    assert "has no column 'Login;Age'" in refused.err
    assert people("tables", "import", "people", str(file), "--delimiter", ";", "--json").json["created"] == 1
    file.write_bytes(b"Login\n" + b"x\n" * 2000 + b"\xff\n" * 200_000)
    stopped = people("tables", "import", "people", str(file))
    assert stopped.code == 1
    assert "It stopped:" in stopped.err
    assert people("tables", "import", "people", str(tmp_path / "none.csv")).code == 2


def test_what_removes_asks_first(people: Keyturn) -> None:
    assert people("tables", "clear", "people").code == 1
    assert people("tables", "delete", "people").code == 1
    assert people("tables", "show", "people").code == 0
