"""What people are told of the refusals that are the commonest: why, which field, and what to do."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from support.scripted import Said, Scripted
from support_one_action import act

from keyturn.flows.actions import Failed
from keyturn.flows.json import Values

EVA, SKU = "eva@x.example", "c7df2760-2c81-4ef7-b578-5b5392b571df"
GUID = "02bd9fd6-8f93-4758-87c3-1fb73740a315"
ACCOUNT: Values = {"username": EVA, "display_name": "E", "nickname": "e", "password": "Correct-Horse-7"}
PERSON: Values = {"email": EVA, "first_name": "E", "last_name": "H", "password": "Correct-Horse-7"}
LICENCE: Values = {"user": "eva", "sku": SKU, "disabled": []}
GOOGLE = "/admin/directory/v1"


@dataclass(frozen=True)
class Case:
    """A refusal, and words of what is told of it."""

    card: str
    inputs: Values
    request: str
    said: Said
    field: str
    why: str
    mend: str


def graph(card: str, inputs: Values, request: str, message: str, field: str, why: str, mend: str) -> Case:
    code = "BadRequest" if "valid user id" in message else "Request_BadRequest"
    said = Said(400, {"error": {"code": code, "message": message}})
    return Case(f"office365.{card}", inputs, request.replace(" /", " /v1.0/", 1), said, field, why, mend)


def google(card: str, inputs: Values, request: str, message: str, field: str, why: str, mend: str) -> Case:
    said = Said(404, {"error": {"message": message, "errors": [{"reason": "notFound", "message": message}]}})
    return Case(f"google_workspace.{card}", inputs, request.replace(" /", f" {GOOGLE}/", 1), said, field, why, mend)


def okta(card: str, inputs: Values, request: str, said: tuple[int, str, str], *told: str) -> Case:
    status, code, summary = said
    answer = Said(status, {"errorCode": code, "errorSummary": summary})
    return Case(f"okta.{card}", inputs, request.replace(" /", " /api/v1/", 1), answer, *told)


def slack(card: str, inputs: Values, method: str, error: str, field: str, why: str, mend: str) -> Case:
    said = Said(200, {"ok": False, "error": error})
    return Case(f"slack.{card}", inputs, f"POST /api/{method}", said, field, why, mend)


CASES = [
    graph(
        "assign_license",
        LICENCE,
        "POST /users/eva/assignLicense",
        "License assignment cannot be done for user with invalid usage location.",
        "user",
        "The user has no usage location",
        "the card Update User: in its Profile, Usage location",
    ),
    graph(
        "assign_license",
        LICENCE,
        "POST /users/eva/assignLicense",
        f"License {SKU} does not correspond to a valid company License.",
        "sku",
        "The company has no such licence",
        "the card Get Licenses",
    ),
    graph(
        "assign_license",
        LICENCE,
        "POST /users/eva/assignLicense",
        f"Subscription with SKU {SKU} does not have any available licenses.",
        "sku",
        "All licences of this kind are in use",
        "buy more",
    ),
    graph(
        "remove_group_owner",
        {"user": "eva", "group": GUID},
        f"DELETE /groups/{GUID}/owners/77/$ref",
        "The group must have at least one owner, hence this owner cannot be removed.",
        "user",
        "the group's last owner",
        "somebody else an owner",
    ),
    graph(
        "create_user",
        ACCOUNT,
        "POST /users",
        "The domain portion of the userPrincipalName property is invalid. You must use one of the verified domain "
        "names in your organization.",
        "username",
        "not in a domain that the company has verified",
        "Custom domain names",
    ),
    graph(
        "update_user",
        {"user": "eva", "profile": {"userPrincipalName": EVA}},
        "PATCH /users/eva",
        "The domain portion of the userPrincipalName property is invalid.",
        "profile",
        "not in a domain",
        "Custom domain names",
    ),
    graph(
        "dismiss_risky_user",
        {"user": EVA},
        "POST /identityProtection/riskyUsers/dismiss",
        f"'{EVA}' is not a valid user id.",
        "user",
        "only the object id",
        "the card Read User",
    ),
    graph(
        "confirm_compromised",
        {"user": EVA},
        "POST /identityProtection/riskyUsers/confirmCompromised",
        f"'{EVA}' is not a valid user id.",
        "user",
        "only the object id",
        "the card Read User",
    ),
    Case(
        "scim.replace_group",
        {"group": "g1", "name": "Sales", "members": [{"value": "nobody"}]},
        "PUT /Groups/g1",
        Said(400, {"scimType": "invalidValue", "detail": "members: there is no User and no Group 'nobody'"}),
        "members",
        "its message says which",
        "what the message names",
    ),
    Case(
        "scim.read_group",
        {"group": "g1"},
        "GET /Groups/g1",
        Said(404, {"detail": "Resource g1 not found"}),
        "group",
        "no user or group by this id",
        "Find Group",
    ),
    google(
        "add_user_to_group",
        {"user": EVA, "group": "none@x.example", "role": "MEMBER"},
        "POST /groups/none@x.example/members",
        "Resource Not Found: groupKey",
        "group",
        "no such group",
        "group's address or id",
    ),
    google(
        "add_user_to_group",
        {"user": "no@x.example", "group": "sales@x.example", "role": "MEMBER"},
        "POST /groups/sales@x.example/members",
        "Resource Not Found: memberKey",
        "user",
        "Nobody by this address",
        "address or id",
    ),
    google(
        "create_user",
        PERSON,
        "POST /users",
        "Domain not found.",
        "email",
        "none of the company's",
        "one of its domains",
    ),
    google(
        "create_group",
        {"email": "sales@y.example", "name": "Sales"},
        "POST /groups",
        "Domain not found.",
        "email",
        "none of the company's",
        "one of its domains",
    ),
    google(
        "delete_role_assignment",
        {"assignment": "7"},
        "DELETE /customer/my_customer/roleassignments/7",
        "Resource Not Found: roleAssignmentId",
        "assignment",
        "nothing by this name or id",
        "Check the name or id",
    ),
    okta(
        "delete_application",
        {"app": "0oa1"},
        "DELETE /apps/0oa1",
        (403, "E0000056", "Delete application forbidden."),
        "app",
        "The app is active",
        "Deactivate Application",
    ),
    okta(
        "remove_user_from_group",
        {"user": EVA, "group": "00g1"},
        f"DELETE /groups/00g1/users/{EVA}",
        (403, "E0000006", "You do not have permission to perform the requested action"),
        "connection",
        "such as the group Everyone",
        "administrator role",
    ),
    slack(
        "archive_channel",
        {"channel": "C1"},
        "conversations.archive",
        "cant_archive_general",
        "channel",
        "the general channel",
        "another channel",
    ),
    slack(
        "invite_user",
        {"channel": "C1", "user": "U1"},
        "conversations.invite",
        "is_archived",
        "channel",
        "is archived",
        "Unarchive Channel",
    ),
    slack(
        "set_topic",
        {"channel": "C1", "topic": "News"},
        "conversations.setTopic",
        "is_archived",
        "channel",
        "is archived",
        "Unarchive Channel",
    ),
    slack(
        "create_channel",
        {"name": "Sales Team", "private": False},
        "conversations.create",
        "invalid_name_specials",
        "name",
        "small letters",
        "for example",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.card} {case.why}")
@pytest.mark.parametrize("ensure", [False, True])
async def test_a_refusal_tells_why_and_what_to_do(case: Case, ensure: bool) -> None:
    app = Scripted().on(case.request, case.said).on("GET /v1.0/users/eva", Said(200, {"id": "77"}))
    failed = await act(app, case.card, case.inputs, {"ensure": ensure})
    if ensure and case.said.status == 404 and not isinstance(failed, Failed):  # it is gone, as was wanted
        return
    assert isinstance(failed, Failed), failed
    assert case.why in failed.error.why
    assert case.mend in failed.error.mend
    assert failed.error.field == case.field


async def test_everyone_is_a_group_of_oktas_own() -> None:
    taken = Said(400, {"errorCode": "E0000001", "errorSummary": "Api validation failed: name. It already exists"})
    app = Scripted().on("POST /api/v1/groups", taken).on("GET /api/v1/groups", Said(200, []))
    failed = await act(app, "okta.create_group", {"name": "Everyone"}, {"ensure": True})
    assert isinstance(failed, Failed), failed
    assert "Okta's own group" in failed.error.why
    assert (failed.error.mend, failed.error.field) == ("Take another name.", "name")
    other = await act(app, "okta.create_group", {"name": "Leavers"}, {"ensure": True})
    assert isinstance(other, Failed), other
    assert "Okta's own" not in other.error.why


async def test_what_is_about_the_thing_asks_for_no_scope() -> None:
    refused = Said(403, {"errorCode": "E0000056", "errorSummary": "Delete application forbidden."})
    app = Scripted().on("DELETE /api/v1/apps/0oa1", refused)
    failed = await act(app, "okta.delete_application", {"app": "0oa1"})
    assert isinstance(failed, Failed), failed
    assert "okta.apps.manage" not in failed.error.mend
