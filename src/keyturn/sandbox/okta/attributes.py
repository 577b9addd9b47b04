"""What the schemas of the pretend Okta org say of an attribute, and whether a value is one that it takes.

Source: https://developer.okta.com/docs/api/openapi/okta-management/management/tag/Schema/. An API token is an
administrator's, so that the permissions that people have of their own attributes (`SELF`) hide nothing from it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from keyturn.sandbox.accounts import OktaAccount
from keyturn.sandbox.core import Core
from keyturn.sandbox.okta.seed import USER_TYPE
from keyturn.sandbox.values import Json, JsonObject, as_list, as_object, as_text

# The attributes that every org has (https://developer.okta.com/docs/api/openapi/okta-management/management/tag/User/).
BASE_ATTRIBUTES = (
    *("login", "firstName", "lastName", "middleName", "honorificPrefix", "honorificSuffix", "email", "title"),
    *("displayName", "nickName", "profileUrl", "secondEmail", "mobilePhone", "primaryPhone", "streetAddress", "city"),
    *("state", "zipCode", "countryCode", "postalAddress", "preferredLanguage", "locale", "timezone", "userType"),
    *("employeeNumber", "costCenter", "organization", "division", "department", "managerId", "manager"),
)
OWN, CHANGED, OF_GROUPS = "okta.attributes", "okta.base_attributes", "okta.group_attributes"
TYPES = "okta.user_types"  # of those who have another type than the usual one
_BLANK = "{}: The field cannot be left blank"
_REQUIRED = ("login", "firstName", "lastName", "email")
_NAMES = ("firstName", "lastName")
_LONGEST_NAME = 50
EMAIL = r"[^@\s]+@[^@\s]+\.[^@\s]+"
# what of Okta's own attributes can be changed, and of which
_CHANGES = {"permissions": BASE_ATTRIBUTES, "master": BASE_ATTRIBUTES, "required": _NAMES, "pattern": ("login",)}
_TYPES: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "boolean": bool,
    "integer": int,
    "number": (int, float),
    "array": list,
}


def type_of(core: Core, account: OktaAccount) -> str:
    """The id of somebody's user type."""
    return as_text(core.shelf(TYPES).get(account.id, {}).get("id")) or USER_TYPE


def schema_of(kind: str) -> str:
    """The path of the schema of a user type."""
    return f"/meta/schemas/user/{'default' if kind == USER_TYPE else f'osc{kind[3:]}'}"


def shelf_of(kind: str, name: str) -> str:
    """Where what a schema of users has is kept; kind: the id of the user type that it is of."""
    return name if kind == USER_TYPE else f"{name}.{kind}"


def of_users(core: Core, kind: str = USER_TYPE) -> dict[str, JsonObject]:
    """The attributes of a user's profile, as the schema of a user type declares them."""
    return {**of_everybody(core, kind), **core.shelf(shelf_of(kind, OWN))}


def of_everybody(core: Core, kind: str = USER_TYPE) -> dict[str, JsonObject]:
    """Those of them that Okta has itself."""
    changed = core.shelf(shelf_of(kind, CHANGED))
    return {name: {**_base(name), **changed.get(name, {})} for name in BASE_ATTRIBUTES}


def of_groups(core: Core) -> dict[str, JsonObject]:
    """The attributes of a group's profile, as the schema declares them."""
    text: JsonObject = {"type": "string"}
    return {"name": text, "description": text, **core.shelf(OF_GROUPS)}


def changeable(name: str, declared: JsonObject) -> JsonObject:
    """What a change of one of Okta's own attributes changes; all else stays as it is."""
    return {key: value for key, value in declared.items() if name in _CHANGES.get(key, ())}


def described(name: str) -> JsonObject:
    """One of Okta's own attributes, as its schema shows it."""
    spaced = "".join(f" {letter}" if letter.isupper() else letter for letter in name)
    return {
        "title": spaced[:1].upper() + spaced[1:],
        **_base(name),
        "required": name in _REQUIRED,
        "mutability": "READ_WRITE",
        "scope": "NONE",
        "permissions": [{"principal": "SELF", "action": "READ_WRITE"}],
        "master": {"type": "PROFILE_MASTER"},
    }


def _base(name: str) -> JsonObject:
    held: JsonObject = {"type": "string"}
    if name in _REQUIRED:
        held["required"] = True
    if name in _NAMES:
        held.update(minLength=1, maxLength=_LONGEST_NAME)
    return held


