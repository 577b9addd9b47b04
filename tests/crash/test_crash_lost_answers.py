"""The database did it and the connection was cut before its answer: looked up by its keys, neither lost nor doubled."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from killable import Killable, Order, Work
from losing_proxy import LosingProxy, losing
from pydantic import SecretStr
from support_crash import HOOK_SECRET, Place, Seeds, Unknown

from keyturn.app.main import working
from keyturn.app.wiring import open_app
from keyturn.engine.points import Moment, Point
from keyturn.flows.paging import PageRequest

pytestmark = pytest.mark.timeout(300)

ACCEPT, START = "INSERT INTO events", "INSERT INTO start_keys"
CLAIM, BATCH = "claim_id = free.claim_id", "put_journal AS"
DECIDE, CANCEL, RERUN, RELEASE = "'decided', $6", "COMMIT", "copied AS", "WITH back AS"
DROPPED = "graph:dropx1@/users/{login}/revokeSignInSessions"


@asynccontextmanager
async def cut(seeds: Seeds, login: str, unknown: Unknown, *texts: str) -> AsyncIterator[tuple[Place, LosingProxy]]:
    """A place whose program reaches its database through a proxy; each text must have cost an answer at the end."""
    async with seeds.case(unknown, login) as place, losing(place.url, *texts) as proxy:
        through = place.killable.model_copy(update={"database_url": SecretStr(proxy.url), "lease_seconds": 6})
        async with open_app(through) as app:
            yield replace(place, app=app, killable=through), proxy
    assert {text for text in texts if proxy.lost[text]} == {*texts}


async def test_an_offboarding_in_which_every_answer_is_lost_once(seeds: Seeds, people: list[str]) -> None:
    await seeds.tenants.reset([DROPPED.format(login=people[0])])
    async with cut(seeds, people[0], "ask", ACCEPT, CLAIM, BATCH, DECIDE) as (place, proxy):
        await place.suspend()
        async with working(place.app):
            assert await place.quiet() == "needs attention"
            (asked,) = await place.questions()
            await place.decide(asked, "again")
            assert await place.quiet() == "succeeded"
        assert proxy.lost[BATCH] > 6, "every batch lost an answer"
        assert len(await place.audit()) == 4
        states = Counter((record.run_id, record.path, record.attempt, record.state) for record in await place.journal())
        assert set(states.values()) == {1}
        for run in await place.runs():
            entries = (await place.app.services.history.trace(run.id, PageRequest(200))).rows
            assert len(entries) == len({(entry.path, entry.attempt) for entry in entries})
        assert len(await place.runs()) == 3
        await place.app.services.okta_hook.receive("okta", HOOK_SECRET, place.delivery())
        assert len(await place.runs()) == 3


async def test_a_start_with_a_key(seeds: Seeds, people: list[str]) -> None:
    async with cut(seeds, people[0], "repeat", START) as (place, _):
        inputs = {"Username": place.login, "Seconds": 0}
        first = await place.app.services.manual.start("offboard-later", {**inputs}, "key")
        again = await place.app.services.manual.start("offboard-later", {**inputs}, "key")
        assert [run.id for run in await place.runs()] == [first] == [again]


async def test_a_cancel(seeds: Seeds, people: list[str]) -> None:
    await seeds.tenants.reset()
    async with cut(seeds, people[0], "repeat", CANCEL) as (place, _):
        await place.suspend()
        assert (await place.app.services.runs.cancel((await place.root()).id)).status == "cancelled"


async def test_a_rerun(seeds: Seeds, people: list[str]) -> None:
    await seeds.tenants.reset()
    async with cut(seeds, people[0], "repeat", RERUN) as (place, _):
        await place.suspend()
        async with working(place.app):
            await place.quiet()
            await place.app.services.runs.rerun((await place.root()).id, "google", None)
            assert await place.quiet() == "succeeded"
        assert len([run for run in await place.runs() if run.id == run.root_id]) == 2
        assert len(await place.requests()) == 4


async def test_a_release(seeds: Seeds, people: list[str]) -> None:
    """A worker stops in the middle and gives its run back; another one takes it, once."""
    await seeds.tenants.reset()
    async with cut(seeds, people[0], "ask", RELEASE) as (place, _):
        await place.suspend()
        with Killable(place.killable, Work(), Order(Point.DONE, Moment.AFTER, "hand back")) as stopping:
            await stopping.told()
            assert await stopping.stop() == 0
        assert (await place.root()).status == "queued"
        async with working(place.app):
            assert await place.quiet() == "succeeded"
        assert len(await place.audit()) == 3
