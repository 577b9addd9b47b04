"""A flow as YAML: the form in git and for people.

Read as YAML 1.2 without anchors and custom tags; dates stay text. ``patch`` changes only what differs, so that
comments and order in a person's file survive an edit by the program.
"""

# ruamel.yaml has no types for most of what is used here.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false, reportUnknownVariableType=false
from __future__ import annotations

import io
import math
from collections.abc import Mapping, Sequence
from typing import Any, cast

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.constructor import DuplicateKeyError, RoundTripConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import AliasEvent, CollectionEndEvent, CollectionStartEvent, NodeEvent
from ruamel.yaml.nodes import ScalarNode
from ruamel.yaml.scalarstring import DoubleQuotedScalarString, LiteralScalarString

from .document import Flow
from .json import JSON, Values
from .json_format import to_json
from .loading import Loaded, Path, card_at, load_raw
from .problems import Problem

_LARGEST = 5_000_000
_DEEPEST = 100
_SHORT = 88
_NOT_PLAIN = frozenset("\x85\u2028\u2029\ufeff\t\r")


class _BadDocument(Exception):
    """Carries the one problem that keeps a text from being read at all."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(problem.what)


class _Constructor(RoundTripConstructor):
    """Dates are text: a flow has no type that YAML could guess better than its author."""


def _text_of(constructor: _Constructor, node: ScalarNode) -> str:
    return str(node.value)


_Constructor.add_constructor("tag:yaml.org,2002:timestamp", _text_of)


def _yaml() -> YAML:
    yaml = YAML(typ="rt")
    yaml.Constructor = _Constructor
    yaml.version = None
    yaml.width = 1_000_000
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.allow_unicode = True
    yaml.preserve_quotes = True
    return yaml


def load(text: str, file: str | None = None) -> Loaded:
    """Read a flow; whatever is wrong with the text is a problem with its line."""
    try:
        document = _parse(text)
        raw = _plain(document, ())
    except _BadDocument as bad:
        return Loaded(None, [bad.problem.at(file=file)])
    loaded = load_raw(raw)
    return Loaded(loaded.flow, [locate(document, problem, file) for problem in loaded.problems])


def locate_all(text: str, problems: Sequence[Problem], file: str | None = None) -> list[Problem]:
    """Problems of a flow with their lines in the text that it was read from."""
    try:
        document = _parse(text)
    except _BadDocument:
        return [problem.at(file=file) for problem in problems]
    return [locate(document, problem, file) for problem in problems]


def locate(document: object, problem: Problem, file: str | None) -> Problem:
    """A problem with file and line."""
    return problem.at(file=file, line=_line(document, problem.path))


def dump(flow: Flow) -> str:
    """A flow as YAML, in the order of the document model."""
    stream = io.StringIO()
    _yaml().dump(_styled(to_json(flow)), stream)
    return stream.getvalue()


def patch(text: str, flow: Flow) -> str:
    """The text with what differs from the flow changed, and all else as it was.

    Raises:
        ValueError: the text is no flow.
    """
    before = load(text).flow
    if before is None:
        raise ValueError("the text is no flow; it cannot be patched")
    if before == flow:
        return text
    document = _parse(text)
    _merge(document, to_json(before), to_json(flow))
    stream = io.StringIO()
    _yaml().dump(document, stream)
    return stream.getvalue()


def _parse(text: str) -> CommentedMap:
    if len(text) > _LARGEST:
        raise _BadDocument(Problem("too-large", "The document is over 5 MB.", "A flow is a small text; split it."))
    try:
        _scan(text)
        document: object = _yaml().load(text)
    except DuplicateKeyError as error:
        what = f"A key stands here twice: {error.problem or 'duplicate key'}."
        raise _BadDocument(_marked("duplicate-key", what, "Keep one of the two.", error)) from error
    except MarkedYAMLError as error:
        what = f"This is not YAML: {error.problem or error.context}."
        raise _BadDocument(_marked("bad-yaml", what, "Check indentation, colons and quotes here.", error)) from error
    except (YAMLError, ValueError, RecursionError) as error:
        problem = Problem("bad-yaml", f"This is not YAML: {error}.", "Check the text.")
        raise _BadDocument(problem) from error
    if not isinstance(document, CommentedMap):
        problem = Problem("not-a-flow", "The document is no flow.", "A flow begins with id, name and event.", line=1)
        raise _BadDocument(problem)
    return document


def _scan(text: str) -> None:
    """Refuse anchors, tags and deep nesting before anything is built from them."""
    depth = 0
    for event in cast("Sequence[object]", _yaml().parse(io.StringIO(text))):
        if isinstance(event, CollectionStartEvent):
            depth += 1
        elif isinstance(event, CollectionEndEvent):
            depth -= 1
        if isinstance(event, NodeEvent) and (isinstance(event, AliasEvent) or event.anchor is not None):
            line = event.start_mark.line + 1 if event.start_mark else None
            problem = Problem("no-anchors", "Anchors and aliases are not used in flows.", "Write it out.", line=line)
            raise _BadDocument(problem)
        if depth > _DEEPEST:
            problem = Problem("too-deep", f"It is nested over {_DEEPEST} levels deep.", "Use helper flows.")
            raise _BadDocument(problem)


def _marked(code: str, what: str, mend: str, error: MarkedYAMLError) -> Problem:
    mark = error.problem_mark or error.context_mark
    return Problem(code, " ".join(what.split()), mend, line=mark.line + 1 if mark else None)


def _plain(node: object, path: Path) -> JSON:
    """A parsed node as plain JSON."""
    match node:
        case None | bool():
            return node
        case str():
            return str(node)
        case int():
            return int(node)
        case float() if math.isfinite(node):
            return float(node)
        case Mapping():
            return {
                _key(key, path): _plain(value, (*path, str(key)))
                for key, value in cast("Mapping[Any, Any]", node).items()
            }
        case Sequence():
            return [_plain(item, (*path, number)) for number, item in enumerate(cast("Sequence[Any]", node))]
        case _:
            place = ".".join(map(str, path)) or "the document"
            problem = Problem(
                "bad-value", f"{place} is nothing that a flow can hold.", "Use text, numbers, true, false, lists."
            )
            raise _BadDocument(problem)


def _key(key: object, path: Path) -> str:
    if isinstance(key, str):
        return str(key)
    place = ".".join(map(str, path)) or "the document"
    raise _BadDocument(Problem("bad-key", f"In {place} the key {key!r} is no text.", "Put it into quotes."))


def _line(document: object, path: Path) -> int | None:
    """The line, from 1, of the innermost part of a path that is there."""
    line: int | None = None
    node = document
    for step in path:
        if isinstance(node, CommentedMap) and step in node:
            line = cast("tuple[int, int]", node.lc.key(step))[0] + 1
            node = cast(object, node[step])
        elif isinstance(node, CommentedSeq) and isinstance(step, int) and step < len(cast("list[object]", node)):
            line = cast("tuple[int, int]", node.lc.item(step))[0] + 1
            node = cast(object, node[step])
        else:
            break
    return line if line is not None else 1


def _merge(node: Any, old: Values, new: Values) -> None:
    """Bring a parsed mapping from what it said to what it should say, touching only what differs."""
    for key in [key for key in old if key not in new]:
        node.pop(key, None)
    for key, value in new.items():
        if key in old and old[key] == value and type(old[key]) is type(value):
            continue
        known, before = node.get(key), old.get(key)
        if isinstance(known, CommentedMap) and isinstance(before, dict) and isinstance(value, dict):
            _merge(known, before, value)
        elif isinstance(known, CommentedSeq) and isinstance(before, list) and isinstance(value, list):
            _merge_list(known, before, value)
        else:
            node[key] = _styled(value)


def _merge_list(node: Any, old: list[JSON], new: list[JSON]) -> None:
    """Lists of cards are matched by id, others by position."""
    ids = [_id(item) for item in old]
    nodes = list(node)
    known = {card_id: number for number, card_id in enumerate(ids) if card_id is not None}
    merged: list[Any] = []
    for number, item in enumerate(new):
        card_id = _id(item)
        at = known.get(card_id) if card_id is not None else (number if number < len(old) else None)
        if at is None:
            merged.append(_styled(item))
            continue
        kept, before = nodes[at], old[at]
        if isinstance(kept, CommentedMap) and isinstance(before, dict) and isinstance(item, dict):
            _merge(kept, before, item)
            merged.append(kept)
        else:
            merged.append(kept if before == item and type(before) is type(item) else _styled(item))
    _put(node, nodes, merged)


def _put(node: Any, before: list[Any], after: list[Any]) -> None:
    """Bring a parsed list to what it should hold; comments move along with the items that stay."""
    staying = {id(item) for item in after}
    for number in range(len(before) - 1, -1, -1):
        if isinstance(before[number], CommentedMap) and id(before[number]) not in staying:
            del node[number]
    for number, item in enumerate(after):
        if number < len(node) and node[number] is item:
            continue
        fresh = not any(item is known for known in before)
        if number >= len(node) or (fresh and isinstance(item, CommentedMap)):
            node.insert(number, item)
        else:
            node[number] = item
    while len(node) > len(after):
        del node[len(node) - 1]


def _id(item: JSON) -> str | None:
    card_id = item.get("id") if isinstance(item, dict) else None
    return card_id if isinstance(card_id, str) else None


def _styled(value: JSON) -> object:
    """A value as ruamel writes it best: short collections in one line, long ones in block style."""
    match value:
        case str():
            return _styled_text(value)
        case dict():
            mapping = CommentedMap({_styled_text(key): _styled(item) for key, item in value.items()})
            if _is_short(value):
                mapping.fa.set_flow_style()
            return mapping
        case list():
            sequence = CommentedSeq([_styled(item) for item in value])
            if _is_short(value):
                sequence.fa.set_flow_style()
            return sequence
        case _:
            return value


def _styled_text(text: str) -> str:
    strange = any(character in _NOT_PLAIN or (not character.isprintable() and character != "\n") for character in text)
    lines = text.split("\n")
    if (
        not strange
        and len(lines) > 1
        and text[:1] not in (" ", "\n")
        and not any(line != line.rstrip() for line in lines)
    ):
        return LiteralScalarString(text) if not text.endswith("\n\n") else DoubleQuotedScalarString(text)
    return DoubleQuotedScalarString(text) if strange or "\n" in text or text != text.strip() else text


def _is_short(value: JSON) -> bool:
    if isinstance(value, dict):
        parts = [part for pair in value.items() for part in pair]
    elif isinstance(value, list):
        parts = list(value)
    else:
        return False
    simple = all(not isinstance(part, dict | list) or _is_short(part) for part in parts)
    return simple and len(repr(value)) <= _SHORT and "\n" not in repr(value).replace("\\n", "\n")


__all__ = ["Loaded", "card_at", "dump", "load", "locate_all", "patch"]
