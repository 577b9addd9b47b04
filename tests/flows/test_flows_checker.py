"""The checker: each kind of problem, where it is, and that right flows have none."""

from __future__ import annotations

from textwrap import indent

import pytest
from catalogue_flows import Around, Cards, helper
from checked_flows import GIVE, HEAD, found
from hypothesis import HealthCheck, given, settings
from strategies_flows import FLOWS

from keyturn.flows.checker import check, interface_of
from keyturn.flows.problems import Problem, errors
from keyturn.flows.types import ANY, NUMBER, TEXT
from keyturn.flows.yaml_format import load


def codes(problems: list[Problem]) -> list[tuple[str, str | None, str | None]]:
    return [(problem.code, problem.card, problem.field) for problem in problems]


RIGHT = """\
- id: say
  card: text.compose
  inputs: {text: "{{ event.name }} of {{ flow.name }}, {{ run.started_at }}"}
- id: sum
  card: number.add
  inputs: {a: "{{ event.score }}", b: 3}
- id: try
  card: branch.if_error
  branches:
    - try: true
      cards: [{id: in_try, card: text.compose, inputs: {text: "{{ say.output }}"}}]
      set: {ok: true, said: "{{ in_try.output }}"}
    - catch: true
      cards: [{id: in_catch, card: text.compose, inputs: {text: "{{ error.message }} {{ error.body.x }}"}}]
      set: {ok: false, said: null}
  outputs: {ok: boolean, said: text}
- id: pick
  card: branch.if
  branches:
    - when: {all: [{a: "{{ try.ok }}", is: equal to, b: true}, {a: "{{ sum.sum }}", is: less than, b: 5}]}
      set: {level: low}
    - when: {a: "{{ event.rows[0].id }}", is: is not empty}
      cards: [{id: back, card: flow.return, inputs: {x: "{{ try.said }}"}}]
    - otherwise: true
      set: {level: "{{ try.said }}"}
  outputs: {level: text}
- id: each
  card: list.for_each
  inputs: {list: "{{ event.rows }}"}
  do:
    - {id: one, card: text.compose, inputs: {text: "{{ item.email }} {{ index }} {{ pick.level }}"}}
- id: send
  card: app.call
  connection: main
  options: {method: POST, limit: 5}
  inputs: {url: "/users/{{ one_more.output }}", body: {a: ["{{ event.rows[].email }}"]}, json: true}
  on_error:
    retry: {times: 1, wait: 1s..1m}
    then: continue
    values: {status: 0}
- id: after
  card: flow.assign
  inputs: {code: "{{ send.error.code }}", body: "{{ send.body.a.b }}", status: "{{ send.error.status }}"}
  outputs: {code: text, status: number}
- {id: note, card: flow.comment, note: "{{ not a reference }}"}
"""


def filtered(more: str) -> str:
    """Texts that are filtered."""
    parts = "- {id: s, card: list.split}\n"
    return parts + "- {id: a, card: list.filter, inputs: {list: '{{ s.parts }}', " + more + "}}"


def loop(items: str) -> str:
    return f"- {{id: a, card: list.for_each, inputs: {{list: {items}}}, do: [{{id: b, card: text.compose}}]}}"


def expression(v: str, w: str) -> str:
    """A formula that compares two values."""
    return f"- {{id: a, card: boolean.expression, inputs: {{formula: v > w, v: {v}, w: {w}}}}}"


def test_a_right_flow_has_no_problems() -> None:
    cards = RIGHT.replace("one_more.output", "say.output")
    world = Around(connections={"main": "app"})
    assert found(cards, world, more='about: "{{ after.code }}"\n') == []