def complaints(profile: JsonObject, known: Mapping[str, JsonObject]) -> Iterator[str]:
    """What is wrong with a profile by a schema, as Okta words the causes of E0000001; known: its attributes."""
    for name in sorted(profile.keys() - known.keys()):
        yield f"{name}: Property name '{name}' is not defined in the schema"
    for name, declared in known.items():
        wrong = _wrong(profile.get(name), declared)
        if wrong:
            yield wrong.format(name)


def frozen(profile: JsonObject, before: JsonObject, known: Mapping[str, JsonObject]) -> Iterator[str]:
    """What a change of a profile touches that nobody may change, or not once it is there."""
    for name, declared in known.items():
        held, kind = before.get(name), declared.get("mutability")
        fixed = kind == "READ_ONLY" or (kind == "IMMUTABLE" and held is not None)
        if fixed and profile.get(name) != held:
            yield f"{name}: The attribute is read-only"


def with_defaults(profile: JsonObject, known: Mapping[str, JsonObject]) -> JsonObject:
    """A new profile, with what the schema says of attributes that nothing is said of."""
    usual = {name: declared["default"] for name, declared in known.items() if declared.get("default") is not None}
    return {**usual, **profile}


def required(attributes: Mapping[str, Json]) -> list[Json]:
    """The names of those attributes that have to be there."""
    return [name for name, declared in attributes.items() if as_object(declared).get("required") is True]


def unique(known: Mapping[str, JsonObject]) -> list[str]:
    """The names of those attributes of which nobody may have a value that somebody else has."""
    return [name for name, declared in known.items() if declared.get("unique") in (True, "UNIQUE_VALIDATED")]


def _wrong(value: Json, declared: JsonObject) -> str:
    """What is wrong with a value, with a place for the attribute's name; empty if nothing is."""
    text = declared.get("type") == "string"
    blank = not value.strip() if isinstance(value, str) else text or value in (None, [])
    if blank and declared.get("required") is True:
        return _BLANK
    if value is None:
        return ""
    if not _is_declared(value, declared):
        return "{}: Input value does not match declared type"
    return next(_beyond(value, declared), "")


def _is_declared(value: Json, declared: JsonObject) -> bool:
    """Whether a value is of the type that a schema declares; what has no type takes anything."""
    kind = as_text(declared.get("type"))
    if kind not in _TYPES:
        return True
    if not isinstance(value, _TYPES[kind]) or (isinstance(value, bool) and kind != "boolean"):
        return False
    items = as_object(declared.get("items"))
    return all(item is not None and _is_declared(item, items) for item in as_list(value))


def _beyond(value: Json, declared: JsonObject) -> Iterator[str]:
    """How a value of the right type is not one of those that are allowed."""
    fixed = _fixed(declared)
    if fixed and value not in fixed:
        yield "{}: The value is not one of the enumerated values of the attribute"
    allowed = _fixed(as_object(declared.get("items")))
    if allowed and any(item not in allowed for item in as_list(value)):
        yield "{}: The value is not one of the enumerated values of the attribute"
    if isinstance(value, str):
        least, most, pattern = (declared.get(name) for name in ("minLength", "maxLength", "pattern"))
        if isinstance(least, int) and len(value) < least:
            yield f"{{}}: String is too short. The minimum length is {least}."
        if isinstance(most, int) and len(value) > most:
            yield f"{{}}: String is too long. The maximum length is {most}."
        if isinstance(pattern, str) and not re.fullmatch(pattern, value):
            yield "{}: Does not match required pattern"
    elif isinstance(value, (int, float)):
        least, most = declared.get("minimum"), declared.get("maximum")
        if isinstance(least, (int, float)) and value < least:
            yield f"{{}}: The value is too small. The minimum is {least}."
        if isinstance(most, (int, float)) and value > most:
            yield f"{{}}: The value is too large. The maximum is {most}."


def _fixed(declared: JsonObject) -> list[Json]:
    """The values that an attribute may have; none if it may have any."""
    return as_list(declared.get("enum")) or [as_object(each).get("const") for each in as_list(declared.get("oneOf"))]


def is_declaration(value: Json) -> bool:
    """Whether an attribute can be declared so: its type and that of its items are such, its pattern is one."""
    if not isinstance(value, dict):
        return False
    items = as_object(value.get("items"))
    if any(kind is not None and as_text(kind) not in _TYPES for kind in (value.get("type"), items.get("type"))):
        return False
    try:
        re.compile(as_text(value.get("pattern")))
    except re.error:
        return False
    return True
