"""What a flow in a file reaches by its calls, among the files beside it: only that has to be right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from keyturn.flows.checker import check, check_rest
from keyturn.flows.document import Flow
from keyturn.flows.interface import FlowInterface, interface_of
from keyturn.flows.problems import Problem, ProblemError, Severity, errors
from keyturn.flows.spec import Catalogue
from keyturn.flows.yaml_format import locate_all

from .checking import FilesWorld
from .files import FlowFile, find, read
from .library import same_id

# A text that is no YAML, or none at all; what can be read and has no id is something else than a flow.
_UNREADABLE = frozenset({"bad-yaml", "unreadable-file", "too-large", "too-deep"})


@dataclass(frozen=True, slots=True)
class Reached:
    """A flow with the flows beside it.

    Attributes:
        warnings: files that could not be read and might hold any flow, and second files of a flow that is called.
    """

    flow: Flow
    flows: Mapping[str, Flow]
    interfaces: Mapping[str, FlowInterface]
    warnings: Sequence[Problem]


def reached_by(file: Path, catalogue: Catalogue) -> Reached:
    """Read a flow and those that it calls, which stand in files beside it.

    Raises:
        ProblemError: the flow has mistakes, or one that it reaches by calls; or such a one is not there.
    """
    paths: dict[Path, Path] = {}
    for path in find([file, file.parent]):
        paths.setdefault(path.resolve(), path)
    loaded = [read(path) for path in paths.values()]
    mine = loaded[0]
    if mine.flow is None:
        raise ProblemError(mine.problems)
    taken: dict[str, FlowFile] = {}
    for one in loaded:
        if (known := one.loaded.flow_id) is not None:
            taken.setdefault(known, one)
    readable = {name: flow for name, one in taken.items() if (flow := one.flow or one.loaded.rest)}
    interfaces = {name: interface_of(flow, catalogue) for name, flow in readable.items()}
    reached = _called_by(mine.flow.id, interfaces)
    unreadable = [problem for one in loaded for problem in _unreadable(one)]
    problems = [
        problem for name in reached if name in taken for problem in _checked(taken, name, catalogue, interfaces)
    ]
    twice = [
        replace(problem, severity=Severity.WARNING) for problem in _twice(loaded, taken, set(reached) - {mine.flow.id})
    ]
    if errors(problems):
        missing = any(name not in taken for name in reached)  # it may stand in a file that cannot be read
        raise ProblemError([*problems, *(unreadable if missing else ()), *twice])
    warnings = [*(replace(problem, severity=Severity.WARNING) for problem in unreadable), *twice]
    return Reached(mine.flow, {one.flow.id: one.flow for one in taken.values() if one.flow}, interfaces, warnings)


def _called_by(start: str, interfaces: Mapping[str, FlowInterface]) -> list[str]:
    """The flow and all that it calls, those that are not there included."""
    found: dict[str, None] = {}
    waiting = [start]
    while waiting:
        flow_id = waiting.pop()
        if flow_id not in found:
            found[flow_id] = None
            waiting += sorted(interfaces[flow_id].calls) if flow_id in interfaces else ()
    return list(found)


def _checked(
    taken: Mapping[str, FlowFile], name: str, catalogue: Catalogue, interfaces: Mapping[str, FlowInterface]
) -> list[Problem]:
    """What is wrong with a flow that is reached."""
    file, world = taken[name], FilesWorld(interfaces)
    found = check(file.flow, catalogue, world) if file.flow else check_rest(file.loaded, catalogue, world)
    told = [one for one in found if not (one.code == "unknown-flow" and one.parts.get("flow") in taken)]
    return [*file.problems, *locate_all(file.text, told, str(file.path))]


def _unreadable(file: FlowFile) -> Iterator[Problem]:
    """Why nobody knows which flow is in a file."""
    if file.loaded.flow_id is None:
        yield from (problem for problem in file.problems if problem.code in _UNREADABLE)


def _twice(files: Sequence[FlowFile], taken: Mapping[str, FlowFile], called: set[str]) -> Iterator[Problem]:
    """Called flows that stand in more files than one."""
    for file in files:
        known = file.loaded.flow_id
        if known in called and taken[known] is not file:
            problem = same_id(known, str(taken[known].path))
            yield replace(problem, mend=f"The other one is taken. {problem.mend}", file=str(file.path))
