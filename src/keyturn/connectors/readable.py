"""What a value of a manifest refers to, also where a part of it cannot be read: one mistake must not hide others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from keyturn.flows.json import JSON
from keyturn.flows.values import Name, Reference, ValueSyntaxError, read_text, references


@dataclass(frozen=True, slots=True)
class Readable:
    """What was found in a value.

    Attributes:
        faults: of references that cannot be read.
        odd: the texts with such references.
    """

    references: list[Reference]
    faults: list[ValueSyntaxError]
    odd: list[str]


def readable(raw: JSON) -> Readable:
    """Read a value as far as it can be read."""
    found = Readable([], [], [])
    for text in texts(raw):
        value, faults = read_text(text)
        found.references.extend(references(value))
        found.faults.extend(faults)
        if faults:
            found.odd.append(text)
    return found


def inputs_of(raw: JSON) -> set[str]:
    """Names of the inputs that a value refers to."""
    return {name for name, _ in to_inputs(raw)}


def to_inputs(raw: JSON) -> Iterator[tuple[str, Reference]]:
    """The references to inputs in a value, with the names of these."""
    for reference in readable(raw).references:
        match reference:
            case Reference(root="inputs", path=(Name(name=name), *_)):
                yield name, reference
            case _:
                pass


def texts(value: JSON) -> Iterator[str]:
    """All texts in a value, without the keys of objects."""
    match value:
        case str():
            yield value
        case list():
            for one in value:
                yield from texts(one)
        case dict():
            for one in value.values():
                yield from texts(one)
        case _:
            pass
