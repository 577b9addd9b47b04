"""CSV (RFC 4180), read and written piece by piece: no file is ever in memory as a whole."""

from __future__ import annotations

import codecs
import csv
import io
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from keyturn.flows.conversion import to_text
from keyturn.flows.json import JSON

from .errors import DataError

LONGEST_RECORD = 20_000_000  # characters


class BadCsv(DataError):
    """A file that cannot be read any further."""

    code = "bad-csv"


@dataclass(frozen=True, slots=True)
class Record:
    """One record of a file.

    Attributes:
        line: where it begins, from 1.
    """

    line: int
    cells: Sequence[str]


class _NeedMore(Exception):
    """The record that is being read goes on in what has not come yet."""


class CsvReader:
    """Reads records out of pieces of bytes, UTF-8 with or without a byte order mark; empty lines are passed over.

    Args:
        delimiter: one character.
    """

    def __init__(self, delimiter: str = ",") -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")()
        self._delimiter = check_delimiter(delimiter)
        self._rest: list[str] = []  # the pieces of a line that goes on
        self._rest_size = 0
        self._lines: deque[str] = deque()
        self._held = 0  # characters of those lines
        self._enough = 0  # how many there must be before an open record is read again
        self._line = 1
        self._ended = False

    def feed(self, data: bytes) -> Iterator[Record]:
        """The records that are whole now; those before what cannot be read come first.

        Raises:
            BadCsv: it is no UTF-8, or a record is too long.
        """
        broken = self._take(data)
        yield from self._records()
        if broken:
            what = f"In line {self._line} or soon after it is no UTF-8: {broken}."
            raise BadCsv(what, "Save the file as UTF-8.")

    def end(self) -> Iterator[Record]:
        """What is left when nothing more comes. Raises as ``feed``."""
        self._ended = True
        yield from self.feed(b"")

    def _take(self, data: bytes) -> str:
        """Take lines in; gives what is wrong with the bytes, or nothing."""
        broken = ""
        try:
            text = self._decoder.decode(data, self._ended)
        except UnicodeDecodeError as error:
            broken = error.reason
            self._ended = False  # the line that breaks off is no record
            text = error.object[: error.start].decode().removeprefix("\ufeff")
        self._rest.append(text)
        self._rest_size += len(text)
        if self._ended or "\n" in text or "\r" in text:
            lines = list(io.StringIO("".join(self._rest), newline=""))
            # a line may go on; one that ends with \r may have its \n still to come
            self._rest = [lines.pop()] if lines and not self._ended and not lines[-1].endswith("\n") else []
            self._rest_size = sum(map(len, self._rest))
            self._lines.extend(lines)
            self._held += sum(map(len, lines))
        if self._rest_size > LONGEST_RECORD:
            raise self._too_long()
        return broken

    def _records(self) -> Iterator[Record]:
        while self._lines and (self._held >= self._enough or self._ended):
            taken: list[str] = []
            try:
                cells = next(csv.reader(self._supply(taken), delimiter=self._delimiter), None)
            except _NeedMore:
                self._lines.extendleft(reversed(taken))
                # not with each piece: a record of many pieces would be read as often as it has pieces
                self._enough = min(2 * self._held, LONGEST_RECORD + 1)
                return
            except csv.Error as error:
                raise BadCsv(f"Line {self._line} is no CSV: {error}.", "Check quotes and delimiter.") from error
            if cells:
                yield Record(self._line, cells)
            self._line += len(taken)
            self._held -= sum(map(len, taken))
            self._enough = 0

    def _supply(self, taken: list[str]) -> Iterator[str]:
        """Lines of one record; they are noted, so that they can be read again with more behind them."""
        size = 0
        while self._lines:
            line = self._lines.popleft()
            taken.append(line)
            size += len(line)
            if size > LONGEST_RECORD:
                raise self._too_long()
            yield line
        if not self._ended:
            raise _NeedMore

    def _too_long(self) -> BadCsv:
        what = f"The record that begins in line {self._line} has over {LONGEST_RECORD:,} characters."
        return BadCsv(what, "Is a quote missing that ends a value?")


def write_record(cells: Sequence[JSON], delimiter: str = ",") -> str:
    """One record: null as nothing, true and false as words, objects and lists as JSON."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=check_delimiter(delimiter)).writerow(
        ["" if cell is None else to_text(cell) for cell in cells]
    )
    return out.getvalue()


def check_delimiter(delimiter: str) -> str:
    """A delimiter that can be one. Raises BadCsv."""
    if len(delimiter) != 1 or delimiter in '"\r\n' or not delimiter.isascii():
        raise BadCsv(f"{delimiter!r} is no delimiter.", "Use one character: a comma, a semicolon, a tab.", "delimiter")
    return delimiter


# The library's own limit of a value, 131,072 characters, is one for the whole process.
csv.field_size_limit(max(csv.field_size_limit(), LONGEST_RECORD))
