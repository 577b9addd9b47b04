"""The checker: everything that is wrong with a flow, at once.

It goes through the document once, in order, with the scope that each card has where it stands. ``check_values``
looks at values, ``check_card`` at the shape of cards, ``check_calls`` at helper flows and error handling,
``check_tables`` at the tables and columns that cards name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from .check_calls import CallCheck
from .check_card import CardCheck
from .check_event import EventCheck
from .check_tables import TableCheck
from .check_values import Retyped, ValueCheck
from .document import Branch, Card, Flow
from .interface import FlowInterface, World, interface_of, read_type
from .loading import Loaded
from .mending import beside
from .problems import Problem, Severity
from .rows import given_by, item_of, record_of
from .said import NO_PARTS, Parts, code_of
from .scope import ANYTHING, ERROR, FLOW, POSITION, RESERVED, RUN, Fields, Path, Scope
from .spec import CardKind, CardSpec, Catalogue, Explaining
from .suggest import nearest, shown
from .types import TEXT, Type, TypeSyntaxError

__all__ = ["FlowInterface", "Retyped", "World", "check", "check_rest", "interface_of"]


def check(
    flow: Flow, catalogue: Catalogue, world: World | None = None, retyped: Callable[[Retyped], None] | None = None
) -> list[Problem]:
    """All problems of a flow, in the order of the document.

    Args:
        world: other flows and connections; without it they are not judged.
        retyped: told of each value that becomes another type when it is used.
    """
    return _Checker(flow, catalogue, world, retyped).run()


def check_rest(
    loaded: Loaded,
    catalogue: Catalogue,
    world: World | None = None,
    retyped: Callable[[Retyped], None] | None = None,
) -> list[Problem]:
    """Where the shape of a document is wrong: what is wrong with the rest of it."""
    if loaded.rest is None:
        return []
    return beside(check(loaded.rest, catalogue, world, retyped), loaded)


class _Checker:
    def __init__(
        self, flow: Flow, catalogue: Catalogue, world: World | None, retyped: Callable[[Retyped], None] | None
    ) -> None:
        self._retyped = retyped
        self._flow = flow
        self._catalogue = catalogue
        self._problems: list[Problem] = []
        self._shapes = CardCheck(self._say, world)
        self._calls = CallCheck(self._say, flow, catalogue, world)
        self._tables = TableCheck(self._say, world)

    def run(self) -> list[Problem]:
        places: dict[str, Path] = {}
        titles: dict[str, str] = {}
        for card, path in _walk(self._flow.cards, ("cards",)):
            self._id(card, path, places)
            titles.setdefault(card.id, self._title(card))
        roots = {"run": RUN, "flow": FLOW, "event": self._event()}
        scope = self._cards(self._flow.cards, Scope(roots, places, titles), ("cards",))
        if self._flow.about is not None:
            self._values(scope, None).raw(self._flow.about, TEXT, "about", ("about",))
        return self._problems

    def _title(self, card: Card) -> str:
        spec = self._catalogue.get(card.card)
        return card.title or (spec.title if spec is not None else card.id)

    def _event(self) -> Fields:
        event = self._flow.event
        spec = self._catalogue.get(event.card)
        self._types(event.outputs, ("event", "outputs"), None)
        if spec is None or spec.kind is not CardKind.EVENT:
            self._no_event(event.card, spec)
            return ANYTHING
        if event.outputs and not spec.free_outputs:
            what = f"What {spec.title} gives is fixed."
            mend = "Take outputs away from the event."
            here: Path = ("event", "outputs")
            self._say("outputs-not-free", what, mend, here, field="outputs", parts={"title": spec.title})
        self._shapes.connection(spec, event.connection, ("event",), None)
        before = len(self._problems)
        self._shapes.options(spec, event.options, ("event", "options"), None)
        self._shapes.sources(spec, event.options, event.outputs, ("event", "options"))
        if len(self._problems) == before:
            EventCheck(self._say).event(event)
        known = {output.name: output.type for output in spec.signature(event.options).outputs}
        return Fields(known | {name: read_type(text) for name, text in event.outputs.items()})

    def _no_event(self, key: str, spec: CardSpec | None) -> None:
        here: Path = ("event", "card")
        if spec is not None:
            what, mend = f"{spec.title} starts no flow.", self._choose(key, events=True)
            parts = {"title": spec.title}
            self._say("unknown-card/starts-nothing", what, mend, here, field="event", parts=parts)
        elif told := self._left_out(key):
            parts = {"why": told[0], "how": told[1]}
            self._say("unknown-card/left-out", *told, here, field="event", parts=parts)
        else:
            what, mend = f"There is no event card {shown(key)}.", self._choose(key, events=True)
            self._say("unknown-card/event", what, mend, here, field="event", parts={"value": key})

    def _id(self, card: Card, path: Path, places: dict[str, Path]) -> None:
        if card.id in RESERVED:
            what = f"{card.id!r} cannot be the id of a card: it means something else in references."
            self._say("reserved-id", what, "Choose another id.", (*path, "id"), card.id, "id")
        if card.id in places:
            what = f"Two cards have the id {card.id!r}."
            self._say("duplicate-id", what, "Give one of them another id.", (*path, "id"), card.id, "id")
        places.setdefault(card.id, path)

    def _cards(self, cards: tuple[Card, ...], scope: Scope, path: Path) -> Scope:
        for number, card in enumerate(cards):
            spec = self._catalogue.get(card.card)
            if spec is None or spec.kind is CardKind.EVENT:
                self._unknown(card, spec, scope, (*path, number))
                spec = None
            else:
                self._card(card, spec, scope, (*path, number))
            scope = scope.having(card.id, given_by(card, spec, self._tables.known))
        return scope

    def _unknown(self, card: Card, spec: CardSpec | None, scope: Scope, path: Path) -> None:
        here = (*path, "card")
        if spec is not None:
            what, mend = f"{spec.title} is an event, not a card.", self._choose(card.card, events=False)
            self._say("unknown-card/is-event", what, mend, here, card.id, "card", parts={"title": spec.title})
        elif told := self._left_out(card.card):
            parts = {"why": told[0], "how": told[1]}
            self._say("unknown-card/left-out", *told, here, card.id, "card", parts=parts)
        else:
            what, mend = f"There is no card {shown(card.card)}.", self._choose(card.card, events=False)
            self._say("unknown-card", what, mend, here, card.id, "card", parts={"value": card.card})
        self._types(card.outputs, (*path, "outputs"), card.id)
        self._values(scope, card.id).free(card.inputs, (*path, "inputs"))
        self._nested(card, scope, _looped(scope), path)

    def _card(self, card: Card, spec: CardSpec, scope: Scope, path: Path) -> None:
        inside = self._inside(card, spec, scope)
        self._types(card.outputs, (*path, "outputs"), card.id)
        self._shapes.shape(card, spec, path)
        self._shapes.connection(spec, card.connection, path, card.id)
        before = len(self._problems)
        self._shapes.options(spec, card.options, (*path, "options"), card.id)
        self._values(scope, card.id).inputs(card, spec, path, chosen=len(self._problems) == before)
        self._tables.card(card, spec, path)
        self._calls.call(card, spec, self._values(inside, card.id), path)
        self._calls.on_error(card, self._values(scope.having("error", ERROR), card.id), path)
        self._nested(card, scope, inside, path)

    def _inside(self, card: Card, spec: CardSpec, scope: Scope) -> Scope:
        """What the helper flow or the body of a card sees."""
        if spec.signature(card.options).streams:
            record = record_of(card, spec, self._tables.known) or ANYTHING
            return scope.having("record", record).having("index", POSITION)
        item = item_of(card, spec, scope.roots) or ANYTHING
        for root in spec.rounds.sees if spec.rounds else ():
            scope = scope.having(root, {"index": POSITION, "item": item}.get(root, ANYTHING))
        return scope

    def _nested(self, card: Card, scope: Scope, inside: Scope, path: Path) -> None:
        for number, branch in enumerate(card.branches):
            self._branch(card, branch, scope, (*path, "branches", number))
        self._cards(card.do, inside, (*path, "do"))

    def _branch(self, card: Card, branch: Branch, scope: Scope, path: Path) -> None:
        seen = scope.having("error", ERROR) if branch.catch else scope
        if branch.when is not None:
            self._values(scope, card.id).condition(branch.when, (*path, "when"))
        after = self._cards(branch.cards, seen, (*path, "cards"))
        types = {name: read_type(text) for name, text in card.outputs.items()}
        self._values(after, card.id).free(branch.set, (*path, "set"), types)
        for name in branch.set:
            if name not in card.outputs:
                what = f"The branch sets {shown(name)}, which is no output of the card."
                near = nearest(name, card.outputs)
                mend = f"Did you mean {near!r}? Else declare it under outputs." if near else "Declare it under outputs."
                here = (*path, "set", name)
                self._say("unknown-output/branch", what, mend, here, card.id, name, parts={"name": name})

    def _types(self, declared: dict[str, str], path: Path, card: str | None) -> None:
        for name, text in declared.items():
            try:
                Type.parse(text)
            except TypeSyntaxError as error:
                mend = "Write for example text, or list of text."
                self._say("bad-type", f"{error}.", mend, (*path, name), card, name, parts={"value": text})

    def _values(self, scope: Scope, card: str | None) -> ValueCheck:
        return ValueCheck(self._say, scope, card, self._retyped)

    def _left_out(self, key: str) -> tuple[str, str] | None:
        """What is wrong with a card that is not there, and what to do, where its connector was left out."""
        return self._catalogue.why_missing(key) if isinstance(self._catalogue, Explaining) else None

    def _choose(self, wrong: str, *, events: bool) -> str:
        known = [one.key for one in self._catalogue.all() if (one.kind is CardKind.EVENT) == events]
        near = nearest(wrong, known) or nearest(wrong, [key.rpartition(".")[2] for key in known])
        same = [key for key in known if near and (key == near or key.endswith("." + near))]
        if same:
            return f"Did you mean {' or '.join(map(repr, same[:3]))}?"
        return f"List the {'event cards' if events else 'cards'} with: keyturn cards."

    def _say(
        self,
        said: str,
        what: str,
        mend: str,
        path: Path,
        card: str | None = None,
        field: str | None = None,
        severity: Severity = Severity.ERROR,
        parts: Parts = NO_PARTS,
    ) -> None:
        problem = Problem(code_of(said), what, mend, flow=self._flow.id, card=card, field=field, path=path)
        self._problems.append(replace(problem, severity=severity, said=said, parts=parts))


def _looped(scope: Scope) -> Scope:
    """What the rounds of a loop see."""
    return scope.having("item", ANYTHING).having("index", POSITION)


def _walk(cards: Iterable[Card], path: Path) -> Iterator[tuple[Card, Path]]:
    for number, card in enumerate(cards):
        here = (*path, number)
        yield card, here
        for lane, branch in enumerate(card.branches):
            yield from _walk(branch.cards, (*here, "branches", lane, "cards"))
        yield from _walk(card.do, (*here, "do"))
