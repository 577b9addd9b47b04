"""Where a list stands that a reference of a manifest leads to or through, and the items that a request is sent for."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from keyturn.flows.errors import CardError
from keyturn.flows.json import JSON, Values
from keyturn.flows.resolve import Resolver, compile_value
from keyturn.flows.values import Each, Reference, Step, Value, parse_value

GIVEN = frozenset({"inputs", "options"})


@dataclass(frozen=True, slots=True)
class Place:
    """Where a list stands.

    Attributes:
        written: as a manifest would refer to it.
        root: what it is in: an answer, inputs, options.
        name: of the input, where it is one.
        listed: gives what stands there.
        holder: gives that in which it stands; None where the list is the whole.
    """

    written: str
    root: str
    name: str | None
    listed: Resolver
    holder: Resolver | None

    def is_left_out(self, roots: Values) -> bool:
        """Whether nothing stands where the list would be, in an object that is there."""
        return self.listed(roots) is None and self.holder is not None and isinstance(self.holder(roots), dict)

    def other_list(self, roots: Values, beside: Collection[str]) -> str | None:
        """The name of another list in what the list would be in; None if there is none."""
        return other_list(self.holder(roots), beside) if self.holder is not None else None


def other_list(holder: JSON, beside: Collection[str]) -> str | None:
    """The name of a list of objects that an object has; None if there is none.

    Where an app leaves empty lists out, such a list may be the one that is looked for, by another name.

    Args:
        beside: names of lists that may stand there.
    """
    for name, held in holder.items() if isinstance(holder, dict) else ():
        if name not in beside and isinstance(held, list) and any(isinstance(one, dict) for one in held):
            return name
    return None


def but_at(other: str | None) -> str:
    """Where there is a list instead, as people say."""
    return f", but a list at {other!r}" if other is not None else ""


def place_of(value: Value) -> Place | None:
    """Where the list stands that a reference leads to or through; None of what is no reference."""
    if not isinstance(value, Reference):
        return None
    path: tuple[Step, ...] = value.path
    first = next((number for number, step in enumerate(path) if isinstance(step, Each)), len(path))
    inside = path[:first]
    holder = compile_value(Reference(value.root, inside[:-1])) if inside else None
    listed = Reference(value.root, inside)
    name = getattr(inside[0], "name", None) if inside and value.root in GIVEN else None
    return Place(f"{{{{ {listed} }}}}", value.root, name, compile_value(listed), holder)


class AnswerLacks(Exception):
    """An answer has not got what a request is made of: a list, or an id.

    Attributes:
        root: the name of the answer.
    """

    def __init__(self, root: str, what: str) -> None:
        self.root = root
        super().__init__(what)


class Items:
    """The items for each of which a request is sent.

    Args:
        left_out: nothing where the list would be says that it is empty.
        beside: names of other lists that an answer may have beside it.
    """

    def __init__(self, raw: JSON, *, left_out: bool, beside: Collection[str] = ()) -> None:
        value = parse_value(raw)
        self._items, self.place = compile_value(value), place_of(value)
        self._written = str(value) if isinstance(value, Reference) else ""
        self._left_out, self._beside = left_out, beside

    def of(self, roots: Values) -> list[JSON]:
        """The items; none of an answer that was not asked for.

        Raises:
            AnswerLacks: an answer has no list there, or one with entries that lack what is wanted of each.
            CardError: what the card was given is no list.
        """
        items, place = self._items(roots), self.place
        if place is None or place.root not in roots:
            return items if isinstance(items, list) else []
        if isinstance(items, list) and None not in items:
            return items
        left_out = self._left_out and place.is_left_out(roots)
        other = place.other_list(roots, self._beside) if left_out and place.root not in GIVEN else None
        if left_out and other is None:
            return []
        what, there = f"a list should be at {place.written}", kind_of(place.listed(roots))
        if isinstance(items, list):
            what, there = f"each entry should have what {{{{ {self._written} }}}} reads", "an entry without it"
        if place.root in GIVEN:
            what = f"{place.name or place.root} cannot be used: {what}, and there is {there}."
            raise CardError.bad_input(place.name or place.root, what, "Check what the card is given.")
        raise AnswerLacks(place.root, f"{what}, and there is {there}{but_at(other)}.")


def kind_of(value: JSON) -> str:
    """What a value is, as people say."""
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "a list"
    return "a text" if isinstance(value, str) else "true or false" if isinstance(value, bool) else "a number"
