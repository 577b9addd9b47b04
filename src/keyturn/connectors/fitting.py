"""Whether an answer is of the shape that outputs are read from: apps change, and nulls would go on unseen."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from keyturn.flows.conversion import to_text
from keyturn.flows.json import JSON, Values
from keyturn.flows.types import TEXT, Kind, Type
from keyturn.flows.values import Name, parse_value, references

from .listing import kind_of
from .manifest import OutputModel

_NO_ERROR: tuple[JSON, ...] = (None, "", 0, "0", False)
_MANY = 3  # fewer may be empty all at once: a link that is given only when it is asked for
_BELOW = {root: re.compile(rf"\{{\{{\s*{root}[.\[]") for root in ("body", "record")}
_FIRST = re.compile(r"\[\d+\]")  # of a list that may be empty: a search that finds nothing


class Fitting:
    """Holds the outputs of one action to what is declared of them.

    Args:
        lists: its outputs are those of a record.
    """

    def __init__(self, outputs: Sequence[OutputModel], *, lists: bool = False) -> None:
        self._types = {output.name: Type.parse(output.type) for output in outputs}
        self._names = frozenset(name for one in outputs for name in _read_by(one.value))
        self._required = [output.name for output in outputs if output.required]
        below = _BELOW["record" if lists else "body"]
        # of these an answer as it should be has at least one
        self._below = [one.name for one in outputs if isinstance(one.value, str) and _is_told(one.value, below)]

    def misfit(self, outputs: Values, body: JSON, *, reads: bool) -> str:
        """What is wrong with an answer; empty if nothing is. A number where a text is declared becomes its text.

        Args:
            reads: it is the answer to what changes nothing, and has something in it where an output is required.
        """
        if body in (None, "") and not (reads and self._required):
            return ""
        return self._misfit(outputs, body)

    def is_error(self, body: JSON) -> bool:
        """Whether the answer to a change says an error and nothing else: an ``error`` with a code or a message, and
        none of what the outputs are read from."""
        error = body.get("error") if isinstance(body, dict) else None
        told = isinstance(error, dict) and any(error.get(name) not in _NO_ERROR for name in ("code", "message"))
        return told and isinstance(body, dict) and self._names.isdisjoint(body)

    def lacking(self, outputs: Values) -> str:
        """The first required output that is not there; empty if all are."""
        return next((name for name in self._required if outputs.get(name) is None), "")

    def record_misfit(self, outputs: Values, record: JSON) -> str:
        """What is wrong with the first record of a list, in the same way."""
        told = "" if isinstance(record, dict) else f"it should be an object, and there is {kind_of(record)}."
        told = told if told and self._below else self._misfit(outputs, record)
        return f"its first record: {told}" if told else ""

    def _misfit(self, outputs: Values, source: JSON) -> str:
        for name, declared in self._types.items():
            value = outputs.get(name)
            if value is not None and not _fits(value, declared):
                return f"{name} should be {_named(declared)}, and there is {kind_of(value)}."
            if declared == TEXT and isinstance(value, bool | int | float):
                outputs[name] = to_text(value)
        lacking = self.lacking(outputs)
        if lacking:
            return f"it should say {lacking}, and there is {kind_of(source)} without it."
        if len(self._below) >= _MANY and all(outputs.get(name) is None for name in self._below):
            named = ", ".join(self._below[:3])
            return f"it should say {named}, and there is {kind_of(source)} without any of it."
        return ""


def _read_by(value: JSON) -> Iterator[str]:
    """The entries of answers that an output is read from."""
    for reference in references(parse_value(value)):
        match reference.path if reference.root != "body" else (Name("body"), *reference.path):
            case (Name(name="body"), Name(name=name), *_):
                yield name
            case _:
                pass


def _is_told(value: str, below: re.Pattern[str]) -> bool:
    """Whether an output is read from what an answer always has."""
    return below.search(value) is not None and _FIRST.search(value) is None


def _fits(value: JSON, declared: Type) -> bool:
    if declared.kind in (Kind.ANY, Kind.FILE, Kind.SECRET):
        return True
    if declared.is_list or declared.kind is Kind.OBJECT:
        return isinstance(value, list if declared.is_list else dict)
    return not isinstance(value, dict | list)


def _named(declared: Type) -> str:
    return "a list" if declared.is_list else "an object" if declared.kind is Kind.OBJECT else f"a {declared.kind}"
