"""Checks of values: references, their scope, and the conversion that will happen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from .check_bodies import broken_json, is_body, says_its_type
from .check_conditions import empty_comparisons, mixed_comparisons, mixed_items
from .conditions import OF_ITEMS, ConditionProblem, Operator, condition_problems
from .conversion import Conversion, ConversionError, conversion, converter
from .document import Card
from .interface import read_type
from .json import JSON
from .problems import Severity
from .reference_types import follow
from .said import NO_PARTS, Parts, as_part
from .scope import RESERVED, Path, Scope
from .spec import CardSpec, FieldFormat, FieldSpec
from .suggest import did_you_mean, shown
from .types import ANY, TEXT, Kind, Type
from .urls import Inserted, UrlRefused, check_relative_url, compose_relative_url
from .values import Reference, Static, Template, Value, ValueSyntaxError, parse_value, read_text

_TEXTS = frozenset({Kind.TEXT, Kind.SECRET})
_SAMPLES: Mapping[Kind, JSON] = {Kind.TEXT: "text", Kind.NUMBER: 1}
_SIDES = frozenset({"a", "is", "b"})


class Say(Protocol):
    """Notes down a problem: which sentence it is, that sentence, how to mend it, where, and what it names."""

    def __call__(
        self,
        said: str,
        what: str,
        mend: str,
        path: Path,
        card: str | None = None,
        field: str | None = None,
        severity: Severity = Severity.ERROR,
        parts: Parts = NO_PARTS,
    ) -> None: ...


@dataclass(frozen=True, slots=True)
class Retyped:
    """A value that becomes another type when it is used.

    Attributes:
        path: where it stands in the document.
        text: what happens, in words: number to text.
        may_fail: it depends on the value.
    """

    card: str | None
    field: str
    path: Path
    text: str
    may_fail: bool


class ValueCheck:
    """Checks the values of one card in one scope.

    Args:
        retyped: told of the conversions that will happen, if anybody wants to know.
    """

    def __init__(
        self, say: Say, scope: Scope, card: str | None, retyped: Callable[[Retyped], None] | None = None
    ) -> None:
        self._say = say
        self._scope = scope
        self._card = card
        self._retyped = retyped
        self._declarations: dict[str, FieldSpec] = {}

    def inputs(self, card: Card, spec: CardSpec, path: Path, *, chosen: bool = True) -> None:
        """The inputs of a card against its declaration.

        Args:
            chosen: whether the options are right. If not, nobody knows which inputs were meant to exist.
        """
        signature = spec.signature(card.options)
        declared = self._declarations = {field.name: field for field in signature.inputs}
        possible = frozenset[str]() if chosen else _possible(spec)
        for name, raw in card.inputs.items():
            here = (*path, "inputs", name)
            field = declared.get(name)
            if field is not None:
                self._declared(raw, field, here)
                if spec.body and field.type.depth:
                    self._one_item(raw, field, here)
                if is_body(field) and not says_its_type(card):
                    self._body(_parsed(raw), field, here)
            elif spec.free_inputs:
                self.raw(raw, _free_type(card, spec, name), name, here)
            else:
                if name not in possible:
                    what = f"{spec.title} has no input {shown(name)}."
                    mend, parts = did_you_mean(name, declared, "It has"), {"title": spec.title, "name": name}
                    self._say("unknown-input", what, mend, here, self._card, name, parts=parts)
                self.raw(raw, ANY, name, here)
        for field in signature.inputs if chosen else spec.inputs:
            if field.required and card.inputs.get(field.name) is None:
                what = f"{spec.title} needs {_named(field)}."
                mend = f"Give it a value: {field.about or field.title or field.name}"
                parts = {"title": spec.title}
                self._say("missing-input", what, mend, (*path, "inputs"), self._card, field.name, parts=parts)

        if spec.compares:
            comparison = {"is": Operator.EQUAL.value} | {
                name: card.inputs[name] for name in _SIDES & card.inputs.keys()
            }
            self._mixed(comparison, (*path, "inputs"), "a")
        if spec.mixes is not None and spec.mixes({name: self._sample(raw) for name, raw in card.inputs.items()}):
            what = "A text meets a number in it: they are compared as text."
            mend = "Convert one of them: {{ ... as number }}; or write a number without quotes."
            here, field = (*path, "inputs"), spec.inputs[0].name
            self._say("mixed-comparison/inputs", what, mend, here, self._card, field, Severity.WARNING)
        if any(field.format is FieldFormat.ITEM_CONDITION for field in signature.inputs):
            self._mixed_items(card, (*path, "inputs"))

    def _declared(self, raw: JSON, field: FieldSpec, path: Path) -> None:
        if field.format is FieldFormat.CONDITION:
            self.condition(raw, path, field.name)
            return
        if field.format is FieldFormat.ITEM_CONDITION and isinstance(raw, dict) and raw:
            self._conditions(condition_problems(raw, form=OF_ITEMS), path, field.name)
        if field.fields and isinstance(raw, dict):
            self._fields(raw, field, path)
            return
        self.raw(raw, field.type, field.name, path)
        value = _parsed(raw)
        if field.format is FieldFormat.RELATIVE_URL and value is not None:
            self._address(value, field.name, path)
        if field.choices and isinstance(value, Static) and value.value is not None:
            allowed = [choice.value for choice in field.choices]
            if value.value not in allowed:
                what = f"{shown(value.value)} is no choice for {_named(field)}."
                mend = f"Choose one of: {', '.join(map(str, allowed))}."
                parts = {"value": as_part(value.value)}
                self._say("unknown-choice", what, mend, path, self._card, field.name, parts=parts)

    def _body(self, value: Value | None, field: FieldSpec, path: Path) -> None:
        """A text that is meant to be JSON goes out as it is, whatever is wrong with it."""
        said = broken_json(value)
        if said is not None:
            early = said.endswith("/ends")
            why = "ends too early: a bracket or quotation mark is not closed" if early else "is none"
            what = f"{_named(field)} begins as JSON does and {why}."
            mend = "Correct the JSON; or say in the header Content-Type what it is."
            self._say(said, what, mend, path, self._card, field.name, Severity.WARNING)

    def _one_item(self, raw: JSON, field: FieldSpec, path: Path) -> None:
        """A text as the list of a loop: it is taken once, however many names are in it."""
        text = isinstance(raw, str) and raw and isinstance(read_text(raw)[0], Static | Template)
        if text and conversion(TEXT, field.type.item).possible:
            what = f"{_named(field)} is one item, not several: {shown(raw)}."
            mend = 'Give a list: in YAML one line for each item, or {{ ... }} of a card Split with "," as separator.'
            parts = {"value": as_part(raw)}
            self._say("one-item", what, mend, path, self._card, field.name, Severity.WARNING, parts)

    def _fields(self, raw: Mapping[str, JSON], field: FieldSpec, path: Path) -> None:
        """The fields of an object whose declaration says which it has."""
        declared = {inner.name: inner for inner in field.fields}
        for name, value in raw.items():
            if name in declared:
                self._declared(value, declared[name], (*path, name))
                continue
            if not field.fields_from:
                what = f"{field.title or field.name} has no field {shown(name)}."
                mend, parts = did_you_mean(name, declared, "It has"), {"title": field.title or field.name, "name": name}
                self._say("unknown-input/object", what, mend, (*path, name), self._card, name, parts=parts)
            self.raw(value, ANY, name, (*path, name))
        for inner in field.fields:
            if inner.required and raw.get(inner.name) is None and inner.default is None:
                what = f"{field.title or field.name} needs {_named(inner)}."
                mend = f"Give it a value: {inner.about or inner.title or inner.name}"
                self._say("missing-input/object", what, mend, path, self._card, inner.name)

    def _address(self, value: Value, field: str, path: Path) -> None:
        """What the author wrote of an address; what references put in is looked at when it is sent."""
        match value:
            case Static(str(text)):
                parts: list[str | Inserted] = [text]
            case Template(pieces):
                parts = [piece if isinstance(piece, str) else Inserted("x") for piece in pieces]
            case _:
                return
        try:
            check_relative_url(compose_relative_url(parts))
        except UrlRefused as error:
            named = {"why": str(error), "how": error.mend}
            self._say("bad-address", str(error), error.mend, path, self._card, field, parts=named)

    def condition(self, raw: JSON, path: Path, field: str = "when") -> None:
        """A comparison or a group of them."""
        problems = condition_problems(raw)
        self._conditions(problems, path, field)
        self.raw(raw, ANY, field, path)
        if not problems:
            self._mixed(raw, path, field)
            self._empty(raw, path, field)

    def _conditions(self, problems: Iterable[ConditionProblem], path: Path, field: str) -> None:
        for one in problems:
            self._say(one.said, one.what, one.mend, (*path, *one.path), self._card, field, parts=one.parts)

    def _mixed(self, condition: JSON, path: Path, field: str) -> None:
        """Comparisons of text with a number."""
        for inner, text, number in mixed_comparisons(condition, self._type_of_raw):
            what = f"{shown(text)} is text and {shown(number)} is a number: they are compared as text."
            typed = isinstance(_parsed(text), Static)
            said, mend = (
                ("mixed-comparison/typed", "Write a number without quotes.")
                if typed
                else ("mixed-comparison", "Convert one of them: {{ ... as number }}.")
            )
            place = (*path, *inner)
            parts = {"text": as_part(text), "number": as_part(number)}
            self._say(said, what, mend, place, self._card, field, Severity.WARNING, parts)

    def _empty(self, condition: JSON, path: Path, field: str) -> None:
        """Comparisons that compare nothing, as they stand on a card that was just added."""
        for inner in empty_comparisons(condition):
            what = "A comparison has no first value: it compares nothing, and what it decides is always the same."
            mend = "Give it the value that is to be compared, or take the comparison away."
            self._say("empty-comparison", what, mend, (*path, *inner), self._card, field, Severity.WARNING)

    def _mixed_items(self, card: Card, path: Path) -> None:
        """Comparisons of items that are texts with a number, or the other way round, as far as their type is known."""
        given = card.inputs
        kind = self._type_of_raw(given.get("list"))
        item = kind.item if kind.depth else kind
        alone: JSON = {"path": given.get("path"), "is": given.get("is", Operator.EQUAL.value), "b": given.get("value")}
        group = given.get("when")
        if group and condition_problems(group, form=OF_ITEMS):
            return
        field = "when" if group else "value"
        for inner, other in mixed_items(group or alone, item, self._type_of_raw):
            what = f"The items are {item}, and {shown(other)} is not: they are compared as text."
            mend = "Give the value the type of the items: {{ ... as number }}, or a number without quotes."
            here, parts = (*path, field, *inner), {"type": str(item), "value": as_part(other)}
            self._say("mixed-comparison/items", what, mend, here, self._card, field, Severity.WARNING, parts)

    def free(self, values: Mapping[str, JSON], path: Path, types: Mapping[str, Type] | None = None) -> None:
        """Values under names that are the author's; of any type where none is declared."""
        for name, raw in values.items():
            self.raw(raw, (types or {}).get(name, ANY), name, (*path, name))

    def raw(self, raw: JSON, wanted: Type, field: str, path: Path) -> None:
        """One value, and all that is in it."""
        match raw:
            case None | bool() | int() | float():
                self._static(raw, wanted, field, path)
            case str():
                self._text(raw, wanted, field, path)
            case list():
                self._container(raw, wanted, field, path, fits=wanted.depth > 0)
                item = wanted.item if wanted.depth else ANY
                for number, part in enumerate(raw):
                    self.raw(part, item, field, (*path, number))
            case dict():
                inner = Type(wanted.kind)
                self._container(raw, wanted, field, path, fits=inner.kind in (Kind.OBJECT, Kind.FILE))
                for name, part in raw.items():
                    self.raw(part, ANY, field, (*path, name))

    def _shown(self, field: str) -> str:
        """A field as its card shows it, and its name in documents; a name of the author's as it is."""
        declared = self._declarations.get(field)
        return _named(declared) if declared is not None else repr(field)

    def _container(self, raw: JSON, wanted: Type, field: str, path: Path, *, fits: bool) -> None:
        if fits or wanted.kind is Kind.ANY or wanted.kind in _TEXTS:
            return
        what = f"The value does not fit: {shown(raw)} is no {wanted}."
        mend, parts = (
            f"Give {self._shown(field)} a value of type {wanted}.",
            {"value": as_part(raw), "type": str(wanted)},
        )
        self._say("bad-value/no-type", what, mend, path, self._card, field, parts=parts)

    def _text(self, raw: str, wanted: Type, field: str, path: Path) -> None:
        value, faults = read_text(raw)
        for fault in faults:
            mend = "References look like {{ card.output }}, {{ event.name }}, {{ card.rows[0].id as number }}."
            what = f"{{{{ {fault.text} }}}}: {fault.reason}."
            parts = {"why": fault.reason, "value": fault.text}
            self._say("bad-reference", what, mend, path, self._card, field, parts=parts)
        match value:
            case Static(text):
                self._static(text, wanted, field, path)
            case Reference():
                if self._reference(value, field, path):
                    self._between(self._type_of(value), wanted, field, path)
            case Template(parts):
                for part in parts:
                    if isinstance(part, Reference):
                        self._reference(part, field, path)
                if not faults:
                    self._between(TEXT, wanted, field, path)
            case _:
                return

    def _reference(self, reference: Reference, field: str, path: Path) -> bool:
        """Whether what is referred to exists, as far as can be told."""
        written = f"{{{{ {reference} }}}}"
        fields = self._scope.roots.get(reference.root)
        if fields is None:
            self._out_of_scope(reference.root, written, field, path)
            return False
        found = follow(reference, fields)
        if found.unknown is not None and found.table is not None:
            what = f"{written}: the table {found.table!r} has no column {shown(found.unknown)}."
            mend = did_you_mean(found.unknown, found.among, "It has")
            parts = {"reference": written, "name": found.unknown, "names": ", ".join(found.among)}
            self._say("unknown-column/reference", what, mend, path, self._card, field, parts=parts)
        elif found.unknown is not None:
            what = f"{written}: {self._scope.named(reference.root)} has no output {shown(found.unknown)}."
            mend = did_you_mean(found.unknown, found.among, "It has", "It gives nothing.")
            parts = {"reference": written, "root": reference.root}
            self._say("unknown-output", what, mend, path, self._card, field, parts=parts)
        elif found.never:
            what, parts = f"{written} is always null: {found.never}.", {"reference": written, **found.parts}
            self._say(found.said, what, found.mend, path, self._card, field, Severity.WARNING, parts)
        return not found.unknown

    def _out_of_scope(self, root: str, written: str, field: str, path: Path) -> None:
        place = self._scope.places.get(root)
        if place is not None:
            code, why, mend = _why_not(self._scope.named(root), place, path)
            parts = {"reference": written, "root": root}
            self._say(code, f"{written}: {why}", mend, path, self._card, field, parts=parts)
            return
        if root in RESERVED:
            what = f"{written}: there is no {root!r} here."
            loops = "item and index exist inside loops, record in what a card that streams does with each record"
            mend = f"{loops}, error in a catch branch and under on_error."
            parts = {"reference": written, "root": root}
            self._say("unknown-reference/root", what, mend, path, self._card, field, parts=parts)
        else:
            what = f"{written}: there is no card {shown(root)}."
            mend = did_you_mean(root, self._scope.roots, "Here may stand")
            self._say("unknown-reference", what, mend, path, self._card, field, parts={"reference": written})

    def _static(self, raw: JSON, wanted: Type, field: str, path: Path) -> None:
        convert = converter(wanted)
        if convert is None or raw is None:
            return
        try:
            convert(raw)
        except ConversionError as error:
            mend = f"Give {self._shown(field)} a value of type {wanted}."
            what, parts = f"The value does not fit: {error}.", {"why": str(error), "type": str(wanted)}
            self._say("bad-value", what, mend, path, self._card, field, parts=parts)
            return
        if wanted.depth and isinstance(raw, str):
            self._becomes(conversion(TEXT, wanted), field, path)

    def _becomes(self, result: Conversion, field: str, path: Path) -> None:
        if result.possible and result.text and self._retyped is not None:
            self._retyped(Retyped(self._card, field, path, result.text, result.may_fail))

    def _between(self, source: Type, wanted: Type, field: str, path: Path) -> None:
        result = conversion(source, wanted)
        self._becomes(result, field, path)
        if not result.possible:
            what = f"The value does not fit: {result.text}."
            mend, parts = (
                f"Give {self._shown(field)} a value of type {wanted}.",
                {"how": result.text, "type": str(wanted)},
            )
            self._say("no-conversion", what, mend, path, self._card, field, parts=parts)
        elif result.may_fail:
            what = f"This conversion can fail, depending on the value: {result.text}."
            mend = "Make sure that the value always fits, or check it before."
            parts = {"how": result.text}
            self._say("conversion-may-fail", what, mend, path, self._card, field, Severity.WARNING, parts)

    def _type_of(self, reference: Reference) -> Type:
        fields = self._scope.roots.get(reference.root)
        return follow(reference, fields).type if fields is not None else ANY

    def _sample(self, raw: JSON) -> JSON:
        """A value of the kind that a value will have, as far as it is known: the value itself, a text, a number."""
        value = _parsed(raw)
        if isinstance(value, Static):
            return value.value
        kind = self._type_of_raw(raw)
        return None if kind.depth else _SAMPLES.get(kind.kind)

    def _type_of_raw(self, raw: JSON) -> Type:
        match _parsed(raw):
            case Reference() as reference:
                return self._type_of(reference)
            case Template():
                return TEXT
            case Static(str()):
                return TEXT
            case Static(value) if isinstance(value, int | float) and not isinstance(value, bool):
                return Type(Kind.NUMBER)
            case _:
                return ANY


