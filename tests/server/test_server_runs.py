"""Runs by API: started once per key, listed, looked at, cancelled, decided, run again."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from uuid import UUID

import orjson
import pytest
from support.scripted import Said, Scripted, Silence
from support_client import Client
from support_server import OKTA, Site, make_site
from support_stores import START

from keyturn.engine.effects import digest_of
from keyturn.engine.masking import Masker
from keyturn.engine.ports import TRIAL, JournalRecord, JournalState, Run, RunStatus, TraceEntry
from keyturn.flows.json import JSON, Values

FLOW = "office-365-offboarding"
HOUSE = "offboard-suspended-user"


def run_of(number: int, flow: str = FLOW, **more: object) -> Run:
    run_id = UUID(int=number)
    base = Run(run_id, run_id, flow, 1, RunStatus.SUCCEEDED, {"Username": "ada@example.com"})
    return replace(base, **more)  # type: ignore[arg-type]


def tree(site: Site) -> tuple[Run, Run]:
    """An event flow that failed, and one of its helper runs."""
    root = run_of(501, HOUSE, status=RunStatus.FAILED, about="ada@example.com", trigger="okta.user_suspended")
    root = replace(root, created_at=START, started_at=START, ended_at=START.replace(second=2))
    helper = run_of(502, root_id=root.id, parent_id=root.id, parent_path="office", depth=1, status=RunStatus.FAILED)
    site.runs.add(helper, root)
    return root, helper


async def test_the_same_key_starts_one_run(offboarding: Site) -> None:
    client = offboarding.client()
    body = {"inputs": {"Username": "ada@example.com"}}
    path = f"/api/v1/flows/{FLOW}/runs"
    first = await client.post(path, body, headers={"Idempotency-Key": "k1"})
    again = await client.post(path, body, headers={"Idempotency-Key": "k1"})
    other = await client.post(path, body, headers={"Idempotency-Key": "k2"})
    assert (first.status, again.status) == (202, 202)
    assert first.json["id"] == again.json["id"] != other.json["id"]
    assert len(offboarding.runs.runs) == 2
    read = (await client.get(f"/api/v1/runs/{first.json['id']}")).json
    assert (read["status"], read["flow_id"], read["version"], read["trigger"]) == ("queued", FLOW, 1, "manual")


async def test_an_unknown_input_names_the_known_ones(offboarding: Site) -> None:
    answer = await offboarding.client().post(f"/api/v1/flows/{FLOW}/runs", {"inputs": {"User": "ada"}})
    assert answer.status == 422
    assert (answer.problem["flow"], answer.problem["field"]) == (FLOW, "User")
    assert "Username" in answer.problem["mend"]
    assert not offboarding.runs.runs


async def test_an_unknown_flow_is_not_there(offboarding: Site) -> None:
    answer = await offboarding.client().post("/api/v1/flows/none/runs", {})
    assert (answer.status, answer.problem["code"]) == (404, "unknown-flow")


async def test_listing_filters_and_pages(offboarding: Site) -> None:
    root, helper = tree(offboarding)
    offboarding.runs.add(run_of(503, about="bob@example.com", created_at=START.replace(hour=14)))
    client = offboarding.client()

    async def listed(query: str) -> list[str]:
        return [row["id"] for row in (await client.get(f"/api/v1/runs?{query}")).json["rows"]]

    assert await listed("roots_only=true") == [str(UUID(int=503)), str(root.id)]
    assert await listed(f"flow={HOUSE}") == [str(root.id)]
    assert set(await listed("status=failed")) == {str(root.id), str(helper.id)}
    assert await listed("about=bob%40example.com") == [str(UUID(int=503))]
    assert await listed("since=2026-03-01T13:00:00Z") == [str(UUID(int=503))]
    page = (await client.get("/api/v1/runs?limit=2")).json
    rest = (await client.get(f"/api/v1/runs?limit=2&after={page['next']}")).json
    assert len({row["id"] for row in [*page["rows"], *rest["rows"]]}) == 3


async def test_a_helper_run_leads_to_its_whole_tree_root_first(offboarding: Site) -> None:
    root, helper = tree(offboarding)
    page = (await offboarding.client().get(f"/api/v1/runs/{helper.id}/tree?limit=1")).json
    rest = (await offboarding.client().get(f"/api/v1/runs/{helper.id}/tree?limit=1&after={page['next']}")).json
    assert rest["next"] is None
    runs = [*page["runs"], *rest["runs"]]
    assert [run["id"] for run in runs] == [str(root.id), str(helper.id)]
    assert (runs[0]["ms"], runs[0]["about"]) == (2000.0, "ada@example.com")
    assert (runs[1]["parent_id"], runs[1]["parent_path"], runs[1]["depth"]) == (str(root.id), "office", 1)


async def test_the_trace_comes_page_by_page(offboarding: Site) -> None:
    root, _ = tree(offboarding)
    for number in range(5):
        entry = TraceEntry(root.id, f"each[{number}]/ask", "ask", "okta.read_user", "done", START, 1.5, {"n": number})
        offboarding.runs.entries.append(entry)
    client = offboarding.client()
    first = (await client.get(f"/api/v1/runs/{root.id}/trace?limit=3")).json
    rest = (await client.get(f"/api/v1/runs/{root.id}/trace?limit=3&after={first['next']}")).json
    rows = [*first["rows"], *rest["rows"]]
    assert [row["inputs"]["n"] for row in rows] == [0, 1, 2, 3, 4]
    assert (rows[0]["path"], rows[0]["ms"], rows[0]["replayed"]) == ("each[0]/ask", 1.5, False)
    assert rest["next"] is None


async def test_cancelling_a_helper_run_ends_its_tree_and_again_changes_nothing(offboarding: Site) -> None:
    root, helper = tree(offboarding)
    offboarding.runs.runs[root.id] = replace(root, status=RunStatus.WAITING)
    client = offboarding.client()
    for _ in range(2):
        answer = await client.post(f"/api/v1/runs/{helper.id}/cancel")
        assert (answer.json["id"], answer.json["status"]) == (str(root.id), "cancelled")


async def test_an_unknown_outcome_is_asked_about_and_decided_once(offboarding: Site) -> None:
    root, _ = tree(offboarding)
    offboarding.runs.runs[root.id] = replace(root, status=RunStatus.NEEDS_ATTENTION)
    error = {"message": "No answer came."}
    record = JournalRecord(root.id, "disable", 1, JournalState.UNKNOWN, "okta.suspend_user", "d", error)
    offboarding.runs.journal.append(record)
    client = offboarding.client()
    (asked,) = (await client.get(f"/api/v1/runs/{root.id}/questions")).json["rows"]
    assert (asked["run_id"], asked["path"], asked["attempt"]) == (str(root.id), "disable", 1)
    assert asked["error"] == error
    body = {"path": "disable", "attempt": 1, "answer": "happened", "outputs": {"status": 200}}
    decided = await client.post(f"/api/v1/runs/{root.id}/decisions", body)
    assert (decided.status, decided.json["status"]) == (200, "queued")
    written = offboarding.runs.journal[-1]
    assert written.state is JournalState.DECIDED
    assert written.result == {"answer": "happened", "outputs": {"status": 200}, "by": "operator"}
    again = await client.post(f"/api/v1/runs/{root.id}/decisions", body)
    assert again.status == 200, "the same person says the same"
    assert offboarding.runs.journal[-1] is written
    other = await client.post(f"/api/v1/runs/{root.id}/decisions", {**body, "answer": "again"})
    assert (other.status, other.problem["code"]) == (409, "nothing-to-decide")
    assert (await client.post(f"/api/v1/runs/{root.id}/decisions", {**body, "answer": "maybe"})).status == 422


async def test_what_a_person_decided_stands_in_the_trace(offboarding: Site) -> None:
    root, _ = tree(offboarding)
    card = "okta.suspend_user"
    said: Values = {"answer": "happened", "outputs": {}, "by": "operator"}
    offboarding.runs.journal.append(JournalRecord(root.id, "disable", 1, JournalState.DECIDED, card, "", said))
    offboarding.runs.entries += [
        TraceEntry(root.id, path, path, card, "done", START, 1.0) for path in ("before", "disable")
    ]
    before, decided = (await offboarding.client().get(f"/api/v1/runs/{root.id}/trace")).json["rows"]
    assert before["decided"] is None
    assert (decided["decided"]["answer"], decided["decided"]["by"]) == ("happened", "operator")
    assert decided["decided"]["decided_at"] == "2026-03-01T12:00:00Z"


async def test_the_card_whose_request_is_out_is_running_in_the_trace(offboarding: Site) -> None:
    root, _ = tree(offboarding)
    started = JournalRecord(root.id, "each[2]/disable", 1, JournalState.STARTED, "okta.suspend_user", "d")
    offboarding.runs.journal.append(started)
    client, path = offboarding.client(), f"/api/v1/runs/{root.id}/trace"

    async def running(inside: str) -> list[tuple[str, str]]:
        rows = (await client.get(f"{path}?inside={inside}")).json["rows"]
        return [(row["path"], row["card_id"]) for row in rows if row["status"] == "running"]

    offboarding.runs.runs[root.id] = replace(root, status=RunStatus.RUNNING)
    assert await running("") == [("each", "each")]
    assert await running("each[2]") == [("each[2]/disable", "disable")]
    assert await running("each[1]") == []
    offboarding.runs.runs[root.id] = replace(root, status=RunStatus.FAILED)
    assert await running("each[2]") == []


AT_WORK = """
id: f
name: F
event: {card: manual, outputs: {people: list of text, key: secret}}
cards:
  - {id: greeting, card: text.compose, inputs: {text: "Hello"}}
  - id: each
    card: list.for_each
    inputs: {list: "{{ event.people }}", at_once: 2}
    do:
      - {id: made, card: text.compose, inputs: {text: "{{ item }}!"}}
      - id: wait
        card: flow.call
        call:
          flow: g
          with: {who: "{{ item }} {{ index }}", said: "{{ greeting.output }} {{ made.output }}", key: "{{ event.key }}"}
