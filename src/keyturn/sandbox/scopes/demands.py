"""Which scopes an operation needs, as the vendors' descriptions say.

The JSON beside this has, for each operation, the ways to be allowed it: each is one scope or several that are needed
together. It is written by `tests/sandbox/support_scopes.py`, and covers what the descriptions cover: other operations
need none here. `named.json` has the scopes that a description lists apart from its operations, `elsewhere.json` those
of the vendor's services that are no part of the sandbox: a token may be asked for with them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from importlib.resources import files

import orjson

from keyturn.sandbox.templates import Templates

Way = frozenset[str]
_CAST = re.compile(r"/graph\.\w+$")
# Okta Identity Governance has descriptions of its own: https://developer.okta.com/docs/api/iga/
_DESCRIBED_APART = ("okta.governance.",)


class Demands:
    """The demands of one vendor's operations.

    known: every scope that they name.
    """

    def __init__(self, operations: Iterable[tuple[str, list[str]]]) -> None:
        read = [(name, tuple(frozenset(way.split()) for way in ways)) for name, ways in operations]
        self._operations = Templates(read)
        self.known = frozenset(scope for _, ways in read for way in ways for scope in way)

    def of(self, method: str, path: str) -> tuple[Way, ...]:
        """The ways to be allowed an operation; none if it needs no scope, or nobody knows which. What asks for one kind
        of what is in a list needs what the list does."""
        return self._operations.of(method, path) or self._operations.of(method, _CAST.sub("", path)) or ()

    def lacking(self, method: str, path: str, held: Iterable[str]) -> tuple[Way, ...]:
        """The ways to be allowed an operation, if what is held is none of them; else nothing."""
        ways, has = self.of(method, path), frozenset(held)
        return () if any(way <= has for way in ways) else ways


@lru_cache
def demands_of(vendor: str) -> Demands:
    """The demands of `okta`, `graph`, `google` or `slack`."""
    return Demands(_kept(vendor).items())


@lru_cache
def scopes_of(vendor: str) -> frozenset[str]:
    """The scopes that `okta`, `graph`, `google` or `slack` has: of operations, and those that it lists besides."""
    return demands_of(vendor).known | frozenset(_kept("named").get(vendor, ()))


@lru_cache
def scopes_elsewhere(vendor: str) -> frozenset[str]:
    """Scopes of a vendor's other services, which do nothing in the sandbox."""
    return frozenset(_kept("elsewhere").get(vendor, ()))


def is_scope(vendor: str, scope: str) -> bool:
    """Whether a vendor has a scope."""
    described_apart = vendor == "okta" and scope.startswith(_DESCRIBED_APART)
    return scope in scopes_of(vendor) or scope in scopes_elsewhere(vendor) or described_apart


def _kept(name: str) -> dict[str, list[str]]:
    return orjson.loads(files("keyturn.sandbox.scopes").joinpath(f"{name}.json").read_bytes())
