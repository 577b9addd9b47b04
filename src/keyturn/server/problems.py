"""Every error of the API in one shape: ``{"problems": [{what, mend, ...}]}``. Never a stack trace."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from keyturn.access.sessions import ForgedWrite, LinkRefused
from keyturn.access.tokens import NoSuchToken, NotAuthenticated, NotPermitted, OwnToken
from keyturn.app.connections import ConnectionTaken, NoSuchConnection, NotYours
from keyturn.app.connectors import ConnectorInUse
from keyturn.app.judging import sentence
from keyturn.app.pauses import NothingPaused
from keyturn.app.runs import NoSuchRun, NoSuchValue, NothingToDecide, NotShown
from keyturn.app.sandbox import SandboxAway, SandboxRefused
from keyturn.app.schedules import NoSuchSchedule
from keyturn.app.uses import ColumnsInUse, InUse
from keyturn.connections.sign_in import NotRevoked, SignInRefused
from keyturn.connectors.choices import LoadFailed, NothingToLoad
from keyturn.connectors.own import ConnectorChanged, ConnectorTaken, NoSuchConnector
from keyturn.data.errors import (
    DataError,
    FileDamaged,
    FileLost,
    FilesUnavailable,
    FileTaken,
    FileTooLarge,
    NoSuchFile,
    NoSuchRow,
    NoSuchTable,
    NotUnique,
    TableChanged,
)
from keyturn.engine.compile import PlanError
from keyturn.engine.ports import StoreUnavailable
from keyturn.engine.rerun import RerunRefused
from keyturn.flows.paging import BadCursor
from keyturn.flows.problems import Problem, ProblemError
from keyturn.library.alone import NeedsConfirmation
from keyturn.library.drafts import DraftChanged, NoSuchDraft
from keyturn.library.folders import FolderInUse, FolderMisplaced, NoSuchFolder
from keyturn.library.library import FlowInUse
from keyturn.library.ports import StaleVersion
from keyturn.library.stand_ins import ActsForReal
from keyturn.library.templates import NoSuchTemplate, TemplateTaken
from keyturn.triggers.endpoint.desk import NoSuchEndpoint
from keyturn.triggers.manual import UnknownFlow
from keyturn.triggers.okta_hook import CannotTell, NotAnEvent, WrongSecret
from keyturn.triggers.resume import NoSuchAddress, PauseOver
from keyturn.triggers.subscribe import SubscribeFailed

from .limits import DESCRIPTIONS
from .paths import logged

log = structlog.get_logger(__name__)

Handler = Callable[[Request, Exception], Awaitable[JSONResponse]]


class RequestRefused(Exception):
    """A request that is not carried out; ``mend`` says what to do."""

    def __init__(self, message: str, mend: str) -> None:
        self.mend = mend
        super().__init__(message)


class BadRequest(RequestRefused):
    """The request is not understood (400)."""


class NotThere(RequestRefused):
    """What it asks about is not there (404)."""


class ProblemModel(BaseModel):
    """What is wrong, where, and how to mend it."""

    code: str
    what: str
    mend: str
    why: str = ""
    flow: str | None = None
    card: str | None = None
    field: str | None = None
    path: list[str | int] = []
    file: str | None = None
    line: int | None = None
    severity: str = "error"
    said: str = ""
    parts: dict[str, str] = {}


class Problems(BaseModel):
    """What is wrong, all of it."""

    problems: list[ProblemModel]


def to_model(problem: Problem) -> ProblemModel:
    """A problem as the API shows it."""
    return ProblemModel(
        code=problem.code,
        what=problem.what,
        mend=problem.mend,
        why=problem.why,
        flow=problem.flow,
        card=problem.card,
        field=problem.field,
        path=list(problem.path),
        file=problem.file,
        line=problem.line,
        severity=problem.severity.value,
        said=problem.said,
        parts=dict(problem.parts),
    )


SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def answer(status: int, problems: Iterable[Problem], headers: dict[str, str] | None = None) -> JSONResponse:
    """An error answer."""
    body = Problems(problems=[to_model(problem) for problem in problems])
    return JSONResponse(body.model_dump(), status, headers)


_STATUS_WORDS = {
    400: ("bad-request", "The request is not understood.", "Compare it with the description at /openapi.json."),
    404: ("not-found", "There is nothing at this address.", "Compare it with the description at /openapi.json."),
    405: ("method-not-allowed", "This method is not for this address.", "Look at the description at /openapi.json."),
    413: ("too-large", "The body is too large.", "Send less at a time."),
}

_CUT_DOWN = (
    "Cut the description down to the paths that you need, or make the connector in the terminal, which reads larger "
    "ones: keyturn connectors new."
)
_ID_MEND = "Ids look like 01a20ddd-f215-74ec-b0d1-ce11bebe3794; list the runs: keyturn runs list."
_SIMPLE: Sequence[tuple[type[Exception], int, str]] = (
    (NotPermitted, 403, "not-permitted"),
    (ForgedWrite, 403, "forged-write"),
    (LinkRefused, 409, "sign-in-refused"),
    (NoSuchRun, 404, "unknown-run"),
    (NoSuchValue, 404, "unknown-value"),
    (NotShown, 409, "not-shown"),
    (NoSuchConnection, 404, "unknown-connection"),
    (ConnectionTaken, 409, "connection-taken"),
    (NotYours, 403, "connection-of-others"),
    (NoSuchConnector, 404, "unknown-connector"),
    (ConnectorTaken, 409, "connector-taken"),
    (ConnectorChanged, 409, "connector-changed"),
    (ConnectorInUse, 409, "connector-in-use"),
    (InUse, 409, "in-use"),
    (ColumnsInUse, 409, "columns-in-use"),
    (NoSuchToken, 404, "unknown-token"),
    (OwnToken, 409, "own-token"),
    (NoSuchSchedule, 404, "unknown-schedule"),
    (UnknownFlow, 404, "unknown-flow"),
    (NoSuchEndpoint, 404, "unknown-endpoint"),
    (NoSuchDraft, 404, "unknown-draft"),
    (DraftChanged, 409, "draft-changed"),
    (StaleVersion, 409, "published-meanwhile"),
    (FlowInUse, 409, "flow-in-use"),
    (NoSuchFolder, 404, "unknown-folder"),
    (FolderInUse, 409, "folder-in-use"),
    (FolderMisplaced, 409, "folder-misplaced"),
    (NeedsConfirmation, 409, "needs-confirmation"),
    (ActsForReal, 409, "acts-for-real"),
    (NoSuchTemplate, 404, "unknown-template"),
    (TemplateTaken, 409, "template-taken"),
    (SandboxAway, 409, "sandbox-away"),
    (SandboxRefused, 409, "sandbox-refused"),
    (NothingToDecide, 409, "nothing-to-decide"),
    (NothingPaused, 409, "nothing-paused"),
    (NoSuchAddress, 404, "unknown-resume-address"),
    (PauseOver, 410, "pause-over"),
    (SubscribeFailed, 409, "subscribe-failed"),
    (NotRevoked, 409, "connection-not-revoked"),
    (SignInRefused, 409, "connection-sign-in-refused"),
    (WrongSecret, 401, "wrong-secret"),
    (NotAnEvent, 400, "not-an-event"),
    (BadRequest, 400, "bad-request"),
    (NotThere, 404, "not-there"),
    (NothingToLoad, 404, "nothing-to-load"),
)


_DATA_STATUSES: Sequence[tuple[tuple[type[DataError], ...], int]] = (
    ((NoSuchTable, NoSuchRow, NoSuchFile), 404),
    ((NotUnique, TableChanged, FileTaken, FileLost, FileDamaged), 409),
    ((FileTooLarge,), 413),
    ((FilesUnavailable,), 503),
)


def install(app: FastAPI) -> None:
    """Have the application answer all errors in this shape."""
    for kind, status, code in _SIMPLE:
        app.add_exception_handler(kind, _simple(status, code))
    app.add_exception_handler(NotAuthenticated, _not_authenticated)
    app.add_exception_handler(ProblemError, _problem_error)
    app.add_exception_handler(RerunRefused, _rerun_refused)
    app.add_exception_handler(LoadFailed, _load_failed)
    app.add_exception_handler(BadCursor, _bad_cursor)
    app.add_exception_handler(PlanError, _plan_error)
    app.add_exception_handler(DataError, _data_error)
    app.add_exception_handler(StoreUnavailable, _store_unavailable)
    app.add_exception_handler(CannotTell, _cannot_tell)
    app.add_exception_handler(RequestValidationError, _not_valid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _unexpected)


async def answer_to(handlers: Mapping[Any, Callable[..., Any]], request: Request, error: Exception) -> Response:
    """What an application answers to an error, for what is answered before its routes.

    Args:
        handlers: of an application with ``install``: there is one for each kind of error.
    """
    handle = next(handlers[kind] for kind in type(error).__mro__ if kind in handlers)
    return await handle(request, error)


def _simple(status: int, code: str) -> Handler:
    async def handle(request: Request, error: Exception) -> JSONResponse:
        return answer(status, [Problem(code, str(error), str(getattr(error, "mend", "")))])

    return handle


async def _not_authenticated(request: Request, error: Exception) -> JSONResponse:
    problem = Problem("not-authenticated", str(error), str(getattr(error, "mend", "")))
    return answer(401, [problem], {"WWW-Authenticate": 'Bearer realm="keyturn"'})


async def _problem_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, ProblemError)
    return answer(422, error.problems)


async def _rerun_refused(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RerunRefused)
    return answer(409, [Problem(error.detail.code, error.detail.message, error.detail.mend)])


async def _load_failed(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, LoadFailed)
    detail = error.detail
    what = sentence(detail.message)  # an app's own words often have no end, and the mend follows them
    return answer(409, [Problem(detail.code, what, detail.mend, detail.why, field=detail.field)])


async def _data_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, DataError)
    return answer(_data_status(error), [data_problem(error)])


def _data_status(error: DataError) -> int:
    for kinds, status in _DATA_STATUSES:
        if isinstance(error, kinds):
            return status
    return 422


def data_problem(error: DataError) -> Problem:
    """What is wrong with a request about tables or files, as a problem."""
    return Problem(error.code, str(error), error.mend, field=error.field)


async def _plan_error(request: Request, error: Exception) -> JSONResponse:
    mend = "Publish the flow again: it was made by another release, or a card is gone."
    return answer(409, [Problem("flow-not-runnable", f"The flow cannot be carried out: {error}.", mend)])


async def _bad_cursor(request: Request, error: Exception) -> JSONResponse:
    mend = "Give the value of 'next' of the page before, unchanged."
    return answer(400, [Problem("bad-cursor", "The value of 'after' is none of ours.", mend, field="after")])


async def _store_unavailable(request: Request, error: Exception) -> JSONResponse:
    log.warning("database away", path=logged(request.url.path), why=str(error))
    problem = Problem("database-away", "The database does not answer; nothing was stored.", "Try again in a moment.")
    return answer(503, [problem], {"Retry-After": "2"})


async def _cannot_tell(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, CannotTell)
    return answer(503, [Problem("connection-unusable", str(error), error.mend)], {"Retry-After": "60"})


async def _not_valid(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    found = error.errors()
    if found and found[0]["type"] == "json_invalid":
        return answer(400, [Problem("bad-json", "The body is not JSON.", "Send JSON: UTF-8, no NaN.", field="body")])
    problems = [
        Problem("bad-id", f"{str(details['input'])[:60]!r} is no id.", _ID_MEND, field=str(details["loc"][-1]))
        if details["type"] == "uuid_parsing"
        else Problem(
            "bad-request",
            f"{'.'.join(map(str, details['loc']))}: {details['msg']}.",
            "Compare the request with the description at /openapi.json.",
            field=str(details["loc"][-1]) if details["loc"] else None,
            path=tuple(details["loc"]),
        )
        for details in found
    ]
    return answer(422, problems)


async def _http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    code, what, mend = _STATUS_WORDS.get(error.status_code, ("failed", str(error.detail), ""))
    said = str(error.detail) if error.status_code == 413 else what
    if error.status_code == 413 and request.url.path.startswith(DESCRIPTIONS):
        mend = _CUT_DOWN
    return answer(error.status_code, [Problem(code, said, mend)], dict(error.headers or {}))


async def _unexpected(request: Request, error: Exception) -> JSONResponse:
    name = secrets.token_hex(6)
    log.error("unexpected error", id=name, method=request.method, path=logged(request.url.path), exc_info=error)
    mend = "Look in the server's log for this id, and tell the makers."
    return answer(500, [Problem("internal", f"Something unexpected happened ({name}).", mend)])


def _described(description: str) -> dict[str, object]:
    # Not by "model": FastAPI would make a validator of it for each status of each route, at every start.
    schema = {"$ref": f"#/components/schemas/{Problems.__name__}"}
    return {"description": description, "content": {"application/json": {"schema": schema}}}


ERRORS: dict[int | str, dict[str, object]] = {
    status: _described(description)
    for status, description in {
        400: "The request is not understood.",
        401: "No valid token was sent.",
        403: "The token lacks the permission.",
        404: "There is no such thing.",
        405: "Not this method.",
        409: "It clashes with how things are.",
        410: "It is over.",
        413: "The body is too large.",
        422: "Something in the request is wrong.",
        503: "The database is away, or a connection's secrets cannot be opened; try again.",
    }.items()
}
# For one router at least: it has the schema that the others name put into the API's description.
ERROR_WITH_SCHEMA: dict[str, object] = {**ERRORS[503], "model": Problems}
