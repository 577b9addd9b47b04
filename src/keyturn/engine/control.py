"""The control cards: what decides where a run goes on."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, TypeAlias

from keyturn.flows.check_conditions import mixed_warnings
from keyturn.flows.conditions import evaluate
from keyturn.flows.conversion import to_text
from keyturn.flows.errors import CardError, ErrorDetail
from keyturn.flows.json import JSON, Values

from .answer_headers import answer_headers
from .context import Visit
from .loops import (
    for_each,
    for_each_ignoring,
    list_filter,
    list_find,
    list_map,
    list_reduce,
    list_sort,
    list_unique,
    object_map,
    object_map_to_list,
    repeat,
)
from .paginate import paginate
from .pausing import flow_pause, resume_address
from .plan import LanePlan
from .points import Point
from .ports import JournalState
from .reporting import said_of
from .signals import Leave, Parked
from .together import together

if TYPE_CHECKING:
    from .executor import Executor

Control: TypeAlias = "Callable[[Executor, Visit], Awaitable[Values]]"

_UNIT_DAYS = {"day": 1, "week": 7, "month": 30, "year": 365}
_UNIT_SECONDS = {"second": 1, "minute": 60, "hour": 3600} | {u: d * 86400 for u, d in _UNIT_DAYS.items()}
_LONGEST_WAIT = timedelta(days=366)
_SLEEP_SECONDS = 5.0
_CLOSED: Values = {"closed": True}
_OWN_OF_ERROR = frozenset({"message", "status_code", "when"})


async def branch_if(executor: Executor, visit: Visit) -> Values:
    """Take the first lane whose condition holds, or ``otherwise``."""
    for number, lane in enumerate(visit.step.lanes):
        if lane.when is None or _holds(visit, lane.when(visit.values), f"branches.{number}.when"):
            visit.inputs = {"lane": number}
            return await _lane(executor, visit, lane, visit.values)
    visit.inputs = {"lane": None}
    return {}


def _holds(visit: Visit, condition: JSON, field: str = "when") -> bool:
    """Whether a condition holds; a text that meets a number in it is told in the history."""
    holds = evaluate(condition)
    visit.warnings += mixed_warnings(condition, field)
    return holds


async def if_error(executor: Executor, visit: Visit) -> Values:
    """Carry out the try lane; on an error in it, the catch lane, which sees ``error``."""
    lanes = {lane.kind: lane for lane in visit.step.lanes}
    try:
        visit.inputs = {"lane": 0}
        return await _lane(executor, visit, lanes["try"], visit.values)
    except CardError as error:
        visit.inputs = {"lane": 1, "error": error.detail.to_json()}
        scope: Values = {**visit.values, "error": error.detail.to_flow()}
        return await _lane(executor, visit, lanes["catch"], scope)


async def _lane(executor: Executor, visit: Visit, lane: LanePlan, values: Values) -> Values:
    given, visit.secret = await _handed_on(executor, visit, lane, values)
    return given


async def _handed_on(executor: Executor, visit: Visit, lane: LanePlan, values: Values) -> tuple[Values, frozenset[str]]:
    """What a lane hands on, and which of it is made from secrets."""
    prefix = visit.path[: len(visit.path) - len(visit.step.id)]
    try:
        await executor.cards(visit.context, lane.steps, values, prefix)
    except Leave as leave:
        if leave.whole_flow:
            raise
        return leave.outputs, leave.secret
    return lane.set.resolve(values), lane.set.made_from(visit.context.secrets)


async def branch_together(executor: Executor, visit: Visit) -> Values:
    """All lanes at once, failures kept apart."""
    return await together(executor, visit, _handed_on)


async def continue_if(executor: Executor, visit: Visit) -> Values:
    """Go on if the comparison holds; else leave, which is no error."""
    if _holds(visit, visit.given.get("when")):
        return {}
    whole = visit.step.options.get("leave") == "flow"
    raise Leave(whole_flow=whole, outputs={"message": visit.given.get("message")}, stopped=True)


async def flow_return(executor: Executor, visit: Visit) -> Values:
    """End the flow, or the innermost container, with values."""
    secret = visit.step.inputs.made_from(visit.context.secrets)
    raise Leave(whole_flow=visit.step.options.get("leave") != "branch", outputs=visit.given, secret=secret)


async def return_outputs(executor: Executor, visit: Visit) -> Values:
    """End the flow with records, and with groups of fields."""
    secret = visit.step.inputs.made_from(visit.context.secrets)
    outputs = {name: value for name, value in visit.given.items() if name != "collection" or value is not None}
    raise Leave(whole_flow=True, outputs=outputs, secret=secret)


async def return_raw(executor: Executor, visit: Visit) -> Values:
    """End the flow with an HTTP answer for the caller of its endpoint; another caller gets its parts as values."""
    secret = visit.step.inputs.made_from(visit.context.secrets)
    outputs: Values = {
        "status_code": int(visit.number("status_code")),
        "headers": answer_headers(visit.given.get("headers")),
        "body": visit.text("body"),
    }
    raise Leave(whole_flow=True, outputs=outputs, secret=secret, raw=True)


async def close(executor: Executor, visit: Visit) -> Values:
    """Answer the caller of the endpoint while the flow goes on. The first of them counts; where nobody waits nothing
    happens."""
    site = executor.site(visit)
    known = executor.session.attempts(site.run_id, site.path).of_last(JournalState.DONE)
    if known is not None:
        visit.context.answered = visit.context.answered or known.result == _CLOSED
        return {}
    given = visit.given
    body, headers = given.get("body"), answer_headers(given.get("headers"))
    if body is not None and not any(name.lower() == "content-type" for name in headers):
        headers["Content-Type"] = "text/plain; charset=utf-8" if isinstance(body, str) else "application/json"
    answer: Values = {
        "status_code": int(visit.number("status_code")),
        "headers": headers,
        "body": to_text(body),
    }
    if visit.context.answer(answer):
        await executor.session.commit(Point.DONE, site.record(JournalState.DONE, _CLOSED))
    return {}


async def return_if(executor: Executor, visit: Visit) -> Values:
    """End the flow, or the innermost container, with values if the comparison holds."""
    if not _holds(visit, visit.given.get("when")):
        return {}
    secret = visit.step.inputs.made_from(visit.context.secrets) - {"when"}
    outputs = {name: value for name, value in visit.given.items() if name != "when"}
    raise Leave(whole_flow=visit.step.options.get("leave") != "branch", outputs=outputs, secret=secret)


async def return_error(executor: Executor, visit: Visit) -> Values:
    """Fail the flow with a message."""
    raise await _thrown(executor, visit)


async def return_error_if(executor: Executor, visit: Visit) -> Values:
    """Fail the flow with a message if the comparison holds."""
    if _holds(visit, visit.given.get("when")):
        raise await _thrown(executor, visit)
    return {}


async def _thrown(executor: Executor, visit: Visit) -> CardError:
    said = await said_of(visit.inputs, visit.context.plan, executor.helpers.plan_now)
    status = visit.given.get("status_code")
    message = visit.text("message") or "The flow ended with an error."
    further = {name: value for name, value in visit.given.items() if name not in _OWN_OF_ERROR}
    return CardError(
        ErrorDetail(
            message,
            code="returned-error",
            why=said.why,
            status=int(status) if isinstance(status, int | float) else None,
            mend=said.mend,
            body=further or None,
        )
    )


async def flow_call(executor: Executor, visit: Visit) -> Values:
    """Run a helper flow and wait for it."""
    call = visit.step.call
    assert call is not None
    visit.inputs = call.with_.resolve(visit.values)
    return await executor.helpers.call(visit, call, visit.inputs, visit.path)


async def flow_call_async(executor: Executor, visit: Visit) -> Values:
    """Queue a helper flow and go on."""
    call = visit.step.call
    assert call is not None
    visit.inputs = call.with_.resolve(visit.values)
    return await executor.helpers.start(executor.site(visit), visit.context, call, visit.inputs)


async def flow_wait(executor: Executor, visit: Visit) -> Values:
    """Wait for some time; the end is in the journal, so that a restart changes nothing."""
    return await _wait(executor, visit, lambda: executor.clock.now() + _delay(visit))


async def flow_wait_until(executor: Executor, visit: Visit) -> Values:
    """Wait for an instant; one that has passed is no wait at all."""
    return await _wait(executor, visit, lambda: _instant(visit, executor.clock.now()))


async def _wait(executor: Executor, visit: Visit, end: Callable[[], datetime]) -> Values:
    site = executor.site(visit)
    known = executor.session.attempts(site.run_id, site.path).of_last(JournalState.DONE)
    if known is None:
        until = end()
        record = site.record(JournalState.DONE, {"until": until.isoformat()})
        await executor.session.commit(Point.WAIT_BEGUN, record)
    else:
        until = datetime.fromisoformat(str((known.result or {}).get("until")))
    left = (until - executor.clock.now()).total_seconds()
    if left > _SLEEP_SECONDS:
        raise Parked(until)
    if left > 0:
        await executor.clock.sleep(left)
    return {}


def _delay(visit: Visit) -> timedelta:
    seconds = visit.number("delay") * _UNIT_SECONDS[visit.text("unit")]
    if seconds > _LONGEST_WAIT.total_seconds():
        raise CardError.bad_input("delay", "A wait of over a year is not kept.", "Wait 366 days at most.")
    return timedelta(seconds=seconds)


def _instant(visit: Visit, now: datetime) -> datetime:
    until = datetime.fromisoformat(visit.text("date")).astimezone(UTC)
    if until - now > _LONGEST_WAIT:
        raise CardError.bad_input("date", "A wait of over a year is not kept.", "Wait 366 days at most.")
    return until


async def comment(executor: Executor, visit: Visit) -> Values:
    """A note: does nothing."""
    return {}


CONTROL: dict[str, Control] = {
    "branch.if": branch_if,
    "branch.if_elseif": branch_if,
    "branch.together": branch_together,
    "branch.if_error": if_error,
    "branch.continue_if": continue_if,
    "flow.return": flow_return,
    "flow.return_outputs": return_outputs,
    "flow.return_if": return_if,
    "flow.return_raw": return_raw,
    "api_connector.close": close,
    "error.return_error": return_error,
    "error.return_error_if": return_error_if,
    "flow.call": flow_call,
    "flow.call_async": flow_call_async,
    "flow.wait": flow_wait,
    "flow.wait_until": flow_wait_until,
    "flow.resume_address": resume_address,
    "flow.pause": flow_pause,
    "flow.comment": comment,
    "flow.repeat": repeat,
    "flow.paginate": paginate,
    "list.for_each": for_each,
    "list.for_each_ignoring": for_each_ignoring,
    "list.map": list_map,
    "list.filter_custom": list_filter,
    "list.find_custom": list_find,
    "list.reduce": list_reduce,
    "list.sort_custom": list_sort,
    "list.remove_duplicates_custom": list_unique,
    "object.map": object_map,
    "object.map_to_list": object_map_to_list,
}
