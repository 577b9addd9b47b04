"""A card that fails says where that came from which it was given."""

from __future__ import annotations

import pytest
from support_engine import World

from keyturn.engine.ports import RunStatus
from keyturn.flows.actions import Failed
from keyturn.flows.errors import ErrorDetail
from keyturn.flows.json import JSON, Values

COMPOSE: Values = {"id": "text", "card": "text.compose", "title": "The sum", "inputs": {"text": "{{ event.given }}"}}


def dividing(a: JSON, b: JSON) -> Values:
    return {"id": "one", "card": "number.divide", "inputs": {"a": a, "b": b}}


@pytest.mark.parametrize(
    ("cards", "given", "why"),
    [
        pytest.param([dividing(1, "{{ event.given }}")], "abc", "'given' of the event", id="event"),
        pytest.param(
            [{"id": "one", "card": "json.parse", "inputs": {"text": "{{ event.given }}"}}],
            "",
            "gave nothing",
            id="nothing",
        ),
        pytest.param([COMPOSE, dividing(1, "{{ text.output }}")], "abc", "of the card 'The sum'", id="a card by title"),
        pytest.param([{**COMPOSE, "title": ""}, dividing(1, "{{ text.output }}")], "x", "of the card 'text'", id="id"),
        pytest.param(
            [COMPOSE, dividing("{{ event.given }}{{ text.output }}", 1)],
            "abc",
            "'given' of the event and 'output' of the card 'The sum'",
            id="both",
        ),
        pytest.param([dividing(1, 0)], None, "as it is written in the flow itself", id="written"),
        pytest.param(
            [{"id": "one", "card": "list.for_each", "inputs": {"list": ["x"]}, "do": [dividing("{{ item }}", 2)]}],
            None,
            "the item of the loop",
            id="item",
        ),
        pytest.param(
            [{"id": "one", "card": "error.return_error", "inputs": {"message": "Nobody is there."}}],
            None,
            "built to end with this error",
            id="its own error",
        ),
    ],
)
async def test_where_it_came_from(cards: list[JSON], given: JSON, why: str) -> None:
    event: Values = {"card": "helper", "outputs": {"given": "any"}}
    run = await World({"id": "main", "event": event, "cards": cards}).run(given=given)
    assert run.status is RunStatus.FAILED
    assert run.error is not None
    assert why in str(run.error["why"])
    assert "abc" not in str(run.error["why"]), "values are not repeated: they may be secret"


async def test_what_is_known_better_stays() -> None:
    world = World(
        {"id": "main", "cards": [{"id": "one", "card": "flow.call", "call": {"flow": "two"}}]},
        {"id": "two", "event": {"card": "helper"}, "cards": [dividing(1, 0)]},
    )
    run = await world.run()
    assert run.error is not None
    assert (run.error["flow"], run.error["card"]) == ("two", "one")
    assert "as it is written" in str(run.error["why"])


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("not-reached", "The app is away"),
        ("not-sent", "The app is away"),
        ("no-token", "sign-in service of the app is away or slow"),
        ("wrong-connection", "'app' is not as it was"),
    ],
)
async def test_a_connection_is_said_to_have_changed_only_where_it_has(code: str, why: str) -> None:
    failed = Failed(ErrorDetail("It does not work.", code=code, field="connection"), not_sent=True)
    card: Values = {"id": "one", "card": "app.change", "connection": "app", "inputs": {"person": "leo"}}
    run = await World({"id": "main", "cards": [card]}, script=lambda call: failed).run()
    assert run.error is not None
    assert why in str(run.error["why"])
