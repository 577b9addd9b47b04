"""Function cards: a table of cases for each, and what holds for all."""

from __future__ import annotations

import copy
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyturn.cards.catalogue import BuiltInCards
from keyturn.cards.limits import Limits
from keyturn.engine.control import CONTROL
from keyturn.flows.errors import CardError
from keyturn.flows.functions import EffectPorts
from keyturn.flows.json import JSON, Values
from keyturn.flows.spec import CardKind, CardSpec

CARDS = BuiltInCards()
PURE = [spec for spec in CARDS.all() if spec.kind is CardKind.PURE]


def run(key: str, inputs: Values, outputs: tuple[str, ...] = (), cards: BuiltInCards = CARDS) -> Values:
    compute = cards.compute(key)
    assert compute is not None
    return compute(inputs, outputs)


@pytest.mark.parametrize(
    ("key", "inputs", "outputs"),
    [
        ("text.compose", {"text": "a"}, {"output": "a"}),
        ("text.compose", {"text": ""}, {"output": ""}),
        ("text.compose", {"text": None}, {"output": ""}),
        ("text.compose", {}, {"output": ""}),
        ("text.compose", {"text": 3.0}, {"output": "3"}),
        ("text.compose", {"text": True}, {"output": "true"}),
        ("text.compose", {"text": {"b": 1, "a": [None]}}, {"output": '{"b":1,"a":[null]}'}),
        ("text.compose", {"text": "żółć 👩‍💻\x00"}, {"output": "żółć 👩‍💻\x00"}),
        ("text.concatenate", {"text1": "a", "text2": "b"}, {"output": "ab"}),
        ("text.concatenate", {"text1": "a", "text2": None, "text3": "c"}, {"output": "ac"}),
        ("text.concatenate", {"text1": "", "text2": ""}, {"output": ""}),
        ("text.concatenate", {"text1": 1, "text2": False, "z": "ß", "a": "!"}, {"output": "1falseß!"}),
        ("boolean.compare", {"a": 80, "is": "greater than", "b": 9}, {"result": True}),
        ("boolean.compare", {"a": "80", "is": "greater than", "b": "9"}, {"result": False}),
        ("boolean.compare", {"a": "6", "is": "less than", "b": 30}, {"result": False}),
        ("boolean.compare", {"a": None, "is": "equal to", "b": None}, {"result": True}),
        ("boolean.compare", {"a": None, "is": "less than", "b": 1}, {"result": False}),
        ("boolean.compare", {"a": "Ada", "is": "equal to", "b": "ada"}, {"result": False}),
        ("boolean.compare", {"a": {"x": [1]}, "is": "equal to", "b": {"x": [1]}}, {"result": True}),
        ("boolean.compare", {"a": "test", "is": "in", "b": "this is a test"}, {"result": True}),
        ("boolean.compare", {"a": 2, "is": "in", "b": [1, 2]}, {"result": True}),
        ("boolean.compare", {"a": -4, "is": "a multiple of", "b": 4}, {"result": True}),
        ("boolean.compare", {"a": 4, "is": "a multiple of", "b": 0}, {"result": False}),
        ("boolean.compare", {"a": {"k": None}, "is": "has key", "b": "k"}, {"result": True}),
        ("boolean.compare", {"a": 0, "is": "is empty"}, {"result": False}),
        ("boolean.compare", {"a": [], "is": "is empty"}, {"result": True}),
        ("object.construct", {"b": 1, "a": None}, {"output": {"b": 1, "a": None}}),
        ("object.construct", {}, {"output": {}}),
        ("object.get", {"object": {"a": {"b": 1}}, "path": "a.b"}, {"output": 1}),
        ("object.get", {"object": {"a": [{"id": 7}]}, "path": "a.0.id"}, {"output": 7}),
        ("object.get", {"object": {"a.b": 1, "a": {"b": 2}}, "path": "a.b"}, {"output": 1}),
        ("object.get", {"object": {"a": 1}, "path": "a.b.c"}, {"output": None}),
        ("object.get", {"object": {"a": [1]}, "path": "a.5"}, {"output": None}),
        ("object.get", {"object": {"a": [1]}, "path": "a.-1"}, {"output": None}),
        ("object.get", {"object": None, "path": "a"}, {"output": None}),
        ("object.get", {"object": {"": 1}, "path": ""}, {"output": None}),
        ("object.get", {"object": {"ż": {"👍": 1}}, "path": "ż.👍"}, {"output": 1}),
        ("list.construct", {"x": 1, "a": None, "m": [2]}, {"list": [1, None, [2]]}),
        ("list.construct", {}, {"list": []}),
        ("list.at", {"list": ["a", "b"], "index": 0}, {"item": "a"}),
        ("list.at", {"list": ["a", "b"], "index": 1.0}, {"item": "b"}),
        ("list.at", {"list": ["a", "b"], "index": -2}, {"item": "a"}),
        ("list.at", {"list": ["a", "b"], "index": 2}, {"item": None}),
        ("list.at", {"list": ["a", "b"], "index": -3}, {"item": None}),
        ("list.at", {"list": [], "index": 0}, {"item": None}),
        ("list.at", {"list": None, "index": 0}, {"item": None}),
        ("list.at", {"list": ["a"], "index": None}, {"item": None}),
        ("list.length", {"list": [None, None]}, {"length": 2}),
        ("list.length", {"list": []}, {"length": 0}),
        ("list.length", {"list": None}, {"length": 0}),
        ("list.length", {"list": "one"}, {"length": 1}),
        ("list.join", {"list": ["a", 1, None, True], "delimiter": ", "}, {"string": "a, 1, , true"}),
        ("list.join", {"list": ["a", "b"]}, {"string": "ab"}),
        ("list.join", {"list": None, "delimiter": ","}, {"string": ""}),
        ("list.join", {"list": ["a"], "delimiter": ","}, {"string": "a"}),
        ("list.pluck", {"list": [{"a": {"b": 1}}, {"a.b": 2}, {}], "key": "a.b"}, {"values": [1, 2, None]}),
        ("list.pluck", {"list": ["text", None], "key": "a"}, {"values": [None, None]}),
        ("list.pluck", {"list": None, "key": "a"}, {"values": []}),
        ("list.concat", {"list1": [1], "list2": [2, 1], "more": [[3]]}, {"output": [1, 2, 1, [3]]}),
        ("list.concat", {"list1": None, "list2": None}, {"output": []}),
        ("text.split", {"string": "a,b,,c", "delimiter": ","}, {"output": ["a", "b", "", "c"]}),
        ("text.split", {"string": " a ", "delimiter": "a"}, {"output": [" ", " "]}),
        ("text.split", {"string": "żółć", "delimiter": ""}, {"output": ["ż", "ó", "ł", "ć"]}),
        ("text.split", {"string": "", "delimiter": ""}, {"output": [""]}),
        ("text.split", {"string": None, "delimiter": ","}, {"output": [""]}),
        ("text.split", {"string": "a\nb", "delimiter": "\n"}, {"output": ["a", "b"]}),
        *(
            (f"date.{key}", {"start": start, "scale": scale, "unit": unit}, {"output": output})
            for key, start, scale, unit, output in (
                ("add", "2026-11-24T12:00:00Z", 1500, "milliseconds", "2026-11-24T12:00:01.500Z"),
                ("add", "2026-11-24T12:00:00+02:00", 1.5, "hours", "2026-11-24T11:30:00.000Z"),
                ("add", "2026-11-24", 2, "weeks", "2026-12-08T00:00:00.000Z"),
                ("add", "2026-11-24", -1, "days", "2026-11-23T00:00:00.000Z"),
                ("add", "2026-10-31", 13, "months", "2027-11-30T00:00:00.000Z"),
                ("subtract", "2026-03-31", 1, "months", "2026-02-28T00:00:00.000Z"),
                ("subtract", "2026-01-15", 1, "months", "2025-12-15T00:00:00.000Z"),
                ("subtract", "2024-02-29", 4, "years", "2020-02-29T00:00:00.000Z"),
                ("subtract", "2026-11-24T12:00:00Z", 90, "minutes", "2026-11-24T10:30:00.000Z"),
                ("subtract", "2026-11-24T12:00:00Z", 0, "seconds", "2026-11-24T12:00:00.000Z"),
                ("subtract", None, 1, "days", None),
            )
        ),
        ("flow.assign", {"a": 1, "b": None}, {"a": 1, "b": None}),
        ("flow.assign", {}, {}),
    ],
)
def test_cases(key: str, inputs: Values, outputs: Values) -> None:
    assert run(key, inputs) == outputs


