"""What the desks of the pretend Google Workspace account share: finding things, pages, what admins did."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import Response

from keyturn.sandbox.accounts import GoogleAccount
from keyturn.sandbox.core import Core
from keyturn.sandbox.google import words
from keyturn.sandbox.holdings import number_of
from keyturn.sandbox.paging import BadToken, page_of
from keyturn.sandbox.people import DOMAIN
from keyturn.sandbox.values import Json, JsonObject, as_text, normal, texts
from keyturn.sandbox.wire import JsonAnswer, whole_number

CUSTOMER = "C03sandbox"
_KEPT = 500


@dataclass
class Workspace:
    """The account as its desks see it. `watchers` are told what happened to users: `add`, `update`, `delete`...;
    `alias_watchers` which alias of whom came (`add`) or went (`delete`)."""

    core: Core
    watchers: list[Callable[[GoogleAccount, str], None]] = field(
        default_factory=list[Callable[[GoogleAccount, str], None]]
    )
    alias_watchers: list[Callable[[GoogleAccount, str, str], None]] = field(
        default_factory=list[Callable[[GoogleAccount, str, str], None]]
    )

    def user(self, request: Request, name: str = "key") -> GoogleAccount:
        """The user that a path names by id, address or alias. Raises Refused (404)."""
        return self.find_user(str(request.path_params[name]))

    def find_user(self, key: str) -> GoogleAccount:
        """A user by id, address or alias. Raises Refused (404)."""
        account = self.account(key)
        if account is None:
            raise words.not_found("userKey")
        return account

    def account(self, key: str) -> GoogleAccount | None:
        """A user by id, address, alias, or their address in an alias of their domain; None if there is nobody."""
        accounts = self.core.world.accounts
        return accounts.find_google(key) or accounts.find_google(self.original(key))

    def original(self, address: str) -> str:
        """An address as it is in the domain that an alias of the domain stands for."""
        local, at, domain = address.rpartition("@")
        alias = self.core.shelf("google.domain_aliases").get(domain.lower())
        return f"{local}{at}{as_text(alias['parentDomainName'])}" if alias is not None else address

    def twins(self, address: str) -> list[str]:
        """The address in the aliases of its domain: whoever has it has these, too."""
        local, _, domain = address.rpartition("@")
        aliases = self.core.shelf("google.domain_aliases").items()
        return [f"{local}@{name}" for name, row in aliases if row["parentDomainName"] == domain]

    def changed(self, account: GoogleAccount, event: str) -> None:
        """Say what happened to a user."""
        account.revision += 1
        self.core.changed()
        for watcher in self.watchers:
            watcher(account, event)

    def alias_changed(self, account: GoogleAccount, alias: str, event: str) -> None:
        """Say that an alias of a user came or went."""
        for watcher in self.alias_watchers:
            watcher(account, alias, event)

    def free_alias(self, given: str) -> str:
        """An address as `free_address` has it, which may be in an alias of a domain, too."""
        address = given.lower()
        return self._free(address, self.original(address))

    def free_address(self, given: str) -> str:
        """An address of the company as Google keeps it, in small letters. Raises Refused: 404 for another domain,
        409 for one that a user or a group has."""
        address = given.lower()
        return self._free(address, address)

    def _free(self, address: str, original: str) -> str:
        if original.partition("@")[2] not in self.domains():
            raise words.refuse(404, "notFound", "Domain not found.")
        groups = self.core.shelf("google.groups").values()
        held = (name for group in groups for name in (as_text(group["email"]), *texts(group["aliases"])))
        if self.account(address) is not None or any(same(name, one) for name in held for one in (address, original)):
            raise words.duplicate()
        return address

    def domains(self) -> frozenset[str]:
        """The company's domains: the primary one, and those that were added."""
        return frozenset({DOMAIN, *self.core.shelf("google.domains")})

    def check_domain(self, customer: str | None, domain: str | None) -> None:
        """Raise Refused (404) for a list of another customer or another domain."""
        if customer not in (None, "my_customer", CUSTOMER) or (domain or DOMAIN).lower() not in self.domains():
            raise words.not_found("domain")

    def check_unit(self, unit: Json) -> None:
        """Raise Refused (400) for the path of a unit that there is not."""
        if isinstance(unit, str) and unit != "/" and unit not in self.core.shelf("google.units"):
            raise words.invalid("orgUnitPath: INVALID_OU_ID")

    def check_customer(self, customer: str) -> None:
        """Raise Refused for another customer than this one."""
        if customer not in ("my_customer", CUSTOMER):
            raise words.refuse(403, *words.FAILURES[403])

    def did(
        self, name: str, parameters: dict[str, str], kind: str = "USER_SETTINGS", application: str = "admin"
    ) -> None:
        """Write down what the administrator did, for the Reports API."""
        admin = next((account for account in self.core.world.accounts.google if account.admin), None)
        rows: list[Json] = [{"name": key, "value": value} for key, value in parameters.items()]
        self.activity(application, admin, [{"type": kind, "name": name, "parameters": rows}])

    def activity(self, application: str, actor: GoogleAccount | None, events: list[Json]) -> None:
        """Write an activity down."""
        shelf = self.core.shelf("google.activities")
        number = int(next(reversed(shelf), "0")) + 1
        who: JsonObject = {"callerType": "USER"}
        if actor is not None:
            who.update({"email": actor.login, "profileId": actor.id})
        shelf[str(number)] = {
            "kind": "admin#reports#activity",
            "id": {
                "time": self.core.now(),
                "uniqueQualifier": str(-(number_of(f"activity {number}") % 10**18)),
                "applicationName": application,
                "customerId": CUSTOMER,
            },
            "actor": who,
            "ipAddress": "127.0.0.1",
            "events": events,
        }
        for key in list(shelf)[: max(0, len(shelf) - _KEPT)]:
            del shelf[key]
        self.core.changed()

    def page(
        self,
        request: Request,
        rows: Sequence[JsonObject],
        frame: JsonObject,
        name: str,
        most: int,
        otherwise: int | None = None,
        key: str = "id",
    ) -> Response:
        """A page of rows under `name`, which is missing where there are none."""
        params = request.query_params
        size = whole_number(params.get("maxResults"), most if otherwise is None else otherwise, 1, most)
        if size is None:
            raise words.invalid("maxResults")
        try:
            page = page_of(rows, lambda row: as_text(row[key]), params.get("pageToken"), size)
        except BadToken as error:
            raise words.invalid("pageToken") from error
        answer: JsonObject = {**frame, "etag": f'"{len(rows)}-{size}"'}
        if page.rows:
            answer[name] = list(page.rows)
        if page.following is not None:
            answer["nextPageToken"] = page.following
        return JsonAnswer(answer)


def of_domain(rows: list[JsonObject], name: str, domain: str | None) -> list[JsonObject]:
    """Those rows whose address, under this name, is of a domain; all if none is asked for."""
    ending = f"@{domain.lower()}" if domain else ""
    return [row for row in rows if as_text(row[name]).lower().endswith(ending)]


def same(one: str, other: str) -> bool:
    """Whether two addresses are one."""
    return normal(one) == normal(other)
