"""Takes secrets out of what the ledger keeps of requests: by the names of fields, and of what stands beside them."""

from __future__ import annotations

import re
from urllib.parse import unquote_plus

from keyturn.sandbox.values import Json, JsonObject, as_text

MASK = "***"
# Names without case, hyphens, underscores and spaces; `password` stands for `newPassword`, too.
_NAMES = frozenset(
    {"token", "accesstoken", "refreshtoken", "idtoken", "assertion", "clientassertion", "codeverifier", "devicecode"}
    | {"temporaryaccesspass", "verificationcode", "statetoken", "sessiontoken", "activationtoken", "recoverytoken"}
    | {"clientstate", "authtoken"}
)
_ENDINGS = ("password", "passphrase", "passcode", "secret", "secrettext", "privatekey", "apikey", "apitoken")
# In queries and forms these too; in JSON they mean too much else.
_IN_PAIRS = frozenset({"code", "key", "sig", "signature"})
_NAMED = re.compile(r'"([^"\\]{1,64})"(\s*:\s*)(?:"(?:[^"\\]|\\.)*"?|[-\d.]+)', re.DOTALL)


def _plain(name: str) -> str:
    return re.sub(r"[-_ ]", "", name).lower()


def _is_secret(name: str) -> bool:
    plain = _plain(name)
    return plain in _NAMES or plain.endswith(_ENDINGS)


def masked(value: Json) -> Json:
    """The value with everything that is secret by name replaced by `***`."""
    if isinstance(value, list):
        return [masked(item) for item in value]
    if not isinstance(value, dict):
        return value
    beside = _beside(value)
    return {key: _field(key, item, hidden=key in beside) for key, item in value.items()}


def _field(name: str, item: Json, *, hidden: bool) -> Json:
    named = hidden or _is_secret(name)
    return MASK if named and item is not None and not isinstance(item, bool) else masked(item)


def _beside(value: JsonObject) -> tuple[str, ...]:
    """The names that are secret for what stands beside them: an event hook's {"type": "HEADER", "key": ..., "value":
    secret}, the answer to a recovery question, what SCIM puts at the path `password`."""
    header = value.get("type") == "HEADER" or _is_secret(as_text(value.get("path")).rpartition(":")[2])
    return (*(("value",) if header else ()), *(("answer",) if "question" in value else ()))


def masked_pairs(pairs: dict[str, str]) -> JsonObject:
    """The fields of a form without their secrets."""
    return {name: MASK if text and _is_secret_pair(name) else text for name, text in pairs.items()}


def masked_query(query: str) -> str:
    """A query without its secrets, as it was written."""
    return "&".join(map(_pair, query.split("&")))


def _pair(part: str) -> str:
    name, _, text = part.partition("=")
    return f"{name}={MASK}" if text and _is_secret_pair(unquote_plus(name)) else part


def _is_secret_pair(name: str) -> bool:
    return _is_secret(name) or _plain(name) in _IN_PAIRS


def masked_text(text: str) -> str:
    """A text in which there is JSON, without its secrets."""
    return _NAMED.sub(lambda found: f'"{found[1]}"{found[2]}"{MASK}"' if _is_secret(found[1]) else found[0], text)
