"""The table of conversions: at run time, and as the checker foretells it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from itertools import product

import orjson
import pytest
from catalogue_flows import Cards
from hypothesis import given
from hypothesis import strategies as st
from strategies_flows import NUMBERS, TYPES, VALUES

from keyturn.flows.checker import Retyped, check
from keyturn.flows.conversion import (
    ConversionError,
    conversion,
    converter,
    dump_json,
    format_datetime,
    is_deeper,
    to_text,
)
from keyturn.flows.json import JSON
from keyturn.flows.types import ANY, Kind, Type
from keyturn.flows.yaml_format import load


def convert(value: JSON, target: str) -> JSON:
    function = converter(Type.parse(target))
    return value if function is None else function(value)


@pytest.mark.parametrize(
    ("value", "target", "expected"),
    [
        ("3", "number", 3),
        (" -3.50 ", "number", -3.5),
        ("3.0", "number", 3),
        ("1e3", "number", 1000),
        ("18446744073709551615", "number", 18446744073709551615),
        (True, "number", 1),
        ("TRUE", "boolean", True),
        ("false", "boolean", False),
        (0, "boolean", False),
        (1.0, "boolean", True),
        ("2026-11-24", "datetime", "2026-11-24T00:00:00.000Z"),
        ("2026-11-24T12:00:00+02:00", "datetime", "2026-11-24T10:00:00.000Z"),
        ("2026-11-24T12:00:00.123456Z", "datetime", "2026-11-24T12:00:00.123Z"),
        ("", "datetime", None),
        ('{"a": [1]}', "object", {"a": [1]}),
        ("null", "object", None),
        (3.0, "text", "3"),
        (-0.0, "text", "0"),
        (0.1, "text", "0.1"),
        (1e21, "text", "1e+21"),
        (10**18, "text", "1000000000000000000"),
        (False, "text", "false"),
        ({"b": 1, "a": [None]}, "text", '{"b":1,"a":[null]}'),
        (["a", "b"], "text", '["a","b"]'),
        ("x", "secret", "x"),
        ("x", "list of text", ["x"]),
        (1, "list of text", ["1"]),
        (["1", 2], "list of number", [1, 2]),
        ({"a": 1}, "list of text", ['{"a":1}']),
        ({"a": 1}, "list of object", [{"a": 1}]),
        ('{"a": 1}', "list of object", [{"a": 1}]),
        ('[{"a": 1}, null]', "list of object", [{"a": 1}, None]),
        (["a"], "list of list of text", [["a"]]),
        ("x", "list of list of text", [["x"]]),
        ("[1]", "list of any", ["[1]"]),
        ("anything", "any", "anything"),
    ],
)
def test_what_converts(value: JSON, target: str, expected: JSON) -> None:
    result = convert(value, target)
    assert result == expected
    assert type(result) is type(expected)


@pytest.mark.parametrize(
    ("value", "target"),
    [
        ("potato", "number"),
        ("", "number"),
        ("nan", "number"),
        ("inf", "number"),
        ("1e400", "number"),
        ("1_000", "number"),
        ("٣", "number"),
        ("9" * 500, "number"),
        ("18446744073709551616", "number"),
        ([], "number"),
        ("yes", "boolean"),
        ("1", "boolean"),
        (2, "boolean"),
        ("yesterday", "datetime"),
        (1700000000, "datetime"),
        ("0001-01-01T00:00:00+14:00", "datetime"),
        ("[1]", "object"),
        ("{a: 1}", "object"),
        (5, "object"),
        ("x", "file"),
        (["a", "2"], "list of number"),
        ("[" * 201 + "]" * 201, "list of object"),
        ('{"a":' * 201 + "1" + "}" * 201, "object"),
        ("[" * 5000, "object"),
    ],
)
def test_what_does_not_convert_says_why(value: JSON, target: str) -> None:
    with pytest.raises(ConversionError) as caught:
        convert(value, target)
    assert 5 < len(str(caught.value)) < 300


@pytest.mark.parametrize("kind", Kind)
def test_null_stays_null(kind: Kind) -> None:
    assert convert(None, str(kind)) is None
    assert convert(None, f"list of {kind}") is None


@given(VALUES, TYPES)
def test_a_conversion_gives_a_value_or_a_conversion_error(value: JSON, target: Type) -> None:
    try:
        result = convert(value, str(target))
    except ConversionError:
        return
    orjson.dumps(result)  # what comes out can be stored
    assert convert(result, str(target)) == result


@given(NUMBERS)
def test_a_number_survives_as_text(number: float) -> None:
    text = to_text(number)
    assert not text.endswith(".0")
    assert convert(text, "number") == number


_EXAMPLES: dict[Kind, list[JSON]] = {
    Kind.TEXT: ["potato", "1", "true", "{}", "2026-11-24"],
    Kind.SECRET: ["potato", "1", "true", "{}", "2026-11-24"],
    Kind.NUMBER: [0, 1, 2.5],
    Kind.BOOLEAN: [True, False],
    Kind.DATETIME: ["2026-11-24T12:00:00.000Z"],
    Kind.OBJECT: [{"a": 1}],
    Kind.FILE: [{"name": "a.txt"}],
}


@pytest.mark.parametrize(("source", "target"), list(product(_EXAMPLES, Kind)))
@pytest.mark.parametrize(("listed", "into_list"), [(0, 0), (0, 1), (1, 1), (1, 0), (0, 2), (1, 2)])
def test_the_checker_foretells_what_happens(source: Kind, target: Kind, listed: int, into_list: int) -> None:
    if {source, target} & {Kind.FILE, Kind.DATETIME}:
        return  # at run time a datetime is text and a file an object; types alone tell them apart
    wanted = Type(target, into_list)
    told = conversion(Type(source, listed), wanted)
    worked: list[bool] = []
    for value in _EXAMPLES[source]:
        try:
            convert([value] if listed else value, str(wanted))
            worked.append(True)
        except ConversionError:
            worked.append(False)
    if not told.possible:
        assert not any(worked)
    else:
        assert any(worked)
        assert told.may_fail == (not all(worked))


def test_datetimes_and_files_convert_by_type() -> None:
    assert not conversion(Type(Kind.DATETIME), Type(Kind.NUMBER)).possible
    assert conversion(Type(Kind.DATETIME), Type(Kind.TEXT)).text == "datetime to text"
    assert conversion(Type(Kind.TEXT), Type(Kind.DATETIME)).may_fail
    assert not conversion(Type(Kind.TEXT), Type(Kind.FILE)).possible


@given(TYPES)
def test_a_type_fits_itself_and_any_fits_all(one: Type) -> None:
    assert conversion(one, one).text == ""
    assert conversion(ANY, one).possible
    assert conversion(one, ANY).text == ""


@pytest.mark.parametrize(("value", "text"), [(None, ""), ("x", "x"), (True, "true"), ({}, "{}"), ([None], "[null]")])
def test_to_text(value: JSON, text: str) -> None:
    assert to_text(value) == text


def test_what_json_cannot_hold_is_a_conversion_error() -> None:
    deep: JSON = []
    for _ in range(300):
        deep = [deep]
    values: list[JSON] = [deep, 2**65, {"a": "\ud800"}]
    for value in values:
        with pytest.raises(ConversionError):
            dump_json(value)
    with pytest.raises(ConversionError, match="nested over 200 levels deep; take out of it"):
        to_text(deep)
    assert is_deeper(deep, 300)
    assert not is_deeper(deep, 301)
    assert is_deeper([0, {"a": deep}], 302)
    assert not is_deeper([0, {"a": deep}], 303)
    assert not is_deeper("", 0)
    assert is_deeper({}, 0)


@given(
    st.datetimes(datetime(2, 1, 1), datetime(9998, 1, 1)),
    st.integers(-23, 23).map(lambda h: timezone(timedelta(hours=h))),
)
def test_an_instant_has_one_form(moment: datetime, zone: timezone) -> None:
    aware = moment.replace(tzinfo=zone)
    text = format_datetime(aware)
    assert len(text) == 24
    assert abs(datetime.fromisoformat(text) - aware) < timedelta(milliseconds=1)
    assert text == format_datetime(aware.astimezone(UTC))
    assert convert(text, "datetime") == text


@pytest.mark.parametrize(
    ("card", "told"),
    [
        ("{id: a, card: list.for_each, inputs: {list: 'a, b'}}", ["text to a list of any of one"]),
        ("{id: a, card: list.sum, inputs: {numbers: '7'}}", ["text to a list of number of one"]),
        ("{id: a, card: list.for_each, inputs: {list: [a, b]}}", []),
        ("{id: a, card: text.compose, inputs: {text: 'a, b'}}", []),
    ],
)
def test_typed_text_that_becomes_a_list_is_told(card: str, told: list[str]) -> None:
    loaded = load(f"id: f\nname: F\nevent: {{card: manual}}\ncards: [{card}]\n")
    assert loaded.flow is not None
    retyped: list[Retyped] = []
    check(loaded.flow, Cards(), retyped=retyped.append)
    assert [one.text for one in retyped] == told
