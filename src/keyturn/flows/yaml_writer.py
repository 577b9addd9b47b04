"""Writes JSON values as YAML that people like to read.

Text stays plain where no YAML reader, of 1.1 or 1.2, could take it for anything else; short collections stand in
one line; long text is folded and text of several lines is a block.
"""

from __future__ import annotations

import re

from .json import JSON
from .yaml_reader import resolve

WIDTH = 100
_LONGEST_KEY = 900  # YAML ends a simple key after 1024 characters
_FIRST = re.compile(r"[^\W_]|[_/(]")
_MARKS = re.compile(r": |:$| #|[,\[\]{}]")
_MARKS_IN_BLOCK = re.compile(r": |:$| #")
# What a reader of YAML 1.1 takes for a boolean, a number in base 60, a date or a number with underscores.
_OTHER_TYPES = re.compile(
    r"(?i:y|n|yes|no|on|off|true|false|null)|[-+]?[0-9][0-9_,:.\-]*(?:[Tt ].*)?|0[xob][0-9a-f_]+|[-+]?\.[a-z]+",
)
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r", "\0": "\\0"}


def document(value: dict[str, JSON], spaced: frozenset[str] = frozenset()) -> str:
    """A mapping as a document.

    Args:
        spaced: keys at the top that begin behind an empty line; items of their lists are parted so, too.
    """
    lines: list[str] = []
    for key, item in value.items():
        if key in spaced and lines:
            lines.append("")
        if key in spaced and isinstance(item, list) and item:
            lines.append(_key(key) + ":")
            for number, part in enumerate(item):
                lines += ["", *list_item(part, 2)] if number else list_item(part, 2)
        else:
            lines += entry(key, item, 0, block=key in spaced)
    return "\n".join(lines) + "\n"


def entry(key: str, value: JSON, column: int, *, block: bool = False) -> list[str]:
    """``key: value`` as lines that begin at a column.

    Args:
        block: no short form for a mapping, even where it would fit.
    """
    pad, name = " " * column, _key(key)
    if len(name) > _LONGEST_KEY:
        return [f"{pad}? {name}", *_after(f"{pad}:", value, column, block=block)]
    return _after(f"{pad}{name}:", value, column, block=block)


def list_item(value: JSON, column: int) -> list[str]:
    """``- value`` as lines that begin at a column; a card or branch is never in short form."""
    pad = " " * column
    if isinstance(value, dict) and value and (_is_part(value) or not _fits(value, column + 2)):
        inner = [line for key, item in value.items() for line in entry(key, item, column + 2)]
        return [f"{pad}- {inner[0][column + 2 :]}", *inner[1:]]
    if isinstance(value, list) and value and not _fits(value, column + 2):
        inner = [line for item in value for line in list_item(item, column + 2)]
        return [f"{pad}- {inner[0][column + 2 :]}", *inner[1:]]
    return _after(f"{pad}-", value, column)


def inline(value: JSON, *, in_flow: bool = False) -> str:
    """A value in one line."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int() | float():
            return repr(value)
        case str():
            return _text(value, in_flow=in_flow)
        case list():
            return "[" + ", ".join(inline(item, in_flow=True) for item in value) + "]"
        case dict():
            parts = (f"{_text(key, in_flow=True)}: {inline(item, in_flow=True)}" for key, item in value.items())
            return "{" + ", ".join(parts) + "}"


def _after(head: str, value: JSON, column: int, *, block: bool = False) -> list[str]:
    """A key or dash, and the value behind or below it."""
    if isinstance(value, str):
        return _text_after(head, value, column)
    if not isinstance(value, dict | list) or not value or (not block and _fits(value, len(head) + 1)):
        return [f"{head} {inline(value)}"]
    if isinstance(value, dict):
        return [head, *(line for key, item in value.items() for line in entry(key, item, column + 2))]
    return [head, *(line for item in value for line in list_item(item, column + 2))]


def _text_after(head: str, text: str, column: int) -> list[str]:
    pad = " " * (column + 2)
    lines = text.split("\n")
    if len(lines) > 1 and _is_block(text):
        kept = lines[:-1] if text.endswith("\n") else lines
        mark = "|" if text.endswith("\n") else "|-"
        return [f"{head} {mark}", *(pad + line if line else "" for line in kept)]
    whole = f"{head} {_text(text)}"
    if len(whole) > WIDTH and len(lines) == 1 and _is_block(text) and "  " not in text and " " in text:
        return [f"{head} >-", *(pad + line for line in _folded(text, WIDTH - len(pad)))]
    return [whole]


def _folded(text: str, width: int) -> list[str]:
    lines: list[str] = []
    for word in text.split(" "):
        if lines and len(lines[-1]) + 1 + len(word) <= width:
            lines[-1] += " " + word
        else:
            lines.append(word)
    return lines


def _is_block(text: str) -> bool:
    """Whether a text can stand as a block: nothing in it is lost or invisible."""
    lines = text.split("\n")
    return (
        all(line.isprintable() and line == line.rstrip() for line in lines)
        and lines[0] != ""
        and not lines[0].startswith(" ")
        and not text.endswith("\n\n")
    )


def _fits(value: dict[str, JSON] | list[JSON], column: int) -> bool:
    """Whether a collection is short and flat enough for one line, and none that is easier to read in several."""
    if any(_is_part(item) for item in ([value, *value.values()] if isinstance(value, dict) else value)):
        return False
    waiting: list[JSON] = [value]
    room = WIDTH - column
    while waiting and room >= 0:
        item = waiting.pop()
        room -= 2
        if isinstance(item, dict):
            waiting += item.values()
            room -= sum(map(len, item))
        elif isinstance(item, list):
            waiting += item
        elif isinstance(item, str):
            if "\n" in item:
                return False
            room -= len(item)
    return room >= 0 and column + len(inline(value)) <= WIDTH


def _is_part(value: JSON) -> bool:
    """Whether a value is a card or a branch, or a list of them."""
    if isinstance(value, list):
        return any(isinstance(item, dict) and _is_part(item) for item in value)
    return isinstance(value, dict) and ("card" in value or "cards" in value)


def _key(key: str) -> str:
    return _text(key)


def _text(text: str, *, in_flow: bool = False) -> str:
    if _is_plain(text, in_flow=in_flow):
        return text
    if text.isprintable() and ('"' in text or "\\" in text):
        return "'" + text.replace("'", "''") + "'"
    return '"' + "".join(map(_escaped, text)) + '"'


def _is_plain(text: str, *, in_flow: bool) -> bool:
    if not text.isprintable() or text != text.strip() or not _FIRST.match(text):
        return False
    marks = _MARKS if in_flow else _MARKS_IN_BLOCK
    if marks.search(text) or _OTHER_TYPES.fullmatch(text):
        return False
    try:
        return resolve(text) == text
    except ValueError:
        return False


def _escaped(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if character.isprintable():
        return character
    code = ord(character)
    if code < 0x100:
        return f"\\x{code:02X}"
    return f"\\u{code:04X}" if code < 0x10000 else f"\\U{code:08X}"
