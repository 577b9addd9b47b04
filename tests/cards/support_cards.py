"""What the tests of the cards share: the catalogue, a way to run a card, clock and chance that are given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from hypothesis import strategies as st

from keyturn.cards.cases import Case, Expected
from keyturn.cards.catalogue import BuiltInCards
from keyturn.flows.errors import CardError
from keyturn.flows.functions import EffectPorts
from keyturn.flows.json import JSON, Values
from keyturn.flows.spec import CardKind, CardSpec

CARDS = BuiltInCards()
NOW = "2016-09-07T16:55:25.670Z"
FUNCTIONS = [spec for spec in CARDS.all() if CARDS.compute(spec.key) or CARDS.effect(spec.key)]
# What the cards of Keyturn's own data do needs a database: their cases are run by tests/data.
OWN_DATA = [
    spec for spec in CARDS.all() if spec.key.startswith(("table.", "file.", "flows.", "folder.", "flow.cursor"))
]
PURE = [spec for spec in FUNCTIONS if spec.kind is CardKind.PURE]

_NUMBERS = st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False, allow_infinity=False)
ANYTHING = st.recursive(
    st.none() | st.booleans() | _NUMBERS | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@dataclass(frozen=True)
class Clock:
    """A clock that stands still."""

    text: str = NOW

    def now(self) -> datetime:
        return datetime.fromisoformat(self.text).astimezone(UTC)

    def monotonic(self) -> float:
        return 0.0

    async def sleep(self, seconds: float) -> None:
        raise AssertionError("a function card never waits")


def chance(draws: JSON) -> Callable[[], float]:
    """Gives the numbers in turn, the last one for ever."""
    left = [float(draw) for draw in draws] if isinstance(draws, list) else [0.5]
    return lambda: left.pop(0) if len(left) > 1 else left[0]


def run(
    spec: CardSpec,
    inputs: Values,
    outputs: tuple[str, ...] = (),
    ports: Values | None = None,
    cards: BuiltInCards = CARDS,
) -> Values:
    """Call a card as the engine does."""
    compute = cards.compute(spec.key)
    if compute is not None:
        return compute(inputs, outputs)
    effect = cards.effect(spec.key)
    assert effect is not None
    given = ports or {}
    clock, letter = Clock(str(given.get("now", NOW))), iter(str(given.get("bytes", "sn")))
    secure = lambda count: next(letter, "x").encode() * count  # noqa: E731
    return effect(inputs, EffectPorts(clock, chance(given.get("random")), secure))


def outcome(
    spec: CardSpec, inputs: Values, outputs: tuple[str, ...] = (), ports: Values | None = None
) -> JSON | Expected:
    """The outputs of a card, or the field that its error names."""
    try:
        return run(spec, inputs, outputs, ports)
    except CardError as error:
        told = error.detail
    assert told.code == "bad-input"
    assert told.mend
    return Expected(told.field or "")


def names_for(spec: CardSpec) -> tuple[str, ...]:
    """Names of free outputs, for cards that have such."""
    return tuple(spec.examples[0].free_outputs) if spec.free_outputs else ()


def expected(spec: CardSpec, case: Case) -> JSON | Expected:
    """What a case expects, as the card's outputs."""
    if isinstance(case.expected, Expected) or spec.free_outputs or len(spec.outputs) != 1:
        return case.expected
    return {spec.outputs[0].name: case.expected}


def same(a: object, b: object) -> bool:
    """Equal as JSON: true is not 1, and keys have their order."""
    if isinstance(a, dict) and isinstance(b, dict):
        return list(a) == list(b) and all(same(a[key], b[key]) for key in a)
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(same, a, b))
    return type(a) is type(b) and a == b
