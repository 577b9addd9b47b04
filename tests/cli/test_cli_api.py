"""Commands that call a server: flows, runs, connections, doctor."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from pathlib import Path
from uuid import UUID

from support_cli import Keyturn
from support_server import EXAMPLES, Site
from support_stores import START

from keyturn.access.permissions import Permission
from keyturn.app.services import Finding
from keyturn.engine.ports import JournalRecord, JournalState, Run, RunStatus, TraceEntry
from keyturn.triggers.subscribe import Answer

FLOW = "office-365-offboarding"
BROKEN = """\
id: broken
name: Broken
event: {card: manual}
cards:
  - id: a
    card: okta.suspend_user
    connection: no-such-connection
    inputs: {user: ada}
"""


def failed_run(site: Site) -> Run:
    run_id = UUID(int=700)
    error = {"message": "Microsoft 365 answered 500.", "why": "It has a bad day.", "mend": "Run it again later."}
    run = Run(run_id, run_id, FLOW, 1, RunStatus.FAILED, {"Username": "ada@example.com"}, about="ada@example.com")
    site.runs.add(replace(run, error=error, started_at=START, ended_at=START.replace(second=1), cards=2))
    for card, status in (("account_url", "done"), ("disable", "failed")):
        entry = TraceEntry(run_id, card, card, "some.card", status, START, 1.0, warnings=(f"{card} warns.",))
        site.runs.entries.append(entry)
    site.runs.journal.append(JournalRecord(run_id, "disable", 1, JournalState.UNKNOWN, "some.card", "d", {}))
    return run


def test_flows_are_listed(keyturn: Keyturn) -> None:
    said = keyturn("flows", "list")
    assert said.code == 0
    assert FLOW in said.out
    found = keyturn("flows", "list", "office", "--json").json  # by its name, or by what it calls
    assert [row["id"] for row in found] == ["offboard-suspended-user", FLOW]


def test_rows_of_several_pages_come_as_one_list(keyturn: Keyturn) -> None:
    assert len(keyturn("flows", "list", "--most", "2", "--json").json) == 2
    assert len(keyturn("flows", "list", "--json").json) == 3


def test_a_flow_is_shown_as_yaml_and_as_json(keyturn: Keyturn, tmp_path: Path) -> None:
    shown = keyturn("flows", "show", FLOW)
    file = tmp_path / "shown.yaml"
    file.write_text(shown.out, encoding="utf-8")
    assert keyturn("check", str(file)).code == 0
    assert keyturn("flows", "show", FLOW, "--json").json["document"]["id"] == FLOW
    missing = keyturn("flows", "show", "none")
    assert (missing.code, missing.out) == (1, "")
    assert "There is no flow 'none'." in missing.err


def test_pushing_the_same_again_keeps_the_version(keyturn: Keyturn) -> None:
    said = keyturn("flows", "push", str(EXAMPLES))
    assert said.code == 0
    assert f"{FLOW} is at version 1" in said.out


def test_pushing_problems_tells_file_and_line(keyturn: Keyturn, tmp_path: Path) -> None:
    file = tmp_path / "broken.yaml"
    file.write_text(BROKEN, encoding="utf-8")
    said = keyturn("flows", "push", str(file))
    assert said.code == 1
    assert f"error {file}:7 (card a, field connection)" in said.out
    assert said.err == "Nothing was published.\n"
    (row,) = keyturn("flows", "push", str(file), "--json").json
    assert (row["code"], row["line"]) == ("unknown-connection", 7)


def test_pulling_writes_files_and_keeps_comments(keyturn: Keyturn, tmp_path: Path) -> None:
    assert keyturn("flows", "pull", str(tmp_path), "--json").json["flows"] == 3
    file = tmp_path / f"{FLOW}.yaml"
    text = "# mine\n" + file.read_text(encoding="utf-8")
    file.write_text(text.replace("name: Office 365 offboarding", "name: Something else"), encoding="utf-8")
    changed = keyturn("flows", "pull", str(tmp_path), "--json").json["changed"]
    assert keyturn("flows", "pull", str(next(tmp_path.glob("*.yaml")))).code == 2
    assert changed == [str(file)]
    assert file.read_text(encoding="utf-8") == text


def test_runs_are_listed_by_status(keyturn: Keyturn, site: Site) -> None:
    run = failed_run(site)
    assert [row["id"] for row in keyturn("runs", "list", "--status", "failed", "--json").json] == [str(run.id)]
    assert keyturn("runs", "list", "--status", "succeeded").out.strip() == "No runs yet."
    site.runs.add(replace(run, id=UUID(int=77), parent_id=run.id, parent_path="each[3]", about="bob@example.com"))
    found = keyturn("runs", "list", "--about", "bob@example.com", "--roots", "--json").json
    assert [(row["id"], row["part"]["id"]) for row in found] == [(str(run.id), str(UUID(int=77)))]
    wrong = keyturn("runs", "list", "--status", "broken")
    assert wrong.code == 2
    assert "needs attention" in wrong.err


def test_the_statuses_are_those_of_the_engine() -> None:
    from keyturn.cli.runs import STATUSES

    assert set(STATUSES) == {status.value for status in RunStatus}


def test_a_failed_run_is_shown_with_what_to_do(keyturn: Keyturn, site: Site) -> None:
    run = failed_run(site)
    said = keyturn("runs", "show", str(run.id))
    assert said.code == 1
    for text in ("+ account_url", "x disable", "disable warns.", "Microsoft 365 answered 500.", "Run it again later."):
        assert text in said.out
    shown = keyturn("runs", "show", str(run.id), "--json")
    assert shown.code == 1
    assert [entry["path"] for entry in shown.json["trace"][str(run.id)]] == ["account_url", "disable"]


def test_starting_twice_with_a_key_is_one_run(keyturn: Keyturn, site: Site) -> None:
    arguments = ("runs", "start", FLOW, "--input", '{"Username": "ada@example.com"}', "--key", "once")
    assert keyturn(*arguments).out == keyturn(*arguments).out
    assert len(site.runs.runs) == 1


def test_rerunning_shows_a_preview_and_sends_only_with_yes(keyturn: Keyturn, site: Site) -> None:
    run = failed_run(site)
    preview = keyturn("runs", "rerun", str(run.id), "disable")
    assert preview.code == 0
    assert "will be sent" in preview.out
    assert "--yes" in preview.out
    assert len(site.runs.runs) == 1
    for _ in range(2):
        assert "Queued as" in keyturn("runs", "rerun", str(run.id), "disable", "--yes", "--key", "once").out
    assert len(site.runs.runs) == 2
    assert keyturn("runs", "rerun", str(run.id), "no_such_card").code == 1


def test_an_unknown_outcome_is_asked_and_decided(keyturn: Keyturn, site: Site) -> None:
    run = failed_run(site)
    assert [row["path"] for row in keyturn("runs", "questions", str(run.id), "--json").json] == ["disable"]
    looked = keyturn("runs", "look", str(run.id), "disable")
    assert looked.code == 1
    assert "no way to look" in looked.out
    assert keyturn("runs", "look", str(run.id), "revoke").code == 1
    assert keyturn("runs", "decide", str(run.id), "disable", "perhaps").code == 2
    assert keyturn("runs", "decide", str(run.id), "disable", "happened").code == 0
    assert site.runs.journal[-1].state is JournalState.DECIDED
    decisions = len(site.runs.journal)
    assert keyturn("runs", "decide", str(run.id), "disable", "happened").code == 0, "the same decision, sent again"
    assert keyturn("runs", "decide", str(run.id), "disable", "again").code == 1
    assert len(site.runs.journal) == decisions


def test_a_run_that_waits_for_a_person_says_what_is_asked_and_ends_with_1(keyturn: Keyturn, site: Site) -> None:
    run = failed_run(site)
    site.runs.runs[run.id] = replace(run, status=RunStatus.NEEDS_ATTENTION)
    asked = JournalRecord(run.id, "disable", 2, JournalState.UNKNOWN, "okta.suspend_user", "d", {})
    site.runs.journal.append(asked)
    said = keyturn("runs", "show", str(run.id))
    assert said.code == 1
    assert "keyturn runs questions" in said.out
    assert f"keyturn runs look {run.id} disable --attempt 2" in said.out
    assert f"keyturn runs decide {run.id} disable happened|again|stop --attempt 2" in said.out
    assert "There are more helper runs" not in said.out
    site.runs.add(replace(run, id=UUID(int=77), parent_id=run.id, depth=1))
    assert f"keyturn runs show {run.id} --most 10" in keyturn("runs", "show", str(run.id), "--most", "1").out
    shown = keyturn("runs", "show", str(run.id), "--json")
    assert (shown.code, {row["path"] for row in shown.json["questions"]}) == (1, {"disable"})


def test_an_id_that_is_none_is_told_in_plain_words(keyturn: Keyturn) -> None:
    said = keyturn("runs", "show", "nosuch")
    assert (said.code, "UUID" in said.err) == (1, False)
    assert "'nosuch' is no id." in said.err


def test_connections_of_files_are_judged_by_the_server(keyturn: Keyturn, tmp_path: Path) -> None:
    examples = str(Path(__file__).parents[2] / "examples" / "offboarding")
    good = keyturn("check", examples, "--server")
    assert (good.code, "not judged" in good.out) == (0, False), good.out
    flow = tmp_path / "x.yaml"
    flow.write_text("id: x\nname: X\nevent: {card: okta.user_suspended, connection: nobodys}\n")
    wrong = keyturn("check", str(flow), "--server", "--json")
    assert (wrong.code, [row["code"] for row in wrong.json]) == (1, ["unknown-connection"])


def test_cancelling(keyturn: Keyturn, site: Site) -> None:
    run = failed_run(site)
    site.runs.runs[run.id] = replace(run, status=RunStatus.WAITING)
    assert "cancelled" in keyturn("runs", "cancel", str(run.id)).out
    assert keyturn("runs", "cancel", str(UUID(int=999))).code == 1


def test_scopes_are_told_flow_by_flow(keyturn: Keyturn) -> None:
    said = keyturn("connections", "scopes", "okta")
    assert (said.code, "has no scopes" in said.out) == (0, True), "an API token of Okta"
    made = ("--connector", "okta", "--kind", "oauth_client_assertion", "--base-url", "https://x.example")
    settings = ("token_url=https://x.example/t", "client_id=me", "scope=okta.users.read")
    given = [word for setting in settings for word in ("--setting", setting)]
    put = keyturn("connections", "put", "okta", *made, *given, "--secret", "private_key=KEY", KEY="a key")
    assert put.code == 0, put.err
    said = keyturn("connections", "scopes", "okta")
    assert said.code == 1
    for words in (
        "offboard-suspended-user",
        "Granted: okta.users.read",
        "Missing: okta.eventHooks.manage. In the Okta",
    ):
        assert words in said.out
    assert keyturn("connections", "scopes", "okta", "--json").json["missing"] == ["okta.eventHooks.manage"]
    assert keyturn("connections", "scopes", "nobody").code == 1


def test_scopes_that_only_a_look_needs_are_marked(keyturn: Keyturn, tmp_path: Path) -> None:
    made = ("--connector", "okta", "--kind", "oauth_client_assertion", "--base-url", "https://x.example")
    settings = ("token_url=https://x.example/t", "client_id=me", "scope=okta.users.manage okta.eventHooks.manage")
    given = [word for setting in settings for word in ("--setting", setting)]
    put = keyturn("connections", "put", "okta", *made, *given, "--secret", "private_key=KEY", KEY="a key")
    assert put.code == 0, put.err
    assert "*" not in keyturn("connections", "scopes", "okta").out
    card = "{id: out, card: okta.clear_user_sessions, connection: okta, inputs: {user: eva@northwind.example}}"
    flow = tmp_path / "signs-out.yaml"
    flow.write_text(f"id: signs-out\nname: Signs out\nevent: {{card: manual}}\ncards: [{card}]\n")
    pushed = keyturn("flows", "push", str(flow))
    assert pushed.code == 0, pushed.err
    said = keyturn("connections", "scopes", "okta")
    assert said.code == 0, "the cards work without it"
    assert re.search(r"okta\.logs\.read +out +no \*", said.out), said.out
    assert "* The cards work without it" in said.out


def test_a_connection_is_for_some_and_flows_that_use_it_are_listed(keyturn: Keyturn) -> None:
    put = ("connections", "put", "okta", "--connector", "okta", "--kind", "bearer")
    put += ("--base-url", "https://northwind.okta.example", "--secret", "token=T")
    assert "There is no token 'ines'." in keyturn(*put, "--user", "ines", T="okta-secret-token").err
    for name in ("ines", "ci"):
        assert keyturn("tokens", "make", name, "--permission", "flows.read").out.startswith("kt_")
    made = keyturn(*put, "--user", "ines", "--user", "ci", "--json", T="okta-secret-token")
    assert made.json["users"] == ["ines", "ci"]
    assert "ines, ci" in keyturn("connections", "list").out
    assert keyturn(*put, "--json", T="okta-secret-token").json["users"] == ["ines", "ci"]
    both = keyturn(*put, "--user", "ines", "--everybody", T="okta-secret-token")
    assert (both.code, both.out) == (2, "")
    assert both.err == "--user and --everybody contradict one another.\nSay --user for some, or --everybody for all.\n"
    assert "ines, ci" in keyturn("connections", "list").out
    assert keyturn(*put, "--everybody", "--json", T="okta-secret-token").json["users"] == []
    rows = keyturn("flows", "list", "--connection", "okta", "--json").json
    assert [row["id"] for row in rows] == ["offboard-suspended-user"]


def test_of_a_connection_that_is_changed_what_is_not_said_stays(keyturn: Keyturn) -> None:
    put = ("connections", "put", "second")
    assert "Say --connector and --kind." in keyturn(*put, "--user", "ines").err
    where = ("--connector", "okta", "--kind", "bearer", "--base-url", "https://x.okta.example", "--secret", "token=T")
    more = ("--name", "Second org", "--per-minute", "30", "--at-once", "2", "--setting", "proxy=direct")
    made = keyturn(*put, *where, *more, "--json", T="okta-secret-token").json
    assert keyturn("tokens", "make", "ines", "--permission", "flows.read").code == 0
    changed = keyturn(*put, "--user", "ines", "--json").json
    told = ("connector", "kind", "base_url", "name", "per_minute", "at_once", "settings")
    assert [changed[word] for word in told] == [made[word] for word in told]
    assert (changed["users"], changed["settings"]["proxy"], changed["per_minute"]) == (["ines"], "direct", 30)
    less = keyturn(*put, "--per-minute", "0", "--setting", "proxy=", "--name", "", "--json").json
    assert (less["per_minute"], less["at_once"], less["name"], less["users"]) == (None, 2, "second", ["ines"])
    assert "proxy" not in less["settings"]
    named = keyturn(*put, "--name", "Third org", "--secret", "token=T", "--json", T="another-okta-token").json
    renewed = keyturn(*put, "--secret", "token=T", "--json", T="one-more-okta-token").json
    assert (named["name"], renewed["name"]) == ("Third org", "Third org")


def test_connections_are_made_with_secrets_from_the_environment(keyturn: Keyturn, site: Site) -> None:
    arguments = ("connections", "put", "okta2", "--connector", "okta", "--kind", "bearer")
    more = ("--base-url", "https://x.okta.example", "--secret", "token=MY_TOKEN")
    assert keyturn(*arguments, *more, MY_TOKEN="").code == 2
    said = keyturn(*arguments, *more, MY_TOKEN="hunter2-hunter2")
    assert said.code == 0
    assert "okta2" in site.connections.known
    listed = keyturn("connections", "list", "--json")
    assert "hunter2" not in said.out + listed.out
    assert "okta2" in [row["id"] for row in listed.json]
    wrong = keyturn(*arguments, "--base-url", "no-address", "--secret", "token=MY_TOKEN", MY_TOKEN="x")
    assert wrong.code == 1
    assert "[field base_url]" in wrong.err


def test_who_makes_a_connection_that_people_sign_in_is_told(keyturn: Keyturn) -> None:
    put = ("connections", "put", "app", "--connector", "okta", "--kind", "oauth_code")
    settings = ("client_id=me", "authorize_url=https://x.example/a", "token_url=https://x.example/t")
    given = [word for setting in settings for word in ("--setting", setting)]
    made = keyturn(*put, "--base-url", "https://x.example", *given)
    assert made.out == (
        "app is there. The connection 'app' must be signed in: nobody has signed in yet.\n"
        "Open Connections and sign 'app' in, or run keyturn connections sign-in app.\n"
    )


def test_testing_and_subscribing_a_connection(keyturn: Keyturn, site: Site) -> None:
    assert keyturn("connections", "test", "okta").code == 0
    site.okta.answers["GET", "/api/v1/users?limit=1"] = Answer(401, {"errorCode": "E0000011"})
    said = keyturn("connections", "test", "okta")
    assert said.code == 1
    assert "new API token" in said.out
    listed = keyturn("connections", "list").out
    assert re.search(r"failing since \d\d:\d\d, 1 Mar 2026: Okta answered 401 E0000011", listed), listed
    assert "/hooks/okta/okta" in keyturn("connections", "subscribe", "okta").out
    assert keyturn("connections", "subscribe", "none").code == 1


def test_a_connection_that_flows_use_is_deleted_only_if_one_says_so(keyturn: Keyturn) -> None:
    for more in ([], ["--yes"]):
        refused = keyturn("connections", "delete", "okta", *more)
        assert refused.code == 1
        assert "Offboard suspended user" in refused.err
        assert "all the same: --even-if-used." in refused.err
        assert "[y/N]" not in refused.out, "it is told before anybody is asked"
    unsure = keyturn("connections", "delete", "okta", "--even-if-used")
    assert (unsure.code, "[y/N]" in unsure.out) == (1, True), "nobody has said yes"
    assert keyturn("connections", "delete", "okta", "--yes", "--even-if-used").out == "okta is gone.\n"
    assert "okta " not in keyturn("connections", "list").out


def test_the_doctor_ends_with_1_if_something_is_left(keyturn: Keyturn, site: Site) -> None:
    assert keyturn("admin", "doctor").code == 0
    warned = Finding("connector acme", True, "It is left out: /c/acme.yaml:2.", "Correct it.", warning=True)
    site.findings.append(warned)
    told = keyturn("admin", "doctor")
    assert (told.code, "warning" in told.out, "/c/acme.yaml:2. Correct it." in told.out) == (0, True, True)
    assert keyturn("admin", "doctor", "--json").json["findings"][-1]["warning"] is True
    site.findings.append(Finding("connection okta", False, "Its secrets cannot be opened.", "Enter them again."))
    said = keyturn("admin", "doctor")
    assert said.code == 1
    assert "Enter them again." in said.out
    assert keyturn("admin", "doctor", "--json").json["good"] is False


def test_a_token_that_is_wrong_or_too_weak_is_exit_code_4(keyturn: Keyturn, site: Site) -> None:
    wrong = keyturn("flows", "list", "--token", "kt_wrong")
    assert (wrong.code, wrong.out) == (4, "")
    weak = asyncio.run(site.services.tokens.make("weak", [Permission.FLOWS_READ]))
    assert keyturn("flows", "list", "--token", weak).code == 0
    refused = keyturn("connections", "list", "--token", weak)
    assert refused.code == 4
    assert "connections.read" in refused.err


def test_a_database_that_is_away_is_exit_code_3(keyturn: Keyturn, site: Site) -> None:
    site.switch.away = True
    said = keyturn("flows", "list")
    assert said.code == 3
    assert "Try again" in said.err


def test_another_server_than_keyturn_is_told_apart(keyturn: Keyturn) -> None:
    said = keyturn("flows", "list", "--url", f"{keyturn.environment['KEYTURN_URL']}/elsewhere")
    assert said.code == 1
    assert "There is nothing at this address." in said.err


def test_schedules_are_listed_with_their_next_due_time(keyturn: Keyturn, tmp_path: Path) -> None:
    assert "No schedules" in keyturn("schedules", "list").out
    file = tmp_path / "nightly.yaml"
    file.write_text(
        "id: nightly\nname: Nightly\nevent: {card: schedule, options: {cron: 0 2 * * *}}\n", encoding="utf-8"
    )
    assert keyturn("flows", "push", str(file)).code == 0
    [row] = keyturn("schedules", "list", "--json").json
    assert (row["flow_id"], row["next"]) == ("nightly", "2026-03-02T02:00:00Z")
    said = keyturn("schedules", "list").out
    assert "At 02:00, UTC" in said
    assert "2026-03-02T02:00:00Z" in said


def test_due_times_to_come_of_a_schedule(keyturn: Keyturn, tmp_path: Path) -> None:
    file = tmp_path / "f.yaml"
    options = "{unit: months, every: 2, day: 31, at: 09:00}"
    file.write_text(f"id: rare\nname: Rare\nevent: {{card: schedule, options: {options}}}\n", encoding="utf-8")
    assert keyturn("flows", "push", str(file)).code == 0
    times = ["2026-03-31T09:00:00Z", "2026-05-31T09:00:00Z"]
    assert keyturn("schedules", "next", "rare", "--times", "2", "--json").json["upcoming"] == times
    assert keyturn("schedules", "next", "rare", "--times", "2").out.splitlines()[1:] == times
    refused = keyturn("schedules", "next", "nobody")
    assert refused.code == 1
    assert "no schedule" in refused.err


def test_tokens_are_made_listed_and_removed(keyturn: Keyturn) -> None:
    token = keyturn("tokens", "make", "ines", "--permission", "flows.read", "--permission", "runs.read").out.strip()
    assert keyturn("flows", "list", KEYTURN_TOKEN=token).code == 0
    refused = keyturn("tokens", "list", KEYTURN_TOKEN=token)
    assert (refused.code, "tokens.read" in refused.err) == (4, True)
    listed = keyturn("tokens", "list")
    assert ("flows.read, runs.read" in listed.out, token in listed.out) == (True, False)
    assert "The token ines is gone." in keyturn("tokens", "remove", "ines").out
    assert keyturn("flows", "list", KEYTURN_TOKEN=token).code == 4
    for arguments in (("ines",), ("ines", "--permission", "fly"), ("ines", "--all", "--permission", "flows.read")):
        said = keyturn("tokens", "make", *arguments)
        assert (said.code, "flows.read" in said.err) == (2, True), said
