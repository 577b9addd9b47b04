"""`$batch` of the pretend Microsoft 365 tenant: up to twenty requests in one, each answered for itself.

Source: https://learn.microsoft.com/en-us/graph/json-batching.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from urllib.parse import unquote

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Scope

from keyturn.sandbox.graph.words import GraphWords
from keyturn.sandbox.routing import Route
from keyturn.sandbox.values import Json, JsonObject, as_list, as_object, as_text, texts, to_json
from keyturn.sandbox.wire import JsonAnswer, collect, json_object

_MOST = 20


class BatchDesk:
    """Answers `/$batch` by asking the tenant itself."""

    def __init__(self, words: GraphWords, app: Callable[[], ASGIApp]) -> None:
        self._words = words
        self._app = app

    def routes(self) -> list[Route]:
        """The operations."""
        return [Route("/v1.0/$batch", self._batch, ["POST"])]

    async def _batch(self, request: Request) -> Response:
        steps = [as_object(step) for step in as_list((await json_object(request)).get("requests"))]
        ids = [as_text(step.get("id")) for step in steps]
        if not steps or len(steps) > _MOST:
            raise self._words.refuse(
                400, "BadRequest", f"Number of batch request steps exceeds the maximum value of {_MOST}."
            )
        if "" in ids or len(set(ids)) < len(ids):
            raise self._words.refuse(400, "BadRequest", "Every step of a batch needs an id of its own.")
        answers: dict[str, JsonObject] = {}
        for step in steps:
            failed = [key for key in texts(step.get("dependsOn")) if not _went_well(answers.get(key))]
            answers[as_text(step["id"])] = self._left_out(step) if failed else await self._answer(request, step)
        rows: list[Json] = list(answers.values())
        return JsonAnswer({"responses": rows})

    def _left_out(self, step: JsonObject) -> JsonObject:
        body = self._words.body("FailedDependency", "A request that this one depends on has failed.")
        return {"id": step["id"], "status": 424, "headers": {"Content-Type": "application/json"}, "body": body}

    async def _answer(self, request: Request, step: JsonObject) -> JsonObject:
        path, _, query = as_text(step.get("url")).partition("?")
        raw = f"/v1.0/{path.strip('/')}"
        body = orjson.dumps(step["body"]) if step.get("body") is not None else b""
        given = {name.lower(): as_text(value) for name, value in as_object(step.get("headers")).items()}
        headers = {"authorization": request.headers.get("authorization", ""), **given}
        scope: Scope = {
            **request.scope,
            "method": as_text(step.get("method")).upper(),
            "path": unquote(raw),
            "raw_path": raw.encode(),
            "query_string": query.encode(),
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        }
        collected = await collect(self._app(), scope, body)
        sent = {name.decode(): value.decode("latin-1") for name, value in collected.headers}
        kept: JsonObject = {name.title(): value for name, value in sent.items() if name != "content-length"}
        answer: JsonObject = {"id": step["id"], "status": collected.status or 500, "headers": kept}
        if collected.body:
            json = "json" in sent.get("content-type", "")
            answer["body"] = to_json(orjson.loads(collected.body)) if json else b64encode(collected.body).decode()
        return answer


def _went_well(answer: JsonObject | None) -> bool:
    status = answer["status"] if answer is not None else 500
    return isinstance(status, int) and status < 400
