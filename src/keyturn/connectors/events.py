"""Okta's log events as the outputs of event cards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from keyturn.flows.json import JSON, Values

from .registry import ConnectorRegistry


@dataclass(frozen=True, slots=True)
class MappedEvent:
    """An app's event as an event card gives it.

    Attributes:
        card: key of the event card.
        skip: why no flow is started by it, or empty.
    """

    card: str
    outputs: Values
    skip: str = ""


class EventMapper:
    """Turns an app's events into the outputs of event cards."""

    def __init__(self, registry: ConnectorRegistry) -> None:
        self._registry = registry

    def event_types(self, connector: str, cards: Sequence[str]) -> list[str]:
        """The app's event types that these event cards stand for."""
        manifest = self._registry.connector(connector)
        events = manifest.model.events if manifest else ()
        return sorted({event.event_type for event in events if f"{connector}.{event.key}" in cards})

    def map(self, connector: str, event: Values, envelope: Values, headers: Values) -> Sequence[MappedEvent]:
        """The event cards that stand for this event; none if no card does."""
        manifest = self._registry.connector(connector)
        kind = event.get("eventType")
        if manifest is None or not isinstance(kind, str):
            return []
        roots: Values = {"event": event, "envelope": envelope, "headers": headers, "targets": _targets(event)}
        skip = _skip(event)
        return [
            MappedEvent(f"{connector}.{key}", manifest.event_outputs(key, roots), skip)
            for key in manifest.events_of(kind)
        ]


def _targets(event: Values) -> Values:
    """The first target of each type, by type; under ``other`` the first that is no user."""
    targets: Values = {}
    found = event.get("target")
    for target in found if isinstance(found, list) else []:
        kind = target.get("type") if isinstance(target, dict) else None
        if isinstance(kind, str):
            targets.setdefault(kind, target)
            if kind != "User":
                targets.setdefault("other", target)
    return targets


def _skip(event: Values) -> str:
    outcome = event.get("outcome")
    result: JSON = outcome.get("result") if isinstance(outcome, dict) else None
    if result in (None, "SUCCESS"):
        return ""
    return f"its outcome is {result}: it did not happen"
