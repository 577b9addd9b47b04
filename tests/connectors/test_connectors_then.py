"""A look that asks besides, where its first answer does not tell all."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from support.scripted import Said, Scripted
from support_one_action import act

from keyturn.connectors.performing import Past
from keyturn.connectors.reading import ManifestFile, read_files
from keyturn.connectors.registry import ConnectorRegistry
from keyturn.flows.actions import Done, Failed, Unknown
from keyturn.flows.json import JSON, Values
from keyturn.flows.problems import ProblemError

SURE: Values = {"ensure": True}
PUSHES = "/api/v1/apps/a/group-push/mappings"
TAKEN = Said(400, {"errorCode": "E0000001", "errorSummary": "Api validation failed: sourceGroupId"})


def pushed(target: Said, **mapping: JSON) -> Scripted:
    """An app into which the group ``s`` is pushed, into the group ``t``."""
    found: JSON = {"id": "m", "sourceGroupId": "s", "targetGroupId": "t", "status": "ACTIVE", **mapping}
    app = (
        Scripted()
        .on(f"POST {PUSHES}", TAKEN)
        .on(f"GET {PUSHES}", Said(200, [found], {"Date": "Fri, 01 Jan 2100 00:00:00 GMT"}))
    )
    return app.on("GET /api/v1/groups/t", target)


def group(name: str) -> Said:
    return Said(200, {"id": "t", "profile": {"name": name}})


@pytest.mark.parametrize(
    ("wanted", "target", "mapping", "said"),
    [
        ({"target_name": "Sales"}, group("Sales"), {}, ""),
        ({"target": "t"}, group("Sales"), {}, ""),
        ({"target_name": "Everybody"}, group("Sales"), {}, 'into another one already: "Sales" (t)'),
        ({"target": "u"}, group("Sales"), {}, 'into another one already: "Sales" (t)'),
        ({"target_name": "Sales"}, group("Sales"), {"status": "INACTIVE"}, "it is INACTIVE"),
        ({"target_name": "Sales"}, Said(404, {"errorCode": "E0000007"}), {}, "does not take a value"),
        ({"target_name": "Sales"}, group("Sales"), {"sourceGroupId": "other"}, "does not take a value"),
        ({"target_name": "Sales"}, group("Sales"), {"targetGroupId": None}, "does not take a value"),
    ],
)
async def test_a_group_is_pushed_already_only_into_the_target_that_is_meant(
    wanted: Values, target: Said, mapping: Values, said: str
) -> None:
    inputs: Values = {"app": "a", "source": "s", "status": "ACTIVE", **wanted}
    outcome = await act(pushed(target, **mapping), "okta.create_push_mapping", inputs, SURE)
    if not said:
        assert isinstance(outcome, Done), outcome
        assert (outcome.outputs["outcome"], outcome.outputs["id"]) == ("already", "m")
    else:
        assert isinstance(outcome, Failed), outcome
        assert said in outcome.error.why


@pytest.mark.parametrize(
    ("target", "kind"), [(group("Sales"), Done), (group("Other"), Failed), (Said(403), Unknown), (Said(500), Unknown)]
)
async def test_what_a_look_asks_besides_tells_after_a_lost_answer_too(target: Said, kind: type) -> None:
    inputs: Values = {"app": "a", "source": "s", "status": "ACTIVE", "target_name": "Sales"}
    app = pushed(target, created="2100-01-01T00:00:00.000Z")
    past = Past(True, sent_at=datetime.now(UTC))
    assert isinstance(await act(app, "okta.create_push_mapping", inputs, look=True, past=past), kind)


@pytest.mark.parametrize(
    ("wanted", "held", "said"),
    [
        (["g1", "g2"], ["g0", "g2", "g1"], ""),
        (["g1"], [], "not in all of the groups"),
        (["g1", "g2"], ["g0", "g2"], 'not in all of the groups ["g1","g2"]: it is in ["g0","g2"].'),
        (None, None, ""),
    ],
)
async def test_an_account_that_is_there_is_to_be_in_the_groups_too(wanted: JSON, held: JSON, said: str) -> None:
    rows: JSON = [{"id": one, "profile": {"name": f"Group {one}"}} for one in held] if isinstance(held, list) else []
    person: JSON = {"id": "u", "status": "ACTIVE", "profile": {"login": "eva"}, "created": "2026-11-01T00:00:00.000Z"}
    app = Scripted().on("POST /api/v1/users", TAKEN).on("GET /api/v1/users/eva", Said(200, person))
    app.on("GET /api/v1/users/u/groups", Said(200, rows))
    inputs: Values = {"profile": {"login": "eva"}, "activate": True, "groups": wanted}
    option = "getInputsGroup" if wanted else "getInputsnoCreds"
    outcome = await act(app, "okta.create_user", inputs, {**SURE, "option": option})
    assert ("GET /api/v1/users/u/groups" in app.seen) is (wanted is not None)
    if not said:
        assert isinstance(outcome, Done), outcome
        assert outcome.outputs["outcome"] == "already"
    else:
        assert isinstance(outcome, Failed), outcome
        assert said in outcome.error.why
        assert "Add User to Group" in outcome.error.mend


ACME = """\
connector: acme
title: Acme
about: People of Acme.
base_url: https://acme.example
auth: [bearer]
check: {method: GET, path: /me}
errors: {code: "{{ body.code }}", message: "{{ body.message }}"}
actions:
  - key: add
    title: Add
    summary: Adds.
    effect: {effect: change}
    inputs: [{name: user, required: true}]
    request: {method: POST, path: /people, body: {name: "{{ inputs.user }}"}}
    state:
      created: "{{ record.since }}"
      request: {method: GET, path: /people}
      records: "{{ body }}"
      so: {value: "{{ record.name }}", among: ["{{ inputs.user }}"]}
      then:
        request: {name: teams, method: GET, path: "/people/{{ record.id }}/teams"}
        when: [{value: "{{ record.kind }}", among: [person]}]
        so: {value: "{{ body[].id }}", has: "{{ record.team }}"}
    ensure:
      already: [{status: 409, look: true}]
      in_the_way:
        - when: [{value: "{{ teams.body[].id }}", lacks: "{{ record.team }}"}]
          why: "{{ inputs.user }} is not in the team."
          mend: "Look at {{ teams.body }}."
