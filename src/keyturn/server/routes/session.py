"""Signing in to the web app and out of it: a session is opened by a link that works once.

The routes at /session are public: without a cookie there is nothing that they could give away.
"""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Header, Request
from pydantic import BaseModel, Field
from starlette.responses import JSONResponse, Response

from keyturn.access.permissions import ALL, Permission
from keyturn.access.ports import SessionRecord
from keyturn.access.sessions import ADMINISTRATOR, LONGEST, csrf_of, ensure_own

from ..access import Caller, GuardedRoute, Held, Using, cookie_name, needs
from ..models import SessionModel, SignInLink
from ..problems import ERRORS

router = APIRouter(tags=["session"], responses={status: ERRORS[status] for status in (400, 403, 409, 413, 422, 503)})
links = APIRouter(prefix="/sign-in-links", tags=["session"], responses=ERRORS, route_class=GuardedRoute)


class Code(BaseModel):
    """What stands behind # in a sign-in link."""

    code: str = Field(min_length=1, max_length=200, repr=False)


@router.get("/session")
async def read_session(using: Using, request: Request) -> SessionModel:
    """Who is signed in here; ``name`` is null if nobody is."""
    secret = request.cookies.get(cookie_name(using.settings.address))
    record = await using.sessions.find(secret) if secret else None
    return _shown(record, secret)


@router.post("/session", response_model=SessionModel)
async def open_session(using: Using, body: Code) -> Response:
    """Open the session of a sign-in link; its cookie is for this host alone and no script can read it."""
    opened = await using.sessions.open(body.code)
    answer = JSONResponse(_shown(opened.record, opened.secret).model_dump(mode="json"))
    address = using.settings.address
    answer.set_cookie(
        cookie_name(address),
        opened.secret,
        max_age=int(LONGEST.total_seconds()),
        path="/",
        secure=urlsplit(address).scheme == "https",
        httponly=True,
        samesite="strict",
    )
    return answer


@router.delete("/session", status_code=204)
async def close_session(
    using: Using, request: Request, keyturn_csrf: Annotated[str | None, Header(max_length=200)] = None
) -> Response:
    """Sign out: the session ends for good, not only in this browser."""
    name = cookie_name(using.settings.address)
    secret = request.cookies.get(name)
    if secret:
        ensure_own(secret, keyturn_csrf)
        await using.sessions.close(secret)
    answer = Response(status_code=204)
    answer.delete_cookie(name, path="/", httponly=True, samesite="strict")
    return answer


@links.post("", dependencies=[needs(Permission.ADMIN)])
async def make_sign_in_link(using: Using, caller: Caller, held: Held) -> SignInLink:
    """Make a link that opens one session, within an hour, with the permissions of who makes it."""
    link = await using.sessions.link(ADMINISTRATOR if ALL in held else caller, held)
    return SignInLink(address=using.settings.sign_in_address(link.code), expires_at=link.expires_at)


def _shown(record: SessionRecord | None, secret: str | None) -> SessionModel:
    if record is None or secret is None:
        return SessionModel()
    permissions = sorted(record.permissions)
    return SessionModel(name=record.name, permissions=permissions, csrf=csrf_of(secret), expires_at=record.expires_at)
