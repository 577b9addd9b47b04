"""Expressions of group rules of the pretend org: `user.department == "Sales" and not isMemberOfGroupName("Staff")`.

Of Okta's expression language it knows comparisons of `user.attribute` with `==` and `!=`, `String.stringContains`,
`String.startsWith`, `isMemberOfAnyGroup`, `isMemberOfGroupName`, `and`, `or`, `!`, `&&`, `||` and parentheses.
Source: https://developer.okta.com/docs/reference/okta-expression-language/.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TypeAlias

from keyturn.sandbox.accounts import OktaAccount
from keyturn.sandbox.cursor import Cursor
from keyturn.sandbox.joining import Joining, Test
from keyturn.sandbox.okta.org import OktaOrg
from keyturn.sandbox.values import as_object, as_text

Belongs: TypeAlias = Test[OktaAccount]
_TOKEN = re.compile(
    r"""\s*(?:(?P<mark>==|!=|&&|\|\||[(),!])|"(?P<text>[^"]*)"|'(?P<single>[^']*)'|(?P<word>[A-Za-z][\w.]*))"""
)
_TEXT_TESTS: Mapping[str, Callable[[str, str], bool]] = {
    "String.stringContains": lambda held, wanted: wanted in held,
    "String.startsWith": lambda held, wanted: held.startswith(wanted),
}
_DEEPEST = 20


class NotAnExpression(ValueError):
    """The text is no expression that is read here."""


def read_expression(text: str, org: OktaOrg) -> Belongs:
    """Whether an account meets an expression. Raises NotAnExpression."""
    return _Parser(text, org).whole()


class _Parser(Joining[OktaAccount]):
    _and = ("&&", "and")
    _or = ("||", "or")
    _negating = ("!", "not")

    def __init__(self, text: str, org: OktaOrg) -> None:
        super().__init__(Cursor(text.strip(), _TOKEN, NotAnExpression), NotAnExpression, _DEEPEST)
        self._org = org

    def _test(self) -> Belongs:
        word = self._word()
        if word in _TEXT_TESTS:
            test = _TEXT_TESTS[word]
            self._expect("(")
            attribute = self._attribute(self._word())
            self._expect(",")
            wanted = self._string()
            self._expect(")")
            return lambda account: test(attribute(account), wanted)
        if word in ("isMemberOfAnyGroup", "isMemberOfGroup", "isMemberOfGroupName"):
            return self._membership(by_name=word == "isMemberOfGroupName")
        attribute = self._attribute(word)
        same = self._take("==")
        if not same:
            self._expect("!=")
        value = self._string()
        return lambda account: (attribute(account) == value) == same

    def _membership(self, *, by_name: bool) -> Belongs:
        self._expect("(")
        wanted = [self._string()]
        while self._take(","):
            wanted.append(self._string())
        self._expect(")")

        def belongs(account: OktaAccount) -> bool:
            members = self._org.core.shelf("okta.members")
            for group_id, group in self._org.core.shelf("okta.groups").items():
                name = as_text(as_object(group["profile"]).get("name"))
                if (name if by_name else group_id) in wanted and account.id in members.get(group_id, {}):
                    return True
            return False

        return belongs

    def _attribute(self, word: str) -> Callable[[OktaAccount], str]:
        name = word.removeprefix("user.")
        if name == word:
            raise NotAnExpression
        return lambda account: as_text(account.profile.get(name))

    def _word(self) -> str:
        return self._tokens.next()["word"] or ""

    def _string(self) -> str:
        found = self._tokens.next()
        text = found["text"] if found["text"] is not None else found["single"]
        if text is None:
            raise NotAnExpression
        return text
