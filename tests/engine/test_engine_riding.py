"""Changes of Keyturn's own data: made by the commit that records them, never begun before it."""

from __future__ import annotations

import pytest
from support_engine import World

from keyturn.engine.memory import MemoryRunStore
from keyturn.engine.points import Moment
from keyturn.engine.ports import Commit, JournalRecord, JournalState, RunStatus, StoreUnavailable
from keyturn.flows.actions import Done, Failed, Ready
from keyturn.flows.errors import ErrorDetail
from keyturn.flows.json import Values

ADD: Values = {"id": "add", "card": "table.create_row", "inputs": {"table": "t", "fields": {"n": 1}}}
GIVE: Values = {"id": "give", "card": "flow.return", "inputs": {"row": "{{ add.row_id }}"}}
FLOW: Values = {"id": "main", "cards": [ADD, GIVE]}
REFUSED = Failed(ErrorDetail("it is there", code="not-unique"))


class Data:
    """What changes are made to; answers in turn, and then always that it happened."""

    def __init__(self, *outcomes: Done | Failed) -> None:
        self.made: list[object] = []
        self._outcomes = list(outcomes)

    def carry_out(self, change: object) -> Done | Failed:
        self.made.append(change)
        return self._outcomes.pop(0) if self._outcomes else Done({"row_id": f"r{len(self.made)}"})


class Dying(MemoryRunStore):
    """Loses one commit: it is not there, or only its answer is not."""

    lost: tuple[int, Moment] | None = None

    async def commit(self, commit: Commit) -> JournalRecord | None:
        number = self.commits + 1
        if self.lost == (number, Moment.BEFORE):
            self.lost = None
            raise StoreUnavailable("the process is gone")
        rode = await super().commit(commit)
        if self.lost == (number, Moment.AFTER):
            self.lost = None
            raise StoreUnavailable("the process is gone")
        return rode


def world(data: Data, flow: Values = FLOW, store: type[MemoryRunStore] = MemoryRunStore) -> World:
    return World(flow, store=store(data.carry_out), script=lambda call: Ready((call.card, call.inputs["fields"])))


async def test_it_is_one_commit_and_is_never_begun_before() -> None:
    data = Data()
    made = world(data)
    run = await made.run()
    assert made.outputs(run) == {"row": "r1"}
    assert [(record.path, record.state) for record in made.store.journal] == [("add", JournalState.DONE)]
    assert made.store.commits == 2
    assert data.made == [("table.create_row", {"n": 1})]


@pytest.mark.parametrize("moment", [Moment.BEFORE, Moment.AFTER])
async def test_a_run_that_dies_around_it_makes_it_once(moment: Moment) -> None:
    data = Data()
    made = world(data, store=Dying)
    assert isinstance(made.store, Dying)
    made.store.lost = (1, moment)
    run = made.queued()
    with pytest.raises(StoreUnavailable):
        await made.go_on(run)
    assert len(data.made) == (moment is Moment.AFTER)
    assert made.outputs(await made.go_on(run)) == {"row": "r1"}
    assert len(data.made) == 1


async def test_what_cannot_be_done_fails_the_card_and_is_recorded() -> None:
    made = world(Data(REFUSED))
    run = await made.run()
    assert run.status is RunStatus.FAILED
    assert run.error is not None
    assert (run.error["code"], run.error["card"]) == ("not-unique", "add")
    assert [record.state for record in made.store.journal] == [JournalState.FAILED]
    assert made.shown(run.id, "add") == "failed"


async def test_a_flow_may_go_on_after_it_failed() -> None:
    handled: Values = {**ADD, "on_error": {"then": "continue", "values": {"row_id": "none"}}}
    data = Data(REFUSED)
    went_on = world(data, {"id": "main", "cards": [handled, GIVE]})
    assert went_on.outputs(await went_on.run()) == {"row": "none"}


async def test_in_a_loop_each_round_makes_its_own_and_a_resumed_one_makes_no_other() -> None:
    body: Values = {**ADD, "inputs": {"table": "t", "fields": {"n": "{{ item }}"}}}
    each: Values = {"id": "each", "card": "list.for_each", "inputs": {"list": [*range(9)], "at_once": 3}, "do": [body]}
    for number in range(1, 12):
        for moment in (Moment.BEFORE, Moment.AFTER):
            data = Data()
            made = world(data, {"id": "main", "cards": [each]}, Dying)
            assert isinstance(made.store, Dying)
            made.store.lost = (number, moment)
            run = made.queued()
            try:
                await made.go_on(run)
            except StoreUnavailable:
                await made.go_on(run)
            assert made.store.runs[run.id].status is RunStatus.SUCCEEDED
            fields = sorted(str(change[1]) for change in data.made)  # type: ignore[index]
            assert fields == [str({"n": n}) for n in range(9)], (number, moment)
