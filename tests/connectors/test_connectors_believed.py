"""What an app's refusal is believed to say: the ensure form looks, where the same is said of what cannot be done."""

from __future__ import annotations

import pytest
from support.scripted import Said, Scripted
from support_one_action import REGISTRY, act

from keyturn.connectors.own import read_own
from keyturn.connectors.registry import ConnectorRegistry
from keyturn.flows.actions import Done, Failed
from keyturn.flows.json import JSON, Values
from keyturn.flows.problems import ProblemError

SURE: Values = {"ensure": True}
EVA = "/api/v1/users/eva"


def okta(status: int, code: str) -> Said:
    return Said(status, {"errorCode": code, "errorSummary": "No"})


@pytest.mark.parametrize(
    ("status", "so", "mend"),
    [
        ("ACTIVE", True, ""),
        ("PROVISIONED", True, ""),
        ("PASSWORD_EXPIRED", True, ""),
        ("RECOVERY", True, ""),
        ("SUSPENDED", False, "Unsuspend User"),
        ("LOCKED_OUT", False, "Unlock User"),
        ("STAGED", False, ""),
        ("DEPROVISIONED", False, ""),
    ],
)
@pytest.mark.parametrize("refusal", [okta(403, "E0000016"), okta(403, "E0000038"), okta(400, "E0000001")])
async def test_a_user_is_active_already_if_okta_shows_it(status: str, so: bool, mend: str, refusal: Said) -> None:
    app = Scripted().on(f"POST {EVA}/lifecycle/activate", refusal).on(f"GET {EVA}", Said(200, {"status": status}))
    outcome = await act(app, "okta.activate_user", {"user": "eva"}, SURE)
    assert f"GET {EVA}" in app.seen
    if so:
        assert isinstance(outcome, Done), outcome
        assert outcome.outputs["outcome"] == "already"
    else:
        assert isinstance(outcome, Failed), outcome
        assert outcome.status == refusal.status
        assert mend in outcome.error.mend
        if mend:
            assert status.replace("_", " ").lower() in outcome.error.why


SCOPED: Values = {"user": "1", "role": "3", "scope": "CUSTOMER"}
LISTED = "GET /admin/directory/v1/customer/my_customer/roleassignments"
MADE = LISTED.replace("GET", "POST")


def assigned(role: str, scope: str) -> JSON:
    return {"kind": "k", "items": [{"roleAssignmentId": "7", "roleId": role, "scopeType": scope}]}


@pytest.mark.parametrize(
    ("card", "inputs", "sends", "refusal", "looks", "found", "gives"),
    [
        (
            "okta.assign_user_role",
            {"user": "eva", "role": "ORG_ADMIN"},
            f"POST {EVA}/roles",
            okta(409, "E0000090"),
            f"GET {EVA}/roles",
            found,
            gives,
        )
        for found, gives in (
            ([{"id": "1", "type": "APP_ADMIN"}, {"id": "2", "type": "ORG_ADMIN"}], {"id": "2", "type": "ORG_ADMIN"}),
            ([{"id": "1", "type": "APP_ADMIN"}], None),
        )
    ]
    + [
        (
            "okta.assign_group_role",
            {"group": "g", "role": "ORG_ADMIN"},
            "POST /api/v1/groups/g/roles",
            okta(409, "E0000090"),
            "GET /api/v1/groups/g/roles",
            [{"id": "2", "type": "ORG_ADMIN"}],
            {"id": "2"},
        ),
        (
            "okta.add_group_owner",
            {"group": "g", "owner": "o"},
            "POST /api/v1/groups/g/owners",
            okta(409, "E0000001"),
            "GET /api/v1/groups/g/owners",
            [{"id": "p"}],
            None,
        ),
        (
            "google_workspace.create_role_assignment",
            SCOPED,
            MADE,
            Said(409),
            LISTED,
            assigned("3", "CUSTOMER"),
            {"id": "7"},
        ),
        ("google_workspace.create_role_assignment", SCOPED, MADE, Said(409), LISTED, assigned("3", "ORG_UNIT"), None),
        ("google_workspace.create_role_assignment", SCOPED, MADE, Said(409), LISTED, assigned("4", "CUSTOMER"), None),
        ("google_workspace.create_role_assignment", SCOPED, MADE, Said(409), LISTED, {"kind": "k"}, None),
        (
            "slack.invite_to_workspace",
            {"team": "T", "email": "a@x.example", "channels": "C"},
            "POST /api/admin.users.invite",
            Said(200, {"ok": False, "error": "already_in_team"}),
            "GET /api/users.lookupByEmail",
            {"ok": True, "user": {"profile": {"email": "A@x.example"}}},
            {},
        ),
    ],
)
async def test_a_clash_is_looked_at_and_gives_what_is_there(
    card: str, inputs: Values, sends: str, refusal: Said, looks: str, found: JSON, gives: Values | None
) -> None:
    outcome = await act(Scripted().on(sends, refusal).on(looks, Said(200, found)), card, inputs, SURE)
    if gives is None:
        assert isinstance(outcome, Failed), outcome
        return
    assert isinstance(outcome, Done), outcome
    assert outcome.outputs["outcome"] == "already"
    assert {name: outcome.outputs[name] for name in gives} == gives


