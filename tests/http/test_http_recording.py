"""What a trace may keep: no credential, no half of one, and a cut that is said."""

from __future__ import annotations

import json
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyturn.http import MASK, AnswerTooLarge, ConnectionLost, Request, Response, headers, record


def response(body=b"", content_type="application/json", **more):
    fields = headers([("Content-Type", content_type), *more.pop("fields", [])])
    return Response(200, "OK", fields, body, 12.5, more.pop("url", "https://a.example/x"), **more)


def shown(exchange) -> str:
    return repr(exchange)


def test_credential_headers_are_masked():
    request = Request(
        "get",
        "https://a.example/x",
        headers={"authorization": "SSWS top", "X-Own": "top", "Accept": "a/b"},
        credential_headers=frozenset({"x-own"}),
    )
    exchange = record(request, response(fields=[("Set-Cookie", "sid=top"), ("X-Id", "7")]))
    assert exchange.request_headers == (("authorization", MASK), ("X-Own", MASK), ("Accept", "a/b"))
    assert exchange.response_headers == (
        ("Content-Type", "application/json"),
        ("Set-Cookie", MASK),
        ("X-Id", "7"),
    )
    assert (exchange.method, exchange.status, exchange.elapsed_ms) == ("GET", 200, 12.5)


def test_oauth_forms_and_answers_are_masked():
    request = Request(
        "POST",
        "https://a.example/token",
        headers={"Content-Type": "application/x-www-form-urlencoded"},
        body=b"grant_type=authorization_code&code=abc&client_secret=s%2Bx&redirect_uri=https%3A%2F%2Fb",
    )
    answer = {
        "access_token": "eyJ1",
        "refresh_token": "r2",
        "id_token": "i3",
        "expires_in": 3600,
        "token_type": "Bearer",
    }
    exchange = record(request, response(json.dumps(answer).encode()))
    assert exchange.request_body.text == (
        f"grant_type=authorization_code&code={MASK}&client_secret={MASK}&redirect_uri=https%3A%2F%2Fb"
    )
    assert json.loads(exchange.response_body.text) == answer | dict.fromkeys(
        ("access_token", "refresh_token", "id_token"), MASK
    )


def test_secret_fields_are_masked_at_any_depth_and_as_a_whole():
    body = {
        "text": json.dumps({"access_token": "top"}),
        "a": [{"credentials": {"password": {"value": "top", "hash": ["top"]}}}],
        "passwordProfile": {"password": "top"},
    }
    request = Request("POST", "https://a.example/", body=json.dumps(body).encode())
    exchange = record(request, response())
    assert "top" not in shown(exchange)
    assert json.loads(exchange.request_body.text)["a"][0]["credentials"] == {"password": MASK}


def test_json_without_secrets_keeps_its_form():
    text = '{"n": 1.0,  "big": 12345678901234567890123,\n "code": "E0000001"}'
    exchange = record(Request("GET", "https://a.example/"), response(text.encode()))
    assert exchange.response_body.text == text
    assert exchange.response_body.cut is False


def test_urls_are_masked():
    request = Request("GET", "https://a.example/x?api_key=top&b=1", query={"access_token": "top", "c": "d"})
    exchange = record(
        request,
        response(url="https://b.example/?token=top", fields=[("Location", "https://c.example/#id_token=top&x=1")]),
    )
    assert exchange.url == f"https://a.example/x?api_key={MASK}&b=1&access_token={MASK}&c=d"
    assert exchange.final_url == f"https://b.example/?token={MASK}"
    assert ("Location", f"https://c.example/#id_token={MASK}&x=1") in exchange.response_headers


@pytest.mark.parametrize("cut_off", [1, 5, 20, 40])
def test_broken_json_is_masked_too(cut_off):
    text = json.dumps({"x": 1, "password": "top-top-top-top-top-top", "refresh_token": {"v": "top-top"}})
    exchange = record(Request("GET", "https://a.example/"), response(text[:-cut_off].encode()))
    assert "top" not in shown(exchange)


def test_bodies_are_cut_and_say_so():
    exchange = record(
        Request("PUT", "https://a.example/", body=b"x" * 5000),
        response("ä".encode() * 5000, "text/plain"),
        kept_bytes=999,
    )
    assert (len(exchange.request_body.text), exchange.request_body.length, exchange.request_body.cut) == (
        999,
        5000,
        True,
    )
    assert (exchange.response_body.text, exchange.response_body.length) == ("ä" * 499, 10000)
    assert exchange.response_body.cut


@pytest.mark.parametrize("size", [0, 300_000, 3_000_000])
def test_a_secret_across_the_cut_leaves_no_half(size):
    body = b"x" * 995 + b"topsecret" + b"y" * size
    exchange = record(
        Request("PUT", "https://a.example/", body=body), response(), secrets={"topsecret"}, kept_bytes=1000
    )
    assert exchange.request_body.text == "x" * 995 + MASK + ("yy" if size else "")
    assert exchange.request_body.length == len(body)


def test_large_json_is_masked_without_being_parsed():
    body = json.dumps({"password": "top", "inner": {"clientSecret": {"v": "top"}}, "fill": "x" * 400_000}).encode()
    exchange = record(Request("PUT", "https://a.example/", body=body), response())
    assert "top" not in exchange.request_body.text
    assert exchange.request_body.cut


