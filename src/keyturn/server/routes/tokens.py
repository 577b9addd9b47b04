"""Tokens of the API: each has a name, by which connections are somebody's, and runs and versions have an author."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path
from starlette.responses import Response

from keyturn.access.permissions import Permission, allows
from keyturn.access.sessions import ADMINISTRATOR
from keyturn.access.tokens import NotPermitted, OwnToken
from keyturn.flows.paging import PageRequest

from ..access import Caller, GuardedRoute, Held, Using, needs
from ..models import page_request
from ..problems import ERRORS
from ..token_models import MadeToken, TokenModel, TokenPage, TokenRequest

router = APIRouter(tags=["tokens"], responses=ERRORS, route_class=GuardedRoute)

TokenName = Annotated[str, Path(min_length=1, max_length=120, pattern=r"^[a-z0-9][a-z0-9._-]*$")]
_ADMIN = [needs(Permission.ADMIN)]


@router.get("/tokens", dependencies=[needs(Permission.TOKENS_READ)])
async def list_tokens(using: Using, page: Annotated[PageRequest, Depends(page_request)]) -> TokenPage:
    """Tokens by name, without what they are."""
    found = await using.tokens.list(page)
    return TokenPage(rows=[TokenModel.of(token) for token in found.rows], next=found.next)


@router.put("/tokens/{name}", dependencies=_ADMIN)
async def put_token(using: Using, name: TokenName, caller: Caller, held: Held, body: TokenRequest) -> MadeToken:
    """Make a token by this name, which is told only here; an older one of the same name stops working.

    It may do no more than who makes it.
    """
    if name in (caller, ADMINISTRATOR):
        raise OwnToken(name)
    for permission in body.permissions:
        if not allows(held, permission):
            raise NotPermitted(permission)
    return MadeToken(name=name, token=await using.tokens.make(name, body.permissions))


@router.delete("/tokens/{name}", status_code=204, dependencies=_ADMIN)
async def delete_token(using: Using, name: TokenName, caller: Caller) -> Response:
    """Have a token open nothing any more, nor the sessions that were opened with it."""
    if name == caller:
        raise OwnToken(name)
    await using.tokens.remove(name)
    return Response(status_code=204)
