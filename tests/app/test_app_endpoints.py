"""Endpoints, called over HTTP: what starts, how often the database is written to, and what the caller is told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import aiohttp
import asyncpg
import pytest
from support_app import World, until

from keyturn.app.examples import examples_folder
from keyturn.engine.ports import Birth, Commit, Lease, Run, RunStatus, StartKey
from keyturn.flows.document import Flow
from keyturn.flows.paging import PageRequest
from keyturn.library.files import find, read
from keyturn.server import create_server
from keyturn.server.serving import listen, serve
from keyturn.store import open_store
from keyturn.triggers.endpoint.request import EndpointRequest

FORM = {"first_name": "Ada", "last_name": "Lovelace", "email": "ada@northwind.example", "department": "Engineering"}


def flow(flow_id: str, outputs: dict[str, str], *cards: dict[str, object], **more: Any) -> Flow:
    event = {"card": "endpoint", "outputs": outputs, "options": more.pop("options", {})}
    return Flow.model_validate({"id": flow_id, "name": flow_id, "event": event, "cards": list(cards), **more})


def give(**inputs: object) -> dict[str, object]:
    return {"id": "give", "card": "flow.return", "inputs": inputs}


def put(body: object = None) -> dict[str, object]:
    """A card with an effect: it changes a person in the Google tenant."""
    return {
        "id": "put",
        "card": "google_workspace.custom_api_action",
        "connection": "google_workspace",
        "options": {"method": "PUT"},
        "inputs": {"url": "/admin/directory/v1/users/tomas.lind@northwind.example", "body": {"suspended": True}},
    }


GREET = flow(
    "greet",
    {"name": "text"},
    {"id": "hello", "card": "text.compose", "inputs": {"text": "Hello {{ event.name }}"}},
    give(said="{{ hello.output }}", run="{{ run.id }}"),
)
SUSPEND = flow("suspend", {"name": "text"}, put(), give(status="{{ put.status }}"))
REST = flow("rest", {}, {"id": "rest", "card": "flow.wait", "inputs": {"delay": 1, "unit": "hour"}}, give(ok=True))
SLOW = flow(
    "slow",
    {},
    {"id": "rest", "card": "flow.wait", "inputs": {"delay": 1, "unit": "second"}},
    give(ok=True),
    options={"wait": 0},
)


@dataclass
class Site:
    """A served Keyturn, and its callers."""

    world: World
    http: aiohttp.ClientSession
    database_url: str

    async def publish(self, *flows: Flow) -> None:
        await self.world.services.library.publish(flows, "test")

    async def token(self, flow_id: str) -> str:
        return (await self.world.services.endpoint_desk.make_token(flow_id, "test")).token

    async def call(
        self, flow_id: str, token: str | None, body: object = None, *, method: str = "POST", key: str = "", **more: Any
    ) -> tuple[int, dict[str, Any], Mapping[str, str]]:
        headers = {"x-api-client-token": token} if token else {}
        headers |= {"Idempotency-Key": key} if key else {}
        sent = {"json": body} if body is not None else {}
        path = f"/endpoints/{flow_id}"
        async with self.http.request(method, path, headers=headers | more.pop("headers", {}), **sent, **more) as answer:
            return answer.status, await answer.json(), answer.headers

    async def over(self, location: str, token: str) -> dict[str, Any]:
        """The run at this address, once it has ended."""
        state: dict[str, Any] = {}

        async def ended() -> bool:
            async with self.http.get(location, headers={"x-api-client-token": token}) as answer:
                assert answer.status == 200
                state.update(await answer.json())
            return state["status"] in ("succeeded", "failed", "cancelled", "stopped")

        await until(ended)
        return state


async def no_body() -> bytes:
    return b""


@asynccontextmanager
async def served(world: World) -> AsyncIterator[str]:
    stop, told = asyncio.Event(), asyncio.get_running_loop().create_future()
    serving = asyncio.create_task(serve(create_server(world.services), listen("127.0.0.1", 0), stop, told.set_result))
    try:
        yield f"http://127.0.0.1:{await told}"
    finally:
        stop.set()
        await serving


@pytest.fixture
async def site(world: World, database_url: str) -> AsyncIterator[Site]:
    async with served(world) as address, aiohttp.ClientSession(address) as http:
        yield Site(world, http, database_url)


async def test_a_new_hire_is_posted_and_is_there_in_okta(site: Site) -> None:
    await site.publish(*(found for path in find([examples_folder("new-hire")]) if (found := read(path).flow)))
    token = await site.token("new-hire")
    status, body, headers = await site.call("new-hire", token, FORM, key="hire-1")
    assert (status, body["login"], body["status"]) == (200, FORM["email"], "PROVISIONED")
    async with site.http.get(
        f"{site.world.urls['okta']['base_url']}/api/v1/users/{FORM['email']}",
        headers={"Authorization": f"SSWS {site.world.urls['okta']['token']}"},
    ) as answer:
        person = await answer.json()
    assert (person["id"], person["profile"]["department"]) == (body["id"], "Engineering")
    run = await site.world.settled(UUID(headers["Keyturn-Run"]))
    assert (run.status, run.about, run.trigger) == (RunStatus.SUCCEEDED, FORM["email"], "endpoint")
    again = await site.call("new-hire", token, FORM, key="hire-1")
    assert again[:2] == (200, body)
    assert [method for method, _, _ in await site.world.requests()] == ["POST"]
    assert (await site.call("new-hire", token, {"first_name": "Ada"}))[0] == 422
    assert (await site.call("new-hire", token, FORM, params={"dry": "true"}))[:2] == (200, {})
    failed = await site.call("new-hire", token, FORM)
    assert failed[0] == 500
    assert "already exists" in failed[1]["problems"][0]["what"] or "login" in failed[1]["problems"][0]["what"]
    assert failed[1]["run"] == failed[2]["Keyturn-Run"]


async def test_a_run_without_effects_is_one_commit(site: Site) -> None:
    await site.publish(GREET)
    token = await site.token("greet")
    link = await asyncpg.connect(site.database_url)
    status, body, headers = await site.call("greet", token, {"name": "Ada"})
    row = await link.fetchrow("SELECT * FROM runs")
    trace = await link.fetch("SELECT xmin::text, entries FROM trace")
    own = await link.fetchval("SELECT xmin::text FROM runs")
    await link.close()
    assert (status, body["said"], body["run"]) == (200, "Hello Ada", headers["Keyturn-Run"])
    assert row is not None
    assert (row["status"], row["owner"], row["lease_until"]) == ("succeeded", None, None)
    # a row that was written again would have another transaction than its trace
    assert [(entry["xmin"], entry["entries"]) for entry in trace] == [(own, 2)]
    entries = (await site.world.services.history.trace(row["id"], PageRequest())).rows
    assert [entry.path for entry in entries] == ["hello", "give"]


async def test_the_run_is_stored_before_its_first_effect(site: Site) -> None:
    await site.publish(SUSPEND)
    token = await site.token("suspend")
    assert (await site.call("suspend", token, {"name": "x"}))[:2] == (200, {"status": 200})
    link = await asyncpg.connect(site.database_url)
    row = await link.fetchrow("SELECT epoch, claim_id, owner FROM runs")
    journal = await link.fetch("SELECT state, xmin::text FROM journal ORDER BY seq")
    await link.close()
    assert row is not None
    assert tuple(row) == (1, None, None)  # nobody claimed it: it was born in hand
    assert [record["state"] for record in journal] == ["started", "done"]
    assert journal[0]["xmin"] != journal[1]["xmin"]


async def test_what_a_dead_process_began_is_finished_by_another_and_fetched_by_its_key(site: Site) -> None:
    await site.publish(SUSPEND)
    token = await site.token("suspend")
    run_id, body = site.world.services.new_id(), b'{"name":"x"}'
    request = EndpointRequest("POST", [], b"", no_body)
    run = Run(run_id, run_id, "suspend", 1, RunStatus.RUNNING, {"name": "x"}, trigger="endpoint")
    dead = await open_store(site.database_url)
    birth = Birth(timedelta(seconds=0.2), StartKey("k", request.digest(body)))
    await dead.runs.commit(Commit(Lease(run_id, "dead", 1), [run], birth=birth))
    await dead.close()
    headers = {"Idempotency-Key": "k", "x-api-client-token": token}
    async with site.http.post("/endpoints/suspend", data=body, headers=headers) as answer:
        assert (answer.status, await answer.json()) == (200, {"status": 200})
        assert answer.headers["Keyturn-Run"] == str(run_id)
    assert len(await site.world.requests()) == 1


async def test_calls_with_one_key_at_once_are_one_run(site: Site) -> None:
    await site.publish(SUSPEND)
    token = await site.token("suspend")
    answers = await asyncio.gather(*(site.call("suspend", token, {"name": "x"}, key="k") for _ in range(8)))
    assert {(status, str(body)) for status, body, _ in answers} == {(200, "{'status': 200}")}
    assert len({headers["Keyturn-Run"] for _, _, headers in answers}) == 1
    assert len(await site.world.requests()) == 1
    status, body, _ = await site.call("suspend", token, {"name": "y"}, key="k")
    assert (status, body["problems"][0]["code"]) == (422, "key-used-before")
    assert len(await site.world.runs()) == 1


async def test_the_key_of_a_run_that_was_lost_says_so(site: Site) -> None:
    """As after a backup was restored in part: what the run did is not known, so that none is started in its place."""
    await site.publish(SUSPEND)
    token = await site.token("suspend")
    assert (await site.call("suspend", token, {"name": "x"}, key="k"))[0] == 200
    link = await asyncpg.connect(site.database_url)
    await link.execute("DELETE FROM runs")
    await link.close()
    status, body, _ = await site.call("suspend", token, {"name": "x"}, key="k")
    assert (status, body["problems"][0]["code"]) == (410, "run-lost")
    assert len(await site.world.requests()) == 1


async def test_a_run_that_waits_is_told_by_its_address(site: Site) -> None:
    await site.publish(REST)
    token = await site.token("rest")
    status, body, headers = await site.call("rest", token, {}, key="k")
    assert (status, body["status"], headers["Location"]) == (202, "waiting", f"/endpoints/rest/runs/{body['run']}")
    assert (await site.call("rest", token, {}, key="k"))[:2] == (202, body)
    async with site.http.get(headers["Location"]) as answer:
        assert answer.status == 401
    other = await site.token("rest")
    async with site.http.get(headers["Location"], headers={"Authorization": f"Bearer {other}"}) as answer:
        assert (answer.status, (await answer.json())["status"]) == (200, "waiting")
    run_id = UUID(body["run"])
    await site.world.services.runs.cancel(run_id)
    state = await site.over(headers["Location"], other)
    assert (state["status"], state["problems"][0]["code"]) == ("cancelled", "run-cancelled")


async def test_who_has_waited_long_enough_is_told_where_to_ask(site: Site) -> None:
    await site.publish(SLOW)
    token = await site.token("slow")
    status, body, headers = await site.call("slow", token, {})
    assert (status, body["status"]) == (202, "running")
    assert (await site.over(headers["Location"], token))["outputs"] == {"ok": True}


async def test_an_asynchronous_endpoint_answers_at_once(site: Site) -> None:
    await site.publish(
        flow("later", {"name": "text"}, give(said="{{ event.name }}"), options={"answer": "asynchronous"})
    )
    token = await site.token("later")
    first = await site.call("later", token, {"name": "Ada"}, key="k")
    assert first[0] == 202
    assert (await site.over(first[2]["Location"], token))["outputs"] == {"said": "Ada"}
    assert (await site.call("later", token, {"name": "Ada"}, key="k"))[1]["run"] == first[1]["run"]
    assert (await site.call("later", token, {"name": "Bob"}, key="k"))[0] == 422
    assert len(await site.world.runs()) == 1


async def test_an_unknown_outcome_is_told_by_its_address(site: Site) -> None:
    await site.publish(SUSPEND)
    token = await site.token("suspend")
    await site.world.ask(lambda: site.world.tenants.set_fault("google", "dropx1"))
    status, body, headers = await site.call("suspend", token, {"name": "x"})
    assert (status, body["status"]) == (202, "needs attention")
    run_id = UUID(body["run"])
    (question,) = await site.world.services.runs.questions(run_id)
    await site.world.services.runs.decide(run_id, question.path, 1, "happened", {"status": 200}, "ada")
    assert (await site.over(headers["Location"], token))["outputs"] == {"status": 200}


async def test_what_history_hides_reaches_the_caller_every_time(site: Site) -> None:
    secret = flow("pass", {"word": "secret"}, give(word="{{ event.word }}"))
    nothing = flow("nothing", {"word": "text"}, give(word="{{ event.word }}"), save_data=False)
    await site.publish(secret, nothing)
    for flow_id in ("pass", "nothing"):
        token = await site.token(flow_id)
        for _ in range(2):
            status, body, headers = await site.call(flow_id, token, {"word": "open sesame"}, key="k")
            assert (status, body) == (200, {"word": "open sesame"}), flow_id
        run = await site.world.settled(UUID(headers["Keyturn-Run"]))
        assert "sesame" not in repr(run.outputs)
    link = await asyncpg.connect(site.database_url)
    sealed = await link.fetch("SELECT sealed FROM endpoint_answers")
    await link.close()
    assert len(sealed) == 2
    assert all(b"sesame" not in row["sealed"] for row in sealed)


async def test_tokens_are_rotated_and_flows_published_within_a_second(site: Site) -> None:
    await site.publish(GREET)
    old = await site.token("greet")
    assert (await site.call("greet", old, {"name": "a"}))[0] == 200
    new = await site.token("greet")
    assert [(await site.call("greet", token, {"name": "a"}))[0] for token in (old, new)] == [401, 200]
    await site.publish(flow("greet", {"name": "text"}, give(version="two")))

    async def newer() -> bool:
        return "version" in (await site.call("greet", new, {"name": "a"}))[1]

    async def off() -> bool:
        return (await site.call("greet", new, {"name": "a"}))[1].get("problems", [{}])[0].get("code") == "flow-inactive"

    await until(newer)
    await site.world.services.library.set_active("greet", False)
    await until(off)
