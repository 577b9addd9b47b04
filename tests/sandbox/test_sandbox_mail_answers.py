"""What is done with messages of the pretend Microsoft 365 tenant: answered, passed on, moved, copied, searched."""

from __future__ import annotations

from email import message_from_bytes, policy
from typing import Any

import pytest
from support_sandbox import Answer, Tenants
from support_specs import description, openapi_complaints
from test_sandbox_mail import EVA, KEIKO, REPORT, box, message, send

SAM = "sam.okafor@northwind.example"
PRIYA = "priya.raman@northwind.example"


def to(*addresses: str) -> list[Any]:
    return [{"emailAddress": {"address": address}} for address in addresses]


async def received(tenants: Tenants, **more: Any) -> str:
    """Keiko writes to Eva and Sam, with a copy to Priya; the id that it has with Eva."""
    await send(tenants, {"message": message(EVA, SAM, ccRecipients=to(PRIYA), **more)})
    return (await box(tenants, EVA, "inbox"))[0]["id"]


async def do(tenants: Tenants, key: str, verb: str, body: Any = None, login: str = EVA, method: str = "POST") -> Answer:
    options = {} if body is None else {"json": body}
    return await tenants.graph(method, f"/v1.0/users/{tenants.key(login)}/messages/{key}/{verb}", **options)


def addresses(row: Any, name: str = "toRecipients") -> list[str]:
    return [each["emailAddress"]["address"] for each in row[name]]


async def test_an_answer_goes_to_who_wrote(tenants: Tenants) -> None:
    key = await received(tenants)
    assert (await do(tenants, key, "reply", {"comment": "On my way."})).status == 202
    [answer] = await box(tenants, KEIKO, "inbox")
    assert (answer["subject"], addresses(answer)) == ("RE: Inactive people", [KEIKO])
    assert answer["body"]["content"].startswith("On my way.\n")
    assert answer["body"]["content"].endswith("Nobody.")
    [written] = await box(tenants, KEIKO, "sentitems")
    assert answer["conversationId"] == written["conversationId"]
    assert await box(tenants, SAM, "sentitems") == []
    back = await do(tenants, answer["id"], "reply", {"message": {"body": {"content": "Fine."}}}, login=KEIKO)
    assert back.status == 202
    assert (await box(tenants, EVA, "inbox"))[0]["subject"] == "RE: Inactive people"


async def test_an_answer_to_all_goes_to_all_others(tenants: Tenants) -> None:
    key = await received(tenants)
    added = {"message": {"toRecipients": to("outside@elsewhere.example")}, "comment": "Thanks"}
    assert (await do(tenants, key, "replyAll", added)).status == 202
    [sent] = await box(tenants, EVA, "sentitems")
    assert addresses(sent) == [KEIKO, SAM, "outside@elsewhere.example"]
    assert addresses(sent, "ccRecipients") == [PRIYA]


async def test_a_message_is_passed_on_with_what_it_carries(tenants: Tenants) -> None:
    key = await received(tenants, attachments=[REPORT])
    assert (await do(tenants, key, "forward", {"comment": "FYI", "toRecipients": to(PRIYA)})).status == 202
    rows = {row["subject"]: row for row in await box(tenants, PRIYA, "inbox")}
    assert rows["FW: Inactive people"]["hasAttachments"] is True
    refused = await do(tenants, key, "forward", {"comment": "FYI"})
    assert (refused.status, refused.json["error"]["code"]) == (400, "ErrorInvalidRecipients")


@pytest.mark.parametrize(
    "body",
    [
        {"comment": "a", "message": {"body": {"content": "b"}}},
        {"toRecipients": to(SAM), "message": {"toRecipients": to(SAM)}},
        {"more": 1},
        {"message": {"text": "x"}},
    ],
)
async def test_answers_that_say_two_things_are_refused(tenants: Tenants, body: Any) -> None:
    key = await received(tenants)
    for verb in ("reply", "forward", "createForward"):
        assert (await do(tenants, key, verb, body)).status == 400
    assert await box(tenants, EVA, "sentitems") == await box(tenants, EVA, "drafts") == []


