"""Reading and writing XML as values.

An element is an object: its attributes are ``@name``, its text is ``#text``, its children are under their names, and
those of one name are a list. An element that has only text is that text; an empty one is an empty text. Names keep
their prefixes. Declarations of entities and of document types are refused, so that a small text can neither grow
nor make anything be fetched.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from io import StringIO
from xml.sax import SAXException
from xml.sax.handler import ContentHandler
from xml.sax.saxutils import escape
from xml.sax.xmlreader import AttributesImpl, InputSource

from defusedxml import DefusedXmlException
from defusedxml.expatreader import DefusedExpatParser

from keyturn.flows.conversion import to_text
from keyturn.flows.errors import CardError
from keyturn.flows.json import JSON, Values

from .limits import Limits

ATTRIBUTE, TEXT = "@", "#text"
_SPACE = " \t\r\n"
_INDENT = "  "
# The characters of names and of text: https://www.w3.org/TR/xml/#NT-Name and #NT-Char; colons part a prefix.
_START = (
    "A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f\u2c00-\u2fef"
    "\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_PART = f"[{_START}][{_START}.0-9\u00b7\u0300-\u036f\u203f-\u2040-]*"
_NAME = re.compile(f"{_PART}(:{_PART})?")
_NO_TEXT = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def read_xml(limits: Limits, text: str) -> JSON:
    """The value of an XML text: an object with its root element.

    Raises:
        CardError: it is no well-formed XML, declares a document type or entities, or is nested too deep.
    """
    reader, parser, source = _Reader(limits.depth), DefusedExpatParser(forbid_dtd=True), InputSource()
    parser.setContentHandler(reader)
    source.setCharacterStream(StringIO(text))  # a text has no encoding any more, whatever it says itself
    try:
        parser.parse(source)
    except DefusedXmlException:
        raise CardError.bad_input(
            "text",
            "The XML declares a document type or entities, which are not read.",
            "Take <!DOCTYPE ...> out of it before.",
        ) from None
    except SAXException as error:
        what = f"The text is no well-formed XML: {error.getMessage()}."
        raise CardError.bad_input("text", what, "Check where it comes from.") from None
    return reader.root


@dataclass(slots=True)
class _Element:
    name: str
    fields: Values
    text: list[str] = field(default_factory=list[str])
    repeated: set[str] = field(default_factory=set[str])

    def add(self, name: str, value: JSON) -> None:
        before = self.fields.get(name)
        if name not in self.fields:
            self.fields[name] = value
        elif name in self.repeated and isinstance(before, list):
            before.append(value)
        else:
            self.repeated.add(name)
            self.fields[name] = [before, value]

    def value(self) -> JSON:
        text = "".join(self.text)
        if not self.fields:
            return text if text.strip(_SPACE) else ""
        return {**self.fields, TEXT: text.strip(_SPACE)} if text.strip(_SPACE) else self.fields


class _Reader(ContentHandler):
    """Builds the value while the parser reads; without recursion."""

    def __init__(self, most_levels: int) -> None:
        super().__init__()
        self.root: Values = {}
        self._most_levels = most_levels
        self._open: list[_Element] = []

    def startElement(self, name: str, attrs: AttributesImpl) -> None:
        if len(self._open) >= self._most_levels:
            what = f"The XML is nested over {self._most_levels} levels deep."
            raise CardError.bad_input("text", what, "Take out of it the part that is needed.")
        self._open.append(_Element(name, {f"{ATTRIBUTE}{key}": value for key, value in attrs.items()}))

    def characters(self, content: str) -> None:
        self._open[-1].text.append(content)

    def endElement(self, name: str) -> None:
        value = self._open.pop().value()
        if self._open:
            self._open[-1].add(name, value)
        else:
            self.root = {name: value}


def write_xml(limits: Limits, value: Values, pretty: bool, declaration: bool) -> JSON:
    """The XML text of an object with one key: the root element.

    Raises:
        CardError: there is no root, or more than one; a name or a character that XML does not have; too long.
    """
    (name, root), *more = value.items() or [("", None)]
    if more or isinstance(root, list) or not value:
        raise _unfit("it needs exactly one root element", "Give an object with one key that is no list.")
    writer = _Writer(limits, pretty)
    if declaration:
        writer.put('<?xml version="1.0" encoding="UTF-8"?>' + ("\n" if pretty else ""))
    writer.element(name, root, 0)
    return "".join(writer.parts)


@dataclass(slots=True)
class _Writer:
    """Writes elements; its recursion goes no deeper than the value, whose depth is limited."""

    limits: Limits
    pretty: bool
    parts: list[str] = field(default_factory=list[str])
    length: int = 0

    def put(self, text: str) -> None:
        self.length += len(text)
        self.limits.check_text("value", self.length)
        self.parts.append(text)

    def element(self, name: str, value: JSON, level: int) -> None:
        begin, end = (_INDENT * level, "\n") if self.pretty else ("", "")
        fields: Values = value if isinstance(value, dict) else {TEXT: value}
        attributes = {key[1:]: one for key, one in fields.items() if key.startswith(ATTRIBUTE)}
        children = [(key, one) for key, one in fields.items() if key != TEXT and not key.startswith(ATTRIBUTE)]
        text = _plain(fields.get(TEXT), escape)
        shown = "".join(f" {_name(key)}={_plain(one, _quoted)}" for key, one in attributes.items())
        self.put(f"{begin}<{_name(name)}{shown}")
        if not children:
            self.put(f">{text}</{name}>{end}" if text else f"/>{end}")
            return
        self.put(f">{text}{end}")
        for key, one in children:
            for item in one if isinstance(one, list) else (one,):
                if isinstance(item, list):
                    raise _unfit(f"the list {key!r} holds a list", "Give each list a name of its own.")
                self.element(key, item, level + 1)
        self.put(f"{begin}</{name}>{end}")


def _quoted(text: str) -> str:
    return '"' + escape(text, {'"': "&quot;", "\t": "&#9;", "\n": "&#10;"}) + '"'


def _plain(value: JSON, written: Callable[[str], str]) -> str:
    if isinstance(value, dict | list):
        raise _unfit("a text or an attribute is an object or a list", "Give them texts, numbers, true or false.")
    text = to_text(value)
    if _NO_TEXT.search(text):
        raise _unfit("a text has a character that XML cannot hold", "Take control characters out of it.")
    return written(text).replace("\r", "&#13;")


def _name(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise _unfit(f"{name[:60]!r} is no name of an element or attribute", "Use letters, digits, _ - and .")
    return name


def _unfit(what: str, mend: str) -> CardError:
    return CardError.bad_input("value", f"The value cannot be written as XML: {what}.", mend)