@pytest.mark.parametrize(
    ("cards", "expected"),
    [
        # cards and ids
        ("- {id: a, card: text.compos}", [("unknown-card", "a", "card")]),
        ("- {id: a, card: manual}", [("unknown-card", "a", "card")]),
        (
            "- {id: a, card: x, inputs: {x: '{{ nope.x }}'}}",
            [("unknown-card", "a", "card"), ("unknown-reference", "a", "x")],
        ),
        (GIVE + GIVE, [("duplicate-id", "give", "id")]),
        ("- {id: run, card: flow.comment}", [("reserved-id", "run", "id")]),
        # inputs
        ("- {id: a, card: text.compose, inputs: {txt: x}}", [("unknown-input", "a", "txt")]),
        (
            "- {id: a, card: text.compose, inputs: {txt: '{{ nope.x }}'}}",
            [("unknown-input", "a", "txt"), ("unknown-reference", "a", "txt")],
        ),
        ("- {id: a, card: number.add}", [("missing-input", "a", "a")]),
        ("- {id: a, card: number.add, inputs: {a: null}}", [("missing-input", "a", "a")]),
        (
            "- {id: a, card: number.add, inputs: {a: potato, b: [1]}}",
            [("bad-value", "a", "a"), ("bad-value", "a", "b")],
        ),
        ("- {id: a, card: list.sum, inputs: {numbers: [1, x, [2]]}}", [("bad-value", "a", "numbers")] * 2),
        ("- {id: a, card: list.sum, inputs: {numbers: {a: 1}}}", [("bad-value", "a", "numbers")]),
        # options
        ("- {id: a, card: text.compose, options: {x: 1}}", [("unknown-option", "a", "x")]),
        # references
        ("- {id: a, card: text.compose, inputs: {text: '{{ nope.x }}'}}", [("unknown-reference", "a", "text")]),
        ("- {id: a, card: text.compose, inputs: {text: '{{ item.x }}'}}", [("unknown-reference", "a", "text")]),
        ("- {id: a, card: text.compose, inputs: {text: '{{ error.message }}'}}", [("unknown-reference", "a", "text")]),
        ("- {id: a, card: text.compose, inputs: {text: '{{ a.output }}'}}", [("reference-to-itself", "a", "text")]),
        (
            "- {id: a, card: text.compose, inputs: {text: '{{ give.output }}'}}\n" + GIVE,
            [("reference-to-later-card", "a", "text")],
        ),
        (
            GIVE + "- {id: a, card: text.compose, inputs: {text: 'x {{ give.outptu }}'}}",
            [("unknown-output", "a", "text")],
        ),
        ("- {id: a, card: text.compose, inputs: {text: '{{ event.nmae }}'}}", [("unknown-output", "a", "text")]),
        (
            "- {id: a, card: text.compose, inputs: {text: '{{ run.x }} {{ flow.y }}'}}",
            [("unknown-output", "a", "text")] * 2,
        ),
        ("- {id: a, card: text.compose, inputs: {text: '{{ event.name'}}", [("bad-reference", "a", "text")]),
        ("- {id: a, card: flow.assign, inputs: {x: {y: ['{{ }}', '{{ 1 }}']}}}", [("bad-reference", "a", "x")] * 2),
        # what is never there
        (GIVE + "- {id: a, card: text.compose, inputs: {text: '{{ give.output.x }}'}}", [("never-there", "a", "text")]),
        ("- {id: a, card: text.compose, inputs: {text: '{{ event.rows.email }}'}}", [("never-there", "a", "text")]),
        ("- {id: a, card: text.compose, inputs: {text: '{{ event.name[0] }}'}}", [("never-there", "a", "text")]),
        ("- {id: a, card: text.compose, inputs: {text: '{{ event[0] }}'}}", [("never-there", "a", "text")]),
        # conversions
        ("- {id: a, card: number.add, inputs: {a: '{{ event.name }}'}}", [("conversion-may-fail", "a", "a")]),
        ("- {id: a, card: number.add, inputs: {a: 'n{{ event.name }}'}}", [("conversion-may-fail", "a", "a")]),
        ("- {id: a, card: number.add, inputs: {a: '{{ event.rows }}'}}", [("no-conversion", "a", "a")]),
        ("- {id: a, card: number.add, inputs: {a: '{{ event.name as datetime }}'}}", [("no-conversion", "a", "a")]),
        (
            "- {id: s, card: list.split}\n- {id: a, card: list.sum, inputs: {numbers: '{{ s.parts }}'}}",
            [("conversion-may-fail", "a", "numbers")],
        ),
        (
            "- {id: a, card: flow.assign, inputs: {n: x, m: '{{ event.rows }}'}, outputs: {n: number, m: boolean}}",
            [("bad-value", "a", "n"), ("no-conversion", "a", "m")],
        ),
        # the list of a loop
        (loop("'Microsoft, Google'"), [("one-item", "a", "list")]),
        (loop("'{{ event.name }}, Google'"), [("one-item", "a", "list")]),
        (loop("[Microsoft, Google]"), []),
        (loop("'{{ event.name }}'"), []),
        (loop("''"), []),
        # inputs that the author names
        ("- {id: a, card: number.all, inputs: {x: 1, y: '2', z: potato}}", [("bad-value", "a", "z")]),
        ("- {id: a, card: number.all, inputs: {x: '{{ event.rows }}'}}", [("no-conversion", "a", "x")]),
        ("- {id: a, card: number.all, inputs: {x: '{{ event.name }}'}}", [("conversion-may-fail", "a", "x")]),
        # comparisons
        ("- {id: a, card: boolean.compare, inputs: {a: '{{ event.name }}', b: 1}}", [("mixed-comparison", "a", "a")]),
        (
            "- {id: a, card: boolean.compare, inputs: {a: 1, is: less than, b: '{{ event.name }}'}}",
            [("mixed-comparison", "a", "a")],
        ),
        ("- {id: a, card: boolean.compare, inputs: {a: '{{ event.name as number }}', b: 1}}", []),
        ("- {id: a, card: boolean.compare, inputs: {a: '{{ event.name }}', is: in, b: 1}}", []),
        ("- {id: a, card: boolean.compare, inputs: {a: x, is: '{{ event.name }}', b: 1}}", []),
        (expression("'{{ event.name }}'", "5"), [("mixed-comparison", "a", "formula")]),
        (expression("'7'", "'{{ event.score }}'"), [("mixed-comparison", "a", "formula")]),
        (expression("'{{ event.name as number }}'", "5"), []),
        # conditions on items of lists
        (filtered("value: 1"), [("mixed-comparison", "a", "value")]),
        (filtered("value: '1'"), []),
        (filtered("value: 1, path: n"), []),
        (filtered("value: 1, is: in"), []),
        (filtered("value: 1, is: equal and the same type"), []),
        (filtered("when: {is: less than, b: 1}"), [("mixed-comparison", "a", "when")]),
        (
            filtered("when: {all: [{is: less than, b: x}, {none: [{b: 1, is: equal to}]}]}"),
            [("mixed-comparison", "a", "when")],
        ),
        (filtered("when: {all: [{path: n, is: less than, b: 1}]}"), []),
        (filtered("when: {any: [{path: n, is: not equal or not the same type, b: 1}]}"), []),
        (filtered("when: {a: 1, is: equal to, b: 1}"), [("bad-condition", "a", "when")]),
        (filtered("when: {any: []}"), [("bad-condition", "a", "when")]),
        (filtered("when: {all: [{path: n, is: equals, b: 1}]}"), [("bad-condition", "a", "when")]),
        (filtered("when: {path: n, is: less than}"), [("bad-condition", "a", "when")]),
        (filtered("when: {path: n, is: is empty}"), []),
        (filtered("when: '{{ event.rows }}'"), [("no-conversion", "a", "when")]),
        # outputs
        ("- {id: a, card: text.compose, outputs: {x: text}}", [("outputs-not-free", "a", "outputs")]),
        (
            "- {id: a, card: flow.assign, outputs: {x: texts, y: list of}}",
            [("bad-type", "a", "x"), ("bad-type", "a", "y")],
        ),
        # connections
        ("- {id: a, card: text.compose, connection: main}", [("needless-connection", "a", "connection")]),
        # shape
        ("- {id: a, card: text.compose, branches: [{otherwise: true}]}", [("needless-branches", "a", "branches")]),
        ("- {id: a, card: text.compose, do: [{id: b, card: flow.comment}]}", [("needless-body", "a", "do")]),
        ("- {id: a, card: text.compose, call: {flow: g}}", [("needless-call", "a", "call")]),
        ("- {id: a, card: flow.call}", [("missing-call", "a", "call")]),
        ("- {id: a, card: list.for_each, inputs: {list: []}}", [("missing-call", "a", "call")]),
        (
            "- {id: a, card: list.for_each, inputs: {list: []}, call: {flow: g}, do: [{id: b, card: flow.comment}]}",
            [("call-and-do", "a", "call")],
        ),
    ],
)
def test_problem(cards: str, expected: list[tuple[str, str, str]]) -> None:
    assert codes(found(cards)) == expected


