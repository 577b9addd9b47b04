"""The checker: everything that is wrong with a flow, at once.

It goes through the document once, in order, with the scope that each card has where it stands.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from difflib import get_close_matches

from .check_card import CardCheck
from .check_values import ValueCheck
from .document import Branch, Card, Flow
from .interface import FlowInterface, World, interface_of, read_type
from .problems import Problem, Severity
from .scope import ANYTHING, FLOW_FIELDS, POSITION, RESERVED, RUN_FIELDS, Fields, Scope, outputs_of
from .spec import CardKind, Catalogue
from .types import Type, TypeSyntaxError

Path = tuple[str | int, ...]

__all__ = ["FlowInterface", "World", "check", "interface_of"]


def check(flow: Flow, catalogue: Catalogue, world: World | None = None) -> list[Problem]:
    """All problems of a flow, in the order of the document.

    Args:
        world: other flows and connections; without it they are not judged.
    """
    return _Checker(flow, catalogue, world).run()


class _Checker:
    def __init__(self, flow: Flow, catalogue: Catalogue, world: World | None) -> None:
        self._flow = flow
        self._catalogue = catalogue
        self._world = world
        self._problems: list[Problem] = []

    def run(self) -> list[Problem]:
        ids = frozenset(card.id for card in self._flow.walk())
        roots = {"run": Fields(RUN_FIELDS), "flow": Fields(FLOW_FIELDS), "event": self._event()}
        self._ids()
        scope = self._cards(self._flow.cards, Scope(roots, ids), ("cards",), looped=False)
        if self._flow.about is not None:
            self._values(scope, ("about",), None).raw(self._flow.about, read_type("text"), "about", ("about",))
        self._circles()
        return self._problems

    def _event(self) -> Fields:
        event = self._flow.event
        spec = self._catalogue.get(event.card)
        path = ("event", "card")
        if spec is None or spec.kind is not CardKind.EVENT:
            what = f"There is no event card {event.card!r}." if spec is None else f"{event.card!r} starts no flow."
            known = [one.key for one in self._catalogue.all() if one.kind is CardKind.EVENT]
            self._say("unknown-card", what, _choose(event.card, known, "event cards"), path, field="event")
            return ANYTHING
        self._types(event.outputs, ("event", "outputs"), None)
        if event.outputs and not spec.free_outputs:
            what = f"What {spec.title} gives is fixed."
            mend = "Take outputs away from the event."
            self._say("outputs-not-free", what, mend, ("event", "outputs"), field="outputs")
        CardCheck(self._say, self._world).connection(spec, event.connection, ("event",), None)
        CardCheck(self._say, self._world).options(spec, event.options, ("event", "options"), None)
        known = {output.name: output.type for output in spec.signature(event.options).outputs}
        return Fields(known | {name: read_type(text) for name, text in event.outputs.items()})

    def _ids(self) -> None:
        seen: set[str] = set()
        for card, path in _walk(self._flow.cards, ("cards",)):
            if card.id in RESERVED:
                what = f"{card.id!r} cannot be the id of a card: it means something else in references."
                self._say("reserved-id", what, "Choose another id.", (*path, "id"), card.id, "id")
            if card.id in seen:
                what = f"Two cards have the id {card.id!r}."
                self._say("duplicate-id", what, "Give one of them another id.", (*path, "id"), card.id, "id")
            seen.add(card.id)

    def _cards(self, cards: tuple[Card, ...], scope: Scope, path: Path, *, looped: bool) -> Scope:
        for number, card in enumerate(cards):
            spec = self._catalogue.get(card.card)
            self._card(card, scope, (*path, number), looped=looped)
            scope = scope.having(card.id, outputs_of(card, spec))
        return scope

    def _card(self, card: Card, scope: Scope, path: Path, *, looped: bool) -> None:
        spec = self._catalogue.get(card.card)
        if spec is None or spec.kind is CardKind.EVENT:
            known = [one.key for one in self._catalogue.all() if one.kind is not CardKind.EVENT]
            what = f"There is no card {card.card!r}." if spec is None else f"{card.card!r} is an event, not a card."
            self._say("unknown-card", what, _choose(card.card, known, "cards"), (*path, "card"), card.id, "card")
            self._nested(card, scope, path)
            return
        self._types(card.outputs, (*path, "outputs"), card.id)
        inside = self._inside(card, scope)
        checks = CardCheck(self._say, self._world)
        checks.shape(card, spec, path)
        checks.connection(spec, card.connection, path, card.id)
        checks.options(spec, card.options, (*path, "options"), card.id)
        self._values(scope, path, card.id).inputs(card, spec, path)
        checks.call(card, spec, path)
        if card.call is not None:
            self._values(inside, path, card.id).free(card.call.with_, (*path, "call", "with"))
        self._on_error(card, scope, path)
        self._nested(card, scope, path)

    def _inside(self, card: Card, scope: Scope) -> Scope:
        """What the rounds of a loop see."""
        spec = self._catalogue.get(card.card)
        if spec is None or not spec.body:
            return scope
        return scope.having("item", ANYTHING).having("index", POSITION)

    def _on_error(self, card: Card, scope: Scope, path: Path) -> None:
        if card.on_error is None:
            return
        caught = self._values(scope.having("error", ANYTHING), path, card.id)
        caught.free(card.on_error.values, (*path, "on_error", "values"))
        if card.on_error.call is not None:
            caught.free(card.on_error.call.with_, (*path, "on_error", "call", "with"))

    def _nested(self, card: Card, scope: Scope, path: Path) -> None:
        for number, branch in enumerate(card.branches):
            self._branch(card, branch, scope, (*path, "branches", number))
        if card.do:
            self._cards(card.do, self._inside(card, scope), (*path, "do"), looped=True)

    def _branch(self, card: Card, branch: Branch, scope: Scope, path: Path) -> None:
        here = scope.having("error", ANYTHING) if branch.catch else scope
        if branch.when is not None:
            self._values(scope, path, card.id).condition(branch.when, (*path, "when"))
        after = self._cards(branch.cards, here, (*path, "cards"), looped=False)
        self._values(after, path, card.id).free(branch.set, (*path, "set"))
        for name in branch.set:
            if name not in card.outputs:
                what = f"The branch sets {name!r}, which is no output of the card."
                self._say("unknown-output", what, "Declare it under outputs.", (*path, "set", name), card.id, name)

    def _circles(self) -> None:
        """Helper flows that lead back to this one: allowed, and often not meant."""
        if self._world is None:
            return
        for card, path in _walk(self._flow.cards, ("cards",)):
            target = card.call.flow if card.call else None
            if target is not None and self._leads_back(target):
                what = f"Calling {target!r} leads back to this flow."
                mend = "Make sure that the circle ends; 250 levels are the most."
                self._say("helper-circle", what, mend, (*path, "call"), card.id, "call", Severity.WARNING)

    def _leads_back(self, start: str) -> bool:
        waiting, seen = [start], set[str]()
        while waiting:
            flow_id = waiting.pop()
            if flow_id == self._flow.id:
                return True
            if flow_id not in seen and self._world is not None:
                seen.add(flow_id)
                interface = self._world.flow(flow_id)
                waiting += interface.calls if interface else ()
        return False

    def _types(self, declared: dict[str, str], path: Path, card: str | None) -> None:
        for name, text in declared.items():
            try:
                Type.parse(text)
            except TypeSyntaxError as error:
                mend = "Write for example text, or list of text."
                self._say("bad-type", f"{error}.", mend, (*path, name), card, name)

    def _values(self, scope: Scope, path: Path, card: str | None) -> ValueCheck:
        return ValueCheck(self._say, scope, card)

    def _say(
        self,
        code: str,
        what: str,
        mend: str,
        path: Path,
        card: str | None = None,
        field: str | None = None,
        severity: Severity = Severity.ERROR,
    ) -> None:
        problem = Problem(code, what, mend, flow=self._flow.id, card=card, field=field, path=path)
        self._problems.append(replace(problem, severity=severity))


def _choose(wrong: str, known: Iterable[str], what: str) -> str:
    near = get_close_matches(wrong, list(known), 3, 0.5)
    return f"Did you mean {' or '.join(map(repr, near))}?" if near else f"List the {what} with: keyturn cards."


def _walk(cards: tuple[Card, ...], path: Path) -> Iterable[tuple[Card, Path]]:
    for number, card in enumerate(cards):
        here = (*path, number)
        yield card, here
        for lane, branch in enumerate(card.branches):
            yield from _walk(branch.cards, (*here, "branches", lane, "cards"))
        yield from _walk(card.do, (*here, "do"))