"""


@pytest.mark.parametrize(
    ("old", "new", "line", "what"),
    [
        ("record.since", "row.since", 16, "{{ row.since }} begins with what is not there."),
        ("record.id }}/teams", "row.id }}/teams", 21, "{{ row.id }} begins with what is not there."),
        ("record.kind", "inputs.kind", 22, "{{ inputs.kind }} names none of the inputs."),
        ('has: "{{ record.team', 'has: "{{ teams.id', 23, "{{ teams.id }} begins with what is not there."),
        ("name: teams, method: GET", "name: teams, method: POST", 21, "looking for somebody or something is one"),
        ("{name: teams,", "{name: record,", 21, "'record' stands for something else"),
        (', has: "{{ record.team }}"', "", 23, "a condition has exactly one comparison."),
        ("/people/{{ record.id }}/teams", "/people//teams", 21, "there is nothing between two of its slashes"),
        ("Look at {{ teams", "Look at {{ team", 29, "{{ team.body }} begins with what is not there."),
    ],
)
def test_mistakes_in_it_are_told(old: str, new: str, line: int, what: str) -> None:
    assert read_files([ManifestFile("acme.yaml", ACME)]).model.connector == "acme"
    assert ACME.count(old) == 1
    with pytest.raises(ProblemError) as raised:
        read_files([ManifestFile("acme.yaml", ACME.replace(old, new))])
    assert (line, True) in [(one.line, what in one.what) for one in raised.value.problems], raised.value.problems


def test_what_stands_in_the_way_before_anything_is_sent_has_conditions() -> None:
    first = ACME.replace("    state:\n", "    state:\n      first: true\n")
    assert read_files([ManifestFile("acme.yaml", first)]).model.connector == "acme"
    bare = first.replace(
        '- when: [{value: "{{ teams.body[].id }}", lacks: "{{ record.team }}"}]\n          why', "- why"
    )
    with pytest.raises(ProblemError) as raised:
        read_files([ManifestFile("acme.yaml", bare)])
    assert ["it is to be made so" in one.what for one in raised.value.problems] == [True]


@pytest.mark.parametrize(
    ("teams", "outcome"), [([{"id": "x"}, {"id": "y"}], "already"), ([{"id": "x"}], ""), ({"id": "x"}, "")]
)
@pytest.mark.parametrize("of", ["y", ["x", "y"]])
async def test_a_list_may_be_asked_for_several_items(teams: JSON, outcome: str, of: JSON) -> None:
    app = Scripted().on("POST /people", Said(409)).on("GET /people/1/teams", Said(200, teams))
    app.on("GET /people", Said(200, [{"id": 1, "name": "Eva", "kind": "person", "team": of}]))
    registry = ConnectorRegistry({"acme": read_files([ManifestFile("acme.yaml", ACME)]).content})
    done = await act(app, "acme.add", {"user": "Eva"}, SURE, registry=registry)
    assert (done.outputs["outcome"] if isinstance(done, Done) else "") == outcome
