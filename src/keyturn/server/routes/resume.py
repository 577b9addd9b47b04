"""Resume addresses, which anybody may call who has one (``access.PUBLIC``), and pauses for people."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Request
from starlette.responses import Response

from keyturn.access.permissions import Permission
from keyturn.flows.conversion import is_deeper
from keyturn.flows.json import JSON
from keyturn.flows.paging import PageRequest
from keyturn.flows.problems import Problem
from keyturn.triggers.endpoint.request import values_of

from ..access import Caller, GuardedRoute, Using, needs
from ..models import page_request
from ..pause_models import PausedModel, PausedPage, PauseModel, Pauses, ResumedModel, ResumeRequest
from ..problems import ERRORS, BadRequest, answer
from ..question_models import flows_told
from ..requests import StrictRequest

addresses = APIRouter(tags=["runs"], responses={status: ERRORS[status] for status in (400, 404, 410, 413, 422, 503)})
router = APIRouter(
    tags=["runs"],
    route_class=GuardedRoute,
    responses={status: ERRORS[status] for status in (400, 401, 403, 404, 409, 413, 422, 503)},
)

RunId = Annotated[UUID, Path(description="Id of a run.")]
Token = Annotated[str, Path(max_length=400, description="The end of a resume address.")]
_FORM = "application/x-www-form-urlencoded"
_DEEPEST = 200


@addresses.get("/resume/{token}", response_model=None, include_in_schema=False)
async def explain_resume_address(token: Token) -> Response:
    """Resumes nothing: programs that look at the links of a letter ask by GET."""
    what = "A run waits behind this address. Looking at it changes nothing."
    mend = "Send POST to it to have the run go on: with a JSON body, which the flow is given, or with none."
    return answer(405, [Problem("method-not-allowed", what, mend)], {"Allow": "POST"})


@addresses.post("/resume/{token}")
async def resume_by_address(using: Using, token: Token, request: Request) -> ResumedModel:
    """Have the runs go on that pause at this address; called again it says that they were resumed before.

    The body is JSON or a form, or empty.
    """
    body = await _body(StrictRequest(request.scope, request.receive))
    return ResumedModel.of(await using.resumes.call(token, body))


async def _body(request: StrictRequest) -> JSON:
    raw = await request.body()
    if not raw:
        return None
    if (request.headers.get("content-type") or "").partition(";")[0].strip().lower() == _FORM:
        try:
            return values_of(raw.decode("utf-8"))
        except ValueError as error:
            raise BadRequest("The form cannot be read.", "Send it in UTF-8, not too long.") from error
    try:
        body = await request.json()
    except ValueError as error:
        raise BadRequest("The body is not JSON.", "Send JSON in UTF-8, a form, or no body.") from error
    if is_deeper(body, _DEEPEST):
        raise BadRequest(f"The body is nested over {_DEEPEST} levels deep.", "Send it flatter.")
    return body


@router.get("/pauses", dependencies=[needs(Permission.RUNS_READ)])
async def list_all_pauses(using: Using, page: Annotated[PageRequest, Depends(page_request)]) -> PausedPage:
    """Where runs pause until somebody resumes them, oldest first."""
    found = await using.history.all_pauses(page)
    names = await using.drafts.names(flows_told(found.rows))
    return PausedPage(rows=[PausedModel.of(paused, names) for paused in found.rows], next=found.next)


@router.get("/runs/{run_id}/pauses", dependencies=[needs(Permission.RUNS_READ)])
async def list_pauses(using: Using, run_id: RunId) -> Pauses:
    """Where the run's tree pauses until somebody resumes it; a thousand at most, the oldest first."""
    return Pauses(rows=[PauseModel.of(found) for found in await using.pauses.open(run_id)])


@router.post("/runs/{run_id}/resume", dependencies=[needs(Permission.RUNS_MANAGE)])
async def resume_run(using: Using, caller: Caller, run_id: RunId, body: ResumeRequest) -> ResumedModel:
    """Have a run go on that pauses, as if its resume address were called."""
    return ResumedModel.of(await using.pauses.resume(run_id, body.path, body.body, caller))
