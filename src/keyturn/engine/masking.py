"""Keeps secrets out of what is stored for people to read, and cuts what is too large to show.

A value is masked by its type (``secret``), by its text (every place where a known secret stands), and by the
name of its field (``password``, ``access_token``...). What was cut says so.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote_plus

from keyturn.flows.json import JSON, Values
from keyturn.flows.urls import encoded_forms

MASK = "[secret]"
_SHORTEST = 4
# Words of which histories are full; a secret that is one is hidden where it stands, or nothing could be read any more.
_ORDINARY = frozenset(
    {"true", "false", "null", "none", "done", "failed", "changed", "already", "absent", "active", "created", "status"}
)
_WORDS = (
    "password, passwd, secret, passcode, assertion, authorization, client secret, client assertion, shared secret, "
    "access token, refresh token, id token, session token, state token, activation token, recovery token, "
    "new password, old password, temp password, activation url, reset password url, temporary access pass, "
    "verification code, secret text, api key, private key, device code, code verifier"
)
# Names without case, as apps write them: clientSecret, client_secret, client-secret, "Client Secret".
_NAMES = frozenset(mark.join(name.split()) for name in _WORDS.split(", ") for mark in ("", "_", "-", " "))
# Whatever stands before: currentPassword, user_password, webhookSecret (as in ``http.masking``, which masks exchanges).
_ENDINGS = re.compile(
    r"(?:pass(?:word|wd|wordBase64|phrase|[-_ ]?code)|(?:bypass|recovery)[-_ ]?code|secret|(?:api|auth)[-_ ]?token"
    r"|(?:private|api|secret|access|recovery)[-_ ]?key|private[-_ ]?key[-_ ]?data)\Z",
    re.IGNORECASE,
)
_LONGEST_NAME = 120
# Okta's recovery question, with which an account is opened; Microsoft's BitLocker recovery keys.
_ANSWER, _QUESTION = "answer", "question"
_KEY, _CONTEXT, _RECOVERY = "key", "@odata.context", "recoveryKeys"
_SHOWN_ITEMS = 1_000
_SHOWN_TEXT = 64_000
_CONTAINERS = (dict, list)
_CUT = re.compile(r"\.\.\. cut: ([0-9]{1,18}) (?:characters|items) in all, the first ([0-9]{1,18}) are kept\Z")
_LONGEST_CUT = 100


@dataclass(frozen=True, slots=True)
class Beginning:
    """How much was kept of a value that was cut: characters of a text, items of a list.

    Attributes:
        whole: how many there were.
    """

    kept: int
    whole: int


class Masker:
    """Knows the secrets of one run."""

    def __init__(self) -> None:
        self._secrets: set[str] = set()
        self._short: set[str] = set()
        self._sorted: tuple[str, ...] = ()

    @property
    def secrets(self) -> frozenset[str]:
        return frozenset(self._secrets)

    @property
    def short(self) -> frozenset[str]:
        """Secrets that are masked by where they come from only."""
        return frozenset(self._short)

    def learn(self, value: JSON) -> None:
        """Remember every text in a value as secret; very short ones, and words that are said of everything, are masked
        by where they come from only."""
        texts = {text for text in _texts(value) if text}
        told = {text for text in texts if len(text) >= _SHORTEST and text.lower() not in _ORDINARY}
        self._short |= texts - told
        new = told - self._secrets
        if new:
            self._secrets |= new
            # Longest first, so that a secret inside another one does not leave a rest behind.
            self._sorted = tuple(sorted({*self._sorted, *_forms(new)}, key=len, reverse=True))

    def holds(self, value: JSON) -> bool:
        """Whether a known secret stands somewhere in a value."""
        return bool(self._sorted) and any(secret in text for text in _texts(value) for secret in self._sorted)

    def names_in(self, values: Values) -> frozenset[str]:
        """The names of the values in which a known secret stands."""
        return frozenset(name for name, value in values.items() if self.holds(value)) if self._sorted else frozenset()

    def show(self, value: JSON) -> JSON:
        """What may be stored of a value for people: secrets masked, long texts and lists cut.

        Every value of every card passes here; nobody changes a value, so that one in which there is nothing to mask
        or to cut is given as it is.
        """
        return value if not self._sorted and _is_plain(value) else self._shown(value)

    def show_open(self, values: Values) -> JSON:
        """As ``show``, for values that all have open names (``is_open``)."""
        if not self._sorted:
            for value in values.values():
                if (type(value) is not str or len(value) > _SHOWN_TEXT) and not _is_plain(value):
                    break
            else:
                return values
        return self._shown(values)

    def _shown(self, value: JSON) -> JSON:
        """Once more it changes nothing."""
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, dict):
            beside = _secrets_beside(value)
            return {
                self._text(key): MASK
                if item and item is not True and (_is_secret(key) or key in beside)
                else self._shown(item)
                for key, item in value.items()
            }
        if isinstance(value, list):
            shown = [self._shown(item) for item in value[:_SHOWN_ITEMS]]
            if len(value) == _SHOWN_ITEMS + 1 and beginning_of(value):
                shown.append(value[-1])
            elif len(value) > _SHOWN_ITEMS:
                shown.append(f"... cut: {len(value)} items in all, the first {_SHOWN_ITEMS} are kept")
            return shown
        return value

    def show_values(self, values: Values) -> Values:
        """As ``show``, for an object."""
        shown = self.show(values)
        return shown if isinstance(shown, dict) else {}

    def show_made(self, values: Values, secret: frozenset[str]) -> Values:
        """As ``show_values``, where these names are made from secrets: without a known text in it, a value is hidden
        whole."""
        shown = self.show_values(values)
        for name in secret & shown.keys():
            shown[name] = self._hidden(values[name])
        return shown

    def _hidden(self, value: JSON) -> JSON:
        if isinstance(value, list):
            return [self._hidden(item) for item in value[:_SHOWN_ITEMS]]
        shown = self.show(value)
        return MASK if value and shown == value else shown

    def _text(self, text: str) -> str:
        for secret in self._sorted:
            if secret in text:
                text = text.replace(secret, MASK)
        if len(text) > _SHOWN_TEXT and not (len(text) <= _SHOWN_TEXT + _LONGEST_CUT and beginning_of(text)):
            said = f"cut: {len(text)} characters in all, the first {_SHOWN_TEXT} are kept"
            return f"{text[:_SHOWN_TEXT]}... {said}"
        return text


def beginning_of(value: JSON) -> Beginning | None:
    """What is kept of a text or list of which only the beginning is; None for all else, and what is cut deeper down."""
    said = value[-1] if isinstance(value, list) and value else value
    found = _CUT.search(said[-_LONGEST_CUT:]) if isinstance(said, str) else None
    return Beginning(kept=int(found[2]), whole=int(found[1])) if found else None


def names_masked(values: Values) -> frozenset[str]:
    """The names of the values, as they are shown, in which something is masked."""
    return frozenset(name for name, value in values.items() if any(MASK in text for text in _texts(value)))


def is_open(name: str) -> bool:
    """Whether a value by this name is neither masked for its name nor has its name cut."""
    return not _is_secret(name) and name not in (_ANSWER, _KEY) and len(name) <= _SHOWN_TEXT


def _secrets_beside(value: Values) -> tuple[str, ...]:
    """The names that are secret for what stands beside them."""
    keys = (_KEY,) if _RECOVERY in str(value.get(_CONTEXT, "")) else ()
    return (_ANSWER, *keys) if _QUESTION in value else keys


def _is_secret(name: str) -> bool:
    return len(name) <= _LONGEST_NAME and (name.lower() in _NAMES or _ENDINGS.search(name) is not None)


@lru_cache(maxsize=4096)  # asked of every name of every value that is shown, and most are the same few
def _is_told(name: str) -> bool:
    """Whether a name says that there may be something to mask beside it."""
    return _is_secret(name) or name in (_QUESTION, _CONTEXT)


def _is_plain(value: JSON) -> bool:
    """Whether there is nothing to mask by name and nothing to cut."""
    if isinstance(value, str):
        return len(value) <= _SHOWN_TEXT
    if isinstance(value, dict):
        for key, item in value.items():
            if len(key) > _LONGEST_NAME or _is_told(key):
                return False
            if isinstance(item, str):
                if len(item) > _SHOWN_TEXT:
                    return False
            elif isinstance(item, _CONTAINERS) and not _is_plain(item):
                return False
        return True
    if isinstance(value, list):
        return len(value) <= _SHOWN_ITEMS and all(map(_is_plain, value))
    return True


def _texts(value: JSON) -> Iterable[str]:
    """Every text in a value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _texts(item)


def _forms(secrets: Iterable[str]) -> Iterable[str]:
    """The secrets as they are, and as they look inside addresses and JSON."""
    for secret in secrets:
        yield from (secret, quote_plus(secret, errors="replace"), *encoded_forms(secret))
        yield from (json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1])
