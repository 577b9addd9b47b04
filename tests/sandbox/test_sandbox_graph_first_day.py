"""The first day in the pretend Microsoft 365 tenant: chats, presence, senders whose mail matters, settings of groups,
devices that Autopilot sets up."""

from __future__ import annotations

from typing import Any

import pytest
from support_graph import call, get, ids
from support_sandbox import Tenants
from support_specs import description, openapi_complaints

EVA = "eva.horvat@northwind.example"
SAM = "sam.okafor@northwind.example"
PRIYA = "priya.raman@northwind.example"
UNIFIED = "62375ab9-6b52-47ed-826b-58e47e0e304b"
GUESTS = "08d542b9-071f-4e16-94b0-74abb372e3d9"


def of_the_schema(name: str, value: Any) -> None:
    schema = {"$ref": f"#/components/schemas/microsoft.graph.{name}"}
    assert list(openapi_complaints(description("graph-v1.json"), schema, value)) == []


def member(login: str, *roles: str) -> Any:
    kind = "#microsoft.graph.aadUserConversationMember"
    bound = f"https://graph.microsoft.com/v1.0/users('{login}')"
    return {"@odata.type": kind, "roles": list(roles or ("owner",)), "user@odata.bind": bound}


def chat(kind: str, *logins: str, **more: Any) -> Any:
    return {"chatType": kind, "members": [member(login) for login in logins], **more}


async def test_two_people_have_one_chat_and_groups_many(tenants: Tenants) -> None:
    assert await ids(tenants, f"/users/{EVA}/chats") == []
    made = await call(tenants, "POST", "/chats", chat("oneOnOne", SAM, EVA))
    assert made.status == 201, made.raw
    of_the_schema("chat", made.json)
    assert (await call(tenants, "POST", "/chats", chat("oneOnOne", EVA, SAM))).json["id"] == made.json["id"]
    group = (await call(tenants, "POST", "/chats", chat("group", SAM, EVA, PRIYA, topic="Welcome"))).json
    again = (await call(tenants, "POST", "/chats", chat("group", SAM, EVA, PRIYA))).json
    assert await ids(tenants, "/chats") == [again["id"], group["id"], made.json["id"]]
    assert await ids(tenants, f"/users/{PRIYA}/chats") == [again["id"], group["id"]]
    expanded = await get(tenants, f"/chats/{group['id']}?$expand=members")
    assert [row["email"] for row in expanded["members"]] == [SAM, EVA, PRIYA]
    assert (await call(tenants, "GET", f"/users/{PRIYA}/chats/{made.json['id']}")).status == 404
    for row in (await get(tenants, f"/chats/{group['id']}/members"))["value"]:
        of_the_schema("aadUserConversationMember", row)


async def test_what_is_written_in_a_chat_is_read_there(tenants: Tenants) -> None:
    key = (await call(tenants, "POST", "/chats", chat("oneOnOne", SAM, EVA))).json["id"]
    for text in ("Welcome!", "Coffee?"):
        sent = await call(tenants, "POST", f"/chats/{key}/messages", {"body": {"content": text}})
        assert sent.status == 201, sent.raw
        of_the_schema("chatMessage", {name: value for name, value in sent.json.items() if value is not None})
    held = (await get(tenants, f"/chats/{key}/messages"))["value"]
    assert [row["body"]["content"] for row in held] == ["Coffee?", "Welcome!"]
    assert (await get(tenants, f"/chats/{key}/messages/{held[0]['id']}"))["chatId"] == key
    assert (await call(tenants, "POST", f"/chats/{key}/messages", {"body": {"content": ""}})).status == 400
    assert (await call(tenants, "GET", f"/chats/{key}/messages/1")).status == 404
    assert (await call(tenants, "GET", "/chats/nothing/messages")).status == 404


