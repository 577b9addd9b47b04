"""The auditor: reads what a round left in the database and compares it with what must be there.

Figures count only if the work was done: as many runs as were asked for, all ended well, every card in the history,
and samples whose contents are what plain Python makes of the same input. It reads tables by itself for the counts,
and the store's own history for the contents.
"""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from uuid import UUID

import asyncpg
import orjson

from keyturn.engine.history import History
from keyturn.engine.ports import Run, TraceEntry
from keyturn.flows.paging import PageRequest
from keyturn.store import open_store

from .documents import EACH_FLOW, EFFECT_CARDS, EFFECTS_FLOW, ITEM_CARDS, ITEM_FLOW, chained, endpoint_flow_id

SAMPLES = 20

_RUNS = "SELECT count(*) FROM runs WHERE flow_id = $1"
_ENDED = "SELECT count(*) FROM runs WHERE flow_id = $1 AND status = 'succeeded' AND ended_at IS NOT NULL"
_CARDS = "SELECT coalesce(sum(cards), 0) FROM runs WHERE flow_id = $1"
_IDS = "SELECT id FROM runs WHERE flow_id = $1 ORDER BY id"
_TRACED = """
SELECT coalesce(sum(trace.entries), 0) FROM trace JOIN runs ON runs.id = trace.run_id WHERE runs.flow_id = $1
"""
_JOURNAL = """
SELECT count(*) FROM journal JOIN runs ON runs.id = journal.run_id
WHERE runs.flow_id = $1 AND journal.state = $2
"""
_JOURNAL_ROWS = "SELECT count(*) FROM journal"

_WORKFLOWS = "SELECT count(*) FROM dbos.workflow_status WHERE status = 'SUCCESS'"
_STEPS = "SELECT count(*) FROM dbos.operation_outputs"
_STEP_OUTPUTS = "SELECT workflow_uuid, output FROM dbos.operation_outputs ORDER BY workflow_uuid, function_id"


class AuditFailed(Exception):
    """What was stored is not what must be there; the message lists the first differences.

    Attributes:
        differences: all of them.
    """

    def __init__(self, message: str, differences: Sequence[str] = ()) -> None:
        self.differences = differences
        super().__init__(message)


@dataclass(slots=True)
class Findings:
    """What an audit looked at and where it differs."""

    looked: int = 0
    wrong: list[str] = field(default_factory=list)

    def same(self, what: str, found: object, wanted: object) -> None:
        """Note whether something is as it must be."""
        self.looked += 1
        if found != wanted:
            self.wrong.append(f"{what}: {found!r}, must be {wanted!r}")

    def verdict(self) -> int:
        """How many things were looked at. Raises AuditFailed if one was wrong."""
        if self.wrong:
            shown = "\n".join(f"  {line}" for line in self.wrong[:20])
            raise AuditFailed(f"{len(self.wrong)} of {self.looked} differ:\n{shown}", tuple(self.wrong))
        return self.looked


@dataclass(frozen=True, slots=True)
class Books:
    """One database of Keyturn, opened for reading."""

    link: asyncpg.Connection
    history: History

    async def count(self, statement: str, *values: object) -> int:
        return int(await self.link.fetchval(statement, *values))

    async def sample(self, flow_id: str) -> list[Run]:
        """Some runs of a flow: the first, the last, and others by chance."""
        ids: list[UUID] = [row["id"] for row in await self.link.fetch(_IDS, flow_id)]
        chosen = set(random.sample(ids, min(SAMPLES, len(ids)))) | set(ids[:1]) | set(ids[-1:])
        runs = [await self.history.get(run_id) for run_id in sorted(chosen)]
        return [run for run in runs if run is not None]

    async def trace(self, run: Run) -> list[TraceEntry]:
        return list((await self.history.trace(run.id, PageRequest(200))).rows)


@asynccontextmanager
async def open_books(url: str) -> AsyncIterator[Books]:
    """Open a database of Keyturn to read it."""
    store = await open_store(url, migrate=False)
    link = await asyncpg.connect(url)
    try:
        yield Books(link, store.history)
    finally:
        await link.close()
        await store.close()


async def audit_effects(url: str, users: Mapping[str, str], counts: Mapping[str, int]) -> int:
    """Event runs with three effects each; ``users`` is the user by event, ``counts`` what the app received.

    Returns how many things were looked at.

    Raises:
        AuditFailed: something is missing, too many, or has other contents.
    """
    findings = Findings()
    received(findings, users, counts)
    async with open_books(url) as books:
        findings.same("runs", await books.count(_RUNS, EFFECTS_FLOW), len(users))
        findings.same("runs that succeeded", await books.count(_ENDED, EFFECTS_FLOW), len(users))
        every = len(users) * len(EFFECT_CARDS)
        findings.same("cards of runs", await books.count(_CARDS, EFFECTS_FLOW), every)
        findings.same("cards in the history", await books.count(_TRACED, EFFECTS_FLOW), every)
        for state in ("started", "done"):
            findings.same(f"journal: {state}", await books.count(_JOURNAL, EFFECTS_FLOW, state), every)
        for run in await books.sample(EFFECTS_FLOW):
            uuid = str(run.event.get("UUID"))
            findings.same(f"run {run.id}: user", _user(run), users.get(uuid))
            _effects(findings, run, uuid, users.get(uuid), await books.trace(run))
    return findings.verdict()


