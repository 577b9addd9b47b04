"""The templates of manifests: bodies, filters, conditions, and pages by number."""

from __future__ import annotations

from typing import Any

import pytest

from keyturn.connectors.conditions import ConditionModel
from keyturn.connectors.paging import Here, Paging
from keyturn.connectors.request_models import FilterModel, OffsetModel, PagingModel
from keyturn.connectors.templates import compile_body, compile_condition, compile_filter
from keyturn.flows.json import JSON

ROOTS: dict[str, JSON] = {
    "inputs": {"a": "1", "none": None, "list": [1, 2], "object": {"x": 1, "y": None}, "quote": "a\"b\\c'd", "empty": ""}
    | {"deep": {"rows": [1, 2], "in": {"a": "1", "b": 2}}, "names": ["a", "b"], "flag": True, "empties": [None, 1]}
}


@pytest.mark.parametrize(
    ("body", "made"),
    [
        ({"a": "{{ inputs.a }}", "b": "{{ inputs.none }}"}, {"a": "1"}),
        ({"a": {"b": {"c": "{{ inputs.none }}"}}, "d": 1}, {"d": 1}),
        ({"a": None, "b": "{{ inputs.none }}"}, {"a": None}),
        ({"a": [], "b": {}}, {"a": [], "b": {}}),
        ({"a": ["{{ inputs.none }}", "{{ inputs.a }}"]}, {"a": ["1"]}),
        ({"a": [{"b": "{{ inputs.none }}"}]}, {"a": []}),
        ({"a": "{{ inputs.object }}"}, {"a": {"x": 1, "y": None}}),
        ({"...": "{{ inputs.object }}", "z": 2}, {"x": 1, "y": None, "z": 2}),
        ({"...": "{{ inputs.none }}", "z": 2}, {"z": 2}),
        ([{"...": "{{ inputs.list }}"}, 3], [1, 2, 3]),
        ([{"...": "{{ inputs.none }}"}, 3], [3]),
        ([{"...": "{{ inputs.list }}", "...each": {"n": "{{ item }}"}}, 3], [{"n": 1}, {"n": 2}, 3]),
        ([{"...": "{{ inputs.a }}", "...each": {"n": "{{ item }}", "a": "{{ inputs.a }}"}}], [{"n": "1", "a": "1"}]),
        ([{"...": "{{ inputs.none }}", "...each": {"n": "{{ item }}"}}, 3], [3]),
        ([{"...": "{{ inputs.empties }}", "...each": {"n": {"m": "{{ item }}"}}}, 3], [{"n": {"m": 1}}, 3]),
        ("{{ inputs.list }}", [1, 2]),
        ({"a": "x{{ inputs.none }}"}, {"a": "x"}),
        (None, None),
    ],
)
def test_bodies_leave_out_what_was_not_given(body: JSON, made: JSON) -> None:
    assert compile_body(body)(ROOTS) == made


@pytest.mark.parametrize(
    ("model", "made"),
    [
        ({"clauses": ['a eq "{{ inputs.a }}"', 'b eq "{{ inputs.none }}"']}, 'a eq "1"'),
        ({"clauses": ['a eq "{{ inputs.a }}"', 'c eq "{{ inputs.a }}"']}, 'a eq "1" and c eq "1"'),
        ({"clauses": ['a eq "{{ inputs.a }}"'], "also": "{{ inputs.a }} or 2"}, 'a eq "1" and (1 or 2)'),
        ({"clauses": ['b eq "{{ inputs.empty }}"'], "also": "{{ inputs.a }}"}, "1"),
        ({"clauses": ['b eq "{{ inputs.none }}"']}, None),
        ({"clauses": ['a eq "{{ inputs.quote }}"']}, 'a eq "a\\"b\\\\c\'d"'),
        ({"clauses": ["a eq '{{ inputs.quote }}'"], "quotes": "double"}, "a eq 'a\"b\\c''d'"),
        ({"clauses": ["a:{{ inputs.a }}", "{{ inputs.a }}"], "quotes": "none", "join": " "}, "a:1 1"),
    ],
)
def test_filters_hold_what_was_given_and_nothing_gets_out_of_its_quotes(model: Any, made: JSON) -> None:
    assert compile_filter(FilterModel.model_validate(model))(ROOTS) == made


