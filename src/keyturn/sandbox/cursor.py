"""Where a parser is in a text that falls into tokens."""

from __future__ import annotations

import re
from collections.abc import Callable


class Cursor:
    """A place in a text.

    Args:
        token: what a token is, white space before it included.
        failed: made to be raised where no token is.
    """

    def __init__(self, text: str, token: re.Pattern[str], failed: Callable[[], Exception]) -> None:
        self._text = text
        self._token = token
        self._failed = failed
        self._at = 0

    @property
    def at_end(self) -> bool:
        """Whether nothing is left."""
        return self._at == len(self._text)

    def next(self) -> re.Match[str]:
        """The next token, which is passed."""
        found = self._token.match(self._text, self._at)
        if found is None:
            raise self._failed()
        self._at = found.end()
        return found

    def take(self, wanted: Callable[[re.Match[str]], bool]) -> bool:
        """Pass the next token if it is as wanted; whether it was."""
        found = self._token.match(self._text, self._at)
        if found is None or not wanted(found):
            return False
        self._at = found.end()
        return True
