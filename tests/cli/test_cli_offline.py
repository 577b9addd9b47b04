"""Commands that need no server: check, cards, and what is said when nobody answers."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from support_cli import Keyturn
from support_server import EXAMPLES

_NOT_JUDGED = "Connections were not judged: give --connections FILE, or --server."
BROKEN = """\
id: broken
name: Broken
event: {card: manual}
cards:
  - id: a
    card: text.compse
    inputs: {text: hi}
  - id: b
    card: text.compose
    inputs: {text: "{{ nobody.output }}"}
  - id: c
    card: flow.call
    call: {flow: not-here}
"""


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_the_examples_have_no_problems(offline: Keyturn) -> None:
    said = offline("check", str(EXAMPLES))
    assert (said.code, said.out) == (0, f"3 files, 0 errors, 0 warnings.\n{_NOT_JUDGED}\n")


def test_every_problem_has_file_line_card_field_and_mend(offline: Keyturn, tmp_path: Path) -> None:
    path = write(tmp_path, "broken.yaml", BROKEN)
    said = offline("check", str(tmp_path))
    assert said.code == 1
    assert f"error {path}:6 (card a, field card)" in said.out
    assert "Did you mean 'text.compose'" in said.out
    assert f"error {path}:10 (card b, field text)" in said.out
    assert "not-here" in said.out
    assert "1 files, 3 errors, 0 warnings." in said.out


def test_problems_as_json_for_programs(offline: Keyturn, tmp_path: Path) -> None:
    path = write(tmp_path, "broken.yaml", BROKEN)
    said = offline("check", str(path), "--json")
    assert said.code == 1
    rows = said.json
    assert [(row["card"], row["line"], row["severity"]) for row in rows] == [
        ("a", 6, "error"),
        ("b", 10, "error"),
        ("c", 13, "error"),
    ]
    assert all(row["file"] == str(path) and row["mend"] for row in rows)


def test_files_are_checked_against_each_other(offline: Keyturn, tmp_path: Path) -> None:
    write(tmp_path, "broken.yaml", BROKEN)
    write(tmp_path, "other.yaml", "id: not-here\nname: Here after all\nevent: {card: helper}\n")
    cards = {row["card"] for row in offline("check", str(tmp_path), "--json").json}
    assert cards == {"a", "b"}


def test_a_file_that_is_not_yaml_or_not_text_is_a_problem(offline: Keyturn, tmp_path: Path) -> None:
    write(tmp_path, "bad.yaml", "id: x\nname: [\n")
    (tmp_path / "binary.yaml").write_bytes(b"\xff\xfe\x00")
    codes = {row["code"] for row in offline("check", str(tmp_path), "--json").json}
    assert codes == {"bad-yaml", "unreadable-file"}


def test_connections_are_judged_by_a_file_and_else_said_not_to_be(offline: Keyturn, tmp_path: Path) -> None:
    card = "{id: a, card: okta.read_user, connection: CONN, inputs: {user: u}}"
    flow = f"id: x\nname: X\nevent: {{card: manual}}\ncards:\n  - {card}\n"
    known = tmp_path / "known"
    known.write_text("mine: {connector: okta, kind: bearer, base_url: 'https://a.example', secrets: {token: t}}\n")
    write(tmp_path, "x.yaml", flow.replace("CONN", "mine"))
    unjudged = offline("check", str(tmp_path / "x.yaml"))
    assert _NOT_JUDGED in unjudged.out
    rows = offline("check", str(tmp_path / "x.yaml"), "--json")
    assert "not judged" in rows.err
    judged = offline("check", str(tmp_path / "x.yaml"), "--connections", str(known))
    assert (judged.code, "not judged" in judged.out) == (0, False), judged.out
    write(tmp_path, "x.yaml", flow.replace("CONN", "nobodys"))
    wrong = offline("check", str(tmp_path / "x.yaml"), "--connections", str(known), "--json")
    assert (wrong.code, [row["code"] for row in wrong.json]) == (1, ["unknown-connection"])
    assert offline("check", str(tmp_path / "x.yaml"), "--connections", str(tmp_path / "none")).code == 1


def test_a_connection_of_a_file_needs_no_address_where_all_customers_have_one(offline: Keyturn, tmp_path: Path) -> None:
    known = tmp_path / "known"
    known.write_text("mine: {connector: github, kind: bearer, secrets: {token: ghp_0123456789}}\n")
    card = "{id: a, card: github.read_user, connection: mine, inputs: {user: u}}"
    write(tmp_path, "x.yaml", f"id: x\nname: X\nevent: {{card: manual}}\ncards:\n  - {card}\n")
    said = offline("run", str(tmp_path / "x.yaml"), "--connections", str(known), KEYTURN_EGRESS_ALLOW="127.0.0.1")
    assert "api.github.com" in said.out + said.err
    assert "Field required" not in said.out + said.err


def test_a_path_that_is_not_there_or_holds_no_flow_is_wrong_usage(offline: Keyturn, tmp_path: Path) -> None:
    assert offline("check", str(tmp_path / "none")).code == 2
    said = offline("check", str(tmp_path))
    assert (said.code, said.err) == (2, "There are no flow files (*.yaml) here.\n")


def test_cards_need_no_server(offline: Keyturn) -> None:
    said = offline("cards", "compose")
    assert said.code == 0
    assert "text.compose" in said.out
    for words, wanted in (("delete account", "okta.delete_user"), ("disable account", "google_workspace.suspend_user")):
        assert wanted in offline("cards", words).out
    keys = [card["key"] for card in offline("cards", "--json").json]
    assert {"text.compose", "branch.if", "okta.custom_api_action", "okta.user_suspended"} <= set(keys)
    assert offline("cards", "zzz").out.strip() == "No card matches."


@pytest.mark.parametrize(
    "arguments",
    [("flows", "list"), ("runs", "list"), ("connections", "list"), ("admin", "doctor"), ("flows", "show", "x")],
)
def test_a_server_that_does_not_answer_is_exit_code_3(offline: Keyturn, arguments: tuple[str, ...]) -> None:
    said = offline(*arguments)
    assert said.code == 3
    assert "does not answer" in said.err
    assert "keyturn server" in said.err
    assert said.out == ""


@pytest.mark.parametrize("address", ["127.0.0.1:8450", "ftp://x", "http://", "nonsense", ""])
def test_an_address_that_is_none_says_so(offline: Keyturn, address: str) -> None:
    said = offline("flows", "list", "--url", address)
    assert said.code == 3
    assert "KEYTURN_URL" in said.err


def test_a_token_with_strange_characters_says_so(offline: Keyturn) -> None:
    for token in ("kt_\n", "kt_ü"):
        said = offline("flows", "list", "--token", token)
        assert said.code == 4
        assert "KEYTURN_TOKEN" in said.err


def test_bad_settings_are_named(offline: Keyturn) -> None:
    said = offline("server", KEYTURN_PORT="many", KEYTURN_LEASE_SECONDS="0")
    assert said.code == 2
    assert "KEYTURN_PORT" in said.err
    assert "KEYTURN_LEASE_SECONDS" in said.err


@pytest.mark.parametrize("command", [("cards", "--docs"), ("sandbox", "serve", "--urls")])
def test_a_place_that_cannot_be_written_is_told(offline: Keyturn, tmp_path: Path, command: tuple[str, ...]) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    said = offline(*command, str(tmp_path / "file" / "in-it" / "there"))
    assert said.code == 2
    assert "Not a directory" in said.err


def test_inputs_that_are_no_json_object_are_wrong_usage(offline: Keyturn) -> None:
    file = str(EXAMPLES / "office-365-offboarding.yaml")
    for text in ("{", "[]", "null"):
        assert offline("run", file, "--input", text).code == 2
    assert offline("run", "no-such-file.yaml").code == 2


GREET = """\
id: greet
name: Greet
event: {card: manual, outputs: {name: text}}
cards:
  - {id: hello, card: text.compose, inputs: {text: "Hello {{ event.name }}"}}
  - {id: give, card: flow.return, inputs: {greeting: "{{ hello.output }}"}}
