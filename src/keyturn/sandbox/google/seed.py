"""What the pretend Google Workspace account holds on its first day: groups, units, devices, licences, app passwords."""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.sandbox.accounts import ALIAS_DOMAIN, Accounts
from keyturn.sandbox.google.products import PRODUCT
from keyturn.sandbox.holdings import Device, Team, devices, number_of, teams, uuid_of, word_of
from keyturn.sandbox.people import DOMAIN, Person
from keyturn.sandbox.values import JsonObject, Shelf

SEEDED_AT = "2026-01-05T08:00:00.000Z"
DOMAIN_CREATED = "1767600000000"
_DEVELOPING = ("Engineering", "IT", "Security")


def google_id(name: str) -> str:
    """The number that something of the first day always has."""
    return f"{number_of(f'google/{name}') % 10**21:021d}"


def google_shelves(people: tuple[Person, ...], accounts: Accounts) -> dict[str, Shelf]:
    """All that is not a user."""
    ids = {account.login: account.id for account in accounts.google}
    found = teams(people)
    used = devices(people)
    departments = sorted({person.department for person in people})
    return {
        "google.groups": {_group_id(team): _group(team) for team in found},
        "google.members": {_group_id(team): dict(_members(team, ids)) for team in found},
        "google.units": {f"/{name}": _unit(name) for name in (*departments, "Leavers")},
        "google.mobile": {_mobile_id(device): _mobile(device) for device in used if device.phone},
        "google.chromeos": dict(_chromeos(people)),
        "google.licences": {ids[person.login]: dict(_licences(person)) for person in people},
        "google.asps": {ids[person.login]: dict(_asps(person, ids)) for person in people},
        "google.activities": dict(_sign_ins(accounts)),
        "google.domains": {ALIAS_DOMAIN: domain_row(ALIAS_DOMAIN, verified=True)},
        "google.transfers": {},
        "google.deleted": {},
    }


def _group_id(team: Team) -> str:
    return f"0{word_of(f'google/group/{team.slug}', 14).lower()}"


def _group(team: Team) -> JsonObject:
    return {
        "kind": "admin#directory#group",
        "id": _group_id(team),
        "email": f"{team.slug}@{DOMAIN}",
        "name": team.name,
        "description": team.about,
        "adminCreated": True,
        "aliases": [],
        "nonEditableAliases": [],
    }


def _members(team: Team, ids: dict[str, str]) -> Iterator[tuple[str, JsonObject]]:
    owners = {person.login for person in team.owners}
    for person in dict.fromkeys((*team.members, *team.owners)):
        role = "OWNER" if person.login in owners else "MEMBER"
        yield ids[person.login], member(ids[person.login], person.login, role)


def member(member_id: str, email: str, role: str, kind: str = "USER") -> JsonObject:
    """A member of a group, as it is kept."""
    return {
        "kind": "admin#directory#member",
        "id": member_id,
        "email": email,
        "role": role,
        "type": kind,
        "status": "ACTIVE",
        "delivery_settings": "ALL_MAIL",
    }


def domain_row(name: str, *, verified: bool, primary: bool = False) -> JsonObject:
    """A domain of the company, as it is kept."""
    return {
        "kind": "admin#directory#domain",
        "etag": f'"{name}"',
        "domainName": name,
        "isPrimary": primary,
        "verified": verified,
        "creationTime": DOMAIN_CREATED,
    }


def _unit(name: str) -> JsonObject:
    return {
        "kind": "admin#directory#orgUnit",
        "name": name,
        "description": f"Everybody in {name}",
        "orgUnitPath": f"/{name}",
        "orgUnitId": f"id:{word_of(f'google/unit/{name}', 15).lower()}",
        "parentOrgUnitPath": "/",
        "parentOrgUnitId": f"id:{word_of('google/unit/', 15).lower()}",
        "blockInheritance": False,
    }


def _mobile_id(device: Device) -> str:
    return uuid_of(f"google/mobile/{device.key}")


def _mobile(device: Device) -> JsonObject:
    return {
        "kind": "admin#directory#mobiledevice",
        "resourceId": _mobile_id(device),
        "deviceId": word_of(f"google/mobile/{device.key}", 16).lower(),
        "name": [device.owner.name],
        "email": [device.owner.login],
        "model": device.model,
        "os": f"{device.system} {device.version}",
        "type": "IOS_SYNC" if device.system == "iOS" else "ANDROID",
        "status": "APPROVED",
        "serialNumber": device.serial,
        "manufacturer": device.maker,
        "firstSync": SEEDED_AT,
        "lastSync": SEEDED_AT,
        "managedAccountIsOnOwnerProfile": True,
    }


def _chromeos(people: tuple[Person, ...]) -> Iterator[tuple[str, JsonObject]]:
    """The support team works on Chromebooks."""
    for person in people:
        if person.department != "Support":
            continue
        key = uuid_of(f"google/chromeos/{person.login}")
        yield (
            key,
            {
                "kind": "admin#directory#chromeosdevice",
                "deviceId": key,
                "serialNumber": word_of(f"google/chromeos/{person.login}", 10).upper(),
                "status": "ACTIVE",
                "annotatedUser": person.login,
                "annotatedAssetId": f"CB-{1000 + person.number}",
                "annotatedLocation": "Seattle",
                "notes": "",
                "model": "HP Chromebook 14 G7",
                "osVersion": "140.0.7339.0",
                "platformVersion": "16371.0.0 (Official Build) stable-channel",
                "orgUnitPath": f"/{person.department}",
                "lastSync": SEEDED_AT,
                "lastEnrollmentTime": SEEDED_AT,
            },
        )


def _licences(person: Person) -> Iterator[tuple[str, JsonObject]]:
    if person.guest:
        return
    sku = "1010020020" if person.department in _DEVELOPING else "1010020028"
    yield f"{PRODUCT}/{sku}", {"productId": PRODUCT, "skuId": sku}


def _asps(person: Person, ids: dict[str, str]) -> Iterator[tuple[str, JsonObject]]:
    """Every third person has a password for an old mail program."""
    if person.number % 3 == 0:
        yield (
            "1",
            {
                "kind": "admin#directory#asp",
                "codeId": 1,
                "name": "Mail on my old phone",
                "creationTime": "1767600000000",
                "lastTimeUsed": "1769000000000",
                "userKey": ids[person.login],
            },
        )


def _sign_ins(accounts: Accounts) -> Iterator[tuple[str, JsonObject]]:
    """The last sign-in of everybody, oldest first."""
    for number, account in enumerate(sorted(accounts.google, key=lambda one: one.last_login), start=1):
        kind: JsonObject = {"name": "login_type", "value": "google_password"}
        yield (
            str(number),
            {
                "kind": "admin#reports#activity",
                "id": {
                    "time": account.last_login,
                    "uniqueQualifier": str(number_of(f"google/login/{account.login}") % 10**18),
                    "applicationName": "login",
                    "customerId": "C03sandbox",
                },
                "actor": {"callerType": "USER", "email": account.login, "profileId": account.id},
                "ipAddress": "127.0.0.1",
                "events": [{"type": "login", "name": "login_success", "parameters": [kind]}],
            },
        )
