"""Connectors that people make while Keyturn runs. They are kept in the database, and all processes have them.

What a process knows of them is a copy that it compares with the database every second; whoever changes one renews the
copy of its own process at once. Runs do not depend on the copy: a version of a flow is carried out with the manifests
that it was published with, which are found by their digests.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from keyturn.flows.problems import Problem, ProblemError

from .compiled import made_ready
from .manifest import digest_of
from .reading import ManifestFile, ReadManifest, read_files
from .registry import ConnectorRegistry

LARGEST_SOURCE = 900_000


@dataclass(frozen=True, slots=True)
class OwnConnector:
    """A connector that somebody made.

    Attributes:
        digest: of its manifest; it names this state of it.
        source: the manifest as it was written, YAML.
    """

    name: str
    digest: str
    source: str
    author: str
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class NewOwnConnector:
    """A connector about to be kept; its content is the manifest as JSON, what flows pin."""

    name: str
    digest: str
    content: str
    source: str
    author: str


class NoSuchConnector(Exception):
    """There is no connector by this name."""

    mend = "List the connectors."


class ConnectorTaken(Exception):
    """A connector that came along, or lies in the folder of connectors, is not changed here."""

    mend = "Give yours another name. One that lies in the folder of connectors is changed there."


class ConnectorChanged(Exception):
    """The connector is not as the change supposes: somebody else has made or changed it."""

    mend = "Read the connector anew, and make your change to it."


class OwnConnectorStore(Protocol):
    """Where they are kept. All raise StoreUnavailable where the database is away."""

    async def digests(self) -> Mapping[str, str]:
        """All of them: name and digest."""
        ...

    async def get(self, name: str) -> OwnConnector | None: ...

    async def content(self, digest: str) -> str | None:
        """A manifest, as JSON."""
        ...

    async def put(self, connector: NewOwnConnector, follows: str) -> OwnConnector | None:
        """Keep one that follows a digest (empty: there is none yet); None if the stored one has another."""
        ...

    async def delete(self, name: str) -> bool: ...


class OwnConnectors:
    """Keeps them, and puts them among the connectors of this process."""

    def __init__(self, store: OwnConnectorStore, registry: ConnectorRegistry) -> None:
        self._store = store
        self._registry = registry

    async def refresh(self) -> None:
        """Have the connectors of this process be those of the database."""
        wanted = await self._store.digests()
        known = self._registry.own()
        if {name: digest_of(content) for name, content in known.items()} == wanted:
            return
        contents = {digest_of(content): content for content in known.values()}
        found: dict[str, str] = {}
        for name, digest in wanted.items():
            content = contents.get(digest) or await self._store.content(digest)
            if content is not None:
                found[name] = content
        self._registry.take(found)

    async def find(self, name: str) -> OwnConnector | None:
        """One with its source, or None."""
        return await self._store.get(name)

    async def put(self, name: str, source: str, author: str, follows: str) -> OwnConnector:
        """Keep a connector. The same again changes nothing.

        Args:
            follows: the digest of what the author has seen; empty for none.

        Raises:
            ProblemError: everything that is wrong with its manifest, with lines.
            ConnectorTaken: there is one by this name that is not made here.
            ConnectorChanged: it was changed meanwhile.
        """
        made = await asyncio.to_thread(read_own, source)  # others are answered meanwhile
        if made.model.connector != name:
            what = f"connector: it says {made.model.connector!r}, and is kept as {name!r}."
            raise ProblemError([Problem("bad-manifest", what, f"Write connector: {name}", line=_line_of_name(source))])
        if self._registry.is_installed(name):
            raise ConnectorTaken(f"There is a connector {name!r} already, and it was not made here.")
        new = NewOwnConnector(name, digest_of(made.content), made.content, source, author)
        kept = await self._store.put(new, follows)
        if kept is None:
            current = await self._store.get(name)
            by = f" {current.author} has changed it." if current else ""
            raise ConnectorChanged(f"The connector {name!r} is not as you have seen it.{by}")
        await self.refresh()
        return kept

    async def delete(self, name: str) -> None:
        """Take a connector away; versions of flows that were published with it keep its manifest.

        Raises:
            NoSuchConnector, ConnectorTaken: none by this name was made here.
        """
        if not await self._store.delete(name):
            if self._registry.is_installed(name):
                raise ConnectorTaken(f"The connector {name!r} was not made here.")
            raise NoSuchConnector(f"There is no connector {name[:80]!r}.")
        await self.refresh()


def read_own(source: str) -> ReadManifest:
    """Read the manifest of a connector that somebody makes.

    Raises:
        ProblemError: everything that is wrong with it, with lines.
    """
    if len(source) > LARGEST_SOURCE:
        what = f"The manifest has {len(source):,} characters, and {LARGEST_SOURCE:,} are read at most."
        raise ProblemError([Problem("bad-manifest", what, "Take actions that nobody uses out of it.")])
    made = read_files([ManifestFile("manifest", source)])
    made_ready(made.model, made.content)
    return made


def _line_of_name(source: str) -> int | None:
    lines = source.split("\n")
    return next((number for number, line in enumerate(lines, 1) if line.startswith("connector:")), None)
