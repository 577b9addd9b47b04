"""Carries out an action of a manifest: its requests one after the other, pages, its ensure form, and looking whether it
happened."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from keyturn.flows.actions import Done, Failed, PageAsked, Proof, Unknown
from keyturn.flows.errors import CardError, ErrorDetail
from keyturn.flows.json import JSON, Values

from .cards import ENSURE, LIMIT, RESULTS
from .compiled import CompiledAction, CompiledRequest, CompiledState, CompiledThen
from .exchanges import Refused, Way
from .failures import HARMLESS, NOT_REACHED, NOT_SENT, PART_SENT, harmless, is_page, page_came, unreadable
from .gone import Gone
from .listing import AnswerLacks
from .making import Age, Moments
from .outgoing import Outgoing
from .paging import Page, Paging, Trail, UnusablePage

OUTCOME = "outcome"
CHANGED, ALREADY, ABSENT, DONE = "changed", "already", "absent", "done"
_MOST_ITEMS = 1_000
_SHOWN_OF_SENT = 3
_ENSURE_TAKES_IT = "If it is so already, the card's option Ensure takes this for a success."


@dataclass(frozen=True, slots=True)
class Past:
    """What is known of attempts before this one.

    Attributes:
        unanswered: one of them may have done it.
        was_otherwise: before such a one was sent, it was not so.
        keep: keeps, for attempts to come, that it is not so.
        sent_at: when the first such one was begun; None where it was not written down.
        known: outputs that they had read before they were sent.
    """

    unanswered: bool = False
    was_otherwise: bool = False
    keep: Callable[[], Awaitable[None]] | None = None
    sent_at: datetime | None = None
    known: Values = field(default_factory=dict[str, JSON])


@dataclass(slots=True)
class Performance:
    """One attempt at an action.

    Attributes:
        page: the one page that is wanted, of a card that streams.
        roots: what references see: inputs, options, and the answers so far.
        sent: the requests that the app carried out, in words; where there are none, it was all so before.
        before: how many of them came before the one that was asked last.
        final: one of them must not be sent twice.
        proof: what told, when it was looked, whether it is so.
        age: whether what was found then was made since the first request went out.
        looked: what conditions see of the answer of the last look; empty where none could be used.
        missed: the last look found nothing at its address.
        nobody: the last look was refused as what the action does to nobody is.
        denied: why the last look tells nothing, where the app does not let it look; else empty.
        asked: the request that was asked last.
        gone: what a look, or a refusal, proves of what is gone.
    """

    way: Way
    action: CompiledAction
    inputs: Values
    options: Values
    page: PageAsked | None = None
    past: Past = Past()
    roots: Values = field(default_factory=dict[str, JSON])
    sent: list[str] = field(default_factory=list[str])
    before: int = 0
    final: bool = False
    proof: Proof | None = None
    age: Age | None = None
    looked: Values = field(default_factory=dict[str, JSON])
    missed: bool = False
    nobody: bool = False
    denied: str = ""
    asked: CompiledRequest | None = None
    gone: Gone = field(init=False)

    def __post_init__(self) -> None:
        self.roots = {"inputs": self.inputs, "options": self.options}
        self.gone = Gone(self.way, self.action, self.roots, self.past.was_otherwise)

    async def carry_out(self) -> Done | Failed | Unknown:
        """Make the attempt. Raises CardError for a request that cannot be made, if nothing was sent before it."""
        try:
            return self._of_no_use(self._with_sent(await self._carried_out()))
        except AnswerLacks as lack:
            self.before = len(self.sent)
            return self._of_no_use(self._with_sent(self._lacks(lack)))
        except CardError as error:
            if not self.sent:
                raise
            self.before = len(self.sent)
            return self._with_sent(Failed(error.detail, taken=self.final))

    async def _carried_out(self) -> Done | Failed | Unknown:
        for step in self.action.steps:
            step.check_inputs(self.roots)
        if self.action.paging is not None:
            return await self._list(self.action.paging)
        state, before = self.action.state, None
        if self._ensures and state is not None and state.first:
            before, shown = await self._so()
            if (obstacle := self.action.obstacle(None, self.looked)) is not None:
                return Failed(obstacle.told(self._hindered(), self.looked))
            if before and await self.gone.holder_is_gone(state):
                return Failed(self.gone.not_shown(self._hindered()))
            if before:
                return self._whole(shown, await self._so_before(shown, looked=True))
            if before is False and self.past.keep is not None:
                await self.past.keep()
        elif not self._ensures and self.past.keep is not None and self.action.must_be_seen:
            so, _ = await self._so()
            if so is not True and self.looked:  # it is there
                await self.past.keep()
        ended = await self._steps()
        match ended:
            case Refused():
                return await self._refused(ended)
            case Failed() | Unknown():
                return ended
            case _:
                return self._fitting(ended, self._done(ended, self._did(before)))

    def _hindered(self) -> ErrorDetail:
        """What is said where the look before anything is sent shows what stands in the way."""
        what = "Nothing was sent: what the card is to bring about is not to be had this way."
        return ErrorDetail(what, code="in-the-way", field=self.action.model.effect.person)

    def _with_sent(self, outcome: Done | Failed | Unknown) -> Done | Failed | Unknown:
        """What did not come to its end, with what the app had carried out before."""
        before = self.sent[: self.before]
        if isinstance(outcome, Done) or not before:
            return outcome
        more = f" and {len(before) - _SHOWN_OF_SENT} more" if len(before) > _SHOWN_OF_SENT else ""
        what = f"{outcome.error.message} Before that it had carried out {', '.join(before[:_SHOWN_OF_SENT])}{more}."
        error = replace(outcome.error, message=what)
        if isinstance(outcome, Unknown):
            return replace(outcome, error=error)
        if not self.final:
            error = replace(error, mend=f"{error.mend} {HARMLESS}".strip())
        if error.code in (NOT_SENT, NOT_REACHED):
            code = PART_SENT if error.code == NOT_SENT else error.code
            error = replace(error, code=code, why=error.why or "The app is away by now, or the way there is closed.")
        return replace(outcome, error=error, not_sent=False, try_again=outcome.try_again and not self.final, began=True)

    def _of_no_use(self, outcome: Done | Failed | Unknown) -> Done | Failed | Unknown:
        """An answer that came and is of no use, with the outputs that were read before: another attempt may not find
        them again. Of what may be done twice nobody has to look before that."""
        if not (isinstance(outcome, Failed) and outcome.taken):
            return outcome
        harmless_here = self._ensures or self.action.model.effect.repeatable
        return replace(harmless(outcome) if harmless_here else outcome, known=self.action.known(self.roots))

    def _fitting(self, answer: Values, done: Done) -> Done | Failed:
        """The outcome, if the answer is of the shape that the manifest says. A text is of any where a change takes any
        answer: what was to be done is done."""
        acting, body = [step for step in self.action.steps if step.acts], answer.get("body")
        reads = not acting
        misfit = self.action.fitting.misfit(done.outputs, body, reads=reads)
        if not misfit or (isinstance(body, str) and any(step.takes_any for step in acting)):
            return done
        return unreadable(self.way.manifest, _status_of(answer), misfit, reads=reads)

    def _did(self, before: bool | None) -> str:
        """What is known of what was done; ``before`` is what looking said, where the state was looked at first."""
        ensure, state = self.action.model.ensure, self.action.state
        if not self.sent:
            return self._was(ALREADY)
        told = before is not None if state is not None and state.first else ensure is None or ensure.tells
        return CHANGED if told else DONE

    async def look(self) -> Done | Failed | Unknown:
        """Look whether it happened: done; failed with ``not_there``, if it certainly did not; or unknown."""
        state = self.action.state
        nobody_knows = Unknown(ErrorDetail("Looking did not tell whether it happened.", code="outcome-unknown"))
        if state is None:
            return nobody_knows
        so, answer = await self._so()
        if so is True and self._ensures:
            return await self._brought_about(answer, state, nobody_knows)
        if self._ensures and await self._of_nobody(so):
            return self._done({"status": 404, "headers": {}, "body": None}, ABSENT)
        if so is True and (self.missed or self.action.takes_away):
            so = await self.gone.by_this(state, missed=self.missed)
            if so is None:
                return Unknown(self.gone.never_seen(), proof=self.proof)
        if so is True:
            return self._found(answer, state)
        if so is None:
            return Unknown(replace(nobody_knows.error, why=self.denied), proof=self.proof)
        what = "The app gave no answer, and looking showed that it did not happen."
        error = ErrorDetail(what, code="did-not-happen", mend="Run again from this card.")
        return Failed(error, not_there=True, proof=self.proof)

    async def _of_nobody(self, so: bool | None) -> bool:
        """Whether there certainly is nobody whom it could have been brought about for."""
        if self.nobody and so is None:
            return True
        return self.action.who is not None and await self.gone.is_there(self.action.who) is False

    async def _brought_about(
        self, shown: Values, state: CompiledState, nobody_knows: Unknown
    ) -> Done | Failed | Unknown:
        """What the ensure form says where, after requests without an answer, it is so: whoever brought it about."""
        if self.action.obstacle(True, self.looked) is not None or await self.gone.holder_is_gone(state):
            return nobody_knows
        self.past = replace(self.past, unanswered=True)
        return self._whole(shown, await self._so_before(shown, looked=True))

    def _found(self, answer: Values, state: CompiledState) -> Done | Failed | Unknown:
        """What it says of a request without an answer that what it was to bring about is there."""
        if state.may_be_older or (self.age is not None and self.age.since is None):
            what = "One like it is there, and may have been there before: that does not tell whether it happened."
            return Unknown(ErrorDetail(what, code="outcome-unknown"), proof=self.proof)
        if self.age is not None and not self.age.since:
            what = f"One like it is there since {self.age.told}, before the request was sent: that one is another's."
            mend = "Take that one, or make one of another name."
            return Failed(ErrorDetail(what, code="did-not-happen", mend=mend), not_there=True, proof=self.proof)
        done = self._done(answer, CHANGED if self.past.was_otherwise or self.age is not None else DONE)
        return replace(done, proof=self.proof)

    async def _so(self) -> tuple[bool | None, Values]:
        """Whether the state that the action brings about is there, and what was answered."""
        state = self.action.state
        assert state is not None
        self.looked, self.missed, self.nobody, self.denied = {}, False, False, ""
        try:
            asked = state.request.one(self.roots)
        except CardError:  # the card was given a list, or what its own request refuses: of these a look tells nothing
            return None, {}
        found = await self._ask(state.request, asked)
        match found:
            case Refused(status=status, code=code, answer=answer):
                self.nobody = not is_page(answer["body"]) and self.action.is_of_nobody(found, self.roots)
                said = None if is_page(answer["body"]) else state.refused(status, code)
                self.missed, self.denied = said is not None, _denied(found)
                nothing: Values = {**answer, "body": None}
                self.looked = {**self.roots, **nothing, "record": None} if said is not None else {}
                return said, nothing
            case Failed() | Unknown():
                return None, {}
            case _ if is_page(found["body"]):
                return None, {}
            case _:
                try:
                    roots = {**self.roots, **state.request.shaped(found, self.roots)}
                except AnswerLacks:
                    return None, {}
                said, self.looked, self.proof = state.says(roots), state.looked(roots), state.proof(roots)
                if said and state.then is not None and state.then.due(self.looked):
                    said = await self._so_then(state.then)
                self.age = state.age(roots, Moments(self.past.sent_at, self.way.ways.clock.now())) if said else None
                said = state.since(self.age) if said and state.anew else said
                self.proof = (self.age.proof if self.age is not None else None) or self.proof
                return said, state.answer(roots, found)

    async def _so_then(self, then: CompiledThen) -> bool | None:
        """Whether it is so by what else a look asks, too; nobody knows where the first answer lacks what asks it."""
        try:
            found = await self._ask(then.request, then.request.single(self.looked))
        except AnswerLacks:
            return None
        if not isinstance(found, dict) or is_page(found["body"]):
            self.looked, self.denied = {}, _denied(found) if isinstance(found, Refused) else ""
            return None
        roots = {**self.looked, **found}
        if then.request.name is not None:
            self.looked[then.request.name] = found
        said = then.says(roots)
        self.proof = self.proof if said else then.proof(roots)
        return said

    def _done(self, answer: Values, outcome: str) -> Done:
        outputs = {**self.action.outputs({**self.roots, **answer}), **self.past.known}
        return Done({**outputs, OUTCOME: outcome} if self._ensures else outputs)

    @property
    def _ensures(self) -> bool:
        return self.action.model.ensure is not None and self.options.get(ENSURE) is True

    async def _refused(self, refusal: Refused) -> Done | Failed:
        """The ensure form takes it for a success if that is what was wanted. A web page says nothing of the kind: it
        comes from where no app is."""
        if is_page(refusal.answer["body"]):
            return refusal.failed
        already = self.action.already(refusal, self.roots, self.asked)
        nothing: Values = {**refusal.answer, "body": None}
        if not self._ensures:
            if self.past.unanswered and self.gone.is_missing(refusal, self.asked):
                if await self.gone.taken_away():
                    return self._done(nothing, DONE)
                return replace(refusal.failed, error=self.gone.or_never_was(refusal.failed.error))
            if already is None or not refusal.may_be_so:
                return refusal.failed
            mend = f"{refusal.failed.error.mend} {_ENSURE_TAKES_IT}"
            return replace(refusal.failed, error=replace(refusal.failed.error, mend=mend))
        if already is not None:
            so, shown = await self._so() if already.look else await self._believed(nothing)
            if already.look and (obstacle := self.action.obstacle(so, self.looked)) is not None:
                return replace(refusal.failed, error=obstacle.told(refusal.failed.error, self.looked))
            if so is True:
                return self._whole(shown, await self._so_before(shown, looked=already.look))
        if not self.action.absent(refusal, self.roots, self.asked):
            return refusal.failed
        there = await self.gone.is_there(self.action.who) if self.action.who is not None else False
        if self.action.holder is not None and there is not False:
            held = await self.gone.is_there(self.action.holder)
            if not held:
                return replace(refusal.failed, error=self.gone.not_shown(refusal.failed.error))
        if self.action.given is None:
            return self._done(nothing, self._missing(there))
        if there is False:
            return self._done(nothing, ABSENT)
        return replace(refusal.failed, error=self.gone.not_given(refusal.failed.error)) if there else refusal.failed

    async def _so_before(self, shown: Values, *, looked: bool) -> Done:
        """It is so already. Of nobody it is so, too, that they have not got what was to be taken away.

        Args:
            looked: a look said so, which may have been at what belongs to the person.
        """
        who, state = self.action.who, self.action.state
        if who is not None and self.action.given is None:
            seen = looked and not self.missed and state is not None and self.gone.is_at(who, state)
            if not seen and await self.gone.is_there(who) is False:
                return self._done({**shown, "body": None}, ABSENT)
        return self._done(shown, self._was(ALREADY))

    def _was(self, outcome: str) -> str:
        """What may be said of what is so by now, if an attempt before may have brought it about."""
        if not self.past.unanswered:
            return outcome
        if self.action.state is not None and self.action.state.anew:
            return DONE
        if outcome == ALREADY and self.age is not None and self.age.since is not None:
            return CHANGED if self.age.since else ALREADY
        return CHANGED if self.past.was_otherwise else DONE

    def _missing(self, there: bool | None) -> str:
        """What may be said where the app has not got what the action is about."""
        if there:
            return self._was(ALREADY)
        mine = self.action.who is None and self.action.takes_away and not self.action.person_stays
        return self._was(ABSENT) if mine else ABSENT

    async def _believed(self, nothing: Values) -> tuple[bool | None, Values]:
        """A refusal that is believed, with what the look shows: of what an attempt before may have left, whose answer
        was lost, and of outputs that are required."""
        lacks = self.action.fitting.lacking(self.action.outputs({**self.roots, **nothing}))
        if self.action.state is None or not (lacks or self.past.unanswered):
            return True, nothing
        so, shown = await self._so()
        if lacks:
            return so, shown
        return True, shown if so else nothing

    def _whole(self, shown: Values, done: Done) -> Done | Failed:
        """What was so before, if it has all outputs that are required; nobody who is absent has."""
        lacks = self.action.fitting.lacking(done.outputs)
        if not lacks or done.outputs.get(OUTCOME) == ABSENT:
            return done
        what = f"it is so already, and looking does not show {lacks}."
        return unreadable(self.way.manifest, _status_of(shown), what, reads=True)

    async def _steps(self) -> Values | Refused | Failed | Unknown:
        """All requests; the last answer, or what ended them before."""
        answer: Values = {"status": 200, "headers": {}, "body": None}
        for step in self.action.steps:
            if not step.due(self.roots):
                continue
            self.before, self.asked = len(self.sent), step
            made = self._of(step)
            answers: list[JSON] = []
            for outgoing in made:
                self.before = len(self.sent)
                found = await self._ask(step, outgoing)
                match found:
                    case Refused(status=status) if status in step.fine:
                        answer = found.answer
                        answers += [answer] if step.all_answers else []
                    case Refused():
                        return self._concerning(found, step)
                    case Failed():
                        return found
                    case Unknown():
                        return self._with_known(found) if step.changes else self._never_sent(found, step)
                    case _ if is_page(found["body"]):
                        return self._page_came(found, step)
                    case _ if step.acts and self.action.fitting.is_error(found["body"]):
                        return unreadable(self.way.manifest, _status_of(found), "it says an error.")
                    case _:
                        self._note(step, outgoing)
                        answer = step.shaped(found, self.roots)
                        answers.append(answer)
            if step.name is not None:
                self.roots[step.name] = answers if step.many else answer
        return answer

    def _with_known(self, unknown: Unknown) -> Unknown:
        """What got no answer, with the outputs that were read before: another attempt may not find them again."""
        return replace(unknown, known=self.action.known(self.roots))

    def _concerning(self, refusal: Refused, step: CompiledRequest) -> Refused:
        """The refusal with the input that it is about, if it is known."""
        failed = refusal.failed
        field = failed.error.field or self.action.concerned.field(step.model, self.inputs, refusal.said)
        return replace(refusal, failed=replace(failed, error=replace(failed.error, field=field)))

    def _note(self, step: CompiledRequest, outgoing: Outgoing) -> None:
        if step.acts:
            self.sent.append(f"{outgoing.method} {outgoing.path}")
            self.final = self.final or step.changes

    def _lacks(self, lack: AnswerLacks) -> Failed:
        """An answer without what a request is made of: of a list, to do nothing would look as if all were done."""
        answer = self.roots.get(lack.root)
        shown = _status_of(answer) if isinstance(answer, dict) else 200
        return unreadable(self.way.manifest, shown, str(lack), reads=not self.sent)

    async def _ask(self, step: CompiledRequest, outgoing: Outgoing) -> Values | Refused | Failed | Unknown:
        """The answer to a request; of one that is asked for all its pages, the last with the records of all."""
        paging, trail, token = step.pages, Trail(), None
        records: list[JSON] = []
        while True:
            try:
                asked = outgoing if paging is None or token is None else paging.ask(outgoing, token)
                found = await self.way.ask(asked)
            except CardError as error:
                if token is None:
                    raise
                return Failed(error.detail, not_sent=True)  # its next page leads elsewhere
            if isinstance(found, Failed | Unknown):
                return replace(found, error=trail.told(found.error, len(records)))
            if isinstance(found, Refused):
                failed = found.failed
                return replace(found, failed=replace(failed, error=trail.told(failed.error, len(records))))
            if paging is None or is_page(found["body"]):
                return found
            try:
                page = paging.read({**self.roots, **found}, self.way.here, token)
                trail.passed(page)
            except UnusablePage as error:
                failed = unreadable(self.way.manifest, _status_of(found), str(error), reads=True)
                return replace(failed, error=trail.told(failed.error, len(records)))
            records += page.records
            token = page.next
            if token is None:
                return paging.whole(found, records)
            if len(records) > paging.most:
                what = f"There are more than {paging.most} records to go through."
                return Failed(ErrorDetail(what, code="too-many", mend="Do it in a loop."))

    def _page_came(self, found: Values, step: CompiledRequest) -> Failed:
        return page_came(self.way.manifest, _status_of(found), self.way.connection.base_url, reads=not step.acts)

    def _of(self, step: CompiledRequest) -> list[Outgoing]:
        made = list(step.made(self.roots))
        if len(made) > _MOST_ITEMS:
            what = f"It would send {len(made)} requests, and {_MOST_ITEMS} is the most."
            raise CardError(ErrorDetail(what, code="too-many", mend="Do it in a loop."))
        idempotency = self.action.model.idempotency
        if idempotency is not None and step.changes:
            place = self.action.steps.index(step)
            for item, outgoing in enumerate(made):
                outgoing.headers[idempotency.header] = self.way.key_of(f"{place}/{item}")
        return made

    def _never_sent(self, unknown: Unknown, forerunner: CompiledRequest) -> Failed | Unknown:
        """What must not be sent twice was not sent yet, if only its forerunner got no answer."""
        if not any(step.changes for step in self.action.steps):
            return self._with_known(unknown)
        if forerunner.acts:
            why = "Whether the app carried that request out is not known; what comes behind it was not sent."
            error = replace(unknown.error, code=PART_SENT, why=why, mend="It does no harm if it is done again.")
            return Failed(error, try_again=not self.final, began=True)
        return Failed(replace(unknown.error, code=NOT_SENT), None, True, True)

    async def _list(self, paging: Paging) -> Done | Failed | Unknown:
        """One page for a card that streams; else as many as its option says."""
        due = [step for step in self.action.steps if step.due(self.roots)]
        if not due:
            raise CardError(ErrorDetail("There is nothing to ask the app for.", mend="Check the card's options."))
        last = due[-1]
        for step in due[:-1]:
            found = await self.way.ask(step.single(self.roots))
            if isinstance(found, Refused):
                return self._concerning(found, step).failed
            if isinstance(found, Failed | Unknown):
                return found
            if step.name is not None:
                self.roots[step.name] = found
        first = last.single(self.roots)
        if self.page is not None:
            return await self._streamed(paging, first, self.page.token)
        token: str | None = None
        records: list[JSON] = []
        trail, results = Trail(), self.options.get(RESULTS)
        enough, most = paging.wanted(results, self.roots)
        while True:
            page = await self._page(paging, first, token, trail)
            if not isinstance(page, Page):
                return replace(page, error=trail.told(page.error, len(records)))
            records += page.records
            token = page.next
            if results == "first" and (records or token is None):
                record = records[0] if records else None
                return Done({**self._of_record(record)[0], "record": record})
            if token is None or len(records) >= enough:
                return Done({"records": records[:most], "more": token is not None or len(records) > most})

    async def _streamed(self, paging: Paging, first: Outgoing, token: str | None) -> Done | Failed | Unknown:
        """One page for a card that streams. Its token tells, where records are limited, how many came before."""
        limit, before = self._limit(), 0
        if limit is not None and token is not None:
            counted, _, token = token.partition(":")
            before = int(counted)
        page = await self._page(paging, first, token)
        if not isinstance(page, Page):
            return page
        if limit is None:
            return Done({"records": page.records, "next": page.next})
        records = page.records[: max(0, limit - before)]
        before += len(records)
        return Done({"records": records, "next": f"{before}:{page.next}" if page.next and before < limit else None})

    def _limit(self) -> int | None:
        """How many records are wanted at most; None for all."""
        given = self.inputs.get(LIMIT)
        return max(0, int(given)) if isinstance(given, int | float) else None

    async def _page(
        self, paging: Paging, first: Outgoing, token: str | None, trail: Trail | None = None
    ) -> Page | Failed | Unknown:
        outgoing = first if token is None else paging.ask(first, token)
        try:
            found = await self.way.ask(outgoing)
        except CardError as error:
            if token is None:
                raise
            return Failed(error.detail, not_sent=True)  # the app gave an address for its next page that leads elsewhere
        match found:
            case Refused():
                due = [step for step in self.action.steps if step.due(self.roots)]
                return self._concerning(found, due[-1]).failed
            case Failed() | Unknown():
                return found
            case _ if is_page(found["body"]):
                return page_came(self.way.manifest, _status_of(found), self.way.connection.base_url, reads=True)
            case _:
                try:
                    page = paging.read({**self.roots, **found}, self.way.here, token)
                    self._look_at(page)
                    if trail is not None:
                        trail.passed(page)
                    return page
                except UnusablePage as error:
                    return unreadable(self.way.manifest, _status_of(found), str(error), reads=True)

    def _look_at(self, page: Page) -> None:
        """Raises UnusablePage for records of another shape than the manifest says, as far as the first one tells."""
        misfit = self._of_record(page.records[0])[1] if page.records else ""
        if misfit:
            raise UnusablePage(misfit)

    def _of_record(self, record: JSON) -> tuple[Values, str]:
        """The outputs for a record, and what is wrong with it."""
        outputs = self.action.outputs({**self.roots, "record": record})
        return outputs, self.action.fitting.record_misfit(outputs, record)


def _denied(refusal: Refused) -> str:
    """What is said of a look that the app does not allow; empty where it was refused for something else."""
    if refusal.status not in (401, 403):
        return ""
    said = refusal.failed.error.message.rstrip(".")
    return f"It was asked whether it happened, and refused that: {said}. {refusal.scopes}".rstrip()


def _status_of(answer: Values) -> int:
    status = answer.get("status")
    return status if isinstance(status, int) else 200
