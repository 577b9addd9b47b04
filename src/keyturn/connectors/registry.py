"""The connectors of an installation, as a catalogue of their cards; and older manifests by digest.

Those that come along are read from the JSON that ``build.py`` makes of their folders: reading YAML takes a hundred
times as long. A connector is read when something of it is wanted first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Protocol

import orjson
import structlog

from keyturn.connections.model import origin_of
from keyturn.flows.json import Values
from keyturn.flows.problems import Problem, ProblemError
from keyturn.flows.spec import CardSpec, Catalogue

from .compiled import UNREADY, CompiledManifest, made_ready
from .manifest import digest_of
from .reading import MAIN, ReadManifest, file_at, files_in, read_files, read_manifest

log = structlog.get_logger(__name__)

BUILT = "built"


class OlderManifests(Protocol):
    """Where manifests are kept for the flow versions that were published with them."""

    async def content_of(self, digest: str) -> str | None: ...


def built_in() -> dict[str, str]:
    """The manifests that come along: connector and content."""
    folder = files("keyturn.connectors").joinpath(BUILT)
    found = sorted((file.name, file) for file in folder.iterdir() if file.name.endswith(".json"))
    return {name.removesuffix(".json"): file.read_text(encoding="utf-8") for name, file in found}


def read_built(name: str, content: str) -> ReadManifest:
    """A connector that came along; of it there is no file whose lines one could tell."""
    return ReadManifest(_compiled(content, name).model, content)


def manifests_in(folder: Path) -> list[Path]:
    """The connectors of a folder: each file ``*.yaml`` is one, and so is each folder with a ``manifest.yaml``."""
    if not folder.is_dir():
        return []
    return [*sorted(folder.glob("*.yaml")), *(path.parent for path in sorted(folder.glob(f"*/{MAIN}")))]


def read_connector(path: Path) -> ReadManifest:
    """Read a connector that is a file or a folder of files.

    Raises:
        ProblemError: everything that is wrong with it.
    """
    made = read_files(files_in(path) if path.is_dir() else [file_at(path)])
    try:
        made_ready(made.model, made.content)
    except ProblemError as error:
        raise ProblemError(problem.at(file=str(path)) for problem in error.problems) from error
    return made


def read_folder(folder: Path, taken: Iterable[str] = ()) -> dict[str, ReadManifest]:
    """Read the connectors of a folder.

    Args:
        taken: names that none of them may have.

    Raises:
        ProblemError: everything that is wrong with any of them.
    """
    found: dict[str, ReadManifest] = {}
    problems: list[Problem] = []
    names = set(taken)
    for path in manifests_in(folder):
        try:
            made = read_connector(path)
        except ProblemError as error:
            problems += error.problems
            continue
        name = made.model.connector
        if name in names:
            what = f"There is a connector {name!r} already."
            problems.append(
                Problem("bad-manifest", what, "Name it otherwise.", file=str(path / MAIN if path.is_dir() else path))
            )
        names.add(name)
        found[name] = made
    if problems:
        raise ProblemError(problems)
    return found


@lru_cache(maxsize=200)
def _compiled(content: str, name: str) -> CompiledManifest:
    return CompiledManifest(read_manifest(content, name), digest_of(content), content)


class ConnectorRegistry:
    """All connectors.

    Args:
        manifests: name and content; those that come along if left out.
        folder: where connectors of the installation's own lie.

    Raises:
        ProblemError: a manifest of the folder has mistakes.
    """

    def __init__(
        self,
        manifests: Mapping[str, str] | None = None,
        older: OlderManifests | None = None,
        folder: Path | None = None,
    ) -> None:
        self._installed = dict(built_in() if manifests is None else manifests)
        there = read_folder(folder, self._installed) if folder is not None else {}
        self._installed |= {name: made.content for name, made in there.items()}
        self._own: dict[str, str] = {}
        self._older = older
        self.take({})
        self._older_contents: dict[str, str] = {}

    def take(self, own: Mapping[str, str]) -> None:
        """Have these, name and content, beside the installed ones, instead of those that were taken before.

        One that is named like an installed one is passed over, and so is one that this release cannot read: flows that
        were published with it say so when they run.
        """
        self._own = {
            name: content for name, content in own.items() if name not in self._installed and _readable(content)
        }
        self._contents = self._installed | self._own
        self._by_digest = {digest_of(content): name for name, content in self._contents.items()}

    def own(self) -> Mapping[str, str]:
        """Those that were taken: name and content."""
        return self._own

    def trusted_origins(self, connector: str) -> frozenset[str]:
        """Where an installed connector sends beside its base. Of one that was made here none is trusted: whoever may
        change a connector need not be who gave the secrets."""
        manifest = self.connector(connector) if connector in self._installed else None
        return frozenset(map(origin_of, manifest.model.bases.values())) if manifest else frozenset()

    def get(self, key: str) -> CardSpec | None:
        """The declaration of a card, or None."""
        manifest = self.connector(key.partition(".")[0])
        return manifest.cards.get(key) if manifest else None

    def all(self) -> Iterable[CardSpec]:
        """Every card of every connector."""
        for name, content in self._contents.items():
            yield from _compiled(content, name).cards.values()

    def connector(self, name: str) -> CompiledManifest | None:
        """A connector as it is now."""
        content = self._contents.get(name)
        return _compiled(content, name) if content is not None else None

    def names(self) -> list[str]:
        """Names of all connectors."""
        return list(self._contents)

    def digest(self, connector: str) -> str | None:
        """The digest of a connector's manifest."""
        content = self._contents.get(connector)
        return digest_of(content) if content is not None else None

    def content(self, connector: str) -> str | None:
        """A connector's manifest."""
        return self._contents.get(connector)

    def documents(self) -> list[Values]:
        """The manifests of all connectors as they are written."""
        return [orjson.loads(content) for content in self._contents.values()]

    async def pinned(self, connector: str, digest: str | None) -> CompiledManifest | None:
        """A connector as it was when a flow was published; as it is now for None."""
        if digest is None:
            return self.connector(connector)
        known = self._by_digest.get(digest)
        if known is not None:
            return self.connector(known)
        content = self._older_contents.get(digest)
        if content is None and self._older is not None:
            content = await self._older.content_of(digest)
        if content is None:
            return None
        self._older_contents[digest] = content
        return _compiled(content, connector)

    async def as_published(self, manifests: Mapping[str, str]) -> Catalogue:
        """The cards as a version of a flow was published with them.

        Args:
            manifests: connector and digest; one that cannot be had any more is as it is now.
        """
        older: dict[str, CompiledManifest] = {}
        for connector, digest in manifests.items():
            if self.digest(connector) != digest:
                try:
                    found = await self.pinned(connector, digest)
                except ProblemError:  # it was made by another release
                    continue
                if found is not None:
                    older[connector] = found
        return PinnedCards(self, older) if older else self


class PinnedCards:
    """A catalogue in which some connectors are as they were."""

    def __init__(self, now: ConnectorRegistry, older: Mapping[str, CompiledManifest]) -> None:
        self._now = now
        self._older = older

    def get(self, key: str) -> CardSpec | None:
        """The declaration of a card, or None."""
        manifest = self._older.get(key.partition(".")[0])
        return manifest.cards.get(key) if manifest else self._now.get(key)

    def all(self) -> Iterable[CardSpec]:
        """Every card of every connector."""
        for name in {**dict.fromkeys(self._now.names()), **self._older}:
            manifest = self._older.get(name) or self._now.connector(name)
            if manifest is not None:
                yield from manifest.cards.values()


def _readable(content: str) -> bool:
    try:
        _compiled(content, "own")
    except (ProblemError, *UNREADY) as error:  # one bad connector must not keep the program from its start
        log.warning("connector not readable", why=f"{type(error).__name__}: {error}")
        return False
    return True
