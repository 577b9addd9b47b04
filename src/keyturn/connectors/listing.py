"""Where a list stands that a reference of a manifest leads to or through, and the items that a request is sent for."""

from __future__ import annotations

from dataclasses import dataclass

from keyturn.flows.errors import CardError
from keyturn.flows.json import JSON, Values
from keyturn.flows.resolve import Resolver, compile_value
from keyturn.flows.values import Each, Reference, Step, Value, parse_value

_GIVEN = frozenset({"inputs", "options"})


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


def place_of(value: Value) -> Place | None:
    """Where the list stands that a reference leads to or through; None of what is no reference."""
    if not isinstance(value, Reference):
        return None
    path: tuple[Step, ...] = value.path
    first = next((number for number, step in enumerate(path) if isinstance(step, Each)), len(path))
    inside = path[:first]
    holder = compile_value(Reference(value.root, inside[:-1])) if inside else None
    listed = Reference(value.root, inside)
    name = getattr(inside[0], "name", None) if inside and value.root in _GIVEN else None
    return Place(f"{{{{ {listed} }}}}", value.root, name, compile_value(listed), holder)


class NoList(Exception):
    """There is no list in an answer where one should be.

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
    """

    def __init__(self, raw: JSON, *, left_out: bool) -> None:
        value = parse_value(raw)
        self._items, self._place = compile_value(value), place_of(value)
        self._written = str(value) if isinstance(value, Reference) else ""
        self._left_out = left_out

    def of(self, roots: Values) -> list[JSON]:
        """The items; none of an answer that was not asked for.

        Raises:
            NoList: an answer has no list there, or one with entries that lack what is wanted of each.
            CardError: what the card was given is no list.
        """
        items, place = self._items(roots), self._place
        if place is None or place.root not in roots:
            return items if isinstance(items, list) else []
        if isinstance(items, list) and None not in items:
            return items
        if self._left_out and place.is_left_out(roots):
            return []
        what, there = f"a list should be at {place.written}", kind_of(place.listed(roots))
        if isinstance(items, list):
            what, there = f"each entry should have what {{{{ {self._written} }}}} reads", "an entry without it"
        if place.root in _GIVEN:
            what = f"{place.name or place.root} cannot be used: {what}, and there is {there}."
            raise CardError.bad_input(place.name or place.root, what, "Check what the card is given.")
        raise NoList(place.root, f"{what}, and there is {there}.")


def kind_of(value: JSON) -> str:
    """What a value is, as people say."""
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "a list"
    return "a text" if isinstance(value, str) else "true or false" if isinstance(value, bool) else "a number"
