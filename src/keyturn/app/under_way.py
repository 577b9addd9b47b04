"""The cards of a run that are at work: what they were given, and how far its loops have come."""

from __future__ import annotations

from dataclasses import replace

from keyturn.engine.attempts import Begun
from keyturn.engine.attempts import under_way as around
from keyturn.engine.begun import Seen, seen_first
from keyturn.engine.compile import PlanError
from keyturn.engine.engine import Plans
from keyturn.engine.history import History, TraceFilter
from keyturn.engine.masking import Masker
from keyturn.engine.plan import Plan, walk_steps
from keyturn.engine.ports import Run, TraceEntry
from keyturn.engine.rerun import card_of
from keyturn.flows.json import Values
from keyturn.flows.paging import MAX_PAGE, PageRequest


async def under_way(history: History, plans: Plans, run: Run, wanted: TraceFilter) -> list[Begun]:
    """An entry for each card that is at work, and for the loops around it; those that are wanted."""
    entries: dict[str, TraceEntry] = {}
    for work in await history.at_work(run.id):
        for path, card_id in around(work.path):
            its_own = path == work.path
            card, attempt = (work.card, work.attempt) if its_own else ("", 1)
            entry = TraceEntry(run.id, path, card_id, card, "running", work.since, 0.0, attempt=attempt)
            if wanted.wants(entry) and (its_own or path not in entries):
                entries[path] = entry
    if not entries:
        return []
    ended = await history.rounds_ended(run.id)
    plan = await _plan(plans, run)
    if plan is not None:
        given = _Given(history, run, plan)
        entries = {path: await given.told(entry) for path, entry in entries.items()}
    return [Begun(entry, ended.get(path)) for path, entry in entries.items()]


def shown_event(run: Run, plan: Plan) -> tuple[Values, Masker]:
    """What the event gave a run, as it is shown, and who knows its secrets."""
    masker, secret = Masker(), plan.secret_fields | run.secret_event
    for name in secret:
        masker.learn(run.event.get(name))
    return masker.show_made(run.event, secret), masker


async def _plan(plans: Plans, run: Run) -> Plan | None:
    try:
        return await plans.get(run.flow_id, run.version)
    except PlanError:
        return None


class _Given:
    """What the cards at work of one run were given."""

    def __init__(self, history: History, run: Run, plan: Plan) -> None:
        self._history = history
        self._run = run
        self._plan = plan
        self._steps = {step.id: step for step in walk_steps(plan.steps)}
        self._seen: dict[str, Seen] = {}

    async def told(self, entry: TraceEntry) -> TraceEntry:
        """An entry with what its card was given, if the flow keeps that."""
        step = self._steps.get(entry.card_id)
        if step is None:
            return entry
        seen = await self._inside(entry.path.rpartition("/")[0]) if self._plan.flow.save_data else None
        return replace(entry, card=step.key, inputs=None if seen is None else seen.given(step))

    async def _inside(self, path: str) -> Seen | None:
        """What the cards of a round see, or those that are in no loop; None where the path is not that of a round."""
        if path in self._seen:
            return self._seen[path]
        if path == "":
            event, masker = shown_event(self._run, self._plan)
            seen = seen_first(self._run, self._plan, masker, event)
        else:
            outer, step = await self._inside(path.rpartition("/")[0]), self._steps.get(card_of(path))
            number = path.rpartition("[")[2].removesuffix("]")
            if outer is None or step is None or not number.isdecimal():
                return None
            seen = outer.within(step, int(number))
        found = await self._history.trace(self._run.id, PageRequest(MAX_PAGE), TraceFilter(inside=path))
        seen.add(found.rows, self._steps)
        self._seen[path] = seen
        return seen
