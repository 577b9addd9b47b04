"""Checks of what a card does besides its work: calling helper flows, and dealing with errors."""

from __future__ import annotations

from .check_values import Say, ValueCheck
from .document import KINDS, Call, Card, Flow, OnError, Retry, walk_cards
from .interface import FlowInterface, World, interface_of
from .problems import Severity
from .said import NO_PARTS, Parts
from .scope import Path
from .spec import CardSpec, Catalogue, Takes
from .suggest import did_you_mean, shown

_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_LONGEST_WAIT = 366 * 86400.0


class CallCheck:
    """Checks ``call`` and ``on_error`` of cards."""

    def __init__(self, say: Say, flow: Flow, catalogue: Catalogue, world: World | None) -> None:
        self._say = say
        self._flow = flow
        self._own = interface_of(flow, catalogue)
        self._world = world

    def call(self, card: Card, spec: CardSpec, values: ValueCheck, path: Path) -> None:
        """The helper flow that a card calls.

        Args:
            values: checks values as the call sees them.
        """
        calls = spec.calls or spec.signature(card.options).streams
        if card.do and card.call is None and not any(map(_gives, walk_cards(card.do))):
            here = (*path, "do")
            self._gives_nothing("not-returned/by-body", spec, "The cards under do give nothing", here, card.id)
        here = (*path, "call")
        if card.call is None:
            if calls and not card.do:
                other = " or cards under do" if spec.body else ""
                what = f"{spec.title} needs a helper flow{other}."
                said, parts = "missing-call/or-cards" if spec.body else "missing-call", {"title": spec.title}
                self._say(said, what, "Add call:.", path, card.id, "call", parts=parts)
            return
        if not calls:
            what, parts = f"{spec.title} calls no flow.", {"title": spec.title}
            self._say("needless-call", what, "Take call away.", here, card.id, "call", parts=parts)
            return
        target = self._target(card.call, values, here, card.id)
        if target is None:
            return
        if not target.outputs:
            what, parts = f"{card.call.flow!r} returns nothing", {"flow": card.call.flow}
            self._gives_nothing("not-returned/by-flow", spec, what, here, card.id, parts)
        if len(target.outputs) > 1 and spec.rounds is not None and spec.rounds.takes is Takes.FLAG:
            what = f"{spec.title} takes one true or false, and {card.call.flow!r} returns several fields."
            mend, parts = "Let it return one field.", {"title": spec.title, "flow": card.call.flow}
            self._say("not-returned/several", what, mend, here, card.id, "call", Severity.WARNING, parts)
        if not spec.free_outputs:
            return
        for name in card.outputs:
            if name not in target.outputs:
                what = f"{card.call.flow!r} does not return {shown(name)}; the output will be null."
                mend = did_you_mean(name, sorted(target.outputs), "It returns", "It returns nothing.")
                place, parts = (*path, "outputs", name), {"flow": card.call.flow, "name": name}
                self._say("not-returned", what, mend, place, card.id, name, Severity.WARNING, parts)

    def _gives_nothing(
        self, said: str, spec: CardSpec, what: str, path: Path, card: str, parts: Parts = NO_PARTS
    ) -> None:
        """A round that gives nothing, where the card makes something of what it gives."""
        if spec.rounds is not None and spec.rounds.takes is not Takes.NOTHING:
            mend = "End it with Return, which under do has leave: branch."
            what, parts = f"{what}, and {spec.title} takes what it gives.", {**parts, "title": spec.title}
            self._say(said, what, mend, path, card, "call", Severity.WARNING, parts)

    def on_error(self, card: Card, values: ValueCheck, path: Path) -> None:
        """What happens when a card fails.

        Args:
            values: checks values as they are seen there, with ``error``.
        """
        on_error = card.on_error
        if on_error is None:
            return
        here = (*path, "on_error")
        self._combination(card, on_error, here)
        values.free(on_error.values, (*here, "values"))
        if on_error.call is not None:
            self._target(on_error.call, values, (*here, "call"), card.id)
        if on_error.then == "continue" and "error" in {*card.outputs, *on_error.values}:
            what = "With then: continue the card has an output 'error' already: what went wrong."
            self._say("reserved-output/error", what, "Choose another name.", here, card.id, "error")
        if on_error.retry is not None:
            self._retry(on_error.retry, (*here, "retry"), card.id)

    def _combination(self, card: Card, on_error: OnError, path: Path) -> None:
        if on_error.values and on_error.then not in ("return", "continue"):
            what = f"values have no meaning with then: {on_error.then}."
            mend = "Use then: return or then: continue, or take values away."
            self._say("bad-on-error/values", what, mend, (*path, "values"), card.id, "on_error")
        if on_error.then == "call" and on_error.call is None:
            what = "then: call needs call: the flow to end with."
            self._say("bad-on-error/no-call", what, "Write call: too.", path, card.id, "on_error")
        if on_error.call is not None and on_error.then not in ("call", "continue"):
            what = f"call has no meaning with then: {on_error.then}."
            mend = "Use then: call or then: continue, or take call away."
            self._say("bad-on-error/call", what, mend, (*path, "call"), card.id, "on_error")

    def _retry(self, retry: Retry, path: Path, card: str) -> None:
        self._wait(retry.wait, (*path, "wait"), card)
        for status, wait in retry.waits.items():
            here = (*path, "waits", status)
            known = status in KINDS or (status.isdigit() and retry.covers(int(status)))
            if not known:
                what = f"There is a wait for {shown(status)}, which is not tried again."
                mend, parts = "Name it under on: too, or take the wait away.", {"status": status}
                self._say("bad-wait/untried", what, mend, here, card, "waits", parts=parts)
            self._wait(wait, here, card)

    def _wait(self, text: str, path: Path, card: str) -> None:
        least, *most = (_seconds(part) for part in text.split(".."))
        if most and most[0] < least:
            what = f"The longest wait of {text!r} is shorter than the shortest."
            mend, parts = "Write the shorter one first: 1s..30s.", {"value": text}
            self._say("bad-wait/order", what, mend, path, card, "wait", parts=parts)
        if max([least, *most]) > _LONGEST_WAIT:
            self._say("bad-wait/long", "The wait is over a year.", "Wait 366 days at most.", path, card, "wait")

    def _target(self, call: Call, values: ValueCheck, path: Path, card: str) -> FlowInterface | None:
        """The flow that is called, with its inputs checked; None if it cannot be called or is not known."""
        target = self._interface(call.flow)
        given = (*path, "with")
        values.free(call.with_, given, target.inputs if target else None)
        if self._world is None:
            return None
        here, parts = (*path, "flow"), {"flow": call.flow}
        if target is None:
            what = f"There is no flow {call.flow!r}."
            self._say("unknown-flow", what, "Publish it together with this one.", here, card, "call", parts=parts)
            return None
        if not target.callable:
            what = f"{call.flow!r} is no helper flow: an event of its own starts it."
            self._say("not-a-helper", what, "Call a flow whose event is helper.", here, card, "call", parts=parts)
            return None
        for name in call.with_:
            if name not in target.inputs:
                what = f"{call.flow!r} has no input {shown(name)}."
                mend = did_you_mean(name, target.inputs, "It takes", "It takes none.")
                self._say("unknown-input/flow", what, mend, (*given, name), card, name, parts={**parts, "name": name})
        for name in target.inputs:
            if name not in call.with_:
                what = f"{call.flow!r} is not given {name!r}; it will be null."
                mend, named = "Give it under with:.", {**parts, "name": name}
                self._say("missing-input/flow", what, mend, path, card, name, Severity.WARNING, named)
        self._circle(call.flow, path, card)
        return target

    def _interface(self, flow_id: str) -> FlowInterface | None:
        if self._world is None:
            return None
        return self._own if flow_id == self._flow.id else self._world.flow(flow_id)

    def _circle(self, called: str, path: Path, card: str) -> None:
        """Helper flows that lead back to this one: allowed, and often not meant."""
        waiting, seen = [called], set[str]()
        while waiting:
            flow_id = waiting.pop()
            if flow_id == self._flow.id:
                what = f"Calling {called!r} leads back to this flow."
                mend = "Make sure that the circle ends; 250 levels are the most."
                self._say("helper-circle", what, mend, path, card, "call", Severity.WARNING, {"flow": called})
                return
            if flow_id not in seen:
                seen.add(flow_id)
                interface = self._interface(flow_id)
                waiting += interface.calls if interface else ()


def _gives(card: Card) -> bool:
    """Whether a card in a body ends a round with what it gives."""
    return card.card in ("flow.return", "flow.return_if") and card.options.get("leave") == "branch"


def _seconds(text: str) -> float:
    """The length of one part of a wait that the document model has let through."""
    number = text.rstrip("mshd")
    return float(number) * _SECONDS[text[len(number) :]]
