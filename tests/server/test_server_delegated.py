"""Delegated flows, as those run them who may do nothing else."""

from __future__ import annotations

from uuid import UUID

import pytest
from support_server import Site

from keyturn.access.permissions import Permission
from keyturn.flows.json import Values

FLOW = """
id: reset
name: Reset
note: Helps those who lost their phone
event: {card: delegated, outputs: {login: text, n: number}}
"""
OTHER = "id: other\nname: Other\nevent: {card: manual, outputs: {login: text}}\n"


@pytest.fixture
async def delegated(site: Site) -> Site:
    assert (await site.client().post("/api/v1/flows", {"documents": [FLOW, OTHER]})).status == 200
    return site


async def test_they_are_listed_with_what_they_ask_for(delegated: Site) -> None:
    person = await delegated.client_with(Permission.DELEGATED_READ)
    [row] = (await person.get("/api/v1/delegated-flows")).json["rows"]
    assert (row["id"], row["name"], row["active"]) == ("reset", "Reset", True)
    assert row["note"] == "Helps those who lost their phone"
    assert row["inputs"] == {"login": "text", "n": "number"}
    assert (await person.get("/api/v1/flows")).status == 403


async def test_the_run_sees_who_runs_it(delegated: Site) -> None:
    person = await delegated.client_with(Permission.DELEGATED_RUN)
    started = await person.post("/api/v1/delegated-flows/reset/runs", {"inputs": {"login": "ada", "n": "7"}})
    assert started.status == 202
    run = delegated.runs.runs[UUID(started.json["id"])]
    assert run.trigger == "delegated"
    assert run.event == {
        "login": "ada",
        "n": 7,
        "user_id": "delegated.run",
        "execution_id": started.json["id"],
    }


@pytest.mark.parametrize(
    ("flow", "inputs", "status", "code"),
    [
        ("other", {"login": "ada"}, 404, "unknown-flow"),
        ("nobody", {}, 404, "unknown-flow"),
        ("reset", {"user_id": "somebody else"}, 422, "unknown-input"),
        ("reset", {"execution_id": "x"}, 422, "unknown-input"),
        ("reset", {"nothing": 1}, 422, "unknown-input"),
        ("reset", {"n": "many"}, 422, "bad-input"),
    ],
)
async def test_what_cannot_be_run_is_told(delegated: Site, flow: str, inputs: Values, status: int, code: str) -> None:
    answer = await delegated.client().post(f"/api/v1/delegated-flows/{flow}/runs", {"inputs": inputs})
    assert (answer.status, answer.problem["code"]) == (status, code)


async def test_a_key_starts_one_run(delegated: Site) -> None:
    ids = [
        (
            await delegated.client().post(
                "/api/v1/delegated-flows/reset/runs", {"inputs": {}}, headers={"Idempotency-Key": "k"}
            )
        ).json["id"]
        for _ in range(2)
    ]
    assert ids[0] == ids[1]
