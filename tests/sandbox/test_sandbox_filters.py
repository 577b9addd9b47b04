"""What the tenants take as filters: SCIM's (Okta), OData's (Graph), Google's; and pages of lists that change."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyturn.sandbox import filters
from keyturn.sandbox.google.search import group_query, user_query
from keyturn.sandbox.graph import odata
from keyturn.sandbox.paging import BadToken, page_of
from keyturn.sandbox.wire import Refused

EVA: Any = {
    "status": "ACTIVE",
    "lastUpdated": "2026-03-01T10:00:00.000Z",
    "age": 41,
    "admin": False,
    "profile": {"login": "eva.horvat@northwind.example", "firstName": "Eva", "city": ""},
    "emails": [{"type": "work", "value": "eva@a.example"}, {"type": "home", "value": "eva@b.example"}],
}
RULES = filters.Rules(knows=lambda name, operator: name != "secret", dates=frozenset({"lastUpdated"}))


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('status eq "active"', True),
        ('status ne "ACTIVE"', False),
        ('profile.firstName sw "E"', True),
        ('profile.firstName ew "VA"', True),
        ('profile.login co "horvat"', True),
        ('emails.value eq "eva@b.example"', True),
        ('emails.value eq "eva@c.example"', False),
        ("profile.city pr", False),
        ("profile.login pr", True),
        ("age gt 40 and age le 41", True),
        ("admin eq false", True),
        ("admin eq true", False),
        ("nothing eq null", True),
        ('lastUpdated gt "2026-03-01T11:00:00+02:00"', True),
        ('lastUpdated lt "2026-03-01T10:00:00Z"', False),
        ('not (status eq "ACTIVE") or profile.firstName eq "Eva"', True),
        ('status eq "X" and status eq "Y" or age eq 41', True),
        ('status EQ "ACTIVE" AND age ge 41', True),
    ],
)
def test_scim_filters(expression: str, expected: bool) -> None:
    assert filters.condition(expression, RULES)(EVA) is expected


@pytest.mark.parametrize(
    "expression",
    [
        "",
        "status",
        "status eq",
        'status like "x"',
        'secret eq "x"',
        '(status eq "x"',
        'lastUpdated gt "soon"',
        "age gt null",
    ],
)
def test_scim_filters_that_are_not_understood(expression: str) -> None:
    with pytest.raises(filters.NotUnderstood):
        filters.condition(expression, RULES)


@given(st.text(alphabet='()" andornotprqs.eAB12\\', max_size=60))
def test_any_text_is_a_filter_or_is_not_understood(text: str) -> None:
    try:
        filters.condition(text, RULES)(EVA)
    except filters.NotUnderstood:
        return


USER: Any = {
    "id": "3f2f6c1e-aaaa-4000-8000-000000000001",
    "displayName": "Mary O'Neil",
    "accountEnabled": True,
    "createdDateTime": "2026-01-05T08:00:00Z",
    "department": None,
    "assignedLicenses": [{"skuId": "06ebc4ee-1bb5-47dd-8120-11324bc54e06", "disabledPlans": []}],
    "groupTypes": ["Unified"],
    "count": 3,
}
NAMES = frozenset(USER)
TYPES = {"displayName": "text", "accountEnabled": "boolean", "createdDateTime": "date-time", "count": "int32"}


@pytest.mark.parametrize(
    ("text", "expected", "advanced"),
    [
        ("displayName eq 'mary o''neil'", True, set()),
        ("startsWith(displayName,'Mary')", True, set()),
        ("endswith(displayName, 'neil')", True, {"endswith"}),
        ("accountEnabled eq true and displayName ne 'x'", True, {"ne"}),
        ("not(accountEnabled eq true)", False, {"not"}),
        ("department eq null", True, set()),
        ("department ne null", False, {"ne"}),
        ("createdDateTime ge 2026-01-05T09:00:00+01:00", True, set()),
        ("createdDateTime lt 2026-01-05T08:00:00Z", False, set()),
        ("id in ('x', '3F2F6C1E-aaaa-4000-8000-000000000001')", True, set()),
        ("assignedLicenses/any(x:x/skuId eq 06ebc4ee-1bb5-47dd-8120-11324bc54e06)", True, set()),
        ("assignedLicenses/$count eq 0", False, {"$count"}),
        ("groupTypes/any(c:c eq 'Unified')", True, set()),
        ("groupTypes/any(c:c eq 'Other') or count gt 2", True, set()),
    ],
)
def test_odata_filters(text: str, expected: bool, advanced: set[str]) -> None:
    found = odata.read_filter(text, NAMES, TYPES.get)
    assert (found.meets(USER), found.advanced) == (expected, advanced)


@pytest.mark.parametrize(
    "text", ["", "displayName", "displayName eq", "unknown eq 1", "displayName eq 'x", "(" * 50, "id in 'x'"]
)
def test_odata_filters_that_are_not_understood(text: str) -> None:
    with pytest.raises(odata.NotUnderstood):
        odata.read_filter(text, NAMES, TYPES.get)


@given(st.text(alphabet="()' andornotequalsidcount/:x1$,", max_size=60))
def test_any_text_is_an_odata_filter_or_is_not_understood(text: str) -> None:
    try:
        odata.read_filter(text, NAMES, TYPES.get).meets(USER)
    except odata.NotUnderstood:
        return


@pytest.mark.parametrize(
    ("text", "expected"),
    [('"displayName:neil"', True), ('"displayName:eil"', False), ('"displayName:x" OR "displayName:mary"', True)],
)
def test_odata_search_begins_at_words(text: str, expected: bool) -> None:
    assert odata.read_search(text)(USER) is expected


PERSON: Any = {
    "primaryEmail": "eva.horvat@northwind.example",
    "name": {"givenName": "Eva", "familyName": "Horvat"},
    "suspended": False,
    "orgUnitPath": "/Finance/Payroll",
    "organizations": [{"title": "Accountant", "department": "Finance"}],
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("eva", True),
        ("givenName:eva familyName:horvat", True),
        ("name:'Eva' isSuspended=true", False),
        ("isSuspended=false", True),
        ("email:eva*", True),
        ("email=horvat@northwind.example", False),
        ("orgUnitPath='/Finance'", True),
        ("orgUnitPath=/Sales", False),
        ("orgTitle:account orgDepartment=Finance", True),
    ],
)
def test_google_user_queries(text: str, expected: bool) -> None:
    assert user_query(text)(PERSON) is expected


def test_google_queries_with_a_field_that_there_is_not_are_refused() -> None:
    for query in (user_query, group_query):
        with pytest.raises(Refused):
            query("shoeSize=43")


def rows(*keys: str) -> list[str]:
    return list(keys)


def test_pages_leave_nothing_out_when_rows_go_meanwhile() -> None:
    first = page_of(rows("a", "b", "c", "d", "e"), str, None, 2)
    assert (first.rows, first.following is None) == (["a", "b"], False)
    second = page_of(rows("c", "d", "e"), str, first.following, 2, order=rows("a", "b", "c", "d", "e"))
    assert second.rows == ["c", "d"]
    assert page_of(rows("e"), str, second.following, 2).rows == ["e"]
    last = page_of(rows("c", "d", "e"), str, second.following, 2)
    assert (last.rows, last.following) == (["e"], None)


@pytest.mark.parametrize("token", ["x", "1", "-1.a", ".a"])
def test_a_token_that_no_page_gave_is_refused(token: str) -> None:
    with pytest.raises(BadToken):
        page_of(rows("a"), str, token, 1)


@given(st.lists(st.integers(), unique=True), st.integers(1, 7))
def test_all_pages_together_are_the_list(numbers: list[int], size: int) -> None:
    keys = [str(number) for number in numbers]
    token, seen = None, list[str]()
    while True:
        page = page_of(keys, str, token, size)
        seen += page.rows
        token = page.following
        if token is None:
            break
    assert seen == keys
