"""By what one knows that an answer is the app's: another program may answer 200, too."""

from __future__ import annotations

import orjson
import pytest
from support.scripted import Said, Scripted
from support_one_action import REGISTRY, act
from test_connectors_every_action import model_of

from keyturn.connectors.own import read_own
from keyturn.connectors.registry import ConnectorRegistry
from keyturn.flows.actions import Done, Failed
from keyturn.flows.json import JSON, Values
from keyturn.flows.problems import ProblemError
from keyturn.sandbox.manifests import Manifests

G = "/admin/directory/v1/users/eva"
OWN = """\
connector: badges
title: Badges
about: Badges of people.
base_url: https://app.example
auth: [bearer]
check: {method: GET, path: /me}
errors: {code: "{{ body.code }}", message: "{{ body.message }}"}
%s
actions:
  - key: list
    title: List Badges
    summary: Lists them.
    effect: {effect: read, repeatable: true}
    request: {method: GET, path: /badges}
    paging: {records: "{{ body.items }}"%s}
    outputs:
      - {name: id, type: text, title: ID, value: "{{ record.id }}"}
  - key: end
    title: End Badges
    summary: Ends them.
    effect: {effect: destroy, repeatable: true}
    requests:
      - {name: found, method: GET, path: /badges}
      - {method: DELETE, path: "/badges/{{ item }}", each: "{{ found.body.items[].id }}", repeatable: true%s}
    outputs:
      - {name: status, type: number, title: Status, value: "{{ status }}"}
"""
SIGN = 'sign: {value: "{{ body.kind }}", empty: false}'


@pytest.mark.parametrize(
    ("card", "request_", "inputs"),
    [
        ("google_workspace.search_users", "GET /admin/directory/v1/users", {}),
        ("google_workspace.list_members", "GET /admin/directory/v1/groups/g/members", {"group": "g"}),
        ("google_workspace.list_tokens", f"GET {G}/tokens", {"user": "eva"}),
        ("google_workspace.delete_all_tokens", f"GET {G}/tokens", {"user": "eva"}),
        ("google_workspace.delete_all_asps", f"GET {G}/asps", {"user": "eva"}),
        ("google_workspace.turn_off_2sv", f"POST {G}/twoStepVerification/turnOff", {"user": "eva"}),
        (
            "google_workspace.has_member",
            "GET /admin/directory/v1/groups/g/hasMember/eva",
            {"group": "g", "user": "eva"},
        ),
        ("scim.search_users", "GET /Users", {}),
        ("scim.search_groups", "GET /Groups", {}),
        ("scim.find_user", "GET /Users", {"username": "eva"}),
        ("scim.find_group", "GET /Groups", {"name": "Sales"}),
        ("scim.read_group", "GET /Groups/g", {"group": "g"}),
        ("github.search_users", "GET /search/users", {}),
        ("github.read_file", "GET /repos/o/r/contents/p", {"owner": "o", "repo": "r", "path": "p"}),
        ("okta.list_admins", "GET /api/v1/iam/assignees/users", {}),
        ("okta.list_resource_sets", "GET /api/v1/iam/resource-sets", {}),
        ("slack.send_message", "POST /api/chat.postMessage", {"channel": "C1", "text": "a"}),
        ("slack.invite_user", "POST /api/conversations.invite", {"channel": "C1", "user": "U1"}),
        ("slack.archive_channel", "POST /api/conversations.archive", {"channel": "C1"}),
        ("slack.reset_sessions", "POST /api/admin.users.session.reset", {"user": "U1"}),
    ],
)
@pytest.mark.parametrize("body", [{"hello": 1}, [{"id": "1"}]])
async def test_what_another_program_answers_is_no_success(card: str, request_: str, inputs: Values, body: JSON) -> None:
    app = Scripted().on(request_, Said(200, body))
    failed = await act(app, card, inputs, signed=False)
    assert isinstance(failed, Failed), failed
    assert (failed.error.code, failed.status, failed.taken) == ("answer-unusable", 200, True)
    assert app.seen[-1].startswith(request_), "what comes behind it is not sent"