ACT = "- {id: a, card: app.call, connection: main, options: {method: GET}, inputs: {url: /x}}"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("", "", []),
        ("connection: main, ", "", [("missing-connection", "a", "connection")]),
        ("main", "other", [("wrong-connection", "a", "connection")]),
        ("main", "gone", [("unknown-connection", "a", "connection")]),
        ("GET", "get", [("unknown-choice", "a", "method")]),
        ("GET}, inputs: {url: /x", "get}, inputs: {url: /x, body: {}", [("unknown-choice", "a", "method")]),
        (
            "GET}, inputs: {url: /x",
            "get}, inputs: {url: /x, bdy: {}",
            [("unknown-choice", "a", "method"), ("unknown-input", "a", "bdy")],
        ),
        ("GET", "{value: POST, label: Post}", []),
        ("GET", '"{{ event.name }}"', [("bad-option", "a", "method")]),
        ("GET", "GET, limit: many", [("bad-value", "a", "limit")]),
        ("options: {method: GET}, ", "", [("missing-option", "a", "method")]),
        ("/x", "/x, body: {}", [("unknown-input", "a", "body")]),
        ("/x", "https://evil.example/x", [("bad-address", "a", "url")]),
        ("/x", '"//evil.example/{{ event.name }}"', [("bad-address", "a", "url")]),
        ("/x", '"/a/../{{ event.name }}"', [("bad-address", "a", "url")]),
        ("/x", '"{{ event.name }}"', []),
    ],
)
def test_problem_of_an_action(old: str, new: str, expected: list[tuple[str, str, str]]) -> None:
    world = Around(connections={"main": "app", "other": "another"})
    assert codes(found(ACT.replace(old, new), world)) == expected


