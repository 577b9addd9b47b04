"""JSON cards."""

from __future__ import annotations

import orjson

from keyturn.flows.conversion import dump_json
from keyturn.flows.errors import CardError
from keyturn.flows.json import JSON
from keyturn.flows.spec import OnNull
from keyturn.flows.types import ANY

from .declare import Category, example
from .fields import anything, flag, further, gives, gives_text, text
from .limits import Limits

_JSON = Category("json", "JSON")


def _parse(limits: Limits, value: str) -> JSON:
    try:
        return orjson.loads(value)
    except orjson.JSONDecodeError as error:
        if "limit" in error.msg:  # of the levels that the reader bears, far more than may be
            raise limits.too_deep("text") from None
        raise CardError.bad_input("text", f"The text is not JSON: {error}.", "Check where it comes from.") from None


def _stringify(value: JSON, pretty: bool) -> JSON:
    if not pretty:
        return dump_json(value)
    dump_json(value)  # says what is wrong with a value that cannot be written
    return orjson.dumps(value, option=orjson.OPT_INDENT_2).decode()


CARDS = (
    _JSON.card(
        "parse",
        "Parse",
        "Reads JSON text.",
        _parse,
        inputs=(
            text(
                "text",
                "String",
                "The JSON text.",
                okta="string",
                required=True,
                null=OnNull.NULL,
                note="What is no JSON, an empty text as well, is an error.",
            ),
        ),
        outputs=(gives("output", ANY, "Output", "The value that it holds."),),
        okta="json:parse",
        synonyms=("json parse", "decode", "deserialize", "to object"),
        examples=(
            example({"text": '{"id": 7, "tags": ["a"]}'}, {"output": {"id": 7, "tags": ["a"]}}),
            example({"text": "null"}, {"output": None}),
        ),
        limited=True,
        composes=True,
    ),
    _JSON.card(
        "stringify",
        "Stringify",
        "Writes a value as JSON text.",
        _stringify,
        inputs=(
            anything("value", "Object", "An object, a list, or any other value.", okta="object"),
            further(flag("pretty", "Pretty", "On several lines, indented by two spaces, instead of compact.")),
        ),
        outputs=(gives_text("The JSON text, keys in their order."),),
        okta="json:stringify",
        synonyms=("json stringify", "encode", "serialize", "to text"),
        examples=(
            example({"value": {"id": 7, "tags": ["a"]}}, {"output": '{"id":7,"tags":["a"]}'}),
            example({"value": [1], "pretty": True}, {"output": "[\n  1\n]"}),
        ),
    ),
)
