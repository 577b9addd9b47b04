"""keyturn files and keyturn delegated, over HTTP."""

from __future__ import annotations

from pathlib import Path

import orjson
from support_cli import Keyturn
from support_server import Site


def test_files_are_sent_listed_read_and_removed(keyturn: Keyturn, tmp_path: Path) -> None:
    assert "No files yet" in keyturn("files", "list").out
    source, out = tmp_path / "people.csv", tmp_path / "out.csv"
    source.write_bytes(b"Login\r\nada\r\n" * 50_000)
    value = orjson.loads(keyturn("files", "put", str(source)).out)
    assert (value["name"], value["size"], value["type"]) == ("people.csv", 600_000, "text/csv")
    assert "people.csv" in keyturn("files", "list").out
    shown = keyturn("files", "show", value["file"]).json
    assert (shown["size"], shown["made_by"]) == (600_000, "operator")
    assert keyturn("files", "get", value["file"], str(out)).out == f"{out} is written.\n"
    assert out.read_bytes() == source.read_bytes()
    assert (
        keyturn("files", "put", str(source), "--name", "a.txt", "--type", "text/x", "--json").json["type"] == "text/x"
    )
    assert keyturn("files", "remove", value["file"]).code == 0
    gone = keyturn("files", "get", value["file"], str(out))
    assert gone.code == 1
    assert "There is no file" in gone.err


def test_a_damaged_file_is_noticed(keyturn: Keyturn, site: Site, tmp_path: Path) -> None:
    source = tmp_path / "a.txt"
    source.write_bytes(b"x" * 10_000)
    value = orjson.loads(keyturn("files", "put", str(source)).out)
    site.contents.kept = dict.fromkeys(site.contents.kept, b"y" * 10_000)
    damaged = keyturn("files", "get", value["file"], str(tmp_path / "b.txt"))
    assert damaged.code != 0


def test_delegated_flows_are_listed_and_run(keyturn: Keyturn, tmp_path: Path) -> None:
    assert "No delegated flows" in keyturn("delegated", "list").out
    flow = tmp_path / "reset.yaml"
    flow.write_text("id: reset\nname: Reset\nevent: {card: delegated, outputs: {login: text}}\n", encoding="utf-8")
    assert keyturn("flows", "push", str(flow)).code == 0
    assert "login: text" in keyturn("delegated", "list").out
    assert "is queued" in keyturn("delegated", "run", "reset", "--input", "login=ada").out
    assert keyturn("delegated", "run", "reset", "--input", "login").code == 2
    assert keyturn("delegated", "run", "reset", "--input", "nothing=1").code == 1
