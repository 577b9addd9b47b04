"""Carries out the file cards that stay in the house; ``file_transfers`` has those that go outside."""

from __future__ import annotations

import base64
import codecs
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence

from keyturn.flows.actions import ActionCall, Done, Failed
from keyturn.flows.conversion import format_datetime, to_text
from keyturn.flows.errors import CardError, ErrorDetail
from keyturn.flows.file_values import FileValue, file_of_step
from keyturn.flows.json import JSON, Values

from .csv_text import BadCsv, CsvReader, Record, check_delimiter, write_record
from .errors import DataError
from .file_model import File
from .files import Files

PREFIX = "file."
CSV_TYPE = "text/csv; charset=utf-8"
_PIECE = 240_000  # characters; of Base64 whole groups of three bytes
_ROWS_AT_ONCE = 500
_BLANKS = re.compile(r"\s+")
_TYPES = {
    "csv": "text/csv",
    "json": "application/json",
    "html": "text/html",
    "xml": "application/xml",
    "txt": "text/plain",
}


class FileActions:
    """Implements ``flows.actions.Actions`` for the file cards.

    Args:
        longest_text, longest_list: what a text and a list that a card gives may have.
    """

    def __init__(self, files: Files, longest_text: int, longest_list: int) -> None:
        self._files = files
        self._longest_text = longest_text
        self._longest_list = longest_list
        self._cards: dict[str, Callable[[ActionCall], Awaitable[Values]]] = {
            "from_text": self._from_text,
            "to_text": self._to_text,
            "from_base64": self._from_base64,
            "to_base64": self._to_base64,
            "info": self._info,
            "copy": self._copy,
            "delete": self._delete,
            "read_csv": self._read_csv,
            "write_csv": self._write_csv,
        }

    async def perform(self, call: ActionCall) -> Done | Failed:
        """One attempt. Raises StoreUnavailable where the database is away."""
        carry_out = self._cards.get(call.card.removeprefix(PREFIX))
        if carry_out is None:
            detail = ErrorDetail(f"There is no card {call.card!r}.", code="unknown-card", mend="Publish anew.")
            return Failed(detail, not_sent=True)
        try:
            return Done(await carry_out(call))
        except (DataError, CardError) as error:
            return Failed(error.detail, not_sent=True)

    async def _from_text(self, call: ActionCall) -> Values:
        text, encoding = given_text(call, "text"), _encoding(call)
        refuse_secrets(call, "text", text)
        try:
            pieces = [*codecs.iterencode(_parts(text), encoding)]
        except UnicodeEncodeError as error:
            what = f"{error.object[error.start]!r} is no character of {encoding}."
            raise CardError.bad_input("text", what, "Use utf-8.") from error
        name = given_text(call, "name") or "text.txt"
        return outputs_of(await make_file(self._files, call, name, _text_type(name, encoding), _all(pieces)))

    async def _to_text(self, call: ActionCall) -> Values:
        file, encoding = await self._files.find(call.inputs.get("file")), _encoding(call)
        self._fits(file, 4 if encoding in ("utf-8", "utf-16") else 1)
        decoder, parts = codecs.getincrementaldecoder("utf-8-sig" if encoding == "utf-8" else encoding)(), list[str]()
        try:
            async for piece in self._files.contents(file):
                parts.append(decoder.decode(piece))
            parts.append(decoder.decode(b"", True))
        except UnicodeDecodeError as error:
            what = f"The file is no text in {encoding}: {error.reason}."
            raise CardError.bad_input("file", what, "Choose the encoding that it has.") from error
        text = "".join(parts)
        if len(text) > self._longest_text:
            raise self._too_long()
        return {"text": text}

    async def _from_base64(self, call: ActionCall) -> Values:
        text = _BLANKS.sub("", given_text(call, "text"))
        body = text.replace("-", "+").replace("_", "/").rstrip("=")
        try:
            whole = base64.b64decode(body + "=" * (-len(body) % 4), validate=True)
        except ValueError as error:
            raise CardError.bad_input(
                "text", f"The text is no Base64: {error}.", "Check what the card is given."
            ) from error
        name = given_text(call, "name") or "file.bin"
        return outputs_of(await make_file(self._files, call, name, media_type_of(name), _all([whole])))

    async def _to_base64(self, call: ActionCall) -> Values:
        file = await self._files.find(call.inputs.get("file"))
        self._fits(file, 0.75)
        whole = b"".join([piece async for piece in self._files.contents(file)])
        return {"text": base64.b64encode(whole).decode()}

    def _fits(self, file: File, bytes_each: float) -> None:
        """Refuse a file that is too large before it is read."""
        if file.size > self._longest_text * bytes_each + 4:
            raise self._too_long()

    def _too_long(self) -> CardError:
        what = f"What is in the file is over {self._longest_text:,} characters, the most that a text has."
        return CardError.bad_input("file", what, "Hand the file on as a file.")

    async def _info(self, call: ActionCall) -> Values:
        file = await self._files.find(call.inputs.get("file"))
        created = format_datetime(file.created)
        return {
            "name": file.name,
            "extension": file.extension,
            "size": file.size,
            "created": created,
            "updated": created,
            "type": file.type,
            "sha256": file.sha256,
            "expires": format_datetime(file.expires),
        }

    async def _copy(self, call: ActionCall) -> Values:
        file = await self._files.find(call.inputs.get("file"))
        name = given_text(call, "name") or file.name
        return outputs_of(await make_file(self._files, call, name, file.type, self._files.contents(file)))

    async def _delete(self, call: ActionCall) -> Values:
        try:
            file = await self._files.find(call.inputs.get("file"))
        except DataError as error:
            if error.code == "unknown-file":
                return {"deleted": False}
            raise
        return {"deleted": await self._files.delete(file.id)}

    async def _read_csv(self, call: ActionCall) -> Values:
        file = await self._files.find(call.inputs.get("file"))
        reader, names, rows = CsvReader(given_delimiter(call)), list[str](), list[JSON]()
        try:
            async for record in _records(reader, self._files.contents(file)):
                if not names:
                    names = _names(record)
                    continue
                if len(rows) >= self._longest_list:
                    what = f"The file has over {self._longest_list:,} rows, the most that a list has."
                    raise CardError.bad_input("file", what, "Import it into a table: Import from CSV.")
                rows.append(_row(names, record))
        except BadCsv as error:
            raise CardError.bad_input(error.field or "file", str(error), error.mend) from error
        return {"rows": rows, "columns": [*names]}

    async def _write_csv(self, call: ActionCall) -> Values:
        delimiter, rows = given_delimiter(call), _objects(call.inputs.get("rows"))
        named = call.inputs.get("columns")
        names = [to_text(name) for name in named] if isinstance(named, list) and named else _all_keys(rows)
        pieces = _written(rows, names, delimiter)
        if call.secrets:
            pieces = _checked(call, "rows", pieces)
        name = given_text(call, "name") or "rows.csv"
        return outputs_of(await make_file(self._files, call, name, CSV_TYPE, _all(pieces)))


