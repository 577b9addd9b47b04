"""File cards. They are declarations: what they do is in the room of tables and files, ``data``.

A card that makes a file makes one: carried out again after a crash it finds the file that is there. What is in files is
never a part of a run's data, nor of its history.
"""

from __future__ import annotations

from dataclasses import replace

from keyturn.flows.spec import (
    BadInput,
    CardKind,
    CardSpec,
    Choice,
    EffectClass,
    EffectSpec,
    Example,
    FieldSpec,
    OnNull,
)
from keyturn.flows.types import ANY, DATETIME, FILE, NUMBER, OBJECT, TEXT, Kind, Type

from .declare import example
from .fields import further, gives, gives_flag, gives_number, gives_text, record, text

_CATEGORY = "File"
_READ = EffectSpec(EffectClass.READ, repeatable=True)
_MAKES = EffectSpec(EffectClass.CHANGE, repeatable=True)
_SENDS = EffectSpec(EffectClass.CHANGE)
_REMOVES = EffectSpec(EffectClass.DESTROY, repeatable=True)

NO_FILE = "What is no file, and a file that is not there any more, is an error."
FILE_INPUT = FieldSpec(
    "file",
    FILE,
    "File Content",
    "The file, as the card that made it gives it.",
    required=True,
    bad=BadInput(OnNull.ERROR, OnNull.ERROR, note=NO_FILE),
)
GIVES_FILE = gives("file", FILE, "File Content", "The file.")
GIVES_NAME = gives_text("Its name.", "name", "Filename")
GIVES_SIZE = gives_number("How many bytes it has.", "size", "Size")
DELIMITER = text(
    "delimiter",
    "Delimiter",
    "What stands between values: one character.",
    default=",",
    null=OnNull.DEFAULT,
    empty=OnNull.DEFAULT,
    note="More than one character, a quote or a line break is an error.",
)
_URL = text(
    "url",
    "URL",
    "The whole address, with http:// or https://.",
    required=True,
    null=OnNull.ERROR,
    empty=OnNull.ERROR,
    note="An address that the installation does not let flows reach is an error.",
)
_HEADERS = replace(
    record("headers", "Headers", "Request headers, names and values.", required=False),
    bad=BadInput(OnNull.EMPTY, note="Headers that Keyturn sets itself are an error."),
)


def file_name(default: str) -> FieldSpec:
    """The name of the file that a card makes."""
    note = "What no file system takes, such as a slash, becomes _; of over 255 characters the end is cut."
    return text("name", "Filename", "Its name.", default=default, null=OnNull.DEFAULT, empty=OnNull.DEFAULT, note=note)


# f1 is people.csv of the examples.
_F1 = "f1 is people.csv, with the lines ada,36 and kim,5 below Login,Age."


def _card(
    name: str,
    title: str,
    summary: str,
    *,
    inputs: tuple[FieldSpec, ...],
    outputs: tuple[FieldSpec, ...],
    options: tuple[FieldSpec, ...] = (),
    effect: EffectSpec = _READ,
    synonyms: tuple[str, ...],
    examples: tuple[Example, ...],
    okta: str | None = None,
    beyond: bool = False,
) -> CardSpec:
    return CardSpec(
        key=f"file.{name}",
        title=title,
        category=_CATEGORY,
        kind=CardKind.EFFECT,
        summary=summary,
        inputs=inputs,
        outputs=outputs,
        options=options,
        effect=effect,
        synonyms=synonyms,
        examples=examples,
        okta=f"channels:http:filefunctions:{okta}" if okta else None,
        beyond=beyond,
    )