@pytest.mark.parametrize(("there", "outcome"), [(Said(404), "absent"), (Said(200, {"id": "eva"}), "")])
async def test_who_cannot_be_put_into_a_group_may_not_be_there(there: Said, outcome: str) -> None:
    refusal = Said(400, {"schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"], "scimType": "invalidValue"})
    app = Scripted().on("GET /Groups/g", Said(200, {"id": "g", "members": []})).on("PATCH /Groups/g", refusal)
    done = await act(app.on("GET /Users/eva", there), "scim.add_user_to_group", {"user": "eva", "group": "g"}, SURE)
    if outcome:
        assert isinstance(done, Done), done
        assert done.outputs["outcome"] == outcome
    else:
        assert isinstance(done, Failed), done
        assert done.status == 400


OWN = """\
connector: zeta
title: Zeta
about: People of Zeta.
base_url: https://app.example
auth: [bearer]
check: {method: GET, path: /me}
errors: {code: "{{ body.code }}", message: "{{ body.message }}"}
actions:
  - key: make
    title: Make
    summary: Makes a person.
    effect: {effect: change, person: login}
    inputs: [{name: login, required: true}]
    request: {method: POST, path: /people, body: {login: "{{ inputs.login }}"}}
    state:
      request: {method: GET, path: /people}
      records: "{{ body }}"
      so: {value: "{{ record.login }}", among: ["{{ inputs.login }}"]}
      may_be_older: true
    ensure: {already: [{status: 409, code: exists, sure: It is said of this login.}]}
    outputs:
      - {name: id, required: true, value: "{{ body.id }}"}
"""
EXISTS = Said(409, {"code": "exists"})


@pytest.mark.parametrize(
    ("people", "code"),
    [
        (Said(200, [{"login": "sam", "id": "1"}, {"login": "eva", "id": "2"}]), ""),
        (Said(200, [{"login": "eva", "key": "2"}]), "answer-unusable"),
        (Said(200, [{"login": "sam", "id": "1"}]), "app-answered"),
        (Said(500), "app-answered"),
    ],
)
async def test_what_an_output_needs_is_looked_for_where_it_is_so_already(people: Said, code: str) -> None:
    registry = ConnectorRegistry()
    registry.take({"zeta": read_own(OWN).content})
    app = Scripted().on("POST /people", EXISTS).on("GET /people", people)
    outcome = await act(app, "zeta.make", {"login": "eva"}, SURE, registry=registry)
    if not code:
        assert isinstance(outcome, Done), outcome
        assert outcome.outputs == {"id": "2", "outcome": "already"}
    else:
        assert isinstance(outcome, Failed), outcome
        assert outcome.error.code == code


@pytest.mark.parametrize(("required", "told"), [("required: true, ", True), ("", False)])
def test_an_output_that_nothing_could_give_is_told(required: str, told: bool) -> None:
    state = OWN[OWN.index("    state:") : OWN.index("    ensure:")]
    text = (
        OWN.replace(state, "")
        .replace(", sure: It is said of this login.", "")
        .replace("required: true, v", f"{required}v")
    )
    if not told:
        assert read_own(text).content
        return
    with pytest.raises(ProblemError) as found:
        read_own(text)
    [problem] = found.value.problems
    assert "nothing gives the output 'id', which is required" in problem.what
    assert problem.line == 15


def test_what_is_believed_without_a_look_says_why_or_cannot_be_looked_at() -> None:
    for name in REGISTRY.names():
        manifest = REGISTRY.connector(name)
        assert manifest is not None
        for action in manifest.model.actions:
            for one in action.ensure.already if action.ensure is not None else ():
                assert one.look or one.sure or action.state is None, f"{name}.{action.key}"
