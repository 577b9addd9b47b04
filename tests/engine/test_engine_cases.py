"""Control cards do what the tables of cases say: each case is a flow of its own, carried out by the engine."""

from __future__ import annotations

import pytest
from support.card_tables import cases_of, keys
from support_engine import World

from keyturn.cards.cases import Case, Expected
from keyturn.cards.catalogue import BuiltInCards
from keyturn.engine.pauses import ResumePlace
from keyturn.engine.ports import RunStatus
from keyturn.flows.json import JSON, Values
from keyturn.flows.spec import CardKind

CARDS = BuiltInCards()
CONTROL = {spec.key for spec in CARDS.all() if spec.kind is CardKind.CONTROL}
_OF_THE_WORLD = ("helper", "said", "later")


def flow_of(case: Case) -> Values:
    """The card with what the third part of the case says of it, and a Return.

    It returns what ``give`` says, else the outputs that the card declares, else all that it has. ``first`` and ``then``
    are cards before and after it.
    """
    more = {name: part for name, part in case.ports.items() if name not in _OF_THE_WORLD}
    give, first, then = more.pop("give", None), _cards(more.pop("first", [])), _cards(more.pop("then", []))
    card: Values = {"id": "it", "card": case.key, "inputs": case.given, **more}
    declared, spec = card.get("outputs"), CARDS.get(case.key)
    assert spec is not None
    names = list(declared) if isinstance(declared, dict) else [output.name for output in spec.outputs]
    given = give if isinstance(give, dict) else {name: f'{{{{ it["{name}"] }}}}' for name in names}
    return {"id": "main", "cards": [*first, card, *then, {"id": "give", "card": "flow.return", "inputs": given}]}


def _cards(given: JSON) -> list[JSON]:
    assert isinstance(given, list)
    return given


def helpers_of(case: Case) -> list[Values]:
    """The helper flow that a case brings along."""
    helper = case.ports.get("helper")
    if not isinstance(helper, dict):
        return []
    event: Values = {"card": "helper", "outputs": helper.get("outputs", {})}
    return [{"id": "helper", "event": event, "cards": helper.get("cards", [])}]


async def outcome(case: Case) -> JSON:
    world = World(flow_of(case), *helpers_of(case))
    run = await world.run()
    if run.status is RunStatus.WAITING and "said" in case.ports:
        (paused,) = await world.pauses.open(run.id)
        await world.pauses.resume(ResumePlace(paused.pause.place, run.id), case.ports["said"], "ada")
    later = case.ports.get("later")
    world.clock.seconds += later if isinstance(later, int) else 0
    if run.status is RunStatus.WAITING:
        run = await world.go_on(run)
    if run.status is RunStatus.WAITING:
        return "waits"
    if run.status is RunStatus.FAILED:
        error = run.error or {}
        return f"error: {error['field'] or error['code']}"
    assert run.outputs is not None
    values = list(run.outputs.values())
    return values[0] if len(values) == 1 else run.outputs


@pytest.mark.parametrize("key", sorted(CONTROL & {*keys()}))
async def test_cases(key: str) -> None:
    wrong: list[str] = []
    for case in cases_of(key):
        wanted = f"error: {case.expected.field}" if isinstance(case.expected, Expected) else case.expected
        got = await outcome(case)
        if got != wanted:
            wrong.append(f"{case.given} gives {got}, not {wanted}")
    assert not wrong, "\n".join(wrong)


GREET: Values = {
    "id": "greet",
    "event": {"card": "helper", "outputs": {"name": "text"}},
    "cards": [
        {"id": "say", "card": "text.compose", "inputs": {"text": "Hello {{ event.name }}"}},
        {"id": "give", "card": "flow.return", "inputs": {"said": "{{ say.output }}"}},
    ],
}


def fits(got: JSON, wanted: JSON) -> bool:
    """Whether a value is as an example says; ``...`` is anything."""
    if isinstance(got, dict) and isinstance(wanted, dict):
        return got.keys() == wanted.keys() and all(fits(got[name], wanted[name]) for name in got)
    return wanted == "..." or (type(got) is type(wanted) and got == wanted)


@pytest.mark.parametrize("key", sorted(CONTROL))
async def test_the_examples_of_a_declaration_hold(key: str) -> None:
    """The flow ``greet`` is there; a run that pauses is told that ada approves it."""
    spec = CARDS.get(key)
    assert spec is not None
    for example in spec.examples:
        names = [*example.free_outputs, *(output.name for output in spec.outputs)]
        card: Values = {"id": "it", "card": key, "inputs": example.inputs, "options": example.options, **example.more}
        card["outputs"] = {**example.free_outputs}
        give: JSON = {
            "id": "give",
            "card": "flow.return",
            "inputs": {name: f'{{{{ it["{name}"] }}}}' for name in names},
        }
        world = World({"id": "main", "cards": [card, give]}, GREET)
        run = await world.run()
        if run.status is RunStatus.WAITING and key == "flow.pause":
            (paused,) = await world.pauses.open(run.id)
            await world.pauses.resume(ResumePlace(paused.pause.place, run.id), {"approved": True}, "ada")
            run = await world.go_on(run)
        if example.error:
            assert run.error is not None
            assert run.error["code"] == example.error
        else:
            assert fits(run.outputs, example.outputs), (run.error, run.outputs)


@pytest.mark.parametrize("key", sorted(CONTROL))
def test_every_control_card_has_its_cases(key: str) -> None:
    bases = [case.basis for case in cases_of(key)]
    assert len(bases) >= 8
