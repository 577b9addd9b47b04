"""What a look proves of what is gone: what was never there is not taken away, and nobody is taken out of what is not
there."""

from __future__ import annotations

import pytest
from support.scripted import Said, Scripted, Silence
from support_one_action import act

from keyturn.connectors.own import read_own
from keyturn.connectors.performing import Past
from keyturn.connectors.registry import ConnectorRegistry, built_in
from keyturn.flows.actions import Done, Failed, Unknown
from keyturn.flows.json import Values

ACME = """\
connector: acme
title: Acme
about: People of Acme.
base_url: https://app.example
auth: [bearer]
check: {method: GET, path: /me}
errors: {code: "{{ body.code }}", message: "{{ body.message }}"}
shared_inputs:
  person: [{name: person, title: Person, required: true}]
  group: [{name: group, title: Group, required: true}]
shared_outputs:
  status: [{name: status, type: number, title: Status Code, value: "{{ status }}"}]
actions:
  - key: delete_person
    title: Delete Person
    summary: Deletes a person.
    effect: {effect: destroy, person: person}
    inputs: [person]
    request: {method: DELETE, path: "/people/{{ inputs.person }}"}
    state:
      request: {method: GET, path: "/people/{{ inputs.person }}"}
      so: {value: "{{ status }}", among: [404]}
      missing: so
    ensure: {absent: [{status: 404}]}
    outputs: [status]
  - key: remove_member
    title: Remove from Group
    summary: Takes somebody out of a group.
    effect: {effect: destroy, person: person}
    inputs: [person, group]
    request: {method: DELETE, path: "/groups/{{ inputs.group }}/members/{{ inputs.person }}"}
    state:
      request: {method: GET, path: "/groups/{{ inputs.group }}/members/{{ inputs.person }}"}
      so: {value: "{{ status }}", among: [404]}
      missing: so
    ensure:
      absent: [{status: 404}]
      who: {method: GET, path: "/people/{{ inputs.person }}"}
      holder: {request: {method: GET, path: "/groups/{{ inputs.group }}"}, called: "group {{ inputs.group }}"}
    outputs: [status]
  - key: leave
    title: Leave Group
    summary: Takes somebody out of a group, whose list tells.
    effect: {effect: destroy, person: person}
    inputs: [person, group]
    request: {method: DELETE, path: "/groups/{{ inputs.group }}/members/{{ inputs.person }}"}
    state:
      request: {method: GET, path: "/members", query: {group: "{{ inputs.group }}"}}
      so: {value: "{{ body[].id }}", lacks: ["{{ inputs.person }}"]}
      always: true
    ensure:
      absent: [{status: 404}]
      who: {method: GET, path: "/people/{{ inputs.person }}"}
      holder: {request: {method: GET, path: "/groups/{{ inputs.group }}"}, called: "group {{ inputs.group }}"}
    outputs: [status]
  - key: several
    title: Several
    summary: Empties a group, then suspends somebody.
    effect: {effect: change, person: person}
    inputs: [person, group]
    requests:
      - {name: known, method: GET, path: "/people/{{ inputs.person }}"}
      - {name: found, method: GET, path: "/groups/{{ inputs.group }}/list"}
      - {name: last, method: POST, path: "/people/{{ inputs.person }}/suspend"}
    ensure:
      already: [{status: 409}]
      absent: [{status: 404}]
    outputs: [status]
  - key: named
    title: Named
    summary: The same, and the group's refusal counts.
    effect: {effect: change, person: person}
    inputs: [person, group]
    requests:
      - {name: found, method: GET, path: "/groups/{{ inputs.group }}/list"}
      - {name: last, method: POST, path: "/people/{{ inputs.person }}/suspend"}
    ensure:
      absent: [{status: 404, of: [found]}]
    outputs: [status]
"""
REGISTRY = ConnectorRegistry({**built_in(), "acme": read_own(ACME).content})
MEMBER = "/groups/g1/members/p1"
INPUTS: Values = {"person": "p1", "group": "g1"}
HERE, GONE, DOWN = Said(200, {"id": "x"}), Said(404, {"code": "not_found"}), Said(500)