async def make_file(files: Files, call: ActionCall, name: str, media_type: str, pieces: AsyncIterator[bytes]) -> File:
    """The file that a card makes; if it made it before a crash, that one.

    Raises:
        DataError: it is too large, or the disk does not take it.
    """
    file_id = file_of_step(call.run_id, call.path)
    known = await files.known(file_id)
    if known is not None:
        return known
    async with files.writing() as maker:
        async for piece in pieces:
            await maker.write(piece)
        return await maker.keep(file_id, name, media_type, made_by(call))


def made_by(call: ActionCall) -> str:
    """Who made a file, as it is told."""
    return f"run {call.run_id}"


def outputs_of(file: File) -> Values:
    """What a card gives that made a file."""
    value: FileValue = file.value
    return {"file": value.to_json(), "name": value.name, "size": value.size}


def given_text(call: ActionCall, name: str) -> str:
    """An input as text; empty where nothing is given."""
    return to_text(call.inputs.get(name))


def given_delimiter(call: ActionCall) -> str:
    """What stands between values; a comma where nothing is given. Raises BadCsv."""
    return check_delimiter(given_text(call, "delimiter") or ",")


def refuse_secrets(call: ActionCall, field: str, text: str) -> None:
    """Refuse to write a secret down where anybody who may read files sees it. Raises CardError."""
    if any(secret in text for secret in call.secrets if secret):
        what = "It holds a secret, and what is in files is shown to all who may read files."
        raise CardError.bad_input(field, what, "Leave the secret out.")


def media_type_of(name: str) -> str:
    """The media type that the end of a name stands for."""
    return _TYPES.get(name.rpartition(".")[2].lower(), "application/octet-stream")


def _text_type(name: str, encoding: str) -> str:
    known = media_type_of(name)
    kind = "text/plain" if known == "application/octet-stream" else known
    return f"{kind}; charset={encoding}"


def _encoding(call: ActionCall) -> str:
    wanted = given_text(call, "encoding").strip().lower() or "utf-8"
    if wanted not in ("utf-8", "utf-16", "iso-8859-1", "windows-1252"):
        mend = "Use utf-8, utf-16, iso-8859-1 or windows-1252."
        raise CardError.bad_input("encoding", f"{wanted[:40]!r} is no encoding that is known here.", mend)
    return wanted


def _parts(text: str) -> Iterator[str]:
    return (text[start : start + _PIECE] for start in range(0, len(text), _PIECE))


async def _all(pieces: Sequence[bytes] | Iterator[bytes]) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece


def _objects(value: JSON) -> list[Values]:
    rows = value if isinstance(value, list) else [] if value is None else [value]
    found = [row for row in rows if isinstance(row, dict)]
    if len(found) < len(rows):
        raise CardError.bad_input("rows", "An item of the list is no object.", "Give a list of objects.")
    return found


def _all_keys(rows: Sequence[Values]) -> list[str]:
    """The keys of all rows, as they come up."""
    return list(dict.fromkeys(key for row in rows for key in row))


def _written(rows: Sequence[Values], names: Sequence[str], delimiter: str) -> Iterator[bytes]:
    yield write_record([*names], delimiter).encode("utf-8", "replace")
    for start in range(0, len(rows), _ROWS_AT_ONCE):
        some = rows[start : start + _ROWS_AT_ONCE]
        lines = (write_record([row.get(name) for name in names], delimiter) for row in some)
        yield "".join(lines).encode("utf-8", "replace")


def _checked(call: ActionCall, field: str, pieces: Iterator[bytes]) -> Iterator[bytes]:
    for piece in pieces:
        refuse_secrets(call, field, piece.decode())
        yield piece


async def _records(reader: CsvReader, pieces: AsyncIterator[bytes]) -> AsyncIterator[Record]:
    async for piece in pieces:
        for record in reader.feed(piece):
            yield record
    for record in reader.end():
        yield record


def _names(record: Record) -> list[str]:
    names = [name.strip() for name in record.cells]
    if len(set(names)) < len(names):
        raise BadCsv("The first line names a column twice.", "Name each column once.", "file")
    return names


def _row(names: Sequence[str], record: Record) -> Values:
    if len(record.cells) > len(names):
        what = f"Line {record.line} has {len(record.cells)} values, and the first line names {len(names)} columns."
        raise BadCsv(what, "Check delimiter and quotes.", "file")
    missing = len(names) - len(record.cells)
    return dict(zip(names, [*record.cells, *[""] * missing], strict=True))
