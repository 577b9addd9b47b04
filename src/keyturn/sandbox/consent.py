"""The page on which a person lets an app in, as each vendor has one: authorization code with PKCE (RFC 6749, 4.1; RFC
7636).

Nobody signs in: whoever sees the page is the company's administrator. Any return address on the web is taken; at the
real vendors it must be registered with the app.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from urllib.parse import urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from keyturn.sandbox.routing import Route
from keyturn.sandbox.tokens import IssuedTokens, form_fields

# Scopes of OpenID Connect and for refresh tokens, which everybody may ask for.
USUAL = frozenset({"openid", "profile", "email", "offline_access"})
_KEPT = ("client_id", "redirect_uri", "scope", "state", "code_challenge", "code_challenge_method", "access_type")

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; --line: #c9cdd6; --soft: #eef0f4; --ink: #14181f; --page: #fff; --act: #1f4fd8; }}
@media (prefers-color-scheme: dark) {{
  :root {{ --line: #4a5160; --soft: #232833; --ink: #eceef2; --page: #15181f; --act: #2f62f0; }}
}}
body {{ margin: 0; font: 16px/1.5 system-ui, sans-serif; background: var(--soft); color: var(--ink); }}
main {{ max-width: 26rem; margin: 6vh auto; padding: 1.5rem; background: var(--page); border: 1px solid var(--line);
  border-radius: 10px; }}
h1 {{ font-size: 1.25rem; margin: 0 0 .75rem; }}
ul {{ max-height: 18rem; overflow: auto; padding: .75rem 1.75rem; border: 1px solid var(--line); border-radius: 8px; }}
li {{ overflow-wrap: anywhere; }}
.acts {{ display: flex; gap: .75rem; justify-content: flex-end; }}
button {{ font: inherit; padding: .5rem 1rem; border-radius: 8px; border: 1px solid var(--line); background: none;
  color: inherit; cursor: pointer; }}
button[value=allow] {{ background: var(--act); border-color: var(--act); color: #fff; }}
</style>
</head>
<body>
<main>
<h1>{title}</h1>
{body}
</main>
</body>
</html>
"""


class NotTogether(Exception):
    """Scopes that go with no others; the text is the vendor's."""


def as_written(scopes: Sequence[str]) -> Iterable[str]:
    """Scopes of a vendor who has one way to write each."""
    return scopes


@dataclass(frozen=True)
class ScopeWords:
    """What a vendor says of scopes. missing: error and words where none is asked for; strange: words for those that
    there are not, or that are not allowed, with `{scopes}` where it names them."""

    missing: tuple[str, str]
    strange: str = "These scopes are not allowed for the app: {scopes}."


@dataclass(frozen=True)
class Consents:
    """The consent page of one vendor.

    vendor: what the page calls it; path: where it is; is_known: whether an app has an id; is_scope: whether there is a
    scope; meant: scopes as the vendor calls them, where they may be written otherwise, or one may stand for several;
    it may raise NotTogether; usual: scopes that every app may ask for.
    """

    vendor: str
    path: str
    tokens: IssuedTokens
    is_known: Callable[[str], bool]
    is_scope: Callable[[str], bool]
    words: ScopeWords
    meant: Callable[[Sequence[str]], Iterable[str]] = as_written
    usual: frozenset[str] = USUAL

    def routes(self) -> list[Route]:
        """The page, and what it sends."""
        return [Route(self.path, self._show), Route(self.path, self._decide, ["POST"])]

    async def _show(self, request: Request) -> Response:
        asked = dict(request.query_params)
        return self._wrong(asked) or self._asks(asked)

    async def _decide(self, request: Request) -> Response:
        asked = await form_fields(request)
        wrong = self._wrong(asked)
        if wrong is not None:
            return wrong
        if asked.get("answer") != "allow":
            return _back(asked, error="access_denied", error_description="The person did not let the app in.")
        redirect, challenge = asked["redirect_uri"], asked.get("code_challenge", "")
        scopes = self._asked(asked)
        if asked.get("access_type") == "offline":
            scopes.append("offline_access")
        code = self.tokens.code(scopes, asked["client_id"], redirect, challenge)
        return _back(asked, code=code)

    def _wrong(self, asked: Mapping[str, str]) -> Response | None:
        """What is wrong with a request; the person is told where the app cannot be, else the app."""
        where = urlsplit(asked.get("redirect_uri", ""))
        if not self.is_known(asked.get("client_id", "")):
            return self._page("This app is not known here", "<p>There is no app with this client id.</p>", 400)
        if where.scheme not in ("http", "https") or not where.netloc or where.fragment:
            return self._page("The way back is missing", "<p>redirect_uri is no address on the web.</p>", 400)
        if asked.get("response_type", "code") != "code":
            return _back(asked, error="unsupported_response_type", error_description="Only code is offered.")
        if asked.get("code_challenge") and asked.get("code_challenge_method") != "S256":
            return _back(asked, error="invalid_request", error_description="code_challenge_method must be S256.")
        try:
            scopes = self._asked(asked)
        except NotTogether as refusal:
            return _back(asked, error="invalid_scope", error_description=str(refusal))
        if not scopes:
            error, text = self.words.missing
            return _back(asked, error=error, error_description=text)
        strange = {scope for scope in scopes if not self.is_scope(scope)} - self.usual
        refused = strange or set(scopes) - set(self.tokens.allowed(scopes)) - self.usual
        if refused:
            text = self.words.strange.format(scopes=" ".join(sorted(refused)))
            return _back(asked, error="invalid_scope", error_description=text)
        return None

    def _asked(self, asked: Mapping[str, str]) -> list[str]:
        """The scopes that are asked for, each once and as the vendor calls it."""
        return list(dict.fromkeys(self.meant(split(asked.get("scope", "")))))

    def _asks(self, asked: Mapping[str, str]) -> Response:
        kept = "".join(
            f'<input type="hidden" name="{name}" value="{escape(asked[name])}">' for name in _KEPT if name in asked
        )
        scopes = "".join(f"<li>{escape(scope)}</li>" for scope in split(asked.get("scope", "")))
        where = escape(urlsplit(asked["redirect_uri"]).netloc)
        body = (
            f"<p>The app at <b>{where}</b> wants to act for Northwind with these scopes:</p><ul>{scopes}</ul>"
            f'<form method="post">{kept}<div class="acts">'
            '<button name="answer" value="deny">Refuse</button>'
            '<button name="answer" value="allow">Allow</button></div></form>'
        )
        return self._page(f"{self.vendor} (pretend): let an app in?", body, 200)

    def _page(self, title: str, body: str, status: int) -> Response:
        return HTMLResponse(_PAGE.format(title=escape(title), body=body), status)


def split(scope: str) -> list[str]:
    """The scopes of a parameter: with spaces between them, or commas, as Slack has them."""
    return [one for one in re.split(r"[\s,]+", scope) if one]


def _back(asked: Mapping[str, str], **answer: str) -> Response:
    """The browser goes back to the app."""
    redirect = asked["redirect_uri"]
    state = {"state": asked["state"]} if "state" in asked else {}
    mark = "&" if urlsplit(redirect).query else "?"
    return RedirectResponse(f"{redirect}{mark}{urlencode({**answer, **state})}", 302)
