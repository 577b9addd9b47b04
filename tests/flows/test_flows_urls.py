"""Relative addresses: what is put in stays in its place, and nothing leads away from the base."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from strategies_flows import TEXTS

from keyturn.flows.urls import (
    Inserted,
    UrlRefused,
    check_relative_url,
    compose_relative_url,
    normalise_relative_url,
)

ALLOWED = re.compile(r"(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/?]|%[0-9A-Fa-f]{2})*")
PEOPLE = {
    "dana.wu_partner.example#EXT#@northwind.example": "dana.wu_partner.example%23EXT%23@northwind.example",
    "mary+ops.o'neil@northwind.example": "mary+ops.o'neil@northwind.example",
    "владимир@northwind.example": "%D0%B2%D0%BB%D0%B0%D0%B4%D0%B8%D0%BC%D0%B8%D1%80@northwind.example",
    "山田太郎@northwind.example": "%E5%B1%B1%E7%94%B0%E5%A4%AA%E9%83%8E@northwind.example",
    "a/b?c=1&d%41": "a%2Fb%3Fc=1&d%2541",
}


@pytest.mark.parametrize(("login", "encoded"), PEOPLE.items())
def test_a_login_is_one_segment(login: str, encoded: str) -> None:
    parts = ["/v1.0/users/", Inserted(login), "/revokeSignInSessions"]
    assert compose_relative_url(parts) == f"/v1.0/users/{encoded}/revokeSignInSessions"


def test_a_whole_address_from_a_reference_is_a_path_already() -> None:
    login = "dana.wu_partner.example#EXT#@northwind.example"
    whole = compose_relative_url([Inserted(f"/v1.0/users/{login}?$select=id")])
    assert whole == "/v1.0/users/dana.wu_partner.example%23EXT%23@northwind.example?$select=id"
    assert compose_relative_url([Inserted("/api/v1"), "/users/", Inserted("a/b")]) == "/api/v1/users/a%2Fb"


def test_in_the_query_all_that_parts_it_is_encoded() -> None:
    made = compose_relative_url(["/users?q=", Inserted("a&b=c+d#e?/;ü"), "&limit=5"])
    assert made == "/users?q=a%26b%3Dc%2Bd%23e?/%3B%C3%BC&limit=5"
    assert parse_qsl(urlsplit(made).query) == [("q", "a&b=c+d#e?/;ü"), ("limit", "5")]


@given(TEXTS.filter(bool), TEXTS)
def test_what_is_inserted_stays_in_its_place(name: str, search: str) -> None:
    made = compose_relative_url(["/users/", Inserted(name), "/groups?search=", Inserted(search)])
    assert ALLOWED.fullmatch(made)
    path, _, query = made.partition("?")
    assert [unquote(part) for part in path.split("/")] == ["", "users", name, "groups"]
    assert parse_qsl(query, keep_blank_values=True) == [("search", search)]


@given(st.lists(TEXTS.filter(bool) | TEXTS.filter(bool).map(Inserted), max_size=4))
def test_composed_is_normal(parts: list[str | Inserted]) -> None:
    assume(not (parts and isinstance(parts[0], str) and parts[0].startswith("%")))
    made = compose_relative_url(parts)
    assert ALLOWED.fullmatch(made)
    assert normalise_relative_url(made) == made


@given(TEXTS)
def test_normalising_keeps_the_meaning(text: str) -> None:
    made = normalise_relative_url(text)
    assert ALLOWED.fullmatch(made)
    assert normalise_relative_url(made) == made
    assert unquote(made) == unquote(text) or "%" in text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/a b", "/a%20b"),
        ("/a%20b", "/a%20b"),
        ("/100%", "/100%25"),
        ("/100%zz%4", "/100%25zz%254"),
        ("/a#b?c#d", "/a%23b?c%23d"),
        ("/ü?q=ü", "/%C3%BC?q=%C3%BC"),
        ("/a[0]|{x}", "/a%5B0%5D%7C%7Bx%7D"),
        ("/a?b=c&d=e+f;g?h", "/a?b=c&d=e+f;g?h"),
    ],
)
def test_normalising(text: str, expected: str) -> None:
    assert normalise_relative_url(text) == expected


@pytest.mark.parametrize("parts", [["/users/", Inserted("")], ["/users/", Inserted(""), "/lifecycle"]])
@pytest.mark.parametrize("end", [[], ["?x=1"], [Inserted("")]])
def test_an_empty_segment_is_refused(parts: list[str | Inserted], end: list[str | Inserted]) -> None:
    with pytest.raises(UrlRefused, match="empty"):
        compose_relative_url([*parts, *end])


def test_an_empty_text_elsewhere_is_taken() -> None:
    assert compose_relative_url(["/u/x", Inserted(""), "?q=", Inserted("")]) == "/u/x?q="
    assert compose_relative_url(["/u/", Inserted(""), Inserted("x")]) == "/u/x"
    assert compose_relative_url(["/u/", Inserted(""), "me"]) == "/u/me"


def test_half_a_character_is_refused() -> None:
    for parts in (["/\ud800"], ["/", Inserted("\ud800")]):
        with pytest.raises(UrlRefused):
            compose_relative_url(parts)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "https://evil.example/x",
        "HTTPS:evil",
        "javascript:alert(1)",
        "//evil.example/x",
        "/users//x",
        "\\\\evil.example",
        "/a\\b",
        "/a%5Cb",
        "/a%255cb",
        "/..",
        "..",
        "../x",
        "/a/../b",
        "/a/./b",
        "/a/%2e%2E/b",
        "/a/.%2e",
        "/a%2f..%2Fb",
        "/a/%252e%252e/b",
        "/a/..;x=1/b",
        "/a\nb",
        "/a%0d%0ab",
        "/a?x=%00",
        "/a\x7f",
    ],
)
def test_what_leads_away_is_refused(text: str) -> None:
    with pytest.raises(UrlRefused) as caught:
        check_relative_url(text)
    assert caught.value.mend


@pytest.mark.parametrize(
    "text",
    [
        "/",
        "users",
        "/a/...",
        "/a/..b",
        "/a?u=https://x/../y",
        "/a;b",
        "/u/a%2Fb",
        "/a:b",
        "?x=1",
        "/users/a%23EXT%23@b",
    ],
)
def test_what_stays_below_the_base_is_taken(text: str) -> None:
    check_relative_url(text)


@given(st.lists(TEXTS, min_size=1, max_size=3))
def test_no_inserted_text_leads_away(texts: list[str]) -> None:
    parts: list[str | Inserted] = ["/api/users"]
    for text in texts:
        parts += ["/", Inserted(text)]
    try:
        made = compose_relative_url(parts)
        check_relative_url(made)
    except UrlRefused:
        return
    whole = urlsplit("https://tenant.example" + made)
    assert whole.netloc == "tenant.example"
    assert whole.path.count("/") == 2 + len(texts)
    assert not whole.query
    assert not whole.fragment
