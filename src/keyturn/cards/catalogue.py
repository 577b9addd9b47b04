"""The catalogue of the function cards, and the joining of catalogues."""

from __future__ import annotations

from collections.abc import Iterable

from keyturn.flows.functions import Compute, ControlRules, EffectCompute, Warn
from keyturn.flows.spec import CardKind, CardSpec, Catalogue, Explaining, FieldSpec

from . import (
    boolean,
    choose,
    date,
    encryption,
    file,
    flow,
    flows,
    joints,
    json,
    jwt,
    list,
    list_search,
    number,
    object,
    table,
    text,
    text_forms,
    url,
    xml,
)
from .branch import BRANCH_CARDS
from .connector_builder import CARDS as BUILDER_CARDS
from .flow import CONTROL_CARDS, EVENT_CARDS
from .function import EffectFunction, Function, bind, bind_effect
from .iteration import ITERATION_CARDS
from .limits import DEFAULT_LIMITS, Limits
from .looking import looker
from .pause import PAUSE_CARDS
from .reading import bind_action, bind_control

_FUNCTIONS: tuple[Function, ...] = (
    *text.CARDS,
    *text_forms.CARDS,
    *number.CARDS,
    *boolean.CARDS,
    *choose.CARDS,
    *date.CARDS,
    *object.CARDS,
    *list.CARDS,
    *list_search.CARDS,
    *json.CARDS,
    *url.CARDS,
    *xml.CARDS,
    *encryption.CARDS,
    *jwt.CARDS,
    *flow.FUNCTIONS,
    *joints.CARDS,
)
_EFFECTS: tuple[EffectFunction, ...] = (
    *text_forms.EFFECTS,
    *number.EFFECTS,
    *date.EFFECTS,
    *list_search.EFFECTS,
    *encryption.EFFECTS,
    *jwt.EFFECTS,
)


class BuiltInCards:
    """Every card that is Keyturn's own: its declaration, and its code where it has some."""

    def __init__(self, limits: Limits = DEFAULT_LIMITS) -> None:
        self._limits, self._look = limits, looker(limits)
        look = self._look
        self._compute: dict[str, Compute] = {function.spec.key: bind(function, limits, look) for function in _FUNCTIONS}
        self._warn = {function.spec.key: function.warn for function in _FUNCTIONS if function.warn is not None}
        self._effects: dict[str, EffectCompute] = {
            function.spec.key: bind_effect(function, limits, look) for function in _EFFECTS
        }
        specs = (
            *BRANCH_CARDS,
            *CONTROL_CARDS,
            *PAUSE_CARDS,
            *BUILDER_CARDS,
            *ITERATION_CARDS,
            *(function.spec for function in (*_FUNCTIONS, *_EFFECTS)),
            *table.CARDS,
            *file.CARDS,
            *flows.CARDS,
            *EVENT_CARDS,
        )
        self._specs = {spec.key: spec for spec in specs}
        self._control = {spec.key: bind_control(spec, limits, look) for spec in specs if spec.kind is CardKind.CONTROL}

    def get(self, key: str) -> CardSpec | None:
        """The declaration of a card, or None."""
        return self._specs.get(key)

    def all(self) -> Iterable[CardSpec]:
        """Every card."""
        return self._specs.values()

    def compute(self, key: str) -> Compute | None:
        """A pure card's function, or None."""
        return self._compute.get(key)

    def warn(self, key: str) -> Warn | None:
        """What a pure card warns of, or None if it never does."""
        return self._warn.get(key)

    def effect(self, key: str) -> EffectCompute | None:
        """The function of a card that is not repeatable, or None."""
        return self._effects.get(key)

    def control(self, key: str) -> ControlRules | None:
        """What holds for the values of a control card, or None if it is none."""
        return self._control.get(key)

    def action(self, spec: CardSpec, fields: tuple[FieldSpec, ...]) -> ControlRules:
        """What holds for the values of a card that touches the world, with these inputs; these stay as they are."""
        return bind_action(spec, fields, self._limits, self._look)


class CombinedCatalogue:
    """Several catalogues as one; the first that knows a key answers."""

    def __init__(self, *catalogues: Catalogue) -> None:
        self._catalogues = catalogues

    def get(self, key: str) -> CardSpec | None:
        """The declaration of a card, or None."""
        for catalogue in self._catalogues:
            spec = catalogue.get(key)
            if spec is not None:
                return spec
        return None

    def why_missing(self, key: str) -> tuple[str, str] | None:
        """Why a card is not there, and what to do; None if no catalogue knows."""
        told = (one.why_missing(key) for one in self._catalogues if isinstance(one, Explaining))
        return next((one for one in told if one is not None), None)

    def all(self) -> Iterable[CardSpec]:
        """Every card, catalogue by catalogue."""
        for catalogue in self._catalogues:
            yield from catalogue.all()
