"""Signed assertions by which a client or a service account asks for tokens (RFC 7523).

A private key is given in PEM (PKCS #8 or #1, SEC 1) or as a JSON Web Key. PEM may hold the certificate as well, as
Microsoft wants it: its thumbprint then names the key.
"""

from __future__ import annotations

import base64
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

import orjson
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from .problems import ConnectionProblem

LIFE_SECONDS = 300
_BYTE_ORDER_MARK = "\ufeff"  # before the text of a file that some editors save
_Key: TypeAlias = RSAKey | ECKey
_PEM = re.compile(r"-----BEGIN ([A-Z0-9 ]+)-----.+?-----END \1-----", re.DOTALL)
_ALGORITHMS = {"P-256": "ES256", "P-384": "ES384", "P-521": "ES512"}


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key, and what names it in the head of an assertion.

    Attributes:
        expires_at: when its certificate ends, if it has one.
    """

    key: _Key
    head: Mapping[str, str]
    expires_at: datetime | None = None


def read_key(text: str, key_id: str = "") -> SigningKey:
    """A private key from PEM or JWK.

    Args:
        key_id: the ``kid`` by which the app knows the key, if it does.

    Raises:
        ConnectionProblem: it is none, or its certificate is another key's.
    """
    text = text.removeprefix(_BYTE_ORDER_MARK)
    try:
        key, thumbprint, ends = _from_jwk(text) if text.lstrip().startswith("{") else _from_pem(text)
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise _no_key() from error
    if not key.is_private:
        raise _no_key()
    head = {"alg": _ALGORITHMS.get(str(key.as_dict(private=False).get("crv")), "RS256"), "typ": "JWT"}
    known = key_id or str(key.as_dict(private=False).get("kid") or "")
    if known:
        head["kid"] = known
    if thumbprint:
        head["x5t#S256"] = thumbprint
    return SigningKey(key, head, ends)


def signed(signing: SigningKey, claims: Mapping[str, str], now: datetime) -> str:
    """An assertion that is good for five minutes; each one differs (``jti``).

    Raises:
        ConnectionProblem: the certificate has ended, or the key cannot sign.
    """
    if signing.expires_at is not None and signing.expires_at <= now:
        raise ConnectionProblem(
            "certificate-ended",
            f"The certificate of the key ended on {signing.expires_at:%d %B %Y}.",
            "Make a new key and certificate, add the certificate at the app, and put both into the connection.",
        )
    issued = int(now.timestamp())
    times = {"iat": issued, "exp": issued + LIFE_SECONDS, "jti": secrets.token_urlsafe(18)}
    try:
        return jwt.encode(dict(signing.head), {**claims, **times}, signing.key, algorithms=[signing.head["alg"]])
    except (JoseError, ValueError) as error:
        raise _no_key() from error


@dataclass(frozen=True, slots=True)
class ServiceAccount:
    """A key file of Google (https://cloud.google.com/iam/docs/keys-create-delete): who signs, and where tokens are."""

    email: str
    token_url: str
    signing: SigningKey


def read_service_account(text: str) -> ServiceAccount:
    """A service account's key file. Raises ConnectionProblem."""
    try:
        fields: object = orjson.loads(text.removeprefix(_BYTE_ORDER_MARK))
    except orjson.JSONDecodeError as error:
        raise _no_account() from error
    values: dict[str, object] = (
        {str(k): v for k, v in fields.items()} if isinstance(fields, dict) else {}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType, reportUnknownMemberType]
    )
    email, key = values.get("client_email"), values.get("private_key")
    if values.get("type") != "service_account" or not isinstance(email, str) or not isinstance(key, str):
        raise _no_account()
    return ServiceAccount(
        email, str(values.get("token_uri") or ""), read_key(key, str(values.get("private_key_id") or ""))
    )


def _from_jwk(text: str) -> tuple[_Key, str, datetime | None]:
    fields: object = orjson.loads(text)
    if not isinstance(fields, dict):
        raise ValueError("no object")
    values: dict[str, str | list[str]] = {str(k): v for k, v in fields.items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType, reportUnknownMemberType]
    return (ECKey if values.get("kty") == "EC" else RSAKey).import_key(values), "", None


def _from_pem(text: str) -> tuple[_Key, str, datetime | None]:
    blocks = {found[1]: found[0] for found in _PEM.finditer(text)}
    private = next((block for name, block in blocks.items() if name.endswith("PRIVATE KEY")), None)
    if private is None:
        raise ValueError("no private key")
    try:
        key: _Key = RSAKey.import_key(private)
    except (JoseError, ValueError):
        key = ECKey.import_key(private)
    if "CERTIFICATE" not in blocks:
        return key, "", None
    certificate = x509.load_pem_x509_certificate(blocks["CERTIFICATE"].encode())
    if load_pem_private_key(private.encode(), None).public_key() != certificate.public_key():
        raise ConnectionProblem(
            "certificate-of-another-key",
            "The certificate is not that of the private key.",
            "Give the two that were made together; the app must have this certificate too.",
        )
    digest = base64.urlsafe_b64encode(certificate.fingerprint(hashes.SHA256())).rstrip(b"=").decode()
    return key, digest, certificate.not_valid_after_utc


def _no_key() -> ConnectionProblem:
    return ConnectionProblem(
        "bad-key",
        "The private key cannot be used.",
        "Give an RSA or EC private key without a passphrase, as PEM (-----BEGIN PRIVATE KEY-----) or JSON Web Key.",
    )


def _no_account() -> ConnectionProblem:
    return ConnectionProblem(
        "bad-key",
        "This is no key file of a service account.",
        "In Google Cloud, open the service account, Keys, Add key, JSON, and give the whole file.",
    )
