"""What a flow mentions: the connections, apps and flows that it needs beside itself."""

from __future__ import annotations

from keyturn.flows.document import Flow


def card_keys(flow: Flow) -> set[str]:
    """The cards that a flow is made of, its event's among them."""
    return {card.card for card in flow.walk()} | {flow.event.card}


def connections_in(flow: Flow) -> set[str]:
    """The connections that its own cards and its event use."""
    named = {card.connection for card in flow.walk()} | {flow.event.connection}
    return {name for name in named if name}


def connectors_in(flow: Flow) -> set[str]:
    """The apps and categories of its own cards and its event."""
    return {key.partition(".")[0] for key in card_keys(flow)}


def calls_in(flow: Flow, *, without: str | None = None) -> set[str]:
    """The flows that it calls.

    Args:
        without: a card whose calls are left out.
    """
    calls = {card.call.flow for card in flow.walk() if card.call and card.card != without}
    return calls | {card.on_error.call.flow for card in flow.walk() if card.on_error and card.on_error.call}
