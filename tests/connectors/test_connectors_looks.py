"""What a look proves, and what it does not: lists that show nobody, pages, older things of the same name."""

from __future__ import annotations

import json

import pytest
from support.scripted import Said, Scripted, Silence
from test_connectors_ensure import SURE, act

from keyturn.connectors.performing import Past
from keyturn.flows.actions import Done, Failed, Unknown
from keyturn.flows.json import JSON, Values

GROUP = "/Groups/g1"
SEEN = Past(unanswered=True, was_otherwise=True)  # before the request was sent
IN_GROUP: Values = {"user": "u1", "group": "g1"}


@pytest.mark.parametrize(
    ("group", "outcome"),
    [
        ({"id": "g1", "members": [{"value": "u2"}]}, "already"),
        ({"id": "g1", "members": [{"value": "u1"}]}, "changed"),
        ({"id": "g1", "members": []}, "done"),
        ({"id": "g1", "members": None}, "done"),
        ({"id": "g1"}, "done"),
    ],
)
async def test_a_group_that_shows_nobody_does_not_keep_a_removal_from_being_sent(
    group: dict[str, JSON], outcome: str
) -> None:
    """AWS IAM Identity Center answers all groups without their members."""
    app = Scripted().on(f"GET {GROUP}", Said(200, {**group})).on(f"PATCH {GROUP}", Said(204))
    app.on("GET /Users/u1", Said(200, {"id": "u1"}))
    done = await act(app, "scim.remove_user_from_group", IN_GROUP, SURE)
    assert isinstance(done, Done), done
    assert done.outputs["outcome"] == outcome
    assert (f"PATCH {GROUP}" in app.seen) is (outcome != "already")


@pytest.mark.parametrize(
    ("person", "outcome"), [(Said(404), "absent"), (Said(200, {"id": "u1"}), "already"), (Said(403), "already")]
)
@pytest.mark.parametrize("looked", [True, False])
async def test_nobody_is_absent_from_a_group_and_not_only_without_it(person: Said, outcome: str, looked: bool) -> None:
    """Args:
    looked: the look tells it before anything is sent; else the app's refusal does.
    """
    app = Scripted().on(f"GET {GROUP}", Said(200, {"id": "g1", "members": [{"value": "u2"}] if looked else []}))
    app.on(f"PATCH {GROUP}", Said(400, {"scimType": "noTarget", "status": "400"})).on("GET /Users/u1", person)
    done = await act(app, "scim.remove_user_from_group", IN_GROUP, SURE)
    assert isinstance(done, Done), done
    assert done.outputs["outcome"] == outcome
    assert (f"PATCH {GROUP}" in app.seen) is not looked


@pytest.mark.parametrize(
    ("members", "kind", "outcome"),
    [([], Unknown, "done"), ([{"value": "u2"}], Failed, "changed"), ([{"value": "u1"}], Done, "already")],
)
async def test_nor_does_it_tell_that_somebody_is_not_in_it_yet(members: list[JSON], kind: type, outcome: str) -> None:
    app = Scripted().on(f"GET {GROUP}", Said(200, {"id": "g1", "members": members})).on(f"PATCH {GROUP}", Said(204))
    assert isinstance(await act(app, "scim.add_user_to_group", IN_GROUP, look=True), kind)
    done = await act(app, "scim.add_user_to_group", IN_GROUP, SURE)
    assert isinstance(done, Done), done
    assert done.outputs["outcome"] == outcome


CODES = "/admin/directory/v1/users/eva/verificationCodes"
USER_OF_GOOGLE = "/admin/directory/v1/users/eva"
PHONE: Values = {"user": "eva", "value": "+1 555", "type": "work"}


