"""Keeps secrets out of what is stored for people to read, and cuts what is too large to show.

A value is masked by its type (``secret``), by its text (every place where a known secret stands), and by the
name of its field (``password``, ``access_token``...). What was cut says so.
"""

from __future__ import annotations

from keyturn.flows.json import JSON, Values

MASK = "[secret]"
_SHORTEST = 4
_NAMES = frozenset(
    {
        "password",
        "passwd",
        "secret",
        "client_secret",
        "access_token",
        "refresh_token",
        "id_token",
        "authorization",
    }
    | {"api_key", "apikey", "private_key", "client_assertion"}
)
_SHOWN_ITEMS = 1_000
_SHOWN_TEXT = 64_000


class Masker:
    """Knows the secrets of one run."""

    def __init__(self) -> None:
        self._secrets: set[str] = set()
        self._sorted: tuple[str, ...] = ()

    @property
    def secrets(self) -> frozenset[str]:
        return frozenset(self._secrets)

    def learn(self, value: JSON) -> None:
        """Remember every text in a value as secret; very short ones are masked by type only."""
        match value:
            case str() if len(value) >= _SHORTEST:
                self._secrets.add(value)
            case list():
                for item in value:
                    self.learn(item)
            case dict():
                for item in value.values():
                    self.learn(item)
            case _:
                return
        # Longest first, so that a secret inside another one does not leave a rest behind.
        self._sorted = tuple(sorted(self._secrets, key=len, reverse=True))

    def show(self, value: JSON) -> JSON:
        """A copy fit to be stored for people: secrets masked, long texts and lists cut.

        Every value of every card passes here: the usual ones take the short ways.
        """
        if value is None or value is True or value is False:
            return value
        if isinstance(value, str):
            return value if not self._sorted and len(value) <= _SHOWN_TEXT else self._text(value)
        if isinstance(value, dict):
            return {
                self._text(key): MASK if key.lower() in _NAMES and item else self.show(item)
                for key, item in value.items()
            }
        if isinstance(value, list):
            shown = [self.show(item) for item in value[:_SHOWN_ITEMS]]
            if len(value) > _SHOWN_ITEMS:
                shown.append(f"... cut: {len(value)} items in all, the first {_SHOWN_ITEMS} are kept")
            return shown
        return value

    def show_values(self, values: Values) -> Values:
        """As ``show``, for an object."""
        shown = self.show(values)
        return shown if isinstance(shown, dict) else {}

    def _text(self, text: str) -> str:
        for secret in self._sorted:
            if secret in text:
                text = text.replace(secret, MASK)
        if len(text) > _SHOWN_TEXT:
            said = f"cut: {len(text)} characters in all, the first {_SHOWN_TEXT} are kept"
            return f"{text[:_SHOWN_TEXT]}... {said}"
        return text
