"""Rules of dynamic groups of the pretend Microsoft 365 tenant: `(user.department -eq "Sales") and (...)`.

Source: https://learn.microsoft.com/en-us/entra/identity/users/groups-dynamic-membership. Comparisons, lists, `-any`
and `-all` of collections, `-and`, `-or`, `-not` are read; `Direct Reports for` and `memberOf` are not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from keyturn.sandbox.cursor import Cursor
from keyturn.sandbox.joining import Condition, Joining
from keyturn.sandbox.values import Json, JsonObject, as_list, normal

_TOKEN = re.compile(
    r"""\s*(?:(?P<mark>[()\[\],])|"(?P<text>(?:[^"`]|`.)*)"|'(?P<single>[^']*)'|-?(?P<word>\w+(?:\.\w+)*))"""
)
_WORDS: dict[str, Json] = {"true": True, "false": False, "null": None}
_TEXTS: Mapping[str, Callable[[str, str], bool]] = {
    "startswith": lambda held, wanted: held.startswith(wanted),
    "endswith": lambda held, wanted: held.endswith(wanted),
    "contains": lambda held, wanted: wanted in held,
    "match": lambda held, wanted: re.search(wanted, held, re.IGNORECASE) is not None,
}
_OTHER_NAMES = {"objectid": "id"}
_DEEPEST = 20


class NoRule(ValueError):
    """The rule is none that is read here."""


def read_rule(text: str, kinds: Mapping[str, frozenset[str]]) -> tuple[str, Condition]:
    """Of which kind the members are, and the condition. Raises NoRule.

    kinds: `user` and `device`, each with the properties that its objects have.
    """
    return _Parser(text, kinds).rule()


class _Parser(Joining[JsonObject]):
    def __init__(self, text: str, kinds: Mapping[str, frozenset[str]]) -> None:
        self._text = text.strip()
        super().__init__(Cursor(self._text, _TOKEN, self._no_rule), self._no_rule, _DEEPEST)
        self._kinds = {kind: {name.lower(): name for name in names} | _OTHER_NAMES for kind, names in kinds.items()}
        self._kind = ""
        self._within = False

    def _no_rule(self) -> NoRule:
        return NoRule(self._text)

    def rule(self) -> tuple[str, Condition]:
        found = self.whole()
        if not self._kind:
            raise NoRule(self._text)
        return self._kind, found

    def _test(self) -> Condition:
        read = self._property(self._tokens.next()["word"] or "")
        operator = (self._tokens.next()["word"] or "").lower()
        if operator in ("any", "all"):
            return self._some(read, every=operator == "all")
        if operator in ("in", "notin"):
            wanted = self._values()
            return _turned(lambda held: any(_same(held, one) for one in wanted), read, operator == "notin")
        value = self._value()
        if operator in ("eq", "ne"):
            return _turned(lambda held: _same(held, value), read, operator == "ne")
        test = _TEXTS.get(operator.removeprefix("not"))
        if test is None or not isinstance(value, str):
            raise NoRule(f"'{operator}' is no operator, or not of such a value")
        pattern = normal(value)
        if operator.endswith("match"):
            pattern = _pattern(value)
        return _turned(
            lambda held: isinstance(held, str) and test(normal(held), pattern), read, operator.startswith("not")
        )

    def _some(self, read: Callable[[JsonObject], Json], *, every: bool) -> Condition:
        """A condition on the items of a collection: `(_ -contains "x")`, `(plan.servicePlanId -eq "x")`."""
        if self._within:
            raise NoRule(self._text)
        self._within = True
        self._expect("(")
        inner = self._either()
        self._expect(")")
        self._within = False
        test = all if every else any

        def meets(row: JsonObject) -> bool:
            items: list[JsonObject] = [item if isinstance(item, dict) else {"": item} for item in as_list(read(row))]
            return test(inner(item) for item in items)

        return meets

    def _property(self, path: str) -> Callable[[JsonObject], Json]:
        kind, _, named = path.partition(".")
        if self._within:
            return lambda row: next((row[name] for name in row if name.lower() == named.lower()), None)
        known = self._kinds.get(kind.lower())
        if known is None or self._kind not in ("", kind.lower()):
            raise NoRule(f"'{path}' is no property that a rule can tell of")
        self._kind, low = kind.lower(), named.lower()
        if low.startswith("extensionattribute"):
            return lambda row: _inner(row.get("onPremisesExtensionAttributes"), low)
        if low not in known:
            raise NoRule(f"'{path}' is no property that a rule can tell of")
        return lambda row: row.get(known[low])

    def _values(self) -> list[Json]:
        self._expect("[")
        found = [self._value()]
        while self._take(","):
            found.append(self._value())
        self._expect("]")
        return found

    def _value(self) -> Json:
        found = self._tokens.next()
        if found["text"] is not None:
            return re.sub(r"`(.)", r"\1", found["text"])
        if found["single"] is not None:
            return found["single"]
        word = (found["word"] or "").lower()
        if word in _WORDS:
            return _WORDS[word]
        raise NoRule(self._text)


def _turned(test: Callable[[Json], bool], read: Callable[[JsonObject], Json], negated: bool) -> Condition:
    """A condition on what is read; negated, it holds where the test does not, also where there is nothing."""

    def meets(row: JsonObject) -> bool:
        held = read(row)
        found = any(map(test, held)) if isinstance(held, list) else test(held)
        return found is not negated

    return meets


def _same(held: Json, wanted: Json) -> bool:
    if wanted is None or held is None:
        return (held is None or held == "") and wanted is None
    if isinstance(held, bool) or isinstance(wanted, bool):
        return str(held).lower() == str(wanted).lower()
    return normal(str(held)) == normal(str(wanted))


def _pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise NoRule(f"'{text}' is no pattern") from error
    return text


def _inner(held: Json, name: str) -> Json:
    row = held if isinstance(held, dict) else {}
    return next((row[each] for each in row if each.lower() == name), None)