def test_unknown_connections_are_judged_only_by_a_world_that_knows_them() -> None:
    assert found(ACT) == found(ACT, Around()) == []


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ("event: {card: app.happened, connection: main}", []),
        ("event: {card: nothing}", [("unknown-card", None, "event")]),
        ("event: {card: text.compose}", [("unknown-card", None, "event")]),
        ("event: {card: app.happened}", [("missing-connection", None, "connection")]),
        ("event: {card: manual, connection: main}", [("needless-connection", None, "connection")]),
        ("event: {card: app.happened, connection: main, outputs: {x: text}}", [("outputs-not-free", None, "outputs")]),
        ("event: {card: app.happened, connection: main, options: {kind: none}}", [("unknown-choice", None, "kind")]),
        ("event: {card: manual, options: {x: 1}}", [("unknown-option", None, "x")]),
        ("event: {card: manual, outputs: {x: texts}}", [("bad-type", None, "x")]),
    ],
)
def test_problem_of_the_event(event: str, expected: list[tuple[str, None, str]]) -> None:
    assert codes(found("", event=event + "\n")) == expected


def test_an_unknown_event_gives_anything() -> None:
    cards = "- {id: a, card: text.compose, inputs: {text: '{{ event.x.y[0] }}'}}"
    assert codes(found(cards, event="event: {card: nothing}\n")) == [("unknown-card", None, "event")]


