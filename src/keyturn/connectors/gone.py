"""What a look, or a refusal, proves of what is gone: nothing was taken from nobody, nor out of what is not there, and
of what nobody has seen it is not known whether there ever was any."""

from __future__ import annotations

from dataclasses import dataclass, replace

from keyturn.flows.conversion import to_text
from keyturn.flows.errors import ErrorDetail
from keyturn.flows.json import Values

from .compiled import CompiledAction, CompiledRequest, CompiledState
from .exchanges import Refused, Way
from .failures import is_page

_NEVER_SEEN = "There is nothing by this name, and it is not known whether there was when the request was sent."
_GONE_OR_NEVER = "The request before got no answer: it has taken it away, or it never was there."
_WHERE_IT_IS_GONE = "Look in the app. The card's option Ensure takes it for a success in either case."


@dataclass(frozen=True, slots=True)
class Gone:
    """What is asked for one attempt at an action.

    Attributes:
        roots: what references see; answers are added while the attempt goes on.
        seen: it was there before an attempt whose answer was lost.
    """

    way: Way
    action: CompiledAction
    roots: Values
    seen: bool

    async def by_this(self, state: CompiledState, *, missed: bool) -> bool | None:
        """Whether what a look does not show any more was taken away. Nothing was taken from nobody, nor out of what is
        not there: the app must have refused that, and says so if it is asked again. Of what nobody has seen before it
        is not known whether there was any.

        Args:
            missed: the look found nothing at its address.
        """
        if self.seen:
            return True
        who, holder = (self._elsewhere(one, state, missed) for one in (self.action.who, self.action.holder))
        if who is not None and await self.is_there(who) is False:
            return False
        held = await self.is_there(holder) if holder is not None else None
        if held is False or not missed:
            return held is not False
        return True if held and not self.action.must_be_seen else None

    def _elsewhere(self, request: CompiledRequest | None, state: CompiledState, missed: bool) -> CompiledRequest | None:
        """A request that tells more than the look: not one at what that has shown, or has missed."""
        if request is None or request.one(self.roots).path == state.request.one(self.roots).path:
            return None
        return None if not missed and self.is_at(request, state) else request

    def is_missing(self, refusal: Refused, asked: CompiledRequest | None) -> bool:
        """Whether the app refuses to take away what it has not got."""
        return self.action.takes_away and self.action.absent(refusal, self.roots, asked)

    async def taken_away(self) -> bool:
        """What is sent again is refused for what the request before, which got no answer, may have taken away: that it
        did is known where it was seen before. Of what is not looked for it is known if the person, and what they are
        taken out of, are there. Else it may never have been."""
        if self.seen or self.action.must_be_seen:
            return self.seen
        told = [one for one in (self.action.who, self.action.holder) if one is not None]
        return bool(told) and all([await self.is_there(one) is True for one in told])

    async def is_there(self, request: CompiledRequest) -> bool | None:
        """Whether there is somebody, where the refusal may have been about what they have not got, or what they have
        not got; None if nobody knows."""
        [outgoing] = request.made(self.roots)
        found = await self.way.ask(outgoing)
        if isinstance(found, Refused):
            return False if found.status in (404, 410) and not is_page(found.answer["body"]) else None
        return True if isinstance(found, dict) and not is_page(found["body"]) else None

    def is_at(self, request: CompiledRequest, state: CompiledState) -> bool:
        """Whether a look is at what a request asks for, or at what belongs to it."""
        place, looked_at = request.one(self.roots).path, state.request.one(self.roots).path
        return looked_at == place or looked_at.startswith(f"{place}/")

    async def holder_is_gone(self, state: CompiledState) -> bool:
        """Whether what somebody was to be taken out of is certainly not there, unless the look was at just that."""
        holder = self.action.holder
        if holder is None or holder.one(self.roots).path == state.request.one(self.roots).path:
            return False
        return await self.is_there(holder) is False

    def never_seen(self) -> ErrorDetail:
        """What is said where a look finds nothing, and nobody has looked before."""
        return ErrorDetail(_NEVER_SEEN, code="outcome-unknown")

    def or_never_was(self, error: ErrorDetail) -> ErrorDetail:
        """The refusal where the request before may have taken it away, or there was nothing."""
        return replace(error, why=_GONE_OR_NEVER, mend=_WHERE_IT_IS_GONE)

    def not_given(self, error: ErrorDetail) -> ErrorDetail:
        """The refusal where the person is there: what they were to be given is not."""
        assert self.action.given is not None
        given = to_text(self.action.given(self.roots))
        why = f"{self._whom()} is there: what is not, or is not shown to this connection, is {given}."
        return replace(error, why=why, mend="Check what the card is given.", field=self.action.names_given)

    def not_shown(self, error: ErrorDetail) -> ErrorDetail:
        """The refusal where what somebody was to be taken out of may be there all the same, and they in it."""
        holder = to_text(self.action.holder_called(self.roots))
        why = (
            f"It does not tell whether {self._whom()} is gone: {holder} is not there, or not shown to this connection."
        )
        mend = "Check its name. If it is right, give the connection's account the right to manage it."
        return replace(error, why=why, mend=mend, field=self.action.names_holder)

    def _whom(self) -> str:
        person, inputs = self.action.model.effect.person, self.roots["inputs"]
        return to_text(inputs.get(person)) if person is not None and isinstance(inputs, dict) else ""