_TRANSFERS = (
    _card(
        "download",
        "Download",
        "Fetches what is at an address into a file, of any size up to the limit. Answers that are not 2xx are errors.",
        inputs=(replace(_URL, okta="URL"), _HEADERS),
        outputs=(
            replace(GIVES_FILE, okta="File Content"),
            replace(GIVES_NAME, okta="Filename", about="As the app calls it, else the end of the address."),
            replace(GIVES_SIZE, okta="Size"),
        ),
        effect=_MAKES,
        okta="largeDownload",
        synonyms=("fetch", "get", "save", "http"),
        examples=(
            example({"url": "https://a.example/x/report.pdf"}, {"file": "...", "name": "report.pdf", "size": 5}),
        ),
    ),
    _card(
        "upload",
        "Upload",
        "Sends a file to an address: as it is, or as a field of a form. An answer that is not 2xx is an error.",
        options=(
            FieldSpec(
                "method",
                TEXT,
                "Method",
                "How it is sent.",
                default="POST",
                choices=tuple(Choice(method, method) for method in ("POST", "PUT", "PATCH")),
            ),
        ),
        inputs=(
            _URL,
            FILE_INPUT,
            further(
                text("form_field", "Form field", "Name of the form's field for the file; empty: the file is the body.")
            ),
            replace(
                record("form", "Form", "Further fields of the form, names and values.", required=False),
                bad=BadInput(OnNull.EMPTY, note="Without a form field they are an error."),
                beyond=True,
            ),
            _HEADERS,
        ),
        outputs=(
            gives("status", NUMBER, "Status code", "The status of the answer."),
            gives("headers", OBJECT, "Headers", "The headers of the answer, names in lower case."),
            gives("body", ANY, "Body", "The answer: parsed if it is JSON, else text; null if it is empty."),
        ),
        effect=_SENDS,
        synonyms=("send", "post", "multipart", "http", "attachment"),
        examples=(
            example(
                {"url": "https://a.example/x", "file": "f1"}, {"status": 200, "headers": "...", "body": "hello"}, _F1
            ),
        ),
    ),
)
_ENCODING = text(
    "encoding",
    "Encoding",
    "How the bytes stand for characters.",
    default="utf-8",
    choices=("utf-8", "utf-16", "iso-8859-1", "windows-1252"),
    null=OnNull.DEFAULT,
    empty=OnNull.DEFAULT,
)
_NO_TEXT = f"{NO_FILE} So are bytes that are no text in the encoding."
_TEXTS = (
    _card(
        "from_text",
        "Text to File",
        "Makes a file of a text.",
        inputs=(
            text("text", "Text", "What is to be in it.", long=True, note="A text that holds a secret is an error."),
            file_name("text.txt"),
            _ENCODING,
        ),
        outputs=(GIVES_FILE, GIVES_NAME, GIVES_SIZE),
        effect=_MAKES,
        synonyms=("write", "save", "create file"),
        examples=(example({"text": "Hello", "name": "hello.txt"}, {"file": "...", "name": "hello.txt", "size": 5}),),
        beyond=True,
    ),
    _card(
        "to_text",
        "File to Text",
        "Reads a file as text. One that is larger than texts may be is an error.",
        inputs=(replace(FILE_INPUT, bad=BadInput(OnNull.ERROR, OnNull.ERROR, note=_NO_TEXT)), _ENCODING),
        outputs=(gives_text("What is in it; a byte order mark is left out.", "text", "Text"),),
        synonyms=("read", "open", "content"),
        examples=(example({"file": "f1"}, {"text": "Login,Age\r\nada,36\r\nkim,5\r\n"}, _F1),),
        beyond=True,
    ),
    _card(
        "from_base64",
        "Base64 to File",
        "Makes a file of bytes that are written as Base64 (RFC 4648), as apps give them in JSON.",
        inputs=(
            text(
                "text",
                "Base64",
                "The bytes; the alphabet of URLs is taken, too.",
                long=True,
                note="What is no Base64 is an error.",
            ),
            file_name("file.bin"),
        ),
        outputs=(GIVES_FILE, GIVES_NAME, GIVES_SIZE),
        effect=_MAKES,
        synonyms=("decode", "binary", "attachment"),
        examples=(example({"text": "aGVsbG8=", "name": "hello.txt"}, {"file": "...", "name": "hello.txt", "size": 5}),),
        beyond=True,
    ),
    _card(
        "to_base64",
        "File to Base64",
        "Gives the bytes of a file as Base64 (RFC 4648), as apps take them in JSON. One that is too large is an error.",
        inputs=(FILE_INPUT,),
        outputs=(gives_text("The bytes, with padding and without line breaks.", "text", "Base64"),),
        synonyms=("encode", "binary", "attachment"),
        examples=(
            example({"file": "f3"}, {"text": "iVBORw0KGgo="}, "f3 has the first eight bytes of a picture (PNG)."),
        ),
        beyond=True,
    ),
)
_WHOLE = (
    _card(
        "info",
        "Info",
        "Tells what is known of a file, without reading it.",
        inputs=(replace(FILE_INPUT, okta="File Content"),),
        outputs=(
            replace(GIVES_NAME, okta="Filename"),
            gives_text(
                "What follows the last dot of its name, in small letters; empty where there is none.",
                "extension",
                "Extension",
                okta="Extension",
            ),
            replace(GIVES_SIZE, okta="Size"),
            gives("created", DATETIME, "Created", "When it was made.", okta="Created"),
            gives("updated", DATETIME, "Updated", "The same: files do not change.", okta="Updated"),
            further(gives_text("Its media type.", "type", "Type")),
            further(gives_text("SHA-256 of what is in it, in hexadecimal digits.", "sha256", "Checksum")),
            further(gives("expires", DATETIME, "Expires", "When it will be removed.")),
        ),
        okta="info",
        synonyms=("details", "size", "name", "metadata"),
        examples=(
            example(
                {"file": "f1"},
                {
                    "name": "people.csv",
                    "extension": "csv",
                    "size": 26,
                    "created": "...",
                    "updated": "...",
                    "type": "text/csv",
                    "sha256": "...",
                    "expires": "...",
                },
                _F1,
            ),
        ),
    ),
    _card(
        "copy",
        "Copy",
        "Makes a file with the same in it, which is kept anew.",
        inputs=(FILE_INPUT, text("name", "Filename", "Name of the new file; empty for the same.")),
        outputs=(GIVES_FILE, GIVES_NAME, GIVES_SIZE),
        effect=_MAKES,
        synonyms=("duplicate", "rename"),
        examples=(example({"file": "f1", "name": "copy.csv"}, {"file": "...", "name": "copy.csv", "size": 26}, _F1),),
        beyond=True,
    ),
    _card(
        "delete",
        "Delete",
        "Removes a file before its time.",
        inputs=(FILE_INPUT,),
        outputs=(gives_flag("Whether it was there.", "deleted", "Deleted"),),
        effect=_REMOVES,
        synonyms=("remove",),
        examples=(example({"file": "f1"}, {"deleted": True}),),
        beyond=True,
    ),
)
_CSV = (
    _card(
        "read_csv",
        "Read CSV",
        "Reads a CSV file (RFC 4180, UTF-8) as a list of objects; its first line names their keys.",
        inputs=(FILE_INPUT, DELIMITER),
        outputs=(
            FieldSpec("rows", Type(Kind.OBJECT, 1), "Rows", "All values are texts; those left out are empty."),
            FieldSpec("columns", Type(Kind.TEXT, 1), "Columns", "The names, in their order."),
        ),
        synonyms=("parse", "spreadsheet", "rows", "import"),
        examples=(
            example(
                {"file": "f1"},
                {"rows": [{"Login": "ada", "Age": "36"}, {"Login": "kim", "Age": "5"}], "columns": ["Login", "Age"]},
                _F1,
            ),
        ),
        beyond=True,
    ),
    _card(
        "write_csv",
        "Write CSV",
        "Makes a CSV file (RFC 4180, UTF-8) of a list of objects.",
        inputs=(
            FieldSpec(
                "rows",
                Type(Kind.OBJECT, 1),
                "Rows",
                "The rows.",
                required=True,
                bad=BadInput(OnNull.EMPTY, note="An item that is no object is an error."),
            ),
            FieldSpec(
                "columns",
                Type(Kind.TEXT, 1),
                "Columns",
                "Keys that are written, in their order; empty for all.",
                bad=BadInput(OnNull.EMPTY),
            ),
            file_name("rows.csv"),
            DELIMITER,
        ),
        outputs=(GIVES_FILE, GIVES_NAME, GIVES_SIZE),
        effect=_MAKES,
        synonyms=("spreadsheet", "export", "table"),
        examples=(example({"rows": [{"Login": "ada", "Age": 36}]}, {"file": "...", "name": "rows.csv", "size": 19}),),
        beyond=True,
    ),
)
CARDS = (*_TRANSFERS, *_TEXTS, *_WHOLE, *_CSV)
