"""Calls of endpoints: who may call, what starts, and what the caller is told.

A call that waits is carried out at once in this process. It is answered when the database has its end, which for a
run without effects is its only commit.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

import structlog

from keyturn.access.tokens import digest_of
from keyturn.engine.compile import PlanError
from keyturn.engine.points import Point, Points
from keyturn.engine.ports import ENDPOINT, Busy, LeaseLost, Run, RunStatus, StartKey, StoreUnavailable
from keyturn.flows.functions import Clock
from keyturn.flows.json import Values
from keyturn.flows.problems import ProblemError

from .answers import EndpointAnswer, accepted, of_closed, of_end, of_state, refusal
from .directory import Directory, Endpoint
from .ports import EndpointStore, InPlaceRuns, Runs, StartedBefore, Work
from .request import TOKEN_HEADER, EndpointRequest
from .shape import Shape

log = structlog.get_logger(__name__)

# Compared against where there is no token, so that the answer takes the same work as a wrong token.
_NOBODY = digest_of("no endpoint has this token")
_LONGEST_KEY = 200
_FIRST_LOOK, _LONGEST_LOOK = 0.05, 0.5
_AT_REST = frozenset({RunStatus.WAITING, RunStatus.NEEDS_ATTENTION})


@dataclass(slots=True)
class _Shared:
    """A keyed call that is under way in this process; others with its key wait for the same run."""

    digest: str
    work: Work


class Endpoints:
    """Takes calls of endpoints.

    Args:
        longest_wait: seconds that any caller waits, whatever the flow says.
        points: told when a call starts a run that it does not wait for.
    """

    def __init__(
        self,
        *,
        directory: Directory,
        store: EndpointStore,
        in_place: InPlaceRuns,
        runs: Runs,
        clock: Clock,
        new_id: Callable[[], UUID],
        longest_wait: float,
        points: Points | None = None,
    ) -> None:
        self._directory = directory
        self._store = store
        self._in_place = in_place
        self._runs = runs
        self._clock = clock
        self._new_id = new_id
        self._longest_wait = longest_wait
        self._points = points or Points()
        self._shared: dict[tuple[str, str], _Shared] = {}

    async def call(self, flow_id: str, request: EndpointRequest) -> EndpointAnswer:
        """Answer a call. A 2xx means that the database has what it says."""
        if request.method not in ("GET", "POST"):
            return _not_allowed(("GET", "POST"))
        try:
            endpoint = await self._authorised(flow_id, request)
            if endpoint is None:
                return _WRONG_TOKEN
            if endpoint.plan is None or endpoint.shape is None:
                what, mend = "This flow is switched off.", "Ask those who run it to switch it on."
                return refusal(404, "flow-inactive", what, mend)
            if request.method not in endpoint.shape.methods:
                return _not_allowed(endpoint.shape.methods)
            return await self._called(endpoint.plan.version, endpoint.shape, request)
        except (StoreUnavailable, Busy, PlanError) as error:
            return _trouble(flow_id, error)
        except ProblemError as error:
            return EndpointAnswer(400, problems=error.problems)

    async def look(self, flow_id: str, run_id: UUID, request: EndpointRequest) -> EndpointAnswer:
        """How a run stands that this endpoint started."""
        if request.method != "GET":
            return _not_allowed(("GET",))
        try:
            if await self._authorised(flow_id, request) is None:
                return _WRONG_TOKEN
            run = await self._runs.get(run_id)
            if run is None or run.flow_id != flow_id or run.trigger != ENDPOINT:
                return refusal(404, "unknown-run", "This endpoint has no such run.", "Use the address of the 202.")
            return of_state(run, await self._outputs(run), _location(flow_id, run_id))
        except (StoreUnavailable, PlanError) as error:
            return _trouble(flow_id, error)

    async def _authorised(self, flow_id: str, request: EndpointRequest) -> Endpoint | None:
        """The endpoint, if the call shows its client token. An endpoint that is not there answers as a wrong one."""
        endpoint = await self._directory.find(flow_id)
        token = request.header(TOKEN_HEADER) or request.bearer()
        if token is None and endpoint is not None and endpoint.shape is not None and endpoint.shape.token_in_query:
            token = request.token_in_query()
        digest = (endpoint.record.token_digest if endpoint else None) or _NOBODY
        if hmac.compare_digest(digest, digest_of(token or "")) and endpoint is not None:
            return endpoint
        log.warning("endpoint called with a wrong token", flow=flow_id, shown=token is not None)
        return None

    async def _called(self, version: int, shape: Shape, request: EndpointRequest) -> EndpointAnswer:
        body = await request.read()
        key = _key_of(request, body)
        if key is not None:
            known = await self._known(shape.flow_id, key)
            if known is not None:
                return await self._join(shape, known, key)
        event = shape.read(request, body)
        run = self._new_run(shape.flow_id, version, event)
        if shape.asynchronous:
            before = await self._points.around(Point.CALLED, lambda: self._store.start(run, key))
            if key is not None and before.digest != key.digest:
                return _OTHER_REQUEST
            return accepted(before.run_id, RunStatus.QUEUED, _location(shape.flow_id, before.run_id))
        if key is None:
            return await self._finish(shape, self._in_place.begin(run, None, self._patience(shape)), None)
        return await self._keyed(shape, run, key)

    async def _keyed(self, shape: Shape, run: Run, key: StartKey) -> EndpointAnswer:
        """Begin a run under a key, or wait with the call that is at it in this process."""
        name = (shape.flow_id, key.key)
        shared = self._shared.get(name)
        if shared is not None:
            return _OTHER_REQUEST if shared.digest != key.digest else await self._finish(shape, shared.work, key)
        work = self._in_place.begin(run, key, self._patience(shape))
        self._shared[name] = _Shared(key.digest, work)
        try:
            return await self._finish(shape, work, key)
        finally:
            self._shared.pop(name, None)

    async def _known(self, flow_id: str, key: StartKey) -> StartedBefore | None:
        return None if (flow_id, key.key) in self._shared else await self._store.started(flow_id, key.key)

    async def _finish(self, shape: Shape, work: Work, key: StartKey | None) -> EndpointAnswer:
        """Wait for a run of this process, and answer."""
        until = self._clock.monotonic() + self._patience(shape)
        try:
            if not await work.wait(self._patience(shape)):
                await work.keep()
        except LeaseLost:
            return await self._elsewhere(shape, work.run.id, key, until)
        run = work.run
        if work.closed is not None:
            return of_closed(run, work.closed)
        if run.status.ended:
            return of_end(run, run.outputs if run.answer is None else run.answer)
        return accepted(run.id, run.status, _location(shape.flow_id, run.id))

    async def _elsewhere(self, shape: Shape, run_id: UUID, key: StartKey | None, until: float) -> EndpointAnswer:
        """The run is not ours any more: another process finishes it, or another call has its key."""
        known = await self._store.started(shape.flow_id, key.key) if key else None
        if known is not None and key is not None:
            return await self._join(shape, known, key, until)
        return await self._await_run(shape, run_id, until)

    async def _join(
        self, shape: Shape, known: StartedBefore, key: StartKey, until: float | None = None
    ) -> EndpointAnswer:
        """Wait for the run that the same key has started."""
        if known.digest != key.digest:
            return _OTHER_REQUEST
        if shape.asynchronous:
            return accepted(known.run_id, RunStatus.QUEUED, _location(shape.flow_id, known.run_id))
        limit = self._clock.monotonic() + self._patience(shape) if until is None else until
        return await self._await_run(shape, known.run_id, limit, with_key=True)

    async def _await_run(self, shape: Shape, run_id: UUID, until: float, *, with_key: bool = False) -> EndpointAnswer:
        """Look at a stored run until it comes to rest or the caller has waited long enough.

        Args:
            with_key: a key for it was found, and key and run are stored together.
        """
        pause = _FIRST_LOOK
        while True:
            run = await self._runs.get(run_id)
            if run is None and with_key:
                return _LOST_RUN
            if run is None:
                raise StoreUnavailable(f"run {run_id} was begun, and nothing of it is stored")
            if run.status is not RunStatus.SUCCEEDED and (closed := await self._store.answer(run_id)) is not None:
                return of_closed(run, closed)
            if run.status.ended:
                return of_end(run, await self._outputs(run))
            if run.status in _AT_REST or self._clock.monotonic() >= until:
                return accepted(run_id, run.status, _location(shape.flow_id, run_id))
            await self._clock.sleep(pause)
            pause = min(pause * 2, _LONGEST_LOOK)

    async def _outputs(self, run: Run) -> Values | None:
        """What a run gave, as it gave it; its outputs where nothing else is kept."""
        if run.status is not RunStatus.SUCCEEDED:
            return None
        given = await self._store.answer(run.id)
        return run.outputs if given is None else given

    def _new_run(self, flow_id: str, version: int, event: Values) -> Run:
        run_id = self._new_id()
        return Run(
            id=run_id,
            root_id=run_id,
            flow_id=flow_id,
            version=version,
            status=RunStatus.QUEUED,
            event=event,
            created_at=self._clock.now(),
            trigger=ENDPOINT,
        )

    def _patience(self, shape: Shape) -> float:
        return min(shape.wait, self._longest_wait)


def _key_of(request: EndpointRequest, body: bytes) -> StartKey | None:
    key = request.header(b"idempotency-key")
    if key is None:
        return None
    if not 1 <= len(key) <= _LONGEST_KEY:
        what, mend = "The Idempotency-Key is empty or too long.", f"Send 1 to {_LONGEST_KEY} characters."
        raise ProblemError(refusal(400, "bad-key", what, mend, field="Idempotency-Key").problems)
    return StartKey(key, request.digest(body))


def _location(flow_id: str, run_id: UUID) -> str:
    return f"/endpoints/{flow_id}/runs/{run_id}"


def _not_allowed(methods: tuple[str, ...]) -> EndpointAnswer:
    names = " or ".join(methods)
    problem = refusal(405, "method-not-allowed", "This method is not for this address.", f"Use {names}.")
    return EndpointAnswer(405, problems=problem.problems, allow=methods)


def _trouble(flow_id: str, error: Exception) -> EndpointAnswer:
    """What the caller is told of trouble that is not of its making."""
    log.warning("endpoint not answered", flow=flow_id, why=str(error))
    if isinstance(error, PlanError):
        what, mend = (
            "The flow cannot be carried out by this installation.",
            "Tell those who run it to publish it again.",
        )
        return refusal(500, "flow-not-runnable", what, mend)
    if isinstance(error, Busy):
        what, mend = "As many calls as this server takes are under way; nothing was begun.", "Try again in a moment."
        return EndpointAnswer(503, problems=refusal(503, "busy", what, mend).problems, retry_after=1)
    what = "The database does not answer; it is not known whether anything was stored."
    mend = "Try again in a moment; with an Idempotency-Key nothing is done twice."
    return EndpointAnswer(503, problems=refusal(503, "database-away", what, mend).problems, retry_after=2)


_WRONG_TOKEN = refusal(
    401,
    "wrong-token",
    "There is no such endpoint, or this is not its client token.",
    "Send the endpoint's client token in the header x-api-client-token, or as Authorization: Bearer.",
)
_LOST_RUN = refusal(
    410,
    "run-lost",
    "The run that this Idempotency-Key started is not in the database any more, as after restoring a part of a backup.",
    "Look in the apps what it did. To start another one, send another key.",
    field="Idempotency-Key",
)
_OTHER_REQUEST = refusal(
    422,
    "key-used-before",
    "This Idempotency-Key was used for another request.",
    "Use a key once: a new one for a new request, the same one for the same request sent again.",
    field="Idempotency-Key",
)
