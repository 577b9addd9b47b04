"""What stands in the pretend Microsoft 365 tenant beside its directory on the first day: apps of Intune, recovery keys,
access packages and who has them.

Source: https://learn.microsoft.com/en-us/graph/api/resources/intune-apps-mobileapp, .../bitlockerrecoverykey and
.../entitlementmanagement-overview.
"""

from __future__ import annotations

from keyturn.sandbox.accounts import Accounts
from keyturn.sandbox.graph.seed import ROLES, SEEDED_AT
from keyturn.sandbox.holdings import devices, number_of, uuid_of
from keyturn.sandbox.people import Person
from keyturn.sandbox.values import JsonObject, Shelf

# name | type | publisher
_APPS = (
    ("Microsoft 365 Apps for macOS", "macOSOfficeSuiteApp", "Microsoft"),
    ("Company Portal", "managedIOSStoreApp", "Microsoft"),
    ("Northwind Expenses", "webApp", "Northwind"),
)
# name of the package | department whose people have it
_PACKAGES = (("Sales tools", "Sales"), ("Engineering tools", "Engineering"))


def stock_shelves(people: tuple[Person, ...], accounts: Accounts) -> dict[str, Shelf]:
    """All of it."""
    ids = {account.login: account.id for account in accounts.graph}
    catalog: JsonObject = {
        "id": uuid_of("graph/catalog/General"),
        "displayName": "General",
        "description": "Built-in catalog.",
        "catalogType": "serviceDefault",
        "state": "published",
        "isExternallyVisible": False,
        "createdDateTime": SEEDED_AT,
    }
    shelves: dict[str, Shelf] = {
        "graph.deviceAppManagement/mobileApps": {
            "all": {_app_id(name): _app(name, kind, by) for name, kind, by in _APPS}
        },
        "graph.policies/roleManagementPolicies": {"all": {_policy_id(role): _role_policy(role) for role in ROLES}},
        "graph.policies/roleManagementPolicyAssignments": {
            "all": {f"{_policy_id(role)}_{key}": _policy_of_role(role, key) for role, key in ROLES.items()}
        },
        "graph.recovery_keys": {},
        "graph.packages": {},
        "graph.package_catalogs": {str(catalog["id"]): catalog},
        "graph.package_policies": {},
        "graph.package_assignments": {},
    }
    for device in devices(people):
        if device.system == "Windows":
            key = uuid_of(f"graph/recovery/{device.key}")
            shelves["graph.recovery_keys"][key] = {
                "id": key,
                "createdDateTime": SEEDED_AT,
                "deviceId": uuid_of(f"graph/device-id/{device.key}"),
                "volumeType": "operatingSystemVolume",
                "key": _recovery_key(device.key),
            }
    for name, department in _PACKAGES:
        package, policy = uuid_of(f"graph/package/{name}"), uuid_of(f"graph/package-policy/{name}")
        about: JsonObject = {"displayName": name, "description": f"For {department}.", "createdDateTime": SEEDED_AT}
        shelves["graph.packages"][package] = {"id": package, **about, "isHidden": False, "catalogId": catalog["id"]}
        shelves["graph.package_policies"][policy] = {"id": policy, **about, "packageId": package}
        for person in people:
            if person.department == department and not person.guest:
                key = uuid_of(f"graph/package-assignment/{name}/{person.login}")
                row = assignment(key, package, policy, ids[person.login], SEEDED_AT)
                shelves["graph.package_assignments"][key] = row
    return shelves


def assignment(key: str, package: str, policy: str, user: str, at: str) -> JsonObject:
    """That somebody has an access package, as it is kept."""
    schedule: JsonObject = {"startDateTime": at, "expiration": {"type": "noExpiration", "endDateTime": None}}
    row: JsonObject = {"id": key, "state": "delivered", "status": "Delivered", "expiredDateTime": None}
    return {**row, "schedule": schedule, "packageId": package, "policyId": policy, "userId": user}


def _policy_id(role: str) -> str:
    return f"DirectoryRole_{uuid_of('graph/tenant')}_{uuid_of(f'graph/role-policy/{role}')}"


def _role_policy(role: str) -> JsonObject:
    """What holds for those who take a role for a time."""
    about: JsonObject = {"displayName": "DirectoryRole", "description": "DirectoryRole", "isOrganizationDefault": False}
    scope: JsonObject = {"scopeId": "/", "scopeType": "DirectoryRole", "lastModifiedDateTime": None}
    return {"id": _policy_id(role), **about, **scope}


def _policy_of_role(role: str, key: str) -> JsonObject:
    scope: JsonObject = {"policyId": _policy_id(role), "scopeId": "/", "scopeType": "DirectoryRole"}
    return {"id": f"{_policy_id(role)}_{key}", **scope, "roleDefinitionId": key}


def _app_id(name: str) -> str:
    return uuid_of(f"graph/mobile-app/{name}")


def _app(name: str, kind: str, publisher: str) -> JsonObject:
    return {
        "@odata.type": f"#microsoft.graph.{kind}",
        "id": _app_id(name),
        "displayName": name,
        "description": name,
        "publisher": publisher,
        "createdDateTime": SEEDED_AT,
        "lastModifiedDateTime": SEEDED_AT,
        "isFeatured": False,
        "publishingState": "published",
    }


def _recovery_key(name: str) -> str:
    """Eight groups of six digits, each of which 11 divides, as BitLocker's are."""
    return "-".join(f"{number_of(f'{name}/{place}') % 65_536 * 11:06d}" for place in range(8))
