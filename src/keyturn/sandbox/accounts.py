"""One person's account in each tenant: what it is, how its sessions behave, how it is seeded."""

from __future__ import annotations

import hmac
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Protocol, TypeVar

from keyturn.sandbox.people import COMPANY, DOMAIN, Person, company
from keyturn.sandbox.values import JsonObject, millis, normal

_SEEDED_AT = "2026-01-05T08:00:00.000Z"
_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_DNS, DOMAIN)
OWN_PROVIDERS = ("OKTA", "IMPORT")  # IMPORT: as long as the password is one from elsewhere
_CLIENTS = ("browser on laptop", "phone", "desktop app")
ALIAS_DOMAIN = "northwind-group.example"


@dataclass
class OktaAccount:
    """A user of the Okta org. Dates are texts as Okta writes them.

    password: whether there is one; secret: its hash, None if nobody knows it, as on the first day; question: of the
    account recovery; answer: the hash of what is answered; failures: sign-ins in a row with a wrong password; provider:
    who proves the person, by Okta's word for its kind; provider_name: of a directory, else empty or the same word.
    """

    id: str
    login: str
    profile: JsonObject
    admin: bool
    status: str = "ACTIVE"
    sessions: list[str] = field(default_factory=list[str])
    created: str = _SEEDED_AT
    status_changed: str = _SEEDED_AT
    last_updated: str = _SEEDED_AT
    last_login: str | None = None
    activated: str | None = None
    password: bool = True
    password_changed: str | None = None
    secret: str | None = None
    question: str | None = None
    failures: int = 0
    answer: str | None = None
    provider: str = "OKTA"
    provider_name: str = ""

    def names(self) -> tuple[str, ...]:
        """What the account can be addressed by."""
        return (self.id, self.login)

    def end_sessions(self) -> None:
        """Sign the person out everywhere."""
        self.sessions = []

    def set_password(self, password: str | None, at: str) -> None:
        """Give a password; None if it comes from elsewhere, by hash or hook, so that nobody can sign in with it."""
        self.password, self.password_changed = True, at
        if self.provider in OWN_PROVIDERS:
            self.provider, self.provider_name = OWN_PROVIDERS[password is None], ""
        self.secret = None if password is None else self._hashed(password)

    def has_password(self, password: str) -> bool:
        """Whether this is the password."""
        return self.secret is not None and hmac.compare_digest(self.secret, self._hashed(password))

    def set_question(self, question: str, answer: str | None) -> None:
        """Give a question of the account recovery; without an answer nobody knows it."""
        self.question = question
        self.answer = self._hashed(normal(answer.strip())) if answer else None

    def has_answer(self, answer: str) -> bool:
        """Whether this is the answer to the question, in whatever case."""
        return self.answer is not None and hmac.compare_digest(self.answer, self._hashed(normal(answer.strip())))

    def _hashed(self, password: str) -> str:
        return sha256(f"{self.id}/{password}".encode()).hexdigest()


@dataclass
class GraphAccount:
    """A user of the Entra directory. A mail client of the person waits and signs in whenever it may."""

    id: str
    login: str
    profile: JsonObject
    admin: bool
    guest: bool
    enabled: bool = True
    sessions: list[str] = field(default_factory=list[str])
    signed_in: int = 0
    valid_from: str = _SEEDED_AT.replace(".000", "")
    created: str = _SEEDED_AT.replace(".000", "")
    password_changed: str | None = None
    last_sign_in: str | None = None

    def names(self) -> tuple[str, ...]:
        """What the account can be addressed by."""
        return (self.id, self.login)

    def set_enabled(self, enabled: bool) -> None:
        """Allow or forbid new sign-ins. Running sessions go on when an account is disabled."""
        self.enabled = enabled
        self._wait_for_sign_in()

    def end_sessions(self) -> None:
        """End what is running; the waiting mail client is back at once if the account is still enabled."""
        self.sessions = []
        self._wait_for_sign_in()

    def _wait_for_sign_in(self) -> None:
        if self.enabled and not self.sessions:
            self.signed_in += 1
            self.sessions = [f"mail client, sign-in {self.signed_in}"]


@dataclass
class GoogleAccount:
    """A user of the Google Workspace account."""

    id: str
    login: str
    aliases: list[str]
    profile: JsonObject
    admin: bool
    suspended: bool = False
    archived: bool = False
    sessions: list[str] = field(default_factory=list[str])
    tokens: list[str] = field(default_factory=list[str])
    created: str = _SEEDED_AT
    last_login: str = _SEEDED_AT
    suspended_at: str | None = None
    revision: int = 0
    two_step: bool = True

    def names(self) -> tuple[str, ...]:
        """What the account can be addressed by."""
        return (self.id, self.login, *self.aliases)

    def set_suspended(self, suspended: bool, at: str) -> None:
        """Suspend (which ends all sessions at once) or restore."""
        if suspended and not self.suspended:
            self.end_sessions()
        self.suspended = suspended
        self.suspended_at = at if suspended else None

    def end_sessions(self) -> None:
        """Sign the person out of all web and device sessions."""
        self.sessions = []


class _Named(Protocol):
    def names(self) -> tuple[str, ...]: ...


_A = TypeVar("_A", bound=_Named)


def _find(accounts: list[_A], key: str) -> _A | None:
    wanted = normal(key)
    return next((a for a in accounts if any(normal(name) == wanted for name in a.names())), None)


