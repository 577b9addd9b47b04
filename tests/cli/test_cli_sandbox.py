"""Sandbox commands, against a sandbox that runs as a process of its own."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest
from support.certificates import self_signed
from support_cli import Keyturn, wait_for_file


@contextlib.contextmanager
def running(file: Path, *options: str) -> Iterator[Keyturn]:
    """The command, with a sandbox running."""
    command = [sys.executable, "-m", "keyturn.cli.main", "sandbox", "serve", "--urls", str(file), *options]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for_file(file, process)
        yield Keyturn({"KEYTURN_SANDBOX_URLS": str(file)})
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    assert not file.exists()


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Keyturn]:
    """The command, with a sandbox running."""
    with running(tmp_path / "sandbox.json") as found:
        yield found


def test_people_addresses_suspension_and_ledger(sandbox: Keyturn) -> None:
    urls = sandbox("sandbox", "urls", "--json").json
    assert {"okta", "graph", "google", "slack", "scim", "recorder", "mail"} <= set(urls)
    assert urls["okta"]["base_url"] in sandbox("sandbox", "urls").out
    people = sandbox("sandbox", "users", "--json").json
    assert len(people) >= 60
    login = people[5]["login"]
    assert login in sandbox("sandbox", "users").out
    said = sandbox("sandbox", "suspend", login)
    assert (said.code, said.out) == (0, f"{login} is suspended in Okta.\n")
    rows = sandbox("sandbox", "ledger", "--json").json
    assert any(row["path"].endswith("/lifecycle/suspend") for row in rows)
    last = rows[-1]["seq"]
    assert sandbox("sandbox", "ledger", "--since", str(last), "--json").json == []
    shown = sandbox("sandbox", "ledger").out
    assert "Run" in shown.partition("suspend")[0].split()
    nobody = sandbox("sandbox", "suspend", "nobody@nowhere.example")
    assert (nobody.code, nobody.out) == (1, "")
    assert nobody.err == "There is nobody with the login 'nobody@nowhere.example'.\nList them: keyturn sandbox users\n"


def test_a_person_is_shown_faults_are_set_and_the_first_day_comes_back(sandbox: Keyturn) -> None:
    login = "eva.horvat@northwind.example"
    sandbox("sandbox", "suspend", login)
    shown = sandbox("sandbox", "show", login)
    assert shown.code == 0
    assert {"Eva", "SUSPENDED", "SPE_E3,"} <= set(shown.out.split())
    assert sandbox("sandbox", "show", login, "--json").json["okta"]["status"] == "SUSPENDED"
    assert sandbox("sandbox", "show", "nobody@nowhere.example").code == 1
    assert sandbox("sandbox", "fault").out == "No faults are on.\n"
    assert "graph:500x2" in sandbox("sandbox", "fault", "graph:500x2", "okta:drop@lifecycle").out
    assert [row["fault"] for row in sandbox("sandbox", "fault", "--json").json] == [
        "graph:500x2",
        "okta:drop@lifecycle",
    ]
    wrong = sandbox("sandbox", "fault", "graph:boom")
    assert (wrong.code, "kinds are" in wrong.err) == (1, True)
    assert sandbox("sandbox", "operations", "graph", "--search", "post revokeSignInSessions").out.startswith("POST /v1")
    listed = sandbox("sandbox", "operations", "graph", "--most", "3")
    assert len(listed.out.splitlines()) == 3
    more = int(listed.err.split(" more: --search WORDS, or --most ")[0])
    assert listed.err == f"{more} more: --search WORDS, or --most {more + 3}.\n"
    assert len(sandbox("sandbox", "operations", "graph", "--most", str(more + 3), "--json").json) == more + 3
    timed = sandbox("sandbox", "fault", "okta:429=30x2", "graph:slow=5", "--json").json
    assert [(row["fault"], row["seconds"]) for row in timed] == [("okta:429=30x2", 30), ("graph:slow=5", 5)]
    assert "429 and 503 but for mail do" in sandbox("sandbox", "fault", "graph:500=5").err
    assert "not known beforehand" in sandbox("sandbox", "operations", "recorder").out
    assert "graph has no operation 'GET /x'" in sandbox("sandbox", "fault", "graph:500@=GET /x").err
    both = sandbox("sandbox", "fault", "graph:500", "--clear")
    assert (both.code, "or say --clear" in both.err) == (2, True)
    assert len(sandbox("sandbox", "fault", "--json").json) == 2, "nothing was changed"
    assert sandbox("sandbox", "fault", "--clear", "--json").json == []
    kept = "Tokens that they have stay as they are.\n"
    ended = "All tokens of okta that came of a person's consent have ended: people sign in again.\n"
    some = sandbox("sandbox", "consent", "okta", "okta.users.read").out
    assert some == f"From now on apps of okta get no more than okta.users.read. {kept}"
    both = sandbox("sandbox", "consent", "okta", "--all", "--revoke").out
    assert both == f"From now on apps of okta get every scope that they ask for. {kept}{ended}"
    assert sandbox("sandbox", "consent", "okta", "--revoke").out == ended
    assert sandbox("sandbox", "consent", "okta", "okta.users.read", "--all").code == 2
    assert (sandbox("sandbox", "consent", "okta").code, sandbox("sandbox", "consent", "moon", "--all").code) == (2, 1)
    assert "okta takes 600 requests" in sandbox("sandbox", "limit", "okta", "600").out
    assert "any number" in sandbox("sandbox", "limit", "okta", "0").out
    first_day = "Everybody and everything in the tenants is as on the first day; faults and limits are off.\n"
    gone = "Tokens, Okta's System Log and the ledger stay.\n"
    assert sandbox("sandbox", "reset").out == first_day + (
        "Tokens, Okta's System Log, the ledger, event hooks, subscriptions and channels stay (--hooks removes the last "
        "three).\n"
    )
    google = sandbox("sandbox", "urls", "--json").json["google"]
    asked = {"id": "c1", "type": "web_hook", "address": "http://127.0.0.1:9/nobody-is-there"}
    watch = f"{google['base_url']}/admin/directory/v1/users/watch?customer=my_customer&event=update"
    headers = {"Authorization": f"Bearer {google['token']}", "Content-Type": "application/json"}
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    opener.open(urllib.request.Request(watch, orjson.dumps(asked), headers), timeout=30).close()
    dropped = "1 delivery to event hooks, subscriptions or channels had not arrived yet, and is dropped.\n"
    assert sandbox("sandbox", "reset", "--hooks").out == first_day + gone + dropped
    assert sandbox("sandbox", "show", login, "--json").json["okta"]["status"] == "ACTIVE"


def test_every_command_reaches_a_sandbox_with_a_certificate_of_its_own(tmp_path: Path) -> None:
    ca_file, _ = self_signed(tmp_path)
    login = "eva.horvat@northwind.example"
    file = tmp_path / "sandbox.json"
    with running(file, "--tls-cert", str(tmp_path / "both.pem")) as keyturn:
        for command in (
            ("users",),
            ("show", login),
            ("suspend", login),
            ("fault", "graph:500"),
            ("operations", "graph"),
            ("ledger",),
            ("consent", "okta", "--all"),
            ("limit", "okta", "0"),
            ("reset",),
        ):
            said = keyturn("sandbox", *command)
            assert said.code == 0, (command, said.err)
        urls = keyturn("sandbox", "urls", "--json").json
        assert urls["okta"]["base_url"].startswith("https://")
        assert {fields["ca_file"] for fields in urls.values()} == {str(tmp_path / "both.pem")}
        # the same without the certificate's name, as another program may have written it down
        bare = tmp_path / "bare.json"
        bare.write_bytes(orjson.dumps({name: {**fields, "ca_file": ""} for name, fields in urls.items()}))
        said = Keyturn({"KEYTURN_SANDBOX_URLS": str(bare)})("sandbox", "users")
        assert (said.code, "KEYTURN_CA_FILE" in said.err) == (3, True)
        named = Keyturn({"KEYTURN_SANDBOX_URLS": str(bare), "KEYTURN_CA_FILE": str(ca_file)})
        assert named("sandbox", "users").code == 0


def test_a_sandbox_that_does_not_run_is_exit_code_3(tmp_path: Path) -> None:
    keyturn = Keyturn({"KEYTURN_SANDBOX_URLS": str(tmp_path / "none.json")})
    for arguments in (
        ("users",),
        ("urls",),
        ("ledger",),
        ("suspend", "ada@example.com"),
        ("show", "a"),
        ("fault",),
        ("reset",),
    ):
        said = keyturn("sandbox", *arguments)
        assert said.code == 3
        assert "Start it first" in said.err


def test_a_port_that_leaves_no_room_for_eight_is_told(tmp_path: Path) -> None:
    keyturn = Keyturn({"KEYTURN_SANDBOX_URLS": str(tmp_path / "none.json")})
    for port, end in (("99999", "65528"), ("65529", "65528"), ("-1", "0")):
        said = keyturn("sandbox", "serve", "--port", port)
        assert (said.code, f"equal to {end}" in said.err) == (2, True)


def test_a_fault_that_there_is_not_is_told(tmp_path: Path) -> None:
    keyturn = Keyturn({"KEYTURN_SANDBOX_URLS": str(tmp_path / "none.json"), "KEYTURN_FAULT": "moon:500"})
    said = keyturn("sandbox", "serve")
    assert said.code == 3
    assert "moon" in said.err


def test_a_certificate_that_is_none_is_told(tmp_path: Path) -> None:
    junk, urls = tmp_path / "junk.pem", tmp_path / "urls.json"
    junk.write_text("junk")
    said = Keyturn({"KEYTURN_SANDBOX_URLS": str(urls)})("sandbox", "serve", "--tls-cert", str(junk))
    assert (said.code, f"{junk}, for certificate and key alike, cannot be used" in said.err) == (3, True)
    assert not urls.exists()


def test_the_addresses_of_a_sandbox_that_was_killed_are_not_told(tmp_path: Path) -> None:
    file = tmp_path / "sandbox.json"
    command = [sys.executable, "-m", "keyturn.cli.main", "sandbox", "serve", "--urls", str(file)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    keyturn = Keyturn({"KEYTURN_SANDBOX_URLS": str(file)})
    try:
        wait_for_file(file, process)
        assert keyturn("sandbox", "urls").code == 0
    finally:
        process.kill()
        process.wait(20)
    assert file.exists()
    for options in ([], ["--json"]):
        said = keyturn("sandbox", "urls", *options)
        assert (said.code, said.out) == (3, "")
        assert f"The sandbox whose addresses are in {file} does not answer" in said.err
