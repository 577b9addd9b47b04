"""Slash commands of Slack, by the flows that the documents show: the answer in time, and the one that comes later."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import aiohttp
import pytest
from support_app import World
from test_app_endpoints import served

from keyturn.app.connections import ConnectionForm
from keyturn.flows.document import Flow
from keyturn.flows.yaml_format import load

DOCUMENT = Path(__file__).parents[2] / "docs" / "endpoints.md"
EVA = "eva.horvat@northwind.example"


def shown(flow_id: str) -> Flow:
    """The flow of this id in the document."""
    texts = re.findall(r"```yaml\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    [text] = [text for text in texts if text.startswith(f"id: {flow_id}\n")]
    flow = load(text).flow
    assert flow is not None
    return flow


class Slack:
    """Slack's side: it posts what somebody typed, and takes answers."""

    def __init__(self, world: World, http: aiohttp.ClientSession) -> None:
        self.world = world
        self._http = http
        self._base = world.urls["slack"]["base_url"]

    async def typed(self, flow_id: str, text: str) -> tuple[int, object, UUID]:
        """What the command is answered, and its run."""
        token = (await self.world.services.endpoint_desk.make_token(flow_id, "test")).token
        form = {
            "command": f"/{flow_id}",
            "text": text,
            "user_name": "sam",
            "response_url": f"{self._base}/commands/T0NORTHWIND/1/abc",
        }
        async with self._http.post(f"/endpoints/{flow_id}", params={"clientToken": token}, data=form) as answer:
            assert answer.content_type == "application/json"
            return answer.status, await answer.json(), UUID(answer.headers["Keyturn-Run"])

    async def told(self) -> list[object]:
        """What was posted to the addresses of commands."""
        rows = await asyncio.to_thread(self.world.tenants.ledger)
        return [row["body"] for row in rows if str(row["path"]).startswith("/commands/")]


@pytest.fixture
async def slack(world: World) -> AsyncIterator[Slack]:
    there = world.urls["slack"]
    form = ConnectionForm("slack", "bearer", base_url=there["base_url"], secrets={"token": there["token"]})
    await world.services.connections.put("slack", form)
    await world.services.library.publish([shown("who-is"), shown("ping")], "test")
    async with served(world) as address, aiohttp.ClientSession(address) as http:
        yield Slack(world, http)


async def test_commands_are_answered_at_once_and_again_when_the_flow_knows_more(slack: Slack) -> None:
    for text, answer in (
        (EVA, f"{EVA} is Eva Horvat."),
        ("nobody@x.example", "nobody@x.example is nobody in this workspace."),
    ):
        status, body, run = await slack.typed("who-is", text)
        assert (status, body) == (200, {"response_type": "ephemeral", "text": f"Looking for {text}, sam."})
        assert (await slack.world.settled(run)).status.value == "succeeded"
        assert (await slack.told())[-1] == {"text": answer, "response_type": "ephemeral"}
    status, body, _ = await slack.typed("ping", "")
    assert (status, body) == (200, {"response_type": "in_channel", "text": "Here, sam."})
    assert len(await slack.told()) == 2, "a quick one is answered by what its flow returns, and by nothing else"
