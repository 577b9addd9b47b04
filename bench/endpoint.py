"""W1: a flow with an address of its own, called and answered; beside a bare Starlette endpoint that echoes the JSON."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable
from dataclasses import dataclass

import orjson

from . import audit
from .documents import endpoint_flow, endpoint_flow_id
from .keyturn_server import Keyturn, keyturn_server
from .load import Load, drive, post, until
from .place import Place
from .processes import Program, running

CARDS = (1, 8, 40)
_WARM_UP_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Served:
    """What a measurement gave.

    Attributes:
        cpu_ms: processor time of the server for a call.
        client: part of one processor that the load client used.
    """

    per_second: float
    wait_ms: tuple[float, float]
    cpu_ms: float
    client: float
    audited: int = 0

    def to_json(self) -> dict[str, object]:
        return {
            "calls_per_s": round(self.per_second, 1),
            "ms_median": round(self.wait_ms[0], 3),
            "ms_p99": round(self.wait_ms[1], 3),
            "server_cpu_ms_per_call": round(self.cpu_ms, 4),
            "client_cpu": round(self.client, 3),
            "audited": self.audited,
        }


def body_of(number: int) -> bytes:
    """What is posted: a new hire, as a form sends it."""
    person = {"login": f"user{number}@northwind.example", "name": f"User {number}", "manager": "ada@northwind.example"}
    return orjson.dumps({**person, "groups": ["staff", "seattle"], "start": "2026-03-01", "number": number})


async def keyturn_endpoint(place: Place, cards: int, callers: int, seconds: float) -> Served:
    """One measurement of Keyturn. Raises audit.AuditFailed."""
    async with place.database("endpoint") as url, keyturn_server(place, url, [endpoint_flow(cards)]) as keyturn:
        flow_id = endpoint_flow_id(cards)
        token = await _token(keyturn, flow_id)
        numbers = itertools.count()

        def make(_: int) -> bytes:
            headers = {"X-Api-Client-Token": token}
            return post(f"/endpoints/{flow_id}", body_of(next(numbers)), headers)

        served, loads = await _serve(keyturn.program, callers, seconds, make)
        answers = [body for load in loads for body in load.bodies]
        audited = await audit.audit_endpoint(url, cards, sum(load.answers for load in loads), answers)
        return Served(*served, audited)


async def echo_endpoint(place: Place, callers: int, seconds: float) -> Served:
    """One measurement of the bare endpoint. Raises audit.AuditFailed."""
    async with running("echo", ["bench.echo_server"], {}, place.folder) as program:
        numbers = itertools.count()
        served, loads = await _serve(program, callers, seconds, lambda _: post("/echo", body_of(next(numbers))))
        for load in loads:
            for body in load.bodies:
                if orjson.loads(body_of(orjson.loads(body)["number"])) != orjson.loads(body):
                    raise audit.AuditFailed(f"the echo gave something else: {body[:200]!r}")
        return Served(*served)


async def _token(keyturn: Keyturn, flow_id: str) -> str:
    made = await keyturn.call("POST", f"/endpoints/{flow_id}/token")
    return str(made["token"])


async def _serve(
    program: Program, callers: int, seconds: float, make: Callable[[int], bytes]
) -> tuple[tuple[float, tuple[float, float], float, float], list[Load]]:
    warm = await drive(program.port, callers, until(_WARM_UP_SECONDS, make))
    await asyncio.sleep(0)
    used = program.cpu_seconds()
    load = await drive(program.port, callers, until(seconds, make))
    cpu = program.cpu_seconds() - used
    waits = (load.wait_ms(0.5), load.wait_ms(0.99))
    return (load.per_second, waits, cpu * 1000 / load.answers, load.cpu / load.seconds), [warm, load]