async def test_a_group_chat_changes(tenants: Tenants) -> None:
    key = (await call(tenants, "POST", "/chats", chat("group", SAM, EVA))).json["id"]
    assert (await call(tenants, "PATCH", f"/chats/{key}", {"topic": "Team"})).json["topic"] == "Team"
    row = (await call(tenants, "POST", f"/chats/{key}/members", member(PRIYA))).json
    assert await ids(tenants, f"/users/{PRIYA}/chats") == [key]
    assert (await call(tenants, "DELETE", f"/chats/{key}/members/{row['id']}")).status == 204
    assert (await call(tenants, "DELETE", f"/chats/{key}/members/{row['id']}")).status == 404
    assert await ids(tenants, f"/users/{PRIYA}/chats") == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (chat("oneOnOne", SAM), 400),
        (chat("oneOnOne", SAM, EVA, PRIYA), 400),
        (chat("oneOnOne", SAM, SAM), 400),
        (chat("oneOnOne", SAM, EVA, topic="Us"), 400),
        (chat("meeting", SAM, EVA), 400),
        (chat("group", SAM, "nobody@northwind.example"), 404),
        ({"chatType": "oneOnOne", "members": [member(SAM), member(EVA, "reader")]}, 400),
    ],
)
async def test_what_is_no_chat(tenants: Tenants, body: Any, status: int) -> None:
    assert (await call(tenants, "POST", "/chats", body)).status == status
    assert await ids(tenants, "/chats") == []


async def test_a_chat_of_two_stays_as_it_is(tenants: Tenants) -> None:
    key = (await call(tenants, "POST", "/chats", chat("oneOnOne", SAM, EVA))).json["id"]
    eva = (await get(tenants, f"/users/{EVA}"))["id"]
    assert (await call(tenants, "POST", f"/chats/{key}/members", member(PRIYA))).status == 400
    assert (await call(tenants, "DELETE", f"/chats/{key}/members/{eva}")).status == 400
    assert (await call(tenants, "PATCH", f"/chats/{key}", {"topic": "Us"})).status == 400


async def test_presence_of_several_people(tenants: Tenants) -> None:
    eva, sam = [(await get(tenants, f"/users/{login}"))["id"] for login in (EVA, SAM)]
    body = {"availability": "Busy", "activity": "InACall", "sessionId": "1"}
    await call(tenants, "POST", f"/users/{EVA}/presence/setPresence", body)
    found = await call(tenants, "POST", "/communications/getPresencesByUserId", {"ids": [eva, "nobody", sam]})
    assert [(row["id"], row["availability"]) for row in found.json["value"]] == [(eva, "Busy"), (sam, "Offline")]
    assert (await call(tenants, "POST", "/communications/getPresencesByUserId", {"ids": []})).status == 400


async def test_mail_of_a_sender_is_put_aside(tenants: Tenants) -> None:
    overrides = f"/users/{EVA}/inferenceClassification/overrides"
    aside = {"classifyAs": "other", "senderEmailAddress": {"name": "Sam", "address": SAM.upper()}}

    async def sent() -> list[str]:
        message = {"subject": "x", "toRecipients": [{"emailAddress": {"address": EVA}}]}
        await call(tenants, "POST", f"/users/{SAM}/sendMail", {"message": message})
        rows = (await get(tenants, f"/users/{EVA}/mailFolders/inbox/messages"))["value"]
        return sorted(row["inferenceClassification"] for row in rows)

    assert await sent() == ["focused"]
    made = await call(tenants, "POST", overrides, aside)
    assert (made.status, made.json["classifyAs"]) == (201, "other")
    assert await sent() == ["focused", "other"]
    again = await call(tenants, "POST", overrides, {**aside, "classifyAs": "focused"})
    assert (await ids(tenants, overrides), again.json["id"]) == ([made.json["id"]], made.json["id"])
    one = f"{overrides}/{made.json['id']}"
    assert (await call(tenants, "PATCH", one, {"classifyAs": "other"})).json["classifyAs"] == "other"
    assert (await call(tenants, "PATCH", one, {"classifyAs": "junk"})).status == 400
    assert (await call(tenants, "POST", overrides, {"classifyAs": "other"})).status == 400
    assert [(await call(tenants, "DELETE", one)).status for _ in range(2)] == [204, 404]
    assert (await get(tenants, f"/users/{EVA}/inferenceClassification"))["id"]
    assert await ids(tenants, f"/users/{EVA}/planner/tasks") == []


