"""A flow that is tried against the sandbox: its cards use the sandbox's connections instead of their own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from keyturn.flows.document import Card, Flow
from keyturn.flows.spec import Catalogue


@dataclass(frozen=True, slots=True)
class StandIns:
    """The connections that lead to the sandbox.

    Attributes:
        ids: all of them; a card that uses one keeps it.
        by_connector: one for each connector, by its name.
    """

    ids: frozenset[str]
    by_connector: Mapping[str, str]


class ActsForReal(Exception):
    """Something in a flow that is tried against the sandbox would reach another app."""

    mend = "Connect that app to the sandbox (its addresses are on the page Sandbox), or try the flow for real."


def stood_in(flow: Flow, stand_ins: StandIns, catalogue: Catalogue) -> Flow:
    """The flow with the sandbox's connections.

    Raises:
        ActsForReal: there is no connection of the sandbox for a card's app.
    """

    def of(card: Card) -> Card:
        branches = tuple(
            branch.model_copy(update={"cards": tuple(of(one) for one in branch.cards)}) for branch in card.branches
        )
        update = {"branches": branches, "do": tuple(of(one) for one in card.do)}
        return card.model_copy(update={**update, "connection": _stand_in(card, stand_ins, catalogue)})

    return flow.model_copy(update={"cards": tuple(of(card) for card in flow.cards)})


def check_helper(flow: Flow, stand_ins: StandIns) -> None:
    """Refuse a helper flow that would not use the sandbox: it runs as it is published. Raises ActsForReal."""
    for card in flow.walk():
        if card.connection is not None and card.connection not in stand_ins.ids:
            raise ActsForReal(
                f"The helper flow {flow.name!r} uses the connection {card.connection!r}, which is no connection to the "
                "sandbox; helper flows run as they are published."
            )


def _stand_in(card: Card, stand_ins: StandIns, catalogue: Catalogue) -> str | None:
    if card.connection is None or card.connection in stand_ins.ids:
        return card.connection
    spec = catalogue.get(card.card)
    connector = (spec.connector if spec else None) or ""
    found = stand_ins.by_connector.get(connector)
    if found is None:
        name = spec.category if spec else card.card
        what = f"There is no connection of {name} that leads to the sandbox; {card.title or card.id!r} needs one."
        raise ActsForReal(what)
    return found
