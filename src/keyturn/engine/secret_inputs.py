"""Which inputs of cards are secret by their type, and where what is put into one as it is comes from.

A password that a card is given is one in the whole run: the field of the event, or the output, that is handed to it is
masked, too, though that says of itself only that it is a text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from keyturn.flows.document import Card
from keyturn.flows.json import JSON, Values
from keyturn.flows.spec import Catalogue, FieldSpec
from keyturn.flows.types import Kind
from keyturn.flows.values import Name, Reference, parse_value

# The names on the way to a value in what a card is given.
Way: TypeAlias = tuple[str, ...]


def secret_ways(fields: Sequence[FieldSpec]) -> tuple[Way, ...]:
    """The ways to the inputs that are secret, in objects too."""
    return tuple(_ways(fields))


def values_at(given: Values, ways: Iterable[Way]) -> Iterator[JSON]:
    """What is given at these ways."""
    for way in ways:
        found: JSON = given
        for name in way:
            found = found.get(name) if isinstance(found, dict) else None
        if found is not None:
            yield found


def secret_sources(cards: Iterable[Card], catalogue: Catalogue) -> Mapping[str, frozenset[str]]:
    """Outputs of cards, and fields of the event, that are put into secret inputs as they are, by their root."""
    found: dict[str, set[str]] = {}
    for card in cards:
        spec = catalogue.get(card.card)
        ways = secret_ways(spec.signature(card.options).inputs) if spec is not None else ()
        for raw in values_at(dict(card.inputs), ways):
            value = parse_value(raw)
            if isinstance(value, Reference) and value.path and isinstance(value.path[0], Name):
                found.setdefault(value.root, set()).add(value.path[0].name)
    return {root: frozenset(names) for root, names in found.items()}


def _ways(fields: Sequence[FieldSpec], before: Way = ()) -> Iterator[Way]:
    for one in fields:
        if one.type.kind is Kind.SECRET:
            yield (*before, one.name)
        yield from _ways(one.fields, (*before, one.name))
