"""Text cards that join, cut, find and replace. Positions and lengths count code points."""

from __future__ import annotations

from keyturn.flows.json import JSON
from keyturn.flows.spec import OnNull, Outside
from keyturn.flows.types import TEXT

from .declare import Category, example
from .fields import flag, gives, gives_list, gives_number, gives_text, number, text
from .folding import folded_by_letters
from .limits import Limits
from .patterns import Match, Pattern, compile_pattern

TEXTS = Category("text", "Text")
_LOOK_IN = text("text", "Look in", "Where to look.", okta="string")
_LOOK_FOR = text("look_for", "Look for", "The text to find, as it stands.", okta="substr")
_PATTERN_NOTE = "What is no regular expression of RE2's syntax is an error."
_PATTERN = text("pattern", "Look for", "A regular expression, in RE2's syntax.", okta="target", note=_PATTERN_NOTE)
_MANY_NOTE = (
    f"{_PATTERN_NOTE} So is one that looks through the rest of a long text again after each match, as `a(.*b)?` may: "
    "all matches have 0.5 seconds of computing, and 0.02 more for each 1,000 characters."
)
_ALL = flag("all", "All instances", "Replace every instance, not only the first.", okta="global")
_EMAIL = r"[\pL\pN._%+'-]+@[\pL\pN](?:[\pL\pN-]*[\pL\pN])?(?:\.[\pL\pN](?:[\pL\pN-]*[\pL\pN])?)+"
_URL = r"(?i)\bhttps?://[^\s<>\"']*[^\s<>\"'.,;:!?)\]}]"


def _compose(value: str) -> JSON:
    return value


def _concatenate(limits: Limits, first: str, second: str, rest: dict[str, str]) -> JSON:
    parts = (first, second, *rest.values())
    limits.check_text("text1", sum(map(len, parts)))
    return "".join(parts)


def _split(limits: Limits, value: str, separator: str) -> JSON:
    parts = value.split(separator) if separator else list(value)
    limits.check_items("text", len(parts))
    return list[JSON](parts)


def _segment(value: str, start: int | None, end: int | None) -> JSON:
    return value[start or 0 : end]


def _find_last(value: str, wanted: str, index: int | None) -> JSON:
    return value.rfind(wanted) if index is None else value.rfind(wanted, 0, index + len(wanted))


def _find_pattern(value: str, pattern: str) -> JSON:
    found = compile_pattern("pattern", pattern).search(value)
    return found.span()[0] if found else -1


def _replace(limits: Limits, value: str, wanted: str, new: str, everywhere: bool, sensitive: bool) -> JSON:
    if not wanted:
        return value
    if not sensitive:
        return _replace_folded(limits, value, wanted, new, everywhere)
    count = value.count(wanted) if everywhere else int(wanted in value)
    limits.check_text("text", len(value) + count * (len(new) - len(wanted)))
    return value.replace(wanted, new, -1 if everywhere else 1)


def _replace_folded(limits: Limits, value: str, wanted: str, new: str, everywhere: bool) -> JSON:
    """Replace whatever the capital letters: folded, which keeps positions, the text is cut where it is found."""
    folded, key = folded_by_letters(value), folded_by_letters(wanted)
    count = folded.count(key) if everywhere else int(key in folded)
    limits.check_text("text", len(value) + count * (len(new) - len(wanted)))
    kept: list[str] = []
    at = 0
    for piece in folded.split(key, -1 if everywhere else 1):
        kept.append(value[at : at + len(piece)])
        at += len(piece) + len(key)
    return new.join(kept)


def _replace_patterns(
    limits: Limits, value: str, new: str, everywhere: bool, sensitive: bool, patterns: dict[str, str]
) -> JSON:
    for field, pattern in patterns.items():
        if pattern:
            value = _put(limits, compile_pattern(field, pattern, sensitive), value, new, everywhere)
    return value


def _put(limits: Limits, pattern: Pattern, value: str, new: str, everywhere: bool) -> str:
    """Put a text in the place of what a pattern finds; how long that is, is known before it is made."""
    kept: list[str] = []
    at, size = 0, len(value)
    for match in pattern.finditer(value):
        begin, end = match.span()
        kept.append(value[at:begin])
        at, size = end, size + len(new) - (end - begin)
        if not everywhere:
            break
    limits.check_text("text", size)
    kept.append(value[at:])
    return new.join(kept)


