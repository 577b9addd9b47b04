"""What a look shows to stand in the way of what an ensure form was to find or to bring about."""

from __future__ import annotations

from dataclasses import replace

from keyturn.flows.conversion import to_text
from keyturn.flows.errors import ErrorDetail
from keyturn.flows.json import Values

from .state_models import ObstacleModel
from .templates import compile_condition, compile_raw


class Obstacle:
    """One such thing: why a refusal stands, and what to do about it."""

    def __init__(self, model: ObstacleModel) -> None:
        self._when = [compile_condition(one) for one in model.when]
        self._why, self._mend = compile_raw(model.why), compile_raw(model.mend)

    def stands(self, so: bool | None, looked: Values) -> bool:
        """Whether it stands in the way.

        Args:
            so: what the look says; None if that told nothing.
            looked: what conditions see of its answer; empty where none could be used.
        """
        if not self._when:
            return so is False
        return bool(looked) and all(condition(looked) for condition in self._when)

    def told(self, error: ErrorDetail, looked: Values) -> ErrorDetail:
        """The refusal, with why it stands."""
        return replace(error, why=to_text(self._why(looked)), mend=to_text(self._mend(looked)))
