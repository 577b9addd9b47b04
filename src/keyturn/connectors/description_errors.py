"""Where code and message stand in an app's errors, from the schemas that its description has for them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from keyturn.flows.json import JSON, Values

from .description_gaps import pointed, schema_of
from .description_parts import dict_of, list_of
from .description_schemas import kind_of, properties_of
from .media_types import is_text, type_read

_LINE = "\nerrors:"
_UNTOLD = """
# The description does not say what the app's errors look like, and this is a guess: compare it with an error that the
# app gives, and write where its code and its message stand."""
_MORE = """
# The description has errors of other shapes, too, and a manifest says of one where code and message stand: of the
# others the status alone is told. Their messages stand at"""
# By the names that apps have for them, what says most before what says less: RFC 9457 (title, detail), RFC 6749 (error,
# error_description) and vendors' own.
_MESSAGES = (
    "message",
    "errorsummary",
    "errormessage",
    "errordescription",
    "detail",
    "msg",
    "description",
    "reason",
    "text",
    "title",
    "error",
)
_CODES = ("code", "errorcode", "scimtype", "error", "title", "type")
_HOLDERS = ("error", "fault", "err", "errors", "exception")
_CAUSES = ("errors", "errorcauses", "details", "causes")
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_DEEPEST = 4


@dataclass(frozen=True, slots=True)
class Place:
    """Where an error has its code, its message, and what it says besides; a path each, empty for none."""

    message: str
    code: str = ""
    details: str = ""

    def errors(self) -> Values:
        """The same as a manifest says it."""
        made: Values = {"code": _reference(self.code), "message": _reference(self.message)}
        return {**made, "details": _reference(self.details)} if self.details else made


_GUESS = Place("body.message", "body.code")


@dataclass(frozen=True, slots=True)
class Errors:
    """What a description says of errors.

    Attributes:
        place: as most of them have it; None if none says it.
        others: other shapes, of which a manifest does not say where code and message stand.
    """

    place: Place | None = None
    others: tuple[Place, ...] = ()

    def stated(self) -> Values:
        """What a manifest says of errors; a guess where nothing is known."""
        return (self.place or _GUESS).errors()

    def commented(self, text: str) -> str:
        """A manifest as it is written, with a word on its errors where they are a guess, or not all of them."""
        if self.place is None:
            return text.replace(_LINE, _UNTOLD + _LINE, 1)
        if not self.others:
            return text
        more = ", ".join(dict.fromkeys(one.message for one in self.others))
        return text.replace(_LINE, f"{_MORE}\n# {more}.{_LINE}", 1)


def errors_in(raw: Values, operations: Sequence[Values]) -> Errors:
    """What the errors of these operations have; of all that there are if these say nothing."""
    whole = (one for path in dict_of(raw.get("paths")).values() for one in dict_of(pointed(raw, path)).values())
    for those in (operations, map(dict_of, whole)):
        found = Counter(place for one in those for place in _of_operation(raw, one))
        if found:
            first, *others = (place for place, _ in found.most_common())
            return Errors(first, tuple(others))
    return Errors()


def _of_operation(raw: Values, operation: Values) -> Iterator[Place]:
    for code, answer in dict_of(operation.get("responses")).items():
        if code[:1] in ("4", "5") or code == "default":
            kinds = dict_of(pointed(raw, answer).get("content"))
            kind = type_read(kinds) or ""
            media = Values() if is_text(kind) else dict_of(kinds.get(kind))
            if (place := _in(raw, media.get("schema"), "body", 0)) is not None:
                yield place


def _in(raw: Values, holder: JSON, path: str, depth: int) -> Place | None:
    """Where an error of this schema has what it says, as far down as apps put it."""
    schema = pointed(raw, holder)
    if depth > _DEEPEST:
        return None
    if kind_of(schema) == "array":
        return _in(raw, schema.get("items"), f"{path}[0]", depth + 1)
    properties, _ = properties_of(raw, schema)
    names = {re.sub("[^a-z]", "", name.lower()): name for name in reversed(properties)}
    texts = {short: name for short, name in names.items() if _is_text(raw, properties[name])}
    message = next((name for name in _MESSAGES if name in texts), None)
    inner = (
        _in(raw, properties[names[name]], _below(path, names[name]), depth + 1) for name in _HOLDERS if name in names
    )
    deeper = next((place for place in inner if place is not None), None)
    if message is None or (message in ("title", "error", "description") and deeper is not None):
        ways = (_in(raw, one, path, depth + 1) for one in _alternatives(schema))
        return deeper or next((place for place in ways if place is not None), None)
    codes = {short: name for short, name in names.items() if _is_code(raw, properties[name])}
    code = next((name for name in _CODES if name in codes and name != message), None)
    return Place(
        _below(path, texts[message]),
        _below(path, codes[code]) if code is not None else "",
        next((told for name in _CAUSES if name in names and (told := _cause(raw, properties, path, names[name]))), ""),
    )


def _cause(raw: Values, properties: Values, path: str, name: str) -> str:
    """Where each item of a list beside the message says more; empty where it does not."""
    if kind_of(pointed(raw, properties[name])) != "array":
        return ""
    items = pointed(raw, pointed(raw, properties[name]).get("items"))
    inner, _ = properties_of(raw, items)
    names = {re.sub("[^a-z]", "", one.lower()): one for one in reversed(inner) if _is_text(raw, inner[one])}
    said = next((names[one] for one in _MESSAGES if one in names), None)
    each = f"{_below(path, name)}[]"
    return _below(each, said) if said is not None else each if kind_of(items) == "string" else ""


def _alternatives(schema: Values) -> list[JSON]:
    return [*list_of(schema.get("oneOf")), *list_of(schema.get("anyOf"))]


def _is_text(raw: Values, holder: JSON) -> bool:
    schema = schema_of(raw, holder)
    return kind_of(schema) == "string" or (kind_of(schema) is None and not _is_holder(schema))


def _is_code(raw: Values, holder: JSON) -> bool:
    return _is_text(raw, holder) or kind_of(schema_of(raw, holder)) in ("integer", "number")


def _is_holder(schema: Values) -> bool:
    return any(name in schema for name in ("properties", "allOf", "oneOf", "anyOf", "items"))


def _below(path: str, name: str) -> str:
    if _PLAIN.fullmatch(name):
        return f"{path}.{name}"
    quoted = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'{path}["{quoted}"]'


def _reference(path: str) -> str:
    return f"{{{{ {path} }}}}" if path else ""