def received(findings: Findings, users: Iterable[str], counts: Mapping[str, int]) -> None:
    """Note whether each effect of these events reached the app, and once."""
    wanted = {f"{uuid}.{step}" for uuid in users for step in EFFECT_CARDS}
    findings.same("effects that never came", sorted(wanted - counts.keys())[:3], [])
    findings.same("effects that nobody asked for", sorted(counts.keys() - wanted)[:3], [])
    findings.same("effects that came twice", sorted(key for key, n in counts.items() if n != 1)[:3], [])


def _user(run: Run) -> object:
    user = run.event.get("Okta User")
    return user.get("Alternate ID") if isinstance(user, dict) else None


def _effects(findings: Findings, run: Run, uuid: str, user: object, trace: Sequence[TraceEntry]) -> None:
    findings.same(f"run {run.id}: cards", [(e.card_id, e.status) for e in trace], [(c, "done") for c in EFFECT_CARDS])
    for entry in trace:
        where = f"run {run.id}, {entry.card_id}"
        given = entry.inputs if isinstance(entry.inputs, dict) else {}
        findings.same(f"{where}: body", given.get("body"), {"user": user, "step": entry.card_id})
        gave = entry.outputs if isinstance(entry.outputs, dict) else {}
        findings.same(f"{where}: status", gave.get("status"), 200)
        answer = gave.get("body")
        findings.same(
            f"{where}: answer", answer.get("done") if isinstance(answer, dict) else None, f"{uuid}.{entry.card_id}"
        )
        findings.same(f"{where}: exchanges", len(entry.exchanges), 1)


async def audit_endpoint(url: str, cards: int, calls: int, answers: Sequence[bytes]) -> int:
    """Calls of an endpoint with so many function cards: one run each, and what callers were told.

    Raises:
        AuditFailed: as ``audit_effects``.
    """
    findings = Findings()
    flow_id = endpoint_flow_id(cards)
    for body in answers:
        told = orjson.loads(body)
        login = f"user{told['number']}@northwind.example"
        findings.same("an answer", told, {"text": chained(cards, login), "number": told["number"]})
    async with open_books(url) as books:
        findings.same("runs", await books.count(_RUNS, flow_id), calls)
        findings.same("runs that succeeded", await books.count(_ENDED, flow_id), calls)
        findings.same("cards of runs", await books.count(_CARDS, flow_id), calls * (cards + 1))
        findings.same("cards in the history", await books.count(_TRACED, flow_id), calls * (cards + 1))
        for run in await books.sample(flow_id):
            login = str(run.event.get("login"))
            findings.same(f"run {run.id}: outputs", (run.outputs or {}).get("text"), chained(cards, login))
            trace = await books.trace(run)
            names = [*(f"card{number}" for number in range(cards)), "answer"]
            findings.same(f"run {run.id}: cards", [entry.card_id for entry in trace], names)
            findings.same(f"run {run.id}: first card", trace[0].outputs, {"output": chained(1, login)})
    return findings.verdict()


async def audit_dbos(url: str, users: Mapping[str, str], counts: Mapping[str, int]) -> int:
    """The same of what DBOS stored."""
    findings = Findings()
    received(findings, users, counts)
    link = await asyncpg.connect(url)
    try:
        findings.same("workflows that succeeded", await link.fetchval(_WORKFLOWS), len(users))
        findings.same("steps", await link.fetchval(_STEPS), len(users) * len(EFFECT_CARDS))
        for number, row in enumerate(await link.fetch(_STEP_OUTPUTS)):
            wanted = f"{row['workflow_uuid']}.{EFFECT_CARDS[number % len(EFFECT_CARDS)]}"
            findings.same("the answer in a step's output", _dbos_answer(row["output"]), wanted)
    finally:
        await link.close()
    return findings.verdict()


def _dbos_answer(output: str) -> object:
    return orjson.loads(output)["body"]["done"]


async def audit_each(url: str, items: int) -> tuple[int, int]:
    """A loop over so many records: how many things were looked at, and rows in the journal.

    Raises:
        AuditFailed: as ``audit_effects``.
    """
    findings = Findings()
    async with open_books(url) as books:
        findings.same("loops that succeeded", await books.count(_ENDED, EACH_FLOW), 1)
        findings.same("helper runs", await books.count(_RUNS, ITEM_FLOW), items)
        findings.same("helper runs that succeeded", await books.count(_ENDED, ITEM_FLOW), items)
        findings.same("cards of helper runs", await books.count(_CARDS, ITEM_FLOW), items * ITEM_CARDS)
        findings.same("their cards in the history", await books.count(_TRACED, ITEM_FLOW), items * ITEM_CARDS)
        for run in await books.sample(EACH_FLOW):
            findings.same("what the loop gave", run.outputs, {"count": items})
        for run in await books.sample(ITEM_FLOW):
            login = str(run.event.get("login"))
            number = int(str(run.parent_path).removeprefix("each[").removesuffix("]"))
            findings.same(f"run {run.id}: record", login, f"user{number}@northwind.example")
            findings.same(f"run {run.id}: outputs", run.outputs, {"text": chained(ITEM_CARDS - 1, login)})
            findings.same(f"run {run.id}: cards", len(await books.trace(run)), ITEM_CARDS)
        journal = await books.count(_JOURNAL_ROWS)
    return findings.verdict(), journal
