"""What the pretend Okta org has been set up with on its first day: zones, policies, authenticators and the like."""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.sandbox.accounts import Accounts
from keyturn.sandbox.okta.seed import SEEDED_AT, okta_id
from keyturn.sandbox.values import Json, JsonObject, Shelf

RULES = "okta.policy_rules"
_ZONES = (("LegacyIpZone", "POLICY"), ("BlockedIpZone", "BLOCKLIST"))
_AUTHENTICATORS = (
    ("Password", "okta_password", "password"),
    ("Email", "okta_email", "email"),
    ("Phone", "phone_number", "phone"),
    ("Okta Verify", "okta_verify", "app"),
)
# What temporary access codes are like, where an org says nothing else.
CODE_RULES: JsonObject = {
    "minTtl": 10,
    "maxTtl": 14_400,
    "defaultTtl": 120,
    "length": 16,
    "complexity": {"numbers": True, "letters": True, "specialCharacters": False},
    "multiUseAllowed": True,
}
_ANYWHERE: JsonObject = {"network": {"connection": "ANYWHERE"}}
# type of the policy | type of its rules | what the rule does
_POLICIES: tuple[tuple[str, str, JsonObject], ...] = (
    (
        "OKTA_SIGN_ON",
        "SIGN_ON",
        {
            "signon": {
                "access": "ALLOW",
                "requireFactor": False,
                "session": {
                    "usePersistentCookie": False,
                    "maxSessionIdleMinutes": 120,
                    "maxSessionLifetimeMinutes": 0,
                },
            }
        },
    ),
    (
        "PASSWORD",
        "PASSWORD",
        {
            "passwordChange": {"access": "ALLOW"},
            "selfServicePasswordReset": {"access": "ALLOW"},
            "selfServiceUnlock": {"access": "DENY"},
        },
    ),
    ("MFA_ENROLL", "MFA_ENROLL", {"enroll": {"self": "CHALLENGE"}}),
    (
        "ACCESS_POLICY",
        "ACCESS_POLICY",
        {
            "appSignOn": {
                "access": "ALLOW",
                "verificationMethod": {"factorMode": "2FA", "type": "ASSURANCE", "reauthenticateIn": "PT2H"},
            }
        },
    ),
)
# Policies of other types are for whoever an app or a rule of theirs names, and say null of people.
_OF_PEOPLE = ("OKTA_SIGN_ON", "PASSWORD", "MFA_ENROLL")


def object_shelves(accounts: Accounts) -> dict[str, Shelf]:
    """What is kept as it is given."""
    realm: JsonObject = {"isDefault": True, "profile": {"name": "Default Realm"}}
    shelves: dict[str, Shelf] = {
        "okta.zones": dict(_zones()),
        "okta.authenticators": dict(_authenticators()),
        "okta.authorizationServers": dict(_servers()),
        "okta.realms": dict([_row("guo", "Default", realm)]),
        "okta.api-tokens": dict(_tokens(accounts)),
        "okta.brands": dict([_row("bnd", "Default", {"name": "Northwind", "isDefault": True, "locale": "en"})]),
        "okta.features": dict(_features()),
        "okta.policies": {},
        RULES: {},
    }
    everyone = okta_id("00g", "Everyone")
    for kind, rule, actions in _POLICIES:
        people: Json = {"people": {"groups": {"include": [everyone]}}} if kind in _OF_PEOPLE else None
        about = {"type": kind, "name": "Default Policy", "description": "For everybody.", "priority": 1}
        key, policy = _row("00p", kind, {**about, **_switched(system=True), "conditions": people})
        shelves["okta.policies"][key] = policy
        own = {"type": rule, "name": "Default Rule", "priority": 1, **_switched(system=True)}
        rule_key, row = _row("0pr", f"policy/{kind}", {**own, "conditions": _ANYWHERE, "actions": actions})
        shelves[RULES][key] = {rule_key: row}
    return shelves


def _row(prefix: str, name: str, values: JsonObject) -> tuple[str, JsonObject]:
    key = okta_id(prefix, name)
    return key, {"id": key, **values, "created": SEEDED_AT, "lastUpdated": SEEDED_AT}


def _switched(*, system: bool) -> JsonObject:
    return {"status": "ACTIVE", "system": system}


def _zones() -> Iterator[tuple[str, JsonObject]]:
    for name, usage in _ZONES:
        values: JsonObject = {"type": "IP", "name": name, "usage": usage, "gateways": None, "proxies": None}
        yield _row("nzo", name, {**values, **_switched(system=True)})
    office: list[Json] = [{"type": "CIDR", "value": "203.0.113.0/24"}]
    values = {"type": "IP", "name": "Head office", "usage": "POLICY", "gateways": office, "proxies": None}
    yield _row("nzo", "Head office", {**values, **_switched(system=False)})


def _authenticators() -> Iterator[tuple[str, JsonObject]]:
    for name, key, kind in _AUTHENTICATORS:
        yield _row("aut", key, {"key": key, "name": name, "type": kind, "status": "ACTIVE"})
    codes: JsonObject = {"key": "tac", "name": "Temporary Access Code", "type": "tac", "status": "ACTIVE"}
    yield _row("aut", "tac", {**codes, "provider": {"type": "tac", "configuration": dict(CODE_RULES)}})


def _servers() -> Iterator[tuple[str, JsonObject]]:
    values: JsonObject = {
        "name": "default",
        "description": "Default Authorization Server for your Applications",
        "audiences": ["api://default"],
        "issuer": "https://northwind.okta.example/oauth2/default",
        "issuerMode": "ORG_URL",
        "status": "ACTIVE",
    }
    key, row = _row("aus", "default", values)
    yield key, row


def _features() -> Iterator[tuple[str, JsonObject]]:
    for name in ("Realms", "Device assurance"):
        stage: JsonObject = {"state": "OPEN", "value": "EA"}
        about: JsonObject = {"name": name, "description": f"{name} are in use.", "type": "self-service"}
        yield _row("ftr", name, {**about, "stage": stage, "status": "ENABLED"})


def _tokens(accounts: Accounts) -> Iterator[tuple[str, JsonObject]]:
    for name, login in (("Provisioning script", "sam.okafor"), ("Report of sign-ins", "priya.raman")):
        owner = next(one.id for one in accounts.okta if one.login.startswith(login))
        values: JsonObject = {
            "name": name,
            "clientName": "Okta API",
            "userId": owner,
            "tokenWindow": "P30D",
            "expiresAt": "2026-12-31T08:00:00.000Z",
            "network": {"connection": "ANYWHERE"},
        }
        yield _row("00T", name, values)
