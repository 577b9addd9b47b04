"""What changed between two versions of a flow, in words."""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.flows.document import Card, Flow

_FIELDS = ("card", "title", "connection", "options", "inputs", "outputs", "call", "on_error", "note")
_HEAD = ("name", "about", "folder", "note", "save_data", "limits", "event")


def difference(old: Flow, new: Flow) -> list[str]:
    """One line for each change, in the order of the new version."""
    lines = [f"{name}: {_change(old, new, name)}" for name in _HEAD if _differs(old, new, name)]
    before = {card.id: card for card in old.walk()}
    after = {card.id: card for card in new.walk()}
    for card in new.walk():
        known = before.get(card.id)
        lines += [f"added {_named(card)}"] if known is None else list(_changed(known, card))
    lines += [f"removed {_named(card)}" for card in old.walk() if card.id not in after]
    kept_before = [card_id for card_id in before if card_id in after]
    kept_after = [card_id for card_id in after if card_id in before]
    if kept_before != kept_after:
        lines.append(f"order: {', '.join(kept_before)} -> {', '.join(kept_after)}")
    return lines


def _changed(old: Card, new: Card) -> Iterator[str]:
    for name in _FIELDS:
        if _differs(old, new, name):
            yield f"{_named(new)}, {name}: {_change(old, new, name)}"
    lanes = [(lane.when, lane.set) for lane in old.branches]
    if lanes != [(lane.when, lane.set) for lane in new.branches]:
        yield f"{_named(new)}, branches changed"


def _differs(old: object, new: object, name: str) -> bool:
    return getattr(old, name) != getattr(new, name)


def _change(old: object, new: object, name: str) -> str:
    return f"{_say(getattr(old, name))} -> {_say(getattr(new, name))}"


def _named(card: Card) -> str:
    return f"{card.title} ({card.id})" if card.title else card.id


def _say(value: object) -> str:
    text = str(value) if value not in (None, {}, ()) else "nothing"
    return text if len(text) <= 80 else text[:77] + "..."
