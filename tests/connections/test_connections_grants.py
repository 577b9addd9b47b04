"""What token endpoints are asked by each kind of connection, and keys that cannot be used."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import orjson
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey
from support_connections import NOW, TOKEN_URL, World

from keyturn.connections.model import AuthKind
from keyturn.connections.problems import ConnectionProblem

RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
EC = ec.generate_private_key(ec.SECP256R1())


def pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey, form: str = "PKCS8") -> str:
    encoded = key.private_bytes(
        serialization.Encoding.PEM, getattr(serialization.PrivateFormat, form), serialization.NoEncryption()
    )
    return encoded.decode()


def certificate(ends: datetime) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "keyturn")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(RSA.public_key())
    builder = builder.serial_number(7).not_valid_before(ends - timedelta(days=90)).not_valid_after(ends)
    return builder.sign(RSA, hashes.SHA256())


def account(**changes: str) -> str:
    fields = {
        "type": "service_account",
        "client_email": "robot@project.example",
        "private_key": pem(RSA),
        "private_key_id": "k1",
        "token_uri": "https://oauth2.example/token",
    }
    return orjson.dumps({**fields, **changes}).decode()


def opened(assertion: str, key: RSAKey | ECKey) -> tuple[Mapping[str, object], Mapping[str, object]]:
    """Head and claims of an assertion whose signature is good."""
    token = jwt.decode(assertion, key, algorithms=["RS256", "ES256"])
    return token.header, token.claims


async def form_of(kind: AuthKind, settings: dict[str, str], secrets: dict[str, str]) -> tuple[str, dict[str, str]]:
    world = World()
    await world.make(kind, settings, secrets)
    authorised = await world.authoriser.authorise("c")
    assert authorised.headers == {"Authorization": "Bearer token-1"}
    assert set(secrets.values()) <= authorised.secrets
    return world.idp.urls[0], world.idp.forms[0]


@pytest.mark.parametrize(
    ("text", "public", "algorithm"),
    [
        (pem(RSA), RSAKey.import_key(RSA.public_key()), "RS256"),
        (pem(RSA, "TraditionalOpenSSL"), RSAKey.import_key(RSA.public_key()), "RS256"),
        (pem(EC), ECKey.import_key(EC.public_key()), "ES256"),
        (pem(EC, "TraditionalOpenSSL"), ECKey.import_key(EC.public_key()), "ES256"),
        (orjson.dumps(RSAKey.import_key(RSA).as_dict(private=True)).decode(), RSAKey.import_key(RSA), "RS256"),
        (orjson.dumps(ECKey.import_key(EC).as_dict(private=True)).decode(), ECKey.import_key(EC), "ES256"),
    ],
    ids=["pkcs8", "pkcs1", "ec-pkcs8", "sec1", "rsa-jwk", "ec-jwk"],
)
async def test_a_client_proves_itself_by_a_signed_assertion(text: str, public: RSAKey | ECKey, algorithm: str) -> None:
    settings = {"token_url": TOKEN_URL, "client_id": "me", "scope": "okta.users.manage", "key_id": "kid-1"}
    url, form = await form_of(AuthKind.OAUTH_CLIENT_ASSERTION, settings, {"private_key": text})
    assert url == TOKEN_URL
    head, claims = opened(form.pop("client_assertion"), public)
    assert form == {
        "grant_type": "client_credentials",
        "client_id": "me",
        "scope": "okta.users.manage",
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    }
    assert (head["alg"], head["kid"]) == (algorithm, "kid-1")
    assert {name: claims[name] for name in ("iss", "sub", "aud")} == {"iss": "me", "sub": "me", "aud": TOKEN_URL}
    assert claims["exp"] == int(NOW.timestamp()) + 300
    assert claims["jti"]


async def test_a_clients_secret_is_shown_as_basic_where_the_connection_says_so() -> None:
    """RFC 6749, 2.3.1: both parts are encoded as in a form, then put together."""
    world = World()
    settings = {"token_url": TOKEN_URL, "client_id": "me:1", "scope": "a", "client_auth": "basic"}
    await world.make(AuthKind.OAUTH_CLIENT_CREDENTIALS, settings, {"client_secret": "s 3/cret"})
    await world.authoriser.authorise("c")
    assert world.idp.forms == [{"grant_type": "client_credentials", "scope": "a"}]
    assert world.idp.proofs == ["Basic " + base64.b64encode(b"me%3A1:s+3%2Fcret").decode()]


async def test_a_certificate_beside_the_key_names_it() -> None:
    shown = certificate(NOW + timedelta(days=30))
    text = shown.public_bytes(serialization.Encoding.PEM).decode() + pem(RSA)
    settings = {"token_url": TOKEN_URL, "client_id": "me", "audience": "https://login.example"}
    _, form = await form_of(AuthKind.OAUTH_CLIENT_ASSERTION, settings, {"private_key": text})
    head, claims = opened(form["client_assertion"], RSAKey.import_key(RSA.public_key()))
    digest = hashlib.sha256(shown.public_bytes(serialization.Encoding.DER)).digest()
    assert head["x5t#S256"] == base64.urlsafe_b64encode(digest).decode().rstrip("=")
    assert claims["aud"] == "https://login.example"


async def test_a_service_account_acts_for_an_administrator() -> None:
    settings = {"subject": "admin@northwind.example", "scope": "https://a https://b"}
    url, form = await form_of(AuthKind.OAUTH_JWT_BEARER, settings, {"service_account_key": account()})
    assert url == "https://oauth2.example/token"
    assert form["grant_type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer"
    head, claims = opened(form["assertion"], RSAKey.import_key(RSA.public_key()))
    assert head["kid"] == "k1"
    expected = {
        "iss": "robot@project.example",
        "sub": "admin@northwind.example",
        "aud": "https://oauth2.example/token",
        "scope": "https://a https://b",
    }
    assert {name: claims[name] for name in expected} == expected


async def test_a_byte_order_mark_before_a_key_does_no_harm() -> None:
    settings = {"scope": "https://a"}
    _, form = await form_of(AuthKind.OAUTH_JWT_BEARER, settings, {"service_account_key": f"\ufeff{account()}"})
    assert opened(form["assertion"], RSAKey.import_key(RSA.public_key()))[1]["iss"] == "robot@project.example"


async def test_a_token_address_of_the_connection_comes_first() -> None:
    settings = {"scope": "s", "token_url": TOKEN_URL}
    url, form = await form_of(AuthKind.OAUTH_JWT_BEARER, settings, {"service_account_key": account()})
    assert url == TOKEN_URL
    assert opened(form["assertion"], RSAKey.import_key(RSA.public_key()))[1]["aud"] == "https://oauth2.example/token"


ENDED = certificate(datetime(2026, 11, 1, tzinfo=UTC)).public_bytes(serialization.Encoding.PEM).decode() + pem(RSA)
OTHERS = certificate(NOW + timedelta(days=9)).public_bytes(serialization.Encoding.PEM).decode() + pem(
    rsa.generate_private_key(65537, 2048)
)
PUBLIC = RSA.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
LOCKED = RSA.private_bytes(
    serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.BestAvailableEncryption(b"secret")
)


@pytest.mark.parametrize(
    ("kind", "secret", "code", "words"),
    [
        ("private_key", "potato", "bad-key", "cannot be used"),
        ("private_key", "", "bad-key", "cannot be used"),
        ("private_key", "{", "bad-key", "cannot be used"),
        ("private_key", "{}", "bad-key", "cannot be used"),
        ("private_key", "[]", "bad-key", "cannot be used"),
        ("private_key", PUBLIC.decode(), "bad-key", "cannot be used"),
        ("private_key", LOCKED.decode(), "bad-key", "cannot be used"),
        ("private_key", OTHERS, "certificate-of-another-key", "not that of the private key"),
        ("private_key", ENDED, "certificate-ended", "1 November 2026|01 November 2026"),
        ("service_account_key", "potato", "bad-key", "no key file"),
        ("service_account_key", "[]", "bad-key", "no key file"),
        ("service_account_key", account(type="authorized_user"), "bad-key", "no key file"),
        ("service_account_key", account(private_key="potato"), "bad-key", "cannot be used"),
    ],
)
async def test_a_key_that_cannot_be_used_is_told(kind: str, secret: str, code: str, words: str) -> None:
    world = World()
    auth = AuthKind.OAUTH_CLIENT_ASSERTION if kind == "private_key" else AuthKind.OAUTH_JWT_BEARER
    await world.make(auth, {"token_url": TOKEN_URL, "client_id": "me", "scope": "s"}, {kind: secret})
    with pytest.raises(ConnectionProblem, match=words) as problem:
        await world.authoriser.authorise("c")
    assert problem.value.code == code
    assert problem.value.mend
    assert not world.idp.forms
    assert not secret or secret not in str(problem.value)
