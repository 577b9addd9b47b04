"""What stands around people of the pretend Microsoft 365 tenant: their settings, changes of their mail, files that are
put to it piece by piece, who else vouches for them, how their devices are enrolled."""

from __future__ import annotations

from typing import Any

import pytest
from support_sandbox import Answer, Tenants
from test_sandbox_mail import EVA, KEIKO, message, send

NOBODY = "nobody@northwind.example"


async def ask(tenants: Tenants, method: str, path: str, body: Any = None, status: int = 200, **options: Any) -> Any:
    given = {} if body is None else {"json": body}
    answer = await tenants.graph(method, f"/v1.0{path}", **given, **options)
    assert answer.status == status, answer.raw
    return answer.json


async def follow(tenants: Tenants, link: str) -> Any:
    return await ask(tenants, "GET", link.removeprefix(tenants.urls["graph"]["base_url"] + "/v1.0"))


# settings


async def test_somebodys_settings_are_kept(tenants: Tenants) -> None:
    path = f"/users/{EVA}/settings"
    assert (await ask(tenants, "GET", path))["contributionToContentDiscoveryDisabled"] is False
    changed = await ask(tenants, "PATCH", path, {"contributionToContentDiscoveryDisabled": True})
    assert changed["contributionToContentDiscoveryDisabled"] is True
    assert (await ask(tenants, "GET", path)) == changed
    other = await ask(tenants, "GET", f"/users/{KEIKO}/settings")
    assert other["contributionToContentDiscoveryDisabled"] is False
    await ask(tenants, "PATCH", f"{path}/itemInsights", {"isEnabled": False})
    assert (await ask(tenants, "GET", f"{path}/itemInsights"))["isEnabled"] is False
    week = [{"recurrence": None, "timeZone": "UTC", "timeSlots": []}]
    await ask(tenants, "PATCH", f"{path}/shiftPreferences", {"availability": week}, 204)
    assert (await ask(tenants, "GET", f"{path}/shiftPreferences"))["availability"] == week


@pytest.mark.parametrize(
    ("login", "path", "body", "status"),
    [
        (NOBODY, "", {"contributionToContentDiscoveryDisabled": True}, 404),
        (EVA, "", {"contributionToContentDiscoveryDisabled": "yes"}, 400),
        (EVA, "", {"contributionToContentDiscoveryAsOrganizationDisabled": True}, 400),
        (EVA, "", {"colour": "blue"}, 400),
        (EVA, "/itemInsights", {"isEnabled": None}, 400),
        (EVA, "/shiftPreferences", {"availability": "mornings"}, 400),
    ],
)
async def test_settings_that_there_are_not_are_refused(
    tenants: Tenants, login: str, path: str, body: Any, status: int
) -> None:
    before = await ask(tenants, "GET", f"/users/{EVA}/settings{path}")
    await ask(tenants, "PATCH", f"/users/{login}/settings{path}", body, status)
    assert await ask(tenants, "GET", f"/users/{EVA}/settings{path}") == before


@pytest.mark.parametrize(
    ("path", "row"),
    [
        ("supportedTimeZones()", {"alias": "Tokyo Standard Time", "displayName": "(UTC+09:00) Osaka, Sapporo, Tokyo"}),
        ("supportedTimeZones(TimeZoneStandard='Iana')", {"alias": "Asia/Tokyo", "displayName": "Asia/Tokyo"}),
        (
            "supportedTimeZones(TimeZoneStandard=microsoft.graph.timeZoneStandard'Iana')",
            {"alias": "Europe/Zagreb", "displayName": "Europe/Zagreb"},
        ),
        ("supportedLanguages()", {"locale": "en-US", "displayName": "English (United States)"}),
    ],
)
async def test_what_a_mail_box_can_be_set_to(tenants: Tenants, path: str, row: Any) -> None:
    assert row in (await ask(tenants, "GET", f"/users/{EVA}/outlook/{path}"))["value"]
    await ask(tenants, "GET", f"/users/{NOBODY}/outlook/{path}", status=404)


async def test_a_standard_of_time_zones_that_there_is_not_is_refused(tenants: Tenants) -> None:
    await ask(tenants, "GET", f"/users/{EVA}/outlook/supportedTimeZones(TimeZoneStandard='Moon')", status=400)