@pytest.mark.parametrize(
    ("card", "inputs", "at", "body", "kind"),
    [
        ("google_workspace.invalidate_codes", {"user": "eva"}, CODES, {"kind": "codes"}, Done),
        ("google_workspace.invalidate_codes", {"user": "eva"}, CODES, {"kind": "c", "codes": [{"id": 1}]}, Unknown),
        ("google_workspace.add_phone", PHONE, USER_OF_GOOGLE, {"id": "1", "emails": [{"address": "e"}]}, Failed),
        ("google_workspace.add_phone", PHONE, USER_OF_GOOGLE, {"kind": "k", "numbers": [{"value": "1"}]}, Unknown),
        ("scim.create_group", {"name": "Sales"}, "/Groups", {"totalResults": 0}, Failed),
        ("scim.create_group", {"name": "Sales"}, "/Groups", {"totalResults": 1, "rows": [{"id": "1"}]}, Unknown),
    ],
)
async def test_a_list_by_another_name_proves_nothing_of_what_was_left_out(
    card: str, inputs: Values, at: str, body: JSON, kind: type
) -> None:
    app = Scripted().on(f"GET {at}", Said(200, body))
    assert isinstance(await act(app, card, inputs, look=True), kind)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (Said(404, {"errorCode": "E0000007"}), Done),
        (Said(200, {}), Unknown),
        (Said(200), Unknown),
        (Said(200, []), Unknown),
        (Said(200, {"id": None}), Unknown),
        (Said(200, {"id": "00u1", "status": "ACTIVE"}), Unknown),
    ],
)
async def test_only_a_404_proves_that_a_user_is_deleted(answer: Said, kind: type) -> None:
    app = Scripted().on("GET /api/v1/users/eva", answer)
    assert isinstance(await act(app, "okta.delete_user", {"user": "eva"}, look=True, past=SEEN), kind)


OLD: dict[str, tuple[Values, str, JSON, JSON]] = {
    "office365.create_group": (
        {"name": "Leavers", "nickname": "leavers"},
        "/v1.0/groups",
        {"value": [{"id": "g1", "mailNickname": "leavers"}]},
        {"value": []},
    ),
    "office365.create_guest_user": (
        {"email": "a@x.example", "redirect": "https://x.example"},
        "/v1.0/users",
        {"value": [{"id": "u1", "mail": "a@x.example", "userType": "Guest"}]},
        {"value": []},
    ),
    "google_workspace.transfer_data": (
        {"user": "1", "to": "2", "application": "55"},
        "/admin/datatransfer/v1/transfers",
        {"dataTransfers": [{"id": "b", "applicationDataTransfers": [{"applicationId": "55"}]}]},
        None,
    ),
    "scim.create_group": (
        {"name": "Sales"},
        "/Groups",
        {"Resources": [{"id": "g1", "displayName": "Sales"}], "totalResults": 1},
        None,
    ),
    "github.create_file": (
        {"owner": "o", "repo": "r", "path": "a.txt", "message": "Update", "content": "x", "branch": "main"},
        "/repos/o/r/commits",
        [{"sha": "1", "commit": {"message": "Update"}}],
        [{"sha": "1", "commit": {"message": "Another"}}],
    ),
}


@pytest.mark.parametrize("card", OLD)
async def test_what_may_have_been_there_before_is_no_proof(card: str) -> None:
    inputs, path, older, nothing = OLD[card]
    found = await act(Scripted().on(f"GET {path}", Said(200, older)), card, inputs, look=True)
    assert isinstance(found, Unknown), found
    assert "may have been there before" in found.error.message
    if nothing is not None:
        missing = await act(Scripted().on(f"GET {path}", Said(200, nothing)), card, inputs, look=True)
        assert isinstance(missing, Failed), missing
        assert missing.not_there


FILE: Values = {"owner": "o", "repo": "r", "path": "a.txt", "message": "Update", "content": "x", "branch": "main"}


@pytest.mark.parametrize("body", [{}, {"message": "soon"}, "ok", None])
@pytest.mark.parametrize(
    ("card", "path", "inputs"),
    [
        ("github.create_file", "/repos/o/r/commits", FILE),
        ("github.update_file", "/repos/o/r/commits", FILE),
        ("github.create_branch", "/repos/o/r/git/ref/heads/next", {**FILE, "branch": "next", "sha": "aa"}),
    ],
)
async def test_a_look_that_cannot_be_read_leaves_it_open(card: str, path: str, inputs: Values, body: JSON) -> None:
    looked = await act(Scripted().on(f"GET {path}", Said(200, body)), card, inputs, look=True)
    assert isinstance(looked, Unknown), looked


