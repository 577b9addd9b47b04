"""CSV: read in any pieces it is the same, what is written can be read, and what is broken is told."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyturn.data.csv_text import BadCsv, CsvReader, Record, write_record

CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12) | st.sampled_from(
    ["", '"', '""', "a,b", "a\nb", "a\r\nb", "\r", "ä,\u2028", "=1+1"]
)
RECORDS = st.lists(st.lists(CELLS, min_size=1, max_size=4), max_size=6)


def read(data: bytes, sizes: list[int], delimiter: str = ",") -> list[Record]:
    reader, found, at = CsvReader(delimiter), list[Record](), 0
    for size in [*sizes, len(data)]:
        found += reader.feed(data[at : at + size])
        at += size
    return [*found, *reader.end()]


@given(records=RECORDS, sizes=st.lists(st.integers(0, 9), max_size=20), mark=st.booleans())
def test_what_is_written_is_read_in_any_pieces(records: list[list[str]], sizes: list[int], mark: bool) -> None:
    text = "".join(write_record([*cells]) for cells in records)
    data = (b"\xef\xbb\xbf" if mark else b"") + text.encode()
    assert [list(record.cells) for record in read(data, sizes)] == records


@given(text=st.text(st.sampled_from('ab",;\r\n '), max_size=40), sizes=st.lists(st.integers(0, 5), max_size=20))
def test_anything_is_read_as_the_library_reads_it_whole(text: str, sizes: list[int]) -> None:
    assert [list(r.cells) for r in read(text.encode(), sizes)] == [r for r in csv.reader(io.StringIO(text, "")) if r]


def test_lines_are_counted_where_records_begin() -> None:
    found = read(b'a\n\n"b\nc"\r\nd', [3])
    assert [(record.line, list(record.cells)) for record in found] == [(1, ["a"]), (3, ["b\nc"]), (5, ["d"])]


def test_values_are_written_as_people_expect() -> None:
    assert (
        write_record([None, True, 1.0, 0.1, [1, "x"], {"a": None}], ";") == ';true;1;0.1;"[1,""x""]";"{""a"":null}"\r\n'
    )


@pytest.mark.parametrize("data", [b"a\xffb\n", "a,ä\n".encode("utf-16"), b'"\xc3'])
def test_what_is_no_utf8_is_told(data: bytes) -> None:
    with pytest.raises(BadCsv, match="no UTF-8"):
        read(data, [1])


def test_a_quote_that_never_ends_is_no_danger() -> None:
    with pytest.raises(BadCsv, match="begins in line 2"):
        read(b'a\n"' + (b"x" * 99 + b"\n") * 210_000, [1_000_000] * 21)


def test_a_record_of_many_pieces_is_not_read_as_often_as_it_has_pieces() -> None:
    data = b'a\n"' + b'x""\n' * 100_000 + b'"\n'
    assert [len(record.cells) for record in read(data, [16] * 25_001)] == [1, 1]


@pytest.mark.parametrize("delimiter", ["", ",,", '"', "\n", "ä"])
def test_a_delimiter_is_one_plain_character(delimiter: str) -> None:
    with pytest.raises(BadCsv):
        CsvReader(delimiter)