@pytest.mark.parametrize(
    ("model", "holds"),
    [
        ({"value": "{{ inputs.a }}", "among": ["1", "2"]}, True),
        ({"value": "{{ inputs.a }}", "among": [1]}, True),
        ({"value": "{{ inputs.a }}", "among": [True, 10, [1]]}, False),
        ({"value": "{{ inputs.flag }}", "among": [1, "true"]}, False),
        ({"value": "{{ inputs.a }}", "not_among": ["1"]}, False),
        ({"value": "{{ inputs.none }}", "not_among": ["1"]}, True),
        ({"value": "{{ inputs.list }}", "has": 2}, True),
        ({"value": "{{ inputs.list }}", "has": "{{ inputs.a }}"}, True),
        ({"value": "{{ inputs.list }}", "lacks": "{{ inputs.a }}"}, False),
        ({"value": "{{ inputs.list }}", "lacks": "1.0"}, True),
        ({"value": "{{ inputs.none }}", "has": 2}, False),
        ({"value": "{{ inputs.list }}", "lacks": 3}, True),
        ({"value": "{{ inputs.list }}", "lacks": 1}, False),
        ({"value": "{{ inputs.none }}", "lacks": 1}, True),
        ({"value": "{{ inputs.empty }}", "empty": True}, True),
        ({"value": "{{ inputs.a }}", "empty": False}, True),
        ({"value": "{{ inputs.none }}", "empty": False}, False),
        ({"value": "{{ inputs.object }}", "includes": {"x": 1}}, True),
        ({"value": "{{ inputs.object }}", "includes": {"x": "{{ inputs.none }}"}}, True),
        ({"value": "{{ inputs.object }}", "includes": {"x": 1, "y": None, "z": None}}, True),
        ({"value": "{{ inputs.object }}", "includes": {"x": None}}, False),
        ({"value": "{{ inputs.object }}", "includes": {"x": 2}}, False),
        ({"value": "{{ inputs.object }}", "includes": {"x": {"in": 1}}}, False),
        ({"value": "{{ inputs.object }}", "includes": "{{ inputs.object }}"}, True),
        ({"value": "{{ inputs.none }}", "includes": {"x": 1}}, False),
        ({"value": "{{ inputs.none }}", "includes": {"x": "{{ inputs.none }}"}}, True),
        ({"value": "{{ inputs.deep }}", "includes": {"rows": [2, 1], "in": {"a": "1"}}}, True),
        ({"value": "{{ inputs.deep }}", "includes": {"rows": [1]}}, False),
        ({"value": "{{ inputs.deep }}", "includes": {"rows": []}}, False),
        ({"value": "{{ inputs.none }}", "includes": {"rows": []}}, True),
        ({"value": "{{ inputs.names }}", "items": "b, a"}, True),
        ({"value": "{{ inputs.names }}", "items": ["a", "b"]}, True),
        ({"value": "{{ inputs.names }}", "items": "a"}, False),
        ({"value": "{{ inputs.names }}", "items": "a,b,b"}, False),
        ({"value": "{{ inputs.none }}", "items": ""}, True),
        ({"value": "{{ inputs.a }}", "items": "1"}, False),
        ({"value": "https://x.example/users/{{ inputs.a }}", "ends": "/users/{{ inputs.a }}"}, True),
        ({"value": "https://x.example/users/11", "ends": "/users/{{ inputs.a }}"}, False),
        ({"value": "x", "ends": "{{ inputs.none }}"}, False),
        ({"value": "{{ inputs.none }}", "ends": "x"}, False),
    ],
)
def test_conditions(model: Any, holds: bool) -> None:
    assert compile_condition(ConditionModel.model_validate(model))(ROOTS) is holds


@pytest.mark.parametrize(
    ("count", "total", "token", "following"),
    [
        (2, 5, None, "3"),
        (2, 5, "3", "5"),
        (1, 5, "5", None),
        (0, 5, "3", None),  # an app that counts what it does not show
        (2, "5", None, "3"),
        (2, None, None, None),
        (2, 5, "none of ours", "3"),
    ],
)
def test_pages_by_number(count: int, total: JSON, token: str | None, following: str | None) -> None:
    model = PagingModel(records="{{ body.rows }}", offset=OffsetModel(query="startIndex", total="{{ body.total }}"))
    answer: dict[str, JSON] = {"status": 200, "headers": {}, "body": {"rows": [*range(count)], "total": total}}
    page = Paging(model).read(answer, Here("https://app.example"), token)
    assert (len(page.records), page.next) == (count, following)


def test_an_empty_page_ends_a_list_that_always_goes_on() -> None:
    paging = Paging(PagingModel(records="{{ body }}", next="link", empty_ends=True))
    headers: JSON = {"link": '<https://app.example/logs?after=1>; rel="next"'}
    full, empty = ({"status": 200, "headers": headers, "body": body} for body in ([1], []))
    assert paging.read(full, Here("https://app.example")).next == "/logs?after=1"
    assert paging.read(empty, Here("https://app.example")).next is None
