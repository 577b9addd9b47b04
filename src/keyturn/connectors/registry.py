"""The connectors of an installation, as a catalogue of their cards; and older manifests by digest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib.resources import files
from typing import Protocol

from keyturn.flows.spec import CardSpec

from .compiled import CompiledManifest
from .manifest import digest_of, read_manifest

_BUILT_IN = ("okta", "office365", "google_workspace", "api_connector")


class OlderManifests(Protocol):
    """Where manifests are kept for the flow versions that were published with them."""

    async def content_of(self, digest: str) -> str | None: ...


def built_in() -> dict[str, str]:
    """The manifests that come along: connector and content."""
    folder = files("keyturn.connectors")
    return {name: (folder / name / "manifest.yaml").read_text(encoding="utf-8") for name in _BUILT_IN}


class ConnectorRegistry:
    """All connectors.

    Args:
        manifests: file or connector name, and content.

    Raises:
        ProblemError: a manifest has mistakes.
    """

    def __init__(self, manifests: Mapping[str, str] | None = None, older: OlderManifests | None = None) -> None:
        self._current: dict[str, CompiledManifest] = {}
        self._by_digest: dict[str, CompiledManifest] = {}
        self._older = older
        for name, content in (built_in() if manifests is None else manifests).items():
            compiled = self._compile(content, name)
            self._current[compiled.model.connector] = compiled

    def _compile(self, content: str, name: str) -> CompiledManifest:
        digest = digest_of(content)
        compiled = CompiledManifest(read_manifest(content, name), digest, content)
        self._by_digest[digest] = compiled
        return compiled

    def get(self, key: str) -> CardSpec | None:
        """The declaration of a card, or None."""
        manifest = self._current.get(key.partition(".")[0])
        return manifest.cards.get(key) if manifest else None

    def all(self) -> Iterable[CardSpec]:
        """Every card of every connector."""
        for manifest in self._current.values():
            yield from manifest.cards.values()

    def connector(self, name: str) -> CompiledManifest | None:
        """A connector as it is now."""
        return self._current.get(name)

    def names(self) -> list[str]:
        """Names of all connectors."""
        return list(self._current)

    def digest(self, connector: str) -> str | None:
        """The digest of a connector's manifest."""
        manifest = self._current.get(connector)
        return manifest.digest if manifest else None

    def content(self, connector: str) -> str | None:
        """A connector's manifest."""
        manifest = self._current.get(connector)
        return manifest.content if manifest else None

    async def pinned(self, connector: str, digest: str | None) -> CompiledManifest | None:
        """A connector as it was when a flow was published; as it is now for None."""
        if digest is None:
            return self._current.get(connector)
        known = self._by_digest.get(digest)
        if known is None and self._older is not None:
            content = await self._older.content_of(digest)
            known = self._compile(content, connector) if content is not None else None
        return known
