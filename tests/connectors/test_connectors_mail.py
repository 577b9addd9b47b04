"""Letters by SMTP, to a real server on this machine that answers as told."""

from __future__ import annotations

from collections.abc import Callable
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from uuid import UUID

import pytest
from support.certificates import self_signed
from support.mail_server import PretendMail, mail_server
from support.scripted import Scripted
from support_connectors import NOW, Clock

from keyturn.connections.alone import MemoryConnections, authoriser_alone
from keyturn.connections.model import AuthKind, Connection
from keyturn.connections.vault import Vault
from keyturn.connectors.alone import actions_alone
from keyturn.connectors.mail import Attachment, Attachments, MailActions
from keyturn.connectors.registry import ConnectorRegistry
from keyturn.engine.ports import LeaseLost
from keyturn.flows.actions import ActionCall, Done, Failed, Unknown
from keyturn.flows.errors import CardError
from keyturn.flows.json import JSON, Values
from keyturn.http import HttpSettings
from keyturn.http.dialling import Dialler
from keyturn.http.smtp import MailClient, MailRefused

LETTER: Values = {
    "sender": "IT <it@northwind.example>",
    "to": ["eva@northwind.example"],
    "cc": ["Mia <mia@northwind.example>"],
    "bcc": ["boss@northwind.example"],
    "subject": "Grüße\nInjected: x",
    "body": "<p>Hällo</p>\n.\nend",
    "type": "HTML",
}
PASSWORD = "hunter22-and-more"


class Post:
    """Mail by way of a connection."""

    def __init__(
        self,
        base_url: str,
        kind: AuthKind = AuthKind.NONE,
        ca_file: Path | None = None,
        attachments: Attachments | None = None,
        password: str = PASSWORD,
        timeout_s: float = 5,
    ) -> None:
        self.store = MemoryConnections()
        authoriser = authoriser_alone(Scripted(), self.store, Vault(bytes(32)), Clock())
        reach = HttpSettings(allow=("127.0.0.1",), ca_file=ca_file)
        self.mail = MailActions(authoriser, MailClient(Dialler(reach), timeout_s), Clock(), attachments)
        sealed = authoriser.seal("post", {"password": password} if kind is AuthKind.BASIC else {})
        self.connection = Connection("post", "smtp", "post", kind, base_url, {"user": "it"}, sealed, NOW, NOW)
        self.actions = actions_alone(ConnectorRegistry(), authoriser, Scripted(), Clock(), mail=self.mail)

    async def send(self, guard: Callable[[], None] = lambda: None, **changes: object) -> Done | Failed | Unknown:
        await self.store.put(self.connection)
        run = UUID(int=7)
        inputs: Values = {**LETTER, **changes}  # type: ignore[dict-item]
        call = ActionCall(run, run, "flow", "card", "each[1]/card", "smtp.send_email", "post", {}, inputs, 1, guard)
        return await self.actions.perform(call)


def plain(server: PretendMail) -> Post:
    return Post(f"smtp://127.0.0.1:{server.port}")


async def test_a_letter_arrives_whole() -> None:
    async with mail_server() as server:
        done = await plain(server).send()
        again = await plain(server).send()
    assert isinstance(done, Done)
    assert isinstance(again, Done)
    assert done.outputs["status"] == 250
    assert done.outputs["message_id"] == again.outputs["message_id"], "a mailbox can tell that it has it already"
    recipients = [text for text in server.said if text.lower().startswith("rcpt")]
    assert len(recipients) == 6
    head, _, body = server.letters[0].partition("\r\n\r\n")
    assert "From: IT <it@northwind.example>" in head
    assert "boss@northwind.example" not in server.letters[0]
    assert "text/html" in head
    assert not any(line.startswith("Injected") for line in head.splitlines())
    assert "end" in body


OLGA = "ольга.петрова@northwind.example"