IF = """\
- id: a
  card: branch.if
  branches:
    - when: {a: 1, is: equal to, b: 1}
      cards: [{id: in, card: text.compose, inputs: {text: x}}]
      set: {level: "{{ in.output }}"}
    - otherwise: true
      set: {level: low}
  outputs: {level: text}
"""
TRY = """\
- id: a
  card: branch.if_error
  branches:
    - try: true
      set: {ok: true}
    - catch: true
      set: {ok: "{{ error.status }}"}
  outputs: {ok: any}
"""


@pytest.mark.parametrize(
    ("cards", "old", "new", "expected"),
    [
        (IF, "", "", []),
        (IF, "otherwise: true", "when: {a: 1, is: is empty}", [("output-not-set", "a", "branches")]),
        (IF, "      set: {level: low}\n", "", [("output-not-set", "a", "level")]),
        (IF, "set: {level: low}", "cards: [{id: r, card: flow.return}]", []),
        (IF, "level: low", "level: low, more: 1", [("unknown-output", "a", "more")]),
        (IF, "level: text", "level: number", [("conversion-may-fail", "a", "level"), ("bad-value", "a", "level")]),
        (IF, "level: low", 'level: "{{ in.output }}"', [("reference-into-branch", "a", "level")]),
        (IF, "level: low", 'level: "{{ a.level }}"', [("reference-to-itself", "a", "level")]),
        (IF, "inputs: {text: x}", 'inputs: {text: "{{ a.level }}"}', [("reference-to-itself", "in", "text")]),
        (IF, "otherwise: true", "try: true", [("bad-branch", "a", "branches")]),
        (IF, "otherwise: true", "set: {level: x}", None),
        (IF, "when: {a: 1, is: equal to, b: 1}", "otherwise: true", [("bad-branch", "a", "branches")] * 2),
        (IF, "is: equal to", "is: equals", [("bad-condition", "a", "when")]),
        (IF, "{a: 1, is: equal to, b: 1}", "{any: [{a: 1}, {is: in, b: x}]}", [("bad-condition", "a", "when")] * 2),
        (IF, "a: 1,", "a: '{{ nope }}',", [("unknown-reference", "a", "when")]),
        (IF, "a: 1,", "a: '{{ event.name }}',", [("mixed-comparison", "a", "when")]),
        (
            IF,
            "a: 1, is: equal to, b: 1",
            "a: '6', is: less than, b: '{{ event.score }}'",
            [("mixed-comparison", "a", "when")],
        ),
        (IF, "a: 1,", "a: '{{ event.name as number }}',", []),
        (TRY, "", "", []),
        (TRY, "catch: true", "try: true", [("bad-branch", "a", "branches"), ("unknown-reference", "a", "ok")]),
        (TRY, "ok: true", 'ok: "{{ error.message }}"', [("unknown-reference", "a", "ok")]),
        (TRY, "error.status", "error.mesage", [("unknown-output", "a", "ok")]),
        (TRY, "error.status", "error.message.x", [("never-there", "a", "ok")]),
    ],
)
def test_problem_of_a_branch(cards: str, old: str, new: str, expected: list[tuple[str, str, str]] | None) -> None:
    text = cards.replace(old, new, 1)
    if expected is None:  # neither mark: the mapping then has two keys of one name
        text = cards.replace("    - otherwise: true\n      set", "    - set")
        expected = [("bad-branch", "a", "branches")]
    assert codes(found(text)) == expected


def test_what_is_in_a_branch_or_loop_stays_there() -> None:
    loop = "- {id: l, card: list.for_each, inputs: {list: []}, do: [{id: deep, card: text.compose}]}\n"
    use = (
        "- {id: z, card: text.compose, inputs: {text: '{{ in.output }} {{ deep.output }} {{ a.level }} {{ index }}'}}\n"
    )
    assert codes(found(IF + loop + use, more='about: "{{ deep.output }}"\n')) == [
        ("reference-into-branch", "z", "text"),
        ("reference-into-branch", "z", "text"),
        ("unknown-reference", "z", "text"),
        ("reference-into-branch", None, "about"),
    ]


