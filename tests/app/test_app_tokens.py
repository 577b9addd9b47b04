"""Many runs at once whose token has ended: the app's token service is asked once."""

from __future__ import annotations

import asyncio
from urllib.parse import urlsplit

from support_app import World

from keyturn.app.connections import ConnectionForm
from keyturn.flows.yaml_format import load

RUNS = 50
FLOW = """
id: who-is-it
name: Who is it
event: {card: manual}
cards:
  - {id: who, card: office365.read_user, connection: service, inputs: {user: eva.horvat@northwind.example}}
"""


async def test_fifty_runs_with_a_token_that_has_ended_ask_for_another_one_once(world: World) -> None:
    graph = world.urls["graph"]
    form = ConnectionForm(
        connector="office365",
        kind="oauth_client_credentials",
        base_url=graph["base_url"],
        settings={"token_url": graph["token_url"], "client_id": graph["client_id"]},
        secrets={"client_secret": graph["client_secret"]},
    )
    flow = load(FLOW).flow
    assert flow is not None
    await world.services.connections.put("service", form)
    await world.services.library.publish([flow], "test")
    first = await world.settled(await world.start("who-is-it"))
    assert first.status.value == "succeeded", first.error
    await asyncio.to_thread(world.tenants.expire_tokens, "graph")
    runs = await asyncio.gather(*(world.start("who-is-it") for _ in range(RUNS)))
    ended = await asyncio.gather(*(world.settled(run) for run in runs))
    assert {run.status.value for run in ended} == {"succeeded"}
    path = urlsplit(graph["token_url"]).path
    rows = await asyncio.to_thread(world.tenants.ledger)
    assert [row["status"] for row in rows if row["path"] == path] == [200, 200], "one for the first run, one for fifty"
    answered = [row["status"] for row in rows if str(row["path"]).startswith("/v1.0/users/")]
    assert answered.count(200) == RUNS + 1
    assert set(answered) == {200, 401}
