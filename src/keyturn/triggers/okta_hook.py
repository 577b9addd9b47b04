"""Okta's event hooks: the verification challenge, and deliveries of one or many events.

Source: Okta's event hook contract (verification by a GET with ``x-okta-verification-challenge``; deliveries
by POST with the configured Authorization header; at least once, in any order, several events in one). A delivery
that is not taken comes once more within moments, and then never again: so what was refused is told in the log.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Sequence
from typing import Protocol
from uuid import UUID

import orjson
import structlog

from keyturn.connections.problems import ConnectionProblem
from keyturn.engine.points import Point, Points
from keyturn.engine.ports import Run, RunStatus, StoreUnavailable
from keyturn.flows.functions import Clock
from keyturn.flows.json import JSON, Values

from .ports import Accepted, EventStore, IncomingEvent

log = structlog.get_logger(__name__)

_ENVELOPE = "com.okta.event_hook"
_CATCH_UP = (
    "Okta tries once more at once and then gives up. Compare its System Log (eventType and published) with what ran, "
    "and start what is missing by hand: keyturn runs start FLOW --input JSON. docs/operate.md shows how."
)
# Compared against when a connection is unknown, so that the answer takes the same work as a wrong secret.
_NOBODY = "no connection has this secret"


class HookRefused(Exception):
    """A delivery that is not taken; ``mend`` says what to do. Nothing of it was stored."""

    def __init__(self, message: str, mend: str) -> None:
        self.mend = mend
        super().__init__(message)


class WrongSecret(HookRefused):
    """The Authorization header is not the one configured, or there is no such connection (401)."""


class CannotTell(HookRefused):
    """Who sends cannot be told, since the connection's secrets cannot be opened: the sender must try again (503)."""


class NotAnEvent(HookRefused):
    """The body is no delivery of an event hook (400)."""


class MappedEvent(Protocol):
    """An app's event as an event card gives it: the card's key, its outputs, and why it starts nothing, if so."""

    @property
    def card(self) -> str: ...

    @property
    def outputs(self) -> Values: ...

    @property
    def skip(self) -> str: ...


class EventMapping(Protocol):
    """Turns an app's event into the outputs of event cards."""

    def map(self, connector: str, event: Values, envelope: Values, headers: Values) -> Sequence[MappedEvent]:
        """The event cards that stand for this event; none if no card does."""
        ...


class HookSecrets(Protocol):
    """The secrets that senders must show."""

    async def hook_secret(self, connection_id: str) -> tuple[str, str] | None:
        """Connector and secret of a connection, or None if it is unknown or has none.

        Raises:
            ConnectionProblem: the secret cannot be had.
        """
        ...


class Subscribed(Protocol):
    """A flow that an event starts."""

    @property
    def id(self) -> str: ...

    @property
    def version(self) -> int: ...


class Subscribers(Protocol):
    """Which flows an event starts."""

    async def subscribed(self, event_card: str, connection: str) -> Sequence[Subscribed]:
        """Active flows that this event of this connection starts."""
        ...


