"""Creating a user of the pretend Okta org.

Source: createUser in Okta's management OpenAPI description: a user with a password becomes ACTIVE, one without is
PROVISIONED until the person sets one, and one that is not activated is STAGED.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from keyturn.sandbox.accounts import OktaAccount
from keyturn.sandbox.core import Core
from keyturn.sandbox.okta_words import OktaWords
from keyturn.sandbox.values import JsonObject, as_object, as_text, millis

_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_REQUIRED = ("firstName", "lastName", "email", "login")
_BLANK = "{}: The field cannot be left blank"
_LONGEST_NAME = 50


@dataclass(frozen=True)
class Wanted:
    """What a request asks for."""

    profile: JsonObject
    password: bool
    activate: bool


def create_user(core: Core, words: OktaWords, wanted: Wanted) -> OktaAccount:
    """Add a user. Raises Refused as Okta refuses: all that is wrong with the profile, or a login that is taken."""
    causes = list(_complaints(wanted.profile))
    if causes:
        raise words.validation(causes[0].partition(":")[0], *causes)
    login = as_text(wanted.profile["login"])
    if core.world.accounts.find_okta(login) is not None:
        raise words.validation("login", "login: An object with this field already exists in the current organization")
    now = millis(core.clock())
    status = "STAGED" if not wanted.activate else "ACTIVE" if wanted.password else "PROVISIONED"
    shown: JsonObject = {"displayName": f"{wanted.profile['firstName']} {wanted.profile['lastName']}"}
    account = OktaAccount(
        id=f"00u{core.ids.word(17)}",
        login=login,
        profile={"secondEmail": None, "mobilePhone": None, **shown, **wanted.profile},
        admin=False,
        status=status,
        created=now,
        status_changed=now,
        last_updated=now,
        last_login=None,
    )
    core.world.accounts.okta.append(account)
    return account


def wanted_in(body: JsonObject, activate: str | None) -> Wanted:
    """What a request asks for; ``activate`` is its query parameter, true where it is not given."""
    password = as_object(as_object(body.get("credentials")).get("password"))
    return Wanted(
        profile=dict(as_object(body.get("profile"))),
        password=bool(password.get("value") or password.get("hash")),
        activate=(activate or "true").lower() != "false",
    )


def _complaints(profile: JsonObject) -> Iterator[str]:
    for name in _REQUIRED:
        value = profile.get(name)
        if not isinstance(value, str) or not value.strip():
            yield _BLANK.format(name)
    for name in ("firstName", "lastName"):
        if len(as_text(profile.get(name))) > _LONGEST_NAME:
            yield f"{name}: String is too long. The maximum length is {_LONGEST_NAME}."
    login, email = as_text(profile.get("login")), as_text(profile.get("email"))
    if login and not _ADDRESS.fullmatch(login):
        yield "login: Username must be in the form of an email address"
    if email and not _ADDRESS.fullmatch(email):
        yield "email: Does not match required pattern"
