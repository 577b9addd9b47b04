"""`$search` of messages: the words of a keyword query (KQL) in what a message says.

Source: https://learn.microsoft.com/en-us/graph/search-query-parameter#using-search-on-message-collections. Words,
phrases, `property:value`, AND and OR are taken; other operators are refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from keyturn.sandbox.graph.attachments import attached
from keyturn.sandbox.graph.mail_store import RECIPIENTS
from keyturn.sandbox.graph.odata import NotUnderstood
from keyturn.sandbox.joining import Condition
from keyturn.sandbox.values import Json, JsonObject, as_list, as_object, as_text, normal

_TERM = re.compile(r'\s*(?:(?P<name>[A-Za-z]+):)?(?:"(?P<phrase>[^"]*)"|(?P<word>[^\s"()]+))')
_REFUSED = frozenset({"NOT", "NEAR", "ONEAR", "XRANK"})


def read_mail_search(text: str) -> Condition:
    """The condition of a `$search`. Raises NotUnderstood."""
    query = text.strip().removeprefix('"').removesuffix('"').replace('\\"', '"')
    either = [[*_terms(part)] for part in re.split(r"\s+OR\s+", query)]
    if not all(either):
        raise NotUnderstood(text)
    return lambda row: any(all(term(row) for term in both) for both in either)


def _terms(text: str) -> Iterator[Condition]:
    at, text = 0, text.strip()
    while at < len(text):
        found = _TERM.match(text, at)
        if found is None or found["word"] in _REFUSED:
            raise NotUnderstood(text)
        at = found.end()
        name, value = (found["name"] or "").lower(), found["phrase"] or found["word"] or ""
        if name not in _READ:
            raise NotUnderstood(f"'{found['name']}' is no property that is searched")
        if name or value != "AND":
            yield _having(_READ[name], value)


def _having(read: Callable[[JsonObject], Iterator[str]], value: str) -> Condition:
    wanted = re.compile(rf"(?:^|\W){re.escape(normal(value.rstrip('*')))}")
    return lambda row: any(wanted.search(normal(text)) is not None for text in read(row))


def _texts(*names: str) -> Callable[[JsonObject], Iterator[str]]:
    def read(row: JsonObject) -> Iterator[str]:
        for name in names:
            yield from _said(row.get(name))

    return read


def _said(value: Json) -> Iterator[str]:
    """What a property says: a text, what a body is, or whom people are by name and address."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, bool):
        yield str(value)
    for each in map(as_object, as_list(value) or [value]):
        address = as_object(each.get("emailAddress"))
        yield from (as_text(held) for held in (each.get("content"), address.get("name"), address.get("address")))


def _files(row: JsonObject) -> Iterator[str]:
    return (as_text(each["name"]) for each in attached(row))


_READ: dict[str, Callable[[JsonObject], Iterator[str]]] = {
    "": _texts("from", "subject", "body"),
    "subject": _texts("subject"),
    "body": _texts("body"),
    "from": _texts("from"),
    "to": _texts("toRecipients"),
    "cc": _texts("ccRecipients"),
    "bcc": _texts("bccRecipients"),
    "recipients": _texts(*RECIPIENTS),
    "participants": _texts("from", *RECIPIENTS),
    "importance": _texts("importance"),
    "hasattachments": _texts("hasAttachments"),
    "attachment": _files,
}
