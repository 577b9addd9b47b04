"""Words for problems: what was probably meant, and values short enough to show."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

_LONGEST = 80


def nearest(wrong: str, known: Iterable[str]) -> str | None:
    """The known name that is most like a wrong one, or None if none is like it."""
    names = list(known)
    lower = {name.lower(): name for name in names}
    if wrong.lower() in lower:
        return lower[wrong.lower()]
    return next(iter(get_close_matches(wrong[:_LONGEST], names, 1)), None)


def did_you_mean(wrong: str, known: Iterable[str], all_of_them: str, none: str = "It has none.") -> str:
    """How to mend a wrong name: the nearest one, and all that there are.

    Args:
        all_of_them: what the list is introduced with, for example ``It has``.
        none: said where there is nothing to choose from.
    """
    names = list(known)
    near = nearest(wrong, names)
    listed = f"{all_of_them}: {', '.join(names)}." if names else none
    return f"Did you mean {near!r}? {listed}" if near else listed


def shown(value: object) -> str:
    """A value in a message, cut if it is long."""
    return cut(repr(value))


def cut(text: str) -> str:
    """A text that is short enough for a message."""
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "..."
