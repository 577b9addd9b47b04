"""What the checker finds in a row of cards, with what holds for every problem."""

from __future__ import annotations

from textwrap import indent

from catalogue_flows import Cards

from keyturn.flows.checker import check
from keyturn.flows.interface import World
from keyturn.flows.problems import Problem
from keyturn.flows.said import SAID, code_of
from keyturn.flows.yaml_format import load, locate_all

HEAD = "id: f\nname: F\n"
MANUAL = "event: {card: manual, outputs: {name: text, score: number, rows: list of object}}\n"
GIVE = "- {id: give, card: text.compose, inputs: {text: x}}\n"


def found(cards: str, world: World | None = None, event: str = MANUAL, more: str = "") -> list[Problem]:
    text = HEAD + more + event + ("cards:\n" + indent(cards, "  ") if cards else "")
    loaded = load(text)
    assert loaded.problems == []
    assert loaded.flow is not None
    problems = locate_all(text, check(loaded.flow, Cards(), world))
    for problem in problems:
        assert problem.flow == "f"
        assert problem.what.endswith((".", "?"))
        assert problem.mend
        assert problem.path
        assert problem.line is not None
        assert set(problem.parts) == set(SAID[problem.said])
        assert problem.code == code_of(problem.said)
    return problems
