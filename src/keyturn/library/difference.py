"""What changed between two versions of a flow, in words: a line for each value that differs."""

from __future__ import annotations

from collections.abc import Iterator

import orjson

from keyturn.flows.document import Branch, Card, Flow
from keyturn.flows.json import JSON, Values

from .condition_words import changes, in_words, is_condition

_PARTS = ("branches", "do", "cards", "id")
_LONGEST = 100


def difference(old: Flow, new: Flow) -> list[str]:
    """One line for each change, in the order of the new version."""
    lines = list(_between(_plain(old), _plain(new), ""))
    before = {card.id: card for card in old.walk()}
    after = {card.id: card for card in new.walk()}
    for card in new.walk():
        known = before.get(card.id)
        lines += [f"added {_named(card)}"] if known is None else list(_changed(known, card))
    lines += [f"removed {_named(card)}" for card in old.walk() if card.id not in after]
    kept_before = [card_id for card_id in before if card_id in after]
    kept_after = [card_id for card_id in after if card_id in before]
    if kept_before != kept_after:
        lines.append(f"order: {_names(kept_before, before)} -> {_names(kept_after, after)}")
    return lines


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


def _names(ids: list[str], cards: dict[str, Card]) -> str:
    return ", ".join(cards[card_id].title or card_id for card_id in ids)


def _named(card: Card) -> str:
    return f"{card.title} ({card.id})" if card.title else card.id


def _say(value: JSON, as_json: bool) -> str:
    if is_condition(value):
        return in_words(value)
    text = "nothing" if _is_nothing(value) else orjson.dumps(value).decode() if as_json else str(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
