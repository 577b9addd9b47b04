"""The same work by DBOS: a delivery starts a durable workflow of three HTTP steps.

Run as ``python -m bench.dbos_server``.

An event's uuid is the workflow's id, so that a second delivery starts nothing; 200 is answered when the workflow is
recorded. The steps are async and share one aiohttp session. README.md tells how
its settings were chosen.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import orjson
import uvicorn
from dbos import DBOS, DBOSConfig, Serializer, SetWorkflowID
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from .documents import EFFECT_CARDS

_APP = f"http://127.0.0.1:{os.environ['KEYTURN_BENCH_APP']}"
_CONNECTIONS = 100
_session: list[aiohttp.ClientSession] = []


class Json(Serializer):
    """JSON by the library that Keyturn uses; the default is pickle in base64."""

    def serialize(self, data: object) -> str:
        return orjson.dumps(data, default=str).decode()

    @classmethod
    def deserialize(cls, serialized_data: str) -> object:
        return orjson.loads(serialized_data)

    def name(self) -> str:
        return "bench_json"


@DBOS.step()
async def effect(uuid: str, user: str, step: str) -> dict[str, object]:
    """One request."""
    body = {"user": user, "step": step}
    async with _session[0].post(f"{_APP}/effects/{uuid}.{step}", json=body) as answer:
        answer.raise_for_status()
        return {"status": answer.status, "body": await answer.json()}


@DBOS.workflow()
async def three_effects(event: dict[str, object]) -> None:
    """Three requests, one after the other."""
    target = event["target"][0]  # type: ignore[index]
    for step in EFFECT_CARDS:
        await effect(str(event["uuid"]), str(target["alternateId"]), step)


async def receive(request: Request) -> Response:
    """A delivery of an event hook."""
    envelope = await request.json()
    for event in envelope["data"]["events"]:
        with SetWorkflowID(event["uuid"]):
            await DBOS.start_workflow_async(three_effects, event)
    return Response(status_code=200)


@asynccontextmanager
async def _lifespan(_: Starlette) -> AsyncIterator[None]:
    DBOS.launch()
    _session.append(aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=_CONNECTIONS)))
    yield
    await _session[0].close()
    DBOS.destroy()


def main() -> None:
    """Serve until the process is ended."""
    config: DBOSConfig = {
        "name": "bench",
        "system_database_url": os.environ["KEYTURN_DATABASE_URL"],
        "sys_db_pool_size": int(os.environ.get("KEYTURN_BENCH_POOL", "20")),
        "serializer": Json(),
        "log_level": "WARNING",
        "application_version": "1",
    }
    DBOS(config=config)
    app = Starlette(routes=[Route("/events", receive, methods=["POST"])], lifespan=_lifespan)
    uvicorn.run(
        app,
        host="127.0.0.1",
        port=int(os.environ["KEYTURN_PORT"]),
        loop="uvloop",
        http="httptools",
        ws="none",
        log_level="warning",
        access_log=False,
        server_header=False,
    )


if __name__ == "__main__":
    main()
