"""What a run that is run again knows of the attempts of the run before, of which nobody knows whether they did it.

It is in the journal of the nearest run that is there from the beginning. A helper run is made when its card is come to;
the calls that lead to it stand before the path: ``each[3]/leave>suspend``.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID, uuid5

_THROUGH = ">"


def child_id(parent: UUID, path: str) -> UUID:
    """The id of a helper run: the same whenever the parent is resumed."""
    return uuid5(parent, path)


def through(calls: Sequence[str], path: str) -> str:
    """The path of an effect of a helper run, as its caller's journal has it."""
    return _THROUGH.join([*calls, path])


def placed(run_id: UUID, path: str) -> tuple[UUID, str]:
    """The run and the path of an effect, from where its caller's journal has it."""
    *calls, own = path.split(_THROUGH)
    for call in calls:
        run_id = child_id(run_id, call)
    return run_id, own
