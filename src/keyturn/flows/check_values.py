"""Checks of values: references, their scope, and the conversion that will happen."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Protocol

from .conditions import condition_problems
from .conversion import ConversionError, conversion, converter
from .document import Card
from .json import JSON
from .problems import Severity
from .scope import RESERVED, Fields, Scope
from .spec import CardSpec, FieldFormat, FieldSpec
from .types import ANY, TEXT, Kind, Type
from .values import Each, Index, Name, Reference, Static, Template, Value, ValueSyntaxError, parse_value, references

Path = tuple[str | int, ...]


class Say(Protocol):
    """Notes down a problem."""

    def __call__(
        self,
        code: str,
        what: str,
        mend: str,
        path: Path,
        card: str | None = None,
        field: str | None = None,
        severity: Severity = Severity.ERROR,
    ) -> None: ...


class ValueCheck:
    """Checks the values of one card in one scope."""

    def __init__(self, say: Say, scope: Scope, card: str | None) -> None:
        self._say = say
        self._scope = scope
        self._card = card

    def inputs(self, card: Card, spec: CardSpec, path: Path) -> None:
        """The inputs of a card against its declaration."""
        signature = spec.signature(card.options)
        declared = {field.name: field for field in signature.inputs}
        for name, raw in card.inputs.items():
            here = (*path, "inputs", name)
            field = declared.get(name)
            if field is not None:
                self._declared(raw, field, here)
            elif spec.free_inputs:
                wanted = Type.parse(card.outputs[name]) if self._mirrors(card, spec, name) else ANY
                self.raw(raw, wanted, name, here)
            else:
                self._unknown(name, list(declared), spec.title, here)
        for field in signature.inputs:
            if field.required and card.inputs.get(field.name) is None:
                what = f"{spec.title} needs {field.name!r}."
                mend = f"Give it a value: {field.about or field.title}"
                self._say("missing-input", what, mend, (*path, "inputs"), self._card, field.name)

    @staticmethod
    def _mirrors(card: Card, spec: CardSpec, name: str) -> bool:
        """Whether a free input is converted to the type of the output of the same name (Assign)."""
        if not (spec.free_outputs and name in card.outputs):
            return False
        return card.outputs[name].removeprefix("list of ") in set(Kind)

    def _unknown(self, name: str, known: list[str], title: str, path: Path) -> None:
        near = get_close_matches(name, known, 1)
        has = f"It has: {', '.join(known)}." if known else "It has none."
        mend = f"Did you mean {near[0]!r}? {has}" if near else has
        self._say("unknown-input", f"{title} has no input {name!r}.", mend, path, self._card, name)

    def _declared(self, raw: JSON, field: FieldSpec, path: Path) -> None:
        if field.format is FieldFormat.CONDITION:
            self.condition(raw, path)
            return
        value = self.raw(raw, field.type, field.name, path)
        if field.choices and isinstance(value, Static):
            allowed = [choice.value for choice in field.choices]
            if value.value not in allowed:
                what = f"{value.value!r} is no choice for {field.name!r}."
                mend = f"Choose one of: {', '.join(map(str, allowed))}."
                self._say("unknown-choice", what, mend, path, self._card, field.name)

    def condition(self, raw: JSON, path: Path) -> None:
        """A comparison or a group of them."""
        for inner, what, mend in condition_problems(raw):
            self._say("bad-condition", what, mend, (*path, *inner), self._card, "when")
        self.raw(raw, ANY, "when", path)

    def free(self, values: Mapping[str, JSON], path: Path) -> None:
        """Values of no declared type."""
        for name, raw in values.items():
            self.raw(raw, ANY, name, (*path, name))

    def raw(self, raw: JSON, wanted: Type, field: str, path: Path) -> Value | None:
        """One value; gives it parsed, or None if it cannot be read."""
        try:
            value = parse_value(raw)
        except ValueSyntaxError as error:
            mend = "References look like {{ card.output }}, {{ event.name }}, {{ card.rows[0].id as number }}."
            self._say("bad-reference", f"{{{{ {error.text} }}}}: {error.reason}.", mend, path, self._card, field)
            return None
        for reference in references(value):
            self._reference(reference, field, path)
        self._conversion(value, wanted, field, path)
        return value

    def _reference(self, reference: Reference, field: str, path: Path) -> None:
        fields = self._scope.roots.get(reference.root)
        shown = f"{{{{ {reference} }}}}"
        if fields is None:
            self._out_of_scope(reference.root, shown, field, path)
            return
        first = reference.path[0] if reference.path else None
        if isinstance(first, Name) and not fields.open and first.name not in fields.known:
            known = list(fields.known)
            near = get_close_matches(first.name, known, 1)
            has = f"It has: {', '.join(known)}." if known else "It gives nothing."
            mend = f"Did you mean {near[0]!r}? {has}" if near else has
            what = f"{shown}: {reference.root!r} has no output {first.name!r}."
            self._say("unknown-output", what, mend, path, self._card, field)

    def _out_of_scope(self, root: str, shown: str, field: str, path: Path) -> None:
        if root in self._scope.later:
            what = (
                f"{shown}: the card {root!r} comes later, or stands inside a branch or loop that this card is not in."
            )
            mend = "Move this card behind it, or hand the value on with set and outputs of the branch."
            self._say("reference-not-in-scope", what, mend, path, self._card, field)
            return
        if root in RESERVED:
            what = f"{shown}: there is no {root!r} here."
            mend = "item and index exist inside loops, error in a catch branch and under on_error."
        else:
            near = get_close_matches(root, list(self._scope.roots), 1)
            what = f"{shown}: there is no card {root!r}."
            mend = f"Did you mean {near[0]!r}?" if near else f"Here may stand: {', '.join(self._scope.roots)}."
        self._say("unknown-reference", what, mend, path, self._card, field)

    def _conversion(self, value: Value, wanted: Type, field: str, path: Path) -> None:
        match value:
            case Static(raw):
                self._static(raw, wanted, field, path)
            case Reference():
                self._between(self._type_of(value), wanted, field, path)
            case Template():
                self._between(TEXT, wanted, field, path)
            case _:
                return

    def _static(self, raw: JSON, wanted: Type, field: str, path: Path) -> None:
        convert = converter(wanted)
        if convert is None or raw is None:
            return
        try:
            convert(raw)
        except ConversionError as error:
            mend = f"Give {field!r} a value of type {wanted}."
            self._say("bad-value", f"The value does not fit: {error}.", mend, path, self._card, field)

    def _between(self, source: Type, wanted: Type, field: str, path: Path) -> None:
        result = conversion(source, wanted)
        if not result.possible:
            what = f"The value does not fit: {result.text}."
            self._say("no-conversion", what, f"Give {field!r} a value of type {wanted}.", path, self._card, field)
        elif result.may_fail:
            what = f"This conversion can fail, depending on the value: {result.text}."
            mend = "Make sure that the value always fits, or check it before."
            self._say("conversion-may-fail", what, mend, path, self._card, field, Severity.WARNING)

    def _type_of(self, reference: Reference) -> Type:
        if reference.convert is not None:
            return reference.convert
        fields = self._scope.roots.get(reference.root, Fields(open=True))
        if not reference.path:
            return fields.whole
        kind = fields.known.get(reference.path[0].name, ANY) if isinstance(reference.path[0], Name) else ANY
        for step in reference.path[1:]:
            if isinstance(step, Index | Each) and kind.depth:
                kind = kind.item if isinstance(step, Index) else kind
            else:
                return ANY
        return kind
