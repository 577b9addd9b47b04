"""Text cards that change the form of a text: case, white space, padding, encodings; and texts made by chance."""

from __future__ import annotations

import base64
import binascii
import html
import re
from uuid import UUID

from keyturn.flows.errors import CardError
from keyturn.flows.functions import EffectPorts
from keyturn.flows.json import JSON, Values
from keyturn.flows.spec import OnNull

from .declare import example
from .fields import gives_number, gives_record, gives_text, number, text
from .limits import Limits
from .text import TEXTS

_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_TEXT = text("text", "Text", "The text.", okta="string")
_WORD = re.compile(r"\S+")
_SPACE = re.compile(r"\s+")
# What JavaScript's trim removes (ECMA-262, WhiteSpace and LineTerminator).
_WHITE = "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a" + (
    "\u2028\u2029\u202f\u205f\u3000\ufeff"
)
_OPENING, _CLOSING = "{[(", "}])"


def _encode_base64(value: str) -> JSON:
    return base64.b64encode(value.encode()).decode()


def _decode_base64(value: str) -> JSON:
    packed = _SPACE.sub("", value).rstrip("=").translate({ord("-"): "+", ord("_"): "/"})
    try:
        raw = base64.b64decode(packed + "=" * (-len(packed) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise CardError.bad_input("text", "The text is not Base64.", "Check where it comes from.") from None
    try:
        return raw.decode()
    except UnicodeDecodeError:
        raise CardError.bad_input(
            "text", "What the Base64 text holds is no UTF-8 text.", "Binary content cannot be a text."
        ) from None


def _title_case(value: str) -> JSON:
    return _WORD.sub(lambda word: word[0][0].upper() + word[0][1:].lower(), value)


def _pad(limits: Limits, value: str, length: int, filler: str, side: str) -> JSON:
    limits.check_text("length", length)
    missing = length - len(value)
    if missing <= 0 or not filler:
        return value
    fill = (filler * (missing // len(filler) + 1))[:missing]
    return fill + value if side == "start" else value + fill


def _repeat(limits: Limits, value: str, times: int) -> JSON:
    limits.check_text("times", len(value) * times)
    return value * times


def _count(value: str, wanted: str) -> JSON:
    return value.count(wanted) if wanted else 0


def _parse_pairs(value: str) -> JSON:
    inner = value.strip(_WHITE)
    if inner.startswith("{") and inner.endswith("}"):
        inner = inner[1:-1]
    pairs: Values = {}
    for part in _parts(inner):
        key, sign, said = part.partition("=")
        if not sign:
            raise CardError.bad_input(
                "text", f"There is no = in {part.strip()[:40]!r}.", "The text must look like {Key=VALUE, Key=VALUE}."
            )
        pairs[key.strip(_WHITE)] = said.strip(_WHITE)
    return pairs


def _parts(inner: str) -> list[str]:
    """Cut at commas that stand outside brackets; a part without = belongs to the value before it."""
    parts: list[list[str]] = []
    depth = 0
    for piece in inner.split(","):
        if depth > 0 or (parts and "=" not in piece):
            parts[-1].append(piece)
        elif piece.strip(_WHITE):
            parts.append([piece])
        depth += sum(piece.count(bracket) for bracket in _OPENING)
        depth -= sum(piece.count(bracket) for bracket in _CLOSING)
        depth = depth if parts else 0
    return [",".join(pieces) for pieces in parts]


def _random(ports: EffectPorts, length: int) -> JSON:
    return "".join(_ALPHABET[int(ports.random() * len(_ALPHABET))] for _ in range(length))


def _unique_id(ports: EffectPorts) -> JSON:
    raw = bytes(int(ports.random() * 256) for _ in range(16))
    return str(UUID(bytes=raw, version=4))


def _trim(value: str) -> JSON:
    return value.strip(_WHITE)


def _reverse(value: str) -> JSON:
    return value[::-1]


CARDS = (
    TEXTS.card(
        "lower",
        "To Lower Case",
        "Makes all letters small.",
        str.lower,
        inputs=(_TEXT,),
        outputs=(gives_text("The text in small letters."),),
        okta="string:toLowerCase",
        synonyms=("lowercase", "small letters", "normalize"),
        examples=(
            example({"text": "Ada@Example.COM"}, {"output": "ada@example.com"}),
            example({"text": "ÅÇ"}, {"output": "åç"}),
        ),
    ),
    TEXTS.card(
        "upper",
        "To Upper Case",
        "Makes all letters capital.",
        str.upper,
        inputs=(_TEXT,),
        outputs=(gives_text("The text in capital letters."),),
        synonyms=("uppercase", "capital letters"),
        examples=(
            example({"text": "Ada"}, {"output": "ADA"}),
            example({"text": "straße"}, {"output": "STRASSE"}),
        ),
    ),
    TEXTS.card(
        "title_case",
        "Title Case",
        "Begins each word with a capital letter and makes the others small.",
        _title_case,
        inputs=(_TEXT,),
        outputs=(gives_text("The text, its words capitalised."),),
        beyond=True,
        synonyms=("capitalize", "proper case", "names"),
        examples=(
            example({"text": "ADA lovelace"}, {"output": "Ada Lovelace"}),
            example({"text": "o'neil"}, {"output": "O'neil"}, "A word ends at white space only."),
        ),
    ),
    TEXTS.card(
        "trim",
        "Trim",
        "Removes white space at the beginning and at the end.",
        _trim,
        inputs=(_TEXT,),
        outputs=(gives_text("The text without white space around it."),),
        okta="string:trim",
        synonyms=("strip", "white space", "clean"),
        examples=(
            example({"text": "  Ada Lovelace\n"}, {"output": "Ada Lovelace"}),
            example({"text": "   "}, {"output": ""}),
        ),
    ),
    TEXTS.card(
        "pad",
        "Pad",
        "Fills a text up to a length.",
        _pad,
        inputs=(
            text("text", "Text", "The text."),
            number("length", "Length", "How many characters it shall have.", whole=True, least=0, required=True),
            text("with", "Fill with", "What is put there, again and again; empty fills nothing.", default=" "),
            text(
                "side", "Where", "Where it is filled.", default="start", choices=("start", "end"), null=OnNull.DEFAULT
            ),
        ),
        outputs=(gives_text("The text; longer ones stay as they are."),),
        beyond=True,
        synonyms=("fill", "leading zeros", "align"),
        examples=(
            example({"text": "7", "length": 3, "with": "0"}, {"output": "007"}),
            example({"text": "ab", "length": 4, "with": ".", "side": "end"}, {"output": "ab.."}),
        ),
        limited=True,
    ),
    TEXTS.card(
        "repeat",
        "Repeat",
        "Writes a text several times, one after the other.",
        _repeat,
        inputs=(
            text("text", "Text", "The text."),
            number("times", "Times", "How often.", whole=True, least=0, required=True),
        ),
        outputs=(gives_text("The repeated text."),),
        beyond=True,
        synonyms=("multiply", "times"),
        examples=(
            example({"text": "ab", "times": 3}, {"output": "ababab"}),
            example({"text": "ab", "times": 0}, {"output": ""}),
        ),
        limited=True,
    ),
    TEXTS.card(
        "reverse",
        "Reverse",
        "Turns a text round, code point by code point.",
        _reverse,
        inputs=(text("text", "Text", "The text."),),
        outputs=(gives_text("The text from its end to its beginning."),),
        beyond=True,
        synonyms=("backwards", "mirror"),
        examples=(example({"text": "abc"}, {"output": "cba"}), example({"text": ""}, {"output": ""})),
    ),
    TEXTS.card(
        "count",
        "Count",
        "Counts how often a text stands in another one, without overlaps.",
        _count,
        inputs=(
            text("text", "Look in", "Where to look."),
            text("look_for", "Look for", "The text to count, as it stands; an empty one counts as never there."),
        ),
        outputs=(gives_number("How often it is there.", "count", "Count"),),
        beyond=True,
        synonyms=("occurrences", "how many"),
        examples=(
            example({"text": "a/b/c", "look_for": "/"}, {"count": 2}),
            example({"text": "aaa", "look_for": "aa"}, {"count": 1}),
        ),
    ),
    TEXTS.card(
        "base64_encode",
        "Base64",
        "Encodes a text as Base64 (RFC 4648), from its UTF-8 bytes.",
        _encode_base64,
        inputs=(_TEXT,),
        outputs=(gives_text("The Base64 text."),),
        okta="string:base64",
        synonyms=("encode", "basic auth", "b64"),
        examples=(
            example({"text": "user:pass"}, {"output": "dXNlcjpwYXNz"}),
            example({"text": "ż"}, {"output": "xbw="}),
        ),
    ),
    TEXTS.card(
        "base64_decode",
        "Base64 Decode",
        "Decodes Base64 (RFC 4648) to a text; the form for URLs and missing = are understood as well.",
        _decode_base64,
        inputs=(
            text(
                "text", "Text", "The Base64 text.", okta="string", note="What is no Base64 of UTF-8 text is an error."
            ),
        ),
        outputs=(gives_text("The text."),),
        okta="string:base64Decode",
        synonyms=("decode", "b64"),
        examples=(
            example({"text": "dXNlcjpwYXNz"}, {"output": "user:pass"}),
            example({"text": "xbw"}, {"output": "ż"}, "Padding may be missing."),
        ),
    ),
    TEXTS.card(
        "html_escape",
        "HTML Escape",
        "Makes a text safe to stand in HTML.",
        html.escape,
        inputs=(text("text", "Text", "The text."),),
        outputs=(gives_text("The text with & < > and quotes as HTML writes them."),),
        beyond=True,
        synonyms=("encode", "entities", "sanitize"),
        examples=(
            example({"text": "<b>Ada & Co</b>"}, {"output": "&lt;b&gt;Ada &amp; Co&lt;/b&gt;"}),
            example({"text": "plain"}, {"output": "plain"}),
        ),
    ),
    TEXTS.card(
        "html_unescape",
        "HTML Unescape",
        "Turns the characters that HTML writes as entities back into themselves.",
        html.unescape,
        inputs=(text("text", "Text", "The text."),),
        outputs=(gives_text("The text without entities."),),
        beyond=True,
        synonyms=("decode", "entities"),
        examples=(
            example({"text": "Ada &amp; Co"}, {"output": "Ada & Co"}),
            example({"text": "&eacute;&#233;"}, {"output": "éé"}),
        ),
    ),
    TEXTS.card(
        "parse_pairs",
        "Parse Key=Value Text",
        "Reads text of the form {Key=VALUE, Key=VALUE}, as Okta writes behaviours and risk, into an object.",
        _parse_pairs,
        inputs=(text("text", "Text", "The text, its braces or not.", note="A part without = is an error."),),
        outputs=(gives_record("The keys and their values, which are texts.", "object", "Object"),),
        beyond=True,
        synonyms=("behaviors", "behaviours", "risk", "map", "debug data"),
        examples=(
            example(
                {"text": "{New Device=POSITIVE, New IP=NEGATIVE}"},
                {"object": {"New Device": "POSITIVE", "New IP": "NEGATIVE"}},
            ),
            example(
                {"text": "{reasons=New Device, New IP, level=HIGH}"},
                {"object": {"reasons": "New Device, New IP", "level": "HIGH"}},
                "What has no = belongs to the value before it.",
            ),
        ),
    ),
)

EFFECTS = (
    TEXTS.chance(
        "random",
        "Random",
        "Makes a text of random letters and digits. A run that is resumed keeps the text it had.",
        _random,
        inputs=(number("length", "Length", "How many characters.", default=6, whole=True, least=0, most=10_000),),
        outputs=(gives_text("The random text."),),
        okta="string:random",
        synonyms=("password", "code", "chance"),
        examples=(example({"length": 8}, {"output": "ffffffff"}, "With much luck:"),),
    ),
    TEXTS.chance(
        "unique_id",
        "Unique ID",
        "Makes a UUID (RFC 9562, version 4). A run that is resumed keeps the one it had.",
        _unique_id,
        outputs=(gives_text("The UUID, in small letters."),),
        okta="string:uuid",
        synonyms=("uuid", "guid", "identifier"),
        examples=(example({}, {"output": "80808080-8080-4080-8080-808080808080"}, "For example:"),),
    ),
)