class OktaEventHook:
    """Takes deliveries of Okta's event hooks."""

    def __init__(
        self,
        *,
        events: EventStore,
        flows: Subscribers,
        mapping: EventMapping,
        secrets: HookSecrets,
        clock: Clock,
        new_id: Callable[[], UUID],
        points: Points | None = None,
    ) -> None:
        self._events = events
        self._flows = flows
        self._mapping = mapping
        self._secrets = secrets
        self._clock = clock
        self._new_id = new_id
        self._points = points or Points()

    @staticmethod
    def verify(challenge: str) -> Values:
        """The answer to Okta's one-time verification."""
        return {"verification": challenge}

    async def receive(self, connection_id: str, authorization: str | None, body: bytes) -> Accepted:
        """Take one delivery: returns once its events and their runs are committed.

        Raises:
            WrongSecret: no run is started, nothing is stored.
            CannotTell: the same; what was refused is in the log.
            NotAnEvent: the body is not JSON, or no delivery of an event hook.
            StoreUnavailable: nothing is stored; what was refused is in the log.
        """
        try:
            connector = await self._authorised(connection_id, authorization)
        except (ConnectionProblem, StoreUnavailable) as error:
            # Who sends is not known, so that nothing that the body says may be in the log but how much it is.
            _tell_refused(connection_id, error, count=_count(body))
            if isinstance(error, StoreUnavailable):
                raise
            raise CannotTell(
                "The secrets of this connection cannot be opened; nothing of the delivery was stored.",
                "Deliver it again later. Who runs this server: the log and keyturn admin doctor say why.",
            ) from error
        envelope = _envelope(body)
        events = _events(envelope)
        try:
            accepted = await self._accept(connection_id, connector, envelope, events)
        except StoreUnavailable as error:
            ids = [_identity(envelope, event, number) for number, event in enumerate(events)]
            _tell_refused(connection_id, error, count=len(events), events=ids, people=_people(events))
            raise
        log.info(
            "event hook delivery",
            connection=connection_id,
            new=accepted.new_events,
            known=accepted.known_events,
            runs=len(accepted.runs),
        )
        return accepted

    async def _accept(self, connection_id: str, connector: str, envelope: Values, events: Sequence[JSON]) -> Accepted:
        incoming = [
            await self._incoming(connection_id, connector, envelope, event, number)
            for number, event in enumerate(events)
        ]
        return await self._points.around(Point.ACCEPTED, lambda: self._events.accept(incoming))

    async def _authorised(self, connection_id: str, authorization: str | None) -> str:
        known = await self._secrets.hook_secret(connection_id)
        connector, secret = known or ("", _NOBODY)
        if not hmac.compare_digest(secret.encode(), (authorization or "").encode()) or known is None:
            log.warning("event hook delivery with a wrong secret", connection=connection_id)
            raise WrongSecret(
                "The Authorization header is not the one that this connection's event hook was set up with.",
                "Register the event hook again, or put the current secret into Okta's event hook.",
            )
        return connector

    async def _incoming(
        self, connection_id: str, connector: str, envelope: Values, event: JSON, number: int
    ) -> IncomingEvent:
        identity = _identity(envelope, event, number)
        if not isinstance(event, dict):
            return IncomingEvent(connection_id, identity, "unknown", {"event": event}, note="not an object")
        kind = event.get("eventType")
        name = kind if isinstance(kind, str) else "unknown"
        runs, note = await self._runs(connection_id, connector, event, envelope)
        return IncomingEvent(connection_id, identity, name, event, runs, note)

    async def _runs(self, connection_id: str, connector: str, event: Values, envelope: Values) -> tuple[list[Run], str]:
        mapped = self._mapping.map(connector, event, envelope, {})
        runs: list[Run] = []
        for one in mapped:
            if one.skip:
                return [], one.skip
            for flow in await self._flows.subscribed(one.card, connection_id):
                runs.append(self._run(flow.id, flow.version, one))
        return runs, "" if runs else "no active flow starts with this event"

    def _run(self, flow_id: str, version: int, event: MappedEvent) -> Run:
        run_id = self._new_id()
        return Run(
            id=run_id,
            root_id=run_id,
            flow_id=flow_id,
            version=version,
            status=RunStatus.QUEUED,
            event=event.outputs,
            created_at=self._clock.now(),
            trigger=event.card,
        )


def _tell_refused(connection_id: str, error: ConnectionProblem | StoreUnavailable, **what: object) -> None:
    mend = f"{error.mend} {_CATCH_UP}" if isinstance(error, ConnectionProblem) else _CATCH_UP
    log.error("event hook delivery not taken", connection=connection_id, why=str(error), mend=mend, **what)


def _identity(envelope: Values, event: JSON, number: int) -> str:
    """What makes a second delivery of an event known: its id, its place in a named delivery, or all that it says."""
    event_id = event.get("uuid") if isinstance(event, dict) else None
    if isinstance(event_id, str) and event_id:
        return event_id
    delivery_id = envelope.get("eventId")
    if isinstance(delivery_id, str) and delivery_id:
        return f"{delivery_id}#{number}"
    content = orjson.dumps(event, option=orjson.OPT_SORT_KEYS)
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def people_of(event: Values) -> list[str]:
    """The users whom an event is about, by their login."""
    targets = event.get("target")
    users = [
        target
        for target in (targets if isinstance(targets, list) else ())
        if isinstance(target, dict) and target.get("type") == "User"
    ]
    return [login for user in users if isinstance(login := user.get("alternateId"), str)]


def _people(events: Sequence[JSON]) -> list[str]:
    """The users whom events are about, by their login."""
    return [login for event in events if isinstance(event, dict) for login in people_of(event)]


def _count(body: bytes) -> int:
    """How many events a delivery says it has; 0 if it cannot be read."""
    try:
        return len(_events(_envelope(body)))
    except NotAnEvent:
        return 0


def _envelope(body: bytes) -> Values:
    try:
        parsed: JSON = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise NotAnEvent(f"The body is not JSON: {error}.", "Send the event as Okta sends it.") from error
    if not isinstance(parsed, dict) or parsed.get("eventType") != _ENVELOPE:
        raise NotAnEvent(
            f"The body is JSON, but no event hook delivery: eventType is not {_ENVELOPE!r}.",
            "Send the event as Okta sends it.",
        )
    return parsed


def _events(envelope: Values) -> list[JSON]:
    data = envelope.get("data")
    events = data.get("events") if isinstance(data, dict) else None
    if not isinstance(events, list):
        raise NotAnEvent("The delivery has no list data.events.", "Send the event as Okta sends it.")
    return events
