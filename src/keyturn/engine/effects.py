"""Carries out an effect exactly as the promises say.

A change is sent only after its *started* record was accepted. What the journal knows is replayed. A started
effect without an outcome is sent again only if that is safe; else the app is asked whether it happened, where there is
a way to look; otherwise a person decides.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from random import Random
from uuid import UUID

import orjson

from keyturn.flows.actions import ANSWER_UNUSABLE, ActionCall, Actions, Done, Failed, PageAsked, Ready, Turns, Unknown
from keyturn.flows.document import Retry
from keyturn.flows.errors import CardError, ErrorDetail
from keyturn.flows.functions import Clock
from keyturn.flows.json import JSON, Values
from keyturn.flows.spec import EffectClass, EffectSpec

from .plan import StepPlan
from .points import Point
from .ports import JournalRecord, JournalState, Ride
from .retry import is_too_long, should_retry, wait_before
from .session import BEGUN_AT, IN_DOUBT, KNOWN, Attempts, Session
from .signals import AttentionNeeded, Parked

_LONGEST_SLEEP = 30.0
_FAULT_OF_THE_APP = 500
_REPEATS_OF_UNKNOWN = 3
_OF_GATEWAYS = frozenset({502, 504})  # RFC 9110, sections 15.6.3 and 15.6.5
_NOT_SO = "Looking showed each time that it had not happened."
_NOT_SO_AT_LAST = "Looking showed at last that it had not happened."
_NOT_SO_MEND = "Find out why the app gives no answer, then answer: do it again, or stop."
_SAFE_AGAIN = "Run again from this card: it is one that may be sent again."
# Where a card declares no retry; its wait is for repeats of unknown outcomes only.
_REPEAT = Retry(times=_REPEATS_OF_UNKNOWN - 1, wait="1s..5s")
_UNDECLARED = EffectSpec(EffectClass.CHANGE)


@dataclass(slots=True)
class EffectSite:
    """One effect of one run: the card, where it stands, and what it is given."""

    run_id: UUID
    flow_id: str
    step: StepPlan
    path: str
    inputs: Values
    manifest: str | None
    page: PageAsked | None = None
    digest: str = ""
    exchanges: tuple[JSON, ...] = ()
    attempt: int = 1

    def __post_init__(self) -> None:
        given = self.inputs if self.page is None else {**self.inputs, "page": self.page.token}
        self.digest = digest_of(self.step.key, self.step.options, given)

    def record(self, state: JournalState, result: Values | None = None) -> JournalRecord:
        return JournalRecord(self.run_id, self.path, self.attempt, state, self.step.key, self.digest, result)

    @property
    def spec(self) -> EffectSpec:
        return self.step.effect or _UNDECLARED

    @property
    def may_repeat(self) -> bool:
        """Whether sending it twice is safe, or was declared to be by the author."""
        return self.spec.is_read or self.spec.repeatable or self.step.on_error.repeat_unknown

    @property
    def may_look(self) -> bool:
        """Whether the app can be asked if it happened, before anybody is asked."""
        return self.spec.read_back is not None and not self.may_repeat

    def is_looked_up(self, *, again: bool) -> bool:
        """Whether the app is asked if it happened: of what may be repeated once no attempt is left."""
        return self.spec.read_back is not None and not self.spec.is_read and not (self.may_repeat and again)


def digest_of(key: str, options: Values, inputs: Values) -> str:
    """A short hash of what an effect is and is given."""
    parts = [key, options, inputs]
    try:
        body = orjson.dumps(parts, option=orjson.OPT_SORT_KEYS)
    except TypeError:  # half of a surrogate pair, a number beyond 64 bits
        body = json.dumps(parts, sort_keys=True).encode()
    return hashlib.sha256(body).hexdigest()[:32]


class Effects:
    """Carries out effects for the runs of one session."""

    def __init__(
        self, session: Session, actions: Actions, clock: Clock, random: Random, turns: Turns | None = None
    ) -> None:
        self._session = session
        self._actions = actions
        self._clock = clock
        self._random = random
        self._turns = turns

    async def perform(self, site: EffectSite) -> Values:
        """The outputs of the effect, replayed or carried out now.

        Raises:
            CardError: it failed.
            AttentionNeeded: a person must decide.
            Parked: it is tried again later.
        """
        attempts = self._session.attempts(site.run_id, site.path)
        site.attempt = max(1, attempts.last)
        outputs = await self._replay(site, attempts)
        while outputs is None:
            await self._session.safe_point()
            outputs = await self._attempt(site)
        return outputs

    async def _replay(self, site: EffectSite, attempts: Attempts) -> Values | None:
        """The outputs that the journal knows; None if an attempt (numbered in the site) is due now."""
        known = attempts.any_of_last()
        if known is None:
            return None
        decided = attempts.of_last(JournalState.DECIDED)
        if decided is not None:
            return self._decided(site, decided.result or {})
        if known.card != site.step.key or known.digest != site.digest:
            raise self._ask(site, _mismatch(site), attempts)
        done = attempts.of_last(JournalState.DONE)
        if done is not None:
            return done.result or {}
        failed = attempts.of_last(JournalState.FAILED)
        if failed is not None:
            await self._after_failure(site, failed.result or {})
            return None
        unknown = attempts.of_last(JournalState.UNKNOWN)
        error = _error_in(unknown.result or {}) if unknown else _interrupted(site)
        return await self._after_unknown(site, error, attempts)

    async def _attempt(self, site: EffectSite) -> Values | None:
        """Make one attempt: its outputs, or None if another attempt follows."""
        call = self._call(site)
        if not (site.spec.is_read or site.spec.in_commit):
            if self._turns is not None and call.connection is not None:
                call.turn_at = await self._turns.turn(call.connection)
                if call.turn_at is not None:
                    await self._session.safe_point()  # a turn may have taken minutes to come
            await self._session.commit(Point.STARTED, site.record(JournalState.STARTED, self._begun(site)))
        outcome = await self._actions.perform(call)
        await self._session.points.at(Point.ANSWERED)
        site.exchanges += tuple(outcome.exchanges)
        match outcome:
            case Done(outputs=outputs):
                self._session.record(site.record(JournalState.DONE, outputs))
                if not site.spec.is_read:
                    await self._session.commit(Point.DONE)
                return outputs
            case Ready(change=change):
                return await self._made_with_commit(site, change)
            case Failed() if not _is_no_answer(site, outcome):
                await self._failed(site, outcome)
            case Failed() | Unknown():
                attempts = self._session.attempts(site.run_id, site.path)
                return await self._after_unknown(site, outcome.error, attempts, outcome.known)
        return None

    def _begun(self, site: EffectSite) -> Values | None:
        """When it is begun: whether a thing that is found later is older than that tells whose doing it is."""
        return {BEGUN_AT: self._clock.now().isoformat()} if site.spec.read_back is not None else None

    async def _made_with_commit(self, site: EffectSite, change: object) -> Values | None:
        """Have a change of our own data made by the commit that records its outcome."""

        def record(outcome: Done | Failed) -> JournalRecord:
            if isinstance(outcome, Done):
                return site.record(JournalState.DONE, outcome.outputs)
            return site.record(JournalState.FAILED, self._failure(site, outcome))

        self._session.guard()
        ride = Ride(site.run_id, site.path, site.attempt, change, record)
        rode = await self._session.commit(Point.DONE, ride=ride)
        assert rode is not None
        if rode.state is JournalState.DONE:
            return rode.result or {}
        await self._after_failure(site, rode.result or {})
        return None

    def _call(self, site: EffectSite) -> ActionCall:
        attempts = self._session.attempts(site.run_id, site.path)
        unanswered, was_otherwise = attempts.before(site.attempt, site.digest)
        return ActionCall(
            run_id=site.run_id,
            root_id=self._session.lease.root_id,
            flow_id=site.flow_id,
            card_id=site.step.id,
            path=site.path,
            card=site.step.key,
            connection=site.step.connection,
            options=site.step.options,
            inputs=site.inputs,
            attempt=site.attempt,
            before_send=self._session.guard,
            on_answer=self._session.points.teller(Point.SENT),
            manifest=site.manifest,
            secrets=self._session.masker.secrets,
            short_secrets=self._session.masker.short,
            retry=site.step.on_error.retry,
            page=site.page,
            unanswered=unanswered,
            sent_at=attempts.begun_at(site.attempt, site.digest) if site.spec.read_back is not None else None,
            was_otherwise=was_otherwise,
            known=attempts.known_by(site.attempt),
            on_otherwise=partial(self._otherwise, site) if self._is_looked_at(site) else None,
        )

    @staticmethod
    def _is_looked_at(site: EffectSite) -> bool:
        """Whether what the app showed before it was sent may be wanted later."""
        taken_away = site.spec.effect is EffectClass.DESTROY and site.spec.read_back is not None
        return site.spec.effect is EffectClass.ENSURE or site.may_look or taken_away

    async def _otherwise(self, site: EffectSite) -> None:
        """Write down, before it is sent, that the app showed it not to be so: else nobody could tell, after an attempt
        without an answer, whose doing it is."""
        await self._session.commit(Point.STARTED, site.record(JournalState.OTHERWISE))

    async def _failed(self, site: EffectSite, failed: Failed) -> None:
        result = self._failure(site, failed)
        self._session.record(site.record(JournalState.FAILED, result))
        if not (site.spec.is_read or site.spec.in_commit):
            await self._session.commit(Point.FAILED)
        await self._after_failure(site, result)

    def _failure(self, site: EffectSite, failed: Failed) -> Values:
        """A failure as the journal keeps it, with when it is tried again, if it is."""
        retry = site.step.on_error.retry
        result: Values = {"error": failed.error.to_json()}
        if self._is_looked_at(site) and _may_have_happened(failed):
            result[IN_DOUBT] = True
        if retry is not None and should_retry(retry, site.attempt, failed):
            wait = wait_before(retry, site.attempt, failed, self._random)
            result["retry_at"] = (self._clock.now() + timedelta(seconds=wait)).isoformat()
        elif retry is not None and is_too_long(retry, failed):
            told = timedelta(seconds=round(failed.retry_after or 0.0))
            mend = f"The app asks to wait for {told}, which is too long: run again from this card after that."
            result["error"] = replace(failed.error, mend=mend).to_json()
        return result

    async def _after_failure(self, site: EffectSite, result: Values) -> None:
        """Wait for the next attempt, or fail."""
        due = _retry_at(result)
        if due is None:
            raise CardError(_error_in(result))
        await self._wait_until(due)
        site.attempt += 1

    async def _wait_until(self, due: datetime | None) -> None:
        if due is None:  # an older program wrote no time for repeats
            return
        seconds = (due - self._clock.now()).total_seconds()
        if seconds > _LONGEST_SLEEP:
            raise Parked(due)
        if seconds > 0:
            await self._clock.sleep(seconds)

    async def _after_unknown(
        self, site: EffectSite, error: ErrorDetail, attempts: Attempts, read: Values | None = None
    ) -> Values | None:
        """The outputs, if looking shows that it happened; None if another attempt follows, as that is safe; else ask.

        Where repeating is safe there is nothing for a person to decide: once the attempts are used up, and looking
        does not show that it happened, the card fails, and running again from it sends it again.
        """
        await self._session.points.at(Point.UNKNOWN)
        again = site.attempt < self._most_attempts(site)
        looks = site.is_looked_up(again=again)
        if looks or (site.may_repeat and again):
            known = attempts.of(site.attempt, JournalState.UNKNOWN)
            await self._wait_until(
                _retry_at(known.result or {}) if known else await self._repeat_due(site, error, read)
            )
        if looks:
            looked = await self._look(site)
            if isinstance(looked, Done):
                return await self._seen(site, looked)
            if isinstance(looked, Failed) and looked.not_there:
                why = _NOT_SO_AT_LAST if site.may_repeat else _NOT_SO
                error = replace(error, why=why, mend=_NOT_SO_MEND)
            elif not site.may_repeat:
                raise self._ask(site, _doubted(error, looked), attempts)
            elif isinstance(looked, Unknown) and looked.error.why:
                error = _doubted(error, looked)
        if again and (looks or site.may_repeat):
            site.attempt += 1
            return None
        if site.may_repeat:
            told = site.spec.is_read or error.code == ANSWER_UNUSABLE  # which says by itself what to do
            error = error if told else replace(error, mend=_SAFE_AGAIN)
            self._session.record(site.record(JournalState.FAILED, {"error": error.to_json()}))
            raise CardError(error)
        raise self._ask(site, error, attempts)

    async def _look(self, site: EffectSite) -> Done | Failed | Unknown | Ready:
        """What the app shows of whether it happened."""
        _, otherwise = self._session.attempts(site.run_id, site.path).before(site.attempt + 1, site.digest)
        outcome = await self._actions.perform(replace(self._call(site), look=True, was_otherwise=otherwise))
        site.exchanges += tuple(outcome.exchanges)
        return outcome

    async def _seen(self, site: EffectSite, seen: Done) -> Values:
        """Write down that it happened, as the app shows."""
        self._session.record(site.record(JournalState.DONE, seen.outputs))
        await self._session.commit(Point.DONE)
        return seen.outputs

    async def _repeat_due(self, site: EffectSite, error: ErrorDetail, read: Values | None) -> datetime:
        """Write down when it is sent again: as after a failure, so that a silent app is not pressed; and what was read
        before it was sent, which may be gone then."""
        retry = site.step.on_error.retry or _REPEAT
        due = self._clock.now() + timedelta(seconds=wait_before(retry, site.attempt, None, self._random))
        result: Values = {"error": error.to_json(), "retry_at": due.isoformat(), **({KNOWN: read} if read else {})}
        self._session.record(site.record(JournalState.UNKNOWN, result))
        if not site.spec.is_read:
            await self._session.commit(Point.REPEAT_DUE)
        return due

    @staticmethod
    def _most_attempts(site: EffectSite) -> int:
        retry = site.step.on_error.retry
        return max(_REPEATS_OF_UNKNOWN, 1 + retry.times if retry else 0)

    def _ask(self, site: EffectSite, error: ErrorDetail, attempts: Attempts) -> AttentionNeeded:
        """Write down that a person must decide, and give the signal to raise."""
        detail = replace(error, card=site.step.id, title=site.step.title, flow=site.flow_id, run=str(site.run_id))
        shown = self._session.masker.show_values(detail.to_json())
        if attempts.of_last(JournalState.UNKNOWN) is None:
            self._session.record(site.record(JournalState.UNKNOWN, {"error": shown}))
        return AttentionNeeded(site.run_id, site.path, shown)

    def _decided(self, site: EffectSite, decision: Values) -> Values | None:
        match decision.get("answer"):
            case "happened":
                outputs = decision.get("outputs")
                return outputs if isinstance(outputs, dict) else {}
            case "again":
                site.attempt += 1
                return None
            case _:
                raise CardError(
                    ErrorDetail(
                        "A person chose to stop here: the outcome of this card is unknown.",
                        code="stopped-by-person",
                        mend="Look in the app whether it happened; run again from this card if it did not.",
                    )
                )


def _retry_at(result: Values) -> datetime | None:
    """When the next attempt is due; None if there is none, or none was written down."""
    due = result.get("retry_at")
    return datetime.fromisoformat(due) if isinstance(due, str) else None


def _is_no_answer(site: EffectSite, failed: Failed) -> bool:
    """Whether what came says no more of a change than silence does: an answer of no use; or, where repeating is safe
    and the card's own retry does not see to it, a gateway's word that it had no answer of the app."""
    if site.spec.is_read:
        return False
    if failed.taken:
        return True
    retried = should_retry(site.step.on_error.retry, site.attempt, failed)
    return failed.status in _OF_GATEWAYS and site.may_repeat and not (failed.not_sent or retried)


def _may_have_happened(failed: Failed) -> bool:
    """Whether the app may have done it all the same, or a part of it: what comes with a 5xx does not tell how far it
    came."""
    at_fault = failed.taken or failed.status is None or failed.status >= _FAULT_OF_THE_APP
    return failed.began or (at_fault and not failed.not_sent)


def _error_in(result: Values) -> ErrorDetail:
    error = result.get("error")
    return ErrorDetail.from_json(error if isinstance(error, dict) else {})


def _doubted(error: ErrorDetail, looked: Failed | Unknown | Ready) -> ErrorDetail:
    """The error with what a look found, and why that does not tell."""
    told = (looked.error.message, looked.error.why) if isinstance(looked, Unknown) else ()
    return replace(error, why=" ".join(part for part in (error.why, *told) if part))


def _interrupted(site: EffectSite) -> ErrorDetail:
    return ErrorDetail(
        f"It is not known whether {site.step.title or site.step.id} happened.",
        code="outcome-unknown",
        why="The program stopped after the request may have been sent and before an answer was recorded.",
        mend="Look in the app whether it happened, then answer: it happened, do it again, or stop.",
    )


def _mismatch(site: EffectSite) -> ErrorDetail:
    return ErrorDetail(
        f"The journal holds another request for {site.step.title or site.step.id} than the one due now.",
        code="journal-mismatch",
        why="What the card is given differs from what it was given when the request was recorded.",
        mend="Compare both requests, then answer: it happened, do it again, or stop.",
    )
