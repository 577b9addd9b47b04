"""What is said of a clash: who uses the option Ensure is not told to use it, nobody that nothing is left to do."""

from __future__ import annotations

import pytest
from support.scripted import Said, Scripted
from support_one_action import REGISTRY, act

from keyturn.flows.actions import Done, Failed
from keyturn.flows.json import JSON, Values

SURE: Values = {"ensure": True}
DIRECTORY = "/admin/directory/v1"
SAM = f"{DIRECTORY}/users/sam"
IN_GROUP = f"{DIRECTORY}/groups/g/members"
TAKEN = Said(409, {"error": {"message": "Entity already exists.", "errors": [{"reason": "duplicate"}]}})
SAMS_ROLES = "GET /v1.0/users/sam/memberOf/microsoft.graph.directoryRole"
TAKES_IT = "If it is so already, the card's option Ensure takes this for a success."


def aliases(*found: str) -> JSON:
    return {"kind": "k", "aliases": [{"alias": one} for one in found]}


@pytest.mark.parametrize(
    ("card", "inputs", "app", "outcome"),
    [
        (
            "google_workspace.create_alias",
            {"user": "sam", "alias": "S.OK@X.example"},
            Scripted().on(f"POST {SAM}/aliases", TAKEN).on(f"GET {SAM}/aliases", Said(200, aliases("s.ok@x.example"))),
            "already",
        ),
        (
            "office365.add_user_to_group",
            {"user": "sam", "group": "AB-12"},
            Scripted()
            .on("POST /v1.0/groups/AB-12/members/$ref", Said(400))
            .on("GET /v1.0/users/sam/memberOf/graph.group", Said(200, {"value": [{"id": "ab-12"}]})),
            "already",
        ),
        (
            "office365.assign_role",
            {"user": "sam", "role": "AB-12"},
            Scripted()
            .on("POST /v1.0/directoryRoles/AB-12/members/$ref", Said(400))
            .on(SAMS_ROLES, Said(200, {"value": [{"id": "x", "roleTemplateId": "y"}, {"id": "ab-12"}]})),
            "already",
        ),
        (
            "office365.assign_role",
            {"user": "sam", "role": "AB-12"},
            Scripted()
            .on("POST /v1.0/directoryRoles/AB-12/members/$ref", Said(400))
            .on(SAMS_ROLES, Said(200, {"value": [{"id": "x"}, {"id": "z", "roleTemplateId": "ab-12"}]})),
            "already",
        ),
        (
            "office365.set_manager",
            {"user": "sam", "manager": "Eva@X.example"},
            Scripted().on("GET /v1.0/users/sam/manager", Said(200, {"id": "1", "userPrincipalName": "eva@x.example"})),
            "already",
        ),
    ],
)
async def test_names_are_compared_in_any_case_where_the_app_takes_no_difference(
    card: str, inputs: Values, app: Scripted, outcome: str
) -> None:
    done = await act(app, card, inputs, SURE)
    assert isinstance(done, Done), done
    assert done.outputs.get("outcome", outcome) == outcome
    assert "PUT" not in "".join(app.seen)


@pytest.mark.parametrize(
    ("card", "inputs", "app", "why", "mend"),
    [
        (
            "google_workspace.create_alias",
            {"user": "sam", "alias": "finance@x.example"},
            Scripted().on(f"POST {SAM}/aliases", TAKEN).on(f"GET {SAM}/aliases", Said(200, aliases("s.ok@x.example"))),
            "finance@x.example is no alias of sam",
            "Take another address",
        ),
        (
            "google_workspace.add_user_to_group",
            {"user": "sam", "group": "g", "role": "MEMBER"},
            Scripted().on(f"POST {IN_GROUP}", TAKEN).on(f"GET {IN_GROUP}/sam", Said(200, {"role": "OWNER"})),
            "sam is in the group already, by another role: OWNER.",
            "Set Role in Group",
        ),
    ],
)
async def test_what_stands_in_the_way_is_told(card: str, inputs: Values, app: Scripted, why: str, mend: str) -> None:
    failed = await act(app, card, inputs, SURE)
    assert isinstance(failed, Failed), failed
    assert failed.error.why.startswith(why)
    assert mend in failed.error.mend
    assert "Ensure" not in failed.error.mend