def test_get_multiple_gives_what_its_outputs_name() -> None:
    value: Values = {"object": {"outcome": {"result": "OK"}, "actions": [{"id": 1}]}}
    assert run("object.get_multiple", value, ("outcome.result", "actions.0.id", "nobody")) == {
        "outcome.result": "OK",
        "actions.0.id": 1,
        "nobody": None,
    }
    assert run("object.get_multiple", {"object": None}, ("a",)) == {"a": None}
    assert run("object.get_multiple", {"object": {"a": 1}}) == {}


def test_assign_gives_null_for_outputs_that_have_no_input() -> None:
    assert run("flow.assign", {"a": 1}, ("a", "b")) == {"a": 1, "b": None}


@pytest.mark.parametrize(
    ("key", "inputs", "field"),
    [
        ("list.at", {"list": [1], "index": 0.5}, "index"),
        ("list.at", {"list": [1], "index": "first"}, "index"),
        ("list.at", {"list": [1], "index": True}, "index"),
        ("boolean.compare", {"a": 1, "is": "like", "b": 1}, "is"),
        ("date.add", {"start": "soon", "scale": 1, "unit": "days"}, "start"),
        ("date.add", {"start": "2026-11-24", "scale": None, "unit": "days"}, "scale"),
        ("date.add", {"start": "2026-11-24", "scale": 1, "unit": "fortnights"}, "unit"),
        ("date.add", {"start": "2026-11-24", "scale": 1.5, "unit": "months"}, "scale"),
        ("date.add", {"start": "2026-11-24", "scale": 9000, "unit": "years"}, "scale"),
        ("date.subtract", {"start": "2026-11-24", "scale": 1e300, "unit": "weeks"}, "scale"),
    ],
)
def test_wrong_input_is_an_error_that_names_the_field(key: str, inputs: Values, field: str) -> None:
    with pytest.raises(CardError) as failed:
        run(key, inputs)
    assert (failed.value.detail.field, failed.value.detail.code) == (field, "bad-input")
    assert failed.value.detail.mend


