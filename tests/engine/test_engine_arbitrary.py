"""Whatever a control card is given, the flow goes on, ends or fails as flows do, and the values stay as they were."""

from __future__ import annotations

import copy
from zlib import crc32

import pytest
from support.card_tables import cases_of
from support.every_card import cards_of, drawn_values
from support_engine import World

from keyturn.cards.cases import Expected
from keyturn.engine.ports import RunStatus
from keyturn.flows.conditions import Operator
from keyturn.flows.json import JSON, Values
from keyturn.flows.spec import CardSpec

OF_EACH = 6  # values for each input of each card
FREE = ("other", "further")
_WORLD = ("helper", "said", "later")


def referring(spec: CardSpec, branches: JSON) -> JSON:
    """Branches whose conditions compare what is given."""
    operators = [str(operator) for operator in Operator]
    if not isinstance(branches, list):
        return branches
    made: list[JSON] = []
    for number, branch in enumerate(branches):
        assert isinstance(branch, dict)
        if "when" in branch:
            operator = operators[(crc32(spec.key.encode()) + number) % len(operators)]
            branch = branch | {"when": {"a": "{{ event.other }}", "is": operator, "b": "{{ event.further }}"}}
        made.append(branch)
    return made


@pytest.mark.parametrize("spec", cards_of("control"), ids=lambda spec: spec.key)
async def test_no_input_breaks_or_changes_anything(spec: CardSpec) -> None:
    cases = cases_of(spec.key)
    case = next((case for case in cases if not isinstance(case.expected, Expected)), cases[0])
    more = {name: part for name, part in case.ports.items() if name not in (*_WORLD, "give", "first", "then")}
    names = [field.name for field in spec.inputs] + [*FREE]
    taken = [*names] if spec.free_inputs else names[: -len(FREE)]
    inputs: Values = {name: f'{{{{ event["{name}"] }}}}' for name in taken}
    card: Values = {"id": "it", "card": spec.key, **more, "inputs": inputs}
    card["branches"] = referring(spec, more.get("branches", []))
    told = case.ports.get("helper")
    helper = told if isinstance(told, dict) else {}
    event: Values = {"card": "helper", "outputs": helper.get("outputs", {})}
    world = World({"id": "main", "cards": [card]}, {"id": "helper", "event": event, "cards": helper.get("cards", [])})
    usual: Values = {field.name: field.default for field in spec.inputs} | dict.fromkeys(FREE)
    usual |= {name: value for name, value in case.given.items() if name in usual}
    turn, values = crc32(spec.key.encode()), drawn_values()
    for name in names:
        for _ in range(OF_EACH):
            turn += 1
            given = usual | {name: values[turn % len(values)]}
            before = copy.deepcopy(given)
            run = await world.run(**given)
            assert run.status in (RunStatus.SUCCEEDED, RunStatus.FAILED, RunStatus.WAITING), given
            assert given == before
            if run.status is RunStatus.FAILED:
                assert run.error
                assert run.error["code"]
                assert run.error["card"]  # this one, or one of its rounds