@pytest.mark.parametrize(
    ("group", "person", "wanted"),
    [
        (HERE, HERE, "done"),
        (GONE, HERE, "not there"),
        (HERE, GONE, "not there"),
        (GONE, GONE, "not there"),
        (DOWN, HERE, "nobody knows"),
        (HERE, DOWN, "done"),
    ],
)
async def test_who_is_not_in_a_group_after_a_lost_answer_was_taken_out_only_of_one_that_is_there(
    group: Said, person: Said, wanted: str
) -> None:
    app = Scripted().on("GET /groups/g1", group).on("GET /people/p1", person).on(f"GET {MEMBER}", GONE)
    assert kind_of(await act(app, "acme.remove_member", INPUTS, look=True, registry=REGISTRY)) == wanted


@pytest.mark.parametrize(
    ("group", "person", "wanted"),
    [(HERE, HERE, "done"), (GONE, HERE, "not there"), (HERE, GONE, "not there"), (DOWN, HERE, "done")],
)
async def test_a_list_without_them_tells_no_more_of_a_group_that_is_not_there(
    group: Said, person: Said, wanted: str
) -> None:
    app = Scripted().on("GET /groups/g1", group).on("GET /people/p1", person)
    app.on("GET /members?group=g1", Said(200, [])).on("GET /members", Said(200, [{"id": "p2"}]))
    assert kind_of(await act(app, "acme.leave", INPUTS, look=True, registry=REGISTRY)) == wanted


@pytest.mark.parametrize(("before", "wanted"), [(False, "nobody knows"), (True, "done")])
@pytest.mark.parametrize("card", ["acme.delete_person", "okta.delete_user"])
async def test_what_nobody_has_seen_before_may_never_have_been_there(card: str, before: bool, wanted: str) -> None:
    inputs: Values = {"person": "p1"} if card.startswith("acme") else {"user": "p1"}
    app = Scripted().on("GET /people/p1", GONE)
    app.on("GET /api/v1/users/p1", Said(404, {"errorCode": "E0000007"}))
    past = Past(unanswered=True, was_otherwise=before)
    found = await act(app, card, inputs, look=True, registry=REGISTRY, past=past)
    assert kind_of(found) == wanted
    if isinstance(found, Unknown):
        assert "whether there was when the request was sent" in found.error.message


@pytest.mark.parametrize(
    ("card", "there", "kept"),
    [
        ("acme.delete_person", HERE, True),
        ("acme.delete_person", GONE, False),
        ("acme.delete_person", DOWN, False),
        ("okta.delete_user", HERE, True),
        ("acme.remove_member", HERE, None),
    ],
)
async def test_it_is_looked_whether_it_is_there_before_it_is_taken_away(
    card: str, there: Said, kept: bool | None
) -> None:
    """Args:
    kept: that it was there; None for what is not looked at before, as others tell.
    """
    app, noted = Scripted(), list[str]()
    for path in ("/people/p1", "/api/v1/users/p1", MEMBER):
        app.on(f"GET {path}", there).on(f"DELETE {path}", Silence())

    async def keep() -> None:
        noted.append(app.seen[-1])

    inputs: Values = {"user": "p1"} if card.startswith("okta") else INPUTS
    past = Past(keep=keep)
    assert isinstance(await act(app, card, inputs, registry=REGISTRY, past=past), Unknown)
    assert bool(noted) is bool(kept)
    assert len(app.seen) == (1 if kept is None else 2)


OK = Said(200, {"id": "x"})
TAKEN = Said(409, {"code": "taken"})