USES = "- {id: z, card: text.compose, inputs: {text: '{{ in.output }}'}}\n"
IN_LOOP = f"- id: l\n  card: list.for_each\n  inputs: {{list: []}}\n  do:\n    {USES}"


@pytest.mark.parametrize(
    ("cards", "said"),
    [
        (USES + IF, "reference-into-branch/before"),
        (IN_LOOP + IF, "reference-into-branch/before"),
        (IF.replace("level: low", 'level: "{{ in.output }}"'), "reference-into-branch/before"),
        (IF.replace("a: 1,", "a: '{{ in.output }}',"), "reference-into-branch/before"),
        (IF + USES, "reference-into-branch"),
        (IF + IN_LOOP, "reference-into-branch"),
    ],
)
def test_only_behind_a_frame_it_helps_to_hand_a_value_on_from_a_branch(cards: str, said: str) -> None:
    assert [problem.said for problem in found(cards) if problem.code == "reference-into-branch"] == [said]


CALL = "- {id: a, card: flow.call, call: {flow: g, with: {who: x, n: 1}}, outputs: {out: text}}"
WORLD = Around(
    {
        "g": helper("g", {"who": TEXT, "n": NUMBER}, ["out"]),
        "event": helper("event", callable=False),
        "circle": helper("circle", calls=["h"]),
        "h": helper("h", calls=["f", "circle"]),
    }
)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("", "", []),
        ("flow: g", "flow: gone", [("unknown-flow", "a", "call")]),
        ("flow: g", "flow: event", [("not-a-helper", "a", "call")]),
        ("who: x, ", "", [("missing-input", "a", "who")]),
        ("who: x", "who: x, whom: y", [("unknown-input", "a", "whom")]),
        ("n: 1", "n: potato", [("bad-value", "a", "n")]),
        ("n: 1", "n: '{{ event.rows }}'", [("no-conversion", "a", "n")]),
        ("who: x", "who: '{{ item }}'", [("unknown-reference", "a", "who")]),
        ("out: text", "uot: text", [("not-returned", "a", "uot")]),
        ("{flow: g, with: {who: x, n: 1}}, outputs: {out: text}", "{flow: circle}", [("helper-circle", "a", "call")]),
    ],
)
def test_problem_of_a_call(old: str, new: str, expected: list[tuple[str, str, str]]) -> None:
    assert codes(found(CALL.replace(old, new), WORLD)) == expected


def test_a_flow_that_calls_itself_need_not_be_published() -> None:
    cards = "- {id: a, card: flow.call, call: {flow: f, with: {name: x, score: 1, rows: []}}}"
    assert codes(found(cards, Around())) == [("helper-circle", "a", "call")]


def test_a_loop_gives_item_and_index_to_what_it_calls() -> None:
    call = "{flow: g, with: {who: '{{ item.x }}', n: '{{ index }}'}}"
    cards = f"- {{id: a, card: list.for_each, inputs: {{list: []}}, call: {call}}}"
    assert found(cards, WORLD) == []
    assert codes(found(cards.replace("index", "index.x"), WORLD)) == [("never-there", "a", "n")]


TWO = "- {id: t, card: branch.together, outputs: {x: text, y: text}, branches: [%s, %s]}\n"
AFTER = "- {id: u, card: text.compose, inputs: {text: '{{ t.x }} {{ t.failed }} {{ t.errors.a.message }}'}}"


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("{lane: a, set: {x: 1}}", "{lane: b, set: {y: 1}}", []),
        ("{lane: a, set: {x: 1}}", "{lane: a, set: {y: 1}}", [("bad-branch", "t", "branches")]),
        ("{lane: a, set: {x: 1}}", "{otherwise: true, set: {y: 1}}", [("bad-branch", "t", "branches")]),
        ("{lane: a, set: {x: 1, y: 2}}", "{lane: b, set: {y: 1}}", [("two-sources", "t", "y")]),
        ("{lane: a, set: {x: 1}}", "{lane: b}", [("output-not-set", "t", "y")]),
        ("{lane: a, set: {x: 1, z: 1}}", "{lane: b, set: {y: 1}}", [("unknown-output", "t", "z")]),
        (
            "{lane: a, cards: [{id: i, card: text.compose}], set: {x: 1}}",
            "{lane: b, set: {y: '{{ i.output }}'}}",
            [("reference-into-branch", "t", "y")],
        ),
    ],
)
def test_lanes_that_go_together(first: str, second: str, expected: list[tuple[str, str, str]]) -> None:
    assert codes(found(TWO % (first, second) + AFTER)) == expected


