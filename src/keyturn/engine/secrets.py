"""Where in a run secrets are: which values of its event and its cards hold one, or text made from one.

A value counts as secret by where it comes from, whatever it looks like by then: a password in capital letters is
still one. What apps answer is not made from what they are given; there a secret is found by its text (``masking``).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from keyturn.flows.values import Name, Value, references

# A root of references and the first name below it; ``WHOLE`` where there is none.
Head: TypeAlias = tuple[str, str]

WHOLE = "*"


def heads_of(value: Value) -> frozenset[Head]:
    """What a value of a document refers to."""
    found: set[Head] = set()
    for reference in references(value):
        first = reference.path[0] if reference.path else None
        found.add((reference.root, first.name if isinstance(first, Name) else WHOLE))
    return frozenset(found)


class SecretPlaces:
    """The places of one run that hold secrets.

    Attributes:
        any: whether there are some; asked for every card.
    """

    def __init__(self) -> None:
        self.any = False
        self._names: dict[str, set[str]] = {}

    def add(self, root: str, names: Iterable[str]) -> None:
        """These names below a root hold secrets; ``WHOLE`` says so of all of them."""
        found = set(names)
        if found:
            self.any = True
            self._names.setdefault(root, set()).update(found)

    def hold(self, heads: Iterable[Head]) -> bool:
        """Whether one of these is secret."""
        return any(self._holds(root, name) for root, name in heads)

    def _holds(self, root: str, name: str) -> bool:
        names = self._names.get(root)
        return names is not None and (name == WHOLE or name in names or WHOLE in names)