async def test_who_has_an_address_beyond_ascii_gets_it_where_the_server_takes_them() -> None:
    async with mail_server() as server:
        server.extensions = ("SMTPUTF8", "8BITMIME")
        done = await plain(server).send(to=[OLGA, "eva@northwind.example"])
        assert isinstance(done, Done), done
        assert done.outputs["refused"] == []
    mail = next(text for text in server.said if text.lower().startswith("mail"))
    assert "smtputf8" in mail.lower()
    assert f"rcpt TO:<{OLGA}>" in server.said
    assert OLGA in server.letters[0].partition("\r\n\r\n")[0], "as it is (RFC 6532)"


async def test_elsewhere_all_others_get_it_and_it_is_told_who_does_not() -> None:
    async with mail_server() as server:
        done = await plain(server).send(to=[OLGA], cc=[OLGA, "eva@northwind.example"], bcc=[])
        nobody = await plain(server).send(to=[OLGA], cc=[], bcc=[])
        sender = await plain(server).send(sender=OLGA)
        answers = await plain(server).send(reply_to=OLGA)
    assert isinstance(done, Done), done
    assert done.outputs["refused"] == [OLGA]
    assert [text for text in server.said if text.startswith("rcpt")] == ["rcpt TO:<eva@northwind.example>"]
    assert len(server.letters) == 1
    assert "петрова" not in server.letters[0]
    assert "smtputf8" not in " ".join(server.said).lower()
    for failed in (nobody, sender, answers):
        assert isinstance(failed, Failed), failed
        assert f"{OLGA} cannot be mailed" in failed.error.message
        assert "SMTPUTF8" in failed.error.message


class Drawer:
    """Files by name."""

    async def read(self, value: JSON, most: int) -> Attachment:
        if value == "lost":
            raise CardError.bad_input("attachments", "There is no such file.", "Make it anew.")
        return Attachment(str(value), "text/csv; charset=utf-8", b"a,b\r\n1,2\r\n")


async def test_files_go_with_a_letter_and_text_beside_its_html() -> None:
    async with mail_server() as server:
        post = Post(f"smtp://127.0.0.1:{server.port}", attachments=Drawer())
        assert isinstance(await post.send(attachments=["people.csv", "größe.csv"], plain="Hello"), Done)
        lost = await post.send(attachments=["people.csv", "lost"])
        without = await plain(server).send(attachments=["people.csv"])
        assert isinstance(await plain(server).send(attachments=[]), Done)
    assert isinstance(lost, Failed)
    assert isinstance(without, Failed)
    assert [one.error.field for one in (lost, without)] == ["attachments", "attachments"]
    assert lost.not_sent
    assert len(server.letters) == 2
    letter = message_from_bytes(server.letters[0].encode(), policy=default)
    assert isinstance(letter, EmailMessage)
    plain_part, html_part = letter.get_body(("plain",)), letter.get_body(("html",))
    assert plain_part is not None
    assert html_part is not None
    assert (plain_part.get_content().strip(), "Hällo" in html_part.get_content()) == ("Hello", True)
    parts = list(letter.iter_attachments())
    assert [part.get_filename() for part in parts] == ["people.csv", "größe.csv"]
    assert [part.get_content_type() for part in parts] == ["text/csv", "text/csv"]


@pytest.mark.parametrize(
    ("to", "names"),
    [
        ('"Horvat, Eva" <eva@x.example>, Mia <mia@x.example>', ["Horvat, Eva", "Mia"]),
        (['"Horvat, Eva"<eva@x.example>', "mia@x.example"], ["Horvat, Eva", ""]),
        ("eva@x.example,,mia@x.example,", ["", ""]),
        ("Eva, Mia <mia@x.example>", None),
        ('"Eva <eva@x.example>, mia@x.example', ["Eva", ""]),
    ],
)
async def test_a_comma_in_quotes_belongs_to_a_name(to: JSON, names: list[str] | None) -> None:
    async with mail_server() as server:
        done = await plain(server).send(to=to, cc=[], bcc=[])
    if names is None:
        assert isinstance(done, Failed)
        assert "'Eva'" in done.error.message
        return
    assert isinstance(done, Done), done
    letter = message_from_bytes(server.letters[0].encode(), policy=default)
    found = [(one.display_name, one.addr_spec) for one in letter["To"].addresses]
    assert found == list(zip(names, ["eva@x.example", "mia@x.example"], strict=True))


