"""Which fields an app's error names: by a key of its own in the answer, as RFC 9457's problem types, JSON:API and many
apps have it, or in a sentence that calls it a field."""

from __future__ import annotations

import re
from collections.abc import Iterator

from keyturn.flows.json import JSON

# Keys whose value is a field's name wherever they stand, and those that say it in a list of errors only: elsewhere they
# are an error's kind or the address that was asked.
_ANYWHERE = frozenset({"field", "fieldname", "param", "parameter", "attribute", "property", "propertyname", "pointer"})
_IN_LISTS = frozenset({"path", "instancepath", "datapath", "loc", "location", "target"})
_LISTS = frozenset({"errors", "fielderrors", "validationerrors", "invalidparams", "details", "violations", "issues"})
_OF_PARAMS = frozenset({"invalidparams", "violations"})  # where a name is a field's
_ELSEWHERE = frozenset({"header", "cookie"})
_DEEPEST = 4
_FIELD = r"[A-Za-z_][\w.\-\[\]]*\w"
_QUOTED = rf"[\"'`‘“]({_FIELD})[\"'`’”]"
_SAYS = re.compile(
    rf"\b(?:field|parameter|property|attribute)\b:?\s+{_QUOTED}"
    rf"|{_QUOTED}\s+(?:field|parameter|property|attribute|is required|is invalid|is missing|must|can(?:no|')t)\b"
    r"|^\s*(?:[Tt]he\s+)?([a-z]+[_A-Z][\w.]*)(?::|\s+(?:field|parameter|is|must|should|can(?:no|')t)\b)"
)


def blamed(body: JSON) -> tuple[str, ...]:
    """The fields that an answer names by a key of its own."""
    return tuple(dict.fromkeys(_in(body, "", 0)))


def spoken_of(message: str) -> tuple[str, ...]:
    """What a sentence calls a field."""
    return tuple(name for found in _SAYS.findall(message) for name in found if name)


def _in(body: JSON, within: str, depth: int) -> Iterator[str]:
    """Args:
    within: the key of the list that the value is an item of.
    """
    if depth > _DEEPEST:
        return
    match body:
        case list():
            for item in body:
                yield from _in(item, within, depth + 1)
        case dict():
            place = body.get("locationType") or body.get("in")
            if isinstance(place, str) and place in _ELSEWHERE:
                return
            for key, value in body.items():
                short = _short(key)
                if short in _ANYWHERE or (within and short in _IN_LISTS) or (short == "name" and within in _OF_PARAMS):
                    yield from _names(value)
                elif isinstance(value, list):
                    yield from _in(value, short if short in _LISTS else "", depth + 1)
                elif isinstance(value, dict) and short in _LISTS and _is_by_field(value):
                    yield from value
                elif isinstance(value, dict):
                    yield from _in(value, within if short == "source" else "", depth + 1)
        case _:
            pass


def _names(value: JSON) -> Iterator[str]:
    """A name, or the way to it: ``["body", "email"]``."""
    if isinstance(value, str) and value:
        yield value
    elif isinstance(value, list) and value:
        yield ".".join(str(one) for one in value)


def _is_by_field(value: JSON) -> bool:
    """Whether an object has what is wrong by the fields: lists of sentences, or a sentence each."""
    if not isinstance(value, dict) or not value:
        return False
    lists = [isinstance(one, list) and all(isinstance(text, str) for text in one) for one in value.values()]
    return all(lists)


def _short(key: str) -> str:
    return re.sub(r"[^a-z]", "", key.lower())