def _at(value: str, position: int) -> JSON:
    return value[position] if -len(value) <= position < len(value) else None


def _first(pattern: str, value: str) -> JSON:
    found = compile_pattern("text", pattern).search(value)
    return found.group() if found else None


def _extract(value: str, pattern: str, sensitive: bool) -> JSON:
    found = compile_pattern("pattern", pattern, sensitive).search(value)
    if found is None:
        return {"match": None, "position": -1, "groups": []}
    return {"match": found.group(), "position": found.span()[0], "groups": list(found.groups())}


def _extract_all(limits: Limits, value: str, pattern: str, sensitive: bool) -> JSON:
    found: list[JSON] = []
    for match in compile_pattern("pattern", pattern, sensitive).finditer(value):
        found.append(_text_of(match))
        limits.check_items("text", len(found))
    return found


def _text_of(match: Match) -> str:
    return match.group()


def _find_email(value: str) -> JSON:
    return _first(_EMAIL, value)


def _find_url(value: str) -> JSON:
    return _first(_URL, value)


COMPOSE = TEXTS.card(
    "compose",
    "Compose",
    "Writes a text in which values of other cards stand.",
    _compose,
    inputs=(
        text(
            "text",
            "Text",
            "The text; {{ references }} are replaced by what they refer to. Null is empty, objects are JSON.",
            okta="_text_",
            long=True,
        ),
    ),
    outputs=(gives_text("The finished text."),),
    okta="string:compose",
    synonyms=("template", "format", "message", "body"),
    examples=(
        example({"text": "Hello Ada"}, {"output": "Hello Ada"}),
        example({"text": None}, {"output": ""}, "Nothing gives an empty text."),
    ),
)