async def test_recipients_that_are_refused_are_told() -> None:
    async with mail_server() as server:
        server.replies["rcpt TO:<mia@northwind.example>"] = "550 unknown"
        done = await plain(server).send()
    assert isinstance(done, Done)
    assert done.outputs["refused"] == ["mia@northwind.example"]


@pytest.mark.parametrize(
    ("replies", "status"),
    [
        ({"MAIL": "550 not you"}, 550),
        ({"RCPT": "451 later"}, 451),
        ({"DATA": "554 no letters"}, 554),
        ({".": "552 too large"}, 552),
    ],
)
async def test_what_the_server_refuses_was_not_taken(replies: dict[str, str], status: int) -> None:
    async with mail_server() as server:
        server.replies = replies
        failed = await plain(server).send()
    assert isinstance(failed, Failed)
    assert (failed.status, failed.not_sent) == (status, False)
    assert failed.error.mend
    assert server.letters == []


@pytest.mark.parametrize("drops", ["EHLO", "MAIL", "RCPT"])
async def test_a_server_that_goes_away_before_the_letter_left_was_not_reached(drops: str) -> None:
    async with mail_server() as server:
        server.drops = drops
        failed = await plain(server).send()
    assert isinstance(failed, Failed)
    assert (failed.not_sent, failed.try_again) == (True, True)


async def test_a_server_that_goes_away_after_the_letter_left_leaves_it_unknown() -> None:
    async with mail_server() as server:
        server.drops = "."
        assert isinstance(await plain(server).send(), Unknown)


async def test_a_lost_lease_sends_nothing() -> None:
    def lost() -> None:
        raise LeaseLost("gone")

    async with mail_server() as server:
        with pytest.raises(LeaseLost):
            await plain(server).send(lost)
    assert server.letters == []
    assert "data" not in server.said


@pytest.mark.parametrize(
    ("field", "value"),
    [("sender", "nobody"), ("to", []), ("to", ["a b"]), ("to", ["ä b@x.example"]), ("cc", ["x"]), ("reply_to", "@")],
)
async def test_what_is_no_address_is_never_sent(field: str, value: object) -> None:
    async with mail_server() as server:
        failed = await plain(server).send(**{field: value})
    assert isinstance(failed, Failed)
    assert (failed.error.field, failed.not_sent, server.said) == (field, True, [])


async def test_a_password_never_goes_over_the_wire_as_it_is() -> None:
    async with mail_server() as server:
        failed = await Post(f"smtp://127.0.0.1:{server.port}", AuthKind.BASIC).send()
    assert isinstance(failed, Failed)
    assert "no encryption" in failed.error.message
    assert (failed.not_sent, failed.try_again) == (True, False)
    assert not any(text.upper().startswith("AUTH") for text in server.said)


async def test_signing_in_is_encrypted_and_a_refusal_shows_no_password(tmp_path: Path) -> None:
    ca_file, context = self_signed(tmp_path)
    async with mail_server(context) as server:
        post = Post(f"smtps://127.0.0.1:{server.port}", AuthKind.BASIC, ca_file)
        assert isinstance(await post.send(), Done)
        await post.mail.check(post.connection)
        server.replies["AUTH"] = f"535 {PASSWORD} is wrong"
        refused = await post.send()
        assert isinstance(refused, Failed)
        assert refused.status == 535
        assert PASSWORD not in repr(refused)
        with pytest.raises(MailRefused):
            await post.mail.check(post.connection)
        untrusted = await Post(f"smtps://127.0.0.1:{server.port}", AuthKind.BASIC).send()
    assert isinstance(untrusted, Failed)
    assert untrusted.not_sent