async def test_a_file_may_be_emptied() -> None:
    path = "/repos/o/r/contents/a.txt"
    given = {"name": "a.txt", "path": "a.txt", "sha": "2", "html_url": "https://x.example"}
    app = Scripted().on(f"GET {path}", Said(200, {"sha": "1"})).on(f"PUT {path}", Said(200, {"content": given}))
    done = await act(app, "github.update_file", {**FILE, "content": ""})
    assert isinstance(done, Done), done
    assert json.loads(app.requests[-1].body or b"")["content"] == ""  # type: ignore[arg-type]


async def test_a_session_that_was_begun_before_is_not_taken_for_the_new_one() -> None:
    path = "/api/v1/identity-sources/0oa1/sessions"
    app = Scripted().on(f"GET {path}", Said(200, [{"id": "uis1", "status": "CREATED"}]))
    assert isinstance(await act(app, "okta.create_import_session", {"app": "0oa1"}, look=True), Unknown)


async def test_the_ensure_form_takes_what_was_there_before() -> None:
    found: JSON = {"Resources": [{"id": "g1", "displayName": "Sales"}], "totalResults": 1}
    done = await act(Scripted().on("GET /Groups", Said(200, found)), "scim.create_group", {"name": "Sales"}, SURE)
    assert isinstance(done, Done)
    assert done.outputs["outcome"] == "already"


# Pages


def consents(first: int, count: int, after: str = "") -> Said:
    body: dict[str, JSON] = {"value": [{"id": f"c{number}"} for number in range(first, first + count)]}
    if after:
        body["@odata.nextLink"] = f"https://app.example{after}"
    return Said(200, body)


CONSENTS = "/v1.0/users/eva/oauth2PermissionGrants"


async def test_all_consents_are_revoked_however_many_pages_they_have() -> None:
    app = Scripted().on(
        f"GET {CONSENTS}", consents(0, 100, f"{CONSENTS}?$skiptoken=a"), consents(100, 100, f"{CONSENTS}?$skiptoken=b")
    )
    app.answers[f"GET {CONSENTS}"].append(consents(200, 30))
    for number in range(230):
        app.on(f"DELETE /v1.0/oauth2PermissionGrants/c{number}", Said(204))
    done = await act(app, "office365.revoke_all_consents", {"user": "eva"})
    assert isinstance(done, Done), done
    assert done.outputs["revoked"] == [f"c{number}" for number in range(230)]
    assert [one for one in app.seen if one.startswith("GET")] == [
        f"GET {CONSENTS}",
        f"GET {CONSENTS}?%24skiptoken=a",
        f"GET {CONSENTS}?%24skiptoken=b",
    ]
    assert len(app.seen) == 233


@pytest.mark.parametrize(
    "second",
    [Said(500), Said(200, {"no": "list"}), consents(0, 2, f"{CONSENTS}?$skiptoken=a"), Said(404), Silence()],
)
async def test_without_all_pages_nothing_is_revoked(second: Said | Silence) -> None:
    app = Scripted().on(f"GET {CONSENTS}", consents(0, 2, f"{CONSENTS}?$skiptoken=a"), second)
    failed = await act(app, "office365.revoke_all_consents", {"user": "eva"})
    assert isinstance(failed, Failed | Unknown), failed
    assert all(one.startswith("GET") for one in app.seen)


def channels(*names: str, after: str = "") -> Said:
    rows: list[JSON] = [{"id": f"C{name}", "name": name} for name in names]
    return Said(200, {"ok": True, "channels": rows, "response_metadata": {"next_cursor": after}})


TAKEN = Said(200, {"ok": False, "error": "name_taken"})
LISTED = "GET /api/conversations.list"


async def test_a_channel_that_is_there_already_is_given_with_its_id() -> None:
    app = Scripted().on("POST /api/conversations.create", TAKEN)
    app.on(LISTED, channels("general", after="x"), channels("random", "sales"))
    done = await act(app, "slack.create_channel", {"name": "sales", "private": False}, SURE)
    assert isinstance(done, Done), done
    assert done.outputs == {"channel": {"id": "Csales", "name": "sales"}, "outcome": "already"}


