"""The example of a scheduled flow: people who have not signed in for 90 days, mailed to the security team."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from support_app import World

from keyturn.app.examples import examples_folder
from keyturn.engine.ports import Run
from keyturn.flows.paging import PageRequest
from keyturn.library.files import find, read
from keyturn.sandbox.client import SandboxClient
from keyturn.store import Database

REPORT = "report-inactive-people"
AWAY = [
    "helena.novak",
    "hugo.lemaire",
    "ольга.петрова",
    "andre.silva",
    "tariq.aziz",
    "finn.murphy",
    "dana.wu_partner.example#EXT#",
]


async def make_due(database_url: str) -> None:
    """Let the due time have come, which is what a week of waiting would do."""
    database = Database(database_url)
    await database.open()
    statement = """
        UPDATE schedules SET plan_after = NULL, next_due = date_trunc('second', now() - interval '1 second')
        WHERE flow_id = $1
    """
    await database.fetch(statement, REPORT)
    await database.close()


async def report_of(world: World) -> Run:
    """The run that the schedule started, at its end."""
    async with asyncio.timeout(60):
        while True:
            for run in await world.runs():
                if run.flow_id == REPORT:
                    return await world.settled(run.id)
            await asyncio.sleep(0)


def last_logins(tenants: SandboxClient) -> dict[str, datetime]:
    people = [tenants.user(str(person["login"])) for person in tenants.users()]
    return {str(person["login"]): datetime.fromisoformat(person["okta"]["lastLogin"]) for person in people}  # type: ignore[index, call-overload, arg-type]


async def test_the_weekly_report_names_those_who_are_away_and_nobody_else(world: World, database_url: str) -> None:
    await world.ask(lambda: world.tenants.suspend("zoe.laurent@northwind.example"))  # away, and not active
    flows = [flow for path in find([examples_folder("inactive-people")]) if (flow := read(path).flow)]
    published = await world.services.library.publish(flows, "test")
    assert [warning.code for warning in published.warnings] == ["helper-circle"]
    await make_due(database_url)
    run = await report_of(world)
    assert (run.status.value, run.trigger, run.error) == ("succeeded", "schedule", None)

    expected = [f"{name}@northwind.example" for name in AWAY]
    assert run.outputs == {"inactive": expected}
    logins = await asyncio.to_thread(last_logins, world.tenants)
    cutoff = datetime.now(UTC) - timedelta(days=90)
    away = {login for login, last in logins.items() if last < cutoff}
    assert away == {*expected, "zoe.laurent@northwind.example"}
    assert len(logins) == 60

    [mail] = await asyncio.to_thread(world.tenants.mail)
    assert mail["from"] == "keiko.tanabe@northwind.example"
    assert mail["to"] == ["daniel.roth@northwind.example", "amara.diallo@northwind.example"]
    message = mail["message"]
    assert isinstance(message, dict)
    assert message["subject"] == "7 inactive people"
    content = str(message["body"]["content"])  # type: ignore[index, call-overload]
    assert content.splitlines()[2:] == expected

    requests = [(method, path) for method, path, _ in await world.requests()]
    assert requests.count(("GET", "/api/v1/users")) == 2, "seven people are two pages of five"
    record = await world.services.schedules.get(REPORT, 1)
    assert record.last_run == run.id
    assert record.next is not None
    assert record.next > datetime.now(UTC)


async def test_a_schedule_that_is_due_fires_once_though_the_server_looks_all_the_time(
    world: World, database_url: str
) -> None:
    flows = [flow for path in find([examples_folder("inactive-people")]) if (flow := read(path).flow)]
    await world.services.library.publish(flows, "test")
    await make_due(database_url)
    await report_of(world)
    findings = await world.services.doctor()
    assert next(finding for finding in findings if finding.name == "schedules").good
    assert len([run for run in await world.runs() if run.flow_id == REPORT]) == 1
    assert len((await world.services.schedules.list(PageRequest(10))).rows) == 1
