"""What a card that has begun was given, as far as the history of its run tells: its own entry is written when it ends.

It is computed from what is shown of the event and of the cards before, so that it is masked and cut as that is.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from keyturn.flows.json import JSON, Values

from .context import roots_of
from .inputs import Inputs
from .masking import Masker, beginning_of, names_masked
from .plan import Plan, StepPlan
from .ports import Run, TraceEntry
from .rounds import pairs_of
from .secrets import WHOLE, SecretPlaces

_CALLS_ONCE = frozenset({"flow.call", "flow.call_async"})
_COMPOSE = "text.compose"  # addresses are made of what it is made of


@dataclass(frozen=True, slots=True)
class Seen:
    """What a card sees, as it is shown.

    Attributes:
        masker: knows the secrets of the event.
        secrets: where in the values something is masked.
    """

    values: Values
    masker: Masker
    secrets: SecretPlaces

    def within(self, step: StepPlan, number: int) -> Seen:
        """What the cards in a round of a loop see, whatever they give each other."""
        values: Values = {**self.values, "index": number}
        for name in ("item", "memo", "record"):  # those of a loop around are not those of this round
            values.pop(name, None)
        items = _items(step, self.given(step))
        if number < _kept(items):
            values["item"] = items[number]
        seen = replace(self, values=values)
        if step.inputs.made_from(self.secrets):
            self.secrets.add("item", (WHOLE,))
        return seen

    def add(self, entries: Iterable[TraceEntry], steps: dict[str, StepPlan]) -> None:
        """Take in what cards have given."""
        for entry in entries:
            step = steps.get(entry.card_id)
            if step is None or not isinstance(entry.outputs, dict):
                continue
            if step.key == _COMPOSE and not step.inputs.are_known(self.values):
                continue
            self.values[entry.card_id] = entry.outputs
            self.secrets.add(entry.card_id, names_masked(entry.outputs))

    def given(self, step: StepPlan) -> Values:
        """What a card was given, without what cannot be told."""
        inputs = _inputs_of(step)
        return self.masker.show_made(inputs.resolve_known(self.values), inputs.made_from(self.secrets) | step.hidden)


def seen_first(run: Run, plan: Plan, masker: Masker, event: Values) -> Seen:
    """What the first card of a run sees.

    Args:
        event: what the event gave, as it is shown.
    """
    secrets = SecretPlaces()
    secrets.add("event", plan.secret_fields | run.secret_event)
    return Seen(roots_of(replace(run, event=event), plan, run.started_at), masker, secrets)


def _inputs_of(step: StepPlan) -> Inputs:
    return step.call.with_ if step.call is not None and step.key in _CALLS_ONCE else step.inputs


def _items(step: StepPlan, given: Values) -> list[JSON]:
    """What the rounds of a loop are over, as far as that is known before it goes through them."""
    over_object, items = given.get("object"), given.get("list")
    if step.streams:
        return []
    if isinstance(over_object, dict):
        return pairs_of(over_object)
    return items if isinstance(items, list) else []


def _kept(items: list[JSON]) -> int:
    beginning = beginning_of(items)
    return len(items) if beginning is None else beginning.kept
