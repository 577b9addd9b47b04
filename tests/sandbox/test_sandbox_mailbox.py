"""The pretend mail box by SMTP, and the recorder."""

from __future__ import annotations

import asyncio
import json
import smtplib
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest
from support_sandbox import Tenants

from keyturn.sandbox.client import SandboxClient
from keyturn.sandbox.config import SandboxConfig, SandboxStartError
from keyturn.sandbox.server import Sandbox


def message(subject: str, to: str = "ada@northwind.example") -> EmailMessage:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "keyturn@northwind.example", to, subject
    made.set_content("Välkommen, 美\n")
    made.add_alternative("<p>Välkommen</p>", subtype="html")
    made.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="plan.pdf")
    return made


def send(tenants: Tenants, *messages: EmailMessage, password: str | None = None) -> None:
    parts = urlsplit(tenants.urls["mail"]["base_url"])
    with smtplib.SMTP(str(parts.hostname), parts.port or 0, timeout=10) as client:
        if password is not None:
            client.login("keyturn", password)
        for each in messages:
            client.send_message(each)


async def test_messages_are_taken_and_shown(tenants: Tenants) -> None:
    token = tenants.urls["mail"]["token"]
    await asyncio.to_thread(send, tenants, message("Grüße"), message("Second", "bo@x.example"), password=token)
    rows = (await tenants.control("GET", "/mailbox")).json
    assert [row["subject"] for row in rows] == ["Grüße", "Second"]
    first = rows[0]
    assert (first["from"], first["to"]) == ("keyturn@northwind.example", ["ada@northwind.example"])
    assert (first["text"].strip(), first["html"].strip()) == ("Välkommen, 美", "<p>Välkommen</p>")
    assert first["attachments"] == [{"name": "plan.pdf", "type": "application/pdf", "size": 4}]
    client = SandboxClient(tenants.urls)
    assert [row["subject"] for row in await asyncio.to_thread(client.mailbox, "BO@x.example")] == ["Second"]
    told = [(row["method"], row["status"]) for row in await tenants.ledger()]
    assert told == [("MAIL", 250), ("RCPT", 250), ("DATA", 250)] * 2
    await tenants.control("DELETE", "/mailbox")
    assert (await tenants.control("GET", "/mailbox")).json == []


async def test_a_wrong_password_is_refused(tenants: Tenants) -> None:
    with pytest.raises(smtplib.SMTPAuthenticationError):
        await asyncio.to_thread(send, tenants, message("x"), password="wrong")


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("mail:429@DATA", smtplib.SMTPDataError),
        ("mail:404@RCPT", smtplib.SMTPRecipientsRefused),
        ("mail:500@MAIL", smtplib.SMTPSenderRefused),
        ("mail:drop@DATA", smtplib.SMTPServerDisconnected),
    ],
)
async def test_faults(tenants: Tenants, fault: str, error: type[Exception]) -> None:
    await tenants.control("POST", "/faults", json={"faults": fault})
    with pytest.raises(error):
        await asyncio.to_thread(send, tenants, message("x"))
    assert (await tenants.control("GET", "/mailbox")).json == []
    await tenants.control("DELETE", "/faults")
    await asyncio.to_thread(send, tenants, message("x"))
    assert len((await tenants.control("GET", "/mailbox")).json) == 1


async def test_the_recorder_echoes_what_it_knows_nothing_of(tenants: Tenants) -> None:
    answer = await tenants.call("recorder", "POST", "/any%20thing?a=1", json={"b": 2})
    assert answer.json == {"method": "POST", "path": "/any thing", "query": {"a": "1"}, "body": {"b": 2}}
    assert (await tenants.ledger())[0]["tenant"] == "recorder"
    assert (await tenants.call("recorder", "GET", "/x", token="Bearer recorder-sandbox-wrong")).status == 401
    assert (await tenants.call("recorder", "GET", "/x", token="")).status == 200


async def test_the_recorder_answers_what_it_was_told_to(tenants: Tenants) -> None:
    client = SandboxClient(tenants.urls)
    await asyncio.to_thread(client.prepare, "/things/*", {"id": 7})
    answer = {"method": "DELETE", "path": "/things/*", "status": 204}
    assert (await tenants.control("POST", "/recorder/answers", json=answer)).status == 201
    assert (await tenants.call("recorder", "GET", "/things/7")).json == {"id": 7}
    assert (await tenants.call("recorder", "DELETE", "/things/7")).status == 204
    assert (await tenants.call("recorder", "GET", "/things/7/parts")).json["path"] == "/things/7/parts"
    wrong = await tenants.control("POST", "/recorder/answers", json={"path": "things"})
    assert wrong.status == 400
    await tenants.control("DELETE", "/recorder/answers")
    assert "path" in (await tenants.call("recorder", "GET", "/things/7")).json


DESCRIPTION: Any = {
    "openapi": "3.0.3",
    "servers": [{"url": "https://api.example/v2"}],
    "paths": {
        "/pets": {"get": {"responses": {"200": {"content": {"application/json": {"example": [{"name": "Rex"}]}}}}}},
        "/pets/{id}": {
            "get": {"responses": {"200": {"$ref": "#/components/responses/Pet"}}},
            "delete": {"responses": {"204": {"description": "gone"}}},
        },
        "/pets/mine": {
            "get": {"responses": {"200": {"content": {"application/json": {"schema": {"type": "integer"}}}}}}
        },
    },
    "components": {
        "responses": {"Pet": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Pet"}}}}},
        "schemas": {
            "Pet": {
                "type": "object",
                "properties": {
                    "name": {"type": "string"},
                    "born": {"type": "string", "format": "date"},
                    "kind": {"enum": ["dog", "cat"]},
                    "parent": {"$ref": "#/components/schemas/Pet"},
                    "toys": {"type": "array", "items": {"type": "number"}},
                },
            }
        },
    },
}


@pytest.mark.parametrize("name", ["pets.json", "pets.yaml"])
async def test_the_recorder_answers_by_an_openapi_description(
    tmp_path: Path, http: aiohttp.ClientSession, name: str
) -> None:
    file = tmp_path / name
    file.write_text(json.dumps(DESCRIPTION) if name.endswith("json") else "# yaml\n" + json.dumps(DESCRIPTION))
    async with Sandbox(SandboxConfig(openapi=file)) as sandbox:
        tenants = Tenants(sandbox.urls, http)
        for prefix in ("/v2", ""):
            assert (await tenants.call("recorder", "GET", f"{prefix}/pets")).json == [{"name": "Rex"}]
        pet = {"name": "text", "born": "2026-01-05", "kind": "dog", "parent": None, "toys": [1.5]}
        assert (await tenants.call("recorder", "GET", "/v2/pets/7")).json == pet
        assert (await tenants.call("recorder", "GET", "/v2/pets/mine")).raw == b"1"
        assert (await tenants.call("recorder", "DELETE", "/v2/pets/7")).status == 204


ASTRAY = '{"servers": [{"url": "https://[tenant].acme.example/api"}], "paths": {"/a/{}/b": {"get": {}}}}'


@pytest.mark.parametrize("text", ["{", "[1]", "paths: 1", "a: [", '{"openapi": "3.0.3"}', ASTRAY])
async def test_a_description_that_is_none_is_a_clear_error(tmp_path: Path, text: str) -> None:
    file = tmp_path / "broken.yaml"
    file.write_text(text)
    with pytest.raises(SandboxStartError, match=r"broken\.yaml"):
        async with Sandbox(SandboxConfig(openapi=file)):
            pass
