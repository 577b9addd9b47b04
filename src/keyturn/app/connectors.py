"""What people do with connectors: look at them, make them, take them away, try an action of one."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from keyturn.connectors.manifest import ActionModel, EventModel, ManifestModel
from keyturn.connectors.openapi import OpenApiFile, manifest_of, parse_openapi
from keyturn.connectors.own import NoSuchConnector, OwnConnector, OwnConnectors
from keyturn.connectors.registry import ConnectorRegistry, Unusable
from keyturn.engine.ports import StoreUnavailable
from keyturn.flows.functions import Clock

from .uses import UseDesk, UseKind, published

log = structlog.get_logger(__name__)

_MOST_NAMED = 10
_EVERY_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class ConnectorDetail:
    """A connector, with all that it can do.

    Attributes:
        own: how it was made here; None for one that came along or lies in the folder.
    """

    model: ManifestModel
    digest: str
    own: OwnConnector | None

    @property
    def actions(self) -> Sequence[ActionModel]:
        return self.model.actions

    @property
    def events(self) -> Sequence[EventModel]:
        return self.model.events


class ConnectorInUse(Exception):
    """A connector that flows or connections need is not taken away."""

    mend = "Take it out of these flows, and delete these connections, first."

    def __init__(self, name: str, flows: Sequence[str], connections: Sequence[str]) -> None:
        told = [
            f"{kind} {_listed(names)}" for kind, names in (("flows:", flows), ("connections:", connections)) if names
        ]
        super().__init__(f"The connector {name!r} is used by {'; '.join(told)}.")


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return ", ".join(names[:_MOST_NAMED]) + more


class ConnectorDesk:
    """Acts on connectors for people."""

    def __init__(self, registry: ConnectorRegistry, own: OwnConnectors, uses: UseDesk) -> None:
        self._registry = registry
        self._own = own
        self._uses = uses

    def unusable(self) -> Sequence[Unusable]:
        """Connectors of the folder that are left out for their mistakes."""
        return self._registry.unusable()

    async def get(self, name: str) -> ConnectorDetail:
        """A connector. Raises NoSuchConnector."""
        own = await self._own.find(name)
        if own is not None and self._registry.digest(name) != own.digest:
            await self._own.refresh()  # another process has changed it a moment ago
        found = self._registry.connector(name)
        if found is None:
            raise NoSuchConnector(self._registry.absence(name)[0])
        return ConnectorDetail(found.model, found.digest, own if name in self._registry.own() else None)

    def made_here(self, name: str) -> str | None:
        """The manifest, as JSON, of a connector that somebody made; None of any other."""
        return self._registry.own().get(name)

    async def put(self, name: str, source: str, author: str, follows: str) -> ConnectorDetail:
        """Keep a connector; ``OwnConnectors.put`` says what it raises."""
        await self._own.put(name, source, author, follows)
        return await self.get(name)

    async def delete(self, name: str) -> None:
        """Take a connector away.

        Raises:
            ConnectorInUse: flows or connections need it.
            NoSuchConnector, ConnectorTaken: none by this name was made here.
        """
        if name in self._registry.own():
            uses = published(await self._uses.of_connector(name))
            if uses:
                named = {kind: [use.name for use in uses if use.kind is kind] for kind in UseKind}
                raise ConnectorInUse(name, named[UseKind.FLOW], named[UseKind.CONNECTION])
        await self._own.delete(name)

    async def described(self, content: bytes, file: str) -> OpenApiFile:
        """What an OpenAPI description offers. Raises ProblemError."""
        return await asyncio.to_thread(parse_openapi, content, file)  # large ones take their time

    async def from_openapi(self, content: bytes, file: str, connector: str, title: str, wanted: Sequence[str]) -> str:
        """A manifest with some operations of a description, by id or tag, as YAML. Raises ProblemError."""
        described = await self.described(content, file)
        chosen = described.chosen(wanted)
        return await asyncio.to_thread(manifest_of, described, connector, title or connector, chosen)


def log_unusable(connectors: Sequence[Unusable]) -> None:
    """A word in the log for each connector that is left out."""
    for one in connectors:
        log.warning("connector left out", connector=one.name, why="; ".join(map(str, one.problems)))


class ConnectorWatch:
    """Renews what this process knows of the connectors that people make."""

    def __init__(self, own: OwnConnectors, clock: Clock) -> None:
        self.own = own
        self._clock = clock

    async def run(self) -> None:
        """Every second, for ever; a database that is away is waited for."""
        while True:
            try:
                await self.own.refresh()
            except StoreUnavailable as error:
                log.warning("connectors not read", why=str(error))
            await self._clock.sleep(_EVERY_SECONDS)
