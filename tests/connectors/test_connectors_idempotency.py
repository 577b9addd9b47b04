"""Keys by which an app knows a request that it has had: the same for each try of a card, and for nothing else."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest
from support_connectors import NOW, TOKEN, App, Clock

from keyturn.connections.alone import authoriser_alone
from keyturn.connections.model import AuthKind, Connection
from keyturn.connections.vault import Vault
from keyturn.connectors.alone import actions_alone
from keyturn.connectors.reading import ManifestFile, read_files
from keyturn.connectors.registry import ConnectorRegistry
from keyturn.flows.actions import ActionCall, Done
from keyturn.flows.problems import ProblemError
from keyturn.http import HttpClient, HttpSettings, Timeouts

PAY = """
connector: pay
title: Pay
about: Payments.
base_url: https://pay.example
auth: [bearer]
check: {method: GET, path: /me}
errors: {code: "{{ body.code }}", message: "{{ body.message }}"}
actions:
  - key: charge
    title: Charge
    summary: Takes money.
    effect: {effect: change}
    inputs: [{name: amount, type: number}]
    requests:
      - {name: quote, method: GET, path: /quote}
      - {method: POST, path: /charges, body: {amount: "{{ inputs.amount }}"}}
    idempotency: {header: Idempotency-Key}
    outputs: [{name: id, type: text, value: "{{ body.id }}"}]
"""
RUN = UUID(int=7)


@pytest.fixture
def call() -> ActionCall:
    return ActionCall(RUN, RUN, "flow", "card", "each[3]/card", "pay.charge", "pay", {}, {"amount": 1}, 1, lambda: None)


def registry() -> ConnectorRegistry:
    return ConnectorRegistry({"pay": read_files([ManifestFile("pay.yaml", PAY)]).content})


async def test_each_try_of_a_card_has_the_same_key(app: App, call: ActionCall) -> None:
    http = HttpClient(HttpSettings(timeouts=Timeouts(answer_s=0.5), allow=("127.0.0.1",)))
    authoriser = authoriser_alone(http, app.store, Vault(bytes(32)), Clock())
    sealed = authoriser.seal("pay", {"token": TOKEN})
    await app.store.put(Connection("pay", "pay", "Pay", AuthKind.BEARER, app.base, {}, sealed, NOW, NOW))
    actions = actions_alone(registry(), authoriser, http, Clock())
    app.says(200, {"id": "ch_1"})
    tries = (
        call,
        replace(call, attempt=2),
        replace(call, path="each[4]/card"),
        replace(call, run_id=UUID(int=8)),
    )
    keys: list[str] = []
    for one in tries:
        assert isinstance(await actions.perform(one), Done)
        quote, charge = app.seen[-2:]
        assert "Idempotency-Key" not in quote.headers
        keys.append(charge.headers["Idempotency-Key"])
    assert keys[0] == keys[1]
    assert len(set(keys)) == 3
    assert all(UUID(key) for key in keys)
    await http.aclose()


def test_it_makes_the_action_repeatable() -> None:
    spec = registry().get("pay.charge")
    assert spec is not None
    assert spec.effect is not None
    assert spec.effect.repeatable


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("effect: {effect: change}", "an action that reads needs no key"),
        ("header: Idempotency-Key", "letters, digits and hyphens"),
    ],
)
def test_mistakes_are_told(change: str, words: str) -> None:
    wrong = {"effect: {effect: change}": "effect: {effect: read}", "header: Idempotency-Key": 'header: "a b"'}[change]
    with pytest.raises(ProblemError) as error:
        read_files([ManifestFile("pay.yaml", PAY.replace(change, wrong))])
    assert any(words in problem.what for problem in error.value.problems)
