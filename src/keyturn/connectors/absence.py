"""Whether an answer tells that something is not there: a list that goes on elsewhere, or is no list, does not."""

from __future__ import annotations

from collections.abc import Sequence

from keyturn.flows.json import Values
from keyturn.flows.values import parse_value

from .conditions import ConditionModel
from .listing import Place, other_list, place_of
from .paging import Paging
from .state_models import StateModel
from .templates import compile_raw


class Absence:
    """What it takes for the answer of a look to tell that something is not in a list.

    Args:
        pages: how the app's lists name their next pages.
    """

    def __init__(self, model: StateModel, pages: Sequence[Paging]) -> None:
        self._pages = pages
        self._concluded = _concluded(model.records, model.so)
        listed = model.records if model.records is not None else model.so.value if model.so else ""
        self._place = place_of(parse_value(listed))
        self._always, self._hides, self._beside = model.always, model.hides, model.beside
        self._of_records = model.records is not None
        self._looked_at = compile_raw(model.so.value) if model.so else None

    def unsure(self, said: bool | None, roots: Values) -> bool:
        """Whether what an answer seems to say rests on something that is not in it, and may be elsewhere."""
        if said is None or said is not self._concluded:
            return False
        if any(paging.goes_on(roots) for paging in self._pages):
            return True
        return not self._is_whole(roots) or not self._is_readable(roots)

    def _is_readable(self, roots: Values) -> bool:
        """Whether what is looked at stands in the records of the list: an app may have renamed it."""
        rows = self._place.listed(roots) if self._place is not None else None
        if self._looked_at is None or not isinstance(rows, list) or not rows:
            return True
        if self._of_records:  # one that some lack tells them apart all the same
            return any(self._looked_at({**roots, "record": row}) is not None for row in rows)
        found = self._looked_at(roots)
        return not isinstance(found, list) or None not in found

    def _is_whole(self, roots: Values) -> bool:
        """Whether the list is one, or is left out where it would be: in an object."""
        if self._place is None:
            return True
        found = self._place.listed(roots)
        if self._hides and found in (None, "", []):
            return False
        if found is None:
            return not self._always and self._place.is_left_out(roots) and not self._is_renamed(self._place, roots)
        return isinstance(found, list) or found == ""

    def _is_renamed(self, place: Place, roots: Values) -> bool:
        """Whether another list stands where it would be. What has an id is a thing, which has lists of other things,
        too: these only keep one from concluding that something is gone."""
        holder = place.holder(roots) if place.holder is not None else None
        if isinstance(holder, dict) and holder.get("id") is not None and not self._concluded:
            return False
        return other_list(holder, self._beside) is not None


def _concluded(records: str | None, so: ConditionModel | None) -> bool | None:
    """What is said where nothing is found; None for a look that finds something in any case."""
    if records is not None:
        return False
    if so is None:
        return None
    if so.lacks is not None or so.empty is True:
        return True
    return False if so.has is not None or so.empty is False else None
