"""Which scopes flows need of a connection, and what is granted and missing.

A scope may come with others (``includes`` of a manifest): who may manage people may read them. Nothing is guessed: a
request of the author's own needs what nobody has said.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from keyturn.flows.document import Flow

from .manifest import ManifestModel

EVENT = "event"
_MOST = 5_000


@dataclass(frozen=True, slots=True)
class FlowNeeds:
    """What one flow needs of a connection.

    Attributes:
        scopes: each with the ids of the cards that need it; ``event`` for what starts the flow.
        unsaid: cards that use the connection and of which nobody has said what they need.
    """

    scopes: Mapping[str, tuple[str, ...]]
    unsaid: tuple[str, ...] = ()


def needs_of(flow: Flow, manifest: ManifestModel, is_meant: Callable[[str | None], bool]) -> FlowNeeds:
    """What a flow needs.

    Args:
        is_meant: whether a card's connection is the one in question.
    """
    actions = {f"{manifest.connector}.{action.key}": action for action in manifest.actions}
    scopes: dict[str, list[str]] = {}
    unsaid: list[str] = []
    for card in flow.walk():
        if not (card.card.startswith(f"{manifest.connector}.") and is_meant(card.connection)):
            continue
        action = actions.get(card.card)
        for scope in action.scopes if action else ():
            scopes.setdefault(scope, []).append(card.id)
        if action is None or (action.steps and not action.scopes):
            unsaid.append(card.id)
    if flow.event.card.startswith(f"{manifest.connector}.") and is_meant(flow.event.connection):
        for scope in manifest.scopes.events:
            scopes.setdefault(scope, []).append(EVENT)
    return FlowNeeds({name: tuple(cards) for name, cards in sorted(scopes.items())}, tuple(unsaid))


def split(text: str) -> tuple[str, ...]:
    """The scopes of a text, with spaces or commas between them."""
    return tuple(dict.fromkeys(text.replace(",", " ").split()))


def covered(granted: Iterable[str], includes: Mapping[str, tuple[str, ...]]) -> frozenset[str]:
    """What is granted, with all that comes with it."""
    found = set(granted)
    new = found
    while new and len(found) < _MOST:  # a manifest may be foolish
        new = {one for scope in new for one in _included(scope, tuple(includes.items()))} - found
        found |= new
    return frozenset(found)


def missing(
    needed: Iterable[str], granted: Collection[str] | None, includes: Mapping[str, tuple[str, ...]]
) -> tuple[str, ...]:
    """What is needed and not granted; nothing where nobody knows what is granted."""
    if granted is None:
        return ()
    has = covered(granted, includes)
    return tuple(scope for scope in sorted(set(needed)) if scope not in has)


def fewest(needed: Iterable[str], includes: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The scopes to ask for: those that do not come with another one."""
    wanted = sorted(set(needed))
    return tuple(
        one for one in wanted if not any(one in covered([other], includes) for other in wanted if other != one)
    )


@lru_cache(maxsize=2_000)
def _included(scope: str, includes: tuple[tuple[str, tuple[str, ...]], ...]) -> tuple[str, ...]:
    found: list[str] = []
    for name, others in includes:
        if name == scope:
            found += others
        elif (between := _between(scope, name)) is not None:
            # what is one of the others already brings nothing more: x, x.readonly, but no x.readonly.readonly
            found += [other.replace("*", between) for other in others if _between(scope, other) is None]
    return tuple(found)


def _between(scope: str, pattern: str) -> str | None:
    """What stands for the star of a pattern; None if it does not fit."""
    before, star, after = pattern.partition("*")
    fits = star and len(scope) > len(pattern) - 1 and scope.startswith(before) and scope.endswith(after)
    return scope[len(before) : len(scope) - len(after)] if fits else None