@pytest.mark.parametrize(
    ("body", "kind"), [(b"\xff\xfe\x00\x81", "image/png"), (b"top", "text/plain; charset=punycode")]
)
def test_what_is_no_text_is_not_kept(body, kind):
    exchange = record(Request("GET", "https://a.example/"), response(body, kind))
    assert exchange.response_body.text is None
    assert (exchange.response_body.length, exchange.response_body.cut) == (len(body), True)


def test_other_charsets_are_read():
    exchange = record(
        Request("GET", "https://a.example/"),
        response("tópetä".encode("latin-1"), "text/plain; charset=ISO-8859-1"),
        secrets={"ópet"},
    )
    assert exchange.response_body.text == f"t{MASK}ä"


ORDINARY = {"true", "false", "null", "none"}  # words that are masked only where they stand as values


@given(
    st.text(min_size=4).filter(
        lambda text: text.strip() and set(text) - set("*0123456789abcdefu\\ ") and text.lower() not in ORDINARY
    )
)
def test_a_secret_is_found_in_every_dress(secret):
    try:
        secret.encode()
    except UnicodeEncodeError:
        return
    marks = [secret, quote(secret, safe=""), quote_plus(secret), json.dumps(secret)[1:-1]]
    for mark in marks:
        exchange = record(
            Request("POST", "https://a.example/", headers={"X-A": f"<{mark}>"}, body=f"<{mark}>".encode()),
            response(json.dumps({"deep": [{"x": f"<{secret}>"}]}).encode()),
            secrets={secret},
        )
        assert exchange.request_headers == (("X-A", f"<{MASK}>"),)
        assert exchange.request_body.text == f"<{MASK}>"
        assert json.loads(exchange.response_body.text) == {"deep": [{"x": f"<{MASK}>"}]}


@pytest.mark.parametrize(
    ("body", "kind", "masked"),
    [
        ('{"a": "a", "banana": ["a", "an"], "deep": "{\\"x\\": \\"a\\"}"}', "application/json", 3),
        ('{"password": "x", "a": "a", "data": {"a": "banana"}}', "application/json", 2),
        ("name=banana&a=a&grant_type=a", "application/x-www-form-urlencoded", 2),
        ("--b\r\nContent-Disposition: form-data; name=banana\r\n\r\na\r\n--b--", "multipart/form-data; boundary=b", 1),
        ("<user><name>banana</name><key>a</key></user>", "application/xml", 1),
        ("a", "text/plain", 1),
        ("What a banana: a token 'a' is not taken. Sent: Bearer a", "text/plain", 2),
    ],
)
def test_a_short_secret_is_masked_where_it_is_a_value_and_leaves_the_rest_to_be_read(body, kind, masked):
    request = Request("POST", "https://a.example/data/a?state=a&name=banana", headers={"X-A": "a", "Accept": "a/b"})
    exchange = record(
        request, response(body.encode(), kind, fields=[("X-Echo", "a"), ("X-Ray", "a ray")]), secrets={"a"}
    )
    assert exchange.url == f"https://a.example/data/{MASK}?state={MASK}&name=banana"
    assert exchange.request_headers == (("X-A", MASK), ("Accept", "a/b"))
    assert exchange.response_headers[1:] == (("X-Echo", MASK), ("X-Ray", "a ray"))
    text = exchange.response_body.text
    assert text.count(MASK) == masked, text
    assert "banana" in text or body == "a"


@pytest.mark.parametrize("kind", ["text/plain", "application/json"])
def test_a_secret_of_two_or_three_characters_is_masked_as_a_word(kind):
    body = '{"message": "No key 417 is known, of 4170 at 2026-04-17: 417."}'
    exchange = record(Request("GET", "https://a.example/"), response(body.encode(), kind), secrets={"417"})
    assert exchange.response_body.text == body.replace(" 417", f" {MASK}").replace(f"{MASK}0", "4170")


@pytest.mark.parametrize("secret", ["1", "12", "true", "null"])
def test_json_can_be_read_with_a_secret_that_is_one_of_its_words_or_digits(secret):
    answer = {"ok": True, "next": None, "total": 112, "key": secret, "page": {"true": "truely"}}
    request = Request("GET", "https://a.example/", headers={"X-Api-Version": secret})
    exchange = record(request, response(json.dumps(answer).encode()), secrets={secret})
    assert json.loads(exchange.response_body.text) == {**answer, "key": MASK}


def test_the_longer_of_two_secrets_goes_first():
    exchange = record(Request("GET", "https://a.example/topmost/top"), response(), secrets={"top", "topmost", ""})
    assert exchange.url == f"https://a.example/{MASK}/{MASK}"


def test_errors_are_recorded():
    request = Request("POST", "https://a.example/", label="Suspend")
    lost = record(request, ConnectionLost("It broke.", "Look.", host="a.example", label="Suspend"))
    assert (lost.status, lost.error, lost.error_kind) == (None, "Suspend: It broke. Look.", "ConnectionLost")
    assert lost.response_body is None
    large = record(request, AnswerTooLarge("Too large.", "Ask for less.", status=200))
    assert large.status == 200


@pytest.mark.parametrize(
    "body", ["&" * 300_000, "=" * 300_000, '"a":' * 60_000, '"password":"' + "\\" * 300_000, "{" * 300_000]
)
@pytest.mark.timeout(5)
def test_hostile_bodies_take_no_long_time(body):
    for kind in ("application/x-www-form-urlencoded", "application/json", "text/plain"):
        record(Request("GET", "https://a.example/"), response(body.encode(), kind), kept_bytes=10**6)
