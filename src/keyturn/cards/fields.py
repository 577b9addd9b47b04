"""Short words for the declarations of function cards: fields with what is usual about bad values.

A null text, list or object counts as empty, since flows that come from Okta Workflows run with loose nulls; a null
number or date gives null, so that what is missing is seen and is not taken for 0; a null True/False is false.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from keyturn.flows.spec import BadInput, Choice, FieldFormat, FieldSpec, OnNull, Outside
from keyturn.flows.types import ANY, BOOLEAN, DATETIME, LIST, NUMBER, OBJECT, TEXT, Type


def text(
    name: str,
    title: str,
    about: str,
    *,
    okta: str = "",
    default: str = "",
    null: OnNull = OnNull.EMPTY,
    empty: OnNull | None = None,
    required: bool = False,
    choices: Iterable[str] = (),
    note: str = "",
    long: bool = False,
) -> FieldSpec:
    """A text."""
    return FieldSpec(
        name,
        TEXT,
        title,
        about,
        required=required,
        default=None if required else default,
        choices=tuple(Choice(choice, choice) for choice in choices),
        format=FieldFormat.LONG_TEXT if long else FieldFormat.PLAIN,
        okta=okta,
        bad=BadInput(null, empty, note=note),
    )


def number(
    name: str,
    title: str,
    about: str,
    *,
    okta: str = "",
    default: float | None = None,
    null: OnNull = OnNull.NULL,
    whole: bool = False,
    least: float | None = None,
    most: float | None = None,
    outside: Outside = Outside.ERROR,
    required: bool = False,
    note: str = "",
) -> FieldSpec:
    """A number; ``whole`` for positions and counts."""
    bad = BadInput(null, None, whole, least, most, outside, note)
    return FieldSpec(name, NUMBER, title, about, required=required, default=default, okta=okta, bad=bad)


def flag(
    name: str, title: str, about: str, *, okta: str = "", default: bool = False, null: OnNull = OnNull.DEFAULT
) -> FieldSpec:
    """True or false."""
    return FieldSpec(name, BOOLEAN, title, about, default=default, okta=okta, bad=BadInput(null))


def instant(
    name: str,
    title: str,
    about: str,
    *,
    okta: str = "",
    null: OnNull = OnNull.NULL,
    required: bool = True,
) -> FieldSpec:
    """A date and time."""
    return FieldSpec(name, DATETIME, title, about, required=required, okta=okta, bad=BadInput(null))


def anything(name: str, title: str, about: str, *, okta: str = "", null: OnNull = OnNull.VALUE) -> FieldSpec:
    """A value of any type; null is a value like any other."""
    return FieldSpec(name, ANY, title, about, okta=okta, bad=BadInput(null))


def record(name: str, title: str, about: str, *, okta: str = "", required: bool = True) -> FieldSpec:
    """An object."""
    return FieldSpec(name, OBJECT, title, about, required=required, okta=okta, bad=BadInput(OnNull.EMPTY))


def items(
    name: str = "list",
    title: str = "List",
    about: str = "The list.",
    *,
    of: Type = LIST,
    okta: str = "",
    required: bool = True,
) -> FieldSpec:
    """A list."""
    return FieldSpec(name, of, title, about, required=required, okta=okta, bad=BadInput(OnNull.EMPTY))


def further(field: FieldSpec) -> FieldSpec:
    """The field, marked: the card of Okta Workflows has no such."""
    return replace(field, beyond=True)


def gives(name: str, kind: Type, title: str, about: str, *, okta: str = "") -> FieldSpec:
    """An output."""
    return FieldSpec(name, kind, title, about, okta=okta)


def gives_text(about: str, name: str = "output", title: str = "Output", *, okta: str = "") -> FieldSpec:
    """An output that is a text."""
    return gives(name, TEXT, title, about, okta=okta)


def gives_number(about: str, name: str = "output", title: str = "Output", *, okta: str = "") -> FieldSpec:
    """An output that is a number."""
    return gives(name, NUMBER, title, about, okta=okta)


def gives_flag(about: str, name: str = "output", title: str = "Output", *, okta: str = "") -> FieldSpec:
    """An output that is true or false."""
    return gives(name, BOOLEAN, title, about, okta=okta)


def gives_list(about: str, name: str = "list", title: str = "List", *, of: Type = LIST, okta: str = "") -> FieldSpec:
    """An output that is a list."""
    return gives(name, of, title, about, okta=okta)


def gives_record(about: str, name: str = "output", title: str = "Output", *, okta: str = "") -> FieldSpec:
    """An output that is an object."""
    return gives(name, OBJECT, title, about, okta=okta)
