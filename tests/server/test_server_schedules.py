"""Schedules by the API."""

from __future__ import annotations

from support_client import Client
from support_server import Site

from keyturn.access.permissions import Permission

FLOW = """\
id: {id}
name: {id}
event: {{card: schedule, options: {{{options}}}}}
"""


async def publish(client: Client, *flows: tuple[str, str]) -> None:
    documents = [FLOW.format(id=flow_id, options=options) for flow_id, options in flows]
    answer = await client.post("/api/v1/flows", {"documents": documents})
    assert answer.status == 200, answer.body


async def test_schedules_are_listed_with_words_and_next_due_time(client: Client) -> None:
    await publish(
        client,
        ("weekly", "unit: weeks, weekdays: [monday], at: '07:00', zone: Europe/Berlin"),
        ("nightly", "cron: 0 2 * * *"),
        ("over", "unit: days, end: 2020-01-01"),
    )
    first = await client.get("/api/v1/schedules?limit=1")
    rest = await client.get(f"/api/v1/schedules?after={first.json['next']}")
    rows = [*first.json["rows"], *rest.json["rows"]]
    assert [(row["flow_id"], row["words"], row["next"]) for row in rows] == [
        ("nightly", "At 02:00, UTC", "2026-03-02T02:00:00Z"),
        ("over", "Every day at 00:00, UTC, until 2020-01-01 00:00", None),
        ("weekly", "Mondays at 07:00, Europe/Berlin", "2026-03-02T06:00:00Z"),
    ]
    assert (rows[0]["last"], rows[0]["last_run"], rows[0]["last_skipped"]) == (None, None, 0)


async def test_due_times_to_come(client: Client) -> None:
    await publish(client, ("berlin", "cron: 30 2 * * 0, zone: Europe/Berlin"))
    answer = await client.get("/api/v1/schedules/berlin?times=5")
    assert answer.json["upcoming"] == [
        "2026-03-08T01:30:00Z",
        "2026-03-15T01:30:00Z",
        "2026-03-22T01:30:00Z",
        "2026-03-29T01:00:00Z",  # 02:30 is not there; the gap ends at 03:00, which is 01:00 UTC
        "2026-04-05T00:30:00Z",
    ]
    assert answer.json["next"] == answer.json["upcoming"][0]
    assert (await client.get("/api/v1/schedules/berlin?times=0")).status == 422
    assert (await client.get("/api/v1/schedules/berlin?times=101")).status == 422


async def test_a_flow_that_is_off_has_none(client: Client) -> None:
    await publish(client, ("nightly", "cron: 0 2 * * *"))
    assert (await client.put("/api/v1/flows/nightly/active", {"active": False})).status == 200
    answer = await client.get("/api/v1/schedules/nightly")
    assert (answer.json["active"], answer.json["next"], answer.json["upcoming"]) == (False, None, [])


async def test_a_flow_without_schedule_is_told(client: Client) -> None:
    answer = await client.get("/api/v1/schedules/nobody")
    assert (answer.status, answer.problem["code"]) == (404, "unknown-schedule")


async def test_a_schedule_is_told_before_it_is_kept(client: Client) -> None:
    options = {"unit": "weeks", "weekdays": ["monday"], "zone": "Europe/Berlin", "start": "2026-03-24T09:30"}
    answer = await client.post("/api/v1/schedules/preview", {"options": options})
    assert answer.json == {
        "words": "Mondays at 09:30, Europe/Berlin, from 2026-03-24 09:30",
        "interval": {"every": 1, "unit": "weeks", "at": "09:30", "weekdays": ["monday"], "day": 24},
        # the clocks go forward on the 29th; the first of April's Mondays has another offset than March's last
        "upcoming": [f"2026-{day}T09:30:00+02:00" for day in ("03-30", "04-06", "04-13", "04-20", "04-27")],
        "flaws": [],
    }
    cron = await client.post("/api/v1/schedules/preview", {"options": {"cron": "0 9 28,30 3 *"}, "times": 2})
    assert (cron.json["words"], cron.json["interval"]) == (
        "At 09:00, on day 28 and 30 of the month, only in March, UTC",
        None,
    )
    assert cron.json["upcoming"] == ["2026-03-28T09:00:00Z", "2026-03-30T09:00:00Z"]


async def test_what_is_wrong_with_a_schedule_is_told_before_it_is_kept(client: Client) -> None:
    answer = await client.post("/api/v1/schedules/preview", {"options": {"unit": "days", "every": 0, "at": "noon"}})
    assert answer.status == 200
    assert (answer.json["words"], answer.json["interval"], answer.json["upcoming"]) == ("", None, [])
    assert [(flaw["code"], flaw["option"]) for flaw in answer.json["flaws"]] == [
        ("interval-too-short", "every"),
        ("bad-schedule", "at"),
    ]
    assert (await client.post("/api/v1/schedules/preview", {"options": {}, "times": 101})).status == 422
    assert (await client.get("/api/v1/schedules")).json["rows"] == []


async def test_the_permission_is_that_of_flows(site: Site) -> None:
    allowed, other = await site.client_with(Permission.FLOWS_READ), await site.client_with(Permission.RUNS_READ)
    for path in ("/api/v1/schedules", "/api/v1/schedules/nobody"):
        assert (await allowed.get(path)).status in (200, 404)
        assert (await other.get(path)).status == 403


async def test_a_bad_schedule_is_not_published(client: Client) -> None:
    documents = [FLOW.format(id="f", options="cron: 0 9 * *, zone: Europe/Berln")]
    answer = await client.post("/api/v1/flows", {"documents": documents})
    assert answer.status == 422
    assert {problem["code"] for problem in answer.json["problems"]} == {"bad-cron", "unknown-zone"}