"""
HELPER = "id: g\nname: G\nevent: {card: helper, outputs: {who: text, said: text, key: secret}}\n"


async def test_a_card_at_work_tells_what_it_was_given_and_its_loop_how_far_it_is(site: Site) -> None:
    client, people = site.client(), [f"p{number}" for number in range(60)]
    assert (await client.post("/api/v1/flows", {"documents": [HELPER, AT_WORK]})).status == 200
    given: Values = {"people": [*people], "key": "s3cret-token"}
    run = run_of(801, "f", event=given, status=RunStatus.RUNNING, started_at=START)
    site.runs.add(run)
    site.runs.journal.append(JournalRecord(run.id, "each[12]/wait", 1, JournalState.STARTED, "flow.call", "d"))
    site.runs.entries += [
        TraceEntry(run.id, "greeting", "greeting", "text.compose", "done", START, 1.0, {}, {"output": "Hello"}),
        TraceEntry(run.id, "each[12]/made", "made", "text.compose", "done", START, 1.0, {}, {"output": "p12!"}),
    ]
    site.runs.ended[run.id] = {"each": 12}

    async def last(query: str) -> dict[str, JSON]:
        return (await client.get(f"/api/v1/runs/{run.id}/trace?{query}")).json["rows"][-1]

    loop = await last("inside=")
    assert (loop["card"], loop["ended"]) == ("list.for_each", 12)
    assert loop["inputs"] == {"list": people, "at_once": 2}
    card = await last("inside=each[12]")
    assert card["inputs"] == {"who": "p12 12", "said": "Hello p12!", "key": "[secret]"}
    assert (await last("inside=&most=100"))["cut"][0]["count"] == 60
    value = await client.get(f"/api/v1/runs/{run.id}/value?path=each&part=inputs&field=list")
    assert value.json == people


async def test_running_again_is_shown_first_and_done_only_when_confirmed(offboarding: Site) -> None:
    root, helper = tree(offboarding)
    done = JournalRecord(helper.id, "disable", 1, JournalState.DONE, "office365.custom_api_action", "d", {})
    offboarding.runs.journal.append(done)
    client = offboarding.client()
    before = dict(offboarding.runs.runs)
    preview = (await client.post(f"/api/v1/runs/{helper.id}/rerun", {"path": "revoke"})).json
    assert preview["id"] is None
    assert offboarding.runs.runs == before
    fates = {(line["flow_id"], line["card_id"]): line["fate"] for line in preview["preview"]}
    assert {line["flow_name"] for line in preview["preview"]} == {"Office 365 offboarding", "Offboard suspended user"}
    assert fates[FLOW, "disable"] == "kept"
    assert fates[FLOW, "revoke"] == "will be sent"
    assert fates[HOUSE, "google"] == "will be sent"
    queued = (await client.post(f"/api/v1/runs/{helper.id}/rerun", {"path": "revoke", "confirm": True})).json
    assert queued["preview"] == preview["preview"]
    fresh = (await client.get(f"/api/v1/runs/{queued['id']}")).json
    assert (fresh["status"], fresh["rerun_of"], fresh["trigger"]) == ("queued", str(root.id), "rerun")
    assert fresh["again"] is None
    again = {"id": queued["id"], "status": "queued", "created_at": fresh["created_at"]}
    assert (await client.get(f"/api/v1/runs/{root.id}")).json["again"] == again
    listed = (await client.get("/api/v1/runs?roots_only=true")).json["rows"]
    assert {row["id"]: row["again"] for row in listed} == {str(root.id): again, queued["id"]: None}


async def test_the_same_key_runs_again_once(offboarding: Site) -> None:
    root, _ = tree(offboarding)
    client = offboarding.client()
    path, body = f"/api/v1/runs/{root.id}/rerun", {"path": "office", "confirm": True}
    first = (await client.post(path, body, headers={"Idempotency-Key": "k1"})).json["id"]
    again = (await client.post(path, body, headers={"Idempotency-Key": "k1"})).json["id"]
    other = (await client.post(path, body, headers={"Idempotency-Key": "k2"})).json["id"]
    assert first == again != other
    started = await client.post(f"/api/v1/flows/{FLOW}/runs", {"inputs": {}}, headers={"Idempotency-Key": "k1"})
    assert started.json["id"] not in (first, other), "keys of running again are not those of starting"


async def test_a_run_that_is_not_over_or_has_no_such_card_cannot_be_run_again(offboarding: Site) -> None:
    root, _ = tree(offboarding)
    client = offboarding.client()
    path = f"/api/v1/runs/{root.id}/rerun"
    unknown = await client.post(path, {"path": "no_such_card"})
    assert (unknown.status, unknown.problem["code"]) == (409, "rerun-refused")
    version = await client.post(path, {"path": "office", "version": 7})
    assert (version.status, version.problem["mend"]) == (409, "Choose another version.")
    offboarding.runs.runs[root.id] = replace(root, status=RunStatus.RUNNING)
    running = await client.post(path, {"path": "office", "confirm": True})
    assert "not over" in running.problem["what"]


async def test_runs_tell_what_their_flow_is_called_and_are_counted(offboarding: Site) -> None:
    root, _ = tree(offboarding)
    offboarding.runs.add(run_of(600, "deleted-flow"))
    client = offboarding.client()
    rows = (await client.get("/api/v1/runs")).json["rows"]
    assert {row["flow_id"]: row["flow_name"] for row in rows} == {
        HOUSE: "Offboard suspended user",
        FLOW: "Office 365 offboarding",
        "deleted-flow": "deleted-flow",
    }
    counted = (await client.get("/api/v1/runs/counts?since=2026-01-01T00:00:00Z")).json
    assert counted == {"counts": {"failed": 1, "succeeded": 1}, "more": False, "failed_and_run_again": 0}
    offboarding.runs.add(run_of(601, trigger=TRIAL))
    counted = (await client.get("/api/v1/runs/counts?since=2026-01-01T00:00:00Z&trials=false")).json
    assert counted["counts"] == {"failed": 1, "succeeded": 1}
    shown = [(await client.get(f"/api/v1/runs?trials={said}")).json["rows"] for said in ("true", "false")]
    assert [str(UUID(int=601)) in {row["id"] for row in rows} for rows in shown] == [True, False]
    assert root.about is not None
    found = (await client.get("/api/v1/runs?text=ADA@&roots_only=true")).json["rows"]
    assert [row["id"] for row in found] == [str(root.id)]


async def test_a_run_tells_for_which_helper_run_it_is_found(offboarding: Site) -> None:
    root, helper = tree(offboarding)
    about = replace(helper, id=UUID(int=504), about="bob@example.com", parent_path="each[16]")
    offboarding.runs.add(about)
    for query in ("about=bob@example.com", "text=BOB"):
        (row,) = (await offboarding.client().get(f"/api/v1/runs?{query}&roots_only=true")).json["rows"]
        assert (row["id"], row["about"]) == (str(root.id), "ada@example.com")
        assert row["part"] == {
            "id": str(about.id),
            "flow_id": FLOW,
            "flow_name": "Office 365 offboarding",
            "about": "bob@example.com",
            "parent_path": "each[16]",
            "count": 1,
        }
    (row,) = (await offboarding.client().get("/api/v1/runs?about=ada@example.com&roots_only=true")).json["rows"]
    assert row["part"] is None


async def test_helper_runs_of_a_run(offboarding: Site) -> None:
    root, helper = tree(offboarding)
    client = offboarding.client()
    for query, found in (("", [str(helper.id)]), ("?path=office", [str(helper.id)]), ("?path=google", [])):
        rows = (await client.get(f"/api/v1/runs/{root.id}/helpers{query}")).json["rows"]
        assert [row["id"] for row in rows] == found
    assert (await client.get(f"/api/v1/runs/{UUID(int=9)}/helpers")).status == 404


async def test_the_rounds_of_a_loop_tell_what_each_was_given(offboarding: Site) -> None:
    root = run_of(510, HOUSE, trigger="okta.user_suspended")
    given: list[Values] = [
        {"Username": "ada@example.com"},
        {"Username": {"id": "u2", "profile": {"firstName": "Bob", "login": "bob@example.com"}}},
        {"Username": "[secret]"},
    ]
    rounds = [
        run_of(
            511 + n,
            root_id=root.id,
            parent_id=root.id,
            parent_path=f"each[{n}]",
            depth=1,
            event=event,
            status=RunStatus.FAILED if n == 1 else RunStatus.SUCCEEDED,
        )
        for n, event in enumerate(given)
    ]
    gone = run_of(520, "no-such-flow", root_id=root.id, parent_id=root.id, parent_path="call", depth=1)
    offboarding.runs.add(root, *rounds, gone)
    client, path = offboarding.client(), f"/api/v1/runs/{root.id}/helpers"
    rows = (await client.get(f"{path}?loop=each")).json["rows"]
    assert [(row["parent_path"], row["given"]) for row in rows] == [
        ("each[0]", "ada@example.com"),
        ("each[1]", "bob@example.com"),
        ("each[2]", None),
    ]
    failed = (await client.get(f"{path}?loop=each&status=failed")).json["rows"]
    assert [row["parent_path"] for row in failed] == ["each[1]"]
    (row,) = (await client.get(f"{path}?path=call")).json["rows"]
    assert row["given"] is None


async def test_of_a_cancelled_run_it_is_told_what_was_sent_and_never_known(offboarding: Site) -> None:
    root, helper = tree(offboarding)
    offboarding.runs.entries += [
        TraceEntry(run.id, path, path, "okta.suspend_user", status, START, 1.0)
        for run, path, status in ((root, "fine", "done"), (root, "out", "waiting"), (root, "slept", "waiting"))
    ]
    offboarding.runs.journal += [
        JournalRecord(run.id, path, 1, JournalState.STARTED, "okta.suspend_user", "d")
        for run, path in ((root, "out"), (root, "each[2]/gone"), (helper, "disable"))
    ]
    client, path = offboarding.client(), f"/api/v1/runs/{root.id}"

    async def told() -> dict[str, str]:
        return {row["path"]: row["status"] for row in (await client.get(f"{path}/trace")).json["rows"]}

    async def left_open() -> list[tuple[str, str]]:
        rows = (await client.get(f"{path}/left-open")).json["rows"]
        return [(row["run_id"], row["path"]) for row in rows]

    assert await left_open() == []
    for run in (root, helper):
        offboarding.runs.runs[run.id] = replace(run, status=RunStatus.CANCELLED)
    assert await told() == {"fine": "done", "out": "unknown", "slept": "cancelled", "each[2]/gone": "unknown"}
    first = (await client.get(f"{path}/trace?limit=2")).json
    rest = (await client.get(f"{path}/trace?limit=2&after={first['next']}")).json
    assert [row["path"] for row in rest["rows"]] == ["slept", "each[2]/gone"]
    ids = (str(root.id), str(helper.id))
    assert await left_open() == [(ids[0], "out"), (ids[0], "each[2]/gone"), (ids[1], "disable")]


async def test_that_a_run_is_to_be_cancelled_is_told_as_long_as_it_lasts(offboarding: Site) -> None:
    run = run_of(530, status=RunStatus.RUNNING, cancelling=True)
    offboarding.runs.add(run)
    client = offboarding.client()
    assert (await client.get(f"/api/v1/runs/{run.id}")).json["cancelling"] is True
    (listed,) = (await client.get("/api/v1/runs")).json["rows"]
    assert (listed["status"], listed["cancelling"]) == ("running", True)


async def test_large_values_are_cut_and_read_one_by_one(offboarding: Site) -> None:
    run = run_of(700)
    offboarding.runs.add(run)
    large = {"text": "é" * 5_000, "list": list(range(3_000)), "small": 2**70}
    entry = TraceEntry(run.id, "a", "a", "text.compose", "done", START, 1.0, inputs=None, outputs=large)
    offboarding.runs.entries.append(entry)
    client = offboarding.client()
    (whole,) = (await client.get(f"/api/v1/runs/{run.id}/trace")).json["rows"]
    assert whole["outputs"]["list"] == large["list"]
    assert whole["cut"] == []
    (short,) = (await client.get(f"/api/v1/runs/{run.id}/trace?most=1000")).json["rows"]
    assert (short["outputs"]["text"], short["outputs"]["list"]) == (None, None)
    told = {cut["field"]: (cut["part"], cut["kind"], cut["count"], cut["bytes"]) for cut in short["cut"]}
    assert told == {"text": ("outputs", "text", None, 10_002), "list": ("outputs", "list", 3_000, 13_891)}
    assert short["cut"][0]["start"] == "é" * 300
    digests = {cut["field"]: cut["digest"] for cut in short["cut"]}
    assert digests["list"] == hashlib.sha256(orjson.dumps(large["list"])).hexdigest()
    for number, (outputs, same) in enumerate(
        (({"text": "é" * 4_999 + "è"}, False), ({"text": large["text"]}, True)), start=2
    ):
        other = replace(entry, card_id="b", path="b", attempt=number, outputs=outputs)
        offboarding.runs.entries.append(other)
        row = (await client.get(f"/api/v1/runs/{run.id}/trace?most=1000&path=b")).json["rows"][-1]
        assert (row["cut"][0]["digest"] == digests["text"]) is same
    place = f"/api/v1/runs/{run.id}/value?path=a&part=outputs"
    assert (await client.get(f"{place}&field=text")).json == large["text"]
    assert (await client.get(f"{place}&field=small")).body == str(2**70).encode()
    for missing in ("&field=none", "&field=text&attempt=2"):
        answer = await client.get(place + missing)
        assert (answer.status, answer.problem["code"]) == (404, "unknown-value")


async def test_of_what_the_history_has_the_beginning_only_it_is_told_how_much(offboarding: Site) -> None:
    run = run_of(706)
    offboarding.runs.add(run)
    kept = Masker().show(
        {"text": "x" * 70_000, "list": [0] * 1_500, "deep": {"text": "x" * 70_000}, "all": "x" * 2_000}
    )
    offboarding.runs.entries.append(
        TraceEntry(run.id, "a", "a", "text.compose", "done", START, 1.0, inputs=None, outputs=kept)
    )
    (row,) = (await offboarding.client().get(f"/api/v1/runs/{run.id}/trace?most=1000")).json["rows"]
    told = {cut["field"]: (cut["kept"], cut["whole"], cut["count"]) for cut in row["cut"]}
    assert told == {
        "text": (64_000, 70_000, None),
        "list": (1_000, 1_500, 1_500),
        "deep": (None, None, 1),
        "all": (None, None, None),
    }


async def test_the_trace_is_sifted(offboarding: Site) -> None:
    run = run_of(701)
    offboarding.runs.add(run)
    for path, status in (("a", "done"), ("each[0]/b", "done"), ("each[1]/b", "failed"), ("each", "failed")):
        offboarding.runs.entries.append(TraceEntry(run.id, path, path[-1], "text.compose", status, START, 1.0))
    client = offboarding.client()
    for query, paths in (
        ("inside=", ["a", "each"]),
        ("inside=each%5B1%5D", ["each[1]/b"]),
        ("status=failed&inside=", ["each"]),
        ("path=a", ["a"]),
    ):
        rows = (await client.get(f"/api/v1/runs/{run.id}/trace?{query}")).json["rows"]
        assert [row["path"] for row in rows] == paths
    blamed = f"/api/v1/runs/{run.id}/culprit"
    assert (await client.get(blamed)).json == {"path": None}
    offboarding.runs.add(replace(run, status=RunStatus.FAILED, error={"card": "b", "message": "It is bad."}))
    assert (await client.get(blamed)).json == {"path": "each[1]/b"}


async def test_the_event_is_shown_without_its_secrets(site: Site) -> None:
    client = site.client()
    flow = "id: f\nname: F\nevent: {card: manual, outputs: {who: text, key: secret}}\n"
    assert await client.post("/api/v1/flows", {"documents": [flow, flow.replace("id: f", "id: g\nsave_data: false")]})
    given = {"who": "ada uses s3cret-token", "key": "s3cret-token", "list": list(range(500))}
    site.runs.add(run_of(703, "f", event=given), run_of(704, "g", event=given), run_of(705, "gone", event=given))
    shown = (await client.get(f"/api/v1/runs/{UUID(int=703)}/event?most=500")).json
    assert "s3cret" not in str(shown)
    assert shown["values"]["who"].startswith("ada uses ")
    assert [cut["field"] for cut in shown["cut"]] == ["list"]
    assert (await client.get(f"/api/v1/runs/{UUID(int=704)}/event")).json["values"] is None
    assert (await client.get(f"/api/v1/runs/{UUID(int=705)}/event")).problem["code"] == "not-shown"


async def test_the_inbox_has_the_questions_of_all_runs(offboarding: Site) -> None:
    run = run_of(702, about="ada@example.com", status=RunStatus.NEEDS_ATTENTION)
    offboarding.runs.add(run)
    record = JournalRecord(run.id, "disable", 1, JournalState.UNKNOWN, "office365.custom_api_action", "d", {})
    offboarding.runs.journal.append(record)
    (asked,) = (await offboarding.client().get("/api/v1/inbox")).json["rows"]
    assert (asked["flow_name"], asked["about"]) == ("Office 365 offboarding", "ada@example.com")
    assert (asked["question"]["path"], asked["question"]["run_id"]) == ("disable", str(run.id))
    assert asked["works_for"] is None


SUSPEND: Values = {
    "id": "suspend",
    "name": "Suspend",
    "event": {"card": "manual", "outputs": {"who": "text"}},
    "cards": [
        {
            "id": "off",
            "card": "okta.suspend_user",
            "connection": "okta",
            "inputs": {"user": "{{ event.who }}"},
        },
        {"id": "told", "card": "text.compose", "inputs": {"text": "x"}},
    ],
}
USER = "GET /api/v1/users/ada"


async def asking(app: Scripted, given: JSON = "ada", card: str = "okta.suspend_user") -> tuple[Client, str]:
    """A run whose first card asks whether it happened, and the address at which one has the app looked at."""
    site = await make_site(network=app)
    client = site.client()
    await client.put("/api/v1/connections/okta", OKTA)
    assert (await client.post("/api/v1/flows", {"documents": [SUSPEND]})).status == 200
    run = run_of(801, "suspend", status=RunStatus.NEEDS_ATTENTION)
    site.runs.add(run)
    digest = digest_of(card, {"ensure": False}, {"user": "ada"})
    site.runs.journal.append(JournalRecord(run.id, "off", 1, JournalState.UNKNOWN, card, digest, {}))
    entry = TraceEntry(run.id, "off", "off", card, "waiting", START, 1.0, inputs={"user": given})
    site.runs.entries.append(entry)
    return client, f"/api/v1/runs/{run.id}/look"


@pytest.mark.parametrize(
    ("said", "says", "field"),
    [
        (Said(200, {"id": "u1", "status": "SUSPENDED"}), "happened", "SUSPENDED"),
        (Said(200, {"id": "u1", "status": "ACTIVE"}), "did not happen", "ACTIVE"),
        (Said(503, {}), "nothing", None),
        (Silence(), "nothing", None),
    ],
)
async def test_the_app_is_asked_whether_it_happened_and_nothing_is_changed(
    said: Said | Silence, says: str, field: str | None
) -> None:
    app = Scripted().on(USER, said)
    client, path = await asking(app)
    looked = (await client.post(path, {"path": "off", "attempt": 1})).json
    assert looked["says"] == says
    assert looked["proof"] == (field and {"field": "status", "value": field, "has": None})
    assert app.seen == ["GET /api/v1/users/ada"]
    assert len(looked["exchanges"]) == 1
    assert "okta-secret-token" not in json.dumps(looked)
    other = await client.post(path, {"path": "off", "attempt": 2})
    assert (other.status, other.problem["code"]) == (409, "nothing-to-decide")


async def test_the_app_is_asked_about_what_a_cancelled_run_has_sent() -> None:
    app = Scripted().on(USER, Said(200, {"id": "u1", "status": "SUSPENDED"}))
    site = await make_site(network=app)
    client = site.client()
    await client.put("/api/v1/connections/okta", OKTA)
    assert (await client.post("/api/v1/flows", {"documents": [SUSPEND]})).status == 200
    run = run_of(802, "suspend", status=RunStatus.CANCELLED)
    site.runs.add(run)
    card, inputs = "okta.suspend_user", {"user": "ada"}
    digest = digest_of(card, {"ensure": False}, {**inputs})
    site.runs.journal.append(JournalRecord(run.id, "off", 1, JournalState.STARTED, card, digest))
    site.runs.entries.append(TraceEntry(run.id, "off", "off", card, "waiting", START, 1.0, inputs={**inputs}))
    looked = (await client.post(f"/api/v1/runs/{run.id}/look", {"path": "off", "attempt": 1})).json
    assert looked["says"] == "happened"


@pytest.mark.parametrize(("given", "card"), [("[secret]", "okta.suspend_user"), ("ada", "okta.custom_api_action")])
async def test_without_what_was_sent_or_a_way_to_look_nobody_is_asked(given: JSON, card: str) -> None:
    app = Scripted()
    client, path = await asking(app, given, card)
    looked = (await client.post(path, {"path": "off", "attempt": 1})).json
    assert (looked["says"], looked["error"]["code"]) == ("nothing", "cannot-look")
    assert looked["error"]["mend"]
    assert app.seen == []