async def test_settings_are_made_from_templates(tenants: Tenants) -> None:
    templates = {row["id"]: row for row in (await get(tenants, "/groupSettingTemplates"))["value"]}
    assert templates[UNIFIED]["displayName"] == "Group.Unified"
    assert await get(tenants, f"/groupSettingTemplates/{GUESTS}")
    wanted = {"templateId": UNIFIED, "values": [{"name": "EnableGroupCreation", "value": "false"}]}
    made = await call(tenants, "POST", "/groupSettings", wanted)
    assert (made.status, made.json["displayName"]) == (201, "Group.Unified")
    values = {row["name"]: row["value"] for row in made.json["values"]}
    assert (values["EnableGroupCreation"], values["AllowToAddGuests"]) == ("false", "true")
    assert len(values) == len(templates[UNIFIED]["values"])
    assert (await call(tenants, "POST", "/groupSettings", wanted)).status == 400
    path = f"/groupSettings/{made.json['id']}"
    change = {"values": [{"name": "AllowToAddGuests", "value": "false"}]}
    assert (await call(tenants, "PATCH", path, change)).status == 204
    values = {row["name"]: row["value"] for row in (await get(tenants, path))["values"]}
    assert (values["EnableGroupCreation"], values["AllowToAddGuests"]) == ("false", "false")
    for wrong in ({"name": "AllowToAddGuests", "value": "maybe"}, {"name": "Nothing", "value": "x"}):
        assert (await call(tenants, "PATCH", path, {"values": [wrong]})).status == 400
    [group] = await ids(tenants, "/groups?$filter=displayName%20eq%20'Sales'")
    own = {"templateId": GUESTS, "values": [{"name": "AllowToAddGuests", "value": "false"}]}
    assert (await call(tenants, "POST", f"/groups/{group}/settings", own)).status == 201
    assert len(await ids(tenants, f"/groups/{group}/settings")) == 1
    assert (await call(tenants, "POST", "/groupSettings", {"templateId": "nothing"})).status == 400
    assert (await call(tenants, "DELETE", path)).status == 204
    assert await ids(tenants, "/groupSettings") == []


async def test_autopilot_knows_whose_a_device_will_be(tenants: Tenants) -> None:
    base = "/deviceManagement/windowsAutopilotDeviceIdentities"
    rows = (await get(tenants, base))["value"]
    managed = {row["serialNumber"]: row for row in (await get(tenants, "/deviceManagement/managedDevices"))["value"]}
    for row in rows:
        device = managed[row["serialNumber"]]
        assert (row["managedDeviceId"], row["userPrincipalName"]) == (device["id"], device["userPrincipalName"])
        assert device["operatingSystem"] == "Windows"
    one = f"{base}/{rows[0]['id']}"
    assert (await call(tenants, "POST", f"{one}/unassignUserFromDevice")).status == 204
    assert (await get(tenants, one))["userPrincipalName"] == ""
    body = {"userPrincipalName": SAM, "addressableUserName": "Sam"}
    assert (await call(tenants, "POST", f"{one}/assignUserToDevice", body)).status == 204
    assert (await call(tenants, "POST", f"{one}/updateDeviceProperties", {"groupTag": "loan"})).status == 204
    found = await get(tenants, one)
    assert (found["userPrincipalName"], found["addressableUserName"], found["groupTag"]) == (SAM, "Sam", "loan")
    assert (await call(tenants, "POST", f"{one}/assignUserToDevice", {"userPrincipalName": "x"})).status == 404
    await call(tenants, "DELETE", f"/deviceManagement/managedDevices/{found['managedDeviceId']}")
    assert (await get(tenants, one))["enrollmentState"] == "notContacted"
    assert [(await call(tenants, "DELETE", one)).status for _ in range(2)] == [204, 404]
    made = await call(tenants, "POST", base, {"serialNumber": "NEW-1", "groupTag": "loan"})
    assert (made.status, made.json["enrollmentState"]) == (201, "notContacted")
    assert (await call(tenants, "POST", base, {"serialNumber": "NEW-1"})).status == 400
