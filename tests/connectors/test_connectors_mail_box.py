"""Send Email against the sandbox's mail box: what arrives there, and what is told where nothing does."""

from __future__ import annotations

import json
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest
from support.certificates import self_signed
from support.sandbox_thread import Urls, sandbox_thread
from test_connectors_mail import Drawer, Post

from keyturn.connections.model import AuthKind
from keyturn.flows.actions import Done, Failed, Unknown
from keyturn.flows.json import Values
from keyturn.sandbox.config import SandboxConfig

EVA, MIA, BOSS, EVIL = "eva@northwind.example", "mia@northwind.example", "boss@northwind.example", "evil@x.example"
OLGA = "ольга.петрова@northwind.example"
LETTER: Values = {"to": [EVA], "cc": [], "bcc": [], "subject": "Hello", "body": "Välkommen", "type": "Text"}
MOST = 100_000


@dataclass
class Box:
    """A mail box that offers encryption, and one that does not."""

    secure: Urls
    plain: Urls
    ca_file: Path

    def control(self, case: Case, path: str, body: Any = None) -> Any:
        """Ask the control server of the mail box that a case goes to."""
        urls = self.secure if case.encrypted else self.plain
        content = None if body is None else json.dumps(body).encode()
        asked = Request(urls["control"]["base_url"] + path, content, {"Content-Type": "application/json"})
        with urlopen(asked, timeout=30, context=ssl.create_default_context(cafile=self.ca_file)) as answer:
            return json.loads(answer.read() or b"null")

    def letters(self, case: Case) -> list[Any]:
        found = self.control(case, "/mailbox")
        assert isinstance(found, list)
        return found

    def post(self, case: Case) -> Post:
        urls = self.secure if case.encrypted else self.plain
        kind = AuthKind.BASIC if case.password else AuthKind.NONE
        password = urls["mail"]["token"] if case.password == "right" else case.password
        return Post(urls["mail"]["base_url"], kind, self.ca_file, Drawer(), password)


@dataclass(frozen=True)
class Case:
    """What is sent and how, and what comes of it.

    Attributes:
        password: ``right`` for that of the mail box; empty to sign in as nobody.
        arrives: what the mail box has of the letter; nothing where none arrives.
        gives: outputs of the card.
        told: status and a part of the message or the mend of the error.
    """

    changes: Values = field(default_factory=dict)
    encrypted: bool = True
    password: str = ""
    fault: str = ""
    arrives: Values = field(default_factory=dict)
    gives: Values = field(default_factory=dict)
    told: tuple[int | None, str] | None = None
    not_sent: bool = False
    unknown: bool = False
    names: str = "connection"


def good(changes: Values | None = None, *, gives: Values | None = None, **options: Any) -> Case:
    arrives = {"from": "it@northwind.example", **options.pop("arrives", {})}
    return Case(changes or {}, arrives=arrives, gives={"status": 250, "refused": [], **(gives or {})}, **options)


