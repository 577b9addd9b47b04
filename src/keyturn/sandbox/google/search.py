"""What Google's `query` takes: `givenName:eva isSuspended=true orgUnitPath='/Sales'`, all of them together.

Source: https://developers.google.com/workspace/admin/directory/v1/guides/search-users and .../search-groups.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TypeAlias

from keyturn.sandbox.filters import values_at
from keyturn.sandbox.google import words
from keyturn.sandbox.values import Json, JsonObject, normal

# where a row says who manages the user: all managers up to the top, and the next one
ABOVE, DIRECT = "above", "direct"
Condition: TypeAlias = Callable[[JsonObject], bool]

_PART = re.compile(
    r"\s*(?:(?P<field>[A-Za-z][\w.]*)(?P<operator>:\{|[:=]|>=|<=|[<>]))?(?P<value>'(?:[^'\\]|\\.)*'|\"[^\"]*\"|\S+)"
)
_NAMES = ("primaryEmail", "name.givenName", "name.familyName", "name.fullName", "aliases")
# https://developers.google.com/workspace/admin/directory/v1/guides/search-users, "Search for a user's address"
_ADDRESS = {
    "PoBox": "poBox",
    "Extended": "extendedAddress",
    "Street": "streetAddress",
    "Locality": "locality",
    "Region": "region",
    "PostalCode": "postalCode",
    "Country": "country",
}
_USER_FIELDS: dict[str, tuple[str, ...]] = {
    "name": ("name.givenName", "name.familyName", "name.fullName"),
    "givenName": ("name.givenName",),
    "familyName": ("name.familyName",),
    "email": ("primaryEmail", "aliases", "nonEditableAliases", "emails.address"),
    "orgName": ("organizations.name",),
    "orgTitle": ("organizations.title",),
    "orgDepartment": ("organizations.department",),
    "orgCostCenter": ("organizations.costCenter",),
    "orgDescription": ("organizations.description",),
    "manager": (f"{ABOVE}.email",),
    "managerId": (f"{ABOVE}.id",),
    "directManager": (f"{DIRECT}.email",),
    "directManagerId": (f"{DIRECT}.id",),
    "phone": ("phones.value",),
    "im": ("ims.im",),
    "address": ("addresses.formatted", *(f"addresses.{part}" for part in _ADDRESS.values())),
    **{f"address{name}": (f"addresses.{part}",) for name, part in _ADDRESS.items()},
    "orgUnitPath": ("orgUnitPath",),
    "isAdmin": ("isAdmin",),
    "isDelegatedAdmin": ("isDelegatedAdmin",),
    "isSuspended": ("suspended",),
    "isArchived": ("archived",),
    "isEnrolledIn2Sv": ("isEnrolledIn2Sv",),
    "isEnforcedIn2Sv": ("isEnforcedIn2Sv",),
    "externalId": ("externalIds.value",),
}
_GROUP_FIELDS: dict[str, tuple[str, ...]] = {
    "name": ("name",),
    "email": ("email", "aliases", "nonEditableAliases"),
    "memberKey": ("memberKeys",),
}


def user_query(text: str, own: Iterable[str] = ()) -> Condition:
    """The condition of a query for users, whose rows say who is ABOVE them and DIRECT. `own` are the customer's own
    fields, `schema.field` each. Raises Refused (400)."""
    return _condition(
        text,
        {**_USER_FIELDS, **{name: (f"customSchemas.{name}", f"customSchemas.{name}.value") for name in own}},
        _NAMES,
    )


def group_query(text: str) -> Condition:
    """The condition of a query for groups, whose rows have `memberKeys`. Raises Refused (400)."""
    return _condition(text, _GROUP_FIELDS, ("name", "email"))


def _condition(text: str, fields: dict[str, tuple[str, ...]], anywhere: tuple[str, ...]) -> Condition:
    parts: list[Condition] = []
    at = 0
    while at < len(text.rstrip()):
        found = _PART.match(text, at)
        if found is None:
            raise words.invalid("query")
        at = found.end()
        paths = anywhere if found["field"] is None else fields.get(found["field"])
        if paths is None:
            raise words.invalid("query")
        parts.append(_part(paths, found["operator"] or ":", _value(found["value"])))
    return lambda row: all(part(row) for part in parts)


def _value(text: str) -> str:
    if text[:1] in "'\"":
        return normal(re.sub(r"\\(.)", r"\1", text[1:-1]))
    return normal(text)


def _part(paths: tuple[str, ...], operator: str, wanted: str) -> Condition:
    def meets(row: JsonObject) -> bool:
        return any(_fits(held, operator, wanted) for path in paths for held in values_at(row, path))

    return meets


def _fits(held: Json, operator: str, wanted: str) -> bool:
    if isinstance(held, dict):
        return False
    if isinstance(held, bool):
        return wanted == str(held).lower()
    text = normal(str(held))
    if operator == "=":
        # a unit is found with all that is below it
        return text == wanted or (wanted.startswith("/") and text.startswith(wanted.rstrip("/") + "/"))
    if operator != ":":
        raise words.invalid("query")
    return text.startswith(wanted[:-1]) if wanted.endswith("*") else wanted in text
