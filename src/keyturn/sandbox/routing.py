"""From a request to its operation: a tree of path segments, so that hundreds of operations cost no more than a few.

A segment of a path template is a word, `{name}` for any segment, `{name}:word` for a segment that ends in `:word`, or
`{name*}` for all that is left. The path is split as it was on the wire, so that a key may hold an encoded slash. Words
win over names.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cached_property, lru_cache
from heapq import nlargest
from typing import NamedTuple, TypeAlias
from urllib.parse import unquote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from keyturn.sandbox.wire import BadBody, Refused, note, raw_path

Endpoint: TypeAlias = Callable[[Request], Awaitable[Response]]
Handler: TypeAlias = Callable[[Request, Exception], Awaitable[Response]]

_NEAR = 0.6
_LOOKED_AT = 8
_PARAMETER = re.compile(r"\{(?P<name>\w+)(?P<rest>\*?)\}(?P<suffix>:\w+)?")


@dataclass(frozen=True)
class Route:
    """An operation: the methods and the path template that lead to an endpoint."""

    path: str
    endpoint: Endpoint
    methods: Sequence[str] = ("GET",)


class _Target(NamedTuple):
    """An operation in the tree. place: its route's, among the routes."""

    place: int
    names: tuple[str, ...]
    operation: str


@dataclass(slots=True)
class _Node:
    words: dict[str, _Node] = field(default_factory=dict[str, "_Node"])
    suffixes: dict[str, _Node] = field(default_factory=dict[str, "_Node"])
    any: _Node | None = None
    methods: dict[str, _Target] = field(default_factory=dict[str, _Target])
    rest: dict[str, _Target] = field(default_factory=dict[str, _Target])


class _Tree:
    """What is known of the paths; never changed once it is there, as sandboxes of one process share it."""

    def __init__(self, paths: tuple[tuple[str, tuple[str, ...]], ...], fold: bool) -> None:
        self.fold = fold
        self.root = _Node()
        self.known = sorted({f"{method} {path}" for path, methods in paths for method in methods})
        for place, (path, methods) in enumerate(paths):
            self._add(place, path, methods)

    @cached_property
    def in_pieces(self) -> list[tuple[str, frozenset[str]]]:
        return [(known, _pieces(known)) for known in self.known]

    def word(self, segment: str) -> str:
        return segment.lower() if self.fold else segment

    def _add(self, place: int, path: str, methods: tuple[str, ...]) -> None:
        node, names = self.root, list[str]()
        targets = node.methods
        for segment in path.strip("/").split("/"):
            found = _PARAMETER.fullmatch(segment) if segment[:1] == "{" else None
            if found is None:
                node = _below(node.words, self.word(segment))
                targets = node.methods
                continue
            names.append(found["name"])
            if found["rest"]:
                targets = node.rest
                break
            if found["suffix"]:
                node = _below(node.suffixes, found["suffix"])
            else:
                node.any = node = node.any or _Node()
            targets = node.methods
        for method in methods:
            targets[method] = _Target(place, tuple(names), f"{method} {path}")


# Building one takes longer than all else that a sandbox does before it serves.
_tree = lru_cache(maxsize=32)(_Tree)


def _below(nodes: dict[str, _Node], name: str) -> _Node:
    node = nodes.get(name)
    if node is None:
        node = nodes[name] = _Node()
    return node


