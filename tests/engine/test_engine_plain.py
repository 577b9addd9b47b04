"""Plain cards go a shorter way; what history says of them is what it says of all others."""

from __future__ import annotations

import pytest
from support_engine import World

from keyturn.engine.ports import RunStatus, TraceEntry
from keyturn.flows.json import JSON, Values


def flow(card: str, inputs: Values, then: str | None = None, **further: JSON) -> Values:
    on_error: Values = {"on_error": {"then": then}} if then else {}
    one: Values = {"id": "one", "card": card, "inputs": inputs, **on_error}
    return {"id": "main", "event": {"card": "helper", "outputs": {"given": "any"}}, "cards": [one], **further}


async def entries(document: Values, given: JSON) -> tuple[RunStatus, list[TraceEntry]]:
    world = World(document)
    run = await world.run(given=given)
    return run.status, world.store.trace


# ``then: continue`` takes a card off the shorter way, and adds nothing but ``error`` to its outputs.
@pytest.mark.parametrize(
    ("card", "inputs", "given"),
    [
        pytest.param("text.compose", {"text": "{{ event.given }} is in"}, "ada", id="one reference"),
        pytest.param("text.compose", {"text": "{{ event.given }}-{{ event.given }}!"}, 7, id="two references"),
        pytest.param("list.construct", {"a": "{{ event.given }}", "b": None}, {"password": "x"}, id="a name inside"),
        pytest.param("list.construct", {"password": "{{ event.given }}"}, "x" * 9, id="a name of an input"),
        pytest.param("text.compose", {"text": "{{ event.given }}"}, "x" * 70_000, id="a long text"),
        pytest.param("list.construct", {"a": "{{ event.given }}"}, [0] * 1_500, id="a long list"),
    ],
)
async def test_it_is_told_as_any_other_card(card: str, inputs: Values, given: JSON) -> None:
    status, (plain,) = await entries(flow(card, inputs), given)
    _, (other,) = await entries(flow(card, inputs, "continue"), given)
    assert status is RunStatus.SUCCEEDED
    assert isinstance(other.outputs, dict)
    assert (plain.inputs, plain.outputs) == (other.inputs, {n: v for n, v in other.outputs.items() if n != "error"})
    assert (plain.status, plain.at, plain.path, plain.card) == (other.status, other.at, other.path, other.card)


async def test_one_that_fails_is_told_once() -> None:
    status, (entry,) = await entries(flow("list.at", {"list": "{{ event.given }}", "index": "x"}), [1])
    assert (status, entry.status) == (RunStatus.FAILED, "failed")
    assert entry.error is not None
    assert entry.error["card"] == "one"


async def test_of_a_flow_that_keeps_no_data_only_that_it_ran_is_kept() -> None:
    document = flow("text.compose", {"text": "{{ event.given }}"}, save_data=False)
    _, (entry,) = await entries(document, "ada")
    assert (entry.status, entry.inputs, entry.outputs) == ("done", None, None)
