"""Pages about cards, made from their declarations: one page per category."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from pathlib import Path

import orjson

from keyturn.flows.json import JSON, Values
from keyturn.flows.spec import (
    CardKind,
    CardSpec,
    Catalogue,
    Choice,
    EffectClass,
    EffectSpec,
    Example,
    FieldSpec,
    OnNull,
)
from keyturn.flows.types import Kind

from .cases import shipped_counts
from .options import bad_option
from .reading import span

_HEAD = "<!-- Generated from the cards' declarations: keyturn cards --docs docs/cards -->"

_ABOUT = """Every card, by category. Values are converted to the types of inputs by one table
([flow format](../flow-format.md)); a text of over 10,000,000 characters, a list of over 1,000,000 items and what is
nested over 100 levels deep are errors (`KEYTURN_LARGEST_TEXT`, `KEYTURN_LARGEST_LIST`, `KEYTURN_DEEPEST_VALUE`).
Whole numbers are exact within 64 bits; decimals are computed as people count, so that 0.1 + 0.2 is 0.3. Text is
counted in code points. Dates are instants in UTC. Cards never change their inputs. Cards, fields and choices that go
beyond Okta Workflows say so."""
_BEYOND = "Not in Okta Workflows."


def pages(catalogue: Catalogue) -> dict[str, str]:
    """File names and contents: a page per category and an index."""
    specs = sorted(catalogue.all(), key=lambda spec: (spec.category, spec.key))
    made = {_file(category): _page(category, list(group)) for category, group in groupby(specs, lambda s: s.category)}
    lines = [_HEAD, "# Cards", "", _ABOUT, ""]
    lines += [f"- [{category}]({_file(category)})" for category in _categories(specs)]
    lines += ["- [What is assumed](assumed.md)", ""]
    return {"README.md": "\n".join(lines), **made}


def write(catalogue: Catalogue, folder: Path) -> list[Path]:
    """Write the pages; those of categories that are no more are removed. Gives the files."""
    folder.mkdir(parents=True, exist_ok=True)
    made = pages(catalogue)
    for old in folder.glob("*.md"):
        if old.name not in made and old.read_text(encoding="utf-8").startswith(_HEAD):
            old.unlink()
    for name, text in made.items():
        (folder / name).write_text(text, encoding="utf-8")
    return [folder / name for name in made]


def _categories(specs: Iterable[CardSpec]) -> list[str]:
    return list(dict.fromkeys(spec.category for spec in specs))


def _file(category: str) -> str:
    words = "".join(character if character.isalnum() else " " for character in category.lower()).split()
    return "-".join(words) + ".md"


def _page(category: str, specs: list[CardSpec]) -> str:
    lines = [_HEAD, f"# {category}", ""]
    for spec in specs:
        lines += _card(spec)
    return "\n".join(lines)


def _card(spec: CardSpec) -> list[str]:
    lines = [f"## {spec.title}", "", f"`{spec.key}`", "", spec.summary, ""]
    if spec.kind is not CardKind.EVENT:
        lines += [f"{_nature(spec)}{_known(spec)}", ""]
    lines += _table("Option", spec.options)
    lines += _table("Input", spec.inputs)
    for variant in spec.variants:
        when = ", ".join(f"{name} {' or '.join(map(_code, values))}" for name, values in variant.when)
        lines += [f"With {when}:", ""] if variant.inputs or variant.outputs or variant.streams else []
        lines += ["It calls a helper flow for each record, which sees it as `record`.", ""] if variant.streams else []
        lines += _table("Input", variant.inputs) + _table("Output", variant.outputs)
    lines += [_free_inputs(spec), ""] if spec.free_inputs else []
    lines += _table("Output", spec.outputs)
    lines += ["Declare its outputs: `name: type`.", ""] if spec.free_outputs else []
    lines += _bad_inputs(spec)
    lines += [_example(example, spec.kind is CardKind.EVENT) for example in spec.examples]
    return [*lines, ""] if spec.examples else lines


def _example(example: Example, of_event: bool) -> str:
    free: Values = {**example.free_outputs} if example.more or of_event else {}
    more: Values = {"options": example.options, "outputs": free, **example.more}
    shown: Values = {name: part for name, part in more.items() if part}
    said = f" with {_code(shown)}" if shown else ""
    ends = f"fails: `{example.error}`" if example.error else f"gives {_code(example.outputs)}"
    return f"- {example.about}{' ' if example.about else ''}{_code(example.inputs)}{said} {ends}"


def _nature(spec: CardSpec) -> str:
    if spec.kind is CardKind.PURE:
        return "A function: the same inputs always give the same outputs."
    if spec.kind is CardKind.CONTROL:
        return "Decides where the flow goes on."
    return _effect(spec.effect, own=spec.connector is None)


def _known(spec: CardSpec) -> str:
    """What tells how the card behaves."""
    said = " Okta Workflows has no such card." if spec.beyond else ""
    said += " Exports have it, and the designer does not offer it." if spec.hidden else ""
    counts = shipped_counts().get(spec.key)
    if counts is None:
        return said
    parts = ", ".join(f"{number} {basis}" for basis, number in counts.items() if number)
    return f"{said} Tested cases: {parts}."


def _free_inputs(spec: CardSpec) -> str:
    if spec.free_input is None:
        return "Further inputs are yours to name."
    return f"Further inputs are yours to name, each a {spec.free_input.type}: {spec.free_input.about}"


def _bad_inputs(spec: CardSpec) -> list[str]:
    rows = [_bad_row(field, f"`{field.name}`") for field in spec.inputs]
    known = {field.name for field in spec.inputs}
    for field in (field for variant in spec.variants for field in variant.inputs):
        if field.name not in known:  # those that come by an option, each once
            rows.append(_bad_row(field, f"`{field.name}`"))
            known.add(field.name)
    rows += [_bad_row(spec.free_input, "further inputs")] if spec.free_input else []
    rows += [_bad_option(option) for option in spec.options]
    if not any(rows):
        return []
    head = "| Bad input | Null or missing | Wrong type | Out of range, or otherwise wrong |"
    return [head, "| --- | --- | --- | --- |", *filter(None, rows), ""]


def _bad_row(field: FieldSpec, name: str) -> str:
    bad = field.bad
    if bad is None:
        return ""
    null = f"counts as {_code(field.default)}" if bad.null is OnNull.DEFAULT else bad.null.value
    rest = ["Must be whole."] if bad.whole else []
    if bad.least is not None or bad.most is not None:
        rest.append(f"A number {span(bad)}; else: {bad.outside.value}.")
    rest += ["What is none of its choices is an error."] if field.choices else []
    rest += [f"Empty: {bad.empty.value}."] if bad.empty else []
    rest += [bad.note] if bad.note else []
    return f"| {name} | {null} | {_wrong_type(field)} | {' '.join(rest)} |"


def _bad_option(option: FieldSpec) -> str:
    bad = bad_option(option)
    wrong = "an error" if option.choices else "converted, or an error"
    return f"| option `{option.name}` | {bad.null.value} | {wrong} | {bad.note} |"


def _wrong_type(field: FieldSpec) -> str:
    if field.type.depth:
        return "one value is a list of one" if field.type.kind is Kind.ANY else "converted, or an error"
    match field.type.kind:
        case Kind.ANY:
            return "there is none"
        case Kind.TEXT | Kind.SECRET:
            return "converted"
        case _:
            return "converted, or an error"


_OWN = {
    "ensure": "Brings about a state of Keyturn's own; doing it again does no harm.",
    "change": "Makes something of Keyturn's own, once: carried out again after a crash it finds what is there.",
    "destroy": "Removes something of Keyturn's own; doing it again does no harm.",
}


def _effect(effect: EffectSpec | None, *, own: bool) -> str:
    if effect is None:
        return "Touches the world."
    if effect.in_commit:
        what = "Keeps a value" if effect.effect is EffectClass.ENSURE else "Changes a table"
        return f"{what}, in the commit that records it: never twice, and never in doubt."
    if own and effect.repeatable and not effect.is_read:
        return _OWN[effect.effect.value]
    words = {
        "read": "Reads, and changes nothing.",
        "ensure": "Brings about a state.",
        "change": "Changes something in the app.",
        "destroy": "Removes something in the app.",
    }
    return f"{words[effect.effect.value]} {_again(effect)}"


def _again(effect: EffectSpec) -> str:
    if effect.repeatable:
        return "Sending it again does no harm."
    if effect.read_back is not None:
        return (
            "After an unknown outcome the card looks whether it happened; where that does not tell, a person is asked."
        )
    return "After an unknown outcome a person is asked."


def _table(kind: str, fields: tuple[FieldSpec, ...]) -> list[str]:
    if not fields:
        return []
    lines = [f"| {kind} | Type | |", "| --- | --- | --- |"]
    for field in fields:
        lines.append(_row(field.name, field))
        lines += [_row(f"{field.name}.{inner.name}", inner) for inner in field.fields]
    return [*lines, ""]


def _row(name: str, field: FieldSpec) -> str:
    notes = [field.about or field.title]
    notes += ["Required."] if field.required else []
    notes += [f"Default {_code(field.default)}."] if field.default not in (None, "") else []
    notes += [f"For example {_code(field.example)}."] if field.example not in (None, "") else []
    notes += [f"One of {', '.join(map(_choice, field.choices))}."] if field.choices else []
    notes += ["Choices are loaded from the app."] if field.choices_from else []
    notes += ["Further fields are loaded from the app."] if field.fields_from else []
    notes += [_BEYOND] if field.beyond else []
    return f"| `{name}` | {field.type} | {' '.join(note for note in notes if note)} |"


def _choice(choice: Choice) -> str:
    return f"{_code(choice.value)} (not in Okta Workflows)" if choice.beyond else _code(choice.value)


def _code(value: JSON) -> str:
    text = value if isinstance(value, str) else orjson.dumps(value).decode()
    return f"`{text}`" if "`" not in text else f"`` {text} ``"