async def test_it_is_told_where_to_look() -> None:
    app = Scripted().on("GET /admin/directory/v1/users", Said(200, {"hello": 1}))
    failed = await act(app, "google_workspace.search_users", {}, signed=False)
    assert isinstance(failed, Failed)
    assert "Google Workspace Admin" in failed.error.message
    assert "kind" in failed.error.message
    assert "another's" in failed.error.why
    assert "https://app.example" in failed.error.mend
    assert failed.error.body == {"hello": 1}


@pytest.mark.parametrize("card", ["slack.archive_channel", "slack.send_message"])
@pytest.mark.parametrize("body", [None, {}, {"ok": "yes"}])
async def test_an_app_that_says_so_each_time_has_not_done_it_without(card: str, body: JSON) -> None:
    app = Scripted().on("POST /api/conversations.archive", Said(200, body))
    app.on("POST /api/chat.postMessage", Said(200, body))
    failed = await act(app, card, {"channel": "C1", "text": "a"})
    assert isinstance(failed, Failed), failed
    assert failed.error.code == "answer-unusable"


NOTHING = (Said(204), Said(200, None))
BARE = Said(200, {})
DOWN = Said(200, {"error": {"code": "maintenance", "message": "down"}})
OTHERS = (DOWN, Said(200, {"status": "ok"}), Said(200, []), Said(200, "ok"))
CONTEXT = {"@odata.context": "https://graph.microsoft.com/v1.0/$metadata#users"}
LICENSED = {"product": "Google-Apps", "sku": "1", "user": "eva"}
GIVEN = {"user": "eva", "owner": "o", "repo": "r", **LICENSED}
CHANGES: list[tuple[str, str, tuple[Said, ...], tuple[Said, ...]]] = [
    ("okta.suspend_user", "POST /api/v1/users/eva/lifecycle/suspend", (BARE,), OTHERS),
    ("okta.clear_user_sessions", "DELETE /api/v1/users/eva/sessions", (BARE,), OTHERS),
    ("okta.expire_password", "POST /api/v1/users/eva/lifecycle/expire_password", (Said(200, {"id": "1"}),), OTHERS),
    ("okta_devices.suspend_device", "POST /api/v1/devices/d/lifecycle/suspend", (BARE,), OTHERS),
    ("office365.disable_user", "PATCH /v1.0/users/eva", (Said(200, {"id": "1"}),), (BARE, *OTHERS)),
    ("office365.delete_user", "DELETE /v1.0/users/eva", (), (BARE, *OTHERS)),
    (
        "office365.revoke_sessions",
        "POST /v1.0/users/eva/revokeSignInSessions",
        (Said(200, {**CONTEXT, "value": True}),),
        (BARE, *OTHERS),
    ),
    (
        "office365.stop_automatic_reply",
        "PATCH /v1.0/users/eva/mailboxSettings",
        (Said(200, {**CONTEXT, "timeZone": "UTC"}),),
        (BARE, *OTHERS),
    ),
    ("github.add_user_to_repository", "PUT /repos/o/r/collaborators/eva", (Said(201, {"id": 1}),), (BARE, *OTHERS)),
    ("google_workspace.sign_out_user", f"POST {G}/signOut", (), (BARE, *OTHERS)),
    ("google_workspace.delete_user", f"DELETE {G}", (), (BARE, *OTHERS)),
    (
        "google_workspace.unassign_license",
        "DELETE /apps/licensing/v1/product/Google-Apps/sku/1/user/eva",
        (BARE,),
        OTHERS,
    ),
    ("scim.deactivate_user", "PATCH /Users/eva", (Said(200, {"schemas": ["urn:user"]}),), (BARE, *OTHERS)),
]


