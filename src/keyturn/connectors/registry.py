"""The connectors of an installation, as a catalogue of their cards; and older manifests by digest.

Those that come along are read from the JSON that ``build.py`` makes of their folders: reading YAML takes a hundred
times as long. A connector is read when something of it is wanted first.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
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
from .overlooked import no_folder, overlooked
from .reading import MAIN, ReadManifest, file_at, files_in, read_files, read_manifest

log = structlog.get_logger(__name__)

BUILT = "built"
_NAME = re.compile(r"""^connector:[ \t]*['"]?([a-z][a-z0-9_]*)""", re.MULTILINE)


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
    return [*sorted(folder.glob("*.yaml")), *(path.parent for path in sorted(folder.glob(f"*/{MAIN}")))]


def names_along(path: Path) -> Collection[str]:
    """Names that a connector may not have, since one that comes along has it; none for the sources of these."""
    return () if path.resolve().is_relative_to(Path(__file__).parent) else built_in().keys()


def read_connector(path: Path, taken: Collection[str] = ()) -> ReadManifest:
    """Read a connector that is a file or a folder of files.

    Args:
        taken: names that it may not have.

    Raises:
        ProblemError: everything that is wrong with it.
    """
    made = read_files(files_in(path) if path.is_dir() else [file_at(path)])
    try:
        made_ready(made.model, made.content)
    except ProblemError as error:
        raise ProblemError(problem.at(file=str(path)) for problem in error.problems) from error
    if (name := made.model.connector) in taken:
        what, file = f"There is a connector {name!r} already.", str(path / MAIN if path.is_dir() else path)
        problem = Problem("bad-manifest", what, "Name it otherwise.", path=("connector",), file=file)
        raise ProblemError([made.at(problem)])
    return made


@dataclass(frozen=True, slots=True)
class Unusable:
    """A connector of the folder that has mistakes: it is left out, and all others are there.

    Attributes:
        name: as it calls itself, or else its file.
        file: what it lies in, a file or a folder.
        whole: it is the folder of them all, which cannot be read.
    """

    name: str
    file: str
    problems: tuple[Problem, ...]
    whole: bool = False

    def __str__(self) -> str:
        count, first = len(self.problems), self.problems[0]
        if self.whole:
            return f"No connector of one's own is there: {first.what}"
        place = ":".join(str(part) for part in (first.file or self.file, first.line) if part)
        told = "a mistake in" if count == 1 else f"{count} mistakes, the first in"
        return f"The connector {self.name!r} is left out: it has {told} {place}."


UNUSABLE_MEND = "Correct it (keyturn connectors check tells all of it), then start Keyturn again."


def read_all(
    folder: Path, taken: Iterable[str] = (), *, named: bool = False
) -> tuple[dict[str, ReadManifest], list[Unusable]]:
    """Read the connectors of a folder: those that are right, and those that are not.

    Args:
        taken: names that none of them may have.
        named: somebody has named the folder, so it has to be there.
    """
    if not folder.is_dir():
        missing = no_folder(folder) if named else None
        return {}, [Unusable(folder.name, str(folder), (missing,), whole=True)] if missing else []
    found: dict[str, ReadManifest] = {}
    unusable: list[Unusable] = []
    names = set(taken)
    for path in manifests_in(folder):
        try:
            made = read_connector(path, names)
        except ProblemError as error:
            unusable.append(Unusable(_name_in(path), str(path), error.problems))
            continue
        names.add(made.model.connector)
        found[made.model.connector] = made
    unusable += [Unusable(path.stem, str(path), (problem,)) for path, problem in overlooked(folder)]
    return found, unusable


def _name_in(path: Path) -> str:
    """What a connector calls itself, whatever else is wrong with it."""
    main = path / MAIN if path.is_dir() else path
    try:
        said = _NAME.search(main.read_text(encoding="utf-8", errors="replace"))
    except OSError:
        said = None
    return said[1] if said else path.stem


def read_folder(folder: Path, taken: Iterable[str] = (), *, named: bool = False) -> dict[str, ReadManifest]:
    """Read the connectors of a folder.

    Args:
        taken: names that none of them may have.
        named: somebody has named the folder, so it has to be there.

    Raises:
        ProblemError: everything that is wrong with any of them.
    """
    found, unusable = read_all(folder, taken, named=named)
    if unusable:
        raise ProblemError(problem for one in unusable for problem in one.problems)
    return found


@lru_cache(maxsize=200)
def _compiled(content: str, name: str) -> CompiledManifest:
    return CompiledManifest(read_manifest(content, name), digest_of(content), content)


class ConnectorRegistry:
    """All connectors.

    Args:
        manifests: name and content; those that come along if left out.
        folder: where connectors of the installation's own lie. One that has mistakes is left out:
            nobody else's flows are to stand still for it.
        named: somebody has named the folder, so it has to be there.
    """

    def __init__(
        self,
        manifests: Mapping[str, str] | None = None,
        older: OlderManifests | None = None,
        folder: Path | None = None,
        *,
        named: bool = False,
    ) -> None:
        self._installed = dict(built_in() if manifests is None else manifests)
        self._along = frozenset(self._installed)
        there, unusable = read_all(folder, self._installed, named=named) if folder else ({}, [])
        self._installed |= {name: made.content for name, made in there.items()}
        self._unusable = tuple(unusable)
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
            name: content for name, content in own.items() if not self.is_installed(name) and _readable(content)
        }
        self._contents = self._installed | self._own
        self._by_digest = {digest_of(content): name for name, content in self._contents.items()}

    def is_installed(self, name: str) -> bool:
        """Whether a connector came along or lies in the folder; one with mistakes is replaced by none made here."""
        return name in self._installed or any(one.name == name for one in self._unusable)

    def came_along(self, name: str) -> bool:
        """Whether nobody here has its manifest in hand."""
        return name in self._along

    def unusable(self) -> Sequence[Unusable]:
        """Connectors of the folder that are left out for their mistakes."""
        return self._unusable

    def absence(self, connector: str) -> tuple[str, str]:
        """Why a connector is not there, and what to do."""
        left_out = next((one for one in self._unusable if one.name == connector), None)
        if left_out is not None:
            return str(left_out), UNUSABLE_MEND
        return f"There is no connector {connector[:80]!r}.", f"There are: {', '.join(self.names())}."

    def why_missing(self, key: str) -> tuple[str, str] | None:
        """Of a card that is not there, since its connector is left out: why, and what to do."""
        name = key.partition(".")[0]
        left_out = name not in self._contents and any(one.name == name for one in self._unusable)
        return self.absence(name) if left_out else None

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

    def why_missing(self, key: str) -> tuple[str, str] | None:
        """Of a card that is not there: why, and what to do, if that is known."""
        return self._now.why_missing(key)

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
