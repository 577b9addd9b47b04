"""What Microsoft's description says of values of the right kind in words alone: addresses, numbers, names, times.

Source: the descriptions of the properties, which https://learn.microsoft.com/en-us/graph/api/overview has as well, and
https://learn.microsoft.com/en-us/graph/api/resources/phoneauthenticationmethod for phones.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from keyturn.sandbox.graph.time_zones import is_zone
from keyturn.sandbox.values import Json, as_text, moment

_ADDRESS = re.compile(r"[^\s@<>(),;:\\\"\[\]]+@[^\s@<>(),;:\\\"\[\]]+")
_PHONE = re.compile(r"\+[1-9]\d{0,3} \d(?:[ -]?\d){3,14}(?:x\d+)?", re.ASCII)
_NICKNAME = re.compile(r"[\x21-\x7e]+")
_NOT_IN_NICKNAME = frozenset("@()/[]';:<>,\"\\")
_POLICIES = frozenset({"None", "DisablePasswordExpiration", "DisableStrongPassword"})


@dataclass(frozen=True)
class _Limit:
    """keeps: whether a value keeps it; says: what it is."""

    keeps: Callable[[Json], bool]
    says: str = ""


def is_address(value: Json) -> bool:
    """Whether mail can be sent there; Exchange has addresses of its own kind as well."""
    text = as_text(value)
    return _ADDRESS.fullmatch(text) is not None or text.lower().startswith("/o=")


def _is_nickname(value: Json) -> bool:
    text = as_text(value)
    return _NICKNAME.fullmatch(text) is not None and not _NOT_IN_NICKNAME & set(text)


def _one_of(*values: str) -> _Limit:
    return _Limit(lambda value: value in values, f"it is one of {', '.join(values)}")


_AN_ADDRESS = _Limit(is_address, "it is no e-mail address")
_A_ZONE = _Limit(lambda value: is_zone(as_text(value)), "there is no such time zone")
_LIMITS = {
    "user": {
        "mail": _AN_ADDRESS,
        "otherMails": _AN_ADDRESS,
        "ageGroup": _one_of("Minor", "NotAdult", "Adult"),
        "consentProvidedForMinor": _one_of("Granted", "Denied", "NotRequired"),
        "passwordPolicies": _Limit(lambda value: {part.strip() for part in as_text(value).split(",")} <= _POLICIES),
    },
    "group": {"mailNickname": _Limit(_is_nickname, "it has characters that it may not have")},
    "temporaryAccessPassAuthenticationMethod": {
        "lifetimeInMinutes": _Limit(
            lambda value: isinstance(value, int) and 10 <= value <= 43_200, "it must be between 10 and 43200"
        )
    },
    "phoneAuthenticationMethod": {
        "phoneNumber": _Limit(
            lambda value: _PHONE.fullmatch(as_text(value)) is not None,
            "it must be like +1 5555551234 or +1 5555551234x123",
        )
    },
    "emailAuthenticationMethod": {"emailAddress": _AN_ADDRESS},
    "invitation": {"invitedUserEmailAddress": _AN_ADDRESS},
    "mailboxSettings": {"timeZone": _A_ZONE},
    "timeZoneBase": {"name": _A_ZONE},
    "dateTimeTimeZone": {
        "dateTime": _Limit(lambda value: "T" in as_text(value) and moment(as_text(value)) is not None, "it is no time"),
        "timeZone": _A_ZONE,
    },
}
_FOUND = {
    (f"microsoft.graph.{kind}", name.lower()): limit
    for kind, limits in _LIMITS.items()
    for name, limit in limits.items()
}


def broken_limit(kind: str, name: str, value: Json) -> str | None:
    """What is wrong with a value of a property, perhaps in no words; None if nothing is."""
    limit = _FOUND.get((kind, name.lower()))
    return None if limit is None or limit.keeps(value) else limit.says