@pytest.mark.parametrize(
    ("card", "known", "found", "last", "wanted"),
    [
        ("acme.several", OK, OK, OK, "changed"),
        ("acme.several", GONE, OK, OK, "absent"),
        ("acme.several", OK, GONE, OK, "error"),
        ("acme.several", OK, OK, GONE, "absent"),
        ("acme.several", TAKEN, OK, OK, "error"),
        ("acme.several", OK, TAKEN, OK, "error"),
        ("acme.several", OK, OK, TAKEN, "already"),
        ("acme.named", OK, GONE, OK, "absent"),
        ("acme.named", OK, OK, GONE, "error"),
    ],
)
async def test_a_refusal_says_something_of_the_request_that_it_is_about(
    card: str, known: Said, found: Said, last: Said, wanted: str
) -> None:
    app = Scripted().on("GET /people/p1", known).on("GET /groups/g1/list", found).on("POST /people/p1/suspend", last)
    done = await act(app, card, INPUTS, {"ensure": True}, registry=REGISTRY)
    assert (done.outputs["outcome"] if isinstance(done, Done) else "error") == wanted


def kind_of(found: Done | Failed | Unknown) -> str:
    if isinstance(found, Failed):
        return "not there" if found.not_there else found.error.message
    return "done" if isinstance(found, Done) else "nobody knows"


AGAIN = Past(unanswered=True)
OF_APP: Values = {"app": "a", "delete_target": False}
OF_CUSTOMER = "/admin/directory/v1/customer/my_customer"
MISSING = Said(404, {"schemas": [], "errorCode": "E0000007", "error": {"code": 404, "message": "none"}})
OF_SALES: Values = {"user": "eva@x.example", "group": "sales@x.example"}


@pytest.mark.parametrize(
    ("past", "person", "group", "goes"),
    [(AGAIN, 200, 200, True), (AGAIN, 404, 200, False), (AGAIN, 200, 404, False), (Past(), 200, 200, False)],
)
async def test_what_the_request_before_may_have_taken_away_is_gone_if_it_can_have_been_there(
    past: Past, person: int, group: int, goes: bool
) -> None:
    """Sent again without Ensure, after one that got no answer, a removal is refused: there is nothing to remove."""
    missing = Said(404, {"error": {"code": 404, "message": "Resource Not Found: memberKey", "errors": []}})

    def answer(status: int) -> Said:
        return Said(200, {"kind": "admin#directory#thing", "id": "7"}) if status == 200 else missing

    app = Scripted().on("DELETE /admin/directory/v1/groups/sales@x.example/members/eva@x.example", missing)
    app.on("GET /admin/directory/v1/users/eva@x.example", answer(person))
    app.on("GET /admin/directory/v1/groups/sales@x.example/members", answer(group))
    outcome = await act(app, "google_workspace.remove_user_from_group", OF_SALES, past=past)
    assert isinstance(outcome, Done if goes else Failed), (outcome, app.seen)