EVA = "eva@x.example"
PERSON: Values = {"email": EVA, "first_name": "E", "last_name": "H", "password": "Correct-Horse-7"}
ACCOUNT: Values = {"username": EVA, "display_name": "E", "nickname": "e", "password": "Correct-Horse-7"}
INVALID = Said(400, {"errorCode": "E0000001", "errorSummary": "Api validation failed: login"})
CLASH = Said(400, {"error": {"code": "Request_BadRequest", "message": "It already exists."}})
UNIQUE = Said(409, {"scimType": "uniqueness"})
IN_TEAM = Said(200, {"ok": False, "error": "already_in_team"})


def okta_case(activate: bool, status: str, mend: str) -> tuple[str, Values, str, Said, str, JSON, str]:
    inputs: Values = {"profile": {"login": EVA}, "activate": activate}
    found: JSON = {"id": "1", "status": status, "profile": {"login": EVA}}
    return "okta.create_user", inputs, "POST /api/v1/users", INVALID, f"GET /api/v1/users/{EVA}", found, mend


def google_case(flags: dict[str, JSON], mend: str) -> tuple[str, Values, str, Said, str, JSON, str]:
    found: JSON = {"id": "1", "primaryEmail": EVA, **flags}
    users = f"{DIRECTORY}/users"
    return "google_workspace.create_user", PERSON, f"POST {users}", TAKEN, f"GET {users}/{EVA}", found, mend


def microsoft_case(wanted: bool, there: bool, mend: str) -> tuple[str, Values, str, Said, str, JSON, str]:
    inputs: Values = {**ACCOUNT, "enabled": wanted}
    found: JSON = {"id": "1", "userPrincipalName": EVA, "accountEnabled": there}
    return "office365.create_user", inputs, "POST /v1.0/users", CLASH, f"GET /v1.0/users/{EVA}", found, mend


def scim_case(wanted: bool, there: bool, mend: str) -> tuple[str, Values, str, Said, str, JSON, str]:
    inputs: Values = {"username": EVA, "active": wanted}
    found: JSON = {"totalResults": 1, "Resources": [{"id": "1", "userName": EVA, "active": there}]}
    return "scim.create_user", inputs, "POST /Users", UNIQUE, "GET /Users", found, mend


def slack_case(deleted: bool, mend: str) -> tuple[str, Values, str, Said, str, JSON, str]:
    inputs: Values = {"team": "T", "email": EVA, "channels": "C"}
    found: JSON = {"ok": True, "user": {"deleted": deleted, "profile": {"email": EVA}}}
    invites, looks = "POST /api/admin.users.invite", "GET /api/users.lookupByEmail"
    return "slack.invite_to_workspace", inputs, invites, IN_TEAM, looks, found, mend


