"""The tables of cases that say what each function card does, and on which basis.

A table is a YAML file per category::

    text.trim:
      - basis: documented
        cases:
          - [{text: " a "}, "a"]
      - basis: assumed
        why: Flows from Okta Workflows run with loose nulls.
        cases:
          - [{text: null}, ""]
          - [{text: {a: 1}}, !error text]

A case is a pair: the inputs, and the value of the only output, or an object of all outputs where a card has several.
``!error FIELD`` expects an error that names the field. A third part gives the ports of cards of chance: ``now`` and
``random`` (numbers that are drawn in turn, the last one for ever); of table cards ``options`` of the card, ``rows``
that are in the table before, and ``after``, those that are in it afterwards; of file cards ``answer`` (of the app),
``sent`` (to it) and ``content`` (of the file that is made); of control cards what the card has besides its inputs:
``do``, ``branches``, ``outputs``, ``options``, ``call`` with the ``helper`` flow; the cards ``first`` and ``then``
around it; of a run that waits what is ``said`` to its pause, and how many seconds ``later`` it goes on. Expected values
are written from the basis, never from what the code gives.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import cast

import orjson
from ruamel.yaml import YAML
from ruamel.yaml.constructor import SafeConstructor
from ruamel.yaml.nodes import ScalarNode

from keyturn.flows.json import JSON, Values

COUNTS_FILE = "case_counts.json"


class Basis(StrEnum):
    """Where an expected value comes from."""

    DOCUMENTED = "documented"  # the reference tells the result
    EXPORT = "export"  # a real export shows it
    ASSUMED = "assumed"  # our reasoned choice


@dataclass(frozen=True, slots=True)
class Expected:
    """An error that names a field."""

    field: str


@dataclass(frozen=True, slots=True)
class Case:
    """One line of a table.

    Attributes:
        key: the card.
        given: its inputs.
        expected: the value of its only output, an object of its outputs, or an error.
        ports: clock and chance, for cards that use them.
        why: the reason of an assumption.
    """

    key: str
    basis: Basis
    why: str
    given: Values
    expected: JSON | Expected
    ports: Values


class CaseTableError(ValueError):
    """A table that cannot be read: which card, and what is wrong."""


class _Constructor(SafeConstructor):
    """Dates stay texts; ``!error`` is an expected error."""


def _scalar(node: ScalarNode) -> str:
    return str(cast("object", node.value))  # pyright: ignore[reportUnknownMemberType]


def _text_of(_: _Constructor, node: ScalarNode) -> str:
    return _scalar(node)


def _error_of(_: _Constructor, node: ScalarNode) -> Expected:
    return Expected(_scalar(node))


_Constructor.add_constructor("tag:yaml.org,2002:timestamp", _text_of)  # pyright: ignore[reportUnknownMemberType]
_Constructor.add_constructor("!error", _error_of)  # pyright: ignore[reportUnknownMemberType]


def read_tables(folder: Path) -> list[Case]:
    """All cases of the tables in a folder.

    Raises:
        CaseTableError: a table is not of the form above, an assumption has no reason, or two tables have the same card.
    """
    tables = [read_table(file.read_text(encoding="utf-8")) for file in sorted(folder.glob("*.yaml"))]
    known: set[str] = set()
    for table in tables:
        keys = {case.key for case in table}
        if twice := keys & known:
            raise CaseTableError(f"{min(twice)} stands in two tables.")
        known |= keys
    return [case for table in tables for case in table]


@cache
def read_table(text: str) -> tuple[Case, ...]:
    """The cases of one table. Raises CaseTableError. Reading takes long: a text that was read before is not again."""
    yaml = YAML(typ="safe", pure=True)
    yaml.Constructor = _Constructor
    return tuple(_table(cast("Values", yaml.load(text))))  # pyright: ignore[reportUnknownMemberType]


def _table(table: Values) -> Iterator[Case]:
    for key, groups in table.items():
        if not isinstance(groups, list):
            raise CaseTableError(f"{key}: give a list of groups, each with basis and cases")
        for group in groups:
            if not isinstance(group, dict) or not isinstance(group.get("cases"), list):
                raise CaseTableError(f"{key}: a group has basis, why and cases")
            basis, why = Basis(str(group["basis"])), str(group.get("why") or "")
            if bool(why) != (basis is Basis.ASSUMED):
                raise CaseTableError(f"{key}: assumptions have a reason (why), and nothing else has one")
            for case in cast("list[JSON]", group["cases"]):
                yield _case(key, basis, why, case)


def _case(key: str, basis: Basis, why: str, case: JSON) -> Case:
    if not isinstance(case, list) or len(case) not in (2, 3) or not isinstance(case[0], dict):
        raise CaseTableError(f"{key}: a case is [inputs, outputs], not {case!r}")
    ports: JSON = case[2] if len(case) == 3 else dict[str, JSON]()
    if not isinstance(ports, dict):
        raise CaseTableError(f"{key}: the ports of a case are an object, not {ports!r}")
    return Case(key, basis, why, case[0], case[1], ports)


def count(cases: Iterable[Case]) -> dict[str, dict[str, int]]:
    """How many cases there are for each card, by basis."""
    counts: dict[str, dict[str, int]] = {}
    for case in cases:
        of_card = counts.setdefault(case.key, {basis.value: 0 for basis in Basis})
        of_card[case.basis.value] += 1
    return dict(sorted(counts.items()))


def written_counts(cases: Iterable[Case]) -> bytes:
    """The counts as the file that comes with the program (``make docs`` writes it, a test keeps it true)."""
    return orjson.dumps(count(cases), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


@cache
def shipped_counts() -> dict[str, dict[str, int]]:
    """The counts that came with the program."""
    raw = files(__package__ or "keyturn.cards").joinpath(COUNTS_FILE).read_bytes()
    return cast("dict[str, dict[str, int]]", orjson.loads(raw))
