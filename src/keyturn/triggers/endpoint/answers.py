"""What the caller of an endpoint is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from keyturn.engine.ports import RAW_ANSWER, Run, RunStatus
from keyturn.flows.json import Values
from keyturn.flows.problems import Problem

_RETURNED = "returned-error"


@dataclass(frozen=True, slots=True)
class RawAnswer:
    """Headers and body as the flow gave them (Return Raw)."""

    headers: Mapping[str, str]
    body: str


@dataclass(slots=True)  # made for every call: a frozen one takes three times as long; nothing changes it
class EndpointAnswer:
    """An answer; the server writes it as HTTP.

    Attributes:
        content: the JSON object of an answer without problems.
        problems: what is wrong, where something is.
        run: the run that the answer is about, where there is one.
        location: where the run can be asked about.
        retry_after: seconds after which it may be worth to ask again.
        allow: the methods that are allowed, for 405.
        raw: what is sent instead of the content.
    """

    status: int
    content: Values | None = None
    problems: Sequence[Problem] = ()
    run: UUID | None = None
    location: str | None = None
    retry_after: int | None = None
    allow: Sequence[str] = ()
    raw: RawAnswer | None = None


def refusal(status: int, code: str, what: str, mend: str, *, field: str | None = None) -> EndpointAnswer:
    """An answer that says one thing that is wrong."""
    return EndpointAnswer(status, problems=[Problem(code, what, mend, field=field)])


def of_end(run: Run, outputs: Values | None) -> EndpointAnswer:
    """The answer that the end of a run means.

    Args:
        outputs: what the run gave; None if that is not kept any more.
    """
    match run.status:
        case RunStatus.SUCCEEDED if outputs is None:
            what = "The run has succeeded, and what it gave is not kept any more."
            gone = Problem("answer-gone", what, "Ask within 24 hours of the call.")
            return EndpointAnswer(410, problems=[gone], run=run.id)
        case RunStatus.SUCCEEDED:
            raw = outputs.get(RAW_ANSWER) if outputs and len(outputs) == 1 else None
            return _raw(run, raw) if isinstance(raw, dict) else EndpointAnswer(200, outputs, run=run.id)
        case RunStatus.STOPPED:
            return EndpointAnswer(200, {}, run=run.id)
        case _:
            status, problem = _failure(run)
            return EndpointAnswer(status, problems=[problem], run=run.id)


def of_closed(run: Run, answer: Values) -> EndpointAnswer:
    """The answer that a run has given while it goes on, or went on."""
    raw = answer.get(RAW_ANSWER)
    return _raw(run, raw) if isinstance(raw, dict) else EndpointAnswer(200, answer, run=run.id)


def _raw(run: Run, given: Values) -> EndpointAnswer:
    """The HTTP answer that a flow made."""
    status, headers = given.get("status_code"), given.get("headers")
    names = headers if isinstance(headers, dict) else {}
    raw = RawAnswer({name: str(value) for name, value in names.items()}, str(given.get("body") or ""))
    return EndpointAnswer(status if isinstance(status, int) else 200, given, run=run.id, raw=raw)


def _failure(run: Run) -> tuple[int, Problem]:
    """Status and problem of a run that did not end well: its message, and nothing of what is behind it."""
    if run.status is RunStatus.CANCELLED:
        what, mend = "The run was cancelled.", "Ask those who run this flow why."
        return 500, Problem("run-cancelled", what, mend, flow=run.flow_id)
    error = run.error or {}
    message, status = str(error.get("message") or "The flow failed."), error.get("status")
    mend = "Tell those who run this flow the id of the run; its history says more."
    if error.get("code") != _RETURNED:
        return 500, Problem("flow-failed", message, mend, flow=run.flow_id)
    told = status if isinstance(status, int) and 400 <= status <= 599 else 500
    return told, Problem(_RETURNED, message, mend, flow=run.flow_id)


def of_state(run: Run, outputs: Values | None, location: str) -> EndpointAnswer:
    """How a run stands, for those who ask at its address."""
    if not run.status.ended:
        return EndpointAnswer(200, _state(run.id, run.status), run=run.id, location=location, retry_after=1)
    end = of_end(run, outputs)
    content: Values = {**_state(run.id, run.status), "outputs": end.content}
    return EndpointAnswer(200, content, end.problems, run=run.id)


def accepted(run_id: UUID, status: RunStatus, location: str) -> EndpointAnswer:
    """The run is not over; it can be asked about."""
    content: Values = {**_state(run_id, status), "location": location}
    return EndpointAnswer(202, content, run=run_id, location=location, retry_after=1)


def _state(run_id: UUID, status: RunStatus) -> Values:
    return {"run": str(run_id), "status": status.value}