# changes of mail


async def test_changes_of_messages_are_told_since_the_last_time(tenants: Tenants) -> None:
    inbox = f"/users/{EVA}/mailFolders/inbox/messages"
    for number in range(3):
        await send(tenants, {"message": message(EVA, subject=f"No. {number}")})
    first = await ask(tenants, "GET", f"{inbox}/delta?$select=subject", headers={"Prefer": "odata.maxpagesize=2"})
    last = await follow(tenants, first["@odata.nextLink"])
    ids = {row["subject"]: row["id"] for row in (*first["value"], *last["value"])}
    assert (len(first["value"]), set(ids)) == (2, {"No. 0", "No. 1", "No. 2"})
    assert set(first["value"][0]) == {"id", "subject"}
    assert (await follow(tenants, last["@odata.deltaLink"]))["value"] == []
    await ask(tenants, "PATCH", f"/users/{EVA}/messages/{ids['No. 2']}", {"isRead": True})
    await ask(tenants, "DELETE", f"/users/{EVA}/messages/{ids['No. 1']}", status=204)
    await send(tenants, {"message": message(EVA, subject="No. 3")})
    since = await follow(tenants, last["@odata.deltaLink"])
    told = {row["id"]: row.get("subject", row.get("@removed")) for row in since["value"]}
    assert told.pop(ids["No. 1"]) == {"reason": "deleted"}
    assert set(told.values()) == {"No. 2", "No. 3"}
    assert (await follow(tenants, since["@odata.deltaLink"]))["value"] == []
    created = await ask(tenants, "GET", f"{inbox}/delta?changeType=created")
    await ask(tenants, "PATCH", f"/users/{EVA}/messages/{ids['No. 2']}", {"isRead": False})
    await send(tenants, {"message": message(EVA, subject="No. 4")})
    assert [row["subject"] for row in (await follow(tenants, created["@odata.deltaLink"]))["value"]] == ["No. 4"]


async def test_changes_of_folders_are_told_since_the_last_time(tenants: Tenants) -> None:
    path = f"/users/{EVA}/mailFolders"
    all_of = await ask(tenants, "GET", f"{path}/delta?$select=displayName")
    assert "Inbox" in [row["displayName"] for row in all_of["value"]]
    made = await ask(tenants, "POST", f"{path}/inbox/childFolders", {"displayName": "Bills"}, 201)
    since = await follow(tenants, all_of["@odata.deltaLink"])
    assert {row["displayName"] for row in since["value"]} == {"Bills", "Inbox"}
    await ask(tenants, "DELETE", f"{path}/{made['id']}", status=204)
    gone = await follow(tenants, since["@odata.deltaLink"])
    assert {"id": made["id"], "@removed": {"reason": "deleted"}} in gone["value"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("mailFolders/delta?$filter=displayName%20eq%20'x'", 400),
        ("mailFolders/delta?$deltatoken=nonsense", 410),
        ("mailFolders/inbox/messages/delta?$search=%22x%22", 400),
        ("mailFolders/inbox/messages/delta?$filter=subject%20eq%20'x'", 400),
        ("mailFolders/inbox/messages/delta?changeType=moved", 400),
        ("mailFolders/inbox/messages/delta?$select=colour", 400),
        ("mailFolders/inbox/messages/delta?$skiptoken=nonsense.1", 410),
        ("mailFolders/nowhere/messages/delta", 404),
    ],
)
async def test_changes_that_cannot_be_told_are_refused(tenants: Tenants, path: str, status: int) -> None:
    await ask(tenants, "GET", f"/users/{EVA}/{path}", status=status)


async def test_the_token_of_one_folder_is_none_of_another(tenants: Tenants) -> None:
    link = (await ask(tenants, "GET", f"/users/{EVA}/mailFolders/inbox/messages/delta"))["@odata.deltaLink"]
    with pytest.raises(AssertionError, match="SyncStateNotFound"):
        await follow(tenants, link.replace("inbox", "drafts"))


# files, piece by piece


async def piece(tenants: Tenants, address: str, first: int, data: bytes, size: int) -> Answer:
    span = f"bytes {first}-{first + len(data) - 1}/{size}"
    headers = {"Content-Range": span, "Content-Type": "application/octet-stream"}
    path = address.removeprefix(tenants.urls["graph"]["base_url"])
    return await tenants.graph("PUT", path, data=data, headers=headers, token="")


