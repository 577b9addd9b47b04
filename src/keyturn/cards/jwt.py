"""JWT cards: signed tokens (RFC 7519, 7515), made, read and checked by joserfc.

What they make depends on the clock, and by some algorithms on chance, so that making and checking a token are effects:
what they gave is in the journal.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import TypeAlias

import orjson
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OctKey, RSAKey

from keyturn.flows.conversion import dump_json
from keyturn.flows.errors import CardError
from keyturn.flows.functions import EffectPorts
from keyturn.flows.json import JSON, Values
from keyturn.flows.spec import BadInput, FieldSpec, OnNull
from keyturn.flows.types import ANY

from .declare import Category, example
from .fields import flag, gives_flag, gives_record, gives_text, number, record, text

_JWT = Category("jwt", "JWT")
_ALGORITHMS = tuple(f"{kind}{size}" for kind in ("HS", "RS", "ES", "PS") for size in (256, 384, 512))
_Key: TypeAlias = OctKey | RSAKey | ECKey
# One algorithm each, and no other, whatever a token says of itself; its header may have any fields.
_REGISTRIES = {name: jws.JWSRegistry(algorithms=[name], strict_check_header=False) for name in _ALGORITHMS}
_SPAN = re.compile(r"^\s*(-?[0-9]{1,12}(?:\.[0-9]{1,6})?)\s*([a-z]*)\s*$", re.IGNORECASE)
_UNITS: Mapping[str, float] = {
    unit: seconds
    for units, seconds in (
        (("ms", "msec", "msecs", "millisecond", "milliseconds"), 0.001),
        (("", "s", "sec", "secs", "second", "seconds"), 1),
        (("m", "min", "mins", "minute", "minutes"), 60),
        (("h", "hr", "hrs", "hour", "hours"), 3600),
        (("d", "day", "days"), 86400),
        (("w", "week", "weeks"), 7 * 86400),
        (("y", "yr", "yrs", "year", "years"), 365.25 * 86400),
    )
    for unit in units
}
_LEAST_SECRET = 14  # bytes: 112 bits, NIST SP 800-131A
_KEPT = frozenset({"alg", "b64", "crit"})  # of the header: the card's own


def _sign(
    ports: EffectPorts,
    key: str,
    algorithm: str,
    audience: str,
    issuer: str,
    subject: str,
    token_id: str,
    expires_in: JSON,
    not_before: JSON,
    no_timestamp: bool,
    header: Values,
    claims: Values,
) -> JSON:
    given, now = claims.get("iat"), int(ports.clock.now().timestamp())
    issued = int(given) if isinstance(given, int | float) and not isinstance(given, bool) else now
    payload: Values = {**claims, "iat": issued}
    if no_timestamp:
        del payload["iat"]
    for name, value in (("aud", audience), ("iss", issuer), ("sub", subject), ("jti", token_id)):
        if value:
            payload[name] = value
    for name, field, span in (("exp", "expires_in", expires_in), ("nbf", "not_before", not_before)):
        if span is not None and span != "":
            payload[name] = issued + _seconds(field, span)
    own = {name: value for name, value in header.items() if name not in _KEPT}
    top: Values = {"alg": algorithm, "typ": "JWT", **own}
    try:
        return jws.serialize_compact(top, dump_json(payload), _key(key, algorithm), registry=_REGISTRIES[algorithm])
    except JoseError as error:
        raise _wrong_key(algorithm) from error
    except (ValueError, TypeError) as error:
        raise CardError.bad_input("header", "The header cannot be used.", "Give names and texts.") from error


def _verify(
    ports: EffectPorts, token: str, key: str, algorithm: str, audience: str, issuer: str, leeway: float
) -> JSON:
    public = _key(key, algorithm)
    try:
        found = jws.deserialize_compact(token.strip(), public, registry=_REGISTRIES[algorithm])
        claims = _object(found.payload)
    except (JoseError, ValueError, TypeError):
        return {"valid": False, "claims": {}, "reason": "The token is not signed by this key and algorithm."}
    reason = _refused(claims, audience, issuer, ports.clock.now().timestamp(), leeway)
    return {"valid": not reason, "claims": claims if not reason else {}, "reason": reason}


def _refused(claims: Values, audience: str, issuer: str, now: float, leeway: float) -> str:
    """Why claims are not accepted (RFC 7519, 4.1); empty where they are."""
    expires, begins, meant = claims.get("exp"), claims.get("nbf"), claims.get("aud")
    if expires is not None and not (_is_number(expires) and now < float(str(expires)) + leeway):
        return "The token has expired."
    if begins is not None and not (_is_number(begins) and now >= float(str(begins)) - leeway):
        return "The token is not valid yet."
    if audience and audience not in (meant if isinstance(meant, list) else [meant]):
        return "The token is meant for another audience."
    if issuer and claims.get("iss") != issuer:
        return "The token is from another issuer."
    return ""


def _decode(token: str) -> JSON:
    parts = token.strip().split(".")
    try:
        if len(parts) != 3:
            raise ValueError("a token has three parts")
        header, claims = (_object(_unpadded(part)) for part in parts[:2])
    except ValueError as error:
        raise CardError.bad_input("token", "This is no signed JWT.", "Give header.claims.signature.") from error
    return {"header": header, "claims": claims}


def _unpadded(part: str) -> bytes:
    return base64.b64decode(part.encode("ascii") + b"=" * (-len(part) % 4), altchars=b"-_", validate=True)


def _object(content: bytes) -> Values:
    """The object in a part of a token. Raises ValueError."""
    try:
        value: JSON = orjson.loads(content)
    except orjson.JSONDecodeError:
        try:
            value = json.loads(content)  # numbers beyond 64 bits
        except RecursionError:
            raise ValueError("it is nested too deep") from None
    if not isinstance(value, dict):
        raise ValueError("it is no object")
    return value


def _is_number(value: JSON) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _seconds(field: str, span: JSON) -> int:
    """A length of time: a number of seconds, or a text as ``10h``, ``7d``, ``2 days``."""
    match = _SPAN.match(span if isinstance(span, str) else str(span)) if not isinstance(span, bool) else None
    unit = _UNITS.get(match.group(2).lower()) if match else None
    if match is None or unit is None:
        raise CardError.bad_input(
            field, f"{field!r} is no length of time.", "Give seconds, or for example 10h, 7d, 2 days."
        )
    return int(float(match.group(1)) * unit)


def _key(key: str, algorithm: str) -> _Key:
    try:
        return _loaded(key, algorithm[:2])
    except (JoseError, ValueError, TypeError) as error:
        raise _wrong_key(algorithm) from error


@lru_cache(maxsize=16)
def _loaded(key: str, kind: str) -> _Key:
    """Reading a key from PEM takes far longer than signing with it."""
    match kind:
        case "HS":
            if len(key.encode()) < _LEAST_SECRET:
                raise ValueError("the key can be guessed")
            encoded = base64.urlsafe_b64encode(key.encode()).rstrip(b"=").decode()
            return OctKey.import_key({"kty": "oct", "k": encoded})
        case "ES":
            return ECKey.import_key(key)
        case _:
            return RSAKey.import_key(key)


def _wrong_key(algorithm: str) -> CardError:
    need = {
        "HS": f"a secret of {_LEAST_SECRET} bytes or more",
        "ES": "an elliptic curve key in PEM, of the algorithm's curve",
    }
    wanted = need.get(algorithm[:2], "an RSA key in PEM")
    return CardError.bad_input("key", f"The key cannot be used with {algorithm}.", f"Give {wanted}.")


def _span(name: str, title: str, about: str, okta: str) -> FieldSpec:
    note = "Seconds, or a text with a unit (10h, 7d, 2 days); else an error."
    return FieldSpec(name, ANY, title, about, okta=okta, bad=BadInput(OnNull.VALUE, note=note))


_KEY_NOTE = "What does not go with the algorithm is an error."
_ALGORITHM = text(
    "algorithm",
    "Algorithm",
    "How it is signed: HS with a shared secret, RS and PS with an RSA key, ES with an elliptic curve key.",
    default="RS256",
    null=OnNull.DEFAULT,
    choices=_ALGORITHMS,
)

CARDS = (
    _JWT.card(
        "decode",
        "Decode",
        "Reads a token without checking who signed it: never trust what it says.",
        _decode,
        inputs=(
            text(
                "token",
                "Token",
                "The token: three parts with dots between them.",
                required=True,
                null=OnNull.ERROR,
                note="What is no signed token is an error.",
            ),
        ),
        outputs=(gives_record("Its header.", "header", "Header"), gives_record("Its claims.", "claims", "Claims")),
        synonyms=("parse", "read", "claims", "payload"),
        beyond=True,
        examples=(
            example(
                {"token": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln"},
                {"header": {"alg": "HS256"}, "claims": {"sub": "a"}},
            ),
            example({"token": "e30.e30."}, {"header": {}, "claims": {}}, "An empty token without a signature."),
        ),
        composes=True,
    ),
)

_TOKEN = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJ6In0.Tmot0fH1MikC8NSXACMZWKvaOZA9ApKSAYEXLW9B-5Y"

EFFECTS = (
    _JWT.chance(
        "sign",
        "Sign",
        "Makes a signed token of claims; further inputs are claims of your own. It has the time of issue (iat).",
        _sign,
        inputs=(
            text(
                "key",
                "Key",
                "The shared secret, or the private key in PEM; best a value of type secret.",
                required=True,
                null=OnNull.ERROR,
                empty=OnNull.ERROR,
                note=_KEY_NOTE,
            ),
            _ALGORITHM,
            text("audience", "Audience", "For whom it is (aud)."),
            text("issuer", "Issuer", "Who makes it (iss)."),
            text("subject", "Subject", "Whom it is about (sub)."),
            text("token_id", "JWT ID", "Its id (jti).", okta="jwtid"),
            _span("expires_in", "Expires in", "After how long it ends (exp).", "expiresIn"),
            _span("not_before", "Not before", "After how long it begins (nbf).", "notBefore"),
            flag("no_timestamp", "No timestamp", "Leave the time of issue (iat) out.", okta="noTimestamp"),
            record(
                "header", "Header", "Further fields of the header, for example kid; alg is the card's.", required=False
            ),
        ),
        free_inputs=True,
        outputs=(gives_text("The token.", "token", "Token"),),
        okta="jwt:sign",
        synonyms=("jwt sign", "token", "bearer", "client assertion", "private key"),
        examples=(
            example(
                {"key": "a shared secret, long enough", "algorithm": "HS256", "no_timestamp": True, "subject": "z"},
                {"token": _TOKEN},
            ),
        ),
    ),
    _JWT.chance(
        "verify",
        "Verify",
        "Tells whether a token is signed by a key, not expired, and for whom it should be.",
        _verify,
        inputs=(
            text("token", "Token", "The token.", required=True),
            text(
                "key",
                "Key",
                "The shared secret, or the public key in PEM.",
                required=True,
                null=OnNull.ERROR,
                empty=OnNull.ERROR,
                note=_KEY_NOTE,
            ),
            _ALGORITHM,
            text("audience", "Audience", "For whom it must be; empty for anybody."),
            text("issuer", "Issuer", "From whom it must be; empty for anybody."),
            number(
                "leeway",
                "Leeway",
                "Seconds by which clocks may differ.",
                default=0,
                null=OnNull.DEFAULT,
                least=0,
                most=600,
            ),
        ),
        outputs=(
            gives_flag("Whether all of it holds.", "valid", "Valid?"),
            gives_record("Its claims; empty where it does not hold.", "claims", "Claims"),
            gives_text("Why it does not hold; else empty.", "reason", "Reason"),
        ),
        beyond=True,
        synonyms=("check", "validate", "token", "signature"),
        examples=(
            example(
                {
                    "token": _TOKEN,
                    "key": "a shared secret, long enough",
                    "algorithm": "HS256",
                },
                {"valid": True, "claims": {"sub": "z"}, "reason": ""},
            ),
            example(
                {"token": "e30.e30.", "key": "a shared secret, long enough", "algorithm": "HS256"},
                {"valid": False, "claims": {}, "reason": "The token is not signed by this key and algorithm."},
            ),
        ),
    ),
)
