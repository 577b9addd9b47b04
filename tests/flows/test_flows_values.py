"""Values: what is static, what is a reference, and that both ways agree."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies_flows import REFERENCES, TEXTS, VALUES

from keyturn.flows.json import JSON
from keyturn.flows.types import BOOLEAN, NUMBER, TEXT, Type, TypeSyntaxError
from keyturn.flows.values import (
    Each,
    Index,
    ListOf,
    Name,
    ObjectOf,
    Reference,
    Static,
    Template,
    ValueSyntaxError,
    format_value,
    parse_reference,
    parse_value,
    references,
)


def ref(root: str, *steps: Name | Index | Each, convert: Type | None = None) -> Reference:
    return Reference(root, steps, convert)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("card.output", ref("card", Name("output"))),
        ("  event.user-name ", ref("event", Name("user-name"))),
        ('event["Okta User"]["Alternate ID"]', ref("event", Name("Okta User"), Name("Alternate ID"))),
        ('a["}}"]', ref("a", Name("}}"))),
        (r'a["say \"x\" \\"]', ref("a", Name('say "x" \\'))),
        ("a.rows[0].id", ref("a", Name("rows"), Index(0), Name("id"))),
        ("a.rows[-1]", ref("a", Name("rows"), Index(-1))),
        ("a.rows[].email", ref("a", Name("rows"), Each(), Name("email"))),
        ("a.x as number", ref("a", Name("x"), convert=NUMBER)),
        ("a.x as list of list of text", ref("a", Name("x"), convert=TEXT.listed().listed())),
        ("item", ref("item")),
    ],
)
def test_a_reference_is_read(text: str, expected: Reference) -> None:
    assert parse_reference(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{{ }}",
        "{{ a",
        "{{ a.b }",
        "{{ 1a }}",
        "{{ a. }}",
        "{{ a..b }}",
        "{{ a.b c }}",
        "{{ a + 1 }}",
        "{{ a.b() }}",
        "{{ a[b] }}",
        "{{ a[ }}",
        '{{ a["b }}',
        "{{ a[99999999999999999999999] }}",
        "{{ a as }}",
        "{{ a as potato }}",
        "{{ a as " + "list of " * 400 + "text }}",
        "{{ a" + "[]" * 400 + " }}",
        "{{ é }}",
    ],
)
def test_what_is_no_reference_is_an_error(text: str) -> None:
    if not text:
        with pytest.raises(ValueSyntaxError):
            parse_reference(text)
        return
    with pytest.raises(ValueSyntaxError):
        parse_value(text)
    with pytest.raises(ValueSyntaxError):
        parse_value({"deep": ["fine", {"x": text}]})


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("plain }} text {", Static("plain }} text {")),
        ("{{ a.b }}", ref("a", Name("b"))),
        ("x{{ a.b }}", Template(("x", ref("a", Name("b"))))),
        ("{{ a }}{{ b }}", Template((ref("a"), ref("b")))),
        (r"\{{ a }}", Static("{{ a }}")),
        (r"\{{{{ a }}", Template(("{{", ref("a")))),
        (r"C:\\{{ a }}", Template(("C:\\", ref("a")))),
        (r"\\\{{ a }}", Static(r"\{{ a }}")),
        (r"C:\x {{ a }}", Template(("C:\\x ", ref("a")))),
        ('{"id":{{{ a }}}}', Template(('{"id":{', ref("a"), "}}"))),
        ([r"\{{", 1], Static(["{{", 1])),
        ({"a": [r"\{{"]}, Static({"a": ["{{"]})),
        (["x", "{{ a }}"], ListOf((Static("x"), ref("a")))),
        ({"x": "{{ a }}", "y": None}, ObjectOf((("x", ref("a")), ("y", Static(None))))),
    ],
)
def test_a_value_is_read(raw: JSON, expected: object) -> None:
    assert parse_value(raw) == expected


def test_a_static_value_is_not_copied() -> None:
    raw: JSON = {"a": [{"b": "c"}]}
    value = parse_value(raw)
    assert isinstance(value, Static)
    assert value.value is raw


@given(REFERENCES)
def test_a_reference_survives_being_written(reference: Reference) -> None:
    assert parse_value(format_value(reference)) == reference


@given(VALUES)
def test_a_static_value_survives_being_written(raw: JSON) -> None:
    value = parse_value(format_value(Static(raw)))
    assert isinstance(value, Static)
    assert value.value == raw


BRACES = st.lists(st.sampled_from(["\\", "{", "}", "x"]), min_size=1, max_size=6).map("".join)


@given(st.lists(st.tuples(BRACES | TEXTS.filter(bool), REFERENCES), min_size=1, max_size=3), BRACES)
def test_a_text_with_references_survives_being_written(pairs: list[tuple[str, Reference]], end: str) -> None:
    template = Template((*(part for pair in pairs for part in pair), end))
    again = parse_value(format_value(template))
    assert again == template
    assert list(references(again)) == [reference for _, reference in pairs]


@given(st.text(st.sampled_from('\\{}" [].ax'), max_size=30))
def test_any_text_is_a_value_or_a_syntax_error(text: str) -> None:
    try:
        value = parse_value(text)
    except ValueSyntaxError:
        return
    assert parse_value(format_value(value)) == value


@pytest.mark.parametrize("text", ["\\" * 300_000, "{{ a }}" * 40_000, "x" * 300_000 + "{{ a }}"])
def test_long_texts_are_read_in_linear_time(text: str) -> None:
    began = time.process_time()
    assert parse_value(text) != Static("")
    assert time.process_time() - began < 5


_LONG_AND_BAD = ['{{ "' + '\\"' * 150_000, "{{" * 150_000, "{{ a" + " " * 300_000, "{{ " + "[" * 300_000]


@pytest.mark.parametrize("text", _LONG_AND_BAD)
def test_long_bad_texts_are_refused_in_linear_time(text: str) -> None:
    began = time.process_time()
    with pytest.raises(ValueSyntaxError) as caught:
        parse_value(text)
    assert time.process_time() - began < 5
    assert len(str(caught.value)) < 300


_NO_TYPES = ["", "list", "list of", "Text", "texts", "list of " * 9 + "text", "list of " * 100_000]


@pytest.mark.parametrize("text", _NO_TYPES)
def test_what_is_no_type_is_an_error(text: str) -> None:
    with pytest.raises(TypeSyntaxError) as caught:
        Type.parse(text)
    assert len(str(caught.value)) < 250


def test_types_are_read_and_written() -> None:
    assert Type.parse(" list of  list of boolean") == BOOLEAN.listed().listed()
    assert str(BOOLEAN.listed()) == "list of boolean"
    assert BOOLEAN.listed().item == BOOLEAN
