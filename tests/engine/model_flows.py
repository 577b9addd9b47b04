"""Flows for the model: shapes made of few kinds of steps, as documents and as the model reads them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from keyturn.flows.json import JSON, Values

ROUNDS = 3
WAIT_SECONDS = 60
RETRIES = 2
MOST_REPEATS = 3  # attempts of an effect that may be repeated, while its outcome stays unknown


class Step(StrEnum):
    READ = "read"
    ASK = "ask"  # a change that must not be repeated
    REPEAT = "repeat"  # a change whose author allows it
    ENSURE = "ensure"  # a change that is declared repeatable
    RETRY = "retry"  # a change that is tried again on 429
    TOLERANT = "tolerant"  # a change whose failure is passed over
    WAIT = "wait"
    CALL = "call"
    LATER = "later"
    EACH = "each"  # rounds one after the other
    TWO_LANES = "two_lanes"  # rounds, two at a time
    ROW = "row"  # a new row of a table, made by the commit that records it
    ONCE = "once"  # the same, of which there is one in the whole table
    PAUSE = "pause"  # until somebody resumes it, or its time is over


EFFECTS = frozenset({Step.READ, Step.ASK, Step.REPEAT, Step.ENSURE, Step.RETRY, Step.TOLERANT})
LOOPS = frozenset({Step.EACH, Step.TWO_LANES})
RIDES = frozenset({Step.ROW, Step.ONCE})
_CARDS = {Step.READ: "app.read", Step.ENSURE: "app.ensure"}
_ON_ERROR: dict[Step, Values] = {
    Step.REPEAT: {"unknown": "repeat"},
    Step.RETRY: {"retry": {"times": RETRIES, "wait": "10ms", "on": [429]}},
    Step.TOLERANT: {"then": "continue"},
}


def may_repeat(step: Step) -> bool:
    """Whether an effect of this step may be sent again without a word from a person."""
    return step in (Step.READ, Step.REPEAT, Step.ENSURE)


@dataclass(frozen=True, slots=True)
class Shape:
    """One version of a flow."""

    steps: tuple[Step, ...]

    def cards(self) -> list[tuple[str, Step]]:
        """Card ids and steps, in order."""
        return [(f"{step.value}_{number}", step) for number, step in enumerate(self.steps)]

    def document(self, flow_id: str, helper: str, table: str, version: int) -> Values:
        """The flow. ``version`` is sent with each request, so that the app sees which one it comes from."""
        cards: list[JSON] = [_card(card, step, helper, table, version) for card, step in self.cards()]
        given: Values = {card: f"{{{{ {card}.body.n }}}}" for card, step in self.cards() if step in EFFECTS}
        cards.append({"id": "give", "card": "flow.return", "inputs": given})
        return {"id": flow_id, "name": f"{flow_id} {version}", "event": {"card": "manual"}, "cards": cards}


def _card(card_id: str, step: Step, helper: str, table: str, version: int) -> Values:
    call: Values = {"flow": helper, "with": {}}
    match step:
        case Step.WAIT:
            return {"id": card_id, "card": "flow.wait", "inputs": {"delay": WAIT_SECONDS, "unit": "second"}}
        case Step.PAUSE:
            return {"id": card_id, "card": "flow.pause", "inputs": {"limit": WAIT_SECONDS, "unit": "second"}}
        case Step.ROW | Step.ONCE:
            fields: Values = {"Card": card_id}  # and its run, which no outcome that is kept may depend on
            fields |= {"Once": "one"} if step is Step.ONCE else {}
            return {"id": card_id, "card": "table.create_row", "inputs": {"table": table, "fields": fields}}
        case Step.CALL:
            return {"id": card_id, "card": "flow.call", "call": call}
        case Step.LATER:
            return {"id": card_id, "card": "flow.call_async", "call": call}
        case Step.EACH | Step.TWO_LANES:
            inputs: Values = {"list": [*range(ROUNDS)], "at_once": 1 if step is Step.EACH else 2}
            return {"id": card_id, "card": "list.for_each", "inputs": inputs, "do": [_effect("send", step, version)]}
        case _:
            return _effect(card_id, step, version)


def _effect(card_id: str, step: Step, version: int) -> Values:
    return {
        "id": card_id,
        "card": _CARDS.get(step, "app.change"),
        "inputs": {"url": "/x", "body": {"version": version}},
        "on_error": _ON_ERROR.get(step, {}),
    }
