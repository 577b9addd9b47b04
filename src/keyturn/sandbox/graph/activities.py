"""What the audit log of the pretend Microsoft 365 tenant says was done: names, categories, and what was another before.

Source: https://learn.microsoft.com/en-us/entra/identity/monitoring-health/reference-audit-activities for names and
categories; .../graph/api/resources/directoryaudit for the rest.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

import orjson

from keyturn.sandbox.values import Json, JsonObject, as_list, as_object, as_text

# the set that a directory object is in, and its id
Place: TypeAlias = tuple[str, str]


@dataclass(frozen=True)
class Modified:
    """A property that was changed; values are JSON in a text, as Entra writes them."""

    name: str
    old: str | None = None
    new: str | None = None


@dataclass(frozen=True)
class Activity:
    """Something that was done.

    about: to what; other: what that was put into, or taken out of, or given; modified: what was changed of the first,
    if it is not just that; was: what the first was, if it is no longer there; reason: of the result.
    """

    name: str
    about: Place
    other: Place | None = None
    modified: tuple[Modified, ...] = ()
    was: JsonObject | None = None
    reason: str = ""

    @property
    def category(self) -> str:
        """The category."""
        return _CATEGORIES[self.name]

    @property
    def service(self) -> str:
        """The service that logs it."""
        return "Authentication Methods" if self.name in _SECURITY_INFO else "Core Directory"

    @property
    def operation(self) -> str:
        """The type of operation."""
        return next((kind for start, kind in _OPERATIONS if self.name.startswith(start)), "Update")


_SECURITY_INFO = ("Admin registered security info", "Admin updated security info", "Admin deleted security info")
_BY_CATEGORY: dict[str, tuple[str, ...]] = {
    "UserManagement": (
        *("Add user", "Update user", "Delete user", "Restore user", "Hard Delete user"),
        *("Disable account", "Enable account", "Reset user password", "Change user password"),
        *("Change user license", "Set user manager", "Update StsRefreshTokenValidFrom Timestamp"),
        *("Add app role assignment grant to user", "Remove app role assignment from user"),
        *_SECURITY_INFO,
    ),
    "GroupManagement": (
        *("Add group", "Update group", "Delete group", "Restore group", "Hard Delete group", "Set group license"),
        *("Add member to group", "Remove member from group", "Add owner to group", "Remove owner from group"),
        *("Add app role assignment to group", "Remove app role assignment from group"),
    ),
    "RoleManagement": (
        *("Add role from template", "Update role", "Add member to role", "Remove member from role"),
        *("Add eligible member to role", "Remove eligible member from role"),
    ),
    "ApplicationManagement": (
        *("Add application", "Update application", "Delete application", "Restore application"),
        *("Hard Delete application", "Add owner to application", "Remove owner from application"),
        "Update application - Certificates and secrets management",
        *("Add service principal", "Update service principal", "Remove service principal"),
        *("Restore service principal", "Hard delete service principal"),
        *("Add owner to service principal", "Remove owner from service principal"),
        *("Add service principal credentials", "Remove service principal credentials"),
        *("Add app role assignment to service principal", "Remove app role assignment from service principal"),
        *("Add delegated permission grant", "Remove delegated permission grant"),
    ),
    "Device": (
        *("Add device", "Update device", "Delete device"),
        *("Add registered owner to device", "Remove registered owner from device"),
        *("Add registered users to device", "Remove registered users from device"),
    ),
    "AdministrativeUnit": (
        *("Add administrative unit", "Update administrative unit", "Delete administrative unit"),
        *("Restore administrative unit", "Hard Delete administrative unit"),
        *("Add member to administrative unit", "Remove member from administrative unit"),
    ),
}
_CATEGORIES = {name: category for category, names in _BY_CATEGORY.items() for name in names}
_PUT_IN = ("member", "owner", "app role assignment", "eligible member", "delegated permission grant", "registered")
# how names begin: type of operation; any other is an update
_OPERATIONS = (
    *((f"Add {what}", "Assign") for what in _PUT_IN),
    *((f"Remove {what}", "Unassign") for what in _PUT_IN),
    *(("Add", "Add"), ("Admin registered", "Add"), ("Admin deleted", "Delete")),
    *(("Delete", "Delete"), ("Hard", "Delete"), ("Remove", "Delete")),
)
NOUNS = {
    "users": "user",
    "groups": "group",
    "devices": "device",
    "applications": "application",
    "servicePrincipals": "service principal",
    "directoryRoles": "role",
    "administrativeUnits": "administrative unit",
}
_VERBS = {"created": "Add", "updated": "Update", "deleted": "Delete", "restored": "Restore", "purged": "Hard Delete"}
_OWN_NAMES = {
    ("directoryRoles", "created"): "Add role from template",
    ("servicePrincipals", "deleted"): "Remove service principal",
    ("servicePrincipals", "purged"): "Hard delete service principal",
}
# properties that Entra calls otherwise than Graph does, but for the first letter
_CALLED = {
    "mobilePhone": "Mobile",
    "businessPhones": "TelephoneNumber",
    "officeLocation": "PhysicalDeliveryOfficeName",
    "otherMails": "OtherMail",
    "signInSessionsValidFromDateTime": "StsRefreshTokensValidFrom",
    "assignedLicenses": "AssignedLicense",
}
# what no log says
_SECRET = frozenset({"passwordProfile", "id"})
_INCLUDED = "Included Updated Properties"


def usual(kind: str, change: str, key: str, was: JsonObject | None = None) -> Activity:
    """What is done if nothing else is said: an object was added, updated, deleted, restored or deleted for good."""
    return Activity(_OWN_NAMES.get((kind, change)) or f"{_VERBS[change]} {NOUNS[kind]}", (kind, key), was=was)


def modified(before: JsonObject, after: JsonObject, names: Iterable[str]) -> tuple[Modified, ...]:
    """Which of the properties are others than before, and at last their names."""
    rows = [
        Modified(_called(name), _listed(before.get(name)), _listed(after.get(name)))
        for name in names
        if name not in _SECRET and before.get(name) != after.get(name)
    ]
    return (*rows, Modified(_INCLUDED, new=written(", ".join(row.name for row in rows)))) if rows else ()


def written(value: Json) -> str | None:
    """A value as it is written in the log; None for none."""
    return None if value is None else orjson.dumps(value).decode()


def linked(kind: str, row: JsonObject, *, comes: bool) -> tuple[Modified, ...]:
    """What is said of a group, role or the like that something comes to, or goes from."""
    noun = "".join(word.capitalize() for word in NOUNS[kind].split())
    values: list[tuple[str, Json]] = [("ObjectID", row.get("id")), ("DisplayName", row.get("displayName"))]
    if kind == "directoryRoles":
        values.append(("TemplateId", row.get("roleTemplateId")))
        values.append(("WellKnownObjectName", _WELL_KNOWN.get(as_text(row.get("displayName")))))
    elif kind == "groups":
        values.append(("WellKnownObjectName", None))
    elif kind in ("applications", "servicePrincipals"):
        values.append(("AppId", row.get("appId")))
    said = [(f"{noun}.{name}", written(value)) for name, value in values]
    return tuple(Modified(name, new=value) if comes else Modified(name, old=value) for name, value in said)


_WELL_KNOWN = {
    "Global Administrator": "TenantAdmins",
    "User Administrator": "UserAccountAdmins",
    "Helpdesk Administrator": "HelpdeskAdministrators",
    "Directory Readers": "DirectoryReaders",
}


def licences_written(licences: Json, account: str, parts: dict[str, str]) -> list[Json]:
    """Licences as the log has them; parts: what each is called, by its id."""
    return [
        f"[SkuName={parts.get(as_text(one['skuId']), '')}, AccountId={account}, SkuId={one['skuId']}, "
        f"DisabledPlans=[{', '.join(as_text(plan) for plan in as_list(one.get('disabledPlans')))}]]"
        for one in (as_object(each) for each in as_list(licences))
    ]


def _called(name: str) -> str:
    return _CALLED.get(name) or f"{name[:1].upper()}{name[1:]}"


def _listed(value: Json) -> str | None:
    held: list[Json] = [] if value is None else value if isinstance(value, list) else [value]
    return written(held)
