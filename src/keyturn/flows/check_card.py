"""Checks of a card's shape: what its declaration allows besides values."""

from __future__ import annotations

from collections.abc import Mapping

from .check_values import Say
from .conditions import same_content
from .conversion import ConversionError, converter
from .document import Branch, Card
from .interface import World
from .json import JSON
from .problems import Severity
from .said import as_part
from .scope import Path
from .spec import CardSpec, FieldFormat, FieldSpec
from .suggest import did_you_mean, shown

_LANES = {"when": ("when", "otherwise"), "try": ("try", "catch"), "lane": ("lane",)}
_ENDS = frozenset({"flow.return", "flow.return_outputs", "flow.return_raw", "error.return_error"})


class CardCheck:
    """Checks connection, options, outputs, branches and bodies of cards."""

    def __init__(self, say: Say, world: World | None) -> None:
        self._say = say
        self._world = world

    def connection(self, spec: CardSpec, connection: str | None, path: Path, card: str | None) -> None:
        """The connection that an action or event uses."""
        here = (*path, "connection")
        if spec.connector is None:
            if connection is not None:
                what = f"{spec.title} uses no connection."
                parts = {"title": spec.title}
                self._say("needless-connection", what, "Take it away.", here, card, "connection", parts=parts)
            return
        if connection is None:
            what = f"{spec.title} needs a connection of {spec.connector}."
            mend, parts = "Add connection: with the name of one.", {"title": spec.title, "connector": spec.connector}
            self._say("missing-connection", what, mend, path, card, "connection", parts=parts)
            return
        if self._world is None or not self._world.knows_connections():
            return
        connector = self._world.connection(connection)
        if connector is None:
            what = f"There is no connection {shown(connection)}."
            mend = "Make it, or choose another: keyturn connections list."
            self._say("unknown-connection", what, mend, here, card, "connection", parts={"connection": connection})
        elif connector != spec.connector:
            what = (
                f"The connection {connection!r} is one of {connector}, and {spec.title} needs one of {spec.connector}."
            )
            mend = f"Choose a connection of {spec.connector}."
            parts = {"title": spec.title, "connection": connection, "connector": spec.connector}
            self._say("wrong-connection", what, mend, here, card, "connection", parts=parts)

    def options(self, spec: CardSpec, options: Mapping[str, JSON], path: Path, card: str | None) -> None:
        """Options and their choices. They decide which fields exist, so they are never references."""
        declared = {option.name: option for option in spec.options}
        for name, value in options.items():
            here = (*path, name)
            if name not in declared:
                what = f"{spec.title} has no option {shown(name)}."
                mend, parts = did_you_mean(name, declared, "It has"), {"title": spec.title, "name": name}
                self._say("unknown-option", what, mend, here, card, name, parts=parts)
            elif isinstance(value, str) and "{{" in value:
                what = f"The option {name!r} is chosen when the flow is written; it cannot be a reference."
                self._say("bad-option", what, "Give it a value, or use If/Else with a card each.", here, card, name)
            else:
                self._option(declared[name], value, here, card)
        for name, option in declared.items():
            if option.required and option.default is None and options.get(name) is None:
                what = f"{spec.title} needs the option {name!r}."
                mend = f"Choose one: {option.about or option.title or name}"
                self._say("missing-option", what, mend, path, card, name, parts={"title": spec.title})

    def sources(self, spec: CardSpec, options: Mapping[str, JSON], outputs: Mapping[str, str], path: Path) -> None:
        """Options that say where the declared outputs of an event come from: each output from one place."""
        taken: dict[str, str] = {}
        for option in spec.options:
            value = options.get(option.name)
            if option.format is not FieldFormat.OUTPUT_SOURCES or not isinstance(value, dict):
                continue
            for name, source in value.items():
                self._source(option, name, source, outputs, taken, (*path, option.name, name))

    def _source(
        self,
        option: FieldSpec,
        name: str,
        source: JSON,
        outputs: Mapping[str, str],
        taken: dict[str, str],
        path: Path,
    ) -> None:
        allowed = [choice.value for choice in option.choices]
        if name not in outputs:
            what = f"{option.name} names {shown(name)}, which is no output of the event."
            mend = did_you_mean(name, outputs, "It has", "Declare it under outputs.")
            self._say("unknown-output/source", what, mend, path, None, name, parts={"name": name})
        elif name in taken:
            what = f"The output {name!r} comes from {taken[name]} and from {option.name}."
            self._say("two-sources", what, "Take one of them away.", path, None, name, parts={"name": name})
        elif not isinstance(source, str) or not source:
            what = f"The place that {name!r} comes from is no name."
            self._say("bad-value/source", what, "Write the name as text.", path, None, name, parts={"name": name})
        elif allowed and source not in allowed:
            what = f"{shown(source)} is no choice for {option.name!r}."
            mend, parts = f"Choose one of: {', '.join(map(str, allowed))}.", {"value": as_part(source), "name": name}
            self._say("unknown-choice/source", what, mend, path, None, name, parts=parts)
        taken.setdefault(name, option.name)

    def _option(self, option: FieldSpec, value: JSON, path: Path, card: str | None) -> None:
        if option.format is FieldFormat.OUTPUT_SOURCES:
            if not isinstance(value, dict):
                what = f"The value does not fit: {option.name!r} is a list of outputs with where they come from."
                self._say("bad-value/sources", what, "Write {output: name}.", path, card, option.name)
            return
        chosen = value.get("value") if isinstance(value, dict) and "value" in value else value
        allowed = [choice.value for choice in option.choices]
        if allowed and not any(same_content(chosen, choice) for choice in allowed):
            mend = f"Choose one of: {', '.join(map(str, allowed))}."
            what = f"{shown(chosen)} is no choice for {option.name!r}."
            self._say("unknown-choice", what, mend, path, card, option.name, parts={"value": as_part(chosen)})
        convert = None if allowed else converter(option.type)
        if convert is None:
            return
        try:
            convert(chosen)
        except ConversionError as error:
            mend = f"Give {option.name!r} a value of type {option.type}."
            what, parts = f"The value does not fit: {error}.", {"why": str(error), "type": str(option.type)}
            self._say("bad-value", what, mend, path, card, option.name, parts=parts)

    def shape(self, card: Card, spec: CardSpec, path: Path) -> None:
        """Outputs, branches and bodies."""
        named = {"title": spec.title}
        if card.outputs and not spec.free_outputs:
            what = f"What {spec.title} gives is fixed."
            here = (*path, "outputs")
            self._say("outputs-not-free", what, "Take outputs away.", here, card.id, "outputs", parts=named)
        if card.branches and not spec.lanes:
            what = f"{spec.title} has no branches."
            here = (*path, "branches")
            self._say("needless-branches", what, "Take them away.", here, card.id, "branches", parts=named)
        if card.do and not spec.body:
            what = f"{spec.title} has no body."
            self._say("needless-body", what, "Take do away.", (*path, "do"), card.id, "do", parts=named)
        if card.do and card.call and spec.body:
            what = "A loop has either a helper flow or cards of its own."
            self._say("call-and-do", what, "Take call or do away.", (*path, "call"), card.id, "call")
        if spec.lanes:
            self._lanes(card, spec, (*path, "branches"))

    def _lanes(self, card: Card, spec: CardSpec, path: Path) -> None:
        kinds = [branch.mark for branch in card.branches]
        wrong = [number for number, kind in enumerate(kinds) if kind not in _LANES[spec.lanes]]
        for number in wrong:
            words = " or ".join(_LANES[spec.lanes])
            what = f"A branch of {spec.title} is marked by {words}, and by one of them only."
            here, parts = (*path, number), {"title": spec.title}
            self._say("bad-branch/marks", what, f"Mark it by {words}.", here, card.id, "branches", parts=parts)
        if not wrong and spec.lanes == "try" and sorted(kinds) != ["catch", "try"]:
            what = f"{spec.title} has exactly one branch with try and one with catch."
            parts = {"title": spec.title}
            self._say("bad-branch/try", what, "Write both, each once.", path, card.id, "branches", parts=parts)
        if not wrong and spec.lanes == "when":
            self._when_lanes(card, spec, kinds, path)
        if spec.lanes == "lane":
            self._lanes_together(card, spec, path)
            return
        for number, branch in enumerate(card.branches):
            for name in card.outputs:
                if name not in branch.set and not _ends(branch):
                    which = f"Branch {number + 1}" + (f" ({kinds[number]})" if kinds[number] else "")
                    what = f"{which} does not set the output {name!r}; it will be null."
                    mend = "Set it, or leave it so if null is meant."
                    here, parts = (*path, number), {"number": str(number + 1), "name": name}
                    self._say("output-not-set/branch", what, mend, here, card.id, name, Severity.WARNING, parts)

    def _lanes_together(self, card: Card, spec: CardSpec, path: Path) -> None:
        """Lanes that go at once: each has its own name, and sets outputs that no other sets."""
        if len(card.branches) < 2:
            what, parts = f"{spec.title} has lanes.", {"title": spec.title}
            self._say("bad-branch/few", what, "Write two or more.", path, card.id, "branches", parts=parts)
        names, setters = set[str](), dict[str, str]()
        for number, branch in enumerate(card.branches):
            name, here = branch.lane or "", (*path, number)
            if name in names:
                what = f"Two lanes are named {name!r}."
                mend, parts = "Give one of them another name.", {"name": name}
                self._say("bad-branch/same-name", what, mend, here, card.id, "branches", parts=parts)
            names.add(name)
            for output in branch.set:
                if output in setters:
                    what = f"The lanes {setters[output]!r} and {name!r} both set {output!r}."
                    mend = "Give each an output of its own."
                    parts = {"first": setters[output], "second": name, "name": output}
                    self._say("two-sources/lanes", what, mend, (*here, "set", output), card.id, output, parts=parts)
                setters.setdefault(output, name)
        for output in card.outputs:
            if output in {field.name for field in spec.outputs}:
                what = f"{spec.title} has an output {output!r} already."
                parts = {"title": spec.title, "name": output}
                self._say("reserved-output", what, "Choose another name.", path, card.id, output, parts=parts)
            elif output not in setters:
                what = f"No lane sets the output {output!r}; it will be null."
                mend = "Set it, or leave it so if null is meant."
                parts = {"name": output}
                self._say("output-not-set/lanes", what, mend, path, card.id, output, Severity.WARNING, parts)

    def _when_lanes(self, card: Card, spec: CardSpec, kinds: list[str], path: Path) -> None:
        if "when" not in kinds:
            what = f"{spec.title} has no branch with a condition."
            mend, parts = "Add a branch with when.", {"title": spec.title}
            self._say("bad-branch/no-when", what, mend, path, card.id, "branches", parts=parts)
        for number, kind in enumerate(kinds[:-1]):
            if kind == "otherwise":
                what = "Only the last branch may be marked otherwise: those behind it are never taken."
                here = (*path, number)
                self._say("bad-branch/otherwise-last", what, "Move it to the end.", here, card.id, "branches")
        if card.outputs and "when" in kinds and "otherwise" not in kinds:
            what = "No branch is marked otherwise; if no condition holds, the outputs will be null."
            mend = "Add a last branch with otherwise: true that sets them, or leave it so if null is meant."
            self._say("output-not-set/otherwise", what, mend, path, card.id, "branches", Severity.WARNING)


def _ends(branch: Branch) -> bool:
    """Whether the flow ends in this branch, so that nothing is left to set."""
    return any(card.card in _ENDS for card in branch.cards)
