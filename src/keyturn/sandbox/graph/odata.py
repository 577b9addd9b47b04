"""What OData queries say about directory objects: `$filter`, `$search`, `$orderby`.

Source: https://learn.microsoft.com/en-us/graph/filter-query-parameter, .../search-query-parameter and
.../aad-advanced-queries (what works with `ConsistencyLevel: eventual` and `$count=true` only).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from keyturn.sandbox.cursor import Cursor
from keyturn.sandbox.graph.operands import Literal, misfit_in_function, misfit_in_list, misfit_of
from keyturn.sandbox.graph.property_names import held_at, own_spelling
from keyturn.sandbox.joining import Condition, Joining, all_of, any_of
from keyturn.sandbox.values import Json, JsonObject, moment, normal

_TOKEN = re.compile(
    r"\s*(?:(?P<mark>[(),])|'(?P<text>(?:[^']|'')*)'"
    r"|(?P<date>\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d))"
    r"|(?P<guid>[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})"
    r"|(?P<number>-?\d+(?:\.\d+)?)\b"
    r"|(?P<word>[A-Za-z_$@][\w$.@]*(?:/[A-Za-z_$][\w$.]*)*)(?P<lambda>:)?)"
)
_WORDS: dict[str, Json] = {"true": True, "false": False, "null": None}
_FUNCTIONS: dict[str, Callable[[str, str], bool]] = {
    "startswith": lambda held, wanted: held.startswith(wanted),
    "endswith": lambda held, wanted: held.endswith(wanted),
    "contains": lambda held, wanted: wanted in held,
}
# how a comparison with null is called among the operators
NULL = "null"
_ADVANCED = frozenset({"ne", "not", "endswith", "$count"})
_COMPARISONS = ("eq", "ne", "gt", "ge", "lt", "le")
_SEARCHED = re.compile(r'"(?P<name>\w+):(?P<value>[^"]*)"')
_DEEPEST = 20


class NotUnderstood(ValueError):
    """The query is none that is taken here."""


class WrongType(NotUnderstood):
    """A value is of another type than what it stands with; the text says so as OData does."""


# what a property is by its path (as in `plain_values.EDM`), None for anything
Types: TypeAlias = Callable[[str], "str | None"]


@dataclass
class Filter:
    """A condition, and which operators it has for which properties; `$count=1` is a comparison of how many."""

    meets: Condition
    uses: frozenset[tuple[str, str]] = field(default_factory=frozenset[tuple[str, str]])

    @property
    def advanced(self) -> frozenset[str]:
        """The operators that are taken in advanced queries only."""
        return frozenset(operator.partition("=")[0] for _, operator in self.uses) & _ADVANCED


def read_filter(text: str, names: frozenset[str], types: Types) -> Filter:
    """The condition of a `$filter`; `names` are the properties that there are. Raises NotUnderstood, of which WrongType
    is one."""
    parser = _Parser(text, names, types)
    return Filter(parser.whole(), frozenset(parser.uses))


def read_search(text: str) -> Condition:
    """The condition of a `$search`: `"displayName:eva" OR "mail:eva"`. Raises NotUnderstood."""
    either: list[Condition] = []
    for alternative in re.split(r"\s+OR\s+", text.strip()):
        both = [_searched(part) for part in re.split(r"\s+AND\s+", alternative)]
        either.append(all_of(both))
    return any_of(either)


def ordered(rows: list[JsonObject], text: str, names: frozenset[str]) -> list[JsonObject]:
    """The rows in the order of an `$orderby`. Raises NotUnderstood."""
    for part in reversed(text.split(",")):
        given, _, direction = part.strip().partition(" ")
        name = own_spelling(given, names)
        if name not in names or direction.strip().lower() not in ("", "asc", "desc"):
            raise NotUnderstood(part)
        rows = sorted(rows, key=lambda row: _sortable(row.get(name)), reverse=direction.strip().lower() == "desc")
    return rows


def _sortable(value: Json) -> tuple[bool, str]:
    return (value is not None, normal(str(value)))


def _searched(part: str) -> Condition:
    found = _SEARCHED.fullmatch(part.strip().strip("()"))
    if found is None:
        raise NotUnderstood(part)
    name, wanted = found["name"], normal(found["value"])
    words = re.compile(rf"(?:^|[\W_]){re.escape(wanted)}")
    return lambda row: words.search(normal(str(held_at(row, name) or ""))) is not None


class _Parser(Joining[JsonObject]):
    def __init__(self, text: str, names: frozenset[str], types: Types) -> None:
        self._text = text.strip()
        super().__init__(Cursor(self._text, _TOKEN, self._not_understood), self._not_understood, _DEEPEST)
        self._names = names
        self._types = types
        self._variable = ""
        self._within = ""
        self._negated = 0
        self.uses: set[tuple[str, str]] = set()

    def _not_understood(self) -> NotUnderstood:
        return NotUnderstood(self._text)

    def _not(self) -> Condition:
        self._negated += 1
        try:
            return super()._not()
        finally:
            self._negated -= 1

    def _word(self) -> str:
        """The next word; a property is spelled as its own name is."""
        word = self._tokens.next()["word"] or ""
        is_within = self._variable and word.partition("/")[0] == self._variable
        return word if is_within else own_spelling(word, self._names)

    def _use(self, path: str, operator: str) -> None:
        """Note an operator: one for an item of a collection is one for the collection."""
        name = self._full(path).partition("/")[0]
        self.uses.add((name, operator))
        if self._negated:
            self.uses.add((name, "not"))

    def _full(self, path: str) -> str:
        """A path from the object itself, where it may be from an item of a collection."""
        first, _, rest = path.partition("/")
        if not self._variable or first != self._variable:
            return path
        return f"{self._within}/{rest}" if rest else self._within

    def _type(self, path: str) -> str | None:
        return self._types(self._full(path))

    def _check(self, misfit: str | None) -> None:
        if misfit is not None:
            raise WrongType(misfit)

    def _test(self) -> Condition:
        word = self._word()
        if not word:
            raise NotUnderstood(self._text)
        if word.lower() in _FUNCTIONS:
            return self._function(word.lower())
        path, _, last = word.rpartition("/")
        if last in ("any", "all") and path:
            return self._some(path, every=last == "all")
        return self._comparison(word)

    def _function(self, name: str) -> Condition:
        self._expect("(")
        path = self._word()
        read = self._property(path)
        self._use(path, name)
        self._expect(",")
        literal = self._value()
        self._check(misfit_in_function(name, literal))
        wanted = normal(str(literal.value))
        self._expect(")")
        test = _FUNCTIONS[name]
        return lambda row: any(test(normal(str(held)), wanted) for held in read(row) if held is not None)

    def _some(self, path: str, *, every: bool) -> Condition:
        """`proxyAddresses/any(x:x eq '...')`: a condition on the items of a collection."""
        items = self._property(path)
        self._expect("(")
        if not every and self._take(")"):  # whether there is any at all
            self._use(path, "eq")
            return lambda row: any(held is not None for held in items(row))
        found = self._tokens.next()
        if not found["lambda"]:
            raise NotUnderstood(self._text)
        before = self._variable, self._within
        self._variable, self._within = found["word"] or "", self._full(path)
        inner = self._either()
        self._variable, self._within = before
        self._expect(")")
        test = all if every else any
        return lambda row: test(inner({"": held}) for held in items(row))

    def _comparison(self, word: str) -> Condition:
        counted = word.endswith("/$count")
        path = word.removesuffix("/$count")
        read = self._property(path)
        operator = (self._tokens.next()["word"] or "").lower()
        if operator == "in":
            wanted = self._values(self._type(path))
            self._use(path, operator)
            return lambda row: any(_compare("eq", held, one) for held in read(row) or [None] for one in wanted)
        if operator not in _COMPARISONS:
            raise NotUnderstood(operator)
        literal = self._value()
        self._check(misfit_of(operator, "int32" if counted else self._type(path), literal))
        value = literal.value
        if counted:
            self._use(path, f"$count={value:g}" if isinstance(value, float) else "$count")
            return lambda row: _compare(operator, len(read(row)), value)
        self._use(path, NULL if operator == "eq" and value is None else operator)
        if operator == "ne":
            return lambda row: not any(_compare("eq", held, value) for held in read(row) or [None])
        return lambda row: any(_compare(operator, held, value) for held in read(row) or [None])

    def _property(self, path: str | None) -> Callable[[JsonObject], list[Json]]:
        """The values at a path: several if there is a collection on the way."""
        names = (path or "").split("/")
        if self._variable and names[0] == self._variable:
            names = ["", *names[1:]]
        elif names[0] not in self._names:
            raise NotUnderstood(names[0])

        def read(row: JsonObject) -> list[Json]:
            held: list[Json] = [row]
            for name in names:
                held = [held_at(item, name) for item in held if isinstance(item, dict)]
                held = [each for item in held for each in (item if isinstance(item, list) else [item])]
            return held

        return read

    def _values(self, kind: str | None) -> list[Json]:
        self._expect("(")
        found = [self._value()]
        while self._take(","):
            found.append(self._value())
        self._expect(")")
        for literal in found:
            self._check(misfit_in_list(kind, literal))
        return [literal.value for literal in found]

    def _value(self) -> Literal:
        found = self._tokens.next()
        text, number, word = found["text"], found["number"], found["word"]
        if text is not None:
            return Literal("text", text.replace("''", "'"))
        if found["date"] is not None:
            return Literal("date-time", found["date"])
        if found["guid"] is not None:
            return Literal("uuid", found["guid"])
        if number is not None:
            return Literal("double" if "." in number else "int32", float(number))
        if word in _WORDS:
            return Literal("null" if word == "null" else "boolean", _WORDS[word])
        raise NotUnderstood(self._text)


def _compare(operator: str, held: Json, wanted: Json) -> bool:
    if held is None or wanted is None or isinstance(held, bool) or isinstance(wanted, bool):
        return operator == "eq" and held is wanted
    if isinstance(held, int | float) and isinstance(wanted, int | float):
        return _order(operator, held < wanted, held == wanted)
    if operator != "eq":
        first, second = moment(str(held)), moment(str(wanted))
        if first is not None and second is not None:
            return _order(operator, first < second, first == second)
    one, other = normal(str(held)), normal(str(wanted))
    return _order(operator, one < other, one == other)


def _order(operator: str, less: bool, same: bool) -> bool:
    return {"eq": same, "ne": not same, "lt": less, "le": less or same, "gt": not less and not same, "ge": not less}[
        operator
    ]
