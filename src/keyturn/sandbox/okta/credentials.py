"""Who proves a person of the pretend Okta org: Okta by a password, one that came from elsewhere, or somebody else.

Source: UserCredentialsWritable, PasswordCredential and AuthenticationProviderWritable in Okta's management OpenAPI
description. Whom a trusted identity provider proves has no password and no recovery question.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from keyturn.sandbox.accounts import OktaAccount
from keyturn.sandbox.okta.words import OktaWords
from keyturn.sandbox.values import JsonObject, as_object, as_text

FEDERATION = "FEDERATION"
DIRECTORIES = frozenset({"ACTIVE_DIRECTORY", "LDAP"})
_TRUSTED = frozenset({FEDERATION, "SOCIAL"})
_TYPES = frozenset({"OKTA", "IMPORT"}) | _TRUSTED | DIRECTORIES
_ALGORITHMS = frozenset({"BCRYPT", "MD5", "PBKDF2", "SHA-1", "SHA-256", "SHA-512"})


class Provider(NamedTuple):
    """Who proves somebody: a type, and the name of a directory, which else is the type's."""

    type: str
    name: str

    @property
    def is_trusted(self) -> bool:
        """Whether it is an identity provider that is trusted."""
        return self.type in _TRUSTED


OKTA = Provider("OKTA", "OKTA")


def provider_of(account: OktaAccount) -> Provider:
    """Who proves this person."""
    return Provider(account.provider, account.provider_name or account.provider)


def set_provider(account: OktaAccount, provider: Provider) -> None:
    """Have somebody else prove this person; a trusted identity provider leaves no password and no question."""
    account.provider, account.provider_name = provider
    if provider.is_trusted:
        account.password, account.secret, account.question, account.answer = False, None, None, None


def provider_in(words: OktaWords, body: JsonObject, query: Mapping[str, str]) -> Provider:
    """Whom a request to create somebody names, with `provider=true`. Raises Refused (400) for what there is not."""
    given = as_object(as_object(body.get("credentials")).get("provider"))
    if not given:
        return OKTA
    kind, name = as_text(given.get("type")), as_text(given.get("name"))
    if kind not in _TYPES:
        raise words.validation("provider", f"provider: type must be one of {', '.join(sorted(_TYPES))}")
    if query.get("provider", "").lower() != "true":
        return OKTA
    if kind in DIRECTORIES and not name:
        raise words.validation("provider", f"provider: name must be that of the directory for {kind}")
    return Provider(kind, name or kind)


def check_credentials(words: OktaWords, body: JsonObject, provider: Provider, status: str = "STAGED") -> None:
    """Raise Refused (400) for a password or a question that nobody, or nobody with this provider and status, has."""
    credentials = as_object(body.get("credentials"))
    password = as_object(credentials.get("password"))
    hashed, hook = password.get("hash"), password.get("hook")
    if hashed is not None:
        given = as_object(hashed)
        if as_text(given.get("algorithm")) not in _ALGORITHMS or not as_text(given.get("value")):
            known = ", ".join(sorted(_ALGORITHMS))
            raise words.validation("password", f"password: hash needs a value, and an algorithm that is one of {known}")
        if status != "STAGED":
            raise words.validation("password", "password: hash is for users in status STAGED")
    if hook is not None and as_text(as_object(hook).get("type")) != "default":
        raise words.validation("password", "password: hook must be of type default")
    if provider.is_trusted:
        for name in ("password", "recovery_question"):
            if as_object(credentials.get(name)):
                raise words.validation(name, f"{name}: users with the provider {provider.type} have none")


def is_password(given: JsonObject) -> bool:
    """Whether a body's password is one: in clear, hashed, or known to a hook that is asked at the first sign-in."""
    return any(given.get(name) for name in ("value", "hash", "hook"))
