"""The catalogue of the function cards, and the joining of catalogues."""

from __future__ import annotations

from collections.abc import Iterable

from keyturn.flows.functions import Compute, EffectCompute
from keyturn.flows.spec import CardSpec, Catalogue

from . import date
from .boolean import boolean_cards
from .branch import BRANCH_CARDS
from .date_arithmetic import date_cards
from .flow import CONTROL_CARDS, EVENT_CARDS, flow_cards
from .limits import DEFAULT_LIMITS, Limits
from .list import list_cards
from .object import object_cards
from .text import text_cards


class BuiltInCards:
    """Every card that is Keyturn's own: its declaration, and its code where it has some."""

    def __init__(self, limits: Limits = DEFAULT_LIMITS) -> None:
        pure = (
            *text_cards(limits),
            *boolean_cards(limits),
            *object_cards(limits),
            *list_cards(limits),
            *date_cards(),
            *flow_cards(limits),
        )
        self._compute: dict[str, Compute] = {card.spec.key: card.run for card in pure}
        self._effects: dict[str, EffectCompute] = {date.NOW.key: date.now}
        specs = (*BRANCH_CARDS, *CONTROL_CARDS, *(card.spec for card in pure), date.NOW, *EVENT_CARDS)
        self._specs = {spec.key: spec for spec in specs}

    def get(self, key: str) -> CardSpec | None:
        """The declaration of a card, or None."""
        return self._specs.get(key)

    def all(self) -> Iterable[CardSpec]:
        """Every card."""
        return self._specs.values()

    def compute(self, key: str) -> Compute | None:
        """A pure card's function, or None."""
        return self._compute.get(key)

    def effect(self, key: str) -> EffectCompute | None:
        """The function of a card that is not repeatable, or None."""
        return self._effects.get(key)


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

    def all(self) -> Iterable[CardSpec]:
        """Every card, catalogue by catalogue."""
        for catalogue in self._catalogues:
            yield from catalogue.all()
