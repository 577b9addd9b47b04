"""The chaos: events come in while workers, servers, Postgres and the apps are killed, stalled and cut off.

    make chaos SEED=7 EVENTS=200

Prints a tally and, as its last line, the same as JSON. Exit code 0 only if nothing was lost, nothing was done
twice, and every run of a killed worker was in other hands within 10 seconds. ``docs/chaos.md`` explains it.
"""

from __future__ import annotations

import argparse
import asyncio
import secrets
import signal
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import cast

import orjson
from chaos_audit import Verdict, judge
from chaos_callers import Callers
from chaos_evidence import Clock, Evidence
from chaos_okta import Okta
from chaos_person import Person
from chaos_plan import Kind, make_plan
from chaos_processes import Guard
from chaos_publisher import Publisher, wind_up
from chaos_records import Records, sent
from chaos_storm import Storm
from chaos_watch import Resumes
from chaos_world import World, build

from keyturn.cli.demo.tenants import look
from keyturn.flows.json import JSON, Values

WORST_RESUME_SECONDS = 10.0
_TOLD = 20
_PROGRESS_SECONDS = 5.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the chaos; gives the exit code."""
    parser = argparse.ArgumentParser(prog="make chaos", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seed", type=int, default=None, help="what goes wrong, and when; a new one if not given")
    parser.add_argument("--events", type=int, default=200, help="how many events happen (1 to 1,000,000)")
    options = parser.parse_args(arguments)
    if not 1 <= options.events <= 1_000_000:
        parser.error("--events: give a number from 1 to 1,000,000")
    seed = secrets.randbelow(1_000_000) if options.seed is None else options.seed
    signal.signal(signal.SIGTERM, _interrupt)
    folder = Path(tempfile.mkdtemp(prefix="keyturn-chaos-", dir="/tmp"))
    folder.chmod(0o755)  # Postgres, if it runs as another user, has to enter it
    guard = Guard(folder)
    good = False
    try:
        summary = asyncio.run(_chaos(folder, guard, seed, options.events))
        good = bool(summary["ok"])
    finally:
        if not good:
            (folder / "keep").touch()
            _say(f"the logs are kept in {folder / 'logs'}")
        guard.clean_up()
    print(orjson.dumps(summary).decode())
    return 0 if good else 1


def _interrupt(number: int, frame: object) -> None:
    raise KeyboardInterrupt


async def _chaos(folder: Path, guard: Guard, seed: int, events: int) -> Values:
    began = time.monotonic()
    world = build(folder, guard)
    records = Records(world.postgres.url)
    plan = make_plan(seed, events, min(events, len(world.people)))
    resumes = Resumes(records, world.postgres)
    okta = Okta(plan, world.hooks, world.secret, world.people)
    callers = Callers(world.endpoints, world.client_token, world.people)
    publisher = Publisher(world.api)
    person = Person(world.api, world.sandbox)
    storm = Storm(plan, world, records, resumes, okta, callers, publisher, person, _say)
    _say(f"seed {seed}: {events} events in {plan.seconds:.0f} s, {len(plan.disturbances)} disturbances")
    for number in {event.person for event in plan.events}:
        world.sandbox.suspend(world.people[number])
    clocks = wind_up(world.api, world.people[0], plan.seconds)
    watching = asyncio.create_task(_progress(storm, time.monotonic()))
    try:
        await storm.blow()
    finally:
        watching.cancel()
    evidence = await _evidence(storm, world, clocks)
    verdict, summary = await _verdict(storm, evidence)
    plain = orjson.dumps(evidence, default=_plain, option=orjson.OPT_NON_STR_KEYS)
    (folder / "logs" / "evidence.json").write_bytes(plain)
    await records.close()
    summary = {"seed": seed, "events": events, "seconds": round(time.monotonic() - began, 1), **summary}
    _print_tally(summary, verdict)
    return summary


async def _progress(storm: Storm, began: float) -> None:
    while True:
        await asyncio.sleep(_PROGRESS_SECONDS)
        states = ", ".join(f"{count} {state}" for state, count in sorted((await storm.records.states()).items()))
        disturbed = sum(storm.done.values())
        accepted = len(storm.okta.tally.accepted)
        _say(f"{time.monotonic() - began:4.0f} s: {accepted} events accepted, {disturbed} disturbances; runs: {states}")


async def _evidence(storm: Storm, world: World, clocks: Sequence[Clock]) -> Evidence:
    accepted = storm.okta.tally.accepted
    runs, journal = await storm.records.runs(), await storm.records.journal()
    concerned = {world.people[event.person] for event in storm.plan.events if event.id in accepted}
    wrong = sorted(login for login in concerned if not look(world.sandbox, login).offboarded)
    requests = sent(world.sandbox.ledger())
    called, markers = storm.callers.tally.answered, storm.publisher.markers
    return Evidence(accepted, runs, journal, requests, wrong, called, markers, clocks)


async def _verdict(storm: Storm, evidence: Evidence) -> tuple[Verdict, Values]:
    tally, runs = storm.okta.tally, evidence.runs
    verdict = judge(evidence)
    roots = await storm.records.states()
    figures = storm.resumes.figures()
    late = storm.resumes.open
    summary: Values = {
        "accepted": len(tally.accepted),
        "delivery_attempts": tally.attempts,
        "deliveries_refused": tally.refused,
        "calls_answered": len(storm.callers.tally.answered),
        "call_attempts": storm.callers.tally.attempts,
        "due_times_fired": sum(run.due is not None and run.rerun_of is None for run in runs),
        "versions_published": len(storm.publisher.markers) - 1,
        "runs": len(runs),
        "root_runs": sum(roots.values()),
        "succeeded": roots.get("succeeded", 0),
        "failed": roots.get("failed", 0),
        "run_again_by_person": storm.person.reruns,
        "needs_attention": storm.person.happened + storm.person.again,
        "answered_it_happened": storm.person.happened,
        "answered_do_it_again": storm.person.again,
        "repeated_because_unknown": verdict.repeated,
        "duplicates": len(verdict.duplicates),
        "lost": len(verdict.lost),
        "mixed_versions": len(verdict.mixed),
        **figures,
        "never_resumed": late,
        "disturbances": dict(sorted(storm.done.items())),
        "died_by_themselves": len(storm.deaths),
    }
    return verdict, {**summary, "ok": not faults_of(summary)}


def faults_of(summary: Values) -> list[str]:
    """What keeps a tally from being good, in words. One in which nothing happened says nothing, and is not good."""
    worst = float(str(summary["resumed_worst_s"]))
    disturbances = cast("Values", summary["disturbances"])
    kills = disturbances.get(Kind.KILL_WORKER.value, 0)
    found = {
        "something was done twice": summary["duplicates"],
        "something was lost": summary["lost"],
        "a run went on with another version": summary["mixed_versions"],
        "runs of a killed worker were never resumed": summary["never_resumed"],
        f"a run rested for {worst:.1f} s": worst >= WORST_RESUME_SECONDS,
        "programs ended by themselves": summary["died_by_themselves"],
        "no event was accepted": not summary["accepted"],
        "no call was answered": not summary["calls_answered"],
        "no schedule fired": not summary["due_times_fired"],
        "no version was published": not summary["versions_published"],
        "no worker was killed that had a run in hand": kills and not summary["runs_of_killed_workers"],
    }
    return [words for words, wrong in found.items() if wrong]


def _plain(value: object) -> JSON:
    """What orjson does not know: sets, and asyncpg's own UUIDs."""
    return sorted(map(str, value)) if isinstance(value, set | frozenset) else str(value)


def _print_tally(summary: Values, verdict: Verdict) -> None:
    for words in faults_of(summary):
        _say(f"not good: {words}")
    for name, value in summary.items():
        print(f"{name.replace('_', ' '):>26}  {value}")
    for kind, found in (("duplicate", verdict.duplicates), ("lost", verdict.lost), ("mixed", verdict.mixed)):
        for words in found[:_TOLD]:
            print(f"{kind}: {words}")
        if len(found) > _TOLD:
            print(f"{kind}: and {len(found) - _TOLD} more")


def _say(words: str) -> None:
    print(f"chaos: {words}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        _say("stopped")
        sys.exit(130)