def test_limits_are_kept() -> None:
    small = BuiltInCards(Limits(text=5, items=2))
    assert run("text.compose", {"text": "12345"}, cards=small) == {"output": "12345"}
    with pytest.raises(CardError, match="6 characters"):
        run("text.compose", {"text": "123456"}, cards=small)
    with pytest.raises(CardError, match="6 characters"):
        run("text.concatenate", {"text1": "123", "text2": "456"}, cards=small)
    with pytest.raises(CardError, match="3 items"):
        run("list.construct", {"a": 1, "b": 2, "c": 3}, cards=small)
    with pytest.raises(CardError, match="3 items"):
        run("list.concat", {"list1": [1, 2], "list2": [3]}, cards=small)
    with pytest.raises(CardError, match="3 items"):
        run("text.split", {"string": "a,b,c", "delimiter": ","}, cards=small)
    with pytest.raises(CardError, match="6 characters"):
        run("list.join", {"list": ["ab", "cd"], "delimiter": ", "}, cards=small)


class Clock:
    def now(self) -> datetime:
        return datetime(2016, 9, 7, 16, 55, 25, 670_900, tzinfo=UTC)

    def monotonic(self) -> float:
        return 0.0

    async def sleep(self, seconds: float) -> None:
        raise AssertionError("a function card never waits")


def test_now_in_all_its_forms() -> None:
    compute = CARDS.effect("date.now")
    assert compute is not None
    assert compute({}, EffectPorts(Clock(), lambda: 0.5)) == {
        "date": "2016-09-07T16:55:25.670Z",
        "iso": "2016-09-07T16:55:25+00:00",
        "full": "September 7, 2016 16:55:25.670",
        "time": "16:55:25.670",
        "year": 2016,
        "month": "September",
        "day": 7,
        "hour": 16,
        "minute": 55,
        "second": 25,
        "millisecond": 670,
    }


@pytest.mark.parametrize("spec", PURE, ids=lambda spec: spec.key)
def test_the_examples_of_a_declaration_hold(spec: CardSpec) -> None:
    assert len(spec.examples) >= 2
    for example in spec.examples:
        assert run(spec.key, copy.deepcopy(example.inputs), tuple(example.free_outputs)) == example.outputs


NUMBERS = st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)
ANYTHING = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text(),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(), inner, max_size=5),
    max_leaves=20,
)


@pytest.mark.parametrize("spec", PURE, ids=lambda spec: spec.key)
@given(data=st.data())
def test_no_input_breaks_or_changes_anything(spec: CardSpec, data: st.DataObject) -> None:
    names = [field.name for field in spec.inputs]
    given_values: dict[str, JSON] = {name: data.draw(ANYTHING, label=name) for name in names}
    if spec.free_inputs:
        given_values |= data.draw(st.dictionaries(st.text(min_size=1), ANYTHING, max_size=3), label="free inputs")
    outputs = tuple(data.draw(st.lists(st.text(), max_size=3), label="outputs")) if spec.free_outputs else ()
    before = copy.deepcopy(given_values)
    results: list[Values | str] = []
    for _ in range(2):
        try:
            results.append(run(spec.key, given_values, outputs))
        except CardError as error:
            results.append(error.detail.message)
    assert given_values == before, "the card changed its inputs"
    assert results[0] == results[1], "the card is not a function"


def test_every_control_card_is_carried_out_by_the_engine_and_nothing_else() -> None:
    assert {spec.key for spec in CARDS.all() if spec.kind is CardKind.CONTROL} == set(CONTROL)


def test_declarations_are_whole() -> None:
    for spec in CARDS.all():
        assert spec.summary.endswith("."), spec.key
        names = [field.name for field in (*spec.inputs, *spec.options)]
        assert len(names) == len(set(names)), spec.key
        for field in (*spec.inputs, *spec.outputs, *spec.options):
            assert field.about, f"{spec.key}: {field.name}"
        if spec.kind is CardKind.PURE:
            assert CARDS.compute(spec.key) is not None, spec.key
        if spec.kind is CardKind.EFFECT:
            assert CARDS.effect(spec.key) is not None, spec.key
        if spec.kind is not CardKind.EVENT:
            assert spec.okta, spec.key
