"""The state of a connection whose test asks for nothing but the app's address: what requests have shown counts."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.scripted import Said, Scripted
from support_server import make_site

from keyturn.triggers.subscribe import Answer

API = "/api/v1/connections/acme"
PEOPLE = f"{API}/choices/acme.get_person/id?refresh=true"
ACME = """connector: acme
title: Acme
about: People of Acme.
base_url: https://api.acme.example
auth: [bearer]
check: {method: GET, path: /}
errors: {code: "{{ body.code }}", message: "{{ body.message }}"}
choices:
  people:
    request: {method: GET, path: /people}
    value: "{{ record.id }}"
    label: "{{ record.id }}"
    paging: {records: "{{ body }}"}
actions:
  - key: get_person
    title: Get Person
    summary: Reads a person.
    effect: {effect: read, repeatable: true}
    inputs: [{name: id, title: ID, required: true, choices_from: people}]
    request: {method: GET, path: "/people/{{ inputs.id }}"}
    outputs: [{name: name, type: text, title: Name, value: "{{ body.name }}"}]
"""
BEARER = {"connector": "acme", "kind": "bearer", "base_url": "https://api.acme.example", "secrets": {"token": "t"}}
SHOWN = "it is there. A request has shown that it takes the credentials."
NOT_SHOWN = "Whether it takes the credentials, a request shows."


@pytest.mark.parametrize(
    ("steps", "state", "said"),
    [
        (["test 404"], "unused", NOT_SHOWN),
        (["test 401", "test 404"], "unused", NOT_SHOWN),
        (["test 503", "test 200"], "unused", NOT_SHOWN),
        (["asked 200", "test 404"], "works", SHOWN),
        (["test 401", "asked 200", "test 404"], "works", SHOWN),
        (["asked 200", "test 503", "test 404"], "works", SHOWN),
        (["asked 401", "test 404"], "failing", "it is there. But a request was refused: Acme answered 401"),
        (["asked 401", "asked 200", "test 404"], "works", SHOWN),
        (["asked 200", "asked 401", "test 404"], "failing", "But a request was refused"),
        (["test 404", "test 401"], "failing", "Acme answered 401"),
    ],
)
async def test_what_requests_have_shown_holds_where_a_test_does_not_tell(
    tmp_path: Path, steps: list[str], state: str, said: str
) -> None:
    (tmp_path / "acme.yaml").write_text(ACME, encoding="utf-8")
    app = Scripted()
    site = await make_site(network=app, connectors=tmp_path)
    client, told = site.client(), ""
    assert (await client.put(API, BEARER)).status == 200
    for step in steps:
        what, _, status = step.partition(" ")
        if what == "test":
            site.okta.answers["GET", "/"] = Answer(int(status), None)
            found = (await client.post(f"{API}/test")).json
            told = f"{found['what']} {found['mend']}"
        else:
            app.on("GET /people", Said(int(status), [{"id": "ada"}] if status == "200" else None))
            await client.get(PEOPLE)
    assert (await client.get(API)).json["state"]["name"] == found["state"]["name"] == state
    assert said in told
