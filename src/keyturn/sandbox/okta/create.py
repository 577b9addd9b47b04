"""Creating a user of the pretend Okta org.

Source: createUser in Okta's management OpenAPI description: a user with a password, or whom a trusted identity provider
proves, becomes ACTIVE, one without is PROVISIONED until the person sets one, and one that is not activated is STAGED.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from keyturn.sandbox.accounts import OktaAccount
from keyturn.sandbox.core import Core
from keyturn.sandbox.okta.attributes import EMAIL, complaints, frozen, unique, with_defaults
from keyturn.sandbox.okta.credentials import OKTA, Provider, check_credentials, is_password, provider_in, set_provider
from keyturn.sandbox.okta.words import OktaWords
from keyturn.sandbox.values import Json, JsonObject, as_object, as_text, millis, texts

_NAMES = ("firstName", "lastName")
SHORTEST_PASSWORD = 8
_SHORTEST_ANSWER = 4


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
    provider: Provider = OKTA


def create_user(core: Core, words: OktaWords, wanted: Wanted, known: Mapping[str, JsonObject]) -> OktaAccount:
    """Add a user. Raises Refused as Okta refuses: all that is wrong with the profile, or a login that is taken.

    known: the profile's attributes, as the schema declares them.
    """
    profile = with_defaults(wanted.profile, known)
    check_profile(core, words, profile, known)
    check_password(words, wanted.password_text)
    now = millis(core.clock())
    shown: JsonObject = {"displayName": " ".join(filter(None, (as_text(profile.get(name)) for name in _NAMES)))}
    account = OktaAccount(
        id=f"00u{core.ids.word(17)}",
        login=as_text(profile["login"]),
        profile={"secondEmail": None, "mobilePhone": None, **shown, **profile},
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
    set_provider(account, wanted.provider)
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
    causes = [*complaints(profile, known), *_malformed(profile, known)]
    causes += frozen(profile, owner.profile if owner else with_defaults({}, known), known)
    if causes:
        raise words.validation(causes[0].partition(":")[0], *causes)
    taken = core.world.accounts.find_okta(as_text(profile["login"]))
    others = [account for account in core.world.accounts.okta if account is not owner]
    for name in ("login", *unique(known)):
        same = taken not in (None, owner) if name == "login" else _held(others, name, profile.get(name))
        if same:
            text = f"{name}: An object with this field already exists in the current organization"
            raise words.validation(name, text)


def _held(accounts: list[OktaAccount], name: str, value: Json) -> bool:
    """Whether somebody has this value already."""
    return value is not None and any(account.profile.get(name) == value for account in accounts)


def check_password(words: OktaWords, password: str | None) -> None:
    """Raise Refused for a password that the usual policy does not take; None is no password in clear."""
    if password is not None and len(password) < SHORTEST_PASSWORD:
        text = f"Password requirements were not met. Password requirements: at least {SHORTEST_PASSWORD} characters."
        raise words.validation("password", f"password: {text}")


def check_question(words: OktaWords, asked: JsonObject) -> None:
    """Raise Refused for a question of the account recovery whose answer is too short."""
    if asked.get("question") and "answer" in asked and len(as_text(asked["answer"]).strip()) < _SHORTEST_ANSWER:
        text = f"The security question answer must be at least {_SHORTEST_ANSWER} characters in length"
        raise words.validation("recovery_question", f"recovery_question.answer: {text}")


def wanted_in(words: OktaWords, body: JsonObject, query: Mapping[str, str]) -> Wanted:
    """What a request asks for, by its body and its query parameters `activate`, `nextLogin` and `provider`.

    Raises Refused (400) for credentials that there are not.
    """
    provider = provider_in(words, body, query)
    check_credentials(words, body, provider)
    credentials = as_object(body.get("credentials"))
    password, asked = as_object(credentials.get("password")), as_object(credentials.get("recovery_question"))
    return Wanted(
        profile=dict(as_object(body.get("profile"))),
        password=is_password(password),
        password_text=as_text(password.get("value")) or None,
        question=as_text(asked.get("question")) or None,
        answer=as_text(asked.get("answer")) or None,
        activate=query.get("activate", "true").lower() != "false",
        change_password=query.get("nextLogin") == "changePassword",
        groups=tuple(texts(body.get("groupIds"))),
        provider=provider,
    )


def _first_status(wanted: Wanted) -> str:
    if not wanted.activate:
        return "STAGED"
    if wanted.provider.is_trusted:
        return "ACTIVE"
    if not wanted.password:
        return "PROVISIONED"
    return "PASSWORD_EXPIRED" if wanted.change_password else "ACTIVE"


def _malformed(profile: JsonObject, known: Mapping[str, JsonObject]) -> Iterator[str]:
    """What of the addresses in a profile is none; an org may have logins of another form."""
    login, email = as_text(profile.get("login")), as_text(profile.get("email"))
    if login and not known["login"].get("pattern") and not re.fullmatch(EMAIL, login):
        yield "login: Username must be in the form of an email address"
    if email and not re.fullmatch(EMAIL, email):
        yield "email: Does not match required pattern"
