"""What the pretend Microsoft 365 tenant tells subscribers of, what it says, and which subscriptions it refuses."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web
from support_sandbox import Answer, Tenants

EVA = "eva.horvat@northwind.example"
NOAH = "noah.bennett@northwind.example"
NOBODY = "00000000-0000-0000-0000-000000000001"
ALL = "created,updated,deleted"


class Subscriber:
    """Subscribes to resources of a tenant, and keeps what it is told."""

    def __init__(self, tenants: Tenants, address: str) -> None:
        self.tenants = tenants
        self.address = address
        self.heard: list[Any] = []

    async def call(self, method: str, path: str, body: Any = None) -> Answer:
        return await self.tenants.graph(method, f"/v1.0{path}", **({"json": body} if body is not None else {}))

    async def asked(self, resource: str, changes: str = ALL, minutes: int = 120) -> Answer:
        body = {
            "changeType": changes,
            "resource": resource,
            "notificationUrl": self.address,
            "expirationDateTime": (datetime.now(UTC) + timedelta(minutes=minutes)).isoformat(),
            "clientState": resource,
        }
        return await self.call("POST", "/subscriptions", body)

    async def to(self, resource: str, changes: str = ALL) -> str:
        answer = await self.asked(resource, changes)
        assert answer.status == 201, answer.raw
        return answer.json["id"]

    async def done(self, method: str, path: str, body: Any = None) -> Any:
        answer = await self.call(method, path, body)
        assert answer.status < 300, answer.raw
        return answer.json

    async def told(self) -> list[Any]:
        """What has come since this was asked last, in whatever order it came."""
        await self.tenants.deliveries()
        heard, self.heard = self.heard, []
        return sorted(heard, key=lambda note: (note["clientState"], note["changeType"]))


@pytest.fixture
async def subscriber(tenants: Tenants) -> AsyncIterator[Subscriber]:
    async def hear(request: web.Request) -> web.Response:
        if "validationToken" in request.query:
            return web.Response(text=request.query["validationToken"])
        found.heard += (await request.json())["value"]
        return web.Response(status=202)

    app = web.Application()
    app.router.add_post("/notes", hear)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    found = Subscriber(tenants, f"http://127.0.0.1:{runner.addresses[0][1]}/notes")
    yield found
    await runner.cleanup()


def changes(notes: list[Any]) -> list[tuple[str, str]]:
    return [(note["clientState"], note["changeType"]) for note in notes]


def mail(to: str, subject: str = "Hello") -> Any:
    return {"subject": subject, "toRecipients": [{"emailAddress": {"address": to}}]}


async def test_mail_that_comes_is_told_to_who_watches_the_mail_box(subscriber: Subscriber) -> None:
    eva = (await subscriber.done("GET", f"/users/{EVA}"))["id"]
    inbox = (await subscriber.done("GET", f"/users/{EVA}/mailFolders/inbox"))["id"]
    watching = (f"users/{EVA}/messages", f"/users/{eva}/mailFolders('Inbox')/messages", f"users('{eva}')/messages")
    ids = [await subscriber.to(each) for each in (*watching, f"users/{eva}/mailFolders/{inbox}/messages")]
    await subscriber.to(f"users/{eva}/mailFolders('drafts')/messages")
    await subscriber.to(f"users/{NOAH}/mailFolders('inbox')/messages")
    await subscriber.done("POST", f"/users/{NOAH}/sendMail", {"message": mail(EVA)})
    notes = await subscriber.told()
    [message] = (await subscriber.done("GET", f"/users/{EVA}/messages"))["value"]
    assert sorted(note["subscriptionId"] for note in notes) == sorted(ids)
    for note in notes:
        address = f"Users/{eva}/Messages/{message['id']}"
        assert (note["changeType"], note["resource"]) == ("created", address)
        data = note["resourceData"]
        assert data.pop("@odata.etag").startswith('W/"')
        assert data == {"@odata.type": "#Microsoft.Graph.Message", "@odata.id": address, "id": message["id"]}
        assert (await subscriber.done("GET", f"/{note['resource']}"))["subject"] == "Hello"


async def test_drafts_and_what_becomes_of_them_are_told(subscriber: Subscriber) -> None:
    box = f"users/{EVA}/messages"
    drafts, sent = (f"users/{EVA}/mailFolders('{name}')/messages" for name in ("drafts", "sentitems"))
    for each in (box, drafts, sent):
        await subscriber.to(each)
    draft = (await subscriber.done("POST", f"/{box}", mail(NOAH)))["id"]
    assert changes(await subscriber.told()) == [(drafts, "created"), (box, "created")]
    await subscriber.done("PATCH", f"/{box}/{draft}", {"subject": "Good day"})
    assert changes(await subscriber.told()) == [(drafts, "updated"), (box, "updated")]
    file = {"@odata.type": "#microsoft.graph.fileAttachment", "name": "a.txt", "contentBytes": "aGk="}
    attached = (await subscriber.done("POST", f"/{box}/{draft}/attachments", file))["id"]
    assert changes(await subscriber.told()) == [(drafts, "updated"), (box, "updated")]
    await subscriber.done("DELETE", f"/{box}/{draft}/attachments/{attached}")
    assert changes(await subscriber.told()) == [(drafts, "updated"), (box, "updated")]
    await subscriber.done("POST", f"/{box}/{draft}/send")
    assert changes(await subscriber.told()) == [
        (drafts, "deleted"),
        (sent, "created"),
        (box, "created"),
        (box, "deleted"),
    ]
    [kept] = (await subscriber.done("GET", f"/{sent}"))["value"]
    await subscriber.done("DELETE", f"/{sent}/{kept['id']}")
    assert changes(await subscriber.told()) == [(sent, "deleted"), (box, "deleted")]


async def test_what_is_moved_is_told_where_it_was_and_where_it_is(subscriber: Subscriber) -> None:
    await subscriber.done("POST", f"/users/{NOAH}/sendMail", {"message": mail(EVA)})
    [message] = (await subscriber.done("GET", f"/users/{EVA}/messages"))["value"]
    made = (await subscriber.done("POST", f"/users/{EVA}/mailFolders", {"displayName": "Kept"}))["id"]
    inbox, kept = (f"users/{EVA}/mailFolders('{name}')/messages" for name in ("inbox", made))
    await subscriber.to(inbox)
    await subscriber.to(kept)
    await subscriber.done("POST", f"/users/{EVA}/messages/{message['id']}/move", {"destinationId": made})
    assert changes(await subscriber.told()) == sorted([(inbox, "deleted"), (kept, "created")])
    await subscriber.done("DELETE", f"/users/{EVA}/mailFolders/{made}")
    assert changes(await subscriber.told()) == [(kept, "deleted")]


async def test_only_the_changes_that_were_asked_for_are_told(subscriber: Subscriber) -> None:
    await subscriber.to(f"users/{EVA}/messages", "updated")
    await subscriber.done("POST", f"/users/{NOAH}/sendMail", {"message": mail(EVA)})
    assert await subscriber.told() == []
    [message] = (await subscriber.done("GET", f"/users/{EVA}/messages"))["value"]
    await subscriber.done("PATCH", f"/users/{EVA}/messages/{message['id']}", {"isRead": True})
    assert changes(await subscriber.told()) == [(f"users/{EVA}/messages", "updated")]


@pytest.mark.parametrize("relation", ["members", "owners"])
async def test_members_and_owners_of_a_group_are_told_as_they_come_and_go(
    subscriber: Subscriber, relation: str
) -> None:
    groups = await subscriber.done("GET", "/groups?$filter=displayName%20eq%20'Sales'")
    group, eva = groups["value"][0]["id"], (await subscriber.done("GET", f"/users/{EVA}"))["id"]
    other = "owners" if relation == "members" else "members"
    watching = [f"/groups/{group}/{relation}", f"groups/{group}", "groups"]
    for each in (*watching, f"groups/{group}/{other}"):
        await subscriber.to(each)
    user = {"@odata.id": f"https://graph.microsoft.com/v1.0/users/{eva}"}
    await subscriber.done("POST", f"/groups/{group}/{relation}/$ref", user)
    came = await subscriber.told()
    await subscriber.done("DELETE", f"/groups/{group}/{relation}/{eva}/$ref")
    gone = await subscriber.told()
    for notes, delta in ((came, {"id": eva}), (gone, {"id": eva, "@removed": "deleted"})):
        assert changes(notes) == [(each, "updated") for each in sorted(watching)]
        for note in notes:
            assert note["resource"] == f"Groups/{group}"
            assert note["resourceData"] == {
                "@odata.type": "#Microsoft.Graph.Group",
                "@odata.id": f"Groups/{group}",
                "id": group,
                "organizationId": note["tenantId"],
                f"{relation}@delta": [delta],
            }
    await subscriber.done("PATCH", f"/groups/{group}", {"description": "x"})
    notes = await subscriber.told()
    assert changes(notes) == [(each, "updated") for each in sorted(watching[1:])]
    assert all(f"{relation}@delta" not in note["resourceData"] for note in notes)


async def test_members_are_told_who_come_by_teams_by_rules_and_at_the_making(subscriber: Subscriber) -> None:
    await subscriber.to("groups", "updated")
    eva = await subscriber.done("GET", f"/users/{EVA}")
    bound = f"https://graph.microsoft.com/v1.0/users/{eva['id']}"

    async def deltas() -> list[Any]:
        data = [note["resourceData"] for note in await subscriber.told()]
        return [
            {name: row[name] for name in row if "@delta" in name} for row in data if any("@delta" in n for n in row)
        ]

    body = {"displayName": "Crew", "mailNickname": "crew", "mailEnabled": True, "securityEnabled": False}
    made = await subscriber.done("POST", "/groups", {**body, "groupTypes": ["Unified"], "members@odata.bind": [bound]})
    assert await deltas() == [{"members@delta": [{"id": eva["id"]}]}]
    noah = (await subscriber.done("GET", f"/users/{NOAH}"))["id"]
    member = {"roles": ["owner"], "user@odata.bind": f"https://graph.microsoft.com/v1.0/users('{noah}')"}
    kind = {"@odata.type": "#microsoft.graph.aadUserConversationMember"}
    await subscriber.done("POST", f"/teams/{made['id']}/members", {**kind, **member})
    assert sorted(await deltas(), key=str) == [{"members@delta": [{"id": noah}]}, {"owners@delta": [{"id": noah}]}]
    rule = {"groupTypes": ["DynamicMembership"], "membershipRule": f'user.mail -eq "{EVA}"'}
    plain = {"mailEnabled": False, "securityEnabled": True, "membershipRuleProcessingState": "On"}
    await subscriber.done("POST", "/groups", {**body, **plain, **rule})
    assert await deltas() == [{"members@delta": [{"id": eva["id"]}]}]


@pytest.mark.parametrize(
    ("resource", "status", "code"),
    [
        (f"groups/{NOBODY}", 404, "Request_ResourceNotFound"),
        (f"groups/{NOBODY}/members", 404, "Request_ResourceNotFound"),
        (f"users/{NOBODY}", 404, "Request_ResourceNotFound"),
        ("users/x/messages", 404, "ErrorInvalidUser"),
        ("users/nobody@northwind.example/messages", 404, "ErrorInvalidUser"),
        (f"users/{EVA}/mailFolders('nonsense')/messages", 404, "ErrorItemNotFound"),
        ("groups/{group}/nonsense", 400, "InvalidRequest"),
        ("groups/{group}/conversations", 400, "InvalidRequest"),
        ("groups/{group}/members/x", 400, "InvalidRequest"),
        (f"users/{EVA}/events", 400, "InvalidRequest"),
        (f"users/{EVA}/contacts", 400, "InvalidRequest"),
        (f"users/{EVA}/drive/root", 400, "InvalidRequest"),
        (f"users/{EVA}/mailFolders('inbox')", 400, "InvalidRequest"),
        ("me/messages", 400, "InvalidRequest"),
        ("chats", 400, "InvalidRequest"),
        ("chats/getAllMessages", 400, "InvalidRequest"),
        ("teams", 400, "InvalidRequest"),
        ("communications/presences/x", 400, "InvalidRequest"),
        ("security/alerts?$filter=x", 400, "InvalidRequest"),
        ("sites/x/lists/y", 400, "InvalidRequest"),
        ("devices", 400, "InvalidRequest"),
        ("users?$filter=x", 400, "InvalidRequest"),
        ("users/", 201, ""),
        ("nonsense", 400, "InvalidRequest"),
        ("", 400, "InvalidRequest"),
    ],
)
async def test_what_is_not_watched_or_not_there_is_refused(
    subscriber: Subscriber, resource: str, status: int, code: str
) -> None:
    groups = await subscriber.done("GET", "/groups?$filter=displayName%20eq%20'Sales'")
    answer = await subscriber.asked(resource.replace("{group}", groups["value"][0]["id"]))
    assert answer.status == status, answer.raw
    if status != 201:
        assert answer.json["error"]["code"] == code
        assert status != 400 or "the sandbox tells of changes of users" in answer.json["error"]["message"]
        assert (await subscriber.done("GET", "/subscriptions"))["value"] == []


@pytest.mark.parametrize(
    ("resource", "asked", "told"),
    [("users", "created", "deleted and updated"), ("groups/{group}/members", "created,deleted", "updated")],
)
async def test_changes_that_nothing_is_told_of_are_refused(
    subscriber: Subscriber, resource: str, asked: str, told: str
) -> None:
    groups = await subscriber.done("GET", "/groups?$filter=displayName%20eq%20'Sales'")
    answer = await subscriber.asked(resource.replace("{group}", groups["value"][0]["id"]), asked)
    assert (answer.status, answer.json["error"]["code"]) == (400, "InvalidRequest")
    assert f"the changeType {told} alone" in answer.json["error"]["message"]


async def test_subscriptions_end_in_time(subscriber: Subscriber) -> None:
    past = "Subscription validation request failed: expirationDateTime is in the past."
    answer = await subscriber.asked(f"users/{EVA}/messages", minutes=10_071)
    assert answer.json["error"]["message"] == "Subscription expiration can only be 10070 minutes in the future."
    assert (await subscriber.asked("users", minutes=10_071)).status == 201
    answer = await subscriber.asked("users", minutes=41_761)
    assert answer.json["error"]["message"] == "Subscription expiration can only be 41760 minutes in the future."
    assert (await subscriber.asked("users", minutes=-1)).json["error"]["message"] == past
    key = await subscriber.to(f"users/{EVA}/messages")
    shown = await subscriber.done("GET", f"/subscriptions/{key}")
    assert "watched" not in shown
    for minutes, said in ((-1, past), (10_071, "Subscription expiration can only be 10070 minutes in the future.")):
        ends = (datetime.now(UTC) + timedelta(minutes=minutes)).isoformat()
        answer = await subscriber.call("PATCH", f"/subscriptions/{key}", {"expirationDateTime": ends})
        assert (answer.status, answer.json["error"]["message"]) == (400, said)
    assert await subscriber.done("GET", f"/subscriptions/{key}") == shown


async def test_who_is_gone_is_told_of_once_more_when_they_are_purged(subscriber: Subscriber) -> None:
    noah = (await subscriber.done("GET", f"/users/{NOAH}"))["id"]
    await subscriber.to(f"users/{NOAH}", "updated,deleted")
    await subscriber.done("DELETE", f"/users/{noah}")
    assert changes(await subscriber.told()) == [(f"users/{NOAH}", "updated")]
    await subscriber.done("DELETE", f"/directory/deletedItems/{noah}")
    assert changes(await subscriber.told()) == [(f"users/{NOAH}", "deleted")]
