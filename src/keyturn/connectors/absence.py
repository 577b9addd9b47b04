"""Whether an answer tells that something is not there: a list that goes on elsewhere, or is no list, does not."""

from __future__ import annotations

from collections.abc import Sequence

from keyturn.flows.json import Values
from keyturn.flows.resolve import Resolver, compile_value
from keyturn.flows.values import Each, Reference, Step, parse_value

from .manifest import ConditionModel, StateModel
from .paging import Paging


class Absence:
    """What it takes for the answer of a look to tell that something is not in a list.

    Args:
        pages: how the app's lists name their next pages.
    """

    def __init__(self, model: StateModel, pages: Sequence[Paging]) -> None:
        self._pages = pages
        self._concluded = _concluded(model.records, model.so)
        listed = model.records if model.records is not None else model.so.value if model.so else ""
        self._list, self._holder = _places(listed)
        self._always = model.always

    def unsure(self, said: bool | None, roots: Values) -> bool:
        """Whether what an answer seems to say rests on something that is not in it, and may be elsewhere."""
        if said is None or said is not self._concluded:
            return False
        return any(paging.goes_on(roots) for paging in self._pages) or not self._is_whole(roots)

    def _is_whole(self, roots: Values) -> bool:
        """Whether the list is one, or is left out where it would be: in an object."""
        if self._list is None:
            return True
        found = self._list(roots)
        if found is None:
            return not self._always and self._holder is not None and isinstance(self._holder(roots), dict)
        return isinstance(found, list) or found == ""


def _concluded(records: str | None, so: ConditionModel | None) -> bool | None:
    """What is said where nothing is found; None for a look that finds something in any case."""
    if records is not None:
        return False
    if so is None:
        return None
    if so.lacks is not None or so.empty is True:
        return True
    return False if so.has is not None or so.empty is False else None


def _places(written: str) -> tuple[Resolver | None, Resolver | None]:
    """Closures that give the list that a reference leads to or through, and that in which it is."""
    value = parse_value(written)
    if not isinstance(value, Reference):
        return None, None
    path: tuple[Step, ...] = value.path
    first = next((number for number, step in enumerate(path) if isinstance(step, Each)), len(path))
    inside = path[:first]
    holder = compile_value(Reference(value.root, inside[:-1])) if inside else None
    return compile_value(Reference(value.root, inside)), holder