"""


def test_a_flow_is_tried_out_without_a_server(offline: Keyturn, tmp_path: Path) -> None:
    file = str(write(tmp_path, "greet.yaml", GREET))
    said = offline("run", file, "--input", '{"name": "Ada"}')
    assert said.code == 0
    assert "+ hello" in said.out
    assert "Hello Ada" in said.out
    tried = offline("run", file, "--input", '{"name": "Ada"}', "--json").json
    assert (tried["run"]["status"], tried["run"]["outputs"]) == ("succeeded", {"greeting": "Hello Ada"})


def test_a_flow_with_problems_is_not_tried_out(offline: Keyturn, tmp_path: Path) -> None:
    file = str(write(tmp_path, "broken.yaml", BROKEN))
    said = offline("run", file)
    assert said.code == 1
    assert said.out.count("broken.yaml:6 (card a, field card)") == 1
    told = offline("run", file, "--json")
    assert told.code == 1
    assert ("a", "card", 6) in [(problem["card"], problem["field"], problem["line"]) for problem in told.json]


CALLS = """\
id: calls
name: Calls
event: {card: manual}
cards:
  - {id: one, card: flow.call, call: {flow: helps, with: {}}}
"""
HELPS = "id: helps\nname: Helps\nevent: {card: helper}\ncards: []\n"


def test_only_what_a_flow_reaches_by_calls_has_to_be_right(offline: Keyturn, tmp_path: Path) -> None:
    file = str(write(tmp_path, "calls.yaml", CALLS))
    write(tmp_path, "helps.yaml", HELPS)
    write(tmp_path, "other.yaml", BROKEN)
    write(tmp_path, "again.yaml", BROKEN.replace("id: broken", "id: calls", 1))
    write(tmp_path, "shape.yaml", "id: shape\nname: S\ncrads: []\n")
    write(tmp_path, "known.yaml", "id: known\nname: [\n")
    write(tmp_path, "mine.yaml", "okta: {connector: okta}\n")
    said = offline("run", file)
    assert (said.code, said.err) == (0, ""), said
    write(tmp_path, "odd.yaml", "name: [\n")
    write(tmp_path, "helps.yml", HELPS.replace("name: Helps", "name: Others"))
    warned = offline("run", file, "--json")
    assert (warned.code, warned.json["run"]["status"]) == (0, "succeeded"), warned
    assert ("odd.yaml:" in warned.err, "helps.yml [flow helps, field id]: Two flows" in warned.err) == (True, True)
    write(tmp_path, "helps-old.yaml", HELPS.replace("card: helper", "card: nothing"))
    refused = offline("run", file)
    assert (refused.code, "'nothing'" in refused.out, "helps.yaml (field id): Two flows" in refused.out) == (
        1,
        True,
        True,
    )


def test_a_helper_that_is_called_has_to_be_right(offline: Keyturn, tmp_path: Path) -> None:
    file = str(write(tmp_path, "calls.yaml", CALLS))
    write(tmp_path, "odd.yaml", "name: [\n")
    lost = offline("run", file)
    assert (lost.code, "no flow 'helps'" in lost.out, "odd.yaml:" in lost.out) == (1, True, True), lost
    for text, words in (
        (HELPS + "crads: []\n", "helps.yaml:5"),
        (HELPS + "more: [\n", "This is not YAML"),
        (HELPS.replace("[]", "[{id: a, card: no.card}]"), "no.card"),
    ):
        write(tmp_path, "helps.yaml", text)
        said = offline("run", file)
        assert (said.code, words in said.out, "no flow 'helps'" in said.out) == (1, True, False), said


def test_a_port_that_is_taken_keeps_the_server_from_starting(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        command = [sys.executable, "-m", "keyturn.cli.main", "server", "--port", str(taken.getsockname()[1])]
        environment = {**os.environ, "KEYTURN_DATA": str(tmp_path), "KEYTURN_HOST": "127.0.0.1"}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert "cannot listen" in done.stderr
    assert "KEYTURN_PORT" in done.stderr
    assert "Traceback" not in done.stderr
    assert not list(tmp_path.iterdir())


def test_authorities_that_cannot_be_read_keep_the_server_from_starting(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "keyturn.cli.main", "server", "--port", "0"]
    environment = {**os.environ, "KEYTURN_DATA": str(tmp_path), "KEYTURN_CA_FILE": str(tmp_path / "ca.pem")}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert "Keyturn cannot start" in done.stderr
    assert done.stderr.count("Name a file") == 1
    assert "Traceback" not in done.stderr


def test_an_input_that_the_flow_does_not_take_is_refused(offline: Keyturn, tmp_path: Path) -> None:
    event = "event: {card: manual, outputs: {name: text}}"
    file = write(tmp_path, "greet.yaml", f"id: greet\nname: Greet\n{event}\ncards: []\n")
    said = offline("run", str(file), "--input", '{"nam": "Ada"}')
    assert said.code == 1
    assert "The flow has no input 'nam'." in said.out + said.err
    assert "Its inputs are name." in said.out + said.err


def test_why_a_card_failed_that_went_on_is_in_its_line(offline: Keyturn, tmp_path: Path) -> None:
    card = "{id: half, card: number.divide, inputs: {a: 1, b: 0}, on_error: {then: continue}}"
    file = write(tmp_path, "half.yaml", f"id: half\nname: Half\nevent: {{card: manual}}\ncards:\n  - {card}\n")
    said = offline("run", str(file))
    assert said.code == 0, said.out + said.err
    lines = said.out.splitlines()
    (at,) = [number for number, line in enumerate(lines) if "x half" in line]
    assert "went on, although: " in lines[at + 1]


TWICE = """\
id: twice
name: Twice
event: {card: manual}
cards:
  - id: a
    card: text.compose
    inputs: {text: one}
    inputs: {text: "{{ lost.output }}"}
  - id: b
    card: text.compose
    inputs: {txt: "{{ nobody.output }}"}
