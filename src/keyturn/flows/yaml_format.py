"""A flow as YAML: the form in git and for people.

Read as YAML 1.2 without anchors, tags and directives; dates stay text. ``patch`` changes only what differs, so
that comments, order and layout of a person's file survive an edit by the program.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from .document import Flow
from .json import Values
from .json_format import to_json
from .loading import Loaded, card_at, load_raw
from .mending import without
from .problems import Problem
from .yaml_patch import identical, patched
from .yaml_reader import Node, YamlRefused, line_of, plain, read
from .yaml_writer import document

__all__ = ["Loaded", "card_at", "dump", "load", "locate_all", "patch"]

_ID_LINE = re.compile(r"""^id:[ \t]*["']?([a-z0-9]+(?:[-_][a-z0-9]+)*)["']?[ \t]*(?:#.*)?$""", re.MULTILINE)
_LONGEST_ID = 120
_SPACED = frozenset({"event", "cards"})


def load(text: str, file: str | None = None) -> Loaded:
    """Read a flow; whatever is wrong with the text is a problem with its line."""
    try:
        node = read(text)
    except YamlRefused as refused:
        return _beside_yaml(text, refused, file)
    loaded = load_raw(plain(node))
    return replace(loaded, problems=[_located(node, problem, file) for problem in loaded.problems])


def _beside_yaml(text: str, refused: YamlRefused, file: str | None) -> Loaded:
    """A text that is refused, with what is wrong with the rest of it where that can be told."""
    flow = _id_in(text)
    problems = [replace(problem, flow=flow, file=file) for problem in refused.problems]
    if refused.node is None:
        return Loaded(None, problems)
    loaded = without(load_raw(plain(refused.node)), refused.dropped)
    problems += [_located(refused.node, problem, file) for problem in loaded.problems]
    return replace(loaded, problems=problems)


def _id_in(text: str) -> str | None:
    """The id of the flow in a text that is no YAML, if it stands where it should."""
    found = _ID_LINE.search(text)
    return found[1] if found and len(found[1]) <= _LONGEST_ID else None


def locate_all(text: str, problems: Sequence[Problem], file: str | None = None) -> list[Problem]:
    """Problems of a flow with their lines in the text that it was read from."""
    try:
        node = read(text) if problems else None
    except YamlRefused as refused:
        node = refused.node
    return [problem.at(file=file) if node is None else _located(node, problem, file) for problem in problems]


def _located(node: Node, problem: Problem, file: str | None) -> Problem:
    return problem.at(file=file, line=line_of(node, problem.path))


def dump(flow: Flow) -> str:
    """A flow as YAML, in the order of the document model."""
    return document(to_json(flow), _SPACED)


def patch(text: str, flow: Flow) -> str:
    """The text with what differs from the flow changed, and all else as it was, to the byte.

    Cards are matched by id. A comment goes where the card, branch or key goes that it stands above or behind.

    Raises:
        ValueError: the text is no flow.
    """
    loaded = load(text)
    if loaded.flow is None:
        raise ValueError("the text is no flow; it cannot be patched")
    wanted = to_json(flow)
    made = patched(text, read(text), to_json(loaded.flow), wanted)
    # Losing a comment is better than writing another flow than was meant.
    return made if _means(made, wanted) else dump(flow)


def _means(text: str, wanted: Values) -> bool:
    flow = load(text).flow
    return flow is not None and identical(to_json(flow), wanted)
