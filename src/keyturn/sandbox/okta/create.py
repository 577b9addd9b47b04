"""Creating a user of the pretend Okta org.

Source: createUser in Okta's management OpenAPI description: a user with a password becomes ACTIVE, one without is
PROVISIONED until the person sets one, and one that is not activated is STAGED.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from keyturn.sandbox.accounts import OktaAccount
from keyturn.sandbox.core import Core
from keyturn.sandbox.okta.words import OktaWords
from keyturn.sandbox.values import Json, JsonObject, as_list, as_object, as_text, millis, texts

_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_REQUIRED = ("firstName", "lastName", "email", "login")
_BLANK = "{}: The field cannot be left blank"
_LONGEST_NAME = 50
# https://developer.okta.com/docs/api/openapi/okta-management/management/tag/Schema/
_TYPES: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "boolean": bool,
    "integer": int,
    "number": (int, float),
    "array": list,
}
SHORTEST_PASSWORD = 8


@dataclass(frozen=True)
class Wanted:
    """What a request asks for."""

    profile: JsonObject
    password: bool
    password_text: str | None
    question: str | None
    activate: bool
    change_password: bool
    groups: tuple[str, ...]
    answer: str | None = None


def create_user(core: Core, words: OktaWords, wanted: Wanted, known: Mapping[str, JsonObject]) -> OktaAccount:
    """Add a user. Raises Refused as Okta refuses: all that is wrong with the profile, or a login that is taken.

    known: the profile's attributes, as the schema declares them.
    """
    check_profile(core, words, wanted.profile, known)
    check_password(words, wanted.password_text)
    now = millis(core.clock())
    shown: JsonObject = {"displayName": f"{wanted.profile['firstName']} {wanted.profile['lastName']}"}
    account = OktaAccount(
        id=f"00u{core.ids.word(17)}",
        login=as_text(wanted.profile["login"]),
        profile={"secondEmail": None, "mobilePhone": None, **shown, **wanted.profile},
        admin=False,
        status=_first_status(wanted),
        created=now,
        status_changed=now,
        last_updated=now,
        last_login=None,
        activated=now if wanted.activate else None,
        password=False,
    )
    if wanted.question:
        account.set_question(wanted.question, wanted.answer)
    if wanted.password:
        account.set_password(wanted.password_text, now)
    core.world.accounts.okta.append(account)
    return account


def check_profile(
    core: Core,
    words: OktaWords,
    profile: JsonObject,
    known: Mapping[str, JsonObject],
    owner: OktaAccount | None = None,
) -> None:
    """Raise Refused for a profile that nobody, or not this owner, may have."""
    unknown = sorted(profile.keys() - known.keys())
    causes = [f"{name}: Property name '{name}' is not defined in the schema" for name in unknown]
    wrong = [name for name, value in profile.items() if name in known and not is_declared(value, known[name])]
    causes += [f"{name}: Input value does not match declared type" for name in wrong if name not in _REQUIRED]
    causes += _complaints(profile)
    if causes:
        raise words.validation(causes[0].partition(":")[0], *causes)
    taken = core.world.accounts.find_okta(as_text(profile["login"]))
    if taken is not None and taken is not owner:
        raise words.validation("login", "login: An object with this field already exists in the current organization")


def is_declared(value: Json, declared: JsonObject) -> bool:
    """Whether a value is of the type that a schema declares; null is none, and what has no type takes anything."""
    kind = as_text(declared.get("type"))
    if value is None or kind not in _TYPES:
        return True
    if not isinstance(value, _TYPES[kind]) or (isinstance(value, bool) and kind != "boolean"):
        return False
    items = as_object(declared.get("items"))
    return all(item is not None and is_declared(item, items) for item in as_list(value))


def check_password(words: OktaWords, password: str | None) -> None:
    """Raise Refused for a password that the usual policy does not take; None is no password in clear."""
    if password is not None and len(password) < SHORTEST_PASSWORD:
        text = f"Password requirements were not met. Password requirements: at least {SHORTEST_PASSWORD} characters."
        raise words.validation("password", f"password: {text}")


def wanted_in(body: JsonObject, query: Mapping[str, str]) -> Wanted:
    """What a request asks for, by its body and its query parameters `activate` and `nextLogin`."""
    credentials = as_object(body.get("credentials"))
    password, asked = as_object(credentials.get("password")), as_object(credentials.get("recovery_question"))
    return Wanted(
        profile=dict(as_object(body.get("profile"))),
        password=bool(password.get("value") or password.get("hash")),
        password_text=as_text(password.get("value")) or None,
        question=as_text(asked.get("question")) or None,
        answer=as_text(asked.get("answer")) or None,
        activate=query.get("activate", "true").lower() != "false",
        change_password=query.get("nextLogin") == "changePassword",
        groups=tuple(texts(body.get("groupIds"))),
    )


def _first_status(wanted: Wanted) -> str:
    if not wanted.activate:
        return "STAGED"
    if not wanted.password:
        return "PROVISIONED"
    return "PASSWORD_EXPIRED" if wanted.change_password else "ACTIVE"


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