def _possible(spec: CardSpec) -> frozenset[str]:
    """The inputs that a card has with some options."""
    return frozenset(field.name for variant in spec.variants for field in variant.inputs)


def _free_type(card: Card, spec: CardSpec, name: str) -> Type:
    """What an input under a name of the author's is converted to."""
    if spec.free_outputs and name in card.outputs:  # an Assign card gives it the type of the output of its name
        return read_type(card.outputs[name])
    return spec.free_input.type if spec.free_input else ANY


def _parsed(raw: JSON) -> Value | None:
    try:
        return parse_value(raw)
    except ValueSyntaxError:
        return None


def _why_not(card: str, place: Path, path: Path) -> tuple[str, str, str]:
    """Why a card that exists, as it is named, cannot be referred to from a path: code, reason, how to mend it."""
    around = len(place) - 1
    if path[:around] != place[:around]:
        why = f"the card {card} stands inside a branch or loop that this card is not in."
        hand_on = "and the value handed on: set: in the branch, outputs: on its card."
        if not _is_behind(place, path):
            return "reference-into-branch/before", why, f"Only what stands behind its frame can see it, {hand_on}"
        return "reference-into-branch", why, "Hand the value on: set: in the branch, outputs: on its card."
    if path[: around + 1] == place:
        why = f"the card {card} has no outputs before it is done, and this is part of it."
        return "reference-to-itself", why, "Refer to a card before it."
    return "reference-to-later-card", f"the card {card} comes later.", "Move this card behind it."


def _is_behind(place: Path, path: Path) -> bool:
    """Whether a path is behind the frame that a card at a place is in, and sees what that frame hands on."""
    at = next(number for number, (one, other) in enumerate(zip(place, path, strict=False)) if one != other)
    if at == 0:  # what is said of the flow as a whole comes last
        return True
    here, there = place[at], path[at]
    row = place[at - 1] in ("cards", "do")
    return row and isinstance(here, int) and isinstance(there, int) and there > here


def _named(field: FieldSpec) -> str:
    """A field as people see it, and its name in documents where that is another."""
    plain = field.name.replace("_", " ").casefold()
    title = field.title or field.name
    return repr(title) if title.casefold() == plain else f"{title!r} ({field.name})"
