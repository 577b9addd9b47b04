"""The bench works, and its auditor notices work that was not done."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import asyncpg
import orjson
import pytest

from bench.__main__ import main
from bench.audit import AuditFailed, Findings, audit_effects, received
from bench.effects import delivered_to_keyturn
from bench.place import Place
from bench.rounds import WORKLOADS

pytestmark = pytest.mark.timeout(600)  # whole programs, on a machine that may be busy


def test_tiny_rounds_of_everything(postgres_server: str, tmp_path: Path) -> None:
    out = tmp_path / "results.json"
    assert main(["--quick", "--without-dbos", "--database-url", postgres_server, "--out", str(out)]) == 0
    results = orjson.loads(out.read_bytes())
    assert results["figures"]["card_overhead_us"] > 0
    assert (results["quick"], results["rounds"]) == (True, 1)
    assert results["commit"]
    assert results["machine"]["cpus"]
    measured = " ".join(results["detail"])
    assert all(word in measured for word in ("card", "effects", "for each", "endpoint"))
    assert all(one["audited"] > 20 for name, (one,) in results["each_round"].items() if "keyturn" in name)
    assert len(WORKLOADS) == 4


# What somebody could have left undone, and what the auditor says. Each comes on top of the ones before.
DOCTORED = [
    (
        "UPDATE trace SET entries = entries + 1 WHERE run_id = (SELECT min(run_id::text)::uuid FROM trace)",
        "cards in the history: ",
    ),
    (
        "DELETE FROM journal WHERE (run_id, path, state) = (SELECT run_id, path, state FROM journal LIMIT 1)",
        "journal: ",
    ),
    ("UPDATE runs SET cards = 2 WHERE id = (SELECT id FROM runs ORDER BY id DESC LIMIT 1)", "cards of runs: "),
    ("UPDATE runs SET status = 'failed' WHERE id = (SELECT id FROM runs ORDER BY id LIMIT 1)", "runs that succeeded: "),
    ("UPDATE trace SET chunk = (SELECT chunk FROM trace ORDER BY run_id LIMIT 1)", "run .*: answer: "),
    ("DELETE FROM runs WHERE id = (SELECT id FROM runs ORDER BY id LIMIT 1)", "runs: "),
]


async def test_a_doctored_history_fails_the_audit(postgres_server: str, tmp_path: Path) -> None:
    place = Place(tmp_path, postgres_server)
    async with delivered_to_keyturn(place, 5, 0.0) as done:
        assert await audit_effects(done.url, done.users, done.counts) > 50
        said: Sequence[str] = ()
        for statement, words in DOCTORED:
            assert not any(re.match(words, line) for line in said), f"{words!r} is told before it is so"
            await _tell(done.url, statement)
            with pytest.raises(AuditFailed) as failed:
                await audit_effects(done.url, done.users, done.counts)
            said = failed.value.differences
            assert any(re.match(words, line) for line in said), said


GOOD = {"event.one": 1, "event.two": 1, "event.three": 1}


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ({**GOOD, "event.four": 1}, "nobody asked for"),
        ({**GOOD, "event.one": 2}, "came twice"),
        ({"event.two": 1, "event.three": 1}, "never came"),
    ],
)
def test_requests_are_counted(counts: dict[str, int], words: str) -> None:
    findings = Findings()
    received(findings, ["event"], GOOD)
    assert findings.verdict() == 3
    received(findings, ["event"], counts)
    assert [words in line for line in findings.wrong] == [True]


async def _tell(url: str, statement: str) -> None:
    link = await asyncpg.connect(url)
    try:
        await link.execute(statement)
    finally:
        await link.close()