@pytest.mark.parametrize(
    ("card", "inputs", "sends", "refusal", "looks", "found", "mend"),
    [
        okta_case(True, "ACTIVE", ""),
        okta_case(True, "PROVISIONED", ""),
        okta_case(True, "DEPROVISIONED", "Activate User"),
        okta_case(True, "SUSPENDED", "Unsuspend User"),
        okta_case(True, "STAGED", "Activate User"),
        okta_case(False, "STAGED", ""),
        okta_case(False, "DEPROVISIONED", "Activate User"),
        okta_case(False, "SUSPENDED", "Unsuspend User"),
        google_case({"suspended": False, "archived": False}, ""),
        google_case({"suspended": True}, "Activate User"),
        google_case({"suspended": False, "archived": True}, "out of the archive"),
        microsoft_case(True, True, ""),
        microsoft_case(True, False, "Enable User Account"),
        microsoft_case(False, False, ""),
        scim_case(True, True, ""),
        scim_case(True, False, "Activate User"),
        scim_case(False, False, ""),
        slack_case(False, ""),
        slack_case(True, "administrator"),
    ],
)
async def test_an_account_that_is_there_and_out_of_use_is_not_there_already(
    card: str, inputs: Values, sends: str, refusal: Said, looks: str, found: JSON, mend: str
) -> None:
    outcome = await act(Scripted().on(sends, refusal).on(looks, Said(200, found)), card, inputs, SURE)
    if not mend:
        assert isinstance(outcome, Done), outcome
        assert outcome.outputs["outcome"] == "already"
    else:
        assert isinstance(outcome, Failed), outcome
        assert outcome.status == refusal.status
        assert outcome.error.why.startswith(f"{EVA} is ")
        assert mend in outcome.error.mend


@pytest.mark.parametrize(
    ("found", "sent", "outcome"),
    [
        ({"suspended": True}, True, "changed"),
        ({"suspended": False, "archived": False}, False, "already"),
        ({"suspended": False, "archived": True}, False, ""),
        ({"suspended": True, "archived": True}, False, ""),
    ],
)
async def test_an_archived_account_is_not_active_already(found: Values, sent: bool, outcome: str) -> None:
    app = Scripted().on(f"GET {SAM}", Said(200, {"id": "1", **found})).on(f"PUT {SAM}", Said(200, {"id": "1"}))
    ended = await act(app, "google_workspace.activate_user", {"user": "sam"}, SURE)
    assert (f"PUT {SAM}" in app.seen) is sent
    if outcome:
        assert isinstance(ended, Done), ended
        assert ended.outputs["outcome"] == outcome
    else:
        assert isinstance(ended, Failed), ended
        assert ended.error.why == "sam is archived."
        assert "out of the archive" in ended.error.mend
    plain = await act(app, "google_workspace.activate_user", {"user": "sam"})
    assert isinstance(plain, Done), plain


GONE = Said(404, {"error": {"code": "x", "message": "Resource Not Found: memberKey"}})  # as Google says it
TAKEN_OUT = [
    (
        "okta.remove_user_from_group",
        "DELETE /api/v1/groups/g/users/sam",
        "GET /api/v1/users/sam",
        "GET /api/v1/groups/g",
        "GET /api/v1/users/sam/groups",
        [],
    ),
    (
        "office365.remove_user_from_group",
        "DELETE /v1.0/groups/g/members/1/$ref",
        "GET /v1.0/users/sam",
        "GET /v1.0/groups/g",
        "",
        None,
    ),
    (
        "office365.remove_group_owner",
        "DELETE /v1.0/groups/g/owners/1/$ref",
        "GET /v1.0/users/sam",
        "GET /v1.0/groups/g",
        "",
        None,
    ),
    ("google_workspace.remove_user_from_group", f"DELETE {IN_GROUP}/sam", f"GET {SAM}", f"GET {IN_GROUP}", "", None),
    ("scim.remove_user_from_group", "PATCH /Groups/g", "GET /Users/sam", "GET /Groups/g", "", None),
]


@pytest.mark.parametrize(("card", "sends", "who", "group", "looks", "held"), TAKEN_OUT, ids=[c[0] for c in TAKEN_OUT])
async def test_nobody_is_taken_out_of_a_group_that_is_not_there(
    card: str, sends: str, who: str, group: str, looks: str, held: JSON
) -> None:
    inputs: Values = {"user": "sam", "group": "g"}
    for there, outcome in ((True, "already"), (False, "")):
        app = Scripted().on(sends, GONE).on(who, Said(200, {"id": "1"}))
        app.on(group, Said(200, {"id": "g"}) if there else GONE).on(looks, Said(200, held))
        ended = await act(app, card, inputs, SURE)
        if there:
            assert isinstance(ended, Done), ended
            assert ended.outputs["outcome"] == outcome
        else:
            assert isinstance(ended, Failed), ended
            assert "group g is not there" in ended.error.why
            assert ended.error.field == "group"
        nobody = Scripted().on(sends, GONE).on(who, GONE).on(group, GONE)
        absent = await act(nobody, card, inputs, SURE)
        assert isinstance(absent, Done), absent
        assert absent.outputs["outcome"] == "absent"


