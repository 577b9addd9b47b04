"""Values and texts that databases choke on."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyturn.flows.json import JSON
from keyturn.store.keys import short_key
from keyturn.store.payloads import clean, pack, pack_chunk, unpack, unpack_chunk

TEXT = st.text(st.characters(exclude_categories=[]))  # NUL and lone surrogates too
LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT
VALUES = st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner), max_leaves=20)


@given(VALUES)
def test_every_json_value_comes_back(value: JSON) -> None:
    assert unpack(pack(value)) == value


@given(st.lists(st.dictionaries(TEXT, LEAVES), max_size=30))
def test_every_chunk_comes_back(entries: list[dict[str, JSON]]) -> None:
    assert unpack_chunk(pack_chunk(list(entries))) == entries


def test_large_chunks_are_compressed() -> None:
    entries: list[JSON] = [{"path": "card", "output": "same"}] * 1000
    assert len(pack_chunk(entries)) < 1000


@given(TEXT)
def test_clean_text_can_be_stored(text: str) -> None:
    cleaned = clean(text)
    assert "\x00" not in cleaned
    cleaned.encode()
    if "\x00" not in text and not any("\ud800" <= char <= "\udfff" for char in text):
        assert cleaned == text


@given(TEXT, TEXT)
def test_short_keys_keep_different_keys_apart(one: str, other: str) -> None:
    assert (short_key(one) == short_key(other)) == (one == other)


@pytest.mark.parametrize("key", ["x" * 10_000, "a\x00b", "sha256:beef", "\ud800"])
def test_strange_keys_become_short_plain_ones(key: str) -> None:
    short = short_key(key)
    assert len(short) < 100
    assert clean(short) == short != key
