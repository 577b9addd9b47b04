"""Encryption cards: digests of texts, plain and with a key, and texts that only the key opens. Texts are UTF-8.

MD5 and SHA-1 are there since apps ask for them; they protect nothing any more.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import replace

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from keyturn.flows.errors import CardError
from keyturn.flows.functions import EffectPorts
from keyturn.flows.json import JSON
from keyturn.flows.spec import OnNull

from .declare import Category, example
from .fields import gives_text, text

_ENCRYPTION = Category("encryption", "Encryption")
_ALGORITHMS = ("md5", "sha1", "sha256", "sha384", "sha512")
_ENCODINGS = ("hex", "base64", "binary")

_VERSION, _SALT, _NONCE, _TAG = b"\x01", 16, 12, 16
_LEAST = 1 + _SALT + _NONCE + _TAG

_ALGORITHM = text(
    "algorithm",
    "Algorithm",
    "The hash function; MD5 and SHA-1 are only for apps that ask for them.",
    default="sha256",
    null=OnNull.DEFAULT,
    choices=_ALGORITHMS,
)
_DIGEST = text(
    "digest",
    "Digest",
    "How the result is written: hex in small letters, base64 with padding, or binary: a character for each byte.",
    default="hex",
    null=OnNull.DEFAULT,
    choices=_ENCODINGS,
)


def _hash(data: str, algorithm: str, encoding: str) -> JSON:
    return _written(hashlib.new(algorithm, data.encode(), usedforsecurity=False).digest(), encoding)


def _hmac(data: str, key: str, algorithm: str, encoding: str) -> JSON:
    return _written(hmac.digest(key.encode(), data.encode(), algorithm), encoding)


def _written(digest: bytes, encoding: str) -> str:
    match encoding:
        case "hex":
            return digest.hex()
        case "base64":
            return base64.b64encode(digest).decode()
        case _:
            return digest.decode("latin-1")


def _encrypt(ports: EffectPorts, data: str, key: str, context: str) -> JSON:
    salt, nonce = ports.secure_bytes(_SALT), ports.secure_bytes(_NONCE)
    sealed = AESGCM(_derived(key, salt)).encrypt(nonce, data.encode(), context.encode())
    return base64.urlsafe_b64encode(_VERSION + salt + nonce + sealed).decode()


def _decrypt(data: str, key: str, context: str) -> JSON:
    try:
        raw = base64.b64decode(data.strip().encode("ascii"), altchars=b"-_", validate=True)
        if raw[:1] != _VERSION or len(raw) < _LEAST:
            raise ValueError("it is of another form")
        salt, nonce, sealed = raw[1 : 1 + _SALT], raw[1 + _SALT : 1 + _SALT + _NONCE], raw[1 + _SALT + _NONCE :]
        return AESGCM(_derived(key, salt)).decrypt(nonce, sealed, context.encode()).decode()
    except (ValueError, InvalidTag) as error:
        raise CardError.bad_input(
            "data",
            "The text cannot be decrypted.",
            "Give what Encrypt made, with the same key and context.",
        ) from error


def _derived(key: str, salt: bytes) -> bytes:
    """A key of 256 bits for one text (HKDF, RFC 5869)."""
    return HKDF(hashes.SHA256(), 32, salt, b"keyturn encrypt card").derive(key.encode())


_SECRET_KEY = text(
    "key",
    "Key",
    "A long text by chance, best a value of type secret: 32 characters or more. It is no place for a password.",
    required=True,
    null=OnNull.ERROR,
    empty=OnNull.ERROR,
)
_CONTEXT = text("context", "Context", "What the text is bound to, for example a user's id; the same for both cards.")
_FORM = "AES-256-GCM, with a key and a nonce of its own for each text; written as base64url."

CARDS = (
    _ENCRYPTION.card(
        "hash",
        "Hash",
        "Gives the digest of a text: the same for the same text, and nothing to be read from it.",
        _hash,
        inputs=(text("data", "Data", "The text."), _ALGORITHM, _DIGEST),
        outputs=(gives_text("The digest."),),
        synonyms=("digest", "checksum", "fingerprint", "sha", "md5"),
        examples=(
            example(
                {"data": "abc"},
                {"output": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
                "SHA-256.",
            ),
            example({"data": "abc", "algorithm": "md5"}, {"output": "900150983cd24fb0d6963f7d28e17f72"}),
        ),
        beyond=True,
    ),
    _ENCRYPTION.card(
        "hmac",
        "HMAC",
        "Gives the digest of a text with a key (RFC 2104), by which the other holder of the key knows who sent it.",
        _hmac,
        inputs=(
            text("data", "Data", "The text."),
            text(
                "key",
                "Key",
                "The key, best a value of type secret.",
                required=True,
                null=OnNull.ERROR,
                empty=OnNull.ERROR,
                note="Anybody can make a digest with an empty key, so it is an error.",
            ),
            _ALGORITHM,
            replace(_DIGEST, default="base64"),
        ),
        outputs=(gives_text("The digest."),),
        okta="crypto:hmac",
        synonyms=("signature", "sign", "webhook", "mac"),
        examples=(
            example(
                {"data": "My secret message!", "key": "my secret key"},
                {"output": "qd83l7nEE4gBpuaueA+XtKFeZO99aV7IvGgsJ15qmyo="},
            ),
            example(
                {"data": "what do ya want for nothing?", "key": "Jefe", "algorithm": "md5", "digest": "hex"},
                {"output": "750c783e6ab0b503eaa86e310a5db738"},
                "The second vector of RFC 2202.",
            ),
        ),
    ),
    _ENCRYPTION.card(
        "decrypt",
        "Decrypt",
        "Opens a text that Encrypt made, with the same key and context.",
        _decrypt,
        inputs=(
            text("data", "Data", "What Encrypt made.", required=True, note="What cannot be opened is an error."),
            _SECRET_KEY,
            _CONTEXT,
        ),
        outputs=(gives_text("The text."),),
        synonyms=("open", "decipher", "aes", "unseal"),
        beyond=True,
        examples=(
            example(
                {
                    "data": "AXNzc3Nzc3Nzc3Nzc3Nzc3Nubm5ubm5ubm5ubm5e5XgTt_SRdxtBu7cGDdteZA6l",
                    "key": "kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk",
                },
                {"output": "abc"},
            ),
            example(
                {
                    "data": "AXNzc3Nzc3Nzc3Nzc3Nzc3Nubm5ubm5ubm5ubm6-7rDNTXyxo8wIMBWvO75c",
                    "key": "kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk",
                    "context": "u1",
                },
                {"output": ""},
                "Bound to a context.",
            ),
        ),
    ),
)

EFFECTS = (
    _ENCRYPTION.chance(
        "encrypt",
        "Encrypt",
        f"Makes a text that only the key opens: {_FORM}",
        _encrypt,
        inputs=(text("data", "Data", "The text."), _SECRET_KEY, _CONTEXT),
        outputs=(gives_text("What Decrypt opens. It is another one each time."),),
        synonyms=("seal", "cipher", "aes", "protect"),
        beyond=True,
        examples=(
            example(
                {"data": "abc", "key": "kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk"},
                {"output": "AXNzc3Nzc3Nzc3Nzc3Nzc3Nubm5ubm5ubm5ubm5e5XgTt_SRdxtBu7cGDdteZA6l"},
                "For example:",
            ),
        ),
    ),
)
