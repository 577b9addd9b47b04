"""Encryption cards: digests of texts, plain and with a key. Texts are hashed as UTF-8.

MD5 and SHA-1 are there since apps ask for them; they protect nothing any more.
"""

from __future__ import annotations

import base64
import hashlib
import hmac

from keyturn.flows.json import JSON
from keyturn.flows.spec import OnNull

from .declare import Category, example
from .fields import gives_text, text

_ENCRYPTION = Category("encryption", "Encryption")
_ALGORITHMS = ("md5", "sha1", "sha256", "sha384", "sha512")
_ENCODINGS = ("hex", "base64", "binary")

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
            _DIGEST,
        ),
        outputs=(gives_text("The digest."),),
        okta="crypto:hmac",
        synonyms=("signature", "sign", "webhook", "mac"),
        examples=(
            example(
                {"data": "My secret message!", "key": "my secret key", "digest": "base64"},
                {"output": "qd83l7nEE4gBpuaueA+XtKFeZO99aV7IvGgsJ15qmyo="},
            ),
            example(
                {"data": "what do ya want for nothing?", "key": "Jefe", "algorithm": "md5"},
                {"output": "750c783e6ab0b503eaa86e310a5db738"},
                "The second vector of RFC 2202.",
            ),
        ),
    ),
)