CARDS = (
    COMPOSE,
    TEXTS.card(
        "concatenate",
        "Concatenate",
        "Joins texts, with nothing between them.",
        _concatenate,
        inputs=(
            text("text1", "Text 1", "The first text.", okta="string1"),
            text("text2", "Text 2", "The second text.", okta="string2"),
        ),
        free_input=text("text", "Text", "A further text, in the order of the document."),
        outputs=(gives_text("All texts, one after the other."),),
        okta="string:concat",
        synonyms=("join", "append", "plus"),
        examples=(
            example({"text1": "ab", "text2": "cd"}, {"output": "abcd"}),
            example(
                {"text1": "ab", "text2": None, "text3": "ef"}, {"output": "abef"}, "Further texts are free inputs."
            ),
        ),
        limited=True,
    ),
    TEXTS.card(
        "split",
        "Split",
        "Cuts a text into a list of texts, at each separator. The parts are not trimmed.",
        _split,
        inputs=(
            text("text", "Text", "The text to cut.", okta="string"),
            text(
                "separator",
                "Separator",
                "A character, several, or a line break; without one the text is cut into its characters.",
                okta="delimiter",
            ),
        ),
        outputs=(gives_list("The parts.", "output", "Result list", of=TEXT.listed()),),
        okta="string:split",
        synonyms=("explode", "tokenize", "csv", "to list"),
        examples=(
            example({"text": "ada@example.com", "separator": "@"}, {"output": ["ada", "example.com"]}),
            example({"text": "a, b", "separator": ","}, {"output": ["a", " b"]}, "Trim the parts if you need to."),
        ),
        limited=True,
    ),
    TEXTS.card(
        "segment",
        "Text Segment",
        "Takes a part out of a text, by positions.",
        _segment,
        inputs=(
            text("text", "Text", "The text.", okta="string"),
            number(
                "start",
                "Start at",
                "The position of the first character that is taken; the first of all is 0.",
                default=0,
                null=OnNull.DEFAULT,
                whole=True,
                least=0,
                outside=Outside.CLAMP,
            ),
            number(
                "end",
                "End before",
                "The position of the first character that is not taken any more; without it all that follows is taken.",
                null=OnNull.VALUE,
                whole=True,
                least=0,
                outside=Outside.CLAMP,
            ),
        ),
        outputs=(gives_text("The part.", title="Segment"),),
        okta="string:substr",
        synonyms=("substring", "slice", "left", "right", "mid", "truncate"),
        examples=(
            example({"text": "2026-11-24", "start": 0, "end": 4}, {"output": "2026"}),
            example({"text": "2026-11-24", "start": 8}, {"output": "24"}, "Without an end: all that follows."),
        ),
    ),
    TEXTS.card(
        "find",
        "Find",
        "Tells where a text stands in another one.",
        str.find,
        inputs=(_LOOK_IN, _LOOK_FOR),
        outputs=(gives_number("The position of the first instance, from 0; -1 if there is none.", title="Position"),),
        okta="string:find",
        synonyms=("index of", "search", "contains", "position"),
        examples=(
            example({"text": "ada@example.com", "look_for": "@"}, {"output": 3}),
            example({"text": "Ada", "look_for": "a"}, {"output": 2}, "Capital letters count."),
        ),
    ),
    TEXTS.card(
        "find_last",
        "Find Last",
        "Tells where a text stands in another one for the last time.",
        _find_last,
        inputs=(
            _LOOK_IN,
            _LOOK_FOR,
            number(
                "index",
                "Right-most position",
                "Instances that begin beyond this position do not count; without it all do.",
                null=OnNull.VALUE,
                whole=True,
                least=0,
                outside=Outside.CLAMP,
            ),
        ),
        outputs=(gives_number("The position of the last instance, from 0; -1 if there is none.", title="Position"),),
        okta="string:lastIndexOf",
        synonyms=("last index of", "search backwards"),
        examples=(
            example({"text": "a/b/c", "look_for": "/"}, {"output": 3}),
            example({"text": "a/b/c", "look_for": "/", "index": 2}, {"output": 1}),
        ),
    ),
    TEXTS.card(
        "find_pattern",
        "Find Pattern",
        "Tells where a regular expression fits for the first time.",
        _find_pattern,
        inputs=(_LOOK_IN, _PATTERN),
        outputs=(gives_number("The position of the first match, from 0; -1 if there is none.", title="Position"),),
        okta="string:match",
        synonyms=("regex", "regular expression", "match", "test"),
        examples=(
            example({"text": "room 42", "pattern": "[0-9]"}, {"output": 5}),
            example({"text": "room", "pattern": "[0-9]"}, {"output": -1}),
        ),
    ),
    TEXTS.card(
        "replace",
        "Replace",
        "Replaces a text inside another one.",
        _replace,
        inputs=(
            _LOOK_IN,
            text(
                "look_for", "Look for", "The text that is replaced, as it stands; empty replaces nothing.", okta="src"
            ),
            text("replace_with", "Replace with", "What takes its place; empty removes it.", okta="dest"),
            _ALL,
            flag("case_sensitive", "Case sensitive", "Whether capital letters must fit as well.", okta="sensitive"),
        ),
        outputs=(gives_text("The new text.", title="Result text"),),
        okta="string:replace",
        synonyms=("substitute", "remove", "change"),
        examples=(
            example(
                {"text": "smtp:ada@example.com", "look_for": "SMTP:", "replace_with": ""},
                {"output": "ada@example.com"},
            ),
            example(
                {"text": "a;b;c", "look_for": ";", "replace_with": ",", "all": True},
                {"output": "a,b,c"},
                "Without all, only the first is replaced.",
            ),
        ),
        limited=True,
    ),
    TEXTS.card(
        "replace_patterns",
        "Replace Patterns",
        "Replaces whatever fits one of several regular expressions.",
        _replace_patterns,
        inputs=(
            text("text", "Look in", "Where to look."),
            text("replacement", "Replace with", "What takes the place of each match, as it stands; empty removes it."),
            flag(
                "all",
                "All instances",
                "Replace every match of a pattern, not only the first.",
                okta="global",
                default=True,
            ),
            flag(
                "case_sensitive", "Case sensitive", "Whether capital letters must fit as well.", okta="case sensitive"
            ),
        ),
        free_input=text(
            "pattern", "Pattern", "A regular expression, in RE2's syntax; empty replaces nothing.", note=_MANY_NOTE
        ),
        outputs=(gives_text("The new text.", title="Result text"),),
        okta="string:replaceAny",
        synonyms=("regex replace", "accents", "clean", "remove characters"),
        examples=(
            example(
                {"text": "Zoë Ågren", "replacement": "A", "case_sensitive": True, "p1": "[ÀÁÂÃÄÅ]"},
                {"output": "Zoë Agren"},
            ),
            example({"text": "a-b_c", "replacement": "", "p1": "-", "p2": "_"}, {"output": "abc"}),
        ),
        limited=True,
    ),
    TEXTS.card(
        "length",
        "Length",
        "Counts the characters of a text.",
        len,
        inputs=(text("text", "Text", "The text.", okta="string"),),
        outputs=(gives_number("How many code points there are.", "length", "Length"),),
        okta="string:length",
        synonyms=("count", "size", "characters"),
        examples=(
            example({"text": "Ada"}, {"length": 3}),
            example({"text": "👍"}, {"length": 1}, "Code points count, not bytes."),
        ),
    ),
    TEXTS.card(
        "at",
        "At",
        "Takes one character out of a text.",
        _at,
        inputs=(
            text("text", "Text", "The text."),
            number("position", "Position", "0 is the first character, -1 the last.", default=0, whole=True),
        ),
        outputs=(gives_text("The character; null if the text is shorter.", "character", "Character"),),
        synonyms=("character", "letter", "initial", "first letter"),
        examples=(
            example({"text": "Ada", "position": 0}, {"character": "A"}),
            example({"text": "Ada", "position": 9}, {"character": None}),
        ),
    ),
    TEXTS.card(
        "find_email",
        "Find Email",
        "Takes the first e-mail address out of a text.",
        _find_email,
        inputs=(text("text", "Text", "The text.", okta="string"),),
        outputs=(gives_text("The address; null if there is none.", "email", "Email"),),
        okta="string:email",
        synonyms=("address", "mail", "extract email"),
        examples=(
            example({"text": "Ada <ada@example.com>, Bob"}, {"email": "ada@example.com"}),
            example({"text": "nobody"}, {"email": None}),
        ),
    ),
    TEXTS.card(
        "find_url",
        "Find URL",
        "Takes the first web address out of a text.",
        _find_url,
        inputs=(text("text", "Text", "The text."),),
        outputs=(gives_text("The address; null if there is none.", "url", "URL"),),
        beyond=True,
        synonyms=("link", "http", "extract url"),
        examples=(
            example({"text": "See https://example.com/a?b=1."}, {"url": "https://example.com/a?b=1"}),
            example({"text": "no address"}, {"url": None}),
        ),
    ),
    TEXTS.card(
        "extract_pattern",
        "Extract Pattern",
        "Takes what fits a regular expression out of a text, with the groups of the expression.",
        _extract,
        inputs=(
            _LOOK_IN,
            _PATTERN,
            flag("case_sensitive", "Case sensitive", "Whether capital letters must fit as well.", default=True),
        ),
        outputs=(
            gives_text("The first match; null if there is none.", "match", "Match"),
            gives_number("Where it stands, from 0; -1 if there is none.", "position", "Position"),
            gives_list("What the groups hold, in their order; null for those that took no part.", "groups", "Groups"),
        ),
        beyond=True,
        synonyms=("regex", "capture", "groups", "match"),
        examples=(
            example(
                {"text": "CN=Ada,OU=Staff", "pattern": "OU=([^,]+)"},
                {"match": "OU=Staff", "position": 7, "groups": ["Staff"]},
            ),
            example({"text": "x", "pattern": "y"}, {"match": None, "position": -1, "groups": []}),
        ),
    ),
    TEXTS.card(
        "extract_all",
        "Extract All",
        "Lists everything in a text that fits a regular expression.",
        _extract_all,
        inputs=(
            _LOOK_IN,
            text("pattern", "Look for", "A regular expression, in RE2's syntax.", okta="target", note=_MANY_NOTE),
            flag("case_sensitive", "Case sensitive", "Whether capital letters must fit as well.", default=True),
        ),
        outputs=(gives("list", TEXT.listed(), "List", "The matches, in their order."),),
        beyond=True,
        synonyms=("regex", "find all", "matches", "scan"),
        examples=(
            example({"text": "a1 b22", "pattern": "[0-9]+"}, {"list": ["1", "22"]}),
            example({"text": "none", "pattern": "[0-9]+"}, {"list": []}),
        ),
        limited=True,
    ),
)
