"""Reads a description of an API that is there as bytes, JSON or YAML, without judging what is in it.

Descriptions are other people's files, and large: YAML is read by libyaml, anchors and merges are taken as YAML 1.1 has
them, and keys are texts, whatever they look like (``200:``). Scalars mean what they mean in flows.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

import orjson
import yaml

from keyturn.flows.json import JSON, Values
from keyturn.flows.problems import Problem, ProblemError
from keyturn.flows.yaml_reader import resolve

LARGEST = 200_000_000
LARGEST_YAML = 10_000_000
_DEEPEST = 200
_MERGE = "<<"


def content_of(path: Path) -> bytes:
    """The bytes of a description.

    Raises:
        ProblemError: it is too large, or cannot be read.
    """
    try:
        size = path.stat().st_size
        if size <= LARGEST:
            return path.read_bytes()
    except OSError as error:
        raise refused(path.name, f"{path.name} cannot be read: {error.strerror}.", "Look at its rights.") from error
    what = f"{path.name} has {size:,} bytes, and {LARGEST:,} are read at most."
    raise refused(path.name, what, "Cut it down to the paths that you need.")


def parsed(content: bytes, name: str) -> Values:
    """What is in a description.

    Raises:
        ProblemError: it is no JSON or YAML, too large for YAML, or no object.
    """
    if content.lstrip()[:1] == b"{":
        try:
            raw: JSON = orjson.loads(content)
        except orjson.JSONDecodeError as error:
            raise refused(name, f"{name} is no JSON: {error}.", "Get it anew.", error.lineno) from error
    elif len(content) > LARGEST_YAML:
        what = f"{name} is YAML of {len(content):,} bytes, and {LARGEST_YAML:,} are read at most."
        raise refused(name, what, "Give it as JSON, which is read ten times faster.")
    else:
        raw = _of_yaml(content.decode("utf-8", "replace"), name)
    if not isinstance(raw, dict):
        raise refused(name, f"{name} is no description of an API.", "Give the file that the vendor publishes.")
    return raw


def doubled(content: bytes) -> list[str]:
    """The keys that stand twice in one object of JSON, of which the last is seen. YAML is refused for them."""
    if content.lstrip()[:1] != b"{":
        return []
    found: dict[str, None] = {}

    def seen(pairs: list[tuple[str, object]]) -> None:
        """It keeps nothing: what is described was read already."""
        if len(pairs) > 1 and len({key for key, _ in pairs}) < len(pairs):
            keys = [key for key, _ in pairs]
            found.update(dict.fromkeys(key for key in keys if keys.count(key) > 1))

    try:
        json.loads(content, object_pairs_hook=seen)
    except RecursionError:  # nested deeper than this looks
        return []
    return list(found)


def refused(name: str, what: str, mend: str, line: int | None = None) -> ProblemError:
    """A description that is of no use."""
    return ProblemError([Problem("bad-openapi", what, mend, file=name, line=line)])


def _of_yaml(text: str, name: str) -> JSON:
    try:
        node = _Loader(text).get_single_node()
        return _Values().of(node, 0) if node is not None else None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        what = f"{name} is no YAML: {' '.join(str(error.problem or error.context).split())}."
        mend = "Check indentation, colons and quotes here; indent with spaces only."
        line = min(mark.line, text.rstrip().count("\n")) + 1 if mark else None
        raise refused(name, what, mend, line) from error
    except yaml.YAMLError as error:
        raise refused(name, f"{name} is no YAML: {' '.join(str(error).split())}.", "Get it anew.") from error


class _Loader(yaml.CSafeLoader):
    """It only composes nodes: what plain scalars mean is told elsewhere."""


# Looking for kinds of scalars takes longer than all else.
_Loader.yaml_implicit_resolvers = {}


@dataclass(slots=True)
class _Values:
    """Nodes as JSON. What an anchor names is one value, in however many places it stands: it is never multiplied."""

    _known: dict[int, JSON] = field(default_factory=dict[int, JSON])
    _open: set[int] = field(default_factory=set[int])

    def of(self, node: yaml.Node, depth: int) -> JSON:
        """The value of a node.

        Raises:
            MarkedYAMLError: it is within itself, or nested too deep.
        """
        if isinstance(node, yaml.ScalarNode):
            return _scalar(node)
        known = self._known.get(id(node))
        if known is not None:
            return known
        if id(node) in self._open or depth > _DEEPEST:
            what = "an alias stands within what it names" if id(node) in self._open else "it is nested too deep"
            raise yaml.MarkedYAMLError(problem=what, problem_mark=node.start_mark)
        self._open.add(id(node))
        made: JSON
        if isinstance(node, yaml.SequenceNode):
            made = [self.of(item, depth + 1) for item in node.value]
        else:
            made = self._mapping(node, depth)
        self._open.discard(id(node))
        self._known[id(node)] = made
        return made

    def _mapping(self, node: yaml.Node, depth: int) -> Values:
        made: Values = {}
        merged: Values = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise yaml.MarkedYAMLError(problem="a key is a text", problem_mark=key.start_mark)
            inner = self.of(value, depth + 1)
            if key.value == _MERGE and not key.style:
                for one in inner if isinstance(inner, list) else [inner]:
                    merged = {**(one if isinstance(one, dict) else {}), **merged}
            elif key.value in made:
                raise yaml.MarkedYAMLError(problem=f"{key.value!r} stands here twice", problem_mark=key.start_mark)
            else:
                made[str(key.value)] = inner
        return {**merged, **made} if merged else made


def _scalar(node: yaml.ScalarNode) -> JSON:
    text = str(node.value)
    if node.style:
        return text
    try:
        return resolve(text)
    except ValueError:  # a number that JSON has not
        return text
