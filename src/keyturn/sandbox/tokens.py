"""Bearer tokens that a tenant's token endpoint has issued."""

from __future__ import annotations

from urllib.parse import parse_qsl

from starlette.requests import Request

from keyturn.sandbox.core import Core

LIFETIME = 3_599


class IssuedTokens:
    """Issues bearer tokens that live for 3,599 seconds, and knows which are good."""

    def __init__(self, core: Core, prefix: str) -> None:
        self._core = core
        self._prefix = prefix

    def issue(self) -> str:
        """A fresh token; those that ended are forgotten."""
        now = self._core.clock().timestamp()
        issued = self._core.world.issued
        for old in [token for token, ends in issued.items() if ends <= now]:
            del issued[old]
        token = f"{self._prefix}{self._core.ids.word(60)}"
        issued[token] = now + LIFETIME
        self._core.store.touch()
        return token

    def is_good(self, token: str) -> bool:
        """Whether the token was issued here and has not ended."""
        ends = self._core.world.issued.get(token, 0.0) if token.startswith(self._prefix) else 0.0
        return ends > self._core.clock().timestamp()


async def form_fields(request: Request) -> dict[str, str]:
    """The fields of a form body; a repeated field counts once, the last."""
    raw = await request.body()
    return dict(parse_qsl(raw.decode("utf-8", "replace"), keep_blank_values=True))