async def test_answers_are_written_first_and_sent_later(tenants: Tenants) -> None:
    key = await received(tenants, attachments=[REPORT])
    made = {}
    for verb in ("createReply", "createReplyAll", "createForward"):
        answer = await do(tenants, key, verb)
        assert (answer.status, answer.json["isDraft"]) == (201, True)
        made[verb] = answer.json
    assert [len(addresses(row)) for row in made.values()] == [1, 2, 0]
    assert [row["hasAttachments"] for row in made.values()] == [False, False, True]
    assert len(await box(tenants, EVA, "drafts")) == 3
    path = f"/v1.0/users/{tenants.key(EVA)}/messages/{made['createForward']['id']}"
    assert (await tenants.graph("PATCH", path, json={"toRecipients": to(SAM)})).status == 200
    assert (await tenants.graph("POST", f"{path}/send")).status == 202
    assert (await box(tenants, SAM, "inbox"))[0]["subject"] == "FW: Inactive people"


async def test_messages_are_moved_and_copied_into_folders(tenants: Tenants) -> None:
    key = await received(tenants, attachments=[REPORT])
    folders = f"/v1.0/users/{tenants.key(EVA)}/mailFolders"
    made = (await tenants.graph("POST", folders, json={"displayName": "Handover"})).json
    inner = (await tenants.graph("POST", f"{folders}/{made['id']}/childFolders", json={"displayName": "Old"})).json
    copied = await do(tenants, key, "copy", {"destinationId": inner["id"]})
    assert (copied.status, copied.json["parentFolderId"], copied.json["id"] == key) == (201, inner["id"], False)
    moved = await do(tenants, key, "move", {"destinationId": "archive"})
    assert moved.status == 201
    assert (await do(tenants, key, "attachments", method="GET")).status == 404
    assert [row["id"] for row in await box(tenants, EVA, "archive")] == [moved.json["id"]]
    assert await box(tenants, EVA, "inbox") == []
    listed = await do(tenants, moved.json["id"], "attachments", method="GET")
    assert [row["name"] for row in listed.json["value"]] == ["report.csv"]
    again = await tenants.graph("GET", f"{folders}/{inner['id']}/messages/{copied.json['id']}")
    assert again.json["subject"] == "Inactive people"
    counted = {row["displayName"]: row for row in (await tenants.graph("GET", folders)).json["value"]}
    assert (counted["Archive"]["totalItemCount"], counted["Archive"]["unreadItemCount"]) == (1, 1)
    assert counted["Handover"]["childFolderCount"] == 1
    assert "Old" not in counted
    root = (await tenants.graph("GET", f"{folders}/msgfolderroot")).json
    assert root["childFolderCount"] == len(counted)
    assert (await tenants.graph("DELETE", f"{folders}/{made['id']}")).status == 204
    assert (await tenants.graph("GET", f"{folders}/{inner['id']}/messages")).status == 404
    assert [row["id"] for row in await box(tenants, EVA)] == [moved.json["id"]]
    gone = await do(tenants, moved.json["id"], "move", {"destinationId": "nowhere"})
    assert (gone.status, gone.json["error"]["code"]) == (404, "ErrorItemNotFound")
    assert (await do(tenants, moved.json["id"], "permanentDelete")).status == 204
    assert await box(tenants, EVA) == []


async def test_a_draft_that_is_moved_can_still_be_sent(tenants: Tenants) -> None:
    draft = await tenants.graph("POST", f"/v1.0/users/{tenants.key(EVA)}/messages", json=message(SAM))
    moved = (await do(tenants, draft.json["id"], "move", {"destinationId": "inbox"})).json
    assert [row["isDraft"] for row in await box(tenants, EVA, "inbox")] == [True]
    assert (await do(tenants, moved["id"], "send")).status == 202
    assert len(await box(tenants, SAM, "inbox")) == 1


