"""Text cards. Positions and lengths count code points."""

from __future__ import annotations

from keyturn.flows.conversion import to_text
from keyturn.flows.json import JSON, Values
from keyturn.flows.spec import CardKind, CardSpec, Example, FieldFormat, FieldSpec
from keyturn.flows.types import TEXT

from .function import FunctionCard
from .limits import Limits


def text_cards(limits: Limits) -> tuple[FunctionCard, ...]:
    """The cards of this category."""

    def compose(inputs: Values, _: tuple[str, ...]) -> Values:
        text = to_text(inputs.get("text"))
        limits.check_text("text", len(text))
        return {"output": text}

    def concatenate(inputs: Values, _: tuple[str, ...]) -> Values:
        parts = [to_text(value) for value in inputs.values()]
        limits.check_text("text1", sum(map(len, parts)))
        return {"output": "".join(parts)}

    def split(inputs: Values, _: tuple[str, ...]) -> Values:
        text, delimiter = to_text(inputs.get("string")), to_text(inputs.get("delimiter"))
        limits.check_items("string", text.count(delimiter) + 1)
        parts: list[JSON] = [*text.split(delimiter)] if delimiter else [*text] or [""]
        return {"output": parts}

    return (FunctionCard(COMPOSE, compose), FunctionCard(CONCATENATE, concatenate), FunctionCard(SPLIT, split))


COMPOSE = CardSpec(
    key="text.compose",
    title="Compose",
    category="Text",
    kind=CardKind.PURE,
    summary="Writes a text in which values of other cards stand.",
    inputs=(
        FieldSpec(
            "text",
            TEXT,
            "Text",
            "The text; {{ references }} are replaced by what they refer to. Null is empty, objects are JSON.",
            default="",
            format=FieldFormat.LONG_TEXT,
        ),
    ),
    outputs=(FieldSpec("output", TEXT, "Output", "The finished text."),),
    synonyms=("template", "format", "message", "body"),
    examples=(
        Example({"text": "Hello Ada"}, {"output": "Hello Ada"}),
        Example({"text": None}, {"output": ""}, "Nothing gives an empty text."),
    ),
    okta="string:compose",
)

CONCATENATE = CardSpec(
    key="text.concatenate",
    title="Concatenate",
    category="Text",
    kind=CardKind.PURE,
    summary="Joins texts, with nothing between them.",
    inputs=(
        FieldSpec("text1", TEXT, "Text 1", "The first text.", default=""),
        FieldSpec("text2", TEXT, "Text 2", "The second text.", default=""),
    ),
    outputs=(FieldSpec("output", TEXT, "Output", "All texts, one after the other."),),
    free_inputs=True,
    synonyms=("join", "append", "plus"),
    examples=(
        Example({"text1": "ab", "text2": "cd"}, {"output": "abcd"}),
        Example({"text1": "ab", "text2": None, "text3": "ef"}, {"output": "abef"}, "Further texts are free inputs."),
    ),
    okta="string:concat",
)

SPLIT = CardSpec(
    key="text.split",
    title="Split",
    category="Text",
    kind=CardKind.PURE,
    summary="Cuts a text into a list of parts; the parts are not trimmed.",
    inputs=(
        FieldSpec("string", TEXT, "Text", "The text.", default=""),
        FieldSpec("delimiter", TEXT, "Separator", "What stands between the parts; if empty, each character is one."),
    ),
    outputs=(FieldSpec("output", TEXT.listed(), "Result list", "The parts; an empty text gives one empty part."),),
    synonyms=("explode", "cut", "csv", "parts"),
    examples=(
        Example({"string": "ada@example.com", "delimiter": "@"}, {"output": ["ada", "example.com"]}),
        Example({"string": "", "delimiter": ","}, {"output": [""]}, "An empty text gives one empty part."),
    ),
    okta="string:split",
)
