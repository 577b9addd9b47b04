"""What the desks of the pretend Okta org share: finding things, telling of what happened, pages, ids."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from keyturn.sandbox.accounts import OktaAccount
from keyturn.sandbox.core import Core
from keyturn.sandbox.filters import Condition, NotUnderstood, Rules, condition
from keyturn.sandbox.okta.delivery import DeliveryOffice
from keyturn.sandbox.okta.log import Happening, log_event, user_target
from keyturn.sandbox.okta.words import OktaWords
from keyturn.sandbox.paging import BadToken, page_of
from keyturn.sandbox.values import Json, JsonObject, as_text, millis, normal
from keyturn.sandbox.wire import JsonAnswer, raw_path, whole_number


class OktaOrg:
    """The org as its desks see it."""

    def __init__(self, core: Core, words: OktaWords, office: DeliveryOffice) -> None:
        self.core = core
        self.words = words
        self.profile_watchers: list[Callable[[Request, OktaAccount], None]] = []
        self._office = office

    def url(self, path: str) -> str:
        """An absolute address of the API: `/groups/00g1` under `/api/v1`."""
        return f"{self.core.base('okta')}/api/v1{path}"

    def new_id(self, prefix: str) -> str:
        """A fresh id of twenty letters and digits."""
        return f"{prefix}{self.core.ids.word(20 - len(prefix))}"

    def user(self, request: Request, name: str = "key") -> OktaAccount:
        """The user that a path names by id, login or `me`. Raises Refused (404)."""
        return self.find_user(str(request.path_params[name]))

    def find_user(self, key: str) -> OktaAccount:
        """A user by id, login, `me`, or what stands before the @ if only one has it. Raises Refused (404)."""
        accounts = self.core.world.accounts
        found = accounts.okta_admin() if key == "me" else accounts.find_okta(key)
        if found is None and "@" not in key:
            short = [one for one in accounts.okta if normal(one.login.partition("@")[0]) == normal(key)]
            found = short[0] if len(short) == 1 else None
        if found is None:
            raise self.words.not_found(key, "User")
        return found

    def document(self, request: Request, name: str, shelf: str, kind: str) -> JsonObject:
        """What a path names on a shelf. Raises Refused (404)."""
        return self.find(str(request.path_params[name]), shelf, kind)

    def find(self, key: str, shelf: str, kind: str) -> JsonObject:
        """A document on a shelf. Raises Refused (404)."""
        found = self.core.shelf(shelf).get(key)
        if found is None:
            raise self.words.not_found(key, kind)
        return found

    def group(self, request: Request, name: str = "group") -> JsonObject:
        """The group that a path names. Raises Refused (404)."""
        return self.document(request, name, "okta.groups", "UserGroup")

    def app(self, request: Request, name: str = "app") -> JsonObject:
        """The application that a path names. Raises Refused (404)."""
        return self.document(request, name, "okta.apps", "AppInstance")

    # what happened

    def happened(self, request: Request, event_type: str, *targets: JsonObject) -> None:
        """Write an event into the System Log, and deliver it to event hooks."""
        happening = Happening(event_type, raw_path(request), targets)
        event = log_event(self.core, happening, self.request_id(request))
        self.core.world.log.append(event)
        self.core.changed()
        self._office.deliver(event)

    def happened_to(self, request: Request, account: OktaAccount, event_type: str, *others: JsonObject) -> None:
        """The same for something that happened to a user."""
        self.happened(request, event_type, user_target(account), *others)

    def move(self, request: Request, account: OktaAccount, status: str, event_type: str) -> None:
        """Bring a user into another status."""
        now = millis(self.core.clock())
        account.status, account.status_changed, account.last_updated = status, now, now
        self.happened_to(request, account, event_type)

    def request_id(self, request: Request) -> str:
        """One id per request, for its header and its events alike."""
        known = request.scope.setdefault("sandbox.request_id", "")
        if not known:
            known = request.scope["sandbox.request_id"] = self.core.ids.word(32)
        return str(known)

    # lists

    def limit(self, request: Request, most: int, otherwise: int | None = None) -> int:
        """How many rows a page may have. Raises Refused (400)."""
        limit = whole_number(request.query_params.get("limit"), most if otherwise is None else otherwise, 1, most)
        if limit is None:
            raise self.words.validation("limit", f"limit: must be a number from 1 to {most}")
        return limit

    def page(
        self,
        request: Request,
        rows: Sequence[JsonObject],
        most: int = 200,
        otherwise: int | None = None,
        order: Sequence[str] | None = None,
        shape: Callable[[Sequence[JsonObject]], Json] = list,
    ) -> Response:
        """A page of rows with its links; `order` has the ids of all rows that may come, where `rows` is chosen.

        shape: what a page's rows are in the answer.
        """
        limit = self.limit(request, most, otherwise)
        try:
            page = page_of(rows, _id, request.query_params.get("after"), limit, order)
        except BadToken as error:
            raise self.words.validation("after", "after: not a cursor of this list") from error
        return self._linked(request, shape(page.rows), page.following, limit)

    def accounts_page(
        self,
        request: Request,
        rows: Sequence[OktaAccount],
        everybody: Sequence[OktaAccount],
        shown: Callable[[OktaAccount], JsonObject],
    ) -> Response:
        """The same of accounts: only those of the page are made into documents."""
        limit = self.limit(request, 200)
        ids = [account.id for account in everybody]
        try:
            page = page_of(rows, _account_id, request.query_params.get("after"), limit, ids)
        except BadToken as error:
            raise self.words.validation("after", "after: not a cursor of this list") from error
        return self._linked(request, [shown(account) for account in page.rows], page.following, limit)

    def _linked(self, request: Request, body: Json, following: str | None, limit: int) -> Response:
        params = request.query_params
        answer = JsonAnswer(body)
        here = f"{self.core.base('okta')}{raw_path(request)}"
        own = f"?{urlencode(dict(params))}" if params else ""
        answer.headers.append("link", f'<{here}{own}>; rel="self"')
        if following is not None:
            further = {**params, "after": following, "limit": str(limit)}
            answer.headers.append("link", f'<{here}?{urlencode(further)}>; rel="next"')
        return answer

    def meets(self, expression: str, rules: Rules) -> Condition:
        """The condition of a filter or search. Raises Refused (400 E0000031)."""
        try:
            return condition(expression, rules)
        except NotUnderstood as error:
            raise self.words.refuse("E0000031") from error

    def sorted_rows(self, request: Request, rows: list[JsonObject], value: Callable[[JsonObject, str], str]) -> bool:
        """Sort rows in place by `sortBy` and `sortOrder`; False if that is not asked for. Raises Refused (400)."""
        name = request.query_params.get("sortBy")
        if not name:
            return False
        order = request.query_params.get("sortOrder", "asc").lower()
        if order not in ("asc", "desc"):
            raise self.words.validation("sortOrder", "sortOrder: must be asc or desc")
        descending = order == "desc"
        rows.sort(key=lambda row: value(row, name), reverse=descending)
        return True


def _account_id(account: OktaAccount) -> str:
    return account.id


def _id(row: JsonObject) -> str:
    return as_text(row["id"])


def only(*names: str) -> Callable[[str, str], bool]:
    """Attributes that a filter may name, with any operator; `profile.` stands for all of the profile."""
    exact = frozenset(name for name in names if not name.endswith("."))
    below = tuple(name for name in names if name.endswith("."))
    return lambda name, operator: name in exact or name.startswith(below)
