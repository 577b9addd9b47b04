"""What the sandbox refuses changes nothing: watched at the gate of every tenant while tests drive it.

For each request that a tenant refuses, the accounts, shelves, mail and hooks are the same before and after. Not
looked at: the System Log, tokens and codes, and requests that another one overlaps.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import orjson
import pytest
from starlette.types import Scope

from keyturn.sandbox import gate
from keyturn.sandbox.core import Core
from keyturn.sandbox.state import Store, World
from keyturn.sandbox.values import Shelf, Tenant
from keyturn.sandbox.wire import Collected, Vendor

# Requests that change something and are refused all the same, and why the vendor does so.
MAY_CHANGE = {
    r"okta POST /api/v1/authn.*": "a wrong password counts, and ten of them lock the account",
    r"graph POST /(v1\.0|beta)/\$batch": "a batch is several requests",
}
# Shelves that say nothing of the company: how far a clock has got.
_COUNTERS = ("slack.clock",)
_READS = ("GET", "HEAD", "OPTIONS")
_SHOWN = 1_500
_MAY_CHANGE = re.compile("|".join(f"(?:{each})" for each in MAY_CHANGE))


@dataclass
class _Watch:
    """What a world was when a request began; a shelf is kept as it is asked for, which is before it can be changed."""

    world: World
    tenant: Tenant
    alone: bool = True
    begun: bool = False
    lists: dict[str, bytes] = field(default_factory=dict[str, bytes])
    shelves: dict[str, bytes] = field(default_factory=dict[str, bytes])

    def begin(self) -> None:
        self.begun = True
        self.lists = _lists(self.world, self.tenant)

    def changed(self) -> list[str]:
        """The names of what is not as it was, each with where it differs."""
        lists = _lists(self.world, self.tenant)
        found = [_difference(name, was, lists[name]) for name, was in self.lists.items() if was != lists[name]]
        for name, was in self.shelves.items():
            now = _dump(self.world, name)
            if was != now:
                found.append(_difference(name, was, now))
        return found


class Halves:
    """Requests that were refused and carried out in part, as they are found, of `looked` that were refused."""

    store: Store  # of the sandbox that was asked last

    def __init__(self) -> None:
        self.found: list[str] = []
        self.looked = 0
        self._under_way: dict[int, list[_Watch]] = {}

    def install(self, patch: pytest.MonkeyPatch) -> None:
        """Watch every gate of this process."""
        carry_out, shelf = gate.carry_out, World.shelf

        async def carried_out(vendor: Vendor, core: Core, scope: Scope, body: bytes) -> Collected:
            self.store = core.store
            watch = self._begin(core.world, vendor.tenant, read=scope["method"] in _READS)
            try:
                answer = await carry_out(vendor, core, scope, body)
            finally:
                self._under_way[id(watch.world)].remove(watch)
            asked = f"{vendor.tenant} {scope['method']} {scope['path']}"
            if watch.alone and watch.begun and _refused(asked, answer) and not _MAY_CHANGE.fullmatch(asked):
                self.looked += 1
                said = f"{answer.status} {answer.body[:300].decode(errors='replace')}"
                self.found += [
                    f"{asked} {body[:500]!r}\n  refused: {said}\n  changed all the same: {difference}"
                    for difference in watch.changed()
                ]
            return answer

        def asked_for(world: World, name: str) -> Shelf:
            for watch in self._under_way.get(id(world), ()):
                if watch.begun and name not in watch.shelves and name not in _COUNTERS:
                    watch.shelves[name] = _dump(world, name)
            return shelf(world, name)

        patch.setattr(gate, "carry_out", carried_out)
        patch.setattr(World, "shelf", asked_for)

    def _begin(self, world: World, tenant: Tenant, *, read: bool) -> _Watch:
        watch = _Watch(world, tenant)
        others = self._under_way.setdefault(id(world), [])
        for other in others:
            other.alone = watch.alone = False
        others.append(watch)
        if watch.alone and not read:
            watch.begin()
        return watch


def _dump(world: World, name: str) -> bytes:
    """A shelf. Nothing by some id is as good as no such id: what hangs on something is asked for so."""
    return orjson.dumps({key: row for key, row in world.shelves.get(name, {}).items() if row})


def _lists(world: World, tenant: Tenant) -> dict[str, bytes]:
    """What a tenant has that is on no shelf."""
    lists: dict[str, object] = {}
    if tenant == "okta":
        lists = {"accounts": world.accounts.okta, "hooks": world.hooks}
    elif tenant == "graph":
        lists = {"accounts": world.accounts.graph, "mail": world.mail}
    elif tenant == "google":
        lists = {"accounts": world.accounts.google}
    return {name: orjson.dumps(value) for name, value in lists.items()}


def _refused(asked: str, answer: Collected) -> bool:
    if asked.startswith("slack ") and answer.status == 200:
        return answer.body.startswith(b'{"ok":false')
    return answer.status is not None and 400 <= answer.status < 500


def _difference(name: str, was: bytes, now: bytes) -> str:
    """The rows of two dumps that differ."""
    before, after = _rows(was), _rows(now)
    gone = " ".join(row for row in before if row not in after)
    come = " ".join(row for row in after if row not in before)
    return f"{name}\n    was {gone[:_SHOWN]}\n    is  {come[:_SHOWN]}{'' if gone or come else 'in another order'}"


def _rows(dump: bytes) -> list[str]:
    held = orjson.loads(dump)
    return [repr(row) for row in (held.items() if isinstance(held, dict) else held)]


@pytest.fixture(scope="session")
def halves() -> Iterator[Halves]:
    """Watches the gates of this process until its tests are over."""
    watching = Halves()
    with pytest.MonkeyPatch.context() as patch:
        watching.install(patch)
        yield watching


@pytest.fixture(autouse=True)
def nothing_by_halves(halves: Halves) -> Iterator[None]:
    """Fails a test during which a request was refused and carried out in part."""
    halves.found.clear()
    yield
    found = list(dict.fromkeys(halves.found))
    assert not found, "\n".join(found)
