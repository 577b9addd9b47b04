"""What the checker says of inputs of connectors: fields of objects, and options that decide which exist."""

from __future__ import annotations

import pytest

from keyturn.cards.catalogue import BuiltInCards, CombinedCatalogue
from keyturn.connectors.registry import ConnectorRegistry
from keyturn.flows.checker import check
from keyturn.flows.document import Flow
from keyturn.flows.json import JSON, Values

ACME = """\
connector: acme
title: Acme
about: People of Acme.
base_url: https://acme.example
auth: [bearer]
check: {method: GET, path: /me}
errors: {code: "{{ body.code }}", message: "{{ body.message }}"}
fields:
  more:
    request: {method: GET, path: /schema}
    records: ["{{ body }}"]
    name: "{{ record.name }}"
    title: "{{ record.title }}"
actions:
  - key: make
    title: Make
    summary: Makes.
    effect: {effect: change}
    options:
      - {name: by, default: name, choices: [name, number]}
    inputs:
      - {name: name, required: true, when: {by: [name]}}
      - {name: number, type: number, required: true, when: {by: [number]}}
      - name: profile
        type: object
        fields:
          - {name: login, required: true}
          - {name: age, type: number}
          - {name: kind, choices: [a, b]}
      - {name: open, type: object, fields_from: more, fields: [{name: login}]}
    request:
      method: POST
      path: /people
      query: {name: "{{ inputs.name }}", number: "{{ inputs.number }}", open: "{{ inputs.open }}"}
      body: "{{ inputs.profile }}"
"""
CATALOGUE = CombinedCatalogue(BuiltInCards(), ConnectorRegistry({"acme": ACME}))


def told(inputs: Values, options: Values | None = None) -> list[tuple[str, str | None]]:
    card: Values = {"id": "a", "card": "acme.make", "connection": "acme", "inputs": inputs, "options": options or {}}
    first: JSON = {"id": "first", "card": "text.compose", "inputs": {"text": "x"}}
    flow = Flow.model_validate({"id": "f", "name": "F", "event": {"card": "manual"}, "cards": [first, card]})
    return [(problem.code, problem.field) for problem in check(flow, CATALOGUE)]


GOOD: Values = {"name": "x", "profile": {"login": "a", "age": 5, "kind": "b"}, "open": {"login": "a", "any": 1}}


@pytest.mark.parametrize(
    ("changes", "options", "problems"),
    [
        ({}, {}, []),
        ({"profile": {"age": 5}}, {}, [("missing-input", "login")]),
        ({"profile": {"login": "a", "agee": 5}}, {}, [("unknown-input", "agee")]),
        ({"profile": {"login": "a", "age": "old"}}, {}, [("bad-value", "age")]),
        ({"profile": {"login": "a", "kind": "c"}}, {}, [("unknown-choice", "kind")]),
        ({"profile": {"login": "{{ nobody.x }}"}}, {}, [("unknown-reference", "login")]),
        ({"profile": {"login": "{{ first.output }}"}}, {}, []),
        ({"profile": "{{ first.output as object }}"}, {}, []),
        ({"open": {"any": "{{ nobody.x }}"}}, {}, [("unknown-reference", "any")]),
        ({}, {"by": "number"}, [("unknown-input", "name"), ("missing-input", "number")]),
    ],
)
def test_fields_of_objects_and_inputs_that_depend_on_options(
    changes: Values, options: Values, problems: list[tuple[str, str]]
) -> None:
    assert told({**GOOD, **changes}, options) == problems