CLASHES: list[tuple[str, Values, str, Said]] = [
    ("google_workspace.create_alias", {"user": "sam", "alias": "a@x.example"}, f"POST {SAM}/aliases", TAKEN),
    ("google_workspace.update_user", {"user": "sam", "email": "a@x.example"}, f"PUT {SAM}", TAKEN),
    (
        "office365.add_user_to_group",
        {"user": "sam", "group": "g"},
        "POST /v1.0/groups/g/members/$ref",
        Said(400, {"error": {"code": "x", "message": "One or more added object references already exist"}}),
    ),
    (
        "okta.activate_user",
        {"user": "sam"},
        "POST /api/v1/users/sam/lifecycle/activate",
        Said(403, {"errorCode": "E0000016"}),
    ),
    (
        "okta.create_user",
        {"profile": {"login": "sam"}},
        "POST /api/v1/users",
        Said(400, {"errorCode": "E0000001", "errorCauses": [{"errorSummary": "An object already exists"}]}),
    ),
    ("scim.create_user", {"username": "sam"}, "POST /Users", Said(409, {"scimType": "uniqueness"})),
]


@pytest.mark.parametrize(("card", "inputs", "sends", "refusal"), CLASHES, ids=[case[0] for case in CLASHES])
@pytest.mark.parametrize("options", [{}, SURE])
async def test_ensure_is_advised_where_a_card_has_it_and_it_is_off(
    card: str, inputs: Values, sends: str, refusal: Said, options: Values
) -> None:
    failed = await act(Scripted().on(sends, refusal), card, inputs, options)  # all looks end with 404
    assert isinstance(failed, Failed), failed
    assert (TAKES_IT in failed.error.mend) is (not options and card != "google_workspace.update_user")
    assert "Nothing is left to do" not in failed.error.mend


def test_no_advice_of_a_connector_speaks_of_the_option_by_itself() -> None:
    for name in REGISTRY.names():
        manifest = REGISTRY.connector(name)
        assert manifest is not None
        assert not [hint for hint in manifest.model.hints if "Ensure" in hint.mend + hint.why], name


@pytest.mark.parametrize(
    ("card", "inputs", "sends", "refusal", "looks", "nobody", "mend"),
    [
        (
            "slack.invite_to_workspace",
            {"team": "T", "email": EVA, "channels": "C"},
            "POST /api/admin.users.invite",
            IN_TEAM,
            "GET /api/users.lookupByEmail",
            Said(200, {"ok": False, "error": "users_not_found"}),
            "administrator",
        ),
        (
            "google_workspace.assign_license",
            {"user": EVA, "product": "P", "sku": "S"},
            "POST /apps/licensing/v1/product/P/sku/S/user",
            Said(412, {"error": {"code": 412, "message": "User already has a license"}}),
            f"GET /apps/licensing/v1/product/P/sku/S/user/{EVA}",
            Said(404, {"error": {"code": 404}}),
            "Unassign License",
        ),
    ],
)
async def test_what_the_app_does_not_show_stands_in_the_way(
    card: str, inputs: Values, sends: str, refusal: Said, looks: str, nobody: Said, mend: str
) -> None:
    failed = await act(Scripted().on(sends, refusal).on(looks, nobody), card, inputs, SURE)
    assert isinstance(failed, Failed), failed
    assert EVA in failed.error.why
    assert mend in failed.error.mend
