"""Takes secrets out of headers, URLs and bodies before they are shown or kept."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from urllib.parse import quote, quote_plus, unquote_plus

from .messages import JsonValue

MASK = "***"

_HEADERS = frozenset(
    {"authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key", "api-key", "x-auth-token"}
)
# Names without case, hyphens, underscores and spaces.
_FIELDS = frozenset(
    {
        "accesstoken",
        "refreshtoken",
        "idtoken",
        "clientsecret",
        "clientassertion",
        "assertion",
        "password",
        "newpassword",
        "oldpassword",
        "passcode",
        "apikey",
        "privatekey",
        "codeverifier",
        "devicecode",
        "sessiontoken",
        "statetoken",
        "activationtoken",
        "recoverytoken",
        "sharedsecret",
        # What opens an account once: Okta's expire_password, activate and reset_password; Microsoft's temporary access
        # passes and application secrets; Google's backup codes.
        "temppassword",
        "activationurl",
        "resetpasswordurl",
        "temporaryaccesspass",
        "secrettext",
        "verificationcode",
    }
)
# Whatever stands before: currentPassword, user_password, webhookSecret.
_ENDINGS = (
    *("password", "passwd", "passwordbase64", "passphrase", "passcode", "bypasscode", "recoverycode", "secret"),
    *("privatekey", "privatekeydata", "apikey", "secretkey", "accesskey", "recoverykey", "apitoken", "authtoken"),
)
_HEADER_ENDINGS = (*_ENDINGS, "token", "key")
_OPEN_HEADERS = frozenset({"idempotency-key"})
# Okta's recovery question, with which an account is opened; Microsoft's BitLocker recovery keys.
_ANSWER, _QUESTION = "answer", "question"
_KEY, _CONTEXT, _RECOVERY = "key", "@odata.context", "recoveryKeys"
# In forms and query strings these too; in JSON they are too common to mean a secret.
_PAIR_FIELDS = frozenset({"code", "token", "key", "sig", "signature"})
_ANY_FIELD = re.compile("|".join(sorted({*_FIELDS, *_ENDINGS, _QUESTION, _RECOVERY.lower()})))
_NAME_IN_TEXT = re.compile(r'"([^"\\]{1,64})"\s*:\s*')
_VALUE_IN_TEXT = re.compile(r'"(?:[^"\\]|\\.)*"?|[\[{][^{}\[\]]*[\]}]?|[-\w.]+', re.DOTALL)
# Secrets of fewer characters stand inside much that is no secret, and so do words that every answer has: they are
# masked where they are a value by themselves.
_SHORTEST = 4
_ORDINARY = frozenset({"true", "false", "null", "none"})
_SEPARATORS = re.compile(r"([&?#])")
_PARSED = 256 * 1024  # characters of JSON that are worth being parsed for a trace


def _plain(name: str) -> str:
    return name.lower().replace("-", "").replace("_", "").replace(" ", "")


def _is_secret(name: str) -> bool:
    plain = _plain(name)
    return plain in _FIELDS or plain.endswith(_ENDINGS)


def _secrets_beside(value: dict[str, JsonValue]) -> tuple[str, ...]:
    """The names that are secret for what stands beside them."""
    keys = (_KEY,) if _RECOVERY in str(value.get(_CONTEXT, "")) else ()
    return (_ANSWER, *keys) if _QUESTION in value else keys


class Masker:
    """Masks by field name, by header name, and wherever one of ``secrets`` stands.

    ``secrets`` are texts; they are also found as they look inside URLs and JSON. One of fewer than four characters is
    masked where it is a value by itself. ``credential_headers`` are header names beside the well-known ones.
    """

    def __init__(self, secrets: Iterable[str] = (), credential_headers: Iterable[str] = ()) -> None:
        self._headers = _HEADERS | {name.lower() for name in credential_headers}
        forms: set[str] = set()
        for secret in secrets:
            if secret:
                forms |= {secret, quote(secret, safe=""), quote(secret), quote_plus(secret)}
                forms |= {json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]}
        # Longest first: a secret that holds another one must not leave its rest behind.
        ordered = sorted(forms, key=len, reverse=True)
        long = [form for form in ordered if _is_long(form)]
        self._long = re.compile("|".join(map(re.escape, long))) if long else None
        self._secrets = re.compile("|".join(map(_pattern, ordered))) if ordered else None

    def text(self, text: str) -> str:
        """``text`` without the secrets."""
        return text if self._secrets is None else self._secrets.sub(MASK, text)

    def _name(self, name: str) -> str:
        """The name of a field: a short secret is none."""
        return name if self._long is None else self._long.sub(MASK, name)

    def header(self, name: str, value: str) -> str:
        """The value to show for a header. A header that holds a URL loses its secret parameters."""
        lowered = name.lower()
        if lowered in self._headers or (lowered not in _OPEN_HEADERS and _plain(lowered).endswith(_HEADER_ENDINGS)):
            return MASK
        if name.lower() in ("location", "content-location", "referer", "link"):
            return self.text(_pairs(value))
        return self.text(value)

    def url(self, url: str) -> str:
        """The URL with the values of secret parameters masked, in query and fragment."""
        return self.text(_pairs(url))

    def body(self, text: str, content_type: str = "") -> str:
        """A body as text. JSON keeps its form unless something in it is masked."""
        kind = content_type.partition(";")[0].strip().lower()
        if kind == "application/x-www-form-urlencoded":
            return self.text(_pairs(text))
        if kind.endswith("json") or text.lstrip()[:1] in ("{", "["):
            return self._json(text)
        return self.text(_fields_in(text))

    def value(self, value: JsonValue) -> JsonValue:
        """A value of JSON without the secrets, in names, texts and numbers."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list):
            return [self.value(item) for item in value]
        if isinstance(value, dict):
            return {self._name(name): self.value(item) for name, item in value.items()}
        if value is None or isinstance(value, bool):
            return value
        shown = str(value)
        return value if self.text(shown) == shown else MASK

    def _json(self, text: str) -> str:
        if "\\" not in text and not _ANY_FIELD.search(_plain(text)):
            return self.text(text)  # the usual one: no name in it can be one of those
        if len(text) > _PARSED:
            return self.text(_fields_in(text))
        try:
            value: JsonValue = json.loads(text)
            masked = self._walk(value)
            shown = text if masked == value else json.dumps(masked, ensure_ascii=False)
        except (ValueError, RecursionError):  # cut short or no JSON after all
            shown = _fields_in(text)
        return self.text(shown)

    def _walk(self, value: JsonValue) -> JsonValue:
        if isinstance(value, str):  # JSON inside a text of JSON is common in logs and claims
            return self._json(value) if value.lstrip()[:1] in ("{", "[") else self.text(value)
        if isinstance(value, list):
            return [self._walk(item) for item in value]
        if isinstance(value, dict):
            beside = _secrets_beside(value)
            return {
                self._name(name): MASK
                if not isinstance(item, bool | None) and (_is_secret(name) or name in beside)
                else self._walk(item)
                for name, item in value.items()
            }
        return value


