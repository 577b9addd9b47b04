"""Carries out a plan: delivers its events while it disturbs everything, then waits until all is quiet."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

import aiohttp
from chaos_callers import Callers
from chaos_okta import Okta
from chaos_person import Person
from chaos_plan import Disturbance, Kind, Plan
from chaos_processes import Program
from chaos_program import Act, give, withdraw
from chaos_publisher import Publisher
from chaos_records import CUT, OF_STATUS, STILL_DUE, Records
from chaos_watch import Resumes
from chaos_world import World, answers

from keyturn.sandbox.client import SandboxCallError

_LOOK_SECONDS = 0.5
_TEND_SECONDS = 0.3
_MOST_RERUNS = 5
_LONGEST_CALM = 180.0
_REACHED_SECONDS = 3.0  # a point that is not reached in this time is let be
_REACHED_LOOK = 0.02
_ACTS = {Kind.KILL_AT: Act.KILL, Kind.STALL_AT: Act.STALL, Kind.DELAY_AT: Act.DELAY, Kind.RAISE_AT: Act.RAISE}
_UNDER_WAY = ("queued", "running", "waiting")


@dataclass(slots=True)
class Storm:
    """One run of the chaos.

    Attributes:
        done: how often each kind of disturbance was carried out.
        deaths: programs that ended although nobody had killed them.
    """

    plan: Plan
    world: World
    records: Records
    resumes: Resumes
    okta: Okta
    callers: Callers
    publisher: Publisher
    person: Person
    tell: Callable[[str], None]
    done: Counter[str] = field(default_factory=Counter[str])
    deaths: list[str] = field(default_factory=list[str])
    _away: set[str] = field(default_factory=set[str])
    _stalled: set[str] = field(default_factory=set[str])
    _postgres: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def blow(self) -> None:
        """Deliver, call, publish and disturb, as planned."""
        watching = asyncio.create_task(self.resumes.watch())
        tending = asyncio.create_task(self._tend())
        try:
            began = time.monotonic()
            async with aiohttp.ClientSession() as session, asyncio.TaskGroup() as group:
                for delivery in self.plan.deliveries:
                    group.create_task(self._later(began + delivery.at, self.okta.deliver, delivery, session))
                for call in self.plan.calls:
                    group.create_task(self._later(began + call.at, self.callers.call, call, session))
                for at in self.plan.publications:
                    group.create_task(self._later(began + at, self.publisher.publish))
                for disturbance in self.plan.disturbances:
                    group.create_task(self._later(began + disturbance.at, self._disturb, disturbance))
            await self._calm()
        finally:
            for task in (watching, tending):
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task

    @staticmethod
    async def _later(at: float, act: Callable[..., object], *values: object) -> None:
        await asyncio.sleep(max(0.0, at - time.monotonic()))
        await act(*values)  # type: ignore[misc]

    async def _disturb(self, disturbance: Disturbance) -> None:
        match disturbance.kind:
            case Kind.KILL_WORKER | Kind.KILL_SERVER:
                await self._kill(self._target(disturbance), disturbance.seconds)
            case Kind.STALL_WORKER | Kind.STALL_SERVER:
                await self._stall(self._target(disturbance), disturbance.seconds)
            case Kind.KILL_AT | Kind.STALL_AT | Kind.DELAY_AT | Kind.RAISE_AT:
                if not await self._at_point(disturbance):
                    return
            case Kind.CUT:
                await self.records.fetch(CUT, disturbance.share)
            case Kind.FAULT:
                tenant, fault = disturbance.fault
                with suppress(SandboxCallError):
                    await asyncio.to_thread(self.world.sandbox.set_fault, tenant, fault)  # type: ignore[arg-type]
            case Kind.RESTART_FAST | Kind.RESTART_IMMEDIATE:
                async with self._postgres:
                    immediate = disturbance.kind is Kind.RESTART_IMMEDIATE
                    await asyncio.to_thread(self.world.postgres.restart, immediate=immediate)
        self.done[disturbance.kind.value] += 1

    def _target(self, disturbance: Disturbance) -> Program:
        servers = disturbance.kind in (Kind.KILL_SERVER, Kind.STALL_SERVER)
        return (self.world.servers if servers else self.world.workers)[disturbance.target]

    async def _kill(self, program: Program, seconds: float) -> None:
        """Kill it, note what it held, and start it again after some seconds, as a supervisor would."""
        if program.name in self._away:
            return
        self._away.add(program.name)
        pid, at = program.pid, time.monotonic()
        program.kill()
        await self.resumes.killed(pid, at)
        await asyncio.sleep(max(0.0, at + seconds - time.monotonic()))
        program.start()
        self._away.discard(program.name)

    async def _stall(self, program: Program, seconds: float) -> None:
        if program.name in self._stalled:
            return
        self._stalled.add(program.name)
        program.stall()
        await asyncio.sleep(seconds)
        program.go_on()
        self._stalled.discard(program.name)

    async def _at_point(self, disturbance: Disturbance) -> bool:
        """Have a program do something when it reaches a commit point; whether it did so in the time."""
        program = self.world.programs[disturbance.target]
        if disturbance.point is None or program.name in self._away | self._stalled:
            return False
        busy = self._away if disturbance.kind is Kind.KILL_AT else self._stalled
        busy.add(program.name)
        try:
            give(program.order, *disturbance.point, _ACTS[disturbance.kind], disturbance.seconds)
            until = time.monotonic() + _REACHED_SECONDS
            while program.order.exists() and time.monotonic() < until:  # noqa: ASYNC110  another process takes it
                await asyncio.sleep(_REACHED_LOOK)
            if withdraw(program.order):
                return False
            await self._after_point(program, disturbance)
            return True
        finally:
            busy.discard(program.name)

    async def _after_point(self, program: Program, disturbance: Disturbance) -> None:
        match disturbance.kind:
            case Kind.KILL_AT:
                pid, at = program.pid, time.monotonic()
                program.kill()  # it has done so itself, or is about to
                await self.resumes.killed(pid, at)
                await asyncio.sleep(disturbance.seconds)
                program.start()
            case Kind.STALL_AT:
                await asyncio.sleep(disturbance.seconds)
                program.go_on()
            case _:
                pass

    async def _tend(self) -> None:
        """Start again what ended by itself."""
        while True:
            for program in self.world.programs:
                if program.name not in self._away and not program.alive():
                    self.deaths.append(program.name)
                    program.start()
            await asyncio.sleep(_TEND_SECONDS)

    async def _calm(self) -> None:
        """Turn the faults off, and wait until no run is under way, with a person at the desk."""
        self.tell("the storm is over; waiting until all is quiet")
        await asyncio.to_thread(self.world.sandbox.clear_faults)
        reruns = 0
        deadline = time.monotonic() + _LONGEST_CALM + len(self.plan.events) / 2
        while time.monotonic() < deadline:
            states = await self.records.states()
            asking = await self.records.fetch(OF_STATUS, "needs attention")
            failed = await self.records.fetch(OF_STATUS, "failed") if reruns < _MOST_RERUNS else []
            if await asyncio.to_thread(answers, self.world.api):
                await asyncio.to_thread(self.person.answer, asking)
            due = (await self.records.fetch(STILL_DUE))[0]["n"]
            if not any(states.get(state) for state in _UNDER_WAY) and not asking and not due:
                if not failed:
                    break
                await asyncio.to_thread(self.person.run_again, failed)
                reruns += 1
            await asyncio.sleep(_LOOK_SECONDS)
        await self.resumes.look()
