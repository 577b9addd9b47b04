"""Endpoints as their callers meet them, and their management in the API."""

from __future__ import annotations

from typing import Any

import pytest
from support_client import Answer
from support_server import Site

from keyturn.access.permissions import Permission


def document(flow_id: str = "greet", *cards: dict[str, Any], **options: Any) -> dict[str, Any]:
    event = {"card": "endpoint", "outputs": {"name": "text", "age": "number"}, "options": options}
    answer = {"id": "answer", "card": "flow.return", "inputs": {"said": "Hello {{ event.name }}"}}
    return {"id": flow_id, "name": flow_id, "event": event, "cards": [*cards, answer]}


async def publish(site: Site, *documents: dict[str, Any]) -> None:
    answer = await site.client().post("/api/v1/flows", {"documents": list(documents)})
    assert answer.status == 200, answer.body


async def token_of(site: Site, flow_id: str = "greet") -> str:
    answer = await site.client().post(f"/api/v1/endpoints/{flow_id}/token")
    assert answer.status == 200
    return answer.json["token"]


async def call(site: Site, token: str | None, body: object = None, path: str = "greet", **more: Any) -> Answer:
    headers = {"x-api-client-token": token} if token is not None else {}
    method = more.pop("method", "POST")
    given = {"json": body} if body is not None else {}
    return await site.client(None).call(
        method, f"/endpoints/{path}", headers=headers | more.pop("headers", {}), **given, **more
    )


