"""Resume addresses by HTTP, and pauses for people who may manage runs."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
import structlog
from support_server import Site
from support_stores import START

from keyturn.access.permissions import Permission
from keyturn.connections.vault import Vault
from keyturn.engine.history import PausedRun, WorksFor
from keyturn.engine.pauses import OpenPause, Pause, ResumePlace
from keyturn.engine.ports import Lease, Run, RunStatus
from keyturn.triggers.resume import ProvedAddresses

RUN = UUID(int=501)
PLACE = ResumePlace(UUID(int=601), RUN)
UNTIL = START + timedelta(days=30)


async def pausing(site: Site, path: str = "rest", place: ResumePlace = PLACE) -> str:
    """A run that pauses; gives the path of its resume address."""
    site.runs.add(Run(RUN, RUN, "main", 1, RunStatus.WAITING, {}, wake_at=UNTIL))
    await site.pauses.look(Lease(RUN, "w", 1), Pause(RUN, path, place.id, UNTIL), over=False)
    addresses = ProvedAddresses(Vault(bytes(range(32))), "https://keyturn.example")
    address = addresses.write(addresses.make(place))
    assert address is not None
    assert address.startswith("https://keyturn.example/resume/ktr_")
    return address.removeprefix("https://keyturn.example")


async def test_who_has_the_address_needs_nothing_else(site: Site) -> None:
    path = await pausing(site)
    first = await site.client(None).post(path, {"approved": True})
    again = await site.client(None).post(path, {"approved": False})
    assert (first.status, first.json["resumed"], first.json["before"]) == (200, True, False)
    assert (again.status, again.json["resumed"], again.json["before"]) == (200, True, True)
    assert again.json["at"] == first.json["at"]
    assert site.pauses.said[PLACE.id].body == {"approved": True}
    assert site.pauses.said[PLACE.id].by == "resume address"


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE"])
@pytest.mark.parametrize("accept", ["*/*", "text/html"])
async def test_a_look_at_a_link_resumes_nothing(site: Site, method: str, accept: str) -> None:
    path = await pausing(site)
    answer = await site.client(None).call(method, path, headers={"accept": accept})
    assert answer.status == 405
    assert not site.pauses.said
    if method == "GET":
        assert answer.headers["allow"] == "POST"
        assert "Send POST" in answer.problem["mend"]


@pytest.mark.parametrize(
    ("kind", "body", "given"),
    [
        ("application/json", b'{"a": [1]}', {"a": [1]}),
        ("application/json; charset=utf-8", '"Zoë"'.encode(), "Zoë"),
        ("text/plain", b"", None),
        ("application/x-www-form-urlencoded", b"payload=%7B%7D&x=1&x=2", {"payload": "{}", "x": ["1", "2"]}),
    ],
)
async def test_the_flow_is_given_what_is_sent(site: Site, kind: str, body: bytes, given: object) -> None:
    path = await pausing(site)
    answer = await site.client(None).call("POST", path, body=body, headers={"content-type": kind})
    assert answer.status == 200
    assert site.pauses.said[PLACE.id].body == given


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"{", 400), (b"\xff", 400), (b'"\\u0000"', 400), (b"[" * 300 + b"]" * 300, 400), (b" " * 1_000_001, 413)],
)
async def test_what_cannot_be_read_resumes_nothing(site: Site, body: bytes, status: int) -> None:
    path = await pausing(site)
    answer = await site.client(None).call("POST", path, body=body)
    assert answer.status == status
    assert not site.pauses.said


@pytest.mark.parametrize("token", ["x", "ktr_", "ktr_AAAA", "ktr_" + "A" * 86, "ktr_ü", "a" * 500])
async def test_addresses_of_nobody(site: Site, token: str) -> None:
    answer = await site.client(None).post(f"/resume/{token}", {})
    assert (answer.status, answer.problem["code"]) in ((404, "unknown-resume-address"), (422, "bad-request"))


async def test_a_pause_that_is_over_is_gone(site: Site) -> None:
    path = await pausing(site)
    await site.pauses.look(Lease(RUN, "w", 1), Pause(RUN, "rest", PLACE.id, UNTIL), over=True)
    answer = await site.client(None).post(path, {})
    assert (answer.status, answer.problem["code"]) == (410, "pause-over")


async def test_the_log_does_not_tell_the_address(site: Site) -> None:
    path = await pausing(site)
    with structlog.testing.capture_logs() as told:
        await site.client(None).post(path, {})
        site.switch.away = True
        await site.client(None).post(path, {})
    assert told
    assert path.rpartition("/")[2] not in str(told)
    assert {line["path"] for line in told if "path" in line} == {"/resume/..."}


async def test_somebody_with_the_permission_sees_and_resumes_pauses(site: Site) -> None:
    await pausing(site)
    reader, manager = await site.client_with(Permission.RUNS_READ), await site.client_with(Permission.RUNS_MANAGE)
    (shown,) = (await reader.get(f"/api/v1/runs/{RUN}/pauses")).json["rows"]
    assert (shown["run_id"], shown["path"]) == (str(RUN), "rest")
    assert shown["until"].startswith(UNTIL.date().isoformat())
    assert (await reader.post(f"/api/v1/runs/{RUN}/resume", {})).status == 403
    answer = await manager.post(f"/api/v1/runs/{RUN}/resume", {"body": {"approved": True}})
    assert (answer.status, answer.json["before"]) == (200, False)
    assert (site.pauses.said[PLACE.id].body, site.pauses.said[PLACE.id].by) == ({"approved": True}, "runs.manage")
    assert (await reader.get(f"/api/v1/runs/{RUN}/pauses")).json["rows"] == []
    over = await manager.post(f"/api/v1/runs/{RUN}/resume", {})
    assert (over.status, over.problem["code"]) == (409, "nothing-paused")


async def test_the_pauses_of_all_runs_are_listed(site: Site) -> None:
    for number in (1, 2):
        open_pause = OpenPause(Pause(UUID(int=number), "rest", PLACE.id, UNTIL), RUN, START)
        site.runs.paused.append(PausedRun(open_pause, "main", 3, "ada", WorksFor("offboard", "bob")))
    first = (await site.client().get("/api/v1/pauses?limit=1")).json
    rest = (await site.client().get(f"/api/v1/pauses?limit=1&after={first['next']}")).json
    row = first["rows"][0]
    assert (row["flow_name"], row["version"], row["about"], row["pause"]["path"]) == ("main", 3, "ada", "rest")
    assert row["works_for"] == {"flow_id": "offboard", "flow_name": "offboard", "about": "bob"}
    assert [row["pause"]["run_id"] for row in rest["rows"]] == [str(UUID(int=2))]


async def test_of_several_pauses_one_is_named(site: Site) -> None:
    await pausing(site, "each[0]/rest", ResumePlace(UUID(int=1), RUN))
    await pausing(site, "each[1]/rest", ResumePlace(UUID(int=2), RUN))
    client = site.client()
    which = await client.post(f"/api/v1/runs/{RUN}/resume", {})
    assert which.status == 409
    assert "each[0]/rest, each[1]/rest" in which.problem["what"]
    assert (await client.post(f"/api/v1/runs/{RUN}/resume", {"path": "each[1]/rest"})).status == 200
    assert [*site.pauses.said] == [UUID(int=2)]
    none = await client.post(f"/api/v1/runs/{RUN}/resume", {"path": "other"})
    assert (none.status, none.problem["code"]) == (409, "nothing-paused")
