"""keyturn folders, over HTTP."""

from __future__ import annotations

from pathlib import Path

from support_cli import Keyturn


def test_folders_are_made_shown_as_a_tree_and_removed(keyturn: Keyturn) -> None:
    assert "No folders yet" in keyturn("folders", "list").out
    assert keyturn("folders", "put", "people", "--name", "People").out == "The folder people is there.\n"
    assert keyturn("folders", "put", "leavers", "--name", "Leavers", "--parent", "people").code == 0
    assert keyturn("folders", "put", "apps").code == 0
    changed = keyturn("folders", "put", "leavers", "--about", "Who goes", "--json").json
    assert (changed["name"], changed["about"], changed["parent"]) == ("Leavers", "Who goes", "people")
    lines = [line.split()[0] for line in keyturn("folders", "list").out.splitlines()[2:] if line.strip()]
    assert lines[-3:] == ["apps", "people", "leavers"]
    assert [row["id"] for row in keyturn("folders", "list", "--json").json] == ["apps", "leavers", "people"]
    refused = keyturn("folders", "remove", "people")
    assert refused.code == 1
    assert "Move or remove what is in it first" in refused.err
    assert keyturn("folders", "put", "leavers", "--parent", "", "--json").json["parent"] is None
    assert keyturn("folders", "remove", "people").code == 0


def test_flows_are_moved_and_listed_by_folder(keyturn: Keyturn, tmp_path: Path) -> None:
    file = tmp_path / "small.yaml"
    file.write_text("id: small\nname: Small\nfolder: leavers\nevent: {card: manual}\n", encoding="utf-8")
    assert keyturn("flows", "push", str(file)).code == 0
    assert [row["id"] for row in keyturn("flows", "list", "--folder", "leavers", "--json").json] == ["small"]
    assert keyturn("folders", "move", "small").out == "small is at the top.\n"
    assert keyturn("flows", "list", "--folder", "leavers", "--json").json == []
    assert keyturn("folders", "move", "small", "leavers", "--json").json["folder"] == "leavers"
    refused = keyturn("folders", "move", "small", "nobody")
    assert refused.code == 1
    assert "There is no folder 'nobody'" in refused.err


def test_a_folder_is_exported_and_imported_elsewhere(keyturn: Keyturn, tmp_path: Path) -> None:
    flow, file = tmp_path / "small.yaml", tmp_path / "people.json"
    flow.write_text("id: small\nname: Small\nfolder: leavers\nevent: {card: manual}\n", encoding="utf-8")
    assert keyturn("folders", "put", "people", "--name", "People").code == 0
    assert keyturn("folders", "put", "leavers", "--parent", "people").code == 0
    assert keyturn("flows", "push", str(flow)).code == 0
    assert keyturn("folders", "export", "people", str(file)).out == f"{file} is written.\n"
    assert keyturn("folders", "move", "small").code == 0
    assert keyturn("folders", "remove", "leavers").code == 0
    assert keyturn("folders", "put", "top").code == 0
    for _ in range(2):
        said = keyturn("folders", "import", str(file), "--parent", "top")
        assert said.out == "2 folders and 1 flows are there.\n"
    rows = keyturn("folders", "list", "--json").json
    assert {row["id"]: row["parent"] for row in rows} == {"leavers": "people", "people": "top", "top": None}
    assert keyturn("flows", "list", "--folder", "leavers", "--json").json[0]["version"] == 1
    other = tmp_path / "other.json"
    other.write_text("{}")
    assert keyturn("folders", "import", str(other)).code == 2
    assert keyturn("folders", "export", "nobody").code == 1
