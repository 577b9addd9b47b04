"""Temporary access codes, by which users of the pretend Okta org sign in until they have something of their own.

Source: createTacAuthenticatorEnrollment in Okta's management OpenAPI description.
"""

from __future__ import annotations

from datetime import timedelta

from keyturn.sandbox.accounts import OktaAccount
from keyturn.sandbox.okta.object_seed import CODE_RULES
from keyturn.sandbox.okta.org import OktaOrg
from keyturn.sandbox.okta.users import ACCESS_CODES
from keyturn.sandbox.values import Json, JsonObject, as_object, as_text, millis
from keyturn.sandbox.wire import whole_number


def valid_code(org: OktaOrg, account: OktaAccount) -> list[JsonObject]:
    """The code that a user has, if there is one and its time is not over."""
    held = org.core.shelf(ACCESS_CODES).get(account.id)
    return [held] if held and as_text(held["expiresAt"]) > millis(org.core.clock()) else []


def given_code(org: OktaOrg, account: OktaAccount, body: JsonObject) -> tuple[JsonObject, str]:
    """A new code as it is kept, and its text. Raises Refused for what the org's authenticator does not give."""
    if account.status == "DEPROVISIONED":
        raise org.words.refuse("E0000038")
    profile = as_object(body.get("profile"))
    rules = {**CODE_RULES, **_rules(org, as_text(body.get("authenticatorId")))}
    lowest, highest = _number(rules["minTtl"]), _number(rules["maxTtl"])
    asked = profile.get("ttl", rules["defaultTtl"])
    minutes = whole_number(str(asked), 0, lowest, highest)
    if minutes is None:
        raise org.words.validation("ttl", f"ttl: must be a number of minutes from {lowest} to {highest}")
    if profile.get("multiUse") is True and rules["multiUseAllowed"] is not True:
        raise org.words.validation("multiUse", "multiUse: The authenticator does not allow it")
    now = org.core.clock()
    row: JsonObject = {
        "id": org.new_id("tac"),
        "factorType": "tac",
        "status": "ACTIVE",
        "created": millis(now),
        "lastUpdated": millis(now),
        "multiUse": profile.get("multiUse") is True,
        "expiresAt": millis(now + timedelta(minutes=minutes)),
    }
    return row, org.core.ids.word(_number(rules["length"]))


def _rules(org: OktaOrg, key: str) -> JsonObject:
    """The settings of the authenticator that is named."""
    found = org.core.shelf("okta.authenticators").get(key, {})
    if found.get("key") != "tac" or found.get("status") != "ACTIVE":
        raise org.words.validation("authenticatorId", "authenticatorId: must be that of an active TAC authenticator")
    return as_object(as_object(found.get("provider")).get("configuration"))


def _number(value: Json) -> int:
    return int(value) if isinstance(value, int | float) else 0