def _is_long(form: str) -> bool:
    return len(form) >= _SHORTEST and form.lower() not in _ORDINARY


def _pattern(form: str) -> str:
    """Where a secret is masked: a long one anywhere, a short one as a line, in quotes, and where else values stand."""
    one = re.escape(form)
    if _is_long(form):
        return one
    places = [rf"(?m:^){one}(?=\r?(?m:$))", rf"(?<=[\"']){one}(?=\\?[\"'])(?!\\?[\"']\s*:)"]
    if len(form) > 1 and form.lower() not in _ORDINARY:
        places.append(rf"(?<![^\s\"'(]){one}(?=[\s.,;:!?)]|$)")  # a letter alone is a word in many languages
    if form.lower() not in _ORDINARY:
        end = r"""(?=[&;,#\s"'\\}\]<]|$)"""
        places += [rf"(?<==){one}{end}", rf"(?<=[Bb]earer ){one}{end}", rf"(?<=SSWS ){one}{end}"]
        places += [rf"(?:(?<=:)|(?<=: )){one}(?=[,}}\]\r\n]|$)", rf"(?<=/){one}(?=[/?#]|$)", rf"(?<=>){one}(?=<)"]
    return "|".join(places)


def _pairs(text: str) -> str:
    """``name=value`` pairs of a form, query or fragment, the secret ones masked."""
    return "".join(map(_pair, _SEPARATORS.split(text)))


def _pair(part: str) -> str:
    name, equals, value = part.partition("=")
    if not (equals and value):
        return part
    plain = unquote_plus(name)
    return f"{name}={MASK}" if _is_secret(plain) or _plain(plain) in _PAIR_FIELDS else part


def _fields_in(text: str) -> str:
    """What looks like secret JSON fields in a text that is no JSON."""

    kept: list[str] = []
    done = 0
    beside = (_ANSWER,) * (f'"{_QUESTION}"' in text) + (_KEY,) * (_RECOVERY in text)
    for name in _NAME_IN_TEXT.finditer(text):
        if name.start() < done or not (_is_secret(name[1]) or name[1] in beside):
            continue
        value = _VALUE_IN_TEXT.match(text, name.end())
        if value is not None:
            kept += (text[done : name.end()], f'"{MASK}"')
            done = value.end()
    return "".join((*kept, text[done:]))
