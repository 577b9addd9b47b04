"""Lists that come page after page: where the records of a page stand, and how the next one is asked for.

A next page is only ever asked for below the connection's own base, whatever address the app gives for it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlsplit

from keyturn.flows.conversion import to_text
from keyturn.flows.errors import ErrorDetail
from keyturn.flows.json import JSON, Values
from keyturn.flows.resolve import Resolver, compile_value
from keyturn.flows.values import Name, Reference, parse_value

from .listing import but_at, other_list
from .outgoing import Outgoing
from .request_models import PagingModel
from .templates import compile_raw

LINK = "link"
# RFC 8288, section 3: <target>; name=value; name="value", ...
_LINK_VALUE = re.compile(r'<([^<>]*)>((?:\s*;\s*[\w*!-]+\s*=\s*(?:"[^"]*"|[^\s",;]+))*)')
_NUMBER = re.compile(r"\bfirst (\d+)\b", re.IGNORECASE)
_RELATION = re.compile(r';\s*rel\s*=\s*(?:"([^"]*)"|([^\s",;]+))', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list.

    Attributes:
        next: token of the next page: what the query parameter takes, or the page's path and query; None at the end.
    """

    records: list[JSON]
    next: str | None


@dataclass(frozen=True, slots=True)
class Here:
    """Where pages are asked for.

    Attributes:
        base_url: the connection's address.
        other_hosts: the app may name them by other hosts all the same.
    """

    base_url: str
    other_hosts: bool = False

    def below(self, address: str) -> str:
        """Path and query of a page, without the base's own path. Raises UnusablePage if it is another host's."""
        try:
            host, mine = urlsplit(address).hostname, urlsplit(self.base_url).hostname
        except ValueError as error:
            raise UnusablePage("the address of its next page is none.") from error
        if host is not None and host != mine and not self.other_hosts:
            what = f"its next page is at {host}, and the connection is for {mine}: credentials go to no other host."
            raise UnusablePage(what)
        return below(self.base_url, address)


class UnusablePage(Exception):
    """A page that a list cannot go on with: it has no list where its records should be, or its next pages never end."""


_CIRCLE = "its next page is one that was there before, so that the list would never end."
_MOST_EMPTY = 200


class Trail:
    """The pages that one list has gone through: an app that leads in a circle, or on and on with nothing in its pages,
    is not followed for ever."""

    def __init__(self) -> None:
        self._seen: set[str] = set()
        self._empty = 0
        self._pages = 0

    def told(self, error: ErrorDetail, records: int) -> ErrorDetail:
        """The error of a page with how far it came until then."""
        if not self._pages:
            return error
        many = "1 record" if records == 1 else f"{records:,} records"
        what = f"{error.message} That was page {self._pages + 1:,}; the {many} before it are not kept."
        return replace(error, message=what)

    def passed(self, page: Page) -> None:
        """A page was read. Raises UnusablePage if there is no sense in asking for the next."""
        if page.next is None:
            return
        if page.next in self._seen:
            raise UnusablePage(_CIRCLE)
        self._seen.add(page.next)
        self._empty = 0 if page.records else self._empty + 1
        if self._empty >= _MOST_EMPTY:
            raise UnusablePage(f"{_MOST_EMPTY} pages in a row were empty, and each named a next one.")
        self._pages += 1