@dataclass
class Accounts:
    """All accounts of the three tenants, in the order of the seed."""

    okta: list[OktaAccount]
    graph: list[GraphAccount]
    google: list[GoogleAccount]

    def find_okta(self, key: str) -> OktaAccount | None:
        """By id or login, whatever the case."""
        return _find(self.okta, key)

    def okta_admin(self) -> OktaAccount | None:
        """Whose API token the clients of Okta have; None if no administrator is left."""
        return next((account for account in self.okta if account.admin), None)

    def find_graph(self, key: str) -> GraphAccount | None:
        """By object id or userPrincipalName, whatever the case."""
        return _find(self.graph, key)

    def find_google(self, key: str) -> GoogleAccount | None:
        """By id, primary address or alias, whatever the case."""
        return _find(self.google, key)


def seeded(now: datetime) -> Accounts:
    """The company on its first day: everybody active and enabled; nearly all signed in within the last weeks."""
    people = company()
    by_login = {person.login: person for person in people}
    return Accounts(
        okta=[_okta(person, by_login, now) for person in people],
        graph=[_graph(person, now) for person in people],
        google=[_google(person, now) for person in people],
    )


def _number(tenant: str, login: str) -> int:
    return int.from_bytes(sha256(f"{tenant}/{login}".encode()).digest()[:16])


def _sessions(tenant: str, person: Person) -> list[str]:
    count = 1 + _number(f"{tenant} sessions", person.login) % 3
    return list(_CLIENTS[:count])


def _okta_id(prefix: str, login: str) -> str:
    number, letters = _number("okta", login), ""
    for _ in range(20 - len(prefix)):
        number, place = divmod(number, 62)
        letters += _BASE62[place]
    return prefix + letters


def _phone(person: Person) -> str:
    return f"+1-555-01{person.number:02d}"


def _last_login(person: Person, now: datetime) -> str:
    """Some minutes before so many days ago."""
    minutes = 30 + person.number * 7 % 90
    return millis(now - timedelta(days=person.days_away, minutes=minutes))


def _first_day(person: Person, now: datetime) -> str:
    """When the account was made: longer ago than anybody's last sign-in."""
    return millis(now - timedelta(days=400 + person.number * 5))


def _okta(person: Person, by_login: dict[str, Person], now: datetime) -> OktaAccount:
    profile: JsonObject = {
        "login": person.login,
        "email": person.email,
        "firstName": person.given,
        "lastName": person.family,
        "displayName": person.name,
        "title": person.title,
        "department": person.department,
        "organization": COMPANY,
        "userType": "Contractor" if person.guest else "Employee",
        "employeeNumber": f"{1000 + person.number}",
        "mobilePhone": _phone(person),
        "secondEmail": None,
    }
    if person.manager is not None:
        profile["manager"] = by_login[person.manager].name
        profile["managerId"] = person.manager
    return OktaAccount(
        id=_okta_id("00u", person.login),
        login=person.login,
        profile=profile,
        admin=person.admin,
        sessions=_sessions("okta", person),
        last_login=_last_login(person, now),
        created=_first_day(person, now),
        activated=_first_day(person, now),
        password_changed=_first_day(person, now),
        status_changed=_first_day(person, now),
        last_updated=_first_day(person, now),
    )


def _graph(person: Person, now: datetime) -> GraphAccount:
    profile: JsonObject = {
        "businessPhones": [],
        "displayName": person.name,
        "givenName": person.given,
        "jobTitle": person.title,
        "mail": person.email,
        "mobilePhone": _phone(person),
        "officeLocation": None,
        "preferredLanguage": "en-US",
        "surname": person.family,
        "department": person.department,
        "companyName": COMPANY,
        "employeeId": f"{1000 + person.number}",
        "usageLocation": "US",
        "mailNickname": person.login.partition("@")[0],
    }
    sessions = _sessions("graph", person)
    return GraphAccount(
        id=str(uuid.uuid5(_NAMESPACE, person.login)),
        login=person.login,
        profile=profile,
        admin=person.admin,
        guest=person.guest,
        sessions=sessions,
        signed_in=len(sessions),
        password_changed=_SEEDED_AT.replace(".000", ""),
        last_sign_in=_last_login(person, now)[:-5] + "Z",
    )


def _google(person: Person, now: datetime) -> GoogleAccount:
    profile: JsonObject = {
        "name": {"givenName": person.given, "familyName": person.family, "fullName": person.name},
        "emails": [{"address": person.login, "primary": True}],
        "organizations": [{"name": COMPANY, "title": person.title, "department": person.department, "primary": True}],
        "phones": [{"type": "mobile", "value": _phone(person)}],
        "orgUnitPath": f"/{person.department}",
        "changePasswordAtNextLogin": False,
        "includeInGlobalAddressList": True,
        "ipWhitelisted": False,
    }
    if person.manager is not None:
        profile["relations"] = [{"type": "manager", "value": person.manager}]
    alias = f"staff{person.number:02d}@{ALIAS_DOMAIN}"
    return GoogleAccount(
        id=f"1{_number('google', person.login) % 10**20:020d}",
        login=person.login,
        aliases=[alias],
        profile=profile,
        admin=person.admin,
        sessions=_sessions("google", person),
        last_login=_last_login(person, now),
        tokens=[f"{_number('client', person.login) % 10**12:012d}.apps.northwind.example"],
    )
