"""XML cards; how elements and values go together is in ``xml_text``."""

from __future__ import annotations

from keyturn.flows.spec import OnNull

from .declare import Category, example
from .fields import flag, gives_record, gives_text, record, text
from .xml_text import read_xml, write_xml

_XML = Category("xml", "XML")

CARDS = (
    _XML.card(
        "parse",
        "Parse",
        "Reads XML text: attributes become @name, text beside them #text, elements of one name a list.",
        read_xml,
        inputs=(
            text(
                "text",
                "Text",
                "The XML text.",
                required=True,
                null=OnNull.NULL,
                long=True,
                note="What is no well-formed XML, or has a document type or entities of its own, is an error.",
            ),
        ),
        outputs=(gives_record("An object with the root element."),),
        synonyms=("decode", "to object", "soap", "saml"),
        examples=(
            example(
                {"text": '<user id="7"><name>Ada</name><role>a</role><role>b</role></user>'},
                {"output": {"user": {"@id": "7", "name": "Ada", "role": ["a", "b"]}}},
            ),
            example(
                {"text": "<a>1 &lt; 2</a>"}, {"output": {"a": "1 < 2"}}, "An element that has only text is a text."
            ),
        ),
        limited=True,
        composes=True,
    ),
    _XML.card(
        "build",
        "Build",
        "Writes an object as XML text: the opposite of Parse.",
        write_xml,
        inputs=(
            record("value", "Object", "An object with one key, the root element."),
            flag("pretty", "Pretty", "Each element on a line of its own, indented by two spaces."),
            flag("declaration", "Declaration", "Begin with the XML declaration, UTF-8."),
        ),
        outputs=(gives_text("The XML text."),),
        synonyms=("encode", "to text", "stringify", "soap"),
        examples=(
            example(
                {"value": {"user": {"@id": 7, "name": "Ada", "role": ["a", "b"]}}},
                {"output": '<user id="7"><name>Ada</name><role>a</role><role>b</role></user>'},
            ),
            example({"value": {"a": "1 < 2"}}, {"output": "<a>1 &lt; 2</a>"}),
        ),
        limited=True,
    ),
)