async def session(tenants: Tenants, size: int) -> tuple[str, str, Any]:
    """The path of a new draft's attachments, the address of a session, and what was said of it."""
    draft = (await ask(tenants, "POST", f"/users/{EVA}/messages", {"subject": "Report"}, 201))["id"]
    path = f"/users/{EVA}/messages/{draft}/attachments"
    item = {"attachmentType": "file", "name": "report.bin", "size": size, "contentType": "application/x-report"}
    told = await ask(tenants, "POST", f"{path}/createUploadSession", {"AttachmentItem": item}, 201)
    return path, told["uploadUrl"], told


async def test_a_large_file_is_attached_piece_by_piece(tenants: Tenants) -> None:
    data = bytes(range(256)) * 16_384  # 4 MiB, more than other bodies may have
    path, address, told = await session(tenants, len(data))
    assert told["nextExpectedRanges"] == ["0-"]
    half = 3_276_800
    begun = await piece(tenants, address, 0, data[:half], len(data))
    assert (begun.status, begun.json["nextExpectedRanges"]) == (200, [str(half)])
    looked = await tenants.graph("GET", address.removeprefix(tenants.urls["graph"]["base_url"]), token="")
    assert looked.json["nextExpectedRanges"] == [str(half)]
    done = await piece(tenants, address, half, data[half:], len(data))
    assert (done.status, done.raw) == (201, b"")
    [row] = (await ask(tenants, "GET", path))["value"]
    assert (row["name"], row["size"], row["contentType"]) == ("report.bin", len(data), "application/x-report")
    assert done.headers["Location"].endswith(f"/attachments/{row['id']}")
    assert (await tenants.graph("GET", f"/v1.0{path}/{row['id']}/$value")).raw == data
    assert (await piece(tenants, address, 0, b"x", 1)).status == 404
    put = [row for row in await tenants.ledger() if row["method"] == "PUT"]
    assert (put[0]["body"], put[0]["query"]) == (f"{half} bytes", "authtoken=***")


async def test_pieces_that_do_not_fit_are_refused_and_change_nothing(tenants: Tenants) -> None:
    path, address, _ = await session(tenants, 10)
    assert (await piece(tenants, address, 5, b"12345", 10)).status == 416
    assert (await piece(tenants, address, 0, b"12345", 11)).status == 400
    assert (await piece(tenants, address, 0, b"0123456789x", 10)).status == 400
    assert (await piece(tenants, address.partition("authtoken=")[0], 0, b"12345", 10)).status == 401
    assert (await piece(tenants, address, 0, b"12345", 10)).json["nextExpectedRanges"] == ["5"]
    place = address.removeprefix(tenants.urls["graph"]["base_url"])
    assert (await tenants.graph("DELETE", place, token="")).status == 204
    assert (await piece(tenants, address, 5, b"12345", 10)).status == 404
    assert (await ask(tenants, "GET", path))["value"] == []


@pytest.mark.parametrize(
    "item",
    [
        {},
        {"attachmentType": "file", "name": "x"},
        {"attachmentType": "file", "name": "x", "size": 0},
        {"attachmentType": "file", "name": "x", "size": 10**9},
        {"attachmentType": "item", "name": "x", "size": 5},
        {"attachmentType": "file", "name": "x", "size": 5, "colour": "blue"},
    ],
)
async def test_files_that_cannot_be_attached_get_no_session(tenants: Tenants, item: Any) -> None:
    draft = (await ask(tenants, "POST", f"/users/{EVA}/messages", {"subject": "Report"}, 201))["id"]
    path = f"/users/{EVA}/messages/{draft}/attachments/createUploadSession"
    await ask(tenants, "POST", path, {"AttachmentItem": item}, 400)


async def test_a_message_that_was_sent_takes_no_session(tenants: Tenants) -> None:
    await send(tenants, {"message": message(EVA)})
    [row] = (await ask(tenants, "GET", f"/users/{EVA}/mailFolders/inbox/messages"))["value"]
    item = {"attachmentType": "file", "name": "x", "size": 5}
    path = f"/users/{EVA}/messages/{row['id']}/attachments/createUploadSession"
    await ask(tenants, "POST", path, {"AttachmentItem": item}, 400)


