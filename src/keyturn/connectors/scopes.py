"""Which scopes flows need of a connection, and what is granted and missing.

A scope may come with others (``includes`` of a manifest): who may manage people may read them. Nothing is guessed: a
request of the author's own needs what nobody has said.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from keyturn.flows.document import Flow

from .guides import ScopesModel
from .manifest import ManifestModel

EVENT = "event"
_MOST = 5_000


@dataclass(frozen=True, slots=True)
class FlowNeeds:
    """What one flow needs of a connection.

    Attributes:
        scopes: each with the ids of the cards that need it; ``event`` for what starts the flow.
        looks: those that cards need only to read back what got no answer, likewise.
        unsaid: cards that use the connection and of which nobody has said what they need.
    """

    scopes: Mapping[str, tuple[str, ...]]
    unsaid: tuple[str, ...] = ()
    looks: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])


def needs_of(flow: Flow, manifest: ManifestModel, is_meant: Callable[[str | None], bool]) -> FlowNeeds:
    """What a flow needs.

    Args:
        is_meant: whether a card's connection is the one in question.
    """
    actions = {f"{manifest.connector}.{action.key}": action for action in manifest.actions}
    scopes: dict[str, list[str]] = {}
    looks: dict[str, list[str]] = {}
    unsaid: list[str] = []
    for card in flow.walk():
        if not (card.card.startswith(f"{manifest.connector}.") and is_meant(card.connection)):
            continue
        action = actions.get(card.card)
        for scope in action.scopes if action else ():
            scopes.setdefault(scope, []).append(card.id)
        for scope in action.look_scopes if action else ():
            looks.setdefault(scope, []).append(card.id)
        if action is None or (action.steps and not action.scopes):
            unsaid.append(card.id)
    if flow.event.card.startswith(f"{manifest.connector}.") and is_meant(flow.event.connection):
        for scope in manifest.scopes.events:
            scopes.setdefault(scope, []).append(EVENT)
    return FlowNeeds(_sorted(scopes), tuple(unsaid), _sorted(looks))


def _sorted(found: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(cards) for name, cards in sorted(found.items())}


def split(text: str) -> tuple[str, ...]:
    """The scopes of a text, with spaces or commas between them."""
    return tuple(dict.fromkeys(text.replace(",", " ").split()))


def compared(scope: str, rules: ScopesModel) -> str:
    """What two ways to write one scope have in common: the one place that says whether two are the same."""
    found = scope.lower() if rules.any_case else scope
    before = next((one for one in _written(rules.before, rules) if found.startswith(one)), "")
    return found[len(before) :] or found


def _written(texts: Iterable[str], rules: ScopesModel) -> list[str]:
    return [text.lower() if rules.any_case else text for text in texts]


def covered(granted: Iterable[str], rules: ScopesModel) -> frozenset[str]:
    """What is granted, with all that comes with it, each as ``compared`` gives it."""
    comes = tuple((*_written([name], rules), tuple(_written(others, rules))) for name, others in rules.includes.items())
    found = {compared(scope, rules) for scope in granted}
    new = found
    while new and len(found) < _MOST:  # a manifest may be foolish
        new = {one for scope in new for one in _included(scope, comes)} - found
        found |= new
    return frozenset(found)


def missing(needed: Iterable[str], granted: Collection[str] | None, rules: ScopesModel) -> tuple[str, ...]:
    """What is needed and not granted; nothing where nobody knows what is granted."""
    if granted is None:
        return ()
    has = covered(granted, rules)
    return tuple(scope for scope in sorted(set(needed)) if compared(scope, rules) not in has)


def fewest(needed: Iterable[str], rules: ScopesModel) -> tuple[str, ...]:
    """The scopes to ask for: those that do not come with another one."""
    wanted = sorted(set(needed))
    return tuple(
        one
        for one in wanted
        if not any(compared(one, rules) in covered([other], rules) for other in wanted if other != one)
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
