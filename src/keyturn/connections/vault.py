"""Seals secrets: AES-256-GCM with a random nonce, bound to a context (NIST SP 800-38D).

Sealed form: version byte 1, 8 bytes of key id, 12 bytes of nonce, ciphertext with tag. The key id is the
beginning of the SHA-256 of the key, so that a wrong key is told from tampering.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import secrets
import stat
from collections.abc import Sequence
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_VERSION = b"\x01"
_ID_BYTES = 8
_NONCE_BYTES = 12
_KEY_BYTES = 32


class KeyUnusable(Exception):
    """The secret key cannot be used; ``mend`` says what to do."""

    def __init__(self, message: str, mend: str) -> None:
        self.mend = mend
        super().__init__(message)


class CannotDecrypt(Exception):
    """Sealed data cannot be opened; ``mend`` says what to do."""

    def __init__(self, message: str, mend: str) -> None:
        self.mend = mend
        super().__init__(message)


class Vault:
    """Seals with one key, and opens with it and with former ones.

    Args:
        key: 32 bytes.
        former: keys that were used before.
    """

    def __init__(self, key: bytes, former: Sequence[bytes] = ()) -> None:
        if any(len(one) != _KEY_BYTES for one in (key, *former)):
            raise KeyUnusable(f"A secret key has not {_KEY_BYTES} bytes.", f"Give keys of {_KEY_BYTES} bytes.")
        self._key_id = _id_of(key)
        self._ciphers = {_id_of(one): AESGCM(one) for one in (*former, key)}
        self._keys = {_id_of(one).hex(): one for one in (*former, key)}

    @property
    def key_name(self) -> str:
        """A short public name of the key."""
        return self._key_id.hex()

    def seal(self, plain: bytes, context: str) -> bytes:
        """Seal bytes, bound to a context."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return _VERSION + self._key_id + nonce + self._ciphers[self._key_id].encrypt(nonce, plain, context.encode())

    def is_current(self, sealed: bytes) -> bool:
        """Whether it was sealed with the present key."""
        return sealed[1 : 1 + _ID_BYTES] == self._key_id

    def prove(self, message: bytes, context: str, key_name: str | None = None) -> bytes | None:
        """32 bytes that only who has the key can make of a message (HMAC-SHA256, RFC 2104); each context has a key.

        Args:
            key_name: of the key; the present one if it is None.

        Returns None if there is no such key here.
        """
        key = self._keys.get(self.key_name if key_name is None else key_name)
        return None if key is None else _proof(key, message, context)

    def proves(self, message: bytes, context: str, proof: bytes) -> bool:
        """Whether a proof is right, by the present key or a former one."""
        found = [hmac.compare_digest(_proof(key, message, context), proof) for key in self._keys.values()]
        return any(found)

    def open(self, sealed: bytes, context: str) -> bytes:
        """Open what was sealed for the same context.

        Raises:
            CannotDecrypt: it was sealed with another key, for another context, or was changed.
        """
        head = 1 + _ID_BYTES
        if sealed[:1] != _VERSION or len(sealed) < head + _NONCE_BYTES + 16:
            raise CannotDecrypt("The sealed data is damaged.", "Enter the secrets again.")
        cipher = self._ciphers.get(sealed[1:head])
        if cipher is None:
            raise CannotDecrypt(
                f"The secrets were sealed with the key {sealed[1:head].hex()}; the current key is {self.key_name}.",
                "Name the former key in KEYTURN_FORMER_SECRET_KEYS, or enter the secrets again.",
            )
        nonce, body = sealed[head : head + _NONCE_BYTES], sealed[head + _NONCE_BYTES :]
        try:
            return cipher.decrypt(nonce, body, context.encode())
        except InvalidTag as error:
            raise CannotDecrypt("The sealed data was changed or moved.", "Enter the secrets again.") from error


def read_keys(values: str) -> list[bytes]:
    """Keys in base64 or hex, with commas between them. Raises KeyUnusable."""
    return [_decode(value.strip(), "KEYTURN_FORMER_SECRET_KEYS") for value in values.split(",") if value.strip()]


def load_key(value: str | None, file: Path) -> bytes:
    """The key from a setting, or from a key file, which is made if it is not there.

    Args:
        value: 32 bytes in base64 or hex, or None.
        file: the key file; mode 0600.

    Raises:
        KeyUnusable: the value is no key, or the file can be read by others.
    """
    if value is not None:
        return _decode(value.strip(), "KEYTURN_SECRET_KEY")
    try:
        return _read(file)
    except FileNotFoundError:
        return _make(file)


def _proof(key: bytes, message: bytes, context: str) -> bytes:
    own = hmac.digest(key, b"keyturn proof\0" + context.encode(), hashlib.sha256)
    return hmac.digest(own, message, hashlib.sha256)


def _id_of(key: bytes) -> bytes:
    return hashlib.sha256(key).digest()[:_ID_BYTES]


def _read(file: Path) -> bytes:
    with file.open("rb") as opened:
        mode = stat.S_IMODE(os.fstat(opened.fileno()).st_mode)
        if mode & 0o077:
            raise KeyUnusable(f"The key file {file} can be read by others (mode {mode:04o}).", f"chmod 600 {file}")
        return _decode(opened.read(4096).decode("ascii", "replace").strip(), str(file))


def _make(file: Path) -> bytes:
    """Write a new key; if another program was first, its key counts."""
    file.parent.mkdir(parents=True, exist_ok=True)
    key = secrets.token_bytes(_KEY_BYTES)
    draft = file.with_name(f".{file.name}.{secrets.token_hex(6)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as opened:
            opened.write(base64.b64encode(key) + b"\n")
            opened.flush()
            os.fsync(opened.fileno())
        os.link(draft, file)
    except FileExistsError:
        return _read(file)
    finally:
        draft.unlink(missing_ok=True)
    return key


def _decode(text: str, source: str) -> bytes:
    for decode in (bytes.fromhex, _from_base64):
        try:
            key = decode(text)
        except (ValueError, binascii.Error):
            continue
        if len(key) == _KEY_BYTES:
            return key
    raise KeyUnusable(
        f"{source} holds no key of 32 bytes in base64 or hex.",
        "Make one with: python3 -c 'import base64, os; print(base64.b64encode(os.urandom(32)).decode())'",
    )


def _from_base64(text: str) -> bytes:
    return base64.b64decode(text.replace("-", "+").replace("_", "/"), validate=True)
