"""``python -m bench.catalogue``: microseconds for each card, on small input and on lists of 100,000 items.

Each card gets the first case of its table (tests/cards/cases) that is no error; for the large input the items of its
list are repeated, each a little different, so that a card that looks at every pair of items would show. Processor time
is measured, the best of several rounds: it does not count what other programs take meanwhile.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import orjson

from keyturn.cards.cases import Case, Expected, read_tables
from keyturn.cards.catalogue import BuiltInCards
from keyturn.flows.errors import CardError
from keyturn.flows.functions import EffectPorts
from keyturn.flows.spec import CardSpec

from .catalogue_files import measure_files
from .catalogue_own import CALLS as CALLS_OF_OWN
from .catalogue_own import measure_own
from .catalogue_rounds import measure_rounds
from .catalogue_runs import CALLS, measure_runs
from .documents import JSON

ITEMS = 100_000
_TABLES = Path(__file__).resolve().parents[1] / "tests" / "cards" / "cases"
_SLOWEST = 10
LEAST_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class Cost:
    """Microseconds of processor time for one call.

    Attributes:
        small: with the first case of the card's table.
        large: with lists of ``items`` items; None where it takes no list.
        refused: why it does not take so many, where it does not.
    """

    key: str
    small: float
    large: float | None = None
    refused: str = ""

    def to_json(self) -> dict[str, object]:
        return {
            "small_us": round(self.small, 2),
            "large_us": None if self.large is None else round(self.large, 1),
            "refused": self.refused or None,
        }


@dataclass(frozen=True, slots=True)
class _Rounds:
    """How often is measured, and for so long at least each time."""

    count: int
    seconds: float


class _Clock:
    def now(self) -> datetime:
        return datetime(2026, 11, 25, tzinfo=UTC)

    def monotonic(self) -> float:
        return 0.0

    async def sleep(self, seconds: float) -> None:
        raise AssertionError("a function card never waits")


def measure(
    items: int = ITEMS, rounds: int = 5, only: str = "", server: str | None = None, seconds: float = LEAST_SECONDS
) -> list[Cost]:
    """Measure every card of the catalogue and of the API Connector, or those whose key begins with ``only``."""
    cards = BuiltInCards()
    first: dict[str, Case] = {}
    for case in read_tables(_TABLES):
        if not isinstance(case.expected, Expected):
            first.setdefault(case.key, case)
    chosen = [spec for spec in _functions(cards) if spec.key in first and spec.key.startswith(only)]
    costs = [_measured(cards, spec, first[spec.key], items, _Rounds(rounds, seconds)) for spec in chosen]
    further = [
        *measure_rounds(items, rounds, only),
        *measure_runs(rounds, only, CALLS if seconds else 1),
        *measure_files(items, rounds, only),
        *measure_own(items, rounds, only, server, CALLS_OF_OWN if seconds else 1),
    ]
    return [*costs, *(Cost(*cost) for cost in further)]


def _functions(cards: BuiltInCards) -> list[CardSpec]:
    return [spec for spec in cards.all() if cards.compute(spec.key) or cards.effect(spec.key)]


def _measured(cards: BuiltInCards, spec: CardSpec, case: Case, items: int, rounds: _Rounds) -> Cost:
    names = tuple(case.expected) if spec.free_outputs and isinstance(case.expected, dict) else ()
    call = _caller(cards, spec.key, names)
    small = _best(lambda: call(case.given), rounds)
    lists = [field.name for field in spec.inputs if field.type.depth and isinstance(case.given.get(field.name), list)]
    if not lists:
        return Cost(spec.key, small)
    large = case.given | {name: _many(case.given[name], items) for name in lists}
    try:
        return Cost(spec.key, small, _best(lambda: call(large), rounds))
    except CardError as error:
        return Cost(spec.key, small, refused=error.detail.message)


def _caller(cards: BuiltInCards, key: str, names: tuple[str, ...]) -> Callable[[dict[str, JSON]], object]:
    compute, effect = cards.compute(key), cards.effect(key)
    if compute is not None:
        return lambda given: compute(given, names)
    assert effect is not None
    ports = EffectPorts(_Clock(), Random(7).random)
    return lambda given: effect(given, ports)


def _best(call: Callable[[], object], rounds: _Rounds) -> float:
    """Microseconds of one call: the best round, each of so many calls that it can be measured."""
    began = time.process_time()
    call()
    once = max(time.process_time() - began, 1e-7)
    count = max(1, min(20_000, int(rounds.seconds / once)))
    best = float("inf")
    for _ in range(rounds.count):
        began = time.process_time()
        for _ in range(count):
            call()
        best = min(best, (time.process_time() - began) / count)
    return best * 1_000_000


def _many(values: JSON, items: int) -> list[JSON]:
    """So many items like these, each a little different."""
    if not isinstance(values, list) or not values:
        return list(range(items))
    return [_like(values[number % len(values)], number) for number in range(items)]


def _like(item: JSON, number: int) -> JSON:
    match item:
        case bool() | None:
            return item
        case int() | float():
            return number
        case str():
            return f"{item}{number}"
        case list():
            return [_like(inner, number) for inner in item]
        case dict():
            return {name: _like(inner, number) for name, inner in item.items()}
    return item


def _slowest(costs: list[Cost], of: Callable[[Cost], float | None]) -> list[tuple[str, float]]:
    known = [(cost.key, value) for cost in costs if (value := of(cost)) is not None]
    return sorted(known, key=lambda pair: pair[1], reverse=True)[:_SLOWEST]


def main(given: list[str] | None = None) -> int:
    """Measure, show the slowest ten, and write all of it where ``--out`` says."""
    parser = argparse.ArgumentParser(prog="python -m bench.catalogue", description=__doc__)
    parser.add_argument("--items", type=int, default=ITEMS, help="items of the large lists")
    parser.add_argument("--rounds", type=int, default=5, help="rounds for each card; the best counts")
    parser.add_argument("--only", default="", help="cards whose key begins so, for example list.")
    parser.add_argument("--database-url", help="a Postgres whose user may make databases; else one comes along")
    parser.add_argument("--out", type=Path, help="a file for all figures, as JSON")
    chosen = parser.parse_args(given)
    costs = measure(chosen.items, chosen.rounds, chosen.only, chosen.database_url)
    functions = {spec.key for spec in _functions(BuiltInCards())}
    for who, some in (("cards", costs), ("functions", [cost for cost in costs if cost.key in functions])):
        for title, of in (
            ("small input", lambda cost: cost.small),
            (f"{chosen.items:,} items", lambda cost: cost.large),
        ):
            print(f"Slowest {who} on {title}, in microseconds:")
            for key, value in _slowest(some, of):
                print(f"  {key:34} {value:14,.1f}")
    for cost in costs:
        if cost.refused:
            print(f"  {cost.key} takes no {chosen.items:,} items: {cost.refused}")
    print(f"{len(costs)} cards, {sum(cost.large is not None for cost in costs)} of them with lists.")
    if chosen.out:
        figures = {cost.key: cost.to_json() for cost in costs}
        chosen.out.write_bytes(orjson.dumps(figures, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
    return 0


if __name__ == "__main__":
    sys.exit(main())