"""


def test_a_key_that_stands_twice_hides_nothing_else(offline: Keyturn, tmp_path: Path) -> None:
    write(tmp_path, "twice.yaml", TWICE)
    rows = offline("check", str(tmp_path), "--json").json
    assert [(row["code"], row["line"]) for row in rows] == [
        ("duplicate-key", 8),
        ("unknown-input", 11),
        ("unknown-reference", 11),
    ]
    assert {row["flow"] for row in rows} == {"twice"}


def test_of_a_key_that_stands_twice_only_one_value_is_judged(offline: Keyturn, tmp_path: Path) -> None:
    first = TWICE.split("  - id: b")[0]
    text = first.replace("inputs: {text: one}", "inputs: {}").replace("lost.output", "a_b")
    later = (
        '  - {id: c, card: text.compose, inputs: {text: "{{ d.output }}"}}\ncards:\n  - {id: d, card: text.compose}\n'
    )
    write(tmp_path, "twice.yaml", text + later)
    rows = offline("check", str(tmp_path), "--json").json
    assert [row["code"] for row in rows] == ["duplicate-key", "duplicate-key"]


def test_two_files_of_one_flow_are_told_even_if_one_has_another_fault(offline: Keyturn, tmp_path: Path) -> None:
    write(tmp_path, "a.yaml", "id: same\nname: A\nevent: {card: manual}\ncrads: []\n")
    write(tmp_path, "b.yaml", "id: same\nname: B\nevent: {card: manual}\n")
    write(tmp_path, "c.yaml", "id: same\nname: [\n")
    rows = offline("check", str(tmp_path), "--json").json
    found = [(Path(row["file"]).name, row["code"]) for row in rows]
    assert found == [
        ("a.yaml", "unknown-key"),
        ("b.yaml", "duplicate-flow"),
        ("c.yaml", "duplicate-flow"),
        ("c.yaml", "bad-yaml"),
    ]


def test_cards_of_a_server_s_own_data_say_that_they_need_one(offline: Keyturn, tmp_path: Path) -> None:
    file = tmp_path / "note.yaml"
    card = "{id: note, card: file.from_text, inputs: {text: hello}}"
    file.write_text(f"id: note\nname: Note\nevent: {{card: manual}}\ncards: [{card}]\n", encoding="utf-8")
    said = offline("run", str(file))
    assert said.code == 1
    assert "a flow that is tried out from a file has none" in said.out
    assert "keyturn flows push" in said.out
