"""What a tenant's token service gives out: access tokens, refresh tokens and codes, each with its scopes.

A refresh token that rotates is good for one use; a second use ends all that came of the same consent (RFC 9700,
4.14.2).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Collection, Iterable
from urllib.parse import parse_qsl, unquote_plus

import orjson
from starlette.requests import Request

from keyturn.sandbox.core import Core
from keyturn.sandbox.state import Issued
from keyturn.sandbox.values import JsonObject, Tenant, as_object, texts, to_json

LIFETIME = 3_599
_CODE_LIFETIME = 300
_REFRESH_LIFETIME = 90 * 86_400
# What an administrator allows the apps of a tenant, by tenant; a tenant that is not here allows everything.
CONSENTS = "sandbox.consents"


class IssuedTokens:
    """Issues tokens of one tenant, and knows which are good."""

    def __init__(self, core: Core, tenant: Tenant, prefix: str) -> None:
        self._core = core
        self._tenant: Tenant = tenant
        self._prefix = prefix

    def issue(
        self, scopes: Collection[str], lifetime: int = LIFETIME, *, consent: str = "", text: str = "", subject: str = ""
    ) -> str:
        """A fresh access token that lives for so many seconds.

        consent: what came of one consent ends together; text: the token, where the tenant makes it itself; subject:
        whom it acts for, where a service acts for somebody.
        """
        token = text or f"{self._prefix}{self._core.ids.word(60)}"
        made = Issued(self._tenant, "access", self._ends(lifetime), sorted(scopes), consent, subject=subject)
        return self._keep(token, made)

    def code(self, scopes: Collection[str], client: str, redirect: str, challenge: str) -> str:
        """A code for an app that a person has let in; it is good for one use within five minutes."""
        made = Issued(self._tenant, "code", self._ends(_CODE_LIFETIME), sorted(scopes), self._core.ids.uuid())
        made.client, made.redirect, made.challenge = client, redirect, challenge
        return self._keep(self._core.ids.word(40), made)

    def refresh(self, scopes: Collection[str], client: str, consent: str) -> str:
        """A refresh token."""
        made = Issued(self._tenant, "refresh", self._ends(_REFRESH_LIFETIME), sorted(scopes), consent, client)
        return self._keep(f"{self._prefix}refresh-{self._core.ids.word(60)}", made)

    def find(self, token: str) -> Issued | None:
        """What is known of an access token that is good."""
        return self._live(token, "access")

    def redeem(self, code: str, client: str, redirect: str, verifier: str) -> Issued | None:
        """What a code stands for; None if it is not good, or not shown by whom it was made for (RFC 7636, 4.6)."""
        found = self._live(code, "code")
        if found is None:
            return None
        if found.used:
            self.end(found.consent)
            return None
        found.used = True
        self._core.changed()
        digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        proven = hmac.compare_digest(digest, found.challenge) if found.challenge else not verifier
        return found if proven and (found.client, found.redirect) == (client, redirect) else None

    def renewed(self, token: str, client: str, *, rotates: bool = True) -> Issued | None:
        """What a refresh token stands for; None if it is not good. One that rotates is used up by it."""
        found = self._live(token, "refresh")
        if found is None or found.client != client:
            return None
        if found.used:
            self.end(found.consent)
            return None
        found.used = rotates
        self._core.changed()
        return found

    def revoke(self, token: str) -> bool:
        """End a token, and with a refresh token all that came of its consent; whether it was one."""
        found = self._core.world.issued.get(token)
        if found is None or found.tenant != self._tenant or found.kind == "code":
            return False
        if found.kind == "refresh":
            self.end(found.consent)
        else:
            del self._core.world.issued[token]
            self._core.changed()
        return True

    def end(self, consent: str) -> None:
        """End all that came of a consent."""
        end_consents(self._core, self._tenant, consent)

    def allowed(self, scopes: Iterable[str]) -> list[str]:
        """Those of the scopes that an administrator allows the apps of this tenant."""
        row = self._core.world.shelves.get(CONSENTS, {}).get(self._tenant)
        allowed = None if row is None else set(texts(row["scopes"]))
        return [scope for scope in scopes if allowed is None or scope in allowed]

    def _ends(self, seconds: int) -> float:
        return self._core.clock().timestamp() + seconds

    def _live(self, token: str, kind: str) -> Issued | None:
        found = self._core.world.issued.get(token)
        good = found is not None and (found.tenant, found.kind) == (self._tenant, kind)
        return found if good and found is not None and found.ends > self._core.clock().timestamp() else None

    def _keep(self, token: str, made: Issued) -> str:
        """Keep it; those that have ended are forgotten."""
        now, issued = self._core.clock().timestamp(), self._core.world.issued
        for old in [name for name, one in issued.items() if one.ends <= now]:
            del issued[old]
        issued[token] = made
        self._core.changed()
        return token


def end_access_tokens(core: Core, tenant: Tenant) -> None:
    """End all access tokens of a tenant before their time; refresh tokens stay good."""
    issued = core.world.issued
    for token in [name for name, one in issued.items() if (one.tenant, one.kind) == (tenant, "access")]:
        del issued[token]
    core.changed()


def end_consents(core: Core, tenant: Tenant, consent: str = "") -> None:
    """End what came of a consent of a tenant's person, or of all their consents."""
    issued = core.world.issued
    for token in [name for name, one in issued.items() if one.tenant == tenant and one.consent]:
        if not consent or issued[token].consent == consent:
            del issued[token]
    core.changed()


def claims_of(assertion: str) -> JsonObject | None:
    """The claims of a JWT, whose signature is not looked at; None if it is none."""
    return _part(assertion, 1)


def head_of(assertion: str) -> JsonObject | None:
    """The head of a JWT; None if it is none."""
    return _part(assertion, 0)


def _part(assertion: str, number: int) -> JsonObject | None:
    parts = assertion.split(".")
    if len(parts) != 3 or not parts[2]:
        return None
    try:
        raw = base64.urlsafe_b64decode(parts[number] + "=" * (-len(parts[number]) % 4))
        return as_object(to_json(orjson.loads(raw))) or None
    except ValueError:
        return None


async def form_fields(request: Request) -> dict[str, str]:
    """The fields of a form body; a repeated field counts once, the last."""
    raw = await request.body()
    return dict(parse_qsl(raw.decode("utf-8", "replace"), keep_blank_values=True))


def client_of(request: Request, form: dict[str, str]) -> tuple[str, str]:
    """Id and secret of a client, from the form or from HTTP Basic, whose parts are encoded as in forms (RFC 6749,
    2.3.1)."""
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            name, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
        except ValueError:
            return "", ""
        return unquote_plus(name), unquote_plus(secret)
    return form.get("client_id", ""), form.get("client_secret", "")
