"""Mail of the pretend Microsoft 365 tenant."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from support_sandbox import Answer, Tenants

from keyturn.sandbox.config import SandboxConfig
from keyturn.sandbox.server import Sandbox

KEIKO = "keiko.tanabe@northwind.example"
EVA = "eva.horvat@northwind.example"
GUEST = "dana.wu_partner.example#EXT#@northwind.example"


def message(*to: str, **more: Any) -> dict[str, Any]:
    return {
        "subject": "Inactive people",
        "body": {"contentType": "Text", "content": "Nobody."},
        "toRecipients": [{"emailAddress": {"address": address}} for address in to],
        **more,
    }


async def send(tenants: Tenants, body: Any, sender: str = KEIKO) -> Answer:
    return await tenants.graph("POST", f"/v1.0/users/{tenants.key(sender)}/sendMail", json=body)


async def box(tenants: Tenants, login: str, folder: str = "") -> list[Any]:
    path = f"/mailFolders/{folder}/messages" if folder else "/messages"
    answer = await tenants.graph("GET", f"/v1.0/users/{tenants.key(login)}{path}")
    assert answer.status == 200
    return answer.json["value"]


async def test_a_message_is_accepted_and_lies_in_both_mail_boxes(tenants: Tenants) -> None:
    answer = await send(tenants, {"message": message(EVA.upper(), "someone@elsewhere.example")})
    assert (answer.status, answer.raw) == (202, b"")
    [received] = await box(tenants, EVA, "inbox")
    assert (received["subject"], received["body"]) == ("Inactive people", {"contentType": "text", "content": "Nobody."})
    assert received["from"]["emailAddress"] == {"name": "恵子 田辺", "address": KEIKO}
    assert (await box(tenants, EVA)) == [received]
    assert await box(tenants, EVA, "sentitems") == await box(tenants, KEIKO, "inbox") == []
    [sent] = await box(tenants, KEIKO, "SentItems")
    assert sent["id"] != received["id"]
    [known] = (await tenants.control("GET", "/mail")).json
    assert (known["from"], known["to"]) == (KEIKO, [EVA.upper(), "someone@elsewhere.example"])


@pytest.mark.parametrize("save", [False, "false", "False"])
async def test_a_message_need_not_be_kept_by_its_sender(tenants: Tenants, save: object) -> None:
    assert (await send(tenants, {"Message": message(EVA), "SaveToSentItems": save})).status == 202
    assert await box(tenants, KEIKO) == []
    assert len(await box(tenants, EVA)) == 1


async def test_a_blind_copy_is_seen_by_its_sender_alone(tenants: Tenants) -> None:
    blind = [{"emailAddress": {"address": EVA}}]
    await send(tenants, {"message": message(KEIKO, bccRecipients=blind)})
    assert (await box(tenants, EVA))[0]["bccRecipients"] == []
    assert (await box(tenants, KEIKO, "sentitems"))[0]["bccRecipients"] == blind


async def test_a_mail_box_is_listed_newest_first_in_pages(tenants: Tenants) -> None:
    for number in range(5):
        await send(tenants, {"message": message(EVA, subject=str(number))})
    path: str = f"/v1.0/users/{tenants.key(EVA)}/mailFolders/inbox/messages?$top=2"
    seen = []
    while path:
        answer = await tenants.graph("GET", path)
        seen.append([row["subject"] for row in answer.json["value"]])
        path = answer.json.get("@odata.nextLink", "").removeprefix(tenants.urls["graph"]["base_url"])
    assert seen == [["4", "3"], ["2", "1"], ["0"]]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "RequestBodyRead"),
        ({"message": None}, "RequestBodyRead"),
        ({"message": message(EVA), "more": 1}, "RequestBodyRead"),
        ({"message": message(EVA, text="x")}, "RequestBodyRead"),
        ({"message": message(EVA, body="x")}, "RequestBodyRead"),
        ({"message": message(EVA, body={"contentType": "Markdown", "content": "x"})}, "RequestBodyRead"),
        ({"message": message()}, "ErrorInvalidRecipients"),
        ({"message": message("nobody")}, "ErrorInvalidRecipients"),
        ({"message": message(toRecipients=[{"address": EVA}])}, "RequestBodyRead"),
        ([], "BadRequest"),
    ],
)
async def test_what_is_refused_is_not_sent(tenants: Tenants, body: object, code: str) -> None:
    answer = await send(tenants, body)
    assert (answer.status, answer.json["error"]["code"]) == (400, code)
    assert (await tenants.control("GET", "/mail")).json == []


@pytest.mark.parametrize(
    ("login", "code"), [("nobody@northwind.example", "ErrorInvalidUser"), (GUEST, "MailboxNotEnabledForRESTAPI")]
)
async def test_without_a_mail_box_nothing_is_sent(tenants: Tenants, login: str, code: str) -> None:
    answer = await send(tenants, {"message": message(EVA)}, login)
    assert (answer.status, answer.json["error"]["code"]) == (404, code)


async def test_mail_survives_a_restart_and_is_gone_after_a_reset(tmp_path: Path, http: aiohttp.ClientSession) -> None:
    config = SandboxConfig(state_path=tmp_path / "state.json")
    async with Sandbox(config) as sandbox:
        await send(Tenants(sandbox.urls, http), {"message": message(EVA)})
    async with Sandbox(config) as sandbox:
        tenants = Tenants(sandbox.urls, http)
        assert len(await box(tenants, EVA)) == 1
        await tenants.control("POST", "/reset")
        assert await box(tenants, EVA) == []


REPORT = {
    "@odata.type": "#microsoft.graph.fileAttachment",
    "name": "report.csv",
    "contentType": "text/csv",
    "contentBytes": base64.b64encode(b"Login\nada\n").decode(),
}


async def test_a_message_carries_files_into_both_mail_boxes(tenants: Tenants) -> None:
    assert (await send(tenants, {"message": message(EVA, attachments=[REPORT])})).status == 202
    for login, folder in ((EVA, "inbox"), (KEIKO, "sentitems")):
        [found] = await box(tenants, login, folder)
        assert (found["hasAttachments"], "attachments" in found) == (True, False)
        path = f"/v1.0/users/{tenants.key(login)}/messages/{found['id']}"
        [listed] = (await tenants.graph("GET", f"{path}/attachments")).json["value"]
        assert {name: listed[name] for name in REPORT} == REPORT
        assert (listed["size"], listed["isInline"]) == (10, False)
        assert (await tenants.graph("GET", f"{path}/attachments/{listed['id']}")).json == listed
        assert (await tenants.graph("GET", f"{path}/attachments/{listed['id']}/$value")).raw == b"Login\nada\n"
        assert (await tenants.graph("GET", f"{path}?$expand=attachments")).json["attachments"] == [listed]
        chosen = (await tenants.graph("GET", f"{path}?$select=Subject&$expand=Attachments($select=Name)")).json
        assert (chosen["subject"], chosen["attachments"][0]["name"]) == (found["subject"], "report.csv")
        refused = await tenants.graph("POST", f"{path}/attachments", json=REPORT)
        assert (refused.status, refused.json["error"]["code"]) == (400, "ErrorInvalidOperation")


async def test_files_are_put_into_drafts_and_taken_out(tenants: Tenants) -> None:
    messages = f"/v1.0/users/{tenants.key(KEIKO)}/messages"
    draft = (await tenants.graph("POST", messages, json=message(EVA))).json
    assert draft["hasAttachments"] is False
    kept = [
        (await tenants.graph("POST", f"{messages}/{draft['id']}/attachments", json={**REPORT, "name": name})).json["id"]
        for name in ("a.csv", "b.csv")
    ]
    gone = await tenants.graph("DELETE", f"{messages}/{draft['id']}/attachments/{kept[0]}")
    assert gone.status == 204
    assert (await tenants.graph("DELETE", f"{messages}/{draft['id']}/attachments/{kept[0]}")).status == 404
    assert (await tenants.graph("POST", f"{messages}/{draft['id']}/send")).status == 202
    [found] = await box(tenants, EVA, "inbox")
    path = f"/v1.0/users/{tenants.key(EVA)}/messages/{found['id']}/attachments"
    assert [row["name"] for row in (await tenants.graph("GET", path)).json["value"]] == ["b.csv"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"@odata.type": "#microsoft.graph.itemAttachment"}, "RequestBodyRead"),
        ({"contentBytes": "no base64!"}, "RequestBodyRead"),
        ({"name": ""}, "ErrorInvalidRequest"),
        ({"filename": "x"}, "RequestBodyRead"),
    ],
)
async def test_a_file_that_cannot_be_taken_is_refused(tenants: Tenants, change: dict[str, Any], code: str) -> None:
    answer = await send(tenants, {"message": message(EVA, attachments=[{**REPORT, **change}])})
    assert (answer.status, answer.json["error"]["code"]) == (400, code)
    assert await box(tenants, EVA) == []