@pytest.mark.parametrize(("card", "request_", "its", "others"), CHANGES)
async def test_a_change_is_done_where_nothing_or_the_app_itself_answers(
    card: str, request_: str, its: tuple[Said, ...], others: tuple[Said, ...]
) -> None:
    given: Values = {**GIVEN, "device": "d"}
    for said in (*NOTHING, *its):
        done = await act(Scripted().on(request_, said), card, given, signed=False)
        assert isinstance(done, Done), (said, done)
    for said in others:
        failed = await act(Scripted().on(request_, said), card, given, signed=False)
        assert isinstance(failed, Failed), (said, failed)
        assert (failed.error.code, failed.taken) == ("answer-unusable", True)
        harmless = model_of(card).effect.repeatable
        told = "Run again from this card: doing it" if harmless else "Look in the app whether it happened"
        assert told in failed.error.mend


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ({"error": {"code": "down"}}, Failed),
        ({"error": {"message": "down"}, "time": 1}, Failed),
        ({"error": {"code": 0, "message": ""}}, Done),
        ({"error": None}, Done),
        ({"error": {"code": "late"}, "state": "ended"}, Done),
        ({"time": 1}, Done),
    ],
)
async def test_an_error_and_nothing_else_is_no_success_of_a_change(body: JSON, kind: type) -> None:
    ends = """\
  - key: stop
    title: Stop Badges
    summary: Stops them.
    effect: {effect: change, repeatable: true}
    request: {method: POST, path: /stop, repeatable: true}
    outputs:
      - {name: state, type: text, title: State, value: "{{ body.state }}"}
"""
    registry = ConnectorRegistry({"badges": read_own(OWN % ("", "", "") + ends).content})
    app = Scripted().on("POST /stop", Said(200, body))
    assert isinstance(await act(app, "badges.stop", {}, registry=registry), kind)


async def test_a_kept_manifest_without_what_answers_to_changes_have_goes_on() -> None:
    manifest = REGISTRY.connector("google_workspace")
    assert manifest is not None
    kept = orjson.loads(manifest.content)
    del kept["changed"]
    registry = ConnectorRegistry({"google_workspace": orjson.dumps(kept).decode()})
    app = Scripted().on(f"POST {G}/signOut", BARE)
    done = await act(app, "google_workspace.sign_out_user", {"user": "eva"}, registry=registry, signed=False)
    assert isinstance(done, Done), done


@pytest.mark.parametrize(
    ("card", "request_", "body"),
    [
        ("google_workspace.search_users", "GET /admin/directory/v1/users", {"kind": "admin#directory#users"}),
        ("scim.search_users", "GET /Users", {"schemas": ["urn:ListResponse"], "totalResults": 0}),
        ("scim.search_users", "GET /Users", {"schemas": ["urn:ListResponse"], "totalResults": 0, "Resources": []}),
        ("workday.read_report", "GET /o/r", {"Report_Entry": []}),
    ],
)
async def test_an_empty_list_of_the_apps_is_one(card: str, request_: str, body: JSON) -> None:
    app = Scripted().on(request_, Said(200, body))
    done = await act(app, card, {"owner": "o", "report": "r"}, {"results": "page"}, signed=False)
    assert isinstance(done, Done), done
    assert done.outputs["records"] == []


@pytest.mark.parametrize(
    ("body", "strict", "signed"),
    [
        ({"items": []}, True, True),
        ({"items": None}, False, False),
        ({"data": [{"id": "1"}]}, False, False),
        ({"kind": "badges"}, False, True),
        ({"kind": "badges", "items": None}, False, True),
        ({"kind": "badges", "badges": [{"id": "1"}]}, False, False),
        ({"kind": "badges", "badges": []}, False, True),
        ({"kind": "badges", "tags": ["new"]}, False, True),
        ({}, False, False),
        (None, False, False),
    ],
)
async def test_an_absent_list_is_empty_only_where_the_manifest_says_so(body: JSON, strict: bool, signed: bool) -> None:
    """Args:
    strict: it is a list of an app that always has it.
    signed: it is one of an app that leaves it out, and has a sign.
    """
    for manifest, right in ((OWN % ("", "", ""), strict), (OWN % (SIGN, ", always: false", ""), signed)):
        registry = ConnectorRegistry({"badges": read_own(manifest).content})
        app = Scripted().on("GET /badges", Said(200, body))
        for results in ("first", "page", "all"):
            done = await act(app, "badges.list", {}, {"results": results}, registry=registry)
            if body == {"items": []} and manifest.find("sign:") > 0:
                assert isinstance(done, Failed), "it lacks the sign"
            else:
                assert isinstance(done, Done if right else Failed), (done, results)


