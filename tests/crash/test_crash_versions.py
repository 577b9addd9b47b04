"""A worker is killed in the middle of a run; before another goes on, flow and connector are other ones (promise 5)."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from killable import Killable, Order, Work
from support_crash import Place, Seeds

from keyturn.app.connections import ConnectionForm
from keyturn.app.main import working
from keyturn.app.wiring import open_app
from keyturn.engine.points import Moment, Point
from keyturn.flows.document import Flow

pytestmark = pytest.mark.timeout(300)

_CONNECTOR = """\
connector: doors
title: Doors
about: Opens and shuts accounts of the sandbox's Google tenant.
base_url: https://doors.example
auth: [bearer]
check: {{method: GET, path: /}}
errors: {{code: "{{{{ body.error.code }}}}", message: "{{{{ body.error.message }}}}"}}
actions:
  - key: shut
    title: Shut
    summary: Shuts an account.
    effect: {{effect: change, person: user, repeatable: true}}
    inputs: [{{name: user, title: User, required: true}}]
    request: {{method: PUT, path: "/admin/directory/v1/users/{{{{ inputs.user }}}}", body: {{suspended: {shut}}}}}
    outputs: [{{name: status, type: number, value: "{{{{ status }}}}"}}]
"""


def _flow(times: int) -> Flow:
    card = {"card": "doors.shut", "connection": "doors", "inputs": {"user": "{{ event.Login }}"}}
    cards = [{"id": f"shut_{number}", **card} for number in range(times)]
    event = {"card": "manual", "outputs": {"Login": "text"}}
    return Flow.model_validate({"id": "shut", "name": "Shut", "event": event, "cards": cards})


def _connector(folder: Path, shut: str) -> None:
    (folder / "connectors").mkdir(exist_ok=True)
    (folder / "connectors" / "doors.yaml").write_text(_CONNECTOR.format(shut=shut), encoding="utf-8")


async def test_a_run_ends_with_the_version_and_the_manifests_that_it_began_with(
    seeds: Seeds, people: list[str], tmp_path: Path
) -> None:
    login = people[0]
    await seeds.tenants.reset()
    async with seeds.case("ask", login) as place:
        settings = place.killable.model_copy(update={"data": tmp_path})
        google = seeds.tenants.urls["google"]
        _connector(tmp_path, "true")
        async with open_app(settings) as app:
            form = ConnectionForm(
                connector="doors", kind="bearer", base_url=google["base_url"], secrets={"token": google["token"]}
            )
            await app.services.connections.put("doors", form)
            await app.services.library.publish([_flow(3)], "crash suite")
            run_id = await app.services.manual.start("shut", {"Login": login}, "once")
        with Killable(settings, Work(), Order(Point.DONE, Moment.AFTER)) as process:
            await process.died()
        assert len(await place.audit()) == 1
        _connector(tmp_path, "false")
        async with open_app(settings) as app, working(app):
            (newer,) = (await app.services.library.publish([_flow(1)], "crash suite")).versions
            assert newer.version == 2
            assert await place.quiet() == "succeeded"
            run = await app.services.history.get(run_id)
            assert run is not None
            assert run.version == 1
            assert await _suspended(place), "the connector's old manifest shuts, its new one opens"
            assert len(await place.audit()) == 3, "version 1 has three cards, version 2 has one"
            await app.services.manual.start("shut", {"Login": login}, "twice")
            assert await place.quiet() == "succeeded"
        assert len(await place.audit()) == 4
        assert not await _suspended(place)
        for left in (
            "flows WHERE id = 'shut'",
            "flow_versions WHERE flow_id = 'shut'",
            "connections WHERE id = 'doors'",
        ):
            await place.rows(f"DELETE FROM {left}")  # the database is another case's next


async def _suspended(place: Place) -> bool:
    state = await asyncio.to_thread(place.tenants.client.state, place.login)
    return bool(state["google"]["suspended"])  # type: ignore[index, call-overload]
