"""What changed between two versions of a flow, in words: a line for each value that differs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import orjson

from keyturn.flows.document import Branch, Card, Flow
from keyturn.flows.json import JSON, Values

from .condition_words import changes, in_words, is_condition

_PARTS = ("branches", "do", "cards", "id")
_LONGEST = 100


@dataclass(frozen=True, slots=True)
class _Place:
    """A lane: the card that has it, and the number of the branch, from 1; None for the cards of a loop."""

    card: str
    branch: int | None


def difference(old: Flow, new: Flow) -> list[str]:
    """One line for each change, in the order of the new version."""
    lines = list(_between(_plain(old), _plain(new), ""))
    before = {card.id: card for card in old.walk()}
    after = {card.id: card for card in new.walk()}
    for card in new.walk():
        known = before.get(card.id)
        lines += [f"added {_named(card)}"] if known is None else list(_changed(known, card))
    lines += [f"removed {_named(card)}" for card in old.walk() if card.id not in after]
    return [*lines, *_moved(old, new)]


def _moved(old: Flow, new: Flow) -> Iterator[str]:
    """Cards that stand in another lane than before, and lanes whose cards stand in another order."""
    was, now = dict(_places(old.cards)), dict(_places(new.cards))
    cards = {card.id: card for card in [*old.walk(), *new.walk()]}
    kept = [card_id for card_id in now if card_id in was]
    for card_id in kept:
        if was[card_id] != now[card_id]:
            yield f"{_named(cards[card_id])}: moved from {_where(was[card_id], cards)} to {_where(now[card_id], cards)}"
    for place in dict.fromkeys(now[card_id] for card_id in kept):
        stayed = {card_id for card_id in kept if was[card_id] == place == now[card_id]}
        before, after = ([card_id for card_id in places if card_id in stayed] for places in (was, now))
        if before != after:
            order = "order" if place is None else f"order in {_where(place, cards)}"
            yield f"{order}: {_names(before, cards)} -> {_names(after, cards)}"


def _places(cards: Iterable[Card], around: _Place | None = None) -> Iterator[tuple[str, _Place | None]]:
    """Each card's id with where it stands, in document order."""
    for card in cards:
        yield card.id, around
        for number, branch in enumerate(card.branches, start=1):
            yield from _places(branch.cards, _Place(card.id, number))
        yield from _places(card.do, _Place(card.id, None))


def _where(place: _Place | None, cards: Mapping[str, Card]) -> str:
    if place is None:
        return "the flow's own row"
    part = "the rounds" if place.branch is None else f"branch {place.branch}"
    return f"{part} of {_named(cards[place.card])}"


def _changed(old: Card, new: Card) -> Iterator[str]:
    for line in _between(_plain(old), _plain(new), ""):
        yield f"{_named(new)}, {line}"
    for number in range(max(len(old.branches), len(new.branches))):
        where = f"{_named(new)}, branch {number + 1}"
        if number >= len(old.branches):
            yield f"{where}: added"
        elif number >= len(new.branches):
            yield f"{where}: removed"
        else:
            for line in _between(_plain(old.branches[number]), _plain(new.branches[number]), ""):
                yield f"{where}, {line}"


def _plain(part: Flow | Card | Branch) -> Values:
    """A part as JSON, without the cards inside it."""
    shown: Values = part.model_dump(mode="json", by_alias=True, exclude_none=True, exclude={*_PARTS})
    return shown


def _between(old: JSON, new: JSON, where: str) -> Iterator[str]:
    """The values that differ, each with where it stands; of an object that came or went each of its values."""
    if _is_nothing(old) and _is_nothing(new):
        return
    if is_condition(old) and is_condition(new):
        if old != new:
            yield from changes(old, new, where)
        return
    before, after = (({} if _is_nothing(value) else value) for value in (old, new))
    if is_condition(before) or is_condition(after):
        yield f"{where}: {_say(old, as_json=True)} -> {_say(new, as_json=True)}"
        return
    if isinstance(before, dict) and isinstance(after, dict) and (before or after):
        for name in [*before, *(name for name in after if name not in before)]:
            yield from _between(before.get(name), after.get(name), f"{where} {name}".lstrip())
    elif old != new:
        as_json = not all(isinstance(value, str) or _is_nothing(value) for value in (old, new))
        yield f"{where}: {_say(old, as_json)} -> {_say(new, as_json)}"


def _is_nothing(value: JSON) -> bool:
    return value is None or value in ({}, [], "")


def _names(ids: Iterable[str], cards: Mapping[str, Card]) -> str:
    return ", ".join(cards[card_id].title or card_id for card_id in ids)


def _named(card: Card) -> str:
    return f"{card.title} ({card.id})" if card.title else card.id


def _say(value: JSON, as_json: bool) -> str:
    if is_condition(value):
        return in_words(value)
    text = "nothing" if _is_nothing(value) else orjson.dumps(value).decode() if as_json else str(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
