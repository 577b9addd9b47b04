"""Reads the fields that an app describes: a customer's own attributes, with their types and choices."""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.flows.conversion import to_text
from keyturn.flows.json import JSON, Values
from keyturn.flows.spec import Choice, FieldSpec
from keyturn.flows.types import ANY, Type

from .manifest import FieldsModel
from .templates import compile_raw

_LISTS = "list of "


class FieldReader:
    """Reads what a manifest says of loaded fields from the records of an answer."""

    def __init__(self, model: FieldsModel) -> None:
        self._types = model.types
        told = (model.name, model.title, model.type, model.items, model.several, model.about, model.required)
        self._parts = [compile_raw(raw) for raw in told]
        self._places = [compile_raw(raw) for raw in model.choices]
        self._choice, self._label = compile_raw(model.choice), compile_raw(model.choice_label)

    def read(self, roots: Values) -> FieldSpec | None:
        """The field of a record; None if it has no name."""
        name, title, kind, items, several, about, required = (part(roots) for part in self._parts)
        if not name:
            return None
        found = self._type(kind, items, several=several is True)
        return FieldSpec(
            to_text(name),
            found,
            to_text(title),
            to_text(about),
            required=required is True,
            choices=() if str(found).startswith(_LISTS) else tuple(self._choices(roots)),
        )

    def _type(self, kind: JSON, items: JSON, *, several: bool) -> Type:
        told, inside = self._types.get(to_text(kind)), self._types.get(to_text(items))
        if told is not None and told.startswith(_LISTS) and inside is not None and not inside.startswith(_LISTS):
            told = _LISTS + inside
        elif told is not None and several and not told.startswith(_LISTS):
            told = _LISTS + told
        return Type.parse(told) if told else ANY

    def _choices(self, roots: Values) -> Iterator[Choice]:
        for place in self._places:
            found = place(roots)
            if isinstance(found, list) and found:
                for one in found:
                    named: Values = {"choice": one}
                    value = self._choice(named) if isinstance(one, dict) else one
                    if value is not None:
                        label = self._label(named) if isinstance(one, dict) else None
                        yield Choice(value, to_text(label) or to_text(value))
                return
