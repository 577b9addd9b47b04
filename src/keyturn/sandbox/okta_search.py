"""What Okta's `search` and `filter` of users take: comparisons, `and`, `or`, parentheses.

Source: https://developer.okta.com/docs/api/openapi/okta-management/management/tag/User/#tag/User/operation/listUsers.
`search` knows every attribute and operator here; `filter` knows few. An attribute without a value meets no comparison.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeAlias

from keyturn.sandbox.accounts import OktaAccount
from keyturn.sandbox.values import as_text, normal

Condition: TypeAlias = Callable[[OktaAccount], bool]

_TOKEN = re.compile(r'\s*(?:([()])|"((?:[^"\\]|\\.)*)"|([A-Za-z][\w.]*))')
_DATES = ("created", "activated", "statusChanged", "lastLogin", "lastUpdated", "passwordChanged")
_ORDERS = ("gt", "ge", "lt", "le")
_FILTERED = ("status", "lastUpdated", "id", "profile.login", "profile.email", "profile.firstName", "profile.lastName")
_DEEPEST = 20


class NotUnderstood(ValueError):
    """The expression is none that Okta takes."""


def condition(expression: str, *, search: bool) -> Condition:
    """Whether an account meets an expression; of `search`, else of `filter`. Raises NotUnderstood."""
    return _Parser(expression, search).whole()


class _Parser:
    def __init__(self, text: str, search: bool) -> None:
        self._text = text.strip()
        self._search = search
        self._at = 0
        self._depth = 0

    def whole(self) -> Condition:
        found = self._either()
        if self._at != len(self._text):
            raise NotUnderstood
        return found

    def _either(self) -> Condition:
        parts = [self._both()]
        while self._take_word("or"):
            parts.append(self._both())
        return parts[0] if len(parts) == 1 else lambda account: any(part(account) for part in parts)

    def _both(self) -> Condition:
        parts = [self._one()]
        while self._take_word("and"):
            parts.append(self._one())
        return parts[0] if len(parts) == 1 else lambda account: all(part(account) for part in parts)

    def _one(self) -> Condition:
        bracket, _, name = self._next()
        if bracket == "(" and self._depth < _DEEPEST:
            self._depth += 1
            inner = self._either()
            self._depth -= 1
            if self._next()[0] != ")":
                raise NotUnderstood
            return inner
        operator = self._next()[2]
        if name is None or operator is None or not (self._search or name in _FILTERED):
            raise NotUnderstood
        if operator == "pr" and self._search:
            return lambda account: attribute(account, name) is not None
        value = self._next()[1]
        if value is None:
            raise NotUnderstood
        return self._comparison(name, operator, re.sub(r"\\(.)", r"\1", value))

    def _comparison(self, name: str, operator: str, value: str) -> Condition:
        if name in _DATES:
            return _by_date(name, operator, value)
        wanted = normal(value)
        tests: dict[str, Callable[[str], bool]] = {
            "eq": lambda text: text == wanted,
            "sw": lambda text: text.startswith(wanted),
            "co": lambda text: wanted in text,
            "gt": lambda text: text > wanted,
            "ge": lambda text: text >= wanted,
            "lt": lambda text: text < wanted,
            "le": lambda text: text <= wanted,
        }
        test = tests.get(operator)
        if test is None or not (self._search or operator == "eq") or not _is_known(name):
            raise NotUnderstood
        return lambda account: (text := attribute(account, name)) is not None and test(normal(text))

    def _next(self) -> tuple[str | None, str | None, str | None]:
        found = _TOKEN.match(self._text, self._at)
        if found is None:
            raise NotUnderstood
        self._at = found.end()
        return found[1], found[2], found[3]

    def _take_word(self, word: str) -> bool:
        found = _TOKEN.match(self._text, self._at)
        if found is None or (found[3] or "").lower() != word:
            return False
        self._at = found.end()
        return True


def _by_date(name: str, operator: str, value: str) -> Condition:
    try:
        wanted = _moment(value)
    except ValueError as error:
        raise NotUnderstood from error
    if operator not in ("eq", *_ORDERS):
        raise NotUnderstood

    def meets(account: OktaAccount) -> bool:
        text = attribute(account, name)
        if text is None:
            return False
        moment = _moment(text)
        if operator == "eq":
            return moment == wanted
        less, same = moment < wanted, moment == wanted
        return {"lt": less, "le": less or same, "gt": not less and not same, "ge": not less}[operator]

    return meets


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _is_known(name: str) -> bool:
    return name in ("status", "id") or name.startswith("profile.")


def attribute(account: OktaAccount, name: str) -> str | None:
    """The value of an attribute as text; None if it has none."""
    if name.startswith("profile."):
        return as_text(account.profile.get(name.removeprefix("profile."))) or None
    values: dict[str, str | None] = {
        "status": account.status,
        "id": account.id,
        "created": account.created,
        "activated": account.created,
        "passwordChanged": account.created,
        "statusChanged": account.status_changed,
        "lastLogin": account.last_login,
        "lastUpdated": account.last_updated,
    }
    return values.get(name)