@pytest.mark.parametrize(("more", "kind"), [("", Failed), (", beside: [links]", Done)])
async def test_lists_that_may_stand_beside_one_that_is_left_out_are_not_it(more: str, kind: type) -> None:
    registry = ConnectorRegistry({"badges": read_own(OWN % (SIGN, ", always: false" + more, "")).content})
    app = Scripted().on("GET /badges", Said(200, {"kind": "badges", "links": [{"rel": "self"}]}))
    done = await act(app, "badges.list", {}, {"results": "page"}, registry=registry)
    assert isinstance(done, kind), done
    if isinstance(done, Failed):
        assert "and there is nothing, but a list at 'links'." in done.error.message


@pytest.mark.parametrize(
    ("sign", "paging", "each", "told"),
    [
        ("", ", always: false", "", "any program's answer"),
        ("", "", ", empty_left_out: true", "any program's answer"),
        ('sign: {value: "body.kind", empty: false}', "", "", "refers to nothing"),
        ('sign: {value: "{{ body.kind }}"}', "", "", "exactly one comparison"),
        ('sign: {value: "{{ inputs.kind }}", empty: false}', "", "", "inputs"),
        (SIGN, ", always: false", ", empty_left_out: true", ""),
        ('changed: {one_of: ["{{ body.id }}"]}', "", "", "no name of an entry"),
        ("changed: {one_of: [id]}", "", ", changed: {one_of: [id]}", ""),
        ("", "", ', changed: {one_of: [id]}, sign: {value: "{{ body.id }}", empty: false}', "beside no sign"),
    ],
)
def test_where_nothing_stands_for_an_empty_list_a_sign_has_to_tell(
    sign: str, paging: str, each: str, told: str
) -> None:
    problems: list[str] = []
    try:
        read_own(OWN % (sign, paging, each))
    except ProblemError as error:
        problems = [problem.what for problem in error.problems]
    assert any(told in problem for problem in problems) if told else problems == []


@pytest.mark.parametrize(
    ("sign", "when", "told"),
    [
        ("", '{value: "{{ found.body.badge }}", empty: false}', "any program's answer"),
        ("", '{value: "{{ found.body.badges[].id }}", empty: true}', "any program's answer"),
        ("", '{value: "{{ found.status }}", empty: false}', ""),
        ("", '{value: "{{ inputs.badge }}", empty: false}', ""),
        ("", '{value: "{{ found.body.badge }}", among: [old]}', ""),
        (SIGN, '{value: "{{ found.body.badge }}", empty: false}', ""),
    ],
)
def test_what_is_sent_only_where_something_stands_needs_a_sign(sign: str, when: str, told: str) -> None:
    path, each = "/badges/{{ item }}", '{{ found.body.items[].id }}", repeatable: true%s}'
    once = OWN.replace(f'"{path}", each: "{each}', f'"/badges", when: [{when}], repeatable: true%s}}')
    if "inputs" in when:
        once = once.replace("summary: Ends them.", "summary: Ends them.\n    inputs: [{name: badge}]")
    problems: list[str] = []
    try:
        read_own(once % (sign, "", ""))
    except ProblemError as error:
        problems = [problem.what for problem in error.problems]
    assert any(told in problem for problem in problems) if told else problems == []


def test_the_recorder_gives_the_sign_with_each_answer() -> None:
    slack = {"value": "{{ body.ok }}", "among": [True]}
    other = {"value": "{{ body.found }}", "kind": "number"}
    manifest: Values = {
        "connector": "acme",
        "sign": slack,
        "check": {"method": "GET", "path": "/me", "sign": other},
        "actions": [{"key": "end", "request": {"method": "POST", "path": "/end"}, "outputs": []}],
    }
    known = Manifests([manifest])
    for method, path, body in (("GET", "/me", {"found": 1}), ("POST", "/end", {"ok": True})):
        found = known.answer(method, path)
        assert found is not None
        assert found.body == body
    found = Manifests([{**manifest, "changed": {"one_of": ["@id", "id"]}}]).answer("POST", "/end")
    assert found is not None
    assert isinstance(found.body, dict)
    assert list(found.body) == ["@id"]
