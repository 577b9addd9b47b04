"""Run again from a card: a new run that keeps what came before the chosen card.

The journal before the card is copied, so that nothing before it is sent again; the card itself and all after
it are carried out anew. A helper run before the card keeps its end; one that was cancelled goes on after what it has
done. The preview says so before anything happens.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal
from uuid import UUID

from keyturn.flows.errors import CardError, ErrorDetail
from keyturn.flows.spec import CardKind

from .changes import Change, compare
from .earlier import child_id, placed, through
from .effects import digest_of
from .plan import Plan, StepPlan, walk_steps
from .ports import TRIAL, Checkpoint, JournalRecord, JournalState, Run, RunStatus, RunTree
from .results import loop_of
from .session import Attempts

_SEGMENT = re.compile(r"^([a-z][a-z0-9_]*)(?:\[(\d+)\]|@\d+|#)?$")
_OUTCOMES = frozenset({JournalState.DONE, JournalState.DECIDED})

Fate = Literal["kept", "kept if unchanged", "changed", "recomputed", "will be sent", "orphaned"]


class RerunRefused(Exception):
    """It cannot be run again from there; carries what and how to mend it."""

    def __init__(self, detail: ErrorDetail) -> None:
        self.detail = detail
        super().__init__(detail.message)


@dataclass(frozen=True, slots=True)
class PreviewLine:
    """What becomes of one card.

    Attributes:
        fate: kept (its outcome is copied), kept if unchanged (what it is given may differ in this version; if it does
            the run stops there and asks), changed (what it is given does differ, so that its outcome cannot be kept),
            recomputed (a pure card), will be sent, or orphaned (it was carried out, and the newer version has no
            such card).
        calls: the helper flow that it calls.
    """

    flow_id: str
    card_id: str
    title: str | None
    card: str
    fate: Fate
    calls: str | None = None


@dataclass(frozen=True, slots=True)
class Rerun:
    """A rerun, ready to be stored.

    Attributes:
        run: the new root run.
        runs: copied helper runs.
        journal: copied records.
        checkpoints: of loops that lie wholly before the card.
        preview: what becomes of each card, in the order in which they are carried out.
    """

    run: Run
    runs: tuple[Run, ...]
    journal: tuple[JournalRecord, ...]
    checkpoints: tuple[Checkpoint, ...]
    preview: tuple[PreviewLine, ...]

    def ensure_possible(self) -> None:
        """Refuse what would come to a stop before the chosen card. Raises RerunRefused."""
        changed = next((line for line in self.preview if line.fate == "changed"), None)
        if changed is not None:
            raise _refused(
                f"{changed.title or changed.card_id} comes before the chosen card and is given something else in this "
                "version: its outcome cannot be kept.",
                f"Run again from {changed.card_id}, which sends it, or with the version that the run had.",
            )


@dataclass(frozen=True, slots=True)
class _Cut:
    """Where a run is cut: everything before ``key`` is kept."""

    run: Run
    plan: Plan
    path: str


def plan_rerun(
    tree: RunTree,
    run_id: UUID,
    path: str,
    plans: Mapping[UUID, Plan],
    *,
    new_id: UUID,
    version: Plan,
    now: datetime,
) -> Rerun:
    """Work out a rerun.

    Args:
        tree: the run as it was.
        run_id, path: the chosen card: in the root run or in one of its helper runs.
        plans: the plan of each run of the tree, as it was run.
        new_id: id of the new root run.
        version: the plan that the new root run uses: the same version, or a newer one.
        now: when it is made.

    Raises:
        RerunRefused: the run is not over, or there is no such card.
    """
    if not tree.root.status.ended:
        raise _refused("The run is not over yet.", "Wait for its end, or cancel it.")
    cuts = _cuts(tree, run_id, path, plans)
    if path.split("/")[0].split("[")[0] not in plans[run_id].order:
        raise _refused(f"There is no card {path!r} in {plans[run_id].flow.name}.", "Choose a card of the run.")
    copier = _Copier(tree, plans, {cut.run.id: cut for cut in cuts})
    copier.copy(tree.root.id, new_id, new_id, None)
    root = Run(
        id=new_id,
        root_id=new_id,
        flow_id=tree.root.flow_id,
        version=version.version,
        status=RunStatus.QUEUED,
        event=tree.root.event,
        created_at=now,
        # what is tried once more is no use of the flow either
        trigger=TRIAL if tree.root.trigger == TRIAL and version.version == tree.root.version else "rerun",
        rerun_of=tree.root.id,
        secret_event=tree.root.secret_event,
    )
    preview = tuple(_preview(tree, cuts, copier, version, plans))
    return Rerun(root, tuple(copier.runs), tuple(copier.journal), tuple(copier.checkpoints), preview)


def _cuts(tree: RunTree, run_id: UUID, path: str, plans: Mapping[UUID, Plan]) -> list[_Cut]:
    """The chosen card, and the calls that lead to it, innermost first."""
    cuts: list[_Cut] = []
    where: UUID | None = run_id
    at: str | None = path
    while where is not None and at is not None:
        run = tree.runs.get(where)
        if run is None or where not in plans:
            raise _refused("The run does not belong to this tree.", "Choose a card of the run or its helpers.")
        cuts.append(_Cut(run, plans[where], at))
        where, at = (run.parent_id, run.parent_path) if run.depth else (None, None)
    return cuts


class _Copier:
    """Copies what lies before the cuts, under the ids that the new runs will have."""

    def __init__(self, tree: RunTree, plans: Mapping[UUID, Plan], cuts: Mapping[UUID, _Cut]) -> None:
        self._tree = tree
        self._plans = plans
        self._cuts = cuts
        self.runs: list[Run] = []
        self.journal: list[JournalRecord] = []
        self.checkpoints: list[Checkpoint] = []
        self.kept: dict[tuple[UUID, str], set[str]] = defaultdict(set)
        self._attempts: dict[UUID, dict[str, Attempts]] = defaultdict(lambda: defaultdict(Attempts))
        for record in tree.journal:
            if loop_of(record.path) is None and not record.card.startswith("flow."):
                run_id, path = placed(record.run_id, record.path)
                self._attempts[run_id][path].add(record)

    def copy(self, old: UUID, new: UUID, root: UUID, parent: UUID | None) -> None:
        """Copy journal records of one run, and its helper runs, recursively."""
        for record in self._tree.journal:
            if record.run_id != old or record.state not in _OUTCOMES or self._holds_cut(old, loop_of(record.path)):
                continue
            if self._is_kept(old, record.path):
                self.journal.append(replace(record, run_id=new))
                self.kept[old, card_of(record.path)].add(record.digest)
        self._carry(old, new)
        for point in self._tree.checkpoints:
            if point.run_id == old and self._is_kept(old, point.path) and not self._is_cut(old, point):
                self.checkpoints.append(replace(point, run_id=new))
        for child in self._tree.runs.values():
            if child.parent_id != old or child.parent_path is None:
                continue
            kept = self._is_kept(old, child.parent_path)
            if not kept and child.id not in self._cuts:
                self._carry(child.id, new, (child.parent_path,))
            else:
                # One that was cancelled came to no end that counts: it goes on after what it has done.
                whole = kept and child.status.ended and child.status is not RunStatus.CANCELLED
                self._copy_child(child, new, root, whole)

    def _carry(self, old: UUID, new: UUID, calls: tuple[str, ...] = ()) -> None:
        """Have the new run know where the old one may have done what it is about to do: else it would take its doing
        for what was so before.

        Args:
            new: the run that is there from the beginning.
            calls: how the old run's own successor is come to from there.
        """
        for path, attempts in self._attempts[old].items():
            doubt = attempts.in_doubt()
            if doubt is not None:
                self.journal.append(replace(doubt, run_id=new, path=through(calls, path)))
        if not calls:
            return
        for child in self._tree.runs.values():
            if child.parent_id == old and child.parent_path is not None:
                self._carry(child.id, new, (*calls, child.parent_path))

    def _copy_child(self, child: Run, parent: UUID, root: UUID, whole: bool) -> None:
        new = child_id(parent, child.parent_path or "")
        fresh = replace(
            child, id=new, root_id=root, parent_id=parent, settled=child.settled and not self._in_cut(child)
        )
        if not whole:
            fresh = replace(
                fresh,
                status=RunStatus.QUEUED,
                outputs=None,
                shown=None,
                error=None,
                started_at=None,
                ended_at=None,
                cards=0,
            )
        else:
            self.kept[child.parent_id or parent, card_of(child.parent_path or "")].add("")
        self.runs.append(fresh)
        self.copy(child.id, new, root, parent)

    def _is_cut(self, run_id: UUID, point: Checkpoint) -> bool:
        """Whether the chosen card lies in this loop: its rounds are then gone through again, those kept from the
        journal."""
        return self._holds_cut(run_id, point.path)

    def _holds_cut(self, run_id: UUID, loop: str | None) -> bool:
        cut = self._cuts.get(run_id)
        return cut is not None and loop is not None and cut.path.startswith((f"{loop}[", f"{loop}@"))

    def _in_cut(self, helper: Run) -> bool:
        """Whether a helper run belongs to a round of a loop that is gone through again."""
        assert helper.parent_id is not None
        assert helper.parent_path is not None
        points = (point for point in self._tree.checkpoints if point.run_id == helper.parent_id)
        return any(point.holds(helper.parent_path) and self._is_cut(helper.parent_id, point) for point in points)

    def _is_kept(self, run_id: UUID, path: str) -> bool:
        cut = self._cuts.get(run_id)
        return cut is None or position(path, cut.plan) < position(cut.path, cut.plan)


def position(path: str, plan: Plan) -> tuple[tuple[int, int], ...]:
    """Where a path stands in the order of the document: card and round at each level."""
    result: list[tuple[int, int]] = []
    for segment in path.split("/"):
        match = _SEGMENT.match(segment)
        if match:
            result.append((plan.order.get(match.group(1), -1), int(match.group(2) or -1)))
    return tuple(result)


def _preview(
    tree: RunTree, cuts: list[_Cut], copier: _Copier, version: Plan, plans: Mapping[UUID, Plan]
) -> Iterable[PreviewLine]:
    """Line by line, the cards of a run that is cut behind the card that called it.

    Args:
        cuts: the innermost first.
    """
    cut, inner = cuts[-1], cuts[:-1]
    plan = version if cut.run.id == tree.root.id else cut.plan
    changes = compare(cut.plan, plan)
    chosen = position(cut.path, cut.plan)[:1]
    for step in walk_steps(plan.steps):
        if step.key == "flow.comment":
            continue
        fate = _fate(cut, copier, step, chosen, changes[step.id])
        yield _line(plan, step, fate)
        if fate == "will be sent" and step.call is not None:
            yield from _sent_by_helpers(tree, cut.run.id, step.id, plans, {other.run.id for other in cuts})
        if inner and step.id == card_of(cut.path):
            yield from _preview(tree, inner, copier, version, plans)
    for old in walk_steps(cut.plan.steps):
        if old.id not in plan.order:
            yield _line(plan, old, "orphaned")
    if inner and card_of(cut.path) not in plan.order:
        yield from _preview(tree, inner, copier, version, plans)


def _sent_by_helpers(
    tree: RunTree, caller: UUID, card: str, plans: Mapping[UUID, Plan], cut: set[UUID]
) -> Iterable[PreviewLine]:
    """The requests that the helper runs of a card sent, as far as that is recorded; each card once.

    Args:
        cut: runs that have lines of their own.
    """
    lines: dict[tuple[str, str], PreviewLine] = {}
    for helper in tree.runs.values():
        called = helper.parent_id == caller and card_of(helper.parent_path or "") == card
        if not called or helper.id in cut or helper.id not in plans:
            continue
        plan = plans[helper.id]
        sent = {card_of(record.path) for record in tree.journal if record.run_id == helper.id}
        for step in walk_steps(plan.steps):
            if step.spec.connector is not None and step.id in sent:
                lines.setdefault((helper.flow_id, step.id), _line(plan, step, "will be sent"))
            if step.call is not None:
                for line in _sent_by_helpers(tree, helper.id, step.id, plans, cut):
                    lines.setdefault((line.flow_id, line.card_id), line)
    return lines.values()


def _fate(cut: _Cut, copier: _Copier, step: StepPlan, chosen: tuple[tuple[int, int], ...], change: Change) -> Fate:
    if step.spec.kind is CardKind.PURE:
        return "recomputed"
    before = position(step.id, cut.plan)[:1] < chosen
    if step.spec.kind is CardKind.CONTROL and step.call is None:
        told = before and not step.body and (cut.run.id, step.id) in copier.kept  # a wait, a pause, an early answer
        return "kept" if told else "recomputed"
    if not before or (cut.run.id, step.id) not in copier.kept:
        return "will be sent"
    digests = copier.kept[cut.run.id, step.id] - {""}
    known = _known_digest(step)
    if known is not None and digests:
        return "kept" if digests == {known} else "changed"
    return _KEPT[change]


def _known_digest(step: StepPlan) -> str | None:
    """The digest of an effect that is given nothing but what is written in the document; else None."""
    if step.call is not None or step.inputs.heads:
        return None
    try:
        return digest_of(step.key, step.options, step.inputs.resolve({}))
    except CardError:
        return None


_KEPT: Mapping[Change, Fate] = {"same": "kept", "unsure": "kept if unchanged", "changed": "changed"}


def card_of(path: str) -> str:
    """The card that a path leads to."""
    return re.split(r"[\[@#]", path.rpartition("/")[2])[0]


def _line(plan: Plan, step: StepPlan, fate: Fate) -> PreviewLine:
    calls = step.call.flow_id if step.call is not None else None
    return PreviewLine(plan.flow.id, step.id, step.title, step.key, fate, calls)


def _refused(message: str, mend: str) -> RerunRefused:
    return RerunRefused(ErrorDetail(message, code="rerun-refused", mend=mend))
