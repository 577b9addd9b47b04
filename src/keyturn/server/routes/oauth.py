"""The browser's way through a sign-in of a connection: to the app and back. ``access.PUBLIC`` lists both addresses.

Who opens them shows a ticket that somebody with the permission has made, and then what the app was given with it.
"""

from __future__ import annotations

from html import escape
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Query, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from keyturn.connections.sign_in import CALLBACK, SignInOver, SignInRefused, over

from ..access import Using

# Pages for browsers, no part of the API that programs call.
router = APIRouter(include_in_schema=False)

_COOKIE = "keyturn_sign_in"
_LIFE_SECONDS = 900

_PAGE = """<!doctype html>
<html lang="en" data-sign-in="{outcome}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ margin: 0; font: 16px/1.55 system-ui, sans-serif; }}
main {{ max-width: 36rem; margin: 16vh auto 4rem; padding: 0 1.5rem; }}
h1 {{ font-size: 1.5rem; margin: 0 0 .5rem; }}
</style>
</head>
<body>
<main>
<h1>{title}</h1>
<p>{said}</p>
<p>{mend}</p>
</main>
</body>
</html>
"""


@router.get("/oauth/start", response_model=None)
async def start_sign_in(using: Using, ticket: Annotated[str, Query(max_length=2000)]) -> Response:
    """Send the browser to the app, with a cookie that it must bring back."""
    try:
        departure = await using.sign_ins.begin(ticket)
    except SignInRefused as refused:
        return _page(409, "Not signed in", str(refused), refused.mend)
    answer = RedirectResponse(departure.url, 303)
    _remember(answer, departure.nonce, using)
    return answer


@router.get("/oauth/callback", response_model=None)
async def finish_sign_in(
    using: Using,
    request: Request,
    state: Annotated[str, Query(max_length=4000)] = "",
    code: Annotated[str, Query(max_length=4000)] = "",
    error: Annotated[str, Query(max_length=400)] = "",
    error_description: Annotated[str, Query(max_length=2000)] = "",
) -> Response:
    """Where the app sends the browser back to."""
    query = {"state": state, "code": code, "error": error, "error_description": error_description}
    nonce = request.cookies.get(_COOKIE, "")
    try:
        name = await using.sign_ins.finish(query, nonce)
    except SignInOver as ended:
        return _page(409, "This sign-in is over", str(ended), ended.mend)
    except SignInRefused as refused:
        answer = _page(409, "Not signed in", str(refused), refused.mend)
    else:
        answer = _page(200, "Signed in", f"The connection {name} is signed in.", "You can close this window.")
    if nonce:  # who opens this page again is told that it is over
        _remember(answer, over(nonce), using)
    return answer


def _remember(answer: Response, held: str, using: Using) -> None:
    answer.set_cookie(
        _COOKIE,
        held,
        max_age=_LIFE_SECONDS,
        path=CALLBACK,
        secure=urlsplit(using.settings.address).scheme == "https",
        httponly=True,
        samesite="lax",  # the app sends the browser back from another site
    )


def _page(status: int, title: str, said: str, mend: str) -> HTMLResponse:
    # the page that opened this one in a window of its own reads how it went, and closes it
    outcome = "done" if status == 200 else "refused"
    shown = _PAGE.format(title=escape(title), said=escape(said), mend=escape(mend), outcome=outcome)
    return HTMLResponse(shown, status)
