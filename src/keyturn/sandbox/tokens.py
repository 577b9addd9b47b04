"""Bearer tokens that a tenant's token endpoint has issued."""

from __future__ import annotations

import base64
from urllib.parse import parse_qsl

import orjson
from starlette.requests import Request

from keyturn.sandbox.core import Core
from keyturn.sandbox.values import JsonObject, as_object, to_json

LIFETIME = 3_599


class IssuedTokens:
    """Issues bearer tokens, and knows which are good."""

    def __init__(self, core: Core, prefix: str) -> None:
        self._core = core
        self._prefix = prefix

    def issue(self, lifetime: int = LIFETIME) -> str:
        """A fresh token that lives for so many seconds; those that ended are forgotten."""
        now = self._core.clock().timestamp()
        issued = self._core.world.issued
        for old in [token for token, ends in issued.items() if ends <= now]:
            del issued[old]
        token = f"{self._prefix}{self._core.ids.word(60)}"
        issued[token] = now + lifetime
        self._core.store.touch()
        return token

    def is_good(self, token: str) -> bool:
        """Whether the token was issued here and has not ended."""
        ends = self._core.world.issued.get(token, 0.0) if token.startswith(self._prefix) else 0.0
        return ends > self._core.clock().timestamp()

    def revoke(self, token: str) -> None:
        """End a token; one that was not issued here is left alone."""
        if token.startswith(self._prefix) and self._core.world.issued.pop(token, None) is not None:
            self._core.store.touch()


def claims_of(assertion: str) -> JsonObject | None:
    """The claims of a JWT, whose signature is not looked at; None if it is none."""
    parts = assertion.split(".")
    if len(parts) != 3 or not parts[2]:
        return None
    try:
        raw = base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4))
        return as_object(to_json(orjson.loads(raw))) or None
    except ValueError:
        return None


async def form_fields(request: Request) -> dict[str, str]:
    """The fields of a form body; a repeated field counts once, the last."""
    raw = await request.body()
    return dict(parse_qsl(raw.decode("utf-8", "replace"), keep_blank_values=True))