class Paging:
    """How one action pages."""

    def __init__(self, model: PagingModel) -> None:
        self.most = model.most
        self._empty_ends = model.empty_ends
        self._first_page = number_in(model.page)
        self._size = compile_raw(model.size)
        self._query = model.offset.query if model.offset else model.query
        self._records = compile_raw(model.records)
        self._where, self._always, self._beside = model.records, model.always, model.beside
        self._holder = _holder_of(model.records)
        self._place = names_to(model.records)
        self._next = None if model.next == LINK or model.offset else compile_raw(model.next)
        self._first = model.offset.first if model.offset else 1
        self._total = compile_raw(model.offset.total) if model.offset else None

    def wanted(self, results: JSON, roots: Values) -> tuple[int, int]:
        """With how many records one has enough, and how many are given at most.

        Apps give pages that are shorter than asked for, also empty ones, where there are more. So the first page is as
        many records as its name says, or as an input says; without a number it is the first page with something in it.
        """
        if results != "page" or self._first_page is None:
            return 1 if results == "page" else self.most, self.most
        size = self._size(roots)
        asked = int(size) if isinstance(size, int | float) and size >= 1 else self.most
        number = min(self._first_page, asked, self.most)
        return number, number

    def read(self, answer: Values, here: Here, token: str | None = None) -> Page:
        """The page in an answer (``status``, ``headers``, ``body``).

        Args:
            token: the one by which this page was asked for; None for the first.

        Raises:
            UnusablePage: its list is not where it should be, or its next page is this very one. An empty list may be
                left out where the manifest says that the app does so.
        """
        records = self._listed(answer)
        if self._total is not None:
            return Page(records, self._behind(records, to_text(self._total(answer)), token))
        following = "" if self._empty_ends and not records else self._next_in(answer)
        if following and self._query is None:
            following = here.below(following)
        if following and following == token:
            raise UnusablePage(_CIRCLE)
        return Page(records, following or None)

    def whole(self, answer: Values, records: list[JSON]) -> Values:
        """The answer of the last page with the records of all: the list stands where it stood."""
        return _with(answer, self._place, records)

    def goes_on(self, answer: Values) -> bool:
        """Whether an answer names a next page in this way, whatever list it is of."""
        if self._total is None:
            return bool(self._next_in(answer))
        records = self._records(answer)
        return (
            self._behind(records if isinstance(records, list) else [], to_text(self._total(answer)), None) is not None
        )

    def _listed(self, answer: Values) -> list[JSON]:
        found = self._records(answer)
        if isinstance(found, list):
            return found
        if found is None and not self._always and self._is_left_out(answer):
            return []
        there = "nothing" if found is None else "an object" if isinstance(found, dict) else "no list"
        but = but_at(self._other_list(answer)) if found is None else ""
        raise UnusablePage(f"its records should be at {self._where}, and there is {there}{but}.")

    def _is_left_out(self, answer: Values) -> bool:
        """Whether nothing stands where an empty list would be: in an object, which tells no records in all, or else has
        no other list."""
        holder = self._holder(answer) if self._holder is not None else None
        if self._total is not None:
            return isinstance(holder, dict) and to_text(self._total(answer)) == "0"
        return isinstance(holder, dict) and self._other_list(answer) is None

    def _other_list(self, answer: Values) -> str | None:
        return other_list(self._holder(answer), self._beside) if self._holder is not None else None

    def _behind(self, records: list[JSON], total: str, token: str | None) -> str | None:
        """The number of the record behind these; an empty page ends a list, whatever count is told."""
        number = (int(token) if token is not None and token.isdigit() else self._first) + len(records)
        more = total.isdigit() and number - self._first < int(total)
        return str(number) if records and more else None

    def _next_in(self, answer: Values) -> str:
        if self._next is not None:
            return to_text(self._next(answer))
        headers = answer.get("headers")
        return _next_link(to_text(headers.get(LINK)) if isinstance(headers, dict) else "")

    def ask(self, first: Outgoing, token: str) -> Outgoing:
        """The request for the page with this token.

        Args:
            first: the request for the first page.
        """
        if self._query is not None:
            return replace(first, query={**first.query, self._query: token})
        parts = urlsplit(token)
        return replace(first, path=parts.path, query=_query(parts.query))


def number_in(page: str) -> int | None:
    """How many records the first page has by its name; None where the name does not say it."""
    found = _NUMBER.search(page)
    return int(found.group(1)) if found else None


def names_to(records: str) -> tuple[str, ...]:
    """The names that lead to a list in an answer; none where it is not reached by names alone."""
    value = parse_value(records)
    if not isinstance(value, Reference) or not all(isinstance(step, Name) for step in value.path):
        return ()
    return (value.root, *(step.name for step in value.path if isinstance(step, Name)))


def _with(value: JSON, place: tuple[str, ...], records: list[JSON]) -> Values:
    """An object that has the records at this place."""
    made: Values = {**value} if isinstance(value, dict) else {}
    if place:
        made[place[0]] = _with(made.get(place[0]), place[1:], records) if place[1:] else records
    return made


def _holder_of(records: str) -> Resolver | None:
    """A closure that gives the object in which the list stands; None where the list is the whole answer."""
    value = parse_value(records)
    if not isinstance(value, Reference) or not value.path:
        return None
    return compile_value(Reference(value.root, value.path[:-1]))


def _next_link(header: str) -> str:
    """The target of the link with the relation ``next``; empty if there is none."""
    for target, parameters in _LINK_VALUE.findall(header):
        relation = _RELATION.search(parameters)
        if relation and "next" in (relation.group(1) or relation.group(2)).lower().split():
            return target
    return ""


def below(base_url: str, address: str) -> str:
    """Path and query of an address, without the base's own path; the rest of it does not count."""
    parts, prefix = urlsplit(address), urlsplit(base_url).path.rstrip("/")
    path = parts.path.removeprefix(prefix) if parts.path.startswith(prefix + "/") else parts.path
    return f"{path}?{parts.query}" if parts.query else path


def _query(text: str) -> Values:
    """A query as names and values; a name that comes several times has a list."""
    found: Values = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        known = found.get(name)
        if name not in found:
            found[name] = value
        elif isinstance(known, list):
            known.append(value)
        else:
            found[name] = [known, value]
    return found
