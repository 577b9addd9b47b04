"""Which field of its card an app's refusal names: the one that what the app says is about, and the connection only
where it is the connection."""

from __future__ import annotations

import pytest
from support.scripted import Said, Scripted
from support_one_action import act

from keyturn.flows.actions import Failed
from keyturn.flows.json import JSON, Values

EVA, GROUP, APP = "eva@x.example", "00gabc", "0oaxyz"
PERSON: Values = {"email": EVA, "first_name": "E", "last_name": "H", "password": "Correct-Horse-7"}


def okta(status: int, code: str, summary: str, *causes: str) -> Said:
    told: JSON = [{"errorSummary": one} for one in causes]
    return Said(status, {"errorCode": code, "errorSummary": summary, "errorCauses": told})


def unknown(what: str, kind: str) -> Said:
    return okta(404, "E0000007", f"Not found: Resource not found: {what} ({kind})")


def graph(status: int, code: str, message: str) -> Said:
    return Said(status, {"error": {"code": code, "message": message}})


def google(status: int, reason: str, message: str) -> Said:
    return Said(status, {"error": {"message": message, "errors": [{"reason": reason, "message": message}]}})


def slack(error: str) -> Said:
    return Said(200, {"ok": False, "error": error})


CASES: dict[str, tuple[str, Values, str, Said, str]] = {
    # it says a value that an input has
    "okta, group role": (
        "okta.assign_group_role",
        {"group": GROUP, "role": "USER_ADMIN"},
        f"POST /api/v1/groups/{GROUP}/roles",
        unknown(GROUP, "UserGroup"),
        "group",
    ),
    "okta, owner": (
        "okta.add_group_owner",
        {"group": GROUP, "owner": "00unobody", "type": "USER"},
        f"POST /api/v1/groups/{GROUP}/owners",
        unknown("00unobody", "User"),
        "owner",
    ),
    "graph, another letter case": (
        "office365.set_manager",
        {"user": "eva", "manager": "SAM@x.example"},
        "PUT /v1.0/users/eva/manager/$ref",
        graph(404, "Request_ResourceNotFound", "Resource 'sam@x.example' does not exist."),
        "manager",
    ),
    "scim, member": (
        "scim.add_user_to_group",
        {"user": "nobody", "group": "g1"},
        "PATCH /Groups/g1",
        Said(400, {"scimType": "invalidValue", "detail": "members: there is no User and no Group 'nobody'"}),
        "user",
    ),
    # it says what a part of the request is called
    "google, group": (
        "google_workspace.add_user_to_group",
        {"user": EVA, "group": "none@x.example", "role": "MEMBER"},
        "POST /admin/directory/v1/groups/none@x.example/members",
        google(404, "notFound", "Resource Not Found: groupKey"),
        "group",
    ),
    "google, member": (
        "google_workspace.add_user_to_group",
        {"user": EVA, "group": "sales@x.example", "role": "MEMBER"},
        "POST /admin/directory/v1/groups/sales@x.example/members",
        google(404, "notFound", "Resource Not Found: memberKey"),
        "user",
    ),
    "slack, unknown channel": (
        "slack.archive_channel",
        {"channel": "C1"},
        "POST /api/conversations.archive",
        slack("channel_not_found"),
        "channel",
    ),
    "slack, unknown channel and a person": (
        "slack.invite_user",
        {"channel": "C1", "user": "U1"},
        "POST /api/conversations.invite",
        slack("channel_not_found"),
        "channel",
    ),
    "slack, unknown person in a channel": (
        "slack.invite_user",
        {"channel": "C1", "user": "U1"},
        "POST /api/conversations.invite",
        slack("user_not_found"),
        "user",
    ),
    "slack, one of several channels": (
        "slack.invite_to_workspace",
        {"team": "T1", "email": EVA, "channels": "C1"},
        "POST /api/admin.users.invite",
        slack("channel_not_found"),
        "channels",
    ),
    "slack, name": (
        "slack.create_channel",
        {"name": "Sales", "private": False},
        "POST /api/conversations.create",
        slack("invalid_name_specials"),
        "name",
    ),
    "okta, an attribute": (
        "okta.create_user",
        {"profile": {"login": EVA, "email": EVA}, "activate": False},
        "POST /api/v1/users",
        okta(400, "E0000001", "Api validation failed: login", "login: There is one already"),
        "profile",
    ),
    "okta, the user of an app": (
        "okta.assign_user_to_app",
        {"app": APP, "user": "00u1", "scope": "USER"},
        f"POST /api/v1/apps/{APP}/users",
        okta(403, "E0000038", "This operation is not allowed in the user's current status."),
        "user",
    ),
    "graph, a property": (
        "office365.create_user",
        {"username": EVA, "display_name": "E", "nickname": "e", "password": "x"},
        "POST /v1.0/users",
        graph(400, "Request_BadRequest", "The domain portion of the userPrincipalName property is invalid."),
        "username",
    ),
    # it says nothing of the kind, and there is one thing that it can be about
    "okta, status": (
        "okta.activate_user",
        {"user": EVA, "send_email": False},
        f"POST /api/v1/users/{EVA}/lifecycle/activate",
        okta(403, "E0000016", "Activation failed because the user is already active"),
        "user",
    ),
    "okta, password": (
        "okta.expire_password",
        {"user": EVA},
        f"POST /api/v1/users/{EVA}/lifecycle/expire_password",
        okta(403, "E0000038", "This operation is not allowed in the user's current status."),
        "user",
    ),
    "okta, app": (
        "okta.activate_application",
        {"app": APP},
        f"POST /api/v1/apps/{APP}/lifecycle/activate",
        unknown("Resource", "null"),
        "app",
    ),
    "google, taken": (
        "google_workspace.create_group",
        {"email": "sales@x.example", "name": "Sales"},
        "POST /admin/directory/v1/groups",
        google(409, "duplicate", "Entity already exists."),
        "email",
    ),
    "google, account taken": (
        "google_workspace.create_user",
        PERSON,
        "POST /admin/directory/v1/users",
        google(409, "duplicate", "Entity already exists."),
        "email",
    ),
    # an answer before led there
    "graph, owner": (
        "office365.remove_group_owner",
        {"user": "eva", "group": "g1"},
        "DELETE /v1.0/groups/g1/owners/77/$ref",
        graph(400, "Request_BadRequest", "The group must have at least one owner, this owner cannot be removed."),
        "user",
    ),
    # it is the connection, whatever it says
    "okta, permission": (
        "okta.suspend_user",
        {"user": EVA},
        f"POST /api/v1/users/{EVA}/lifecycle/suspend",
        okta(403, "E0000006", "You do not have permission to perform the requested action on the user"),
        "connection",
    ),
    "okta, limit": (
        "okta.suspend_user",
        {"user": EVA},
        f"POST /api/v1/users/{EVA}/lifecycle/suspend",
        okta(429, "E0000047", "API call exceeded rate limit of this user"),
        "connection",
    ),
    "slack, token": (
        "slack.archive_channel",
        {"channel": "C1"},
        "POST /api/conversations.archive",
        slack("token_revoked"),
        "connection",
    ),
}


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("ensure", [False, True])
async def test_a_refusal_names_the_field_that_it_is_about(name: str, ensure: bool) -> None:
    card, inputs, request, said, field = CASES[name]
    app = Scripted().on(request, said).on("GET /v1.0/users/eva", Said(200, {"id": "77"}))
    app.on(f"GET /api/v1/users/{EVA}", Said(200, {"id": "1", "status": "SUSPENDED", "profile": {"login": "other"}}))
    failed = await act(app, card, inputs, {"ensure": ensure})
    if ensure and not isinstance(failed, Failed):  # somebody is absent, which is a success
        return
    assert isinstance(failed, Failed), failed
    assert failed.error.field == field, failed.error
