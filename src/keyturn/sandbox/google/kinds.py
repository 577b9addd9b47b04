"""Kinds of plain values in what the pretend Google Workspace account is sent, and what Google tells of them in words.

Source: https://developers.google.com/workspace/admin/directory/reference/rest/v1/users, .../groups and .../members.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from keyturn.sandbox.values import Json, JsonObject

SHORTEST_PASSWORD = 8
_WHOLE, _NUMBER = re.compile(r"-?\d{1,20}"), re.compile(r"-?\d+(\.\d+)?([eE][-+]?\d+)?")
_PHONE = re.compile(r"\+[1-9]\d{6,14}")
_LOCAL, _LABEL = re.compile(r"[^\s@<>(),;:\"\[\]\\.]+(\.[^\s@<>(),;:\"\[\]\\.]+)*"), r"[^\W_]([\w-]*[^\W_])?"
_DOMAIN = re.compile(rf"{_LABEL}(\.{_LABEL})+")


def is_address(value: str) -> bool:
    """Whether mail could be sent there."""
    local, _, domain = value.rpartition("@")
    return _LOCAL.fullmatch(local) is not None and _DOMAIN.fullmatch(domain) is not None


def _numeric(value: Json, pattern: re.Pattern[str], *plain: type) -> bool:
    """Numbers may be written as texts, which is how JavaScript keeps long ones whole."""
    text = isinstance(value, str) and pattern.fullmatch(value) is not None
    return text or (isinstance(value, plain) and not isinstance(value, bool))


def _text(fits: Callable[[str], bool]) -> Callable[[Json], bool]:
    return lambda value: isinstance(value, str) and fits(value)


KINDS: Mapping[str, Callable[[Json], bool]] = {
    "string": _text(lambda value: True),
    "boolean": lambda value: isinstance(value, bool),
    "integer": lambda value: _numeric(value, _WHOLE, int),
    "number": lambda value: _numeric(value, _NUMBER, int, float),
    # nothing is what takes it away
    "address": _text(lambda value: value == "" or is_address(value)),
    "member": _text(lambda value: "@" not in value or is_address(value)),
    "phone": _text(lambda value: value == "" or _PHONE.fullmatch(value) is not None),
    "password": _text(lambda value: len(value) >= SHORTEST_PASSWORD),
}
WHY = {"password": f": it must have at least {SHORTEST_PASSWORD} characters"}


def _one(texts: str, **others: Json) -> JsonObject:
    return {**dict.fromkeys(texts.split(), "string"), **others}


_FLAG: Mapping[str, Json] = {"primary": "boolean"}
# what the descriptions leave open, or say of a text in words alone
TOLD: Mapping[str, JsonObject] = {
    "directory.User": {
        "primaryEmail": "address",
        "recoveryEmail": "address",
        "recoveryPhone": "phone",
        "password": "password",
        "hashFunction": "|MD5|SHA-1|crypt",
        "addresses": [
            _one(
                "country countryCode customType extendedAddress formatted locality poBox postalCode region "
                "streetAddress type",
                sourceIsStructured="boolean",
                **_FLAG,
            )
        ],
        "emails": [_one("customType type", address="address", **_FLAG)],
        "externalIds": [_one("customType type value")],
        "gender": _one("addressMeAs customGender type"),
        "ims": [_one("customProtocol customType im protocol type", **_FLAG)],
        "keywords": [_one("customType type value")],
        "languages": [_one("customLanguage languageCode preference")],
        "locations": [_one("area buildingId customType deskCode floorName floorSection type")],
        "notes": _one("contentType value"),
        "organizations": [
            _one(
                "costCenter customType department description domain location name symbol title type",
                fullTimeEquivalent="integer",
                **_FLAG,
            )
        ],
        "phones": [_one("customType type value", **_FLAG)],
        "posixAccounts": [
            _one(
                "accountId gecos homeDirectory operatingSystemType shell systemId username",
                gid="integer",
                uid="integer",
                **_FLAG,
            )
        ],
        "relations": [_one("customType type value")],
        "sshPublicKeys": [_one("fingerprint key", expirationTimeUsec="integer")],
        "websites": [_one("customType type value", **_FLAG)],
    },
    "directory.Alias": {"alias": "address"},
    "directory.DirectoryUsersCreateGuestRequest": {"primaryGuestEmail": "address"},
    "directory.Group": {"email": "address"},
    "directory.Member": {"email": "member", "delivery_settings": "|ALL_MAIL|DAILY|DIGEST|DISABLED|NONE"},
}