class Operations:
    """An ASGI app of operations.

    known: each as `METHOD /path/{name}`, sorted.
    bad_body, no_such_operation: the vendor's words for a bad body and for an unknown path or method; fold: whether the
    words of a path are taken in any case.
    """

    def __init__(
        self, routes: Sequence[Route], bad_body: Handler, no_such_operation: Handler, *, fold: bool = False
    ) -> None:
        self._bad_body = bad_body
        self._no_such_operation = no_such_operation
        self._endpoints = [route.endpoint for route in routes]
        self._tree = _tree(tuple((route.path, tuple(route.methods)) for route in routes), fold)
        self.known: Sequence[str] = self._tree.known

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope, receive)
        try:
            response = await self._endpoint(request)(request)
        except Refused as refused:
            response = refused.response
        except BadBody as error:
            response = await self._bad_body(request, error)
        except HTTPException as error:
            note(request, self._hint(request, error))
            response = await self._no_such_operation(request, error)
        await response(scope, receive, send)

    def operation(self, method: str, raw: str) -> str:
        """Which of the known operations a request is of, by its path as it was on the wire; empty for none."""
        segments = [unquote(segment) for segment in raw[1:].split("/")]
        found = (_of(method, methods) for methods, _ in self._walk(self._tree.root, segments, 0, []))
        return next((target.operation for target in found if target is not None), "")

    def strange(self, raw: str) -> str:
        """The first segment of a path that no operation has at this place; the last one, if they all are known."""
        segments = [unquote(segment) for segment in raw[1:].split("/")]
        return segments[min(self._reached(self._tree.root, segments, 0), len(segments) - 1)]

    def _reached(self, node: _Node, segments: list[str], at: int) -> int:
        """How many segments of a path there are in the tree, from the first one on."""
        if at == len(segments):
            return at
        below = [node.words.get(self._tree.word(segments[at])), node.any if segments[at] else None]
        below += [each for suffix, each in node.suffixes.items() if segments[at].endswith(suffix)]
        return max([at, *(self._reached(each, segments, at + 1) for each in below if each is not None)])

    def _hint(self, request: Request, error: HTTPException) -> str:
        """What the ledger says of a request that is no operation: which one is near."""
        if error.status_code == 405:
            return f"The sandbox has no {request.method} here, but {(error.headers or {}).get('Allow', 'nothing')}."
        near = self._near(f"{request.method} {unquote(raw_path(request))}")
        return f"The sandbox has no such operation.{f' Near is {near[0]}.' if near else ''}"

    def _near(self, asked: str) -> list[str]:
        """The operation that is most like what was asked, if one is.

        Comparing letter by letter with hundreds would hold up other requests for a tenth of a second: only those that
        have the most pieces in common are compared so.
        """
        pieces = _pieces(asked)
        common = ((len(pieces & theirs) / (len(pieces) + len(theirs)), known) for known, theirs in self._tree.in_pieces)
        return get_close_matches(asked, [known for _, known in nlargest(_LOOKED_AT, common)], 1, _NEAR)

    def _endpoint(self, request: Request) -> Endpoint:
        path = raw_path(request)
        segments = [unquote(segment) for segment in path[1:].split("/")]
        allowed: set[str] = set()
        for methods, values in self._walk(self._tree.root, segments, 0, []):
            target = _of(request.method, methods)
            if target is not None:
                request.scope["path_params"] = dict(zip(target.names, values, strict=True))
                return self._endpoints[target.place]
            allowed.update(methods)
        if allowed:
            raise HTTPException(405, headers={"Allow": ", ".join(sorted(allowed))})
        raise HTTPException(404)

    def _walk(
        self, node: _Node, segments: list[str], at: int, values: list[str]
    ) -> Iterator[tuple[dict[str, _Target], list[str]]]:
        """Every place of the tree that the path leads to, the most exact first."""
        if at == len(segments):
            if node.methods:
                yield node.methods, values
            return
        segment = segments[at]
        literal = node.words.get(self._tree.word(segment))
        if literal is not None:
            yield from self._walk(literal, segments, at + 1, values)
        for suffix, following in node.suffixes.items():
            if segment.endswith(suffix) and len(segment) > len(suffix):
                yield from self._walk(following, segments, at + 1, [*values, segment.removesuffix(suffix)])
        if node.any is not None and segment:
            yield from self._walk(node.any, segments, at + 1, [*values, segment])
        if node.rest:
            yield node.rest, [*values, "/".join(segments[at:])]


def without_closing_slash(scope: Scope) -> Scope:
    """The same request to the address without a slash at its end; one that is part of a key stays."""
    raw: bytes = scope.get("raw_path") or b""
    if len(raw) < 2 or not raw.endswith(b"/"):
        return scope
    return {**scope, "raw_path": raw[:-1], "path": str(scope["path"]).removesuffix("/")}


def _of(method: str, methods: dict[str, _Target]) -> _Target | None:
    return methods.get(method) or (methods.get("GET") if method == "HEAD" else None)


def _pieces(operation: str) -> frozenset[str]:
    """All that is three letters long in it."""
    return frozenset(operation[at : at + 3] for at in range(len(operation) - 2))
