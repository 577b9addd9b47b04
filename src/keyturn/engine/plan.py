"""A plan: a published flow compiled once into steps that can be carried out without looking anything up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from keyturn.flows.document import Flow, Retry
from keyturn.flows.functions import Compute, ControlRules, EffectCompute, Warn
from keyturn.flows.json import Values
from keyturn.flows.resolve import Resolver
from keyturn.flows.spec import CardSpec, EffectSpec
from keyturn.flows.types import Type

from .inputs import Converter, Inputs
from .secret_inputs import Way
from .secrets import Head


@dataclass(frozen=True, slots=True)
class CallPlan:
    """A helper flow and the values it is given."""

    flow_id: str
    with_: Inputs


@dataclass(frozen=True, slots=True)
class LanePlan:
    """One lane of a branching card.

    Attributes:
        when: the condition, or None for otherwise, try and catch.
        name: of a lane that goes together with others; empty for others.
    """

    kind: str
    when: Resolver | None
    steps: tuple[StepPlan, ...]
    set: Inputs
    name: str = ""


@dataclass(frozen=True, slots=True)
class ErrorPlan:
    """What happens on an error, compiled."""

    retry: Retry | None
    repeat_unknown: bool
    then: str
    values: Inputs
    call: CallPlan | None


@dataclass(frozen=True, slots=True)
class StepPlan:
    """One card, ready to be carried out.

    Attributes:
        order: position in the document, nested cards included.
        streams: it reads page after page and calls a helper flow for each record.
        secret: the outputs that are declared as secret, or put into secret inputs as they are; they are masked in the
            history.
        secret_inputs: the ways to what it is given that is secret by its type.
        plain: the function of a card of which nothing is to be told but what it was given and what it gave, under open
            names (``masking.is_open``); None for any other card.
    """

    id: str
    key: str
    title: str | None
    spec: CardSpec
    order: int
    inputs: Inputs
    options: Values
    free_outputs: tuple[str, ...]
    convert_outputs: tuple[tuple[str, Converter], ...]
    compute: Compute | None
    warn: Warn | None
    effect_compute: EffectCompute | None
    rules: ControlRules | None
    effect: EffectSpec | None
    connection: str | None
    lanes: tuple[LanePlan, ...]
    call: CallPlan | None
    body: tuple[StepPlan, ...]
    on_error: ErrorPlan
    streams: bool
    secret: frozenset[str]
    secret_inputs: tuple[Way, ...]
    plain: Compute | None

    @property
    def hidden(self) -> frozenset[str]:
        """The inputs that are secret whole."""
        return frozenset(way[0] for way in self.secret_inputs if len(way) == 1)


@dataclass(frozen=True, slots=True)
class Plan:
    """A compiled flow version.

    Attributes:
        event_fields: names and types that the event gives, for conversion of what comes in.
        told: what the engine tells the flow of its run and its call, as far as it refers to it (``told``).
        secret_fields: event fields of type secret, and those that are put into secret inputs as they are.
        about: the person concerned; ``about_roots`` and ``about_heads`` are what it refers to.
    """

    flow: Flow
    version: int
    steps: tuple[StepPlan, ...]
    event_fields: Mapping[str, Type]
    told: frozenset[str]
    secret_fields: frozenset[str]
    about: Resolver | None
    about_roots: frozenset[str]
    about_heads: frozenset[Head]
    manifests: Mapping[str, str]
    order: Mapping[str, int]


def walk_steps(steps: tuple[StepPlan, ...]) -> Iterable[StepPlan]:
    """Every step, in document order."""
    for step in steps:
        yield step
        for lane in step.lanes:
            yield from walk_steps(lane.steps)
        yield from walk_steps(step.body)
