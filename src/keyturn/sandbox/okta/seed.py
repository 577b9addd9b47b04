"""What the pretend Okta org holds on its first day: groups, apps and who has them, factors, admin roles, devices."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from keyturn.sandbox.accounts import Accounts, OktaAccount
from keyturn.sandbox.holdings import Device, Team, devices, teams, uuid_of, word_of
from keyturn.sandbox.people import Person
from keyturn.sandbox.values import Json, JsonObject, Shelf, as_text

SEEDED_AT = "2026-01-05T08:00:00.000Z"
ORG = "00osandbox0000000001"
OKTA_CLIENT = "0oaSandboxServiceApp"
USER_TYPE = "otysandbox0000000001"
_NO_VISIBILITY: JsonObject = {
    "autoLaunch": False,
    "autoSubmitToolbar": False,
    "hide": {"iOS": False, "web": False},
    "appLinks": {"login": True},
}
_NO_VPN: JsonObject = {"vpn": {"network": {"connection": "DISABLED"}}}
# label | name of the integration | sign-on mode | teams that have it | features
_APPS = (
    ("Salesforce", "salesforce", "SAML_2_0", ("sales", "marketing", "support"), ("PUSH_NEW_USERS", "GROUP_PUSH")),
    ("Slack", "slack", "SAML_2_0", ("all-staff",), ("PUSH_NEW_USERS", "PUSH_USER_DEACTIVATION", "GROUP_PUSH")),
    ("GitHub Enterprise", "githubcloud", "SAML_2_0", ("engineering", "security"), ("GROUP_PUSH",)),
    ("Expense Portal", "bookmark", "BOOKMARK", ("all-staff",), ()),
    ("Payroll", "northwind_payroll", "AUTO_LOGIN", ("finance", "people"), ()),
    ("Status Dashboard", "oidc_client", "OPENID_CONNECT", ("it",), ()),
)


def okta_id(prefix: str, name: str) -> str:
    """The id that an object of the first day always has."""
    return f"{prefix}{word_of(f'okta/{prefix}/{name}', 20 - len(prefix))}"


def okta_shelves(people: tuple[Person, ...], accounts: Accounts) -> dict[str, Shelf]:
    """All that is not an account."""
    ids = {account.login: account.id for account in accounts.okta}
    everyone = okta_id("00g", "Everyone")
    found = teams(people)
    members: Shelf = {everyone: dict.fromkeys(ids.values(), SEEDED_AT)}
    groups: Shelf = {everyone: _group(everyone, "Everyone", "All users in your organization", "BUILT_IN")}
    owners: Shelf = {}
    for team in found:
        group_id = okta_id("00g", team.slug)
        groups[group_id] = _group(group_id, team.name, team.about, "OKTA_GROUP")
        members[group_id] = {ids[person.login]: SEEDED_AT for person in team.members}
        owners[group_id] = {ids[person.login]: "USER" for person in team.owners}
    apps = dict(_apps())
    used = devices(people)
    return {
        "okta.groups": groups,
        "okta.members": members,
        "okta.owners": owners,
        "okta.rules": dict(_rules(found)),
        "okta.apps": apps,
        "okta.app_groups": dict(_app_groups()),
        "okta.app_users": {app_id: {} for app_id in apps},
        "okta.factors": {account.id: dict(_factors(account)) for account in accounts.okta},
        "okta.user_grants": {account.id: dict(_grants(account)) for account in accounts.okta},
        "okta.roles": {account.id: dict(_roles(account)) for account in accounts.okta if account.admin},
        "okta.devices": {okta_id("guo", device.key): _device(device) for device in used},
        "okta.device_users": {okta_id("guo", each.key): {ids[each.owner.login]: SEEDED_AT} for each in used},
        "okta.attributes": {},
    }


def _group(group_id: str, name: str, about: str, kind: str) -> JsonObject:
    return {
        "id": group_id,
        "created": SEEDED_AT,
        "lastUpdated": SEEDED_AT,
        "lastMembershipUpdated": SEEDED_AT,
        "objectClass": ["okta:user_group"],
        "type": kind,
        "profile": {"name": name, "description": about},
    }


def _rules(found: Sequence[Team]) -> Iterator[tuple[str, JsonObject]]:
    """Department groups are filled by rules, which rest: their people are in already."""
    for team in found:
        if team.slug not in ("sales", "engineering"):
            continue
        rule_id = okta_id("0pr", team.slug)
        expression: JsonObject = {"value": f'user.department=="{team.name}"', "type": "urn:okta:expression:1.0"}
        yield (
            rule_id,
            {
                "type": "group_rule",
                "id": rule_id,
                "status": "INACTIVE",
                "name": f"{team.name} by department",
                "created": SEEDED_AT,
                "lastUpdated": SEEDED_AT,
                "conditions": {
                    "people": {"users": {"exclude": []}, "groups": {"exclude": []}},
                    "expression": expression,
                },
                "actions": {"assignUserToGroups": {"groupIds": [okta_id("00g", team.slug)]}},
            },
        )


def _apps() -> Iterator[tuple[str, JsonObject]]:
    for label, name, mode, _, features in _APPS:
        app_id = okta_id("0oa", label)
        yield app_id, app_document(app_id, label, name, mode, features, SEEDED_AT)
    service = app_document(OKTA_CLIENT, "Keyturn service", "oidc_client", "OPENID_CONNECT", (), SEEDED_AT)
    settings: JsonObject = {
        "oauthClient": {
            "application_type": "service",
            "grant_types": ["client_credentials"],
            "response_types": ["token"],
        }
    }
    client: JsonObject = {"client_id": OKTA_CLIENT, "token_endpoint_auth_method": "private_key_jwt"}
    yield OKTA_CLIENT, {**service, "settings": settings, "credentials": {"oauthClient": client}}


def app_document(app_id: str, label: str, name: str, mode: str, features: Sequence[str], at: str) -> JsonObject:
    """An application as Okta shows it, apart from its links."""
    return {
        "id": app_id,
        "orn": f"orn:okta:idp:{ORG}:apps:{name}:{app_id}",
        "name": name,
        "label": label,
        "status": "ACTIVE",
        "lastUpdated": at,
        "created": at,
        "accessibility": {"selfService": False, "errorRedirectUrl": None, "loginRedirectUrl": None},
        "visibility": _NO_VISIBILITY,
        "features": list(features),
        "signOnMode": mode,
        "credentials": {
            "userNameTemplate": {"template": "${source.login}", "type": "BUILT_IN"},
            "signing": {"kid": word_of(f"kid {app_id}", 43)},
        },
        "settings": {"app": _app_settings(mode, name), "notifications": _NO_VPN},
    }


def _app_settings(mode: str, name: str) -> JsonObject:
    if mode != "BOOKMARK":
        return {}
    return {"requestIntegration": False, "url": f"https://{name}.northwind.example/"}


def _app_groups() -> Iterator[tuple[str, JsonObject]]:
    for label, _, _, slugs, _ in _APPS:
        groups: JsonObject = {}
        for priority, slug in enumerate(slugs):
            group_id = okta_id("00g", slug)
            groups[group_id] = {"id": group_id, "lastUpdated": SEEDED_AT, "priority": priority, "profile": {}}
        yield okta_id("0oa", label), groups
    yield OKTA_CLIENT, {}


def _grants(account: OktaAccount) -> Iterator[tuple[str, Json]]:
    """Everybody has let the dashboard read their own account."""
    key = okta_id("oag", account.login)
    yield (
        key,
        {
            "id": key,
            "status": "ACTIVE",
            "created": SEEDED_AT,
            "lastUpdated": SEEDED_AT,
            "createdBy": {"id": account.id, "type": "User"},
            "clientId": okta_id("0oa", "Status Dashboard"),
            "scopeId": "okta.users.read.self",
            "source": "END_USER",
            "userId": account.id,
        },
    )


def _factors(account: OktaAccount) -> Iterator[tuple[str, Json]]:
    """A push factor for everybody, a text message as well for every second one."""
    push = okta_id("opf", account.login)
    yield (
        push,
        {
            "id": push,
            "factorType": "push",
            "provider": "OKTA",
            "vendorName": "OKTA",
            "status": "ACTIVE",
            "created": SEEDED_AT,
            "lastUpdated": SEEDED_AT,
            "profile": {"credentialId": account.login, "deviceType": "SmartPhone_IPhone", "name": "Phone"},
        },
    )
    if int(uuid_of(account.login)[:8], 16) % 2:
        sms = okta_id("mbl", account.login)
        yield (
            sms,
            {
                "id": sms,
                "factorType": "sms",
                "provider": "OKTA",
                "vendorName": "OKTA",
                "status": "ACTIVE",
                "created": SEEDED_AT,
                "lastUpdated": SEEDED_AT,
                "profile": {"phoneNumber": as_text(account.profile.get("mobilePhone")).replace("-", "")},
            },
        )


def _roles(account: OktaAccount) -> Iterator[tuple[str, Json]]:
    role_id = okta_id("ra1", account.login)
    yield (
        role_id,
        {
            "id": role_id,
            "label": "Super Administrator",
            "type": "SUPER_ADMIN",
            "status": "ACTIVE",
            "created": SEEDED_AT,
            "lastUpdated": SEEDED_AT,
            "assignmentType": "USER",
        },
    )


def _device(device: Device) -> JsonObject:
    platform = {"iOS": "IOS", "Android": "ANDROID", "macOS": "MACOS", "Windows": "WINDOWS"}[device.system]
    device_id = okta_id("guo", device.key)
    return {
        "id": device_id,
        "status": "ACTIVE",
        "created": SEEDED_AT,
        "lastUpdated": SEEDED_AT,
        "profile": {
            "displayName": device.name,
            "platform": platform,
            "manufacturer": device.maker,
            "model": device.model,
            "osVersion": device.version,
            "serialNumber": device.serial,
            "registered": True,
            "secureHardwarePresent": True,
            "diskEncryptionType": "USER" if device.phone else "ALL_INTERNAL_VOLUMES",
        },
        "resourceType": "UDDevice",
        "resourceDisplayName": {"value": device.name, "sensitive": False},
        "resourceAlternateId": None,
        "resourceId": device_id,
    }
