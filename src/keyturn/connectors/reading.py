"""Reads manifests: YAML with a line for each problem, or the JSON that a version of a flow is pinned to.

A connector is one file, or a folder: ``manifest.yaml`` says what it is, and every other ``*.yaml`` beside it adds
actions and events. The JSON of the whole is its content: what is stored with a flow, and what its digest is made of.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path as FilePath

import orjson
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from keyturn.flows.json import JSON, Values
from keyturn.flows.problems import Problem, ProblemError
from keyturn.flows.yaml_reader import Node, Words, YamlRefused, innermost, line_of, plain, read

from .belief_checks import check_belief
from .findings import Path
from .form_words import form_words
from .manifest import ActionModel, EventModel, ManifestModel, PartModel
from .manifest_checks import check_manifest, check_places, check_then, put_in
from .manifest_paths import check_paths
from .manifest_sense import check_sense
from .manifest_values import check_values
from .mending import beside, meant, place_of, remainder
from .sign_checks import check_signs

MAIN = "manifest.yaml"
_PARTS = ("actions", "events")
# Said of what is in no file, and may be in one that cannot be read.
_OF_ALL_FILES = ("which is no action", "no action has an input")
# What manifests that were kept earlier are not held to: these rules came later than they.
_SINCE = (check_places, check_values, check_sense, check_paths, check_signs, check_belief, check_then)
_MANIFESTS = Words(
    "manifest",
    "manifests",
    "bad-manifest",
    "A manifest begins with connector, title and about.",
    "Make a folder of it, with some of its actions in each file.",
    "Nest it less deep.",
)
_MORE = replace(_MANIFESTS, begins="A further file of a connector has actions or events.")


@dataclass(frozen=True, slots=True)
class ManifestFile:
    """A file of a connector."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class _Source:
    """A file that was read, and where its actions and events begin among all of them."""

    name: str
    node: Node | None
    begin: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class ReadManifest:
    """A connector as it was read.

    Attributes:
        content: the whole as JSON.
        sources: its files; none of one that came along.
    """

    model: ManifestModel
    content: str
    sources: Sequence[_Source] = ()

    def at(self, problem: Problem) -> Problem:
        """A problem that was found later, with file and line."""
        return _at(self.sources, problem) if self.sources else problem


