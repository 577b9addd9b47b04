"""A loop over very many records, killed at random: no finished round is entered again, nothing is written twice.

``KEYTURN_LOOP_RECORDS=100000`` makes it as long as the promise; the tests are content with fewer.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from random import Random
from uuid import UUID, uuid4

import pytest
from killable import Killable, Work
from many_people import login, many_people
from pydantic import SecretStr
from support_crash import KEY, PERSON, Place, Seeds, until

from keyturn.app.connections import ConnectionForm
from keyturn.app.settings import Settings
from keyturn.app.wiring import open_app
from keyturn.flows.document import Flow
from keyturn.flows.json import JSON

RECORDS = int(os.environ.get("KEYTURN_LOOP_RECORDS", "600"))
KILLS = 2
MOST_MB = 300

pytestmark = pytest.mark.timeout(300 + RECORDS)

_ROUND: JSON = {
    "id": "one-person",
    "name": "One person",
    "event": {"card": "helper", "outputs": {"Login": "text", "Number": "number"}},
    "cards": [
        {"id": "lower", "card": "text.lower", "inputs": {"text": "{{ event.Login }}"}},
        {"id": "parts", "card": "text.split", "inputs": {"text": "{{ lower.output }}", "separator": "@"}},
        {"id": "name", "card": "list.at", "inputs": {"list": "{{ parts.output }}", "index": 0}},
        {"id": "line", "card": "text.compose", "inputs": {"text": "{{ name.item }} is number {{ event.Number }}"}},
        {"id": "give", "card": "flow.return", "inputs": {"line": "{{ line.output }}"}},
    ],
}
_CALL: JSON = {"Login": "{{ record.profile.login }}", "Number": "{{ index }}"}
_PAGED: JSON = {
    "id": "through-all-pages",
    "name": "Through all pages",
    "event": {"card": "manual", "outputs": {"Items": "list of text"}},
    "cards": [
        {
            "id": "each",
            "card": "okta.list_users_with_search",
            "connection": "many",
            "options": {"results": "stream"},
            "call": {"flow": "one-person", "with": _CALL},
        }
    ],
}
_LISTED: JSON = {
    "id": "through-a-list",
    "name": "Through a list",
    "event": {"card": "manual", "outputs": {"Items": "list of text"}},
    "cards": [
        {
            "id": "each",
            "card": "list.for_each",
            "inputs": {"list": "{{ event.Items }}", "at_once": 5},
            "call": {"flow": "one-person", "with": {"Login": "{{ item }}", "Number": "{{ index }}"}},
        }
    ],
}
_STATUS = "SELECT status FROM runs WHERE id = $1"
_ENDED = "SELECT count(*) FROM runs WHERE parent_id = $1 AND ended_at IS NOT NULL"
_NEXT = "SELECT max(next) AS next FROM checkpoints WHERE run_id = $1"
_FINISHED = "SELECT id FROM runs WHERE parent_id = $1 AND ended_at IS NOT NULL"
_EPOCH = "SELECT epoch FROM runs WHERE id = $1"
_LAST_SEEN = (
    "SELECT run_id, max(trace.epoch) AS epoch FROM trace JOIN runs ON runs.id = run_id"
    " WHERE parent_id = $1 GROUP BY run_id"
)
_REWRITTEN = (
    "SELECT relname, n_tup_upd + n_tup_del AS changed FROM pg_stat_user_tables WHERE relname IN ('journal', 'trace')"
)


@dataclass
class Told:
    """What was seen: at each kill the epoch with the rounds in the database and where the checkpoint stood; the most
    memory."""

    finished: list[tuple[int, set[UUID]]] = field(default_factory=list)
    passed: list[int] = field(default_factory=list)
    peak_mb: float = 0.0


@pytest.mark.parametrize("flow", ["through-all-pages", "through-a-list"])
async def test_a_loop_that_is_killed_at_random_goes_on_where_it_was(
    flow: str, seeds: Seeds, people: list[str], record_property: Callable[[str, object], None]
) -> None:
    with many_people(RECORDS) as address:
        async with seeds.case("repeat", people[0]) as place:
            killable = await _prepared(place, address)
            items: list[JSON] = [login(number) for number in range(RECORDS)] if flow == "through-a-list" else []
            root = await place.app.services.manual.start(flow, {"Items": items}, str(uuid4()))
            told = await _killed_and_killed(place, killable, root, Random(RECORDS))
            assert [row["status"] for row in await place.rows(_STATUS, root)] == ["succeeded"]
            assert await place.number(_ENDED, root) == RECORDS
            seen = {row["run_id"]: row["epoch"] for row in await place.rows(_LAST_SEEN, root)}
            again = [done for epoch, rounds in told.finished for done in rounds if seen[done] > epoch]
            assert again == [], "these rounds had ended before a kill, and somebody entered them after it"
            assert told.passed == sorted(told.passed), "a checkpoint never goes back"
            assert {row["relname"]: row["changed"] for row in await place.rows(_REWRITTEN)} == {
                "journal": 0,
                "trace": 0,
            }
            assert told.peak_mb < MOST_MB
    record_property(
        "loop",
        f"{flow}: {RECORDS} records, killed at {', '.join(str(len(rounds)) for _, rounds in told.finished)} rounds,"
        f" checkpoints then {', '.join(map(str, told.passed))}; at most {told.peak_mb:.0f} MB",
    )


async def _prepared(place: Place, address: str) -> Settings:
    """The flows, the app, and settings of processes that may go there."""
    allowed = f"{place.killable.egress_allow},{address.split('//')[1]}"
    settings = place.killable.model_copy(update={"egress_allow": allowed, "secret_key": SecretStr(KEY)})
    async with open_app(settings) as app:
        secrets = {"token": "a token for many people"}
        form = ConnectionForm("okta", "bearer", "Many people", address, {"prefix": "SSWS"}, secrets)
        await app.services.connections.put("many", form)
        flows = [Flow.model_validate(document) for document in (_ROUND, _PAGED, _LISTED)]
        await app.services.library.publish(flows, PERSON)
    return settings


async def _killed_and_killed(place: Place, settings: Settings, root: UUID, chance: Random) -> Told:
    """Kill the worker again and again, each time after some more rounds; the last one may end its work."""
    told = Told()
    wanted = 0
    for _ in range(KILLS):
        wanted += chance.randint(1, 2 * RECORDS // (KILLS + 2))
        with Killable(settings, Work()) as worker:
            await until(partial(_has, place, root, wanted), RECORDS)
            told.peak_mb = max(told.peak_mb, worker.peak_mb())
        finished = {row["id"] for row in await place.rows(_FINISHED, root)}
        told.finished.append((await place.number(_EPOCH, root), finished))
        wanted = len(finished)
        told.passed.append(await place.number(_NEXT, root))
    if await _over(place, root):
        return told
    with Killable(settings, Work()) as worker:
        await until(lambda: _over(place, root), RECORDS)
        told.peak_mb = max(told.peak_mb, worker.peak_mb())
        assert await worker.stop() == 0, worker.words()
    return told


async def _has(place: Place, root: UUID, rounds: int) -> bool:
    return await place.number(_ENDED, root) >= min(rounds, RECORDS)


async def _over(place: Place, root: UUID) -> bool:
    return bool(await place.rows("SELECT FROM runs WHERE id = $1 AND ended_at IS NOT NULL", root))
