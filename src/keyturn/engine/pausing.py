"""The cards that pause a run until somebody resumes it (``pauses``)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID, uuid5

from keyturn.flows.errors import CardError, ErrorDetail
from keyturn.flows.json import JSON, Values

from .context import Visit, stamp
from .pauses import MadeAddress, Pause, ResumePlace
from .points import Point
from .ports import JournalRecord, JournalState
from .signals import Parked

if TYPE_CHECKING:
    from .executor import Executor

LONGEST_PAUSE = timedelta(days=30)
_UNITS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}
_KEY_GONE = ErrorDetail(
    "The key that proves this resume address is not there any more.",
    code="resume-key-gone",
    mend="Name the former key in KEYTURN_FORMER_SECRET_KEYS, or run again from the card that makes the address.",
)


async def resume_address(executor: Executor, visit: Visit) -> Values:
    """An address at which a pause of this run is resumed; the same whenever the run goes on."""
    site = executor.site(visit)
    known = executor.session.attempts(site.run_id, site.path).of_last(JournalState.DONE)
    if known is not None:
        made = MadeAddress.from_json(known.result or {})
    else:
        made = executor.pausing.addresses.make(_place_of(visit))
        executor.session.record(site.record(JournalState.DONE, made.to_json()))
    address = executor.pausing.addresses.write(made)
    if address is None:
        raise CardError(_KEY_GONE)
    return {"address": address}


async def flow_pause(executor: Executor, visit: Visit) -> Values:
    """Wait until somebody resumes the run, or its time is over."""
    site, session = executor.site(visit), executor.session
    attempts = session.attempts(site.run_id, site.path)
    done = attempts.of_last(JournalState.DONE)
    if done is not None:
        return _outputs(visit, done.result or {})
    begun = attempts.of_last(JournalState.STARTED)
    if begun is None:
        until = executor.clock.now() + _limit(visit)
        begun = site.record(JournalState.STARTED, {"until": until.isoformat(), "place": str(_where(executor, visit))})
        await session.commit(Point.WAIT_BEGUN, begun)
    pause = _pause(begun)
    over = executor.clock.now() >= pause.until
    session.guard()
    look = executor.pausing.store.look
    found = await session.points.around(Point.PAUSED, lambda: look(session.lease, pause, over=over))
    if found is False:
        raise Parked(pause.until)
    result: Values = {"resumed": False}
    if not isinstance(found, bool):
        result = {"resumed": True, "body": found.body, "by": found.by, "at": stamp(found.at)}
    session.record(site.record(JournalState.DONE, result))
    return _outputs(visit, result)


def _place_of(visit: Visit) -> ResumePlace:
    run = visit.context.run
    return ResumePlace(uuid5(run.id, f"resume {visit.path}"), run.root_id)


def _where(executor: Executor, visit: Visit) -> UUID:
    """The number of the place where a pause is resumed; one of its own where it is given no address."""
    address = visit.given.get("address")
    if address is None or address == "":
        return _place_of(visit).id
    place = executor.pausing.addresses.place_of(address) if isinstance(address, str) else None
    if place is None:
        raise CardError.bad_input(
            "address", "This is no resume address of this installation.", "Give it what a Resume Address card gave."
        )
    return place.id


def _limit(visit: Visit) -> timedelta:
    seconds = visit.number("limit") * _UNITS[visit.text("unit")]
    if seconds <= 0:
        raise CardError.bad_input("limit", "A pause of no time at all is none.", "Give a number above 0.")
    if seconds > LONGEST_PAUSE.total_seconds():
        raise CardError.bad_input("limit", "A pause of over 30 days is not kept.", "Pause 30 days at most.")
    return timedelta(seconds=seconds)


def _pause(begun: JournalRecord) -> Pause:
    result = begun.result or {}
    until = datetime.fromisoformat(str(result["until"]))
    return Pause(begun.run_id, begun.path, UUID(str(result["place"])), until)


def _outputs(visit: Visit, result: Values) -> Values:
    body: JSON = result.get("body")
    sent = body if isinstance(body, dict) else {}
    fields: Values = {name: sent.get(name) for name in visit.step.free_outputs}
    own: Values = {name: result.get(name) for name in ("body", "by", "at")}
    return {**fields, "resumed": result.get("resumed") is True, **own}
