"""Whether a thing that is found was made since a request went out, or had been there before."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from keyturn.flows.actions import Proof
from keyturn.flows.json import JSON, Values
from keyturn.flows.spec import EffectClass

from .manifest import ActionModel
from .proofs import place_in_answer
from .readable import inputs_of
from .state_models import StateModel
from .templates import compile_raw

_SECOND = timedelta(seconds=1)
# How far clocks may be apart where the app does not tell the time of its own.
_APART = timedelta(minutes=5)
_POST = "POST"


@dataclass(frozen=True, slots=True)
class Moments:
    """By our own clock, when the request went out that a look is about, and when the look was answered.

    Attributes:
        sent: None where it was not written down.
    """

    sent: datetime | None
    answered: datetime


@dataclass(frozen=True, slots=True)
class Age:
    """What the app tells of when a thing was made.

    Attributes:
        since: whether it was made since a request went out; None if that cannot be told.
        told: when, in words; empty if the app does not say.
        proof: where that stands.
    """

    since: bool | None
    told: str
    proof: Proof | None


class Making:
    """What the app tells of when a thing was made.

    Args:
        created: where it stands.
    """

    def __init__(self, created: str) -> None:
        self._created = compile_raw(created)
        self._place = place_in_answer(created)

    def since(self, roots: Values, moments: Moments) -> bool | None:
        """Whether it was made since the request went out; None if that cannot be told.

        Apps tell times in whole seconds: what was made in the second before counts as made since.
        """
        created, sent = _read(self._created(roots)), moments.sent
        if created is None or sent is None:
            return None
        now = _clock_of(roots)
        if now is None:
            return False if created < sent - _APART else None
        # by the app's own clock, so that it does not matter how ours goes
        first = now - (moments.answered - sent)
        return created + _SECOND > first

    def proof(self, roots: Values) -> Proof | None:
        """When it was made, as the app has it."""
        created = self._created(roots)
        return Proof(self._place, created) if self._place is not None and created is not None else None

    def told(self, roots: Values) -> str:
        """When it was made, in words; empty if the app does not say."""
        created = _read(self._created(roots))
        return f"{created.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC" if created is not None else ""


def _read(value: JSON) -> datetime | None:
    """An instant; None for what is none, or says no zone."""
    if not isinstance(value, str):
        return None
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None


def _clock_of(answer: Values) -> datetime | None:
    """The app's time when it answered (RFC 9110, section 6.6.1)."""
    headers = answer.get("headers")
    said = headers.get("date") if isinstance(headers, dict) else None
    try:
        found = parsedate_to_datetime(said) if isinstance(said, str) else None
    except ValueError:
        return None
    return found.astimezone(UTC) if found is not None and found.tzinfo is not None else None


def check_making(action: ActionModel, inputs: Collection[str]) -> Iterator[tuple[str, str]]:
    """What is wrong with how an action tells that what is there is what it made, and how to mend it.

    Args:
        inputs: names of its inputs.
    """
    state = action.state
    if state is None:
        return
    if state.anew and not state.created:
        yield "it is done anew, and nothing says when it was done last.", "Say created: with where the app tells that."
    if state.anew and state.first:
        yield "what is done anew is never so before, so that there is nothing to look at first.", "Leave first out."
    said = _said(state)
    if len(said) > 1:
        yield f"{said[0]} and {said[1]} cannot both be true.", f"Say one of {', '.join(said)}."
    elif not said and _makes(action, state, inputs):
        yield (
            "one like it may have been there before: nothing says how to tell it from what was made.",
            "Say created: with where the app tells when it was made; may_be_older: true if it does not; or belongs: "
            "true for what belongs to what the inputs name, as a membership or a role does.",
        )


def _said(state: StateModel) -> list[str]:
    there = {"created": bool(state.created), "may_be_older": state.may_be_older, "belongs": state.belongs}
    return [name for name, given in there.items() if given]


def _makes(action: ActionModel, state: StateModel, inputs: Collection[str]) -> bool:
    """Whether it makes something that is looked up elsewhere than at what the request is sent to. ``POST
    /people/eva/suspend`` makes nothing that ``GET /people/eva`` would find. Of a path with a mistyped input nobody
    knows."""
    effect = action.effect
    if effect.effect is not EffectClass.CHANGE or effect.repeatable or action.idempotency is not None:
        return False
    paths = [state.request.path, *(step.path for step in action.steps)]
    if any(name not in inputs for path in paths for name in inputs_of(path)):
        return False
    looked = f"{state.request.path.rstrip('/')}/"
    return any(
        step.method == _POST and not step.repeatable and not step.path.startswith(looked) for step in action.steps
    )
