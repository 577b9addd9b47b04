"""Tokens signed by keys in PEM, which no table of cases can hold: each algorithm, and keys that do not go with it."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from support_cards import CARDS, run

from keyturn.flows.errors import CardError
from keyturn.flows.json import Values

SIGN, VERIFY = CARDS.get("jwt.sign"), CARDS.get("jwt.verify")
SECRET = "a shared secret, long enough"


def pair(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> tuple[str, str]:
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return private.decode(), public.decode()


@pytest.fixture(scope="module")
def keys() -> dict[str, tuple[str, str]]:
    rsa_pair = pair(rsa.generate_private_key(65537, 2048))
    curves = {"ES256": ec.SECP256R1(), "ES384": ec.SECP384R1(), "ES512": ec.SECP521R1()}
    made = {name: pair(ec.generate_private_key(curve)) for name, curve in curves.items()}
    for size in (256, 384, 512):
        made |= {f"RS{size}": rsa_pair, f"PS{size}": rsa_pair, f"HS{size}": (SECRET, SECRET)}
    return made


def sign(key: str, algorithm: str, **more: object) -> str:
    assert SIGN is not None
    inputs: Values = {"key": key, "algorithm": algorithm, "role": "admin", **more}  # type: ignore[dict-item]
    return str(run(SIGN, inputs)["token"])


def verify(token: str, key: str, algorithm: str) -> Values:
    assert VERIFY is not None
    return run(VERIFY, {"token": token, "key": key, "algorithm": algorithm})


@pytest.mark.parametrize(
    "algorithm", [f"{kind}{size}" for kind in ("HS", "RS", "ES", "PS") for size in (256, 384, 512)]
)
def test_what_sign_makes_verify_takes_and_no_other_algorithm_does(
    algorithm: str, keys: dict[str, tuple[str, str]]
) -> None:
    private, public = keys[algorithm]
    token = sign(private, algorithm, expires_in=60)
    claims = verify(token, public, algorithm)["claims"]
    assert isinstance(claims, dict)
    assert (claims["role"], int(str(claims["exp"])) - int(str(claims["iat"]))) == ("admin", 60)
    others = [name for name in keys if name != algorithm and keys[name][1] == public]
    assert not any(verify(token, public, name)["valid"] for name in others)
    head, _, mark = token.rpartition(".")
    assert not verify(f"{head}.{mark[::-1]}", public, algorithm)["valid"]


def test_a_public_key_is_no_shared_secret(keys: dict[str, tuple[str, str]]) -> None:
    """Else whoever knows the public key could sign (algorithm confusion)."""
    public = keys["RS256"][1]
    for make in (lambda: sign(public, "HS256"), lambda: verify("e30.e30.", public, "HS256")):
        with pytest.raises(CardError, match="cannot be used with HS256"):
            make()


@pytest.mark.parametrize(("algorithm", "other"), [("RS256", "ES256"), ("ES256", "RS256"), ("ES256", "ES384")])
def test_a_key_of_another_kind_is_an_error_that_shows_nothing_of_it(
    algorithm: str, other: str, keys: dict[str, tuple[str, str]]
) -> None:
    private = keys[other][0]
    with pytest.raises(CardError, match=f"cannot be used with {algorithm}") as raised:
        sign(private, algorithm)
    assert raised.value.detail.field == "key"
    assert private.splitlines()[1] not in repr(raised.value.detail)


def test_a_public_key_signs_nothing(keys: dict[str, tuple[str, str]]) -> None:
    with pytest.raises(CardError, match="cannot be used"):
        sign(keys["RS256"][1], "RS256")


def test_the_nonce_of_encrypt_is_the_secure_port_s() -> None:
    encrypt = CARDS.get("encryption.encrypt")
    assert encrypt is not None
    key = "k" * 32
    once, twice = (run(encrypt, {"data": "x", "key": key}, ports={"bytes": some}) for some in ("ab", "cd"))
    assert once != twice
