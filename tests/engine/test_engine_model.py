"""The promises, held against the real engine and store by a machine that does everything in any order.

``KEYTURN_MODEL_EXAMPLES=2000`` looks longer, with other examples each time.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Coroutine
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from model_flows import EFFECTS, RIDES, Shape, Step
from model_oracle import Answer, ModelRun
from model_world import Held, ModelWorld, Trouble

from keyturn.app.runs import NothingToDecide
from keyturn.engine.ports import RunStatus
from keyturn.flows.json import Values
from keyturn.store import Store, open_store
from keyturn.triggers.manual import UnknownFlow

pytestmark = pytest.mark.timeout(600)  # time to find the smallest example, if there is one

Result = TypeVar("Result")

_EXAMPLES = os.environ.get("KEYTURN_MODEL_EXAMPLES")
_STEPS = 25
_LONGEST_END = 60
_KEYS = ("key-a", "key-b")
_SIMPLE = sorted(EFFECTS | RIDES | {Step.WAIT, Step.PAUSE})

places = st.integers(0, 1000)
mixed = st.lists(st.sampled_from(Answer.ALL), max_size=6)
stubborn = st.sampled_from(Answer.ALL).map(lambda answer: [answer] * 6)
late = st.builds(lambda well, then: [Answer.DONE] * well + [then], st.integers(1, 3), st.sampled_from(Answer.ALL))
answers = mixed | stubborn | late
troubles = st.builds(Trouble, st.integers(0, 12), st.booleans())
mains = st.builds(Shape, st.lists(st.sampled_from(sorted(Step)), min_size=1, max_size=3).map(tuple))
parts = st.builds(Shape, st.lists(st.sampled_from(_SIMPLE), min_size=1, max_size=2).map(tuple))


class Machine(RuleBasedStateMachine):
    """Starts, waits, pauses, cancels, crashes, resumes, decides, runs again, publishes, switches off and on."""

    runner: asyncio.Runner
    store: Store

    def __init__(self) -> None:
        super().__init__()
        self.world = ModelWorld(self.store)
        self.oracle = self.world.oracle
        self.versions: dict[str, list[Shape]] = {"main": [], "part": []}
        self.active = {"main": True, "part": True}
        self.stalled: list[Held] = []
        self.keys: dict[str, ModelRun] = {}
        self.events = 0

    def do(self, work: Coroutine[Any, Any, Result]) -> Result:
        return self.runner.run(work)

    def among(self, *statuses: RunStatus) -> list[ModelRun]:
        return [run for run in self.oracle.runs.values() if run.status in statuses]

    @initialize(main=mains, part=parts)
    def begin(self, main: Shape, part: Shape) -> None:
        self.do(self.world.make_table())
        self.publish_one("part", part)
        self.publish_one("main", main)
        self.deliver(0, 2)

    @rule(new=st.tuples(st.just("main"), mains) | st.tuples(st.just("part"), parts))
    def publish(self, new: tuple[str, Shape]) -> None:
        self.publish_one(*new)

    def publish_one(self, flow: str, shape: Shape) -> None:
        self.versions[flow].append(shape)
        self.do(self.world.publish(flow, shape, len(self.versions[flow])))

    @rule(flow=st.sampled_from(("main", "part")))
    def switch(self, flow: str) -> None:
        self.active[flow] = not self.active[flow]
        self.do(self.world.store.flows.set_active(self.world.id_of(flow), self.active[flow]))

    @rule(key=st.sampled_from((None, *_KEYS)))
    def start(self, key: str | None) -> None:
        named = key and f"{key} of {self.world.name}"
        starting = self.world.manual.start(self.world.id_of("main"), {}, named)
        if not self.active["main"]:
            with pytest.raises(UnknownFlow):
                self.do(starting)
            return
        run_id = self.do(starting)
        if key in self.keys:
            assert run_id == self.keys[key].id, "a key that was used started another run"
            return
        assert run_id not in self.oracle.runs
        run = self.oracle.runs[run_id] = ModelRun(run_id, "main", len(self.versions["main"]))
        if key is not None:
            self.keys[key] = run

    @rule(known=places, new=st.integers(0, 2))
    def deliver(self, known: int, new: int) -> None:
        """Events that are new, one of them twice, and one that came before."""
        fresh = [f"event-{self.events + number}" for number in range(new)]
        again = [f"event-{known % self.events}"] if self.events else []
        self.events += new
        runs = self.do(self.world.deliver([*fresh, *again, *fresh[:1]]))
        assert len(runs) == (new if self.active["main"] else 0)
        for run_id in runs:
            assert run_id not in self.oracle.runs
            self.oracle.runs[run_id] = ModelRun(run_id, "main", len(self.versions["main"]))

    def ready(self) -> list[ModelRun]:
        return [run for run in self.among(RunStatus.QUEUED) if not run.cancel_asked]

    def work_on(self, place: int, given: list[str], trouble: Trouble | None = None, stop: int | None = None) -> None:
        ready = self.ready()
        held = self.do(self.world.work(ready[place % len(ready)], given, trouble, stop))
        if held is not None:
            self.stalled.append(held)

    @precondition(ready)
    @rule(place=places, given=answers)
    def work(self, place: int, given: list[str]) -> None:
        """A worker takes a run and carries it as far as it goes."""
        self.work_on(place, given)

    @precondition(ready)
    @rule(place=places, given=answers, trouble=troubles)
    def work_until_trouble(self, place: int, given: list[str], trouble: Trouble) -> None:
        """A worker takes a run and dies, or stalls, at one of its steps."""
        self.work_on(place, given, trouble)

    @precondition(ready)
    @rule(place=places, given=answers, looks=st.integers(0, 5))
    def work_until_stopped(self, place: int, given: list[str], looks: int) -> None:
        """A worker takes a run and is asked to stop meanwhile: it hands it back."""
        self.work_on(place, given, stop=looks)

    @precondition(lambda self: self.stalled)
    @rule(place=places, expired=st.booleans(), swept=st.booleans())
    def wake(self, place: int, expired: bool, swept: bool) -> None:
        """A stalled worker goes on; its lease may have ended, and others may have taken its run."""
        held = self.stalled.pop(place % len(self.stalled))
        if expired:
            self.do(self.world.expire(held))
            if swept:
                self.do(self.world.sweep())
        self.do(self.world.wake(held))

    @precondition(lambda self: self.stalled)
    @rule(place=places)
    def overtake(self, place: int) -> None:
        """The lease of a stalled worker ends and the reconciler hands its run out; it wakes later."""
        self.do(self.world.expire(self.stalled[place % len(self.stalled)]))
        self.do(self.world.sweep())

    @rule(seconds=st.sampled_from((0.0, 1.0, 61.0)))
    def pass_time(self, seconds: float) -> None:
        self.do(self.world.pass_time(seconds))

    @precondition(lambda self: self.oracle.runs)
    @rule(place=places)
    def cancel(self, place: int) -> None:
        run = list(self.oracle.runs.values())[place % len(self.oracle.runs)]
        in_hand = any(held.run is run and not held.gate.expired for held in self.stalled)
        self.do(self.world.desk.cancel(run.id))
        if run.status.ended:
            return
        if run.status is RunStatus.RUNNING and in_hand:
            run.cancel_asked = True
        else:
            run.status, run.fenced = RunStatus.CANCELLED, True

    @precondition(lambda self: self.oracle.places)
    @rule(place=places)
    def resume(self, place: int) -> None:
        """Somebody says something to a pause, in time or too late, for the first time or again."""
        known = [*self.oracle.places.values()]
        chosen = known[place % len(known)]
        self.do(self.world.resume(chosen.id, chosen.root))

    @precondition(lambda self: self.among(RunStatus.NEEDS_ATTENTION))
    @rule(place=places, which=places, answer=st.sampled_from(("happened", "again", "stop")))
    def decide(self, place: int, which: int, answer: str) -> None:
        asking = self.among(RunStatus.NEEDS_ATTENTION)
        self.answer(asking[place % len(asking)], which, answer)

    def answer(self, run: ModelRun, which: int, answer: str) -> None:
        asked = {(one.run_id, one.path, one.attempt) for one in self.do(self.world.desk.questions(run.id))}
        assert asked, "a run needs attention and asks nothing"
        wanted = self.oracle.questions(run)
        assert asked == set(wanted)
        run_id, path, attempt = wanted[which % len(wanted)]  # not by id: those are others each time
        outputs: Values = {"status": 200, "body": {"n": -attempt}}
        self.do(self.world.desk.decide(run_id, path, attempt, answer, outputs, "model"))  # type: ignore[arg-type]
        self.oracle.decided(run_id, path, attempt, answer, outputs)
        run.status = RunStatus.QUEUED
        with pytest.raises(NothingToDecide):
            self.do(self.world.desk.decide(run_id, path, attempt, "again", None, "model"))

    def over(self) -> list[ModelRun]:
        return [run for run in self.among(*RunStatus) if run.status.ended]

    @precondition(over)
    @rule(place=places, card=places)
    def run_again(self, place: int, card: int) -> None:
        """Run an ended run again from one of its cards."""
        over = self.over()
        run = over[place % len(over)]
        cards = [*(known for known, _ in self.oracle.shapes[run.flow, run.version].cards()), "give"]
        chosen = cards[card % len(cards)]
        made = self.do(self.world.desk.rerun(run.id, chosen, None))
        self.oracle.rerun(run, made.run.id, chosen)

    @invariant()
    def agree(self) -> None:
        self.do(self.world.check())

    def teardown(self) -> None:
        """Whatever happened: with good answers, a person at the desk and time, every run comes to its end."""
        for held in self.stalled:
            self.do(self.world.die(held))
        if not self.versions["main"]:
            return
        for flow in ("main", "part"):
            self.do(self.world.store.flows.set_active(self.world.id_of(flow), True))
        for _ in range(_LONGEST_END):
            self.do(self.world.pass_time(61.0))
            for run in self.among(RunStatus.NEEDS_ATTENTION):
                self.answer(run, 0, "happened")
            for run in self.ready():
                self.do(self.world.work(run, [], None))
            self.do(self.world.check())
            if all(run.status.ended for run in self.oracle.runs.values()):
                return
        raise AssertionError(f"some runs never end: {self.among(*RunStatus)}")


def test_the_engine_keeps_its_promises_in_any_order(database_url: str) -> None:
    small = settings(max_examples=40, derandomize=True, phases=(Phase.generate,), database=None)
    large = settings(max_examples=int(_EXAMPLES or 0) or 1, phases=(Phase.generate, Phase.shrink))
    chosen = large if _EXAMPLES else small
    with asyncio.Runner() as runner:
        store = runner.run(open_store(database_url))
        try:
            machine = type("Model", (Machine,), {"runner": runner, "store": store})
            run_state_machine_as_test(
                machine,
                settings=settings(
                    chosen,
                    stateful_step_count=_STEPS,
                    deadline=None,
                    suppress_health_check=list(HealthCheck),
                ),
            )
        finally:
            runner.run(store.close())