@pytest.mark.parametrize("listed", [channels("general"), Said(200, {"ok": False, "error": "missing_scope"}), Said(500)])
async def test_a_channel_whose_name_is_taken_and_that_nobody_shows_is_none(listed: Said) -> None:
    app = Scripted().on("POST /api/conversations.create", TAKEN).on(LISTED, listed)
    failed = await act(app, "slack.create_channel", {"name": "sales", "private": False}, SURE)
    assert isinstance(failed, Failed), failed
    assert "name_taken" in failed.error.message
    assert "may be private" in failed.error.why


@pytest.mark.parametrize("status", [None, "LOCKED_OUT", "ACTIVE"])
async def test_a_user_whose_state_is_not_told_is_not_taken_for_unlocked(status: str | None) -> None:
    app = Scripted().on("GET /api/v1/users/eva", Said(200, {"status": status} if status else {}))
    app.on("POST /api/v1/users/eva/lifecycle/unlock", Said(403, {"errorCode": "E0000032"}))
    outcome = await act(app, "okta.unlock_user", {"user": "eva"}, SURE)
    assert isinstance(outcome, Done if status == "ACTIVE" else Failed), outcome


@pytest.mark.parametrize("code", ["E0000007", "NoRoute"])
async def test_a_404_that_the_app_did_not_say_is_no_proof(code: str) -> None:
    app = Scripted().on("GET /api/v1/users/eva", Said(404, {"errorCode": code}))
    outcome = await act(app, "okta.delete_user", {"user": "eva"}, look=True, past=SEEN)
    assert isinstance(outcome, Done if code == "E0000007" else Unknown)


@pytest.mark.parametrize(
    ("body", "kind"),
    [({"error": {"code": "ResourceNotFound"}}, Done), ({"message": "no Route matched"}, Unknown), (None, Unknown)],
)
async def test_a_device_is_wiped_only_if_the_app_itself_says_that_it_is_gone(body: JSON, kind: type) -> None:
    """A 404 of something in between proves nothing."""
    app = Scripted().on("GET /v1.0/deviceManagement/managedDevices/d1", Said(404, body))
    inputs: Values = {"device": "d1", "keep_enrollment": False, "keep_user": False}
    assert isinstance(await act(app, "office365.wipe_managed_device", inputs, look=True, past=SEEN), kind)


@pytest.mark.parametrize(
    ("card", "inputs", "at", "status", "told"),
    [
        ("okta.clear_user_sessions", {"user": "eva"}, "/api/v1/logs", 403, "answered 403"),  # tokens have no scopes
        ("office365.revoke_sessions", {"user": "eva"}, "/v1.0/users/eva", 403, ". It needs User.Read.All."),
        ("okta.clear_user_sessions", {"user": "eva"}, "/api/v1/logs", 401, "answered 401"),
        ("office365.disable_user", {"user": "eva"}, "/v1.0/users/eva", 403, " and User.Read.All."),
        ("okta.clear_user_sessions", {"user": "eva"}, "/api/v1/logs", 500, ""),
    ],
)
@pytest.mark.parametrize("options", [SURE, {}])
async def test_a_look_that_the_app_refuses_says_so(
    card: str, inputs: Values, at: str, status: int, told: str, options: Values
) -> None:
    app = Scripted().on("GET /api/v1/users/eva", Said(200, {"id": "eva", "status": "ACTIVE"}))
    app.on(
        f"GET {at}",
        Said(status, {"errorCode": "E0000006", "errorSummary": "Not allowed", "error": {"message": "Not allowed."}}),
    )
    looked = await act(app, card, {**inputs}, options, look=True)
    assert isinstance(looked, Unknown), looked
    if not told:
        assert looked.error.why == ""
        return
    assert looked.error.why.startswith("It was asked whether it happened, and refused that: ")
    assert "Not allowed" in looked.error.why
    assert told in looked.error.why
