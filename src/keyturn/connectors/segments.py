"""What is put into an address: segments that stand in an earlier answer, such as the id of who was found, of which an
answer without one is the app's fault and nothing that the card was given; and inputs, which must be fit for one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from keyturn.flows.conversion import to_text
from keyturn.flows.errors import CardError
from keyturn.flows.json import Values
from keyturn.flows.resolve import compile_value
from keyturn.flows.values import Reference, Template, parse_text

from .listing import GIVEN, AnswerLacks, Place
from .readable import to_inputs

_ITEM = "item"
_LINE_BREAK = re.compile(r"[\r\n]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_UNSEEN = "Take it out: at the beginning or the end, where such a thing comes from a paste or a file, it is not seen."


class Segments:
    """The segments of a request's addresses that references fill alone."""

    def __init__(self, addresses: Iterable[str], each: Place | None) -> None:
        written = tuple(addresses)
        found = [one for address in written for one in _alone(address) if one.root not in GIVEN]
        self._found = [(one, compile_value(one)) for one in found]
        self._inputs = [(name, compile_value(one)) for address in written for name, one in to_inputs(address)]
        self._each = each

    def check_inputs(self, roots: Values) -> None:
        """See to it that inputs can stand in an address. Raises CardError, naming the input."""
        for name, resolve in self._inputs:
            _check_input(name, to_text(resolve(roots)))

    def check(self, roots: Values) -> None:
        """See to it that each is there.

        Raises:
            AnswerLacks: an answer has not got it.
            CardError: an item of what the card was given has not got it.
        """
        for reference, resolve in self._found:
            if reference.root not in roots or resolve(roots) not in (None, ""):
                continue
            each = self._each if reference.root == _ITEM else None
            root = each.root if each is not None else reference.root
            if each is not None and root in GIVEN:
                name = each.name or root
                what = f"{name} cannot be used: an entry has nothing at {_place(reference)}."
                raise CardError.bad_input(name, what, "Check what the card is given.")
            if root in roots:
                where = f"each entry of {each.written}" if each is not None else "it"
                raise AnswerLacks(root, f"{where} should say {_place(reference)}, and there is nothing.")


def _check_input(name: str, text: str) -> None:
    """See to it that an input can stand in an address: there it would be refused in words about the whole of it."""
    if _CONTROL.search(text) is None:
        return
    what = "a line break" if _LINE_BREAK.search(text) else "a tab or another control character"
    raise CardError.bad_input(name, f"{name} holds {what}, which no address can hold.", _UNSEEN)


def _place(reference: Reference) -> str:
    return str(reference).removeprefix(reference.root).removeprefix(".").removeprefix("body.")


def _alone(address: str) -> Iterable[Reference]:
    """References that are a whole segment of a path."""
    value = parse_text(address)
    parts = value.parts if isinstance(value, Template) else (value,) if isinstance(value, Reference) else ()
    for number, part in enumerate(parts):
        before, behind = (parts[at] if 0 <= at < len(parts) else "/" for at in (number - 1, number + 1))
        if isinstance(part, str) or not isinstance(before, str) or not isinstance(behind, str):
            continue
        if before.endswith("/") and behind[:1] in ("/", "?"):
            yield part


def segments_of(path: str, links: Mapping[str, str], each: Place | None) -> Segments:
    """Those of a request."""
    return Segments((path, *links.values()), each)