async def test_a_conversation_is_encrypted_before_the_password(tmp_path: Path) -> None:
    ca_file, context = self_signed(tmp_path)
    async with mail_server() as server:
        server.starttls = context
        assert isinstance(await Post(f"smtp://127.0.0.1:{server.port}", AuthKind.BASIC, ca_file).send(), Done)
        words = [text.split(" ")[0].upper() for text in server.said]
        assert words.index("STARTTLS") < words.index("AUTH") < words.index("DATA")


@pytest.mark.parametrize("scheme", ["smtps", "smtp"])
@pytest.mark.parametrize(
    ("host", "days", "trusted", "what", "mend"),
    [
        ("127.0.0.1", -2, True, "has expired", "renew it"),
        ("127.0.0.1", 1, False, "is not trusted", "KEYTURN_CA_FILE"),
        ("localhost", 1, True, "is for another name", "spelt"),
    ],
)
async def test_what_is_wrong_with_a_servers_certificate_is_told(
    tmp_path: Path, scheme: str, host: str, days: int, trusted: bool, what: str, mend: str
) -> None:
    ca_file, context = self_signed(tmp_path, days=days)
    async with mail_server(context if scheme == "smtps" else None) as server:
        server.starttls = context if scheme == "smtp" else None
        failed = await Post(f"{scheme}://{host}:{server.port}", ca_file=ca_file if trusted else None).send()
    assert isinstance(failed, Failed)
    assert failed.not_sent
    assert f"The certificate of {host} {what}." in failed.error.message
    assert mend in failed.error.mend
    assert "_ssl.c" not in repr(failed)


@pytest.mark.parametrize(
    ("greeting", "told"),
    [("HTTP/1.1 400 Bad Request", "does not speak as a mail server should"), ("554 go away", "let nobody in: 554 go")],
)
async def test_who_greets_otherwise_is_no_mail_server(greeting: str, told: str) -> None:
    async with mail_server() as server:
        server.greeting = greeting
        failed = await plain(server).send()
    assert isinstance(failed, Failed)
    assert told in failed.error.message
    assert "-1" not in failed.error.message


@pytest.mark.parametrize(("scheme", "mend"), [("smtp", "smtps://"), ("smtps", "by smtp://")])
async def test_the_other_way_to_encrypt_is_named_where_one_does_not_go(tmp_path: Path, scheme: str, mend: str) -> None:
    context = self_signed(tmp_path)[1] if scheme == "smtp" else None
    async with mail_server(context) as server:
        failed = await Post(f"{scheme}://127.0.0.1:{server.port}", timeout_s=0.5).send()
    assert isinstance(failed, Failed)
    assert mend in failed.error.mend


async def test_a_server_that_is_not_there_is_told_once() -> None:
    async with mail_server() as server:
        address = f"smtp://127.0.0.1:{server.port}"
    failed = await Post(address).send()
    assert isinstance(failed, Failed)
    assert failed.error.message.endswith(" refused the connection.")
    assert failed.error.why == "The mail server was not reached."


async def test_a_password_that_is_refused_is_shown_once(tmp_path: Path) -> None:
    ca_file, context = self_signed(tmp_path)
    async with mail_server(context) as server:
        server.extensions = ("AUTH CRAM-MD5 LOGIN PLAIN",)
        server.replies["AUTH"] = "535 no"
        assert isinstance(await Post(f"smtps://127.0.0.1:{server.port}", AuthKind.BASIC, ca_file).send(), Failed)
    assert len([text for text in server.said if text.startswith("AUTH")]) == 1  # more of them lock the account


async def test_a_letter_that_is_refused_is_no_fault_of_its_addresses() -> None:
    async with mail_server() as server:
        server.replies["."] = "554 5.7.1 looks like spam"
        failed = await plain(server).send()
    assert isinstance(failed, Failed)
    assert "ddresses" not in failed.error.mend


@pytest.mark.parametrize("address", ["smtp://169.254.169.254:25", "smtp://10.0.0.1:25", "smtp://127.1:25"])
async def test_private_addresses_are_closed(address: str) -> None:
    failed = await Post(address).send()
    assert isinstance(failed, Failed)
    assert failed.not_sent
    assert "not go" in failed.error.message or "number" in failed.error.message
