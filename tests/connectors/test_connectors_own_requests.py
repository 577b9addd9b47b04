"""The API Connector: requests of the author's own, which never leave the address of their connection."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from email import message_from_bytes

import pytest
from aiohttp import web
from support_connectors import TOKEN, App

from keyturn.connectors.registry import ConnectorRegistry
from keyturn.flows.actions import Done, Failed
from keyturn.flows.json import JSON, Values
from keyturn.flows.resolve import compile_relative_url
from keyturn.flows.spec import EffectClass
from keyturn.flows.values import parse_value


async def ask(
    app: App, method: str, connection: str = "own", options: Values | None = None, **inputs: JSON
) -> Done | Failed:
    outcome = await app.act(f"api_connector.{method}", options or {}, {"url": "/x", **inputs}, connection)
    assert isinstance(outcome, Done | Failed)
    return outcome


def outputs(outcome: Done | Failed) -> Values:
    assert isinstance(outcome, Done), outcome
    return outcome.outputs


@pytest.mark.parametrize("method", ["get", "post", "put", "patch", "delete"])
async def test_each_method_is_sent_with_the_credentials_of_the_connection(app: App, method: str) -> None:
    given = outputs(await ask(app, method, headers={"X-Mine": "ż"}, query={"a": [1, 2]}, body={"n": 1}))
    assert (given["status"], given["body"]) == (200, {"ok": True})
    [request] = app.seen
    assert (request.method, request.raw_path) == (method.upper(), "/base/x?a=1&a=2")
    assert request.headers["Authorization"] == f"Bearer {TOKEN}"
    assert app.bodies == [b"" if method == "get" else b'{"n":1}']


@pytest.mark.parametrize(
    ("query", "path"),
    [
        ("a=1&b=x%20y&a=2", "/base/x?a=1&a=2&b=x%20y"),
        ("?c=", "/base/x?c="),
        ("", "/base/x"),
        (None, "/base/x"),
        ({}, "/base/x"),
    ],
)
async def test_a_query_is_an_object_or_a_text(app: App, query: JSON, path: str) -> None:
    outputs(await ask(app, "get", query=query))
    assert app.seen[0].raw_path == path


@pytest.mark.parametrize(
    ("rest", "path"),
    [("/users?limit=2", "/base/users?limit=2"), ("", "/base/"), ("/", "/base/"), ("/a b", "/base/a%20b")],
)
async def test_a_whole_url_below_the_connection_s_address_is_taken(app: App, rest: str, path: str) -> None:
    outputs(await ask(app, "get", url=f"{app.base}{rest}"))
    assert app.seen[0].raw_path == path


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/base/x",
        "{base}2/x",
        "{base}/../x",
        "{base}//x",
        "{base}/%2e%2e/x",
        "{user}/x",
        "http://127.0.0.1:1/base/x",
        "http://[x/base",
        "//evil.example/x",
        "/../x",
        "ftp://127.0.0.1/base/x",
    ],
)
@pytest.mark.parametrize("connection", ["own", "open"])
async def test_nothing_is_sent_elsewhere(app: App, url: str, connection: str) -> None:
    whole = url.replace("{base}", app.base).replace("{user}", app.base.replace("://", "://a:b@"))
    outcome = await ask(app, "get", connection, url=whole)
    assert isinstance(outcome, Failed)
    assert outcome.not_sent
    assert outcome.error.field == "url"
    assert app.seen == []


async def test_without_credentials_the_author_may_give_some_and_they_are_not_shown(app: App) -> None:
    outcome = await ask(app, "get", "open", headers={"Authorization": "Bearer of-my-own-0123456789"})
    assert app.seen[0].headers["Authorization"] == "Bearer of-my-own-0123456789"
    assert "of-my-own" not in repr(outcome.exchanges)


async def test_with_credentials_the_author_gives_none(app: App) -> None:
    outcome = await ask(app, "get", headers={"authorization": "x"})
    assert isinstance(outcome, Failed)
    assert outcome.error.field == "headers"


async def test_raw_request_sends_text_and_gives_text(app: App) -> None:
    app.says(200, {"n": 1})
    given = outputs(await ask(app, "raw", options={"method": "POST"}, body="<a/>"))
    assert given["body"] == '{"n": 1}'
    assert app.seen[0].headers["Content-Type"] == "text/plain; charset=utf-8"
    outputs(await ask(app, "raw", options={"method": "PUT"}, body="a=1", headers={"content-type": "application/x"}))
    assert app.seen[1].headers["Content-Type"] == "application/x"
    assert app.bodies == [b"<a/>", b"a=1"]


@pytest.mark.parametrize(
    ("card", "headers", "wanted"),
    [
        ("raw", {}, "*/*"),
        ("raw", {"accept": "application/xml"}, "application/xml"),
        ("get", {}, "application/json"),
    ],
)
async def test_raw_request_takes_any_kind_of_answer(app: App, card: str, headers: Values, wanted: str) -> None:
    outputs(await ask(app, card, headers=headers))
    assert app.seen[0].headers.getall("Accept") == [wanted]


async def test_what_a_get_brings_is_not_sent_on(app: App) -> None:
    async def elsewhere(request: web.Request) -> web.StreamResponse:
        raise web.HTTPTemporaryRedirect("/base/y")

    app.answer = elsewhere
    refused = await ask(app, "raw", body="<secret/>", headers={"Content-Type": "application/xml"})
    assert isinstance(refused, Failed)
    assert refused.status == 307
    assert app.bodies == [b"<secret/>"]


async def test_an_answer_that_is_not_2xx_is_an_error_with_its_status_and_body(app: App) -> None:
    app.says(404, {"message": "no such thing"})
    outcome = await ask(app, "get")
    assert isinstance(outcome, Failed)
    assert (outcome.status, outcome.error.status) == (404, 404)
    assert "no such thing" in outcome.error.message


def test_what_each_card_does_to_the_world() -> None:
    registry = ConnectorRegistry()
    found = {}
    for name in ("get", "post", "put", "patch", "delete"):
        spec = registry.get(f"api_connector.{name}")
        assert spec is not None
        found[name] = spec.signature({}).effect
    raw = registry.get("api_connector.raw")
    assert raw is not None
    found |= {method: raw.signature({"method": method}).effect for method in ("GET", "POST", "DELETE")}
    classes = {name: effect.effect for name, effect in found.items() if effect}
    assert classes == {
        "get": EffectClass.READ,
        "post": EffectClass.CHANGE,
        "put": EffectClass.CHANGE,
        "patch": EffectClass.CHANGE,
        "delete": EffectClass.DESTROY,
        "GET": EffectClass.READ,
        "POST": EffectClass.CHANGE,
        "DELETE": EffectClass.DESTROY,
    }
    assert registry.get("api_connector.custom_api_action") is None


PICTURE = bytes(range(256))


def gives(app: App, content: bytes, status: int = 200, kind: str = "image/png") -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        return web.Response(status=status, body=content, headers={"Content-Type": kind})

    app.answer = answer


@pytest.mark.parametrize(("method", "options"), [("get", {}), ("post", {}), ("raw", {"method": "PUT"})])
@pytest.mark.parametrize("content", [PICTURE, b"", b'{"a": 1}'])
async def test_an_answer_of_any_kind_becomes_a_file(app: App, method: str, options: Values, content: bytes) -> None:
    gives(app, content, kind="application/json" if content[:1] == b"{" else "image/png")
    given = outputs(await ask(app, method, options={**options, "answer": "file"}, url="/users/ada/photo"))
    assert app.seen[0].headers["Authorization"] == f"Bearer {TOKEN}"
    assert (given["status"], given["body"], given["size"]) == (200, None, len(content))
    [(kept, url, headers)] = app.kept.files
    assert (kept, url) == (content, "/users/ada/photo")
    assert headers["content-type"].startswith(("image/png", "application/json"))


async def test_a_request_of_one_s_own_to_any_app_gives_a_file(app: App) -> None:
    gives(app, PICTURE)
    inputs: Values = {"url": "/api/v1/users/ada/photo"}
    given = outputs(await app.act("okta.custom_api_action", {"method": "GET", "answer": "file"}, inputs))  # type: ignore[arg-type]
    assert (given["body"], given["size"]) == (None, len(PICTURE))
    assert [content for content, _, _ in app.kept.files] == [PICTURE]


async def test_a_refusal_is_an_error_and_no_file(app: App) -> None:
    app.says(404, {"message": "no photo"})
    outcome = await ask(app, "get", options={"answer": "file"})
    assert isinstance(outcome, Failed)
    assert (outcome.status, outcome.error.status) == (404, 404)
    assert not app.kept.files


async def test_what_was_done_is_not_said_to_be_not_sent_where_its_answer_is_too_large(app: App) -> None:
    gives(app, b"x" * 2_000)
    outcome = await ask(app, "post", options={"answer": "file"})
    assert isinstance(outcome, Failed)
    assert (outcome.error.code, outcome.not_sent, outcome.taken) == ("file-too-large", False, True)
    elsewhere = await ask(app, "post", options={"answer": "file"}, url="https://evil.example/x")
    assert isinstance(elsewhere, Failed)
    assert elsewhere.not_sent


@pytest.mark.parametrize(
    ("kind", "content", "text"),
    [
        ("text/csv; charset=iso-8859-1", b"name,caf\xe9", "name,café"),
        ('text/plain; charset="windows-1250"', b"\x8eofie", "Žofie"),
        ("text/csv", "name,café".encode(), "name,café"),
        ("text/csv", b"name,caf\xe9", "name,café"),  # as browsers read what says nothing and is not UTF-8
        ("application/xml", b"<a>\xe9</a>", "<a>é</a>"),
        ("text/plain; charset=klingon", "ł".encode(), "ł"),
        ("image/png", b"GIF89a", "GIF89a"),
    ],
)
@pytest.mark.parametrize("method", ["get", "raw"])
async def test_an_answer_is_text_in_the_characters_that_it_says(
    app: App, method: str, kind: str, content: bytes, text: str
) -> None:
    gives(app, content, kind=kind)
    assert outputs(await ask(app, method, options={}))["body"] == text


@pytest.mark.parametrize("method", ["get", "raw"])
async def test_an_answer_that_is_no_text_is_told_where_something_is_read(app: App, method: str) -> None:
    gives(app, PICTURE)
    outcome = await ask(app, method, options={})
    assert isinstance(outcome, Failed)
    assert outcome.error.code == "answer-unusable"
    assert "it is no text, but image/png" in outcome.error.message
    assert "as a file" in outcome.error.mend
    gives(app, PICTURE)
    assert outputs(await ask(app, "post", options={}))["status"] == 200  # it is done, whatever the answer is


@pytest.mark.parametrize(
    ("card", "path"),
    [
        ("office365.custom_api_action", "/v1.0/users/eva.horvat@northwind.example"),
        ("okta.custom_api_action", "/api/v1/users/eva.horvat@northwind.example"),
        ("google_workspace.custom_api_action", "/admin/directory/v1/users/eva.horvat@northwind.example"),
        ("slack.custom_api_action", "/api/users.list"),
    ],
)
def test_an_address_of_one_s_own_has_an_example_of_its_app(card: str, path: str) -> None:
    spec = ConnectorRegistry().get(card)
    assert spec is not None
    assert next(field.example for field in spec.inputs if field.name == "url") == path
    assert compile_relative_url(parse_value(path))({}) == path


def test_the_card_has_the_outputs_of_a_file_where_the_answer_goes_into_one() -> None:
    for card in ("api_connector.get", "api_connector.post", "api_connector.raw", "okta.custom_api_action"):
        spec = ConnectorRegistry().get(card)
        assert spec is not None
        plain, file = spec.signature({}), spec.signature({"answer": "file"})
        assert [output.name for output in plain.outputs] == ["status", "headers", "body"]
        assert [output.name for output in file.outputs] == ["status", "headers", "body", "file", "name", "size"]
        assert file.effect == plain.effect


def as_pairs(body: bytes, kind: str) -> bytes:
    """A form as names and values; another body as it is."""
    if not kind.startswith("multipart/"):
        return body
    parts = message_from_bytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + body).get_payload()
    pairs = [f"{part.get_param('name', header='content-disposition')}={part.get_payload()}" for part in parts]  # type: ignore[union-attr]
    return " ".join(pairs).encode()


@pytest.mark.parametrize(
    ("inputs", "method", "kind", "body"),
    [
        ({}, "POST", "application/pdf", b"%PDF"),
        ({"headers": {"content-type": "image/png"}}, "PUT", "image/png", b"%PDF"),
        (
            {"form_field": "file", "form": {"a": 1, "b": ["x", "y"]}},
            "POST",
            "multipart/form-data; boundary=",
            b"a=1 b=x b=y file=%PDF",
        ),
        (
            {"form_field": "file", "headers": {"Content-Type": "x/y"}},
            "PATCH",
            "multipart/form-data; boundary=",
            b"file=%PDF",
        ),
    ],
)
async def test_a_file_is_sent_with_the_connections_credentials(
    app: App, inputs: Values, method: str, kind: str, body: bytes
) -> None:
    given: Values = {"url": "/files", "query": {"q": "1"}, "file": {"file": "f1"}, **inputs}
    done = await app.act("api_connector.upload", {"method": method}, given, "own")
    assert isinstance(done, Done), done
    request = app.seen[0]
    assert (request.method, request.raw_path) == (method, "/base/files?q=1")
    assert as_pairs(app.bodies[0], request.headers["Content-Type"]) == body
    assert request.headers["Content-Type"].startswith(kind)
    assert request.headers["Authorization"] == f"Bearer {TOKEN}"
    assert done.outputs["status"] == 200


async def test_the_fields_of_a_form_are_named_in_any_language(app: App) -> None:
    """RFC 7578, 5.1: in UTF-8, as browsers do."""
    given: Values = {"url": "/files", "file": {"file": "f1"}, "form_field": "für", "form": {"größe ☂": "ü"}}
    done = await app.act("api_connector.upload", {}, given, "own")
    assert isinstance(done, Done), done
    sent = app.bodies[0].decode("utf-8")
    assert 'form-data; name="für"; filename=' in sent
    assert 'form-data; name="größe ☂"\r\n\r\nü\r\n' in sent


@pytest.mark.parametrize("name", ["", "a\r\nb", "a\x00", "x" * 201, "\ud800"])
async def test_what_cannot_name_a_field_of_a_form_is_told_and_not_sent(app: App, name: str) -> None:
    given: Values = {"url": "/files", "file": {"file": "f1"}, "form_field": "file", "form": {name: "1"}}
    failed = await app.act("api_connector.upload", {}, given, "own")
    assert isinstance(failed, Failed)
    assert (failed.error.code, failed.error.field, app.seen) == ("bad-input", "form", [])
    assert "is no name of a form's field" in failed.error.message


@pytest.mark.parametrize("card", ["get", "raw"])
async def test_a_header_that_is_null_is_left_out(app: App, card: str) -> None:
    given: Values = {"url": "/x", "headers": {"X-Null": None, "X-Empty": "", "X-Given": 1}}
    done = await app.act(f"api_connector.{card}", {}, given, "own")
    assert isinstance(done, Done), done
    headers = app.seen[0].headers
    assert ("X-Null" in headers, headers["X-Empty"], headers["X-Given"]) == (False, "", "1")


@pytest.mark.parametrize(("inputs", "code"), [({"file": None}, "no-file"), ({"url": "https://evil.example"}, None)])
async def test_a_file_that_is_not_there_or_would_go_elsewhere_is_not_sent(
    app: App, inputs: Values, code: str | None
) -> None:
    given: Values = {"url": "/files", "file": {"file": "f1"}, **inputs}
    failed = await app.act("api_connector.upload", {}, given, "own")
    assert isinstance(failed, Failed)
    assert (failed.not_sent, app.seen) == (True, [])
    assert code in (None, failed.error.code)


JSON_TYPE = "application/json"


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        (JSON_TYPE, b'\xef\xbb\xbf{"n":"\xc3\xa4"}'),
        (f"{JSON_TYPE}; charset=utf-8", b'\xef\xbb\xbf{"n":"\xc3\xa4"}'),
        (f"{JSON_TYPE}; charset=iso-8859-1", b'{"n":"\xe4"}'),
        ('application/scim+json; Charset="windows-1252"', b'{"n":"\xe4"}'),
        (f"{JSON_TYPE}; charset=utf-16", '\ufeff{"n":"ä"}'.encode("utf-16-le")),
        (f"{JSON_TYPE}; charset=klingon", '{"n":"ä"}'.encode()),
    ],
)
@pytest.mark.parametrize("card", ["api_connector.get", "okta.custom_api_action"])
async def test_json_is_read_behind_a_mark_and_in_the_character_set_that_it_says(
    app: App, card: str, kind: str, content: bytes
) -> None:
    app.answer = answering(content, kind)
    connector = card.partition(".")[0]
    given: Values = {"url": "/x"}
    outcome = await app.act(card, {"method": "GET"}, given, "own" if connector == "api_connector" else connector)
    assert isinstance(outcome, Done), outcome
    assert outcome.outputs["body"] == {"n": "ä"}


HALVES = [
    ("a\\ud83d", "a\ufffd"),
    ("\\uDE00a", "\ufffda"),
    ("\\ud83d\\ud83d\\ude00\\ude00", "\ufffd\U0001f600\ufffd"),
    ("\\ud83dx\\ude00", "\ufffdx\ufffd"),
    ("\\\\ud83d \\ud83d", "\\ud83d \ufffd"),
    ("\\\\\\ud83d\\n", "\\\ufffd\n"),
]


@pytest.mark.parametrize(("written", "read"), HALVES)
@pytest.mark.parametrize("kind", [JSON_TYPE, f"{JSON_TYPE}; charset=iso-8859-1"])
@pytest.mark.parametrize("card", ["api_connector.get", "okta.custom_api_action"])
async def test_half_a_character_is_read_as_none(app: App, card: str, kind: str, written: str, read: str) -> None:
    """A text that was cut within an emoji: JSON may write it, and nothing can be made of it."""
    app.answer = answering(f'{{"{written}": [{{"n": "{written}"}}]}}'.encode(), kind)
    connection = "own" if card.startswith("api") else "okta"
    outcome = await app.act(card, {"method": "GET"}, {"url": "/x"}, connection)
    assert isinstance(outcome, Done), outcome
    assert outcome.outputs["body"] == {read: [{"n": read}]}
    str(outcome.outputs).encode()


@pytest.mark.parametrize(
    "content", [b'{"n": NaN}', b'{"n": "\\ud800", "m": NaN}', b'{"n": "\\ud8zz"}', b'{"n": "\xe4"}', b"{"]
)
async def test_of_what_is_no_json_it_is_told_which_card_reads_it(app: App, content: bytes) -> None:
    app.answer = answering(content, JSON_TYPE)
    for card, connection in (
        ("api_connector.get", "own"),
        ("okta.custom_api_action", "okta"),
        ("okta.read_user", "okta"),
    ):
        failed = await app.act(card, {"method": "GET"}, {"url": "/x", "user": "eva"}, connection)
        assert isinstance(failed, Failed), failed
        assert "announced as JSON and is not" in failed.error.message
        assert "Raw Request" in failed.error.mend
        assert "Custom API Action" not in failed.error.mend
    if content.isascii():
        assert isinstance(outputs(await ask(app, "raw", options={"method": "GET"}))["body"], str)


def answering(content: bytes, kind: str) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def answer(request: web.Request) -> web.StreamResponse:
        return web.Response(body=content, headers={"Content-Type": kind})

    return answer
