"""One card alone: a flow of it and nothing else, with inputs that somebody chose, to see what it does."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from keyturn.flows.document import Card, Event, Flow
from keyturn.flows.json import JSON, Values
from keyturn.flows.problems import Problem, ProblemError
from keyturn.flows.spec import Catalogue
from keyturn.flows.values import Static, format_value

_EVENT = "manual"


class NeedsConfirmation(Exception):
    """The card changes something for real, and nobody has said that it may."""

    mend = "Send 'confirm': true if it may do that, or try the card with a connection to a sandbox."

    def __init__(self, title: str, effect: str) -> None:
        super().__init__(f"{title!r} {_DOES[effect]} for real, also when it is tried alone.")


_DOES = {
    "ensure": "brings about a state",
    "change": "changes something",
    "destroy": "removes something",
    "calls": "runs its helper flow",
}


@dataclass(frozen=True, slots=True)
class CardTrial:
    """Which card is tried alone, and with what.

    Attributes:
        inputs: what it is given instead of its own inputs.
        given: what its helper flow is given, if it calls one.
        confirmed: somebody has said that it may act on the world.
    """

    card: str
    inputs: Values
    given: Values
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class ActionTrial:
    """Which action is tried without a flow, by which connection, and with what; texts are texts and no references."""

    card: str
    connection: str
    inputs: Values
    options: Values
    confirmed: bool = False


def flow_of(trial: ActionTrial) -> Flow:
    """A flow whose only card is an action that is tried."""
    words = re.sub(r"[^a-z0-9]+", "-", trial.card.lower())[:110].strip("-") or "action"
    card = Card(
        id="tried",
        card=trial.card,
        connection=trial.connection,
        options=trial.options,
        inputs=_plain(trial.inputs),
    )
    return Flow(id=f"try-{words}", name=f"Try {trial.card}"[:200], event=Event(card=_EVENT), cards=(card,))


def alone(flow: Flow, card_id: str, inputs: Values, given: Values, catalogue: Catalogue) -> Flow:
    """A flow whose only card is this one.

    Args:
        inputs: what the card is given instead of its own inputs; texts in it are texts and never references.
        given: what its helper flow is given, if it calls one.

    Raises:
        ProblemError: there is no such card, or it is nothing without the cards inside or around it.
    """
    card = next((one for one in flow.walk() if one.id == card_id), None)
    if card is None:
        mend = "Save the draft with this card first."
        raise ProblemError([Problem("unknown-card", f"The flow has no card {card_id!r}.", mend, flow=flow.id)])
    if _has_rounds_or_lanes(card, catalogue):
        what = "A card with other cards inside, or with rounds, cannot be tried alone."
        raise ProblemError([Problem("not-alone", what, "Run the whole flow.", flow=flow.id, card=card_id)])
    update: dict[str, object] = {"inputs": _plain(inputs), "on_error": None}
    if card.on_error is not None:
        # what follows on an error belongs to the flow
        update["on_error"] = card.on_error.model_copy(update={"then": "halt", "values": {}, "call": None})
    if card.call is not None:
        update["call"] = card.call.model_copy(update={"with_": _plain(given)})
    only = card.model_copy(update=update)
    return Flow(id=flow.id, name=flow.name, save_data=flow.save_data, event=Event(card=_EVENT), cards=(only,))


def check_confirmed(card: Card, catalogue: Catalogue) -> None:
    """Refuse a card that acts on the world. Raises NeedsConfirmation."""
    spec = catalogue.get(card.card)
    effect = spec.signature(card.options).effect if spec else None
    title = card.title or (spec.title if spec else card.card)
    if effect is not None and not effect.is_read:
        raise NeedsConfirmation(title, effect.effect.value)
    if card.call is not None:
        raise NeedsConfirmation(title, "calls")


def _has_rounds_or_lanes(card: Card, catalogue: Catalogue) -> bool:
    spec = catalogue.get(card.card)
    loops = spec is not None and (spec.rounds is not None or spec.signature(card.options).streams)
    return bool(card.branches or card.do) or loops


def _plain(values: Mapping[str, JSON]) -> Values:
    return {name: format_value(Static(value)) for name, value in values.items()}