CASES = {
    "good": good(arrives={"to": [EVA], "subject": "Hello", "text": "Välkommen\r\n", "html": None, "attachments": []}),
    "unencrypted, as nobody": good(encrypted=False, arrives={"to": [EVA]}),
    "signed in": good(password="right", arrives={"to": [EVA]}),
    "HTML": good({"type": "HTML", "body": "<p>Å</p>", "plain": "Å"}, arrives={"html": "<p>Å</p>\r\n", "text": "Å\r\n"}),
    "several receivers": good(
        {"to": [EVA, MIA, EVA], "cc": [f"Boss <{BOSS}>"], "bcc": [MIA, "audit@northwind.example"]},
        arrives={"to": [EVA, MIA, BOSS, "audit@northwind.example"]},
    ),
    "receivers with commas between": good({"to": f"{EVA}, Mia <{MIA}>"}, arrives={"to": [EVA, MIA]}),
    "attachments": good(
        {"attachments": ["people.csv", "grö\r\nX-Evil: 1.csv"]},
        arrives={
            "attachments": [
                {"name": "people.csv", "type": "text/csv", "size": 10},
                {"name": "grö X-Evil: 1.csv", "type": "text/csv", "size": 10},
            ]
        },
    ),
    "an attachment that is not there": Case(
        {"attachments": ["lost"]}, told=(None, "no such file"), not_sent=True, names="attachments"
    ),
    "one receiver is refused": good(
        {"to": [EVA, MIA]}, fault=f"mail:404@RCPT {MIA}", gives={"refused": [MIA]}, arrives={"to": [EVA]}
    ),
    "an address beyond ASCII": good({"to": [OLGA, EVA]}, gives={"refused": []}, arrives={"to": [OLGA, EVA]}),
    "a name before it": good({"to": [EVA], "bcc": [f"Ольга <{OLGA}>"]}, arrives={"to": [EVA, OLGA]}),
    "no address beyond ASCII": Case({"to": ["ольга"]}, told=(None, "is no address"), not_sent=True, names="to"),
    "all receivers are refused": Case(fault="mail:404@RCPT", told=(550, "Check the addresses.")),
    "the sender is refused": Case(fault="mail:403@MAIL", told=(550, "Check the addresses.")),
    "wrong password": Case(password="wrong-password", told=(535, "Renew user and password")),
    "no TLS for a password": Case(
        password="right", encrypted=False, told=(None, "offers no encryption"), not_sent=True
    ),
    "too large": Case({"body": "x" * (MOST + 1)}, told=(552, "larger than the server takes")),
    "as large as may be": good({"body": "x" * (MOST // 2)}, arrives={"to": [EVA]}),
    "too many": Case(fault="mail:429@DATA", told=(451, "try again on 4xx")),
    "no reply to the letter": Case(fault="mail:drop@DATA", unknown=True, told=(None, "ended after the letter left")),
    "a subject with line breaks": good(
        {"subject": f"Hi\r\nBcc: {EVIL}\n\nbody"}, arrives={"to": [EVA], "subject": f"Hi Bcc: {EVIL} body"}
    ),
    **{
        f"line breaks in {name}: {text!r}": Case({name: text}, told=(None, "is no address"), not_sent=True, names=name)
        for name in ("to", "cc", "bcc", "sender", "reply_to")
        for text in (f"{EVA}\r\nBcc: {EVIL}", f"Eva\r\nBcc: {EVIL} <{EVA}>", f"{EVA}>\r\nRCPT TO:<{EVIL}")
    },
}


@pytest.fixture(scope="module")
def boxes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Box]:
    folder = tmp_path_factory.mktemp("certificate")
    ca_file, _ = self_signed(folder)
    both = folder / "both.pem"
    encrypted = SandboxConfig(max_mail=MOST, tls_certificate=both, tls_key=both)
    with sandbox_thread(SandboxConfig(max_mail=MOST)) as plain, sandbox_thread(encrypted) as secure:
        yield Box(secure, plain, ca_file)


@pytest.mark.parametrize("name", CASES)
async def test_a_letter_to_the_mail_box(boxes: Box, name: str) -> None:
    case = CASES[name]
    boxes.control(case, "/faults", {"faults": case.fault})
    before = len(boxes.letters(case))
    outcome = await boxes.post(case).send(**{**LETTER, **case.changes})
    arrived = boxes.letters(case)[before:]
    if case.told is None:
        assert isinstance(outcome, Done), outcome
        assert {name: outcome.outputs[name] for name in case.gives} == case.gives
        [letter] = arrived
        assert {name: letter[name] for name in case.arrives} == case.arrives
        assert letter["headers"]["Message-ID"].strip() == outcome.outputs["message_id"]
        assert not {"Bcc", "X-Evil"} & set(letter["headers"])
        return
    assert arrived == []
    status, words = case.told
    assert isinstance(outcome, Unknown if case.unknown else Failed)
    assert words in f"{outcome.error.message} {outcome.error.why} {outcome.error.mend}"
    assert outcome.error.mend
    if isinstance(outcome, Failed):
        assert (outcome.status, outcome.not_sent, outcome.error.field) == (status, case.not_sent, case.names)