def test_lanes_that_go_together_are_two_and_leave_the_outputs_of_the_card_alone() -> None:
    alone = "- {id: t, card: branch.together, outputs: {failed: text}, branches: [{lane: a, set: {failed: 1}}]}"
    assert codes(found(alone)) == [("bad-branch", "t", "branches"), ("reserved-output", "t", "failed")]


@pytest.mark.parametrize(
    ("retry", "expected"),
    [
        ("{times: 1, on: [429, 5xx], waits: {'429': 60s..180s, '503': 1s, 5xx: 2s}}", []),
        ("{times: 1, on: [any], waits: {'418': 1s}}", []),
        ("{times: 1, on: [429], waits: {'503': 1s}}", ["bad-wait"]),
        ("{times: 1, on: [429], waits: {'429': 5s..1s}}", ["bad-wait"]),
        ("{times: 1, on: [429], waits: {soon: 1s}}", ["bad-wait"]),
    ],
)
def test_waits_for_statuses(retry: str, expected: list[str]) -> None:
    cards = f"- {{id: a, card: text.compose, on_error: {{retry: {retry}}}}}"
    assert [problem.code for problem in found(cards)] == expected


def test_reduce_sees_memo_and_other_loops_do_not() -> None:
    body = "do: [{id: r, card: flow.return, options: {leave: branch}, inputs: {x: '{{ memo.a }}'}}]"
    assert found(f"- {{id: a, card: list.reduce, inputs: {{list: []}}, {body}}}") == []
    problems = found(f"- {{id: a, card: list.map, inputs: {{list: []}}, {body}}}")
    assert codes(problems) == [("unknown-reference", "r", "x")]


@pytest.mark.parametrize(
    ("card", "body", "warns"),
    [
        ("list.map", "do: [{id: b, card: flow.comment}]", True),
        ("list.map", "do: [{id: b, card: flow.return, inputs: {x: 1}}]", True),  # it leaves the whole flow
        ("list.map", "do: [{id: b, card: flow.return, options: {leave: branch}, inputs: {x: 1}}]", False),
        ("list.for_each", "do: [{id: b, card: flow.comment}]", False),
        ("list.map", "call: {flow: nothing}", True),
        ("list.map", "call: {flow: two}", False),
        ("list.filter_custom", "call: {flow: two}", True),
        ("list.filter_custom", "call: {flow: one}", False),
        ("list.for_each", "call: {flow: nothing}", False),
    ],
)
def test_a_loop_that_makes_something_of_its_rounds_warns_of_rounds_that_do_not_give_it(
    card: str, body: str, warns: bool
) -> None:
    gives = {"nothing": (), "one": ("x",), "two": ("x", "y")}
    world = Around(flows={name: helper(name, outputs=frozenset(names)) for name, names in gives.items()})
    problems = found(f"- {{id: a, card: {card}, inputs: {{list: []}}, {body}}}", world)
    assert codes(problems) == ([("not-returned", "a", "call")] if warns else [])
    assert not errors(problems)