async def test_a_call_is_answered_with_what_the_flow_returns(site: Site) -> None:
    await publish(site, document())
    token = await token_of(site)
    answer = await call(site, token, {"name": "Ada"})
    assert (answer.status, answer.json) == (200, {"said": "Hello Ada"})
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["keyturn-run"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"


async def test_a_flow_may_answer_with_status_headers_and_body_of_its_own(site: Site) -> None:
    raw: dict[str, Any] = {
        "id": "raw",
        "card": "flow.return_raw",
        "inputs": {
            "status_code": 418,
            "headers": {"Content-Type": "text/html; charset=utf-8", "X-Mine": "1", "Cache-Control": "max-age=60"},
            "body": "<p>{{ event.name }} ż</p>",
        },
    }
    await publish(site, document("greet", raw))
    token = await token_of(site)
    answer = await call(site, token, {"name": "Ada"}, headers={"Idempotency-Key": "once"})
    again = await call(site, token, {"name": "Ada"}, headers={"Idempotency-Key": "once"})
    for one in (answer, again):
        assert (one.status, one.body.decode()) == (418, "<p>Ada ż</p>")
        assert one.headers["content-type"] == "text/html; charset=utf-8"
        assert (one.headers["x-mine"], one.headers["cache-control"]) == ("1", "max-age=60")
        assert "script" not in one.headers["content-security-policy"]
        assert "default-src 'none'" in one.headers["content-security-policy"]


async def test_a_flow_answers_its_caller_and_goes_on(site: Site) -> None:
    first: dict[str, Any] = {
        "id": "first",
        "card": "api_connector.close",
        "inputs": {"status_code": 201, "headers": {"X-Mine": "1"}, "body": {"name": "{{ event.name }}"}},
    }
    second: dict[str, Any] = {"id": "second", "card": "api_connector.close", "inputs": {"body": "too late"}}
    await publish(site, document("greet", first, second))
    token = await token_of(site)
    answer = await call(site, token, {"name": "Žofie"}, headers={"Idempotency-Key": "once"})
    again = await call(site, token, {"name": "Žofie"}, headers={"Idempotency-Key": "once"})
    for one in (answer, again):
        assert (one.status, one.json) == (201, {"name": "Žofie"})
        assert (one.headers["content-type"], one.headers["x-mine"]) == ("application/json", "1")
        assert one.headers["keyturn-run"] == answer.headers["keyturn-run"]
    stands = await call(site, token, path=f"greet/runs/{answer.headers['keyturn-run']}", method="GET")
    assert stands.json["status"] == "succeeded"


@pytest.mark.parametrize("card", ["api_connector.close", "flow.return_raw"])
@pytest.mark.parametrize(("status", "length"), [(204, None), (205, "0"), (304, None)])
async def test_an_answer_that_may_have_no_body_has_none(site: Site, card: str, status: int, length: str | None) -> None:
    own: dict[str, Any] = {"id": "own", "card": card, "inputs": {"status_code": status, "body": "HTTP/1.1 200 OK"}}
    await publish(site, document("greet", own))
    answer = await call(site, await token_of(site), {})
    assert (answer.status, answer.body, answer.headers.get("content-length")) == (status, b"", length)


async def test_a_caller_does_not_wait_for_what_comes_after_close(site: Site) -> None:
    close: dict[str, Any] = {"id": "close", "card": "api_connector.close", "inputs": {"body": "taken"}}
    wait: dict[str, Any] = {"id": "wait", "card": "flow.wait", "inputs": {"delay": 9, "unit": "day"}}
    await publish(site, document("greet", close, wait))
    token = await token_of(site)
    for _ in range(2):
        answer = await call(site, token, {}, headers={"Idempotency-Key": "once"})
        assert (answer.status, answer.body) == (200, b"taken")
        assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    stands = await call(site, token, path=f"greet/runs/{answer.headers['keyturn-run']}", method="GET")
    assert stands.json["status"] == "waiting"


async def test_close_in_a_helper_flow_answers_nobody(site: Site) -> None:
    close: dict[str, Any] = {"id": "close", "card": "api_connector.close", "inputs": {"status_code": 201, "body": "no"}}
    give: dict[str, Any] = {"id": "give", "card": "flow.return", "inputs": {"went": "on"}}
    helper = {"id": "help", "name": "Help", "event": {"card": "helper"}, "cards": [close, give]}
    call_it: dict[str, Any] = {
        "id": "call",
        "card": "flow.call",
        "call": {"flow": "help", "with": {}},
        "outputs": {"went": "text"},
    }
    back: dict[str, Any] = {"id": "back", "card": "flow.return", "inputs": {"helper": "{{ call.went }}"}}
    await publish(site, helper)
    await publish(site, document("greet", call_it, back))
    answer = await call(site, await token_of(site), {})
    assert (answer.status, answer.json) == (200, {"helper": "on"})


async def test_a_flow_that_fails_after_close_has_answered(site: Site) -> None:
    close: dict[str, Any] = {"id": "close", "card": "api_connector.close", "inputs": {"status_code": 202}}
    error: dict[str, Any] = {"id": "fails", "card": "error.return_error", "inputs": {"message": "no"}}
    await publish(site, document("greet", close, error))
    token = await token_of(site)
    for _ in range(2):
        answer = await call(site, token, {}, headers={"Idempotency-Key": "once"})
        assert (answer.status, answer.body) == (202, b"")


@pytest.mark.parametrize("header", ["Bearer {}", "bearer {}"])
async def test_the_token_may_be_a_bearer_token(site: Site, header: str) -> None:
    await publish(site, document())
    sent = header.format(await token_of(site))
    assert (await call(site, None, {"name": "x"}, headers={"Authorization": sent})).status == 200


@pytest.mark.parametrize("allowed", [False, True])
async def test_the_token_in_the_query_is_taken_only_where_the_flow_allows_it(site: Site, allowed: bool) -> None:
    await publish(site, document(token_in_query=allowed))
    token = await token_of(site)
    assert (await call(site, None, {}, f"greet?clientToken={token}")).status == (200 if allowed else 401)


async def test_wrong_tokens_and_unknown_flows_are_answered_alike(site: Site) -> None:
    await publish(site, document(), document("other"))
    other = await token_of(site, "other")
    bodies = set[bytes]()
    for token in (None, "", "kte_wrong", other, "kt_test_token_with_all_permissions"):
        for path in ("greet", "nobody"):
            answer = await call(site, token, {"name": "x"}, path)
            assert (answer.status, answer.problem["code"], answer.chunks_read) == (401, "wrong-token", 0)
            assert answer.headers["www-authenticate"].startswith("Bearer")
            bodies.add(answer.body)
    assert len(bodies) == 1


async def test_a_new_token_ends_the_one_before(site: Site) -> None:
    await publish(site, document())
    old, new = await token_of(site), await token_of(site)
    assert old != new
    assert [(await call(site, token, {})).status for token in (old, new)] == [401, 200]


@pytest.mark.parametrize(
    ("options", "allowed"), [({}, "POST"), ({"method": "GET"}, "GET"), ({"method": "any"}, "GET, POST")]
)
async def test_other_methods_are_refused(site: Site, options: dict[str, Any], allowed: str) -> None:
    await publish(site, document(**options))
    token = await token_of(site)
    for method in ("GET", "POST", "PUT", "DELETE", "HEAD", "PATCH"):
        answer = await call(site, token, method=method)
        if method in allowed:
            assert answer.status == 200
        else:
            assert answer.status == 405
            assert set(answer.headers["allow"].split(", ")) <= {"GET", "POST"}


@pytest.mark.parametrize(
    ("sent", "status", "code"),
    [
        ({"body": b"{"}, 400, "bad-json"),
        ({"body": b"[]"}, 400, "bad-body"),
        ({"json": {"age": "old"}}, 400, "bad-input"),
        ({"body": b"{}", "headers": {"Idempotency-Key": "x" * 201}}, 400, "bad-key"),
        ({"body": b"x" * 6_000_000}, 413, "too-large"),
        ({"chunks": [b"x" * 3_000_000] * 3}, 413, "too-large"),
    ],
)
async def test_bad_requests(site: Site, sent: dict[str, Any], status: int, code: str) -> None:
    await publish(site, document())
    headers = {"x-api-client-token": await token_of(site)} | sent.pop("headers", {})
    answer = await site.client(None).call("POST", "/endpoints/greet", headers=headers, **sent)
    assert (answer.status, answer.problem["code"]) == (status, code)
    assert answer.problem["mend"]


@pytest.mark.parametrize("path", ["", "greet/", "greet/runs", "greet/runs/1", "greet/x/y", "x" * 121])
async def test_there_is_nothing_at_other_addresses(site: Site, path: str) -> None:
    await publish(site, document())
    assert (await call(site, await token_of(site), {}, path)).status == 404


async def test_a_nul_character_in_the_address_is_refused(site: Site) -> None:
    assert (await call(site, "x", {}, "greet?name=%00")).status == 400


async def test_while_the_database_is_away(site: Site) -> None:
    await publish(site, document())
    token = await token_of(site)
    site.switch.away = True
    for path, method in (("greet", "POST"), ("greet/runs/00000000-0000-0000-0000-000000000001", "GET")):
        answer = await call(site, token, path=path, method=method)
        assert (answer.status, answer.problem["code"], answer.headers["retry-after"]) == (503, "database-away", "2")


async def test_a_flow_that_is_switched_off(site: Site) -> None:
    await publish(site, document())
    token = await token_of(site)
    assert (await site.client().put("/api/v1/flows/greet/active", {"active": False})).status == 200
    assert (await call(site, token, {})).problem["code"] == "flow-inactive"
    assert (await call(site, "wrong", {})).status == 401


@pytest.mark.parametrize(
    ("card", "status", "code", "what"),
    [
        (
            {"card": "error.return_error", "inputs": {"message": "Nobody.", "status_code": 404}},
            404,
            "returned-error",
            "Nobody.",
        ),
        (
            {"card": "error.return_error", "inputs": {"message": "Odd.", "status_code": 200}},
            500,
            "returned-error",
            "Odd.",
        ),
        ({"card": "error.return_error", "inputs": {"message": "Down."}}, 500, "returned-error", "Down."),
        (
            {"card": "flow.wait", "inputs": {"delay": -1}},
            500,
            "flow-failed",
            "The input 'Delay' is -1, out of range.",
        ),
    ],
)
async def test_a_flow_that_fails(site: Site, card: dict[str, Any], status: int, code: str, what: str) -> None:
    await publish(site, document("greet", {"id": "bad", **card}))
    answer = await call(site, await token_of(site), {})
    assert (answer.status, answer.json["run"]) == (status, answer.headers["keyturn-run"])
    (problem,) = answer.json["problems"]
    assert (problem["code"], problem["what"], problem["card"], problem["why"]) == (code, what, None, "")


async def test_a_flow_that_stops(site: Site) -> None:
    stop = {
        "id": "stop",
        "card": "branch.continue_if",
        "options": {"leave": "flow"},
        "inputs": {"when": {"a": 1, "is": "equal to", "b": 2}, "message": "no"},
    }
    await publish(site, document("greet", stop))
    answer = await call(site, await token_of(site), {})
    assert (answer.status, answer.json) == (200, {})


async def test_one_key_is_one_run(site: Site) -> None:
    await publish(site, document())
    token = await token_of(site)
    key = {"Idempotency-Key": "k"}
    first = await call(site, token, {"name": "Ada"}, headers=key)
    again = await call(site, token, {"name": "Ada"}, headers=key)
    assert first.headers["keyturn-run"] == again.headers["keyturn-run"]
    assert first.body == again.body
    assert (await call(site, token, {"name": "Bob"}, headers=key)).problem["code"] == "key-used-before"


async def test_an_asynchronous_endpoint_tells_where_to_ask(site: Site) -> None:
    await publish(site, document(answer="asynchronous"), document("other"))
    token, other = await token_of(site), await token_of(site, "other")
    answer = await call(site, token, {"name": "Ada"})
    assert (answer.status, answer.json["status"]) == (202, "queued")
    location = answer.headers["location"].removeprefix("/endpoints/")
    state = await call(site, token, path=location, method="GET")
    assert (state.status, state.json) == (200, {"run": answer.json["run"], "status": "queued"})
    assert (await call(site, token, path=location, method="POST")).status == 405
    assert (await call(site, other, path=location, method="GET")).status == 401
    elsewhere = location.replace("greet", "other")
    assert (await call(site, other, path=elsewhere, method="GET")).problem["code"] == "unknown-run"


async def test_endpoints_are_listed_in_pages_without_tokens(site: Site) -> None:
    helper = {"id": "helper", "name": "H", "event": {"card": "helper"}, "cards": []}
    await publish(site, document("a"), document("b"), helper)
    made = await token_of(site, "a")
    client = await site.client_with(Permission.FLOWS_READ)
    first = (await client.get("/api/v1/endpoints?limit=1")).json
    rest = (await client.get(f"/api/v1/endpoints?limit=1&after={first['next']}")).json
    rows = [*first["rows"], *rest["rows"]]
    assert [(row["flow_id"], row["address"], bool(row["token_made_at"])) for row in rows] == [
        ("a", "https://keyturn.example/endpoints/a", True),
        ("b", "https://keyturn.example/endpoints/b", False),
    ]
    assert made not in repr(rows)
    assert (await site.client().post("/api/v1/endpoints/helper/token")).problem["code"] == "unknown-endpoint"


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"query": {"nam": "n"}}, "unknown-output"),
        ({"query": {"name": "n"}, "headers": {"name": "h"}}, "two-sources"),
        ({"query": {"name": 3}}, "bad-value"),
        ({"query": "name"}, "bad-value"),
        ({"whole": {"name": "cookies"}}, "unknown-choice"),
        ({"method": "PUT"}, "unknown-choice"),
        ({"wait": "long"}, "bad-value"),
    ],
)
async def test_the_checker_finds_wrong_options(site: Site, options: dict[str, Any], code: str) -> None:
    answer = await site.client().post("/api/v1/flows", {"documents": [document(**options)]})
    assert (answer.status, answer.problem["code"]) == (422, code)
