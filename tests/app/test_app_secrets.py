"""Nothing that the API gives for a tree of runs holds a secret that a flow was started with."""

from __future__ import annotations

from urllib.parse import quote, quote_plus

import pytest
from support_app import World
from support_client import Client

from keyturn.access.permissions import Permission
from keyturn.engine.ports import RunStatus
from keyturn.flows.document import Flow
from keyturn.flows.json import JSON, Values
from keyturn.server import create_server

SECRET = "corr3ct horse/battery"


def _flow(flow_id: str, cards: list[Values], about: str, **event: str) -> Flow:
    return Flow.model_validate(
        {
            "id": flow_id,
            "name": flow_id,
            "about": about,
            "event": {"card": "helper", "outputs": event},
            "cards": cards,
        }
    )


def _call(card_id: str, card: str, given: str) -> Values:
    called: JSON = {"flow": "keeps", "with": {"T": given}}
    return {"id": card_id, "card": card, "call": called, "on_error": {"then": "continue"}}


KEEPS = _flow(
    "keeps",
    [
        {
            "id": "send",
            "card": "google_workspace.custom_api_action",
            "connection": "google_workspace",
            "options": {"method": "POST"},
            "inputs": {"url": "/admin/directory/v1/users/{{ event.T }}", "body": {"name": "{{ event.T }}"}},
            "on_error": {"then": "continue"},
        },
        {"id": "fail", "card": "error.return_error", "inputs": {"message": "no use for {{ event.T }}"}},
    ],
    "{{ event.T }}",
    T="text",
)
GIVES = _flow(
    "gives",
    [
        {"id": "made", "card": "text.compose", "inputs": {"text": "Bearer {{ event.pw }}"}},
        _call("sync", "flow.call", "{{ event.pw }}"),
        _call("later", "flow.call_async", "{{ made.output }}"),
        {"id": "give", "card": "flow.return", "inputs": {"said": "{{ made.output }}", "why": "{{ sync.error }}"}},
    ],
    "{{ event.pw }}",
    pw="secret",
)


async def _told(client: Client, run_id: str) -> str:
    """All that the API tells about a run and its tree."""
    found = await client.get(f"/api/v1/runs/{run_id}/tree")
    texts = [found.body, (await client.get("/api/v1/runs?limit=200")).body]
    for run in found.json["runs"]:
        assert run["about"] == "[secret]"
        for what in ("", "/trace?limit=200", "/questions", "/tree"):
            texts.append((await client.get(f"/api/v1/runs/{run['id']}{what}")).body)
    card = {"gives": "sync", "keeps": "send"}[found.json["runs"][0]["flow_id"]]
    preview = await client.post(f"/api/v1/runs/{run_id}/rerun", {"path": card})
    return b"\n".join([*texts, preview.body]).decode()


@pytest.mark.parametrize("again", [False, True], ids=["run", "rerun"])
async def test_a_secret_stands_nowhere_in_what_is_told_about_a_tree_of_runs(world: World, again: bool) -> None:
    await world.services.library.publish([KEEPS, GIVES], "test")
    token = await world.services.tokens.make("all", list(Permission))
    client = Client(create_server(world.services), token)
    run = await world.settled(await world.start("gives", pw=SECRET))
    assert run.status is RunStatus.SUCCEEDED
    if again:
        run = await world.settled((await world.services.runs.rerun(run.id, "made", None)).run.id)
    every = await world.runs()
    helpers = [await world.settled(other.id) for other in every if other.flow_id == "keeps"]
    assert len(helpers) == (4 if again else 2)
    assert any(SECRET in str(helper.event) for helper in helpers)
    for root in {str(other.root_id) for other in every}:
        told = await _told(client, root)
        assert "[secret]" in told
        assert not [
            form for form in (SECRET, quote(SECRET), quote(SECRET, safe=""), quote_plus(SECRET)) if form in told
        ]