def file_at(path: FilePath) -> ManifestFile:
    """A file of a connector.

    Raises:
        ProblemError: it cannot be read, or is no text in UTF-8.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        what = f"The file cannot be read: {error.strerror}."
        raise ProblemError([Problem("bad-manifest", what, "Look at its rights.", file=str(path))]) from error
    try:
        return ManifestFile(str(path), content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        what = f"The file is no text in UTF-8: it has the byte {content[error.start]:#04x} here."
        problem = Problem("bad-manifest", what, "Save it as UTF-8.", file=str(path), line=line)
        raise ProblemError([problem]) from error


def files_in(folder: FilePath) -> list[ManifestFile]:
    """The files of a connector's folder, the one that says what it is first.

    Raises:
        ProblemError: some of them cannot be read.
    """
    others = sorted(path for path in folder.glob("*.yaml") if path.name != MAIN)
    found: list[ManifestFile] = []
    problems: list[Problem] = []
    for path in (folder / MAIN, *others):
        try:
            found.append(file_at(path))
        except ProblemError as error:
            problems += error.problems
    if problems:
        raise ProblemError(problems)
    return found


def read_manifest(content: str, file: str) -> ManifestModel:
    """Read a manifest that is one text: YAML, or JSON as it was pinned.

    Raises:
        ProblemError: everything that is wrong with it.
    """
    if not content.lstrip().startswith("{"):
        return read_files([ManifestFile(file, content)]).model
    try:
        raw: JSON = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        mend = "Publish the flow again."
        raise ProblemError([Problem("bad-manifest", f"It is no JSON: {error}.", mend, file=file)]) from error
    return _model(raw, [_Source(file, None, {})], kept=True)


def read_files(files: Sequence[ManifestFile]) -> ReadManifest:
    """Read a connector from its files, the main one first.

    Raises:
        ProblemError: everything that is wrong with them, with file and line.
    """
    problems: list[Problem] = []
    sources: list[_Source] = []
    whole: Values = {}
    for number, file in enumerate(files):
        words = _MORE if number else _MANIFESTS
        try:
            node: Node | None = read(file.text, words)
        except YamlRefused as refused:
            problems += [problem.at(file=file.name) for problem in refused.problems]
            node = refused.written_out
        if node is None and not number:  # of what is not there nothing can be said
            raise ProblemError(problems)
        if node is not None:
            sources.append(_Source(file.name, node, {part: _count(whole, part) for part in _PARTS}))
            problems += _add(whole, plain(node), sources[-1], words)
    if problems and not whole:
        raise ProblemError(problems)
    try:
        model = _model(whole, sources)
    except ProblemError as error:
        all_there = len(sources) == len(files)
        found = [one for one in error.problems if all_there or not any(words in one.what for words in _OF_ALL_FILES)]
        raise ProblemError(_in_order([*problems, *found], files)) from error
    if problems:
        raise ProblemError(_in_order(problems, files))
    return ReadManifest(model, orjson.dumps(whole, option=orjson.OPT_SORT_KEYS).decode(), sources)


def _in_order(problems: Sequence[Problem], files: Sequence[ManifestFile]) -> list[Problem]:
    """As one reads the files."""
    places = {file.name: number for number, file in enumerate(files)}
    return sorted(problems, key=lambda one: (places.get(one.file or "", 0), one.line or 0))


def _count(whole: Values, part: str) -> int:
    found = whole.get(part)
    return len(found) if isinstance(found, list) else 0


def _add(whole: Values, raw: JSON, source: _Source, words: Words) -> list[Problem]:
    """Put what a file has to the rest."""
    if not isinstance(raw, dict):
        return [Problem("bad-manifest", "The file is no manifest.", words.begins, file=source.name, line=1)]
    if words is _MANIFESTS:
        whole |= raw
        return []
    strange = [name for name in raw if name not in PartModel.model_fields]
    for part in _PARTS:
        there, more = whole.setdefault(part, []), raw.get(part)
        if isinstance(there, list) and isinstance(more, list):
            there += more
    what = "{!r} stands in the connector's main file only."
    mend = f"Here may stand: {', '.join(_PARTS)}."
    return [_at([source], Problem("bad-manifest", what.format(name), mend, path=(name,))) for name in strange]


def _model(raw: JSON, sources: Sequence[_Source], *, kept: bool = False) -> ManifestModel:
    """What was read, checked.

    Args:
        kept: it was taken by an earlier release, maybe, and is held to no rule that came since.
    """

    def checked(model: ManifestModel) -> list[Problem]:
        if kept:
            return check_manifest(model)
        return [problem for check in (check_manifest, *_SINCE) for problem in check(model)]

    try:
        model = ManifestModel.model_validate(raw)
    except ValidationError as error:
        wrong = meant(raw, error.errors(include_url=False))
        found = _told(wrong)
        rest = remainder(raw, wrong)
        more = beside(checked(rest), wrong, raw) if rest is not None else []
        raise ProblemError(_placed(sources, (*found, *more))) from error
    problems = checked(model)
    if problems:
        raise ProblemError(_placed(sources, problems))
    return expanded(model)


def _placed(sources: Sequence[_Source], problems: Iterable[Problem]) -> list[Problem]:
    """Problems with file and line. What stands in one place for several, by an alias, is told once."""
    found: dict[tuple[object, ...], Problem] = {}
    for problem in problems:
        source, path = _source_of(sources, problem.path)
        node, passed = innermost(source.node, path) if source.node is not None else (source, 0)
        place = ".".join(map(str, problem.path))
        what = problem.what.removeprefix(f"{place}: ") if place else problem.what
        found.setdefault((id(node), path[passed:], what), _at(sources, problem))
    return list(found.values())


def expanded(model: ManifestModel) -> ManifestModel:
    """The manifest with shared inputs and outputs put in where they are named."""

    def action(one: ActionModel) -> ActionModel:
        inputs = put_in(one.inputs, model.shared_inputs)
        return one.model_copy(update={"inputs": inputs, "outputs": put_in(one.outputs, model.shared_outputs)})

    def event(one: EventModel) -> EventModel:
        return one.model_copy(update={"outputs": put_in(one.outputs, model.shared_outputs)})

    made = {"actions": tuple(map(action, model.actions)), "events": tuple(map(event, model.events))}
    return model.model_copy(update=made)


def _at(sources: Sequence[_Source], problem: Problem) -> Problem:
    """The problem with file and line."""
    source, path = _source_of(sources, problem.path)
    return problem.at(file=source.name, line=line_of(source.node, path) if source.node is not None else None)


def _source_of(sources: Sequence[_Source], path: Path) -> tuple[_Source, Path]:
    """The file in which a place is, and where."""
    part, number = (*path, None, None)[:2]
    source = sources[0]
    if isinstance(part, str) and part in _PARTS and isinstance(number, int):
        source = next((one for one in reversed(sources) if one.begin.get(part, 0) <= number), source)
        path = (part, number - source.begin.get(part, 0), *path[2:])
    return source, path


def _told(found: Sequence[ErrorDetails]) -> list[Problem]:
    """What pydantic found, in plain words and once."""
    problems: dict[tuple[tuple[str | int, ...], str], Problem] = {}
    for details in found:
        path = place_of(details)
        what, mend = form_words(path, details)
        problems.setdefault((path, what), Problem("bad-manifest", what, mend, path=path))
    return list(problems.values())