@pytest.mark.parametrize(
    ("on_error", "expected"),
    [
        ("{then: halt, values: {x: 1}}", ["bad-on-error"]),
        ("{then: call}", ["bad-on-error"]),
        ("{then: halt, call: {flow: g, with: {who: x, n: 1}}}", ["bad-on-error"]),
        ("{then: call, call: {flow: g, with: {who: '{{ error.message }}', n: '{{ error.status }}'}}}", []),
        ("{then: continue, call: {flow: g, with: {who: '{{ error.message }}', n: 1}}}", []),
        ("{then: return, call: {flow: g, with: {who: x, n: 1}}}", ["bad-on-error"]),
        ("{then: call, call: {flow: gone}}", ["unknown-flow"]),
        ("{then: call, call: {flow: h}}", ["helper-circle"]),
        ("{then: return, values: {x: '{{ error.code }} {{ give.output }}'}}", []),
        ("{then: return, values: {x: '{{ a.output }}'}}", ["reference-to-itself"]),
        ("{then: continue, values: {error: x}}", ["reserved-output"]),
        ("{retry: {times: 1, wait: 30s..500ms}}", ["bad-wait"]),
        ("{retry: {times: 1, wait: 99999d}}", ["bad-wait"]),
        ("{retry: {times: 1, wait: 1s..9999999999999999999d}}", ["bad-wait"]),
        ("{retry: {times: 1, wait: 1.5m..2h}}", []),
    ],
)
def test_problem_of_error_handling(on_error: str, expected: list[str]) -> None:
    cards = GIVE + f"- {{id: a, card: text.compose, inputs: {{text: x}}, on_error: {on_error}}}"
    assert [problem.code for problem in found(cards, WORLD)] == expected


def test_error_is_an_output_only_where_the_card_goes_on() -> None:
    cards = """\
- {id: a, card: text.compose, on_error: {then: continue}}
- {id: b, card: flow.assign, inputs: {x: "{{ a.error.message }}"}}
"""
    assert found(cards) == []
    assert codes(found(cards.replace("message", "massage"))) == [("unknown-output", "b", "x")]
    assert codes(found(cards.replace("continue", "return"))) == [("unknown-output", "b", "x")]


def test_all_problems_come_at_once_with_their_lines() -> None:
    cards = """\
- id: a
  card: number.add
  inputs:
    a: "{{ nope.x }}"
    c: 1
- id: b
  card: nothing
- id: c
  card: branch.if
  branches:
    - otherwise: true
      cards:
        - id: d
          card: text.compose
          inputs:
            text:
              "{{ b.x }} {{ later.x }}"
"""
    problems = found(cards, more='about: "{{ nobody }}"\n')
    assert [(problem.code, problem.line) for problem in problems] == [
        ("unknown-reference", 9),
        ("unknown-input", 10),
        ("unknown-card", 12),
        ("bad-branch", 15),
        ("unknown-reference", 21),
        ("unknown-reference", 3),
    ]


def test_only_errors_keep_a_flow_from_being_published() -> None:
    assert errors(found("- {id: a, card: number.add, inputs: {a: '{{ event.name }}'}}")) == []
    assert len(errors(found("- {id: a, card: number.add}"))) == 1


def test_the_interface_of_a_flow() -> None:
    cards = """\
- {id: a, card: flow.return, inputs: {x: 1, y: 2}}
- id: b
  card: flow.call
  call: {flow: g}
  on_error: {then: call, call: {flow: h}}
- {id: c, card: text.compose, on_error: {then: return, values: {z: 1}}}
"""
    flow = load(HEAD + "event: {card: helper, outputs: {who: text, odd: texts}}\ncards:\n" + indent(cards, "  ")).flow
    assert flow is not None
    found = interface_of(flow, Cards())
    assert (found.id, found.callable) == ("f", True)
    assert found.inputs == {"who": TEXT, "odd": ANY}
    assert found.outputs == {"x", "y", "z"}
    assert found.calls == {"g", "h"}
    app = load(HEAD + "event: {card: app.happened, connection: main}").flow
    assert app is not None
    assert not interface_of(app, Cards()).callable
    assert set(interface_of(app, Cards()).inputs) == {"who", "details"}


@given(FLOWS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_flow_can_be_checked(flow: object) -> None:
    assert isinstance(check(flow, Cards(), WORLD), list)  # type: ignore[arg-type]
