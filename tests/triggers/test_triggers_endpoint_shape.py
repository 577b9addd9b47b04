"""How the parts of a call become the values of the event."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyturn.cards.catalogue import BuiltInCards
from keyturn.engine.compile import compile_plan
from keyturn.engine.ports import PublishedFlow
from keyturn.flows.document import Flow
from keyturn.flows.problems import ProblemError
from keyturn.triggers.endpoint.request import EndpointRequest
from keyturn.triggers.endpoint.shape import Shape, shape_of

CARDS = BuiltInCards()


def shape(outputs: dict[str, str], **options: Any) -> Shape:
    event = {"card": "endpoint", "outputs": outputs, "options": options}
    flow = Flow.model_validate({"id": "f", "name": "F", "event": event})
    return shape_of(compile_plan(PublishedFlow(flow, 1), CARDS, CARDS))


async def _nothing() -> bytes:
    return b""


def request(method: str = "POST", query: str = "", **headers: str) -> EndpointRequest:
    sent = [(name.replace("_", "-").encode(), value.encode("latin-1")) for name, value in headers.items()]
    return EndpointRequest(method, sent, query.encode(), _nothing)


ALL = {
    "text": "text",
    "number": "number",
    "flag": "boolean",
    "when": "datetime",
    "thing": "object",
    "texts": "list of text",
}


@pytest.mark.parametrize(
    ("outputs", "options", "call", "body", "event"),
    [
        (
            ALL,
            {},
            request(),
            b'{"text": 3, "number": "4", "flag": 1, "when": "2026-01-02", "thing": "{\\"a\\": 1}", "texts": "x"}',
            {
                "text": "3",
                "number": 4,
                "flag": True,
                "when": "2026-01-02T00:00:00.000Z",
                "thing": {"a": 1},
                "texts": ["x"],
            },
        ),
        (ALL, {}, request(), b"", dict.fromkeys(ALL)),
        (ALL, {}, request(), b'{"more": 1}', dict.fromkeys(ALL)),
        ({"a": "text"}, {}, request(content_type="application/x-www-form-urlencoded"), b"a=%C5%BC+b", {"a": "ż b"}),
        ({"a": "list of number"}, {"query": {"a": "n"}}, request(query="n=1&n=2"), b"", {"a": [1, 2]}),
        ({"a": "text"}, {"query": {"a": "b"}}, request(query="a=1&b="), b'{"a": "no"}', {"a": ""}),
        (
            {"a": "text", "b": "text"},
            {"method": "any"},
            request("GET", "a=1&b=2&clientToken=x"),
            b"",
            {"a": "1", "b": "2"},
        ),
        ({"a": "text"}, {"headers": {"a": "X-Trace"}}, request(x_trace="t"), b"", {"a": "t"}),
        ({"a": "text"}, {"whole": {"a": "body"}}, request(), b"<xml/>", {"a": "<xml/>"}),
        ({"a": "object"}, {"whole": {"a": "body"}}, request(), b'{"x": 1}', {"a": {"x": 1}}),
        ({"a": "text"}, {"whole": {"a": "method"}}, request(), b"", {"a": "POST"}),
        ({"a": "object"}, {"whole": {"a": "query"}}, request(query="b=1&clientToken=t"), b"", {"a": {"b": "1"}}),
        (
            {"a": "object"},
            {"whole": {"a": "headers"}},
            request(host="h", authorization="Bearer x", cookie="c", x_api_client_token="t"),
            b"",
            {"a": {"host": "h"}},
        ),
    ],
)
def test_values(
    outputs: dict[str, str], options: dict[str, Any], call: EndpointRequest, body: bytes, event: dict[str, Any]
) -> None:
    assert shape(outputs, **options).read(call, body) == event


@pytest.mark.parametrize(
    ("body", "code", "fields"),
    [
        (b"{", "bad-json", ["body"]),
        (b'{"number": NaN}', "bad-json", ["body"]),
        (b"\xff", "bad-json", ["body"]),
        (b"[1]", "bad-body", ["body"]),
        (b'{"a":' * 250 + b"1" + b"}" * 250, "bad-body", ["body"]),
        (b'{"number": "potato", "flag": "perhaps", "text": "ok"}', "bad-input", ["number", "flag"]),
        (b'{"thing": [1]}', "bad-input", ["thing"]),
    ],
)
def test_all_that_cannot_be_used_is_named(body: bytes, code: str, fields: list[str]) -> None:
    with pytest.raises(ProblemError) as caught:
        shape(ALL).read(request(), body)
    assert [(problem.code, problem.field) for problem in caught.value.problems] == [(code, name) for name in fields]
    assert all(problem.mend for problem in caught.value.problems)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, (("POST",), 30.0, False, False)),
        ({"method": "GET", "wait": 5}, (("GET",), 5.0, False, False)),
        ({"method": {"value": "any", "label": "GET and POST"}, "wait": -1}, (("GET", "POST"), 0.0, False, False)),
        ({"answer": "asynchronous", "token_in_query": True}, (("POST",), 30.0, True, True)),
    ],
)
def test_options(options: dict[str, Any], expected: tuple[object, ...]) -> None:
    made = shape({}, **options)
    assert (made.methods, made.wait, made.asynchronous, made.token_in_query) == expected


@given(st.binary(max_size=200), st.binary(max_size=100), st.sampled_from(["GET", "POST"]))
def test_whatever_is_sent_is_values_or_problems(body: bytes, query: bytes, method: str) -> None:
    made = shape(ALL | {"q": "text"}, query={"q": "q"}, method="any")
    call = EndpointRequest(method, [], query, _nothing)
    with contextlib.suppress(ProblemError):
        assert set(made.read(call, body)) == {*ALL, "q"}
    assert call.digest(body) == call.digest(body)


def test_the_digest_tells_requests_apart_and_not_their_tokens() -> None:
    digests = {
        request(query="a=1").digest(b"x"),
        request(query="a=2").digest(b"x"),
        request(query="a=1").digest(b"y"),
        request("GET", query="a=1").digest(b"x"),
    }
    assert len(digests) == 4
    assert request(query="a=1&clientToken=t").digest(b"x") in digests
