"""What refusals of an action's requests say, and of which of them: one of a group says nothing of a person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from keyturn.flows.json import JSON, Values

from .concerned import Said
from .conditions import ConditionModel
from .readable import inputs_of, readable
from .request_models import RequestModel
from .state_models import RefusalModel
from .templates import Condition, compile_condition

_KNOWN_BEFORE = frozenset({"inputs", "options"})


class Step(Protocol):
    """A request of an action."""

    model: RequestModel


class Refusal(Protocol):
    """What the app said no by."""

    @property
    def status(self) -> int: ...
    @property
    def code(self) -> str: ...
    @property
    def said(self) -> Said: ...


class Refusals:
    """Those that say the same.

    Args:
        steps: the requests of the action.
        person: the input whose absence they tell; None where they do not.
    """

    def __init__(self, models: Sequence[RefusalModel], steps: Sequence[Step], person: str | None = None) -> None:
        self._known = [(one, [compile_condition(condition) for condition in one.when]) for one in models]
        self._steps = steps
        self._sent = [_before(step.model.when) for step in steps] if len(steps) > 1 else []
        self._of_person = [names_only(step.model.path, person) for step in steps]

    def matching(self, refusal: Refusal, roots: Values, step: Step | None) -> RefusalModel | None:
        """The first that fits.

        Args:
            step: the request that was refused.
        """
        for one, when in self._known:
            fits = one.status == refusal.status and one.code in (None, refusal.code)
            fits = fits and (one.says is None or one.says.casefold() in refusal.said.text.casefold())
            if fits and all(condition(roots) for condition in when) and self._is_of(one, step, roots):
                return one
        return None

    def _is_of(self, one: RefusalModel, step: Step | None, roots: Values) -> bool:
        if step is None or len(self._steps) < 2:
            return True
        if one.of:
            return step.model.name in one.of
        place = self._steps.index(step)
        later = self._sent[place + 1 :]
        last = not any(all(condition(roots) for condition in when) for when in later)
        return last or self._of_person[place]


def names_only(raw: JSON, person: str | None) -> bool:
    """Whether a person is all that a path, or a part of a request, names: what is not there is nobody."""
    return person is not None and inputs_of(raw) == {person}


def asks_only(request: RequestModel, person: str | None) -> bool:
    """Whether a person is all that a request names in its path and its query."""
    return names_only([request.path, *request.query.values()], person)


def is_below(path: str, person: str | None) -> bool:
    """Whether a path leads to something below a person, who is all that it names: that may go, and the person stays."""
    return names_only(path, person) and inputs_of(path.rpartition("/")[2]) != {person}


def _before(when: Sequence[ConditionModel]) -> list[Condition]:
    """What tells, before anything is asked, whether a request is sent; what goes by answers is taken to be."""
    return [
        compile_condition(one)
        for one in when
        if {reference.root for reference in readable(one.model_dump(mode="json")).references} <= _KNOWN_BEFORE
    ]
