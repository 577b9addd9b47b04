"""What differs between two versions of a flow, as far as it matters for what a run has done with the older one.

A card is compared by what it is given: kind, options, connection, inputs and calls. Where it refers to a card that
differs, what it is given may differ too; only carrying it out would tell.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from keyturn.flows.document import Card
from keyturn.flows.json import JSON
from keyturn.flows.values import parse_value, references

from .plan import Plan

Change = Literal["same", "changed", "unsure"]


def compare(old: Plan, new: Plan) -> Mapping[str, Change]:
    """Each card of the newer plan, compared with the older one; what is not in the older one has changed."""
    return _Comparison(old, new).run()


class _Comparison:
    def __init__(self, old: Plan, new: Plan) -> None:
        self._old = {card.id: card for card in old.flow.walk()}
        self._new = new
        # A run that is run again has an id and times of its own.
        self._roots: dict[str, Change] = {"run": "changed"}
        if old.version != new.version:
            self._roots["flow"] = "changed"

    def run(self) -> Mapping[str, Change]:
        self._cards(self._new.flow.cards, surrounded="same")
        return self._roots

    def _cards(self, cards: Iterable[Card], surrounded: Change) -> None:
        for card in cards:
            known = self._old.get(card.id)
            change: Change = "same" if known is not None and _own(known) == _own(card) else "changed"
            if change == "same" and (surrounded != "same" or self._refers_to_changed(card)):
                change = "unsure"
            self._roots[card.id] = change
            for branch in card.branches:
                self._cards(branch.cards, change)
            self._cards(card.do, change)

    def _refers_to_changed(self, card: Card) -> bool:
        values: list[JSON] = [card.inputs, card.call.with_ if card.call else None]
        values += [value for branch in card.branches for value in (branch.when, branch.set)]
        roots = {reference.root for value in values for reference in references(parse_value(value))}
        return any(self._roots.get(root, "same") != "same" for root in roots)


def _own(card: Card) -> object:
    """What a card is and is given, without the cards inside it."""
    branches = [(branch.when, branch.mark, branch.lane, branch.set) for branch in card.branches]
    return (card.card, card.connection, card.options, card.inputs, card.outputs, card.call, branches)
