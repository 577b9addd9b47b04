"""Checks of a card's shape: what its declaration allows besides values."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches

from .check_values import Path, Say
from .document import Branch, Card, OnError
from .interface import World
from .json import JSON
from .problems import Severity
from .spec import CardSpec

_LANES = {"when": ("when", "otherwise"), "try": ("try", "catch")}


class CardCheck:
    """Checks connection, options, branches, calls and error handling of cards."""

    def __init__(self, say: Say, world: World | None) -> None:
        self._say = say
        self._world = world

    def connection(self, spec: CardSpec, connection: str | None, path: Path, card: str | None) -> None:
        """The connection that an action or event uses."""
        here = (*path, "connection")
        if spec.connector is None:
            if connection is not None:
                what = f"{spec.title} uses no connection."
                self._say("needless-connection", what, "Take it away.", here, card, "connection")
            return
        if connection is None:
            what = f"{spec.title} needs a connection of {spec.connector}."
            self._say("missing-connection", what, "Add connection: with the name of one.", path, card, "connection")
            return
        if self._world is None or not self._world.knows_connections():
            return
        connector = self._world.connection(connection)
        if connector is None:
            what = f"There is no connection {connection!r}."
            mend = "Make it, or choose another: keyturn connections list."
            self._say("unknown-connection", what, mend, here, card, "connection")
        elif connector != spec.connector:
            what = (
                f"The connection {connection!r} is one of {connector}, and {spec.title} needs one of {spec.connector}."
            )
            self._say("wrong-connection", what, f"Choose a connection of {spec.connector}.", here, card, "connection")

    def options(self, spec: CardSpec, options: Mapping[str, JSON], path: Path, card: str | None) -> None:
        """Options and their choices."""
        declared = {option.name: option for option in spec.options}
        for name, value in options.items():
            option = declared.get(name)
            here = (*path, name)
            if option is None:
                has = f"It has: {', '.join(declared)}." if declared else "It has none."
                near = get_close_matches(name, list(declared), 1)
                mend = f"Did you mean {near[0]!r}? {has}" if near else has
                self._say("unknown-option", f"{spec.title} has no option {name!r}.", mend, here, card, name)
            elif option.choices and value not in [choice.value for choice in option.choices]:
                mend = f"Choose one of: {', '.join(str(choice.value) for choice in option.choices)}."
                self._say("unknown-choice", f"{value!r} is no choice for {name!r}.", mend, here, card, name)

    def shape(self, card: Card, spec: CardSpec, path: Path) -> None:
        """Outputs, branches, bodies and error handling."""
        if card.outputs and not spec.free_outputs:
            what = f"What {spec.title} gives is fixed."
            self._say("outputs-not-free", what, "Take outputs away.", (*path, "outputs"), card.id, "outputs")
        if card.branches and not spec.lanes:
            what = f"{spec.title} has no branches."
            self._say("needless-branches", what, "Take them away.", (*path, "branches"), card.id, "branches")
        if card.do and not spec.body:
            what = f"{spec.title} has no body."
            self._say("needless-body", what, "Take do away.", (*path, "do"), card.id, "do")
        if spec.lanes:
            self._lanes(card, spec, path)
        if card.on_error is not None:
            self._on_error(card, card.on_error, (*path, "on_error"))

    def _lanes(self, card: Card, spec: CardSpec, path: Path) -> None:
        kinds = [_kind(branch) for branch in card.branches]
        here = (*path, "branches")
        for number, kind in enumerate(kinds):
            if kind not in _LANES[spec.lanes]:
                words = " or ".join(_LANES[spec.lanes])
                what = f"A branch of {spec.title} is marked by {words}, and by one of them only."
                self._say("bad-branch", what, f"Mark it by {words}.", (*here, number), card.id, "branches")
        if spec.lanes == "try" and sorted(kinds) != ["catch", "try"]:
            what = f"{spec.title} has exactly one branch with try and one with catch."
            self._say("bad-branch", what, "Write both, each once.", here, card.id, "branches")
        if spec.lanes == "when":
            self._when_lanes(card, spec, kinds, here)
        for number, branch in enumerate(card.branches):
            for name in card.outputs:
                if name not in branch.set and not _returns(branch):
                    what = f"This branch does not set the output {name!r}; it will be null."
                    place = (*here, number)
                    self._say("output-not-set", what, "Set it, or leave it so.", place, card.id, name, Severity.WARNING)

    def _when_lanes(self, card: Card, spec: CardSpec, kinds: list[str], path: Path) -> None:
        if not kinds:
            what = f"{spec.title} has no branch."
            self._say("bad-branch", what, "Add a branch with when.", path, card.id, "branches")
        if "otherwise" in kinds[:-1]:
            what = "Only the last branch may be marked otherwise: those behind it are never taken."
            self._say("bad-branch", what, "Move it to the end.", path, card.id, "branches")

    def _on_error(self, card: Card, on_error: OnError, path: Path) -> None:
        if on_error.values and on_error.then not in ("return", "continue"):
            what = f"values have no meaning with then: {on_error.then}."
            mend = "Use then: return or then: continue, or take values away."
            self._say("bad-on-error", what, mend, (*path, "values"), card.id, "on_error")
        if (on_error.call is not None) != (on_error.then == "call"):
            what = "then: call and call: belong together."
            self._say("bad-on-error", what, "Write both, or neither.", path, card.id, "on_error")
        if on_error.call is not None:
            self._target(on_error.call.flow, on_error.call.with_, (*path, "call"), card.id)

    def call(self, card: Card, spec: CardSpec, path: Path) -> None:
        """The helper flow that a card calls."""
        here = (*path, "call")
        if card.call is None:
            if spec.calls and not card.do:
                other = " or cards under do" if spec.body else ""
                what = f"{spec.title} needs a helper flow{other}."
                self._say("missing-call", what, "Add call:.", path, card.id, "call")
            return
        if not spec.calls:
            self._say("needless-call", f"{spec.title} calls no flow.", "Take call away.", here, card.id, "call")
            return
        if card.do:
            what = "A loop has either a helper flow or cards of its own."
            self._say("call-and-do", what, "Take call or do away.", here, card.id, "call")
        self._target(card.call.flow, card.call.with_, here, card.id)

    def _target(self, flow_id: str, given: Mapping[str, JSON], path: Path, card: str) -> None:
        if self._world is None:
            return
        target = self._world.flow(flow_id)
        if target is None:
            what = f"There is no flow {flow_id!r}."
            self._say("unknown-flow", what, "Publish it together with this one.", (*path, "flow"), card, "call")
            return
        if not target.callable:
            what = f"{flow_id!r} is no helper flow: an event of its own starts it."
            self._say("not-a-helper", what, "Call a flow whose event is helper.", (*path, "flow"), card, "call")
        for name in given:
            if name not in target.inputs:
                has = f"It takes: {', '.join(target.inputs)}." if target.inputs else "It takes none."
                what = f"{flow_id!r} has no input {name!r}."
                self._say("unknown-input", what, has, (*path, "with", name), card, name)
        for name in target.inputs:
            if name not in given:
                what = f"{flow_id!r} is not given {name!r}; it will be null."
                self._say("missing-input", what, "Give it under with:.", path, card, name, Severity.WARNING)


def _kind(branch: Branch) -> str:
    marks = {
        "when": branch.when is not None,
        "otherwise": branch.otherwise is not None,
        "try": branch.try_ is not None,
        "catch": branch.catch is not None,
    }
    chosen = [name for name, marked in marks.items() if marked]
    return chosen[0] if len(chosen) == 1 else ""


def _returns(branch: Branch) -> bool:
    return any(card.card in ("flow.return", "error.return_error") for card in branch.cards)