# who else vouches for people


SOCIAL = {
    "@odata.type": "microsoft.graph.socialIdentityProvider",
    "displayName": "Login with Google",
    "identityProviderType": "Google",
    "clientId": "4667",
    "clientSecret": "s3cret",
}
PROVIDERS = "/identity/identityProviders"


async def test_identity_providers_are_made_changed_and_deleted(tenants: Tenants) -> None:
    assert "EmailOtpSignup-OAUTH" in [row["id"] for row in (await ask(tenants, "GET", PROVIDERS))["value"]]
    assert (await ask(tenants, "GET", f"{PROVIDERS}/availableProviderTypes()"))["value"] == ["Facebook", "Google"]
    made = await ask(tenants, "POST", PROVIDERS, SOCIAL, 201)
    assert (made["id"], made["clientSecret"]) == ("Google-OAUTH", "******")
    assert (await ask(tenants, "GET", f"{PROVIDERS}/availableProviderTypes()"))["value"] == ["Facebook"]
    await ask(tenants, "POST", PROVIDERS, SOCIAL, 409)
    await ask(tenants, "PATCH", f"{PROVIDERS}/Google-OAUTH", {"displayName": "Google"}, 204)
    assert (await ask(tenants, "GET", f"{PROVIDERS}/Google-OAUTH"))["displayName"] == "Google"
    await ask(tenants, "DELETE", f"{PROVIDERS}/Google-OAUTH", status=204)
    await ask(tenants, "GET", f"{PROVIDERS}/Google-OAUTH", status=404)


@pytest.mark.parametrize(
    "changes", [{"identityProviderType": "Moon"}, {"clientSecret": ""}, {"@odata.type": "x"}, {"a": 1}]
)
async def test_identity_providers_that_cannot_be_are_refused(tenants: Tenants, changes: Any) -> None:
    await ask(tenants, "POST", PROVIDERS, {**SOCIAL, **changes}, 400)
    assert len((await ask(tenants, "GET", PROVIDERS))["value"]) == 3
    await ask(tenants, "DELETE", f"{PROVIDERS}/AADSignup-OAUTH", status=400)


# how devices are enrolled


ENROLLMENT = "/deviceManagement/deviceEnrollmentConfigurations"


async def test_configurations_of_enrollment_are_kept_and_assigned(tenants: Tenants) -> None:
    usual = (await ask(tenants, "GET", ENROLLMENT))["value"]
    assert [row["priority"] for row in usual] == [0, 0, 0]
    kind = "#microsoft.graph.deviceEnrollmentLimitConfiguration"
    body = {"@odata.type": kind, "displayName": "Sales", "limit": 3}
    made = await ask(tenants, "POST", ENROLLMENT, body, 201)
    assert (made["priority"], made["version"], made["limit"]) == (1, 1, 3)
    one = f"{ENROLLMENT}/{made['id']}"
    changed = await ask(tenants, "PATCH", one, {"@odata.type": kind, "limit": 2})
    assert (changed["limit"], changed["version"]) == (2, 2)
    target = {"@odata.type": "#microsoft.graph.allDevicesAssignmentTarget"}
    await ask(tenants, "POST", f"{one}/assign", {"enrollmentConfigurationAssignments": [{"target": target}]}, 204)
    assert [row["target"] for row in (await ask(tenants, "GET", f"{one}/assignments"))["value"]] == [target]
    await ask(tenants, "POST", f"{one}/setPriority", {"priority": 2}, 204)
    assert (await ask(tenants, "GET", one))["priority"] == 2
    await ask(tenants, "DELETE", one, status=204)
    assert (await ask(tenants, "GET", ENROLLMENT))["value"] == usual
    await ask(tenants, "DELETE", f"{ENROLLMENT}/{usual[0]['id']}", status=400)


@pytest.mark.parametrize("body", [{}, {"displayName": "x"}, {"@odata.type": "#microsoft.graph.x", "displayName": "x"}])
async def test_configurations_of_enrollment_that_cannot_be_are_refused(tenants: Tenants, body: Any) -> None:
    await ask(tenants, "POST", ENROLLMENT, body, 400)
