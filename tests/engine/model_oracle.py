"""The model: what was sent, recorded and decided, and what must follow from it.

It knows nothing of plans, replay or sessions. It is told of each request, each commit that landed, each
decision, and what is said to pauses, holds the promises against it, and says which state and outputs a run must have.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from model_flows import EFFECTS, LOOPS, MOST_REPEATS, RETRIES, ROUNDS, WAIT_SECONDS, Shape, Step, may_repeat

from keyturn.engine.helpers import child_id
from keyturn.engine.pauses import ResumeState
from keyturn.engine.ports import Commit, JournalRecord, JournalState, Run, RunStatus
from keyturn.flows.actions import ActionCall
from keyturn.flows.json import JSON, Values


class Answer:
    """What the app answers."""

    DONE, TOO_MANY, BROKEN, SILENT = "done", "429", "500", "silent"
    ALL = (DONE, TOO_MANY, BROKEN, SILENT)


@dataclass(slots=True)
class Sent:
    """A request that reached the app. ``answer`` stays None if its sender died first."""

    attempt: int
    n: int
    version: JSON
    answer: str | None = None


@dataclass(slots=True)
class Effect:
    """All that is known of one effect of one run: requests, landed records by attempt, decisions by attempt."""

    sent: list[Sent] = field(default_factory=list[Sent])
    records: dict[int, dict[JournalState, Values]] = field(default_factory=dict[int, dict[JournalState, Values]])

    def state(self) -> tuple[JournalState | None, Values]:
        """The last word: of the last attempt the strongest record."""
        if not self.records:
            return None, {}
        found = self.records[max(self.records)]
        for state in (JournalState.DECIDED, JournalState.DONE, JournalState.FAILED, JournalState.UNKNOWN):
            if state in found:
                return state, found[state]
        return JournalState.STARTED, {}

    def is_settled(self) -> bool:
        """Whether it must never be sent again."""
        state, result = self.state()
        return state is JournalState.DONE or (state is JournalState.DECIDED and result["answer"] != "again")

    def asked_again(self, attempt: int) -> bool:
        """Whether a person had it done again after this attempt."""
        return self.records.get(attempt, {}).get(JournalState.DECIDED, {}).get("answer") == "again"


@dataclass(slots=True)
class Place:
    """Where a run pauses.

    Attributes:
        root: the root run.
        due: when its time is over.
        said: somebody has resumed it; over: a worker was told that nobody has, in time.
        kept: a word is stored, be it for runs that run it again.
    """

    id: UUID
    root: UUID
    due: datetime
    said: bool = False
    over: bool = False
    kept: bool = False


@dataclass(slots=True)
class ModelRun:
    """A run as it must be.

    Attributes:
        flow: its flow, ``main`` or ``part``; version: the one that it began with.
        again_of: the run that it runs again.
        epoch: of the last claim; fenced: nobody may write with that claim any more.
    """

    id: UUID
    flow: str
    version: int
    status: RunStatus = RunStatus.QUEUED
    outputs: Values | None = None
    epoch: int = 0
    fenced: bool = True
    cancel_asked: bool = False
    again_of: UUID | None = None


@dataclass(slots=True)
class Oracle:
    """Runs, effects and the rules that bind them.

    Attributes:
        shapes: by flow and version.
        children: helper runs that landed, with the version they began with and how they stand.
        whole: helper runs that a rerun has taken over with their end; nothing of them is carried out again.
        rows: run and path of each row that there must be in the table, once.
        taken: there is the row of which there is one only.
        places: where runs pause or paused, by number.
        left: by run and epoch, how a worker left the run; others may have gone on with it since.
    """

    clock: Callable[[], datetime]
    shapes: dict[tuple[str, int], Shape] = field(default_factory=dict)
    runs: dict[UUID, ModelRun] = field(default_factory=dict)
    children: dict[UUID, tuple[int, RunStatus]] = field(default_factory=dict)
    whole: set[UUID] = field(default_factory=set[UUID])
    effects: dict[tuple[UUID, str], Effect] = field(default_factory=lambda: defaultdict(Effect))
    sends: int = 0
    rows: set[tuple[UUID, str]] = field(default_factory=set[tuple[UUID, str]])
    taken: bool = False
    places: dict[UUID, Place] = field(default_factory=dict[UUID, Place])
    left: dict[tuple[UUID, int], RunStatus] = field(default_factory=dict[tuple[UUID, int], RunStatus])

    def sending(self, call: ActionCall, epoch: int, expired: bool) -> Sent:
        """A request reaches the app: it must be allowed to."""
        run, effect = self.runs[call.root_id], self.effects[call.run_id, call.path]
        where = f"{call.path}, attempt {call.attempt}"
        held = epoch == run.epoch and not run.fenced and not expired
        assert held, f"sent without a lease: {where}"
        assert not run.status.ended, f"sent for a run that has ended: {where}"
        assert call.run_id not in self.whole, f"sent by a helper that had ended before: {where}"
        step = self._step_of(call)
        started = JournalState.STARTED in effect.records.get(call.attempt, {})
        assert step is Step.READ or started, f"sent before 'started' was committed: {where}"
        assert not effect.is_settled(), f"sent though it was settled: {where}"
        assert call.attempt not in [one.attempt for one in effect.sent] or step is Step.READ, f"sent twice: {where}"
        if call.attempt > 1 and step is not Step.READ:
            self._again(effect, call.attempt - 1, step, where)
        body = call.inputs["body"]
        assert isinstance(body, dict)
        self._same_version(call, body["version"])
        self.sends += 1
        effect.sent.append(Sent(call.attempt, self.sends, body["version"]))
        return effect.sent[-1]

    def _step_of(self, call: ActionCall) -> Step:
        return Step(call.path.split("[")[0].rsplit("_", 1)[0])

    @staticmethod
    def _again(effect: Effect, before: int, step: Step, where: str) -> None:
        """Another attempt, after one that failed or whose outcome is unknown."""
        if JournalState.FAILED in effect.records.get(before, {}):
            answers = [one.answer for one in effect.sent if one.attempt == before]
            assert (step, answers) == (Step.RETRY, [Answer.TOO_MANY]), f"sent again after a refusal: {where}"
            assert before <= RETRIES, f"tried too often: {where}"
        else:
            assert may_repeat(step) or effect.asked_again(before), f"sent again and nobody was asked: {where}"

    def _same_version(self, call: ActionCall, version: JSON) -> None:
        known = self.runs[call.run_id].version if call.run_id in self.runs else None
        if known is None and call.run_id in self.children:
            known = self.children[call.run_id][0]
        assert known in (None, version), f"{call.path} was sent by version {version}, the run has {known}"

    def landed(self, commit: Commit, rode: JournalRecord | None) -> None:
        """A commit is in the database: its writer must hold the run, and each record must be true.

        Args:
            rode: the record of what rode along.
        """
        run = self.runs[commit.lease.root_id]
        held = commit.lease.epoch == run.epoch and not run.fenced
        assert held, "written by a worker that was overtaken"
        assert not run.status.ended, "written for a run that has ended"
        for record in commit.journal:
            self._recorded(record, run.id)
        if rode is not None:
            self._rode(rode)
        for row in commit.runs:
            if row.id != run.id:
                self.children[row.id] = (row.version, row.status)
        for start in commit.starts:
            self.runs.setdefault(start.run.id, ModelRun(start.run.id, "part", start.run.version))
        for row in commit.runs:
            if row.id == run.id and row.status is not RunStatus.RUNNING:
                self._left(run, row)

    def _left(self, run: ModelRun, row: Run) -> None:
        """The worker gives the run up: it must stand as the effects say."""
        if row.status is RunStatus.CANCELLED and run.cancel_asked:
            run.status = RunStatus.CANCELLED
        else:
            run.status, run.outputs = self.expected(run)
        assert (row.status, row.version) == (run.status, run.version), f"left as {row.status}, not as {run.status}"
        assert row.status is not RunStatus.SUCCEEDED or row.outputs == run.outputs
        run.fenced = True
        self.left[run.id, run.epoch] = run.status

    def _rode(self, record: JournalRecord) -> None:
        """A row was made, or refused because there is one already; what is known is told again."""
        key, found = (record.run_id, record.path), self.effects[record.run_id, record.path].records
        once = Step(record.path.rsplit("_", 1)[0]) is Step.ONCE
        if record.attempt in found:
            assert found[record.attempt] == {record.state: record.result or {}}, "another outcome than before"
            return
        assert key not in self.rows, f"a row was made twice: {record.path}"
        assert (record.state is JournalState.FAILED) == (once and self.taken), f"{record.path} is {record.state}"
        found[record.attempt] = {record.state: record.result or {}}
        if record.state is JournalState.DONE:
            self.rows.add(key)
            self.taken = self.taken or once

    def looked(self, place: UUID, found: object) -> None:
        """A worker has looked whether a pause is resumed."""
        known = self.places[place]
        assert (found is not True and found is not False) == known.said, "another word than was said"
        if found is True:
            assert known.over or known.due <= self.clock(), "its time was over too early"
            known.over = True
        else:
            assert not known.over, "what is over stays over"

    def resumed(self, place: UUID, state: ResumeState) -> None:
        """Somebody has said something to a pause."""
        known, run = self.places[place], self.runs[self.places[place].root]
        waits = not (known.over or run.status.ended)
        if known.kept:
            wanted = ResumeState.BEFORE
        elif waits or self._runs_again(run.id):
            wanted, known.kept = ResumeState.RESUMED, True
            known.said = waits
            if waits and run.status in (RunStatus.WAITING, RunStatus.NEEDS_ATTENTION):
                run.status = RunStatus.QUEUED
        else:
            wanted = ResumeState.OVER
        assert state is wanted, f"{state}, not {wanted}"

    def _runs_again(self, root: UUID) -> bool:
        """Whether a run is alive that runs this one again, or runs such a one again."""
        again = [run for run in self.runs.values() if run.again_of == root]
        return any(not run.status.ended or self._runs_again(run.id) for run in again)

    def _recorded(self, record: JournalRecord, root: UUID) -> None:
        effect = self.effects[record.run_id, record.path]
        found = effect.records.setdefault(record.attempt, {})
        assert record.state not in found, f"recorded twice: {record.path} {record.state}"
        if record.card.startswith("app."):
            self._true(record, effect)
        elif record.card == "flow.wait" and record.result:
            until = datetime.fromisoformat(str(record.result["until"]))
            assert until == self.clock() + timedelta(seconds=WAIT_SECONDS), "a wait of another length"
        elif record.card == "flow.pause" and record.result:
            self._pause(record.state, record.result, root)
        found[record.state] = record.result or {}

    def _pause(self, state: JournalState, result: Values, root: UUID) -> None:
        if state is JournalState.STARTED:
            place, due = UUID(str(result["place"])), datetime.fromisoformat(str(result["until"]))
            assert due == self.clock() + timedelta(seconds=WAIT_SECONDS), "a pause of another length"
            assert place not in self.places, "begun twice"
            self.places[place] = Place(place, root, due)

    @staticmethod
    def _true(record: JournalRecord, effect: Effect) -> None:
        """An outcome is recorded only as the app gave it."""
        given = [one for one in effect.sent if one.attempt == record.attempt]
        answer = given[-1].answer if given else None
        match record.state:
            case JournalState.DONE:
                assert answer == Answer.DONE, f"done is recorded, the app said {answer}: {record.path}"
                assert record.result == {"status": 200, "body": {"n": given[-1].n}}
            case JournalState.FAILED:
                # used up: unknown each time, also where the sender died before or while sending
                used_up = record.attempt >= MOST_REPEATS and answer in (None, Answer.SILENT, Answer.DONE)
                assert used_up or answer in (Answer.TOO_MANY, Answer.BROKEN), f"failed is recorded: {answer}"
            case JournalState.UNKNOWN:
                assert JournalState.DONE not in effect.records[record.attempt]
                assert (
                    answer not in (Answer.TOO_MANY, Answer.BROKEN)
                    or JournalState.STARTED in (effect.records[record.attempt])
                )
            case _:
                pass

    def decided(self, run_id: UUID, path: str, attempt: int, answer: str, outputs: Values) -> None:
        """A person said what happened."""
        self.effects[run_id, path].records[attempt][JournalState.DECIDED] = {"answer": answer, "outputs": outputs}

    def questions(self, run: ModelRun) -> list[tuple[UUID, str, int]]:
        """What is asked of a person about a run, in the order of its cards."""
        found: list[tuple[UUID, str, int]] = []
        for run_id, path, step in self._effects_of(run.id, run.flow, run.version):
            effect = self.effects[run_id, path]
            if effect.state()[0] is JournalState.UNKNOWN and not may_repeat(step):
                found.append((run_id, path, max(effect.records)))
        return found

    def _effects_of(self, run_id: UUID, flow: str, version: int) -> Iterator[tuple[UUID, str, Step]]:
        for card, step in self.shapes[flow, version].cards():
            if step in EFFECTS:
                yield run_id, card, step
            elif step in LOOPS:
                yield from ((run_id, f"{card}[{number}]/send", step) for number in range(ROUNDS))
            elif step is Step.CALL and (child := child_id(run_id, card)) in self.children:
                yield from self._effects_of(child, "part", self.children[child][0])

    def expected(self, run: ModelRun) -> tuple[RunStatus, Values | None]:
        """The state and outputs in which a worker must leave a run that it carried as far as it goes."""
        return self._walk(run.id, run.flow, run.version)

    def _walk(self, run_id: UUID, flow: str, version: int) -> tuple[RunStatus, Values | None]:
        outputs: Values = {}
        for card, step in self.shapes[flow, version].cards():
            status, value = self._step(run_id, card, step)
            if status is RunStatus.FAILED and step is Step.TOLERANT:
                status = RunStatus.SUCCEEDED
            if status is not RunStatus.SUCCEEDED:
                return status, None
            if step in EFFECTS:
                outputs[card] = value
        return RunStatus.SUCCEEDED, outputs

    def _step(self, run_id: UUID, card: str, step: Step) -> tuple[RunStatus, JSON]:
        match step:
            case Step.WAIT:
                _, result = self.effects[run_id, card].state()
                due = datetime.fromisoformat(str(result["until"]))
                return (RunStatus.SUCCEEDED if due <= self.clock() else RunStatus.WAITING), None
            case Step.PAUSE:
                return self._paused(run_id, card), None
            case Step.ROW | Step.ONCE:
                state, _ = self.effects[run_id, card].state()
                assert state in (JournalState.DONE, JournalState.FAILED), f"{card} was left as {state}"
                return (RunStatus.SUCCEEDED if state is JournalState.DONE else RunStatus.FAILED), None
            case Step.LATER:
                state, result = self.effects[run_id, card].state()
                if state is None:
                    return RunStatus.FAILED, None  # the helper was off
                assert UUID(str(result["run_id"])) in self.runs
                return RunStatus.SUCCEEDED, None
            case Step.CALL:
                child = child_id(run_id, card)
                if child not in self.children:
                    return RunStatus.FAILED, None
                if child in self.whole:
                    return self.children[child][1], None
                return self._walk(child, "part", self.children[child][0])[0], None
            case Step.EACH | Step.TWO_LANES:
                return self._loop(run_id, card, step), None
            case _:
                return self._effect(run_id, card, step)

    def _paused(self, run_id: UUID, card: str) -> RunStatus:
        records = self.effects[run_id, card].records[1]
        done, begun = records.get(JournalState.DONE), records.get(JournalState.STARTED)
        if done is None:
            return RunStatus.WAITING
        if begun is not None:  # else it was copied
            place = self.places[UUID(str(begun["place"]))]
            assert done["resumed"] == place.said, "what was said is not what the run was told"
            assert place.said != place.over
        return RunStatus.SUCCEEDED

    def _loop(self, run_id: UUID, card: str, step: Step) -> RunStatus:
        rounds = [self._effect(run_id, f"{card}[{number}]/send", step)[0] for number in range(ROUNDS)]
        begun = [status for status in rounds if status is not RunStatus.QUEUED]
        for worst in (RunStatus.FAILED, RunStatus.NEEDS_ATTENTION):
            if worst in begun:
                assert step is Step.TWO_LANES or begun.index(worst) == len(begun) - 1, "a round too many was begun"
                return worst
        assert len(begun) == ROUNDS, f"the loop ended after {len(begun)} of {ROUNDS} rounds"
        return RunStatus.SUCCEEDED

    def _effect(self, run_id: UUID, path: str, step: Step) -> tuple[RunStatus, JSON]:
        effect = self.effects[run_id, path]
        state, result = effect.state()
        match state:
            case JournalState.DONE:
                body = result["body"]
                return RunStatus.SUCCEEDED, body["n"] if isinstance(body, dict) else None
            case JournalState.DECIDED if result["answer"] == "happened":
                outputs = result["outputs"]
                body = outputs["body"] if isinstance(outputs, dict) else None
                return RunStatus.SUCCEEDED, body["n"] if isinstance(body, dict) else None
            case JournalState.DECIDED if result["answer"] == "stop":
                return RunStatus.FAILED, None
            case JournalState.FAILED:
                assert "retry_at" not in result, f"{path} was to be tried again, and was not"
                assert not self._retry_is_due(effect, step), f"{path} ought to be tried again"
                return RunStatus.FAILED, None
            case JournalState.UNKNOWN if not may_repeat(step):
                return RunStatus.NEEDS_ATTENTION, None
            case None:
                return RunStatus.QUEUED, None  # never reached
            case _:
                raise AssertionError(f"{path} was left as {state}: no worker may leave it so")

    @staticmethod
    def _retry_is_due(effect: Effect, step: Step) -> bool:
        last = max(effect.records)
        answers = [one.answer for one in effect.sent if one.attempt == last]
        return step is Step.RETRY and answers == [Answer.TOO_MANY] and last <= RETRIES

    def rerun(self, old: ModelRun, new_id: UUID, card: str) -> None:
        """A run again from a card: what was settled before that card is settled in the new run."""
        self.runs[new_id] = ModelRun(new_id, old.flow, old.version, again_of=old.id)
        cards = self.shapes[old.flow, old.version].cards()
        ids = [known for known, _ in cards]
        before = cards[: ids.index(card)] if card in ids else cards
        self._copy(old.id, new_id, before)

    def _copy(self, old: UUID, new: UUID, cards: Sequence[tuple[str, Step]]) -> None:
        kept = (JournalState.DONE, JournalState.DECIDED)
        for card, step in cards:
            loop = [f"{card}[{number}]/send" for number in range(ROUNDS)] if step in LOOPS else []
            for path in (card, *loop):
                for attempt, found in self.effects[old, path].records.items():
                    copied = {state: result for state, result in found.items() if state in kept}
                    if copied:
                        self.effects[new, path].records[attempt] = copied
            child = child_id(old, card)
            if step is Step.CALL and child in self.children:
                self._copy_child(child, child_id(new, card))

    def _copy_child(self, old: UUID, new: UUID) -> None:
        """A helper before the chosen card keeps its end; one that came to none of its own goes on after what it has
        done."""
        version, status = self.children[old]
        self.children[new] = version, status
        if status in (RunStatus.SUCCEEDED, RunStatus.FAILED):
            self.whole.add(new)
        self._copy(old, new, self.shapes["part", version].cards())
