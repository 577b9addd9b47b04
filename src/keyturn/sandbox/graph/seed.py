"""What the pretend Microsoft 365 tenant holds on its first day: groups, licences, roles, devices, sign-in methods."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from keyturn.sandbox.accounts import Accounts
from keyturn.sandbox.graph.own_attributes import OWN_ATTRIBUTES, own_attribute
from keyturn.sandbox.holdings import Device, Team, devices, number_of, teams, uuid_of
from keyturn.sandbox.people import DOMAIN, Person
from keyturn.sandbox.values import Json, JsonObject, Shelf

SEEDED_AT = "2026-01-05T08:00:00Z"
# of each phone that somebody may have, the same for everybody
PHONE_METHODS = {
    "mobile": "3179e48a-750b-4051-897c-87b9720928f7",
    "alternateMobile": "b6332ec1-7057-4abe-9331-3d72feddfe41",
    "office": "e37fc753-ff3b-4958-9484-eaa9425c82bc",
}
PASSWORD_METHOD = "28c10230-6103-485e-b985-444c60001490"
_UNIFIED = ("all-staff", "sales", "marketing")
# part number | id | service plans with their ids; ids as Microsoft lists them
# (https://learn.microsoft.com/en-us/entra/identity/users/licensing-service-plan-reference)
_SKUS = (
    (
        "SPE_E5",
        "06ebc4ee-1bb5-47dd-8120-11324bc54e06",
        (
            ("EXCHANGE_S_ENTERPRISE", "efb87545-963c-4e0d-99df-69c6916d9eb0"),
            ("TEAMS1", "57ff2da0-773e-42df-b2af-ffb7a2317929"),
            ("SHAREPOINTENTERPRISE", "5dbe027f-2339-4123-9542-606e4d348a72"),
        ),
        30,
    ),
    (
        "SPE_E3",
        "05e9a617-0261-4cee-bb44-138d3ef5d965",
        (
            ("EXCHANGE_S_ENTERPRISE", "efb87545-963c-4e0d-99df-69c6916d9eb0"),
            ("TEAMS1", "57ff2da0-773e-42df-b2af-ffb7a2317929"),
        ),
        60,
    ),
    ("EMS", "efccb6f7-5641-4e0e-bd10-b4976e1bf68e", (("INTUNE_A", "c1ec4a95-1f05-45b3-a911-aa3fa01094f5"),), 80),
    (
        "VISIOCLIENT",
        "c5928f49-12ba-48f7-ada3-0d743a3601d5",
        (("VISIO_CLIENT_SUBSCRIPTION", "663a804f-1c30-4ff0-9915-9db84f0d1cea"),),
        10,
    ),
)
# name | template id (https://learn.microsoft.com/en-us/entra/identity/role-based-access-control/permissions-reference)
ROLES = {
    "Global Administrator": "62e90394-69f5-4237-9190-012177145e10",
    "User Administrator": "fe930be7-5e62-47db-91af-98c3a49a38b1",
    "Helpdesk Administrator": "729827e3-9c14-49f7-bb1b-9608f156bbb8",
    "Groups Administrator": "fdd7a751-b60b-444a-984c-02652fe8fa1c",
    "License Administrator": "4d6ac14f-3453-41d0-bef9-a3e0c569773a",
    "Privileged Authentication Administrator": "7be44c8a-adaf-4e2a-84d6-ab2649e08a13",
    "Directory Readers": "88d8e3e3-8f55-4a1e-953a-9b9898b8876b",
}
_ACTIVE_ROLES = ("Global Administrator", "User Administrator", "Helpdesk Administrator", "Directory Readers")

AUTOPILOT = "graph.autopilot"
IDENTITY_NAMES = frozenset(
    {"id", "groupTag", "purchaseOrderIdentifier", "serialNumber", "productKey", "manufacturer", "model"}
    | {"enrollmentState", "lastContactedDateTime", "addressableUserName", "userPrincipalName", "resourceName"}
    | {"skuNumber", "systemFamily", "azureActiveDirectoryDeviceId", "managedDeviceId", "displayName"}
)
# Microsoft Graph is an application too, with this id in every tenant
# (https://learn.microsoft.com/en-us/graph/migrate-azure-ad-graph-configure-permissions)
GRAPH_APP = "00000003-0000-0000-c000-000000000000"


def graph_shelves(people: tuple[Person, ...], accounts: Accounts) -> dict[str, Shelf]:
    """All that is not a user."""
    ids = {account.login: account.id for account in accounts.graph}
    found = teams(people)
    used = devices(people)
    admins: JsonObject = {account.id: True for account in accounts.graph if account.admin}
    return {
        "graph.groups": {uuid_of(f"graph/group/{team.slug}"): _group(team) for team in found},
        "graph.members": {
            uuid_of(f"graph/group/{team.slug}"): {ids[person.login]: True for person in team.members} for team in found
        },
        "graph.owners": {
            uuid_of(f"graph/group/{team.slug}"): {ids[person.login]: True for person in team.owners} for team in found
        },
        "graph.managers": {
            ids[person.login]: {"id": ids[person.manager]} for person in people if person.manager is not None
        },
        "graph.skus": dict(_skus()),
        "graph.licences": {ids[person.login]: dict(_licences(person)) for person in people},
        "graph.roles": {uuid_of(f"graph/role/{name}"): _role(name) for name in _ACTIVE_ROLES},
        "graph.role_members": {uuid_of("graph/role/Global Administrator"): admins},
        "graph.devices": {uuid_of(f"graph/device/{each.key}"): _device(each) for each in used},
        "graph.device_owners": {uuid_of(f"graph/device/{each.key}"): {ids[each.owner.login]: True} for each in used},
        "graph.device_users": {uuid_of(f"graph/device/{each.key}"): {ids[each.owner.login]: True} for each in used},
        "graph.managed": {uuid_of(f"graph/managed/{each.key}"): _managed(each, ids) for each in used},
        AUTOPILOT: dict(_autopilot(used)),
        "graph.methods": {ids[person.login]: dict(_methods(person)) for person in people},
        "graph.apps": dict(_applications()),
        OWN_ATTRIBUTES: {uuid_of("graph/application/Northwind Expenses"): dict(_own_attributes())},
        "graph.consents": dict(_consents(people, ids)),
        "graph.deleted": {},
    }


def _group(team: Team) -> JsonObject:
    unified = team.slug in _UNIFIED
    kinds: list[Json] = ["Unified"] if unified else []
    return {
        "id": uuid_of(f"graph/group/{team.slug}"),
        "deletedDateTime": None,
        "classification": None,
        "createdDateTime": SEEDED_AT,
        "creationOptions": [],
        "description": team.about,
        "displayName": team.name,
        "expirationDateTime": None,
        "groupTypes": kinds,
        "isAssignableToRole": None,
        "mail": f"{team.slug}@{DOMAIN}" if unified else None,
        "mailEnabled": unified,
        "mailNickname": team.slug,
        "membershipRule": None,
        "membershipRuleProcessingState": None,
        "onPremisesSyncEnabled": None,
        "preferredDataLocation": None,
        "preferredLanguage": None,
        "proxyAddresses": [f"SMTP:{team.slug}@{DOMAIN}"] if unified else [],
        "renewedDateTime": SEEDED_AT,
        "securityEnabled": not unified,
        "securityIdentifier": f"S-1-12-1-{number_of(team.slug) % 10**9}",
        "theme": None,
        "visibility": "Private" if unified else None,
    }


def _skus() -> Iterator[tuple[str, JsonObject]]:
    for part, sku, plans, enabled in _SKUS:
        rows: list[Json] = [
            {
                "servicePlanId": plan_id,
                "servicePlanName": name,
                "provisioningStatus": "Success",
                "appliesTo": "User",
            }
            for name, plan_id in plans
        ]
        sku_id = f"{uuid_of('graph/tenant')}_{sku}"
        yield (
            sku_id,
            {
                "id": sku_id,
                "accountId": uuid_of("graph/tenant"),
                "accountName": "northwind",
                "appliesTo": "User",
                "capabilityStatus": "Enabled",
                "consumedUnits": 0,
                "prepaidUnits": {"enabled": enabled, "lockedOut": 0, "suspended": 0, "warning": 0},
                "servicePlans": rows,
                "skuId": sku,
                "skuPartNumber": part,
                "subscriptionIds": [uuid_of(f"graph/subscription/{part}")],
            },
        )


def _licences(person: Person) -> Iterator[tuple[str, Json]]:
    """E5 for those who look after security, E3 for all other employees, EMS for everybody employed."""
    if person.guest:
        return
    by_part = {part: sku for part, sku, _, _ in _SKUS}
    high = person.department in ("IT", "Security", "Executive")
    for part in ("SPE_E5" if high else "SPE_E3", "EMS"):
        yield by_part[part], {"disabledPlans": [], "skuId": by_part[part]}


def _role(name: str) -> JsonObject:
    return {
        "id": uuid_of(f"graph/role/{name}"),
        "deletedDateTime": None,
        "description": f"Members have the rights of the {name}.",
        "displayName": name,
        "roleTemplateId": ROLES[name],
    }


def _device(device: Device) -> JsonObject:
    return {
        "id": uuid_of(f"graph/device/{device.key}"),
        "deletedDateTime": None,
        "accountEnabled": True,
        "approximateLastSignInDateTime": SEEDED_AT,
        "createdDateTime": SEEDED_AT,
        "deviceId": uuid_of(f"graph/device-id/{device.key}"),
        "displayName": device.name,
        "isCompliant": True,
        "isManaged": True,
        "manufacturer": device.maker,
        "model": device.model,
        "operatingSystem": device.system,
        "operatingSystemVersion": device.version,
        "profileType": "RegisteredDevice",
        "trustType": "AzureAd" if not device.phone else "Workplace",
        "registrationDateTime": SEEDED_AT,
    }


def _managed(device: Device, ids: dict[str, str]) -> JsonObject:
    return {
        "id": uuid_of(f"graph/managed/{device.key}"),
        "userId": ids[device.owner.login],
        "deviceName": device.name,
        "managedDeviceOwnerType": "company",
        "enrolledDateTime": SEEDED_AT,
        "lastSyncDateTime": SEEDED_AT,
        "operatingSystem": device.system,
        "osVersion": device.version,
        "complianceState": "compliant",
        "azureADDeviceId": uuid_of(f"graph/device-id/{device.key}"),
        "emailAddress": device.owner.email,
        "userPrincipalName": device.owner.login,
        "userDisplayName": device.owner.name,
        "model": device.model,
        "manufacturer": device.maker,
        "serialNumber": device.serial,
        "managementAgent": "mdm",
    }


def identity(key: str, known: JsonObject) -> JsonObject:
    """A device as Autopilot keeps it."""
    empty: JsonObject = dict.fromkeys(sorted(IDENTITY_NAMES), "")
    return {**empty, "lastContactedDateTime": "0001-01-01T00:00:00Z", **known, "id": key}


def _autopilot(used: Sequence[Device]) -> Iterator[tuple[str, JsonObject]]:
    """Computers with Windows came by Autopilot, and are whose they are."""
    for device in used:
        if device.system == "Windows":
            key = uuid_of(f"graph/autopilot/{device.key}")
            about: JsonObject = {"serialNumber": device.serial, "manufacturer": device.maker, "model": device.model}
            whose: JsonObject = {"userPrincipalName": device.owner.login, "addressableUserName": device.owner.name}
            yield key, identity(key, {**about, **whose, "lastContactedDateTime": SEEDED_AT})


def password_method(at: str) -> JsonObject:
    """The sign-in method that everybody has who has a password."""
    return {"id": PASSWORD_METHOD, "kind": "password", "createdDateTime": at, "password": None}


def _methods(person: Person) -> Iterator[tuple[str, Json]]:
    """A password for everybody, and what the second factor is."""
    yield PASSWORD_METHOD, password_method(SEEDED_AT)
    phone = PHONE_METHODS["mobile"]
    number = f"+1 55501{person.number:02d}000"
    yield (
        phone,
        {
            "id": phone,
            "kind": "phone",
            "phoneNumber": number,
            "phoneType": "mobile",
            "smsSignInState": "notAllowedByPolicy",
            "createdDateTime": SEEDED_AT,
        },
    )
    if person.number % 3:
        key = uuid_of(f"graph/authenticator/{person.login}")
        yield (
            key,
            {
                "id": key,
                "kind": "microsoftAuthenticator",
                "displayName": "Phone",
                "deviceTag": "SoftwareTokenActivated",
                "phoneAppVersion": "6.8.10",
                "createdDateTime": SEEDED_AT,
            },
        )


def _applications() -> Iterator[tuple[str, JsonObject]]:
    for name in ("Northwind Expenses", "Northwind Wiki", "Microsoft Graph"):
        key = uuid_of(f"graph/application/{name}")
        own = name != "Microsoft Graph"
        yield (
            key,
            {
                "id": key,
                "deletedDateTime": None,
                "accountEnabled": True,
                "appDisplayName": name,
                "appId": uuid_of(f"graph/app-id/{name}") if own else GRAPH_APP,
                "displayName": name,
                "servicePrincipalType": "Application",
                "signInAudience": "AzureADMyOrg" if own else "AzureADMultipleOrgs",
                "appRoles": [],
                "tags": ["WindowsAzureActiveDirectoryIntegratedApp"] if own else [],
            },
        )


def _own_attributes() -> Iterator[tuple[str, Json]]:
    """What the application for expenses wants to know of people."""
    apps = dict(_applications())
    app = apps[uuid_of("graph/application/Northwind Expenses")]
    for name, kind in (("costCenter", "String"), ("approvalLimit", "Integer")):
        key = uuid_of(f"graph/extension/{name}")
        yield key, own_attribute(key, app, name, kind, ("User",))


def _consents(people: tuple[Person, ...], ids: dict[str, str]) -> Iterator[tuple[str, JsonObject]]:
    """An administrator has allowed one application for all; everybody employed has allowed another by themselves, and
    every third one has let the first read mail."""
    yield _consent("Northwind Expenses", None, "User.Read")
    for person in people:
        if person.guest:
            continue
        yield _consent("Northwind Wiki", ids[person.login], "openid profile User.Read offline_access")
        if person.number % 3 == 0:
            yield _consent("Northwind Expenses", ids[person.login], "Mail.Read offline_access")


def _consent(app: str, principal: str | None, scope: str) -> tuple[str, JsonObject]:
    key = uuid_of(f"graph/consent/{app}/{principal}").replace("-", "")
    row: JsonObject = {
        "id": key,
        "clientId": uuid_of(f"graph/application/{app}"),
        "consentType": "AllPrincipals" if principal is None else "Principal",
        "principalId": principal,
        "resourceId": uuid_of("graph/application/Microsoft Graph"),
        "scope": scope,
    }
    return key, row