@pytest.mark.parametrize(
    ("card", "inputs", "path"),
    [
        ("scim.delete_user", {"user": "7"}, "/Users/7"),
        ("scim.delete_group", {"group": "7"}, "/Groups/7"),
        ("okta.delete_group", {"group": "7"}, "/api/v1/groups/7"),
        ("office365.delete_user", {"user": "7"}, "/v1.0/users/7"),
        ("office365.delete_group", {"group": "7"}, "/v1.0/groups/7"),
        ("google_workspace.delete_user", {"user": "7"}, "/admin/directory/v1/users/7"),
        ("google_workspace.delete_group", {"group": "7"}, "/admin/directory/v1/groups/7"),
        ("okta.delete_application", {"app": "7"}, "/api/v1/apps/7"),
        ("okta.remove_user_from_app", {"app": "a", "user": "u"}, "/api/v1/apps/a/users/u"),
        ("okta.remove_group_from_app", {"app": "a", "group": "7"}, "/api/v1/apps/a/groups/7"),
        ("okta.delete_push_mapping", {**OF_APP, "mapping": "7"}, "/api/v1/apps/a/group-push/mappings/7"),
        ("okta.delete_group_rule", {"rule": "7"}, "/api/v1/groups/rules/7"),
        ("okta.reset_factor", {"user": "u", "factor": "7"}, "/api/v1/users/u/factors/7"),
        ("okta.remove_user_role", {"user": "u", "assignment": "7"}, "/api/v1/users/u/roles/7"),
        ("okta.remove_group_role", {"group": "g", "assignment": "7"}, "/api/v1/groups/g/roles/7"),
        ("okta_devices.delete_device", {"device": "7"}, "/api/v1/devices/7"),
        ("office365.delete_device", {"device": "7"}, "/v1.0/devices/7"),
        ("google_workspace.delete_token", {"user": "u", "client": "7"}, "/admin/directory/v1/users/u/tokens/7"),
        ("google_workspace.delete_asp", {"user": "u", "code": "7"}, "/admin/directory/v1/users/u/asps/7"),
        ("google_workspace.delete_device", {"device": "7"}, f"{OF_CUSTOMER}/devices/mobile/7"),
        ("google_workspace.delete_role_assignment", {"assignment": "7"}, f"{OF_CUSTOMER}/roleassignments/7"),
    ],
)
async def test_what_was_seen_before_a_request_without_an_answer_is_gone_by_it(
    card: str, inputs: Values, path: str
) -> None:
    noted: list[str] = []

    async def keep() -> None:
        noted.append("it was there")

    there = Scripted().on(f"GET {path}", Said(200, {"id": "7"})).on(f"DELETE {path}", Silence())
    assert isinstance(await act(there, card, inputs, past=Past(keep=keep)), Unknown)
    asked = [one.partition("?")[0] for one in there.seen]
    assert (noted, asked) == (["it was there"], [f"GET {path}", f"DELETE {path}"])
    gone = Scripted().on(f"GET {path}", MISSING).on(f"DELETE {path}", MISSING)
    for people in ("/api/v1", "/admin/directory/v1"):  # that somebody is there does not tell what they had
        gone.on(f"GET {people}/users/u", Said(200, {"id": "u"}))
    assert isinstance(await act(gone, card, inputs, past=Past(unanswered=True, was_otherwise=True)), Done)
    never = await act(gone, card, inputs, past=AGAIN)
    assert isinstance(never, Failed)
    assert "or it never was there" in never.error.why
    assert isinstance(await act(gone, card, inputs), Failed)


async def test_a_sign_in_method_is_looked_for_among_all_kinds_and_a_user_before_they_are_deactivated() -> None:
    methods = "/v1.0/users/u/authentication"
    person, noted = "/api/v1/users/u", list[str]()

    async def keep() -> None:
        noted.append("it was there")

    app = Scripted().on(f"GET {methods}/methods/7", Said(200, {"id": "7"}))
    app.on(f"DELETE {methods}/emailMethods/7", Silence()).on(f"DELETE {person}", Silence())
    app.on(f"GET {person}", Said(200, {"id": "u", "status": "DEPROVISIONED"}))
    method: Values = {"user": "u", "method": "7"}
    past, email = Past(keep=keep), {"kind": "email"}
    assert isinstance(await act(app, "office365.delete_auth_method", method, {**email}, past=past), Unknown)
    assert isinstance(await act(app, "okta.remove_user", {"user": "u"}, past=past), Unknown)
    assert len(noted) == 2
    gone = Scripted().on(f"DELETE {methods}/emailMethods/7", MISSING).on("GET /v1.0/users/u", Said(200, {"id": "u"}))
    gone.on(f"GET {methods}/methods/7", MISSING)
    for was_there, outcome in ((True, Done), (False, Failed)):
        seen = Past(unanswered=True, was_otherwise=was_there)
        assert isinstance(await act(gone, "office365.delete_auth_method", method, {**email}, past=seen), outcome)
        assert isinstance(await act(gone, "okta.remove_user", {"user": "u"}, past=seen), outcome)
