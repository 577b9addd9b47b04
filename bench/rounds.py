"""Rounds: each workload and what it is compared with, in turn, several times; then medians and ratios."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from . import cards, each, effects, endpoint, machine
from .figures import middle, ratio, summary
from .place import Place

WORKLOADS = ("cards", "effects", "each", "endpoint")


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much is measured.

    Attributes:
        events: deliveries of W2; delays are the app's answer times in seconds.
        items: the lengths of W3's lists.
        callers, seconds: of W1; ``cards`` its numbers of function cards.
        repeats: runs of the flow for the cost of a card.
    """

    rounds: int
    events: int
    delays: Sequence[float]
    items: Sequence[int]
    cards: Sequence[int]
    callers: Sequence[int]
    seconds: float
    repeats: int


WHOLE = Sizes(5, 300, (0.0, 0.02), (10_000, 100_000), endpoint.CARDS, (1, 16, 64), 2.0, 41)
QUICK = Sizes(1, 12, (0.0,), (300,), (8,), (4,), 0.4, 3)


class Measured(Protocol):
    """What a measurement gives."""

    def to_json(self) -> dict[str, object]: ...


def _warn_if_busy() -> None:
    busy, cpus = os.getloadavg()[0], os.cpu_count() or 1
    if busy > cpus / 2:
        print(
            f"The machine is busy: load {busy:.1f} on {cpus} processors. The figures will say little; come back when "
            "it is at rest.",
            file=sys.stderr,
        )


@dataclass(slots=True)
class Bench:
    """Runs workloads and keeps what each round gave, by name."""

    place: Place
    sizes: Sizes
    rounds: int
    with_dbos: bool
    took: dict[str, list[dict[str, object]]] = field(default_factory=lambda: defaultdict(list))

    async def measure(self, workloads: Sequence[str]) -> dict[str, object]:
        """All rounds, and what comes of them. Raises audit.AuditFailed, load.LoadFailed, processes.ProgramFailed."""
        began_at, began = machine.now(), time.monotonic()
        where = machine.machine(await self.place.version())
        steps = {"cards": self._cards, "effects": self._effects, "each": self._each, "endpoint": self._endpoint}
        _warn_if_busy()
        for number in range(self.rounds):
            for name in workloads:
                print(f"round {number + 1} of {self.rounds}: {name}", file=sys.stderr, flush=True)
                await steps[name]()
        return {
            "figures": self._figures(),
            "rounds": self.rounds,
            "quick": self.sizes is QUICK,
            "taken_at": began_at,
            "minutes": round((time.monotonic() - began) / 60, 1),
            "commit": machine.commit(),
            "machine": where,
            "detail": {name: middle(rounds) for name, rounds in sorted(self.took.items())},
            "ratios": self._ratios(),
            "each_round": dict(self.took),
        }

    async def _keep(self, name: str, measured: Awaitable[Measured]) -> None:
        found = {**(await measured).to_json(), "load_average": round(os.getloadavg()[0], 1)}
        self.took[name].append(found)
        shown = ", ".join(f"{key} {value}" for key, value in found.items())
        print(f"  {name}: {shown}", file=sys.stderr, flush=True)
        await self.place.settle()

    async def _cards(self) -> None:
        await self._keep("card", asyncio.to_thread(cards.card_cost, self.sizes.repeats))

    async def _effects(self) -> None:
        for delay in self.sizes.delays:
            name = f"effects, app answers in {delay * 1000:.0f} ms"
            await self._keep(f"{name}: keyturn", effects.keyturn_effects(self.place, self.sizes.events, delay))
            if self.with_dbos:
                await self._keep(f"{name}: dbos", effects.dbos_effects(self.place, self.sizes.events, delay))

    async def _each(self) -> None:
        for items in self.sizes.items:
            await self._keep(f"for each, {items} records", each.loop_over(self.place, items))

    async def _endpoint(self) -> None:
        for callers in self.sizes.callers:
            echo = endpoint.echo_endpoint(self.place, callers, self.sizes.seconds)
            await self._keep(f"endpoint, {callers} callers: echo", echo)
            for count in self.sizes.cards:
                served = endpoint.keyturn_endpoint(self.place, count, callers, self.sizes.seconds)
                await self._keep(f"endpoint, {callers} callers: keyturn, {count} cards", served)

    def _column(self, name: str, figure: str) -> list[float]:
        return [float(str(one[figure])) for one in self.took.get(name, [])]

    def _ratios(self) -> dict[str, dict[str, float]]:
        """Keyturn by what stands beside it, from each pair of neighbouring measurements."""
        pairs: list[tuple[str, str, str]] = []
        for name in self.took:
            place, _, side = name.rpartition(": ")
            if side == "keyturn" and f"{place}: dbos" in self.took:
                pairs.append((name, f"{place}: dbos", "runs_per_s"))
            elif side.startswith("keyturn, "):
                pairs.append((name, f"{place}: echo", "calls_per_s"))
        return {
            f"{ours} / {theirs.rpartition(': ')[2]}": ratio(self._column(ours, figure), self._column(theirs, figure))
            for ours, theirs, figure in pairs
        }

    def _figures(self) -> dict[str, float]:
        """The few figures that the design sets goals for; those that were measured."""
        ratios = self._ratios()
        wanted: dict[str, Callable[[], float]] = {
            "endpoint_8_vs_echo": lambda: ratios["endpoint, 16 callers: keyturn, 8 cards / echo"]["median"],
            "effects_3_vs_dbos": lambda: ratios["effects, app answers in 0 ms: keyturn / dbos"]["median"],
            "effects_3_vs_dbos_20ms": lambda: ratios["effects, app answers in 20 ms: keyturn / dbos"]["median"],
            "card_overhead_us": lambda: summary(self._column("card", "overhead_us"))["median"],
            "foreach_100k_peak_mb": lambda: summary(self._column("for each, 100000 records", "peak_mb"))["max"],
            "foreach_10k_per_s": lambda: summary(self._column("for each, 10000 records", "items_per_s"))["median"],
        }
        found: dict[str, float] = {}
        for name, of in wanted.items():
            try:
                found[name] = of()
            except (KeyError, ValueError):  # not measured, or in another size
                continue
        return found
