"""Sealing: what was sealed opens with its key and context only."""

from __future__ import annotations

import base64
import os
import secrets
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyturn.connections.vault import CannotDecrypt, KeyUnusable, Vault, load_key, read_keys

KEY = bytes(range(32))


@given(st.binary(max_size=2000), st.text(max_size=50).filter(lambda text: text.isprintable()))
def test_what_is_sealed_opens_again(plain: bytes, context: str) -> None:
    vault = Vault(KEY)
    sealed = vault.seal(plain, context)
    assert vault.open(sealed, context) == plain
    assert sealed != vault.seal(plain, context), "a nonce was used twice"


def test_another_key_is_told_from_tampering() -> None:
    sealed = Vault(KEY).seal(b"secret", "connection:okta")
    other = Vault(bytes(32))
    with pytest.raises(CannotDecrypt, match=Vault(KEY).key_name) as refused:
        other.open(sealed, "connection:okta")
    assert other.key_name in str(refused.value)
    assert "KEYTURN_FORMER_SECRET_KEYS" in refused.value.mend


def test_secrets_cannot_be_moved_to_another_connection() -> None:
    vault = Vault(KEY)
    with pytest.raises(CannotDecrypt):
        vault.open(vault.seal(b"secret", "connection:okta"), "connection:other")


@given(st.integers(min_value=0, max_value=60), st.integers(min_value=1, max_value=255))
def test_a_changed_byte_is_noticed(position: int, flip: int) -> None:
    vault = Vault(KEY)
    sealed = bytearray(vault.seal(b"a secret of some length, to have bytes", "c"))
    sealed[position % len(sealed)] ^= flip
    with pytest.raises(CannotDecrypt):
        vault.open(bytes(sealed), "c")


@pytest.mark.parametrize("sealed", [b"", b"\x01", b"\x02" * 60, b"potato"])
def test_what_was_never_sealed_is_refused(sealed: bytes) -> None:
    with pytest.raises(CannotDecrypt):
        Vault(KEY).open(sealed, "c")


@pytest.mark.parametrize("text", [KEY.hex(), base64.b64encode(KEY).decode(), base64.urlsafe_b64encode(KEY).decode()])
def test_a_key_may_be_given_as_hex_or_base64(text: str, tmp_path: Path) -> None:
    assert load_key(text, tmp_path / "unused") == KEY
    assert not (tmp_path / "unused").exists()


@pytest.mark.parametrize("text", ["", "short", "zz" * 32, base64.b64encode(b"16 bytes are few").decode()])
def test_what_is_no_key_is_refused_with_a_way_to_make_one(text: str, tmp_path: Path) -> None:
    with pytest.raises(KeyUnusable) as refused:
        load_key(text, tmp_path / "unused")
    assert "urandom(32)" in refused.value.mend


def test_a_key_file_is_made_once_and_private(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "secret.key"
    key = load_key(None, file)
    assert load_key(None, file) == key
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in file.parent.iterdir()] == ["secret.key"]


def test_a_key_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "secret.key"
    file.write_text(secrets.token_hex(32))
    os.chmod(file, 0o644)
    with pytest.raises(KeyUnusable, match="0644") as refused:
        load_key(None, file)
    assert refused.value.mend.startswith("chmod 600")


def test_what_a_former_key_sealed_opens_and_is_told_from_what_is_current() -> None:
    old = Vault(KEY).seal(b"secret", "connection:okta")
    vault = Vault(bytes(32), [bytes([9]) * 32, KEY])
    assert vault.open(old, "connection:okta") == b"secret"
    assert not vault.is_current(old)
    assert vault.is_current(vault.seal(b"secret", "connection:okta"))


def test_former_keys_are_read_from_a_list() -> None:
    assert read_keys(f" {KEY.hex()}, {base64.b64encode(bytes(32)).decode()} ,") == [KEY, bytes(32)]
    with pytest.raises(KeyUnusable, match="KEYTURN_FORMER_SECRET_KEYS"):
        read_keys("potato")
