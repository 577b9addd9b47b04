"""Calls an app for the connection itself: to test it, and to register event hooks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from urllib.parse import parse_qsl

from keyturn.connections.problems import ConnectionProblem
from keyturn.connectors.exchanges import PATIENCE, Refused, Way, Ways
from keyturn.connectors.outgoing import Outgoing
from keyturn.connectors.registry import ConnectorRegistry
from keyturn.flows.actions import Failed, Unknown
from keyturn.flows.errors import CardError, ErrorDetail
from keyturn.flows.json import JSON, Values
from keyturn.http import Masker
from keyturn.triggers.subscribe import Answer, SubscribeFailed

_LABEL = "connection"


class ConnectionCaller:
    """Implements ``triggers.subscribe.Caller`` by the way that actions take: credentials that end are renewed, the
    budget of the connection is kept, and the manifest's headers go along. What an app repeats of the credentials is
    masked."""

    def __init__(self, registry: ConnectorRegistry, ways: Ways) -> None:
        self._registry = registry
        self._ways = ways

    async def call(
        self, connection_id: str, method: str, path: str, body: JSON = None, scopes: Sequence[str] = ()
    ) -> Answer:
        """One request below the connection's base, which needs these scopes. Raises SubscribeFailed if no answer
        came."""
        try:
            authorised = await self._ways.authoriser.authorise(connection_id)
        except ConnectionProblem as problem:
            raise SubscribeFailed(str(problem), problem.mend, problem.code) from problem
        name = authorised.connection.connector
        manifest = self._registry.connector(name)
        if manifest is None:
            raise SubscribeFailed(*self._registry.absence(name), "no-manifest")
        way = Way(self._ways, manifest, authorised, label=_LABEL, patience=PATIENCE, scopes=tuple(scopes))
        try:
            found = await way.ask(_outgoing(method, path, body))
        except CardError as error:
            found = Failed(error.detail)
        masker = Masker(way.hidden)
        match found:
            case Failed(error) | Unknown(error):
                raise _failed(error, masker.text)
            case Refused(answer=answer, scopes=told):
                return replace(_answer(answer, masker), scopes=masker.text(told))
            case _:
                return _answer(found, masker)


def _outgoing(method: str, path: str, body: JSON) -> Outgoing:
    place, _, query = path.partition("?")
    given: Values = {**dict(parse_qsl(query, keep_blank_values=True))}
    return Outgoing(method, place, given, {}, body)


def _answer(found: Values, masker: Masker) -> Answer:
    status = found.get("status")
    assert isinstance(status, int)
    return Answer(status, masker.value(found.get("body")))


def _failed(error: ErrorDetail, masked: Callable[[str], str]) -> SubscribeFailed:
    return SubscribeFailed(masked(error.message), error.mend, error.code)