async def test_a_message_is_read_as_mime(tenants: Tenants) -> None:
    key = await received(tenants, attachments=[REPORT], subject="Straße")
    answer = await do(tenants, key, "$value", method="GET")
    assert (answer.status, answer.headers["Content-Type"].partition(";")[0]) == (200, "text/plain")
    told = message_from_bytes(answer.raw, policy=policy.default)
    assert (told["Subject"], told["To"], told["Cc"]) == ("Straße", f"{EVA}, {SAM}", PRIYA)
    body = told.get_body()
    assert body is not None
    assert body.get_content().strip() == "Nobody."
    assert [part.get_filename() for part in told.iter_attachments()] == ["report.csv"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("inactive", ["Inactive people"]),
        ("subject:inactive from:keiko", ["Inactive people"]),
        ("subject:badge OR attachment:report", ["Your badge", "Inactive people"]),
        ("to:sam.okafor@northwind.example AND nobody", ["Inactive people"]),
        ("participants:priya", ["Inactive people"]),
        ("hasAttachments:true", ["Inactive people"]),
        ('\\"your badge\\"', ["Your badge"]),
        ("elsewhere", []),
    ],
)
async def test_messages_are_searched(tenants: Tenants, query: str, found: list[str]) -> None:
    await received(tenants, attachments=[REPORT])
    await send(tenants, {"message": message(EVA, subject="Your badge", body={"content": "Is here."})}, SAM)
    path = f"/v1.0/users/{tenants.key(EVA)}/messages?$search=" + tenants.key(f'"{query}"')
    answer = await tenants.graph("GET", path)
    assert [row["subject"] for row in answer.json["value"]] == found
    assert (await tenants.graph("GET", f"{path}&$orderby=subject")).status == 400


async def test_messages_are_as_the_description_says(tenants: Tenants) -> None:
    document = description("graph-v1.json")
    key = await received(tenants)
    made = (await do(tenants, key, "createReply")).json
    moved = (await do(tenants, key, "move", {"destinationId": "deleteditems"})).json
    for row in (made, moved, *await box(tenants, EVA), *await box(tenants, KEIKO)):
        schema = {"$ref": "#/components/schemas/microsoft.graph.message"}
        assert [told for told in openapi_complaints(document, schema, row) if "@odata" not in told] == []


async def test_who_is_away_has_everybody_answered_for_a_time(tenants: Tenants) -> None:
    settings = f"/v1.0/users/{tenants.key(EVA)}/mailboxSettings"
    first = (await tenants.graph("GET", settings)).json
    schema = {"$ref": "#/components/schemas/microsoft.graph.mailboxSettings"}
    told = openapi_complaints(description("graph-v1.json"), schema, first)
    assert [each for each in told if "@odata" not in each] == []
    assert (await tenants.graph("GET", f"{settings}/userPurpose")).json["value"] == "user"
    away = {"status": "scheduled", "internalReplyMessage": "Ask Sam.", "externalAudience": "none"}
    for more in ({}, {"status": "away"}, {"externalAudience": "some"}):
        refused = await tenants.graph("PATCH", settings, json={"automaticRepliesSetting": {**away, **more}})
        assert refused.status == 400
    times = {
        "scheduledStartDateTime": {"dateTime": "2026-01-01T00:00:00", "timeZone": "UTC"},
        "scheduledEndDateTime": {"dateTime": "2026-02-01T00:00:00", "timeZone": "UTC"},
    }
    changed = await tenants.graph("PATCH", settings, json={"automaticRepliesSetting": {**away, **times}})
    assert changed.status == 200
    replies = (await tenants.graph("GET", f"{settings}/automaticRepliesSetting")).json
    assert {name: replies[name] for name in (*away, *times)} == {**away, **times}
    assert (await tenants.graph("PATCH", settings, json={"userPurpose": "shared"})).status == 400
